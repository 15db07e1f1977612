/* judge.h — Job: the judgements: (actor, message, world, turn) -> events, errands, or an error.
 *
 * A judgement is pure: it sees no socket, no disk, no clock, and cannot send. Its only voice is
 * what it puts into the judgement and its return value. */
#ifndef GATEWAY_CORE_JUDGE_H
#define GATEWAY_CORE_JUDGE_H

#include "gateway/core/state.h"
#include "proto/arena.h"
#include "proto/bodies.h"
#include "proto/message.h"

/* Settings that judgements read; filled from the configuration. */
struct policy {
    int profile; /* enum profile */
    int64_t grant_after_handover_ms, grant_after_fetch_ms, late_ms, break_glass_wait_ms,
        hand_up_wait_ms, alert_escalate_ms;
    int64_t confirm_wait_ms; /* a handed-over case waits so long for the other side's word */
    int64_t session_ms;      /* longest session of a person who is not with a patient */
    int64_t failures_max;    /* wrong factors before the lock */
    int refetch_allowed;     /* the provider can fetch a view again */
    int provider_proves_presence;
    int practice_source; /* a view for practice can be had: enum flag */
    int stopped;         /* kill switch for all: enum flag */
};

/* Who speaks. Device and org are always set for a peer; person and session only with a session. */
enum actor_kind { ACTOR_PEER, ACTOR_GATEWAY, ACTOR_OPERATOR };
struct actor {
    enum actor_kind kind;
    const struct device_state *device;
    const struct org_state *org;
    const struct person_state *person;
    struct id session;
    bool late; /* its session has ended meanwhile (<= late_ms) */
};

/* What a judgement may look at. The engine notes every aggregate looked up: those are the versions
 * it was judged on. Pointers are lent until the judgement returns. */
struct world {
    void *self;
    const struct policy *policy;
    const struct case_state *(*case_of)(void *self, const struct id *id);
    const struct person_state *(*person)(void *self, const struct id *id);
    const struct person_state *(*person_by_login)(void *self, struct slice login);
    const struct device_state *(*device)(void *self, const struct id *id);
    const struct org_state *(*org)(void *self, const struct id *id);
    /* Devices of an organisation that are not revoked; the array is lent. */
    size_t (*devices_of)(void *self, const struct id *org, const struct id **devices);
    /* The payload of an earlier event of CASE, decoded; NULL: none or shredded. */
    const struct json *(*payload)(void *self, const struct id *case_id, const struct id *event);
    /* Another open case in which the card with this alias is in use; false: none. */
    bool (*alias_elsewhere)(void *self, const struct id *alias, const struct id *case_id,
                            struct id *other);
    /* Whether the open cases of this incident of ORG are practice; FLAG_ABSENT: there is none. */
    int (*incident_training)(void *self, const struct id *org, const struct id *incident);
    /* The same of one case, however long it has ended; FLAG_ABSENT: nothing is known of it. */
    int (*case_training)(void *self, const struct id *case_id);
    bool (*view_in_memory)(void *self, const struct id *view);
    bool (*device_online)(void *self, const struct id *device);
    /* Words that would name the patient: name, kana, number, as recorded or fetched. */
    size_t (*identity_words)(void *self, const struct case_state *c, struct slice *words,
                             size_t cap);
    /* The entry of the log with this number, without what it holds sealed; false: none. */
    bool (*entry)(void *self, uint64_t seq, struct event *event);
};

/* One turn's own clock and randomness, given from outside so that a run can be repeated. */
struct turn {
    int64_t now;
    void (*random)(void *self, void *bytes, size_t size);
    void *random_self;
};

enum errand_kind {
    ERRAND_NONE,
    ERRAND_FACTORS,      /* password and code of a sign-in */
    ERRAND_NEW_PASSWORD, /* old password checked, new one hashed */
    ERRAND_CARD,         /* certificate chain, validity, revocation, signature; alias */
    ERRAND_FETCH,        /* the view */
    ERRAND_LOG           /* a page of the access log; its outcome is not judged */
};

/* Slow work to be started once the judgement's events are durable. */
struct errand_ask {
    enum errand_kind kind;
    struct id id;                            /* of the event that asked for it */
    struct id case_id, person, view, device; /* device: who asked */
};

enum { JUDGED_EVENTS_MAX = 64, JUDGED_RECIPIENTS_MAX = 64, JUDGED_ERRANDS_MAX = 2 };

struct judged_event {
    struct event event;
    unsigned audience;  /* enum audience */
    struct id hospital; /* of AUDIENCE_HOSPITAL */
};

/* Who hears of an event: resolved to devices by the engine, stored with the event. */
enum audience {
    AUDIENCE_CREW = 1,     /* the device that holds the case */
    AUDIENCE_HOSPITAL = 2, /* the boxes of `hospital` */
    AUDIENCE_DEVICE = 4,   /* the acting device, when it is not the holder */
    AUDIENCE_SUBJECT = 8,  /* the device that the event is about; those of a person disabled */
    AUDIENCE_GRANTED = 16, /* the boxes of every hospital that ever had a grant in the case */
    AUDIENCE_ADMINS = 32   /* the workstations of the event's organisation */
};

struct judgement {
    struct judged_event events[JUDGED_EVENTS_MAX];
    size_t events_count;
    struct errand_ask errands[JUDGED_ERRANDS_MAX];
    size_t errands_count;
    struct arena arena;   /* payloads; the engine frees it */
    bool failed;          /* an event or a payload did not fit */
    struct complaint why; /* which field, with an error that is about one */
};

/* What an errand found; re-enters as a message of the gateway. */
struct outcome {
    enum errand_kind kind;
    struct errand_ask ask;
    enum err result;
    int64_t totp_step;     /* FACTORS */
    struct slice password; /* NEW_PASSWORD: the Argon2id string */
    struct hash token;     /* FACTORS: of the token that the engine made */
    struct id alias;       /* CARD */
    int64_t fetched_at;    /* FETCH */
    int simulator;
    struct hash digest;
};

typedef enum err judge_fn(const struct actor *who, const struct message *msg,
                          const struct world *world, const struct turn *turn,
                          struct judgement *out);

/* The judgement of KIND, or NULL for kinds that change nothing. */
judge_fn *judge_of(enum message_kind kind);
/* Rules for every message before its own judgement: kind of device, session, role, case, late,
 * stopped. Sets nothing in OUT. */
enum err judge_door(const struct actor *who, const struct message *msg, const struct world *world,
                    const struct turn *turn);
/* Was a message that says SENT_AT (0: it does not say) made while SESSION lived? At its beginning
 * the device's clock may be CLOCKS_APART_MS behind ours: nobody gains by it, since the message
 * could as well claim a later moment. At its end there is no such allowance. */
bool session_lived_at(const struct person_session *session, int64_t sent_at);
/* An errand's outcome, judged. */
enum err judge_outcome(const struct outcome *outcome, const struct world *world,
                       const struct turn *turn, struct judgement *out);
/* What time has ended in this case by now (grants, waiting requests); no events: nothing. */
void judge_expiry(const struct case_state *c, const struct world *world, const struct turn *turn,
                  struct judgement *out);
/* When judge_expiry would next find something, ms; INT64_MAX: never. */
int64_t case_next_deadline(const struct case_state *c, const struct policy *policy);

/* For judgements: a new event with the common members filled. NULL when full (out->failed). */
struct event *judged_add(struct judgement *out, enum event_type type, const struct actor *who,
                         const struct message *msg, const struct turn *turn, unsigned audience);
/* Sets the case members of EVENT. */
void judged_case(struct event *event, const struct case_state *c);
/* Encodes BODY by RECORD into the judgement's arena as the payload. */
void judged_payload(struct judgement *out, struct event *event, const struct record *record,
                    const void *body);
void judged_hospital(struct judgement *out, struct event *event, const struct id *hospital);
struct id turn_id(const struct turn *turn);
bool actor_has(const struct actor *who, enum role role);
/* Practice beside live work: it has cards and a source of its own. Where all is practice
 * (`profile = training`) no case needs that. */
bool case_is_drill(const struct case_state *c, const struct policy *policy);
#endif
