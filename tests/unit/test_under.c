/* test_under.c — Job: the ground of what only names a grant, or a crew's own view. */
#include "gateway/core/under.h"

#include <setjmp.h>
#include <stdarg.h>

#include <cmocka.h>

static struct event of(enum event_type type)
{
    return (struct event){.type = type, .case_id = {{1}}};
}

static void an_event_with_a_ground_says_it_itself(void **state)
{
    (void)state;
    struct event e = of(EVENT_GROUND_RECORDED);
    e.right = RIGHT_DISCLOSE_TO;
    e.basis = BASIS_PATIENT_ORAL;
    assert_int_equal(under_from(&e), UNDER_OWN);
    assert_int_equal(under_of(&e), BASIS_PATIENT_ORAL);
    assert_false(under_sets_case(&e)); /* a hospital's ground is not the crew's */
    e.right = RIGHT_CREW_VIEW;
    assert_true(under_sets_case(&e));
    e.case_id = (struct id){{0}};
    assert_false(under_sets_case(&e));
    e = of(EVENT_BREAK_GLASS);
    assert_int_equal(under_from(&e), UNDER_OWN);
    assert_int_equal(under_of(&e), UNDER_BREAK_GLASS);
}

static void what_names_a_grant_stands_on_the_grants(void **state)
{
    (void)state;
    struct event e = of(EVENT_OPENED);
    e.view = e.grant = (struct id){{2}};
    assert_int_equal(under_from(&e), UNDER_OF_GRANT);
    assert_false(under_sets_grant(&e));
    e.type = EVENT_GRANT_ISSUED;
    e.basis = BASIS_LIFE_BODY_NO_CONSENT;
    assert_true(under_sets_grant(&e));
    e.type = EVENT_BREAK_GLASS;
    assert_true(under_sets_grant(&e));
    e.grant = (struct id){{0}};
    assert_false(under_sets_grant(&e));
}

static void a_crews_own_view_stands_on_the_cases(void **state)
{
    (void)state;
    struct event e = of(EVENT_OPENED);
    assert_int_equal(under_from(&e), UNDER_NONE);
    e.view = (struct id){{2}};
    assert_int_equal(under_from(&e), UNDER_OF_CASE);
    e.case_id = (struct id){{0}};
    assert_int_equal(under_from(&e), UNDER_NONE);
}

static void without_consent_is_life_and_body_or_an_emergency(void **state)
{
    (void)state;
    assert_true(under_without_consent(BASIS_LIFE_BODY_NO_CONSENT));
    assert_true(under_without_consent(UNDER_BREAK_GLASS));
    assert_false(under_without_consent(BASIS_PATIENT_ORAL));
    assert_false(under_without_consent(UNDER_NOTHING));
    assert_int_equal(under_basis(UNDER_BREAK_GLASS), 0);
    assert_int_equal(under_basis(BASIS_REFUSED), BASIS_REFUSED);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(an_event_with_a_ground_says_it_itself),
        cmocka_unit_test(what_names_a_grant_stands_on_the_grants),
        cmocka_unit_test(a_crews_own_view_stands_on_the_cases),
        cmocka_unit_test(without_consent_is_life_and_body_or_an_emergency),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
