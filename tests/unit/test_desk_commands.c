/* test_desk_commands.c — Job: the table of typed commands: the board, help, and what is no
 * command. */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <cmocka.h>

#include <stdio.h>
#include <string.h>

#include "tests/lib/desk_kit.h"

static struct desk_kit dk;

static int set_up(void **state)
{
    (void)state;
    desk_kit_open(&dk, DESK_KIT_PIPE, DESK_SECRETS_TYPED);
    return 0;
}

static int tear_down(void **state)
{
    (void)state;
    desk_kit_close(&dk);
    return 0;
}

static void the_board_says_what_was_typed(void **state)
{
    (void)state;
    ckit_ready(&dk.kit, 0);
    assert_string_equal(ckit_member(ckit_sent(&dk.kit, "board"), "body.people"), "false");
    assert_string_equal(ckit_member(ckit_sent(&dk.kit, "board"), "body.accepting"), "");
    desk_kit_type(&dk, "board people 循環器 脳外");
    assert_string_equal(ckit_member(ckit_sent(&dk.kit, "board"), "body.people"), "true");
    assert_string_equal(ckit_member(ckit_sent(&dk.kit, "board"), "body.specialties"),
                        "循環器 脳外");
    desk_kit_type(&dk, "board full");
    assert_string_equal(ckit_member(ckit_sent(&dk.kit, "board"), "body.accepting"), "false");
    desk_kit_type(&dk, "board accepting");
    desk_kit_type(&dk, "board nobody");
    assert_string_equal(ckit_member(ckit_sent(&dk.kit, "board"), "body.people"), "false");
    assert_string_equal(ckit_member(ckit_sent(&dk.kit, "board"), "body.accepting"), "true");
    ckit_forget(&dk.kit);
    desk_kit_type(&dk, "board perhaps");
    assert_int_equal(dk.kit.sent_count, 0);
}

static void help_names_every_command(void **state)
{
    (void)state;
    desk_kit_type(&dk, "help");
    const char *text = desk_kit_read_screen(&dk);
    static const char *const names[] = {"list",  "answer",   "withdraw",     "confirm-phone",
                                        "board", "sign-in",  "sign-out",     "record",
                                        "open",  "close",    "extend",       "break-glass",
                                        "talk",  "handover", "mixup",        "ack-mixup",
                                        "proof", "witness",  "quit",         "change-password",
                                        "who",   "as",       "witness-close"};
    for (size_t i = 0; i < sizeof names / sizeof names[0]; i++)
        desk_kit_has(text, names[i]);
}

static void too_few_words_show_the_usage(void **state)
{
    (void)state;
    desk_kit_type(&dk, "answer ABCDEF");
    desk_kit_has(desk_kit_read_screen(&dk), "使い方: answer CASE accept|decline REASON [NAME]");
    desk_kit_type(&dk, "Answer x y");
    desk_kit_has(desk_kit_read_screen(&dk), "使い方: help");
    desk_kit_has(desk_kit_read_json(&dk), "\"command\":\"?\",\"err\":\"ERR_USAGE\"");
}

static void quit_quits(void **state)
{
    (void)state;
    desk_kit_type(&dk, "quit");
    assert_int_equal(dk.quits, 1);
}

#define ONE(test) cmocka_unit_test_setup_teardown(test, set_up, tear_down)
int main(void)
{
    const struct CMUnitTest tests[] = {
        ONE(the_board_says_what_was_typed),
        ONE(help_names_every_command),
        ONE(too_few_words_show_the_usage),
        ONE(quit_quits),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
