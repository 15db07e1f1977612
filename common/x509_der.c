/* x509_der.c — Job: write DER from its end to its beginning, remembering the first failure. */
#include "common/x509_der.h"

#include "proto/time_text.h"

enum { LENGTH_SHORT_MAX = 127, LENGTH_BYTES_MAX = 4 };

void der_init(struct der *d, void *room, size_t size)
{
    unsigned char *start = room;
    *d = (struct der){start, start + size, start + size, false};
}

void der_raw(struct der *d, const void *bytes, size_t size)
{
    if (d->failed || size > (size_t)(d->at - d->start)) {
        d->failed = true;
        return;
    }
    d->at -= size;
    if (size != 0)
        memcpy(d->at, bytes, size);
}

void der_wrap(struct der *d, unsigned char tag, size_t before)
{
    size_t size = der_size(d) - before;
    unsigned char head[2 + LENGTH_BYTES_MAX];
    size_t at = sizeof head;
    if (size <= LENGTH_SHORT_MAX) {
        head[--at] = (unsigned char)size;
    } else {
        for (size_t left = size; left != 0 && at > 2; left >>= 8)
            head[--at] = (unsigned char)left;
        size_t count = sizeof head - at;
        head[--at] = (unsigned char)(0x80 | count);
    }
    head[--at] = tag;
    d->failed = d->failed || size > UINT32_MAX;
    der_raw(d, head + at, sizeof head - at);
}

void der_value(struct der *d, unsigned char tag, const void *bytes, size_t size)
{
    size_t before = der_size(d);
    der_raw(d, bytes, size);
    der_wrap(d, tag, before);
}

void der_unsigned(struct der *d, const uint8_t *bytes, size_t size)
{
    size_t before = der_size(d);
    while (size > 1 && bytes[0] == 0) {
        bytes++;
        size--;
    }
    der_raw(d, bytes, size);
    if (size == 0 || (bytes[0] & 0x80) != 0)
        der_raw(d, "", 1);
    der_wrap(d, DER_INTEGER, before);
}

void der_time(struct der *d, int64_t ms)
{
    char text[TIME_TEXT_SIZE], digits[16];
    size_t size = 0;
    time_text(ms, text);
    for (const char *c = text; *c != '.'; c++)
        if (*c >= '0' && *c <= '9')
            digits[size++] = *c;
    digits[size++] = 'Z'; /* "20261124050000Z" */
    if (memcmp(digits, "2050", 4) < 0)
        der_value(d, DER_UTC_TIME, digits + 2, size - 2);
    else
        der_value(d, DER_GENERALIZED_TIME, digits, size);
}

void der_algorithm(struct der *d, struct slice oid)
{
    size_t before = der_size(d);
    der_value(d, DER_OID, oid.bytes, oid.size);
    der_wrap(d, DER_SEQUENCE, before);
}

void der_extension(struct der *d, struct slice oid, size_t before)
{
    der_wrap(d, DER_OCTET_STRING, before);
    der_value(d, DER_OID, oid.bytes, oid.size);
    der_wrap(d, DER_SEQUENCE, before);
}
