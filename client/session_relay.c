/* session_relay.c — Job: a message that a page has made becomes one of ours: session and time put
 * in, checked, kept, sent.
 *
 * The two members are put in behind the opening brace and nothing else is touched: what the page
 * made is what the gateway commits. */
#include "client/session_inner.h"

#include "proto/time_text.h"

/* The conversation itself, what the program says of its own accord, and what carries a secret. */
static bool is_programs_own(enum message_kind kind)
{
    switch (kind) {
    case MSG_HELLO:
    case MSG_ACK:
    case MSG_SNAPSHOT_ASK:
    case MSG_SIGN_IN:
    case MSG_SIGN_OUT:
    case MSG_SESSION_RESUME:
    case MSG_PASSWORD_CHANGE:
    case MSG_SPOOLED:
    case MSG_VIEW_HAND_UP:
    case MSG_CARD_READ:
    case MSG_DELIVERED:
    case MSG_BOARD:
        return true;
    default:
        return false;
    }
}

static void add_session(struct buf *frame, const struct id *person)
{
    char text[ID_TEXT_SIZE];
    if (id_absent(person))
        return;
    id_text(person, text);
    buf_text(frame, "\"session\":\"");
    buf_add(frame, text, sizeof text);
    buf_text(frame, "\",");
}

static void add_time(struct buf *frame, int64_t now)
{
    char text[TIME_TEXT_SIZE];
    time_text(now, text);
    buf_printf(frame, "\"sent_at\":\"%s\",", text);
}

/* So that a refusal names it; what is wrong with it is said when the message is decoded. */
static void read_id(const struct json *root, struct id *out)
{
    const struct json *id = json_get(root, "id");
    if (id != NULL && json_kind(id) == JSON_TEXT && id_parse(json_text(id), out) != ERR_OK)
        *out = (struct id){{0}};
}

/* ENVELOPE with session and time in it. */
static enum err complete(struct session *s, struct slice envelope, const struct id *person,
                         struct buf *frame, struct relayed *out)
{
    struct json *root = NULL;
    enum err err = json_parse(envelope, PAGES_FRAME_BYTES, &root);
    if (err != ERR_OK)
        return err;
    if (json_kind(root) == JSON_OBJECT)
        read_id(root, &out->message);
    const char *open = memchr(envelope.bytes, '{', envelope.size);
    if (json_kind(root) != JSON_OBJECT || open == NULL || json_first(root) == NULL) {
        err = ERR_JSON;
    } else if (json_get(root, "session") != NULL) {
        memcpy(out->why.path, "session", sizeof "session");
        err = ERR_UNKNOWN_FIELD;
    } else {
        buf_byte(frame, '{');
        if (json_get(root, "sent_at") == NULL)
            add_time(frame, s->calls.wall_ms(s->calls.self));
        add_session(frame, person);
        buf_add(frame, open + 1, (size_t)(envelope.bytes + envelope.size - open) - 1);
        err = buf_error(frame);
    }
    json_free(root);
    return err;
}

static enum err submit(struct session *s, const struct message *m, struct slice frame)
{
    const struct message head = {.id = m->id, .session = m->session, .case_id = m->case_id};
    if (id_absent(&m->id))
        return ERR_MISSING_FIELD;
    if (outbox_has(s, &m->id))
        return ERR_OK;
    return session_submit(s, m->type->kind, &head, frame);
}

static void read_taken_out(const struct message *m, struct relayed *out)
{
    const struct body_taken_out *body = m->body;
    out->view = body->view;
    out->grant = body->grant;
    out->sections = body->sections;
}

enum err session_relay(struct session *s, struct slice envelope, const struct id *person,
                       struct relayed *out)
{
    struct message m = {.type = NULL};
    struct buf frame;
    *out = (struct relayed){.kind = MESSAGE_KINDS};
    buf_init(&frame, FRAME_BYTES_MAX);
    enum err err = complete(s, envelope, person, &frame, out);
    if (err == ERR_OK)
        err = message_decode(buf_slice(&frame), s->side, &m, &out->why);
    if (m.type != NULL)
        out->kind = m.type->kind;
    out->case_id = m.case_id;
    if (m.type != NULL && is_programs_own(m.type->kind))
        err = ERR_NOT_ALLOWED;
    if (err == ERR_OK && m.type != NULL) {
        out->message = m.id;
        if (out->kind == MSG_TAKEN_OUT)
            read_taken_out(&m, out);
        err = submit(s, &m, buf_slice(&frame));
    }
    message_fini(&m);
    buf_free(&frame);
    return err;
}
