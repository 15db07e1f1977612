/* tls_wipe.c — Job: make OpenSSL wipe what it has decrypted, for connections of clinical text. */
#include "common/tls_wipe.h"

#include <openssl/ssl.h>

void tls_wipe_plaintext(void *ssl_ctx)
{
#ifdef SSL_OP_CLEANSE_PLAINTEXT /* OpenSSL 3.0 and later */
    SSL_CTX_set_options(ssl_ctx, SSL_OP_CLEANSE_PLAINTEXT);
#else
    (void)ssl_ctx;
#endif
}
