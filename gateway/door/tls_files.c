/* tls_files.c — Job: one listener's certificate, key, authorities and revocation lists, checked. */
#include "gateway/door/tls_files.h"

#include <errno.h>
#include <openssl/err.h>
#include <openssl/pem.h>
#include <openssl/x509.h>
#include <stdio.h>

#include "gateway/door/tls_guards.h"
#include "proto/buf.h"
#include "proto/limits.h"

/* The file in BUF and a reader over it, or NULL. Read whole first, so that a fifo or a device
 * cannot feed the parser without end. */
static BIO *pem_open(const char *path, struct buf *buf)
{
    buf_init(buf, PEM_BYTES_MAX);
    FILE *file = fopen(path, "re");
    if (file == NULL)
        return NULL;
    char part[4096];
    size_t size;
    while (!buf->failed && (size = fread(part, 1, sizeof part, file)) > 0)
        buf_add(buf, part, size);
    bool failed = ferror(file) != 0 || buf->failed || buf->size == 0;
    explicit_bzero(part, sizeof part);
    fclose(file);
    return failed ? NULL : BIO_new_mem_buf(buf->bytes, (int)buf->size);
}

static void pem_close(BIO *bio, struct buf *buf)
{
    BIO_free(bio);
    buf_free(buf);
    ERR_clear_error();
}

/* A gateway starts unattended: a key that asks for a passphrase is refused, not asked for. */
static int no_passphrase(char *text, int size, int writing, void *self)
{
    (void)text;
    (void)size;
    (void)writing;
    (void)self;
    return -1;
}

/* After the last block OpenSSL says "no start line"; anything else is a damaged file. */
static bool pem_at_end(void)
{
    unsigned long code = ERR_peek_last_error();
    return ERR_GET_LIB(code) == ERR_LIB_PEM && ERR_GET_REASON(code) == PEM_R_NO_START_LINE;
}

static enum err read_certificates(const char *path, STACK_OF(X509) * out)
{
    struct buf buf;
    BIO *bio = pem_open(path, &buf);
    enum err err = bio == NULL ? ERR_CERT : ERR_OK;
    while (err == ERR_OK) {
        X509 *cert = PEM_read_bio_X509(bio, NULL, no_passphrase, NULL);
        if (cert == NULL) {
            err = pem_at_end() && sk_X509_num(out) > 0 ? ERR_OK : ERR_CERT;
            break;
        }
        if (sk_X509_push(out, cert) <= 0) {
            X509_free(cert);
            err = ERR_NO_MEMORY;
        }
    }
    pem_close(bio, &buf);
    return err;
}

static enum err read_lists(const char *path, STACK_OF(X509_CRL) * out)
{
    struct buf buf;
    BIO *bio = pem_open(path, &buf);
    enum err err = bio == NULL ? ERR_CERT : ERR_OK;
    while (err == ERR_OK) {
        X509_CRL *list = PEM_read_bio_X509_CRL(bio, NULL, no_passphrase, NULL);
        if (list == NULL) {
            err = pem_at_end() && sk_X509_CRL_num(out) > 0 ? ERR_OK : ERR_CERT;
            break;
        }
        if (sk_X509_CRL_push(out, list) <= 0) {
            X509_CRL_free(list);
            err = ERR_NO_MEMORY;
        }
    }
    pem_close(bio, &buf);
    return err;
}

static enum err read_key(const char *path, EVP_PKEY **out)
{
    struct buf buf;
    BIO *bio = pem_open(path, &buf);
    if (bio != NULL)
        *out = PEM_read_bio_PrivateKey(bio, NULL, no_passphrase, NULL);
    pem_close(bio, &buf);
    return *out == NULL ? ERR_CERT : ERR_OK;
}

static bool list_signed_by(X509_CRL *list, X509 *authority)
{
    if (X509_NAME_cmp(X509_CRL_get_issuer(list), X509_get_subject_name(authority)) != 0)
        return false;
    EVP_PKEY *key = X509_get0_pubkey(authority);
    return key != NULL && X509_CRL_verify(list, key) == 1;
}

static enum err check_lists(const struct tls_files *files)
{
    for (int i = 0; i < sk_X509_CRL_num(files->revoked); i++) {
        bool known = false;
        for (int k = 0; k < sk_X509_num(files->authorities); k++)
            known = known || list_signed_by(sk_X509_CRL_value(files->revoked, i),
                                            sk_X509_value(files->authorities, k));
        if (!known)
            return ERR_CERT;
    }
    return ERR_OK;
}

static enum err build_store(struct tls_files *files)
{
    files->store = X509_STORE_new();
    if (files->store == NULL)
        return ERR_NO_MEMORY;
    for (int i = 0; i < sk_X509_num(files->authorities); i++)
        if (X509_STORE_add_cert(files->store, sk_X509_value(files->authorities, i)) != 1)
            return ERR_CERT;
    if (files->revoked == NULL)
        return ERR_OK;
    for (int i = 0; i < sk_X509_CRL_num(files->revoked); i++)
        if (X509_STORE_add_crl(files->store, sk_X509_CRL_value(files->revoked, i)) != 1)
            return ERR_CERT;
    return X509_STORE_set_flags(files->store, X509_V_FLAG_CRL_CHECK) == 1 ? ERR_OK : ERR_CERT;
}

enum err tls_files_load(const char *cert_path, const char *key_path, const char *ca_path,
                        const char *crl_path, struct tls_files *out)
{
    *out = (struct tls_files){.chain = sk_X509_new_null(), .authorities = sk_X509_new_null()};
    if (crl_path != NULL)
        out->revoked = sk_X509_CRL_new_null();
    enum err err = ERR_OK;
    if (out->chain == NULL || out->authorities == NULL ||
        (crl_path != NULL && out->revoked == NULL))
        err = ERR_NO_MEMORY;
    if (err == ERR_OK)
        err = read_certificates(cert_path, out->chain);
    if (err == ERR_OK)
        out->cert = sk_X509_shift(out->chain);
    if (err == ERR_OK)
        err = read_key(key_path, &out->key);
    if (err == ERR_OK && X509_check_private_key(out->cert, out->key) != 1)
        err = ERR_CERT;
    if (err == ERR_OK)
        err = read_certificates(ca_path, out->authorities);
    if (err == ERR_OK && crl_path != NULL)
        err = read_lists(crl_path, out->revoked);
    if (err == ERR_OK && crl_path != NULL)
        err = check_lists(out);
    if (err == ERR_OK)
        err = build_store(out);
    ERR_clear_error();
    if (err != ERR_OK)
        tls_files_fini(out);
    return err;
}

void tls_files_fini(struct tls_files *files)
{
    X509_free(files->cert);
    sk_X509_pop_free(files->chain, X509_free);
    EVP_PKEY_free(files->key);
    sk_X509_pop_free(files->authorities, X509_free);
    sk_X509_CRL_pop_free(files->revoked, X509_CRL_free);
    X509_STORE_free(files->store);
    *files = (struct tls_files){0};
}

static bool is_authority(const struct tls_files *files, const X509_NAME *name)
{
    for (int i = 0; i < sk_X509_num(files->authorities); i++)
        if (X509_NAME_cmp(X509_get_subject_name(sk_X509_value(files->authorities, i)), name) == 0)
            return true;
    return false;
}

/* A list of the same issuer as OLD that is not older than it. */
static bool has_successor(const struct tls_files *files, const X509_CRL *old)
{
    for (int i = 0; i < sk_X509_CRL_num(files->revoked); i++) {
        const X509_CRL *list = sk_X509_CRL_value(files->revoked, i);
        if (X509_CRL_cmp(list, old) == 0 &&
            ASN1_TIME_compare(X509_CRL_get0_lastUpdate(list), X509_CRL_get0_lastUpdate(old)) >= 0)
            return true;
    }
    return false;
}

enum err tls_files_follow(const struct tls_files *now, const struct tls_files *next)
{
    if (EVP_PKEY_get_base_id(now->key) != EVP_PKEY_get_base_id(next->key))
        return ERR_CERT;
    for (int i = 0; i < sk_X509_CRL_num(now->revoked); i++) {
        const X509_CRL *old = sk_X509_CRL_value(now->revoked, i);
        if (is_authority(next, X509_CRL_get_issuer(old)) && !has_successor(next, old))
            return ERR_CERT;
    }
    return ERR_OK;
}

bool tls_files_stale(const struct tls_files *files)
{
    for (int i = 0; i < sk_X509_CRL_num(files->revoked); i++) {
        const ASN1_TIME *next = X509_CRL_get0_nextUpdate(sk_X509_CRL_value(files->revoked, i));
        if (next != NULL && X509_cmp_current_time(next) <= 0)
            return true;
    }
    return false;
}

bool tls_files_same_authorities(const struct tls_files *a, const struct tls_files *b)
{
    int count = sk_X509_num(a->authorities);
    if (count != sk_X509_num(b->authorities))
        return false;
    for (int i = 0; i < count; i++)
        if (X509_cmp(sk_X509_value(a->authorities, i), sk_X509_value(b->authorities, i)) != 0)
            return false;
    return true;
}

/* The names a client may choose its certificate by; a browser asks its user with them. */
static enum err use_names(const struct tls_files *files, SSL_CTX *ctx)
{
    STACK_OF(X509_NAME) *names = sk_X509_NAME_new_null();
    if (names == NULL)
        return ERR_NO_MEMORY;
    for (int i = 0; i < sk_X509_num(files->authorities); i++) {
        X509_NAME *name =
            X509_NAME_dup(X509_get_subject_name(sk_X509_value(files->authorities, i)));
        if (name == NULL || sk_X509_NAME_push(names, name) <= 0) {
            X509_NAME_free(name);
            sk_X509_NAME_pop_free(names, X509_NAME_free);
            return ERR_NO_MEMORY;
        }
    }
    SSL_CTX_set_client_CA_list(ctx, names);
    return ERR_OK;
}

enum err tls_files_use(const struct tls_files *files, SSL_CTX *ctx)
{
    enum err err = use_names(files, ctx);
    if (err != ERR_OK)
        return err;
    if (SSL_CTX_use_cert_and_key(ctx, files->cert, files->key, files->chain, 1) != 1)
        err = ERR_CERT;
    else
        SSL_CTX_set1_cert_store(ctx, files->store);
    ERR_clear_error();
    return err;
}

static bool is_listed(const struct tls_files *files, X509 *cert)
{
    for (int i = 0; i < sk_X509_CRL_num(files->revoked); i++) {
        X509_CRL *list = sk_X509_CRL_value(files->revoked, i);
        X509_REVOKED *row = NULL;
        if (X509_NAME_cmp(X509_CRL_get_issuer(list), X509_get_issuer_name(cert)) == 0 &&
            X509_CRL_get0_by_cert(list, &row, cert) == 1)
            return true;
    }
    return false;
}

static bool chain_holds(const struct tls_files *files, SSL *ssl, X509 *cert)
{
    X509_STORE_CTX *judge = X509_STORE_CTX_new();
    bool holds = false;
    if (judge != NULL &&
        X509_STORE_CTX_init(judge, files->store, cert, SSL_get_peer_cert_chain(ssl)) == 1 &&
        X509_STORE_CTX_set_default(judge, "ssl_client") == 1) {
        X509_STORE_CTX_set_verify_cb(judge, guard_verdict);
        holds = X509_verify_cert(judge) == 1;
    }
    X509_STORE_CTX_free(judge);
    ERR_clear_error();
    return holds;
}

bool tls_files_accept(const struct tls_files *files, SSL *ssl, enum recheck how)
{
    X509 *cert = SSL_get0_peer_certificate(ssl);
    if (cert == NULL || is_listed(files, cert) ||
        X509_cmp_current_time(X509_get0_notAfter(cert)) <= 0)
        return false;
    return how == RECHECK_LISTS || chain_holds(files, ssl, cert);
}
