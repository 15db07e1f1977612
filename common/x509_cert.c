/* x509_cert.c — Job: what a certificate says (mbedTLS parses; nothing is trusted by reading it). */
#include "common/x509_cert.h"

#include "common/x509_tools.h"

#include <mbedtls/oid.h>
#include <mbedtls/x509_crt.h>
#include <stdio.h>

enum { TAG_KIND = 0x1f };

static enum err take_serial(const mbedtls_x509_buf *serial, struct x509_cert *out)
{
    const unsigned char *at = serial->p;
    size_t size = serial->len;
    while (size > 1 && *at == 0) {
        at++;
        size--;
    }
    if (size == 0 || size > X509_SERIAL_MAX)
        return ERR_CERT;
    memcpy(out->serial.bytes, at, size);
    out->serial.size = size;
    for (size_t i = 0; i < size; i++)
        snprintf(out->serial_hex + 2 * i, 3, "%02x", (unsigned)at[i]);
    return ERR_OK;
}

/* The alternative names that are ours; a second device id in one certificate is none of ours. */
static enum err take_device(const mbedtls_x509_crt *crt, struct id *out)
{
    for (const mbedtls_x509_sequence *at = &crt->subject_alt_names; at != NULL; at = at->next) {
        struct id id;
        struct slice uri = {(const char *)at->buf.p, at->buf.len};
        if (uri.bytes == NULL ||
            (at->buf.tag & TAG_KIND) != MBEDTLS_X509_SAN_UNIFORM_RESOURCE_IDENTIFIER)
            continue;
        enum err err = x509_device_of_uri(uri, &id);
        if (err == ERR_NOT_FOUND)
            continue;
        if (err != ERR_OK || !id_absent(out))
            return ERR_CERT;
        *out = id;
    }
    return ERR_OK;
}

static enum err take_all(const mbedtls_x509_crt *crt, struct x509_cert *out)
{
    *out = (struct x509_cert){.is_ca = crt->MBEDTLS_PRIVATE(ca_istrue) != 0};
    out->fingerprint = sha256(crt->raw.p, crt->raw.len);
    enum err err = take_serial(&crt->serial, out);
    if (err == ERR_OK)
        err = x509_name_find(&crt->subject, X509_OID(MBEDTLS_OID_AT_CN), out->cn);
    if (err == ERR_OK)
        err = x509_name_find(&crt->subject, X509_OID(MBEDTLS_OID_AT_ORG_UNIT), out->ou);
    if (err == ERR_OK)
        err = take_device(crt, &out->device);
    if (err == ERR_OK)
        err = x509_time_ms(&crt->valid_from, &out->not_before_ms);
    if (err == ERR_OK)
        err = x509_time_ms(&crt->valid_to, &out->not_after_ms);
    return err;
}

enum err x509_cert_read(struct slice cert, struct x509_cert *out)
{
    mbedtls_x509_crt crt;
    struct buf text;
    mbedtls_x509_crt_init(&crt);
    enum err err = x509_input(cert, &text);
    if (err == ERR_OK)
        err = mbedtls_x509_crt_parse(&crt, x509_bytes(&text), text.size) == 0 ? ERR_OK : ERR_CERT;
    if (err == ERR_OK)
        err = take_all(&crt, out);
    mbedtls_x509_crt_free(&crt);
    buf_free(&text);
    return err;
}
