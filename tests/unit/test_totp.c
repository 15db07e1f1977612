/* test_totp.c — Job: the codes are RFC 6238's, the window is one step, the step is told. */
#include "common/totp.h"

#include <setjmp.h>
#include <stdarg.h>
#include <cmocka.h>

static const uint8_t *const secret = (const uint8_t *)"12345678901234567890";

/* RFC 6238 appendix B (SHA-1); its codes have eight digits, of which the last six are ours. */
static const struct {
    int64_t seconds;
    const char *code;
} vectors[] = {{59, "287082"},         {1111111109, "081804"}, {1111111111, "050471"},
               {1234567890, "005924"}, {2000000000, "279037"}, {20000000000, "353130"}};

static void the_published_vectors(void **state)
{
    (void)state;
    for (size_t i = 0; i < sizeof vectors / sizeof *vectors; i++) {
        char code[TOTP_DIGITS + 1];
        int64_t step = -1;
        assert_int_equal(totp_code(secret, vectors[i].seconds * 1000, code), ERR_OK);
        assert_string_equal(code, vectors[i].code);
        assert_int_equal(
            totp_verify(secret, slice_of(code), vectors[i].seconds * 1000 + 999, &step), ERR_OK);
        assert_int_equal(step, vectors[i].seconds / 30);
    }
}

static void the_window_is_one_step_to_each_side(void **state)
{
    (void)state;
    int64_t base = INT64_C(1234567890) * 1000 / TOTP_STEP_MS;
    char code[TOTP_DIGITS + 1];
    assert_int_equal(totp_code(secret, base * TOTP_STEP_MS, code), ERR_OK);
    for (int64_t away = -3; away <= 3; away++) {
        int64_t step = -1;
        enum err err = totp_verify(secret, slice_of(code), (base + away) * TOTP_STEP_MS, &step);
        bool inside = away >= -1 && away <= 1;
        assert_int_equal(err, inside ? ERR_OK : ERR_BAD_FACTORS);
        assert_int_equal(step, inside ? base : -1);
    }
    int64_t step;
    assert_int_equal(totp_verify(secret, slice_of(code), (base + 2) * TOTP_STEP_MS - 1, &step),
                     ERR_OK);
    assert_int_equal(totp_verify(secret, slice_of(code), (base - 1) * TOTP_STEP_MS - 1, &step),
                     ERR_BAD_FACTORS);
}

static void what_is_not_six_digits_is_refused(void **state)
{
    (void)state;
    static const char *const bad[] = {"", "28708", "2870820", "28708a", " 87082", "000000"};
    int64_t step = -1;
    for (size_t i = 0; i < sizeof bad / sizeof *bad; i++)
        assert_int_equal(totp_verify(secret, slice_of(bad[i]), 59000, &step), ERR_BAD_FACTORS);
    assert_int_equal(totp_verify(secret, slice_of("287082"), -1, &step), ERR_BAD_FACTORS);
    assert_int_equal(step, -1);
    assert_int_equal(totp_verify(secret, slice_of("755224"), 0, &step), ERR_OK); /* RFC 4226 */
    assert_int_equal(step, 0);
}

static void another_secret_gives_another_code(void **state)
{
    (void)state;
    uint8_t a[TOTP_SECRET_SIZE], b[TOTP_SECRET_SIZE];
    totp_new_secret(a);
    totp_new_secret(b);
    assert_memory_not_equal(a, b, sizeof a);
}

static void the_secret_can_be_typed_and_scanned(void **state)
{
    (void)state;
    char text[TOTP_BASE32_SIZE];
    struct buf uri = {0};
    assert_int_equal(totp_base32(secret, text), ERR_OK);
    assert_string_equal(text, "GEZDGNBVGY3TQOJQGEZDGNBVGY3TQOJQ");
    assert_int_equal(totp_uri(secret, "先読み", "a b:&c", &uri), ERR_OK);
    assert_true(slice_is(buf_slice(&uri),
                         "otpauth://totp/%E5%85%88%E8%AA%AD%E3%81%BF:a%20b%3A%26c"
                         "?secret=GEZDGNBVGY3TQOJQGEZDGNBVGY3TQOJQ"
                         "&issuer=%E5%85%88%E8%AA%AD%E3%81%BF&algorithm=SHA1&digits=6&period=30"));
    buf_free(&uri);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(the_published_vectors),
        cmocka_unit_test(the_window_is_one_step_to_each_side),
        cmocka_unit_test(what_is_not_six_digits_is_refused),
        cmocka_unit_test(another_secret_gives_another_code),
        cmocka_unit_test(the_secret_can_be_typed_and_scanned),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
