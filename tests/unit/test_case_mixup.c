/* test_case_mixup.c — Job: after a mix-up the right card is read; nothing old lives. */
#include "tests/lib/core_bed.h"

#include <setjmp.h>
#include <stdarg.h>
#include <stdlib.h>

#include <cmocka.h>

static void after_another_patients_card_the_right_one_is_read(void **state)
{
    (void)state;
    struct core_bed bed;
    struct body_view_ask ask;
    core_init(&bed);
    core_matched(&bed);
    core_granted(&bed, BED_BOX_A);
    struct id wrong = bed.c.alias;
    struct body_open old = core_opening(&bed, 0, 0);
    assert_int_equal(core_say(&bed, BED_BOX_A, MSG_OPEN, &old), ERR_OK);
    core_mixup(&bed, BED_CREW, MIXUP_WRONG_PATIENT);
    assert_true(id_equal(&core_event(&bed, EVENT_MIXUP, 0)->alias, &wrong)); /* whose it was */
    assert_int_equal(bed.c.mixup, MIXUP_WRONG_PATIENT);
    record_clear(&record_view_ask, &ask);
    ask.kind = VIEW_EMERGENCY_SUMMARY;
    assert_int_equal(core_say(&bed, BED_CREW, MSG_VIEW_ASK, &ask), ERR_NO_CARD);
    core_card(&bed); /* another alias: accepted */
    assert_false(id_equal(&bed.c.alias, &wrong));
    assert_int_equal(core_say(&bed, BED_CREW, MSG_VIEW_ASK, &ask), ERR_NO_GROUND);
    core_ground(&bed);
    core_view(&bed);
    assert_int_equal(bed.c.mixup, 0);
    struct body_identity_check check = {.view = bed.c.views[1].id, .result = MATCH_MATCHED};
    assert_int_equal(core_say(&bed, BED_CREW, MSG_IDENTITY_CHECK, &check), ERR_OK);
    struct body_destination to = core_destination_for(&bed, BED_BOX_A);
    assert_int_equal(core_say(&bed, BED_CREW, MSG_DESTINATION, &to), ERR_OK);
    assert_int_equal(bed.c.grants_count, 2);
    struct body_open fresh = core_opening(&bed, 1, 1);
    assert_int_equal(core_say(&bed, BED_BOX_A, MSG_OPEN, &fresh), ERR_OK);
    core_fini(&bed);
}

/* The new right opens nothing of the old view, and the old right nothing at all. */
static void old_ids_stay_dead(void **state)
{
    (void)state;
    struct core_bed bed;
    core_init(&bed);
    core_matched(&bed);
    core_granted(&bed, BED_BOX_A);
    struct body_open old = core_opening(&bed, 0, 0);
    struct body_view_ref closed = {.view = old.view, .grant = old.grant};
    struct body_identity_check check = {.view = old.view, .result = MATCH_MATCHED};
    assert_int_equal(core_say(&bed, BED_BOX_A, MSG_OPEN, &old), ERR_OK);
    core_mixup(&bed, BED_CREW, MIXUP_WRONG_PATIENT);
    core_card(&bed);
    core_ground(&bed);
    core_view(&bed);
    assert_int_equal(core_say(&bed, BED_CREW, MSG_IDENTITY_CHECK, &check), ERR_NO_VIEW);
    check.view = bed.c.views[1].id;
    assert_int_equal(core_say(&bed, BED_CREW, MSG_IDENTITY_CHECK, &check), ERR_OK);
    struct body_destination to = core_destination_for(&bed, BED_BOX_A);
    assert_int_equal(core_say(&bed, BED_CREW, MSG_DESTINATION, &to), ERR_OK);
    struct body_open crossed = core_opening(&bed, 0, 1);
    assert_int_equal(core_say(&bed, BED_BOX_A, MSG_OPEN, &old), ERR_VOID);
    assert_int_equal(core_say(&bed, BED_BOX_A, MSG_OPEN, &crossed), ERR_VOID);
    crossed = core_opening(&bed, 1, 0);
    assert_int_equal(core_say(&bed, BED_BOX_A, MSG_OPEN, &crossed), ERR_NOT_ALLOWED);
    assert_int_equal(core_say(&bed, BED_BOX_A, MSG_DELIVERED, &closed), ERR_GRANT_ENDED);
    /* Who opened the void view is asked for it until it is said, whatever came since. */
    assert_int_equal(bed.c.openers[0].must_ack, FLAG_YES);
    assert_int_equal(core_say(&bed, BED_BOX_A, MSG_MIXUP_ACK, NULL), ERR_OK);
    core_fini(&bed);
}

static void a_wrong_hospital_leaves_card_and_ground(void **state)
{
    (void)state;
    struct core_bed bed;
    core_init(&bed);
    core_matched(&bed);
    struct id alias = bed.c.alias;
    core_mixup(&bed, BED_CREW, MIXUP_WRONG_HOSPITAL);
    assert_true(id_equal(&bed.c.alias, &alias));
    core_view(&bed); /* neither card nor ground anew */
    assert_int_equal(bed.c.mixup, 0);
    core_fini(&bed);
}

static void a_face_that_does_not_match_frees_the_case_for_the_right_card(void **state)
{
    (void)state;
    struct core_bed bed;
    core_init(&bed);
    core_open(&bed);
    core_card(&bed);
    core_ground(&bed);
    core_view(&bed);
    struct id wrong = bed.c.alias;
    struct body_identity_check check = {.view = bed.c.views[0].id, .result = MATCH_NOT_MATCHED};
    assert_int_equal(core_say(&bed, BED_CREW, MSG_IDENTITY_CHECK, &check), ERR_OK);
    core_card(&bed);
    assert_false(id_equal(&bed.c.alias, &wrong));
    core_fini(&bed);
}

/* An answer to a check that was under way is of the wrong card, too. */
static void a_check_under_way_comes_to_nothing(void **state)
{
    (void)state;
    struct core_bed bed;
    struct body_card_read body = core_card_read();
    core_init(&bed);
    core_matched(&bed);
    assert_int_equal(core_say(&bed, BED_CREW, MSG_CARD_READ, &body), ERR_OK);
    struct outcome o = {.kind = ERRAND_CARD, .ask = bed.last->errands[0], .alias = bed.c.alias};
    core_mixup(&bed, BED_CREW, MIXUP_WRONG_PATIENT);
    assert_int_equal(core_outcome(&bed, &o), ERR_NOT_FOUND);
    assert_int_equal(bed.c.card, CARD_NONE);
    core_fini(&bed);
}

static void a_refusal_that_stands_outlives_the_mix_up(void **state)
{
    (void)state;
    struct core_bed bed;
    core_init(&bed);
    core_matched(&bed);
    core_accepted(&bed, BED_BOX_A);
    core_accepted(&bed, BED_BOX_B);
    struct body_ground no = core_ground_for(&bed, BED_BOX_A);
    no.basis = BASIS_REFUSED;
    assert_int_equal(core_say(&bed, BED_CREW, MSG_GROUND, &no), ERR_OK);
    no.hospital = bed.devices[BED_BOX_B].org;
    assert_int_equal(core_say(&bed, BED_CREW, MSG_GROUND, &no), ERR_OK);
    struct body_ground yes = core_ground_for(&bed, BED_BOX_B);
    assert_int_equal(core_say(&bed, BED_CREW, MSG_GROUND, &yes), ERR_OK); /* overtakes it */
    core_mixup(&bed, BED_CREW, MIXUP_WRONG_PATIENT);
    assert_true(case_refused_to(&bed.c, &bed.devices[BED_BOX_A].org));
    assert_false(case_refused_to(&bed.c, &bed.devices[BED_BOX_B].org));
    assert_int_equal(bed.c.grounds_count, 1);
    core_fini(&bed);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(after_another_patients_card_the_right_one_is_read),
        cmocka_unit_test(old_ids_stay_dead),
        cmocka_unit_test(a_wrong_hospital_leaves_card_and_ground),
        cmocka_unit_test(a_face_that_does_not_match_frees_the_case_for_the_right_card),
        cmocka_unit_test(a_check_under_way_comes_to_nothing),
        cmocka_unit_test(a_refusal_that_stands_outlives_the_mix_up),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
