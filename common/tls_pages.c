/* tls_pages.c — Job: the rules of TLS towards browsers of a hospital's own network. */
#include "common/tls_pages.h"

#include "common/tls_wipe.h"

#include <openssl/err.h>
#include <openssl/ssl.h>

/* TLS 1.3 has AEAD suites only; this list is for TLS 1.2. */
static const char suites_12[] = "ECDHE-ECDSA-AES256-GCM-SHA384:ECDHE-ECDSA-CHACHA20-POLY1305:"
                                "ECDHE-ECDSA-AES128-GCM-SHA256:ECDHE-RSA-AES256-GCM-SHA384:"
                                "ECDHE-RSA-CHACHA20-POLY1305:ECDHE-RSA-AES128-GCM-SHA256";

static int no_passphrase(char *text, int size, int writing, void *self)
{
    (void)text;
    (void)size;
    (void)writing;
    (void)self;
    return -1;
}

enum err tls_pages_use(void *ssl_ctx, const char *cert_path, const char *key_path)
{
    SSL_CTX *ctx = ssl_ctx;
    SSL_CTX_set_default_passwd_cb(ctx, no_passphrase);
    SSL_CTX_set_options(ctx, SSL_OP_NO_TICKET | SSL_OP_NO_RENEGOTIATION | SSL_OP_NO_COMPRESSION |
                                 SSL_OP_CIPHER_SERVER_PREFERENCE);
    SSL_CTX_set_session_cache_mode(ctx, SSL_SESS_CACHE_OFF);
    SSL_CTX_set_tlsext_servername_callback(ctx, NULL); /* there is one vhost: nothing to choose */
    tls_wipe_plaintext(ctx);
    bool done = SSL_CTX_set_min_proto_version(ctx, TLS1_2_VERSION) == 1 &&
                SSL_CTX_set_num_tickets(ctx, 0) == 1 &&
                SSL_CTX_set_cipher_list(ctx, suites_12) == 1 &&
                SSL_CTX_use_certificate_chain_file(ctx, cert_path) == 1 &&
                SSL_CTX_use_PrivateKey_file(ctx, key_path, SSL_FILETYPE_PEM) == 1 &&
                SSL_CTX_check_private_key(ctx) == 1;
    ERR_clear_error();
    return done ? ERR_OK : ERR_CERT;
}

enum err tls_pages_check(const char *cert_path, const char *key_path)
{
    SSL_CTX *ctx = SSL_CTX_new(TLS_server_method());
    if (ctx == NULL)
        return ERR_NO_MEMORY;
    enum err err = tls_pages_use(ctx, cert_path, key_path);
    SSL_CTX_free(ctx);
    return err;
}
