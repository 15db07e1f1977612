/* tls_wipe.h — Job: make OpenSSL wipe what it has decrypted, for connections of clinical text. */
#ifndef COMMON_TLS_WIPE_H
#define COMMON_TLS_WIPE_H

/* SSL_CTX is an OpenSSL SSL_CTX*. From now on its connections overwrite each record's plaintext as
 * soon as it was read, instead of leaving it until the next record. */
void tls_wipe_plaintext(void *ssl_ctx);
#endif
