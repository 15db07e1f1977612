/* sequencer.h — Job: one transaction: numbers, commitments, leaves, seals, signature.
 *
 * For each batch: begin → per entry: known already? versions as judged? keys there? → seq, counts,
 * commitment, leaf, tree → sealed payload and rows → … → checkpoint → head → commit → outside
 * checkpoint file. A duplicate or conflicting entry is left out and the rest goes on; if the store
 * fails anywhere, nothing of the transaction is durable and every batch in it says ERR_STORE.
 * One thread at a time may call, except where said. */
#ifndef GATEWAY_JOURNAL_SEQUENCER_H
#define GATEWAY_JOURNAL_SEQUENCER_H

#include "gateway/journal/journal.h"
#include "gateway/journal/keyring.h"
#include "proto/note.h"

struct sequencer;

/* Opens and checks, see journal_open. KEYS and RING are lent. Writes log_begun into an empty store.
 * */
MUST_CHECK enum err sequencer_open(const struct journal_setup *setup, struct keyfile *keys,
                                   struct keyring *ring, struct sequencer **out);
void sequencer_close(struct sequencer *seq); /* wipes */

/* Runs COUNT batches, in order, in one transaction; results are in the batches. */
void sequencer_run(struct sequencer *seq, struct batch *const *batches, size_t count);
/* Entries are committed that no signed checkpoint covers yet. */
bool sequencer_unsigned(const struct sequencer *seq);
/* Signs the tree as it is, whatever checkpoint_every_ms says: when the store has become idle. */
MUST_CHECK enum err sequencer_sign(struct sequencer *seq);

/* Every organisation's key is wrapped by the present month afterwards (rewrap.h). */
MUST_CHECK enum err sequencer_rewrap(struct sequencer *seq);

/* The newest checkpoint whose outside file is synced. Any thread may call. */
MUST_CHECK enum err sequencer_checkpoint(struct sequencer *seq, struct arena *arena,
                                         struct slice *note, uint64_t *size);
const struct note_key *sequencer_key(const struct sequencer *seq); /* lent */

/* What a sealed text is bound to: where it stands. SIZE bytes of TEXT are used. */
struct seal_place {
    char text[64];
    size_t size;
};
struct seal_place seal_place_payload(const struct id *event);
struct seal_place seal_place_state(enum aggregate kind, const struct id *id, uint64_t version);
/* The leaf's commitment to a payload: HMAC-SHA-256 over the event's id and the payload. */
MUST_CHECK enum err payload_commitment(const uint8_t key[SEAL_KEY_SIZE], const struct id *event,
                                       struct slice payload, struct hash *out);
#endif
