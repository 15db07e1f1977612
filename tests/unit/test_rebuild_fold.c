/* test_rebuild_fold.c — Job: a state row that is not what its entries make is named. */
#include "tests/lib/rebuild_bed.h"

#include "common/keyfile.h"

#include <setjmp.h>
#include <stdarg.h>
#include <stdio.h>
#include <stdlib.h>
#include <cmocka.h>

/* ---- state rows ---- */

static void a_missing_state_row_is_named(void **state)
{
    (void)state;
    bed_one("DELETE FROM state WHERE " KIND_PERSON, REBUILD_MISSING, "person", &bed.person.id);
}

static void a_state_row_that_no_entry_made_is_named(void **state)
{
    (void)state;
    bed_one(
        "INSERT INTO state SELECT kind, x'00112233445566778899aabbccddeeff', realm, version, open,"
        " sealed FROM state WHERE " KIND_PERSON,
        REBUILD_EXTRA, "person", NULL);
}

static void a_state_row_that_does_not_open_is_named(void **state)
{
    (void)state;
    bed_one("UPDATE state SET sealed = zeroblob(200) WHERE " KIND_CASE, REBUILD_UNREADABLE, "case",
            &bed.case_.id);
}

static void an_older_version_put_back_does_not_open(void **state)
{
    (void)state;
    bed_one("UPDATE state SET version = version - 1 WHERE " KIND_CASE, REBUILD_UNREADABLE, "case",
            &bed.case_.id);
}

/* A row with a good seal that is not the fold, as somebody who has the keys can make it. */
static void seal_row(const struct id *device_id, struct id realm)
{
    struct batch *batch = batch_new();
    struct entry *entry = batch_add(batch, 1, 1, 1);
    struct buf row = {0};
    struct event event = bed_of_case(EVENT_VITALS_TAKEN);
    event.id = kit_id(&bed.kit);
    event.at = bed.kit.now;
    event.payload = arena_copy(&batch->arena, slice_of("{\"pulse\":70}"));
    entry->events[0].event = event;
    bed_fold(&bed.case_, &event, NULL);
    bed.case_.state.case_.device = *device_id;
    record_encode(&record_case_state, &bed.case_.state, &row);
    entry->expected[0] = (struct expected){AGGREGATE_CASE, bed.case_.id, bed.case_.version};
    entry->rows[0] = (struct state_row){.kind = AGGREGATE_CASE,
                                        .id = bed.case_.id,
                                        .realm = realm,
                                        .version = bed.case_.version + 1,
                                        .open = 1,
                                        .json = buf_slice(&row)};
    journal_append_now(bed.kit.journal, batch);
    assert_int_equal(batch->result, ERR_OK);
    batch_free(batch);
    buf_free(&row);
    bed_rebuild();
    assert_int_equal(bed.report.differences, 1);
}

static void a_state_row_with_other_content_is_named(void **state)
{
    (void)state;
    struct id other = kit_named("somebody else's");
    seal_row(&other, bed.case_.id);
    assert_true(bed_is_named(REBUILD_DIFFERENT, "case", &bed.case_.id));
}

static void a_state_row_sealed_for_another_is_named(void **state)
{
    (void)state;
    seal_row(&bed.device.id, bed.org.id);
    assert_true(bed_is_named(REBUILD_REALM, "case", &bed.case_.id));
}

static void a_case_hidden_from_the_start_is_named(void **state)
{
    (void)state;
    bed_one("UPDATE state SET open = 0 WHERE " KIND_CASE, REBUILD_OPEN, "case", &bed.case_.id);
}

static void an_ended_case_kept_open_is_named(void **state)
{
    (void)state;
    struct event event = bed_of_case(EVENT_CASE_ENDED);
    event.code = END_OPENED_BY_MISTAKE;
    bed_append(&bed.case_, event, NULL, "m-end");
    bed_one("UPDATE state SET open = 1 WHERE " KIND_CASE, REBUILD_OPEN, "case", &bed.case_.id);
}

static void a_realm_whose_key_was_taken_is_not_taken_for_shredded(void **state)
{
    (void)state;
    bed_rebuild();
    assert_int_equal(bed.report.differences, 0);
    bed_sql("DELETE FROM realm_key WHERE realm = (SELECT id FROM state WHERE " KIND_CASE ")");
    bed_rebuild();
    assert_int_equal(bed.report.shredded, 0);
    assert_true(bed_is_named(REBUILD_UNREADABLE, "case", &bed.case_.id));
}

static void what_was_shredded_is_no_difference(void **state)
{
    (void)state;
    struct keyfile *keys;
    bed_stop();
    assert_int_equal(keyfile_open(bed.kit.keys, &keys), ERR_OK);
    assert_int_equal(keyfile_destroy(keys, 202511), ERR_OK);
    keyfile_close(keys);
    bed_rebuild();
    assert_int_equal(bed.report.differences, 0);
    assert_true(bed.report.shredded >= 4);
}

static void a_row_of_no_kind_or_id_does_not_end_the_walk(void **state)
{
    (void)state;
    bed_sql("INSERT INTO state VALUES (9, x'00', x'', -1, 7, x'');"
            "INSERT INTO state VALUES (1, x'', x'', 1, 0, x'')");
    bed_rebuild();
    assert_int_equal(bed.report.aggregates, 6);
    assert_int_equal(bed.report.found[REBUILD_EXTRA], 2);
    assert_int_equal(bed.report.differences, 2);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        BED_TEST(a_missing_state_row_is_named),
        BED_TEST(a_state_row_that_no_entry_made_is_named),
        BED_TEST(a_state_row_that_does_not_open_is_named),
        BED_TEST(an_older_version_put_back_does_not_open),
        BED_TEST(a_state_row_with_other_content_is_named),
        BED_TEST(a_state_row_sealed_for_another_is_named),
        BED_TEST(a_case_hidden_from_the_start_is_named),
        BED_TEST(an_ended_case_kept_open_is_named),
        BED_TEST(a_realm_whose_key_was_taken_is_not_taken_for_shredded),
        BED_TEST(what_was_shredded_is_no_difference),
        BED_TEST(a_row_of_no_kind_or_id_does_not_end_the_walk),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
