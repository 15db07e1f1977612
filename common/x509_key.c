/* x509_key.c — Job: EC P-256 private keys in PEM (mbedTLS). */
#include "common/x509_key.h"

#include "common/x509_tools.h"

#include <mbedtls/ecp.h>

enum { KEY_PEM_MAX = 512 };

enum err x509_key_new(struct buf *pem)
{
    mbedtls_pk_context key;
    unsigned char text[KEY_PEM_MAX];
    enum err err = ERR_CRYPTO;
    mbedtls_pk_init(&key);
    if (mbedtls_pk_setup(&key, mbedtls_pk_info_from_type(MBEDTLS_PK_ECKEY)) == 0 &&
        mbedtls_ecp_gen_key(MBEDTLS_ECP_DP_SECP256R1, mbedtls_pk_ec(key), x509_random, NULL) == 0 &&
        mbedtls_pk_write_key_pem(&key, text, sizeof text) == 0) {
        buf_text(pem, (const char *)text);
        err = buf_error(pem);
    }
    explicit_bzero(text, sizeof text);
    mbedtls_pk_free(&key);
    return err;
}
