/* jpki_keys.h — Job: the two RSA keys inside the simulated card (mbedTLS). */
#ifndef TESTS_LIB_JPKI_KEYS_H
#define TESTS_LIB_JPKI_KEYS_H

#include "proto/err.h"
#include "proto/slice.h"

enum jpki_key { JPKI_KEY_AUTH, JPKI_KEY_SIGN };

struct jpki_keys; /* heap */

/* Keys in DER, or in PEM with its NUL counted; lent. ERR_CRYPTO when one is not an RSA key. */
MUST_CHECK enum err jpki_keys_new(struct slice auth, struct slice sign, struct jpki_keys **out);
void jpki_keys_free(struct jpki_keys *keys);

/* Size of the modulus and so of a signature, in bytes. */
size_t jpki_keys_size(const struct jpki_keys *keys, enum jpki_key which);

/* Pads DATA as PKCS#1 v1.5 type 1 without touching it (the host sends the DigestInfo) and
 * signs. SIGNATURE has room for jpki_keys_size. ERR_CRYPTO when DATA is too long. */
MUST_CHECK enum err jpki_keys_sign(struct jpki_keys *keys, enum jpki_key which, struct slice data,
                                   uint8_t *signature);
#endif
