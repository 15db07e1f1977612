/* link_tls.c — Job: the client's side of TLS: our certificate, and the one authority we trust. */
#include "proto/link_tls.h"

#include <openssl/err.h>

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

/* A store of its own replaces whatever was loaded before: the system's authorities have no say
 * about who the gateway is. */
static bool trust_only(SSL_CTX *ctx, const char *ca_path)
{
    X509_STORE *store = X509_STORE_new();
    if (store == NULL || X509_STORE_load_file(store, ca_path) != 1) {
        X509_STORE_free(store);
        return false;
    }
    SSL_CTX_set_cert_store(ctx, store); /* takes it */
    return true;
}

enum err link_tls_use(SSL_CTX *ctx, const char *cert_path, const char *key_path,
                      const char *ca_path)
{
    SSL_CTX_set_default_passwd_cb(ctx, no_passphrase);
    SSL_CTX_set_options(ctx, SSL_OP_NO_RENEGOTIATION | SSL_OP_NO_TICKET | SSL_OP_NO_COMPRESSION);
    SSL_CTX_set_verify(ctx, SSL_VERIFY_PEER, NULL);
    bool done = SSL_CTX_set_min_proto_version(ctx, TLS1_2_VERSION) == 1 &&
                SSL_CTX_set_cipher_list(ctx, suites_12) == 1 && trust_only(ctx, ca_path) &&
                SSL_CTX_use_certificate_chain_file(ctx, cert_path) == 1 &&
                SSL_CTX_use_PrivateKey_file(ctx, key_path, SSL_FILETYPE_PEM) == 1 &&
                SSL_CTX_check_private_key(ctx) == 1;
    ERR_clear_error();
    return done ? ERR_OK : ERR_CERT;
}

enum err link_tls_check(const char *cert_path, const char *key_path, const char *ca_path)
{
    SSL_CTX *ctx = SSL_CTX_new(TLS_client_method());
    if (ctx == NULL)
        return ERR_NO_MEMORY;
    enum err err = link_tls_use(ctx, cert_path, key_path, ca_path);
    SSL_CTX_free(ctx);
    return err;
}
