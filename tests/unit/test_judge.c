/* test_judge.c — Job: the rules at the door: device, session, role, case, late, stopped. */
#include "tests/lib/core_bed.h"

#include <setjmp.h>
#include <stdarg.h>
#include <stdlib.h>

#include <cmocka.h>

static void nothing_is_said_without_a_session(void **state)
{
    (void)state;
    struct core_bed bed;
    struct body_no_view body = {.reason = NO_VIEW_URGENT};
    core_init(&bed);
    core_open(&bed);
    assert_int_equal(core_say_alone(&bed, BED_CREW, MSG_NO_VIEW, &body), ERR_NO_SESSION);
    assert_int_equal(core_say(&bed, BED_CREW, MSG_NO_VIEW, &body), ERR_OK);
    core_fini(&bed);
}

static void a_case_of_others_does_not_exist(void **state)
{
    (void)state;
    struct core_bed bed;
    struct body_vitals vitals;
    core_init(&bed);
    core_open(&bed);
    record_clear(&record_vitals, &vitals);
    assert_int_equal(core_say(&bed, BED_OTHER_CREW, MSG_VITALS, &vitals), ERR_NO_SUCH_CASE);
    assert_int_equal(core_say(&bed, BED_BOX_A, MSG_RECORD_READ, NULL), ERR_NO_SUCH_CASE);
    core_accepted(&bed, BED_BOX_A);
    assert_int_equal(core_say(&bed, BED_BOX_A, MSG_RECORD_READ, NULL), ERR_NOT_DESTINATION);
    assert_int_equal(core_say(&bed, BED_BOX_B, MSG_RECORD_READ, NULL), ERR_NO_SUCH_CASE);
    core_fini(&bed);
}

static void stopped_revoked_disabled_say_nothing(void **state)
{
    (void)state;
    struct core_bed bed;
    struct body_no_view body = {.reason = NO_VIEW_URGENT};
    core_init(&bed);
    core_open(&bed);
    bed.headquarters.stopped = FLAG_YES;
    assert_int_equal(core_say(&bed, BED_CREW, MSG_NO_VIEW, &body), ERR_STOPPED);
    bed.headquarters.stopped = FLAG_NO;
    bed.policy.stopped = FLAG_YES;
    assert_int_equal(core_say(&bed, BED_CREW, MSG_NO_VIEW, &body), ERR_STOPPED);
    bed.policy.stopped = FLAG_NO;
    bed.devices[BED_CREW].revoked = FLAG_YES;
    assert_int_equal(core_say(&bed, BED_CREW, MSG_NO_VIEW, &body), ERR_DEVICE_REVOKED);
    bed.devices[BED_CREW].revoked = FLAG_NO;
    bed.people[BED_CREW].disabled = FLAG_YES;
    assert_int_equal(core_say(&bed, BED_CREW, MSG_NO_VIEW, &body), ERR_SESSION_ENDED);
    core_fini(&bed);
}

static void the_first_password_comes_first(void **state)
{
    (void)state;
    struct core_bed bed;
    struct body_no_view body = {.reason = NO_VIEW_URGENT};
    core_init(&bed);
    core_open(&bed);
    bed.people[BED_CREW].must_change = FLAG_YES;
    assert_int_equal(core_say(&bed, BED_CREW, MSG_NO_VIEW, &body), ERR_PASSWORD_CHANGE);
    core_fini(&bed);
}

static void roles_are_judged_each_time(void **state)
{
    (void)state;
    struct core_bed bed;
    core_init(&bed);
    core_matched(&bed);
    core_granted(&bed, BED_BOX_A);
    struct body_open body = {.view = bed.c.views[0].id,
                             .grant = bed.c.grants[0].id,
                             .sections = SECTION_BIT(SECTION_MEDICATIONS)};
    bed.people[BED_BOX_A].roles = 1ull << ROLE_ER_BOARD;
    assert_int_equal(core_say(&bed, BED_BOX_A, MSG_OPEN, &body), ERR_NOT_ALLOWED);
    assert_int_equal(core_say(&bed, BED_BOX_A, MSG_RECORD_READ, NULL), ERR_OK);
    bed.people[BED_BOX_A].roles = 1ull << ROLE_ER_VIEWER;
    assert_int_equal(core_say(&bed, BED_BOX_A, MSG_OPEN, &body), ERR_OK);
    core_fini(&bed);
}

/* DESIGN §7: late is what was made while its session lived, and not what only says so. */
static void a_session_answers_for_what_was_made_while_it_lived(void **state)
{
    (void)state;
    enum { BEGIN = 10000000, UNTIL = 90000000, ENDED = 50000000 };
    struct person_session session = {.opened_at = BEGIN, .until = UNTIL};
    assert_true(session_lived_at(&session, BEGIN));
    assert_true(session_lived_at(&session, UNTIL));
    assert_false(session_lived_at(&session, UNTIL + 1));
    assert_true(session_lived_at(&session, ENDED + 1));
    session.ended_at = ENDED;
    assert_true(session_lived_at(&session, ENDED));
    assert_false(session_lived_at(&session, ENDED + 1));
    assert_true(session_lived_at(&session, BEGIN - CLOCKS_APART_MS));
    assert_false(session_lived_at(&session, BEGIN - CLOCKS_APART_MS - 1));
    assert_false(session_lived_at(&session, 0));
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(nothing_is_said_without_a_session),
        cmocka_unit_test(a_case_of_others_does_not_exist),
        cmocka_unit_test(stopped_revoked_disabled_say_nothing),
        cmocka_unit_test(the_first_password_comes_first),
        cmocka_unit_test(roles_are_judged_each_time),
        cmocka_unit_test(a_session_answers_for_what_was_made_while_it_lived),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
