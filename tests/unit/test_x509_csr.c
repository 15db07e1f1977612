/* test_x509_csr.c — Job: requests say what was asked, OpenSSL agrees, and a forged one is refused.
 */
#include "common/x509_csr.h"

#include "common/x509_key.h"
#include "tests/lib/x509_bench.h"

#include <setjmp.h>
#include <stdarg.h>
#include <stdio.h>
#include <cmocka.h>

static struct x509_bench bench;

static int begin(void **state)
{
    (void)state;
    x509_bench_init(&bench);
    return 0;
}

static int end(void **state)
{
    (void)state;
    x509_bench_fini(&bench);
    return 0;
}

static void a_request_says_its_name_and_device(void **state)
{
    (void)state;
    struct x509_csr csr;
    assert_int_equal(x509_csr_read(buf_slice(&bench.csr), &csr), ERR_OK);
    assert_string_equal(csr.cn, "tablet-07");
    assert_true(id_equal(&csr.device, &bench.device));
}

static void a_request_may_name_no_device(void **state)
{
    (void)state;
    struct buf pem = {0};
    struct x509_csr csr;
    assert_int_equal(x509_csr_new(buf_slice(&bench.device_key), "救急,OU=admin+\\\"", NULL, &pem),
                     ERR_OK);
    assert_int_equal(x509_csr_read(buf_slice(&pem), &csr), ERR_OK);
    assert_string_equal(csr.cn, "救急,OU=admin+\\\"");
    assert_true(id_absent(&csr.device));
    buf_free(&pem);
}

static void openssl_agrees(void **state)
{
    (void)state;
    struct buf text = {0};
    char uri[80] = "URI:" X509_DEVICE_URN;
    size_t at = strlen(uri);
    id_text(&bench.device, uri + at);
    uri[at + ID_TEXT_SIZE] = '\0';
    x509_bench_file(&bench, "csr.pem", buf_slice(&bench.csr));
    assert_int_equal(x509_bench_openssl(&bench, "req -in csr.pem -verify -noout -text", &text), 0);
    assert_non_null(strstr(text.bytes, uri));
    /* The blanks went with OpenSSL 3.2. */
    assert_true(strstr(text.bytes, "CN = tablet-07") != NULL ||
                strstr(text.bytes, "CN=tablet-07") != NULL);
    buf_free(&text);
}

/* Made by OpenSSL, with a critical extension and others around it; as DER as well. */
static void a_foreign_request_is_read(void **state)
{
    (void)state;
    struct buf text = {0};
    struct x509_csr csr;
    char command[512], id[ID_TEXT_SIZE + 1] = {0};
    id_text(&bench.device, id);
    x509_bench_file(&bench, "key.pem", buf_slice(&bench.device_key));
    snprintf(command, sizeof command,
             "req -new -key key.pem -subj /O=x/CN=box-1 -addext basicConstraints=CA:FALSE -addext "
             "subjectAltName=critical,DNS:a.example,URI:urn:x:y,URI:" X509_DEVICE_URN "%s",
             id);
    assert_int_equal(x509_bench_openssl(&bench, command, &text), 0);
    assert_int_equal(x509_csr_read((struct slice){text.bytes, text.size - 1}, &csr), ERR_OK);
    assert_string_equal(csr.cn, "box-1");
    assert_true(id_equal(&csr.device, &bench.device));
    x509_bench_file(&bench, "foreign.pem", (struct slice){text.bytes, text.size - 1});
    buf_clear(&text);
    assert_int_equal(x509_bench_openssl(&bench, "req -in foreign.pem -outform DER", &text), 0);
    assert_int_equal(x509_csr_read((struct slice){text.bytes, text.size - 1}, &csr), ERR_OK);
    assert_string_equal(csr.cn, "box-1");
    for (size_t size = 0; size < text.size - 1; size++)
        assert_int_equal(x509_csr_read((struct slice){text.bytes, size}, &csr), ERR_CERT);
    /* Every bit of a request is signed, or is the signature, or its frame. */
    for (size_t i = 0; i < text.size - 1; i++) {
        text.bytes[i] = (char)(text.bytes[i] ^ 0x04);
        assert_int_not_equal(x509_csr_read((struct slice){text.bytes, text.size - 1}, &csr),
                             ERR_OK);
        text.bytes[i] = (char)(text.bytes[i] ^ 0x04);
    }
    buf_free(&text);
}

static void other_kinds_of_keys_are_refused(void **state)
{
    (void)state;
    static const char *const keys[] = {
        "genpkey -algorithm RSA -pkeyopt rsa_keygen_bits:2048",
        "genpkey -algorithm EC -pkeyopt ec_paramgen_curve:secp384r1"};
    struct x509_csr csr;
    for (size_t i = 0; i < 2; i++) {
        struct buf key = {0}, request = {0}, pem = {0};
        assert_int_equal(x509_bench_openssl(&bench, keys[i], &key), 0);
        const char *begin_key = strstr(key.bytes, "-----BEGIN");
        assert_non_null(begin_key);
        x509_bench_file(&bench, "other.pem", slice_of(begin_key));
        assert_int_equal(x509_csr_new(slice_of(begin_key), "x", NULL, &pem), ERR_CERT);
        assert_int_equal(
            x509_bench_openssl(&bench, "req -new -key other.pem -subj /CN=x", &request), 0);
        assert_int_equal(x509_csr_read(slice_of(request.bytes), &csr), ERR_CERT);
        buf_free(&key);
        buf_free(&request);
        buf_free(&pem);
    }
}

static void bad_input_is_refused(void **state)
{
    (void)state;
    struct buf pem = {0};
    struct x509_csr csr;
    char name[X509_NAME_MAX + 2];
    memset(name, 'n', sizeof name);
    name[X509_NAME_MAX] = '\0';
    struct slice key = buf_slice(&bench.device_key);
    assert_int_equal(x509_csr_new(key, name, NULL, &pem), ERR_OK);
    name[X509_NAME_MAX] = 'n';
    name[X509_NAME_MAX + 1] = '\0';
    assert_int_equal(x509_csr_new(key, name, NULL, &pem), ERR_BAD_FIELD);
    assert_int_equal(x509_csr_new(key, "", NULL, &pem), ERR_BAD_FIELD);
    assert_int_equal(x509_csr_new(key, "a\nb", NULL, &pem), ERR_BAD_FIELD);
    assert_int_equal(x509_csr_new(key, "a\x80", NULL, &pem), ERR_BAD_FIELD);
    assert_int_equal(x509_csr_new(slice_of("no key"), "x", NULL, &pem), ERR_CERT);
    assert_int_equal(x509_csr_new(slice_of(""), "x", NULL, &pem), ERR_CERT);
    assert_int_equal(x509_csr_read(slice_of(""), &csr), ERR_CERT);
    assert_int_equal(x509_csr_read(key, &csr), ERR_CERT);
    buf_free(&pem);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(a_request_says_its_name_and_device),
        cmocka_unit_test(a_request_may_name_no_device),
        cmocka_unit_test(openssl_agrees),
        cmocka_unit_test(a_foreign_request_is_read),
        cmocka_unit_test(other_kinds_of_keys_are_refused),
        cmocka_unit_test(bad_input_is_refused),
    };
    return cmocka_run_group_tests(tests, begin, end);
}
