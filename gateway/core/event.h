/* event.h — Job: what can happen: the event, its types, and which fields each may carry.
 *
 * The journal is the access log: every event is one leaf of the Merkle tree. A leaf holds ids,
 * codes, times, counts and commitments only (DESIGN §3); what a person said or wrote travels in
 * `payload`, which is sealed beside the journal and of which the leaf holds a commitment. */
#ifndef GATEWAY_CORE_EVENT_H
#define GATEWAY_CORE_EVENT_H

#include "proto/limits.h"
#include "proto/record.h"

enum event_type {
    EVENT_NONE,
#define AS_EVENT(type, name, fields, need) type,
#include "gateway/core/event_list.h"
#undef AS_EVENT
    EVENT_TYPES
};

/* The leaf's fields. A bit of this in event_list.h says that a type may carry it. */
enum event_field {
    HAS_CASE = 1 << 0,     /* incident, case */
    HAS_VIEW = 1 << 1,     /* view */
    HAS_GRANT = 1 << 2,    /* grant */
    HAS_HOSPITAL = 1 << 3, /* the organisation on the other side */
    HAS_ALIAS = 1 << 4,    /* the patient's alias (random, per card) */
    HAS_PERSON = 1 << 5,   /* person, session: the actor */
    HAS_SUBJECT = 1 << 6,  /* subject: the person, device or organisation acted upon */
    HAS_SECTIONS = 1 << 7, /* requested or granted, never what was found */
    HAS_UNTIL = 1 << 8,    /* from, until */
    HAS_GROUND = 1 << 9,   /* right, basis, need, obstacle, said_by */
    HAS_CODE = 1 << 10,    /* code: meaning depends on the type (event_code_list); decline */
    HAS_COUNT = 1 << 11,   /* count */
    HAS_PAYLOAD = 1 << 12, /* commitment to the sealed payload */
    HAS_PROOF = 1 << 13,   /* card_proof, identified_by, card_kind */
    HAS_HASH = 1 << 14     /* digest: commitment to view bytes, or a public hash (certificate) */
};

/* One event. Absent members are zero. Flat on purpose: it is copied, never linked. */
struct event {
    enum event_type type;
    struct id id;                           /* random; names the payload */
    int64_t at;                             /* the gateway's clock when it was judged, ms */
    int64_t made_at;                        /* the sender's clock, ms; 0: made by the gateway */
    int late;                               /* enum flag: recorded after its session had ended */
    int training;                           /* enum flag: practice; never counted */
    struct id org, device, person, session; /* who acted, and where */
    struct id message;                      /* the message that asked for it */
    struct id incident, case_id, view, grant, hospital, alias, subject;
    uint64_t sections;
    int64_t from, until;
    int right, basis, need, obstacle, said_by;
    int code;
    int decline; /* enum decline; only with EVENT_ANSWERED and ANSWER_DECLINED */
    int64_t count;
    int card_proof, identified_by, card_kind;
    struct hash digest;
    struct slice payload; /* canonical JSON, lent by the judgement's arena; sealed by the journal */
    /* Assigned by the sequencer, never by a judgement: */
    uint64_t seq;
    int64_t recorded_at;
    uint64_t org_n, hospital_n, alias_n; /* running counts: a hidden entry shows as a gap */
    struct hash commitment;              /* HMAC-SHA-256 of id and payload under the realm's key */
};

const char *event_name(enum event_type type);     /* "grant_issued"; never NULL */
enum event_type event_by_name(struct slice name); /* EVENT_NONE: unknown */
unsigned event_may(enum event_type type);         /* bit set of enum event_field */
unsigned event_must(enum event_type type);
/* The list that `code` is of; codes_err for refusals and failures. NULL: the type has no code. */
const struct codes *event_code_list(enum event_type type);
/* Which aggregate the sealed payload's key belongs to: the case if it has one, else the actor's
 * or the subject's organisation. */
struct id event_realm(const struct event *event);
/* Programmer's check, asserted by the sequencer: nothing outside event_may, all of event_must, each
 * value within its list or range. A must of HAS_COUNT allows 0: that is a count, too. */
bool event_fits(const struct event *event);

/* The leaf: canonical JSON with exactly the fields of the schema in leaf.c, NONCE in base64.
 * This is the only encoder. Appends to OUT. */
void leaf_encode(const struct event *event, const uint8_t nonce[16], struct buf *out);
/* Reads a leaf back; ERR_CORRUPT for any byte that leaf_encode would not have written: an unknown
 * field or type, a field that the type may not carry, another order or spelling. The payload is
 * not in a leaf: OUT->payload is absent, OUT->commitment stands for it. */
MUST_CHECK enum err leaf_decode(struct slice leaf, struct event *out);
extern const struct record record_leaf; /* the schema, for the documents */
#endif
