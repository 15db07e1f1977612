/* seal.h — Job: AES-256-GCM around bytes that are stored or sent, and subkeys (OpenSSL).
 *
 * A sealed text is nonce (12 bytes, random) || cipher || tag (16 bytes). With random nonces one key
 * is good for 2^32 sealings (NIST SP 800-38D 8.3): keys here belong to one case, grant or month. */
#ifndef COMMON_SEAL_H
#define COMMON_SEAL_H

#include "proto/buf.h"

enum { SEAL_KEY_SIZE = 32, SEAL_NONCE_SIZE = 12, SEAL_TAG_SIZE = 16 };
enum { SEAL_OVERHEAD = SEAL_NONCE_SIZE + SEAL_TAG_SIZE };
enum { SEAL_WRAPPED_SIZE = SEAL_KEY_SIZE + SEAL_OVERHEAD /* a sealed key */ };

/* Appends the sealed PLAIN to OUT. AAD is bound to it and not contained: say what this is (type and
 * id), so that a sealed text cannot be moved to another place. Any of the slices may be empty.
 * ERR_TOO_LARGE above SEAL_BYTES_MAX. */
MUST_CHECK enum err seal_close(const uint8_t key[SEAL_KEY_SIZE], struct slice aad,
                               struct slice plain, struct buf *out);
/* Appends the plain bytes to OUT. ERR_CRYPTO when key, AAD or a byte differs; OUT is as before. */
MUST_CHECK enum err seal_open(const uint8_t key[SEAL_KEY_SIZE], struct slice aad,
                              struct slice sealed, struct buf *out);

/* A sealed key. WRAPPED and KEY are the caller's memory; on an error KEY is wiped. */
MUST_CHECK enum err seal_wrap(const uint8_t wrapping[SEAL_KEY_SIZE], struct slice aad,
                              const uint8_t key[SEAL_KEY_SIZE], uint8_t wrapped[SEAL_WRAPPED_SIZE]);
MUST_CHECK enum err seal_unwrap(const uint8_t wrapping[SEAL_KEY_SIZE], struct slice aad,
                                const uint8_t wrapped[SEAL_WRAPPED_SIZE],
                                uint8_t key[SEAL_KEY_SIZE]);

/* HKDF-SHA-256 (RFC 5869) without salt, LABEL as info: one key per purpose from one root key. */
MUST_CHECK enum err seal_subkey(const uint8_t root[SEAL_KEY_SIZE], struct slice label,
                                uint8_t out[SEAL_KEY_SIZE]);

/* Same bytes? Takes the same time wherever they differ. */
bool seal_equal(const void *a, const void *b, size_t size);
#endif
