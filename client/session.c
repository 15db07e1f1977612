/* session.c — Job: the conversation with the gateway: hello, sign-ins, what awaits a receipt, n. */
#include "client/session_inner.h"

#include "common/secret.h"

#include <stdio.h>

enum err session_new(const struct session_calls *calls, enum sender side, const char *client,
                     struct session **out)
{
    struct session *s = secret_new(sizeof *s);
    *out = s;
    if (s == NULL)
        return ERR_NO_MEMORY;
    s->calls = *calls;
    s->side = side;
    s->state = SESSION_OFFLINE;
    s->end = &s->first;
    snprintf(s->client, sizeof s->client, "%s", client);
    return ERR_OK;
}

void session_free(struct session *s)
{
    if (s == NULL)
        return;
    outbox_free(s);
    secret_free(s);
}

enum session_state session_state_of(const struct session *s)
{
    return s->state;
}

int64_t session_n(const struct session *s)
{
    return s->n;
}

void session_forget_n(struct session *s)
{
    s->n = s->acked_n = 0;
    s->has_n = false;
}

/* ---- the line ---- */

/* Messages that are not kept: lost with the line, and made again by whoever needs them. */
static void send_now(struct session *s, enum message_kind kind, const struct message *head,
                     const void *body)
{
    struct buf frame;
    buf_init(&frame, FRAME_BYTES_MAX);
    if (message_encode(kind, head, body, &frame) == ERR_OK)
        (void)s->calls.send(s->calls.self, buf_slice(&frame));
    buf_free(&frame);
}

void session_online(struct session *s, int64_t checkpoint_size)
{
    struct message head = {.id = s->calls.new_id(s->calls.self)};
    struct body_hello body = {.client = slice_of(s->client),
                              .n = s->has_n ? s->n : 0,
                              .checkpoint_size = checkpoint_size};
    s->state = SESSION_GREETING;
    s->hello_at = s->calls.mono_ms(s->calls.self);
    s->snapshot_at = 0;
    s->wants_snapshot = false; /* hello brings what is missing */
    send_now(s, MSG_HELLO, &head, &body);
}

void session_offline(struct session *s)
{
    s->state = SESSION_OFFLINE;
    people_offline(s);
    outbox_offline(s);
}

static void acknowledge(struct session *s)
{
    struct message head = {.type = NULL};
    struct body_ack body = {.n = s->n};
    if (!s->has_n || s->acked_n == s->n)
        return;
    s->acked_n = s->n;
    send_now(s, MSG_ACK, &head, &body);
}

static void ask_if_due(struct session *s)
{
    uint64_t now = s->calls.mono_ms(s->calls.self);
    struct message head = {.type = NULL};
    struct body_empty body = {.nothing = 0};
    bool early = s->snapshot_at != 0 && now - s->snapshot_at < CLIENT_SNAPSHOT_MS;
    if (!s->wants_snapshot || s->state != SESSION_READY || early)
        return;
    s->wants_snapshot = false;
    s->snapshot_at = now;
    send_now(s, MSG_SNAPSHOT_ASK, &head, &body);
}

void session_ask_snapshot(struct session *s)
{
    s->wants_snapshot = true;
    ask_if_due(s);
}

bool session_tick(struct session *s)
{
    outbox_tick(s);
    if (s->state == SESSION_GREETING)
        return s->calls.mono_ms(s->calls.self) - s->hello_at < HELLO_WAIT_MS;
    if (s->state == SESSION_READY) {
        acknowledge(s);
        ask_if_due(s);
    }
    return true;
}

/* ---- frames ---- */

static void on_welcome(struct session *s)
{
    if (s->state != SESSION_GREETING)
        return;
    s->state = SESSION_READY;
    people_resume(s);
    outbox_send_all(s);
}

static void on_snapshot(struct session *s, const struct message *frame)
{
    s->n = ((const struct body_snapshot *)frame->body)->n;
    s->has_n = true;
    s->acked_n = -1; /* say again where we stand */
}

/* A notice without n was taken away before it was logged: it comes again, numbered. */
static bool in_order(struct session *s, const struct message *frame)
{
    if (frame->n == 0 || !s->has_n)
        return true;
    if (frame->n <= (uint64_t)s->n)
        return false;
    if (frame->n == (uint64_t)s->n + 1)
        s->n++;
    else
        session_ask_snapshot(s); /* what it takes away is taken away all the same */
    return true;
}

void session_frame(struct session *s, const struct message *frame, bool *pass)
{
    *pass = true;
    switch (frame->type->kind) {
    case MSG_WELCOME:
        on_welcome(s);
        break;
    case MSG_RECEIPT:
        outbox_receipt(s, frame);
        break;
    case MSG_REFUSAL:
        outbox_refusal(s, frame);
        break;
    case MSG_SESSION:
        people_opened(s, frame);
        outbox_answered(s, &frame->re);
        break;
    case MSG_PROOF:
        outbox_answered(s, &frame->re);
        break;
    case MSG_SNAPSHOT:
        on_snapshot(s, frame);
        break;
    case MSG_NOTICE:
        *pass = in_order(s, frame);
        break;
    default:
        break;
    }
}

/* ---- messages of ours ---- */

/* Nobody waits for an answer to these, so they need no name. */
static bool is_anonymous(enum message_kind kind)
{
    return kind == MSG_BOARD || kind == MSG_ACK || kind == MSG_SNAPSHOT_ASK;
}

static enum err send_unkept(struct session *s, enum message_kind kind, const struct message *head,
                            struct slice frame)
{
    enum err err = s->state == SESSION_READY ? ERR_OK : ERR_BUSY;
    if (err == ERR_OK && kind == MSG_PROOF_ASK)
        err = outbox_add(s, head, kind, (struct slice){NULL, 0});
    if (err == ERR_OK && s->calls.send(s->calls.self, frame) != ERR_OK) {
        outbox_forget(s, &head->id);
        err = ERR_BUSY;
    }
    return err;
}

static enum err send_kept(struct session *s, enum message_kind kind, const struct message *head,
                          struct slice frame)
{
    enum err err = outbox_add(s, head, kind, frame);
    if (err != ERR_OK)
        return err;
    if (s->calls.kept != NULL)
        s->calls.kept(s->calls.self, &head->id, frame);
    if (s->state == SESSION_READY)
        (void)s->calls.send(s->calls.self, frame); /* else with the next welcome */
    return ERR_OK;
}

enum err session_submit(struct session *s, enum message_kind kind, const struct message *head,
                        struct slice frame)
{
    const struct message_type *type = message_type_of(kind);
    if (!id_absent(&head->session) && session_find(s, &head->session) == NULL)
        return ERR_NO_SESSION;
    if ((type->needs & NEEDS_SESSION) && id_absent(&head->session))
        return ERR_NO_SESSION;
    return (type->needs & NOT_JOURNALLED) == 0 ? send_kept(s, kind, head, frame)
                                               : send_unkept(s, kind, head, frame);
}

enum err session_send(struct session *s, enum message_kind kind, const struct id *person,
                      const struct id *case_id, const void *body, struct id *message)
{
    const struct message_type *type = message_type_of(kind);
    struct message head = {.session = *person, .case_id = *case_id};
    struct buf frame;
    bool journalled = (type->needs & NOT_JOURNALLED) == 0;
    if (!id_absent(person) && session_find(s, person) == NULL)
        return ERR_NO_SESSION;
    if ((type->needs & NEEDS_SESSION) && id_absent(person))
        return ERR_NO_SESSION;
    if (journalled)
        head.sent_at = s->calls.wall_ms(s->calls.self);
    if (!is_anonymous(kind))
        head.id = s->calls.new_id(s->calls.self);
    buf_init(&frame, FRAME_BYTES_MAX);
    enum err err = outbox_encode(s, kind, &head, body, &frame);
    if (err == ERR_OK)
        err = session_submit(s, kind, &head, buf_slice(&frame));
    buf_free(&frame);
    if (err == ERR_OK && message != NULL)
        *message = head.id;
    return err;
}
