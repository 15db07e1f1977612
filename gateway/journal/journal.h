/* journal.h — Job: the order of everything: batches in, committed batches out, reads beside it.
 *
 * Layers: journal (this; queue and writer thread) over sequencer (gives seq, counts, leaves, seals,
 * signs) over a store (bytes). */
#ifndef GATEWAY_JOURNAL_JOURNAL_H
#define GATEWAY_JOURNAL_JOURNAL_H

#include "gateway/journal/store.h"

struct uv_loop_s;
struct journal;

struct journal_setup {
    struct store *store;         /* lent; the caller closes it after journal_close */
    const char *keys_dir;        /* kek-YYYY-MM.key, log.key (common/keyfile.h) */
    const char *checkpoint_path; /* the outside checkpoint file; synced before one leaves */
    const char *origin;          /* log origin = key name, "gw.example/audit" */
    /* Both are called by the writer thread as well as by the caller's. */
    int64_t (*now_ms)(void *self); /* the clock; tests set it */
    void *now_self;
    void (*random)(void *self, void *bytes, size_t size); /* tests seed it */
    void *random_self;
    int checkpoint_every_ms; /* at most one signature per so many ms when busy; 0: each batch */
};

/* Opens and checks: refuses with ERR_CORRUPT when the store is behind the outside checkpoint file,
 * when its root does not match, or when the file is missing beside a store that has more than its
 * first entry. ERR_NOT_FOUND: there is no log key (`init` makes it). Writes log_begun as entry 1 of
 * a new log. */
MUST_CHECK enum err journal_open(const struct journal_setup *setup, struct journal **out);

/* Starts the writer thread; DONE is called on LOOP's thread for each batch, in order. */
MUST_CHECK enum err journal_start(struct journal *journal, struct uv_loop_s *loop, void *self,
                                  void (*done)(void *self, struct batch *batch));
/* Takes BATCH; DONE gives it back. Never blocks. */
void journal_append(struct journal *journal, struct batch *batch);
size_t journal_waiting(const struct journal *journal); /* batches not yet given back; loop only */
/* The same without thread or loop, for the command line, tests and the simulation: runs BATCH to
 * the end before it returns; the result is in it. Not while the writer thread runs. */
void journal_append_now(struct journal *journal, struct batch *batch);

/* For ever: destroys MONTH's key (keyfile_month), and with it what was sealed of the cases that
 * were opened in it. ERR_NOT_ALLOWED: it is not over; ERR_CONFLICT: one of its cases is open;
 * ERR_NOT_FOUND: it has no key. Not while the writer thread runs. */
MUST_CHECK enum err journal_shred(struct journal *journal, int month, int64_t now_ms);
/* Whether it would; changes nothing. */
MUST_CHECK enum err journal_may_shred(struct journal *journal, int month, int64_t now_ms);

/* Reads, on the calling (loop) thread, bounded. PLAIN is unsealed into ARENA. */
MUST_CHECK enum err journal_payload(struct journal *journal, const struct id *event,
                                    const struct id *realm, struct arena *arena,
                                    struct slice *plain);
struct journal_event {
    struct event event; /* payload: unsealed, in the arena; bytes NULL: none, shredded or damaged
                           (then the commitment says that there was one) */
    uint64_t n;
    struct slice leaf;
};
/* The next numbered events of a device after AFTER_N, at most CAP (<= 256). ERR_FULL: more than
 * JOURNAL_BEHIND_MAX are waiting; a snapshot is the answer. */
/* The entry SEQ, without what it holds sealed. ERR_NOT_FOUND: there is none. */
MUST_CHECK enum err journal_entry(struct journal *journal, uint64_t seq, struct event *event);
MUST_CHECK enum err journal_outbox(struct journal *journal, const struct id *device,
                                   uint64_t after_n, struct arena *arena,
                                   struct journal_event *rows, size_t cap, size_t *count);
MUST_CHECK enum err journal_newest_n(struct journal *journal, const struct id *device, uint64_t *n);
MUST_CHECK enum err journal_seen(struct journal *journal, const struct id *device,
                                 const struct id *message, struct hash *digest, uint64_t *seq,
                                 int64_t *recorded_at);
/* Every open aggregate's derived row, unsealed; JSON is lent during the call. Its bytes are NULL
 * when the row is shredded or damaged: EACH decides whether the gateway can go on without it. */
MUST_CHECK enum err journal_load(struct journal *journal, void *self,
                                 enum err (*each)(void *self, enum aggregate kind,
                                                  const struct id *id, uint64_t version,
                                                  struct slice json));
/* One aggregate, open or not. ERR_NOT_FOUND. */
MUST_CHECK enum err journal_load_one(struct journal *journal, enum aggregate kind,
                                     const struct id *id, struct arena *arena, uint64_t *version,
                                     struct slice *json);
/* Newest checkpoint (signed note), and proofs, as base64 text in ARENA. A receipt proves against
 * the newest checkpoint; ERR_NOT_FOUND when that does not cover the entry yet. */
MUST_CHECK enum err journal_checkpoint(struct journal *journal, struct arena *arena,
                                       struct slice *note, uint64_t *size);
MUST_CHECK enum err journal_consistency(struct journal *journal, uint64_t old_size,
                                        uint64_t new_size, struct arena *arena,
                                        struct slice *proof_lines);
MUST_CHECK enum err journal_receipt(struct journal *journal, uint64_t seq, struct arena *arena,
                                    struct slice *leaf, struct slice *tlog_proof);
struct slice journal_log_key(const struct journal *journal); /* C2SP vkey; lent */
/* A 32-byte key derived from the realm's data key, for LABEL ("section/<view>/<name>"). Makes the
 * realm's data key when it has none yet (kept in memory until the next commit writes it). */
MUST_CHECK enum err journal_derive(struct journal *journal, const struct id *realm,
                                   struct slice label, uint8_t key[32]);
/* Waits for the writer, gives every batch back through DONE, signs what is not signed yet. The
 * loop must run once more afterwards (it closes the writer's handle). */
void journal_close(struct journal *journal);
#endif
