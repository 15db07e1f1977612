/* tls_rules.h — Job: the rules of TLS that every listener of ours obeys, whoever connects. */
#ifndef COMMON_TLS_RULES_H
#define COMMON_TLS_RULES_H

#include "proto/err.h"
#include "proto/slice.h"

/* SSL_CTX is an OpenSSL SSL_CTX* of a server. TLS 1.2 and 1.3, forward-secret AEAD suites, curves
 * and signatures of 128 bits and more, our order before the client's; no tickets, no session cache,
 * no renegotiation, no compression; no choice of another vhost by SNI. Said here, not left to the
 * system's openssl.cnf, which could lower it. ERR_CRYPTO when OpenSSL refuses one of them. */
MUST_CHECK enum err tls_rules_server(void *ssl_ctx);
#endif
