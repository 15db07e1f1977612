/* sha256.h — Job: SHA-256 and HMAC-SHA-256, the only hashes of protocol and log (OpenSSL). */
#ifndef PROTO_SHA256_H
#define PROTO_SHA256_H

#include "proto/slice.h"

struct hash {
    uint8_t bytes[32];
};

struct hash sha256(const void *bytes, size_t size);
/* The hash of up to three runs, one behind the other; a NULL run of size 0 is skipped. */
struct hash sha256_of3(struct slice a, struct slice b, struct slice c);
struct hash hmac_sha256(struct slice key, struct slice bytes);

static inline bool hash_equal(const struct hash *a, const struct hash *b)
{
    return memcmp(a, b, sizeof *a) == 0;
}
#endif
