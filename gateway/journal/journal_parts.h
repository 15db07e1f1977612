/* journal_parts.h — Job: what the files of the journal share; nobody else includes it. */
#ifndef GATEWAY_JOURNAL_JOURNAL_PARTS_H
#define GATEWAY_JOURNAL_JOURNAL_PARTS_H

#include "gateway/journal/node_cache.h"
#include "gateway/journal/sequencer.h"

struct writer; /* journal_writer.c: queue and threads; NULL while not started */

struct journal {
    struct store *store;
    struct keyfile *keys;
    struct keyring *ring;
    struct sequencer *sequencer;
    struct node_cache *nodes; /* the loop's */
    struct buf vkey;
    char *origin, *checkpoint_path; /* copies: the caller's may go */
    int checkpoint_every_ms;
    struct writer *writer;
};

/* Stops the threads, gives back every batch, frees. NULL is fine. */
void writer_stop(struct writer *writer);
#endif
