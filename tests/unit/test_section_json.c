/* test_section_json.c — Job: sections with thousands of items are read; nothing odd is. */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <cmocka.h>

#include "client/section_json.h"
#include "proto/buf.h"
#include "proto/limits.h"

static struct section_json *parse(const char *text)
{
    struct section_json *doc = NULL;
    assert_int_equal(section_json_parse(slice_of(text), &doc), ERR_OK);
    return doc;
}

static void members_items_and_texts_are_found(void **state)
{
    (void)state;
    struct section_json *doc =
        parse("{\"content\":{\"items\":[{\"name\":\"甲\"},{\"name\":\"乙\",\"n\":-12}],\"t\":true},"
              "\"state\":\"present\"}");
    uint32_t content = section_get(doc, 0, "content");
    uint32_t items = section_get(doc, content, "items");
    assert_int_equal(section_kind(doc, 0), NODE_OBJECT);
    assert_int_equal(section_kind(doc, items), NODE_LIST);
    assert_int_equal(section_count(doc, items), 2);
    uint32_t second = section_next(doc, section_first(doc, items));
    assert_true(slice_is(section_member(doc, second, "name"), "乙"));
    assert_true(slice_is(section_text(doc, section_get(doc, second, "n")), "-12"));
    assert_null(section_member(doc, second, "n").bytes); /* no text */
    assert_int_equal(section_next(doc, second), SECTION_NONE);
    assert_true(slice_is(section_member(doc, 0, "state"), "present"));
    assert_int_equal(section_get(doc, 0, "none"), SECTION_NONE);
    assert_int_equal(section_get(doc, SECTION_NONE, "none"), SECTION_NONE);
    assert_int_equal(section_first(doc, SECTION_NONE), SECTION_NONE);
    assert_int_equal(section_kind(doc, SECTION_NONE), NODE_NONE);
    section_json_free(doc);
}

static void escapes_become_characters(void **state)
{
    (void)state;
    struct section_json *doc = parse("[\"a\\\"\\\\\\/\\n\\u3042\\u00e9\\ud83d\\ude91z\"]");
    struct slice text = section_text(doc, section_first(doc, 0));
    assert_true(slice_is(text, "a\"\\/\nあé\xf0\x9f\x9a\x91z"));
    section_json_free(doc);
}

static void a_view_of_five_years_fits(void **state)
{
    (void)state;
    struct buf text = {0};
    struct section_json *doc = NULL;
    buf_text(&text, "{\"content\":{\"items\":[");
    for (int i = 0; i < VIEW_ITEMS_MAX; i++)
        buf_printf(&text, "%s{\"name\":\"薬%d\",\"unit\":\"錠\",\"quantity\":\"1\"}", i ? "," : "",
                   i);
    buf_text(&text, "]}}");
    assert_int_equal(section_json_parse(buf_slice(&text), &doc), ERR_OK);
    uint32_t items = section_get(doc, section_get(doc, 0, "content"), "items");
    assert_int_equal(section_count(doc, items), VIEW_ITEMS_MAX);
    section_json_free(doc);
    buf_free(&text);
}

static void odd_texts_are_refused(void **state)
{
    (void)state;
    static const struct {
        const char *text;
        enum err err;
    } rows[] = {
        {"", ERR_JSON},
        {" ", ERR_JSON},
        {"{", ERR_JSON},
        {"}", ERR_JSON},
        {"[1,]", ERR_JSON},
        {"[,1]", ERR_JSON},
        {"{\"a\":1,}", ERR_JSON},
        {"{\"a\" 1}", ERR_JSON},
        {"{a:1}", ERR_JSON},
        {"{1:1}", ERR_JSON},
        {"[1 2]", ERR_JSON},
        {"[1}", ERR_JSON},
        {"{\"a\":1]", ERR_JSON},
        {"[1] x", ERR_JSON},
        {"[1][2]", ERR_JSON},
        {"[1.5]", ERR_JSON},
        {"[1e3]", ERR_JSON},
        {"[-]", ERR_JSON},
        {"[nul]", ERR_JSON},
        {"[\"a]", ERR_JSON},
        {"[\"\\x\"]", ERR_JSON},
        {"[\"\\u12\"]", ERR_JSON},
        {"[\"\\u0000\"]", ERR_JSON},
        {"[\"\\ud800\"]", ERR_JSON},
        {"[\"\\ud800\\u0041\"]", ERR_JSON},
        {"[\"\\udc00\"]", ERR_JSON},
        {"[\"\n\"]", ERR_JSON},
        {"[\"\\", ERR_JSON},
        {"{\"a\":1,\"a\":2}", ERR_DUPLICATE_KEY},
        {"{\"a\":1,\"\\u0061\":2}", ERR_DUPLICATE_KEY},
        {"[[[[[[[[[1]]]]]]]]]", ERR_TOO_DEEP},
        {"[\"\xff\"]", ERR_UTF8},
    };
    for (size_t i = 0; i < sizeof rows / sizeof rows[0]; i++) {
        struct section_json *doc = NULL;
        enum err err = section_json_parse(slice_of(rows[i].text), &doc);
        if (err != rows[i].err)
            print_error("%s\n", rows[i].text);
        assert_int_equal(err, rows[i].err);
        assert_null(doc);
    }
}

static void sizes_have_an_end(void **state)
{
    (void)state;
    struct buf text = {0};
    struct section_json *doc = NULL;
    buf_byte(&text, '{');
    for (int i = 0; i <= JSON_KEYS_MAX; i++)
        buf_printf(&text, "%s\"k%d\":1", i ? "," : "", i);
    buf_byte(&text, '}');
    assert_int_equal(section_json_parse(buf_slice(&text), &doc), ERR_TOO_LARGE);
    buf_clear(&text);
    buf_byte(&text, '[');
    for (int i = 0; i < CLIENT_NODES_MAX; i++)
        buf_text(&text, i ? ",1" : "1");
    buf_byte(&text, ']');
    assert_int_equal(section_json_parse(buf_slice(&text), &doc), ERR_TOO_LARGE);
    assert_int_equal(section_json_parse((struct slice){"", (size_t)SEAL_BYTES_MAX + 1}, &doc),
                     ERR_TOO_LARGE);
    buf_free(&text);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(members_items_and_texts_are_found),
        cmocka_unit_test(escapes_become_characters),
        cmocka_unit_test(a_view_of_five_years_fits),
        cmocka_unit_test(odd_texts_are_refused),
        cmocka_unit_test(sizes_have_an_end),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
