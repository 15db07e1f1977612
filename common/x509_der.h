/* x509_der.h — Job: write DER from its end to its beginning, remembering the first failure.
 *
 * DER puts the length before the content, so the content is written first: a sequence of A and B is
 * B, A, then der_wrap around both. Check `failed` once, at the end. */
#ifndef COMMON_X509_DER_H
#define COMMON_X509_DER_H

#include "proto/slice.h"

/* The caller's memory; the finished text stands at its end. */
struct der {
    unsigned char *start, *at, *end;
    bool failed;
};

enum {
    DER_BOOLEAN = 0x01,
    DER_INTEGER = 0x02,
    DER_BIT_STRING = 0x03,
    DER_OCTET_STRING = 0x04,
    DER_OID = 0x06,
    DER_UTC_TIME = 0x17,
    DER_GENERALIZED_TIME = 0x18,
    DER_SEQUENCE = 0x30,
    DER_SET = 0x31,
    DER_KEY_ID = 0x80, /* [0] of an authority key identifier */
    DER_DNS = 0x82,    /* [2], [6], [7] of a general name */
    DER_URI = 0x86,
    DER_ADDRESS = 0x87,
    DER_CONTEXT_SEQUENCE = 0xa0 /* [0] around other values */
};

void der_init(struct der *d, void *room, size_t size);
static inline size_t der_size(const struct der *d)
{
    return (size_t)(d->end - d->at);
}
/* What stands written; lent, valid until the next der call. */
static inline struct slice der_slice(const struct der *d)
{
    return (struct slice){(const char *)d->at, der_size(d)};
}
/* Bytes as they are. */
void der_raw(struct der *d, const void *bytes, size_t size);
/* Puts TAG and length before everything that was written since der_size was BEFORE. */
void der_wrap(struct der *d, unsigned char tag, size_t before);
/* One value: TAG, length, BYTES. */
void der_value(struct der *d, unsigned char tag, const void *bytes, size_t size);
/* An unsigned number, big-endian: leading zeros are dropped, a sign byte is added where needed. */
void der_unsigned(struct der *d, const uint8_t *bytes, size_t size);
/* UTCTime until 2049, GeneralizedTime from 2050 (RFC 5280 4.1.2.5); whole seconds. */
void der_time(struct der *d, int64_t ms);
/* SEQUENCE { OID } as an algorithm without parameters, and an extension that is not critical:
 * SEQUENCE { OID, OCTET STRING { what was written since BEFORE } }. OID is its content bytes. */
void der_algorithm(struct der *d, struct slice oid);
void der_extension(struct der *d, struct slice oid, size_t before);
#endif
