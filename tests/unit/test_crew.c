/* test_crew.c — Job: the crew's life: the line, strict scripts, the end. */
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

static void a_script_ends_when_everything_has_its_receipt(void **state)
{
    (void)state;
    crew_kit_ready(&ck);
    crew_kit_case(&ck);
    crew_kit_type(&ck, "vitals pulse=80");
    crew_input_end(ck.crew);
    crew_kit_pass(&ck, 1);
    assert_int_equal(ck.quits, 0);
    crew_kit_receipt(&ck, "vitals");
    crew_kit_pass(&ck, 1);
    assert_int_equal(ck.quits, 1);
    assert_int_equal(ck.status, 0);
    crew_kit_type(&ck, "vitals pulse=81"); /* nothing more is done */
    assert_int_equal(ckit_sent_times(&ck.kit, "vitals"), 1);
}

static void it_does_not_wait_for_ever_nor_off_line(void **state)
{
    (void)state;
    crew_kit_ready(&ck);
    crew_kit_case(&ck);
    crew_kit_type(&ck, "vitals pulse=80");
    crew_input_end(ck.crew);
    crew_kit_pass(&ck, 12);
    assert_int_equal(ck.quits, 1);
    crew_kit_restart(&ck);
    ck.quits = 0;
    crew_kit_type(&ck, "case open 372");
    crew_input_end(ck.crew);
    assert_int_equal(ck.quits, 1);
}

static void a_refused_line_does_not_stop_a_script(void **state)
{
    (void)state;
    crew_kit_ready(&ck);
    crew_kit_type(&ck, "no-such-command");
    crew_kit_type(&ck, "vitals pulse=80"); /* no case */
    crew_kit_case(&ck);
    crew_kit_type(&ck, "vitals pulse=80");
    crew_kit_refuse(&ck, "vitals", "ERR_CASE_ENDED", true);
    assert_int_equal(ck.quits, 0);
    crew_kit_has(crew_kit_screen_text(&ck), "断られました（vitals）: だめです");
    const char *json = crew_kit_json(&ck);
    crew_kit_has(json, "\"event\":\"refused\",\"kind\":\"vitals\"");
    crew_kit_has(json, "\"command\":\"vitals\",\"err\":\"ERR_NO_SUCH_CASE\"");
}

static void a_strict_script_ends_at_the_first_refusal(void **state)
{
    (void)state;
    crew_kit_close(&ck);
    crew_kit_open(&ck, CREW_KIT_PIPE, CREW_STRICT_SCRIPT);
    crew_kit_ready(&ck);
    crew_kit_case(&ck);
    crew_kit_type(&ck, "vitals pulse=80");
    crew_kit_refuse(&ck, "vitals", "ERR_CASE_ENDED", true);
    assert_int_equal(ck.quits, 1);
    assert_int_equal(ck.status, 1);
    crew_kit_close(&ck);
    crew_kit_open(&ck, CREW_KIT_PIPE, CREW_STRICT_SCRIPT);
    crew_kit_type(&ck, "vitals pulse=999");
    assert_int_equal(ck.status, 1);
}

static void a_refusal_that_may_pass_is_no_refusal(void **state)
{
    (void)state;
    crew_kit_ready(&ck);
    crew_kit_case(&ck);
    crew_kit_type(&ck, "vitals pulse=80");
    crew_kit_refuse(&ck, "vitals", "ERR_STORE", false);
    crew_kit_has_not(crew_kit_screen_text(&ck), "断られました");
    crew_kit_pass(&ck, 4);
    assert_int_equal(ckit_sent_times(&ck.kit, "vitals"), 2);
}

static void off_line_is_said_once(void **state)
{
    (void)state;
    crew_kit_ready(&ck);
    crew_offline(ck.crew, "cut");
    crew_offline(ck.crew, "refused");
    const char *json = crew_kit_json(&ck);
    const char *first = strstr(json, "\"event\":\"offline\"");
    assert_non_null(first);
    assert_null(strstr(first + 1, "\"event\":\"offline\""));
    crew_kit_has(crew_kit_screen_text(&ck), "ゲートウェイと通信できません");
}

static void lines_that_are_none(void **state)
{
    static char big[CLIENT_LINE_MAX + 2];
    (void)state;
    memset(big, 'a', sizeof big - 1);
    crew_kit_type(&ck, "");
    crew_kit_type(&ck, "# a comment");
    crew_kit_has_not(crew_kit_json(&ck), "command_failed");
    crew_kit_type(&ck, big);
    crew_kit_type(&ck, "talk \"open");
    crew_kit_type(&ck, "talk \xff");
    const char *json = crew_kit_json(&ck);
    crew_kit_has(json, "ERR_TOO_LARGE");
    crew_kit_has(json, "ERR_BAD_FIELD");
    crew_kit_has(json, "ERR_UTF8");
}

static void nonsense_on_the_line_changes_nothing(void **state)
{
    (void)state;
    crew_kit_ready(&ck);
    crew_frame(ck.crew, slice_of("{"));
    crew_frame(ck.crew, slice_of("{\"type\":\"hello\",\"body\":{}}"));
    crew_frame(ck.crew, (struct slice){"", 0});
    crew_kit_say(&ck, "notice", "\"n\":1,", "{\"at\":\"%s\",\"event\":\"\"}", ckit_at(ck.kit.wall));
    assert_true(client_misread(ck.kit.client, NULL) >= 3);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test_setup_teardown(a_script_ends_when_everything_has_its_receipt, set_up,
                                        tear_down),
        cmocka_unit_test_setup_teardown(it_does_not_wait_for_ever_nor_off_line, set_up, tear_down),
        cmocka_unit_test_setup_teardown(a_refused_line_does_not_stop_a_script, set_up, tear_down),
        cmocka_unit_test_setup_teardown(a_strict_script_ends_at_the_first_refusal, set_up,
                                        tear_down),
        cmocka_unit_test_setup_teardown(a_refusal_that_may_pass_is_no_refusal, set_up, tear_down),
        cmocka_unit_test_setup_teardown(off_line_is_said_once, set_up, tear_down),
        cmocka_unit_test_setup_teardown(lines_that_are_none, set_up, tear_down),
        cmocka_unit_test_setup_teardown(nonsense_on_the_line_changes_nothing, set_up, tear_down),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
