/* test_json.c — Job: what the JSON door lets through, how it is read, and that it is wiped. */
#include "proto/json.h"
#include "tests/lib/sanitizer.h"

#include <setjmp.h>
#include <stdarg.h>
#include <cmocka.h>
#include <stdlib.h>

#include "proto/limits.h"

static struct json *parse(const char *text)
{
    struct json *root = NULL;
    assert_int_equal(json_parse(slice_of(text), FRAME_BYTES_MAX, &root), ERR_OK);
    assert_non_null(root);
    return root;
}

static void every_kind_is_read(void **state)
{
    (void)state;
    struct json *root = parse(" {\"n\":null,\"t\":true,\"f\":false,\"i\":-7,\"s\":\"a\\n\\u3042\","
                              "\"l\":[1,2,3],\"o\":{\"k\":0}}\n");
    assert_int_equal(json_kind(root), JSON_OBJECT);
    assert_int_equal(json_count(root), 7);
    assert_int_equal(json_kind(json_get(root, "n")), JSON_NULL);
    assert_true(json_flag(json_get(root, "t")));
    assert_false(json_flag(json_get(root, "f")));
    assert_int_equal(json_int(json_get(root, "i")), -7);
    assert_true(slice_is(json_text(json_get(root, "s")), "a\nあ"));
    assert_int_equal(json_kind(json_get(root, "l")), JSON_LIST);
    assert_int_equal(json_int(json_get(json_get(root, "o"), "k")), 0);
    assert_null(json_get(root, "N")); /* keys have a case */
    assert_null(json_get(root, ""));
    json_free(root);
}

static void members_and_items_are_walked_in_order(void **state)
{
    (void)state;
    struct json *root = parse("{\"b\":[10,11],\"\\u0061\":2}");
    const struct json *first = json_first(root), *second = json_next(first);
    assert_true(slice_is(json_key(first), "b"));
    assert_true(slice_is(json_key(second), "a"));
    assert_null(json_next(second));
    const struct json *item = json_first(first);
    assert_int_equal(json_int(item), 10);
    assert_int_equal(json_int(json_next(item)), 11);
    assert_null(json_next(json_next(item)));
    json_free(root);
    root = parse("[]");
    assert_null(json_first(root));
    assert_int_equal(json_count(root), 0);
    json_free(root);
}

static void integers_are_exact_to_two_to_the_53(void **state)
{
    (void)state;
    struct json *root = parse("[9007199254740992,-9007199254740992,9007199254740991]");
    const struct json *item = json_first(root);
    assert_true(json_int(item) == INT64_C(9007199254740992));
    assert_true(json_int(json_next(item)) == INT64_C(-9007199254740992));
    assert_true(json_int(json_next(json_next(item))) == INT64_C(9007199254740991));
    json_free(root);
}

static void the_callers_size_is_the_limit(void **state)
{
    (void)state;
    struct json *root = (struct json *)state;
    assert_int_equal(json_parse(slice_of("[1,2]"), 4, &root), ERR_TOO_LARGE);
    assert_null(root);
    assert_int_equal(json_parse(slice_of("[1,2]"), 5, &root), ERR_OK);
    json_free(root);
    assert_int_equal(json_parse((struct slice){NULL, 0}, 5, &root), ERR_JSON);
}

static void the_text_may_go_at_once(void **state)
{
    (void)state;
    struct json *root = NULL;
    char *text = strdup("{\"name\":\"value\"}");
    assert_int_equal(json_parse(slice_of(text), 64, &root), ERR_OK);
    memset(text, 'x', strlen(text));
    free(text);
    assert_true(slice_is(json_text(json_get(root, "name")), "value"));
    json_free(root);
    json_free(NULL);
}

/* Reading freed memory is the point of this test, so it does not run under a memory checker. */
static bool under_a_checker(void)
{
    const char *preload = getenv("LD_PRELOAD");
    return UNDER_ADDRESS_SANITIZER || (preload != NULL && strstr(preload, "vgpreload") != NULL);
}

static void freed_texts_are_wiped(void **state)
{
    (void)state;
    if (under_a_checker())
        skip();
    struct json *root = parse("{\"k\":\"PLANTED-MARKER-0123456789-0123456789-0123456789\"}");
    /* Volatile, so that the compiler can assume nothing about it. */
    const volatile char *volatile freed = json_text(json_get(root, "k")).bytes;
    json_free(root);
    /* The allocator keeps its links in the first 16 bytes. */
    for (size_t i = 16; i < 48; i++)
        assert_int_equal(freed[i], 0);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(every_kind_is_read),
        cmocka_unit_test(members_and_items_are_walked_in_order),
        cmocka_unit_test(integers_are_exact_to_two_to_the_53),
        cmocka_unit_test(the_callers_size_is_the_limit),
        cmocka_unit_test(the_text_may_go_at_once),
        cmocka_unit_test(freed_texts_are_wiped),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
