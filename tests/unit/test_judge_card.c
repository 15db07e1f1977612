/* test_judge_card.c — Job: card, ground, view, identity: nothing is shown out of its order. */
#include "tests/lib/core_bed.h"

#include <setjmp.h>
#include <stdarg.h>
#include <stdlib.h>

#include <cmocka.h>

/* DESIGN §6: a certificate alone names a card and proves nothing; in production it fetches a view
 * only from a source that has its own proof that the card was there. */
static void a_certificate_alone_is_not_enough_in_production(void **state)
{
    static const struct {
        int profile, proof, presence;
        enum err expected;
    } rows[] = {
        {PROFILE_TRAINING, PROOF_CERTIFICATE_ONLY, 0, ERR_OK},
        {PROFILE_TRIAL, PROOF_CERTIFICATE_ONLY, 0, ERR_OK},
        {PROFILE_PRODUCTION, PROOF_CERTIFICATE_ONLY, 0, ERR_NOT_PROVIDED},
        {PROFILE_PRODUCTION, PROOF_CERTIFICATE_ONLY, 1, ERR_OK},
        {PROFILE_PRODUCTION, PROOF_PIN_SIGNATURE, 0, ERR_OK},
        {PROFILE_PRODUCTION, PROOF_OFFICIAL_TERMINAL, 0, ERR_OK},
    };
    (void)state;
    for (size_t i = 0; i < sizeof rows / sizeof rows[0]; i++) {
        struct core_bed bed;
        struct body_view_ask ask;
        core_init(&bed);
        bed.policy.profile = rows[i].profile; /* before the case: under training it is practice */
        core_open(&bed);
        core_card(&bed);
        core_ground(&bed);
        record_clear(&record_view_ask, &ask);
        ask.kind = VIEW_EMERGENCY_SUMMARY;
        bed.policy.provider_proves_presence = rows[i].presence;
        bed.c.card_proof = rows[i].proof;
        assert_int_equal(core_say(&bed, BED_CREW, MSG_VIEW_ASK, &ask), rows[i].expected);
        assert_int_equal(core_count(&bed, EVENT_FETCH_ASKED), rows[i].expected == ERR_OK);
        core_fini(&bed);
    }
}

static void other_ways_of_identification_are_off(void **state)
{
    (void)state;
    struct core_bed bed;
    struct body_card_read body = core_card_read();
    core_init(&bed);
    core_open(&bed);
    body.identified_by = IDENTIFIED_FOUR_ITEMS; /* F-14 */
    assert_int_equal(core_say(&bed, BED_CREW, MSG_CARD_READ, &body), ERR_NOT_PROVIDED);
    body = core_card_read();
    body.kind = CARD_IPHONE; /* I-05 */
    assert_int_equal(core_say(&bed, BED_CREW, MSG_CARD_READ, &body), ERR_NOT_PROVIDED);
    body.kind = CARD_OTHER;
    assert_int_equal(core_say(&bed, BED_CREW, MSG_CARD_READ, &body), ERR_CARD_KIND);
    body = core_card_read();
    body.proof = PROOF_PIN_SIGNATURE; /* a signature of something else proves nothing */
    body.challenge = slice_of("AAAA");
    body.signature = slice_of("AAAA");
    assert_int_equal(core_say(&bed, BED_CREW, MSG_CARD_READ, &body), ERR_BAD_FIELD);
    core_fini(&bed);
}

static void a_view_needs_card_and_ground(void **state)
{
    (void)state;
    struct core_bed bed;
    struct body_view_ask ask;
    core_init(&bed);
    core_open(&bed);
    record_clear(&record_view_ask, &ask);
    ask.kind = VIEW_EMERGENCY_SUMMARY;
    assert_int_equal(core_say(&bed, BED_CREW, MSG_VIEW_ASK, &ask), ERR_NO_CARD);
    core_card(&bed);
    assert_int_equal(core_say(&bed, BED_CREW, MSG_VIEW_ASK, &ask), ERR_NO_GROUND);
    core_ground(&bed);
    ask.kind = VIEW_NORMAL; /* longer look-backs need a reason */
    assert_int_equal(core_say(&bed, BED_CREW, MSG_VIEW_ASK, &ask), ERR_MISSING_FIELD);
    core_view(&bed);
    assert_int_equal(core_say(&bed, BED_CREW, MSG_VIEW_ASK, &ask), ERR_PROTOCOL);
    core_fini(&bed);
}

static void a_card_that_is_refused_says_why(void **state)
{
    (void)state;
    struct core_bed bed;
    struct body_card_read body = core_card_read();
    struct body_view_ask ask;
    core_init(&bed);
    core_open(&bed);
    record_clear(&record_view_ask, &ask);
    ask.kind = VIEW_EMERGENCY_SUMMARY;
    assert_int_equal(core_say(&bed, BED_CREW, MSG_CARD_READ, &body), ERR_OK);
    struct outcome o = {
        .kind = ERRAND_CARD, .ask = bed.last->errands[0], .result = ERR_CARD_EXPIRED};
    assert_int_equal(core_outcome(&bed, &o), ERR_OK);
    assert_int_equal(core_event(&bed, EVENT_CARD_REFUSED, 0)->code, ERR_CARD_EXPIRED);
    assert_int_equal(core_say(&bed, BED_CREW, MSG_VIEW_ASK, &ask), ERR_CARD_EXPIRED); /* I-09 */
    assert_int_equal(core_outcome(&bed, &o), ERR_NOT_FOUND);                          /* once */
    core_fini(&bed);
}

static void another_card_does_not_slip_in(void **state)
{
    (void)state;
    struct core_bed bed;
    struct body_card_read body = core_card_read();
    core_init(&bed);
    core_open(&bed);
    bed.other_case = core_id(&bed);
    core_card(&bed);
    assert_int_equal(core_event(&bed, EVENT_ALERT, 0)->code, ALERT_SAME_CARD_TWICE);
    assert_int_equal(core_say(&bed, BED_CREW, MSG_CARD_READ, &body), ERR_OK);
    struct outcome o = {.kind = ERRAND_CARD, .ask = bed.last->errands[0], .alias = core_id(&bed)};
    assert_int_equal(core_outcome(&bed, &o), ERR_OK);
    assert_int_equal(core_event(&bed, EVENT_CARD_REFUSED, 0)->code, ERR_WRONG_PATIENT);
    core_fini(&bed);
}

static void grounds_are_complete_or_refused(void **state)
{
    (void)state;
    struct core_bed bed;
    struct body_ground body;
    core_init(&bed);
    core_open(&bed);
    record_clear(&record_ground, &body);
    body.right = RIGHT_CREW_VIEW;
    body.basis = BASIS_LIFE_BODY_NO_CONSENT;
    body.need = NEED_CARDIAC_ARREST; /* need and obstacle */
    assert_int_equal(core_say(&bed, BED_CREW, MSG_GROUND, &body), ERR_MISSING_FIELD);
    body.basis = BASIS_REFUSED;
    assert_int_equal(core_say(&bed, BED_CREW, MSG_GROUND, &body), ERR_OK);
    body.basis = BASIS_LIFE_BODY_NO_CONSENT; /* a refusal does not become life/body … */
    body.obstacle = OBSTACLE_LANGUAGE;
    assert_int_equal(core_say(&bed, BED_CREW, MSG_GROUND, &body), ERR_REFUSED_BY_PATIENT);
    body.obstacle = OBSTACLE_UNCONSCIOUS; /* … without a new obstacle, and a review */
    assert_int_equal(core_say(&bed, BED_CREW, MSG_GROUND, &body), ERR_OK);
    assert_int_equal(core_event(&bed, EVENT_ALERT, 0)->code, ALERT_REFUSAL_OVERRIDDEN);
    core_fini(&bed);
}

static void withdrawal_ends_view_and_grants(void **state)
{
    (void)state;
    struct core_bed bed;
    core_init(&bed);
    core_matched(&bed);
    core_granted(&bed, BED_BOX_A);
    assert_int_equal(core_say(&bed, BED_CREW, MSG_CONSENT_WITHDRAW, NULL), ERR_OK);
    assert_int_equal(core_count(&bed, EVENT_GRANT_REVOKED), 1);
    assert_int_equal(core_count(&bed, EVENT_VIEW_ENDED), 1);
    assert_true(case_refused(&bed.c));
    core_fini(&bed);
}

static void only_matched_goes_on(void **state)
{
    (void)state;
    struct core_bed bed;
    core_init(&bed);
    core_open(&bed);
    core_card(&bed);
    core_ground(&bed);
    core_view(&bed);
    struct body_open open = {.view = bed.c.views[0].id,
                             .sections = SECTION_BIT(SECTION_MEDICATIONS)};
    assert_int_equal(core_say(&bed, BED_CREW, MSG_OPEN, &open), ERR_NOT_MATCHED);
    open.sections |= SECTION_BIT(SECTION_PERSON);
    assert_int_equal(core_say(&bed, BED_CREW, MSG_OPEN, &open), ERR_NOT_MATCHED);
    open.sections = SECTION_BIT(SECTION_PERSON); /* for the question itself, at a page made anew */
    assert_int_equal(core_say(&bed, BED_CREW, MSG_OPEN, &open), ERR_OK);
    open.sections = SECTION_BIT(SECTION_MEDICATIONS);
    struct body_identity_check check = {.view = bed.c.views[0].id, .result = MATCH_NOT_POSSIBLE};
    assert_int_equal(core_say(&bed, BED_CREW, MSG_IDENTITY_CHECK, &check), ERR_OK);
    assert_int_equal(core_say(&bed, BED_CREW, MSG_OPEN, &open), ERR_NOT_MATCHED);
    check.result = MATCH_NOT_MATCHED;
    assert_int_equal(core_say(&bed, BED_CREW, MSG_IDENTITY_CHECK, &check), ERR_OK);
    assert_int_equal(core_event(&bed, EVENT_NO_VIEW, 0)->code, NO_VIEW_ID_MISMATCH);
    assert_int_equal(core_say(&bed, BED_CREW, MSG_OPEN, &open), ERR_VOID);
    core_fini(&bed);
}

static void a_view_that_comes_too_late_is_not_shown(void **state)
{
    (void)state;
    struct core_bed bed;
    struct body_view_ask ask;
    core_init(&bed);
    core_open(&bed);
    core_card(&bed);
    core_ground(&bed);
    record_clear(&record_view_ask, &ask);
    ask.kind = VIEW_EMERGENCY_SUMMARY;
    assert_int_equal(core_say(&bed, BED_CREW, MSG_VIEW_ASK, &ask), ERR_OK);
    struct outcome o = {.kind = ERRAND_FETCH, .ask = bed.last->errands[0], .fetched_at = bed.now};
    assert_int_equal(core_say(&bed, BED_CREW, MSG_CONSENT_WITHDRAW, NULL), ERR_OK);
    assert_int_equal(core_outcome(&bed, &o), ERR_NOT_FOUND); /* it was ended with the consent */
    core_fini(&bed);
}

/* Practice beside live work: its own source or none; a real card's rules are not its own. */
static void practice_has_a_source_of_its_own(void **state)
{
    (void)state;
    struct core_bed bed;
    struct body_view_ask ask;
    core_init(&bed);
    bed.policy.profile = PROFILE_PRODUCTION;
    core_open(&bed);
    bed.c.training = FLAG_YES;
    bed.other_case = core_id(&bed); /* the same practice card is used elsewhere */
    core_card(&bed);
    assert_int_equal(core_count(&bed, EVENT_ALERT), 0);
    core_ground(&bed);
    record_clear(&record_view_ask, &ask);
    ask.kind = VIEW_EMERGENCY_SUMMARY;
    assert_int_equal(core_say(&bed, BED_CREW, MSG_VIEW_ASK, &ask), ERR_PRACTICE_SOURCE);
    bed.policy.practice_source = FLAG_YES; /* a certificate alone is enough of a practice card */
    assert_int_equal(core_say(&bed, BED_CREW, MSG_VIEW_ASK, &ask), ERR_OK);
    assert_int_equal(core_event(&bed, EVENT_FETCH_ASKED, 0)->training, FLAG_YES);
    bed.c.views_count = 0;
    bed.c.training = FLAG_ABSENT; /* the practice source is none for a live case */
    assert_int_equal(core_say(&bed, BED_CREW, MSG_VIEW_ASK, &ask), ERR_NOT_PROVIDED);
    core_fini(&bed);
}

static void where_all_is_practice_nothing_stands_beside_it(void **state)
{
    (void)state;
    struct core_bed bed;
    core_init(&bed);
    core_open(&bed);
    assert_int_equal(bed.c.training, FLAG_YES);
    assert_false(case_is_drill(&bed.c, &bed.policy));
    bed.other_case = core_id(&bed);
    core_card(&bed);
    assert_int_equal(core_event(&bed, EVENT_ALERT, 0)->training, FLAG_YES);
    bed.policy.profile = PROFILE_TRIAL;
    assert_true(case_is_drill(&bed.c, &bed.policy));
    core_fini(&bed);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(a_certificate_alone_is_not_enough_in_production),
        cmocka_unit_test(other_ways_of_identification_are_off),
        cmocka_unit_test(a_view_needs_card_and_ground),
        cmocka_unit_test(a_card_that_is_refused_says_why),
        cmocka_unit_test(another_card_does_not_slip_in),
        cmocka_unit_test(grounds_are_complete_or_refused),
        cmocka_unit_test(withdrawal_ends_view_and_grants),
        cmocka_unit_test(only_matched_goes_on),
        cmocka_unit_test(a_view_that_comes_too_late_is_not_shown),
        cmocka_unit_test(practice_has_a_source_of_its_own),
        cmocka_unit_test(where_all_is_practice_nothing_stands_beside_it),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
