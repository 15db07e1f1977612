/* sequencer_parts.h — Job: what the files of the sequencer share; nobody else includes it. */
#ifndef GATEWAY_JOURNAL_SEQUENCER_PARTS_H
#define GATEWAY_JOURNAL_SEQUENCER_PARTS_H

#include <pthread.h>

#include "gateway/journal/counts.h"
#include "gateway/journal/rewrap.h"
#include "gateway/journal/sequencer.h"
#include "proto/checkpoint.h"

struct sequencer {
    struct journal_setup setup;
    struct keyring *ring;
    struct keyfile *keys;
    struct rewrap rewrap;
    struct note_key key;
    uint8_t *secret;          /* of key; locked memory */
    struct merkle_edge edge;  /* committed */
    struct checkpoint newest; /* newest signed and committed; size 0: none */
    struct buf note;          /* the same as a signed note */
    int64_t signed_at;        /* when it was signed, ms */
    int64_t recorded_at;      /* newest recorded_at given, ms */
    pthread_mutex_t lock;     /* of the two below: other threads read them */
    struct buf published;     /* newest note whose outside file is synced */
    uint64_t published_size;
    /* Scratch of the transaction under way, kept so that it need not be allocated each time. */
    struct counts counts;
    struct buf sealed, leaf;
};

/* What a transaction changes; becomes the sequencer's when it is committed. */
struct transaction {
    struct sequencer *seq;
    struct store *store;
    struct merkle_edge edge;
    int64_t now;
    struct checkpoint signed_; /* size 0: not signed */
    struct buf note;
    struct rewrap rewrap;
};

/* sequencer_entry.c: decides about one entry and, if it may, puts it. An error means that the
 * store failed and nothing of the transaction can be kept. */
MUST_CHECK enum err sequence_entry(struct transaction *tx, struct batch *batch,
                                   struct entry *entry);

/* sequencer_sign.c */
MUST_CHECK enum err sequencer_check(struct sequencer *seq); /* at the start: store, note, file */
MUST_CHECK enum err transaction_sign(struct transaction *tx, const struct hash *root);
/* Takes over TX's note: writes the outside file, then shows it to others. An error leaves the
 * older note published; the next checkpoint tries again. */
MUST_CHECK enum err sequencer_publish(struct sequencer *seq);
#endif
