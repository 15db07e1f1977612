/* x509_crl.c — Job: certificate revocation lists (RFC 5280 section 5), written and read. */
#include "common/x509_crl.h"

#include "common/x509_ca_parts.h"
#include "common/x509_der.h"
#include "proto/time_text.h"

#include <mbedtls/md.h>
#include <mbedtls/oid.h>
#include <mbedtls/x509_crl.h>
#include <stdlib.h>

/* A row: serial (2 + 21), date (2 + 15), around them 2. The rest: names, extensions, signature. */
enum { ROW_BYTES = 44, REST_BYTES = X509_DER_MAX, SHA1_SIZE = 20, POINT_MAX = 128 };

static enum err check_plan(const struct x509_crl_plan *plan)
{
    if (plan->count > X509_REVOKED_MAX)
        return ERR_TOO_LARGE;
    if (plan->this_update_ms < 0 || plan->this_update_ms >= plan->next_update_ms ||
        plan->next_update_ms > TIME_MS_MAX)
        return ERR_BAD_FIELD;
    for (size_t i = 0; i < plan->count; i++)
        if (plan->revoked[i].serial.size == 0 || plan->revoked[i].serial.size > X509_SERIAL_MAX)
            return ERR_BAD_FIELD;
    return ERR_OK;
}

/* SHA-1 over the public point names the key, as mbedTLS writes it into certificates (RFC 5280
 * 4.2.1.2 method 1). It is a name, not a proof. */
static enum err key_id(struct x509_ca *ca, unsigned char id[SHA1_SIZE])
{
    unsigned char room[POINT_MAX], *at = room + sizeof room;
    int size = mbedtls_pk_write_pubkey(&at, room, &ca->cert.pk);
    const mbedtls_md_info_t *sha1 = mbedtls_md_info_from_type(MBEDTLS_MD_SHA1);
    if (size < 0 || sha1 == NULL || mbedtls_md(sha1, at, (size_t)size, id) != 0)
        return ERR_CRYPTO;
    return ERR_OK;
}

/* crlExtensions: both are required of every list (RFC 5280 5.2). Written from the end. */
static void add_extensions(struct der *d, const unsigned char *id, uint64_t number)
{
    uint8_t big_endian[8];
    size_t before = der_size(d);
    for (size_t i = 0; i < sizeof big_endian; i++)
        big_endian[i] = (uint8_t)(number >> (56 - 8 * i));
    der_unsigned(d, big_endian, sizeof big_endian);
    der_extension(d, X509_OID(MBEDTLS_OID_CRL_NUMBER), before);
    size_t authority = der_size(d);
    der_value(d, DER_KEY_ID, id, SHA1_SIZE);
    der_wrap(d, DER_SEQUENCE, authority);
    der_extension(d, X509_OID(MBEDTLS_OID_AUTHORITY_KEY_IDENTIFIER), authority);
    der_wrap(d, DER_SEQUENCE, before);
    der_wrap(d, DER_CONTEXT_SEQUENCE, before);
}

static void add_rows(struct der *d, const struct x509_crl_plan *plan)
{
    size_t before = der_size(d);
    for (size_t i = plan->count; i-- > 0;) {
        size_t row = der_size(d);
        der_time(d, plan->revoked[i].revoked_ms);
        der_unsigned(d, plan->revoked[i].serial.bytes, plan->revoked[i].serial.size);
        der_wrap(d, DER_SEQUENCE, row);
    }
    if (plan->count != 0) /* an empty list is left out, not written as empty */
        der_wrap(d, DER_SEQUENCE, before);
}

/* TBSCertList. */
static enum err add_body(struct der *d, struct x509_ca *ca, const struct x509_crl_plan *plan)
{
    static const uint8_t version_2 = 1;
    unsigned char id[SHA1_SIZE];
    size_t before = der_size(d);
    enum err err = key_id(ca, id);
    if (err != ERR_OK)
        return err;
    add_extensions(d, id, plan->number);
    add_rows(d, plan);
    der_time(d, plan->next_update_ms);
    der_time(d, plan->this_update_ms);
    der_raw(d, ca->cert.subject_raw.p, ca->cert.subject_raw.len);
    der_algorithm(d, X509_OID(MBEDTLS_OID_ECDSA_SHA256));
    der_unsigned(d, &version_2, 1);
    der_wrap(d, DER_SEQUENCE, before);
    return d->failed ? ERR_TOO_LARGE : ERR_OK;
}

/* CertificateList: the body, the algorithm, the signature. Needs the body in a place of its own,
 * because what is signed is written before what stands behind it. */
static enum err write_list(struct der *body, struct der *list, struct x509_ca *ca,
                           const struct x509_crl_plan *plan)
{
    unsigned char signature[MBEDTLS_PK_SIGNATURE_MAX_SIZE];
    size_t size = 0;
    enum err err = add_body(body, ca, plan);
    if (err == ERR_OK)
        err = x509_sign(&ca->key, der_slice(body), signature, &size);
    if (err != ERR_OK)
        return err;
    der_raw(list, signature, size);
    der_raw(list, "", 1); /* a bit string begins with the count of unused bits */
    der_wrap(list, DER_BIT_STRING, 0);
    der_algorithm(list, X509_OID(MBEDTLS_OID_ECDSA_SHA256));
    der_raw(list, body->at, der_size(body));
    der_wrap(list, DER_SEQUENCE, 0);
    return list->failed ? ERR_TOO_LARGE : ERR_OK;
}

enum err x509_crl_new(struct x509_ca *ca, const struct x509_crl_plan *plan, struct buf *pem)
{
    enum err err = check_plan(plan);
    if (err != ERR_OK)
        return err;
    size_t size = plan->count * ROW_BYTES + REST_BYTES;
    unsigned char *room = malloc(2 * size);
    struct der body, list;
    if (room == NULL)
        return ERR_NO_MEMORY;
    der_init(&body, room, size);
    der_init(&list, room + size, size);
    err = write_list(&body, &list, ca, plan);
    if (err == ERR_OK)
        err = x509_pem_add(pem, "X509 CRL", der_slice(&list));
    free(room);
    return err;
}

static enum err judge_list(mbedtls_x509_crt *ca, const mbedtls_x509_crl *crl, struct x509_crl *out)
{
    struct slice us = {(const char *)ca->subject_raw.p, ca->subject_raw.len};
    struct slice issuer = {(const char *)crl->issuer_raw.p, crl->issuer_raw.len};
    struct slice body = {(const char *)crl->tbs.p, crl->tbs.len};
    struct slice signature = {(const char *)crl->MBEDTLS_PRIVATE(sig).p,
                              crl->MBEDTLS_PRIVATE(sig).len};
    if (!slice_equal(us, issuer) || !x509_is_p256(&ca->pk) ||
        crl->MBEDTLS_PRIVATE(sig_pk) != MBEDTLS_PK_ECDSA ||
        !x509_signed_by(&ca->pk, crl->MBEDTLS_PRIVATE(sig_md), body, signature))
        return ERR_CERT;
    *out = (struct x509_crl){.count = 0};
    for (const mbedtls_x509_crl_entry *row = &crl->entry; row != NULL; row = row->next)
        out->count += row->raw.len != 0;
    enum err err = x509_time_ms(&crl->this_update, &out->this_update_ms);
    return err == ERR_OK ? x509_time_ms(&crl->next_update, &out->next_update_ms) : err;
}

enum err x509_crl_read(struct slice ca_cert, struct slice crl, struct x509_crl *out)
{
    mbedtls_x509_crt ca;
    mbedtls_x509_crl list;
    struct buf ca_text, text = {0};
    mbedtls_x509_crt_init(&ca);
    mbedtls_x509_crl_init(&list);
    enum err err = x509_input(ca_cert, &ca_text);
    if (err == ERR_OK)
        err = x509_input(crl, &text);
    if (err == ERR_OK && (mbedtls_x509_crt_parse(&ca, x509_bytes(&ca_text), ca_text.size) != 0 ||
                          mbedtls_x509_crl_parse(&list, x509_bytes(&text), text.size) != 0))
        err = ERR_CERT;
    if (err == ERR_OK)
        err = judge_list(&ca, &list, out);
    mbedtls_x509_crl_free(&list);
    mbedtls_x509_crt_free(&ca);
    buf_free(&ca_text);
    buf_free(&text);
    return err;
}
