/* x509_csr.h — Job: certificate signing requests (PKCS #10, RFC 2986) of our devices (mbedTLS).
 *
 * A device names itself by the URI `urn:sakiyomi:device:<ULID>` in the subject alternative name. */
#ifndef COMMON_X509_CSR_H
#define COMMON_X509_CSR_H

#include "proto/buf.h"
#include "proto/id.h"
#include "proto/limits.h"

#define X509_DEVICE_URN "urn:sakiyomi:device:"

/* Appends a request for the P-256 key KEY_PEM. CN: 1..X509_NAME_MAX bytes of UTF-8 without control
 * characters. DEVICE may be NULL. ERR_CERT: the key is unreadable or of another kind;
 * ERR_BAD_FIELD: the CN. */
MUST_CHECK enum err x509_csr_new(struct slice key_pem, const char *cn, const struct id *device,
                                 struct buf *pem);

/* What a request asks for: for the eyes of the person who approves it. The CA takes only its key.
 */
struct x509_csr {
    char cn[X509_NAME_MAX + 1];
    struct id device; /* absent when it names none */
};
/* Reads PEM or DER and checks that it is signed by the key it holds (proof of possession) and that
 * the key is P-256. ERR_CERT otherwise. */
MUST_CHECK enum err x509_csr_read(struct slice csr, struct x509_csr *out);
#endif
