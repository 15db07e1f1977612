/* tls_guards.h — Job: OpenSSL's verdict on a peer's certificate, and who the peer is. */
#ifndef GATEWAY_DOOR_TLS_GUARDS_H
#define GATEWAY_DOOR_TLS_GUARDS_H

#include <openssl/ssl.h>

#include "gateway/door/door.h"

/* OpenSSL's verify callback: its own verdict, with one exception. An expired revocation list would
 * shut out every device; it goes on being applied, and door_crl_stale raises the alarm. */
int guard_verdict(int verdict, X509_STORE_CTX *judge);

/* Fills PEER from a finished handshake (not its address). ERR_CERT: no certificate, not verified, a
 * serial that is too long, or a subject whose one OU is not the name of KIND. */
MUST_CHECK enum err guard_peer(SSL *ssl, enum device_kind kind, struct peer *peer);
#endif
