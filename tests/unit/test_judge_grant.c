/* test_judge_grant.c — Job: destination, grant, opening: who may see what, and when not. */
#include "tests/lib/core_bed.h"

#include <setjmp.h>
#include <stdarg.h>
#include <stdlib.h>

#include <cmocka.h>

static void no_delivery_without_acceptance_and_own_ground(void **state)
{
    (void)state;
    struct core_bed bed;
    core_init(&bed);
    core_matched(&bed);
    struct body_destination body = core_destination_for(&bed, BED_BOX_A);
    assert_int_equal(core_say(&bed, BED_CREW, MSG_DESTINATION, &body), ERR_NOT_ACCEPTED);
    core_accepted(&bed, BED_BOX_A);
    body.ground = core_ground_for(&bed, BED_BOX_B); /* I-07: not for another hospital */
    assert_int_equal(core_say(&bed, BED_CREW, MSG_DESTINATION, &body), ERR_BAD_FIELD);
    body.ground_present = 0;
    assert_int_equal(core_say(&bed, BED_CREW, MSG_DESTINATION, &body), ERR_OK);
    assert_int_equal(core_count(&bed, EVENT_DESTINATION_SET), 1);
    assert_int_equal(core_count(&bed, EVENT_GRANT_ISSUED), 0);
    body = core_destination_for(&bed, BED_BOX_A); /* one tap later, with its ground */
    assert_int_equal(core_say(&bed, BED_CREW, MSG_DESTINATION, &body), ERR_OK);
    assert_int_equal(core_count(&bed, EVENT_DESTINATION_SET), 0);
    assert_int_equal(core_count(&bed, EVENT_GRANT_ISSUED), 1);
    core_fini(&bed);
}

static void no_grant_before_identity_is_matched(void **state)
{
    (void)state;
    struct core_bed bed;
    core_init(&bed);
    core_open(&bed);
    core_card(&bed);
    core_ground(&bed);
    core_view(&bed);
    core_accepted(&bed, BED_BOX_A);
    struct body_destination body = core_destination_for(&bed, BED_BOX_A);
    assert_int_equal(core_say(&bed, BED_CREW, MSG_DESTINATION, &body), ERR_OK);
    assert_int_equal(core_count(&bed, EVENT_GRANT_ISSUED), 0);
    core_fini(&bed);
}

/* F-05: the old grant dies in the same entry, before the new one is born. */
static void a_change_of_destination_revokes_first(void **state)
{
    (void)state;
    struct core_bed bed;
    core_init(&bed);
    core_matched(&bed);
    core_granted(&bed, BED_BOX_A);
    core_accepted(&bed, BED_BOX_B);
    struct body_destination body = core_destination_for(&bed, BED_BOX_B);
    assert_int_equal(core_say(&bed, BED_CREW, MSG_DESTINATION, &body), ERR_OK);
    const struct event *revoked = core_event(&bed, EVENT_GRANT_REVOKED, 0);
    const struct event *issued = core_event(&bed, EVENT_GRANT_ISSUED, 0);
    assert_non_null(revoked);
    assert_non_null(issued);
    assert_true(revoked < issued);
    assert_int_equal(revoked->code, REVOKE_DESTINATION_CHANGED);
    assert_int_equal(revoked->count, 0); /* nobody had opened it: nothing was disclosed */
    struct body_open body_a = core_opening(&bed, 0, 0), body_b = core_opening(&bed, 0, 1);
    assert_int_equal(core_say(&bed, BED_BOX_A, MSG_OPEN, &body_a), ERR_GRANT_ENDED);
    assert_int_equal(core_say(&bed, BED_BOX_B, MSG_OPEN, &body_a), ERR_NOT_ALLOWED);
    assert_int_equal(core_say(&bed, BED_BOX_B, MSG_OPEN, &body_b), ERR_OK);
    core_fini(&bed);
}

static void what_is_out_of_scope_stays_closed(void **state)
{
    (void)state;
    struct core_bed bed;
    core_init(&bed);
    core_matched(&bed);
    core_accepted(&bed, BED_BOX_A);
    struct body_destination body = core_destination_for(&bed, BED_BOX_A);
    body.ground.hidden = SECTION_BIT(SECTION_MEDICATIONS);
    assert_int_equal(core_say(&bed, BED_CREW, MSG_DESTINATION, &body), ERR_OK);
    struct body_open open = core_opening(&bed, 0, 0);
    assert_int_equal(core_say(&bed, BED_BOX_A, MSG_OPEN, &open), ERR_OUT_OF_SCOPE);
    open.sections = SECTION_BIT(SECTION_VISITS);
    assert_int_equal(core_say(&bed, BED_BOX_A, MSG_OPEN, &open), ERR_OK);
    bed.view_held = false;
    assert_int_equal(core_say(&bed, BED_BOX_A, MSG_OPEN, &open), ERR_VIEW_LOST);
    core_fini(&bed);
}

static void a_mix_up_voids_everything(void **state)
{
    (void)state;
    struct core_bed bed;
    core_init(&bed);
    core_matched(&bed);
    core_granted(&bed, BED_BOX_A);
    struct body_open open = core_opening(&bed, 0, 0);
    assert_int_equal(core_say(&bed, BED_BOX_A, MSG_OPEN, &open), ERR_OK);
    core_mixup(&bed, BED_BOX_A, MIXUP_WRONG_PATIENT);
    assert_int_equal(core_count(&bed, EVENT_ALERT), 2); /* the other side is to see it, too */
    const struct event *own = core_event(&bed, EVENT_ALERT, 0),
                       *there = core_event(&bed, EVENT_ALERT, 1);
    assert_true(id_absent(&own->hospital) && !id_absent(&own->device));
    assert_true(id_equal(&there->hospital, &own->org) && !id_equal(&there->org, &own->org));
    assert_true(id_equal(&there->person, &own->person) && id_equal(&there->case_id, &own->case_id));
    assert_true(id_absent(&there->device) && id_absent(&there->session));
    assert_int_equal(core_event(&bed, EVENT_GRANT_REVOKED, 0)->count, 1); /* it was opened */
    assert_int_equal(core_say(&bed, BED_BOX_A, MSG_OPEN, &open), ERR_VOID);
    assert_int_equal(core_say(&bed, BED_BOX_A, MSG_MIXUP_ACK, NULL), ERR_OK);
    assert_int_equal(bed.c.openers[0].acked, FLAG_YES);
    core_fini(&bed);
}

/* Copied, saved or printed: only what this person has opened, under a right that lives. */
static void only_what_was_opened_is_taken_out(void **state)
{
    (void)state;
    struct core_bed bed;
    core_init(&bed);
    core_matched(&bed);
    core_granted(&bed, BED_BOX_A);
    struct body_open open = core_opening(&bed, 0, 0);
    struct body_taken_out body = {
        .view = open.view, .grant = open.grant, .sections = open.sections, .how = TAKEN_PRINT};
    assert_int_equal(core_say(&bed, BED_BOX_A, MSG_TAKEN_OUT, &body), ERR_NOT_ALLOWED);
    assert_int_equal(core_say(&bed, BED_BOX_A, MSG_OPEN, &open), ERR_OK);
    assert_int_equal(core_say(&bed, BED_BOX_B, MSG_TAKEN_OUT, &body), ERR_NO_SUCH_CASE);
    assert_int_equal(core_say(&bed, BED_BOX_A, MSG_TAKEN_OUT, &body), ERR_OK);
    const struct event *event = core_event(&bed, EVENT_TAKEN_OUT, 0);
    assert_non_null(event);
    assert_int_equal(event->code, TAKEN_PRINT);
    assert_int_equal(event->sections, body.sections);
    body.sections = open.sections = SECTION_BIT(SECTION_DOCUMENT); /* on paper, as any other */
    assert_int_equal(core_say(&bed, BED_BOX_A, MSG_TAKEN_OUT, &body), ERR_NOT_ALLOWED);
    assert_int_equal(core_say(&bed, BED_BOX_A, MSG_OPEN, &open), ERR_OK);
    assert_int_equal(core_say(&bed, BED_BOX_A, MSG_TAKEN_OUT, &body), ERR_OK);
    body.sections |= SECTION_BIT(SECTION_VISITS); /* not opened */
    assert_int_equal(core_say(&bed, BED_BOX_A, MSG_TAKEN_OUT, &body), ERR_NOT_ALLOWED);
    body.sections = open.sections;
    core_mixup(&bed, BED_CREW, MIXUP_WRONG_PATIENT);
    assert_int_equal(core_say(&bed, BED_BOX_A, MSG_TAKEN_OUT, &body), ERR_VOID);
    core_fini(&bed);
}

/* It was on the screen: the log has it, though right and memory are gone by now. */
static void what_was_shown_without_a_line_is_recorded_later(void **state)
{
    (void)state;
    struct core_bed bed;
    core_init(&bed);
    core_matched(&bed);
    core_granted(&bed, BED_BOX_A);
    struct body_open open = core_opening(&bed, 0, 0);
    struct body_open shown = open;
    shown.shown_at = bed.now + 1000;
    assert_int_equal(core_say(&bed, BED_BOX_A, MSG_OPEN, &shown), ERR_NOT_ALLOWED);
    assert_int_equal(core_say(&bed, BED_BOX_A, MSG_OPEN, &open), ERR_OK);
    core_granted(&bed, BED_BOX_B);
    bed.view_held = false; /* and the gateway was restarted */
    assert_int_equal(core_say(&bed, BED_BOX_A, MSG_OPEN, &open), ERR_GRANT_ENDED);
    assert_int_equal(core_say(&bed, BED_BOX_A, MSG_OPEN, &shown), ERR_OK);
    const struct event *event = core_event(&bed, EVENT_OPENED, 0);
    assert_int_equal(event->made_at, shown.shown_at);
    assert_true(id_equal(&event->person, &bed.people[BED_BOX_A].id));
    shown.sections |= SECTION_BIT(SECTION_SURGERY); /* never opened, so never on the screen */
    assert_int_equal(core_say(&bed, BED_BOX_A, MSG_OPEN, &shown), ERR_NOT_ALLOWED);
    core_fini(&bed);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(no_delivery_without_acceptance_and_own_ground),
        cmocka_unit_test(no_grant_before_identity_is_matched),
        cmocka_unit_test(a_change_of_destination_revokes_first),
        cmocka_unit_test(what_is_out_of_scope_stays_closed),
        cmocka_unit_test(a_mix_up_voids_everything),
        cmocka_unit_test(only_what_was_opened_is_taken_out),
        cmocka_unit_test(what_was_shown_without_a_line_is_recorded_later),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
