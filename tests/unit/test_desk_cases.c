/* test_desk_cases.c — Job: typed words become the message that the person means, and no other. */
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

static void type(const char *command, const char *rest)
{
    char line[256];
    snprintf(line, sizeof line, "%s %s %s", command, desk_kit_case(), rest);
    desk_kit_type(&dk, line);
}

static void ready(void)
{
    desk_kit_ready(&dk);
    delivered();
}

static const char *sent(const char *message, const char *path)
{
    return ckit_member(ckit_sent(&dk.kit, message), path);
}

static void answers(void **state)
{
    (void)state;
    ready();
    type("answer", "accept 医師 田中");
    assert_string_equal(sent("answer", "body.result"), "accepted");
    assert_string_equal(sent("answer", "body.name"), "医師 田中");
    assert_string_equal(sent("answer", "body.inquiry"), ckit_text('Q'));
    assert_string_equal(sent("answer", "case"), ckit_text('C'));
    type("answer", "decline no_bed 田中");
    assert_string_equal(sent("answer", "body.reason"), "no_bed");
    assert_string_equal(sent("answer", "body.name"), "田中");
    type("answer", "decline");
    assert_string_equal(sent("answer", "body.reason"), "no_reason");
    ckit_forget(&dk.kit);
    type("answer", "decline because");
    type("answer", "maybe");
    desk_kit_type(&dk, "answer XXXXXX accept");
    assert_int_equal(dk.kit.sent_count, 0);
}

static void acceptances(void **state)
{
    (void)state;
    ready();
    type("confirm-phone", "yes 田中");
    assert_string_equal(sent("acceptance_check", "body.confirmed"), "true");
    type("confirm-phone", "no");
    assert_string_equal(sent("acceptance_check", "body.confirmed"), "false");
    ckit_forget(&dk.kit);
    type("confirm-phone", "perhaps");
    assert_int_equal(dk.kit.sent_count, 0);
    type("withdraw", "満床に なりました");
    assert_string_equal(sent("acceptance_withdraw", "body.reason"), "満床に なりました");
}

static void openings(void **state)
{
    (void)state;
    ready();
    type("open", "allergies");
    struct json *root;
    assert_int_equal(json_parse(ckit_sent(&dk.kit, "open"), FRAME_BYTES_MAX, &root), ERR_OK);
    const struct json *list = json_get(json_get(root, "body"), "sections");
    assert_int_equal(json_count(list), 2); /* never without the person */
    assert_string_equal(json_text(json_first(list)).bytes, "person");
    json_free(root);
    assert_string_equal(sent("open", "body.screen"), "ER-1");
    assert_string_equal(sent("open", "body.grant"), ckit_text('G'));
    assert_string_equal(sent("open", "session"), ckit_text('S'));
    ckit_forget(&dk.kit);
    type("open", "everything");
    type("open", "labs"); /* outside the grant */
    assert_int_equal(dk.kit.sent_count, 0);
    desk_kit_has(desk_kit_read_screen(&dk), "この範囲は許されていません");
}

static void nothing_is_opened_before_it_is_whole(void **state)
{
    (void)state;
    desk_kit_ready(&dk);
    ckit_case(&dk.kit, dk.kit.wall + 600000);
    ckit_header(&dk.kit, 'G', sections, 2, 30, dk.kit.wall + 600000);
    type("open", "all");
    assert_null(ckit_sent(&dk.kit, "open").bytes);
    desk_kit_has(desk_kit_read_screen(&dk), "閲覧できる情報がありません");
}

static void what_needs_a_person_needs_one(void **state)
{
    (void)state;
    ready();
    desk_kit_type(&dk, "sign-out");
    ckit_forget(&dk.kit);
    (void)desk_kit_read_screen(&dk);
    static const char *const lines[][2] = {
        {"open", "all"}, {"record", ""},       {"talk", "x"},          {"handover", "田中"},
        {"extend", "x"}, {"break-glass", "x"}, {"mixup", "patient x"}, {"ack-mixup", ""}};
    for (size_t i = 0; i < sizeof lines / sizeof lines[0]; i++) {
        type(lines[i][0], lines[i][1]);
        desk_kit_has(desk_kit_read_screen(&dk), "サインオンが必要です");
    }
    assert_int_equal(dk.kit.sent_count, 0);
    type("answer", "accept"); /* the board answers without anybody */
    assert_string_equal(sent("answer", "session"), "");
}

static void the_rest(void **state)
{
    (void)state;
    ready();
    type("record", "");
    assert_string_equal(sent("record_read", "case"), ckit_text('C'));
    type("handover", "医師 田中");
    assert_string_equal(sent("handover_confirm", "body.physician"), "医師 田中");
    assert_string_equal(sent("handover_confirm", "body.at"), "2026-11-24T06:00:00.000Z");
    type("mixup", "patient 名前が 違う");
    assert_string_equal(sent("mixup", "body.kind"), "wrong_patient");
    assert_string_equal(sent("mixup", "body.reason"), "名前が 違う");
    type("mixup", "hospital x");
    assert_string_equal(sent("mixup", "body.kind"), "wrong_hospital");
    type("ack-mixup", "");
    assert_string_equal(sent("mixup_ack", "session"), ckit_text('S'));
    type("extend", "検査中");
    assert_string_equal(sent("extend", "body.grant"), ckit_text('G'));
    type("break-glass", "意識なし");
    assert_string_equal(sent("break_glass", "body.reason"), "意識なし");
    type("talk", "了解 しました");
    assert_string_equal(sent("talk", "body.text"), "了解 しました");
}

#define ONE(test) cmocka_unit_test_setup_teardown(test, set_up, tear_down)
int main(void)
{
    const struct CMUnitTest tests[] = {
        ONE(answers),
        ONE(acceptances),
        ONE(openings),
        ONE(nothing_is_opened_before_it_is_whole),
        ONE(what_needs_a_person_needs_one),
        ONE(the_rest),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
