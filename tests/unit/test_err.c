/* test_err.c — Job: every error has a name, both texts and a class, and is found by its name. */
#include "proto/err.h"

#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <cmocka.h>
#include <string.h>

static void every_row_is_whole(void **state)
{
    (void)state;
    for (int i = 0; i < ERR_COUNT; i++) {
        enum err code = (enum err)i;
        assert_int_equal(strncmp(err_name(code), "ERR_", 4), 0);
        assert_int_equal(err_by_name(err_name(code)), code);
        assert_true(err_class_of(code) == ERR_FINAL || err_class_of(code) == ERR_RETRYABLE);
        if (code == ERR_OK)
            continue;
        assert_true(strlen(err_text_ja(code)) > 0);
        assert_true(strlen(err_text_en(code)) > 0);
    }
}

/* Both texts stand in one log line and in one screen box. */
static void texts_are_short(void **state)
{
    (void)state;
    for (int i = 0; i < ERR_COUNT; i++) {
        assert_true(strlen(err_text_ja((enum err)i)) <= 120);
        assert_true(strlen(err_text_en((enum err)i)) <= 80);
        assert_null(strchr(err_text_ja((enum err)i), '\n'));
        assert_null(strchr(err_text_en((enum err)i), '\n'));
    }
}

static void a_newer_peers_code_is_unknown(void **state)
{
    (void)state;
    assert_int_equal(err_by_name("ERR_OF_TOMORROW"), ERR_COUNT);
    assert_int_equal(err_by_name(""), ERR_COUNT);
    assert_int_equal(err_by_name("err_json"), ERR_COUNT);
}

static void what_may_succeed_later_is_retryable(void **state)
{
    (void)state;
    assert_int_equal(err_class_of(ERR_STORE), ERR_RETRYABLE);
    assert_int_equal(err_class_of(ERR_CONFLICT), ERR_RETRYABLE);
    assert_int_equal(err_class_of(ERR_BUSY), ERR_RETRYABLE);
    assert_int_equal(err_class_of(ERR_ID_REUSED), ERR_FINAL);
    assert_int_equal(err_class_of(ERR_NO_GROUND), ERR_FINAL);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(every_row_is_whole),
        cmocka_unit_test(texts_are_short),
        cmocka_unit_test(a_newer_peers_code_is_unknown),
        cmocka_unit_test(what_may_succeed_later_is_retryable),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
