/* jpki_crl.h — Job: a revocation list of the card authority (RFC 5280 section 5), searched.
 *
 * Read here and not by mbedTLS: that one refuses the critical extension which a list for one
 * distribution point must have, and keeps a linked list where a million serials may be searched. */
#ifndef COMMON_JPKI_CRL_H
#define COMMON_JPKI_CRL_H

#include "common/x509_cert.h"

struct jpki_crl {
    int64_t this_ms, next_ms; /* next_ms is INT64_MAX when the list does not say */
    struct hash issuer;       /* SHA-256 of the issuer's name in DER */
    bool has_point;           /* covers only certificates with this distribution point */
    struct hash point;
    struct x509_serial *serials; /* sorted; heap */
    size_t count;
    /* For the check of the signature; inside the DER that was read. */
    struct slice signed_bytes, signature;
    int hash_kind; /* mbedtls_md_type_t */
};

/* Reads one DER list with nothing behind it. ERR_CERT: none, or one that covers only some reasons,
 * only authorities or other issuers, or is a delta. ERR_TOO_LARGE. On error OUT holds nothing. */
MUST_CHECK enum err jpki_crl_read(struct slice der, struct jpki_crl *out);
void jpki_crl_fini(struct jpki_crl *crl);
bool jpki_crl_lists(const struct jpki_crl *crl, const struct x509_serial *serial);
#endif
