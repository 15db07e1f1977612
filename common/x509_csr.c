/* x509_csr.c — Job: certificate signing requests (PKCS #10, RFC 2986) of our devices (mbedTLS). */
#include "common/x509_csr.h"

#include "common/x509_der.h"
#include "common/x509_tools.h"

#include <mbedtls/oid.h>
#include <mbedtls/x509_csr.h>

enum { NAMES_MAX = 128 };

static enum err set_device(mbedtls_x509write_csr *csr, const struct id *device)
{
    unsigned char room[NAMES_MAX];
    struct der names;
    der_init(&names, room, sizeof room);
    x509_device_names(&names, device);
    struct slice oid = X509_OID(MBEDTLS_OID_SUBJECT_ALT_NAME);
#if MBEDTLS_VERSION_NUMBER < 0x03000000
    int rc =
        mbedtls_x509write_csr_set_extension(csr, oid.bytes, oid.size, names.at, der_size(&names));
#else
    int rc = mbedtls_x509write_csr_set_extension(csr, oid.bytes, oid.size, 0, names.at,
                                                 der_size(&names));
#endif
    return rc == 0 && !names.failed ? ERR_OK : ERR_NO_MEMORY;
}

static enum err write_csr(mbedtls_pk_context *key, const char *cn, const struct id *device,
                          struct buf *pem)
{
    mbedtls_x509write_csr csr;
    unsigned char text[X509_PEM_MAX];
    mbedtls_x509write_csr_init(&csr);
    mbedtls_x509write_csr_set_key(&csr, key);
    mbedtls_x509write_csr_set_md_alg(&csr, MBEDTLS_MD_SHA256);
    enum err err =
        x509_name_add(&csr.MBEDTLS_PRIVATE(subject), X509_OID(MBEDTLS_OID_AT_CN), slice_of(cn));
    if (err == ERR_OK && device != NULL)
        err = set_device(&csr, device);
    if (err == ERR_OK && mbedtls_x509write_csr_pem(&csr, text, sizeof text, x509_random, NULL) != 0)
        err = ERR_CRYPTO;
    if (err == ERR_OK) {
        buf_text(pem, (const char *)text);
        err = buf_error(pem);
    }
    mbedtls_x509write_csr_free(&csr);
    return err;
}

enum err x509_csr_new(struct slice key_pem, const char *cn, const struct id *device,
                      struct buf *pem)
{
    mbedtls_pk_context key;
    enum err err = x509_read_key(key_pem, &key);
    if (err == ERR_OK)
        err = write_csr(&key, cn, device, pem);
    mbedtls_pk_free(&key);
    return err;
}

/* Takes the next DER value off REST. False when there is none or its length is wrong. */
static bool next_value(struct slice *rest, unsigned char *tag, struct slice *content)
{
    /* mbedTLS's reading functions take pointers to bytes that they do not change. */
    unsigned char *at = (unsigned char *)(uintptr_t)rest->bytes, *end = at + rest->size;
    size_t size = 0;
    if (rest->size == 0)
        return false;
    *tag = *at++;
    if (mbedtls_asn1_get_len(&at, end, &size) != 0)
        return false;
    *content = (struct slice){(const char *)at, size};
    *rest = (struct slice){(const char *)at + size, (size_t)(end - at) - size};
    return true;
}

/* The same, but only a value with tag WANT; REST stays as it is when it is another. */
static bool next_of(struct slice *rest, unsigned char want, struct slice *content)
{
    struct slice after = *rest;
    unsigned char tag = 0;
    if (!next_value(&after, &tag, content) || tag != want)
        return false;
    *rest = after;
    return true;
}

/* In a list of SEQUENCE { OID, … }: what follows OID in the first one that has it. Attributes and
 * extensions are both such lists. */
static bool find_by_oid(struct slice list, struct slice oid, struct slice *after)
{
    struct slice found;
    while (next_of(&list, DER_SEQUENCE, after))
        if (next_of(after, DER_OID, &found) && slice_equal(found, oid))
            return true;
    return false;
}

/* The subject alternative names that a CertificationRequestInfo asks for. mbedTLS 2.28 passes over
 * what RFC 2986 calls attributes, so they are walked here. */
static bool find_names(struct slice cri, struct slice *names)
{
    struct slice info, skipped, attributes, after, set, extensions, critical, octets;
    return next_of(&cri, DER_SEQUENCE, &info) && next_of(&info, DER_INTEGER, &skipped) &&
           next_of(&info, DER_SEQUENCE, &skipped) && next_of(&info, DER_SEQUENCE, &skipped) &&
           next_of(&info, DER_CONTEXT_SEQUENCE, &attributes) &&
           find_by_oid(attributes, X509_OID(MBEDTLS_OID_PKCS9_CSR_EXT_REQ), &after) &&
           next_of(&after, DER_SET, &set) && next_of(&set, DER_SEQUENCE, &extensions) &&
           find_by_oid(extensions, X509_OID(MBEDTLS_OID_SUBJECT_ALT_NAME), &after) &&
           (next_of(&after, DER_BOOLEAN, &critical) || true) &&
           next_of(&after, DER_OCTET_STRING, &octets) && next_of(&octets, DER_SEQUENCE, names);
}

static enum err take_device(struct slice cri, struct id *out)
{
    struct slice names, name;
    unsigned char tag = 0;
    *out = (struct id){{0}};
    if (!find_names(cri, &names))
        return ERR_OK;
    while (next_value(&names, &tag, &name)) {
        enum err err = tag == DER_URI ? x509_device_of_uri(name, out) : ERR_NOT_FOUND;
        if (err != ERR_NOT_FOUND)
            return err;
    }
    return ERR_OK;
}

enum err x509_csr_read(struct slice csr, struct x509_csr *out)
{
    mbedtls_x509_csr parsed;
    *out = (struct x509_csr){.cn = ""};
    enum err err = x509_open_csr(csr, &parsed);
    if (err == ERR_OK)
        err = x509_name_find(&parsed.subject, X509_OID(MBEDTLS_OID_AT_CN), out->cn);
    if (err == ERR_OK)
        err = take_device((struct slice){(const char *)parsed.cri.p, parsed.cri.len}, &out->device);
    mbedtls_x509_csr_free(&parsed);
    return err;
}
