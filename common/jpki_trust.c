/* jpki_trust.c — Job: is a card's certificate good: issued by whom we trust, not revoked? */
#include "common/jpki_trust.h"

#include <stdlib.h>

#include "common/jpki_crl.h"
#include "common/jpki_parts.h"
#include "common/x509_tools.h"

#include <mbedtls/ecp.h>

struct trusted_ca {
    mbedtls_x509_crt crt;
    struct hash name;
    int64_t not_before_ms, not_after_ms;
};

struct trusted_crl {
    struct jpki_crl crl;
    const struct trusted_ca *ca;
};

struct jpki_trust {
    struct trusted_ca cas[JPKI_CAS_MAX];
    size_t ca_count;
    struct trusted_crl *crls; /* grows one by one: loaded at start, a few at most */
    size_t crl_count;
};

/* Today's cards are RSA-2048 with SHA-256; the next ones are announced as P-384 with SHA-384. */
static const mbedtls_x509_crt_profile profile = {
    MBEDTLS_X509_ID_FLAG(MBEDTLS_MD_SHA256) | MBEDTLS_X509_ID_FLAG(MBEDTLS_MD_SHA384) |
        MBEDTLS_X509_ID_FLAG(MBEDTLS_MD_SHA512),
    MBEDTLS_X509_ID_FLAG(MBEDTLS_PK_RSA) | MBEDTLS_X509_ID_FLAG(MBEDTLS_PK_ECKEY) |
        MBEDTLS_X509_ID_FLAG(MBEDTLS_PK_ECDSA),
    MBEDTLS_X509_ID_FLAG(MBEDTLS_ECP_DP_SECP256R1) | MBEDTLS_X509_ID_FLAG(MBEDTLS_ECP_DP_SECP384R1),
    2048,
};

enum err jpki_trust_new(struct jpki_trust **out)
{
    *out = calloc(1, sizeof **out);
    return *out == NULL ? ERR_NO_MEMORY : ERR_OK;
}

void jpki_trust_free(struct jpki_trust *t)
{
    if (t == NULL)
        return;
    for (size_t i = 0; i < t->ca_count; i++)
        mbedtls_x509_crt_free(&t->cas[i].crt);
    for (size_t i = 0; i < t->crl_count; i++)
        jpki_crl_fini(&t->crls[i].crl);
    free(t->crls);
    free(t);
}

/* Did CA issue CRT? mbedTLS judges name, signature, key usage, CA bit and strength. It judges the
 * dates by the machine's clock, where we have our own time to judge by: those two bits are left out
 * here and decided in dates_check. */
static bool issued_by(mbedtls_x509_crt *crt, struct trusted_ca *ca)
{
    uint32_t flags = 0;
    (void)mbedtls_x509_crt_verify_with_profile(crt, &ca->crt, NULL, &profile, NULL, &flags, NULL,
                                               NULL);
    return (flags & ~(uint32_t)(MBEDTLS_X509_BADCERT_EXPIRED | MBEDTLS_X509_BADCERT_FUTURE)) == 0;
}

/* A file with a flipped bit must not become an authority. */
static bool self_signed(mbedtls_x509_crt *crt)
{
    const mbedtls_x509_buf *tbs = &crt->tbs, *signature = &crt->MBEDTLS_PRIVATE(sig);
    return x509_signed_by(&crt->pk, crt->MBEDTLS_PRIVATE(sig_md),
                          (struct slice){(const char *)tbs->p, tbs->len},
                          (struct slice){(const char *)signature->p, signature->len});
}

/* mbedTLS trusts an anchor for being one; so its rights and its signature are asked here. */
static bool ca_good(struct trusted_ca *ca)
{
    mbedtls_x509_crt *crt = &ca->crt;
    return mbedtls_x509_crt_check_key_usage(crt, MBEDTLS_X509_KU_KEY_CERT_SIGN) == 0 &&
           crt->MBEDTLS_PRIVATE(ca_istrue) != 0 && self_signed(crt) && issued_by(crt, ca) &&
           x509_time_ms(&crt->valid_from, &ca->not_before_ms) == ERR_OK &&
           x509_time_ms(&crt->valid_to, &ca->not_after_ms) == ERR_OK;
}

enum err jpki_trust_add_ca(struct jpki_trust *t, struct slice der)
{
    if (t->ca_count == JPKI_CAS_MAX)
        return ERR_FULL;
    struct trusted_ca *ca = &t->cas[t->ca_count];
    if (jpki_parse(der, &ca->crt, NULL) != ERR_OK || !ca_good(ca)) {
        mbedtls_x509_crt_free(&ca->crt);
        return ERR_CERT;
    }
    ca->name = sha256(ca->crt.subject_raw.p, ca->crt.subject_raw.len);
    t->ca_count++;
    return ERR_OK;
}

/* ---- Revocation lists ---- */

static const struct trusted_ca *crl_signer(struct jpki_trust *t, const struct jpki_crl *crl)
{
    for (size_t i = 0; i < t->ca_count; i++) {
        struct trusted_ca *ca = &t->cas[i];
        if (hash_equal(&ca->name, &crl->issuer) &&
            mbedtls_x509_crt_check_key_usage(&ca->crt, MBEDTLS_X509_KU_CRL_SIGN) == 0 &&
            x509_signed_by(&ca->crt.pk, (mbedtls_md_type_t)crl->hash_kind, crl->signed_bytes,
                           crl->signature))
            return ca;
    }
    return NULL;
}

static enum err crl_keep(struct jpki_trust *t, const struct trusted_crl *row)
{
    struct trusted_crl *crls = realloc(t->crls, (t->crl_count + 1) * sizeof *crls);
    if (crls == NULL)
        return ERR_NO_MEMORY;
    t->crls = crls;
    t->crls[t->crl_count++] = *row;
    return ERR_OK;
}

enum err jpki_trust_add_crl(struct jpki_trust *t, struct slice der)
{
    struct trusted_crl row = {.ca = NULL};
    if (t->crl_count == JPKI_CRLS_MAX)
        return ERR_FULL;
    enum err err = jpki_crl_read(der, &row.crl);
    if (err != ERR_OK)
        return err;
    row.ca = crl_signer(t, &row.crl);
    err = row.ca == NULL ? ERR_CARD_ISSUER : ERR_OK;
    row.crl.signed_bytes = (struct slice){NULL, 0}; /* they point into the caller's bytes */
    row.crl.signature = (struct slice){NULL, 0};
    if (err == ERR_OK)
        err = crl_keep(t, &row);
    if (err != ERR_OK)
        jpki_crl_fini(&row.crl);
    return err;
}

static bool crl_covers(const struct jpki_crl *crl, const struct jpki_points *points)
{
    if (!crl->has_point)
        return true;
    for (size_t i = 0; i < points->count; i++)
        if (hash_equal(&crl->point, &points->at[i]))
            return true;
    return false;
}

/* ---- The check ---- */

static struct trusted_ca *issuer_find(struct jpki_trust *t, mbedtls_x509_crt *crt)
{
    for (size_t i = 0; i < t->ca_count; i++)
        if (issued_by(crt, &t->cas[i]))
            return &t->cas[i];
    return NULL;
}

static enum err dates_check(const struct jpki_cert *cert, const struct trusted_ca *ca,
                            int64_t now_ms)
{
    if (now_ms < cert->not_before_ms || now_ms < ca->not_before_ms)
        return ERR_CARD; /* a card from tomorrow: more likely the clock is wrong */
    return now_ms > cert->not_after_ms || now_ms > ca->not_after_ms ? ERR_CARD_EXPIRED : ERR_OK;
}

/* The best that any list says; a list in date outweighs an old one for the same point. */
static enum err revocation_check(const struct jpki_trust *t, const struct trusted_ca *ca,
                                 const struct jpki_points *points, int64_t now_ms,
                                 struct jpki_verdict *out)
{
    out->revocation = JPKI_NOT_CHECKED;
    for (size_t i = 0; i < t->crl_count; i++) {
        const struct jpki_crl *crl = &t->crls[i].crl;
        if (t->crls[i].ca != ca)
            continue;
        if (jpki_crl_lists(crl, &out->cert.serial))
            return ERR_CARD_REVOKED;
        if (!crl_covers(crl, points))
            continue;
        if (now_ms <= crl->next_ms)
            out->revocation = JPKI_NOT_REVOKED;
        else if (out->revocation == JPKI_NOT_CHECKED)
            out->revocation = JPKI_LIST_OLD;
    }
    return ERR_OK;
}

enum err jpki_trust_check(struct jpki_trust *t, struct slice der, int64_t now_ms,
                          struct jpki_verdict *out)
{
    mbedtls_x509_crt crt;
    struct jpki_points points;
    *out = (struct jpki_verdict){.revocation = JPKI_NOT_CHECKED};
    enum err err = jpki_parse(der, &crt, &points);
    if (err == ERR_OK)
        err = jpki_facts(&crt, &out->cert);
    if (err == ERR_OK) {
        struct trusted_ca *ca = issuer_find(t, &crt);
        err = ca == NULL ? ERR_CARD_ISSUER : dates_check(&out->cert, ca, now_ms);
        if (err == ERR_OK)
            err = revocation_check(t, ca, &points, now_ms, out);
    }
    mbedtls_x509_crt_free(&crt);
    return err;
}
