/* test_x509_crl.c — Job: OpenSSL refuses what the list names and accepts the rest; lists are
 * judged. */
#include "common/x509_crl.h"

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

static struct x509_crl_plan plan_of(const struct x509_revoked *revoked, size_t count)
{
    return (struct x509_crl_plan){.revoked = revoked,
                                  .count = count,
                                  .number = 0x80,
                                  .this_update_ms = BENCH_NOW_MS,
                                  .next_update_ms = BENCH_NOW_MS + 2 * BENCH_DAY_MS};
}

/* What OpenSSL says to cert.pem with crl.pem, AFTER_MS after the list's date. */
static int verify(int64_t after_ms, struct buf *out)
{
    char command[256];
    snprintf(command, sizeof command,
             "verify -x509_strict -crl_check -CAfile ca.pem -CRLfile crl.pem -attime %lld cert.pem",
             (long long)((BENCH_NOW_MS + after_ms) / 1000));
    buf_clear(out);
    return x509_bench_openssl(&bench, command, out);
}

static void the_list_revokes_whom_it_names(void **state)
{
    (void)state;
    struct buf good = {0}, bad = {0}, crl = {0}, out = {0};
    struct x509_cert cert;
    x509_bench_client(&bench, &good);
    x509_bench_client(&bench, &bad);
    assert_int_equal(x509_cert_read(buf_slice(&bad), &cert), ERR_OK);
    struct x509_revoked rows[3] = {{.serial = {{1}, 1}, .revoked_ms = 0},
                                   {.serial = cert.serial, .revoked_ms = BENCH_NOW_MS - 1000},
                                   {.serial = {{0xff, 1}, 20}, .revoked_ms = BENCH_NOW_MS}};
    struct x509_crl_plan plan = plan_of(rows, 3);
    assert_int_equal(x509_crl_new(bench.ca, &plan, &crl), ERR_OK);
    x509_bench_file(&bench, "crl.pem", buf_slice(&crl));
    x509_bench_file(&bench, "cert.pem", buf_slice(&good));
    assert_int_equal(verify(1000, &out), 0);
    x509_bench_file(&bench, "cert.pem", buf_slice(&bad));
    assert_int_not_equal(verify(1000, &out), 0);
    assert_non_null(strstr(out.bytes, "certificate revoked"));
    buf_free(&good);
    buf_free(&bad);
    buf_free(&crl);
    buf_free(&out);
}

static void an_empty_list_revokes_nobody_and_ends_in_time(void **state)
{
    (void)state;
    struct buf cert = {0}, crl = {0}, out = {0};
    struct x509_crl_plan plan = plan_of(NULL, 0);
    x509_bench_client(&bench, &cert);
    assert_int_equal(x509_crl_new(bench.ca, &plan, &crl), ERR_OK);
    x509_bench_file(&bench, "crl.pem", buf_slice(&crl));
    x509_bench_file(&bench, "cert.pem", buf_slice(&cert));
    assert_int_equal(verify(0, &out), 0);
    assert_int_not_equal(verify(2 * BENCH_DAY_MS + 1000, &out), 0);
    assert_non_null(strstr(out.bytes, "CRL has expired"));
    buf_free(&cert);
    buf_free(&crl);
    buf_free(&out);
}

static void openssl_reads_every_field(void **state)
{
    (void)state;
    struct buf crl = {0}, out = {0};
    struct x509_revoked row = {.serial = {{0xab, 0xcd}, 2}, .revoked_ms = BENCH_NOW_MS - 1000};
    struct x509_crl_plan plan = plan_of(&row, 1);
    assert_int_equal(x509_crl_new(bench.ca, &plan, &crl), ERR_OK);
    x509_bench_file(&bench, "crl.pem", buf_slice(&crl));
    assert_int_equal(
        x509_bench_openssl(&bench, "crl -in crl.pem -CAfile ca.pem -noout -text", &out), 0);
    assert_non_null(strstr(out.bytes, "verify OK"));
    assert_non_null(strstr(out.bytes, "Version 2"));
    assert_non_null(strstr(out.bytes, "ecdsa-with-SHA256"));
    assert_non_null(strstr(out.bytes, "Last Update: Nov 24 05:00:00 2026 GMT"));
    assert_non_null(strstr(out.bytes, "Next Update: Nov 26 05:00:00 2026 GMT"));
    assert_non_null(strstr(out.bytes, "Serial Number: ABCD"));
    assert_non_null(strstr(out.bytes, "Revocation Date: Nov 24 04:59:59 2026 GMT"));
    assert_non_null(strstr(out.bytes, "X509v3 CRL Number"));
    assert_non_null(strstr(out.bytes, "128"));
    assert_non_null(strstr(out.bytes, "X509v3 Authority Key Identifier"));
    buf_free(&crl);
    buf_free(&out);
}

static void a_list_is_read_and_judged(void **state)
{
    (void)state;
    struct buf crl = {0}, other_cert = {0}, other_key = {0};
    struct x509_crl out;
    struct x509_revoked rows[2] = {{.serial = {{1}, 1}}, {.serial = {{2}, 1}}};
    struct x509_crl_plan plan = plan_of(rows, 2);
    struct slice ca = buf_slice(&bench.ca_pem);
    assert_int_equal(x509_crl_new(bench.ca, &plan, &crl), ERR_OK);
    assert_int_equal(x509_crl_read(ca, buf_slice(&crl), &out), ERR_OK);
    assert_int_equal(out.count, 2);
    assert_int_equal(out.this_update_ms, plan.this_update_ms);
    assert_int_equal(out.next_update_ms, plan.next_update_ms);
    /* Another CA of the same name did not sign it. */
    assert_int_equal(x509_ca_new("Test CA 救急", BENCH_NOW_MS, BENCH_NOW_MS + BENCH_DAY_MS,
                                 &other_cert, &other_key),
                     ERR_OK);
    assert_int_equal(x509_crl_read(buf_slice(&other_cert), buf_slice(&crl), &out), ERR_CERT);
    assert_int_equal(x509_crl_read(ca, slice_of("x"), &out), ERR_CERT);
    assert_int_equal(x509_crl_read(ca, slice_of(""), &out), ERR_CERT);
    assert_int_equal(x509_crl_read(ca, ca, &out), ERR_CERT);
    buf_free(&crl);
    buf_free(&other_cert);
    buf_free(&other_key);
}

static void a_changed_list_is_refused(void **state)
{
    (void)state;
    struct buf crl = {0}, der = {0};
    struct x509_crl out;
    struct x509_revoked row = {.serial = {{7}, 1}};
    struct x509_crl_plan plan = plan_of(&row, 1);
    assert_int_equal(x509_crl_new(bench.ca, &plan, &crl), ERR_OK);
    x509_bench_file(&bench, "crl.pem", buf_slice(&crl));
    assert_int_equal(x509_bench_openssl(&bench, "crl -in crl.pem -outform DER", &der), 0);
    struct slice all = {der.bytes, der.size - 1};
    struct slice ca = buf_slice(&bench.ca_pem);
    assert_int_equal(x509_crl_read(ca, all, &out), ERR_OK);
    for (size_t i = 0; i < all.size; i++) {
        der.bytes[i] = (char)(der.bytes[i] ^ 0x04);
        assert_int_equal(x509_crl_read(ca, all, &out), ERR_CERT);
        der.bytes[i] = (char)(der.bytes[i] ^ 0x04);
        assert_int_equal(x509_crl_read(ca, (struct slice){all.bytes, i}, &out), ERR_CERT);
    }
    buf_free(&crl);
    buf_free(&der);
}

static void bad_plans_are_refused(void **state)
{
    (void)state;
    struct buf crl = {0};
    struct x509_revoked row = {.serial = {{1}, 0}};
    struct x509_crl_plan plans[4] = {plan_of(&row, 1), plan_of(NULL, 0), plan_of(NULL, 0),
                                     plan_of(&row, 1)};
    plans[1].next_update_ms = plans[1].this_update_ms;
    plans[2].this_update_ms = -1;
    for (size_t i = 0; i < 3; i++)
        assert_int_equal(x509_crl_new(bench.ca, &plans[i], &crl), ERR_BAD_FIELD);
    row.serial.size = X509_SERIAL_MAX + 1;
    assert_int_equal(x509_crl_new(bench.ca, &plans[3], &crl), ERR_BAD_FIELD);
    plans[3].count = X509_REVOKED_MAX + 1;
    assert_int_equal(x509_crl_new(bench.ca, &plans[3], &crl), ERR_TOO_LARGE);
    assert_int_equal(crl.size, 0);
    buf_free(&crl);
}

/* The longest rows, as many as are allowed: the reckoned room is enough, and the door can read it.
 */
static void the_longest_list_fits(void **state)
{
    (void)state;
    struct buf crl = {0};
    struct x509_crl out;
    struct x509_revoked *rows = calloc(X509_REVOKED_MAX, sizeof *rows);
    for (size_t i = 0; i < X509_REVOKED_MAX; i++) {
        memset(rows[i].serial.bytes, 0xff, X509_SERIAL_MAX);
        rows[i].serial.bytes[18] = (uint8_t)(i >> 8);
        rows[i].serial.bytes[19] = (uint8_t)i;
        rows[i].serial.size = i % 2 == 0 ? X509_SERIAL_MAX : 16;
        rows[i].revoked_ms = BENCH_NOW_MS + INT64_C(40) * 365 * BENCH_DAY_MS; /* the long form */
    }
    struct x509_crl_plan plan = plan_of(rows, X509_REVOKED_MAX);
    plan.number = UINT64_MAX;
    assert_int_equal(x509_crl_new(bench.ca, &plan, &crl), ERR_OK);
    assert_true(crl.size < PEM_BYTES_MAX);
    assert_int_equal(x509_crl_read(buf_slice(&bench.ca_pem), buf_slice(&crl), &out), ERR_OK);
    assert_int_equal(out.count, X509_REVOKED_MAX);
    free(rows);
    buf_free(&crl);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(the_list_revokes_whom_it_names),
        cmocka_unit_test(an_empty_list_revokes_nobody_and_ends_in_time),
        cmocka_unit_test(openssl_reads_every_field),
        cmocka_unit_test(a_list_is_read_and_judged),
        cmocka_unit_test(a_changed_list_is_refused),
        cmocka_unit_test(bad_plans_are_refused),
        cmocka_unit_test(the_longest_list_fits),
    };
    return cmocka_run_group_tests(tests, begin, end);
}
