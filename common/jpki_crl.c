/* jpki_crl.c — Job: a revocation list of the card authority (RFC 5280 section 5), searched. */
#include "common/jpki_crl.h"

#include <stdlib.h>

#include "common/jpki_parts.h"
#include "proto/time_text.h"

#include <mbedtls/asn1.h>
#include <mbedtls/md.h>
#include <mbedtls/oid.h>
#include <mbedtls/pk.h>
#include <stdio.h>

enum {
    TAG_SEQUENCE = MBEDTLS_ASN1_CONSTRUCTED | MBEDTLS_ASN1_SEQUENCE,
    TAG_CONTEXT_0 = MBEDTLS_ASN1_CONSTRUCTED | MBEDTLS_ASN1_CONTEXT_SPECIFIC,
    TAG_USERS_ONLY = MBEDTLS_ASN1_CONTEXT_SPECIFIC | 1,
    UTC_TIME_SIZE = 13,         /* YYMMDDHHMMSSZ */
    GENERALIZED_TIME_SIZE = 15, /* YYYYMMDDHHMMSSZ */
    SERIALS_FIRST_ROOM = 256
};

static const struct slice oid_issuing_point = {"\x55\x1D\x1C", 3};

static bool take_any(struct jpki_der *d, struct jpki_der *content)
{
    return jpki_der_left(d) > 0 && jpki_der_enter(d, *d->at, content);
}

static bool skip(struct jpki_der *d)
{
    struct jpki_der content;
    return take_any(d, &content);
}

static bool is_oid(const struct jpki_der *d, struct slice oid)
{
    return jpki_der_left(d) == oid.size && memcmp(d->at, oid.bytes, oid.size) == 0;
}

/* UTCTime (two-digit years are 1950 to 2049) or GeneralizedTime, both in UTC to the second. */
static bool take_time(struct jpki_der *d, int64_t *ms)
{
    struct jpki_der content;
    char text[TIME_TEXT_SIZE];
    int tag = jpki_der_next(d);
    bool utc = tag == MBEDTLS_ASN1_UTC_TIME;
    if ((!utc && tag != MBEDTLS_ASN1_GENERALIZED_TIME) || !take_any(d, &content))
        return false;
    if (jpki_der_left(&content) != (utc ? UTC_TIME_SIZE : GENERALIZED_TIME_SIZE))
        return false;
    const char *at = (const char *)content.at;
    const char *century = utc ? (at[0] >= '5' ? "19" : "20") : at;
    const char *rest = utc ? at : at + 2;
    int size = snprintf(text, sizeof text, "%.2s%.2s-%.2s-%.2sT%.2s:%.2s:%.2s.000%.1s", century,
                        rest, rest + 2, rest + 4, rest + 6, rest + 8, rest + 10, rest + 12);
    return size > 0 && time_parse((struct slice){text, (size_t)size}, ms) == ERR_OK;
}

/* SEQUENCE { OID, parameters }: PKCS#1 v1.5 or ECDSA, with a hash that mbedTLS knows. */
static bool take_algorithm(struct jpki_der *d, int *hash_kind)
{
    mbedtls_asn1_buf oid, parameters;
    mbedtls_md_type_t md = MBEDTLS_MD_NONE;
    mbedtls_pk_type_t pk = MBEDTLS_PK_NONE;
    if (mbedtls_asn1_get_alg(&d->at, d->end, &oid, &parameters) != 0 ||
        mbedtls_oid_get_sig_alg(&oid, &md, &pk) != 0)
        return false;
    *hash_kind = (int)md;
    return pk == MBEDTLS_PK_RSA || pk == MBEDTLS_PK_ECDSA;
}

/* ---- Extensions ---- */

/* issuingDistributionPoint: the point's name is [0]; [1] says "no authorities in here", which ours
 * are not. The rest narrows what the list covers in ways that we do not follow; in DER it is left
 * out when it does not apply. */
static bool read_issuing_point(struct jpki_der d, struct jpki_crl *crl)
{
    struct jpki_der fields, name;
    if (!jpki_der_enter(&d, TAG_SEQUENCE, &fields) ||
        !jpki_der_enter(&fields, TAG_CONTEXT_0, &name))
        return false;
    crl->has_point = true;
    crl->point = sha256(name.at, jpki_der_left(&name));
    if (jpki_der_next(&fields) == TAG_USERS_ONLY && !skip(&fields))
        return false;
    return jpki_der_left(&fields) == 0;
}

/* SEQUENCE OF { OID, critical, OCTET STRING }. CRL is NULL for an entry's extensions. */
static bool read_extensions(struct jpki_der list, struct jpki_crl *crl)
{
    while (jpki_der_left(&list) > 0) {
        struct jpki_der extension, oid, value;
        int critical = 0;
        if (!jpki_der_enter(&list, TAG_SEQUENCE, &extension) ||
            !jpki_der_enter(&extension, MBEDTLS_ASN1_OID, &oid))
            return false;
        if (jpki_der_next(&extension) == MBEDTLS_ASN1_BOOLEAN &&
            mbedtls_asn1_get_bool(&extension.at, extension.end, &critical) != 0)
            return false;
        if (!jpki_der_enter(&extension, MBEDTLS_ASN1_OCTET_STRING, &value))
            return false;
        bool point = crl != NULL && is_oid(&oid, oid_issuing_point);
        if (point ? !read_issuing_point(value, crl) : critical != 0)
            return false;
    }
    return true;
}

/* ---- Serials ---- */

static int serial_order(const void *a, const void *b)
{
    const struct x509_serial *x = a, *y = b;
    if (x->size != y->size)
        return x->size < y->size ? -1 : 1;
    return memcmp(x->bytes, y->bytes, x->size);
}

static enum err serial_add(struct jpki_crl *crl, size_t *room, const struct x509_serial *serial)
{
    if (crl->count == JPKI_REVOKED_MAX)
        return ERR_TOO_LARGE;
    if (crl->count == *room) {
        size_t more = *room == 0 ? SERIALS_FIRST_ROOM : 2 * *room;
        struct x509_serial *serials = realloc(crl->serials, more * sizeof *serials);
        if (serials == NULL)
            return ERR_NO_MEMORY;
        crl->serials = serials;
        *room = more;
    }
    crl->serials[crl->count++] = *serial;
    return ERR_OK;
}

static bool take_serial(struct jpki_der *d, struct x509_serial *out)
{
    struct jpki_der number;
    if (!jpki_der_enter(d, MBEDTLS_ASN1_INTEGER, &number))
        return false;
    while (jpki_der_left(&number) > 0 && *number.at == 0)
        number.at++;
    *out = (struct x509_serial){.size = jpki_der_left(&number)};
    if (out->size > X509_SERIAL_MAX)
        return false;
    memcpy(out->bytes, number.at, out->size);
    return true;
}

/* One entry: SEQUENCE { serial, time, extensions OPTIONAL }. */
static bool take_entry(struct jpki_der *list, struct x509_serial *serial)
{
    struct jpki_der entry, extensions;
    int64_t revoked_ms;
    if (!jpki_der_enter(list, TAG_SEQUENCE, &entry) || !take_serial(&entry, serial) ||
        !take_time(&entry, &revoked_ms))
        return false;
    if (jpki_der_left(&entry) == 0)
        return true;
    return jpki_der_enter(&entry, TAG_SEQUENCE, &extensions) && jpki_der_left(&entry) == 0 &&
           read_extensions(extensions, NULL);
}

static enum err read_serials(struct jpki_der list, struct jpki_crl *crl)
{
    size_t room = 0;
    while (jpki_der_left(&list) > 0) {
        struct x509_serial serial;
        if (!take_entry(&list, &serial))
            return ERR_CERT;
        enum err err = serial_add(crl, &room, &serial);
        if (err != ERR_OK)
            return err;
    }
    if (crl->count > 0)
        qsort(crl->serials, crl->count, sizeof *crl->serials, serial_order);
    return ERR_OK;
}

/* ---- The list ---- */

static bool take_issuer(struct jpki_der *d, struct hash *out)
{
    const unsigned char *start = d->at;
    if (jpki_der_next(d) != TAG_SEQUENCE || !skip(d))
        return false;
    *out = sha256(start, (size_t)(d->at - start));
    return true;
}

/* version, signature, issuer, thisUpdate, nextUpdate */
static bool read_head(struct jpki_der *d, struct jpki_crl *crl)
{
    int inner_hash = 0;
    if (jpki_der_next(d) == MBEDTLS_ASN1_INTEGER && !skip(d))
        return false;
    if (!take_algorithm(d, &inner_hash) || inner_hash != crl->hash_kind ||
        !take_issuer(d, &crl->issuer) || !take_time(d, &crl->this_ms))
        return false;
    crl->next_ms = INT64_MAX;
    int tag = jpki_der_next(d);
    bool has_next = tag == MBEDTLS_ASN1_UTC_TIME || tag == MBEDTLS_ASN1_GENERALIZED_TIME;
    return !has_next || take_time(d, &crl->next_ms);
}

static enum err read_body(struct jpki_der d, struct jpki_crl *crl)
{
    struct jpki_der list, wrapped, extensions;
    if (!read_head(&d, crl))
        return ERR_CERT;
    if (jpki_der_next(&d) == TAG_SEQUENCE) {
        enum err err = jpki_der_enter(&d, TAG_SEQUENCE, &list) ? read_serials(list, crl) : ERR_CERT;
        if (err != ERR_OK)
            return err;
    }
    if (jpki_der_left(&d) == 0)
        return ERR_OK;
    bool good = jpki_der_enter(&d, TAG_CONTEXT_0, &wrapped) && jpki_der_left(&d) == 0 &&
                jpki_der_enter(&wrapped, TAG_SEQUENCE, &extensions) &&
                jpki_der_left(&wrapped) == 0 && read_extensions(extensions, crl);
    return good ? ERR_OK : ERR_CERT;
}

/* SEQUENCE { list, algorithm, BIT STRING }: cuts it into what is signed and the signature. */
static bool open_signed(struct slice der, struct jpki_der *body, struct jpki_crl *crl)
{
    struct jpki_der d = {(unsigned char *)der.bytes, (const unsigned char *)der.bytes + der.size};
    struct jpki_der whole, bits;
    if (!jpki_der_enter(&d, TAG_SEQUENCE, &whole) || jpki_der_left(&d) != 0)
        return false;
    const unsigned char *start = whole.at;
    if (!jpki_der_enter(&whole, TAG_SEQUENCE, body))
        return false;
    crl->signed_bytes = (struct slice){(const char *)start, (size_t)(whole.at - start)};
    if (!take_algorithm(&whole, &crl->hash_kind) ||
        !jpki_der_enter(&whole, MBEDTLS_ASN1_BIT_STRING, &bits) || jpki_der_left(&whole) != 0)
        return false;
    if (jpki_der_left(&bits) == 0 || *bits.at != 0) /* unused bits: a signature has none */
        return false;
    crl->signature = (struct slice){(const char *)bits.at + 1, jpki_der_left(&bits) - 1};
    return true;
}

enum err jpki_crl_read(struct slice der, struct jpki_crl *out)
{
    struct jpki_der body;
    *out = (struct jpki_crl){.count = 0};
    if (der.size == 0)
        return ERR_CERT;
    if (der.size > JPKI_CRL_BYTES_MAX)
        return ERR_TOO_LARGE;
    enum err err = open_signed(der, &body, out) ? read_body(body, out) : ERR_CERT;
    if (err != ERR_OK)
        jpki_crl_fini(out);
    return err;
}

void jpki_crl_fini(struct jpki_crl *crl)
{
    if (crl == NULL)
        return;
    free(crl->serials);
    *crl = (struct jpki_crl){.count = 0};
}

bool jpki_crl_lists(const struct jpki_crl *crl, const struct x509_serial *serial)
{
    return crl->count > 0 &&
           bsearch(serial, crl->serials, crl->count, sizeof *crl->serials, serial_order) != NULL;
}
