/* sequencer_sign.c — Job: the signed checkpoint: checked at the start, signed, kept outside, shown.
 *
 * A log must never sign two trees of which neither begins with the other. Three things see to that:
 * the edge that is signed only ever grows from the committed one; the newest note is committed with
 * the entries it covers; and it is synced to a file outside the store before anybody sees it, so
 * that a store which was set back is noticed at the next start. */
#include "common/file.h"
#include "gateway/journal/sequencer_parts.h"

enum { CHECKPOINT_MODE = 0644 };

static struct checkpoint_trust trust_of(const struct sequencer *seq)
{
    return (struct checkpoint_trust){.keys = &seq->key, .count = 1};
}

/* A note of ours about a tree that is a beginning of the stored one. */
static enum err check_note(const struct sequencer *seq, struct slice note, struct checkpoint *out)
{
    struct store *store = seq->setup.store;
    struct checkpoint_trust trust = trust_of(seq);
    struct merkle_nodes nodes = {store->node, store->self};
    struct merkle_edge edge;
    enum err e = checkpoint_open(note, &trust, out, NULL);
    if (e == ERR_NO_MEMORY)
        return e;
    if (e != ERR_OK || out->size > seq->edge.size)
        return ERR_CORRUPT;
    e = merkle_edge_load(&nodes, out->size, &edge);
    if (e != ERR_OK)
        return e == ERR_NOT_FOUND || e == ERR_BAD_FIELD ? ERR_CORRUPT : e;
    struct hash root = merkle_root(&edge);
    return hash_equal(&root, &out->root) ? ERR_OK : ERR_CORRUPT;
}

static enum err check_head(struct sequencer *seq, const struct store_head *head)
{
    if (head->size == 0) {
        seq->edge = (struct merkle_edge){0};
        return head->checkpoint.size == 0 ? ERR_OK : ERR_CORRUPT;
    }
    enum err e = merkle_edge_decode(head->edge, &seq->edge);
    if (e != ERR_OK)
        return e;
    struct hash root = merkle_root(&seq->edge);
    return seq->edge.size == head->size && hash_equal(&root, &head->root) ? ERR_OK : ERR_CORRUPT;
}

static void keep(struct buf *to, struct slice note)
{
    buf_clear(to);
    buf_add(to, note.bytes, note.size);
}

/* The outside file. Without one only a log that has just begun is believed. */
static enum err check_file(struct sequencer *seq, struct checkpoint *outside, struct buf *note)
{
    enum err e = file_read(seq->setup.checkpoint_path, NOTE_BYTES_MAX, FILE_ANY, note);
    *outside = (struct checkpoint){.size = 0};
    if (e == ERR_NOT_FOUND)
        return seq->edge.size <= 1 ? ERR_OK : ERR_CORRUPT;
    if (e != ERR_OK)
        return e;
    return check_note(seq, buf_slice(note), outside);
}

enum err sequencer_check(struct sequencer *seq)
{
    struct store *store = seq->setup.store;
    struct store_head head;
    struct checkpoint outside;
    struct buf file = {0};
    enum err e = store->head(store->self, &head);
    if (e == ERR_OK)
        e = check_head(seq, &head);
    if (e == ERR_OK && head.checkpoint.size != 0) {
        keep(&seq->note, head.checkpoint);
        e = buf_error(&seq->note);
        if (e == ERR_OK)
            e = check_note(seq, buf_slice(&seq->note), &seq->newest);
    }
    if (e == ERR_OK)
        e = check_file(seq, &outside, &file);
    if (e == ERR_OK && outside.size > seq->newest.size) {
        seq->newest = outside;
        keep(&seq->note, buf_slice(&file));
        e = buf_error(&seq->note);
    }
    buf_free(&file);
    if (e == ERR_OK && seq->newest.size != 0)
        e = sequencer_publish(seq);
    return e;
}

enum err transaction_sign(struct transaction *tx, const struct hash *root)
{
    struct sequencer *seq = tx->seq;
    tx->signed_ = (struct checkpoint){.size = tx->edge.size, .root = *root};
    memcpy(tx->signed_.origin, seq->key.name, sizeof tx->signed_.origin);
    buf_clear(&tx->note);
    enum err e = checkpoint_sign(&tx->signed_, &seq->key, seq->secret, &tx->note);
    return e == ERR_OK ? buf_error(&tx->note) : e;
}

enum err sequencer_publish(struct sequencer *seq)
{
    struct slice note = buf_slice(&seq->note);
    if (seq->published_size == seq->newest.size)
        return ERR_OK;
    enum err e = file_write(seq->setup.checkpoint_path, note, CHECKPOINT_MODE);
    if (e != ERR_OK)
        return e;
    pthread_mutex_lock(&seq->lock);
    keep(&seq->published, note);
    e = buf_error(&seq->published);
    if (e == ERR_OK)
        seq->published_size = seq->newest.size;
    pthread_mutex_unlock(&seq->lock);
    return e;
}

enum err sequencer_checkpoint(struct sequencer *seq, struct arena *arena, struct slice *note,
                              uint64_t *size)
{
    enum err e = ERR_NOT_FOUND;
    *note = (struct slice){0};
    *size = 0;
    pthread_mutex_lock(&seq->lock);
    if (seq->published_size != 0) {
        *size = seq->published_size;
        *note = arena_copy(arena, buf_slice(&seq->published));
        e = note->bytes == NULL ? ERR_NO_MEMORY : ERR_OK;
    }
    pthread_mutex_unlock(&seq->lock);
    return e;
}
