/* pki.c — Job: throw-away authorities, certificates and revocation lists for tests, in a folder. */
#include "tests/lib/pki.h"

#include <dirent.h>
#include <openssl/evp.h>
#include <openssl/pem.h>
#include <openssl/rsa.h>
#include <openssl/x509v3.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>
#include <unistd.h>

enum { PATH_ROOM = 128, PATHS = 16, AUTHORITY_DAYS = 3650 };

static void must(bool done, const char *what)
{
    if (done)
        return;
    fprintf(stderr, "pki: %s failed\n", what);
    abort();
}

const char *pki_path(const struct pki *p, const char *file)
{
    static char paths[PATHS][PATH_ROOM];
    static unsigned turn;
    char *path = paths[turn++ % PATHS];
    int size = snprintf(path, PATH_ROOM, "%s/%s", p->folder, file);
    must(size > 0 && size < PATH_ROOM, "path");
    return path;
}

static const char *path_of(const struct pki *p, const char *name, const char *suffix)
{
    char file[PATH_ROOM];
    snprintf(file, sizeof file, "%s%s", name, suffix);
    return pki_path(p, file);
}

void pki_init(struct pki *p)
{
    snprintf(p->folder, sizeof p->folder, "/tmp/sakiyomi-pki-XXXXXX");
    must(mkdtemp(p->folder) != NULL, "mkdtemp");
}

void pki_fini(struct pki *p)
{
    DIR *dir = p->folder[0] == '\0' ? NULL : opendir(p->folder);
    if (dir == NULL)
        return;
    for (struct dirent *row = readdir(dir); row != NULL; row = readdir(dir))
        if (row->d_name[0] != '.')
            unlink(pki_path(p, row->d_name));
    closedir(dir);
    rmdir(p->folder);
    p->folder[0] = '\0';
}

void pki_write(const struct pki *p, const char *file, const char *text)
{
    FILE *to = fopen(pki_path(p, file), "w");
    must(to != NULL && fputs(text, to) >= 0 && fclose(to) == 0, "write");
}

void pki_copy(const struct pki *p, const char *from, const char *to)
{
    char bytes[65536];
    FILE *in = fopen(pki_path(p, from), "r");
    FILE *out = fopen(pki_path(p, to), "w");
    must(in != NULL && out != NULL, "copy");
    size_t size = fread(bytes, 1, sizeof bytes, in);
    must(fwrite(bytes, 1, size, out) == size, "copy");
    fclose(in);
    fclose(out);
}

static X509 *load_cert(const struct pki *p, const char *name)
{
    FILE *file = fopen(path_of(p, name, ".pem"), "r");
    must(file != NULL, name);
    X509 *cert = PEM_read_X509(file, NULL, NULL, NULL);
    fclose(file);
    must(cert != NULL, name);
    return cert;
}

static EVP_PKEY *load_key(const struct pki *p, const char *name)
{
    FILE *file = fopen(path_of(p, name, ".key"), "r");
    must(file != NULL, name);
    EVP_PKEY *key = PEM_read_PrivateKey(file, NULL, NULL, NULL);
    fclose(file);
    must(key != NULL, name);
    return key;
}

static void add_name(X509_NAME *subject, const char *field, const char *value)
{
    if (value != NULL)
        must(X509_NAME_add_entry_by_txt(subject, field, MBSTRING_UTF8, (const unsigned char *)value,
                                        -1, -1, 0) == 1,
             field);
}

static void add_extension(X509 *cert, X509 *issuer, int nid, const char *value)
{
    X509V3_CTX context;
    X509V3_set_ctx(&context, issuer, cert, NULL, NULL, 0);
    X509_EXTENSION *extension = X509V3_EXT_conf_nid(NULL, &context, nid, value);
    must(extension != NULL && X509_add_ext(cert, extension, -1) == 1, value);
    X509_EXTENSION_free(extension);
}

static void add_extensions(X509 *cert, X509 *issuer, const struct pki_want *want)
{
    char dns[PATH_ROOM];
    add_extension(cert, issuer, NID_basic_constraints,
                  want->authority ? "critical,CA:TRUE" : "critical,CA:FALSE");
    add_extension(cert, issuer, NID_key_usage,
                  want->authority ? "critical,keyCertSign,cRLSign" : "critical,digitalSignature");
    add_extension(cert, issuer, NID_subject_key_identifier, "hash");
    if (want->usage != NULL)
        add_extension(cert, issuer, NID_ext_key_usage, want->usage);
    if (want->dns == NULL)
        return;
    snprintf(dns, sizeof dns, "DNS:%s", want->dns);
    add_extension(cert, issuer, NID_subject_alt_name, dns);
}

static void save(const struct pki *p, const char *name, X509 *cert, EVP_PKEY *key)
{
    FILE *file = fopen(path_of(p, name, ".pem"), "w");
    must(file != NULL && PEM_write_X509(file, cert) == 1 && fclose(file) == 0, name);
    file = fopen(path_of(p, name, ".key"), "w");
    must(file != NULL && PEM_write_PrivateKey(file, key, NULL, NULL, 0, NULL, NULL) == 1 &&
             fclose(file) == 0,
         name);
}

void pki_make(const struct pki *p, const struct pki_want *want)
{
    static long next_serial = 1000;
    EVP_PKEY *key = want->rsa ? EVP_RSA_gen(2048) : EVP_EC_gen("P-256");
    X509 *cert = X509_new();
    must(key != NULL && cert != NULL, "key");
    EVP_PKEY *signer = want->ca == NULL ? key : load_key(p, want->ca);
    X509 *issuer = want->ca == NULL ? cert : load_cert(p, want->ca);
    bool usual = want->from_s == 0 && want->until_s == 0;
    X509_set_version(cert, 2);
    ASN1_INTEGER_set(X509_get_serialNumber(cert), want->serial != 0 ? want->serial : next_serial++);
    X509_gmtime_adj(X509_getm_notBefore(cert), usual ? -3600 : want->from_s);
    X509_gmtime_adj(X509_getm_notAfter(cert), usual ? 86400 : want->until_s);
    X509_NAME *subject = X509_get_subject_name(cert);
    add_name(subject, "OU", want->ou);
    add_name(subject, "OU", want->ou2);
    add_name(subject, "CN", want->cn != NULL ? want->cn : want->name);
    must(X509_set_issuer_name(cert, X509_get_subject_name(issuer)) == 1, "issuer");
    must(X509_set_pubkey(cert, key) == 1, "public key");
    add_extensions(cert, issuer, want);
    must(X509_sign(cert, signer, EVP_sha256()) > 0, "sign");
    save(p, want->name, cert, key);
    if (want->ca != NULL) {
        EVP_PKEY_free(signer);
        X509_free(issuer);
    }
    EVP_PKEY_free(key);
    X509_free(cert);
}

void pki_make_ca(const struct pki *p, const char *name)
{
    pki_make(p, &(struct pki_want){.name = name,
                                   .authority = true,
                                   .from_s = -86400 * 30,
                                   .until_s = 86400L * AUTHORITY_DAYS});
}

void pki_make_list(const struct pki *p, const char *file, const char *ca, const long *serials,
                   size_t count, long from_s, long until_s)
{
    EVP_PKEY *key = load_key(p, ca);
    X509 *issuer = load_cert(p, ca);
    X509_CRL *list = X509_CRL_new();
    ASN1_TIME *when = X509_gmtime_adj(NULL, from_s);
    must(list != NULL && when != NULL, "list");
    X509_CRL_set_version(list, 1);
    X509_CRL_set_issuer_name(list, X509_get_subject_name(issuer));
    X509_CRL_set1_lastUpdate(list, when);
    for (size_t i = 0; i < count; i++) {
        X509_REVOKED *row = X509_REVOKED_new();
        ASN1_INTEGER *serial = ASN1_INTEGER_new();
        must(row != NULL && serial != NULL && ASN1_INTEGER_set(serial, serials[i]) == 1, "row");
        X509_REVOKED_set_serialNumber(row, serial);
        X509_REVOKED_set_revocationDate(row, when);
        must(X509_CRL_add0_revoked(list, row) == 1, "row");
        ASN1_INTEGER_free(serial);
    }
    X509_gmtime_adj(when, until_s);
    X509_CRL_set1_nextUpdate(list, when);
    X509_CRL_sort(list);
    must(X509_CRL_sign(list, key, EVP_sha256()) > 0, "sign list");
    FILE *to = fopen(pki_path(p, file), "w");
    must(to != NULL && PEM_write_X509_CRL(to, list) == 1 && fclose(to) == 0, file);
    ASN1_TIME_free(when);
    X509_CRL_free(list);
    X509_free(issuer);
    EVP_PKEY_free(key);
}
