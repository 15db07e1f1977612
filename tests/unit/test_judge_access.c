/* test_judge_access.c — Job: who may ask the access log, and that each question is an event. */
#include "proto/console.h"
#include "tests/lib/core_bed.h"

#include <setjmp.h>
#include <stdarg.h>

#include <cmocka.h>

/* The other crew's device becomes a workstation, its person somebody of the administration. */
static void desk(struct core_bed *bed, enum role role)
{
    core_init(bed);
    bed->devices[BED_OTHER_CREW].kind = DEVICE_ADMIN;
    bed->people[BED_OTHER_CREW].roles = 1ull << role;
}

static struct body_access_query question(void)
{
    return (struct body_access_query){.before = INT_ABSENT, .limit = INT_ABSENT};
}

static void a_question_is_an_event_before_its_errand(void **state)
{
    (void)state;
    const enum role roles[] = {ROLE_ORG_ADMIN, ROLE_AUDITOR};
    for (size_t i = 0; i < 2; i++) {
        struct core_bed bed;
        desk(&bed, roles[i]);
        struct body_access_query body = question();
        body.person = bed.people[BED_CREW].id;
        body.from = 5;
        assert_int_equal(core_say(&bed, BED_OTHER_CREW, MSG_ACCESS_QUERY, &body), ERR_OK);
        assert_int_equal(bed.last->events_count, 1);
        const struct event *event = core_event(&bed, EVENT_LOG_VIEWED, 0);
        assert_non_null(event);
        assert_true(id_equal(&event->person, &bed.people[BED_OTHER_CREW].id));
        assert_true(id_equal(&event->subject, &body.person));
        assert_non_null(event->payload.bytes);
        assert_int_equal(bed.last->errands_count, 1);
        assert_int_equal(bed.last->errands[0].kind, ERRAND_LOG);
        assert_true(id_equal(&bed.last->errands[0].id, &event->id));
        struct body_case_story story = {bed.other_case, INT_ABSENT, INT_ABSENT, FLAG_ABSENT};
        story.case_id = core_id(&bed);
        assert_int_equal(core_say(&bed, BED_OTHER_CREW, MSG_CASE_STORY, &story), ERR_OK);
        assert_int_equal(core_count(&bed, EVENT_LOG_VIEWED), 1);
        core_fini(&bed);
    }
}

static void nobody_else_may_ask(void **state)
{
    (void)state;
    for (int role = ROLE_PARAMEDIC; role <= ROLE_OPERATOR; role++) {
        struct core_bed bed;
        struct body_access_query body = question();
        desk(&bed, (enum role)role);
        bool may = role == ROLE_ORG_ADMIN || role == ROLE_AUDITOR;
        struct body_case_story story = {core_id(&bed), INT_ABSENT, INT_ABSENT, FLAG_ABSENT};
        struct body_written_query written = {.entry = 3};
        enum err wanted = may ? ERR_OK : ERR_NOT_ALLOWED;
        bool unmasked = role == ROLE_ORG_ADMIN;
        assert_int_equal(core_say(&bed, BED_OTHER_CREW, MSG_ACCESS_QUERY, &body), wanted);
        assert_int_equal(core_say(&bed, BED_OTHER_CREW, MSG_CASE_STORY, &story), wanted);
        assert_int_equal(core_say(&bed, BED_OTHER_CREW, MSG_WRITTEN_QUERY, &written),
                         unmasked ? ERR_OK : ERR_NOT_ALLOWED);
        assert_int_equal(core_count(&bed, EVENT_LOG_VIEWED), unmasked ? 1 : 0);
        assert_int_equal(bed.last->errands_count, unmasked ? 1 : 0);
        core_fini(&bed);
    }
}

static void the_right_person_on_another_device_may_not(void **state)
{
    (void)state;
    struct core_bed bed;
    struct body_access_query body = question();
    desk(&bed, ROLE_ORG_ADMIN);
    bed.devices[BED_OTHER_CREW].kind = DEVICE_AMBULANCE;
    assert_int_equal(core_say(&bed, BED_OTHER_CREW, MSG_ACCESS_QUERY, &body), ERR_NOT_ALLOWED);
    bed.devices[BED_OTHER_CREW].kind = DEVICE_ADMIN;
    assert_int_equal(core_say_alone(&bed, BED_OTHER_CREW, MSG_ACCESS_QUERY, &body), ERR_NO_SESSION);
    core_fini(&bed);
}

static void what_cannot_be_meant_is_refused_with_its_field(void **state)
{
    (void)state;
    struct core_bed bed;
    desk(&bed, ROLE_ORG_ADMIN);
    struct body_access_query kind = question(), time = question(), person = question();
    kind.kind = slice_of("everything");
    time.from = 2;
    time.until = 1;
    person.person = bed.people[BED_BOX_A].id; /* of another organisation */
    assert_int_equal(core_say(&bed, BED_OTHER_CREW, MSG_ACCESS_QUERY, &kind), ERR_BAD_FIELD);
    assert_string_equal(bed.last->why.path, "body.kind");
    kind.kind = slice_of("opened");
    kind.group = GROUP_ACCESS;
    assert_int_equal(core_say(&bed, BED_OTHER_CREW, MSG_ACCESS_QUERY, &kind), ERR_BAD_FIELD);
    assert_string_equal(bed.last->why.path, "body.kind");
    assert_int_equal(core_say(&bed, BED_OTHER_CREW, MSG_ACCESS_QUERY, &time), ERR_BAD_FIELD);
    assert_int_equal(core_say(&bed, BED_OTHER_CREW, MSG_ACCESS_QUERY, &person), ERR_NOT_FOUND);
    person.person = core_id(&bed); /* of nobody: nothing tells the two apart */
    assert_int_equal(core_say(&bed, BED_OTHER_CREW, MSG_ACCESS_QUERY, &person), ERR_NOT_FOUND);
    assert_int_equal(bed.last->events_count, 0);
    core_fini(&bed);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(a_question_is_an_event_before_its_errand),
        cmocka_unit_test(nobody_else_may_ask),
        cmocka_unit_test(the_right_person_on_another_device_may_not),
        cmocka_unit_test(what_cannot_be_meant_is_refused_with_its_field),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
