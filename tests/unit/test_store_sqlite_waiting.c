/* test_store_sqlite_waiting.c — Job: grounds without consent wait, by case, for a review. */
#include "tests/lib/query_bed.h"

#include <setjmp.h>
#include <stdarg.h>
#include <cmocka.h>

enum what { NO_CONSENT, CONSENT, REVIEWED };

static const struct {
    enum what what;
    const char *org, *case_id, *person; /* of a review: which ground */
} told[] = {
    {NO_CONSENT, "hq", "first", "sato"},   {NO_CONSENT, "hq", "first", "sato"},
    {CONSENT, "hq", "second", "sato"},     {NO_CONSENT, "hq", "third", "sato"},
    {NO_CONSENT, "other", "first", "ito"}, {REVIEWED, "other", "first", "qa"},
    {REVIEWED, "hq", "first", "qa"},       {REVIEWED, "hq", "third", "qa"},
    {NO_CONSENT, "hq", "fourth", "sato"},  {NO_CONSENT, "hq", "fourth", "honda"},
    {NO_CONSENT, "hq", "first", "sato"},   {REVIEWED, "hq", "fourth", "qi"},
};

static struct event event_of(size_t i)
{
    char name[] = {'q', (char)('a' + i), '\0'};
    struct event event = {.type = told[i].what == REVIEWED ? EVENT_ACCESS_REVIEWED
                                                           : EVENT_GROUND_RECORDED,
                          .id = kit_named(name),
                          .at = 1000,
                          .seq = i + 1,
                          .recorded_at = 1000 + (int64_t)i,
                          .org = kit_named(told[i].org),
                          .person = kit_named(told[i].person),
                          .case_id = kit_named(told[i].case_id)};
    if (told[i].what == REVIEWED) {
        event.subject = kit_named(told[i].person);
        event.code = REVIEW_JUSTIFIED;
        return event;
    }
    event.right = RIGHT_CREW_VIEW;
    event.basis = told[i].what == CONSENT ? BASIS_PATIENT_ORAL : BASIS_LIFE_BODY_NO_CONSENT;
    return event;
}

static void fill(void)
{
    struct merkle_edge edge = {0};
    store_begin(query_bed.s);
    for (size_t i = 0; i < sizeof told / sizeof told[0]; i++) {
        struct event event = event_of(i);
        store_put(query_bed.s, &event, &edge, "x");
    }
    store_put_head(query_bed.s, &edge, "note");
    store_commit(query_bed.s);
    query_index_all();
}

static void each_case_waits_once_until_its_own_organisation_has_reviewed_it(void **state)
{
    (void)state;
    struct store_query query = {.org = kit_named("hq"), .waiting = FLAG_YES};
    fill();
    assert_int_equal(query_asked(query), 3);
    assert_int_equal(query_bed.found.seqs[0], 11); /* again, after the review of the case so far */
    assert_int_equal(query_bed.found.seqs[1], 10); /* another person's, reviewed apart */
    assert_int_equal(query_bed.found.seqs[2], 4);
    query.before_seq = 10;
    assert_int_equal(query_asked(query), 1);
    query.before_seq = 0;
    query.limit = 2;
    assert_int_equal(query_asked(query), 2);
    query.org = kit_named("other");
    assert_int_equal(query_asked(query), 1);
    assert_int_equal(query_bed.found.seqs[0], 5);
    query.org = kit_named("nobody");
    assert_int_equal(query_asked(query), 0);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test_setup_teardown(
            each_case_waits_once_until_its_own_organisation_has_reviewed_it, query_bed_ram,
            query_bed_down),
        cmocka_unit_test_setup_teardown(
            each_case_waits_once_until_its_own_organisation_has_reviewed_it, query_bed_sqlite,
            query_bed_down),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
