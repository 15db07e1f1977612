/* x509_key.h — Job: EC P-256 private keys in PEM (mbedTLS). */
#ifndef COMMON_X509_KEY_H
#define COMMON_X509_KEY_H

#include "proto/buf.h"

/* Appends a new P-256 private key (SEC 1, "BEGIN EC PRIVATE KEY"). Store it with mode 0600. */
MUST_CHECK enum err x509_key_new(struct buf *pem);
#endif
