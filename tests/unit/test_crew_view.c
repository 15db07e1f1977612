/* test_crew_view.c — Job: the view: asked, compared, opened, on a terminal only, and off again. */
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

static void first_the_question_whether_it_is_this_person(void **state)
{
    (void)state;
    ready();
    crew_kit_card_in(&ck, 1);
    crew_kit_type(&ck, "card wait");
    crew_kit_receipt(&ck, "card_read");
    crew_kit_pass(&ck, 1);
    crew_kit_view(&ck);
    const char *text = crew_kit_screen_text(&ck);
    crew_kit_has(text, "この方ですか");
    crew_kit_has(text, "山田太郎（ヤマダ）  生年月日 昭和25年（1950年）3月5日");
    crew_kit_has(text, "シミュレーター");
    crew_kit_has_not(text, "ワルファリン");
    const char *json = crew_kit_json(&ck);
    crew_kit_has(json, "\"event\":\"view_complete\"");
    crew_kit_has(json, "\"event\":\"view_shown\"");
    crew_kit_has(json, "\"since_card_ms\":1002"); /* a second, and 2.5 ms of reading */
    crew_kit_has_not(json, "山田");
    crew_kit_type(&ck, "wait view");
    assert_false(crew_busy(ck.crew));
    crew_kit_type(&ck, "identity matched");
    assert_string_equal(crew_kit_sent(&ck, "identity_check", "body.view"), ckit_text('V'));
    assert_string_equal(crew_kit_sent(&ck, "identity_check", "body.result"), "matched");
}

static void what_is_opened_is_shown_in_honest_words(void **state)
{
    (void)state;
    ready();
    crew_kit_view(&ck);
    crew_kit_matched(&ck);
    (void)crew_kit_screen_text(&ck);
    crew_kit_type(&ck, "open all");
    struct slice frame = ckit_sent(&ck.kit, "open");
    assert_string_equal(ckit_member(frame, "body.screen"), "救急1");
    assert_non_null(memmem(frame.bytes, frame.size, "[\"person\",\"medications\"]", 24));
    crew_kit_receipt(&ck, "open");
    ckit_keys(&ck.kit, '\0', 'S', crew_kit_sections, 2, NULL);
    const char *text = crew_kit_screen_text(&ck);
    crew_kit_has(text, "ワルファリン");
    crew_kit_type(&ck, "open allergies,surgery"); /* not here: why, in words */
    text = crew_kit_screen_text(&ck);
    crew_kit_has(text, "アレルギー\n  照会していません");
    crew_kit_has(text, "手術\n  本人が非表示");
    const char *json = crew_kit_json(&ck);
    crew_kit_has(json, "\"event\":\"opened\"");
    crew_kit_has_not(json, "ワルファリン");
}

static void in_a_pipe_nothing_is_shown(void **state)
{
    (void)state;
    crew_kit_close(&ck);
    crew_kit_open(&ck, CREW_KIT_PIPE, CREW_SCRIPT);
    ready();
    crew_kit_view(&ck);
    crew_kit_matched(&ck);
    crew_kit_opened(&ck);
    crew_kit_type(&ck, "wait shown");
    assert_false(crew_busy(ck.crew));
    const char *text = crew_kit_screen_text(&ck);
    crew_kit_has(text, "この方ですか（端末ではないため表示しません）");
    crew_kit_has(text, "情報を開きました（端末ではないため表示しません）");
    crew_kit_has_not(text, "山田");
    crew_kit_has_not(text, "ワルファリン");
    crew_kit_has(crew_kit_json(&ck), "\"shown\":false");
}

static void without_a_view_nothing_can_be_said_of_it(void **state)
{
    (void)state;
    crew_kit_type(&ck, "open all");
    ready();
    crew_kit_type(&ck, "identity matched");
    crew_kit_type(&ck, "open all");
    crew_kit_type(&ck, "close");
    crew_kit_type(&ck, "identity perhaps");
    const char *json = crew_kit_json(&ck);
    crew_kit_has(json, "\"command\":\"identity\",\"err\":\"ERR_NO_VIEW\"");
    crew_kit_has(json, "\"command\":\"open\",\"err\":\"ERR_NO_VIEW\"");
    crew_kit_has(json, "\"command\":\"close\",\"err\":\"ERR_NO_VIEW\"");
    assert_string_equal(crew_kit_sent(&ck, "open", "id"), "");
}

static void a_longer_look_back(void **state)
{
    (void)state;
    ready();
    crew_kit_type(&ck, "view kind=normal_view reason=\"既往の 確認\" from=2024-01 sections=labs");
    struct slice frame = ckit_sent(&ck.kit, "view_ask");
    assert_string_equal(ckit_member(frame, "body.kind"), "normal_view");
    assert_string_equal(ckit_member(frame, "body.reason"), "既往の 確認");
    crew_kit_type(&ck, "view kind=everything");
    assert_int_equal(ckit_sent_times(&ck.kit, "view_ask"), 1);
}

static void closing_covers_at_once(void **state)
{
    (void)state;
    ready();
    crew_kit_view(&ck);
    crew_kit_matched(&ck);
    crew_kit_opened(&ck);
    (void)crew_kit_screen_text(&ck);
    crew_kit_type(&ck, "close");
    assert_string_equal(crew_kit_sent(&ck, "close_view", "body.view"), ckit_text('V'));
    const char *text = crew_kit_screen_text(&ck);
    crew_kit_has(text, "\033[2J\033[3J");
    crew_kit_has(text, "表示を終えました: 閲覧を終えました");
    crew_kit_has_not(text, "ワルファリン");
}

static void the_end_of_the_case_takes_everything(void **state)
{
    (void)state;
    ready();
    crew_kit_view(&ck);
    crew_kit_matched(&ck);
    crew_kit_opened(&ck);
    (void)crew_kit_screen_text(&ck);
    crew_kit_notice(&ck, "handed_over", ""); /* the crew's view ends at hand-over */
    const char *text = crew_kit_screen_text(&ck);
    crew_kit_has(text, "\033[2J\033[3J");
    crew_kit_has(text, "情報はもうありません: 救急隊の閲覧は終わりました");
    const char *json = crew_kit_json(&ck);
    crew_kit_has(json, "\"event\":\"covered\"");
    crew_kit_has(json, "\"event\":\"view_gone\"");
    crew_kit_type(&ck, "open all");
    crew_kit_has(crew_kit_json(&ck), "ERR_NO_VIEW");
}

static void a_mixup_says_so(void **state)
{
    (void)state;
    ready();
    crew_kit_view(&ck);
    crew_kit_matched(&ck);
    crew_kit_opened(&ck);
    crew_kit_notice(&ck, "mixup", "\"mixup\":\"wrong_patient\",");
    crew_kit_has(crew_kit_screen_text(&ck), "別人の情報でした。使わないでください");
}

static void cut_for(int seconds)
{
    crew_offline(ck.crew, "cut");
    crew_kit_pass(&ck, seconds);
}

static void back(void)
{
    ckit_forget(&ck.kit);
    crew_online(ck.crew);
    crew_kit_say(&ck, "welcome", "",
                 "{\"device\":\"%s\",\"lease_ms\":120000,\"n\":%lld,\"now\":\"%s\",\"org\":\"%s\","
                 "\"profile\":\"training\"}",
                 ckit_text('D'), (long long)ck.n, ckit_at(ck.kit.wall), ckit_text('O'));
}

static void a_dead_line_covers_after_the_lease(void **state)
{
    (void)state;
    ready();
    crew_kit_view(&ck);
    crew_kit_matched(&ck);
    crew_kit_opened(&ck);
    cut_for(100);
    crew_kit_has_not(crew_kit_json(&ck), "\"event\":\"covered\"");
    (void)crew_kit_screen_text(&ck);
    crew_kit_pass(&ck, 30);
    crew_kit_has(crew_kit_json(&ck), "\"why\":\"lease\"");
    crew_kit_has_not(crew_kit_screen_text(&ck), "ワルファリン");
    struct sealed_view *view = sealed_views_first(client_views(ck.kit.client));
    assert_true(view->opened == 0);
    assert_null(sealed_view_plain(view, SECTION_MEDICATIONS).bytes);
}

static void one_named_touch_uncovers_until_the_end_of_the_right(void **state)
{
    (void)state;
    ready();
    crew_kit_view(&ck);
    crew_kit_matched(&ck);
    crew_kit_opened(&ck);
    crew_kit_type(&ck, "uncover"); /* nothing is covered */
    crew_kit_has(crew_kit_json(&ck), "\"command\":\"uncover\",\"err\":\"ERR_NO_VIEW\"");
    cut_for(130);
    (void)crew_kit_screen_text(&ck);
    crew_kit_type(&ck, "uncover");
    crew_kit_has(crew_kit_screen_text(&ck), "ワルファリン");
    crew_kit_has(crew_kit_json(&ck), "\"event\":\"uncovered\"");
    crew_kit_pass(&ck, 600); /* it stays */
    crew_kit_has_not(crew_kit_json(&ck), "\"event\":\"covered\"");
    back(); /* and is said */
    assert_string_equal(crew_kit_sent(&ck, "open", "body.view"), ckit_text('V'));
    crew_kit_has(crew_kit_sent(&ck, "open", "body.screen"), "救急1（通信断中に表示 2026年11月24日");
    crew_kit_receipt(&ck, "open");
    crew_kit_pass(&ck, 1);
    back();
    assert_string_equal(crew_kit_sent(&ck, "open", "id"), ""); /* once */
    /* The exception is over: the next silence covers again; the right's end takes it for good. */
    crew_kit_pass(&ck, 1);
    cut_for(130);
    crew_kit_has(crew_kit_json(&ck), "\"why\":\"lease\"");
    crew_kit_type(&ck, "uncover");
    crew_kit_pass(&ck, 3600);
    crew_kit_has(crew_kit_json(&ck), "\"why\":\"until\"");
    crew_kit_type(&ck, "uncover");
    crew_kit_has(crew_kit_json(&ck), "\"err\":\"ERR_NO_VIEW\"");
}

static void only_who_opened_it_uncovers_it(void **state)
{
    (void)state;
    ready();
    crew_kit_view(&ck);
    crew_kit_matched(&ck);
    crew_kit_opened(&ck);
    cut_for(130);
    crew_kit_type(&ck, "sign-out");
    crew_kit_type(&ck, "uncover");
    crew_kit_has(crew_kit_json(&ck), "\"command\":\"uncover\",\"err\":\"ERR_NO_SESSION\"");
    struct sealed_view *view = sealed_views_first(client_views(ck.kit.client));
    assert_true(view->veiled == 0); /* wiped with the session */
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test_setup_teardown(first_the_question_whether_it_is_this_person, set_up,
                                        tear_down),
        cmocka_unit_test_setup_teardown(what_is_opened_is_shown_in_honest_words, set_up, tear_down),
        cmocka_unit_test_setup_teardown(in_a_pipe_nothing_is_shown, set_up, tear_down),
        cmocka_unit_test_setup_teardown(without_a_view_nothing_can_be_said_of_it, set_up,
                                        tear_down),
        cmocka_unit_test_setup_teardown(a_longer_look_back, set_up, tear_down),
        cmocka_unit_test_setup_teardown(closing_covers_at_once, set_up, tear_down),
        cmocka_unit_test_setup_teardown(the_end_of_the_case_takes_everything, set_up, tear_down),
        cmocka_unit_test_setup_teardown(a_mixup_says_so, set_up, tear_down),
        cmocka_unit_test_setup_teardown(a_dead_line_covers_after_the_lease, set_up, tear_down),
        cmocka_unit_test_setup_teardown(one_named_touch_uncovers_until_the_end_of_the_right, set_up,
                                        tear_down),
        cmocka_unit_test_setup_teardown(only_who_opened_it_uncovers_it, set_up, tear_down),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
