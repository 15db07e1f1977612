/* test_judge_staff.c — Job: an administrator ends people and devices of the own house only. */
#include "proto/console.h"
#include "tests/lib/core_bed.h"

#include <setjmp.h>
#include <stdarg.h>

#include <cmocka.h>

/* The other crew's device becomes a workstation of the headquarters. */
static void desk(struct core_bed *bed, enum role role)
{
    core_init(bed);
    bed->devices[BED_OTHER_CREW].kind = DEVICE_ADMIN;
    bed->people[BED_OTHER_CREW].roles = 1ull << role;
}

static struct body_staff_act on(struct id subject)
{
    return (struct body_staff_act){subject, slice_of("lost its tablet")};
}

static void own_people_and_devices_are_ended_with_a_reason(void **state)
{
    (void)state;
    struct core_bed bed;
    desk(&bed, ROLE_ORG_ADMIN);
    struct body_staff_act person = on(bed.people[BED_CREW].id),
                          device = on(bed.devices[BED_CREW].id);
    assert_int_equal(core_say(&bed, BED_OTHER_CREW, MSG_PERSON_DISABLE, &person), ERR_OK);
    const struct event *event = core_event(&bed, EVENT_PERSON_DISABLED, 0);
    assert_true(id_equal(&event->subject, &person.subject));
    assert_true(id_equal(&event->person, &bed.people[BED_OTHER_CREW].id));
    assert_true(id_equal(&event->org, &bed.headquarters.id));
    assert_non_null(event->payload.bytes);
    assert_int_equal(core_say(&bed, BED_OTHER_CREW, MSG_DEVICE_REVOKE, &device), ERR_OK);
    assert_true(id_equal(&core_event(&bed, EVENT_DEVICE_REVOKED, 0)->subject, &device.subject));
    bed.devices[BED_CREW].revoked = FLAG_YES;
    assert_int_equal(core_say(&bed, BED_OTHER_CREW, MSG_DEVICE_REVOKE, &device), ERR_PROTOCOL);
    bed.people[BED_CREW].disabled = FLAG_YES;
    assert_int_equal(core_say(&bed, BED_OTHER_CREW, MSG_PERSON_DISABLE, &person), ERR_PROTOCOL);
    core_fini(&bed);
}

static void a_lock_is_lifted_only_where_there_is_one(void **state)
{
    (void)state;
    struct core_bed bed;
    desk(&bed, ROLE_ORG_ADMIN);
    struct body_staff_act person = on(bed.people[BED_CREW].id);
    assert_int_equal(core_say(&bed, BED_OTHER_CREW, MSG_PERSON_UNLOCK, &person), ERR_PROTOCOL);
    bed.people[BED_CREW].locked = FLAG_YES;
    assert_int_equal(core_say(&bed, BED_OTHER_CREW, MSG_PERSON_UNLOCK, &person), ERR_OK);
    assert_int_equal(core_count(&bed, EVENT_PERSON_UNLOCKED), 1);
    core_fini(&bed);
}

static void nobody_ends_oneself_nor_anything_of_others(void **state)
{
    (void)state;
    struct core_bed bed;
    desk(&bed, ROLE_ORG_ADMIN);
    struct body_staff_act self = on(bed.people[BED_OTHER_CREW].id),
                          here = on(bed.devices[BED_OTHER_CREW].id),
                          nurse = on(bed.people[BED_BOX_A].id), box = on(bed.devices[BED_BOX_A].id),
                          nobody = on(core_id(&bed));
    assert_int_equal(core_say(&bed, BED_OTHER_CREW, MSG_PERSON_DISABLE, &self), ERR_NOT_ALLOWED);
    assert_int_equal(core_say(&bed, BED_OTHER_CREW, MSG_DEVICE_REVOKE, &here), ERR_NOT_ALLOWED);
    assert_int_equal(core_say(&bed, BED_OTHER_CREW, MSG_PERSON_DISABLE, &nurse), ERR_NOT_FOUND);
    assert_string_equal(bed.last->why.path, "body.subject");
    assert_int_equal(core_say(&bed, BED_OTHER_CREW, MSG_DEVICE_REVOKE, &box), ERR_NOT_FOUND);
    assert_int_equal(core_say(&bed, BED_OTHER_CREW, MSG_DEVICE_REVOKE, &nobody), ERR_NOT_FOUND);
    core_fini(&bed);
}

static void the_own_organisation_is_stopped_when_it_is_named(void **state)
{
    (void)state;
    struct core_bed bed;
    desk(&bed, ROLE_ORG_ADMIN);
    struct body_org_stop stop = {bed.hospital_a.id, slice_of("stolen keys")};
    assert_int_equal(core_say(&bed, BED_OTHER_CREW, MSG_ORG_STOP, &stop), ERR_BAD_FIELD);
    assert_string_equal(bed.last->why.path, "body.org");
    stop.org = bed.headquarters.id;
    assert_int_equal(core_say(&bed, BED_OTHER_CREW, MSG_ORG_STOP, &stop), ERR_OK);
    const struct event *event = core_event(&bed, EVENT_ORG_STOPPED, 0);
    assert_int_equal(event->count, FLAG_YES);
    assert_true(id_equal(&event->subject, &bed.headquarters.id));
    core_fini(&bed);
}

static void only_an_administrator_at_a_workstation_may(void **state)
{
    (void)state;
    for (int role = ROLE_PARAMEDIC; role <= ROLE_OPERATOR; role++) {
        struct core_bed bed;
        desk(&bed, (enum role)role);
        struct body_staff_act person = on(bed.people[BED_CREW].id),
                              device = on(bed.devices[BED_CREW].id);
        struct body_org_stop stop = {bed.headquarters.id, slice_of("x")};
        enum err wanted = role == ROLE_ORG_ADMIN ? ERR_OK : ERR_NOT_ALLOWED;
        assert_int_equal(core_say(&bed, BED_OTHER_CREW, MSG_PERSON_DISABLE, &person), wanted);
        assert_int_equal(core_say(&bed, BED_OTHER_CREW, MSG_DEVICE_REVOKE, &device), wanted);
        assert_int_equal(core_say(&bed, BED_OTHER_CREW, MSG_ORG_STOP, &stop), wanted);
        bed.devices[BED_OTHER_CREW].kind = DEVICE_AMBULANCE;
        assert_int_equal(core_say(&bed, BED_OTHER_CREW, MSG_ORG_STOP, &stop), ERR_NOT_ALLOWED);
        core_fini(&bed);
    }
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(own_people_and_devices_are_ended_with_a_reason),
        cmocka_unit_test(a_lock_is_lifted_only_where_there_is_one),
        cmocka_unit_test(nobody_ends_oneself_nor_anything_of_others),
        cmocka_unit_test(the_own_organisation_is_stopped_when_it_is_named),
        cmocka_unit_test(only_an_administrator_at_a_workstation_may),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
