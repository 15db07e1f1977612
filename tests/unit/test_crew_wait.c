/* test_crew_wait.c — Job: a script waits for what is not yet true, and no longer than it says. */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <cmocka.h>

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

static void online_and_session_are_states(void **state)
{
    (void)state;
    crew_kit_type(&ck, "wait online 5");
    assert_true(crew_busy(ck.crew));
    crew_kit_welcome(&ck);
    assert_false(crew_busy(ck.crew));
    crew_kit_type(&ck, "wait online"); /* true already, and again */
    assert_false(crew_busy(ck.crew));
    crew_kit_type(&ck, "sign-in sato");
    crew_kit_type(&ck, "secret-word");
    crew_kit_type(&ck, "123456");
    crew_kit_type(&ck, "wait session");
    assert_true(crew_busy(ck.crew));
    ckit_sign_in(&ck.kit, 'S');
    crew_tick(ck.crew);
    assert_false(crew_busy(ck.crew));
    crew_kit_has(crew_kit_json(&ck), "\"event\":\"wait_done\",\"for\":\"session\"");
}

static void each_event_is_waited_for_once(void **state)
{
    (void)state;
    crew_kit_ready(&ck);
    crew_kit_case(&ck);
    crew_kit_type(&ck, "wait case_opened"); /* it came before it was asked for */
    assert_false(crew_busy(ck.crew));
    crew_kit_type(&ck, "wait answered 10");
    assert_true(crew_busy(ck.crew));
    crew_kit_notice(&ck, "delivered", "");
    assert_true(crew_busy(ck.crew));
    crew_kit_notice(&ck, "answered", "\"answer\":\"accepted\",");
    assert_false(crew_busy(ck.crew));
    crew_kit_type(&ck, "wait answered 10"); /* that one is used up */
    assert_true(crew_busy(ck.crew));
    crew_kit_notice(&ck, "answered", "\"answer\":\"accepted\",");
    assert_false(crew_busy(ck.crew));
    crew_kit_type(&ck, "wait delivered");
    assert_false(crew_busy(ck.crew));
}

static void what_is_not_yet_in_the_log_does_not_count(void **state)
{
    char envelope[64];
    (void)state;
    crew_kit_ready(&ck);
    crew_kit_case(&ck);
    snprintf(envelope, sizeof envelope, "\"case\":\"%s\",", ckit_text('C'));
    crew_kit_say(&ck, "notice", envelope, "{\"at\":\"%s\",\"event\":\"grant_revoked\"}",
                 ckit_at(ck.kit.wall));
    crew_kit_type(&ck, "wait grant_revoked");
    assert_true(crew_busy(ck.crew));
    crew_kit_notice(&ck, "grant_revoked", "\"revoke\":\"expired\",");
    assert_false(crew_busy(ck.crew));
}

static void the_crews_own_opening_is_not_the_hospitals(void **state)
{
    char more[64];
    (void)state;
    crew_kit_ready(&ck);
    crew_kit_case(&ck);
    crew_kit_notice(&ck, "opened", "");
    crew_kit_type(&ck, "wait opened");
    assert_true(crew_busy(ck.crew));
    snprintf(more, sizeof more, "\"grant\":\"%s\",", ckit_text('G'));
    crew_kit_notice(&ck, "opened", more);
    assert_false(crew_busy(ck.crew));
}

static void too_long_ends_a_script_with_status_1(void **state)
{
    (void)state;
    crew_kit_ready(&ck);
    crew_kit_case(&ck);
    crew_kit_type(&ck, "wait answered 3");
    crew_kit_pass(&ck, 2);
    assert_int_equal(ck.quits, 0);
    crew_kit_pass(&ck, 2);
    assert_int_equal(ck.quits, 1);
    assert_int_equal(ck.status, 1);
    crew_kit_has(crew_kit_json(&ck), "\"event\":\"wait_failed\",\"for\":\"answered\"");
}

static void a_person_is_not_thrown_out(void **state)
{
    (void)state;
    crew_kit_close(&ck);
    crew_kit_open(&ck, CREW_KIT_TERMINAL, CREW_PERSON);
    crew_kit_ready(&ck);
    crew_kit_case(&ck);
    crew_kit_type(&ck, "wait answered 3");
    crew_kit_pass(&ck, 5);
    assert_int_equal(ck.quits, 0);
    assert_false(crew_busy(ck.crew));
    crew_kit_type(&ck, "wait answered 300");
    crew_kit_type(&ck, "case list"); /* typing ends the wait */
    assert_false(crew_busy(ck.crew));
    crew_kit_has(crew_kit_screen_text(&ck), "閲覧なし");
}

static void a_refused_sign_in_ends_the_wait_for_it(void **state)
{
    (void)state;
    crew_kit_welcome(&ck);
    crew_kit_type(&ck, "sign-in sato");
    crew_kit_type(&ck, "wrong");
    crew_kit_type(&ck, "123456");
    crew_kit_type(&ck, "wait session 600");
    crew_kit_refuse(&ck, "sign_in", "ERR_BAD_FACTORS", true);
    crew_tick(ck.crew);
    assert_int_equal(ck.status, 1);
}

static void sent_waits_for_every_receipt(void **state)
{
    (void)state;
    crew_kit_ready(&ck);
    crew_kit_case(&ck);
    crew_kit_type(&ck, "vitals pulse=80");
    crew_kit_type(&ck, "wait sent");
    assert_true(crew_busy(ck.crew));
    crew_kit_receipt(&ck, "vitals");
    assert_false(crew_busy(ck.crew));
}

static void nonsense_is_not_waited_for(void **state)
{
    (void)state;
    crew_kit_ready(&ck);
    crew_kit_type(&ck, "wait answered"); /* of which case? */
    crew_kit_case(&ck);
    crew_kit_type(&ck, "wait Answered");
    crew_kit_type(&ck, "wait answered soon");
    crew_kit_type(&ck, "wait aaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaa");
    assert_false(crew_busy(ck.crew));
    crew_kit_has(crew_kit_json(&ck), "ERR_USAGE");
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test_setup_teardown(online_and_session_are_states, set_up, tear_down),
        cmocka_unit_test_setup_teardown(each_event_is_waited_for_once, set_up, tear_down),
        cmocka_unit_test_setup_teardown(what_is_not_yet_in_the_log_does_not_count, set_up,
                                        tear_down),
        cmocka_unit_test_setup_teardown(the_crews_own_opening_is_not_the_hospitals, set_up,
                                        tear_down),
        cmocka_unit_test_setup_teardown(too_long_ends_a_script_with_status_1, set_up, tear_down),
        cmocka_unit_test_setup_teardown(a_person_is_not_thrown_out, set_up, tear_down),
        cmocka_unit_test_setup_teardown(a_refused_sign_in_ends_the_wait_for_it, set_up, tear_down),
        cmocka_unit_test_setup_teardown(sent_waits_for_every_receipt, set_up, tear_down),
        cmocka_unit_test_setup_teardown(nonsense_is_not_waited_for, set_up, tear_down),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
