/* test_card_text.c — Job: every outcome at the reader has words of its own, in both languages. */
#include "ambulance_client/card_text.h"

#include <setjmp.h>
#include <stdarg.h>
#include <cmocka.h>
#include "proto/utf8.h"

static void texts_of(enum card_outcome outcome, char ja[CARD_TEXT_MAX], char en[CARD_TEXT_MAX])
{
    card_text(outcome, CARD_JAPANESE, 2, ja);
    card_text(outcome, CARD_ENGLISH, 2, en);
}

static void each_outcome_has_its_own_words(void **state)
{
    (void)state;
    char ja[CARD_SAYS_COUNT][CARD_TEXT_MAX], en[CARD_SAYS_COUNT][CARD_TEXT_MAX];
    for (int i = 1; i < CARD_SAYS_COUNT; i++) {
        texts_of((enum card_outcome)i, ja[i], en[i]);
        assert_true(strlen(ja[i]) > 10 && strlen(en[i]) > 10);
        assert_true(utf8_valid(slice_of(ja[i])));
        assert_true(strstr(ja[i], "。") != NULL);
        assert_true(en[i][strlen(en[i]) - 1] == '.');
        assert_true(strlen(card_outcome_name((enum card_outcome)i)) > 0);
        for (int k = 1; k < i; k++) {
            assert_string_not_equal(ja[i], ja[k]);
            assert_string_not_equal(en[i], en[k]);
            assert_string_not_equal(card_outcome_name((enum card_outcome)i),
                                    card_outcome_name((enum card_outcome)k));
        }
    }
}

static void a_wrong_pin_names_the_tries_left(void **state)
{
    (void)state;
    char text[CARD_TEXT_MAX];
    card_text(CARD_SAYS_WRONG_PIN, CARD_JAPANESE, 2, text);
    assert_string_equal(text, "暗証番号が違います。あと2回間違えるとロックされます。");
    card_text(CARD_SAYS_WRONG_PIN, CARD_ENGLISH, 1, text);
    assert_string_equal(text, "The PIN is wrong. 1 try is left before it is blocked.");
    card_text(CARD_SAYS_WRONG_PIN, CARD_ENGLISH, CARD_TRIES_UNKNOWN, text);
    assert_string_equal(text, "The PIN is wrong.");
}

static void events_find_their_words(void **state)
{
    (void)state;
    static const struct {
        struct card_event event;
        enum card_outcome outcome;
    } rows[] = {
        {{.kind = CARD_EVENT_SERVICE_MISSING}, CARD_SAYS_SERVICE_MISSING},
        {{.kind = CARD_EVENT_NO_READER}, CARD_SAYS_NO_READER},
        {{.kind = CARD_EVENT_READER_EMPTY}, CARD_SAYS_EMPTY},
        {{.kind = CARD_EVENT_OUT}, CARD_SAYS_EMPTY},
        {{.kind = CARD_EVENT_IN, .card = CARD_JPKI}, CARD_SAYS_READ},
        {{.kind = CARD_EVENT_IN, .card = CARD_JUKI_OLD}, CARD_SAYS_OLD_CARD},
        {{.kind = CARD_EVENT_IN, .card = CARD_ANDROID}, CARD_SAYS_PHONE},
        {{.kind = CARD_EVENT_IN, .card = CARD_IPHONE}, CARD_SAYS_PHONE},
        {{.kind = CARD_EVENT_IN, .card = CARD_OTHER}, CARD_SAYS_NOT_MY_NUMBER},
        {{.kind = CARD_EVENT_READ_FAILED, .err = ERR_CARD}, CARD_SAYS_READ_ERROR},
        {{.kind = CARD_EVENT_READ_FAILED, .err = ERR_CARD_REMOVED}, CARD_SAYS_REMOVED},
        {{.kind = CARD_EVENT_READ_FAILED, .err = ERR_BUSY}, CARD_SAYS_BUSY},
        {{.kind = CARD_EVENT_SIGNED}, CARD_SAYS_SIGNED},
        {{.kind = CARD_EVENT_SIGN_FAILED, .err = ERR_CARD_PIN}, CARD_SAYS_WRONG_PIN},
        {{.kind = CARD_EVENT_SIGN_FAILED, .err = ERR_NOT_ALLOWED}, CARD_SAYS_LAST_TRY},
        {{.kind = CARD_EVENT_SIGN_FAILED, .err = ERR_CARD_BLOCKED}, CARD_SAYS_BLOCKED},
        {{.kind = CARD_EVENT_SIGN_FAILED, .err = ERR_NO_CARD}, CARD_SAYS_EMPTY},
        {{.kind = CARD_EVENT_SIGN_FAILED, .err = ERR_BAD_FIELD}, CARD_SAYS_PIN_FORM},
        {{.kind = CARD_EVENT_SIGN_FAILED, .err = ERR_CARD_KIND, .card = CARD_IPHONE},
         CARD_SAYS_PHONE},
    };
    for (size_t i = 0; i < sizeof rows / sizeof rows[0]; i++)
        assert_int_equal(card_outcome_of(&rows[i].event), rows[i].outcome);
    assert_int_equal(card_outcome_of_err(ERR_CARD_EXPIRED), CARD_SAYS_EXPIRED);
    assert_int_equal(card_outcome_of_err(ERR_CARD_REVOKED), CARD_SAYS_REVOKED);
    assert_int_equal(card_outcome_of_err(ERR_CARD_ISSUER), CARD_SAYS_UNKNOWN_ISSUER);
}

static void what_is_none_reads_as_a_read_error(void **state)
{
    (void)state;
    char text[CARD_TEXT_MAX], expected[CARD_TEXT_MAX];
    card_text(CARD_SAYS_READ_ERROR, CARD_ENGLISH, 0, expected);
    card_text(CARD_SAYS_COUNT, CARD_ENGLISH, 0, text);
    assert_string_equal(text, expected);
    assert_string_equal(card_outcome_name(CARD_SAYS_COUNT), "");
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(each_outcome_has_its_own_words),
        cmocka_unit_test(a_wrong_pin_names_the_tries_left),
        cmocka_unit_test(events_find_their_words),
        cmocka_unit_test(what_is_none_reads_as_a_read_error),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
