/* test_judge_console.c — Job: who may ask what of the console, as an event first; dispatches. */
#include "gateway/core/month.h"
#include "proto/console.h"
#include "proto/tablets.h"
#include "tests/lib/core_bed.h"

#include <setjmp.h>
#include <stdarg.h>

#include <cmocka.h>

static void desk(struct core_bed *bed, enum role role)
{
    core_init(bed);
    bed->devices[BED_OTHER_CREW].kind = DEVICE_ADMIN;
    bed->people[BED_OTHER_CREW].roles = 1ull << role;
}

static struct body_log_query log_question(void)
{
    return (struct body_log_query){
        .entry = INT_ABSENT, .old_size = INT_ABSENT, .new_size = INT_ABSENT};
}

static enum err ask(struct core_bed *bed, enum message_kind kind)
{
    struct body_list_query list = {.limit = INT_ABSENT};
    struct body_log_query log = log_question();
    struct body_coverage_query coverage = {.from = slice_of("2026-10"), .to = slice_of("2026-11")};
    const void *body = kind == MSG_LOG_QUERY        ? (const void *)&log
                       : kind == MSG_COVERAGE_QUERY ? (const void *)&coverage
                                                    : (const void *)&list;
    return core_say(bed, BED_OTHER_CREW, kind, body);
}

static const struct {
    enum message_kind kind;
    enum question question;
    size_t errands; /* 0: answered from memory */
} asked[] = {
    {MSG_PEOPLE_QUERY, QUESTION_PEOPLE, 0},           {MSG_DEVICES_QUERY, QUESTION_DEVICES, 0},
    {MSG_CONNECTIONS_QUERY, QUESTION_CONNECTIONS, 0}, {MSG_LOG_QUERY, QUESTION_LOG, 1},
    {MSG_COVERAGE_QUERY, QUESTION_COVERAGE, 1},
};
enum { ASKED = sizeof asked / sizeof asked[0] };

static void a_question_is_an_event_that_says_about_what(void **state)
{
    (void)state;
    for (size_t i = 0; i < ASKED; i++) {
        struct core_bed bed;
        desk(&bed, ROLE_AUDITOR);
        assert_int_equal(ask(&bed, asked[i].kind), ERR_OK);
        assert_int_equal(bed.last->events_count, 1);
        const struct event *event = core_event(&bed, EVENT_LOG_VIEWED, 0);
        assert_non_null(event);
        assert_int_equal(event->code, asked[i].question);
        assert_true(id_equal(&event->person, &bed.people[BED_OTHER_CREW].id));
        assert_non_null(event->payload.bytes);
        assert_int_equal(bed.last->errands_count, asked[i].errands);
        core_fini(&bed);
    }
}

static void an_export_is_another_event(void **state)
{
    (void)state;
    struct core_bed bed;
    struct body_list_query body = {.limit = INT_ABSENT, .export = FLAG_YES};
    desk(&bed, ROLE_ORG_ADMIN);
    assert_int_equal(core_say(&bed, BED_OTHER_CREW, MSG_PEOPLE_QUERY, &body), ERR_OK);
    assert_int_equal(core_count(&bed, EVENT_LOG_EXPORTED), 1);
    assert_int_equal(core_count(&bed, EVENT_LOG_VIEWED), 0);
    body.export = FLAG_NO;
    assert_int_equal(core_say(&bed, BED_OTHER_CREW, MSG_PEOPLE_QUERY, &body), ERR_OK);
    assert_int_equal(core_count(&bed, EVENT_LOG_VIEWED), 1);
    core_fini(&bed);
}

static void nobody_else_may_ask(void **state)
{
    (void)state;
    for (int role = ROLE_PARAMEDIC; role <= ROLE_OPERATOR; role++) {
        bool may = role == ROLE_ORG_ADMIN || role == ROLE_AUDITOR;
        for (size_t i = 0; i < ASKED; i++) {
            struct core_bed bed;
            desk(&bed, (enum role)role);
            assert_int_equal(ask(&bed, asked[i].kind), may ? ERR_OK : ERR_NOT_ALLOWED);
            bed.devices[BED_OTHER_CREW].kind = DEVICE_AMBULANCE;
            assert_int_equal(ask(&bed, asked[i].kind), ERR_NOT_ALLOWED);
            core_fini(&bed);
        }
    }
}

/* A crew asks for the tablets of its own headquarters; nobody else does, and it is on record. */
static void a_crew_asks_for_its_tablets(void **state)
{
    (void)state;
    for (int role = ROLE_PARAMEDIC; role <= ROLE_OPERATOR; role++) {
        struct core_bed bed;
        struct body_tablets_query body = {{{0}}};
        bool may = role == ROLE_PARAMEDIC || role == ROLE_DISPATCHER;
        core_init(&bed);
        bed.people[BED_OTHER_CREW].roles = 1ull << role;
        assert_int_equal(core_say(&bed, BED_OTHER_CREW, MSG_TABLETS_QUERY, &body),
                         may ? ERR_OK : ERR_NOT_ALLOWED);
        if (may)
            assert_int_equal(core_event(&bed, EVENT_LOG_VIEWED, 0)->code, QUESTION_TABLETS);
        bed.headquarters.kind = ORG_OPERATOR;
        assert_int_equal(core_say(&bed, BED_OTHER_CREW, MSG_TABLETS_QUERY, &body), ERR_NOT_ALLOWED);
        core_fini(&bed);
    }
}

static void what_cannot_be_meant_is_refused_with_its_field(void **state)
{
    (void)state;
    struct core_bed bed;
    desk(&bed, ROLE_ORG_ADMIN);
    struct body_log_query log = log_question();
    log.new_size = 4;
    assert_int_equal(core_say(&bed, BED_OTHER_CREW, MSG_LOG_QUERY, &log), ERR_MISSING_FIELD);
    assert_string_equal(bed.last->why.path, "body.old_size");
    log.old_size = 5;
    assert_int_equal(core_say(&bed, BED_OTHER_CREW, MSG_LOG_QUERY, &log), ERR_BAD_FIELD);
    log.old_size = 4;
    assert_int_equal(core_say(&bed, BED_OTHER_CREW, MSG_LOG_QUERY, &log), ERR_OK);
    static const struct {
        const char *from, *to, *path;
    } rows[] = {{"2026-11", "2026-10", "body.to"},
                {"2026-13", "2027-01", "body.from"},
                {"2026-01", "2028-01", "body.to"},
                {"2026-01", "2027-12", NULL}};
    for (size_t i = 0; i < 4; i++) {
        struct body_coverage_query body = {.from = slice_of(rows[i].from),
                                           .to = slice_of(rows[i].to)};
        enum err err = core_say(&bed, BED_OTHER_CREW, MSG_COVERAGE_QUERY, &body);
        assert_int_equal(err, rows[i].path == NULL ? ERR_OK : ERR_BAD_FIELD);
        if (rows[i].path != NULL)
            assert_string_equal(bed.last->why.path, rows[i].path);
    }
    struct body_coverage_query devices = {
        .from = slice_of("2026-10"), .to = slice_of("2026-11"), .devices = FLAG_YES};
    assert_int_equal(core_say(&bed, BED_OTHER_CREW, MSG_COVERAGE_QUERY, &devices), ERR_BAD_FIELD);
    assert_string_equal(bed.last->why.path, "body.to"); /* of one month only */
    devices.to = devices.from;
    assert_int_equal(core_say(&bed, BED_OTHER_CREW, MSG_COVERAGE_QUERY, &devices), ERR_OK);
    core_fini(&bed);
}

static enum err tell(struct core_bed *bed, int month)
{
    char text[MONTH_CHARS + 1];
    month_text(month, text);
    struct body_dispatches_set body = {slice_of(text), 1486, DISPATCH_IMPORTED};
    return core_say(bed, BED_OTHER_CREW, MSG_DISPATCHES_SET, &body);
}

static void dispatches_are_told_by_an_administrator_of_the_headquarters(void **state)
{
    (void)state;
    struct core_bed bed;
    desk(&bed, ROLE_ORG_ADMIN);
    int now = month_of(bed.now);
    assert_int_equal(tell(&bed, now), ERR_OK);
    const struct event *event = core_event(&bed, EVENT_DISPATCHES_SET, 0);
    assert_int_equal(event->count, 1486);
    assert_int_equal(event->code, DISPATCH_IMPORTED);
    assert_int_equal(month_of(event->from), now);
    assert_int_equal(month_of(event->until), now);
    assert_int_equal(bed.last->errands_count, 0);
    assert_int_equal(tell(&bed, now + 1), ERR_BAD_FIELD); /* not over, not even begun */
    bed.headquarters.kind = ORG_HOSPITAL;
    assert_int_equal(tell(&bed, now), ERR_NOT_ALLOWED);
    bed.headquarters.kind = ORG_HEADQUARTERS;
    bed.people[BED_OTHER_CREW].roles = 1ull << ROLE_AUDITOR;
    assert_int_equal(tell(&bed, now), ERR_NOT_ALLOWED);
    core_fini(&bed);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(a_question_is_an_event_that_says_about_what),
        cmocka_unit_test(an_export_is_another_event),
        cmocka_unit_test(nobody_else_may_ask),
        cmocka_unit_test(a_crew_asks_for_its_tablets),
        cmocka_unit_test(what_cannot_be_meant_is_refused_with_its_field),
        cmocka_unit_test(dispatches_are_told_by_an_administrator_of_the_headquarters),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
