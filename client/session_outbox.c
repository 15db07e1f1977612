/* session_outbox.c — Job: messages of ours until their receipt: kept, sent again, given up. */
#include "client/session_inner.h"

#include <stdlib.h>

enum err outbox_encode(struct session *s, enum message_kind kind, const struct message *head,
                       const void *body, struct buf *out)
{
    struct message back;
    struct complaint why;
    enum err err = message_encode(kind, head, body, out);
    if (err == ERR_OK)
        err = message_decode(buf_slice(out), s->side, &back, &why);
    if (err == ERR_OK)
        message_fini(&back);
    return err;
}

enum err outbox_add(struct session *s, const struct message *head, enum message_kind kind,
                    struct slice frame)
{
    if (s->waiting_count == CLIENT_WAITING_MAX)
        return ERR_FULL;
    struct waiting *w = calloc(1, sizeof *w);
    if (w == NULL)
        return ERR_NO_MEMORY;
    w->message = head->id;
    w->session = head->session;
    w->case_id = head->case_id;
    w->kind = kind;
    w->made_at = s->calls.mono_ms(s->calls.self);
    buf_add(&w->frame, frame.bytes, frame.size);
    if (buf_error(&w->frame) != ERR_OK) {
        free(w);
        return ERR_NO_MEMORY;
    }
    *s->end = w;
    s->end = &w->next;
    s->waiting_count++;
    return ERR_OK;
}

static struct waiting *find(struct session *s, const struct id *message)
{
    struct waiting *w = s->first;
    while (w != NULL && !id_equal(&w->message, message))
        w = w->next;
    return w;
}

bool outbox_has(struct session *s, const struct id *message)
{
    return find(s, message) != NULL;
}

static void unlink_waiting(struct session *s, struct waiting *w)
{
    struct waiting **at = &s->first;
    while (*at != w)
        at = &(*at)->next;
    *at = w->next;
    if (s->end == &w->next)
        s->end = at;
    s->waiting_count--;
}

/* Off the list first: the owner may send anew from inside `settled`. */
static void settle(struct session *s, struct waiting *w, struct settled *how)
{
    unlink_waiting(s, w);
    how->message = w->message;
    how->session = w->session;
    how->case_id = w->case_id;
    how->kind = w->kind;
    how->took_ms = (int64_t)(s->calls.mono_ms(s->calls.self) - w->made_at);
    if (how->code.bytes == NULL) {
        how->code = slice_of(err_name(how->err));
        how->ja = slice_of(err_text_ja(how->err));
        how->en = slice_of(err_text_en(how->err));
    }
    s->calls.settled(s->calls.self, how);
    buf_free(&w->frame);
    free(w);
}

void outbox_forget(struct session *s, const struct id *message)
{
    struct waiting *w = find(s, message);
    if (w == NULL)
        return;
    unlink_waiting(s, w);
    buf_free(&w->frame);
    free(w);
}

void outbox_free(struct session *s)
{
    while (s->first != NULL) {
        struct waiting *w = s->first;
        unlink_waiting(s, w);
        buf_free(&w->frame);
        free(w);
    }
}

void outbox_send_all(struct session *s)
{
    for (struct waiting *w = s->first; w != NULL; w = w->next) {
        w->retry_at = 0;
        if (w->frame.size != 0)
            (void)s->calls.send(s->calls.self, buf_slice(&w->frame));
    }
}

/* What is not kept can have no answer any more. */
void outbox_offline(struct session *s)
{
    struct waiting *next = NULL;
    for (struct waiting *w = s->first; w != NULL; w = next) {
        struct settled how = {.err = ERR_BUSY};
        next = w->next;
        if (w->frame.size == 0)
            settle(s, w, &how);
    }
}

static bool too_old(const struct waiting *w, uint64_t now)
{
    return (message_type_of(w->kind)->needs & MAY_BE_LATE) == 0 &&
           now - w->made_at >= CLIENT_RESEND_MS;
}

void outbox_tick(struct session *s)
{
    uint64_t now = s->calls.mono_ms(s->calls.self);
    struct waiting *next = NULL;
    for (struct waiting *w = s->first; w != NULL; w = next) {
        struct settled how = {.err = ERR_LATE};
        next = w->next;
        if (too_old(w, now)) {
            settle(s, w, &how);
        } else if (w->retry_at != 0 && now >= w->retry_at && s->state == SESSION_READY) {
            w->retry_at = 0;
            (void)s->calls.send(s->calls.self, buf_slice(&w->frame));
        }
    }
}

void outbox_receipt(struct session *s, const struct message *frame)
{
    const struct body_receipt *body = frame->body;
    struct waiting *w = find(s, &frame->re);
    if (w == NULL || w->kind == MSG_SIGN_IN) /* that is durable; whether it is true comes later */
        return;
    if (w->kind == MSG_PASSWORD_CHANGE)
        people_password_changed(s, &w->session);
    struct settled how = {
        .err = ERR_OK, .entry = (uint64_t)body->entry, .recorded_at = body->recorded_at};
    settle(s, w, &how);
}

void outbox_answered(struct session *s, const struct id *re)
{
    struct waiting *w = id_absent(re) ? NULL : find(s, re);
    struct settled how = {.err = ERR_OK};
    if (w != NULL && (w->kind == MSG_SIGN_IN || w->kind == MSG_PROOF_ASK))
        settle(s, w, &how);
}

/* The code as ours; ERR_COUNT for one that only a newer gateway knows. */
static enum err code_of(struct slice name)
{
    char text[TEXT_SHORT_MAX + 1];
    if (name.size >= sizeof text)
        return ERR_COUNT;
    memcpy(text, name.bytes, name.size);
    text[name.size] = '\0';
    enum err err = err_by_name(text);
    return err == ERR_OK ? ERR_COUNT : err;
}

void outbox_refusal(struct session *s, const struct message *frame)
{
    const struct body_refusal *body = frame->body;
    struct waiting *w = id_absent(&frame->re) ? NULL : find(s, &frame->re);
    enum err code = code_of(body->code);
    if (w != NULL && body->final != FLAG_YES && w->frame.size != 0) {
        w->retry_at = s->calls.mono_ms(s->calls.self) + CLIENT_RETRY_MS;
        return;
    }
    struct settled how = {
        .err = code, .code = body->code, .ja = body->ja, .en = body->en, .path = body->path};
    struct id session = {{0}};
    if (w != NULL) {
        session = w->session;
        settle(s, w, &how);
    }
    people_refusal(s, frame, &session, code);
}

void session_each_waiting(const struct session *s,
                          void (*each)(void *self, const struct id *session, struct slice frame),
                          void *self)
{
    for (const struct waiting *w = s->first; w != NULL; w = w->next)
        if (w->frame.size != 0)
            each(self, &w->session, buf_slice(&w->frame));
}

size_t session_waiting(const struct session *s)
{
    return s->waiting_count;
}

uint64_t session_waiting_since(const struct session *s)
{
    return s->first == NULL ? 0 : s->first->made_at;
}
