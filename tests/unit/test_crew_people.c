/* test_crew_people.c — Job: typed secrets become a sign-in, a new password, or nothing. */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <cmocka.h>

#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "tests/lib/crew_kit.h"

static struct crew_kit ck;

static int set_up(void **state)
{
    (void)state;
    crew_kit_open(&ck, CREW_KIT_PIPE, CREW_SCRIPT);
    return 0;
}

static int tear_down(void **state)
{
    (void)state;
    crew_kit_close(&ck);
    return 0;
}

static void a_sign_in_takes_two_lines_without_echo(void **state)
{
    (void)state;
    crew_kit_welcome(&ck);
    crew_kit_type(&ck, "sign-in sato");
    assert_int_equal(ck.echo, CREW_ECHO_OFF);
    crew_kit_type(&ck, "case list"); /* a password may look like a command */
    crew_kit_type(&ck, "654321\r");
    assert_int_equal(ck.echo, CREW_ECHO_ON);
    assert_string_equal(crew_kit_sent(&ck, "sign_in", "body.password"), "case list");
    assert_string_equal(crew_kit_sent(&ck, "sign_in", "body.code"), "654321");
    ckit_sign_in(&ck.kit, 'S');
    crew_kit_has(crew_kit_json(&ck), "\"event\":\"signed_in\"");
}

/* A line that is a secret is never taken for a command, whatever became of the command. */
static void secrets_of_a_command_that_fails_are_swallowed(void **state)
{
    (void)state;
    crew_kit_type(&ck, "sign-in sato"); /* off line */
    crew_kit_type(&ck, "case open SECRETWORD");
    crew_kit_type(&ck, "123456");
    crew_kit_type(&ck, "change-password"); /* nobody is signed in */
    crew_kit_type(&ck, "quit");
    crew_kit_type(&ck, "quit");
    crew_kit_pass(&ck, 1);
    assert_int_equal(ck.quits, 0);
    const char *json = crew_kit_json(&ck);
    crew_kit_has(json, "\"command\":\"sign-in\",\"err\":\"ERR_BUSY\"");
    crew_kit_has(json, "\"command\":\"password\",\"err\":\"ERR_NO_SESSION\"");
    crew_kit_has_not(json, "case_made");
    crew_kit_has_not(json, "SECRETWORD");
    crew_kit_has_not(crew_kit_screen_text(&ck), "SECRETWORD");
}

static void a_new_password(void **state)
{
    (void)state;
    crew_kit_ready(&ck);
    crew_kit_type(&ck, "password");
    crew_kit_type(&ck, "old one");
    crew_kit_type(&ck, "new one");
    assert_string_equal(crew_kit_sent(&ck, "password_change", "body.password"), "old one");
    assert_string_equal(crew_kit_sent(&ck, "password_change", "body.new_password"), "new one");
    crew_kit_receipt(&ck, "password_change");
    crew_kit_has(crew_kit_screen_text(&ck), "パスワードを変えました");
}

static void too_long_for_a_password(void **state)
{
    char big[PASSWORD_MAX * 4 + 16];
    (void)state;
    crew_kit_welcome(&ck);
    memset(big, 'x', sizeof big - 1);
    big[sizeof big - 1] = '\0';
    crew_kit_type(&ck, "sign-in sato");
    crew_kit_type(&ck, big);
    crew_kit_type(&ck, "123456");
    assert_string_equal(crew_kit_sent(&ck, "sign_in", "id"), "");
    crew_kit_has(crew_kit_json(&ck), "ERR_TOO_LARGE");
}

static void signing_out_forgets_the_person(void **state)
{
    (void)state;
    crew_kit_ready(&ck);
    crew_kit_case(&ck);
    crew_kit_type(&ck, "sign-out");
    assert_int_equal(ckit_sent_times(&ck.kit, "sign_out"), 1);
    crew_kit_type(&ck, "vitals pulse=80");
    crew_kit_has(crew_kit_json(&ck), "ERR_NO_SESSION");
    assert_string_equal(crew_kit_sent(&ck, "vitals", "id"), "");
}

static void names_are_for_the_terminal(void **state)
{
    (void)state;
    crew_kit_ready(&ck);
    crew_kit_type(&ck, "who");
    crew_kit_type(&ck, "as 1");
    crew_kit_type(&ck, "as 2");
    crew_kit_has_not(crew_kit_screen_text(&ck), "試験");
    crew_kit_has_not(crew_kit_json(&ck), "試験");
    crew_kit_close(&ck);
    crew_kit_open(&ck, CREW_KIT_TERMINAL, CREW_PERSON);
    crew_kit_ready(&ck);
    crew_kit_type(&ck, "who");
    crew_kit_has(crew_kit_screen_text(&ck), "1* 試験 一郎");
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test_setup_teardown(a_sign_in_takes_two_lines_without_echo, set_up, tear_down),
        cmocka_unit_test_setup_teardown(secrets_of_a_command_that_fails_are_swallowed, set_up,
                                        tear_down),
        cmocka_unit_test_setup_teardown(a_new_password, set_up, tear_down),
        cmocka_unit_test_setup_teardown(too_long_for_a_password, set_up, tear_down),
        cmocka_unit_test_setup_teardown(signing_out_forgets_the_person, set_up, tear_down),
        cmocka_unit_test_setup_teardown(names_are_for_the_terminal, set_up, tear_down),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
