/* jpki_trust.h — Job: is a card's certificate good: issued by whom we trust, not revoked?
 *
 * All generations of the card authority have the same name, so the issuer is found by its
 * signature. One thread at a time may use a trust; build a new one to load new lists. */
#ifndef COMMON_JPKI_TRUST_H
#define COMMON_JPKI_TRUST_H

#include "common/jpki_cert.h"

struct jpki_trust; /* heap */

MUST_CHECK enum err jpki_trust_new(struct jpki_trust **out);
void jpki_trust_free(struct jpki_trust *t);

/* A trusted authority in DER, copied. ERR_CERT: no certificate, no CA that may sign certificates,
 * not self-signed, or a key or hash too weak. ERR_FULL. */
MUST_CHECK enum err jpki_trust_add_ca(struct jpki_trust *t, struct slice der);

/* A revocation list in DER of an authority that was added before. ERR_CARD_ISSUER: none of them
 * signed it. Otherwise as jpki_crl_read, and ERR_FULL. */
MUST_CHECK enum err jpki_trust_add_crl(struct jpki_trust *t, struct slice der);

enum jpki_revocation {
    JPKI_NOT_CHECKED = 1, /* no list covers this certificate: the caller's policy decides */
    JPKI_LIST_OLD,        /* a list covers it, does not have it, and is past its time */
    JPKI_NOT_REVOKED
};

struct jpki_verdict {
    struct jpki_cert cert; /* filled whenever the certificate could be read */
    enum jpki_revocation revocation;
};

/* ERR_CARD: unreadable (jpki_cert_read), or not yet valid. ERR_CARD_ISSUER: nobody we trust issued
 * it. ERR_CARD_EXPIRED: it, or its issuer, has ended at NOW_MS. ERR_CARD_REVOKED: listed, in
 * whatever list of its issuer. ERR_OK otherwise; then look at the verdict's revocation. */
MUST_CHECK enum err jpki_trust_check(struct jpki_trust *t, struct slice der, int64_t now_ms,
                                     struct jpki_verdict *out);
#endif
