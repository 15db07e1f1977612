/* sha256.c — Job: SHA-256 and HMAC-SHA-256, the only hashes of protocol and log (mbedTLS). */
#include "proto/sha256.h"

#include <assert.h>
#include <mbedtls/sha256.h>
#include <mbedtls/version.h>

/* The functions that report errors are called *_ret in mbedTLS 2 and lost the suffix in 3. */
#if MBEDTLS_VERSION_NUMBER < 0x03000000
#define sha_starts mbedtls_sha256_starts_ret
#define sha_update mbedtls_sha256_update_ret
#define sha_finish mbedtls_sha256_finish_ret
#else
#define sha_starts mbedtls_sha256_starts
#define sha_update mbedtls_sha256_update
#define sha_finish mbedtls_sha256_finish
#endif

enum { BLOCK_BYTES = 64 };

/* The software implementation fails on wrong arguments only; a failing hash engine leaves us
 * without any proof of anything, so both stop the program. */
static void must(int result)
{
    assert(result == 0);
    (void)result;
}

static void begin(mbedtls_sha256_context *context)
{
    mbedtls_sha256_init(context);
    must(sha_starts(context, 0));
}

static void add(mbedtls_sha256_context *context, struct slice run)
{
    if (run.size != 0)
        must(sha_update(context, (const unsigned char *)run.bytes, run.size));
}

static struct hash end(mbedtls_sha256_context *context)
{
    struct hash out;
    must(sha_finish(context, out.bytes));
    mbedtls_sha256_free(context); /* wipes */
    return out;
}

struct hash sha256_of3(struct slice a, struct slice b, struct slice c)
{
    mbedtls_sha256_context context;
    begin(&context);
    add(&context, a);
    add(&context, b);
    add(&context, c);
    return end(&context);
}

struct hash sha256(const void *bytes, size_t size)
{
    return sha256_of3((struct slice){bytes, size}, (struct slice){NULL, 0},
                      (struct slice){NULL, 0});
}

/* RFC 2104 by hand: mbedtls_md_hmac allocates and could fail, which this interface cannot say. */
struct hash hmac_sha256(struct slice key, struct slice bytes)
{
    unsigned char pad[BLOCK_BYTES] = {0};
    struct slice block = {(const char *)pad, sizeof pad};
    struct slice none = {NULL, 0};
    struct hash inner;
    if (key.size > BLOCK_BYTES) {
        inner = sha256(key.bytes, key.size);
        memcpy(pad, inner.bytes, sizeof inner.bytes);
    } else if (key.size != 0) {
        memcpy(pad, key.bytes, key.size);
    }
    for (size_t i = 0; i < BLOCK_BYTES; i++)
        pad[i] ^= 0x36;
    inner = sha256_of3(block, bytes, none);
    for (size_t i = 0; i < BLOCK_BYTES; i++)
        pad[i] ^= 0x36 ^ 0x5c;
    struct hash out =
        sha256_of3(block, (struct slice){(const char *)inner.bytes, sizeof inner.bytes}, none);
    explicit_bzero(pad, sizeof pad);
    explicit_bzero(&inner, sizeof inner);
    return out;
}
