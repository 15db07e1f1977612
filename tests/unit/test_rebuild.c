/* test_rebuild.c — Job: every derived row is looked at, and nothing wrong hides the next. */
#include "tests/lib/rebuild_bed.h"

#include "common/keyfile.h"

#include <setjmp.h>
#include <stdarg.h>
#include <stdio.h>
#include <stdlib.h>
#include <cmocka.h>

static void an_untouched_journal_has_no_differences(void **state)
{
    (void)state;
    bed_rebuild();
    assert_int_equal(bed.report.differences, 0);
    assert_int_equal(bed.report.events, BED_EVENTS); /* log_begun is the first */
    assert_int_equal(bed.report.aggregates, 4);
    assert_int_equal(bed.report.numbers, 2); /* the organisation's count, the tablet's number */
    assert_int_equal(bed.report.receipts, 1 + BED_VITALS);
    assert_int_equal(bed.report.recipients, 1 + BED_VITALS);
    assert_int_equal(bed.report.unknown + bed.report.shredded, 0);
}

/* As after kill -9: the counters' rows are older than the events, and compared as of then. */
static void counters_that_lag_behind_are_no_difference(void **state)
{
    (void)state;
    bed_stop();
    assert_int_equal(store_sqlite_open(bed.kit.db, &bed.kit.store), ERR_OK);
    assert_int_equal(kit_open(&bed.kit), ERR_OK);
    bed_append(&bed.case_, bed_of_case(EVENT_VITALS_TAKEN), "{\"pulse\":71}", "m-late");
    bed_look();
    assert_int_equal(bed.report.differences, 0);
    assert_int_equal(bed.report.events, BED_EVENTS + 1);
    assert_int_equal(bed.report.numbers, 2);
}

/* ---- nothing hides the next ---- */

static void an_entry_that_cannot_be_read_does_not_end_the_fold(void **state)
{
    (void)state;
    struct id message = kit_named("m-open");
    bed_sql("UPDATE event SET leaf = x'7b7d' WHERE seq = 5; DELETE FROM event WHERE seq = 12");
    bed_rebuild();
    assert_int_equal(bed.report.events, BED_EVENTS - 2);
    assert_true(bed_is_named(REBUILD_UNREADABLE, "entry", NULL));
    assert_true(bed_is_named(REBUILD_MISSING, "entry", NULL));
    assert_true(bed_is_named(REBUILD_EXTRA, "receipt", &message));
    assert_int_equal(bed.report.unknown, 1); /* the case: what opened it is gone */
    assert_int_equal(bed.report.aggregates, 4);
}

static void all_of_it_at_once_is_named_row_by_row(void **state)
{
    (void)state;
    bed_sql("UPDATE state SET sealed = zeroblob(200) WHERE " KIND_CASE
            "; UPDATE state SET sealed = x'' WHERE " KIND_ORG
            "; DELETE FROM state WHERE " KIND_PERSON
            "; UPDATE state SET realm = x'00112233445566778899aabbccddeeff' WHERE kind = 3"
            "; DELETE FROM seen WHERE seq = 8; UPDATE counter SET value = 1");
    bed_rebuild();
    assert_true(bed_is_named(REBUILD_UNREADABLE, "case", &bed.case_.id));
    assert_true(bed_is_named(REBUILD_UNREADABLE, "organisation", &bed.org.id));
    assert_true(bed_is_named(REBUILD_MISSING, "person", &bed.person.id));
    assert_true(bed_is_named(REBUILD_UNREADABLE, "device", &bed.device.id));
    assert_true(bed_is_named(REBUILD_MISSING, "receipt", NULL));
    assert_true(bed_is_named(REBUILD_DIFFERENT, "organisation count", &bed.org.id));
    assert_true(bed_is_named(REBUILD_DIFFERENT, "device number", &bed.device.id));
    assert_int_equal(bed.report.differences, 7);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        BED_TEST(an_untouched_journal_has_no_differences),
        BED_TEST(counters_that_lag_behind_are_no_difference),
        BED_TEST(an_entry_that_cannot_be_read_does_not_end_the_fold),
        BED_TEST(all_of_it_at_once_is_named_row_by_row),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
