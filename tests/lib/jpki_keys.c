/* jpki_keys.c — Job: the two RSA keys inside the simulated card (mbedTLS). */
#include "tests/lib/jpki_keys.h"

#include <stdlib.h>
#include <mbedtls/ctr_drbg.h>
#include <mbedtls/entropy.h>
#include <mbedtls/md.h>
#include <mbedtls/pk.h>
#include <mbedtls/rsa.h>
#include <mbedtls/version.h>

enum { KEY_COUNT = JPKI_KEY_SIGN + 1 };

struct jpki_keys {
    mbedtls_pk_context pk[KEY_COUNT];
    mbedtls_entropy_context entropy;
    mbedtls_ctr_drbg_context rng;
};

static int key_parse(struct jpki_keys *keys, enum jpki_key which, struct slice der)
{
    mbedtls_pk_context *pk = &keys->pk[which];
    const unsigned char *bytes = (const unsigned char *)der.bytes;
#if MBEDTLS_VERSION_NUMBER >= 0x03000000
    return mbedtls_pk_parse_key(pk, bytes, der.size, NULL, 0, mbedtls_ctr_drbg_random, &keys->rng);
#else
    return mbedtls_pk_parse_key(pk, bytes, der.size, NULL, 0);
#endif
}

static enum err keys_load(struct jpki_keys *keys, const struct slice *der)
{
    if (mbedtls_ctr_drbg_seed(&keys->rng, mbedtls_entropy_func, &keys->entropy, NULL, 0) != 0)
        return ERR_CRYPTO;
    for (int which = 0; which < KEY_COUNT; which++)
        if (key_parse(keys, (enum jpki_key)which, der[which]) != 0 ||
            !mbedtls_pk_can_do(&keys->pk[which], MBEDTLS_PK_RSA))
            return ERR_CRYPTO;
    return ERR_OK;
}

enum err jpki_keys_new(struct slice auth, struct slice sign, struct jpki_keys **out)
{
    const struct slice der[KEY_COUNT] = {[JPKI_KEY_AUTH] = auth, [JPKI_KEY_SIGN] = sign};
    struct jpki_keys *keys = calloc(1, sizeof *keys);
    *out = NULL;
    if (keys == NULL)
        return ERR_NO_MEMORY;
    for (int which = 0; which < KEY_COUNT; which++)
        mbedtls_pk_init(&keys->pk[which]);
    mbedtls_entropy_init(&keys->entropy);
    mbedtls_ctr_drbg_init(&keys->rng);
    enum err err = keys_load(keys, der);
    if (err != ERR_OK) {
        jpki_keys_free(keys);
        return err;
    }
    *out = keys;
    return ERR_OK;
}

void jpki_keys_free(struct jpki_keys *keys)
{
    if (keys == NULL)
        return;
    for (int which = 0; which < KEY_COUNT; which++)
        mbedtls_pk_free(&keys->pk[which]);
    mbedtls_ctr_drbg_free(&keys->rng);
    mbedtls_entropy_free(&keys->entropy);
    free(keys);
}

size_t jpki_keys_size(const struct jpki_keys *keys, enum jpki_key which)
{
    return mbedtls_rsa_get_len(mbedtls_pk_rsa(keys->pk[which]));
}

enum err jpki_keys_sign(struct jpki_keys *keys, enum jpki_key which, struct slice data,
                        uint8_t *signature)
{
    mbedtls_rsa_context *rsa = mbedtls_pk_rsa(keys->pk[which]);
    const unsigned char *bytes = (const unsigned char *)data.bytes;
    /* MD_NONE: the bytes are put between the padding as they are. */
#if MBEDTLS_VERSION_NUMBER >= 0x03000000
    int bad = mbedtls_rsa_pkcs1_sign(rsa, mbedtls_ctr_drbg_random, &keys->rng, MBEDTLS_MD_NONE,
                                     (unsigned)data.size, bytes, signature);
#else
    int bad = mbedtls_rsa_pkcs1_sign(rsa, mbedtls_ctr_drbg_random, &keys->rng, MBEDTLS_RSA_PRIVATE,
                                     MBEDTLS_MD_NONE, (unsigned)data.size, bytes, signature);
#endif
    return bad == 0 ? ERR_OK : ERR_CRYPTO;
}
