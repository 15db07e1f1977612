/* sim.h — Job: a whole gateway without socket, disk or clock: engine, journal, a store in memory.
 *
 * Everything random comes from one seed, so every history can be run again. The simulation plays
 * crews, boxes, the runner of errands, a failing store, crashes and the clock; after each step it
 * checks what must never happen (sim_check.c). */
#ifndef TESTS_SIM_H
#define TESTS_SIM_H

#include "gateway/engine/engine.h"
#include "gateway/journal/journal.h"
#include "proto/bodies.h"
#include "tests/lib/temp_folder.h"

enum {
    SIM_DEVICES = 6,
    SIM_HOSPITALS = 3,
    SIM_CREWS = 3,
    SIM_CASES = 4,
    SIM_JOBS = 16,
    SIM_ACKED = 4096,
    SIM_SENT = 4096
};

/* Faults planted on purpose; each must be caught by a check. */
enum sim_bug { BUG_NONE, BUG_ACK_BEFORE_COMMIT, BUG_FORGOTTEN_REVOCATION, BUG_SKIPPED_LEAF };

struct sim_case {
    struct id id;
    int crew; /* index of the device that opened it */
    struct id view, inquiry[SIM_HOSPITALS];
    bool ended, practice;
};

struct sim_device {
    struct id id, org, person, session;
    int kind;
    struct hash fingerprint;
    struct peer_state *peer; /* NULL: off the line */
    bool session_bound;
    uint8_t token[32];
    uint64_t n;                              /* newest numbered frame seen */
    struct id grant, grant_view, grant_case; /* hospital: newest header received */
    uint64_t grant_sections;
};

struct sim_acked {
    struct id device, message;
    uint64_t entry;
};

struct sim {
    uint64_t seed, random_state;
    enum sim_bug bug;
    int64_t now;
    char folder[TEMP_PATH_MAX];
    struct store *store;
    struct journal *journal;
    struct engine *engine;
    struct batch *pending[4]; /* given to the journal, not yet committed, in order */
    size_t pending_count;
    struct job *jobs[SIM_JOBS];
    size_t jobs_count;
    struct sim_device devices[SIM_DEVICES]; /* crews first, then hospital boxes */
    struct id hospitals[SIM_HOSPITALS], headquarters;
    struct sim_case cases[SIM_CASES];
    size_t cases_count;
    struct sim_acked acked[SIM_ACKED];
    size_t acked_count;
    struct {
        int device;
        struct id id;
        char *text;
        size_t size;
    } sent[64]; /* for sending again */
    size_t sent_count;
    unsigned long keys_frames, receipts, refusals, crashes, notices, opened, grants;
    char failure[256]; /* what was found wrong; "" : nothing */
};

/* Makes the world: organisations, devices, people, all signed in. */
void sim_start(struct sim *sim, uint64_t seed, enum sim_bug bug);
void sim_stop(struct sim *sim);
uint64_t sim_random(struct sim *sim, uint64_t below);
void sim_step(struct sim *sim);   /* one random act, then what it causes as far as it may go */
void sim_settle(struct sim *sim); /* everything under way comes to its end */
void sim_crash(struct sim *sim);  /* the process dies and starts again */
void sim_commit(struct sim *sim); /* the batch that waits, if any */
void sim_errand(struct sim *sim); /* one errand comes back */
void sim_connect(struct sim *sim, int device);
/* Sends KIND with BODY as DEVICE's session; remembers it for sending again. */
void sim_send(struct sim *sim, int device, enum message_kind kind, const struct id *case_id,
              const void *body);
void sim_sign_in(struct sim *sim, int device);
void sim_fail(struct sim *sim, const char *format, ...) __attribute__((format(printf, 2, 3)));

/* MARKED: WHAT says of the case that it is practice; fails unless that is so. */
void sim_check_mark(struct sim *sim, const struct id *case_id, bool marked, const char *what);
/* Called for every frame that leaves the engine. */
void sim_check_frame(struct sim *sim, int device, struct slice frame);
/* The whole log: tree, counts, fold against rows, acknowledged messages there, once each. */
void sim_check_log(struct sim *sim);
#endif
