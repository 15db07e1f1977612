/* test_crew_happened.c — Job: what comes is told in words, and reported in codes only. */
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
    crew_kit_open(&ck, CREW_KIT_TERMINAL, CREW_PERSON);
    return 0;
}

static int tear_down(void **state)
{
    (void)state;
    crew_kit_close(&ck);
    return 0;
}

static void ready(void)
{
    crew_kit_ready(&ck);
    crew_kit_case(&ck);
}

static void an_answer_with_its_reason(void **state)
{
    char more[256];
    (void)state;
    ready();
    snprintf(more, sizeof more,
             "\"answer\":\"declined\",\"content\":{\"name\":\"看護師 田中\",\"note\":\"満床です\","
             "\"inquiry\":\"%s\",\"reason\":\"no_bed\",\"result\":\"declined\"},"
             "\"decline\":\"no_bed\",\"hospital\":\"%s\",\"hospital_name\":\"汐見総合病院\",",
             ckit_text('Q'), ckit_text('1'));
    crew_kit_notice(&ck, "answered", more);
    const char *text = crew_kit_screen_text(&ck);
    crew_kit_has(text, "病院の返事（汐見総合病院）: 受入できません（ベッド満床）");
    crew_kit_has(text, "担当 看護師 田中：満床です");
    crew_kit_has(text, "\a");
    const char *json = crew_kit_json(&ck);
    crew_kit_has(json, "\"notice\":\"answered\"");
    crew_kit_has(json, "\"answer\":\"declined\",\"decline\":\"no_bed\"");
    crew_kit_has_not(json, "田中");
    crew_kit_has_not(json, "満床");
    crew_kit_has_not(json, "汐見");
}

static void in_a_pipe_no_words_of_people(void **state)
{
    (void)state;
    crew_kit_close(&ck);
    crew_kit_open(&ck, CREW_KIT_PIPE, CREW_SCRIPT);
    ready();
    crew_kit_notice(
        &ck, "talked",
        "\"content\":{\"text\":\"処置室へ直接どうぞ\"},\"hospital_name\":\"汐見総合病院\",");
    const char *text = crew_kit_screen_text(&ck);
    crew_kit_has(text, "連絡");
    crew_kit_has_not(text, "処置室");
    crew_kit_has_not(text, "汐見");
}

static void refusals_of_card_and_fetch_say_why(void **state)
{
    (void)state;
    ready();
    crew_kit_notice(&ck, "card_refused", "\"error\":\"ERR_CARD_REVOKED\",");
    crew_kit_has(crew_kit_screen_text(&ck), "カードの電子証明書が失効しています");
    crew_kit_notice(&ck, "fetch_failed", "\"error\":\"ERR_NOT_REGISTERED\",");
    crew_kit_has(crew_kit_screen_text(&ck), "保険証として登録されていません");
    crew_kit_has(crew_kit_json(&ck), "\"error\":\"ERR_NOT_REGISTERED\"");
}

static void a_newer_gateway_may_say_more(void **state)
{
    (void)state;
    ready();
    crew_kit_notice(&ck, "weather_changed", "\"wind\":3,\"answer\":\"perhaps\",");
    crew_kit_notice(&ck, "<script>", "");
    const char *json = crew_kit_json(&ck);
    crew_kit_has(json, "\"notice\":\"weather_changed\"");
    crew_kit_has(json, "\"notice\":\"?\"");
}

static void a_gateway_that_forgot_is_told(void **state)
{
    (void)state;
    ck.n = 50;
    crew_kit_ready(&ck);
    ck.kit.mono += 20000;
    crew_tick(ck.crew);
    crew_kit_restart(&ck);
    ck.n = 3;
    crew_kit_welcome(&ck);
    crew_kit_has(crew_kit_json(&ck), "\"event\":\"n_went_back\",\"n\":3,\"kept\":50");
    crew_kit_has(crew_kit_screen_text(&ck), "ゲートウェイの記録が前より少なくなっています");
}

static void a_taken_over_case_comes_with_a_snapshot(void **state)
{
    char more[64];
    (void)state;
    ready();
    ckit_forget(&ck.kit);
    snprintf(more, sizeof more, "\"device\":\"%s\",", ckit_text('E'));
    crew_kit_notice(&ck, "taken_over", more);
    assert_int_equal(ckit_sent_times(&ck.kit, "snapshot_ask"), 1);
    crew_kit_type(&ck, "case list");
    crew_kit_has(crew_kit_screen_text(&ck), "【他隊】");
}

static void the_profile_is_a_banner(void **state)
{
    (void)state;
    crew_kit_welcome(&ck);
    crew_kit_has(crew_kit_screen_text(&ck), "ゲートウェイにつながりました 【訓練】");
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test_setup_teardown(an_answer_with_its_reason, set_up, tear_down),
        cmocka_unit_test_setup_teardown(in_a_pipe_no_words_of_people, set_up, tear_down),
        cmocka_unit_test_setup_teardown(refusals_of_card_and_fetch_say_why, set_up, tear_down),
        cmocka_unit_test_setup_teardown(a_newer_gateway_may_say_more, set_up, tear_down),
        cmocka_unit_test_setup_teardown(a_gateway_that_forgot_is_told, set_up, tear_down),
        cmocka_unit_test_setup_teardown(a_taken_over_case_comes_with_a_snapshot, set_up, tear_down),
        cmocka_unit_test_setup_teardown(the_profile_is_a_banner, set_up, tear_down),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
