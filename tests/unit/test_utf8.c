/* test_utf8.c — Job: every code point both ways, and every malformed shape refused. */
#include "proto/utf8.h"

#include <setjmp.h>
#include <stdarg.h>
#include <cmocka.h>

static struct slice encode(uint32_t c, char *out)
{
    size_t n = 0;
    if (c < 0x80) {
        out[n++] = (char)c;
    } else if (c < 0x800) {
        out[n++] = (char)(0xc0 | c >> 6);
        out[n++] = (char)(0x80 | (c & 0x3f));
    } else if (c < 0x10000) {
        out[n++] = (char)(0xe0 | c >> 12);
        out[n++] = (char)(0x80 | (c >> 6 & 0x3f));
        out[n++] = (char)(0x80 | (c & 0x3f));
    } else {
        out[n++] = (char)(0xf0 | c >> 18);
        out[n++] = (char)(0x80 | (c >> 12 & 0x3f));
        out[n++] = (char)(0x80 | (c >> 6 & 0x3f));
        out[n++] = (char)(0x80 | (c & 0x3f));
    }
    return (struct slice){out, n};
}

static void every_code_point_is_read(void **state)
{
    (void)state;
    char bytes[4];
    for (uint32_t c = 0; c < 0x110800; c++) {
        struct slice text = encode(c, bytes), whole = text;
        uint32_t got = 0;
        bool legal = c <= 0x10ffff && (c < 0xd800 || c > 0xdfff);
        assert_int_equal(utf8_next(&text, &got), legal);
        if (legal) {
            assert_int_equal(got, c);
            assert_int_equal(text.size, 0);
        } else {
            assert_int_equal(text.size, whole.size);
        }
        for (size_t cut = 1; cut < whole.size; cut++)
            assert_false(utf8_valid((struct slice){whole.bytes, cut}));
    }
}

static void malformed_text_is_refused(void **state)
{
    (void)state;
    static const char *const bad[] = {
        "\x80",
        "\xbf",
        "\xc0\x80",
        "\xc1\xbf",
        "\xe0\x80\x80",
        "\xe0\x9f\xbf",
        "\xf0\x80\x80\x80",
        "\xf0\x8f\xbf\xbf",
        "\xf8\x88\x80\x80\x80",
        "\xff",
        "\xfe",
        "a\xc3(",
        "\xe3\x81\xe3",
        "\xf4\x90\x80\x80",
        "\x83\x65\x83\x58" /* CP932 */,
    };
    for (size_t i = 0; i < sizeof bad / sizeof *bad; i++)
        assert_false(utf8_valid(slice_of(bad[i])));
    assert_true(utf8_valid(slice_of("")));
    assert_true(utf8_valid(slice_of("先読み — 𠮷")));
    assert_true(utf8_valid((struct slice){"a\0b", 3}));
}

static enum err printable(const char *text, size_t *chars)
{
    return utf8_printable(slice_of(text), chars);
}

static void text_for_people_is_counted_in_characters(void **state)
{
    (void)state;
    size_t chars = 99;
    assert_int_equal(printable("", &chars), ERR_OK);
    assert_int_equal(chars, 0);
    assert_int_equal(printable("先読み\n—𠮷 a~", &chars), ERR_OK);
    assert_int_equal(chars, 9);
    /* A private-use character (gaiji), a name with a variation selector, half-width kana. */
    assert_int_equal(printable("\xee\x80\x80 葛\xf3\xa0\x84\x80 ｶﾅ", &chars), ERR_OK);
    assert_int_equal(chars, 7);
}

static void what_a_screen_would_hide_is_refused(void **state)
{
    (void)state;
    static const uint32_t refused[] = {
        0x00,   0x01,   0x09,   0x0b,   0x0d,    0x1b,    0x1f,    0x7f,    0x80,     0x85,
        0x9f,   0x200b, 0x2028, 0x2029, 0x202a,  0x202e,  0x2060,  0x2066,  0x2069,   0xfdd0,
        0xfeff, 0xfff9, 0xfffe, 0xffff, 0x1fffe, 0xe0001, 0xe007f, 0xfffff, 0x10fffe, 0x10ffff,
    };
    size_t chars;
    char bytes[8];
    for (size_t i = 0; i < sizeof refused / sizeof *refused; i++) {
        struct slice text = encode(refused[i], bytes);
        assert_int_equal(utf8_printable(text, &chars), ERR_BAD_FIELD);
        assert_int_equal(chars, 0);
    }
    assert_int_equal(printable("a\xc0\xaf", &chars), ERR_UTF8);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(every_code_point_is_read),
        cmocka_unit_test(malformed_text_is_refused),
        cmocka_unit_test(text_for_people_is_counted_in_characters),
        cmocka_unit_test(what_a_screen_would_hide_is_refused),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
