/* link_tls.h — Job: the client's side of TLS: our certificate, and the one authority we trust. */
#ifndef PROTO_LINK_TLS_H
#define PROTO_LINK_TLS_H

#include <openssl/ssl.h>

#include "proto/err.h"
#include "proto/slice.h"

/* Sets CTX up: certificate and key, CA_PATH instead of every other trust, TLS 1.2 and up with AEAD
 * suites. ERR_CERT: a file is missing or wrong, or key and certificate are apart. */
MUST_CHECK enum err link_tls_use(SSL_CTX *ctx, const char *cert_path, const char *key_path,
                                 const char *ca_path);
/* The same on a context that is thrown away: are the files good? */
MUST_CHECK enum err link_tls_check(const char *cert_path, const char *key_path,
                                   const char *ca_path);
#endif
