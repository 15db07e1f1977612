/* test_access.c — Job: who is told which name of the access log, and who is told none. */
#include "gateway/core/access.h"

#include "gateway/core/under.h"

#include <setjmp.h>
#include <stdarg.h>

#include <cmocka.h>

static const uint64_t admin = 1ull << ROLE_ORG_ADMIN, auditor = 1ull << ROLE_AUDITOR;
static const struct id here = {{1}}, there = {{2}};

static struct access_row shown(uint64_t roles, struct event event, struct id of)
{
    struct access_viewer viewer = {here, roles};
    struct person_state person = {
        .id = {{9}}, .org = of, .name = slice_of("name"), .roles = 1ull << ROLE_ER_VIEWER};
    struct org_state org = {.id = of, .name = slice_of("org")};
    struct access_row row;
    event.org = of;
    event.person = person.id;
    event.device = (struct id){{7}};
    access_show(&viewer, &event, under_of(&event), &person, &org, &row);
    return row;
}

static struct event opened(void)
{
    return (struct event){.type = EVENT_OPENED,
                          .case_id = {{3}},
                          .hospital = {{2}},
                          .view = {{4}},
                          .sections = SECTION_BIT(SECTION_MEDICATIONS),
                          .seq = 12,
                          .recorded_at = 1000};
}

static void only_administrators_and_auditors_may_ask(void **state)
{
    (void)state;
    for (int role = ROLE_PARAMEDIC; role <= ROLE_OPERATOR; role++)
        assert_int_equal(access_may_ask(1ull << (unsigned)role),
                         role == ROLE_ORG_ADMIN || role == ROLE_AUDITOR);
    assert_false(access_may_ask(0));
}

static void own_people_are_named_to_an_administrator(void **state)
{
    (void)state;
    struct event event = {.type = EVENT_CARD_READ, .case_id = {{3}}};
    struct access_row row = shown(admin, event, here);
    assert_true(slice_is(row.person_name, "name"));
    assert_false(id_absent(&row.person));
    assert_false(id_absent(&row.device));
}

static void an_auditor_sees_no_name_at_all(void **state)
{
    (void)state;
    struct access_row own = shown(auditor, opened(), here), other = shown(auditor, opened(), there);
    assert_null(own.person_name.bytes);
    assert_null(other.person_name.bytes);
    assert_false(id_absent(&own.person)); /* one person's acts can still be told from another's */
    assert_int_equal(own.roles, 1ull << ROLE_ER_VIEWER);
}

static void others_are_named_as_counterparts_of_a_case_only(void **state)
{
    (void)state;
    struct access_row row = shown(admin, opened(), there);
    assert_true(slice_is(row.person_name, "name"));
    assert_true(id_absent(&row.device));
    struct event event = {.type = EVENT_CARD_READ, .case_id = {{3}}};
    row = shown(admin, event, there);
    assert_null(row.person_name.bytes);
    assert_true(id_absent(&row.person));
    assert_int_equal(row.roles, 1ull << ROLE_ER_VIEWER);
    assert_true(slice_is(row.org_name, "org"));
}

/* Refused attempts go by name to their own organisation alone. */
static void a_refused_attempt_names_no_stranger(void **state)
{
    (void)state;
    const enum event_type types[] = {EVENT_REFUSED, EVENT_SIGN_IN_FAILED, EVENT_CARD_REFUSED};
    for (size_t i = 0; i < sizeof types / sizeof types[0]; i++) {
        struct event event = {.type = types[i], .case_id = {{3}}};
        struct access_row row = shown(admin, event, there);
        assert_null(row.person_name.bytes);
        assert_true(id_absent(&row.person));
        assert_int_equal(row.refused, FLAG_YES);
        row = shown(admin, event, here);
        assert_true(slice_is(row.person_name, "name"));
    }
}

static void the_three_facts_stay_three(void **state)
{
    (void)state;
    struct event event = opened();
    struct access_row row = shown(admin, event, there);
    assert_true(slice_is(row.type, "opened"));
    assert_int_equal(row.refused, FLAG_NO);
    assert_int_equal(row.seq, 12);
    assert_int_equal(row.sections, SECTION_BIT(SECTION_MEDICATIONS));
    event.type = EVENT_GRANT_ISSUED;
    event.basis = BASIS_PATIENT_ORAL;
    row = shown(admin, event, here);
    assert_true(slice_is(row.type, "grant_issued"));
    assert_int_equal(row.basis, BASIS_PATIENT_ORAL);
    event.type = EVENT_GRANT_REVOKED;
    event.code = REVOKE_EXPIRED;
    row = shown(admin, event, here);
    assert_true(slice_is(row.reason, "expired"));
}

static void a_group_is_several_kinds_each_once(void **state)
{
    (void)state;
    enum event_type types[16], few[2];
    for (size_t g = 0; g < codes_access_group.count; g++) {
        size_t count = access_group_types(codes_access_group.rows[g].value, types, 16);
        assert_true(count >= 2 && count < 16);
        for (size_t i = 0; i < count; i++)
            for (size_t k = 0; k < i; k++)
                assert_int_not_equal(types[i], types[k]);
    }
    assert_int_equal(access_group_types(GROUP_ACCESS, few, 2), 2);
    assert_int_equal(few[0], EVENT_GRANT_ISSUED);
    assert_int_equal(access_group_types(0, types, 16), 0);
    assert_int_equal(access_group_types(GROUP_LOOKED + 1, types, 16), 0);
}

static void what_was_written_is_for_its_own_organisation(void **state)
{
    (void)state;
    struct access_viewer viewer = {here, admin}, masked = {here, auditor},
                         both = {here, admin | auditor}, nurse = {here, 1ull << ROLE_ER_VIEWER};
    struct event event = {.type = EVENT_ACCESS_REVIEWED, .org = here};
    assert_true(access_may_read(&viewer, &event));
    assert_true(access_may_read(&both, &event));
    assert_false(access_may_read(&masked, &event));
    assert_false(access_may_read(&nurse, &event));
    event.type = EVENT_BREAK_GLASS;
    assert_true(access_may_read(&viewer, &event));
    event.type = EVENT_TALKED; /* of the patient: never */
    assert_false(access_may_read(&viewer, &event));
    event = (struct event){.type = EVENT_ACCESS_REVIEWED, .org = there, .hospital = here};
    assert_false(access_may_read(&viewer, &event));
}

static void the_ground_of_the_grant_stands_in_the_row(void **state)
{
    (void)state;
    struct access_viewer viewer = {here, admin};
    struct event event = opened();
    struct access_row row;
    access_show(&viewer, &event, BASIS_PATIENT_ORAL, NULL, NULL, &row);
    assert_int_equal(row.basis, BASIS_PATIENT_ORAL);
    assert_int_equal(row.without_consent, FLAG_ABSENT);
    access_show(&viewer, &event, UNDER_BREAK_GLASS, NULL, NULL, &row);
    assert_int_equal(row.basis, 0);
    assert_int_equal(row.without_consent, FLAG_YES);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(only_administrators_and_auditors_may_ask),
        cmocka_unit_test(own_people_are_named_to_an_administrator),
        cmocka_unit_test(an_auditor_sees_no_name_at_all),
        cmocka_unit_test(others_are_named_as_counterparts_of_a_case_only),
        cmocka_unit_test(a_refused_attempt_names_no_stranger),
        cmocka_unit_test(the_three_facts_stay_three),
        cmocka_unit_test(a_group_is_several_kinds_each_once),
        cmocka_unit_test(the_ground_of_the_grant_stands_in_the_row),
        cmocka_unit_test(what_was_written_is_for_its_own_organisation),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
