/* test_password.c — Job: hashes verify their password only, and no stored text can run us down. */
#include "common/password.h"

#include "proto/limits.h"

#include <setjmp.h>
#include <stdarg.h>
#include <stdio.h>
#include <cmocka.h>

/* The least that libsodium takes, so that the test is quick. */
static const struct password_cost cheap = {1, 8192};

static void a_hash_verifies_its_password_only(void **state)
{
    (void)state;
    char hash[PASSWORD_HASH_SIZE], second[PASSWORD_HASH_SIZE];
    assert_int_equal(password_hash(&cheap, slice_of("Kx7-mqv2"), hash), ERR_OK);
    assert_int_equal(password_hash(&cheap, slice_of("Kx7-mqv2"), second), ERR_OK);
    assert_string_not_equal(hash, second);
    assert_int_equal(strncmp(hash, "$argon2id$", 10), 0);
    assert_int_equal(password_verify(hash, slice_of("Kx7-mqv2")), ERR_OK);
    assert_int_equal(password_verify(hash, slice_of("Kx7-mqv3")), ERR_BAD_FACTORS);
    assert_int_equal(password_verify(hash, slice_of("Kx7-mqv")), ERR_BAD_FACTORS);
    assert_int_equal(password_verify(hash, slice_of("")), ERR_BAD_FACTORS);
    assert_int_equal(password_verify(hash, (struct slice){"Kx7-mqv2\0", 9}), ERR_BAD_FACTORS);
}

static void the_default_cost_is_two_passes_of_64_mib(void **state)
{
    (void)state;
    char hash[PASSWORD_HASH_SIZE];
    assert_int_equal(password_hash(NULL, slice_of("x"), hash), ERR_OK);
    assert_int_equal(strncmp(hash, "$argon2id$v=19$m=65536,t=2,p=1$", 31), 0);
    assert_false(password_outdated(NULL, hash));
    assert_true(password_outdated(&cheap, hash));
}

static void a_long_password_is_refused_before_it_is_hashed(void **state)
{
    (void)state;
    char text[PASSWORD_MAX + 1], hash[PASSWORD_HASH_SIZE];
    memset(text, 'a', sizeof text);
    assert_int_equal(password_hash(&cheap, (struct slice){text, PASSWORD_MAX}, hash), ERR_OK);
    assert_int_equal(password_verify(hash, (struct slice){text, PASSWORD_MAX}), ERR_OK);
    assert_int_equal(password_verify(hash, (struct slice){text, PASSWORD_MAX + 1}),
                     ERR_BAD_FACTORS);
    assert_int_equal(password_hash(&cheap, (struct slice){text, PASSWORD_MAX + 1}, hash),
                     ERR_TOO_LARGE);
}

static void a_stored_text_that_is_none_of_ours_is_corrupt(void **state)
{
    (void)state;
    static const char salt[] =
        "$c29tZXNhbHRzb21lc2FsdA$YWFhYWFhYWFhYWFhYWFhYWFhYWFhYWFhYWFhYWFhYWE";
    static const char *const heads[] = {
        "",
        "$argon2i$v=19$m=8,t=1,p=1",
        "$argon2id$v=16$m=8,t=1,p=1",
        "$argon2id$v=19$m=1048577,t=1,p=1", /* above 1 GiB */
        "$argon2id$v=19$m=4294967295,t=1,p=1",
        "$argon2id$v=19$m=8,t=17,p=1",
        "$argon2id$v=19$m=8,t=1,p=2",
        "$argon2id$v=19$m=8,t=1",
        "$7$",
    };
    for (size_t i = 0; i < sizeof heads / sizeof *heads; i++) {
        char hash[PASSWORD_HASH_SIZE];
        snprintf(hash, sizeof hash, "%s%s", heads[i], salt);
        assert_int_equal(password_verify(hash, slice_of("x")), ERR_CORRUPT);
    }
    assert_int_equal(password_verify("$argon2id$v=19$m=8,t=1,p=1$", slice_of("x")), ERR_CORRUPT);
    char endless[2 * PASSWORD_HASH_SIZE];
    memset(endless, '$', sizeof endless);
    assert_int_equal(password_verify(endless, slice_of("x")), ERR_CORRUPT);
    assert_true(password_outdated(NULL, ""));
}

static void nobody_has_no_password(void **state)
{
    (void)state;
    char text[PASSWORD_MAX + 1] = {0};
    assert_int_equal(password_verify_nobody(&cheap, slice_of("x")), ERR_BAD_FACTORS);
    assert_int_equal(password_verify_nobody(&cheap, (struct slice){text, sizeof text}),
                     ERR_BAD_FACTORS);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(a_hash_verifies_its_password_only),
        cmocka_unit_test(the_default_cost_is_two_passes_of_64_mib),
        cmocka_unit_test(a_long_password_is_refused_before_it_is_hashed),
        cmocka_unit_test(a_stored_text_that_is_none_of_ours_is_corrupt),
        cmocka_unit_test(nobody_has_no_password),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
