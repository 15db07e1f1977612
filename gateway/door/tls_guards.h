/* tls_guards.h — Job: the rules every listener's TLS obeys, and who the peer is. */
#ifndef GATEWAY_DOOR_TLS_GUARDS_H
#define GATEWAY_DOOR_TLS_GUARDS_H

#include <openssl/ssl.h>

#include "gateway/door/door.h"

/* TLS 1.2 and 1.3 with forward-secret AEAD suites only; no tickets, no session cache and no
 * renegotiation (a resumed session would skip the revocation list); no choice of another listener
 * by SNI. ERR_CRYPTO when OpenSSL refuses one of them. */
MUST_CHECK enum err guard_context(SSL_CTX *ctx);

/* OpenSSL's verify callback: its own verdict, with one exception. An expired revocation list would
 * shut out every device; it goes on being applied, and door_crl_stale raises the alarm. */
int guard_verdict(int verdict, X509_STORE_CTX *judge);

/* Fills PEER from a finished handshake (not its address). ERR_CERT: no certificate, not verified, a
 * serial that is too long, or a subject whose one OU is not the name of KIND. */
MUST_CHECK enum err guard_peer(SSL *ssl, enum device_kind kind, struct peer *peer);
#endif
