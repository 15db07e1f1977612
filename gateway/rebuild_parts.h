/* rebuild_parts.h — Job: what the files of the rebuild share; nobody else includes it. */
#ifndef GATEWAY_REBUILD_PARTS_H
#define GATEWAY_REBUILD_PARTS_H

#include "gateway/core/state.h"
#include "gateway/engine/index.h"
#include "gateway/journal/sequencer.h"
#include "gateway/rebuild.h"

/* One aggregate: its row as the events so far make it. Texts of a state are lent by the row they
 * were decoded from, so each event decodes and encodes: slow, certain, and no larger than the
 * database. */
struct fold_row {
    enum aggregate kind;
    struct id id;
    struct buf text; /* the row's JSON; empty: no event yet */
    uint64_t events;
    bool unknown;     /* a payload of it is gone */
    bool met;         /* the store has its row */
    struct id org;    /* a device's */
    struct id former; /* a case's device before the newest take-over */
};

/* One running number. */
struct number_row {
    enum counter_kind kind;
    struct id id;
    uint64_t value, seq; /* SEQ: the newest event of a device */
    bool met;
};

struct rebuild {
    const struct rebuild_setup *setup;
    struct rebuild_report *report;
    struct world_index *rows[AGGREGATE_ORG + 1];
    struct world_index *numbers[COUNTER_DEVICE_N + 1];
    uint64_t seq;                        /* of the event folded last */
    struct id last_device, last_message; /* of that event */
    uint64_t open_rows;                  /* state rows with the flag set */
    enum err err;                        /* of a walk that cannot say it itself */
};

void rebuild_name(struct rebuild *r, enum rebuild_what what, const char *row, const struct id *id,
                  uint64_t seq);
/* Opens what is sealed. ERR_NOT_FOUND: its key was destroyed; ERR_CRYPTO: it cannot be opened for
 * any other reason. */
MUST_CHECK enum err rebuild_unseal(struct rebuild *r, const struct id *realm,
                                   const struct seal_place *place, struct slice sealed,
                                   struct buf *plain);

/* ---- rebuild_fold.c ---- */
const char *fold_kind(enum aggregate kind); /* "case" */
/* NULL: none. */
struct fold_row *fold_find(struct rebuild *r, enum aggregate kind, const struct id *id);
/* ROW's state; *ROOT lends its texts and is the caller's. A row that does not decode is unknown. */
MUST_CHECK enum err fold_state(struct fold_row *row, union any_state *state, struct json **root);
MUST_CHECK enum err fold_event(void *rebuild, const struct stored_event *stored);
/* Every state row of the store against the fold. */
MUST_CHECK enum err fold_compare(struct rebuild *r);
void fold_fini(struct rebuild *r);

/* ---- rebuild_beside.c: what lies beside events and states ---- */
/* Before EVENT is folded: STATE (of KIND; NULL: none) is what was true then. */
MUST_CHECK enum err beside_event(struct rebuild *r, const struct event *event,
                                 const struct fold_row *row, const union any_state *state);
/* The counters' rows, when the events up to their mark are folded. */
MUST_CHECK enum err beside_counters(struct rebuild *r);
MUST_CHECK enum err beside_settled(struct rebuild *r, uint64_t *settled);
MUST_CHECK enum err beside_receipts(struct rebuild *r);
void beside_fini(struct rebuild *r);
#endif
