/* test_xml_reader.c — Job: XML is read exactly within its bounds, and hostile XML is refused. */
#include "gateway/errand/eligibility/xml_reader.h"

#include <setjmp.h>
#include <stdarg.h>
#include <stdlib.h>
#include <cmocka.h>

static enum err read_text(struct slice text, struct arena *memory, struct xml_node **root)
{
    enum view_charset charset;
    return xml_read(text, memory, &charset, root);
}

static void assert_refused(const char *xml, enum err e)
{
    struct arena memory = {0};
    struct xml_node *root;
    assert_int_equal(read_text(slice_of(xml), &memory, &root), e);
    assert_null(root);
    arena_free(&memory);
}

static void reads_elements_attributes_and_loose_text(void **state)
{
    (void)state;
    struct arena memory = {0};
    struct xml_node *root;
    static const char xml[] =
        "<?xml version=\"1.0\"?><a k='v'>\n<b>1 </b>loose<b/><c>x&amp;y<![CDATA["
        "<z>]]></c><!-- no --></a>";
    assert_int_equal(read_text(slice_of(xml), &memory, &root), ERR_OK);
    assert_true(slice_is(root->name, "a"));
    assert_true(slice_is(xml_peek(root, "@k"), "v"));
    assert_true(slice_is(xml_peek(root, "#text"), "loose"));
    assert_true(slice_is(xml_peek(root, "c"), "x&y<z>"));
    struct xml_node *b = xml_child(root, "b");
    assert_true(slice_is(b->text, "1 "));
    assert_false(b->taken);
    assert_true(slice_is(xml_take(root, "b"), "1 "));
    assert_true(b->taken);
    assert_null(xml_same_next(xml_same_next(b)));
    assert_null(xml_take(root, "absent").bytes);
    size_t count = 0;
    for (struct xml_node *n = xml_walk(root, root); n != NULL; n = xml_walk(root, n))
        count++;
    assert_int_equal(count, 5);
    arena_free(&memory);
}

static void a_blank_element_is_an_empty_one(void **state)
{
    (void)state;
    struct arena memory = {0};
    struct xml_node *root;
    static const char xml[] = "<a>\r\n\t<b>\r\n\t</b>\n<c> </c><d>\xe3\x80\x80</d></a>";
    assert_int_equal(read_text(slice_of(xml), &memory, &root), ERR_OK);
    assert_null(xml_peek(root, "b").bytes);
    assert_null(xml_peek(root, "c").bytes);
    assert_true(slice_is(xml_peek(root, "d"), "\xe3\x80\x80")); /* a letter of its own */
    arena_free(&memory);
}

static void names_are_what_stands_behind_a_prefix(void **state)
{
    (void)state;
    struct arena memory = {0};
    struct xml_node *root;
    static const char xml[] =
        "<q:a xmlns:q='urn:x' xmlns='urn:y' xmlns:xsi='urn:z' xsi:noNamespaceSchemaLocation='a.xsd'"
        " xml:lang='ja' q:k='v'><q:b>1</q:b><b>2</b><odd:/></q:a>";
    assert_int_equal(read_text(slice_of(xml), &memory, &root), ERR_OK);
    assert_true(slice_is(root->name, "a"));
    assert_true(slice_is(root->first->name, "@k"));
    assert_true(slice_is(xml_peek(root, "b"), "1"));
    assert_true(slice_is(xml_same_next(xml_child(root, "b"))->text, "2"));
    assert_true(slice_is(root->last->name, "odd:"));
    arena_free(&memory);
}

static void cp932_is_read_as_what_it_says(void **state)
{
    (void)state;
    struct arena memory = {0};
    struct xml_node *root;
    enum view_charset charset;
    struct slice xml =
        slice_of("<?xml version=\"1.0\" encoding=\"Shift_JIS\"?><a><Name>\xfb\xfc\xfa"
                 "\xb1</Name><K>\x83\x5c</K></a>");
    assert_int_equal(xml_read(xml, &memory, &charset, &root), ERR_OK);
    assert_int_equal(charset, CHARSET_CP932);
    assert_true(slice_is(xml_peek(root, "Name"), "髙﨑"));
    assert_true(slice_is(xml_peek(root, "K"), "ソ"));
    arena_free(&memory);
}

static void entities_and_doctypes_are_refused(void **state)
{
    (void)state;
    assert_refused("<!DOCTYPE a><a/>", ERR_UPSTREAM_ANSWER);
    assert_refused("<!DOCTYPE a [<!ENTITY x \"y\">]><a>&x;</a>", ERR_UPSTREAM_ANSWER);
    assert_refused("<!DOCTYPE a [<!ENTITY a \"ha\"><!ENTITY b \"&a;&a;&a;&a;\"><!ENTITY c "
                   "\"&b;&b;&b;&b;\">]><a>&c;</a>",
                   ERR_UPSTREAM_ANSWER);
    assert_refused("<!DOCTYPE a SYSTEM \"file:///etc/passwd\"><a/>", ERR_UPSTREAM_ANSWER);
    assert_refused("<a>&undeclared;</a>", ERR_UPSTREAM_ANSWER);
}

static void broken_files_are_refused(void **state)
{
    (void)state;
    assert_refused("", ERR_UPSTREAM_ANSWER);
    assert_refused("nonsense", ERR_UPSTREAM_ANSWER);
    assert_refused("<a><b></a>", ERR_UPSTREAM_ANSWER);
    assert_refused("<a><b>1</b>", ERR_UPSTREAM_ANSWER);
    assert_refused("<a/><a/>", ERR_UPSTREAM_ANSWER);
    assert_refused("<a k='1' k='2'/>", ERR_UPSTREAM_ANSWER);
    assert_refused("<a>\x82\xa0</a>", ERR_UTF8);
    assert_refused("<?xml version=\"1.0\" encoding=\"Shift_JIS\"?><a>\xe3\x81\x82\x80</a>",
                   ERR_UTF8);
    assert_refused("<a>&#8238;5mg</a>", ERR_UPSTREAM_ANSWER); /* turns the text behind it round */
    assert_refused("<a>&#0;</a>", ERR_UPSTREAM_ANSWER);
}

static void repeat(struct buf *b, const char *text, size_t times)
{
    for (size_t i = 0; i < times; i++)
        buf_text(b, text);
}

static void bounds_hold(void **state)
{
    (void)state;
    struct buf xml = {0};
    struct arena memory = {0};
    struct xml_node *root;
    repeat(&xml, "<a>", XML_DEPTH_MAX);
    repeat(&xml, "</a>", XML_DEPTH_MAX);
    assert_int_equal(read_text(buf_slice(&xml), &memory, &root), ERR_OK);
    buf_clear(&xml);
    repeat(&xml, "<a>", 100000);
    assert_int_equal(read_text(buf_slice(&xml), &memory, &root), ERR_TOO_DEEP);
    buf_clear(&xml);
    buf_text(&xml, "<a>");
    repeat(&xml, "x", XML_TEXT_MAX);
    buf_text(&xml, "</a>");
    assert_int_equal(read_text(buf_slice(&xml), &memory, &root), ERR_OK);
    assert_int_equal(root->text.size, XML_TEXT_MAX);
    buf_clear(&xml);
    buf_text(&xml, "<a>");
    repeat(&xml, "x", XML_TEXT_MAX + 1);
    buf_text(&xml, "</a>");
    assert_int_equal(read_text(buf_slice(&xml), &memory, &root), ERR_TOO_LARGE);
    buf_clear(&xml);
    buf_text(&xml, "<a>");
    repeat(&xml, "<b/>", XML_ELEMENTS_MAX);
    buf_text(&xml, "</a>");
    assert_int_equal(read_text(buf_slice(&xml), &memory, &root), ERR_TOO_LARGE);
    struct slice huge = {"<", XML_BYTES_MAX + 1u};
    assert_int_equal(read_text(huge, &memory, &root), ERR_TOO_LARGE);
    buf_free(&xml);
    arena_free(&memory);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(reads_elements_attributes_and_loose_text),
        cmocka_unit_test(a_blank_element_is_an_empty_one),
        cmocka_unit_test(names_are_what_stands_behind_a_prefix),
        cmocka_unit_test(cp932_is_read_as_what_it_says),
        cmocka_unit_test(entities_and_doctypes_are_refused),
        cmocka_unit_test(broken_files_are_refused),
        cmocka_unit_test(bounds_hold),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
