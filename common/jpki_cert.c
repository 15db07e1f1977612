/* jpki_cert.c — Job: what a card's user certificate says, and signatures of its key. */
#include "common/jpki_cert.h"

#include "common/jpki_parts.h"
#include "common/x509_tools.h"

#include <mbedtls/asn1.h>
#include <mbedtls/oid.h>
#include <mbedtls/rsa.h>

enum {
    KEY_BITS_MIN = 2048,
    TAG_SEQUENCE = MBEDTLS_ASN1_CONSTRUCTED | MBEDTLS_ASN1_SEQUENCE,
    TAG_CONTEXT_0 = MBEDTLS_ASN1_CONSTRUCTED | MBEDTLS_ASN1_CONTEXT_SPECIFIC
};

/* 1.2.392.200149.8.5.1.0, in DER: the JPKI test hierarchy. */
static const char test_arc[] = "\x2A\x83\x08\x8C\x9B\x55\x08\x05\x01\x00";

static const struct slice oid_policies = {MBEDTLS_OID_CERTIFICATE_POLICIES,
                                          sizeof MBEDTLS_OID_CERTIFICATE_POLICIES - 1};
static const struct slice oid_points = {MBEDTLS_OID_CRL_DISTRIBUTION_POINTS,
                                        sizeof MBEDTLS_OID_CRL_DISTRIBUTION_POINTS - 1};
static const struct slice oid_organisation = {MBEDTLS_OID_AT_ORGANIZATION,
                                              sizeof MBEDTLS_OID_AT_ORGANIZATION - 1};

static struct slice slice_of_asn1(const mbedtls_asn1_buf *b)
{
    return (struct slice){(const char *)b->p, b->len};
}

bool jpki_der_enter(struct jpki_der *d, int tag, struct jpki_der *content)
{
    size_t size = 0;
    if (mbedtls_asn1_get_tag(&d->at, d->end, &size, tag) != 0 || size > jpki_der_left(d))
        return false;
    *content = (struct jpki_der){d->at, d->at + size};
    d->at += size;
    return true;
}

int jpki_der_next(const struct jpki_der *d)
{
    return jpki_der_left(d) == 0 ? -1 : *d->at;
}

/* ---- Parsing ---- */

/* cRLDistributionPoints: SEQUENCE OF { [0] { name } ... }. Of each, the hash of its [0]. */
static bool read_points(struct jpki_der d, struct jpki_points *points)
{
    struct jpki_der list, point, name;
    points->count = 0;
    if (!jpki_der_enter(&d, TAG_SEQUENCE, &list))
        return false;
    while (jpki_der_left(&list) > 0) {
        if (!jpki_der_enter(&list, TAG_SEQUENCE, &point))
            return false;
        if (points->count < JPKI_POINTS_MAX && jpki_der_enter(&point, TAG_CONTEXT_0, &name))
            points->at[points->count++] = sha256(name.at, jpki_der_left(&name));
    }
    return true;
}

/* mbedTLS asks here about each extension that it does not know itself, and about policies. */
static int on_extension(void *self, const mbedtls_x509_crt *crt, const mbedtls_x509_buf *oid,
                        int critical, const unsigned char *bytes, const unsigned char *end)
{
    (void)crt;
    struct jpki_points *points = self;
    if (slice_equal(slice_of_asn1(oid), oid_policies))
        return 0;
    if (slice_equal(slice_of_asn1(oid), oid_points)) {
        struct jpki_der d = {(unsigned char *)bytes, end};
        return read_points(d, points) ? 0 : MBEDTLS_ERR_X509_INVALID_EXTENSIONS;
    }
    return critical ? MBEDTLS_ERR_X509_FEATURE_UNAVAILABLE : 0;
}

/* One SEQUENCE and nothing behind it. */
static bool is_one_sequence(struct slice der)
{
    struct jpki_der d = {(unsigned char *)der.bytes, (const unsigned char *)der.bytes + der.size};
    struct jpki_der whole;
    return jpki_der_enter(&d, TAG_SEQUENCE, &whole) && jpki_der_left(&d) == 0;
}

enum err jpki_parse(struct slice der, mbedtls_x509_crt *crt, struct jpki_points *points)
{
    struct jpki_points ignored = {.count = 0};
    mbedtls_x509_crt_init(crt);
    if (points == NULL)
        points = &ignored;
    points->count = 0;
    if (der.size == 0 || der.size > CERT_BYTES_MAX || !is_one_sequence(der))
        return ERR_CARD;
    int bad = mbedtls_x509_crt_parse_der_with_ext_cb(crt, (const unsigned char *)der.bytes,
                                                     der.size, 1, on_extension, points);
    return bad == 0 ? ERR_OK : ERR_CARD;
}

/* ---- What it says ---- */

static bool name_says_test(const mbedtls_x509_name *name)
{
    for (; name != NULL; name = name->next)
        if (slice_equal(slice_of_asn1(&name->oid), oid_organisation) &&
            memmem(name->val.p, name->val.len, "TEST", 4) != NULL)
            return true;
    return false;
}

static bool policy_is_test(const mbedtls_x509_crt *crt)
{
    const mbedtls_x509_sequence *policy = &crt->certificate_policies;
    for (; policy != NULL; policy = policy->next)
        if (policy->buf.len >= sizeof test_arc - 1 &&
            memcmp(policy->buf.p, test_arc, sizeof test_arc - 1) == 0)
            return true;
    return false;
}

/* Authentication and nothing else: nonRepudiation marks the signature certificate. A certificate
 * without keyUsage may do everything, by mbedTLS's answer, and so is refused too. */
static bool may_authenticate_only(const mbedtls_x509_crt *crt)
{
    return mbedtls_x509_crt_check_key_usage(crt, MBEDTLS_X509_KU_DIGITAL_SIGNATURE) == 0 &&
           mbedtls_x509_crt_check_key_usage(crt, MBEDTLS_X509_KU_NON_REPUDIATION) != 0;
}

static bool key_is_strong_rsa(const mbedtls_x509_crt *crt)
{
    return mbedtls_pk_can_do(&crt->pk, MBEDTLS_PK_RSA) &&
           mbedtls_pk_get_bitlen(&crt->pk) >= KEY_BITS_MIN;
}

static bool read_serial(const mbedtls_x509_buf *serial, struct x509_serial *out)
{
    const unsigned char *at = serial->p;
    size_t size = serial->len;
    while (size > 0 && *at == 0) {
        at++;
        size--;
    }
    if (size == 0 || size > X509_SERIAL_MAX)
        return false;
    memcpy(out->bytes, at, size);
    out->size = size;
    return true;
}

enum err jpki_facts(const mbedtls_x509_crt *crt, struct jpki_cert *out)
{
    *out = (struct jpki_cert){.serial.size = 0};
    if (!read_serial(&crt->serial, &out->serial) ||
        x509_time_ms(&crt->valid_from, &out->not_before_ms) != ERR_OK ||
        x509_time_ms(&crt->valid_to, &out->not_after_ms) != ERR_OK)
        return ERR_CARD;
    out->issuer = sha256(crt->issuer_raw.p, crt->issuer_raw.len);
    out->fingerprint = sha256(crt->raw.p, crt->raw.len);
    out->is_test =
        name_says_test(&crt->issuer) || name_says_test(&crt->subject) || policy_is_test(crt);
    return may_authenticate_only(crt) && key_is_strong_rsa(crt) ? ERR_OK : ERR_CARD;
}

enum err jpki_cert_read(struct slice der, struct jpki_cert *out)
{
    mbedtls_x509_crt crt;
    enum err err = jpki_parse(der, &crt, NULL);
    if (err == ERR_OK)
        err = jpki_facts(&crt, out);
    mbedtls_x509_crt_free(&crt);
    return err;
}

enum err jpki_cert_check_signature(struct slice der, struct slice challenge, struct slice signature)
{
    mbedtls_x509_crt crt;
    struct jpki_cert facts;
    enum err err = jpki_parse(der, &crt, NULL);
    if (err == ERR_OK)
        err = jpki_facts(&crt, &facts);
    if (err == ERR_OK && !x509_signed_by(&crt.pk, MBEDTLS_MD_SHA256, challenge, signature))
        err = ERR_CRYPTO;
    mbedtls_x509_crt_free(&crt);
    return err;
}
