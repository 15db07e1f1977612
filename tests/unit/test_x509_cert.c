/* test_x509_cert.c — Job: what is read from a certificate is what OpenSSL reads; oddities are
 * refused. */
#include "common/x509_cert.h"

#include "common/x509_csr.h"
#include "tests/lib/x509_bench.h"

#include <ctype.h>
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

/* A self-signed certificate by OpenSSL with these parameters; PEM comes back. */
static void foreign(const char *parameters, struct buf *pem)
{
    char command[800];
    struct buf none = {0};
    snprintf(
        command, sizeof command,
        "req -x509 -new -newkey ec -pkeyopt ec_paramgen_curve:P-256 -nodes -utf8 -keyout f.pem "
        "-out g.pem %s",
        parameters);
    assert_int_equal(x509_bench_openssl(&bench, command, &none), 0);
    assert_int_equal(x509_bench_openssl(&bench, "x509 -in g.pem", pem), 0);
    pem->size--; /* the NUL of the bench */
    buf_free(&none);
}

static void serial_and_fingerprint_are_openssls(void **state)
{
    (void)state;
    struct buf pem = {0}, serial = {0}, print = {0}, der = {0};
    struct x509_cert cert, same;
    char expected[80], hex[3];
    x509_bench_client(&bench, &pem);
    x509_bench_file(&bench, "cert.pem", buf_slice(&pem));
    assert_int_equal(x509_cert_read(buf_slice(&pem), &cert), ERR_OK);
    assert_int_equal(x509_bench_openssl(&bench, "x509 -in cert.pem -noout -serial", &serial), 0);
    snprintf(expected, sizeof expected, "serial=%s\n", cert.serial_hex);
    for (char *c = expected + strlen("serial="); *c != '\0'; c++)
        *c = (char)toupper((unsigned char)*c);
    assert_string_equal(serial.bytes, expected);
    assert_int_equal(
        x509_bench_openssl(&bench, "x509 -in cert.pem -noout -fingerprint -sha256", &print), 0);
    const char *at = strchr(print.bytes, '=') + 1;
    for (size_t i = 0; i < sizeof cert.fingerprint.bytes; i++, at += 3) {
        snprintf(hex, sizeof hex, "%02X", (unsigned)cert.fingerprint.bytes[i]);
        assert_memory_equal(at, hex, 2);
    }
    assert_int_equal(x509_bench_openssl(&bench, "x509 -in cert.pem -outform DER", &der), 0);
    assert_int_equal(x509_cert_read((struct slice){der.bytes, der.size - 1}, &same), ERR_OK);
    assert_memory_equal(&same, &cert, sizeof cert);
    buf_free(&pem);
    buf_free(&serial);
    buf_free(&print);
    buf_free(&der);
}

static void a_foreign_certificate_is_read(void **state)
{
    (void)state;
    struct buf pem = {0};
    struct x509_cert cert;
    foreign("-subj '/CN=中央病院/OU=Team' -set_serial 0x00ff01 -days 1 "
            "-addext subjectAltName=DNS:a.example,URI:urn:x:1,IP:127.0.0.1",
            &pem);
    assert_int_equal(x509_cert_read(buf_slice(&pem), &cert), ERR_OK);
    assert_string_equal(cert.cn, "中央病院");
    assert_string_equal(cert.ou, "Team");
    assert_string_equal(cert.serial_hex, "ff01");
    assert_int_equal(cert.serial.size, 2);
    assert_true(id_absent(&cert.device));
    assert_int_equal(cert.not_after_ms - cert.not_before_ms, BENCH_DAY_MS);
    buf_free(&pem);
}

static void missing_names_are_empty(void **state)
{
    (void)state;
    struct buf pem = {0};
    struct x509_cert cert;
    foreign("-subj /O=x", &pem);
    assert_int_equal(x509_cert_read(buf_slice(&pem), &cert), ERR_OK);
    assert_string_equal(cert.cn, "");
    assert_string_equal(cert.ou, "");
    buf_free(&pem);
}

static void ambiguous_certificates_are_refused(void **state)
{
    (void)state;
    char two[300], broken[300], id[ID_TEXT_SIZE + 1] = {0};
    id_text(&bench.device, id);
    snprintf(two, sizeof two, "-subj /CN=x -addext subjectAltName=URI:%s%s,URI:%s%s",
             X509_DEVICE_URN, id, X509_DEVICE_URN, "01ARYZ6S410000000000000000");
    snprintf(broken, sizeof broken, "-subj /CN=x -addext subjectAltName=URI:%s%.25s",
             X509_DEVICE_URN, id);
    const char *const bad[] = {"-subj /CN=x/CN=y", "-subj /CN=x/OU=hospital/OU=admin", two, broken,
                               "-subj '/CN=a\tb'"};
    for (size_t i = 0; i < sizeof bad / sizeof *bad; i++) {
        struct buf pem = {0};
        struct x509_cert cert;
        foreign(bad[i], &pem);
        assert_int_equal(x509_cert_read(buf_slice(&pem), &cert), ERR_CERT);
        buf_free(&pem);
    }
}

static void what_is_none_is_refused(void **state)
{
    (void)state;
    struct x509_cert cert;
    struct buf der = {0}, large = {0};
    static const char *const bad[] = {
        "", "x", "-----BEGIN CERTIFICATE-----\n",
        "-----BEGIN CERTIFICATE-----\nAAAA\n-----END CERTIFICATE-----\n"};
    for (size_t i = 0; i < sizeof bad / sizeof *bad; i++)
        assert_int_equal(x509_cert_read(slice_of(bad[i]), &cert), ERR_CERT);
    assert_int_equal(x509_bench_openssl(&bench, "x509 -in ca.pem -outform DER", &der), 0);
    for (size_t size = 0; size < der.size - 1; size++)
        assert_int_equal(x509_cert_read((struct slice){der.bytes, size}, &cert), ERR_CERT);
    for (size_t i = 0; i <= PEM_BYTES_MAX / 1024; i++)
        buf_add(&large, (char[1024]){0}, 1024);
    assert_int_equal(x509_cert_read(buf_slice(&large), &cert), ERR_CERT);
    buf_free(&der);
    buf_free(&large);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(serial_and_fingerprint_are_openssls),
        cmocka_unit_test(a_foreign_certificate_is_read),
        cmocka_unit_test(missing_names_are_empty),
        cmocka_unit_test(ambiguous_certificates_are_refused),
        cmocka_unit_test(what_is_none_is_refused),
    };
    return cmocka_run_group_tests(tests, begin, end);
}
