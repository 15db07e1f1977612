/* console.h — Job: the C structs of what an administrator asks and is shown.
 * Slices are lent by the message. Bounds, and which members are required, stand in the tables. */
#ifndef PROTO_CONSOLE_H
#define PROTO_CONSOLE_H

#include "proto/limits.h"
#include "proto/record.h"

extern const struct record record_list_query, record_people_page, record_devices_page,
    record_connections_page, record_log_query, record_log_state, record_dispatches_set,
    record_coverage_query, record_coverage_row, record_coverage_page, record_access_query,
    record_case_story, record_access_row, record_access_page, record_alerts, record_alert_ack,
    record_review, record_ground_review, record_alert_row, record_alert_list, record_written_query,
    record_written, record_staff_act, record_org_stop;

/* Of people_query, devices_query, connections_query: what is asked for stands in the type. */
struct body_list_query {
    struct id after; /* the page before ended with this id; absent: from the first */
    int64_t limit;   /* rows; a page may hold fewer */
    int export;      /* enum flag: the answer will be written into a file */
};

struct person_row {
    struct id person;
    struct slice login, name; /* not told to an auditor */
    uint64_t roles;
    int state;     /* enum account_state */
    int signed_in; /* enum flag: has a session that has not ended */
    int64_t last_sign_in_at, password_at, expires_at;
};
struct body_people_page {
    struct person_row rows[ACCESS_ROWS_MAX];
    size_t rows_count;
    struct id after; /* ask with this for the next page; absent: complete */
    int complete;
};

struct device_row {
    struct id device;
    struct slice name;
    int kind, revoked, online;
    int64_t added_at, certificate_until, online_since;
};
struct body_devices_page {
    struct device_row rows[ACCESS_ROWS_MAX];
    size_t rows_count;
    struct id after;
    int complete;
};

struct connection_person {
    struct id person;
    struct slice name; /* not told to an auditor */
    uint64_t roles;
};
struct connection_row {
    struct id device;
    struct slice name;
    int kind;
    int64_t since, heard_at;
    int64_t control_frames, bulk_bytes; /* waiting in its two lanes */
    struct connection_person people[8]; /* signed in on it */
    size_t people_count;
};
struct body_connections_page {
    struct connection_row rows[CONNECTION_ROWS_MAX];
    size_t rows_count;
    struct id after;
    int complete;
};

struct body_log_query {
    int64_t entry;              /* whose receipt is wanted */
    int64_t old_size, new_size; /* between which a consistency proof is; new absent: the newest */
    int export;
};
/* A device keeps the checkpoint it has verified; what it said of it when it last came. */
struct witness_row {
    struct id device;
    struct slice name;
    int kind, online;
    int64_t size, at;
};
struct body_log_state {
    int64_t size;            /* entries that are durable, signed or not */
    struct slice checkpoint; /* the newest signed note, whole */
    int outside;             /* enum outside_state */
    int64_t outside_size;
    int64_t verified_size, verified_at; /* read back, hashed again, same root as the signed one */
    int64_t broken_size;                /* present: from this size on the roots differ */
    int64_t old_size, new_size, entry;
    struct slice consistency; /* base64 hashes, one a line */
    struct slice leaf;        /* base64 of the entry's bytes */
    struct slice proof;       /* its tlog-proof@v1 */
    struct witness_row witnesses[WITNESS_ROWS_MAX];
    size_t witnesses_count;
    int64_t watched_since; /* the gateway's start: it knows no older words */
};

struct body_dispatches_set {
    struct slice month; /* YYYY-MM, in Japan */
    int64_t count;
    int source; /* enum dispatch_source */
};
struct body_coverage_query {
    struct slice from, to; /* months, both included */
    int devices;           /* enum flag: yes: one month (from is to), a row for each ambulance */
    struct id after;       /* with devices: the page before ended with this one */
    int export;
};
struct coverage_number {
    int what;      /* enum coverage_count */
    int64_t count; /* absent when it is hidden or was never told */
    int hidden;    /* enum coverage_hidden */
};
struct coverage_reason {
    int reason;    /* enum no_view; absent: none was said */
    int64_t count; /* cases that were tried and gave no view */
    int hidden;
};
struct coverage_delay {
    int what;      /* enum coverage_time */
    int64_t count; /* cases that it is made from */
    int64_t median_s, p90_s;
    int hidden;
};
enum { COVERAGE_NUMBERS = 8, COVERAGE_REASONS = 8, COVERAGE_DELAYS = 3 };
struct coverage_row {
    struct id org, device, dispatches_by; /* device: the ambulance that the row is of */
    struct slice org_name, device_name, month, dispatches_by_name;
    int dispatches_source;
    int64_t dispatches_at;
    struct coverage_number numbers[COVERAGE_NUMBERS];
    size_t numbers_count;
    struct coverage_reason reasons[COVERAGE_REASONS];
    size_t reasons_count;
    struct coverage_delay delays[COVERAGE_DELAYS];
    size_t delays_count;
};
struct body_coverage_page {
    struct coverage_row rows[COVERAGE_MONTHS_MAX];
    size_t rows_count;
    struct id after;        /* with devices: ask with this for the next page; absent: complete */
    int64_t complete_until; /* seq that the counting has reached */
};

/* ---- the access log, alerts ---- */

struct body_access_query {
    int64_t from, until; /* recorded_at */
    struct id person, case_id, alias;
    struct id org;       /* another organisation that it concerns as well */
    int group;           /* enum access_group */
    struct slice kind;   /* an event's name in the log; not together with a group */
    int basis;           /* enum basis: done under this ground */
    int without_consent; /* enum flag: yes: only what was done without consent */
    int training;        /* enum flag: yes: practice only; no: none of it; absent: both */
    int waiting;         /* enum flag: yes: own grounds without consent that nobody has reviewed,
                            one of a person and case; `before`, `limit`, `export` narrow them */
    int64_t before;      /* seq: only what is older; INT_ABSENT: from the newest */
    int64_t limit;       /* rows, ACCESS_ROWS_MAX if absent; a page may hold fewer */
    int export;          /* enum flag: the answer will be written into a file */
};
struct body_case_story {
    struct id case_id;
    int64_t after; /* seq: only what is newer; INT_ABSENT: from the first */
    int64_t limit;
    int export;
};
/* One event, as this viewer may know it. `type` and `reason` are names in the log; made viewable,
 * delivered and opened are three types (grant_issued, delivered, opened). `basis` is the ground
 * that it was done under, also where the event itself only names the grant. */
struct access_row {
    int64_t seq, recorded_at, made_at, from, until, count;
    struct slice type, reason;
    struct id person, org, hospital, device, incident, case_id, view, grant, alias, subject;
    struct slice person_name, org_name;
    uint64_t roles, sections;
    int right, basis, need, obstacle, said_by, decline;
    int refused, late, training; /* enum flag */
    int without_consent; /* enum flag: nobody could agree: life and body, or an emergency opening */
};
struct body_access_page {
    struct access_row rows[ACCESS_ROWS_MAX]; /* left out of the frame when there is none */
    size_t rows_count;
    int64_t before; /* ask with this for the next older page; INT_ABSENT: a story, or complete */
    int64_t after;  /* of a story: ask with this for the next page */
    int complete;   /* enum flag: nothing more fits the question, up to complete_until */
    int64_t complete_until; /* seq that the index has reached: newer entries are not seen yet */
    int64_t
        waiting; /* own grounds without consent to be reviewed; ACCESS_ROWS_MAX: that, or more */
};
struct body_written_query {
    int64_t entry; /* seq of a break_glass or an access_reviewed of one's own organisation */
};
struct body_written {
    int64_t entry;
    struct slice content; /* raw JSON: the message that caused it; absent: shredded */
};
/* Of person_disable, person_unlock, device_revoke: what is done stands in the type. */
struct body_staff_act {
    struct id subject;   /* the person or the device */
    struct slice reason; /* needed; sealed with the entry */
};
struct body_org_stop {
    struct id org;       /* one's own, said once more: it cannot be taken back from here */
    struct slice reason; /* needed */
};
struct body_alerts {
    struct id after; /* only those behind this one; absent: from the oldest open one */
};
struct body_alert_ack {
    struct id alert;
};
struct body_review {
    struct id alert;
    int verdict;       /* enum review */
    struct slice text; /* needed unless justified */
};
struct body_ground_review {
    int64_t entry;     /* seq of a ground_recorded without consent, of one's own organisation */
    int verdict;       /* enum review */
    struct slice text; /* needed unless justified */
};
/* Something that a named person has to look at, of the viewer's own organisation. */
struct alert_row {
    struct id alert, case_id, grant, person, acked_by; /* person: who did it */
    struct slice person_name, acked_by_name;
    struct slice content; /* raw JSON: the message that caused it (the reason of a break_glass) */
    struct id org;        /* whose act it was, if another organisation's */
    struct slice org_name;
    int64_t at, acked_at;
    int64_t level;  /* how often it was told again because nobody had acknowledged it */
    int kind;       /* enum alert */
    int training;   /* enum flag: in a practice case */
    int review;     /* enum flag: open until it is reviewed, not merely acknowledged */
    int may_review; /* enum flag: by who asked */
};
struct body_alert_list {
    struct alert_row rows[ALERTS_PER_FRAME]; /* left out of the frame when there is none */
    size_t rows_count;
    struct id after; /* ask with this for the next page; absent: complete */
    int64_t open;    /* how many there are */
    int64_t late;    /* of these, how many were told again: nobody has acknowledged them */
    int64_t lost;    /* older ones that had no room: they are in the log only */
};
#endif
