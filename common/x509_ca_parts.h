/* x509_ca_parts.h — Job: the inside of struct x509_ca, for common/x509_ca.c and common/x509_crl.c.
 */
#ifndef COMMON_X509_CA_PARTS_H
#define COMMON_X509_CA_PARTS_H

#include "common/x509_ca.h"
#include "common/x509_tools.h"

#include <mbedtls/x509_crt.h>

struct x509_ca {
    mbedtls_x509_crt cert;
    mbedtls_pk_context key;
    int64_t not_before_ms, not_after_ms;
};
#endif
