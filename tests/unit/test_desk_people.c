/* test_desk_people.c — Job: typed secrets become a sign-in and nothing else. */
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

static void a_sign_in_takes_two_lines_without_echo(void **state)
{
    (void)state;
    ckit_ready(&dk.kit, 3);
    desk_kit_type(&dk, "sign-in er1");
    assert_int_equal(dk.echo, DESK_ECHO_OFF);
    desk_kit_type(&dk, "list"); /* a password may look like a command */
    desk_kit_type(&dk, "654321");
    assert_int_equal(dk.echo, DESK_ECHO_ON);
    struct slice frame = ckit_sent(&dk.kit, "sign_in");
    assert_string_equal(ckit_member(frame, "body.password"), "list");
    assert_string_equal(ckit_member(frame, "body.code"), "654321");
    ckit_sign_in(&dk.kit, 'S');
    const char *json = desk_kit_read_json(&dk);
    desk_kit_has(json, "\"event\":\"signed_in\"");
    desk_kit_has(json, "\"viewer\":true");
    desk_kit_has(desk_kit_read_screen(&dk), "サインオンしました");
}

static void secrets_need_a_terminal_or_leave(void **state)
{
    (void)state;
    desk_kit_close(&dk);
    desk_kit_open(&dk, DESK_KIT_PIPE, DESK_SECRETS_REFUSED);
    ckit_ready(&dk.kit, 3);
    desk_kit_type(&dk, "sign-in er1");
    desk_kit_has(desk_kit_read_screen(&dk), "sign-in: この操作の権限がありません");
    assert_null(ckit_sent(&dk.kit, "sign_in").bytes);
}

static void off_line_the_two_lines_are_still_secrets(void **state)
{
    (void)state;
    desk_kit_type(&dk, "sign-in er1");
    desk_kit_type(&dk, "quit");
    desk_kit_type(&dk, "123456");
    assert_int_equal(dk.quits, 0);
    desk_kit_has(desk_kit_read_screen(&dk), "できません: 混み合っています");
    desk_kit_type(&dk, "quit"); /* and now it is a command again */
    assert_int_equal(dk.quits, 1);
}

static void a_password_that_is_too_long_is_no_sign_in(void **state)
{
    (void)state;
    char line[1024];
    memset(line, 'p', sizeof line - 1);
    line[sizeof line - 1] = '\0';
    ckit_ready(&dk.kit, 3);
    desk_kit_type(&dk, "sign-in er1");
    desk_kit_type(&dk, line);
    assert_null(ckit_sent(&dk.kit, "sign_in").bytes);
    desk_kit_has(desk_kit_read_screen(&dk), "できません");
    assert_int_equal(dk.echo, DESK_ECHO_ON);
}

static void a_password_is_changed(void **state)
{
    (void)state;
    desk_kit_ready(&dk);
    desk_kit_type(&dk, "change-password");
    desk_kit_type(&dk, "old-word");
    desk_kit_type(&dk, "new-word");
    struct slice frame = ckit_sent(&dk.kit, "password_change");
    assert_string_equal(ckit_member(frame, "body.password"), "old-word");
    assert_string_equal(ckit_member(frame, "body.new_password"), "new-word");
    assert_string_equal(ckit_member(frame, "session"), ckit_text('S'));
}

static void several_people_share_the_box(void **state)
{
    (void)state;
    char envelope[96];
    desk_kit_ready(&dk);
    ckit_forget(&dk.kit);
    desk_kit_type(&dk, "sign-in er2");
    desk_kit_type(&dk, "word");
    desk_kit_type(&dk, "123456");
    snprintf(envelope, sizeof envelope, "\"re\":\"%s\",",
             ckit_member(ckit_sent(&dk.kit, "sign_in"), "id"));
    ckit_say(&dk.kit, "session", envelope,
             "{\"person\":\"%s\",\"session\":\"%s\","
             "\"token\":\"QUFBQUFBQUFBQUFBQUFBQUFBQUFBQUFBQUFBQUFBQUE=\"}",
             ckit_text('R'), ckit_text('T'));
    (void)desk_kit_read_screen(&dk);
    desk_kit_type(&dk, "who");
    desk_kit_has(desk_kit_read_screen(&dk), "2* ");
    desk_kit_type(&dk, "as 1");
    desk_kit_type(&dk, "as 9");
    desk_kit_type(&dk, "who");
    desk_kit_has(desk_kit_read_screen(&dk), "1* ");
    desk_kit_type(&dk, "sign-out");
    desk_kit_type(&dk, "who");
    desk_kit_has(desk_kit_read_screen(&dk), "1* "); /* the other one types now */
    assert_string_equal(ckit_member(ckit_sent(&dk.kit, "sign_out"), "session"), ckit_text('S'));
}

static void the_gateway_ends_a_session(void **state)
{
    (void)state;
    desk_kit_ready(&dk);
    dk.kit.mono += 8 * 3600 * 1000;
    desk_tick(dk.desk);
    desk_kit_has(desk_kit_read_screen(&dk), "サインオンが終わりました: サインオンは終わっています");
    desk_kit_has(desk_kit_read_json(&dk), "\"event\":\"signed_out\"");
    desk_kit_type(&dk, "sign-out");
    desk_kit_has(desk_kit_read_screen(&dk), "sign-out: サインオンが必要です");
}

#define ONE(test) cmocka_unit_test_setup_teardown(test, set_up, tear_down)
int main(void)
{
    const struct CMUnitTest tests[] = {
        ONE(a_sign_in_takes_two_lines_without_echo),
        ONE(secrets_need_a_terminal_or_leave),
        ONE(off_line_the_two_lines_are_still_secrets),
        ONE(a_password_that_is_too_long_is_no_sign_in),
        ONE(a_password_is_changed),
        ONE(several_people_share_the_box),
        ONE(the_gateway_ends_a_session),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
