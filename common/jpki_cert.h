/* jpki_cert.h — Job: what a card's user certificate says, and signatures of its key.
 *
 * Nothing is trusted by reading it: jpki_trust.h decides that. The certificate has no name and no
 * address in it; (issuer, serial) names the card (mbedTLS parses). */
#ifndef COMMON_JPKI_CERT_H
#define COMMON_JPKI_CERT_H

#include "common/x509_cert.h"

struct jpki_cert {
    struct x509_serial serial;
    struct hash issuer;      /* SHA-256 of the issuer's name in DER: the same in all generations */
    struct hash fingerprint; /* SHA-256 of the whole certificate */
    int64_t not_before_ms, not_after_ms;
    /* From a test authority: an organisation of issuer or subject says TEST, or the policy is one
     * of the JPKI test hierarchy (1.2.392.200149.8.5.1.0). Production refuses it. */
    bool is_test;
};

/* ERR_CARD: no DER certificate and nothing behind it, not an RSA key of 2048 bits or more, or one
 * that may not authenticate (the signature certificate, with name and address in it, is refused
 * here), or a critical extension we do not know. */
MUST_CHECK enum err jpki_cert_read(struct slice der, struct jpki_cert *out);

/* Did the key of this certificate sign CHALLENGE (PKCS#1 v1.5, SHA-256)? ERR_CARD: the certificate,
 * as above. ERR_CRYPTO: no, whatever is wrong with the signature. */
MUST_CHECK enum err jpki_cert_check_signature(struct slice der, struct slice challenge,
                                              struct slice signature);
#endif
