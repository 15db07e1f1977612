/* test_line.c — Job: lines, numbers and hashes in exactly one spelling. */
#include "proto/line.h"

#include <setjmp.h>
#include <stdarg.h>
#include <cmocka.h>

static void lines_end_with_a_newline(void **state)
{
    (void)state;
    struct slice rest = slice_of("one\n\nthree"), line;
    assert_true(line_next(&rest, &line));
    assert_true(slice_is(line, "one"));
    assert_true(line_next(&rest, &line));
    assert_true(slice_is(line, ""));
    assert_false(line_next(&rest, &line));
    assert_true(slice_is(rest, "three"));
    rest = (struct slice){NULL, 0};
    assert_false(line_next(&rest, &line));
}

static void a_prefix_is_taken_off_once(void **state)
{
    (void)state;
    struct slice text = slice_of("index 7");
    assert_false(line_skip(&text, "index 77"));
    assert_false(line_skip(&text, "extra "));
    assert_true(line_skip(&text, "index "));
    assert_true(slice_is(text, "7"));
}

static void numbers_have_one_spelling(void **state)
{
    (void)state;
    static const char *const bad[] = {"",
                                      "00",
                                      "01",
                                      "+1",
                                      "-1",
                                      " 1",
                                      "1 ",
                                      "1a",
                                      "0x1",
                                      "18446744073709551616",
                                      "99999999999999999999"};
    uint64_t n = 5;
    assert_int_equal(line_number(slice_of("0"), 9, &n), ERR_OK);
    assert_true(n == 0);
    assert_int_equal(line_number(slice_of("18446744073709551615"), UINT64_MAX, &n), ERR_OK);
    assert_true(n == UINT64_MAX);
    assert_int_equal(line_number(slice_of("256"), 255, &n), ERR_BAD_FIELD);
    for (size_t i = 0; i < sizeof bad / sizeof *bad; i++)
        assert_int_equal(line_number(slice_of(bad[i]), UINT64_MAX, &n), ERR_BAD_FIELD);
    assert_true(n == UINT64_MAX); /* untouched by what failed */
}

static void hashes_are_44_characters(void **state)
{
    (void)state;
    struct hash hash, empty = sha256(NULL, 0);
    const char *text = "47DEQpj8HBSa+/TImW+5JCeuQeRkm5NMpJWZG3hSuFU=";
    assert_int_equal(line_hash(slice_of(text), &hash), ERR_OK);
    assert_true(hash_equal(&hash, &empty));
    assert_int_equal(line_hash((struct slice){text, 40}, &hash), ERR_BAD_FIELD);
    assert_int_equal(line_hash(slice_of("47DEQpj8HBSa+/TImW+5JCeuQeRkm5NMpJWZG3hSuFV="), &hash),
                     ERR_BAD_FIELD);
    assert_int_equal(line_hash(slice_of("47DEQpj8HBSa+/TImW+5JCeuQeRkm5NMpJWZG3hSuFUA"), &hash),
                     ERR_BAD_FIELD);
    assert_int_equal(line_hash(slice_of(""), &hash), ERR_BAD_FIELD);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(lines_end_with_a_newline),
        cmocka_unit_test(a_prefix_is_taken_off_once),
        cmocka_unit_test(numbers_have_one_spelling),
        cmocka_unit_test(hashes_are_44_characters),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
