/* test_pages_cut.c — Job: members leave a frame's body, everything else stays byte by byte. */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <cmocka.h>

#include "client/pages_cut.h"

static const char *const names[] = {"token", "content"};

static void becomes(const char *frame, const char *expected)
{
    struct buf out = {0};
    assert_int_equal(pages_cut(slice_of(frame), names, 2, &out), ERR_OK);
    buf_byte(&out, '\0');
    assert_string_equal(out.bytes, expected);
    buf_free(&out);
}

static void cuts(void **state)
{
    (void)state;
    becomes("{\"body\":{\"token\":\"x\"},\"type\":\"t\"}", "{\"body\":{},\"type\":\"t\"}");
    becomes("{\"body\":{\"a\":1,\"token\":\"x\",\"z\":[1,{\"b\":2}]},\"n\":3}",
            "{\"body\":{\"a\":1,\"z\":[1,{\"b\":2}]},\"n\":3}");
    becomes("{\"body\":{\"content\":{\"a\":\"}\\\"{\",\"b\":[\"]\",{}]},\"event\":\"e\"}}",
            "{\"body\":{\"event\":\"e\"}}");
    becomes(" { \"body\" : { \"token\" : 1 , \"b\" : 2 } , \"type\" : 3 } ",
            "{\"body\":{\"b\":2 },\"type\":3 }");
}

static void leaves(void **state)
{
    (void)state;
    becomes("{}", "{}");
    becomes("{\"token\":1,\"body\":{\"x\":{\"token\":2}}}",
            "{\"token\":1,\"body\":{\"x\":{\"token\":2}}}");
    becomes("{\"body\":\"token\"}", "{\"body\":\"token\"}");
    becomes("{\"body\":[{\"token\":1}]}", "{\"body\":[{\"token\":1}]}");
    becomes("{\"body\":{}}", "{\"body\":{}}");
}

/* "tok\u0065n" is token too. */
static void disguises(void **state)
{
    (void)state;
    becomes("{\"body\":{\"tok\\u0065n\":\"x\",\"b\":1}}", "{\"body\":{\"b\":1}}");
    becomes("{\"b\\u006fdy\":{\"token\":\"x\"},\"b\":1}", "{\"b\":1}");
}

static void is_no_object(void **state)
{
    struct buf out = {0};
    (void)state;
    assert_int_equal(pages_cut(slice_of("[1]"), names, 2, &out), ERR_JSON);
    assert_int_equal(pages_cut(slice_of(""), names, 2, &out), ERR_JSON);
    assert_int_equal(pages_cut(slice_of("{\"a\":1"), names, 2, &out), ERR_JSON);
    assert_int_equal(pages_cut(slice_of("{\"a"), names, 2, &out), ERR_JSON);
    buf_free(&out);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(cuts),
        cmocka_unit_test(leaves),
        cmocka_unit_test(disguises),
        cmocka_unit_test(is_no_object),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
