/* fuzz_x509.c — Job: any bytes as certificate, request, revocation list and key. */
#include "common/x509_ca.h"
#include "common/x509_crl.h"
#include "common/x509_csr.h"
#include "proto/utf8.h"

#include <assert.h>

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size);

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
    struct slice bytes = {(const char *)data, size};
    struct x509_cert cert;
    struct x509_csr csr;
    struct x509_crl crl;
    struct x509_ca *ca = NULL;
    if (x509_cert_read(bytes, &cert) == ERR_OK) {
        assert(cert.serial.size >= 1 && cert.serial.size <= X509_SERIAL_MAX);
        assert(strlen(cert.serial_hex) == 2 * cert.serial.size);
        assert(utf8_valid(slice_of(cert.cn)) && utf8_valid(slice_of(cert.ou)));
        (void)!x509_crl_read(bytes, bytes, &crl);
    }
    if (x509_csr_read(bytes, &csr) == ERR_OK)
        assert(utf8_valid(slice_of(csr.cn)));
    if (x509_ca_open(bytes, bytes, &ca) == ERR_OK)
        x509_ca_close(ca);
    return 0;
}
