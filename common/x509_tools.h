/* x509_tools.h — Job: what the x509 files share, and the differences between mbedTLS 2.28 and 3.x.
 *
 * For common/x509*.c and common/jpki*.c only. */
#ifndef COMMON_X509_TOOLS_H
#define COMMON_X509_TOOLS_H

#include "common/x509_cert.h"
#include "proto/buf.h"

#include <mbedtls/asn1write.h>
#include <mbedtls/pk.h>
#include <mbedtls/version.h>
#include <mbedtls/x509.h>
#include <mbedtls/x509_csr.h>

#if MBEDTLS_VERSION_NUMBER < 0x03000000
#define MBEDTLS_PRIVATE(member) member
#endif

enum { X509_DER_MAX = 4096 /* one certificate or request of ours */ };
/* A PEM text is 4/3 of its DER with 65 for 64 characters, and its first and last line. */
enum { X509_PEM_MAX = X509_DER_MAX * 3 / 2 + 128 };

/* mbedTLS's source of random bytes. */
int x509_random(void *unused, unsigned char *bytes, size_t size);

/* Copies TEXT as mbedTLS wants it: PEM with the NUL counted in, DER as it is. ERR_CERT when it is
 * empty or above PEM_BYTES_MAX. The caller frees OUT. */
MUST_CHECK enum err x509_input(struct slice text, struct buf *out);
static inline const unsigned char *x509_bytes(const struct buf *b)
{
    return (const unsigned char *)b->bytes;
}

/* ERR_CERT unless KEY_PEM is a private P-256 key. The caller frees KEY with mbedtls_pk_free, in
 * every case. */
MUST_CHECK enum err x509_read_key(struct slice key_pem, mbedtls_pk_context *key);
bool x509_is_p256(const mbedtls_pk_context *key);
/* Does the private key belong to the public one? */
bool x509_is_pair(const mbedtls_pk_context *public_key, mbedtls_pk_context *private_key);
/* Is SIGNATURE (ECDSA over HASH_KIND of BYTES) made by KEY? SHA-256, SHA-384 and SHA-512 only. */
bool x509_signed_by(mbedtls_pk_context *key, mbedtls_md_type_t hash_kind, struct slice bytes,
                    struct slice signature);
/* Signs SHA-256 of BYTES: DER of ECDSA. ROOM of SIGNATURE: MBEDTLS_PK_SIGNATURE_MAX_SIZE. */
MUST_CHECK enum err x509_sign(mbedtls_pk_context *key, struct slice bytes, unsigned char *signature,
                              size_t *size);

/* Parses a request and checks that its own P-256 key signed it; ERR_CERT otherwise. The caller
 * frees OUT with mbedtls_x509_csr_free, in every case. */
MUST_CHECK enum err x509_open_csr(struct slice csr, mbedtls_x509_csr *out);

/* 1..X509_NAME_MAX bytes of UTF-8 without control characters. */
bool x509_name_valid(struct slice name);
/* Puts one attribute (as UTF8String) at the end of the name that NAMES begins. OID: content bytes.
 */
MUST_CHECK enum err x509_name_add(mbedtls_asn1_named_data **names, struct slice oid,
                                  struct slice value);
/* The only value of attribute OID, NUL-terminated; "" when there is none. ERR_CERT when there are
 * two or it is not x509_name_valid. */
MUST_CHECK enum err x509_name_find(const mbedtls_x509_name *name, struct slice oid,
                                   char out[X509_NAME_MAX + 1]);

/* The id in the URI `urn:sakiyomi:device:<ULID>`; ERR_NOT_FOUND when it is another URI, ERR_CERT
 * when it is ours and its id is none. */
MUST_CHECK enum err x509_device_of_uri(struct slice uri, struct id *out);
/* Writes the content of the extension: SEQUENCE { [6] URI of DEVICE }. */
struct der;
void x509_device_names(struct der *d, const struct id *device);

MUST_CHECK enum err x509_time_ms(const mbedtls_x509_time *time, int64_t *ms); /* ERR_CERT: none */

/* Appends DER as PEM with the lines "-----BEGIN LABEL-----" and "-----END LABEL-----". */
MUST_CHECK enum err x509_pem_add(struct buf *pem, const char *label, struct slice der);

/* The content bytes of an object identifier of mbedTLS's oid.h. */
#define X509_OID(text) ((struct slice){text, sizeof(text) - 1})
#endif
