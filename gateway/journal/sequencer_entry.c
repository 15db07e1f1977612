/* sequencer_entry.c — Job: one entry: may it be committed, and what exactly is put for it. */
#include <assert.h>

#include "common/secret.h"
#include "gateway/journal/sequencer_parts.h"

static void place_add(struct seal_place *place, const void *bytes, size_t size)
{
    assert(size <= sizeof place->text - place->size);
    memcpy(place->text + place->size, bytes, size);
    place->size += size;
}

struct seal_place seal_place_payload(const struct id *event)
{
    struct seal_place place = {{0}, 0};
    place_add(&place, "payload ", 8);
    place_add(&place, event->bytes, sizeof event->bytes);
    return place;
}

struct seal_place seal_place_state(enum aggregate kind, const struct id *id, uint64_t version)
{
    struct seal_place place = {{0}, 0};
    uint8_t number[9] = {(uint8_t)kind};
    for (size_t i = 1; i < sizeof number; i++)
        number[i] = (uint8_t)(version >> (64 - 8 * i));
    place_add(&place, "state ", 6);
    place_add(&place, number, sizeof number);
    place_add(&place, id->bytes, sizeof id->bytes);
    return place;
}

enum err payload_commitment(const uint8_t key[SEAL_KEY_SIZE], const struct id *event,
                            struct slice payload, struct hash *out)
{
    struct buf bytes = {0};
    buf_add(&bytes, event->bytes, sizeof event->bytes);
    buf_add(&bytes, payload.bytes, payload.size);
    enum err e = buf_error(&bytes);
    if (e == ERR_OK)
        *out = hmac_sha256((struct slice){(const char *)key, SEAL_KEY_SIZE}, buf_slice(&bytes));
    buf_free(&bytes);
    return e;
}

/* Errors of a key that concern this entry only, not the store. */
static bool only_this_entry(enum err e)
{
    return e == ERR_FULL || e == ERR_CRYPTO || e == ERR_NOT_ALLOWED;
}

/* Every key that the entry will need is in the cache afterwards, or it is refused before anything
 * of it is put. */
static enum err check_keys(struct transaction *tx, const struct entry *entry)
{
    struct keyring *ring = tx->seq->ring;
    struct realm_keys keys;
    enum err e = ERR_OK;
    for (size_t i = 0; i < entry->events_count && e == ERR_OK; i++) {
        const struct event *event = &entry->events[i].event;
        struct id realm = event_realm(event);
        if (event->payload.bytes != NULL)
            e = keyring_get(ring, KEYRING_WRITER, KEYRING_MAKE, &realm, &keys);
    }
    for (size_t i = 0; i < entry->rows_count && e == ERR_OK; i++)
        e = keyring_get(ring, KEYRING_WRITER, KEYRING_MAKE, &entry->rows[i].realm, &keys);
    secret_wipe(&keys, sizeof keys);
    return e;
}

static const struct expected *expected_of(const struct entry *entry, const struct state_row *row)
{
    for (size_t i = 0; i < entry->expected_count; i++)
        if (entry->expected[i].kind == row->kind && id_equal(&entry->expected[i].id, &row->id))
            return &entry->expected[i];
    return NULL;
}

/* What only a mistake in our own judgements could get wrong. */
static void assert_well_made(const struct entry *entry)
{
    assert(entry->events_count > 0);
    for (size_t i = 0; i < entry->events_count; i++)
        assert(event_fits(&entry->events[i].event));
    for (size_t i = 0; i < entry->rows_count; i++) {
        const struct expected *expected = expected_of(entry, &entry->rows[i]);
        assert(expected != NULL && entry->rows[i].version == expected->version + 1);
    }
}

static enum err check(struct transaction *tx, struct entry *entry)
{
    struct store *store = tx->store;
    enum err e = ERR_NOT_FOUND;
    if (!id_absent(&entry->sender) && !id_absent(&entry->message))
        e = store->seen(store->self, &entry->sender, &entry->message, &entry->first_digest,
                        &entry->first_seq, &entry->first_recorded_at);
    if (e == ERR_OK)
        entry->status = ENTRY_DUPLICATE;
    if (e != ERR_NOT_FOUND)
        return e;
    for (size_t i = 0; i < entry->expected_count; i++) {
        const struct expected *expected = &entry->expected[i];
        uint64_t version;
        e = store->version(store->self, expected->kind, &expected->id, &version);
        if (e != ERR_OK)
            return e;
        if (version != expected->version) {
            entry->status = ENTRY_CONFLICT;
            return ERR_OK;
        }
    }
    e = check_keys(tx, entry);
    if (only_this_entry(e)) {
        entry->status = ENTRY_FAILED;
        return ERR_OK;
    }
    return e;
}

static enum err give_counts(struct transaction *tx, struct batch_event *row)
{
    struct event *event = &row->event;
    enum err e = ERR_OK;
    if (!id_absent(&event->org))
        e = counts_next(&tx->seq->counts, tx->store, COUNTER_ORG, &event->org, &event->org_n);
    /* An organisation acting on itself is concerned once. */
    if (e == ERR_OK && id_equal(&event->hospital, &event->org))
        event->hospital_n = event->org_n;
    else if (e == ERR_OK && !id_absent(&event->hospital))
        e = counts_next(&tx->seq->counts, tx->store, COUNTER_ORG, &event->hospital,
                        &event->hospital_n);
    if (e == ERR_OK && !id_absent(&event->alias))
        e = counts_next(&tx->seq->counts, tx->store, COUNTER_ALIAS, &event->alias, &event->alias_n);
    for (size_t i = 0; i < row->recipients_count && e == ERR_OK; i++)
        e = counts_next(&tx->seq->counts, tx->store, COUNTER_DEVICE_N, &row->recipients[i],
                        &row->n[i]);
    return e;
}

static enum err seal_payload(struct transaction *tx, struct event *event, struct slice *sealed)
{
    struct realm_keys keys;
    struct id realm = event_realm(event);
    struct seal_place place = seal_place_payload(&event->id);
    *sealed = (struct slice){0};
    if (event->payload.bytes == NULL)
        return ERR_OK;
    enum err e = keyring_get(tx->seq->ring, KEYRING_WRITER, KEYRING_MAKE, &realm, &keys);
    if (e == ERR_OK)
        e = payload_commitment(keys.commit, &event->id, event->payload, &event->commitment);
    buf_clear(&tx->seq->sealed);
    if (e == ERR_OK)
        e = seal_close(keys.seal, (struct slice){place.text, place.size}, event->payload,
                       &tx->seq->sealed);
    secret_wipe(&keys, sizeof keys);
    if (e == ERR_OK)
        *sealed = buf_slice(&tx->seq->sealed);
    return e;
}

static enum err make_leaf(struct transaction *tx, struct batch *batch, struct batch_event *row)
{
    uint8_t nonce[16];
    tx->seq->setup.random(tx->seq->setup.random_self, nonce, sizeof nonce);
    buf_clear(&tx->seq->leaf);
    leaf_encode(&row->event, nonce, &tx->seq->leaf);
    enum err e = buf_error(&tx->seq->leaf);
    if (e != ERR_OK)
        return e;
    assert(tx->seq->leaf.size <= LEAF_BYTES_MAX);
    row->leaf = arena_copy(&batch->arena, buf_slice(&tx->seq->leaf));
    return row->leaf.bytes == NULL ? ERR_NO_MEMORY : ERR_OK;
}

static enum err put_event(struct transaction *tx, struct batch *batch, struct batch_event *row)
{
    struct store *store = tx->store;
    struct hash nodes[MERKLE_LEVELS_MAX];
    struct store_event stored = {.event = &row->event,
                                 .nodes = nodes,
                                 .recipients = row->recipients,
                                 .n = row->n,
                                 .recipients_count = row->recipients_count};
    row->event.seq = tx->edge.size + 1;
    row->event.recorded_at = tx->now;
    enum err e = tx->edge.size >= LOG_SIZE_MAX ? ERR_FULL : give_counts(tx, row);
    if (e == ERR_OK)
        e = seal_payload(tx, &row->event, &stored.sealed);
    if (e == ERR_OK)
        e = make_leaf(tx, batch, row);
    if (e != ERR_OK)
        return e;
    struct hash leaf = merkle_leaf(row->leaf);
    stored.nodes_count = merkle_append(&tx->edge, &leaf, nodes);
    stored.seq = row->event.seq;
    stored.leaf = row->leaf;
    return store->put_event(store->self, &stored);
}

static enum err put_row(struct transaction *tx, const struct state_row *row)
{
    struct realm_keys keys;
    struct seal_place place = seal_place_state(row->kind, &row->id, row->version);
    enum err e = keyring_get(tx->seq->ring, KEYRING_WRITER, KEYRING_MAKE, &row->realm, &keys);
    buf_clear(&tx->seq->sealed);
    if (e == ERR_OK)
        e = seal_close(keys.seal, (struct slice){place.text, place.size}, row->json,
                       &tx->seq->sealed);
    secret_wipe(&keys, sizeof keys);
    if (e == ERR_OK)
        e = tx->store->put_state(tx->store->self, row, buf_slice(&tx->seq->sealed));
    return e;
}

enum err sequence_entry(struct transaction *tx, struct batch *batch, struct entry *entry)
{
    struct store *store = tx->store;
    assert_well_made(entry);
    entry->status = ENTRY_WAITING;
    enum err e = check(tx, entry);
    if (e != ERR_OK || entry->status != ENTRY_WAITING)
        return e;
    entry->first_seq = tx->edge.size + 1;
    entry->first_recorded_at = tx->now;
    for (size_t i = 0; i < entry->events_count && e == ERR_OK; i++)
        e = put_event(tx, batch, &entry->events[i]);
    for (size_t i = 0; i < entry->rows_count && e == ERR_OK; i++)
        e = put_row(tx, &entry->rows[i]);
    if (e == ERR_OK && !id_absent(&entry->sender) && !id_absent(&entry->message))
        e = store->put_seen(store->self, &entry->sender, &entry->message, &entry->digest,
                            entry->first_seq, entry->first_recorded_at);
    if (e == ERR_OK)
        entry->status = ENTRY_COMMITTED;
    return e;
}
