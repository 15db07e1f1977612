/* tls_pages.c — Job: the rules of TLS towards browsers of a hospital's own network. */
#include "common/tls_pages.h"

#include "common/tls_rules.h"
#include "common/tls_wipe.h"

#include <openssl/err.h>
#include <openssl/ssl.h>

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
    tls_wipe_plaintext(ctx);
    bool done = tls_rules_server(ctx) == ERR_OK &&
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
