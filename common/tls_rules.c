/* tls_rules.c — Job: the rules of TLS that every listener of ours obeys, whoever connects. */
#include "common/tls_rules.h"

#include <openssl/err.h>
#include <openssl/ssl.h>

enum { SECURITY_BITS_112 = 2 }; /* OpenSSL's level: no RSA below 2048 bits, no SHA-1 signature */

/* TLS 1.3 has AEAD suites only; the first list is for TLS 1.2. */
static const char suites_12[] = "ECDHE-ECDSA-AES256-GCM-SHA384:ECDHE-ECDSA-CHACHA20-POLY1305:"
                                "ECDHE-ECDSA-AES128-GCM-SHA256:ECDHE-RSA-AES256-GCM-SHA384:"
                                "ECDHE-RSA-CHACHA20-POLY1305:ECDHE-RSA-AES128-GCM-SHA256";
static const char suites_13[] =
    "TLS_AES_256_GCM_SHA384:TLS_CHACHA20_POLY1305_SHA256:TLS_AES_128_GCM_SHA256";
static const char groups[] = "X25519:P-256:P-384";
/* Of both sides: what we sign with, and what a device may prove its key with. */
static const char signatures[] =
    "ecdsa_secp256r1_sha256:ecdsa_secp384r1_sha384:ecdsa_secp521r1_sha512:ed25519:"
    "rsa_pss_rsae_sha256:rsa_pss_rsae_sha384:rsa_pss_rsae_sha512:"
    "rsa_pss_pss_sha256:rsa_pss_pss_sha384:rsa_pss_pss_sha512:"
    "rsa_pkcs1_sha256:rsa_pkcs1_sha384:rsa_pkcs1_sha512";

enum err tls_rules_server(void *ssl_ctx)
{
    SSL_CTX *ctx = ssl_ctx;
    SSL_CTX_set_options(ctx, SSL_OP_NO_TICKET | SSL_OP_NO_RENEGOTIATION | SSL_OP_NO_COMPRESSION |
                                 SSL_OP_CIPHER_SERVER_PREFERENCE | SSL_OP_PRIORITIZE_CHACHA);
    SSL_CTX_set_session_cache_mode(ctx, SSL_SESS_CACHE_OFF);
    SSL_CTX_set_security_level(ctx, SECURITY_BITS_112);
    /* libwebsockets would move the connection to the vhost that SNI names, if two of them share a
     * port number on different addresses; which one judges is settled by the socket alone. */
    SSL_CTX_set_tlsext_servername_callback(ctx, NULL);
    bool done = SSL_CTX_set_min_proto_version(ctx, TLS1_2_VERSION) == 1 &&
                SSL_CTX_set_max_proto_version(ctx, TLS1_3_VERSION) == 1 &&
                SSL_CTX_set_num_tickets(ctx, 0) == 1 &&
                SSL_CTX_set_cipher_list(ctx, suites_12) == 1 &&
                SSL_CTX_set_ciphersuites(ctx, suites_13) == 1 &&
                SSL_CTX_set1_groups_list(ctx, groups) == 1 &&
                SSL_CTX_set1_sigalgs_list(ctx, signatures) == 1;
    ERR_clear_error();
    return done ? ERR_OK : ERR_CRYPTO;
}
