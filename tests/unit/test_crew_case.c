/* test_crew_case.c — Job: commands about the case become the messages they mean. */
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

static void a_case_is_opened_off_line_by_nobody(void **state)
{
    (void)state;
    crew_kit_type(&ck, "case open 372 1 of 2 training");
    crew_kit_has(crew_kit_screen_text(&ck), "未サインオン隊員");
    crew_kit_welcome(&ck); /* it goes out with the welcome */
    assert_string_equal(crew_kit_sent(&ck, "case_open", "body.incident_number"), "372");
    assert_string_equal(crew_kit_sent(&ck, "case_open", "session"), "");
    assert_int_equal(strlen(crew_kit_sent(&ck, "case_open", "body.incident")), ID_TEXT_SIZE);
    struct slice frame = ckit_sent(&ck.kit, "case_open");
    assert_non_null(memmem(frame.bytes, frame.size, "\"patient_no\":1", 14));
    assert_non_null(memmem(frame.bytes, frame.size, "\"patients\":2", 12));
    assert_non_null(memmem(frame.bytes, frame.size, "\"training\":true", 15));
    const char *spoken = crew_kit_sent(&ck, "case_open", "body.spoken_name");
    assert_ptr_equal(strstr(spoken, "訓練・しおみ2・"), spoken);
}

static void patients_of_one_number_are_one_incident(void **state)
{
    char first[ID_TEXT_SIZE + 1], first_case[ID_TEXT_SIZE + 1];
    (void)state;
    crew_kit_ready(&ck);
    crew_kit_type(&ck, "case open 372 1 of 2");
    snprintf(first, sizeof first, "%s", crew_kit_sent(&ck, "case_open", "body.incident"));
    snprintf(first_case, sizeof first_case, "%s", crew_kit_sent(&ck, "case_open", "case"));
    crew_kit_type(&ck, "case open 372 2 of 2");
    assert_string_equal(crew_kit_sent(&ck, "case_open", "body.incident"), first);
    assert_string_not_equal(crew_kit_sent(&ck, "case_open", "case"), first_case);
    crew_kit_type(&ck, "case open 373");
    assert_string_not_equal(crew_kit_sent(&ck, "case_open", "body.incident"), first);
    crew_kit_type(&ck, "use C"); /* too short */
    char line[64];
    snprintf(line, sizeof line, "use %s", first_case + 20);
    crew_kit_type(&ck, line);
    crew_kit_type(&ck, "vitals pulse=80");
    assert_string_equal(crew_kit_sent(&ck, "vitals", "case"), first_case);
}

static void usage_of_case(void **state)
{
    static const char *const bad[] = {
        "case open",          "case open 1 2", "case open 1 3 of 2",   "case open 1 1 of",
        "case open 1 x of 2", "case close",    "case open 1 1 of 2 3", "case open 1 0 of 2"};
    (void)state;
    crew_kit_ready(&ck);
    for (size_t i = 0; i < sizeof bad / sizeof bad[0]; i++)
        crew_kit_type(&ck, bad[i]);
    assert_string_equal(crew_kit_sent(&ck, "case_open", "id"), "");
}

static void the_record_grows_and_goes_out_whole(void **state)
{
    (void)state;
    crew_kit_ready(&ck);
    crew_kit_case(&ck);
    crew_kit_type(&ck, "record name=山田太郎 name_source=told age=74 \"complaint=胸が 痛い\"");
    crew_kit_type(&ck, "record allergies=present:卵 age=75");
    struct slice frame = ckit_sent(&ck.kit, "crew_record");
    assert_string_equal(ckit_member(frame, "body.name"), "山田太郎");
    assert_string_equal(ckit_member(frame, "body.complaint"), "胸が 痛い");
    assert_string_equal(ckit_member(frame, "body.allergies.text"), "卵");
    assert_non_null(memmem(frame.bytes, frame.size, "\"age\":75", 8));
    crew_kit_type(&ck, "record name=");
    assert_string_equal(crew_kit_sent(&ck, "crew_record", "body.name"), "");
    assert_string_equal(crew_kit_sent(&ck, "crew_record", "body.complaint"), "胸が 痛い");
    crew_kit_has_not(crew_kit_json(&ck), "山田");
}

static void a_slip_sends_nothing_and_repeats_nothing(void **state)
{
    (void)state;
    crew_kit_ready(&ck);
    crew_kit_case(&ck);
    crew_kit_type(&ck, "record nmae=山田太郎");
    crew_kit_type(&ck, "vitals pulse=ひみつ");
    assert_string_equal(crew_kit_sent(&ck, "crew_record", "id"), "");
    crew_kit_has_not(crew_kit_screen_text(&ck), "山田");
    crew_kit_has(crew_kit_json(&ck), "ERR_UNKNOWN_FIELD");
}

/* After a restart the gateway's snapshot has the record: what is typed changes that one. */
static void the_record_of_a_snapshot_is_the_base(void **state)
{
    (void)state;
    crew_kit_ready(&ck);
    crew_kit_case(&ck);
    crew_kit_snapshot(&ck, "\"record\":{\"complaint\":\"頭痛\",\"sex\":\"male\"},");
    crew_kit_type(&ck, "record age=60");
    assert_string_equal(crew_kit_sent(&ck, "crew_record", "body.complaint"), "頭痛");
    assert_string_equal(crew_kit_sent(&ck, "crew_record", "body.sex"), "male");
}

static void one_line_is_one_message(void **state)
{
    static const struct {
        const char *line, *type, *path, *value;
    } rows[] = {
        {"talk 5分で 着きます", "talk", "body.text", "5分で 着きます"},
        {"handover 鈴木 医師", "handover", "body.physician", "鈴木 医師"},
        {"eta 12 \"中央区\"", "eta", "body.place", "中央区"},
        {"arrived", "arrived", "type", "arrived"},
        {"no-view no_card", "no_view", "body.reason", "no_card"},
        {"no-view 緊急のため", "no_view", "body.reason", "urgent"},
        {"end not_transported 家族が帰宅希望", "case_end", "body.note", "家族が帰宅希望"},
        {"withdraw", "consent_withdraw", "type", "consent_withdraw"},
        {"mixup wrong_patient 別の方でした", "mixup", "body.kind", "wrong_patient"},
        {"ack-mixup", "mixup_ack", "type", "mixup_ack"},
    };
    (void)state;
    crew_kit_ready(&ck);
    crew_kit_case(&ck);
    for (size_t i = 0; i < sizeof rows / sizeof rows[0]; i++) {
        crew_kit_type(&ck, rows[i].line);
        assert_string_equal(crew_kit_sent(&ck, rows[i].type, rows[i].path), rows[i].value);
        assert_string_equal(crew_kit_sent(&ck, rows[i].type, "case"), ckit_text('C'));
        assert_string_equal(crew_kit_sent(&ck, rows[i].type, "session"), ckit_text('S'));
    }
    assert_string_equal(crew_kit_sent(&ck, "eta", "body.eta_at"),
                        ckit_at(ck.kit.wall + 12 * 60000));
}

static void take_over(void **state)
{
    char line[96];
    (void)state;
    crew_kit_ready(&ck);
    crew_kit_case(&ck);
    snprintf(line, sizeof line, "takeover offer %s", ckit_text('E'));
    crew_kit_type(&ck, line);
    assert_string_equal(crew_kit_sent(&ck, "takeover_offer", "body.device"), ckit_text('E'));
    snprintf(line, sizeof line, "takeover claim %s 端末が故障", ckit_text('X'));
    crew_kit_type(&ck, line); /* a case that this tablet has never heard of */
    assert_string_equal(crew_kit_sent(&ck, "takeover_claim", "case"), ckit_text('X'));
    assert_string_equal(crew_kit_sent(&ck, "takeover_claim", "body.reason"), "端末が故障");
    snprintf(line, sizeof line, "takeover accept %s", ckit_text('C'));
    crew_kit_type(&ck, line);
    assert_string_equal(crew_kit_sent(&ck, "takeover_accept", "case"), ckit_text('C'));
    crew_kit_type(&ck, "takeover claim XYZ");
    crew_kit_type(&ck, "takeover offer here");
    assert_int_equal(ckit_sent_times(&ck.kit, "takeover_offer"), 1);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test_setup_teardown(a_case_is_opened_off_line_by_nobody, set_up, tear_down),
        cmocka_unit_test_setup_teardown(patients_of_one_number_are_one_incident, set_up, tear_down),
        cmocka_unit_test_setup_teardown(usage_of_case, set_up, tear_down),
        cmocka_unit_test_setup_teardown(the_record_grows_and_goes_out_whole, set_up, tear_down),
        cmocka_unit_test_setup_teardown(a_slip_sends_nothing_and_repeats_nothing, set_up,
                                        tear_down),
        cmocka_unit_test_setup_teardown(the_record_of_a_snapshot_is_the_base, set_up, tear_down),
        cmocka_unit_test_setup_teardown(one_line_is_one_message, set_up, tear_down),
        cmocka_unit_test_setup_teardown(take_over, set_up, tear_down),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
