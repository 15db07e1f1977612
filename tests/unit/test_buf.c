/* test_buf.c — Job: a buffer grows, stops at its limit, remembers its failure, escapes JSON. */
#include "proto/buf.h"

#include <setjmp.h>
#include <stdarg.h>
#include <cmocka.h>
#include <stdlib.h>

static void holds(struct buf *b, const char *text)
{
    struct slice got = buf_slice(b);
    if (!slice_is(got, text))
        fail_msg("%.*s instead of %s", (int)got.size, got.bytes, text);
}

static void what_is_added_stands_in_order(void **state)
{
    (void)state;
    struct buf b = {0};
    holds(&b, "");
    buf_text(&b, "a");
    buf_byte(&b, 'b');
    buf_add(&b, "cd", 2);
    buf_add(&b, NULL, 0);
    buf_printf(&b, "%d-%s", 7, "x");
    holds(&b, "abcd7-x");
    assert_int_equal(buf_error(&b), ERR_OK);
    buf_clear(&b);
    holds(&b, "");
    buf_free(&b);
    buf_free(&b);
}

static void numbers_are_whole(void **state)
{
    (void)state;
    struct buf b = {0};
    buf_u64(&b, 0);
    buf_byte(&b, ' ');
    buf_u64(&b, UINT64_MAX);
    buf_byte(&b, ' ');
    buf_i64(&b, INT64_MIN);
    buf_byte(&b, ' ');
    buf_i64(&b, INT64_MAX);
    buf_byte(&b, ' ');
    buf_i64(&b, -1);
    holds(&b, "0 18446744073709551615 -9223372036854775808 9223372036854775807 -1");
    buf_free(&b);
}

static void growth_keeps_every_byte(void **state)
{
    (void)state;
    struct buf b = {0};
    for (unsigned i = 0; i < 100000; i++)
        buf_byte(&b, (char)(i * 7));
    assert_int_equal(b.size, 100000);
    for (unsigned i = 0; i < 100000; i++)
        if (b.bytes[i] != (char)(i * 7))
            fail_msg("byte %u", i);
    buf_free(&b);
}

static void the_limit_is_exact_and_the_failure_stays(void **state)
{
    (void)state;
    struct buf b;
    buf_init(&b, 4);
    buf_text(&b, "abcd");
    assert_int_equal(buf_error(&b), ERR_OK);
    buf_byte(&b, 'e');
    assert_int_equal(buf_error(&b), ERR_TOO_LARGE);
    holds(&b, "abcd");
    buf_clear(&b);
    assert_int_equal(buf_error(&b), ERR_OK);
    buf_text(&b, "abcde");
    assert_int_equal(buf_error(&b), ERR_TOO_LARGE);
    buf_text(&b, "a"); /* would fit, but something is missing before it */
    holds(&b, "");
    buf_free(&b);
}

static void a_size_that_overflows_fails(void **state)
{
    (void)state;
    struct buf b = {0};
    buf_text(&b, "a");
    buf_add(&b, "a", SIZE_MAX);
    assert_int_equal(buf_error(&b), ERR_NO_MEMORY);
    holds(&b, "a");
    buf_free(&b);
}

static void printf_is_for_short_text(void **state)
{
    (void)state;
    struct buf b = {0};
    buf_printf(&b, "%511s", "x");
    assert_int_equal(buf_error(&b), ERR_OK);
    assert_int_equal(b.size, 511);
    buf_printf(&b, "%512s", "x");
    assert_int_not_equal(buf_error(&b), ERR_OK);
    buf_free(&b);
}

static void json_text_is_escaped_and_utf8_is_not(void **state)
{
    (void)state;
    struct buf b = {0};
    buf_json_text(&b, slice_of("a\"b\\c\n\t\r/あ🚑"));
    holds(&b, "\"a\\\"b\\\\c\\n\\t\\r/あ🚑\"");
    buf_clear(&b);
    buf_json_text(&b, (struct slice){"\0\x01\x1f\x7f", 4});
    holds(&b, "\"\\u0000\\u0001\\u001f\x7f\"");
    buf_clear(&b);
    buf_json_text(&b, (struct slice){"", 0});
    holds(&b, "\"\"");
    buf_free(&b);
}

static void bytes_can_be_given_away(void **state)
{
    (void)state;
    struct buf b = {0};
    size_t size = 0;
    buf_text(&b, "abc");
    char *bytes = buf_take(&b, &size);
    assert_int_equal(size, 3);
    assert_memory_equal(bytes, "abc", 3);
    holds(&b, "");
    buf_text(&b, "new");
    holds(&b, "new");
    free(bytes);
    buf_free(&b);
}

static void more_is_filled_by_the_caller_and_bounded(void **state)
{
    (void)state;
    struct buf b;
    buf_init(&b, 6);
    buf_text(&b, "ab");
    memcpy(buf_more(&b, 3), "cde", 3);
    assert_int_equal(b.size, 5);
    assert_memory_equal(b.bytes, "abcde", 5);
    assert_null(buf_more(&b, 2));
    assert_int_equal(buf_error(&b), ERR_TOO_LARGE);
    assert_int_equal(b.size, 5);
    buf_free(&b);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(more_is_filled_by_the_caller_and_bounded),
        cmocka_unit_test(what_is_added_stands_in_order),
        cmocka_unit_test(numbers_are_whole),
        cmocka_unit_test(growth_keeps_every_byte),
        cmocka_unit_test(the_limit_is_exact_and_the_failure_stays),
        cmocka_unit_test(a_size_that_overflows_fails),
        cmocka_unit_test(printf_is_for_short_text),
        cmocka_unit_test(json_text_is_escaped_and_utf8_is_not),
        cmocka_unit_test(bytes_can_be_given_away),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
