/* shown.h — Job: a case as a device may see it: the body of snapshot_case.
 *
 * The crew's device sees its whole case; a hospital its own request, answer and grants, and whether
 * it is the destination. Never content of a view, and no patient's name: those need a person. */
#ifndef PROTO_SHOWN_H
#define PROTO_SHOWN_H

#include "proto/limits.h"
#include "proto/record.h"

struct shown_asked {
    struct id hospital, inquiry;
    struct slice hospital_name;
    int status; /* enum asked_status */
    int64_t asked_at, answered_at;
    int by_phone, phone_checked; /* enum flag */
    struct slice content;        /* hospital only, while it may have it: the inquiry, raw JSON */
};

struct shown_grant {
    struct id grant, hospital, view;
    uint64_t sections;
    int64_t issued_at, until, delivered_at, opened_at, opens_at, revoked_at;
    int revoke; /* enum revoke_reason; absent: live */
    int break_glass, extended, objected;
};

struct shown_view { /* crew only */
    struct id view;
    uint64_t sections;
    int64_t asked_at, fetched_at, until;
    int held;  /* the gateway has it in memory; no: hand it up */
    int ended; /* voided, withdrawn, expired or failed */
    int match, error, refetched;
};

struct shown_ground { /* crew only */
    int right, basis;
    struct id hospital;
    int64_t at;
    int withdrawn;
};

enum { SHOWN_VITALS_MAX = CLIENT_VITALS_MAX };
struct shown_text {
    struct slice content; /* raw JSON of the message */
};

/* What was said in the case and told to this device, as its notice told it. */
struct shown_said {
    int kind; /* enum spoken */
    int64_t at;
    struct id person;
    struct slice person_name;
    int own;              /* enum flag yes: the person is of one's own organisation */
    struct slice content; /* raw JSON of the message */
};

struct shown_case {
    struct id incident, device, destination;
    int64_t opened_at, ended_at, handed_at, confirmed_at, eta_at, arrived_at;
    int64_t destination_at, record_at;
    int end, training, not_connected, mixup, must_ack, no_view;
    int destination_here; /* hospital: it is the destination */
    int card_good, card_checking;
    int card_error;
    struct slice destined, /* the destination message when it is not connected: its name */
        opened; /* the case_open message, raw JSON: number and spoken name, nobody's name */
    struct slice record; /* crew: its record, raw JSON */
    struct slice eta;    /* the newest eta message, raw JSON: the time again, and the place */
    struct shown_asked asked[CASE_HOSPITALS_MAX];
    size_t asked_count;
    struct shown_grant grants[CASE_GRANTS_MAX];
    size_t grants_count;
    struct shown_view views[CASE_VIEWS_MAX];
    size_t views_count;
    struct shown_ground grounds[CASE_GROUNDS_MAX];
    size_t grounds_count;
    struct shown_text vitals[SHOWN_VITALS_MAX]; /* newest last */
    size_t vitals_count;
    struct shown_said said[CASE_SAID_MAX]; /* newest last; of a full frame the oldest is missing */
    size_t said_count;
};

extern const struct record record_shown_case, record_shown_text;
#endif
