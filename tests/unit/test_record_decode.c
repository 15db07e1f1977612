/* test_record_decode.c — Job: the way through objects and lists, and the path of a complaint. */
#include "proto/record.h"

#include <setjmp.h>
#include <stdarg.h>
#include <cmocka.h>

#include "proto/limits.h"
#include "tests/lib/sample_record.h"

static struct json *root;

/* Slices in OUT live until the next call. */
static enum err decode(const char *text, enum record_mode mode, struct sample *out,
                       struct complaint *why)
{
    json_free(root);
    assert_int_equal(json_parse(slice_of(text), FRAME_BYTES_MAX, &root), ERR_OK);
    return record_decode(&record_sample, root, mode, out, why);
}

static void refused(const char *text, enum record_mode mode, enum err expected, const char *path)
{
    struct sample out;
    struct complaint why;
    assert_int_equal(decode(text, mode, &out, &why), expected);
    assert_string_equal(why.path, path);
}

static void nested_structs_and_lists_are_filled(void **state)
{
    (void)state;
    struct sample out;
    struct complaint why;
    assert_int_equal(decode("{\"items\":[{\"name\":\"a\"},{\"leaf\":{\"depth\":3},\"name\":\"b\"}],"
                            "\"leaf\":{\"depth\":9},\"text\":\"t\"}",
                            RECORD_STRICT, &out, &why),
                     ERR_OK);
    assert_string_equal(why.path, "");
    assert_int_equal(out.items_count, 2);
    assert_true(slice_is(out.items[0].name, "a"));
    assert_int_equal(out.items[0].leaf_present, 0);
    assert_true(out.items[0].leaf.depth == INT_ABSENT);
    assert_true(slice_is(out.items[1].name, "b"));
    assert_int_equal(out.items[1].leaf_present, 1);
    assert_int_equal(out.items[1].leaf.depth, 3);
    assert_int_equal(out.leaf.depth, 9);
    assert_true(slice_is(out.text, "t"));
}

static void the_order_of_members_does_not_matter(void **state)
{
    (void)state;
    struct sample out;
    struct complaint why;
    assert_int_equal(decode("{\"time\":\"2026-11-24T05:00:00.000Z\",\"bytes\":\"QUI=\",\"number\":"
                            "-5}",
                            RECORD_STRICT, &out, &why),
                     ERR_OK);
    assert_true(out.time == INT64_C(1795496400000));
    assert_true(slice_is(out.bytes, "QUI="));
    assert_int_equal(out.number, -5);
}

static void a_complaint_names_the_field(void **state)
{
    (void)state;
    refused("{\"number\":6}", RECORD_STRICT, ERR_BAD_FIELD, "number");
    refused("{\"leaf\":{\"depth\":10}}", RECORD_STRICT, ERR_BAD_FIELD, "leaf.depth");
    refused("{\"leaf\":{}}", RECORD_STRICT, ERR_MISSING_FIELD, "leaf.depth");
    refused("{\"leaf\":[]}", RECORD_STRICT, ERR_BAD_FIELD, "leaf");
    refused("{\"items\":{}}", RECORD_STRICT, ERR_BAD_FIELD, "items");
    refused("{\"items\":[]}", RECORD_STRICT, ERR_BAD_FIELD, "items");
    refused("{\"items\":[1]}", RECORD_STRICT, ERR_BAD_FIELD, "items[0]");
    refused("{\"items\":[{\"name\":\"a\"},{}]}", RECORD_STRICT, ERR_MISSING_FIELD, "items[1].name");
    refused("{\"items\":[{\"name\":\"a\"},{\"name\":\"b\",\"leaf\":{\"depth\":-1}}]}",
            RECORD_STRICT, ERR_BAD_FIELD, "items[1].leaf.depth");
    refused("{\"items\":[{\"name\":\"a\"},{\"name\":\"b\"},{\"name\":\"c\"}]}", RECORD_STRICT,
            ERR_BAD_FIELD, "items");
    refused("[]", RECORD_STRICT, ERR_BAD_FIELD, "");
    refused("7", RECORD_LENIENT, ERR_BAD_FIELD, "");
}

static void unknown_fields_are_refused_but_never_quoted(void **state)
{
    (void)state;
    refused("{\"nobody\":1}", RECORD_STRICT, ERR_UNKNOWN_FIELD, "?");
    refused("{\"leaf\":{\"depth\":1,\"<script>\":1}}", RECORD_STRICT, ERR_UNKNOWN_FIELD, "leaf.?");
    refused("{\"items\":[{\"x\":1}]}", RECORD_STRICT, ERR_UNKNOWN_FIELD, "items[0].?");
    refused("{\"Text\":\"t\"}", RECORD_STRICT, ERR_UNKNOWN_FIELD, "?");
    refused("{\"tex\":\"t\"}", RECORD_STRICT, ERR_UNKNOWN_FIELD, "?");
    refused("{\"textt\":\"t\"}", RECORD_STRICT, ERR_UNKNOWN_FIELD, "?");
}

static void lenient_readers_pass_over_what_is_new(void **state)
{
    (void)state;
    struct sample out;
    struct complaint why;
    assert_int_equal(decode("{\"new\":[{}],\"code\":\"violet\",\"codes\":[\"person\",\"aura\"],"
                            "\"leaf\":{\"depth\":1,\"new\":null},\"raw\":{\"a\":1},\"number\":2}",
                            RECORD_LENIENT, &out, &why),
                     ERR_OK);
    assert_int_equal(out.code, 0);
    assert_true(out.codes == SECTION_BIT(SECTION_PERSON));
    assert_int_equal(out.leaf.depth, 1);
    assert_null(out.raw.bytes);
    assert_int_equal(out.number, 2);
    /* What is known must still be right. */
    refused("{\"number\":6,\"new\":1}", RECORD_LENIENT, ERR_BAD_FIELD, "number");
    refused("{\"leaf\":{\"new\":1}}", RECORD_LENIENT, ERR_MISSING_FIELD, "leaf.depth");
}

static void a_failed_decode_leaves_no_old_values(void **state)
{
    (void)state;
    struct sample out;
    struct complaint why;
    memset(&out, 0x5a, sizeof out);
    assert_int_equal(decode("{\"x\":1}", RECORD_STRICT, &out, &why), ERR_UNKNOWN_FIELD);
    assert_true(out.number == INT_ABSENT);
    assert_null(out.secret.bytes);
}

static int forget(void **state)
{
    (void)state;
    json_free(root);
    return 0;
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(nested_structs_and_lists_are_filled),
        cmocka_unit_test(the_order_of_members_does_not_matter),
        cmocka_unit_test(a_complaint_names_the_field),
        cmocka_unit_test(unknown_fields_are_refused_but_never_quoted),
        cmocka_unit_test(lenient_readers_pass_over_what_is_new),
        cmocka_unit_test(a_failed_decode_leaves_no_old_values),
    };
    return cmocka_run_group_tests(tests, NULL, forget);
}
