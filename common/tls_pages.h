/* tls_pages.h — Job: the rules of TLS towards browsers of a hospital's own network. */
#ifndef COMMON_TLS_PAGES_H
#define COMMON_TLS_PAGES_H

#include "proto/err.h"
#include "proto/slice.h"

/* SSL_CTX is an OpenSSL SSL_CTX* of a server: certificate chain and key (PEM), the rules of
 * tls_rules.h, plaintext wiped once read.
 * ERR_CERT: a file is missing or unreadable, or the two do not belong together. */
MUST_CHECK enum err tls_pages_use(void *ssl_ctx, const char *cert_path, const char *key_path);
/* The same files, looked at only. */
MUST_CHECK enum err tls_pages_check(const char *cert_path, const char *key_path);
#endif
