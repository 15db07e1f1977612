/* x509_cert.h — Job: what a certificate says (mbedTLS parses; nothing is trusted by reading it). */
#ifndef COMMON_X509_CERT_H
#define COMMON_X509_CERT_H

#include "proto/id.h"
#include "proto/limits.h"
#include "proto/sha256.h"

enum { X509_SERIAL_MAX = 20 /* RFC 5280 4.1.2.2 */ };

struct x509_serial {
    uint8_t bytes[X509_SERIAL_MAX]; /* big-endian, without leading zero bytes */
    size_t size;
};

struct x509_cert {
    struct x509_serial serial;
    char serial_hex[2 * X509_SERIAL_MAX + 1]; /* lower case */
    struct hash fingerprint;                  /* SHA-256 of the DER */
    char cn[X509_NAME_MAX + 1];               /* "" when there is none */
    char ou[X509_NAME_MAX + 1];               /* our CA: "ambulance", "hospital", "admin" */
    struct id device;                         /* from the URI SAN; absent when there is none */
    int64_t not_before_ms, not_after_ms;
    bool is_ca;
};

/* Reads the first certificate of a PEM text, or DER. ERR_CERT when it is none, has two CNs or OUs,
 * or a name longer than RFC 5280 allows. */
MUST_CHECK enum err x509_cert_read(struct slice cert, struct x509_cert *out);
#endif
