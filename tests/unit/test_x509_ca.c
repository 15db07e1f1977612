/* test_x509_ca.c — Job: certificates say what the CA decided, and OpenSSL accepts exactly those. */
#include "common/x509_ca.h"

#include "common/x509_csr.h"
#include "tests/lib/x509_bench.h"

#include <setjmp.h>
#include <stdarg.h>
#include <stdio.h>
#include <stdlib.h>
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

static int verify_as(const char *purpose, const char *more, int64_t at_ms)
{
    char command[256];
    snprintf(command, sizeof command,
             "verify -x509_strict -CAfile ca.pem -purpose %s -attime %lld %s cert.pem", purpose,
             (long long)(at_ms / 1000), more);
    return x509_bench_openssl(&bench, command, NULL);
}

static void a_client_certificate_says_what_was_decided(void **state)
{
    (void)state;
    struct buf pem = {0};
    struct x509_cert cert;
    x509_bench_client(&bench, &pem);
    assert_int_equal(x509_cert_read(buf_slice(&pem), &cert), ERR_OK);
    assert_string_equal(cert.cn, "tablet-07");
    assert_string_equal(cert.ou, "ambulance");
    assert_true(id_equal(&cert.device, &bench.device));
    assert_int_equal(cert.not_before_ms, BENCH_NOW_MS);
    assert_int_equal(cert.not_after_ms, BENCH_NOW_MS + 90 * BENCH_DAY_MS);
    assert_int_equal(cert.serial.size, 16);
    assert_false(cert.is_ca);
    buf_free(&pem);
}

static void openssl_accepts_it_for_its_purpose_and_time_only(void **state)
{
    (void)state;
    struct buf pem = {0};
    int64_t until = BENCH_NOW_MS + 90 * BENCH_DAY_MS;
    x509_bench_client(&bench, &pem);
    x509_bench_file(&bench, "cert.pem", buf_slice(&pem));
    assert_int_equal(verify_as("sslclient", "", BENCH_NOW_MS), 0);
    assert_int_equal(verify_as("sslclient", "", until - 1000), 0);
    assert_int_not_equal(verify_as("sslclient", "", BENCH_NOW_MS - 1000), 0);
    assert_int_not_equal(verify_as("sslclient", "", until + 1000), 0);
    assert_int_not_equal(verify_as("sslserver", "", BENCH_NOW_MS), 0);
    buf_free(&pem);
}

static void openssl_sees_the_extensions(void **state)
{
    (void)state;
    struct buf pem = {0}, text = {0};
    x509_bench_client(&bench, &pem);
    x509_bench_file(&bench, "cert.pem", buf_slice(&pem));
    assert_int_equal(
        x509_bench_openssl(&bench, "x509 -in cert.pem -noout -text -nameopt utf8", &text), 0);
    assert_non_null(strstr(text.bytes, "Issuer: CN=Test CA 救急"));
    assert_non_null(strstr(text.bytes, "Subject: OU=ambulance, CN=tablet-07"));
    assert_non_null(strstr(text.bytes, "TLS Web Client Authentication"));
    assert_non_null(strstr(text.bytes, "CA:FALSE"));
    assert_non_null(strstr(text.bytes, "URI:" X509_DEVICE_URN));
    assert_null(strstr(text.bytes, "Certificate Sign"));
    buf_free(&pem);
    buf_free(&text);
}

static void each_kind_has_its_own_unit(void **state)
{
    (void)state;
    static const char *const units[] = {"", "ambulance", "hospital", "admin"};
    for (int kind = 0; kind <= 4; kind++) {
        struct buf pem = {0};
        struct x509_cert cert;
        struct x509_client subject = {.cn = "x",
                                      .kind = (enum device_kind)kind,
                                      .device = bench.device,
                                      .not_before_ms = BENCH_NOW_MS,
                                      .not_after_ms = BENCH_NOW_MS + 1000};
        bool real = kind >= DEVICE_AMBULANCE && kind <= DEVICE_ADMIN;
        assert_int_equal(x509_ca_client(bench.ca, buf_slice(&bench.csr), &subject, &pem),
                         real ? ERR_OK : ERR_BAD_FIELD);
        if (real) {
            assert_int_equal(x509_cert_read(buf_slice(&pem), &cert), ERR_OK);
            assert_string_equal(cert.ou, units[kind]);
        }
        buf_free(&pem);
    }
}

static void a_name_cannot_bring_a_second_unit(void **state)
{
    (void)state;
    struct buf pem = {0};
    struct x509_cert cert;
    struct x509_client subject = {.cn = "x,OU=admin",
                                  .kind = DEVICE_HOSPITAL,
                                  .device = bench.device,
                                  .not_before_ms = BENCH_NOW_MS,
                                  .not_after_ms = BENCH_NOW_MS + 1000};
    assert_int_equal(x509_ca_client(bench.ca, buf_slice(&bench.csr), &subject, &pem), ERR_OK);
    assert_int_equal(x509_cert_read(buf_slice(&pem), &cert), ERR_OK);
    assert_string_equal(cert.cn, "x,OU=admin");
    assert_string_equal(cert.ou, "hospital");
    buf_free(&pem);
}

static void bad_subjects_and_requests_are_refused(void **state)
{
    (void)state;
    const struct x509_client good = {.cn = "x",
                                     .kind = DEVICE_ADMIN,
                                     .device = bench.device,
                                     .not_before_ms = BENCH_NOW_MS,
                                     .not_after_ms = BENCH_NOW_MS + 1000};
    struct x509_client rows[6] = {good, good, good, good, good, good};
    struct buf pem = {0};
    rows[0].cn = "";
    rows[1].device = (struct id){{0}};
    rows[2].not_after_ms = rows[2].not_before_ms;
    rows[3].not_before_ms = BENCH_NOW_MS - 11 * BENCH_DAY_MS; /* before the CA began */
    rows[4].not_after_ms = BENCH_NOW_MS + 391 * BENCH_DAY_MS; /* after it ends */
    rows[5].cn = "x\x1b[2J";
    for (size_t i = 0; i < sizeof rows / sizeof *rows; i++)
        assert_int_equal(x509_ca_client(bench.ca, buf_slice(&bench.csr), &rows[i], &pem),
                         ERR_BAD_FIELD);
    assert_int_equal(x509_ca_client(bench.ca, slice_of("no request"), &good, &pem), ERR_CERT);
    assert_int_equal(x509_ca_client(bench.ca, buf_slice(&bench.ca_pem), &good, &pem), ERR_CERT);
    assert_int_equal(pem.size, 0);
    assert_int_equal(x509_ca_client(bench.ca, buf_slice(&bench.csr), &good, &pem), ERR_OK);
    buf_free(&pem);
}

static void no_serial_comes_twice(void **state)
{
    (void)state;
    struct x509_cert certs[8];
    for (size_t i = 0; i < 8; i++) {
        struct buf pem = {0};
        x509_bench_client(&bench, &pem);
        assert_int_equal(x509_cert_read(buf_slice(&pem), &certs[i]), ERR_OK);
        for (size_t k = 0; k < i; k++)
            assert_string_not_equal(certs[i].serial_hex, certs[k].serial_hex);
        buf_free(&pem);
    }
}

static enum err make_server(const char *const *names, size_t count, struct buf *pem)
{
    struct x509_server subject = {.cn = "gateway",
                                  .names = names,
                                  .count = count,
                                  .not_before_ms = BENCH_NOW_MS,
                                  .not_after_ms = BENCH_NOW_MS + 90 * BENCH_DAY_MS};
    return x509_ca_server(bench.ca, buf_slice(&bench.csr), &subject, pem);
}

static void a_server_certificate_holds_for_its_names_only(void **state)
{
    (void)state;
    static const char *const names[] = {"gw.example", "127.0.0.1", "2001:db8::1"};
    struct buf pem = {0};
    assert_int_equal(make_server(names, 3, &pem), ERR_OK);
    x509_bench_file(&bench, "cert.pem", buf_slice(&pem));
    assert_int_equal(verify_as("sslserver", "-verify_hostname gw.example", BENCH_NOW_MS), 0);
    assert_int_equal(verify_as("sslserver", "-verify_ip 127.0.0.1", BENCH_NOW_MS), 0);
    assert_int_equal(verify_as("sslserver", "-verify_ip 2001:db8::1", BENCH_NOW_MS), 0);
    assert_int_not_equal(verify_as("sslserver", "-verify_hostname gateway", BENCH_NOW_MS), 0);
    assert_int_not_equal(verify_as("sslserver", "-verify_ip 127.0.0.2", BENCH_NOW_MS), 0);
    assert_int_not_equal(verify_as("sslclient", "", BENCH_NOW_MS), 0);
    buf_free(&pem);
}

static void bad_server_names_are_refused(void **state)
{
    (void)state;
    static const char *const bad[] = {
        "",   "*.example", "a b",          "a_b.example",  ".example",
        "-a", "a/b",       "gw.example\n", "病院.example", "1.2.3.4/24"};
    const char *many[X509_SANS_MAX + 1];
    char long_name[255];
    struct buf pem = {0};
    memset(long_name, 'a', sizeof long_name);
    long_name[254] = '\0';
    const char *const too_long = long_name;
    for (size_t i = 0; i < sizeof bad / sizeof *bad; i++)
        assert_int_equal(make_server(&bad[i], 1, &pem), ERR_BAD_FIELD);
    for (size_t i = 0; i <= X509_SANS_MAX; i++)
        many[i] = "a.example";
    assert_int_equal(make_server(&too_long, 1, &pem), ERR_BAD_FIELD);
    assert_int_equal(make_server(many, 0, &pem), ERR_BAD_FIELD);
    assert_int_equal(make_server(many, X509_SANS_MAX + 1, &pem), ERR_BAD_FIELD);
    assert_int_equal(make_server(many, X509_SANS_MAX, &pem), ERR_OK);
    buf_free(&pem);
}

/* The largest names there can be: whole or refused, never broken. */
static void the_longest_names_are_whole_or_refused(void **state)
{
    (void)state;
    char long_name[254];
    const char *many[X509_SANS_MAX];
    struct buf pem = {0};
    memset(long_name, 'a', sizeof long_name);
    long_name[253] = '\0';
    for (size_t i = 0; i < X509_SANS_MAX; i++)
        many[i] = long_name;
    assert_int_equal(make_server(many, 7, &pem), ERR_OK);
    x509_bench_file(&bench, "cert.pem", buf_slice(&pem));
    assert_int_equal(verify_as("sslserver", "", BENCH_NOW_MS), 0);
    buf_clear(&pem);
    assert_int_equal(make_server(many, X509_SANS_MAX, &pem), ERR_TOO_LARGE);
    assert_int_equal(pem.size, 0);
    buf_free(&pem);
}

static void the_ca_can_sign_no_further_ca(void **state)
{
    (void)state;
    struct buf text = {0};
    struct x509_cert cert;
    assert_int_equal(x509_cert_read(buf_slice(&bench.ca_pem), &cert), ERR_OK);
    assert_true(cert.is_ca);
    assert_int_equal(
        x509_bench_openssl(&bench, "x509 -in ca.pem -noout -ext basicConstraints,keyUsage", &text),
        0);
    assert_non_null(strstr(text.bytes, "CA:TRUE, pathlen:0"));
    assert_non_null(strstr(text.bytes, "Certificate Sign, CRL Sign"));
    buf_free(&text);
}

static void a_ca_opens_with_its_own_key_only(void **state)
{
    (void)state;
    struct x509_ca *ca = NULL;
    struct buf client = {0};
    struct slice cert = buf_slice(&bench.ca_pem), key = buf_slice(&bench.ca_key);
    x509_bench_client(&bench, &client);
    assert_int_equal(x509_ca_open(cert, buf_slice(&bench.device_key), &ca), ERR_CERT);
    assert_int_equal(x509_ca_open(buf_slice(&client), buf_slice(&bench.device_key), &ca), ERR_CERT);
    assert_int_equal(x509_ca_open(cert, slice_of(""), &ca), ERR_CERT);
    assert_int_equal(x509_ca_open(key, cert, &ca), ERR_CERT);
    assert_null(ca);
    x509_ca_close(NULL);
    assert_int_equal(x509_ca_open(cert, key, &ca), ERR_OK);
    x509_ca_close(ca);
    buf_free(&client);
}

/* A CA that an operator made with OpenSSL: its name has several parts and other string types. */
static void a_foreign_ca_signs_too(void **state)
{
    (void)state;
    struct buf cert = {0}, key = {0}, pem = {0}, none = {0};
    struct x509_ca *ca = NULL;
    const char *make = "req -x509 -new -newkey ec -pkeyopt ec_paramgen_curve:P-256 -nodes -keyout "
                       "fk.pem -out ca.pem -days 3650 -subj '/C=JP/O=Shobo, Honbu/CN=Root x' "
                       "-addext keyUsage=critical,keyCertSign,cRLSign";
    assert_int_equal(x509_bench_openssl(&bench, make, &none), 0);
    assert_int_equal(x509_bench_openssl(&bench, "x509 -in ca.pem", &cert), 0);
    assert_int_equal(x509_bench_openssl(&bench, "pkey -in fk.pem", &key), 0);
    assert_int_equal(x509_ca_open(slice_of(cert.bytes), slice_of(key.bytes), &ca), ERR_OK);
    struct x509_cert own;
    assert_int_equal(x509_cert_read(slice_of(cert.bytes), &own), ERR_OK);
    struct x509_client subject = {.cn = "tablet-07",
                                  .kind = DEVICE_AMBULANCE,
                                  .device = bench.device,
                                  .not_before_ms = own.not_before_ms,
                                  .not_after_ms = own.not_after_ms};
    assert_int_equal(x509_ca_client(ca, buf_slice(&bench.csr), &subject, &pem), ERR_OK);
    x509_bench_file(&bench, "cert.pem", buf_slice(&pem));
    assert_int_equal(verify_as("sslclient", "", own.not_before_ms + BENCH_DAY_MS), 0);
    x509_bench_file(&bench, "ca.pem", buf_slice(&bench.ca_pem));
    assert_int_not_equal(verify_as("sslclient", "", own.not_before_ms + BENCH_DAY_MS), 0);
    x509_ca_close(ca);
    buf_free(&cert);
    buf_free(&key);
    buf_free(&pem);
    buf_free(&none);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(a_client_certificate_says_what_was_decided),
        cmocka_unit_test(openssl_accepts_it_for_its_purpose_and_time_only),
        cmocka_unit_test(openssl_sees_the_extensions),
        cmocka_unit_test(each_kind_has_its_own_unit),
        cmocka_unit_test(a_name_cannot_bring_a_second_unit),
        cmocka_unit_test(bad_subjects_and_requests_are_refused),
        cmocka_unit_test(no_serial_comes_twice),
        cmocka_unit_test(a_server_certificate_holds_for_its_names_only),
        cmocka_unit_test(bad_server_names_are_refused),
        cmocka_unit_test(the_longest_names_are_whole_or_refused),
        cmocka_unit_test(the_ca_can_sign_no_further_ca),
        cmocka_unit_test(a_ca_opens_with_its_own_key_only),
        cmocka_unit_test(a_foreign_ca_signs_too),
    };
    return cmocka_run_group_tests(tests, begin, end);
}
