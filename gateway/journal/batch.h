/* batch.h — Job: what one turn wants committed, and what the sequencer made of it.
 *
 * A batch moves by pointer to the writer thread and back; nobody else looks at it meanwhile. */
#ifndef GATEWAY_JOURNAL_BATCH_H
#define GATEWAY_JOURNAL_BATCH_H

#include "gateway/core/event.h"
#include "proto/arena.h"

enum aggregate {
    AGGREGATE_NONE,
    AGGREGATE_CASE,
    AGGREGATE_PERSON,
    AGGREGATE_DEVICE,
    AGGREGATE_ORG
};

/* "I judged on this version." Version 0: it did not exist. */
struct expected {
    enum aggregate kind;
    struct id id;
    uint64_t version;
};

/* The derived row of one aggregate after the entry's events: its new version is the expected
 * version + 1 (the entry must also expect it). */
struct state_row {
    enum aggregate kind;
    struct id id;
    struct id realm;   /* whose key seals it */
    uint64_t version;  /* the new one */
    int open;          /* 1: loaded at the start of the gateway */
    struct slice json; /* canonical JSON, lent by the batch's arena; sealed by the journal */
};

struct batch_event {
    struct event event;    /* sequencer fills seq, recorded_at, counts, commitment */
    struct id *recipients; /* devices, decided by the judgement */
    uint64_t *n;           /* per recipient, filled by the sequencer */
    size_t recipients_count;
    struct slice leaf; /* filled by the sequencer; lives in the batch's arena */
};

enum entry_status { ENTRY_WAITING, ENTRY_COMMITTED, ENTRY_CONFLICT, ENTRY_DUPLICATE, ENTRY_FAILED };

/* What one message (or one gateway act) wants: all of it or nothing of it. */
struct entry {
    struct entry *next;
    enum entry_status status;
    struct batch_event *events;
    size_t events_count;
    struct expected *expected;
    size_t expected_count;
    struct state_row *rows;
    size_t rows_count;
    struct id sender; /* device of the message; absent: a gateway act, no duplicate check */
    struct id message;
    struct hash digest;
    uint64_t first_seq; /* of its first event; for a DUPLICATE: of the original */
    int64_t first_recorded_at;
    struct hash first_digest; /* for a DUPLICATE: the original's digest */
    void *user;               /* the engine's own pointer, untouched */
};

struct batch {
    struct batch *next; /* the journal's queue */
    struct arena arena; /* owns everything the entries point to */
    struct entry *first, *last;
    size_t entries_count, events_count;
    enum err result;         /* ERR_OK, or why nothing of the batch is durable (ERR_STORE) */
    uint64_t tree_size;      /* after it */
    struct slice checkpoint; /* the newest signed note, in the arena; empty: none newer */
    uint64_t checkpoint_size;
};

struct batch *batch_new(void); /* NULL: no memory */
/* Appends a zeroed entry with room for EVENTS events, EXPECTED and ROWS. NULL: no memory. */
struct entry *batch_add(struct batch *batch, size_t events, size_t expected, size_t rows);
void batch_free(struct batch *batch); /* wipes */
#endif
