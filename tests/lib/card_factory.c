/* card_factory.c — Job: make TEST certificate authorities, cards and revocation lists (OpenSSL). */
#include "tests/lib/card_factory.h"

#include <stdio.h>
#include <stdlib.h>
#include <unistd.h>
#include <openssl/conf.h>
#include <openssl/evp.h>
#include <openssl/pem.h>
#include <openssl/rsa.h>
#include <openssl/x509v3.h>

enum { KEY_BITS = 2048, VERSION_3 = 2, CRL_VERSION_2 = 1, KEPT_KEYS_MAX = 16, PATH_ROOM = 512 };

struct card_key {
    EVP_PKEY *pkey;
};

struct card_ca {
    struct card_key *key;
    X509 *cert;
};

/* The extensions of each kind, in OpenSSL's own notation. The policy is the arc of the JPKI test
 * hierarchy (1.2.392.200149.8.5.1.0); its last number is ours for authentication. */
static const char extensions[] = "[ca]\n"
                                 "basicConstraints=critical,CA:TRUE\n"
                                 "keyUsage=critical,keyCertSign,cRLSign\n"
                                 "subjectKeyIdentifier=hash\n"
                                 "[not_a_ca]\n"
                                 "keyUsage=critical,digitalSignature\n"
                                 "subjectKeyIdentifier=hash\n"
                                 "[auth]\n"
                                 "keyUsage=critical,digitalSignature\n"
                                 "extendedKeyUsage=clientAuth\n"
                                 "certificatePolicies=critical,@auth_policy\n"
                                 "crlDistributionPoints=point\n"
                                 "authorityInfoAccess=OCSP;URI:http://ocsp.test.invalid/\n"
                                 "authorityKeyIdentifier=keyid\n"
                                 "subjectKeyIdentifier=hash\n"
                                 "[sign]\n"
                                 "keyUsage=critical,digitalSignature,nonRepudiation\n"
                                 "certificatePolicies=critical,@sign_policy\n"
                                 "authorityKeyIdentifier=keyid\n"
                                 "subjectKeyIdentifier=hash\n"
                                 "[auth_policy]\n"
                                 "policyIdentifier=1.2.392.200149.8.5.1.0.30\n"
                                 "CPS.1=http://www.test.invalid/cps.html\n"
                                 "[sign_policy]\n"
                                 "policyIdentifier=1.2.392.200149.8.5.1.0.20\n"
                                 "CPS.1=http://www.test.invalid/cps.html\n"
                                 "[point]\n"
                                 "fullname=dirName:point_name\n"
                                 "[point_name]\n"
                                 "C=JP\n"
                                 "O=JPKI-TEST\n"
                                 "OU=CRL Distribution Points\n"
                                 "CN=Test City CRLDP\n"
                                 "[crl]\n"
                                 "authorityKeyIdentifier=keyid\n"
                                 "issuingDistributionPoint=critical,@point\n";

static CONF *extensions_open(void)
{
    CONF *conf = NCONF_new(NULL);
    BIO *text = BIO_new_mem_buf(extensions, -1);
    if (conf != NULL && text != NULL && NCONF_load_bio(conf, text, NULL) <= 0) {
        NCONF_free(conf);
        conf = NULL;
    }
    BIO_free(text);
    return conf;
}

/* ---- Keys ---- */

/* Making keys takes most of the time of a world of tests. CARD_KEYS names a folder in which those
 * of this program are kept for the next one, by the order in which it asks; NULL: none there. */
static EVP_PKEY *kept_key(const char *path)
{
    FILE *file = fopen(path, "re");
    EVP_PKEY *key = file == NULL ? NULL : PEM_read_PrivateKey(file, NULL, NULL, NULL);
    if (file != NULL)
        fclose(file);
    return key;
}

/* Whole or not at all: others do the same at the same time. */
static void keep_key(const char *path, EVP_PKEY *key)
{
    char whole[PATH_ROOM + 16];
    snprintf(whole, sizeof whole, "%s.%d", path, (int)getpid());
    FILE *file = fopen(whole, "we");
    bool ok = file != NULL && PEM_write_PrivateKey(file, key, NULL, NULL, 0, NULL, NULL) == 1;
    if (file != NULL && fclose(file) == 0 && ok && rename(whole, path) == 0)
        return;
    unlink(whole);
}

static EVP_PKEY *key_made(void)
{
    static unsigned count;
    char path[PATH_ROOM];
    const char *folder = getenv("CARD_KEYS");
    if (folder == NULL || count >= KEPT_KEYS_MAX)
        return EVP_RSA_gen(KEY_BITS);
    snprintf(path, sizeof path, "%s/key-%u.pem", folder, count++);
    EVP_PKEY *key = kept_key(path);
    if (key == NULL && (key = EVP_RSA_gen(KEY_BITS)) != NULL)
        keep_key(path, key);
    return key;
}

enum err card_key_new(struct card_key **out)
{
    struct card_key *key = calloc(1, sizeof *key);
    *out = NULL;
    if (key == NULL)
        return ERR_NO_MEMORY;
    key->pkey = key_made();
    if (key->pkey == NULL) {
        free(key);
        return ERR_CRYPTO;
    }
    *out = key;
    return ERR_OK;
}

void card_key_free(struct card_key *key)
{
    if (key == NULL)
        return;
    EVP_PKEY_free(key->pkey);
    free(key);
}

/* Move what was written to the memory BIO over to OUT. */
static enum err bio_take(BIO *bio, bool written, struct buf *out)
{
    char *bytes = NULL;
    long size = written ? BIO_get_mem_data(bio, &bytes) : 0;
    if (size > 0)
        buf_add(out, bytes, (size_t)size);
    BIO_free(bio);
    return size > 0 ? buf_error(out) : ERR_CRYPTO;
}

enum err card_key_pem(const struct card_key *key, struct buf *out)
{
    BIO *bio = BIO_new(BIO_s_mem());
    bool ok = bio != NULL &&
              PEM_write_bio_PrivateKey(bio, key->pkey, NULL, NULL, 0, NULL, NULL) == 1 &&
              BIO_write(bio, "", 1) == 1;
    return bio_take(bio, ok, out);
}

enum err card_key_sign(const struct card_key *key, struct slice bytes, struct buf *out)
{
    unsigned char signature[KEY_BITS / 8];
    size_t size = sizeof signature;
    EVP_MD_CTX *ctx = EVP_MD_CTX_new();
    bool ok =
        ctx != NULL && EVP_DigestSignInit(ctx, NULL, EVP_sha256(), NULL, key->pkey) == 1 &&
        EVP_DigestSign(ctx, signature, &size, (const unsigned char *)bytes.bytes, bytes.size) == 1;
    EVP_MD_CTX_free(ctx);
    if (!ok)
        return ERR_CRYPTO;
    buf_add(out, signature, size);
    return buf_error(out);
}

/* ---- Certificates ---- */

static bool name_add(X509_NAME *name, const char *field, const char *value)
{
    return X509_NAME_add_entry_by_txt(name, field, MBSTRING_UTF8, (const unsigned char *)value, -1,
                                      -1, 0) == 1;
}

static bool ca_name(X509_NAME *name, enum card_use use)
{
    const char *unit =
        use == CARD_USE_AUTH ? "JPKI for user authentication" : "JPKI for digital signature";
    return name_add(name, "C", "JP") && name_add(name, "O", "JPKI-TEST") &&
           name_add(name, "OU", unit) && name_add(name, "OU", "SIMULATOR - not issued by J-LIS");
}

/* An invented subject: number of issue, no person. */
static bool card_name(X509_NAME *name, enum card_use use, uint64_t serial)
{
    char cn[64];
    snprintf(cn, sizeof cn, "%016llXTEST%s", (unsigned long long)serial,
             use == CARD_USE_AUTH ? "A" : "S");
    return name_add(name, "C", "JP") && name_add(name, "CN", cn);
}

static bool cert_times(X509 *cert, struct card_period valid)
{
    return ASN1_TIME_set(X509_getm_notBefore(cert), (time_t)valid.from_s) != NULL &&
           ASN1_TIME_set(X509_getm_notAfter(cert), (time_t)valid.until_s) != NULL;
}

static bool cert_extend(X509 *cert, X509 *issuer, const char *section)
{
    CONF *conf = extensions_open();
    X509V3_CTX ctx;
    X509V3_set_ctx(&ctx, issuer, cert, NULL, NULL, 0);
    X509V3_set_nconf(&ctx, conf);
    bool ok = conf != NULL && X509V3_EXT_add_nconf(conf, &ctx, section, cert) == 1;
    NCONF_free(conf);
    return ok;
}

static bool cert_begin(X509 *cert, const struct card_key *key, uint64_t serial,
                       struct card_period valid)
{
    return cert != NULL && X509_set_version(cert, VERSION_3) == 1 &&
           ASN1_INTEGER_set_uint64(X509_get_serialNumber(cert), serial) == 1 &&
           cert_times(cert, valid) && X509_set_pubkey(cert, key->pkey) == 1;
}

static bool ca_build(struct card_ca *ca, enum card_use use, uint64_t serial,
                     struct card_period valid, enum card_ca_shape shape)
{
    ca->cert = X509_new();
    if (!cert_begin(ca->cert, ca->key, serial, valid))
        return false;
    X509_NAME *name = X509_get_subject_name(ca->cert);
    return ca_name(name, use) && X509_set_issuer_name(ca->cert, name) == 1 &&
           cert_extend(ca->cert, ca->cert, shape == CARD_CA_PROPER ? "ca" : "not_a_ca") &&
           X509_sign(ca->cert, ca->key->pkey, EVP_sha256()) > 0;
}

enum err card_ca_new(enum card_use use, uint64_t serial, struct card_period valid,
                     enum card_ca_shape shape, struct card_ca **out)
{
    struct card_ca *ca = calloc(1, sizeof *ca);
    *out = NULL;
    if (ca == NULL)
        return ERR_NO_MEMORY;
    enum err err = card_key_new(&ca->key);
    if (err == ERR_OK && !ca_build(ca, use, serial, valid, shape))
        err = ERR_CRYPTO;
    if (err != ERR_OK) {
        card_ca_free(ca);
        return err;
    }
    *out = ca;
    return ERR_OK;
}

void card_ca_free(struct card_ca *ca)
{
    if (ca == NULL)
        return;
    X509_free(ca->cert);
    card_key_free(ca->key);
    free(ca);
}

static enum err cert_der(X509 *cert, struct buf *out)
{
    BIO *bio = BIO_new(BIO_s_mem());
    return bio_take(bio, bio != NULL && i2d_X509_bio(bio, cert) == 1, out);
}

enum err card_ca_der(const struct card_ca *ca, struct buf *out)
{
    return cert_der(ca->cert, out);
}

enum err card_ca_pem(const struct card_ca *ca, struct buf *out)
{
    BIO *bio = BIO_new(BIO_s_mem());
    return bio_take(bio, bio != NULL && PEM_write_bio_X509(bio, ca->cert) == 1, out);
}

enum err card_cert_make(const struct card_ca *ca, const struct card_key *key, enum card_use use,
                        uint64_t serial, struct card_period valid, struct buf *out)
{
    X509 *cert = X509_new();
    enum err err = ERR_CRYPTO;
    if (cert_begin(cert, key, serial, valid) &&
        card_name(X509_get_subject_name(cert), use, serial) &&
        X509_set_issuer_name(cert, X509_get_subject_name(ca->cert)) == 1 &&
        cert_extend(cert, ca->cert, use == CARD_USE_AUTH ? "auth" : "sign") &&
        X509_sign(cert, ca->key->pkey, EVP_sha256()) > 0)
        err = cert_der(cert, out);
    X509_free(cert);
    return err;
}

/* ---- Revocation lists ---- */

static bool crl_add(X509_CRL *crl, uint64_t serial, int64_t when_s)
{
    X509_REVOKED *row = X509_REVOKED_new();
    ASN1_INTEGER *number = ASN1_INTEGER_new();
    ASN1_TIME *when = ASN1_TIME_set(NULL, (time_t)when_s);
    bool ok = row != NULL && number != NULL && when != NULL &&
              ASN1_INTEGER_set_uint64(number, serial) == 1 &&
              X509_REVOKED_set_serialNumber(row, number) == 1 &&
              X509_REVOKED_set_revocationDate(row, when) == 1 && X509_CRL_add0_revoked(crl, row);
    if (!ok)
        X509_REVOKED_free(row); /* the list owns it otherwise */
    ASN1_INTEGER_free(number);
    ASN1_TIME_free(when);
    return ok;
}

static bool crl_begin(X509_CRL *crl, const struct card_ca *ca, struct card_period valid)
{
    ASN1_TIME *from = ASN1_TIME_set(NULL, (time_t)valid.from_s);
    ASN1_TIME *until = ASN1_TIME_set(NULL, (time_t)valid.until_s);
    bool ok = crl != NULL && from != NULL && until != NULL &&
              X509_CRL_set_version(crl, CRL_VERSION_2) == 1 &&
              X509_CRL_set_issuer_name(crl, X509_get_subject_name(ca->cert)) == 1 &&
              X509_CRL_set1_lastUpdate(crl, from) == 1 && X509_CRL_set1_nextUpdate(crl, until) == 1;
    ASN1_TIME_free(from);
    ASN1_TIME_free(until);
    return ok;
}

static bool crl_finish(X509_CRL *crl, const struct card_ca *ca)
{
    CONF *conf = extensions_open();
    X509V3_CTX ctx;
    X509V3_set_ctx(&ctx, ca->cert, NULL, NULL, crl, 0);
    X509V3_set_nconf(&ctx, conf);
    bool ok = conf != NULL && X509V3_EXT_CRL_add_nconf(conf, &ctx, "crl", crl) == 1 &&
              X509_CRL_sort(crl) == 1 && X509_CRL_sign(crl, ca->key->pkey, EVP_sha256()) > 0;
    NCONF_free(conf);
    return ok;
}

enum err card_crl_make(const struct card_ca *ca, const uint64_t *serials, size_t count,
                       struct card_period valid, struct buf *out)
{
    X509_CRL *crl = X509_CRL_new();
    bool ok = crl_begin(crl, ca, valid);
    for (size_t i = 0; ok && i < count; i++)
        ok = crl_add(crl, serials[i], valid.from_s);
    enum err err = ERR_CRYPTO;
    if (ok && crl_finish(crl, ca)) {
        BIO *bio = BIO_new(BIO_s_mem());
        err = bio_take(bio, bio != NULL && i2d_X509_CRL_bio(bio, crl) == 1, out);
    }
    X509_CRL_free(crl);
    return err;
}
