/* fuzz_jpki_cert.c — Job: any bytes as card certificate, as authority and as revocation list. */
#include "common/jpki_crl.h"
#include "common/jpki_trust.h"

#include <stdlib.h>

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size);

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
    struct slice der = {(const char *)data, size};
    struct jpki_cert cert;
    struct jpki_crl crl;
    struct jpki_verdict verdict;
    struct jpki_trust *trust;
    if (jpki_cert_read(der, &cert) == ERR_OK && cert.serial.size > X509_SERIAL_MAX)
        abort();
    (void)(jpki_cert_check_signature(der, slice_of("challenge"), der) == ERR_OK);
    if (jpki_crl_read(der, &crl) == ERR_OK) {
        (void)jpki_crl_lists(&crl, &(struct x509_serial){.bytes = {1}, .size = 1});
        jpki_crl_fini(&crl);
    }
    if (jpki_trust_new(&trust) != ERR_OK)
        return 0;
    bool ca = jpki_trust_add_ca(trust, der) == ERR_OK;
    if (jpki_trust_check(trust, der, 0, &verdict) == ERR_OK && !ca)
        abort(); /* nobody is trusted without an authority */
    (void)(jpki_trust_add_crl(trust, der) == ERR_OK);
    jpki_trust_free(trust);
    return 0;
}
