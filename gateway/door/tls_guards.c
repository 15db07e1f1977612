/* tls_guards.c — Job: the rules every listener's TLS obeys, and who the peer is. */
#include "gateway/door/tls_guards.h"

#include <openssl/bn.h>
#include <openssl/err.h>
#include <openssl/x509.h>

/* TLS 1.3 has AEAD suites only; the first list is for TLS 1.2. */
static const char suites_12[] = "ECDHE-ECDSA-AES256-GCM-SHA384:ECDHE-ECDSA-CHACHA20-POLY1305:"
                                "ECDHE-ECDSA-AES128-GCM-SHA256:ECDHE-RSA-AES256-GCM-SHA384:"
                                "ECDHE-RSA-CHACHA20-POLY1305:ECDHE-RSA-AES128-GCM-SHA256";
static const char suites_13[] =
    "TLS_AES_256_GCM_SHA384:TLS_CHACHA20_POLY1305_SHA256:TLS_AES_128_GCM_SHA256";

enum err guard_context(SSL_CTX *ctx)
{
    SSL_CTX_set_options(ctx, SSL_OP_NO_TICKET | SSL_OP_NO_RENEGOTIATION | SSL_OP_NO_COMPRESSION |
                                 SSL_OP_CIPHER_SERVER_PREFERENCE | SSL_OP_PRIORITIZE_CHACHA);
    SSL_CTX_set_session_cache_mode(ctx, SSL_SESS_CACHE_OFF);
    /* libwebsockets would move the connection to the listener that SNI names, if two of them share
     * a port number on different addresses; which one judges is settled by the socket alone. */
    SSL_CTX_set_tlsext_servername_callback(ctx, NULL);
    bool done = SSL_CTX_set_min_proto_version(ctx, TLS1_2_VERSION) == 1 &&
                SSL_CTX_set_num_tickets(ctx, 0) == 1 &&
                SSL_CTX_set_cipher_list(ctx, suites_12) == 1 &&
                SSL_CTX_set_ciphersuites(ctx, suites_13) == 1 &&
                SSL_CTX_set1_groups_list(ctx, "X25519:P-256:P-384") == 1;
    ERR_clear_error();
    return done ? ERR_OK : ERR_CRYPTO;
}

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
