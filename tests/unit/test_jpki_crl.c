/* test_jpki_crl.c — Job: revocation lists read, searched, refused when they say more. */
#include "common/jpki_crl.h"

#include <setjmp.h>
#include <stdarg.h>
#include <stdlib.h>
#include <cmocka.h>
#include "tests/lib/card_bench.h"

enum { MANY = 3000 };

static struct card_bench bench;
static struct buf der;
static uint64_t serials[MANY];

/* Spread over several lengths, and not in order. */
static uint64_t serial_number(uint64_t i)
{
    return (i * 7919 % MANY + 1) << (i % 4 * 8);
}

static struct x509_serial serial_of(uint64_t number)
{
    struct x509_serial serial = {.size = 0};
    for (int shift = 56; shift >= 0; shift -= 8)
        if (number >> shift != 0)
            serial.bytes[serial.size++] = (uint8_t)(number >> shift & 0xFF);
    return serial;
}

static void a_long_list_is_searched_right(void **state)
{
    (void)state;
    struct jpki_crl crl;
    assert_int_equal(jpki_crl_read(buf_slice(&der), &crl), ERR_OK);
    assert_int_equal(crl.count, MANY);
    assert_int_equal(crl.this_ms, BENCH_NOW_MS - BENCH_YEAR_MS);
    assert_int_equal(crl.next_ms, BENCH_NOW_MS + BENCH_YEAR_MS);
    assert_true(crl.has_point);
    for (uint64_t i = 0; i < MANY; i++) {
        struct x509_serial in = serial_of(serials[i]), out = serial_of(serials[i] << 32 | 1);
        assert_true(jpki_crl_lists(&crl, &in));
        assert_false(jpki_crl_lists(&crl, &out));
    }
    jpki_crl_fini(&crl);
    jpki_crl_fini(&crl);
    jpki_crl_fini(NULL);
}

static void an_empty_list_lists_nobody(void **state)
{
    (void)state;
    struct jpki_crl crl;
    struct buf empty = {0};
    struct x509_serial serial = serial_of(1);
    assert_int_equal(card_crl_make(bench.ca, NULL, 0, bench_years(-1, 1), &empty), ERR_OK);
    assert_int_equal(jpki_crl_read(buf_slice(&empty), &crl), ERR_OK);
    assert_false(jpki_crl_lists(&crl, &serial));
    jpki_crl_fini(&crl);
    buf_free(&empty);
}

static void parts_and_leftovers_are_refused(void **state)
{
    (void)state;
    struct jpki_crl crl;
    struct buf small = {0};
    const uint64_t one = 5;
    assert_int_equal(card_crl_make(bench.ca, &one, 1, bench_years(-1, 1), &small), ERR_OK);
    for (size_t size = 0; size < small.size; size++) {
        char *part = malloc(size + 1);
        memcpy(part, small.bytes, size);
        assert_int_equal(jpki_crl_read((struct slice){part, size}, &crl), ERR_CERT);
        free(part);
    }
    buf_byte(&small, 0);
    assert_int_equal(jpki_crl_read(buf_slice(&small), &crl), ERR_CERT);
    assert_int_equal(jpki_crl_read(buf_slice(&bench.cert), &crl), ERR_CERT);
    buf_free(&small);
}

/* Replace the first occurrence of OLD by NEW of the same size. */
static void patch(struct buf *b, const char *old, const char *new, size_t size)
{
    char *at = memmem(b->bytes, b->size, old, size);
    assert_non_null(at);
    memcpy(at, new, size);
}

static void a_list_that_narrows_itself_is_refused(void **state)
{
    (void)state;
    struct jpki_crl crl;
    struct buf b = {0};
    assert_int_equal(card_crl_make(bench.ca, NULL, 0, bench_years(-1, 1), &b), ERR_OK);
    /* issuingDistributionPoint (29.28) becomes deltaCRLIndicator (29.27), still critical. */
    patch(&b, "\x55\x1D\x1C\x01\x01\xFF", "\x55\x1D\x1B\x01\x01\xFF", 6);
    assert_int_equal(jpki_crl_read(buf_slice(&b), &crl), ERR_CERT);
    /* Not critical it may be ignored. */
    patch(&b, "\x55\x1D\x1B\x01\x01\xFF", "\x55\x1D\x1B\x01\x01\x00", 6);
    assert_int_equal(jpki_crl_read(buf_slice(&b), &crl), ERR_OK);
    assert_false(crl.has_point);
    jpki_crl_fini(&crl);
    buf_free(&b);
}

static void times_that_do_not_exist_are_refused(void **state)
{
    (void)state;
    struct jpki_crl crl;
    struct buf b = {0};
    assert_int_equal(card_crl_make(bench.ca, NULL, 0, bench_years(-1, 1), &b), ERR_OK);
    patch(&b, "251124000000Z", "251324000000Z", 13);
    assert_int_equal(jpki_crl_read(buf_slice(&b), &crl), ERR_CERT);
    patch(&b, "251324000000Z", "2511240000001", 13);
    assert_int_equal(jpki_crl_read(buf_slice(&b), &crl), ERR_CERT);
    buf_free(&b);
}

static void a_changed_byte_never_makes_a_crash(void **state)
{
    (void)state;
    struct jpki_crl crl;
    struct buf b = {0};
    const uint64_t two[] = {5, 0x0123456789ABCDEF};
    assert_int_equal(card_crl_make(bench.ca, two, 2, bench_years(-1, 1), &b), ERR_OK);
    for (size_t i = 0; i < b.size; i++) {
        for (int flip = 1; flip < 256; flip++) {
            b.bytes[i] = (char)(b.bytes[i] ^ flip);
            if (jpki_crl_read(buf_slice(&b), &crl) == ERR_OK)
                jpki_crl_fini(&crl);
            b.bytes[i] = (char)(b.bytes[i] ^ flip);
        }
    }
    buf_free(&b);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(a_long_list_is_searched_right),
        cmocka_unit_test(an_empty_list_lists_nobody),
        cmocka_unit_test(parts_and_leftovers_are_refused),
        cmocka_unit_test(a_list_that_narrows_itself_is_refused),
        cmocka_unit_test(times_that_do_not_exist_are_refused),
        cmocka_unit_test(a_changed_byte_never_makes_a_crash),
    };
    for (uint64_t i = 0; i < MANY; i++)
        serials[i] = serial_number(i);
    if (!bench_init(&bench) ||
        card_crl_make(bench.ca, serials, MANY, bench_years(-1, 1), &der) != ERR_OK)
        return 1;
    int failed = cmocka_run_group_tests(tests, NULL, NULL);
    buf_free(&der);
    bench_fini(&bench);
    return failed;
}
