/* forger.c — Job: rewrite a whole history as somebody could who has log.key. */
#include "tests/lib/forger.h"

#include <stdio.h>
#include <stdlib.h>

#include "common/file.h"
#include "common/keyfile.h"
#include "gateway/journal/counts.h"
#include "proto/base64.h"
#include "proto/checkpoint.h"

/* An assertion that stays in every build. */
static void must(bool good, const char *what)
{
    if (good)
        return;
    fprintf(stderr, "forger: %s\n", what);
    abort();
}

static void done(enum err e, const char *what)
{
    must(e == ERR_OK, what);
}

static enum err each_entry(void *user, const struct stored_event *stored)
{
    static const char before[] = "\"nonce\":\"";
    struct forger *forger = user;
    struct forged_entry *entry = calloc(1, sizeof *entry);
    size_t size;
    must(entry != NULL && forger->count < FORGED_MAX, "room");
    done(leaf_decode(stored->leaf, &entry->event), "a leaf");
    const char *nonce = memmem(stored->leaf.bytes, stored->leaf.size, before, strlen(before));
    must(nonce != NULL, "a nonce");
    done(base64_decode((struct slice){nonce + strlen(before), 24}, entry->nonce, 16, &size),
         "a nonce");
    entry->payload = stored->sealed.bytes != NULL;
    buf_add(&entry->sealed, stored->sealed.bytes, stored->sealed.size);
    forger->entries[forger->count++] = entry;
    return ERR_OK;
}

void forger_read(struct forger *forger, const struct kit *kit)
{
    struct store *store;
    *forger = (struct forger){.count = 0};
    done(store_sqlite_open_reader(kit->db, &store), "the database");
    done(store->follow(store->self, 1, FORGED_MAX, forger, each_entry), "its entries");
    store_close(store);
}

static void free_entry(struct forged_entry *entry)
{
    buf_free(&entry->sealed);
    free(entry);
}

void forger_remove(struct forger *forger, uint64_t seq)
{
    must(seq >= 1 && seq <= forger->count, "an entry");
    free_entry(forger->entries[seq - 1]);
    memmove(&forger->entries[seq - 1], &forger->entries[seq],
            (forger->count - seq) * sizeof forger->entries[0]);
    forger->count--;
}

void forger_insert(struct forger *forger, uint64_t seq, const struct event *event)
{
    struct forged_entry *entry = calloc(1, sizeof *entry);
    must(entry != NULL && forger->count < FORGED_MAX && seq >= 1 && seq <= forger->count + 1,
         "room");
    entry->event = *event;
    memmove(&forger->entries[seq], &forger->entries[seq - 1],
            (forger->count - seq + 1) * sizeof forger->entries[0]);
    forger->entries[seq - 1] = entry;
    forger->count++;
}

static enum err from_zero(void *self, enum counter_kind kind, const struct id *id, uint64_t *value)
{
    (void)self;
    (void)kind;
    (void)id;
    *value = 0;
    return ERR_OK;
}

static void number(struct event *event, struct counts *counts)
{
    struct store zero = {.counter = from_zero};
    event->org_n = event->hospital_n = event->alias_n = 0;
    if (!id_absent(&event->org))
        done(counts_next(counts, &zero, COUNTER_ORG, &event->org, &event->org_n), "a count");
    if (id_equal(&event->hospital, &event->org))
        event->hospital_n = event->org_n;
    else if (!id_absent(&event->hospital))
        done(counts_next(counts, &zero, COUNTER_ORG, &event->hospital, &event->hospital_n),
             "a count");
    if (!id_absent(&event->alias))
        done(counts_next(counts, &zero, COUNTER_ALIAS, &event->alias, &event->alias_n), "a count");
}

static void put_entry(struct store *store, struct forged_entry *entry, struct merkle_edge *edge)
{
    struct hash nodes[MERKLE_LEVELS_MAX];
    struct buf leaf = {0};
    leaf_encode(&entry->event, entry->nonce, &leaf);
    done(buf_error(&leaf), "memory");
    struct hash hash = merkle_leaf(buf_slice(&leaf));
    struct store_event event = {.seq = entry->event.seq,
                                .event = &entry->event,
                                .leaf = buf_slice(&leaf),
                                .nodes = nodes,
                                .nodes_count = merkle_append(edge, &hash, nodes)};
    if (entry->payload)
        event.sealed = buf_slice(&entry->sealed);
    done(store->put_event(store->self, &event), "an entry put");
    buf_free(&leaf);
}

/* The real key, as it lies in the folder. */
static void sign(const struct kit *kit, const struct merkle_edge *edge, struct buf *note)
{
    struct checkpoint checkpoint = {.size = edge->size, .root = merkle_root(edge)};
    uint8_t seed[NOTE_SEED_BYTES], secret[NOTE_SECRET_BYTES], public[NOTE_PUBLIC_BYTES];
    struct keyfile *keys;
    struct note_key key;
    done(keyfile_open(kit->keys, &keys), "the keys");
    done(keyfile_load(keys, KEYFILE_LOG, seed), "log.key");
    keyfile_close(keys);
    note_secret_of_seed(seed, secret, public);
    done(note_key_init(slice_of(KIT_ORIGIN), NOTE_KEY_ED25519, public, &key), "the key");
    memcpy(checkpoint.origin, key.name, sizeof checkpoint.origin);
    done(checkpoint_sign(&checkpoint, &key, secret, note), "a signature");
}

struct key_copy {
    struct store *to;
    const struct id *realm;
};

static enum err copy_key(void *user, int month, struct slice wrapped)
{
    struct key_copy *copy = user;
    return copy->to->put_key(copy->to->self, copy->realm, month, wrapped);
}

/* The sealed payloads stay as they are: so must the keys that open them. */
static void copy_keys(const struct forger *forger, const struct kit *kit, struct store *to)
{
    struct store *from;
    done(store_sqlite_open_reader(kit->db, &from), "the database");
    for (size_t i = 0; i < forger->count; i++) {
        struct id realm = event_realm(&forger->entries[i]->event);
        struct key_copy copy = {to, &realm};
        if (forger->entries[i]->payload)
            done(from->key_read(from->self, &realm, &copy, copy_key), "a realm's key");
    }
    store_close(from);
}

void forger_write(struct forger *forger, const struct kit *kit, const char *db)
{
    char path[KIT_PATH + 8];
    struct store *store;
    struct store_head head;
    struct merkle_edge edge = {0};
    struct counts counts = {0};
    struct buf note = {0}, bytes = {0};
    done(store_sqlite_open(db, &store), "a new database");
    done(store->begin(store->self, &head), "a transaction");
    must(head.size == 0, "an empty database");
    copy_keys(forger, kit, store);
    for (size_t i = 0; i < forger->count; i++) {
        forger->entries[i]->event.seq = i + 1;
        number(&forger->entries[i]->event, &counts);
        put_entry(store, forger->entries[i], &edge);
    }
    sign(kit, &edge, &note);
    merkle_edge_encode(&edge, &bytes);
    head = (struct store_head){edge.size, merkle_root(&edge), buf_slice(&bytes), buf_slice(&note)};
    done(store->put_head(store->self, &head), "the head");
    done(store->commit(store->self), "a commit");
    store_close(store);
    snprintf(path, sizeof path, "%s.note", db);
    done(file_write(path, buf_slice(&note), 0600), "the note");
    counts_fini(&counts);
    buf_free(&note);
    buf_free(&bytes);
}

struct audit_report forger_verify(struct kit *kit, const struct note_key *key, const char *db,
                                  const char *note)
{
    char path[KIT_PATH + 8];
    struct audit_report found;
    struct keyring_setup ring = {.random = kit_random, .random_self = kit};
    struct audit_setup setup = {.key = *key};
    struct buf bytes = {0};
    snprintf(path, sizeof path, "%s.note", db);
    done(file_read(note == NULL ? path : note, NOTE_BYTES_MAX, FILE_ANY, &bytes), "a note");
    done(store_sqlite_open_reader(db, &setup.store), "the forged database");
    done(keyfile_open(kit->keys, &ring.keys), "the keys");
    ring.store = setup.store;
    done(keyring_open(&ring, &setup.ring), "the keyring");
    setup.outside = buf_slice(&bytes);
    done(audit_verify(&setup, &found), "a look at it");
    keyring_close(setup.ring);
    keyfile_close(ring.keys);
    store_close(setup.store);
    buf_free(&bytes);
    return found;
}

void forger_fini(struct forger *forger)
{
    for (size_t i = 0; i < forger->count; i++)
        free_entry(forger->entries[i]);
    *forger = (struct forger){.count = 0};
}
