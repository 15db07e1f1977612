/* test_parse_checkup.c — Job: values of check-ups come out exactly as they were delivered. */
#include "gateway/errand/eligibility/parse.h"

#include "tests/lib/canon_check.h"
#include "tests/lib/xml_sample.h"

#include <setjmp.h>
#include <stdarg.h>
#include <stdlib.h>
#include <cmocka.h>

static void values_units_and_unknown_tags(void **state)
{
    (void)state;
    struct arena memory = {0};
    struct parsed parsed;
    struct xml_node *root;
    enum view_charset charset;
    parsed_init(&parsed);
    assert_int_equal(xml_read(slice_of(xml_sample_checkup), &memory, &charset, &root), ERR_OK);
    assert_int_equal(parse_checkup(root, &parsed), ERR_OK);
    struct buf *b = &parsed.json[SECTION_CHECKUPS];
    canon_check(buf_slice(b));
    buf_byte(b, '\0');
    assert_string_equal(
        b->bytes, "{\"items\":[{\"date\":\"2026-06-01\",\"other\":[{\"path\":\"Place\",\"text\":"
                  "\"z\"}],\"results\":[{\"code\":\"9A755000000000001\",\"name\":\"収縮期血圧\","
                  "\"type\":\"PQ\",\"unit\":\"mmHg\",\"value\":\"0128\"},{\"code\":"
                  "\"9N706000000000011\",\"name\":\"服薬１\",\"oid\":\"1.2.392\",\"other\":[{"
                  "\"path\":\"X\",\"text\":\"y\"}],\"type\":\"CD\",\"value\":\"1\",\"value_name\":"
                  "\"はい\"}]}]}");
    assert_true(slice_is(parsed.who.birth, "1950-12-31"));
    parsed_fini(&parsed);
    arena_free(&memory);
}

static void no_checkup_is_answered_and_empty(void **state)
{
    (void)state;
    struct arena memory = {0};
    struct parsed parsed;
    struct xml_node *root;
    enum view_charset charset;
    static const char xml[] = "<XmlMsg><MessageHeader/><MessageBody/></XmlMsg>";
    parsed_init(&parsed);
    assert_int_equal(xml_read(slice_of(xml), &memory, &charset, &root), ERR_OK);
    assert_int_equal(parse_checkup(root, &parsed), ERR_OK);
    assert_true(parsed.answered == SECTION_BIT(SECTION_CHECKUPS));
    assert_int_equal(parsed.json[SECTION_CHECKUPS].size, 0);
    assert_null(parsed.who.name.bytes);
    parsed_fini(&parsed);
    arena_free(&memory);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(values_units_and_unknown_tags),
        cmocka_unit_test(no_checkup_is_answered_and_empty),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
