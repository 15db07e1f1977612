/* pki.h — Job: the files of the private certificate authority. */
#ifndef GATEWAY_PKI_H
#define GATEWAY_PKI_H

#include "common/x509_ca.h"
#include "common/x509_csr.h"
#include "gateway/settings.h"

/* Opens the CA of data_dir/pki. ERR_NOT_FOUND, ERR_NOT_ALLOWED (others can read), ERR_CERT. */
MUST_CHECK enum err pki_ca(const struct settings *settings, struct x509_ca **out);
/* A server certificate for NAMES (comma-separated) on the key of CSR. */
MUST_CHECK enum err pki_server(struct x509_ca *ca, struct slice csr, const char *names, int days,
                               struct buf *pem);
MUST_CHECK enum err pki_append(const struct settings *settings, const char *name,
                               struct slice line);
void pki_path(const struct settings *settings, const char *name, char *out, size_t room);
#endif
