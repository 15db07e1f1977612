/* test_json_scan.c — Job: every shape of text that is not exactly one strict JSON value. */
#include "proto/json_scan.h"

#include <setjmp.h>
#include <stdarg.h>
#include <cmocka.h>
#include <stdlib.h>

#include "proto/buf.h"
#include "proto/limits.h"

/* In memory of exactly its size, so that a sanitizer sees one byte read too many. */
static enum err scan(const char *text, size_t size)
{
    char *exact = malloc(size == 0 ? 1 : size);
    assert_non_null(exact);
    memcpy(exact, text, size);
    enum err e = json_scan((struct slice){exact, size});
    free(exact);
    return e;
}

static void strict_json_passes(void **state)
{
    (void)state;
    static const char *const good[] = {
        "0",
        "-1",
        "\"\"",
        "true",
        "false",
        "null",
        "[]",
        "{}",
        " \t\r\n[ 1 , 2 ] \n",
        "{ \"a\" : { \"a\" : [ { } ] } }",
        "\"\\\"\\\\\\/\\b\\f\\n\\r\\t\\u0041\"",
        "\"\\ud83d\\ude91\"",
        "\"\xf0\x9f\x9a\x91 救急車\"",
        "{\"a\":1,\"A\":2,\"\\u0062\":3}",
        "\"\\u0001\"",
        "[[[[[[[[]]]]]]]]",
    };
    for (size_t i = 0; i < sizeof good / sizeof good[0]; i++)
        assert_int_equal(scan(good[i], strlen(good[i])), ERR_OK);
}

static const char *const no_json[] = {
    "",
    " ",
    "nul",
    "nulll",
    "True",
    "NaN",
    "Infinity",
    "+1",
    "01",
    "-01",
    "-",
    "-0",
    "1.0",
    ".5",
    "1e3",
    "1E3",
    "0x10",
    "9007199254740993",
    "99999999999999999999999999999999",
    "[",
    "]",
    "[1",
    "[1,",
    "[1,]",
    "[,1]",
    "[1 2]",
    "[1]]",
    "[}",
    "{",
    "{]",
    "{\"a\"",
    "{\"a\":",
    "{\"a\":1",
    "{\"a\":1,",
    "{\"a\":1,}",
    "{,}",
    "{a:1}",
    "{'a':1}",
    "{1:1}",
    "{\"a\" 1}",
    "{\"a\"::1}",
    "{\"a\":}",
    "\"",
    "\"a",
    "\"\\",
    "\"\\\"",
    "\"\\x41\"",
    "\"\\u\"",
    "\"\\u12\"",
    "\"\\u12g4\"",
    "\"\\u0000\"",
    "\"\\ud800\"",
    "\"\\udc00\"",
    "\"\\ud800\\ud800\"",
    "\"\\ud800x\"",
    "\"\\ud83d\\u\"",
    "\"\\ude91\\ud83d\"",
    "\"a\nb\"",
    "\"\t\"",
    "1 2",
    "{}{}",
    "[] x",
    "// a\n1",
    "/**/1",
    "\xef\xbb\xbf{}",
    "\xe3\x80\x80{}",
    "\v1",
    "\f1",
};

static void anything_else_is_not_json(void **state)
{
    (void)state;
    for (size_t i = 0; i < sizeof no_json / sizeof no_json[0]; i++)
        if (scan(no_json[i], strlen(no_json[i])) != ERR_JSON)
            fail_msg("accepted: %s", no_json[i]);
    assert_int_equal(scan("1\0", 2), ERR_JSON);
    assert_int_equal(scan("\"a\0b\"", 5), ERR_JSON);
}

static void every_cut_of_a_text_is_refused(void **state)
{
    (void)state;
    static const char text[] = "{\"a\":[-12,true,{\"\\u3042\":\"\\ud83d\\ude91 あ\"}],\"b\":null}";
    for (size_t size = 0; size < sizeof text - 1; size++)
        assert_int_not_equal(scan(text, size), ERR_OK);
    assert_int_equal(scan(text, sizeof text - 1), ERR_OK);
}

static void bytes_that_are_not_utf8_are_named(void **state)
{
    (void)state;
    assert_int_equal(scan("\"\x8f\xe3\"", 4), ERR_UTF8);
    assert_int_equal(scan("\"\xc0\xaf\"", 4), ERR_UTF8);
    assert_int_equal(scan("\"\xed\xa0\x80\"", 5), ERR_UTF8);
    assert_int_equal(scan("[1]\xff", 4), ERR_UTF8);
}

static void duplicate_keys_are_found_behind_escapes(void **state)
{
    (void)state;
    static const char *const bad[] = {
        "{\"a\":1,\"a\":1}",
        "{\"a\":1,\"\\u0061\":1}",
        "{\"\\u0061\":1,\"b\":2,\"a\":1}",
        "{\"\":1,\"\":1}",
        "{\"あ\":1,\"\\u3042\":1}",
        "{\"\\ud83d\\ude91\":1,\"\xf0\x9f\x9a\x91\":1}",
        "{\"/\":1,\"\\/\":1}",
        "[{\"x\":{\"a\":1,\"b\":1,\"a\":1}}]",
        "{\"a\":{\"b\":1},\"a\":1}",
    };
    for (size_t i = 0; i < sizeof bad / sizeof bad[0]; i++)
        assert_int_equal(scan(bad[i], strlen(bad[i])), ERR_DUPLICATE_KEY);
    /* The same key in another object is another key, also after a level was closed and reused. */
    static const char good[] = "[{\"a\":1},{\"a\":1},{\"a\":{\"a\":1}}]";
    assert_int_equal(scan(good, sizeof good - 1), ERR_OK);
}

static enum err scan_nested(char open, char close, size_t depth)
{
    char text[2048];
    size_t used = 0;
    for (size_t i = 0; i < depth; i++) {
        if (i > 0 && open == '{') {
            memcpy(text + used, "\"a\":", 4);
            used += 4;
        }
        text[used++] = open;
    }
    for (size_t i = 0; i < depth; i++)
        text[used++] = close;
    return scan(text, used);
}

static void depth_is_bounded(void **state)
{
    (void)state;
    assert_int_equal(scan_nested('[', ']', JSON_DEPTH_MAX), ERR_OK);
    assert_int_equal(scan_nested('[', ']', JSON_DEPTH_MAX + 1), ERR_TOO_DEEP);
    assert_int_equal(scan_nested('{', '}', JSON_DEPTH_MAX), ERR_OK);
    assert_int_equal(scan_nested('{', '}', JSON_DEPTH_MAX + 1), ERR_TOO_DEEP);
    assert_int_equal(scan_nested('[', ']', 800), ERR_TOO_DEEP);
}

static enum err scan_many(size_t count, char open, char close, const char *item)
{
    struct buf b = {0};
    buf_byte(&b, open);
    for (size_t i = 0; i < count; i++)
        buf_printf(&b, "%s\"k%zu\"%s", i > 0 ? "," : "", i, item);
    buf_byte(&b, close);
    enum err e = scan(b.bytes, b.size);
    buf_free(&b);
    return e;
}

static void keys_and_items_are_bounded(void **state)
{
    (void)state;
    assert_int_equal(scan_many(JSON_KEYS_MAX, '{', '}', ":0"), ERR_OK);
    assert_int_equal(scan_many(JSON_KEYS_MAX + 1, '{', '}', ":0"), ERR_TOO_LARGE);
    assert_int_equal(scan_many(JSON_ITEMS_MAX, '[', ']', ""), ERR_OK);
    assert_int_equal(scan_many(JSON_ITEMS_MAX + 1, '[', ']', ""), ERR_TOO_LARGE);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(strict_json_passes),
        cmocka_unit_test(anything_else_is_not_json),
        cmocka_unit_test(every_cut_of_a_text_is_refused),
        cmocka_unit_test(bytes_that_are_not_utf8_are_named),
        cmocka_unit_test(duplicate_keys_are_found_behind_escapes),
        cmocka_unit_test(depth_is_bounded),
        cmocka_unit_test(keys_and_items_are_bounded),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
