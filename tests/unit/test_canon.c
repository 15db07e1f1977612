/* test_canon.c — Job: commas, dates, absent values and unknown tags come out as promised. */
#include "gateway/errand/eligibility/canon.h"

#include <setjmp.h>
#include <stdarg.h>
#include <stdlib.h>
#include <cmocka.h>

static void commas_come_by_themselves(void **state)
{
    (void)state;
    struct buf b = {0};
    canon_open(&b, NULL, '{');
    canon_open(&b, "a", '[');
    canon_text(&b, NULL, slice_of("{["));
    canon_text(&b, NULL, slice_of("x"));
    canon_open(&b, NULL, '{');
    canon_close(&b, '}');
    canon_close(&b, ']');
    canon_text(&b, "absent", (struct slice){0});
    canon_text(&b, "empty", slice_of(""));
    canon_count(&b, "n", 12);
    canon_raw(&b, "r", slice_of("[1]"));
    canon_raw(&b, "s", slice_of(""));
    canon_close(&b, '}');
    assert_true(slice_is(buf_slice(&b), "{\"a\":[\"{[\",\"x\",{}],\"n\":12,\"r\":[1]}"));
    buf_free(&b);
}

static void assert_date(const char *text, const char *date)
{
    struct buf b = {0}, want = {0};
    canon_date(&b, "d", slice_of(text));
    buf_printf(&want, "\"d\":\"%s\"", date);
    assert_true(slice_equal(buf_slice(&b), buf_slice(&want)));
    buf_free(&b);
    buf_free(&want);
}

static void only_real_dates_get_dashes(void **state)
{
    (void)state;
    assert_date("20240229", "2024-02-29");
    assert_date("20230229", "20230229");
    assert_date("20000229", "2000-02-29");
    assert_date("19000229", "19000229");
    assert_date("20231301", "20231301");
    assert_date("20230100", "20230100");
    assert_date("2023-01-02", "2023-01-02");
    assert_date("202301", "202301");
    assert_date("2023010x", "2023010x");
    struct buf b = {0};
    canon_month(&b, "m", slice_of("202613"));
    canon_month(&b, "n", slice_of("202612"));
    assert_true(slice_is(buf_slice(&b), "\"m\":\"202613\",\"n\":\"2026-12\""));
    buf_free(&b);
}

static void unknown_tags_are_kept_with_their_path(void **state)
{
    (void)state;
    struct arena memory = {0};
    enum view_charset charset;
    struct xml_node *root;
    struct buf b = {0};
    struct slice xml = slice_of("<a><b>1</b><c><d>2</d><e/></c><f k=\"v\">3</f></a>");
    assert_int_equal(xml_read(xml, &memory, &charset, &root), ERR_OK);
    assert_true(slice_is(xml_take(root, "b"), "1"));
    buf_byte(&b, '{');
    assert_int_equal(canon_others(&b, "other", root, 10), ERR_OK);
    assert_int_equal(canon_others(&b, "none", root, 10), ERR_OK); /* all are taken now */
    assert_true(slice_is(buf_slice(&b), "{\"other\":[{\"path\":\"c/d\",\"text\":\"2\"},"
                                        "{\"path\":\"f/@k\",\"text\":\"v\"},"
                                        "{\"path\":\"f/#text\",\"text\":\"3\"}]"));
    buf_free(&b);
    arena_free(&memory);
}

static void too_many_unknown_tags_are_an_error(void **state)
{
    (void)state;
    struct arena memory = {0};
    enum view_charset charset;
    struct xml_node *root;
    struct buf b = {0};
    assert_int_equal(
        xml_read(slice_of("<a><b>1</b><b>2</b><b>3</b></a>"), &memory, &charset, &root), ERR_OK);
    assert_int_equal(canon_others(&b, "other", root, 2), ERR_TOO_LARGE);
    buf_clear(&b);
    assert_int_equal(canon_unknown(&b, 3, root, 2), ERR_OK); /* two were taken before */
    assert_true(slice_is(buf_slice(&b), "{\"part\":3,\"path\":\"b\",\"text\":\"3\"}"));
    buf_free(&b);
    arena_free(&memory);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(commas_come_by_themselves),
        cmocka_unit_test(only_real_dates_get_dashes),
        cmocka_unit_test(unknown_tags_are_kept_with_their_path),
        cmocka_unit_test(too_many_unknown_tags_are_an_error),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
