/* seal.c — Job: AES-256-GCM around bytes that are stored or sent, and subkeys (mbedTLS). */
#include "common/seal.h"

#include "common/rng.h"
#include "proto/limits.h"

#include <mbedtls/constant_time.h>
#include <mbedtls/gcm.h>
#include <mbedtls/hkdf.h>

enum { KEY_BITS = 8 * SEAL_KEY_SIZE };

static const unsigned char *bytes_of(struct slice s)
{
    return (const unsigned char *)(s.size == 0 ? "" : s.bytes);
}

static enum err gcm_start(mbedtls_gcm_context *gcm, const uint8_t key[SEAL_KEY_SIZE])
{
    mbedtls_gcm_init(gcm);
    if (mbedtls_gcm_setkey(gcm, MBEDTLS_CIPHER_ID_AES, key, KEY_BITS) == 0)
        return ERR_OK;
    mbedtls_gcm_free(gcm);
    return ERR_NO_MEMORY;
}

/* NONCE is this text's alone; CIPHER has room for PLAIN and the tag. */
static enum err encrypt(const uint8_t key[SEAL_KEY_SIZE], struct slice aad, struct slice plain,
                        const uint8_t *nonce, uint8_t *cipher)
{
    mbedtls_gcm_context gcm;
    enum err err = gcm_start(&gcm, key);
    if (err != ERR_OK)
        return err;
    if (mbedtls_gcm_crypt_and_tag(&gcm, MBEDTLS_GCM_ENCRYPT, plain.size, nonce, SEAL_NONCE_SIZE,
                                  bytes_of(aad), aad.size, bytes_of(plain), cipher, SEAL_TAG_SIZE,
                                  cipher + plain.size) != 0)
        err = ERR_CRYPTO;
    mbedtls_gcm_free(&gcm);
    return err;
}

/* PLAIN has room for SEALED without its overhead; mbedTLS wipes it when the tag is wrong. */
static enum err decrypt(const uint8_t key[SEAL_KEY_SIZE], struct slice aad, struct slice sealed,
                        uint8_t *plain)
{
    mbedtls_gcm_context gcm;
    enum err err = gcm_start(&gcm, key);
    if (err != ERR_OK)
        return err;
    const unsigned char *nonce = bytes_of(sealed);
    size_t size = sealed.size - SEAL_OVERHEAD;
    if (mbedtls_gcm_auth_decrypt(&gcm, size, nonce, SEAL_NONCE_SIZE, bytes_of(aad), aad.size,
                                 nonce + SEAL_NONCE_SIZE + size, SEAL_TAG_SIZE,
                                 nonce + SEAL_NONCE_SIZE, plain) != 0)
        err = ERR_CRYPTO;
    mbedtls_gcm_free(&gcm);
    return err;
}

enum err seal_close(const uint8_t key[SEAL_KEY_SIZE], struct slice aad, struct slice plain,
                    struct buf *out)
{
    if (plain.size > SEAL_BYTES_MAX)
        return ERR_TOO_LARGE;
    uint8_t nonce[SEAL_NONCE_SIZE];
    const uint8_t no_tag[SEAL_TAG_SIZE] = {0};
    size_t from = out->size;
    rng_fill(nonce, sizeof nonce);
    buf_add(out, nonce, sizeof nonce);
    buf_add(out, plain.bytes, plain.size); /* makes the room; encrypted over at once */
    buf_add(out, no_tag, sizeof no_tag);
    enum err err = buf_error(out);
    if (err == ERR_OK)
        err = encrypt(key, aad, plain, nonce, (uint8_t *)out->bytes + from + SEAL_NONCE_SIZE);
    if (err != ERR_OK && out->size > from) {
        explicit_bzero(out->bytes + from, out->size - from);
        out->size = from;
    }
    return err;
}

enum err seal_open(const uint8_t key[SEAL_KEY_SIZE], struct slice aad, struct slice sealed,
                   struct buf *out)
{
    if (sealed.size < SEAL_OVERHEAD)
        return ERR_CRYPTO;
    if (sealed.size > SEAL_BYTES_MAX + SEAL_OVERHEAD)
        return ERR_TOO_LARGE;
    uint8_t none[1];
    size_t from = out->size, size = sealed.size - SEAL_OVERHEAD;
    buf_add(out, sealed.bytes, size); /* makes the room */
    enum err err = buf_error(out);
    if (err == ERR_OK)
        err = decrypt(key, aad, sealed, size == 0 ? none : (uint8_t *)out->bytes + from);
    if (err != ERR_OK)
        out->size = from;
    return err;
}

enum err seal_wrap(const uint8_t wrapping[SEAL_KEY_SIZE], struct slice aad,
                   const uint8_t key[SEAL_KEY_SIZE], uint8_t wrapped[SEAL_WRAPPED_SIZE])
{
    rng_fill(wrapped, SEAL_NONCE_SIZE);
    return encrypt(wrapping, aad, (struct slice){(const char *)key, SEAL_KEY_SIZE}, wrapped,
                   wrapped + SEAL_NONCE_SIZE);
}

enum err seal_unwrap(const uint8_t wrapping[SEAL_KEY_SIZE], struct slice aad,
                     const uint8_t wrapped[SEAL_WRAPPED_SIZE], uint8_t key[SEAL_KEY_SIZE])
{
    struct slice sealed = {(const char *)wrapped, SEAL_WRAPPED_SIZE};
    enum err err = decrypt(wrapping, aad, sealed, key);
    if (err != ERR_OK)
        explicit_bzero(key, SEAL_KEY_SIZE);
    return err;
}

enum err seal_subkey(const uint8_t root[SEAL_KEY_SIZE], struct slice label,
                     uint8_t out[SEAL_KEY_SIZE])
{
    const mbedtls_md_info_t *sha256 = mbedtls_md_info_from_type(MBEDTLS_MD_SHA256);
    if (mbedtls_hkdf(sha256, NULL, 0, root, SEAL_KEY_SIZE, bytes_of(label), label.size, out,
                     SEAL_KEY_SIZE) == 0)
        return ERR_OK;
    explicit_bzero(out, SEAL_KEY_SIZE);
    return ERR_CRYPTO;
}

bool seal_equal(const void *a, const void *b, size_t size)
{
    return size == 0 || mbedtls_ct_memcmp(a, b, size) == 0;
}
