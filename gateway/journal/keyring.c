/* keyring.c — Job: each realm's data key: made, wrapped, kept in locked memory. */
#include "gateway/journal/keyring.h"

#include <pthread.h>
#include <stdlib.h>

#include "common/secret.h"

/* The cache is a table of small sets: 16,384 realms in 2 MB of locked memory. Live cases of the
 * whole nation are fewer; a realm that had to leave costs one read and one unwrapping. */
enum { SETS = 2048, WAYS = 8, UNWRITTEN_MAX = 4096 };

enum slot_status {
    SLOT_FREE,
    SLOT_NEW, /* made here, in no store yet: must not leave */
    SLOT_PUT, /* put by the transaction that is under way */
    SLOT_STORED
};

struct slot {
    struct id realm;
    enum slot_status status;
    uint32_t used; /* the ring's tick of the last use: the oldest leaves first */
    uint8_t data[SEAL_KEY_SIZE];
    struct realm_keys keys;
};

struct keyring {
    struct keyring_setup setup;
    pthread_mutex_t lock;
    struct slot *slots;                    /* SETS * WAYS, locked memory */
    struct slot *unwritten[UNWRITTEN_MAX]; /* SLOT_NEW and SLOT_PUT */
    size_t unwritten_count;
    uint32_t tick;
    uint64_t salt; /* so that nobody can aim at one set */
};

enum err keyring_open(const struct keyring_setup *setup, struct keyring **out)
{
    struct keyring *ring = calloc(1, sizeof *ring);
    if (ring == NULL)
        return ERR_NO_MEMORY;
    ring->setup = *setup;
    ring->slots = secret_new(sizeof *ring->slots * SETS * WAYS);
    if (ring->slots == NULL) {
        free(ring);
        return ERR_NO_MEMORY;
    }
    setup->random(setup->random_self, &ring->salt, sizeof ring->salt);
    pthread_mutex_init(&ring->lock, NULL);
    *out = ring;
    return ERR_OK;
}

void keyring_close(struct keyring *ring)
{
    if (ring == NULL)
        return;
    secret_free(ring->slots);
    pthread_mutex_destroy(&ring->lock);
    free(ring);
}

static struct slot *set_of(struct keyring *ring, const struct id *realm)
{
    uint64_t a, b;
    memcpy(&a, realm->bytes, sizeof a);
    memcpy(&b, realm->bytes + sizeof a, sizeof b);
    uint64_t h = (a ^ ring->salt) * 0x9e3779b97f4a7c15u;
    h = ((h ^ h >> 32) ^ b) * 0xd6e8feb86659fd93u;
    return &ring->slots[(h >> 40) % SETS * WAYS];
}

static struct slot *find(struct keyring *ring, const struct id *realm)
{
    struct slot *set = set_of(ring, realm);
    for (size_t i = 0; i < WAYS; i++)
        if (set[i].status != SLOT_FREE && id_equal(&set[i].realm, realm)) {
            set[i].used = ++ring->tick;
            return &set[i];
        }
    return NULL;
}

/* A free slot, or that of the realm not used for longest; NULL: all wait to be written. */
static struct slot *make_room(struct keyring *ring, const struct id *realm)
{
    struct slot *set = set_of(ring, realm), *oldest = NULL;
    for (size_t i = 0; i < WAYS; i++) {
        if (set[i].status == SLOT_FREE)
            return &set[i];
        if (set[i].status == SLOT_STORED &&
            (oldest == NULL || ring->tick - set[i].used > ring->tick - oldest->used))
            oldest = &set[i];
    }
    return oldest;
}

static enum err fill(struct keyring *ring, struct slot *slot, const struct id *realm,
                     enum slot_status status, const uint8_t data[SEAL_KEY_SIZE])
{
    slot->status = SLOT_FREE;
    enum err e = seal_subkey(data, slice_of("seal"), slot->keys.seal);
    if (e == ERR_OK)
        e = seal_subkey(data, slice_of("commit"), slot->keys.commit);
    if (e != ERR_OK)
        return e;
    memcpy(slot->data, data, sizeof slot->data);
    slot->realm = *realm;
    slot->used = ++ring->tick;
    slot->status = status;
    return ERR_OK;
}

static struct slice realm_aad(const struct id *realm)
{
    return (struct slice){(const char *)realm->bytes, sizeof realm->bytes};
}

struct unwrap {
    struct keyfile *keys;
    const struct id *realm;
    enum err result; /* ERR_NOT_FOUND: shredded */
    uint8_t data[SEAL_KEY_SIZE];
};

static enum err unwrap(void *user, int month, struct slice wrapped)
{
    struct unwrap *u = user;
    u->result = ERR_CRYPTO;
    if (wrapped.size == SEAL_WRAPPED_SIZE)
        u->result = keyfile_unwrap(u->keys, month, realm_aad(u->realm),
                                   (const uint8_t *)wrapped.bytes, u->data);
    /* A key that is gone without the mark of its destruction: this is the wrong folder of keys. */
    if (u->result == ERR_NOT_FOUND && !keyfile_destroyed(u->keys, month))
        u->result = ERR_CRYPTO;
    return ERR_OK;
}

static enum err place(struct keyring *ring, const struct id *realm, enum slot_status status,
                      const uint8_t data[SEAL_KEY_SIZE], struct slot **out)
{
    struct slot *slot = make_room(ring, realm);
    if (slot == NULL || (status == SLOT_NEW && ring->unwritten_count == UNWRITTEN_MAX))
        return ERR_FULL;
    enum err e = fill(ring, slot, realm, status, data);
    if (e != ERR_OK)
        return e;
    if (status == SLOT_NEW)
        ring->unwritten[ring->unwritten_count++] = slot;
    *out = slot;
    return ERR_OK;
}

/* From the store, if it has the key. A realm whose key was shredded is as one that never had any:
 * what was sealed is gone for good, and what comes now gets a new key. */
static enum err load(struct keyring *ring, enum keyring_side side, const struct id *realm,
                     struct slot **out)
{
    struct store *store = ring->setup.store;
    struct unwrap u = {.keys = ring->setup.keys, .realm = realm};
    enum err e = side == KEYRING_WRITER ? store->key(store->self, realm, &u, unwrap)
                                        : store->key_read(store->self, realm, &u, unwrap);
    if (e == ERR_OK)
        e = u.result;
    if (e == ERR_OK)
        e = place(ring, realm, SLOT_STORED, u.data, out);
    secret_wipe(u.data, sizeof u.data);
    return e;
}

/* Under the lock. */
static enum err slot_for(struct keyring *ring, enum keyring_side side, enum keyring_make make,
                         const struct id *realm, struct slot **out)
{
    uint8_t data[SEAL_KEY_SIZE];
    *out = find(ring, realm);
    if (*out != NULL)
        return ERR_OK;
    enum err e = load(ring, side, realm, out);
    if (e != ERR_NOT_FOUND || make == KEYRING_FIND)
        return e;
    ring->setup.random(ring->setup.random_self, data, sizeof data);
    e = place(ring, realm, SLOT_NEW, data, out);
    secret_wipe(data, sizeof data);
    return e;
}

enum err keyring_get(struct keyring *ring, enum keyring_side side, enum keyring_make make,
                     const struct id *realm, struct realm_keys *out)
{
    struct slot *slot;
    pthread_mutex_lock(&ring->lock);
    enum err e = slot_for(ring, side, make, realm, &slot);
    if (e == ERR_OK)
        *out = slot->keys;
    pthread_mutex_unlock(&ring->lock);
    return e;
}

enum err keyring_derive(struct keyring *ring, enum keyring_side side, const struct id *realm,
                        struct slice label, uint8_t key[SEAL_KEY_SIZE])
{
    struct slot *slot;
    pthread_mutex_lock(&ring->lock);
    enum err e = slot_for(ring, side, KEYRING_MAKE, realm, &slot);
    if (e == ERR_OK)
        e = seal_subkey(slot->data, label, key);
    pthread_mutex_unlock(&ring->lock);
    return e;
}

enum err keyring_put_new(struct keyring *ring, int64_t now_ms)
{
    struct store *store = ring->setup.store;
    uint8_t wrapped[SEAL_WRAPPED_SIZE];
    int month = keyfile_month(now_ms);
    enum err e = ERR_OK;
    pthread_mutex_lock(&ring->lock);
    for (size_t i = 0; i < ring->unwritten_count && e == ERR_OK; i++) {
        struct slot *slot = ring->unwritten[i];
        e = keyfile_wrap(ring->setup.keys, month, realm_aad(&slot->realm), slot->data, wrapped);
        if (e == ERR_OK)
            e = store->put_key(store->self, &slot->realm, month,
                               (struct slice){(const char *)wrapped, sizeof wrapped});
        if (e == ERR_OK)
            slot->status = SLOT_PUT;
    }
    pthread_mutex_unlock(&ring->lock);
    return e;
}

/* Keys that were put are stored now, or new as before; keys made meanwhile stay new. */
static void settle(struct keyring *ring, enum slot_status put_becomes)
{
    size_t kept = 0;
    pthread_mutex_lock(&ring->lock);
    for (size_t i = 0; i < ring->unwritten_count; i++) {
        struct slot *slot = ring->unwritten[i];
        if (slot->status == SLOT_PUT)
            slot->status = put_becomes;
        if (slot->status == SLOT_NEW)
            ring->unwritten[kept++] = slot;
    }
    ring->unwritten_count = kept;
    pthread_mutex_unlock(&ring->lock);
}

void keyring_committed(struct keyring *ring)
{
    settle(ring, SLOT_STORED);
}

void keyring_rolled_back(struct keyring *ring)
{
    settle(ring, SLOT_NEW);
}
