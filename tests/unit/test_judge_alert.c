/* test_judge_alert.c — Job: who may see, acknowledge and review alerts; each is an event. */
#include "proto/console.h"
#include "tests/lib/core_bed.h"

#include <setjmp.h>
#include <stdarg.h>

#include <cmocka.h>

/* The other crew's device becomes a workstation of the headquarters, its person somebody of the
 * administration; the crew has an emergency opening open. Gives its id. */
static struct id desk(struct core_bed *bed, enum role role, int code)
{
    core_init(bed);
    bed->devices[BED_OTHER_CREW].kind = DEVICE_ADMIN;
    bed->people[BED_OTHER_CREW].roles = 1ull << role;
    struct event raised = {.type = EVENT_ALERT,
                           .id = core_id(bed),
                           .at = bed->now,
                           .org = bed->headquarters.id,
                           .case_id = core_id(bed),
                           .grant = core_id(bed),
                           .person = bed->people[BED_CREW].id,
                           .code = code};
    org_apply(&bed->headquarters, &raised, NULL);
    return raised.id;
}

static void an_administrator_sees_acknowledges_and_reviews(void **state)
{
    (void)state;
    struct core_bed bed;
    struct id alert = desk(&bed, ROLE_ORG_ADMIN, ALERT_BREAK_GLASS);
    struct body_alerts all = {.after = alert};
    assert_int_equal(core_say(&bed, BED_OTHER_CREW, MSG_ALERTS, &all), ERR_OK);
    assert_int_equal(core_count(&bed, EVENT_ALERTS_VIEWED), 1);
    struct body_alert_ack ack = {alert};
    assert_int_equal(core_say(&bed, BED_OTHER_CREW, MSG_ALERT_ACK, &ack), ERR_OK);
    const struct event *acked = core_event(&bed, EVENT_ALERT_ACKED, 0);
    assert_true(id_equal(&acked->person, &bed.people[BED_OTHER_CREW].id));
    assert_true(id_equal(&acked->subject, &alert));
    assert_int_equal(acked->code, ALERT_BREAK_GLASS);
    org_apply(&bed.headquarters, acked, NULL);
    assert_int_equal(core_say(&bed, BED_OTHER_CREW, MSG_ALERT_ACK, &ack), ERR_PROTOCOL);
    struct body_review review = {.alert = alert, .verdict = REVIEW_UNJUSTIFIED};
    assert_int_equal(core_say(&bed, BED_OTHER_CREW, MSG_REVIEW, &review), ERR_MISSING_FIELD);
    assert_string_equal(bed.last->why.path, "body.text");
    review.text = slice_of("家族は廊下にいた");
    assert_int_equal(core_say(&bed, BED_OTHER_CREW, MSG_REVIEW, &review), ERR_OK);
    const struct event *reviewed = core_event(&bed, EVENT_ACCESS_REVIEWED, 0);
    assert_int_equal(reviewed->code, REVIEW_UNJUSTIFIED);
    assert_non_null(reviewed->payload.bytes);
    assert_false(id_absent(&reviewed->case_id));
    core_fini(&bed);
}

static void who_broke_the_glass_does_not_review_it(void **state)
{
    (void)state;
    struct core_bed bed;
    struct id alert = desk(&bed, ROLE_ORG_ADMIN, ALERT_BREAK_GLASS);
    bed.headquarters.alerts[0].person = bed.people[BED_OTHER_CREW].id;
    struct body_review review = {.alert = alert, .verdict = REVIEW_JUSTIFIED};
    assert_int_equal(core_say(&bed, BED_OTHER_CREW, MSG_REVIEW, &review), ERR_NOT_ALLOWED);
    core_fini(&bed);
}

static void only_an_emergency_opening_is_reviewed(void **state)
{
    (void)state;
    struct core_bed bed;
    struct id alert = desk(&bed, ROLE_ORG_ADMIN, ALERT_MIXUP);
    struct body_review review = {.alert = alert, .verdict = REVIEW_JUSTIFIED};
    assert_int_equal(core_say(&bed, BED_OTHER_CREW, MSG_REVIEW, &review), ERR_PROTOCOL);
    core_fini(&bed);
}

static void who_looked_without_consent_is_reviewed_by_somebody_else(void **state)
{
    (void)state;
    struct core_bed bed;
    (void)desk(&bed, ROLE_ORG_ADMIN, ALERT_MIXUP);
    bed.entry = (struct event){.type = EVENT_GROUND_RECORDED,
                               .seq = 7,
                               .id = core_id(&bed),
                               .case_id = core_id(&bed),
                               .org = bed.headquarters.id,
                               .person = bed.people[BED_CREW].id,
                               .basis = BASIS_LIFE_BODY_NO_CONSENT,
                               .training = FLAG_YES};
    struct body_ground_review review = {.entry = 7, .verdict = REVIEW_REFERRED};
    assert_int_equal(core_say(&bed, BED_OTHER_CREW, MSG_GROUND_REVIEW, &review), ERR_MISSING_FIELD);
    review.text = slice_of("家族がいた");
    assert_int_equal(core_say(&bed, BED_OTHER_CREW, MSG_GROUND_REVIEW, &review), ERR_OK);
    const struct event *reviewed = core_event(&bed, EVENT_ACCESS_REVIEWED, 0);
    assert_int_equal(reviewed->code, REVIEW_REFERRED);
    assert_true(id_equal(&reviewed->subject, &bed.entry.id));
    assert_true(id_equal(&reviewed->case_id, &bed.entry.case_id));
    assert_int_equal(reviewed->training, FLAG_YES);
    bed.entry.person = bed.people[BED_OTHER_CREW].id;
    assert_int_equal(core_say(&bed, BED_OTHER_CREW, MSG_GROUND_REVIEW, &review), ERR_NOT_ALLOWED);
    bed.entry.person = bed.people[BED_CREW].id;
    bed.people[BED_OTHER_CREW].roles = 1ull << ROLE_AUDITOR;
    assert_int_equal(core_say(&bed, BED_OTHER_CREW, MSG_GROUND_REVIEW, &review), ERR_NOT_ALLOWED);
    core_fini(&bed);
}

static void what_is_no_ground_of_ours_without_consent_is_not_found(void **state)
{
    (void)state;
    struct core_bed bed;
    struct body_ground_review review = {.entry = 7, .verdict = REVIEW_JUSTIFIED};
    for (int what = 0; what < 4; what++) {
        (void)desk(&bed, ROLE_ORG_ADMIN, ALERT_MIXUP);
        bed.entry =
            (struct event){.type = what == 0 ? EVENT_OPENED : EVENT_GROUND_RECORDED,
                           .seq = what == 3 ? 8 : 7,
                           .org = what == 1 ? bed.hospital_a.id : bed.headquarters.id,
                           .basis = what == 2 ? BASIS_PATIENT_ORAL : BASIS_LIFE_BODY_NO_CONSENT};
        assert_int_equal(core_say(&bed, BED_OTHER_CREW, MSG_GROUND_REVIEW, &review), ERR_NOT_FOUND);
        core_fini(&bed);
    }
}

static void nobody_else_and_nothing_of_others(void **state)
{
    (void)state;
    for (int role = ROLE_PARAMEDIC; role <= ROLE_OPERATOR; role++) {
        struct core_bed bed;
        struct id alert = desk(&bed, (enum role)role, ALERT_BREAK_GLASS);
        struct body_alerts all = {{{0}}};
        struct body_alert_ack ack = {alert};
        struct body_review review = {.alert = alert, .verdict = REVIEW_JUSTIFIED};
        enum err acts = role == ROLE_ORG_ADMIN ? ERR_OK : ERR_NOT_ALLOWED;
        enum err asks = role == ROLE_AUDITOR ? ERR_OK : acts;
        assert_int_equal(core_say(&bed, BED_OTHER_CREW, MSG_ALERTS, &all), asks);
        assert_int_equal(core_say(&bed, BED_OTHER_CREW, MSG_ALERT_ACK, &ack), acts);
        assert_int_equal(core_say(&bed, BED_OTHER_CREW, MSG_REVIEW, &review), acts);
        bed.devices[BED_OTHER_CREW].kind = DEVICE_AMBULANCE;
        assert_int_equal(core_say(&bed, BED_OTHER_CREW, MSG_ALERTS, &all), ERR_NOT_ALLOWED);
        assert_int_equal(core_say(&bed, BED_OTHER_CREW, MSG_ALERT_ACK, &ack), ERR_NOT_ALLOWED);
        core_fini(&bed);
    }
    struct core_bed bed;
    (void)desk(&bed, ROLE_ORG_ADMIN, ALERT_BREAK_GLASS);
    struct body_alert_ack strange = {core_id(&bed)};
    assert_int_equal(core_say(&bed, BED_OTHER_CREW, MSG_ALERT_ACK, &strange), ERR_NOT_FOUND);
    core_fini(&bed);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(an_administrator_sees_acknowledges_and_reviews),
        cmocka_unit_test(who_broke_the_glass_does_not_review_it),
        cmocka_unit_test(only_an_emergency_opening_is_reviewed),
        cmocka_unit_test(who_looked_without_consent_is_reviewed_by_somebody_else),
        cmocka_unit_test(what_is_no_ground_of_ours_without_consent_is_not_found),
        cmocka_unit_test(nobody_else_and_nothing_of_others),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
