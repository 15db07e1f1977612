/* test_desk_show.c — Job: opened sections stand on a terminal, and leave it with its history. */
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

#define CLEARED "\033[2J\033[3J\033[H"

static void shown(void)
{
    desk_kit_ready(&dk);
    delivered();
    (void)desk_kit_read_screen(&dk);
    desk_kit_open_view(&dk, sections, 2);
    const char *text = desk_kit_read_screen(&dk);
    desk_kit_has(text, "氏名 MARKER甲  生年月日 昭和25年（1950年）3月5日  76歳");
    desk_kit_has(text, "この情報源にアレルギー欄はありません（『なし』ではありません）");
    desk_kit_has(text, "■ 手術\n  本人が非表示");
    desk_kit_has(text, "【訓練】【シミュレーター：架空の患者】【写し】");
}

static void an_opening_is_reported_with_its_hashes(void **state)
{
    (void)state;
    shown();
    const char *json = desk_kit_read_json(&dk);
    desk_kit_has(json, "\"event\":\"opened\"");
    desk_kit_has(json,
                 "\"entry\":77,\"took_ms\":0,\"shown\":true,\"sections\":[{\"section\":\"person\"");
    const struct sealed_view *view = sealed_views_first(client_views(dk.kit.client));
    char hex[65];
    for (size_t i = 0; i < 32; i++)
        snprintf(hex + 2 * i, 3, "%02x", view->sections[0].hash.bytes[i]);
    desk_kit_has(json, hex);
}

static void a_revocation_clears_the_screen_first(void **state)
{
    (void)state;
    char more[96];
    shown();
    snprintf(more, sizeof more, "\"grant\":\"%s\",\"revoke\":\"destination_changed\",",
             ckit_text('G'));
    notice("grant_revoked", more);
    const char *text = desk_kit_read_screen(&dk);
    assert_int_equal(strncmp(text, CLEARED, strlen(CLEARED)), 0);
    desk_kit_has(text, "搬送先が変わりました");
    desk_kit_has_not(text, "MARKER");
    desk_kit_has(desk_kit_read_json(&dk),
                 "\"why\":\"revoked\",\"revoke\":\"destination_changed\",\"covered\":[\"person\"");
}

static void a_mixup_says_not_to_use_it(void **state)
{
    (void)state;
    shown();
    notice("mixup", "\"mixup\":\"wrong_patient\",");
    const char *text = desk_kit_read_screen(&dk);
    desk_kit_has(text, CLEARED);
    desk_kit_has(text, "別人の情報でした。使わないでください");
}

static void silence_clears_the_screen(void **state)
{
    (void)state;
    shown();
    dk.kit.mono += 120000;
    desk_tick(dk.desk);
    const char *text = desk_kit_read_screen(&dk);
    desk_kit_has(text, CLEARED);
    desk_kit_has(text, "ゲートウェイと通信できないため、表示を終えました");
}

static void closing_is_told_to_the_gateway(void **state)
{
    (void)state;
    char line[64];
    shown();
    snprintf(line, sizeof line, "close %s", desk_kit_case());
    desk_kit_type(&dk, line);
    desk_kit_has(desk_kit_read_screen(&dk), CLEARED);
    assert_string_equal(ckit_member(ckit_sent(&dk.kit, "close_view"), "body.grant"),
                        ckit_text('G'));
}

static void the_program_leaves_an_empty_screen(void **state)
{
    (void)state;
    shown();
    desk_free(dk.desk);
    dk.desk = NULL;
    desk_kit_has(desk_kit_read_screen(&dk), CLEARED);
}

static void record(void)
{
    char envelope[128];
    snprintf(envelope, sizeof envelope, "\"case\":\"%s\",\"seq\":5,\"session\":\"%s\",",
             ckit_text('C'), ckit_text('S'));
    ckit_say(&dk.kit, "record", envelope,
             "{\"record\":{\"allergies\":{\"state\":\"present\",\"text\":\"卵\"},"
             "\"name\":\"MARKER乙\",\"name_source\":\"told\"}}");
}

static void a_record_is_shown_and_cleared(void **state)
{
    (void)state;
    desk_kit_ready(&dk);
    delivered();
    record();
    const char *text = desk_kit_read_screen(&dk);
    desk_kit_has(text, "氏名 MARKER乙〔聴取〕");
    desk_kit_has(text, "アレルギー（聴取） あり：卵");
    notice("inquiry_ended", "\"asked\":\"elsewhere\",");
    desk_kit_has(desk_kit_read_screen(&dk), CLEARED);
    record();
    (void)desk_kit_read_screen(&dk);
    dk.kit.mono += 120000;
    desk_tick(dk.desk);
    desk_kit_has(desk_kit_read_screen(&dk), "画面を消しました");
    record();
    (void)desk_kit_read_screen(&dk);
    desk_kit_type(&dk, "sign-out");
    desk_kit_has(desk_kit_read_screen(&dk), CLEARED);
}

static void the_list_has_content_only_with_the_gateway(void **state)
{
    (void)state;
    desk_kit_ready(&dk);
    delivered();
    (void)desk_kit_read_screen(&dk);
    desk_kit_type(&dk, "list");
    const char *text = desk_kit_read_screen(&dk);
    desk_kit_has(text, "情報: 到着（未開封）");
    desk_kit_has(text, "緊急  71歳");
    desk_kit_has(text, "主訴 胸痛マーカー");
    desk_offline(dk.desk, "test");
    (void)desk_kit_read_screen(&dk);
    desk_kit_type(&dk, "list");
    text = desk_kit_read_screen(&dk);
    desk_kit_has(text, desk_kit_case());
    desk_kit_has_not(text, "胸痛");
}

#define ONE(test) cmocka_unit_test_setup_teardown(test, set_up, tear_down)
int main(void)
{
    const struct CMUnitTest tests[] = {
        ONE(an_opening_is_reported_with_its_hashes),
        ONE(a_revocation_clears_the_screen_first),
        ONE(a_mixup_says_not_to_use_it),
        ONE(silence_clears_the_screen),
        ONE(closing_is_told_to_the_gateway),
        ONE(the_program_leaves_an_empty_screen),
        ONE(a_record_is_shown_and_cleared),
        ONE(the_list_has_content_only_with_the_gateway),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
