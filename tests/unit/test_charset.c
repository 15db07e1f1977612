/* test_charset.c — Job: official files become UTF-8 exactly, or not at all. */
#include "gateway/errand/eligibility/charset.h"

#include <setjmp.h>
#include <stdarg.h>
#include <stdlib.h>
#include <cmocka.h>

static void assert_utf8(const char *bytes, const char *utf8)
{
    struct buf out = {0};
    assert_int_equal(charset_to_utf8(slice_of(bytes), CHARSET_CP932, &out), ERR_OK);
    assert_true(slice_is(buf_slice(&out), utf8));
    buf_free(&out);
}

static void cp932_with_its_own_characters(void **state)
{
    (void)state;
    assert_utf8("\xfb\xfc\xfa\xb1", "髙﨑");
    assert_utf8("\xee\xe0\xed\x95", "髙﨑"); /* the other place where they stand */
    assert_utf8("\x87\x40\x87\x8a", "①㈱");
    assert_utf8("\xb6\xde\xb2", "ｶﾞｲ");
    assert_utf8("\x81\x60\x81\x7c\x83\x5c\x95\x5c", "～－ソ表"); /* a second byte that is '\\' */
    assert_utf8("", "");
}

static void wrong_bytes_refuse_the_file(void **state)
{
    (void)state;
    static const char *const bad[] = {"\x80", "a\xa0", "\x81", "\x81\x20", "\xff", "\xfd\x40"};
    for (size_t i = 0; i < sizeof bad / sizeof bad[0]; i++) {
        struct buf out = {0};
        assert_int_equal(charset_to_utf8(slice_of(bad[i]), CHARSET_CP932, &out), ERR_UTF8);
        buf_free(&out);
    }
    struct buf out = {0};
    assert_int_equal(charset_to_utf8(slice_of("\x82\xa0"), CHARSET_UTF8, &out), ERR_UTF8);
    assert_int_equal(charset_from_utf8(slice_of("😀"), CHARSET_CP932, &out), ERR_UTF8);
    buf_free(&out);
}

static void long_texts_and_limits(void **state)
{
    (void)state;
    struct buf sjis = {0}, out = {0};
    for (int i = 0; i < 20000; i++)
        buf_text(&sjis, i % 2 == 0 ? "\x82\xa0" : "x");
    assert_int_equal(charset_to_utf8(buf_slice(&sjis), CHARSET_CP932, &out), ERR_OK);
    assert_int_equal(out.size, 10000 * 4);
    struct buf back = {0};
    assert_int_equal(charset_from_utf8(buf_slice(&out), CHARSET_CP932, &back), ERR_OK);
    assert_true(slice_equal(buf_slice(&back), buf_slice(&sjis)));
    buf_free(&out);
    buf_init(&out, 1000);
    assert_int_equal(charset_to_utf8(buf_slice(&sjis), CHARSET_CP932, &out), ERR_TOO_LARGE);
    buf_free(&out);
    buf_free(&back);
    buf_free(&sjis);
}

static void assert_declared(const char *xml, enum err e, enum view_charset charset)
{
    enum view_charset got = CHARSET_NONE;
    assert_int_equal(charset_of_xml(slice_of(xml), &got), e);
    if (e == ERR_OK)
        assert_int_equal(got, charset);
}

static void the_declaration_decides(void **state)
{
    (void)state;
    assert_declared("<?xml version=\"1.0\" encoding=\"Shift_JIS\"?><a/>", ERR_OK, CHARSET_CP932);
    assert_declared("<?xml version='1.0' encoding='windows-31j'?><a/>", ERR_OK, CHARSET_CP932);
    assert_declared("<?xml version=\"1.0\" encoding = \"utf-8\" standalone=\"no\"?><a/>", ERR_OK,
                    CHARSET_UTF8);
    assert_declared("<a/>", ERR_OK, CHARSET_UTF8);
    assert_declared("\xef\xbb\xbf<a/>", ERR_OK, CHARSET_UTF8);
    /* A declaration that is wrong for sure. */
    assert_declared("\xef\xbb\xbf<?xml version=\"1.0\" encoding=\"Shift_JIS\"?><a/>", ERR_OK,
                    CHARSET_UTF8);
    assert_declared("<?xml version=\"1.0\" encoding=\"Shift_JIS\"?><a>\xe8\xa9\xa6</a>", ERR_OK,
                    CHARSET_UTF8);
    /* One that may be right: half-width kana are two-byte letters elsewhere, 試 is not. */
    assert_declared("<?xml version=\"1.0\" encoding=\"Shift_JIS\"?><a>\xc3\xbd\xc4\xbf</a>", ERR_OK,
                    CHARSET_CP932);
    assert_declared("<?xml version=\"1.0\" encoding=\"Shift_JIS\"?><a>\x8e\x8e\xe8\xa9</a>", ERR_OK,
                    CHARSET_CP932);
    assert_declared("<?xml version=\"1.0\" encoding=\"EUC-JP\"?><a/>", ERR_UPSTREAM_ANSWER, 0);
    assert_declared("\xff\xfe<\x01", ERR_UPSTREAM_ANSWER, 0);
    assert_declared("", ERR_UPSTREAM_ANSWER, 0);
    assert_declared("<?xml encoding=\"Shift_JIS", ERR_OK, CHARSET_UTF8); /* expat refuses it */
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(cp932_with_its_own_characters),
        cmocka_unit_test(wrong_bytes_refuse_the_file),
        cmocka_unit_test(long_texts_and_limits),
        cmocka_unit_test(the_declaration_decides),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
