/* test_desk_happened.c — Job: what rings, what is answered by the box itself, and what is
 * reported. */
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
    desk_kit_open(&dk, DESK_KIT_TERMINAL, DESK_SECRETS_TYPED);
    return 0;
}

static int tear_down(void **state)
{
    (void)state;
    desk_kit_close(&dk);
    return 0;
}

static const struct ckit_section sections[] = {
    {SECTION_PERSON, "{\"content\":{\"birth_date\":\"1950-03-05\",\"name\":\"MARKER甲\"},"
                     "\"state\":\"present\"}"},
    {SECTION_ALLERGIES, "{\"state\":\"not_provided\"}"},
};

static void delivered(void)
{
    ckit_case(&dk.kit, dk.kit.wall + 600000);
    ckit_view(&dk.kit, 'G', sections, 2, 30, dk.kit.wall + 600000);
}

static void notice(const char *event, const char *more)
{
    char envelope[96];
    snprintf(envelope, sizeof envelope, "\"case\":\"%s\",", ckit_text('C'));
    ckit_say(&dk.kit, "notice", envelope, "{%s\"at\":\"%s\",\"event\":\"%s\"}", more,
             ckit_at(dk.kit.wall), event);
}

static void asked(void)
{
    char more[512];
    snprintf(more, sizeof more,
             "\"content\":{\"complaint\":\"頭痛\",\"hospitals\":[\"%s\"],\"inquiry\":\"%s\","
             "\"urgency\":\"yellow\"},\"hospital\":\"%s\",\"inquiry\":\"%s\",",
             ckit_text('O'), ckit_text('Q'), ckit_text('O'), ckit_text('Q'));
    notice("inquiry_asked", more);
}

static void a_request_rings_without_anybody_signed_in(void **state)
{
    (void)state;
    ckit_ready(&dk.kit, 3);
    (void)desk_kit_read_screen(&dk);
    asked();
    const char *text = desk_kit_read_screen(&dk);
    desk_kit_has(text, "受入要請が来ました\n\a");
    desk_kit_has(text, "準緊急");
    desk_kit_has(text, "主訴 頭痛");
    desk_kit_has(desk_kit_read_json(&dk), "\"event\":\"ring\",\"notice\":\"inquiry_asked\"");
}

/* Whatever is the first that is heard of a practice case: it is said, here and to programs. */
static void a_practice_request_says_so(void **state)
{
    (void)state;
    char envelope[96], more[64];
    ckit_ready(&dk.kit, 3);
    (void)desk_kit_read_screen(&dk);
    (void)desk_kit_read_json(&dk);
    snprintf(envelope, sizeof envelope, "\"case\":\"%s\",\"training\":true,", ckit_text('C'));
    snprintf(more, sizeof more, "\"hospital\":\"%s\",", ckit_text('O'));
    ckit_say(&dk.kit, "notice", envelope, "{%s\"at\":\"%s\",\"event\":\"inquiry_asked\"}", more,
             ckit_at(dk.kit.wall));
    desk_kit_has(desk_kit_read_screen(&dk), "【訓練】");
    desk_kit_has(desk_kit_read_json(&dk), "\"training\":true");
    notice("inquiry_ended", more); /* what was said once holds for the case */
    desk_kit_has(desk_kit_read_screen(&dk), "【訓練】");
}

static void the_box_reports_delivery_once(void **state)
{
    (void)state;
    char more[96];
    desk_kit_ready(&dk);
    delivered();
    struct slice frame = ckit_sent(&dk.kit, "delivered");
    assert_string_equal(ckit_member(frame, "body.view"), ckit_text('V'));
    assert_string_equal(ckit_member(frame, "body.grant"), ckit_text('G'));
    assert_string_equal(ckit_member(frame, "session"), ""); /* the device alone */
    const char *json = desk_kit_read_json(&dk);
    desk_kit_has(json, "\"event\":\"delivered_complete\"");
    desk_kit_has(json, "\"since_grant_ms\":0");
    desk_kit_has(json, "\"sha256\":\"");
    snprintf(more, sizeof more, "\"grant\":\"%s\",", ckit_text('G'));
    notice("delivered", more);
    ckit_forget(&dk.kit);
    desk_offline(dk.desk, "test");
    desk_online(dk.desk);
    ckit_welcome(&dk.kit, 4);
    ckit_view(&dk.kit, 'G', sections, 2, 30, dk.kit.wall + 600000);
    assert_int_equal(ckit_sent_times(&dk.kit, "delivered"), 1); /* only the unacknowledged first */
}

static void a_view_that_breaks_is_reported(void **state)
{
    (void)state;
    desk_kit_ready(&dk);
    ckit_case(&dk.kit, dk.kit.wall + 600000);
    ckit_header(&dk.kit, 'G', sections, 1, 30, dk.kit.wall + 600000);
    ckit_pieces(&dk.kit, 'G', sections, 1, 60);
    desk_kit_has(desk_kit_read_json(&dk), "\"event\":\"view_broken\"");
    assert_null(ckit_sent(&dk.kit, "delivered").bytes);
}

static void refusals_are_told(void **state)
{
    (void)state;
    char envelope[64], line[64];
    desk_kit_ready(&dk);
    delivered();
    snprintf(line, sizeof line, "talk %s x", desk_kit_case());
    desk_kit_type(&dk, line);
    snprintf(envelope, sizeof envelope, "\"re\":\"%s\",",
             ckit_member(ckit_sent(&dk.kit, "talk"), "id"));
    ckit_say(&dk.kit, "refusal", envelope,
             "{\"code\":\"ERR_NOT_DESTINATION\",\"en\":\"\",\"final\":true,\"ja\":"
             "\"搬送先ではありません\"}");
    desk_kit_has(desk_kit_read_screen(&dk), "talk: 受け付けられません: 搬送先ではありません");
    desk_kit_has(desk_kit_read_json(&dk), "\"ok\":false,\"err\":\"ERR_NOT_DESTINATION\"");
    desk_kit_type(&dk, line);
    dk.kit.mono += CLIENT_RESEND_MS;
    desk_tick(dk.desk);
    desk_kit_has(desk_kit_read_screen(&dk), "talk: 返事がありません。届いたかどうか分かりません");
}

static void who_must_acknowledge_is_told_at_each_snapshot(void **state)
{
    (void)state;
    char envelope[64];
    ckit_ready(&dk.kit, 3);
    snprintf(envelope, sizeof envelope, "\"case\":\"%s\",", ckit_text('C'));
    ckit_say(&dk.kit, "snapshot", "", "{\"count\":1,\"n\":4}");
    ckit_say(&dk.kit, "snapshot_case", envelope, "{\"mixup\":\"wrong_patient\",\"must_ack\":true}");
    desk_kit_has(desk_kit_read_screen(&dk),
                 "別人の情報でした。使わないでください。読んだら: ack-mixup");
}

static void a_gateway_with_less_than_before_is_told(void **state)
{
    (void)state;
    desk_kit_ready(&dk);
    desk_offline(dk.desk, "test");
    desk_online(dk.desk);
    ckit_welcome(&dk.kit, 1);
    desk_kit_has(desk_kit_read_screen(&dk), "ゲートウェイの記録が前より少なくなっています");
    desk_kit_has(desk_kit_read_json(&dk), "\"event\":\"n_went_back\"");
}

static void what_has_no_words_is_only_reported(void **state)
{
    (void)state;
    desk_kit_ready(&dk);
    delivered();
    (void)desk_kit_read_screen(&dk);
    notice("event_of_tomorrow", "");
    assert_string_equal(desk_kit_read_screen(&dk), "");
    desk_kit_has(desk_kit_read_json(&dk), "\"notice\":\"event_of_tomorrow\"");
}

#define ONE(test) cmocka_unit_test_setup_teardown(test, set_up, tear_down)
int main(void)
{
    const struct CMUnitTest tests[] = {
        ONE(a_request_rings_without_anybody_signed_in),
        ONE(a_practice_request_says_so),
        ONE(the_box_reports_delivery_once),
        ONE(a_view_that_breaks_is_reported),
        ONE(refusals_are_told),
        ONE(who_must_acknowledge_is_told_at_each_snapshot),
        ONE(a_gateway_with_less_than_before_is_told),
        ONE(what_has_no_words_is_only_reported),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
