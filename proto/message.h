/* message.h — Job: the one table of messages: what it does not name does not exist on the wire. */
#ifndef PROTO_MESSAGE_H
#define PROTO_MESSAGE_H

#include "proto/record.h"

enum sender { FROM_AMBULANCE = 1, FROM_HOSPITAL = 2, FROM_ADMIN = 4, FROM_GATEWAY = 8 };

/* Needs of a request that the dispatcher settles before a judgement sees it. */
enum {
    NEEDS_SESSION = 1,  /* a signed-in person on this device */
    NEEDS_CASE = 2,     /* the envelope names an existing case */
    MAY_BE_LATE = 4,    /* recorded even when its session has ended in the meantime (<= LATE_MS) */
    NOT_JOURNALLED = 8, /* asks or acknowledges; changes nothing, so no receipt */
    OPENS_CASE = 16     /* the envelope names a case that must not exist yet */
};

enum message_kind {
#define AS_KIND(kind, name, senders, needs, record, text) kind,
#include "proto/message_list.h"
#undef AS_KIND
    MESSAGE_KINDS
};

struct message_type {
    enum message_kind kind;
    const char *name; /* on the wire */
    unsigned senders; /* bit set of enum sender */
    unsigned needs;
    const struct record *body;
    const char *text; /* one English sentence for the AsyncAPI document */
};

/* The row of KIND; never NULL. */
const struct message_type *message_type_of(enum message_kind kind);

enum { BODY_BYTES_MAX = 40960 }; /* of the decoded C struct; asserted against every table row */

/* One frame, taken apart. Owns its memory; message_fini wipes and frees it. */
struct message {
    const struct message_type *type;
    struct id id;       /* the sender's, unique per device for ever; absent in volatile frames */
    struct id session;  /* absent: the device alone speaks */
    struct id re;       /* the message that this one answers (gateway -> client) */
    struct id case_id;  /* wire name "case" */
    int64_t sent_at;    /* the sender's clock, ms; 0: absent */
    uint64_t seq;       /* the journal's position; gateway -> client only; 0: none */
    uint64_t n;         /* gap-free per recipient device; gateway -> client only; 0: none */
    int training;       /* enum flag: the case is practice; gateway -> client only */
    struct hash digest; /* SHA-256 of a request's whole frame as received, when it has an id: "same
                           id and bytes" */
    void *body;         /* the C struct of type->body, aligned for any type */
    struct json *json;  /* owns the texts that body lends */
};

/* Takes FRAME apart. SENDER says which side it came from: a type the side may not send is
 * ERR_NOT_ALLOWED. Requests are strict, gateway frames lenient. Every request that is journalled
 * has `id` and `sent_at`; one that needs or opens a case has `case`, no other may have it; `re`,
 * `seq` and `n` are the gateway's. `body` may be missing only where its record is empty. On an
 * error *OUT is finished already, except that OUT->id and OUT->type are set if they could be read
 * (for the refusal), and WHY names the member: "id", "body.vitals.pulse", "?" for one we do not
 * know. */
MUST_CHECK enum err message_decode(struct slice frame, enum sender sender, struct message *out,
                                   struct complaint *why);
void message_fini(struct message *message);

/* Writes the frame for KIND with BODY (the struct of its record). Envelope members come from
 * HEAD; its body, json and digest are not looked at. ERR_TOO_LARGE above FRAME_BYTES_MAX. */
MUST_CHECK enum err message_encode(enum message_kind kind, const struct message *head,
                                   const void *body, struct buf *out);
#endif
