/* test_typed.c — Job: typed lines as words. */
#include "ambulance_client/typed.h"

#include <setjmp.h>
#include <stdarg.h>
#include <stdio.h>
#include <stdlib.h>

#include <cmocka.h>

static struct typed typed;

static void words_are(const char *line, size_t count, const char *const *words)
{
    assert_int_equal(typed_parse(slice_of(line), &typed), ERR_OK);
    assert_int_equal(typed.count, count);
    for (size_t i = 0; i < count; i++)
        assert_string_equal(typed.words[i], words[i]);
}

static void spaces_part_words(void **state)
{
    (void)state;
    words_are("  case  open\t372 \r", 3, (const char *[]){"case", "open", "372"});
    words_are("", 0, NULL);
    words_are(" \t \r", 0, NULL);
    words_are("one", 1, (const char *[]){"one"});
}

static void quotes_hold_words_together(void **state)
{
    (void)state;
    words_are("record complaint=\"胸が痛い 冷汗\" x=1", 3,
              (const char *[]){"record", "complaint=胸が痛い 冷汗", "x=1"});
    words_are("a \"b \\\"c\\\" \\\\ d\" e\\f", 3, (const char *[]){"a", "b \"c\" \\ d", "e\\f"});
    words_are("a \"\" b", 3, (const char *[]){"a", "", "b"});
}

static void bad_lines_are_refused(void **state)
{
    char many[2 * TYPED_WORDS_MAX + 8] = "", big[CLIENT_LINE_MAX + 1];
    (void)state;
    assert_int_equal(typed_parse(slice_of("a \"b"), &typed), ERR_BAD_FIELD);
    assert_int_equal(typed_parse((struct slice){"a\0b", 3}, &typed), ERR_BAD_FIELD);
    assert_int_equal(typed_parse(slice_of("a \xff"), &typed), ERR_UTF8);
    for (int i = 0; i <= TYPED_WORDS_MAX; i++)
        memcpy(many + 2 * i, "x ", 3);
    assert_int_equal(typed_parse(slice_of(many), &typed), ERR_TOO_LARGE);
    many[2 * TYPED_WORDS_MAX] = '\0';
    assert_int_equal(typed_parse(slice_of(many), &typed), ERR_OK);
    memset(big, 'a', sizeof big);
    assert_int_equal(typed_parse((struct slice){big, CLIENT_LINE_MAX}, &typed), ERR_TOO_LARGE);
    assert_int_equal(typed_parse((struct slice){big, CLIENT_LINE_MAX - 1}, &typed), ERR_OK);
}

static void the_rest_is_as_it_was_typed(void **state)
{
    (void)state;
    assert_int_equal(typed_parse(slice_of("talk 5分で  着きます \"はい\" "), &typed), ERR_OK);
    assert_true(slice_is(typed_rest(&typed, 1), "5分で  着きます \"はい\""));
    assert_null(typed_rest(&typed, 9).bytes);
    assert_int_equal(typed_parse(slice_of("eta 12 \"中央区 一丁目\""), &typed), ERR_OK);
    assert_true(slice_is(typed_rest(&typed, 2), "中央区 一丁目"));
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(spaces_part_words),
        cmocka_unit_test(quotes_hold_words_together),
        cmocka_unit_test(bad_lines_are_refused),
        cmocka_unit_test(the_rest_is_as_it_was_typed),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
