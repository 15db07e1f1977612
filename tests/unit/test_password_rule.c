/* test_password_rule.c — Job: A-04 (a)(b)(c), A-05, A-08 at each of their boundaries. */
#include "common/password.h"

#include "proto/limits.h"

#include <setjmp.h>
#include <stdarg.h>
#include <cmocka.h>

static const int64_t day_ms = INT64_C(24) * 60 * 60 * 1000;

static enum password_fault check(enum password_rule rule, const char *password)
{
    return password_check(rule, slice_of(password), NULL, 0);
}

static void rule_a_wants_13_characters_mixed(void **state)
{
    (void)state;
    assert_int_equal(check(PASSWORD_RULE_LONG, "Kx7-mqv2Rt9p"), PASSWORD_TOO_SHORT); /* 12 */
    assert_int_equal(check(PASSWORD_RULE_LONG, "Kx7-mqv2Rt9pw"), PASSWORD_FINE);     /* 13 */
    assert_int_equal(check(PASSWORD_RULE_LONG, "Kx7mqv2Rt9pwz"), PASSWORD_NO_SYMBOL);
    assert_int_equal(check(PASSWORD_RULE_LONG, "Kxu-mqvbRtypw"), PASSWORD_NO_DIGIT);
    assert_int_equal(check(PASSWORD_RULE_LONG, "927-+4820361!"), PASSWORD_NO_LETTER);
}

static void rules_b_and_c_want_8_characters_mixed(void **state)
{
    (void)state;
    static const enum password_rule rules[] = {PASSWORD_RULE_CHANGED, PASSWORD_RULE_FACTORS};
    for (size_t i = 0; i < 2; i++) {
        assert_int_equal(check(rules[i], "Kx7-mqv"), PASSWORD_TOO_SHORT); /* 7 */
        assert_int_equal(check(rules[i], "Kx7-mqv2"), PASSWORD_FINE);     /* 8 */
        assert_int_equal(check(rules[i], "Kx7mmqv2"), PASSWORD_NO_SYMBOL);
        assert_int_equal(check(rules[i], "Kxw-mqvb"), PASSWORD_NO_DIGIT);
        assert_int_equal(check(rules[i], "917-4820"), PASSWORD_NO_LETTER);
    }
}

static void the_waiver_and_the_length_rule_ask_for_no_mixture(void **state)
{
    (void)state;
    assert_int_equal(check(PASSWORD_RULE_WAIVED, "917"), PASSWORD_TOO_SHORT);
    assert_int_equal(check(PASSWORD_RULE_WAIVED, "9174"), PASSWORD_FINE);
    assert_int_equal(check(PASSWORD_RULE_LENGTH, "mountain rivers"), PASSWORD_FINE); /* 15 */
    assert_int_equal(check(PASSWORD_RULE_LENGTH, "mountain river"), PASSWORD_TOO_SHORT);
}

/* Two months are at least 59 days; a password of that age was changed in time only before. */
static void only_rule_b_ends_by_age(void **state)
{
    (void)state;
    int64_t set = 1795496400000;
    assert_false(password_expired(PASSWORD_RULE_CHANGED, set, set));
    assert_false(password_expired(PASSWORD_RULE_CHANGED, set, set + 59 * day_ms - 1));
    assert_true(password_expired(PASSWORD_RULE_CHANGED, set, set + 59 * day_ms));
    assert_false(password_expired(PASSWORD_RULE_CHANGED, set, set - day_ms));
    assert_false(password_expired(PASSWORD_RULE_LONG, set, set + 1000 * day_ms));
    assert_false(password_expired(PASSWORD_RULE_FACTORS, set, set + 1000 * day_ms));
    assert_false(password_expired(PASSWORD_RULE_WAIVED, set, set + 1000 * day_ms));
    assert_false(password_expired(PASSWORD_RULE_LENGTH, set, set + 1000 * day_ms));
}

static void length_counts_characters_and_is_bounded(void **state)
{
    (void)state;
    char text[PASSWORD_MAX + 2] = "Kx7-";
    for (size_t i = 4; i < PASSWORD_MAX; i++)
        text[i] = (char)('!' + i * i % 90);
    assert_int_equal(check(PASSWORD_RULE_LONG, text), PASSWORD_FINE);
    text[PASSWORD_MAX] = 'x';
    assert_int_equal(check(PASSWORD_RULE_LONG, text), PASSWORD_TOO_LONG);
    /* Seven characters of three bytes are seven. */
    assert_int_equal(check(PASSWORD_RULE_FACTORS, "救急搬送K7-"), PASSWORD_TOO_SHORT);
    assert_int_equal(check(PASSWORD_RULE_FACTORS, "救急搬送先K7-"), PASSWORD_FINE);
    /* Full-width letters, digits and signs are none in the sense of the rule. */
    assert_int_equal(check(PASSWORD_RULE_FACTORS, "Ｋｘ７－ｍｑｖ２"), PASSWORD_NO_LETTER);
}

static void what_nobody_can_type_is_refused(void **state)
{
    (void)state;
    assert_int_equal(check(PASSWORD_RULE_FACTORS, "Kx7-mqv2\x80"), PASSWORD_BAD_TEXT);
    assert_int_equal(check(PASSWORD_RULE_FACTORS, "Kx7-\tmqv2"), PASSWORD_BAD_TEXT);
    assert_int_equal(check(PASSWORD_RULE_FACTORS, "Kx7-mqv2\x7f"), PASSWORD_BAD_TEXT);
    assert_int_equal(password_check(PASSWORD_RULE_FACTORS, (struct slice){"Kx7-m\0v2", 8}, NULL, 0),
                     PASSWORD_BAD_TEXT);
    assert_int_equal(check(PASSWORD_RULE_FACTORS, ""), PASSWORD_TOO_SHORT);
}

static void repeats_are_refused(void **state)
{
    (void)state;
    assert_int_equal(check(PASSWORD_RULE_FACTORS, "Kx7-mmmm"), PASSWORD_REPEATS);
    assert_int_equal(check(PASSWORD_RULE_FACTORS, "Kx7-mMmM"), PASSWORD_REPEATS);
    assert_int_equal(check(PASSWORD_RULE_FACTORS, "Kx7-mmmv"), PASSWORD_FINE);
    assert_int_equal(check(PASSWORD_RULE_FACTORS, "Kx7-Kx7-"), PASSWORD_REPEATS);
    assert_int_equal(check(PASSWORD_RULE_FACTORS, "Kx7-Kx7-K"), PASSWORD_REPEATS);
    assert_int_equal(check(PASSWORD_RULE_FACTORS, "Kx7-Kx7-m"), PASSWORD_FINE);
}

static void sequences_are_refused(void **state)
{
    (void)state;
    assert_int_equal(check(PASSWORD_RULE_FACTORS, "-q12345v"), PASSWORD_SEQUENCE);
    assert_int_equal(check(PASSWORD_RULE_FACTORS, "-q1234qv"), PASSWORD_FINE);
    assert_int_equal(check(PASSWORD_RULE_FACTORS, "7-eDcBav"), PASSWORD_SEQUENCE);
    assert_int_equal(check(PASSWORD_RULE_FACTORS, "7-edcbqv"), PASSWORD_FINE);
}

static void guessable_words_are_refused(void **state)
{
    (void)state;
    const struct slice words[] = {
        slice_of("tanaka01"), slice_of("中央病院"), slice_of("ab"), slice_of(""), {NULL, 0}};
    const size_t count = sizeof words / sizeof *words;
    static const struct {
        const char *password;
        enum password_fault fault;
    } rows[] = {
        {"x-Tanaka01", PASSWORD_WORD},    {"x-tanaka0-1", PASSWORD_FINE},
        {"中央病院-x7qm", PASSWORD_WORD}, {"中央-病院x7qm", PASSWORD_FINE},
        {"ab-x7qmzv", PASSWORD_FINE},     {"Password-7", PASSWORD_WORD},
        {"7-P@ssw0rd", PASSWORD_WORD},    {"qwerty-7z", PASSWORD_WORD},
        {"1-SAKIYOMI", PASSWORD_WORD},
    };
    for (size_t i = 0; i < sizeof rows / sizeof *rows; i++)
        assert_int_equal(
            password_check(PASSWORD_RULE_FACTORS, slice_of(rows[i].password), words, count),
            rows[i].fault);
}

static void every_rule_and_fault_has_its_texts(void **state)
{
    (void)state;
    for (int i = PASSWORD_RULE_LONG; i <= PASSWORD_RULE_LENGTH; i++) {
        assert_string_not_equal(codes_name(&codes_password_rule, i), "");
        assert_string_not_equal(codes_ja(&codes_password_rule, i), "");
    }
    for (int i = PASSWORD_BAD_TEXT; i <= PASSWORD_WORD; i++) {
        assert_string_not_equal(codes_ja(&codes_password_fault, i), "");
        assert_string_not_equal(codes_en(&codes_password_fault, i), "");
    }
    assert_int_equal(codes_value(&codes_password_rule, slice_of("factors")), PASSWORD_RULE_FACTORS);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(rule_a_wants_13_characters_mixed),
        cmocka_unit_test(rules_b_and_c_want_8_characters_mixed),
        cmocka_unit_test(the_waiver_and_the_length_rule_ask_for_no_mixture),
        cmocka_unit_test(only_rule_b_ends_by_age),
        cmocka_unit_test(length_counts_characters_and_is_bounded),
        cmocka_unit_test(what_nobody_can_type_is_refused),
        cmocka_unit_test(repeats_are_refused),
        cmocka_unit_test(sequences_are_refused),
        cmocka_unit_test(guessable_words_are_refused),
        cmocka_unit_test(every_rule_and_fault_has_its_texts),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
