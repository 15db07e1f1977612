/* x509_ca.c — Job: the private certificate authority of one installation (mbedTLS). */
#include "common/x509_ca.h"

#include "common/rng.h"
#include "common/x509_ca_parts.h"
#include "common/x509_der.h"
#include "common/x509_key.h"
#include "proto/time_text.h"

#include <arpa/inet.h>
#include <mbedtls/oid.h>
#include <stdlib.h>

enum { SERIAL_BYTES = 16, EXTENSION_MAX = 2048, DATE_TEXT_SIZE = 15, DNS_NAME_MAX = 253 };

/* Everything that differs between the three kinds of certificates. */
struct plan {
    const char *cn, *ou; /* OU may be NULL */
    int64_t not_before_ms, not_after_ms;
    unsigned usage;
    struct slice purpose; /* OID of the extended key usage; empty for the CA */
    struct slice names;   /* content of the subject alternative name; empty for the CA */
};

/* "20261124050000", as mbedTLS takes dates. */
static void date_text(int64_t ms, char out[DATE_TEXT_SIZE])
{
    char text[TIME_TEXT_SIZE];
    time_text(ms, text);
    size_t size = 0;
    for (const char *c = text; *c != '.'; c++)
        if (*c >= '0' && *c <= '9')
            out[size++] = *c;
    out[size] = '\0';
}

static enum err set_dates(mbedtls_x509write_cert *crt, const struct plan *plan)
{
    char from[DATE_TEXT_SIZE], until[DATE_TEXT_SIZE];
    date_text(plan->not_before_ms, from);
    date_text(plan->not_after_ms, until);
    return mbedtls_x509write_crt_set_validity(crt, from, until) == 0 ? ERR_OK : ERR_BAD_FIELD;
}

/* Positive, and always 16 bytes: the first bit is 0 and the second 1; 126 random bits are left. */
static enum err set_serial(mbedtls_x509write_cert *crt)
{
    unsigned char serial[SERIAL_BYTES];
    rng_fill(serial, sizeof serial);
    serial[0] = (unsigned char)((serial[0] & 0x3f) | 0x40);
#if MBEDTLS_VERSION_NUMBER < 0x03040000
    mbedtls_mpi number;
    mbedtls_mpi_init(&number);
    int rc = mbedtls_mpi_read_binary(&number, serial, sizeof serial);
    if (rc == 0)
        rc = mbedtls_x509write_crt_set_serial(crt, &number);
    mbedtls_mpi_free(&number);
#else
    int rc = mbedtls_x509write_crt_set_serial_raw(crt, serial, sizeof serial);
#endif
    return rc == 0 ? ERR_OK : ERR_NO_MEMORY;
}

static enum err set_names(mbedtls_x509write_cert *crt, const struct plan *plan,
                          const mbedtls_x509_name *issuer)
{
    mbedtls_asn1_named_data **subject = &crt->MBEDTLS_PRIVATE(subject);
    enum err err = ERR_OK;
    if (plan->ou != NULL)
        err = x509_name_add(subject, X509_OID(MBEDTLS_OID_AT_ORG_UNIT), slice_of(plan->ou));
    if (err == ERR_OK)
        err = x509_name_add(subject, X509_OID(MBEDTLS_OID_AT_CN), slice_of(plan->cn));
    if (err == ERR_OK && issuer == NULL) /* the CA itself */
        return x509_name_add(&crt->MBEDTLS_PRIVATE(issuer), X509_OID(MBEDTLS_OID_AT_CN),
                             slice_of(plan->cn));
    for (; err == ERR_OK && issuer != NULL; issuer = issuer->next) {
        mbedtls_asn1_named_data *added = mbedtls_asn1_store_named_data(
            &crt->MBEDTLS_PRIVATE(issuer), (const char *)issuer->oid.p, issuer->oid.len,
            issuer->val.p, issuer->val.len);
        if (added == NULL)
            return ERR_NO_MEMORY;
        added->val.tag = issuer->val.tag;
    }
    return err;
}

static int set_purpose(mbedtls_x509write_cert *crt, const struct plan *plan)
{
    unsigned char room[EXTENSION_MAX];
    struct der der;
    struct slice usage = X509_OID(MBEDTLS_OID_EXTENDED_KEY_USAGE);
    struct slice names = X509_OID(MBEDTLS_OID_SUBJECT_ALT_NAME);
    if (plan->purpose.size == 0)
        return 0;
    der_init(&der, room, sizeof room);
    der_algorithm(&der, plan->purpose); /* SEQUENCE { OID }, as an algorithm is */
    int rc = mbedtls_x509write_crt_set_extension(crt, usage.bytes, usage.size, 0, der.at,
                                                 der_size(&der));
    if (rc == 0)
        rc = mbedtls_x509write_crt_set_extension(crt, names.bytes, names.size, 0,
                                                 (const unsigned char *)plan->names.bytes,
                                                 plan->names.size);
    return rc;
}

/* ISSUER is NULL for the CA's own certificate. */
static enum err fill(mbedtls_x509write_cert *crt, const struct plan *plan,
                     const mbedtls_x509_name *issuer)
{
    bool is_ca = issuer == NULL;
    mbedtls_x509write_crt_set_version(crt, MBEDTLS_X509_CRT_VERSION_3);
    mbedtls_x509write_crt_set_md_alg(crt, MBEDTLS_MD_SHA256);
    enum err err = set_names(crt, plan, issuer);
    if (err == ERR_OK)
        err = set_dates(crt, plan);
    if (err == ERR_OK)
        err = set_serial(crt);
    if (err != ERR_OK)
        return err;
    bool done = mbedtls_x509write_crt_set_basic_constraints(crt, is_ca, is_ca ? 0 : -1) == 0 &&
                mbedtls_x509write_crt_set_key_usage(crt, plan->usage) == 0 &&
                set_purpose(crt, plan) == 0 &&
                mbedtls_x509write_crt_set_subject_key_identifier(crt) == 0 &&
                mbedtls_x509write_crt_set_authority_key_identifier(crt) == 0;
    return done ? ERR_OK : ERR_NO_MEMORY;
}

static enum err write_cert(mbedtls_pk_context *subject_key, mbedtls_pk_context *issuer_key,
                           const mbedtls_x509_name *issuer, const struct plan *plan,
                           struct buf *pem)
{
    mbedtls_x509write_cert crt;
    unsigned char text[X509_PEM_MAX];
    mbedtls_x509write_crt_init(&crt);
    mbedtls_x509write_crt_set_subject_key(&crt, subject_key);
    mbedtls_x509write_crt_set_issuer_key(&crt, issuer_key);
    enum err err = fill(&crt, plan, issuer);
    if (err == ERR_OK && mbedtls_x509write_crt_pem(&crt, text, sizeof text, x509_random, NULL) != 0)
        err = ERR_CRYPTO;
    if (err == ERR_OK) {
        buf_text(pem, (const char *)text);
        err = buf_error(pem);
    }
    mbedtls_x509write_crt_free(&crt);
    return err;
}

static bool dates_valid(int64_t not_before_ms, int64_t not_after_ms)
{
    return not_before_ms >= 0 && not_before_ms < not_after_ms && not_after_ms <= TIME_MS_MAX;
}

enum err x509_ca_new(const char *cn, int64_t not_before_ms, int64_t not_after_ms,
                     struct buf *cert_pem, struct buf *key_pem)
{
    mbedtls_pk_context key;
    struct plan plan = {.cn = cn,
                        .not_before_ms = not_before_ms,
                        .not_after_ms = not_after_ms,
                        .usage = MBEDTLS_X509_KU_KEY_CERT_SIGN | MBEDTLS_X509_KU_CRL_SIGN};
    if (!dates_valid(not_before_ms, not_after_ms))
        return ERR_BAD_FIELD;
    size_t before = key_pem->size;
    enum err err = x509_key_new(key_pem);
    if (err != ERR_OK)
        return err;
    err = x509_read_key((struct slice){key_pem->bytes + before, key_pem->size - before}, &key);
    if (err == ERR_OK)
        err = write_cert(&key, &key, NULL, &plan, cert_pem);
    mbedtls_pk_free(&key);
    return err;
}

static enum err read_ca(struct slice cert_pem, struct slice key_pem, struct x509_ca *ca)
{
    struct buf text;
    mbedtls_x509_crt_init(&ca->cert);
    enum err err = x509_read_key(key_pem, &ca->key);
    if (err != ERR_OK)
        return err;
    err = x509_input(cert_pem, &text);
    if (err == ERR_OK && mbedtls_x509_crt_parse(&ca->cert, x509_bytes(&text), text.size) != 0)
        err = ERR_CERT;
    buf_free(&text);
    if (err != ERR_OK)
        return err;
    bool good = ca->cert.MBEDTLS_PRIVATE(ca_istrue) && x509_is_p256(&ca->cert.pk) &&
                mbedtls_x509_crt_check_key_usage(&ca->cert, MBEDTLS_X509_KU_KEY_CERT_SIGN |
                                                                MBEDTLS_X509_KU_CRL_SIGN) == 0 &&
                x509_is_pair(&ca->cert.pk, &ca->key);
    if (!good)
        return ERR_CERT;
    err = x509_time_ms(&ca->cert.valid_from, &ca->not_before_ms);
    return err == ERR_OK ? x509_time_ms(&ca->cert.valid_to, &ca->not_after_ms) : err;
}

enum err x509_ca_open(struct slice cert_pem, struct slice key_pem, struct x509_ca **out)
{
    struct x509_ca *ca = calloc(1, sizeof *ca);
    if (ca == NULL)
        return ERR_NO_MEMORY;
    enum err err = read_ca(cert_pem, key_pem, ca);
    if (err == ERR_OK)
        *out = ca;
    else
        x509_ca_close(ca);
    return err;
}

void x509_ca_close(struct x509_ca *ca)
{
    if (ca == NULL)
        return;
    mbedtls_x509_crt_free(&ca->cert);
    mbedtls_pk_free(&ca->key); /* mbedTLS wipes it */
    free(ca);
}

/* The judge of our own work: what was written must parse, name us byte for byte as its issuer, and
 * bear a signature that our certificate verifies. */
static enum err check_issued(struct x509_ca *ca, struct slice pem)
{
    mbedtls_x509_crt crt;
    struct buf text;
    mbedtls_x509_crt_init(&crt);
    enum err err = x509_input(pem, &text);
    if (err == ERR_OK && mbedtls_x509_crt_parse(&crt, x509_bytes(&text), text.size) != 0)
        err = ERR_CERT;
    if (err == ERR_OK) {
        struct slice issuer = {(const char *)crt.issuer_raw.p, crt.issuer_raw.len};
        struct slice us = {(const char *)ca->cert.subject_raw.p, ca->cert.subject_raw.len};
        struct slice body = {(const char *)crt.tbs.p, crt.tbs.len};
        struct slice signature = {(const char *)crt.MBEDTLS_PRIVATE(sig).p,
                                  crt.MBEDTLS_PRIVATE(sig).len};
        if (!slice_equal(issuer, us) ||
            !x509_signed_by(&ca->cert.pk, MBEDTLS_MD_SHA256, body, signature))
            err = ERR_CERT;
    }
    mbedtls_x509_crt_free(&crt);
    buf_free(&text);
    return err;
}

static enum err issue(struct x509_ca *ca, struct slice csr_text, const struct plan *plan,
                      struct buf *pem)
{
    mbedtls_x509_csr csr;
    if (!dates_valid(plan->not_before_ms, plan->not_after_ms) ||
        plan->not_before_ms < ca->not_before_ms || plan->not_after_ms > ca->not_after_ms)
        return ERR_BAD_FIELD;
    size_t before = pem->size;
    enum err err = x509_open_csr(csr_text, &csr);
    if (err == ERR_OK)
        err = write_cert(&csr.pk, &ca->key, &ca->cert.subject, plan, pem);
    if (err == ERR_OK)
        err = check_issued(ca, (struct slice){pem->bytes + before, pem->size - before});
    if (err != ERR_OK)
        pem->size = before;
    mbedtls_x509_csr_free(&csr);
    return err;
}

enum err x509_ca_client(struct x509_ca *ca, struct slice csr, const struct x509_client *subject,
                        struct buf *pem)
{
    unsigned char room[EXTENSION_MAX];
    struct der names;
    const char *kind = codes_name(&codes_device_kind, (int)subject->kind);
    if (kind[0] == '\0' || id_absent(&subject->device))
        return ERR_BAD_FIELD;
    der_init(&names, room, sizeof room);
    x509_device_names(&names, &subject->device);
    struct plan plan = {.cn = subject->cn,
                        .ou = kind,
                        .not_before_ms = subject->not_before_ms,
                        .not_after_ms = subject->not_after_ms,
                        .usage = MBEDTLS_X509_KU_DIGITAL_SIGNATURE,
                        .purpose = X509_OID(MBEDTLS_OID_CLIENT_AUTH),
                        .names = der_slice(&names)};
    return issue(ca, csr, &plan, pem);
}

/* Letters, digits, hyphens and dots; no wildcard: one gateway, its names. */
static bool dns_name_valid(const char *name)
{
    size_t size = strlen(name);
    if (size == 0 || size > DNS_NAME_MAX || name[0] == '.' || name[0] == '-')
        return false;
    return strspn(name, "abcdefghijklmnopqrstuvwxyzABCDEFGHIJKLMNOPQRSTUVWXYZ0123456789-.") == size;
}

static bool add_server_name(struct der *names, const char *name)
{
    unsigned char address[sizeof(struct in6_addr)];
    if (inet_pton(AF_INET, name, address) == 1)
        der_value(names, DER_ADDRESS, address, sizeof(struct in_addr));
    else if (inet_pton(AF_INET6, name, address) == 1)
        der_value(names, DER_ADDRESS, address, sizeof(struct in6_addr));
    else if (dns_name_valid(name))
        der_value(names, DER_DNS, name, strlen(name));
    else
        return false;
    return true;
}

enum err x509_ca_server(struct x509_ca *ca, struct slice csr, const struct x509_server *subject,
                        struct buf *pem)
{
    unsigned char room[X509_DER_MAX];
    struct der names;
    if (subject->count == 0 || subject->count > X509_SANS_MAX)
        return ERR_BAD_FIELD;
    der_init(&names, room, sizeof room);
    for (size_t i = subject->count; i-- > 0;)
        if (!add_server_name(&names, subject->names[i]))
            return ERR_BAD_FIELD;
    der_wrap(&names, DER_SEQUENCE, 0);
    if (names.failed || der_size(&names) > EXTENSION_MAX)
        return ERR_TOO_LARGE;
    struct plan plan = {.cn = subject->cn,
                        .not_before_ms = subject->not_before_ms,
                        .not_after_ms = subject->not_after_ms,
                        .usage = MBEDTLS_X509_KU_DIGITAL_SIGNATURE,
                        .purpose = X509_OID(MBEDTLS_OID_SERVER_AUTH),
                        .names = der_slice(&names)};
    return issue(ca, csr, &plan, pem);
}
