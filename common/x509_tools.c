/* x509_tools.c — Job: what the x509 files share, and the differences between mbedTLS 2.28 and 3.x.
 */
#include "common/x509_tools.h"

#include "common/rng.h"
#include "common/x509_csr.h"
#include "common/x509_der.h"
#include "proto/base64.h"
#include "proto/time_text.h"
#include "proto/utf8.h"

#include <mbedtls/ecp.h>
#include <mbedtls/md.h>
#include <stdio.h>

enum { PEM_LINE_BYTES = 48 /* 64 characters */ };

int x509_random(void *unused, unsigned char *bytes, size_t size)
{
    (void)unused;
    rng_fill(bytes, size);
    return 0;
}

enum err x509_input(struct slice text, struct buf *out)
{
    static const char begin[] = "-----BEGIN ";
    buf_init(out, 0);
    if (text.size == 0 || text.size > PEM_BYTES_MAX)
        return ERR_CERT;
    buf_add(out, text.bytes, text.size);
    if (memmem(text.bytes, text.size, begin, sizeof begin - 1) != NULL)
        buf_byte(out, '\0');
    return buf_error(out);
}

bool x509_is_p256(const mbedtls_pk_context *key)
{
    return mbedtls_pk_get_type(key) == MBEDTLS_PK_ECKEY &&
           mbedtls_pk_ec(*key)->MBEDTLS_PRIVATE(grp).id == MBEDTLS_ECP_DP_SECP256R1;
}

enum err x509_read_key(struct slice key_pem, mbedtls_pk_context *key)
{
    struct buf text;
    mbedtls_pk_init(key);
    enum err err = x509_input(key_pem, &text);
    if (err == ERR_OK) {
#if MBEDTLS_VERSION_NUMBER < 0x03000000
        int rc = mbedtls_pk_parse_key(key, x509_bytes(&text), text.size, NULL, 0);
#else
        int rc =
            mbedtls_pk_parse_key(key, x509_bytes(&text), text.size, NULL, 0, x509_random, NULL);
#endif
        err = rc == 0 && x509_is_p256(key) ? ERR_OK : ERR_CERT;
    }
    buf_free(&text);
    return err;
}

bool x509_is_pair(const mbedtls_pk_context *public_key, mbedtls_pk_context *private_key)
{
#if MBEDTLS_VERSION_NUMBER < 0x03000000
    return mbedtls_pk_check_pair(public_key, private_key) == 0;
#else
    return mbedtls_pk_check_pair(public_key, private_key, x509_random, NULL) == 0;
#endif
}

bool x509_signed_by(mbedtls_pk_context *key, mbedtls_md_type_t hash_kind, struct slice bytes,
                    struct slice signature)
{
    unsigned char hash[MBEDTLS_MD_MAX_SIZE];
    const mbedtls_md_info_t *md = mbedtls_md_info_from_type(hash_kind);
    bool strong = hash_kind == MBEDTLS_MD_SHA256 || hash_kind == MBEDTLS_MD_SHA384 ||
                  hash_kind == MBEDTLS_MD_SHA512;
    if (!strong || mbedtls_md(md, (const unsigned char *)bytes.bytes, bytes.size, hash) != 0)
        return false;
    return mbedtls_pk_verify(key, hash_kind, hash, mbedtls_md_get_size(md),
                             (const unsigned char *)signature.bytes, signature.size) == 0;
}

enum err x509_sign(mbedtls_pk_context *key, struct slice bytes, unsigned char *signature,
                   size_t *size)
{
    struct hash hash = sha256(bytes.bytes, bytes.size);
#if MBEDTLS_VERSION_NUMBER < 0x03000000
    int rc = mbedtls_pk_sign(key, MBEDTLS_MD_SHA256, hash.bytes, sizeof hash.bytes, signature, size,
                             x509_random, NULL);
#else
    int rc = mbedtls_pk_sign(key, MBEDTLS_MD_SHA256, hash.bytes, sizeof hash.bytes, signature,
                             MBEDTLS_PK_SIGNATURE_MAX_SIZE, size, x509_random, NULL);
#endif
    return rc == 0 ? ERR_OK : ERR_CRYPTO;
}

enum err x509_open_csr(struct slice csr, mbedtls_x509_csr *out)
{
    struct buf text;
    mbedtls_x509_csr_init(out);
    enum err err = x509_input(csr, &text);
    if (err == ERR_OK && mbedtls_x509_csr_parse(out, x509_bytes(&text), text.size) != 0)
        err = ERR_CERT;
    buf_free(&text);
    if (err != ERR_OK)
        return err;
    struct slice signed_part = {(const char *)out->cri.p, out->cri.len};
    struct slice signature = {(const char *)out->MBEDTLS_PRIVATE(sig).p,
                              out->MBEDTLS_PRIVATE(sig).len};
    bool good = x509_is_p256(&out->pk) && out->MBEDTLS_PRIVATE(sig_pk) == MBEDTLS_PK_ECDSA &&
                x509_signed_by(&out->pk, out->MBEDTLS_PRIVATE(sig_md), signed_part, signature);
    return good ? ERR_OK : ERR_CERT;
}

bool x509_name_valid(struct slice name)
{
    uint32_t c = 0;
    if (name.size == 0 || name.size > X509_NAME_MAX)
        return false;
    while (name.size != 0)
        if (!utf8_next(&name, &c) || c < 0x20 || (c >= 0x7f && c <= 0x9f))
            return false;
    return true;
}

/* mbedTLS keeps a name in reverse and writes it from its end, so the head of the list is the last
 * attribute. Values are set here and not through mbedTLS's "CN=…,OU=…" texts, in which a comma in a
 * value could begin another attribute. */
enum err x509_name_add(mbedtls_asn1_named_data **names, struct slice oid, struct slice value)
{
    if (!x509_name_valid(value))
        return ERR_BAD_FIELD;
    mbedtls_asn1_named_data *added = mbedtls_asn1_store_named_data(
        names, oid.bytes, oid.size, (const unsigned char *)value.bytes, value.size);
    if (added == NULL)
        return ERR_NO_MEMORY;
    added->val.tag = MBEDTLS_ASN1_UTF8_STRING;
    return ERR_OK;
}

enum err x509_name_find(const mbedtls_x509_name *name, struct slice oid,
                        char out[X509_NAME_MAX + 1])
{
    out[0] = '\0';
    for (; name != NULL; name = name->next) {
        struct slice value = {(const char *)name->val.p, name->val.len};
        if (!slice_equal(oid, (struct slice){(const char *)name->oid.p, name->oid.len}))
            continue;
        if (out[0] != '\0' || !x509_name_valid(value))
            return ERR_CERT;
        memcpy(out, value.bytes, value.size);
        out[value.size] = '\0';
    }
    return ERR_OK;
}

enum err x509_device_of_uri(struct slice uri, struct id *out)
{
    size_t prefix = sizeof X509_DEVICE_URN - 1;
    if (uri.size < prefix || memcmp(uri.bytes, X509_DEVICE_URN, prefix) != 0)
        return ERR_NOT_FOUND;
    struct slice text = {uri.bytes + prefix, uri.size - prefix};
    return id_parse(text, out) == ERR_OK && !id_absent(out) ? ERR_OK : ERR_CERT;
}

void x509_device_names(struct der *d, const struct id *device)
{
    char uri[sizeof X509_DEVICE_URN - 1 + ID_TEXT_SIZE];
    size_t before = der_size(d);
    memcpy(uri, X509_DEVICE_URN, sizeof X509_DEVICE_URN - 1);
    id_text(device, uri + sizeof X509_DEVICE_URN - 1);
    der_value(d, DER_URI, uri, sizeof uri);
    der_wrap(d, DER_SEQUENCE, before);
}

enum err x509_time_ms(const mbedtls_x509_time *time, int64_t *ms)
{
    char text[80];
    snprintf(text, sizeof text, "%04d-%02d-%02dT%02d:%02d:%02d.000Z", time->year, time->mon,
             time->day, time->hour, time->min, time->sec);
    return time_parse(slice_of(text), ms) == ERR_OK ? ERR_OK : ERR_CERT;
}

enum err x509_pem_add(struct buf *pem, const char *label, struct slice der)
{
    buf_printf(pem, "-----BEGIN %s-----\n", label);
    for (size_t at = 0; at < der.size; at += PEM_LINE_BYTES) {
        size_t left = der.size - at;
        base64_add(pem, der.bytes + at, left < PEM_LINE_BYTES ? left : PEM_LINE_BYTES);
        buf_byte(pem, '\n');
    }
    buf_printf(pem, "-----END %s-----\n", label);
    return buf_error(pem);
}
