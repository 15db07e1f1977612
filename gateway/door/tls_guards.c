/* tls_guards.c — Job: OpenSSL's verdict on a peer's certificate, and who the peer is. */
#include "gateway/door/tls_guards.h"

#include <openssl/bn.h>
#include <openssl/err.h>
#include <openssl/x509.h>

int guard_verdict(int verdict, X509_STORE_CTX *judge)
{
    if (verdict == 1)
        return 1;
    if (X509_STORE_CTX_get_error(judge) != X509_V_ERR_CRL_HAS_EXPIRED)
        return 0;
    X509_STORE_CTX_set_error(judge, X509_V_OK);
    return 1;
}

/* Exactly one OU: with two, what they mean would depend on who reads them. */
static bool unit_is(const X509 *cert, const char *name)
{
    X509_NAME *subject = X509_get_subject_name(cert);
    int at = X509_NAME_get_index_by_NID(subject, NID_organizationalUnitName, -1);
    if (at < 0 || X509_NAME_get_index_by_NID(subject, NID_organizationalUnitName, at) >= 0)
        return false;
    unsigned char *text = NULL;
    int size =
        ASN1_STRING_to_UTF8(&text, X509_NAME_ENTRY_get_data(X509_NAME_get_entry(subject, at)));
    if (size < 0)
        return false;
    bool equal = slice_is((struct slice){(const char *)text, (size_t)size}, name);
    OPENSSL_free(text);
    return equal;
}

static bool take_serial(X509 *cert, struct peer *peer)
{
    BIGNUM *number = ASN1_INTEGER_to_BN(X509_get0_serialNumber(cert), NULL);
    int size = number == NULL ? -1 : BN_num_bytes(number);
    bool fits = size >= 0 && size <= PEER_SERIAL_MAX && !BN_is_negative(number);
    if (fits)
        peer->serial_size = (size_t)BN_bn2bin(number, peer->serial);
    BN_free(number);
    return fits;
}

enum err guard_peer(SSL *ssl, enum device_kind kind, struct peer *peer)
{
    *peer = (struct peer){.kind = kind};
    X509 *cert = ssl == NULL ? NULL : SSL_get0_peer_certificate(ssl);
    if (cert == NULL || SSL_get_verify_result(ssl) != X509_V_OK)
        return ERR_CERT;
    unsigned size = 0;
    bool done = unit_is(cert, codes_name(&codes_device_kind, (int)kind)) &&
                take_serial(cert, peer) &&
                X509_digest(cert, EVP_sha256(), peer->fingerprint.bytes, &size) == 1 &&
                size == sizeof peer->fingerprint.bytes;
    ERR_clear_error();
    return done ? ERR_OK : ERR_CERT;
}
