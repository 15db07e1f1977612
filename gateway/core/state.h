/* state.h — Job: what is true now of a case, person, device, organisation: folded from events.
 *
 * Flat structs: copied with =, compared by their canonical JSON. A case holds ids and codes only;
 * what was said or written stays in the sealed payloads of the events that it names. Texts in the
 * other three are lent by the row they were decoded from. */
#ifndef GATEWAY_CORE_STATE_H
#define GATEWAY_CORE_STATE_H

#include "gateway/core/event.h"
#include "gateway/journal/batch.h"

/* Waits for a named person of its organisation (judge_alert.c). */
struct org_alert {
    struct id id;                     /* of its event */
    struct id case_id, grant, person; /* person: whose act it was */
    struct id cause;                  /* the event that raised it, if that is another */
    struct id acked_by;
    struct id other; /* the organisation whose act it was, if another: to be seen, not reviewed */
    int64_t at, acked_at;
    int64_t level; /* how often it was told again because nobody had seen it */
    int code;      /* enum alert */
    int training;  /* enum flag: in a practice case */
};
enum { ALERT_LEVELS = 2 /* told again to its administrators; told to the operator */ };

struct org_state {
    struct id id;
    int kind;                /* enum org_kind */
    struct slice name, code; /* code: 10 digits of a hospital, or the headquarters' code */
    struct slice phone;      /* a hospital's number for crews */
    int stopped;             /* kill switch: enum flag */
    int64_t added_at;
    /* Of the one that stands for all: the newest key_destroy_asked, and the month it names. */
    struct id shred_event;
    int64_t shred_from;                      /* its first ms; 0: none yet */
    struct org_alert alerts[ORG_ALERTS_MAX]; /* open ones, the oldest first */
    size_t alerts_count;
    int64_t alerts_lost; /* had no room any more */
};

struct device_state {
    struct id id, org;
    int kind; /* enum device_kind */
    struct slice name;
    struct hash fingerprint;             /* of its certificate (DER) */
    struct hash former;                  /* of the one before it, which works on; zeros: none */
    int revoked;                         /* enum flag */
    int64_t added_at, certificate_until; /* 0: added before it was noted */
};

enum { PERSON_SESSIONS_MAX = 4 };

struct person_session {
    struct id id, device;
    struct hash token; /* SHA-256 of the token */
    int64_t opened_at, until, ended_at;
};

struct person_state {
    struct id id, org;
    struct slice login, name, password, totp; /* password: Argon2id string; totp: base32 */
    uint64_t roles;                           /* bit set of enum role */
    int64_t expires_at;                       /* of the account or the qualification; 0: none */
    int disabled, must_change, locked;        /* enum flag */
    int64_t failures;                         /* wrong factors in a row */
    int64_t totp_step;                        /* newest time step used: a code works once */
    int64_t password_at;
    struct id asked; /* the sign-in whose factors are being checked */
    struct person_session sessions[PERSON_SESSIONS_MAX];
    size_t sessions_count;
};

enum card_status { CARD_NONE, CARD_CHECKING, CARD_GOOD, CARD_REFUSED };
enum view_status {
    VIEW_NONE,
    VIEW_ASKED,
    VIEW_HELD,
    VIEW_FAILED,
    VIEW_ENDED,
    VIEW_LOST,
    VIEW_VOID
};

struct case_ground {
    struct id id; /* of the event */
    int right, basis, need, obstacle, said_by;
    struct id hospital, person;
    uint64_t hidden;
    int64_t at;
    int withdrawn; /* enum flag */
};

struct case_view {
    struct id id, asked_event;
    int status; /* enum view_status */
    int kind;
    uint64_t sections; /* asked for; never what was found */
    int64_t asked_at, fetched_at, until;
    struct hash digest;        /* commitment to what arrived */
    int match;                 /* enum match, 0: not yet compared */
    int failure;               /* enum err */
    int refetched, simulator;  /* enum flag */
    struct id person, session; /* who asked: the first keys go there */
    int64_t opened_at;         /* first opening by the crew */
};

struct case_asked {
    struct id hospital, inquiry;
    struct id inquiry_event, answer_event, phone_event;
    int status; /* enum asked_status */
    int64_t asked_at, answered_at;
    int by_phone;      /* enum flag */
    int phone_checked; /* FLAG_ABSENT: waiting, FLAG_YES: confirmed, FLAG_NO: contradicted */
};

struct case_grant {
    struct id id, hospital, view, ground, person;
    uint64_t sections;
    int64_t issued_at, until, delivered_at, opened_at, revoked_at;
    int revoke;                          /* enum revoke_reason, 0: live */
    int extended, break_glass, objected; /* enum flag */
    int64_t opens_at;                    /* break-glass: not before */
};

struct case_opener {
    struct id person, org, device, view, grant;
    uint64_t sections;
    int64_t at;
    int must_ack, acked; /* enum flag: mix-up */
};

enum { CASE_OPENERS_MAX = 64 };

/* Something that was said: its words are the payload of the event. */
struct case_said {
    int kind; /* enum spoken */
    struct id event, hospital, person;
    int64_t at;
};

struct case_state {
    struct id id, incident, org, device, previous_case, takeover_device;
    struct id open_event, record_event, handover_event, confirm_event, eta_event;
    int64_t opened_at, ended_at, eta_at, arrived_at, handed_at, confirmed_at, record_at;
    int end; /* enum case_end, 0: open */
    int training;
    int withdrawn; /* consent withdrawn: enum flag */
    int no_view;   /* newest reason */
    int mixup;
    int card; /* enum card_status */
    int card_kind, card_proof, identified_by, card_error;
    struct id card_event, card_person, card_session, alias;
    int64_t card_at;
    struct id vitals[CASE_VITALS_MAX]; /* events, oldest first; the oldest leave */
    size_t vitals_count;
    struct case_ground grounds[CASE_GROUNDS_MAX];
    size_t grounds_count;
    struct case_view views[CASE_VIEWS_MAX];
    size_t views_count;
    struct case_asked asked[CASE_HOSPITALS_MAX];
    size_t asked_count;
    struct case_grant grants[CASE_GRANTS_MAX];
    size_t grants_count;
    struct case_opener openers[CASE_OPENERS_MAX];
    size_t openers_count;
    struct case_said said[CASE_SAID_MAX]; /* oldest first; the oldest leave */
    size_t said_count;
    struct id destination; /* hospital; absent with not_connected */
    int not_connected;     /* enum flag: the destination is not on the gateway */
    int64_t destination_at;
    struct id destination_event;
    int64_t destinations; /* how many were fixed so far */
};

extern const struct record record_org_state, record_device_state, record_person_state,
    record_case_state;

union any_state {
    struct org_state org;
    struct device_state device;
    struct person_state person;
    struct case_state case_;
};

const struct record *state_record(enum aggregate kind);
/* Whether the row of this state is read at the start of the gateway, and whose key seals it. */
bool state_open(enum aggregate kind, const union any_state *state);
struct id state_realm(enum aggregate kind, const struct id *id, const union any_state *state);
/* Which aggregate EVENT changes, and its id; AGGREGATE_NONE: none. */
enum aggregate state_of_event(const struct event *event, struct id *id);
/* The fold: STATE after EVENT. Pure; never fails: an event that was committed is true. Texts of
 * the event's payload are lent: the caller keeps PAYLOAD's root alive as long as STATE. */
void case_apply(struct case_state *state, const struct event *event, const struct json *payload);
/* case_mixup.c: the part of case_apply that is about mix-ups; after 「患者違い」 and 「一致しない」 the
 * right card may be read in the same case. */
void case_apply_mixup(struct case_state *state, const struct event *event);
void case_forget_card(struct case_state *state);
void person_apply(struct person_state *state, const struct event *event,
                  const struct json *payload);
void device_apply(struct device_state *state, const struct event *event,
                  const struct json *payload);
void org_apply(struct org_state *state, const struct event *event, const struct json *payload);
/* org_alerts.c: the part of org_apply that is about alerts. */
void org_alert_apply(struct org_state *state, const struct event *event);
const struct org_alert *org_alert_of(const struct org_state *org, const struct id *alert);
/* Who was in an emergency is judged by somebody else: seen is not enough. */
bool alert_needs_review(const struct org_alert *alert);
/* The oldest alert that nobody has seen for EVERY_MS longer than at its last telling; or NULL. */
const struct org_alert *org_alert_due(const struct org_state *org, int64_t now, int64_t every_ms);

/* Questions that several judgements ask of a case. All take a case that exists. */
const struct case_asked *case_asked_of(const struct case_state *c, const struct id *hospital);
bool case_accepted_by(const struct case_state *c, const struct id *hospital);
const struct case_view *case_view_of(const struct case_state *c, const struct id *view);
const struct case_view *case_view_held(const struct case_state *c); /* the newest held, or NULL */
const struct case_grant *case_grant_of(const struct case_state *c, const struct id *grant);
const struct case_grant *case_grant_live(const struct case_state *c, const struct id *hospital,
                                         int64_t now);
bool grant_live(const struct case_grant *grant, int64_t now);
/* The newest ground for RIGHT (and HOSPITAL); NULL: none, withdrawn, or the newest is a refusal. */
const struct case_ground *case_ground_for(const struct case_state *c, int right,
                                          const struct id *hospital);
bool case_refused(const struct case_state *c); /* the newest ground is a refusal */
/* The patient refused that this hospital gets it; what is hidden from it. Lends nothing. */
bool case_refused_to(const struct case_state *c, const struct id *hospital);
uint64_t case_hidden_from(const struct case_state *c, const struct id *hospital);
/* Somebody of ORG (NULL: of any) has opened what turned out to be another patient's, and has not
 * yet said that it was read. */
bool case_must_ack(const struct case_state *c, const struct id *org);
/* case_said.c: notes EVENT when it is something said. */
void case_said_apply(struct case_state *c, const struct event *event);
/* Whether HOSPITAL was told of it; NULL: the crew, who hear all of their case. */
bool case_said_to(const struct case_state *c, const struct case_said *said,
                  const struct id *hospital);
enum event_type case_said_event(const struct case_said *said);
bool case_is_destination(const struct case_state *c, const struct id *hospital);
#endif
