/* keyring.h — Job: each realm's data key: made, wrapped, kept in locked memory.
 *
 * A realm (a case, an organisation) has one random data key. It is stored wrapped by the key of the
 * month in which it was made (common/keyfile.h); destroying that month's key shreds what it sealed.
 * What is sealed or committed never uses the data key itself but subkeys of it, one per purpose.
 *
 * Two threads use a keyring, so it has a lock: the writer seals, the loop unseals and derives. A
 * new key is used at once and written by the next transaction; until then it cannot leave the
 * cache. */
#ifndef GATEWAY_JOURNAL_KEYRING_H
#define GATEWAY_JOURNAL_KEYRING_H

#include "common/keyfile.h"
#include "gateway/journal/store.h"

struct keyring;

/* Whose thread asks: decides through which half of the store a key is looked up. */
enum keyring_side { KEYRING_WRITER, KEYRING_READER };
enum keyring_make { KEYRING_FIND, KEYRING_MAKE };

/* Copies for one use; the caller wipes them. */
struct realm_keys {
    uint8_t seal[SEAL_KEY_SIZE];
    uint8_t commit[SEAL_KEY_SIZE];
};

struct keyring_setup {
    struct store *store;  /* lent */
    struct keyfile *keys; /* lent */
    void (*random)(void *self, void *bytes, size_t size);
    void *random_self;
};

MUST_CHECK enum err keyring_open(const struct keyring_setup *setup, struct keyring **out);
void keyring_close(struct keyring *ring); /* wipes */

/* ERR_NOT_FOUND: no such realm (KEYRING_FIND), or its month's key is gone: shredded. ERR_FULL: too
 * many new keys wait for a commit. ERR_CRYPTO: the stored key is damaged. */
MUST_CHECK enum err keyring_get(struct keyring *ring, enum keyring_side side,
                                enum keyring_make make, const struct id *realm,
                                struct realm_keys *out);
/* A key for LABEL, made from the realm's data key; makes the data key if there is none. */
MUST_CHECK enum err keyring_derive(struct keyring *ring, enum keyring_side side,
                                   const struct id *realm, struct slice label,
                                   uint8_t key[SEAL_KEY_SIZE]);

/* The writer, inside a transaction: puts every key that is not yet stored, wrapped for NOW_MS. */
MUST_CHECK enum err keyring_put_new(struct keyring *ring, int64_t now_ms);
/* How that transaction ended. */
void keyring_committed(struct keyring *ring);
void keyring_rolled_back(struct keyring *ring);
#endif
