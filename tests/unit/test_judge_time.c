/* test_judge_time.c — Job: expiry, one extension, break-glass with waiting time and objection. */
#include "tests/lib/core_bed.h"

#include <setjmp.h>
#include <stdarg.h>
#include <stdlib.h>

#include <cmocka.h>

static void a_grant_ends_by_itself(void **state)
{
    (void)state;
    struct core_bed bed;
    struct body_handover body = {.physician = {NULL, 0}};
    core_init(&bed);
    core_matched(&bed);
    core_granted(&bed, BED_BOX_A);
    assert_int_equal(core_say(&bed, BED_CREW, MSG_HANDOVER, &body), ERR_OK);
    int64_t deadline = case_next_deadline(&bed.c, &bed.policy);
    assert_int_equal(deadline, bed.c.grants[0].until);
    bed.now = deadline - 2000;
    core_expire(&bed);
    assert_int_equal(bed.last->events_count, 0);
    bed.now = deadline;
    core_expire(&bed);
    assert_int_equal(core_event(&bed, EVENT_GRANT_REVOKED, 0)->code, REVOKE_EXPIRED);
    assert_int_equal(core_count(&bed, EVENT_VIEW_ENDED), 1);
    assert_int_equal(bed.c.end, 0); /* the hospital has not confirmed */
    body.physician = slice_of("医師 甲");
    assert_int_equal(core_say(&bed, BED_BOX_A, MSG_HANDOVER_CONFIRM, &body), ERR_OK);
    core_expire(&bed);
    assert_int_equal(bed.c.end, END_HANDED_OVER);
    assert_true(case_next_deadline(&bed.c, &bed.policy) == INT64_MAX);
    core_fini(&bed);
}

/* Without a view nothing but the other side's word is waited for, and not for ever. */
static void a_handed_over_case_waits_for_the_other_side(void **state)
{
    (void)state;
    for (int who = BED_CREW; who <= BED_BOX_A; who += BED_BOX_A - BED_CREW) {
        struct core_bed bed;
        struct body_handover body = {.physician = slice_of("医師 甲")};
        core_init(&bed);
        core_open(&bed);
        core_accepted(&bed, BED_BOX_A);
        struct body_destination where = {.hospital = bed.hospital_a.id};
        assert_int_equal(core_say(&bed, BED_CREW, MSG_DESTINATION, &where), ERR_OK);
        assert_int_equal(
            core_say(&bed, who, who == BED_CREW ? MSG_HANDOVER : MSG_HANDOVER_CONFIRM, &body),
            ERR_OK);
        int64_t said = bed.c.handed_at != 0 ? bed.c.handed_at : bed.c.confirmed_at;
        int64_t deadline = case_next_deadline(&bed.c, &bed.policy);
        assert_int_equal(deadline - said, bed.policy.confirm_wait_ms);
        core_expire(&bed);
        assert_int_equal(bed.c.end, 0);
        bed.now = deadline;
        core_expire(&bed);
        assert_int_equal(bed.c.end, END_HANDED_OVER);
        core_fini(&bed);
    }
}

static void nobody_confirms_for_a_hospital_that_is_not_here(void **state)
{
    (void)state;
    struct core_bed bed;
    struct body_handover body = {.physician = {NULL, 0}};
    core_init(&bed);
    core_open(&bed);
    struct body_destination where = {.not_connected = slice_of("遠見病院")};
    assert_int_equal(core_say(&bed, BED_CREW, MSG_DESTINATION, &where), ERR_OK);
    assert_int_equal(core_say(&bed, BED_CREW, MSG_HANDOVER, &body), ERR_OK);
    assert_int_equal(case_next_deadline(&bed.c, &bed.policy), bed.c.handed_at);
    core_expire(&bed);
    assert_int_equal(bed.c.end, END_HANDED_OVER);
    core_fini(&bed);
}

static void one_extension(void **state)
{
    (void)state;
    struct core_bed bed;
    struct body_handover body = {.physician = {NULL, 0}};
    core_init(&bed);
    core_matched(&bed);
    core_granted(&bed, BED_BOX_A);
    assert_int_equal(core_say(&bed, BED_CREW, MSG_HANDOVER, &body), ERR_OK);
    int64_t until = bed.c.grants[0].until;
    struct body_extend extend = {.grant = bed.c.grants[0].id, .reason = slice_of("手術中")};
    assert_int_equal(core_say(&bed, BED_BOX_A, MSG_EXTEND, &extend), ERR_OK);
    assert_int_equal(bed.c.grants[0].until, until + 3600000);
    assert_int_equal(core_say(&bed, BED_BOX_A, MSG_EXTEND, &extend), ERR_PROTOCOL);
    core_fini(&bed);
}

static void break_glass_waits_and_the_crew_may_object(void **state)
{
    (void)state;
    struct core_bed bed;
    struct body_reason_text why = {.reason = slice_of("直接来院")};
    core_init(&bed);
    core_matched(&bed);
    assert_int_equal(core_say(&bed, BED_BOX_A, MSG_BREAK_GLASS, &why), ERR_NO_SUCH_CASE);
    core_accepted(&bed, BED_BOX_A); /* it was asked */
    assert_int_equal(core_say(&bed, BED_BOX_A, MSG_BREAK_GLASS, &why), ERR_OK);
    assert_int_equal(core_event(&bed, EVENT_ALERT, 0)->code, ALERT_BREAK_GLASS);
    struct body_open open = core_opening(&bed, 0, 0);
    assert_int_equal(core_say(&bed, BED_BOX_A, MSG_OPEN, &open), ERR_NOT_ALLOWED);
    struct body_grant_ref ref = {.grant = bed.c.grants[0].id};
    assert_int_equal(core_say(&bed, BED_CREW, MSG_BREAK_GLASS_OBJECT, &ref), ERR_OK);
    bed.now += 61000;
    assert_int_equal(core_say(&bed, BED_BOX_A, MSG_OPEN, &open), ERR_NOT_ALLOWED);
    core_fini(&bed);
}

static void break_glass_opens_after_the_wait(void **state)
{
    (void)state;
    struct core_bed bed;
    struct body_reason_text why = {.reason = slice_of("直接来院")};
    core_init(&bed);
    core_matched(&bed);
    core_accepted(&bed, BED_BOX_A);
    assert_int_equal(core_say(&bed, BED_BOX_A, MSG_BREAK_GLASS, &why), ERR_OK);
    struct body_open open = core_opening(&bed, 0, 0);
    bed.now += 61000;
    assert_int_equal(core_say(&bed, BED_BOX_A, MSG_OPEN, &open), ERR_OK);
    core_fini(&bed);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(a_grant_ends_by_itself),
        cmocka_unit_test(a_handed_over_case_waits_for_the_other_side),
        cmocka_unit_test(nobody_confirms_for_a_hospital_that_is_not_here),
        cmocka_unit_test(one_extension),
        cmocka_unit_test(break_glass_waits_and_the_crew_may_object),
        cmocka_unit_test(break_glass_opens_after_the_wait),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
