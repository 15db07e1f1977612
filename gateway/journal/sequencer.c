/* sequencer.c — Job: one transaction: numbers, commitments, leaves, seals, signature. */
#include <stdlib.h>

#include "common/log.h"
#include "common/secret.h"
#include "gateway/journal/sequencer_parts.h"

enum { CLOCK_BACK_MS = 60000 };

static int64_t now_of(const struct sequencer *seq)
{
    return seq->setup.now_ms(seq->setup.now_self);
}

static enum err load_key(struct sequencer *seq, struct keyfile *keys)
{
    uint8_t public[NOTE_PUBLIC_BYTES];
    uint8_t *seed = secret_new(NOTE_SEED_BYTES);
    seq->secret = secret_new(NOTE_SECRET_BYTES);
    if (seed == NULL || seq->secret == NULL) {
        secret_free(seed);
        return ERR_NO_MEMORY;
    }
    enum err e = keyfile_load(keys, KEYFILE_LOG, seed);
    if (e == ERR_OK) {
        note_secret_of_seed(seed, seq->secret, public);
        e = note_key_init(slice_of(seq->setup.origin), NOTE_KEY_ED25519, public, &seq->key);
    }
    secret_free(seed);
    return e;
}

/* The first entry of a log: it names the key that will sign. */
static enum err begin_log(struct sequencer *seq)
{
    uint8_t random[10];
    struct buf vkey = {0};
    struct batch *batch = batch_new();
    struct entry *entry = batch == NULL ? NULL : batch_add(batch, 1, 0, 0);
    enum err e = ERR_NO_MEMORY;
    note_key_format(&seq->key, &vkey);
    if (entry != NULL && buf_error(&vkey) == ERR_OK) {
        int64_t now = now_of(seq);
        seq->setup.random(seq->setup.random_self, random, sizeof random);
        entry->events[0].event = (struct event){.type = EVENT_LOG_BEGUN,
                                                .id = id_new(now, random),
                                                .at = now,
                                                .digest = sha256(vkey.bytes, vkey.size)};
        sequencer_run(seq, &batch, 1);
        e = batch->result;
    }
    buf_free(&vkey);
    batch_free(batch);
    return e;
}

enum err sequencer_open(const struct journal_setup *setup, struct keyfile *keys,
                        struct keyring *ring, struct sequencer **out)
{
    struct sequencer *seq = calloc(1, sizeof *seq);
    if (seq == NULL)
        return ERR_NO_MEMORY;
    seq->setup = *setup;
    seq->ring = ring;
    seq->keys = keys;
    pthread_mutex_init(&seq->lock, NULL);
    enum err e = load_key(seq, keys);
    if (e == ERR_OK)
        e = sequencer_check(seq);
    if (e == ERR_OK && seq->edge.size == 0)
        e = begin_log(seq);
    if (e != ERR_OK) {
        sequencer_close(seq);
        return e;
    }
    *out = seq;
    return ERR_OK;
}

void sequencer_close(struct sequencer *seq)
{
    if (seq == NULL)
        return;
    secret_free(seq->secret);
    buf_free(&seq->note);
    buf_free(&seq->published);
    buf_free(&seq->sealed);
    buf_free(&seq->leaf);
    counts_fini(&seq->counts);
    pthread_mutex_destroy(&seq->lock);
    free(seq);
}

const struct note_key *sequencer_key(const struct sequencer *seq)
{
    return &seq->key;
}

/* Begins, and makes sure that nobody else wrote meanwhile: this store is ours alone. */
static enum err transaction_begin(struct sequencer *seq, struct transaction *tx)
{
    struct store_head head;
    *tx = (struct transaction){
        .seq = seq, .store = seq->setup.store, .edge = seq->edge, .rewrap = seq->rewrap};
    /* A clock that is corrected a little stands still here; one that was set is believed. */
    int64_t now = now_of(seq), back = seq->recorded_at - now;
    tx->now = back > 0 && back < CLOCK_BACK_MS ? seq->recorded_at : now;
    enum err e = tx->store->begin(tx->store->self, &head);
    if (e != ERR_OK)
        return e;
    struct hash root = merkle_root(&seq->edge);
    if (head.size == seq->edge.size && (head.size == 0 || hash_equal(&head.root, &root)))
        return ERR_OK;
    tx->store->rollback(tx->store->self);
    return ERR_CORRUPT;
}

static void transaction_fini(struct transaction *tx)
{
    counts_clear(&tx->seq->counts);
    buf_free(&tx->note);
}

static bool sign_now(const struct transaction *tx)
{
    const struct sequencer *seq = tx->seq;
    int64_t since = tx->now - seq->signed_at;
    return seq->newest.size == 0 || since < 0 || since >= seq->setup.checkpoint_every_ms;
}

static enum err put_head(struct transaction *tx, bool sign)
{
    struct buf edge = {0};
    struct store_head head = {.size = tx->edge.size, .root = merkle_root(&tx->edge)};
    enum err e = sign ? transaction_sign(tx, &head.root) : ERR_OK;
    merkle_edge_encode(&tx->edge, &edge);
    if (e == ERR_OK)
        e = buf_error(&edge);
    head.edge = buf_slice(&edge);
    head.checkpoint = buf_slice(sign ? &tx->note : &tx->seq->note);
    if (e == ERR_OK)
        e = tx->store->put_head(tx->store->self, &head);
    buf_free(&edge);
    return e;
}

/* Commits and takes over what TX made. */
static enum err transaction_commit(struct transaction *tx)
{
    struct sequencer *seq = tx->seq;
    enum err e = tx->store->commit(tx->store->self);
    if (e != ERR_OK)
        return e;
    keyring_committed(seq->ring);
    seq->edge = tx->edge;
    seq->recorded_at = tx->now;
    seq->rewrap = tx->rewrap;
    if (tx->signed_.size == 0)
        return ERR_OK;
    struct buf older = seq->note;
    seq->note = tx->note;
    tx->note = older;
    seq->newest = tx->signed_;
    seq->signed_at = tx->now;
    return ERR_OK;
}

static enum err sequence_all(struct transaction *tx, struct batch *const *batches, size_t count)
{
    enum err e = ERR_OK;
    for (size_t i = 0; i < count; i++)
        for (struct entry *entry = batches[i]->first; entry != NULL; entry = entry->next)
            if (e == ERR_OK)
                e = sequence_entry(tx, batches[i], entry);
    return e;
}

static enum err transact(struct transaction *tx, struct batch *const *batches, size_t count)
{
    struct sequencer *seq = tx->seq;
    struct store *store = tx->store;
    enum err e = sequence_all(tx, batches, count);
    if (e == ERR_OK && tx->edge.size == seq->edge.size) {
        store->rollback(store->self); /* duplicates and conflicts only: nothing to write */
        return ERR_OK;
    }
    if (e == ERR_OK)
        e = counts_put(&seq->counts, store);
    if (e == ERR_OK)
        e = keyring_put_new(seq->ring, tx->now);
    if (e == ERR_OK)
        e = rewrap_step(store, seq->keys, tx->now, &tx->rewrap);
    if (e == ERR_OK)
        e = put_head(tx, sign_now(tx));
    if (e == ERR_OK)
        e = transaction_commit(tx);
    if (e != ERR_OK) {
        store->rollback(store->self);
        keyring_rolled_back(seq->ring);
    }
    return e;
}

/* Nothing of the transaction is durable: nothing of any batch in it is. */
static void fail(struct batch *batch)
{
    batch->result = ERR_STORE;
    for (struct entry *entry = batch->first; entry != NULL; entry = entry->next)
        entry->status = ENTRY_FAILED;
}

static void report(struct sequencer *seq, struct batch *batch, bool newer)
{
    batch->result = ERR_OK;
    batch->tree_size = seq->edge.size;
    if (!newer)
        return;
    batch->checkpoint = arena_copy(&batch->arena, buf_slice(&seq->note));
    batch->checkpoint_size = batch->checkpoint.bytes == NULL ? 0 : seq->newest.size;
}

void sequencer_run(struct sequencer *seq, struct batch *const *batches, size_t count)
{
    struct transaction tx;
    enum err e = transaction_begin(seq, &tx);
    if (e == ERR_OK)
        e = transact(&tx, batches, count);
    transaction_fini(&tx);
    uint64_t before = seq->published_size;
    /* The entries are committed; if the file cannot be written, only the checkpoint has to wait. */
    enum err published = e == ERR_OK ? sequencer_publish(seq) : ERR_OK;
    bool newer = seq->published_size > before;
    if (e != ERR_OK)
        log_error("journal", NULL, "a batch could not be stored: %s", err_name(e));
    if (published != ERR_OK)
        log_error("journal", NULL, "the checkpoint file was not written: %s", err_name(published));
    for (size_t i = 0; i < count; i++)
        if (e == ERR_OK)
            report(seq, batches[i], newer);
        else
            fail(batches[i]);
}

bool sequencer_unsigned(const struct sequencer *seq)
{
    return seq->newest.size < seq->edge.size || seq->published_size < seq->newest.size;
}

enum err sequencer_sign(struct sequencer *seq)
{
    struct transaction tx;
    enum err e = ERR_OK;
    if (seq->newest.size < seq->edge.size) {
        e = transaction_begin(seq, &tx);
        if (e == ERR_OK) {
            e = put_head(&tx, true);
            if (e == ERR_OK)
                e = transaction_commit(&tx);
            if (e != ERR_OK)
                tx.store->rollback(tx.store->self);
        }
        transaction_fini(&tx);
    }
    return e == ERR_OK ? sequencer_publish(seq) : e;
}

enum err sequencer_rewrap(struct sequencer *seq)
{
    struct transaction tx;
    enum err e;
    do {
        e = transaction_begin(seq, &tx);
        if (e != ERR_OK)
            return e;
        e = rewrap_step(tx.store, seq->keys, tx.now, &tx.rewrap);
        if (e == ERR_OK)
            e = tx.store->commit(tx.store->self);
        if (e == ERR_OK)
            seq->rewrap = tx.rewrap;
        else
            tx.store->rollback(tx.store->self);
        transaction_fini(&tx);
    } while (e == ERR_OK && !seq->rewrap.done);
    return e;
}
