/* journal.c — Job: the journal opened and closed, and the way through it without threads. */
#include <assert.h>
#include <stdlib.h>

#include "gateway/journal/journal_parts.h"

static enum err open_parts(struct journal *journal, const struct journal_setup *setup)
{
    struct journal_setup own = *setup;
    struct keyring_setup ring = {
        .store = setup->store, .random = setup->random, .random_self = setup->random_self};
    journal->origin = strdup(setup->origin);
    journal->checkpoint_path = strdup(setup->checkpoint_path);
    if (journal->origin == NULL || journal->checkpoint_path == NULL)
        return ERR_NO_MEMORY;
    own.origin = journal->origin;
    own.checkpoint_path = journal->checkpoint_path;
    enum err e = keyfile_open(setup->keys_dir, &journal->keys);
    ring.keys = journal->keys;
    if (e == ERR_OK)
        e = keyring_open(&ring, &journal->ring);
    if (e == ERR_OK)
        e = sequencer_open(&own, journal->keys, journal->ring, &journal->sequencer);
    if (e != ERR_OK)
        return e;
    note_key_format(sequencer_key(journal->sequencer), &journal->vkey);
    return buf_error(&journal->vkey);
}

static void free_parts(struct journal *journal)
{
    sequencer_close(journal->sequencer);
    keyring_close(journal->ring);
    keyfile_close(journal->keys);
    node_cache_free(journal->nodes);
    buf_free(&journal->vkey);
    free(journal->origin);
    free(journal->checkpoint_path);
    free(journal);
}

enum err journal_open(const struct journal_setup *setup, struct journal **out)
{
    struct journal *journal = calloc(1, sizeof *journal);
    if (journal == NULL)
        return ERR_NO_MEMORY;
    journal->store = setup->store;
    journal->nodes = node_cache_new(setup->store);
    journal->checkpoint_every_ms = setup->checkpoint_every_ms;
    enum err e = journal->nodes == NULL ? ERR_NO_MEMORY : open_parts(journal, setup);
    if (e != ERR_OK) {
        free_parts(journal);
        return e;
    }
    *out = journal;
    return ERR_OK;
}

void journal_append_now(struct journal *journal, struct batch *batch)
{
    struct store *store = journal->store;
    assert(journal->writer == NULL);
    sequencer_run(journal->sequencer, &batch, 1);
    store->tidy(store->self, 1);
}

struct slice journal_log_key(const struct journal *journal)
{
    return buf_slice(&journal->vkey);
}

void journal_close(struct journal *journal)
{
    if (journal == NULL)
        return;
    writer_stop(journal->writer);
    /* The last entries get their checkpoint; if it fails, the next start signs them. */
    if (sequencer_unsigned(journal->sequencer)) {
        enum err e = sequencer_sign(journal->sequencer);
        (void)e;
    }
    free_parts(journal);
}
