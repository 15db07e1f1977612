/* test_base64.c — Job: base64 both ways, and everything that is not canonical refused. */
#include "proto/base64.h"

#include <setjmp.h>
#include <stdarg.h>
#include <cmocka.h>

/* RFC 4648 section 10. */
static const struct {
    const char *plain, *coded;
} vectors[] = {
    {"", ""},
    {"f", "Zg=="},
    {"fo", "Zm8="},
    {"foo", "Zm9v"},
    {"foob", "Zm9vYg=="},
    {"fooba", "Zm9vYmE="},
    {"foobar", "Zm9vYmFy"},
};

static void the_published_vectors(void **state)
{
    (void)state;
    for (size_t i = 0; i < sizeof vectors / sizeof *vectors; i++) {
        struct buf b = {0};
        char out[16];
        size_t size = 99;
        base64_add(&b, vectors[i].plain, strlen(vectors[i].plain));
        assert_true(slice_is(buf_slice(&b), vectors[i].coded));
        assert_int_equal(base64_decode(buf_slice(&b), out, sizeof out, &size), ERR_OK);
        assert_true(slice_is((struct slice){out, size}, vectors[i].plain));
        buf_free(&b);
    }
}

static void every_byte_value_survives(void **state)
{
    (void)state;
    unsigned char in[256], out[256];
    for (size_t i = 0; i < sizeof in; i++)
        in[i] = (unsigned char)(i * 167);
    for (size_t n = 0; n <= sizeof in; n++) {
        struct buf b = {0};
        size_t size = 0;
        base64_add(&b, in, n);
        assert_int_equal(base64_decode(buf_slice(&b), out, n, &size), ERR_OK);
        assert_int_equal(size, n);
        assert_memory_equal(in, out, n);
        if (n != 0)
            assert_int_equal(base64_decode(buf_slice(&b), out, n - 1, &size), ERR_TOO_LARGE);
        buf_free(&b);
    }
}

static void what_is_not_canonical_is_refused(void **state)
{
    (void)state;
    static const char *const bad[] = {
        "Z",    "Zg",       "Zg=",      "Zg===",  "=",    "====", "Zh==",    "Zm9=", "Zm8",
        "Z===", "Zg==Zg==", "Zm8=Zm9v", "Zm9v\n", " Zm9", "Zm-_", "Zm9\x80", "Z=8=", "Zm9v===="};
    for (size_t i = 0; i < sizeof bad / sizeof *bad; i++) {
        char out[16];
        size_t size = 0;
        assert_int_equal(base64_decode(slice_of(bad[i]), out, sizeof out, &size), ERR_BAD_FIELD);
    }
}

/* One character of each value decodes to itself and to nothing else. */
static void the_alphabet_is_exactly_64_characters(void **state)
{
    (void)state;
    int accepted = 0;
    for (int c = 0; c < 256; c++) {
        char text[4] = {'A', 'A', 'A', (char)c};
        char out[3];
        size_t size = 0;
        if (c != '=' && base64_decode((struct slice){text, 4}, out, 3, &size) == ERR_OK)
            accepted++;
    }
    assert_int_equal(accepted, 64);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(the_published_vectors),
        cmocka_unit_test(every_byte_value_survives),
        cmocka_unit_test(what_is_not_canonical_is_refused),
        cmocka_unit_test(the_alphabet_is_exactly_64_characters),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
