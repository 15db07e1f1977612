/* journal_log.c — Job: what the log shows to its witnesses: checkpoint, consistency, receipts. */
#include "gateway/journal/journal_parts.h"
#include "proto/base64.h"
#include "proto/tlog_proof.h"

enum err journal_checkpoint(struct journal *journal, struct arena *arena, struct slice *note,
                            uint64_t *size)
{
    return sequencer_checkpoint(journal->sequencer, arena, note, size);
}

static enum err take(struct arena *arena, struct buf *text, enum err e, struct slice *out)
{
    *out = (struct slice){0};
    if (e == ERR_OK)
        e = buf_error(text);
    if (e == ERR_OK) {
        *out = arena_copy(arena, buf_slice(text));
        e = out->bytes == NULL ? ERR_NO_MEMORY : ERR_OK;
    }
    buf_free(text);
    return e;
}

enum err journal_consistency(struct journal *journal, uint64_t old_size, uint64_t new_size,
                             struct arena *arena, struct slice *proof_lines)
{
    struct merkle_nodes nodes = node_cache_nodes(journal->nodes);
    struct merkle_proof proof;
    struct buf lines = {0};
    *proof_lines = (struct slice){0};
    enum err e = merkle_prove_consistency(&nodes, old_size, new_size, &proof);
    if (e != ERR_OK)
        return e == ERR_NOT_FOUND ? ERR_BAD_FIELD : e;
    for (size_t i = 0; i < proof.count; i++) {
        base64_add(&lines, proof.hashes[i].bytes, sizeof proof.hashes[i].bytes);
        buf_byte(&lines, '\n');
    }
    return take(arena, &lines, ERR_OK, proof_lines);
}

struct leaf_read {
    struct arena *arena;
    struct slice *leaf;
};

static enum err each_leaf(void *user, const struct stored_event *event)
{
    struct leaf_read *read = user;
    *read->leaf = arena_copy(read->arena, event->leaf);
    return read->leaf->bytes == NULL ? ERR_NO_MEMORY : ERR_OK;
}

enum err journal_receipt(struct journal *journal, uint64_t seq, struct arena *arena,
                         struct slice *leaf, struct slice *tlog_proof)
{
    struct store *store = journal->store;
    struct merkle_nodes nodes = node_cache_nodes(journal->nodes);
    struct leaf_read read = {arena, leaf};
    struct merkle_proof path;
    struct slice note;
    struct buf text = {0};
    uint64_t size;
    *leaf = *tlog_proof = (struct slice){0};
    enum err e = sequencer_checkpoint(journal->sequencer, arena, &note, &size);
    if (e == ERR_OK && (seq == 0 || seq > size))
        e = ERR_NOT_FOUND; /* no such entry, or its checkpoint is still to come */
    if (e == ERR_OK)
        e = store->event(store->self, seq, &read, each_leaf);
    if (e == ERR_OK)
        e = merkle_prove_inclusion(&nodes, seq - 1, size, &path);
    if (e == ERR_OK)
        e = tlog_proof_write(seq - 1, &path, (struct slice){0}, note, &text);
    return take(arena, &text, e, tlog_proof);
}
