/* tls_files.h — Job: one listener's certificate, key, authorities and revocation lists, checked. */
#ifndef GATEWAY_DOOR_TLS_FILES_H
#define GATEWAY_DOOR_TLS_FILES_H

#include <openssl/ssl.h>

#include "proto/err.h"
#include "proto/slice.h"

/* What the four files held. Zeroed is valid and empty. Reading and using are apart, so that a
 * reload can look at everything before it changes anything. */
struct tls_files {
    X509 *cert;
    STACK_OF(X509) * chain; /* what follows the certificate in its file */
    EVP_PKEY *key;
    STACK_OF(X509) * authorities;
    STACK_OF(X509_CRL) * revoked; /* NULL: no list is checked */
    X509_STORE *store;            /* authorities and lists, with the checks switched on */
};

/* ERR_CERT: unreadable, above PEM_BYTES_MAX, not PEM, nothing in it, a key with a passphrase, key
 * and certificate apart, or a list that none of the authorities signed. ERR_NO_MEMORY. CRL_PATH may
 * be NULL. *OUT is empty on an error. */
MUST_CHECK enum err tls_files_load(const char *cert_path, const char *key_path, const char *ca_path,
                                   const char *crl_path, struct tls_files *out);
void tls_files_fini(struct tls_files *files);

/* ERR_CERT when NEXT would forget revocations: the list of an authority that both have is missing
 * or older than in NOW (thisUpdate, RFC 5280 §5.1.2.4), or when the kind of key changes: OpenSSL
 * would go on offering the old pair beside the new one, so that takes a restart. */
MUST_CHECK enum err tls_files_follow(const struct tls_files *now, const struct tls_files *next);

/* Is a list past its nextUpdate by the system's clock? */
bool tls_files_stale(const struct tls_files *files);

/* Do both trust the same authorities? */
bool tls_files_same_authorities(const struct tls_files *a, const struct tls_files *b);

/* Makes CTX use FILES (references are taken). Connections that stand are not touched. */
MUST_CHECK enum err tls_files_use(const struct tls_files *files, SSL_CTX *ctx);

/* Would FILES still let in the peer of a connection that stands? Its certificate against the lists
 * and the clock; with WHOLE the chain too, which costs signatures (0.1 ms). */
enum recheck { RECHECK_LISTS, RECHECK_WHOLE };
bool tls_files_accept(const struct tls_files *files, SSL *ssl, enum recheck how);
#endif
