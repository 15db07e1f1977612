/* test_x509_der.c — Job: DER values have their shortest form, and a full place is noticed. */
#include "common/x509_der.h"

#include "proto/time_text.h"

#include <setjmp.h>
#include <stdarg.h>
#include <stdlib.h>
#include <cmocka.h>

static unsigned char room[400];

static struct der fresh(void)
{
    struct der d;
    der_init(&d, room, sizeof room);
    return d;
}

static void assert_is(const struct der *d, const char *bytes, size_t size)
{
    assert_false(d->failed);
    assert_int_equal(der_size(d), size);
    assert_memory_equal(d->at, bytes, size);
}

static void lengths_are_the_shortest(void **state)
{
    (void)state;
    static const struct {
        size_t size;
        const char *head;
        size_t head_size;
    } rows[] = {{0, "\x04\x00", 2},          {1, "\x04\x01", 2},       {127, "\x04\x7f", 2},
                {128, "\x04\x81\x80", 3},    {255, "\x04\x81\xff", 3}, {256, "\x04\x82\x01\x00", 4},
                {300, "\x04\x82\x01\x2c", 4}};
    static const char zeros[300];
    for (size_t i = 0; i < sizeof rows / sizeof *rows; i++) {
        struct der d = fresh();
        der_value(&d, DER_OCTET_STRING, zeros, rows[i].size);
        assert_false(d.failed);
        assert_int_equal(der_size(&d), rows[i].head_size + rows[i].size);
        assert_memory_equal(d.at, rows[i].head, rows[i].head_size);
    }
}

static void a_large_value_has_three_bytes_of_length(void **state)
{
    (void)state;
    size_t size = 0x012345;
    unsigned char *big = calloc(1, size + 100), *content = calloc(1, size);
    struct der d;
    der_init(&d, big, size + 100);
    der_value(&d, DER_OCTET_STRING, content, size);
    assert_false(d.failed);
    assert_memory_equal(d.at, "\x04\x83\x01\x23\x45", 5);
    free(big);
    free(content);
}

static void numbers_are_the_shortest_and_positive(void **state)
{
    (void)state;
    struct der d = fresh();
    der_unsigned(&d, (const uint8_t *)"\x00\x00\x7f", 3);
    assert_is(&d, "\x02\x01\x7f", 3);
    d = fresh();
    der_unsigned(&d, (const uint8_t *)"\x80", 1);
    assert_is(&d, "\x02\x02\x00\x80", 4);
    d = fresh();
    der_unsigned(&d, (const uint8_t *)"\x00\x00", 2);
    assert_is(&d, "\x02\x01\x00", 3);
    d = fresh();
    der_unsigned(&d, (const uint8_t *)"", 0);
    assert_is(&d, "\x02\x01\x00", 3);
}

static void times_change_their_form_in_2050(void **state)
{
    (void)state;
    int64_t ms = 0;
    struct der d = fresh();
    assert_int_equal(time_parse(slice_of("2049-12-31T23:59:59.999Z"), &ms), ERR_OK);
    der_time(&d, ms);
    assert_is(&d,
              "\x17\x0d"
              "491231235959Z",
              15);
    d = fresh();
    der_time(&d, ms + 1);
    assert_is(&d,
              "\x18\x0f"
              "20500101000000Z",
              17);
}

static void values_nest(void **state)
{
    (void)state;
    struct der d = fresh();
    size_t before = der_size(&d);
    der_value(&d, DER_UTC_TIME, "b", 1);
    der_value(&d, DER_INTEGER, "a", 1);
    der_wrap(&d, DER_SEQUENCE, before);
    assert_is(&d,
              "\x30\x06\x02\x01"
              "a\x17\x01"
              "b",
              8);
    d = fresh();
    der_algorithm(&d, slice_of("\x2a\x03"));
    assert_is(&d, "\x30\x04\x06\x02\x2a\x03", 6);
    d = fresh();
    der_raw(&d, "x", 1);
    der_extension(&d, slice_of("\x2a\x03"), 0);
    assert_is(&d,
              "\x30\x07\x06\x02\x2a\x03\x04\x01"
              "x",
              9);
}

static void a_full_place_is_noticed_and_kept(void **state)
{
    (void)state;
    struct der d;
    memset(room, 0x55, sizeof room);
    der_init(&d, room + 100, 5);
    der_value(&d, DER_INTEGER, "abc", 3);
    assert_false(d.failed);
    der_raw(&d, "", 1);
    assert_true(d.failed);
    der_wrap(&d, DER_SEQUENCE, 0);
    der_init(&d, room + 100, 4);
    der_value(&d, DER_INTEGER, "abc", 3);
    assert_true(d.failed);
    assert_int_equal(room[99], 0x55);
    assert_int_equal(room[105], 0x55);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(lengths_are_the_shortest),
        cmocka_unit_test(a_large_value_has_three_bytes_of_length),
        cmocka_unit_test(numbers_are_the_shortest_and_positive),
        cmocka_unit_test(times_change_their_form_in_2050),
        cmocka_unit_test(values_nest),
        cmocka_unit_test(a_full_place_is_noticed_and_kept),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
