/* sha256.c — Job: SHA-256 and HMAC-SHA-256, the only hashes of protocol and log (OpenSSL).
 *
 * OpenSSL's and not mbedTLS's: it uses the processor's own instructions and is five times as fast
 * (1 KB: 0.8 and 4.1 microseconds), and each event is hashed eight times before it is durable. */
#include "proto/sha256.h"

#include <assert.h>
#include <openssl/evp.h>
#include <pthread.h>

enum { BLOCK_BYTES = 64 };

static EVP_MD *method; /* looked up once: it costs more than to hash 64 bytes */
static pthread_once_t once = PTHREAD_ONCE_INIT;

/* It fails without memory or without any SHA-256, which leaves us without proof of anything: both
 * stop the program. */
static void must(int good)
{
    assert(good);
    (void)good;
}

static void look_up(void)
{
    method = EVP_MD_fetch(NULL, "SHA256", NULL);
    must(method != NULL);
}

static EVP_MD_CTX *begin(void)
{
    pthread_once(&once, look_up);
    EVP_MD_CTX *context = EVP_MD_CTX_new();
    must(context != NULL && EVP_DigestInit_ex2(context, method, NULL) == 1);
    return context;
}

static void add(EVP_MD_CTX *context, struct slice run)
{
    if (run.size != 0)
        must(EVP_DigestUpdate(context, run.bytes, run.size) == 1);
}

static struct hash end(EVP_MD_CTX *context)
{
    struct hash out;
    must(EVP_DigestFinal_ex(context, out.bytes, NULL) == 1);
    EVP_MD_CTX_free(context); /* wipes */
    return out;
}

struct hash sha256_of3(struct slice a, struct slice b, struct slice c)
{
    EVP_MD_CTX *context = begin();
    add(context, a);
    add(context, b);
    add(context, c);
    return end(context);
}

struct hash sha256(const void *bytes, size_t size)
{
    return sha256_of3((struct slice){bytes, size}, (struct slice){NULL, 0},
                      (struct slice){NULL, 0});
}

/* RFC 2104 by hand: two hashes; OpenSSL's own looks its parts up anew for each key. */
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
