/* test_judge_case.c — Job: the case itself: opened once, handed over by both sides, ended. */
#include "tests/lib/core_bed.h"

#include <setjmp.h>
#include <stdarg.h>
#include <stdlib.h>

#include <cmocka.h>

static void a_case_is_opened_once(void **state)
{
    (void)state;
    struct core_bed bed;
    struct body_case_open body;
    core_init(&bed);
    core_open(&bed);
    record_clear(&record_case_open, &body);
    body.incident = core_id(&bed);
    body.patient_no = body.patients = 1;
    assert_int_equal(core_say(&bed, BED_CREW, MSG_CASE_OPEN, &body), ERR_ID_REUSED);
    bed.exists = false;
    body.patient_no = 2; /* the second of one */
    assert_int_equal(core_say(&bed, BED_CREW, MSG_CASE_OPEN, &body), ERR_BAD_FIELD);
    body.patient_no = 1; /* a device alone may open, as 未サインオン隊員 */
    assert_int_equal(core_say_alone(&bed, BED_CREW, MSG_CASE_OPEN, &body), ERR_OK);
    assert_true(id_absent(&core_event(&bed, EVENT_CASE_OPENED, 0)->person));
    core_fini(&bed);
}

static void practice_and_live_cases_are_not_joined(void **state)
{
    static const struct {
        int profile, training, incident; /* of the other open cases of the incident */
        enum err err;
    } rows[] = {
        {PROFILE_TRIAL, FLAG_YES, FLAG_ABSENT, ERR_OK},
        {PROFILE_TRIAL, FLAG_YES, FLAG_YES, ERR_OK},
        {PROFILE_TRIAL, FLAG_YES, FLAG_NO, ERR_PRACTICE_MIXED},
        {PROFILE_PRODUCTION, FLAG_ABSENT, FLAG_NO, ERR_OK},
        {PROFILE_PRODUCTION, FLAG_ABSENT, FLAG_YES, ERR_PRACTICE_MIXED},
        {PROFILE_PRODUCTION, FLAG_NO, FLAG_YES, ERR_PRACTICE_MIXED},
        {PROFILE_TRAINING, FLAG_ABSENT, FLAG_YES, ERR_OK}, /* there all is practice */
    };
    (void)state;
    for (size_t i = 0; i < sizeof rows / sizeof rows[0]; i++) {
        struct core_bed bed;
        struct body_case_open body;
        core_init(&bed);
        bed.policy.profile = rows[i].profile;
        bed.incident_training = rows[i].incident;
        record_clear(&record_case_open, &body);
        body.incident = core_id(&bed);
        body.patient_no = body.patients = 1;
        body.training = rows[i].training;
        assert_int_equal(core_say(&bed, BED_CREW, MSG_CASE_OPEN, &body), rows[i].err);
        core_fini(&bed);
    }
}

static void a_case_before_is_of_the_same_kind(void **state)
{
    (void)state;
    for (int before = FLAG_NO; before <= FLAG_YES; before++)
        for (int now = FLAG_NO; now <= FLAG_YES; now++) {
            struct core_bed bed;
            struct body_case_open body;
            core_init(&bed);
            bed.policy.profile = PROFILE_TRIAL;
            record_clear(&record_case_open, &body);
            body.incident = core_id(&bed);
            body.patient_no = body.patients = 1;
            body.training = before;
            assert_int_equal(core_say(&bed, BED_CREW, MSG_CASE_OPEN, &body), ERR_OK);
            body.previous_case = bed.c.id;
            body.training = now;
            assert_int_equal(core_open_another(&bed, &body),
                             before == now ? ERR_OK : ERR_PRACTICE_MIXED);
            core_fini(&bed);
        }
}

static void talk_needs_a_destination(void **state)
{
    (void)state;
    struct core_bed bed;
    struct body_talk talk = {.text = slice_of("到着5分前")};
    core_init(&bed);
    core_matched(&bed);
    assert_int_equal(core_say(&bed, BED_CREW, MSG_TALK, &talk), ERR_NOT_DESTINATION);
    core_granted(&bed, BED_BOX_A);
    core_accepted(&bed, BED_BOX_B);
    assert_int_equal(core_say(&bed, BED_CREW, MSG_TALK, &talk), ERR_OK);
    assert_int_equal(core_say(&bed, BED_BOX_A, MSG_TALK, &talk), ERR_OK);
    assert_int_equal(core_say(&bed, BED_BOX_B, MSG_TALK, &talk), ERR_NOT_DESTINATION);
    core_fini(&bed);
}

/* Two-sided; whoever is first starts the clock of 60 minutes. */
static void hand_over_is_two_sided(void **state)
{
    (void)state;
    struct core_bed bed;
    struct body_handover body = {.physician = {NULL, 0}};
    core_init(&bed);
    core_matched(&bed);
    assert_int_equal(core_say(&bed, BED_CREW, MSG_HANDOVER, &body), ERR_NOT_DESTINATION);
    core_granted(&bed, BED_BOX_A);
    assert_int_equal(core_say(&bed, BED_BOX_A, MSG_HANDOVER_CONFIRM, &body), ERR_MISSING_FIELD);
    assert_int_equal(core_say(&bed, BED_CREW, MSG_HANDOVER, &body), ERR_OK);
    assert_int_equal(core_event(&bed, EVENT_GRANT_CHANGED, 0)->until, bed.now + 3600000);
    assert_int_equal(core_say(&bed, BED_CREW, MSG_HANDOVER, &body), ERR_PROTOCOL);
    body.physician = slice_of("医師");
    assert_int_equal(core_say(&bed, BED_BOX_A, MSG_HANDOVER_CONFIRM, &body), ERR_OK);
    assert_int_equal(core_count(&bed, EVENT_GRANT_CHANGED), 0); /* the clock runs already */
    struct body_open open = {.view = bed.c.views[0].id,
                             .sections = SECTION_BIT(SECTION_MEDICATIONS)};
    assert_int_equal(core_say(&bed, BED_CREW, MSG_OPEN, &open), ERR_GRANT_ENDED);
    open.grant = bed.c.grants[0].id;
    assert_int_equal(core_say(&bed, BED_BOX_A, MSG_OPEN, &open), ERR_OK);
    core_fini(&bed);
}

/* Said once, at the hospital that is the destination now; late, it was when it was said. */
static void an_arrival_is_a_fact_of_its_own(void **state)
{
    (void)state;
    struct core_bed bed;
    struct body_handover handover = {.physician = {NULL, 0}};
    core_init(&bed);
    core_matched(&bed);
    assert_int_equal(core_say(&bed, BED_CREW, MSG_ARRIVED, NULL), ERR_NOT_DESTINATION);
    core_granted(&bed, BED_BOX_A);
    assert_int_equal(core_say(&bed, BED_CREW, MSG_ARRIVED, NULL), ERR_OK);
    const struct event *event = core_event(&bed, EVENT_ARRIVED, 0);
    assert_true(id_equal(&event->hospital, &bed.devices[BED_BOX_A].org));
    assert_true(event->until != 0 && event->until <= bed.now);
    assert_int_equal(bed.c.arrived_at, event->until);
    assert_int_equal(core_say(&bed, BED_CREW, MSG_ARRIVED, NULL), ERR_PROTOCOL);
    core_accepted(&bed, BED_BOX_B); /* taken on to another hospital: not there yet */
    struct body_destination to = core_destination_for(&bed, BED_BOX_B);
    assert_int_equal(core_say(&bed, BED_CREW, MSG_DESTINATION, &to), ERR_OK);
    assert_int_equal(bed.c.arrived_at, 0);
    assert_int_equal(core_say(&bed, BED_CREW, MSG_ARRIVED, NULL), ERR_OK);
    assert_int_equal(core_say(&bed, BED_CREW, MSG_HANDOVER, &handover), ERR_OK);
    assert_int_equal(core_say(&bed, BED_CREW, MSG_ARRIVED, NULL), ERR_CASE_ENDED);
    core_fini(&bed);
}

static void an_end_takes_everything_along(void **state)
{
    (void)state;
    struct core_bed bed;
    struct body_case_end body = {.reason = END_HANDED_OVER};
    core_init(&bed);
    core_matched(&bed);
    core_granted(&bed, BED_BOX_A);
    assert_int_equal(core_say(&bed, BED_CREW, MSG_CASE_END, &body), ERR_BAD_FIELD);
    body.reason = END_DEATH;
    assert_int_equal(core_say(&bed, BED_CREW, MSG_CASE_END, &body), ERR_OK);
    assert_int_equal(core_count(&bed, EVENT_GRANT_REVOKED), 1);
    assert_int_equal(core_count(&bed, EVENT_VIEW_ENDED), 1);
    assert_int_equal(core_count(&bed, EVENT_INQUIRY_ENDED), 1);
    assert_int_equal(bed.c.end, END_DEATH);
    struct body_no_view more = {.reason = NO_VIEW_URGENT};
    assert_int_equal(core_say(&bed, BED_CREW, MSG_NO_VIEW, &more), ERR_CASE_ENDED);
    core_fini(&bed);
}

static void take_over_by_offer_or_from_the_silent(void **state)
{
    (void)state;
    struct core_bed bed;
    core_init(&bed);
    core_matched(&bed);
    struct body_reason_text why = {.reason = slice_of("端末の故障")};
    struct body_takeover_offer offer = {.device = bed.devices[BED_OTHER_CREW].id};
    assert_int_equal(core_say(&bed, BED_OTHER_CREW, MSG_TAKEOVER_ACCEPT, NULL), ERR_NO_SUCH_CASE);
    assert_int_equal(core_say(&bed, BED_OTHER_CREW, MSG_TAKEOVER_CLAIM, &why), ERR_NOT_ALLOWED);
    bed.holder_online = false;
    assert_int_equal(core_say(&bed, BED_OTHER_CREW, MSG_TAKEOVER_CLAIM, &why), ERR_OK);
    assert_int_equal(core_event(&bed, EVENT_ALERT, 0)->code, ALERT_TAKEOVER_CLAIMED);
    assert_int_equal(core_say(&bed, BED_CREW, MSG_CONSENT_WITHDRAW, NULL), ERR_NO_SUCH_CASE);
    offer.device = bed.devices[BED_CREW].id;
    assert_int_equal(core_say(&bed, BED_OTHER_CREW, MSG_TAKEOVER_OFFER, &offer), ERR_OK);
    assert_int_equal(core_say(&bed, BED_CREW, MSG_TAKEOVER_ACCEPT, NULL), ERR_OK);
    assert_true(id_equal(&bed.c.device, &bed.devices[BED_CREW].id));
    core_fini(&bed);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(a_case_is_opened_once),
        cmocka_unit_test(practice_and_live_cases_are_not_joined),
        cmocka_unit_test(a_case_before_is_of_the_same_kind),
        cmocka_unit_test(talk_needs_a_destination),
        cmocka_unit_test(hand_over_is_two_sided),
        cmocka_unit_test(an_arrival_is_a_fact_of_its_own),
        cmocka_unit_test(an_end_takes_everything_along),
        cmocka_unit_test(take_over_by_offer_or_from_the_silent),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
