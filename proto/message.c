/* message.c — Job: the one table of messages, and the envelope around their bodies. */
#include "proto/message.h"

#include <assert.h>
#include <stdio.h>
#include <stdlib.h>

#include "proto/bodies.h"
#include "proto/console.h"
#include "proto/tablets.h"
#include "proto/shown.h"
#include "proto/limits.h"
#include "proto/time_text.h"

static const struct message_type types[MESSAGE_KINDS] = {
#define AS_KIND(kind, name, senders, needs, record, text)                                          \
    [kind] = {kind, name, senders, needs, record, text},
#include "proto/message_list.h"
#undef AS_KIND
};

/* The envelope's members, in byte order. */
enum member {
    MEMBER_BODY,
    MEMBER_CASE,
    MEMBER_ID,
    MEMBER_N,
    MEMBER_RE,
    MEMBER_SENT_AT,
    MEMBER_SEQ,
    MEMBER_SESSION,
    MEMBER_TRAINING,
    MEMBER_TYPE,
    MEMBERS
};
static const char *const member_names[MEMBERS] = {"body",    "case", "id",      "n",        "re",
                                                  "sent_at", "seq",  "session", "training", "type"};
/* What a client may say about the envelope; the rest is the gateway's. */
enum {
    CLIENT_MEMBERS = 1 << MEMBER_BODY | 1 << MEMBER_CASE | 1 << MEMBER_ID | 1 << MEMBER_SENT_AT |
                     1 << MEMBER_SESSION | 1 << MEMBER_TYPE
};

struct envelope {
    const struct json *members[MEMBERS];
    bool unknown; /* a member that is none of ours */
};

const struct message_type *message_type_of(enum message_kind kind)
{
    assert(kind < MESSAGE_KINDS);
    return &types[kind];
}

static const struct message_type *type_by_name(struct slice name)
{
    for (size_t i = 0; i < MESSAGE_KINDS; i++)
        if (slice_is(name, types[i].name))
            return &types[i];
    return NULL;
}

static void read_envelope(const struct json *frame, struct envelope *envelope)
{
    *envelope = (struct envelope){.unknown = false};
    for (const struct json *m = json_first(frame); m != NULL; m = json_next(m)) {
        size_t i = 0;
        while (i < MEMBERS && !slice_is(json_key(m), member_names[i]))
            i++;
        if (i < MEMBERS)
            envelope->members[i] = m;
        else
            envelope->unknown = true;
    }
}

static enum err complain(enum err error, const char *path, struct complaint *why)
{
    snprintf(why->path, sizeof why->path, "%s", path);
    return error;
}

/* An id member; absent is ERR_OK and leaves OUT alone. */
static enum err read_id(const struct envelope *envelope, enum member member, struct id *out,
                        struct complaint *why)
{
    const struct json *value = envelope->members[member];
    struct id id;
    if (value == NULL)
        return ERR_OK;
    if (json_kind(value) != JSON_TEXT || id_parse(json_text(value), &id) != ERR_OK ||
        id_absent(&id))
        return complain(ERR_BAD_FIELD, member_names[member], why);
    *out = id;
    return ERR_OK;
}

static enum err read_number(const struct envelope *envelope, enum member member, uint64_t *out,
                            struct complaint *why)
{
    const struct json *value = envelope->members[member];
    if (value == NULL)
        return ERR_OK;
    if (json_kind(value) != JSON_INT || json_int(value) <= 0)
        return complain(ERR_BAD_FIELD, member_names[member], why);
    *out = (uint64_t)json_int(value);
    return ERR_OK;
}

static enum err read_sent_at(const struct envelope *envelope, int64_t *out, struct complaint *why)
{
    const struct json *value = envelope->members[MEMBER_SENT_AT];
    int64_t ms;
    if (value == NULL)
        return ERR_OK;
    if (json_kind(value) != JSON_TEXT || time_parse(json_text(value), &ms) != ERR_OK || ms <= 0)
        return complain(ERR_BAD_FIELD, member_names[MEMBER_SENT_AT], why);
    *out = ms;
    return ERR_OK;
}

static enum err read_flag(const struct envelope *envelope, enum member member, int *out,
                          struct complaint *why)
{
    const struct json *value = envelope->members[member];
    if (value == NULL)
        return ERR_OK;
    if (json_kind(value) != JSON_FLAG)
        return complain(ERR_BAD_FIELD, member_names[member], why);
    *out = json_flag(value) ? FLAG_YES : FLAG_NO;
    return ERR_OK;
}

/* First of all id and type: a refusal of whatever else is wrong names them. */
static enum err read_id_and_type(const struct envelope *envelope, struct message *m,
                                 struct complaint *why)
{
    const struct json *type = envelope->members[MEMBER_TYPE];
    enum err bad_id = read_id(envelope, MEMBER_ID, &m->id, why);
    if (type == NULL)
        return complain(ERR_MISSING_FIELD, "type", why);
    if (json_kind(type) != JSON_TEXT)
        return complain(ERR_BAD_FIELD, "type", why);
    m->type = type_by_name(json_text(type));
    if (m->type == NULL)
        return complain(ERR_UNKNOWN_TYPE, "type", why);
    return bad_id;
}

static enum err read_rest(const struct envelope *envelope, struct message *m, struct complaint *why)
{
    enum err e = read_id(envelope, MEMBER_SESSION, &m->session, why);
    if (e == ERR_OK)
        e = read_id(envelope, MEMBER_CASE, &m->case_id, why);
    if (e == ERR_OK)
        e = read_id(envelope, MEMBER_RE, &m->re, why);
    if (e == ERR_OK)
        e = read_number(envelope, MEMBER_SEQ, &m->seq, why);
    if (e == ERR_OK)
        e = read_number(envelope, MEMBER_N, &m->n, why);
    if (e == ERR_OK)
        e = read_sent_at(envelope, &m->sent_at, why);
    if (e == ERR_OK)
        e = read_flag(envelope, MEMBER_TRAINING, &m->training, why);
    return e;
}

/* The rules for what a client sends. */
static enum err check_request(const struct envelope *envelope, const struct message *m,
                              struct complaint *why)
{
    bool has_case = (m->type->needs & (NEEDS_CASE | OPENS_CASE)) != 0;
    bool journalled = (m->type->needs & NOT_JOURNALLED) == 0;
    if (envelope->unknown)
        return complain(ERR_UNKNOWN_FIELD, "?", why);
    for (size_t i = 0; i < MEMBERS; i++)
        if (envelope->members[i] != NULL && (CLIENT_MEMBERS >> i & 1) == 0)
            return complain(ERR_UNKNOWN_FIELD, member_names[i], why);
    if (envelope->members[MEMBER_CASE] != NULL && !has_case)
        return complain(ERR_UNKNOWN_FIELD, "case", why);
    if (has_case && id_absent(&m->case_id))
        return complain(ERR_MISSING_FIELD, "case", why);
    if (journalled && id_absent(&m->id))
        return complain(ERR_MISSING_FIELD, "id", why);
    if (journalled && m->sent_at == 0)
        return complain(ERR_MISSING_FIELD, "sent_at", why);
    return ERR_OK;
}

static enum err read_body(const struct envelope *envelope, enum record_mode mode, struct message *m,
                          struct complaint *why)
{
    const struct json *body = envelope->members[MEMBER_BODY];
    struct complaint inner;
    assert(m->type->body->size <= BODY_BYTES_MAX);
    m->body = calloc(1, m->type->body->size);
    if (m->body == NULL)
        return ERR_NO_MEMORY;
    if (body == NULL && m->type->body == &record_empty)
        return ERR_OK;
    if (body == NULL)
        return complain(ERR_MISSING_FIELD, "body", why);
    enum err e = record_decode(m->type->body, body, mode, m->body, &inner);
    if (e != ERR_OK)
        snprintf(why->path, sizeof why->path, "body%s%.*s", inner.path[0] == '\0' ? "" : ".",
                 COMPLAINT_SIZE - 6, inner.path);
    return e;
}

static enum err take_apart(struct slice frame, enum sender sender, struct message *m,
                           struct complaint *why)
{
    struct envelope envelope;
    bool request = sender != FROM_GATEWAY;
    enum err e = json_parse(frame, FRAME_BYTES_MAX, &m->json);
    if (e != ERR_OK)
        return e;
    if (json_kind(m->json) != JSON_OBJECT)
        return ERR_JSON;
    read_envelope(m->json, &envelope);
    e = read_id_and_type(&envelope, m, why);
    if (e == ERR_OK && (m->type->senders & (unsigned)sender) == 0)
        e = complain(ERR_NOT_ALLOWED, "type", why);
    if (e == ERR_OK)
        e = read_rest(&envelope, m, why);
    if (e == ERR_OK && request)
        e = check_request(&envelope, m, why);
    if (e == ERR_OK)
        e = read_body(&envelope, request ? RECORD_STRICT : RECORD_LENIENT, m, why);
    if (e == ERR_OK && request && !id_absent(&m->id))
        m->digest = sha256(frame.bytes, frame.size);
    return e;
}

enum err message_decode(struct slice frame, enum sender sender, struct message *out,
                        struct complaint *why)
{
    *out = (struct message){.type = NULL};
    why->path[0] = '\0';
    enum err e = take_apart(frame, sender, out, why);
    if (e != ERR_OK) {
        const struct message_type *type = out->type;
        struct id id = out->id;
        message_fini(out);
        out->type = type;
        out->id = id;
    }
    return e;
}

void message_fini(struct message *message)
{
    if (message == NULL)
        return;
    if (message->body != NULL)
        explicit_bzero(message->body, message->type->body->size);
    free(message->body);
    json_free(message->json);
    *message = (struct message){.type = NULL};
}

static void add_name(struct buf *b, enum member member)
{
    buf_printf(b, "%s\"%s\":", member == MEMBER_BODY ? "" : ",", member_names[member]);
}

static void add_id(struct buf *b, enum member member, const struct id *id)
{
    char text[ID_TEXT_SIZE];
    if (id_absent(id))
        return;
    id_text(id, text);
    add_name(b, member);
    buf_byte(b, '"');
    buf_add(b, text, sizeof text);
    buf_byte(b, '"');
}

static void add_number(struct buf *b, enum member member, uint64_t number)
{
    if (number == 0)
        return;
    add_name(b, member);
    buf_u64(b, number);
}

static void add_sent_at(struct buf *b, int64_t ms)
{
    char text[TIME_TEXT_SIZE];
    if (ms == 0)
        return;
    time_text(ms, text);
    add_name(b, MEMBER_SENT_AT);
    buf_byte(b, '"');
    buf_text(b, text);
    buf_byte(b, '"');
}

enum err message_encode(enum message_kind kind, const struct message *head, const void *body,
                        struct buf *out)
{
    const struct message_type *type = message_type_of(kind);
    size_t before = out->size;
    buf_byte(out, '{');
    add_name(out, MEMBER_BODY);
    record_encode(type->body, body, out);
    add_id(out, MEMBER_CASE, &head->case_id);
    add_id(out, MEMBER_ID, &head->id);
    add_number(out, MEMBER_N, head->n);
    add_id(out, MEMBER_RE, &head->re);
    add_sent_at(out, head->sent_at);
    add_number(out, MEMBER_SEQ, head->seq);
    add_id(out, MEMBER_SESSION, &head->session);
    if (head->training == FLAG_YES) {
        add_name(out, MEMBER_TRAINING);
        buf_text(out, "true");
    }
    add_name(out, MEMBER_TYPE);
    buf_printf(out, "\"%s\"}", type->name);
    enum err e = buf_error(out);
    if (e == ERR_OK && out->size - before > FRAME_BYTES_MAX)
        e = ERR_TOO_LARGE;
    return e;
}
