/* x509_crl.h — Job: certificate revocation lists (RFC 5280 section 5), written and read.
 *
 * mbedTLS reads them and cannot write them; the DER is built here. A list past its nextUpdate makes
 * OpenSSL refuse every device, so the gateway issues a new one daily. */
#ifndef COMMON_X509_CRL_H
#define COMMON_X509_CRL_H

#include "common/x509_ca.h"

struct x509_revoked {
    struct x509_serial serial;
    int64_t revoked_ms;
};

struct x509_crl_plan {
    const struct x509_revoked *revoked; /* may be NULL when count is 0 */
    size_t count;                       /* at most X509_REVOKED_MAX */
    uint64_t number;                    /* cRLNumber: must grow from list to list */
    int64_t this_update_ms, next_update_ms;
};
/* Appends the signed list (version 2, ecdsa-with-SHA256) as PEM. ERR_BAD_FIELD: dates that are not
 * ascending, or a serial that is empty or too long. */
MUST_CHECK enum err x509_crl_new(struct x509_ca *ca, const struct x509_crl_plan *plan,
                                 struct buf *pem);

struct x509_crl {
    int64_t this_update_ms, next_update_ms;
    size_t count;
};
/* Reads one list (PEM or DER) and checks that the certificate CA_CERT signed it. ERR_CERT
 * otherwise. */
MUST_CHECK enum err x509_crl_read(struct slice ca_cert, struct slice crl, struct x509_crl *out);
#endif
