/* test_store_sqlite_terms.c — Job: each word of the query index is asked for, in both stores. */
#include "gateway/journal/store.h"

#include "gateway/core/under.h"
#include "tests/lib/query_bed.h"

#include <setjmp.h>
#include <stdarg.h>
#include <cmocka.h>

static void queries_by_kinds_and_by_the_other_organisation(void **state)
{
    (void)state;
    query_fill();
    struct store_query query = query_of_even();
    query.types[query.types_count++] = EVENT_CASE_OPENED;
    assert_int_equal(query_asked(query), 1);
    assert_int_equal(query_bed.found.seqs[0], 4);
    query.types[query.types_count++] = EVENT_OPENED;
    assert_int_equal(query_asked(query), 8);
    query.other = kit_named("odd"); /* 5, 7 and 9 */
    assert_int_equal(query_asked(query), 3);
    assert_int_equal(query_bed.found.seqs[0], 9);
    assert_int_equal(query_bed.found.seqs[2], 5);
    query.types_count = 1;
    assert_int_equal(query_asked(query), 0);
    query = query_of_even();
    query.other = kit_named("hospital"); /* not 4 and 7 */
    assert_int_equal(query_asked(query), 6);
    query.other = kit_named("nobody");
    assert_int_equal(query_asked(query), 0);
}

/* One event more, of TYPE in the case; what else it carries is the caller's. */
static void add(struct event *event, const char *name, uint64_t seq, struct merkle_edge *edge)
{
    struct event made = store_made(name, seq);
    event->id = made.id;
    event->seq = seq;
    event->at = made.at;
    event->recorded_at = made.recorded_at;
    event->org = kit_named("even");
    event->incident = made.incident;
    event->case_id = made.case_id;
    event->person = kit_named("late");
    store_put(query_bed.s, event, edge, NULL);
}

static struct event under_grant(enum event_type type, const char *grant)
{
    return (struct event){.type = type,
                          .grant = kit_named(grant),
                          .view = kit_named("view"),
                          .sections = SECTION_BIT(SECTION_PERSON)};
}

static void put_grounds(void)
{
    struct merkle_edge edge;
    struct store_head head = store_begin(query_bed.s);
    assert_int_equal(merkle_edge_decode(head.edge, &edge), ERR_OK);
    struct event crew = {
        .type = EVENT_GROUND_RECORDED, .right = RIGHT_CREW_VIEW, .basis = BASIS_PATIENT_ORAL};
    struct event own = {
        .type = EVENT_OPENED, .view = kit_named("view"), .sections = SECTION_BIT(SECTION_PERSON)};
    struct event issued = under_grant(EVENT_GRANT_ISSUED, "g1"),
                 got = under_grant(EVENT_OPENED, "g1");
    issued.hospital = kit_named("hospital");
    issued.until = 5000;
    issued.right = RIGHT_DISCLOSE_TO;
    issued.basis = BASIS_LIFE_BODY_NO_CONSENT;
    struct event glass = under_grant(EVENT_BREAK_GLASS, "g2");
    struct event by_glass = under_grant(EVENT_OPENED, "g2");
    glass.hospital = kit_named("hospital");
    glass.commitment = (struct hash){{1}};
    struct event practice = own;
    practice.training = FLAG_YES;
    add(&crew, "crew", 11, &edge);
    add(&own, "own", 12, &edge);
    add(&issued, "issued", 13, &edge);
    add(&got, "got", 14, &edge);
    add(&glass, "glass", 15, &edge);
    add(&by_glass, "by-glass", 16, &edge);
    add(&practice, "practice", 17, &edge);
    store_put_head(query_bed.s, &edge, "note");
    store_commit(query_bed.s);
    query_index_all();
}

static void queries_by_ground_follow_grant_and_case(void **state)
{
    (void)state;
    query_fill();
    put_grounds();
    struct store_query query = query_of_even();
    query.basis = BASIS_LIFE_BODY_NO_CONSENT;
    assert_int_equal(query_asked(query), 2);
    assert_int_equal(query_bed.found.seqs[0], 14);
    assert_int_equal(query_bed.found.under[0], BASIS_LIFE_BODY_NO_CONSENT);
    query.basis = BASIS_PATIENT_ORAL;
    assert_int_equal(query_asked(query), 3);
    assert_int_equal(query_bed.found.seqs[0], 17);
    assert_int_equal(query_bed.found.seqs[2], 11);
    assert_int_equal(query_bed.found.under[1], BASIS_PATIENT_ORAL);
    query.basis = BASIS_REFUSED;
    assert_int_equal(query_asked(query), 0);
    query = query_of_even();
    query.without_consent = FLAG_YES;
    assert_int_equal(query_asked(query), 4);
    assert_int_equal(query_bed.found.seqs[0], 16);
    assert_int_equal(query_bed.found.under[0], UNDER_BREAK_GLASS);
    assert_int_equal(query_bed.found.seqs[3], 13);
    query.other = kit_named("hospital");
    assert_int_equal(query_asked(query), 2); /* issued to it, opened by it in an emergency */
    query = query_of_even();
    query.training = FLAG_YES;
    assert_int_equal(query_asked(query), 1);
    query.training = FLAG_NO;
    assert_int_equal(query_asked(query), 14);
    assert_int_equal(query_bed.found.seqs[0], 16);
}

#define SUITE(test)                                                                                \
    cmocka_unit_test_setup_teardown(test, query_bed_ram, query_bed_down),                          \
        cmocka_unit_test_setup_teardown(test, query_bed_sqlite, query_bed_down)

int main(void)
{
    const struct CMUnitTest tests[] = {
        SUITE(queries_by_kinds_and_by_the_other_organisation),
        SUITE(queries_by_ground_follow_grant_and_case),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
