/* engine.h — Job: one turn: frames in -> judged -> one batch -> committed -> frames out.
 *
 * The engine knows no socket, no disk and no thread: what it needs of the world outside stands in
 * engine_calls, so that the simulation runs it as it is.
 *
 *   IN      engine_frame, engine_outcome, engine_tick    bytes or outcomes become works; a work is
 *                                                        judged, or waits for its aggregate
 *   COMMIT  engine_turn_end -> calls.commit              what was judged leaves as one batch
 *   OUT     engine_committed                             receipts, notices, keys: from committed
 *                                                        events only
 *
 * Where a work waits: in slot.waiting until the batch that changes the slot comes back (the journal
 * always gives a batch back), and in an errand until its outcome (the runner has a time limit). */
#ifndef GATEWAY_ENGINE_ENGINE_H
#define GATEWAY_ENGINE_ENGINE_H

#include "gateway/door/door.h"
#include "gateway/engine/job.h"
#include "gateway/engine/world.h"
#include "gateway/journal/journal.h"

struct engine;
struct peer_state; /* one connected device */

struct engine_calls {
    void *self;
    /* As in door.h; CONN is what engine_admit was given. */
    enum err (*send)(void *self, void *conn, enum lane lane, struct frame *frame);
    bool (*has_room)(void *self, void *conn); /* for one more frame in LANE_BULK */
    void (*drop)(void *self, void *conn, const struct id *tag);
    void (*close)(void *self, void *conn, enum close_code code, const char *why);
    /* Takes BATCH; it comes back through engine_committed, in order. */
    void (*commit)(void *self, struct batch *batch);
    /* Takes JOB; it comes back through engine_outcome. */
    void (*errand)(void *self, struct job *job);
    int64_t (*now)(void *self);
    void (*random)(void *self, void *bytes, size_t size);
    /* What waits in CONN's lanes. NULL: nobody can tell. */
    void (*waiting)(void *self, void *conn, size_t *control_frames, size_t *bulk_bytes);
};

struct engine_setup {
    struct engine_calls calls;
    struct journal *journal; /* lent; for bounded reads on this thread and derived keys */
    struct policy policy;
    const char *name;            /* of the gateway, told in welcome */
    struct slice spool_key;      /* base64; lent */
    const uint8_t *spool_secret; /* what opens that; lent, locked memory; NULL: nothing is opened */
    int64_t lease_ms;
    bool simulator; /* the eligibility provider is a simulator */
};

MUST_CHECK enum err engine_new(const struct engine_setup *setup, struct engine **out);
void engine_free(struct engine *engine);
/* Loads every open aggregate from the journal. Views that were held are lost: says so by events. */
MUST_CHECK enum err engine_load(struct engine *engine);

/* A device with this certificate is on the line. ERR_CERT: not registered; ERR_DEVICE_REVOKED;
 * ERR_STOPPED. An older connection of the same device is closed (CLOSE_REPLACED). */
MUST_CHECK enum err engine_admit(struct engine *engine, void *conn, int kind,
                                 const struct hash *fingerprint, struct peer_state **out);
void engine_frame(struct engine *engine, struct peer_state *peer, struct slice text);
/* There is room in the bulk lane again: hands over the next pieces of its views. */
void engine_room(struct engine *engine, struct peer_state *peer);
void engine_closed(struct engine *engine, struct peer_state *peer);

/* Takes JOB back with its outcome filled in. */
void engine_outcome(struct engine *engine, struct job *job);
/* Takes BATCH back from the journal. */
void engine_committed(struct engine *engine, struct batch *batch);
/* At the end of every loop turn. */
void engine_turn_end(struct engine *engine);
/* About once a second: expiry, silent boards, refusal buckets, alive frames. */
void engine_tick(struct engine *engine);

/* Nothing more will come: what was only counted goes into the log. */
void engine_finish(struct engine *engine);

/* An operator's act (command line): events as they stand, for aggregates that need no judgement
 * beyond the caller's. DONE says how it ended; until then the caller keeps EVENT's payload. */
void engine_operator(struct engine *engine, const struct event *event, void *self,
                     void (*done)(void *self, enum err err, uint64_t seq));
/* After the journal runs: errands that were asked for and have no outcome are started again; views
 * that were held wait to be handed up (a few minutes), then they are lost. */
void engine_recover(struct engine *engine);
struct world_table *engine_world(struct engine *engine);
const struct policy *engine_policy(const struct engine *engine);
void engine_set_stopped(struct engine *engine, enum flag stopped);
/* Works under way: batches not yet back and messages that wait. */
size_t engine_busy(const struct engine *engine);
/* Appends the state of the engine as JSON for /healthz: numbers only. */
void engine_health(const struct engine *engine, struct buf *out);
#endif
