/* store.h — Job: the storage interface behind the journal: SQLite, PostgreSQL, memory.
 *
 * A store keeps bytes and knows no cryptography: payloads, state rows and keys arrive sealed. Three
 * threads may use one store at the same time, each its own part and its own connection: the writer
 * (the sequencer is the only caller of the writing half), the loop (the reading half), and whoever
 * drives the second pass (`index`). Errors are ERR_STORE and ERR_CORRUPT, and where said others;
 * a callback's error ends the walk and is given back. */
#ifndef GATEWAY_JOURNAL_STORE_H
#define GATEWAY_JOURNAL_STORE_H

#include "gateway/journal/batch.h"

struct store_head {
    uint64_t size; /* events; the next seq is size + 1 (leaf index = seq - 1) */
    struct hash root;
    struct slice edge;       /* encoded right edge of the tree; lent until the next call */
    struct slice checkpoint; /* newest signed note; lent until the next call */
};

/* What an event leaves behind besides its leaf: the columns that queries use. */
struct store_event {
    uint64_t seq;
    const struct event *event;
    struct slice leaf;
    struct slice sealed; /* the sealed payload; bytes NULL: none */
    /* The Merkle nodes that this leaf completes: level 0 .. nodes_count-1, so a node (level, index)
     * is found at seq (index + 1) << level and needs no row of its own. */
    const struct hash *nodes;
    unsigned nodes_count;
    /* Who gets it, as number n of that device: what `outbox` gives back. */
    const struct id *recipients;
    const uint64_t *n;
    size_t recipients_count;
};

struct stored_state {
    enum aggregate kind;
    struct id id, realm;
    uint64_t version;
    int open;
    struct slice sealed; /* lent during the callback */
};

struct stored_event {
    uint64_t seq, n; /* n: only from outbox */
    struct id id;
    struct slice leaf; /* lent during the callback */
    struct slice sealed;
    int under; /* only from query: the ground it was done under (core/under.h) */
};

/* A row of the derived tables. A damaged one has absent ids: no row of ours has. */
struct stored_recipient {
    struct id device;
    uint64_t n, before; /* BEFORE: seq of the device's event before this one; 0: none */
};

struct stored_seen {
    struct id device, message;
    uint64_t seq;
    int64_t recorded_at;
};

enum counter_kind { COUNTER_ORG = 1, COUNTER_ALIAS, COUNTER_DEVICE_N };

struct stored_counter {
    enum counter_kind kind;
    struct id id;
    uint64_t value, seq; /* SEQ: the newest event of a device; else 0 */
};

/* Console and export; absent members do not narrow. ORG is needed: nothing is found that does not
 * concern it: what its own people did, what was done towards it, and what happened in cases that
 * were its own then. */
enum { QUERY_TYPES_MAX = 16 };
struct store_query {
    struct id org, person, case_id, alias;
    struct id other;                        /* an organisation that it concerns as well */
    enum event_type types[QUERY_TYPES_MAX]; /* any of these */
    size_t types_count;
    int basis;           /* enum basis: done under it (core/under.h) */
    int without_consent; /* enum flag YES: done without consent */
    int training;        /* enum flag: YES: practice only, NO: none */
    int waiting;         /* enum flag YES: of ORG's own grounds without consent those not reviewed,
                            one of a person and case, newest first; only `before_seq` narrows */
    int64_t from, until; /* recorded_at, ms */
    uint64_t before_seq; /* paging, newest first; 0: from the newest */
    uint64_t after_seq;  /* paging, oldest first; 0: from the oldest */
    bool oldest_first;
    int limit;
};

/* How far the entries were read back from where they are kept, and hashed again. */
struct store_verified {
    uint64_t size;   /* the tree that was the signed one; 0: none yet */
    int64_t at;      /* when that was seen, ms */
    uint64_t broken; /* 0, or the size at which the roots first differed */
};

struct coverage_month;

struct store {
    const char *name;
    void *self;
    /* ---- writing half: begin … commit, all on one thread ---- */
    enum err (*begin)(void *self, struct store_head *head);
    /* The version now, 0 if there is none. */
    enum err (*version)(void *self, enum aggregate kind, const struct id *id, uint64_t *version);
    /* ERR_NOT_FOUND: that device never used that message id. */
    enum err (*seen)(void *self, const struct id *device, const struct id *message,
                     struct hash *digest, uint64_t *seq, int64_t *recorded_at);
    enum err (*counter)(void *self, enum counter_kind kind, const struct id *id, uint64_t *value);
    enum err (*put_event)(void *self, const struct store_event *event);
    enum err (*put_state)(void *self, const struct state_row *row, struct slice sealed);
    enum err (*put_seen)(void *self, const struct id *device, const struct id *message,
                         const struct hash *digest, uint64_t seq, int64_t recorded_at);
    enum err (*put_counter)(void *self, enum counter_kind kind, const struct id *id,
                            uint64_t value);
    /* MONTH as keyfile_month gives it. Replaces the key of a realm that has one. */
    enum err (*put_key)(void *self, const struct id *realm, int month, struct slice wrapped);
    /* ERR_NOT_FOUND: the realm has no key yet. */
    enum err (*key)(void *self, const struct id *realm, void *user,
                    enum err (*each)(void *user, int month, struct slice wrapped));
    /* Keys of the organisations above AFTER, by id, at most LIMIT; zeros: from the first. */
    enum err (*org_keys)(void *self, const struct id *after, int limit, void *user,
                         enum err (*each)(void *user, const struct id *realm, int month,
                                          struct slice wrapped));
    enum err (*put_head)(void *self, const struct store_head *head);
    enum err (*commit)(void *self); /* durable when it returns ERR_OK */
    void (*rollback)(void *self);
    /* Between batches: SQLite moves its WAL into the database here. IDLE: nobody waits. */
    void (*tidy)(void *self, int idle);
    /* ---- reading half ---- */
    enum err (*head)(void *self, struct store_head *head);
    enum err (*states)(void *self, int open_only, void *user,
                       enum err (*each)(void *user, const struct stored_state *state));
    enum err (*state)(void *self, enum aggregate kind, const struct id *id, void *user,
                      enum err (*each)(void *user, const struct stored_state *state));
    enum err (*event)(void *self, uint64_t seq, void *user,
                      enum err (*each)(void *user, const struct stored_event *event));
    enum err (*event_by_id)(void *self, const struct id *id, void *user,
                            enum err (*each)(void *user, const struct stored_event *event));
    /* Events of SEQ and above, at most LIMIT. */
    enum err (*follow)(void *self, uint64_t seq, int limit, void *user,
                       enum err (*each)(void *user, const struct stored_event *event));
    /* The numbered events of DEVICE above AFTER_N, in order, at most LIMIT. ERR_FULL: it is more
     * than JOURNAL_BEHIND_MAX behind and needs a snapshot. */
    enum err (*outbox)(void *self, const struct id *device, uint64_t after_n, int limit, void *user,
                       enum err (*each)(void *user, const struct stored_event *event));
    enum err (*query)(void *self, const struct store_query *query, void *user,
                      enum err (*each)(void *user, const struct stored_event *event));
    enum err (*node)(void *self, unsigned level, uint64_t index, struct hash *hash);
    /* The reading half of `seen`, `counter` and `key`. */
    enum err (*seen_read)(void *self, const struct id *device, const struct id *message,
                          struct hash *digest, uint64_t *seq, int64_t *recorded_at);
    enum err (*counter_read)(void *self, enum counter_kind kind, const struct id *id,
                             uint64_t *value);
    enum err (*key_read)(void *self, const struct id *realm, void *user,
                         enum err (*each)(void *user, int month, struct slice wrapped));
    /* How far the second pass has come: `query` sees events up to this seq. */
    enum err (*indexed)(void *self, uint64_t *seq);
    /* Each month of ORG from FROM to TO (core/month.h) of which anything is known, in order. ORG
     * may be an ambulance's device as well: what that opened. */
    enum err (*coverage)(void *self, const struct id *org, int from, int to, void *user,
                         enum err (*each)(void *user, const struct coverage_month *month));
    enum err (*verified)(void *self, struct store_verified *out);
    /* ---- second pass: fills what only `query` needs, by at most LIMIT events; *LEFT: how many
     * are still to do. Its result can be thrown away and made again from the leaves. ---- */
    enum err (*index)(void *self, int limit, uint64_t *left);
    /* ---- row by row, as it lies there, damaged rows too, for whoever holds the rows against the
     * events. NULL: this store keeps no such rows (memory). ---- */
    enum err (*all_states)(void *self, void *user,
                           enum err (*each)(void *user, const struct stored_state *state));
    /* Counters may lag behind the events: *SETTLED says up to which event they are true. */
    enum err (*all_counters)(void *self, uint64_t *settled, void *user,
                             enum err (*each)(void *user, const struct stored_counter *counter));
    enum err (*all_seen)(void *self, void *user,
                         enum err (*each)(void *user, const struct stored_seen *seen));
    enum err (*recipients)(void *self, uint64_t seq, void *user,
                           enum err (*each)(void *user, const struct stored_recipient *to));
    void (*close)(void *self);
};

/* PATH is made when it does not exist; PATH-index beside it holds the second pass. ERR_BUSY:
 * another process writes it. ERR_STORE, ERR_CORRUPT. */
MUST_CHECK enum err store_sqlite_open(const char *path, struct store **out);
/* The reading half only, for one more thread or for another program (console, export, audit). */
MUST_CHECK enum err store_sqlite_open_reader(const char *path, struct store **out);
/* Everything in memory; for tests, the simulation, and reading the interface. Committed data
 * survives store_ram_crash, which drops what was not committed. */
MUST_CHECK enum err store_ram_open(struct store **out);
void store_ram_crash(struct store *store);
/* The next COUNT version checks report a conflict, as another node would cause. */
void store_ram_conflict_next(struct store *store, int count);
/* The Nth next writing call fails with ERR_STORE (0: never). */
void store_ram_fail_after(struct store *store, int calls);
void store_close(struct store *store); /* NULL is fine */
#endif
