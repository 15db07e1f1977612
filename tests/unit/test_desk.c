/* test_desk.c — Job: the box's line, clock and typed lines; nothing private goes into a pipe. */
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

static void it_says_when_the_gateway_is_gone(void **state)
{
    (void)state;
    desk_offline(dk.desk, "test");
    desk_kit_has(desk_kit_read_screen(&dk),
                 "ゲートウェイと通信できません（2026年11月24日 15:00から）");
    desk_offline(dk.desk, "test"); /* once */
    assert_string_equal(desk_kit_read_screen(&dk), "");
    desk_kit_ready(&dk);
    desk_kit_has(desk_kit_read_screen(&dk), "ゲートウェイにつながりました 【訓練】");
    delivered();
    desk_offline(dk.desk, "test");
    (void)desk_kit_read_screen(&dk);
    desk_kit_type(&dk, "list");
    const char *text = desk_kit_read_screen(&dk);
    desk_kit_has(text, "最後に聞いた状態です");
    desk_kit_has(text, desk_kit_case());
    const char *json = desk_kit_read_json(&dk);
    desk_kit_has(json, "\"event\":\"offline\"");
    desk_kit_has(json, "\"event\":\"start\"");
}

static void the_board_is_told_every_twenty_seconds(void **state)
{
    (void)state;
    desk_kit_ready(&dk);
    assert_int_equal(ckit_sent_times(&dk.kit, "board"), 1);
    dk.kit.mono += 19999;
    desk_tick(dk.desk);
    assert_int_equal(ckit_sent_times(&dk.kit, "board"), 1);
    dk.kit.mono += 1;
    desk_tick(dk.desk);
    assert_int_equal(ckit_sent_times(&dk.kit, "board"), 2);
    desk_offline(dk.desk, "test");
    dk.kit.mono += 20000;
    desk_tick(dk.desk);
    assert_int_equal(ckit_sent_times(&dk.kit, "board"), 2);
}

static void odd_lines_do_nothing(void **state)
{
    (void)state;
    char line[CLIENT_LINE_MAX + 10];
    memset(line, 'x', sizeof line);
    line[sizeof line - 1] = '\0';
    desk_kit_type(&dk, line);
    desk_kit_has(desk_kit_read_screen(&dk), "行が長すぎます");
    desk_kit_type(&dk, "");
    desk_kit_type(&dk, "   \t ");
    assert_string_equal(desk_kit_read_screen(&dk), "");
    desk_kit_type(&dk, "  list \r");
    desk_kit_has(desk_kit_read_screen(&dk), "事案はありません");
    desk_kit_type(&dk, "a b c d e f g h i j k l m n o p q r s t u v");
    desk_kit_has(desk_kit_read_screen(&dk), "使い方: help");
}

static void frames_without_sense_do_nothing(void **state)
{
    (void)state;
    desk_frame(dk.desk, slice_of("{\"type\":\"from_tomorrow\"}"));
    assert_string_equal(desk_kit_read_screen(&dk), "");
}

/* Every way that a clinical word or a name comes in; into a pipe and the JSON lines goes none. */
static void nothing_private_goes_into_a_pipe(void **state)
{
    (void)state;
    char more[512], envelope[128];
    desk_kit_ready(&dk);
    delivered();
    snprintf(more, sizeof more,
             "\"content\":{\"complaint\":\"MARKER\",\"hospitals\":[\"%s\"],\"inquiry\":\"%s\","
             "\"note\":\"MARKER\"},\"hospital\":\"%s\",\"hospital_name\":\"MARKER\","
             "\"inquiry\":\"%s\",\"person_name\":\"MARKER\",",
             ckit_text('O'), ckit_text('Q'), ckit_text('O'), ckit_text('Q'));
    notice("inquiry_asked", more);
    notice("talked", "\"content\":{\"text\":\"MARKER\"},\"person_name\":\"MARKER\",");
    notice("vitals_taken", "\"content\":{\"at\":\"2026-11-24T05:00:00.000Z\",\"ecg\":\"MARKER\"},");
    notice("MARKER event", "");
    desk_kit_open_view(&dk, sections, 2);
    snprintf(envelope, sizeof envelope, "\"case\":\"%s\",\"session\":\"%s\",", ckit_text('C'),
             ckit_text('S'));
    ckit_say(&dk.kit, "record", envelope, "{\"record\":{\"name\":\"MARKER\"}}");
    ckit_say(&dk.kit, "refusal", "",
             "{\"code\":\"MARKER X\",\"en\":\"\",\"final\":true,\"ja\":\"\"}");
    desk_kit_type(&dk, "list");
    desk_kit_type(&dk, "who");
    notice("grant_revoked", "\"revoke\":\"expired\",");
    desk_kit_has_not(desk_kit_read_screen(&dk), "MARKER");
    const char *json = desk_kit_read_json(&dk);
    desk_kit_has_not(json, "MARKER");
    desk_kit_has_not(json, "secret-word");
    desk_kit_has_not(json, "試験");
    desk_kit_has(json, "\"event\":\"opened\"");
    desk_kit_has(json, "\"event\":\"record_opened\"");
    desk_kit_has(json, "\"event\":\"ring\"");
}

static void each_json_line_is_json(void **state)
{
    (void)state;
    desk_kit_ready(&dk);
    delivered();
    desk_kit_open_view(&dk, sections, 2);
    desk_kit_type(&dk, "no-such-command");
    char *at = (char *)desk_kit_read_json(&dk);
    int lines = 0;
    for (char *end = strchr(at, '\n'); end != NULL; end = strchr(at, '\n')) {
        struct json *json;
        *end = '\0';
        assert_int_equal(json_parse(slice_of(at), FRAME_BYTES_MAX, &json), ERR_OK);
        assert_non_null(json_get(json, "at"));
        assert_non_null(json_get(json, "at_ms"));
        assert_non_null(json_get(json, "event"));
        json_free(json);
        at = end + 1;
        lines++;
    }
    assert_true(lines > 6);
    assert_string_equal(at, "");
}

#define ONE(test) cmocka_unit_test_setup_teardown(test, set_up, tear_down)
int main(void)
{
    const struct CMUnitTest tests[] = {
        ONE(it_says_when_the_gateway_is_gone),
        ONE(the_board_is_told_every_twenty_seconds),
        ONE(odd_lines_do_nothing),
        ONE(frames_without_sense_do_nothing),
        ONE(nothing_private_goes_into_a_pipe),
        ONE(each_json_line_is_json),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
