/* journal_reads.c — Job: what the loop reads: payloads, numbered events, derived rows; unsealed. */
#include <assert.h>

#include "common/secret.h"
#include "gateway/journal/journal_parts.h"

static enum err unseal(struct journal *journal, const struct id *realm,
                       const struct seal_place *place, struct slice sealed, struct buf *plain)
{
    struct realm_keys keys;
    enum err e = keyring_get(journal->ring, KEYRING_READER, KEYRING_FIND, realm, &keys);
    if (e == ERR_OK)
        e = seal_open(keys.seal, (struct slice){place->text, place->size}, sealed, plain);
    secret_wipe(&keys, sizeof keys);
    return e;
}

static enum err unseal_into(struct journal *journal, const struct id *realm,
                            const struct seal_place *place, struct slice sealed,
                            struct arena *arena, struct slice *plain)
{
    struct buf bytes = {0};
    enum err e = unseal(journal, realm, place, sealed, &bytes);
    if (e == ERR_OK)
        *plain = arena_copy(arena, buf_slice(&bytes));
    if (e == ERR_OK && plain->bytes == NULL)
        e = ERR_NO_MEMORY;
    buf_free(&bytes);
    return e;
}

struct payload_read {
    struct journal *journal;
    const struct id *realm;
    struct arena *arena;
    struct slice *plain;
};

static enum err each_payload(void *user, const struct stored_event *event)
{
    struct payload_read *read = user;
    struct seal_place place = seal_place_payload(&event->id);
    if (event->sealed.bytes == NULL)
        return ERR_NOT_FOUND;
    return unseal_into(read->journal, read->realm, &place, event->sealed, read->arena, read->plain);
}

enum err journal_payload(struct journal *journal, const struct id *event, const struct id *realm,
                         struct arena *arena, struct slice *plain)
{
    struct store *store = journal->store;
    struct payload_read read = {journal, realm, arena, plain};
    *plain = (struct slice){0};
    return store->event_by_id(store->self, event, &read, each_payload);
}

static enum err each_entry(void *event, const struct stored_event *stored)
{
    return leaf_decode(stored->leaf, event);
}

enum err journal_entry(struct journal *journal, uint64_t seq, struct event *event)
{
    struct store *store = journal->store;
    event->type = EVENT_NONE;
    enum err e = store->event(store->self, seq, event, each_entry);
    return e == ERR_OK && event->type == EVENT_NONE ? ERR_NOT_FOUND : e;
}

struct outbox_read {
    struct journal *journal;
    struct arena *arena;
    struct journal_event *rows;
    size_t cap, count;
};

static enum err each_outbox(void *user, const struct stored_event *stored)
{
    struct outbox_read *read = user;
    struct seal_place place = seal_place_payload(&stored->id);
    if (read->count == read->cap)
        return ERR_FULL;
    struct journal_event *row = &read->rows[read->count];
    *row = (struct journal_event){.n = stored->n};
    enum err e = leaf_decode(stored->leaf, &row->event);
    if (e != ERR_OK)
        return e;
    row->leaf = arena_copy(read->arena, stored->leaf);
    if (row->leaf.bytes == NULL)
        return ERR_NO_MEMORY;
    if (stored->sealed.bytes != NULL) {
        struct id realm = event_realm(&row->event);
        e = unseal_into(read->journal, &realm, &place, stored->sealed, read->arena,
                        &row->event.payload);
    }
    if (e == ERR_NOT_FOUND || e == ERR_CRYPTO) /* shredded or damaged: the event still happened */
        e = ERR_OK;
    if (e == ERR_OK)
        read->count++;
    return e;
}

enum err journal_outbox(struct journal *journal, const struct id *device, uint64_t after_n,
                        struct arena *arena, struct journal_event *rows, size_t cap, size_t *count)
{
    struct store *store = journal->store;
    size_t limit = cap < JOURNAL_OUTBOX_MAX ? cap : JOURNAL_OUTBOX_MAX;
    struct outbox_read read = {journal, arena, rows, limit, 0};
    enum err e = store->outbox(store->self, device, after_n, (int)limit, &read, each_outbox);
    *count = read.count;
    return e;
}

enum err journal_newest_n(struct journal *journal, const struct id *device, uint64_t *n)
{
    struct store *store = journal->store;
    return store->counter_read(store->self, COUNTER_DEVICE_N, device, n);
}

enum err journal_seen(struct journal *journal, const struct id *device, const struct id *message,
                      struct hash *digest, uint64_t *seq, int64_t *recorded_at)
{
    struct store *store = journal->store;
    return store->seen_read(store->self, device, message, digest, seq, recorded_at);
}

struct load_read {
    struct journal *journal;
    void *self;
    enum err (*each)(void *self, enum aggregate kind, const struct id *id, uint64_t version,
                     struct slice json);
};

static enum err each_state(void *user, const struct stored_state *state)
{
    struct load_read *read = user;
    struct seal_place place = seal_place_state(state->kind, &state->id, state->version);
    struct buf json = {0};
    enum err e = unseal(read->journal, &state->realm, &place, state->sealed, &json);
    struct slice text = e == ERR_OK ? buf_slice(&json) : (struct slice){0};
    /* One row that is shredded or damaged must not hide the others. */
    if (e == ERR_OK || e == ERR_NOT_FOUND || e == ERR_CRYPTO)
        e = read->each(read->self, state->kind, &state->id, state->version, text);
    buf_free(&json);
    return e;
}

enum err journal_load(struct journal *journal, void *self,
                      enum err (*each)(void *self, enum aggregate kind, const struct id *id,
                                       uint64_t version, struct slice json))
{
    struct store *store = journal->store;
    struct load_read read = {journal, self, each};
    return store->states(store->self, 1, &read, each_state);
}

struct one_read {
    struct journal *journal;
    struct arena *arena;
    uint64_t *version;
    struct slice *json;
};

static enum err each_one(void *user, const struct stored_state *state)
{
    struct one_read *read = user;
    struct seal_place place = seal_place_state(state->kind, &state->id, state->version);
    *read->version = state->version;
    return unseal_into(read->journal, &state->realm, &place, state->sealed, read->arena,
                       read->json);
}

enum err journal_load_one(struct journal *journal, enum aggregate kind, const struct id *id,
                          struct arena *arena, uint64_t *version, struct slice *json)
{
    struct store *store = journal->store;
    struct one_read read = {journal, arena, version, json};
    *version = 0;
    *json = (struct slice){0};
    return store->state(store->self, kind, id, &read, each_one);
}

enum err journal_derive(struct journal *journal, const struct id *realm, struct slice label,
                        uint8_t key[32])
{
    return keyring_derive(journal->ring, KEYRING_READER, realm, label, key);
}
