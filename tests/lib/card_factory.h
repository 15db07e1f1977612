/* card_factory.h — Job: make TEST certificate authorities, cards and revocation lists (OpenSSL). */
#ifndef TESTS_LIB_CARD_FACTORY_H
#define TESTS_LIB_CARD_FACTORY_H

#include "proto/buf.h"

/* Shaped like the JPKI profile (one tier, RSA-2048, SHA-256, same name for every generation,
 * critical policies), but O=JPKI-TEST and the policy of the test hierarchy: nobody can take one
 * for a real card. Made with OpenSSL and read with mbedTLS, so that each judges the other. */

struct card_key; /* an RSA-2048 key pair; heap */
struct card_ca;  /* a key and its self-signed certificate; heap */

enum card_use { CARD_USE_AUTH, CARD_USE_SIGN };
enum card_ca_shape { CARD_CA_PROPER, CARD_CA_NOT_A_CA };

/* Wall clock, seconds since 1970 in UTC. */
struct card_period {
    int64_t from_s, until_s;
};

MUST_CHECK enum err card_key_new(struct card_key **out);
void card_key_free(struct card_key *key);
/* Appends the private key as PEM with a NUL behind it, as the applet takes it. */
MUST_CHECK enum err card_key_pem(const struct card_key *key, struct buf *out);

/* Two authorities of one use have the same name and different keys, as JPKI's generations. */
MUST_CHECK enum err card_ca_new(enum card_use use, uint64_t serial, struct card_period valid,
                                enum card_ca_shape shape, struct card_ca **out);
void card_ca_free(struct card_ca *ca);
MUST_CHECK enum err card_ca_der(const struct card_ca *ca, struct buf *out); /* appends */
MUST_CHECK enum err card_ca_pem(const struct card_ca *ca, struct buf *out); /* appends */

/* Appends the DER of a card's certificate of USE for KEY. */
MUST_CHECK enum err card_cert_make(const struct card_ca *ca, const struct card_key *key,
                                   enum card_use use, uint64_t serial, struct card_period valid,
                                   struct buf *out);

/* Appends the DER of a revocation list with COUNT serials, for one distribution point (so with
 * a critical extension, as a partitioned list has). COUNT may be 0. */
MUST_CHECK enum err card_crl_make(const struct card_ca *ca, const uint64_t *serials, size_t count,
                                  struct card_period valid, struct buf *out);

/* Appends KEY's PKCS#1 v1.5 SHA-256 signature over BYTES. */
MUST_CHECK enum err card_key_sign(const struct card_key *key, struct slice bytes, struct buf *out);
#endif
