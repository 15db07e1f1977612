/* test_x509_key.c — Job: new keys are P-256, differ, and OpenSSL reads them. */
#include "common/x509_key.h"

#include "tests/lib/x509_bench.h"

#include <setjmp.h>
#include <stdarg.h>
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

static void openssl_reads_a_p256_key(void **state)
{
    (void)state;
    struct buf pem = {0}, other = {0}, text = {0};
    assert_int_equal(x509_key_new(&pem), ERR_OK);
    assert_int_equal(x509_key_new(&other), ERR_OK);
    assert_false(slice_equal(buf_slice(&pem), buf_slice(&other)));
    x509_bench_file(&bench, "key.pem", buf_slice(&pem));
    assert_int_equal(x509_bench_openssl(&bench, "pkey -in key.pem -check -noout -text", &text), 0);
    assert_non_null(strstr(text.bytes, "Key is valid"));
    assert_non_null(strstr(text.bytes, "prime256v1"));
    buf_free(&pem);
    buf_free(&other);
    buf_free(&text);
}

static void a_full_buffer_is_told(void **state)
{
    (void)state;
    struct buf small;
    buf_init(&small, 50);
    assert_int_equal(x509_key_new(&small), ERR_TOO_LARGE);
    buf_free(&small);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(openssl_reads_a_p256_key),
        cmocka_unit_test(a_full_buffer_is_told),
    };
    return cmocka_run_group_tests(tests, begin, end);
}
