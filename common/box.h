/* box.h — Job: seal to a public key, so that the sealer cannot read it back (libsodium sealed box).
 *
 * X25519 and XSalsa20-Poly1305. Spool records are sealed to the gateway's spool key. */
#ifndef COMMON_BOX_H
#define COMMON_BOX_H

#include "proto/buf.h"

enum { BOX_KEY_SIZE = 32, BOX_OVERHEAD = 48 };

/* The public key that belongs to SECRET (as in spool.key). */
MUST_CHECK enum err box_public(const uint8_t secret[BOX_KEY_SIZE], uint8_t out[BOX_KEY_SIZE]);

/* Appends the sealed PLAIN to OUT. Nobody can tell who sealed it: a sealed record is proof of
 * nothing by itself. ERR_CRYPTO when the public key is unusable, ERR_TOO_LARGE above
 * SEAL_BYTES_MAX. */
MUST_CHECK enum err box_seal(const uint8_t public_key[BOX_KEY_SIZE], struct slice plain,
                             struct buf *out);
/* Appends the plain bytes to OUT. ERR_CRYPTO when it was sealed to another key or is damaged. */
MUST_CHECK enum err box_open(const uint8_t secret[BOX_KEY_SIZE], struct slice sealed,
                             struct buf *out);
#endif
