/* test_codes.c — Job: each closed list has unique values, unique wire names and both languages. */
#include "proto/codes.h"

#include <setjmp.h>
#include <stdarg.h>
#include <cmocka.h>

#include "proto/err.h"

static const struct codes *const lists[] = {
    &codes_section,
    &codes_section_state,
    &codes_ground_right,
    &codes_basis,
    &codes_need,
    &codes_obstacle,
    &codes_said_by,
    &codes_match,
    &codes_card_proof,
    &codes_card_kind,
    &codes_no_view,
    &codes_answer,
    &codes_decline,
    &codes_urgency,
    &codes_case_end,
    &codes_mixup,
    &codes_revoke_reason,
    &codes_sex,
    &codes_told,
    &codes_field_source,
    &codes_org_kind,
    &codes_device_kind,
    &codes_role,
    &codes_view_kind,
    &codes_identified_by,
    &codes_profile,
    &codes_asked_status,
    &codes_alert,
    &codes_review,
    &codes_password_set,
    &codes_question,
    &codes_access_group,
    &codes_account_state,
    &codes_outside_state,
    &codes_coverage_count,
    &codes_coverage_time,
    &codes_coverage_hidden,
    &codes_dispatch_source,
    &codes_taken_how,
    &codes_err,
};
enum { LISTS = sizeof lists / sizeof lists[0] };

static void names_and_values_are_one_to_one(void **state)
{
    (void)state;
    for (size_t i = 0; i < LISTS; i++)
        for (size_t k = 0; k < lists[i]->count; k++) {
            const struct code *row = &lists[i]->rows[k];
            if (codes_value(lists[i], slice_of(row->name)) != row->value ||
                strcmp(codes_name(lists[i], row->value), row->name) != 0)
                fail_msg("%s: %s", lists[i]->name, row->name);
            assert_true(row->value > 0); /* 0 means absent, everywhere */
        }
}

static void every_code_is_said_in_both_languages(void **state)
{
    (void)state;
    for (size_t i = 0; i < LISTS; i++) {
        assert_true(lists[i]->count > 0);
        for (size_t k = 0; k < lists[i]->count; k++) {
            const struct code *row = &lists[i]->rows[k];
            assert_true(strlen(row->ja) > 0 && strlen(row->en) > 0);
            assert_ptr_equal(codes_ja(lists[i], row->value), row->ja);
            assert_ptr_equal(codes_en(lists[i], row->value), row->en);
        }
    }
}

static void lists_have_different_names(void **state)
{
    (void)state;
    for (size_t i = 0; i < LISTS; i++)
        for (size_t k = 0; k < i; k++)
            assert_string_not_equal(lists[i]->name, lists[k]->name);
}

static void what_is_not_in_the_list_is_absent(void **state)
{
    (void)state;
    assert_int_equal(codes_value(&codes_urgency, slice_of("Red")), 0);
    assert_int_equal(codes_value(&codes_urgency, slice_of("re")), 0);
    assert_int_equal(codes_value(&codes_urgency, slice_of("redd")), 0);
    assert_int_equal(codes_value(&codes_urgency, slice_of("")), 0);
    assert_string_equal(codes_name(&codes_urgency, 0), "");
    assert_string_equal(codes_name(&codes_urgency, 99), "");
    assert_string_equal(codes_ja(&codes_urgency, -1), "");
    assert_string_equal(codes_en(&codes_urgency, 99), "");
}

static void the_lists_are_whole(void **state)
{
    (void)state;
    assert_int_equal(codes_section.count, SECTION_DOCUMENT);
    assert_int_equal(codes_section_state.count, STATE_NOT_PROVIDED);
    assert_int_equal(codes_need.count, NEED_OTHER_LIFE);
    assert_int_equal(codes_decline.count, DECLINE_OTHER);
    assert_int_equal(codes_no_view.count, NO_VIEW_SYSTEM_ERROR);
    assert_int_equal(codes_revoke_reason.count, REVOKE_VIEW_LOST);
    assert_int_equal(codes_case_end.count, END_TRAINING);
    assert_int_equal(codes_role.count, ROLE_OPERATOR);
    assert_int_equal(codes_err.count, ERR_COUNT - 1);
    assert_string_equal(codes_name(&codes_err, ERR_NO_GROUND), "ERR_NO_GROUND");
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(names_and_values_are_one_to_one),
        cmocka_unit_test(every_code_is_said_in_both_languages),
        cmocka_unit_test(lists_have_different_names),
        cmocka_unit_test(what_is_not_in_the_list_is_absent),
        cmocka_unit_test(the_lists_are_whole),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
