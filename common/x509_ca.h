/* x509_ca.h — Job: the private certificate authority of one installation (mbedTLS).
 *
 * P-256 and SHA-256 only. Subject, names, dates and rights are what the CA says; of a request only
 * the public key is taken. The organisational unit (OU) of a client certificate is its kind, one of
 * codes_device_kind's names, and every listener accepts its own kind only. Serials are 16 random
 * bytes. */
#ifndef COMMON_X509_CA_H
#define COMMON_X509_CA_H

#include "common/x509_cert.h"
#include "proto/buf.h"
#include "proto/codes.h"

struct x509_ca; /* heap; holds the private key */

/* Appends a new self-signed CA certificate and its key (store the key with mode 0600, best
 * off-line). It may sign device certificates and revocation lists, no further CA (path length 0).
 */
MUST_CHECK enum err x509_ca_new(const char *cn, int64_t not_before_ms, int64_t not_after_ms,
                                struct buf *cert_pem, struct buf *key_pem);

/* ERR_CERT: unreadable, no CA, not P-256, or key and certificate do not belong together. */
MUST_CHECK enum err x509_ca_open(struct slice cert_pem, struct slice key_pem, struct x509_ca **out);
void x509_ca_close(struct x509_ca *ca); /* wipes the key; NULL is allowed */

struct x509_client {
    const char *cn; /* 1..X509_NAME_MAX bytes; ids and organisation, not a person's name */
    enum device_kind kind;
    struct id device; /* must not be absent */
    int64_t not_before_ms, not_after_ms;
};
/* Appends the certificate (clientAuth) for the key of CSR, PEM or DER, after checking the request's
 * own signature. ERR_CERT: the request; ERR_BAD_FIELD: SUBJECT, or dates outside the CA's own. */
MUST_CHECK enum err x509_ca_client(struct x509_ca *ca, struct slice csr,
                                   const struct x509_client *subject, struct buf *pem);

struct x509_server {
    const char *cn;
    /* DNS names or numeric IP addresses, at least one, at most X509_SANS_MAX. */
    const char *const *names;
    size_t count;
    int64_t not_before_ms, not_after_ms;
};
/* The same for a gateway (serverAuth). */
MUST_CHECK enum err x509_ca_server(struct x509_ca *ca, struct slice csr,
                                   const struct x509_server *subject, struct buf *pem);
#endif
