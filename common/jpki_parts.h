/* jpki_parts.h — Job: what the jpki files share of mbedTLS's view of a certificate.
 *
 * For common/jpki*.c only. */
#ifndef COMMON_JPKI_PARTS_H
#define COMMON_JPKI_PARTS_H

#include "common/jpki_cert.h"
#include "proto/limits.h"

#include <mbedtls/x509_crt.h>

/* Hashes of the distribution points where a certificate's revocation would be listed. */
struct jpki_points {
    struct hash at[JPKI_POINTS_MAX];
    size_t count;
};

/* Bytes still to be read; mbedTLS's functions move `at`. */
struct jpki_der {
    unsigned char *at;
    const unsigned char *end;
};

static inline size_t jpki_der_left(const struct jpki_der *d)
{
    return (size_t)(d->end - d->at);
}
/* Steps over one value with TAG and gives its content; false: another tag, or too long. */
bool jpki_der_enter(struct jpki_der *d, int tag, struct jpki_der *content);
/* The next value's tag, or -1 at the end. */
int jpki_der_next(const struct jpki_der *d);

/* Parses one DER certificate with nothing behind it. Policies and distribution points may be there
 * and may be critical; another critical extension is refused. ERR_CARD. The caller frees CRT with
 * mbedtls_x509_crt_free, in every case. POINTS may be NULL. */
MUST_CHECK enum err jpki_parse(struct slice der, mbedtls_x509_crt *crt, struct jpki_points *points);
MUST_CHECK enum err jpki_facts(const mbedtls_x509_crt *crt, struct jpki_cert *out);
#endif
