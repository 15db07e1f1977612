/* test_judge_inquiry.c — Job: requests name nobody; answers, phone, taking back, contradiction. */
#include "tests/lib/core_bed.h"

#include <setjmp.h>
#include <stdarg.h>
#include <stdio.h>
#include <stdlib.h>

#include <cmocka.h>

static struct body_inquiry inquiry(struct core_bed *bed)
{
    struct body_inquiry body;
    record_clear(&record_inquiry, &body);
    body.inquiry = core_id(bed);
    body.hospitals[0] = bed->hospital_a.id;
    body.hospitals[1] = bed->hospital_b.id;
    body.hospitals_count = 2;
    body.complaint = slice_of("胸痛");
    return body;
}

static void a_name_in_free_text_is_refused_and_marked(void **state)
{
    (void)state;
    struct core_bed bed;
    core_init(&bed);
    core_open(&bed);
    struct body_inquiry body = inquiry(&bed);
    bed.word = "試験";
    body.note = slice_of("試験さん、家族同乗");
    assert_int_equal(core_say(&bed, BED_CREW, MSG_INQUIRY, &body), ERR_IDENTITY_IN_TEXT);
    assert_string_equal(bed.last->why.path, "body.note");
    body.note = slice_of("家族同乗");
    assert_int_equal(core_say(&bed, BED_CREW, MSG_INQUIRY, &body), ERR_OK);
    assert_int_equal(core_count(&bed, EVENT_INQUIRY_ASKED),
                     2); /* nobody learns who else is asked */
    core_fini(&bed);
}

/* Whether a hospital not asked yet is told NAME and what the case's id ends with. */
static bool goes_along(struct core_bed *bed, size_t hospital, const char *name, bool of_case)
{
    char spoken[64], id[ID_TEXT_SIZE];
    struct body_inquiry body = inquiry(bed);
    id_text(&bed->c.id, id);
    snprintf(spoken, sizeof spoken, "%s%.4s", name, of_case ? id + ID_TEXT_SIZE - 4 : "0000");
    body.hospitals[0] = body.hospitals[hospital];
    body.hospitals_count = 1;
    body.spoken_name = slice_of(spoken);
    assert_int_equal(core_say(bed, BED_CREW, MSG_INQUIRY, &body), ERR_OK);
    struct slice told = core_event(bed, EVENT_INQUIRY_ASKED, 0)->payload;
    return memmem(told.bytes, told.size, spoken, strlen(spoken)) != NULL;
}

static void the_short_name_for_the_phone_goes_along_unless_it_names_the_patient(void **state)
{
    (void)state;
    struct core_bed bed;
    core_init(&bed);
    core_open(&bed);
    bed.word = "シオミ";
    assert_true(goes_along(&bed, 0, "港2・", true));
    assert_false(goes_along(&bed, 1, "しおみ2・", true));
    core_fini(&bed);
    core_init(&bed);
    core_open(&bed);
    assert_true(goes_along(&bed, 0, "しおみ2・", true));
    assert_false(goes_along(&bed, 1, "しおみ2・", false));
    core_fini(&bed);
}

static void answers_belong_to_a_request(void **state)
{
    (void)state;
    struct core_bed bed;
    struct body_answer answer;
    core_init(&bed);
    core_open(&bed);
    struct body_inquiry body = inquiry(&bed);
    assert_int_equal(core_say(&bed, BED_CREW, MSG_INQUIRY, &body), ERR_OK);
    assert_int_equal(core_say(&bed, BED_CREW, MSG_INQUIRY, &body), ERR_PROTOCOL);
    record_clear(&record_answer, &answer);
    answer.inquiry = core_id(&bed);
    answer.result = ANSWER_ACCEPTED;
    assert_int_equal(core_say_alone(&bed, BED_BOX_A, MSG_ANSWER, &answer), ERR_NOT_ASKED);
    answer.inquiry = body.inquiry;
    answer.result = ANSWER_DECLINED;
    assert_int_equal(core_say_alone(&bed, BED_BOX_A, MSG_ANSWER, &answer), ERR_MISSING_FIELD);
    answer.reason = DECLINE_NO_BED;
    assert_int_equal(core_say_alone(&bed, BED_BOX_A, MSG_ANSWER, &answer), ERR_OK);
    assert_true(id_absent(&bed.c.asked[0].inquiry_event)); /* its content has left the hospital */
    core_fini(&bed);
}

static void decided_elsewhere_is_told_to_all_asked(void **state)
{
    (void)state;
    struct core_bed bed;
    core_init(&bed);
    core_matched(&bed);
    core_accepted(&bed, BED_BOX_B);
    core_granted(&bed, BED_BOX_A);
    assert_int_equal(core_count(&bed, EVENT_INQUIRY_ENDED), 1);
    assert_int_equal(core_event(&bed, EVENT_INQUIRY_ENDED, 0)->code, ASKED_ELSEWHERE);
    core_fini(&bed);
}

static void an_acceptance_by_phone_can_be_contradicted(void **state)
{
    (void)state;
    struct core_bed bed;
    core_init(&bed);
    core_matched(&bed);
    struct body_phone_acceptance phone = {
        .hospital = bed.hospital_a.id, .name = slice_of("医師"), .role = slice_of("救急科")};
    struct body_acceptance_check check = {.confirmed = FLAG_NO};
    assert_int_equal(core_say(&bed, BED_CREW, MSG_PHONE_ACCEPTANCE, &phone), ERR_OK);
    struct body_destination body = core_destination_for(&bed, BED_BOX_A);
    assert_int_equal(core_say(&bed, BED_CREW, MSG_DESTINATION, &body), ERR_OK);
    assert_int_equal(core_say_alone(&bed, BED_BOX_A, MSG_ACCEPTANCE_CHECK, &check), ERR_OK);
    assert_int_equal(core_event(&bed, EVENT_GRANT_REVOKED, 0)->code, REVOKE_CONTRADICTED);
    assert_int_equal(core_count(&bed, EVENT_ALERT), 2); /* the headquarters is to see it, too */
    assert_int_equal(core_say_alone(&bed, BED_BOX_A, MSG_ACCEPTANCE_CHECK, &check),
                     ERR_NOT_ACCEPTED);
    core_fini(&bed);
}

static void an_acceptance_can_be_taken_back(void **state)
{
    (void)state;
    struct core_bed bed;
    struct body_reason_text why = {.reason = slice_of("急変対応")};
    core_init(&bed);
    core_matched(&bed);
    core_granted(&bed, BED_BOX_A);
    assert_int_equal(core_say_alone(&bed, BED_BOX_B, MSG_ACCEPTANCE_WITHDRAW, &why),
                     ERR_NO_SUCH_CASE);
    assert_int_equal(core_say_alone(&bed, BED_BOX_A, MSG_ACCEPTANCE_WITHDRAW, &why), ERR_OK);
    assert_int_equal(core_event(&bed, EVENT_GRANT_REVOKED, 0)->code, REVOKE_ACCEPTANCE_WITHDRAWN);
    core_fini(&bed);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(a_name_in_free_text_is_refused_and_marked),
        cmocka_unit_test(the_short_name_for_the_phone_goes_along_unless_it_names_the_patient),
        cmocka_unit_test(answers_belong_to_a_request),
        cmocka_unit_test(decided_elsewhere_is_told_to_all_asked),
        cmocka_unit_test(an_acceptance_by_phone_can_be_contradicted),
        cmocka_unit_test(an_acceptance_can_be_taken_back),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
