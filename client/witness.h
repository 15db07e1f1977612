/* witness.h — Job: keep the newest verified checkpoint of the log, and cry out when another does
 * not fit it.
 *
 * What is kept is never overwritten by something that it does not lead to. Two checkpoints that
 * the log's key has signed and that cannot both be true are the evidence: both are kept, with the
 * proof that failed, until a named person has closed the alarm. The owner writes witness_encode to
 * a file: at WITNESS_ALARM before it says anything to anybody, at the others soon (a sync may take
 * longer than an opening should; what a crash loses is verified again from the one before).
 *
 *                 newer, proof fits                          does not fit
 *   [watching] ------------------------> [watching]   [watching] -----> [alarmed]
 *   [alarmed] -- a named person closes it: keep own, or take the other -- [watching]
 *
 * An older checkpoint that was seen before is no alarm: a gateway that lags behind may send it.
 * What is signed but cannot be judged (an older one never seen, a proof from another size than
 * ours) is WITNESS_UNPROVED: the owner reconnects and says its size again; WITNESS_UNPROVED_MAX of
 * them in a row are an alarm: a log that never proves itself is no better than one that cannot. */
#ifndef CLIENT_WITNESS_H
#define CLIENT_WITNESS_H

#include "proto/bodies.h"
#include "proto/checkpoint.h"

enum { WITNESS_SEEN_MAX = 64, WITNESS_UNPROVED_MAX = 3 };

enum witness_verdict {
    WITNESS_NEWER = 1, /* verified, kept */
    WITNESS_SAME,      /* the one we keep */
    WITNESS_OLDER,     /* seen and verified before */
    WITNESS_UNPROVED,  /* signed by the log, cannot be judged: reconnect */
    WITNESS_ALARM      /* it does not fit; the alarm is on (or was already) */
};
enum witness_alarm {
    ALARM_NONE,
    ALARM_FORK,     /* same size, other root */
    ALARM_PROOF,    /* the proof from our size does not verify */
    ALARM_NO_PROOF, /* too many in a row that could not be judged */
    ALARM_OTHER_KEY /* the gateway presents another log key than the one we know */
};
enum witness_choice { WITNESS_KEEP_OWN = 1, WITNESS_TAKE_OTHER };

struct witness_seen {
    uint64_t size;
    struct hash root;
};

/* Zeroed is a witness that knows no log yet. witness_fini frees. */
struct witness {
    struct note_key key;                        /* name "" : none yet */
    struct checkpoint newest;                   /* size 0: none yet */
    struct buf note;                            /* of the newest, as signed */
    struct witness_seen seen[WITNESS_SEEN_MAX]; /* a ring of what was verified */
    size_t seen_count, seen_next;
    int unproved; /* in a row */
    enum witness_alarm alarm;
    int64_t alarm_at;       /* ms */
    struct buf other_note;  /* the evidence beside `note`: the other checkpoint, or the other key */
    struct buf other_proof; /* what came with it, as text */
    int64_t closed_at;      /* the last alarm that a person closed; 0: none */
    struct id closed_by;
};

void witness_fini(struct witness *w);
/* The key that the gateway names in `welcome`. The first one is kept (or the one that the program
 * has in its settings: call this with it first). ERR_BAD_FIELD: not a vkey. ERR_LOG_PROOF: another
 * key than ours: the alarm is on. AT_MS: wall clock. */
MUST_CHECK enum err witness_key(struct witness *w, struct slice vkey, int64_t at_ms);
/* Judges one checkpoint frame. ERR_CRYPTO, ERR_BAD_FIELD…: not signed by our log's key or not a
 * checkpoint at all: worth nothing, proves nothing, nothing is kept. */
MUST_CHECK enum err witness_checkpoint(struct witness *w, const struct body_checkpoint *body,
                                       int64_t at_ms, enum witness_verdict *verdict);
/* For hello: the size of what we keep; 0: none. */
int64_t witness_size(const struct witness *w);
/* PERSON (an id; names are not kept on disk) closes the alarm. WITNESS_TAKE_OTHER goes on from the
 * other checkpoint (the operator has explained it: restored from a backup, say); the evidence is
 * dropped from the state: the owner has written it to a file of its own when the alarm rose.
 * ERR_PROTOCOL: there is no alarm. ERR_MISSING_FIELD: PERSON is absent. */
MUST_CHECK enum err witness_close(struct witness *w, const struct id *person, int64_t at_ms,
                                  enum witness_choice choice);
/* Both checkpoints and the proof as text, for the evidence file. */
void witness_evidence(const struct witness *w, struct buf *out);

/* The state file: text, one fact a line. */
void witness_encode(const struct witness *w, struct buf *out);
/* ERR_CORRUPT for anything witness_encode would not have written; W is then empty. The signature
 * of what was kept is verified again. */
MUST_CHECK enum err witness_decode(struct slice text, struct witness *w);
/* Verifies an entry's offline receipt (`proof` frame) with our key, and that its checkpoint fits
 * what we keep as far as can be told (same size: same root). ENTRY counts from 1 as the journal
 * does. */
MUST_CHECK enum err witness_proof(const struct witness *w, const struct body_proof *body,
                                  struct buf *leaf);
const char *witness_alarm_ja(enum witness_alarm alarm);
#endif
