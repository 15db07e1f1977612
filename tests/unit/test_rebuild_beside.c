/* test_rebuild_beside.c — Job: numbers, receipts and recipients that were touched are named. */
#include "tests/lib/rebuild_bed.h"

#include "common/keyfile.h"

#include <setjmp.h>
#include <stdarg.h>
#include <stdio.h>
#include <stdlib.h>
#include <cmocka.h>

/* ---- numbers, receipts, who was told ---- */

static void counters_are_compared(void **state)
{
    (void)state;
    bed_one("UPDATE counter SET value = value - 1 WHERE kind = 1", REBUILD_DIFFERENT,
            "organisation count", &bed.org.id);
    bed_sql("DELETE FROM counter WHERE kind = 3");
    bed_sql("INSERT INTO counter VALUES (2, x'00112233445566778899aabbccddeeff', 5, 0)");
    bed_rebuild();
    assert_true(bed_is_named(REBUILD_MISSING, "device number", &bed.device.id));
    assert_true(bed_is_named(REBUILD_EXTRA, "alias count", NULL));
    assert_int_equal(bed.report.differences, 3);
}

static void a_mark_beyond_the_log_is_named(void **state)
{
    (void)state;
    bed_one("UPDATE settled SET size = size + 100", REBUILD_DIFFERENT, "settled", NULL);
}

static void a_receipt_taken_away_is_named(void **state)
{
    (void)state;
    struct id message = kit_named("m-3");
    bed_one("DELETE FROM seen WHERE seq = (SELECT seq FROM seen ORDER BY seq LIMIT 1 OFFSET 4)",
            REBUILD_MISSING, "receipt", &message);
}

static void a_receipt_that_points_elsewhere_is_named(void **state)
{
    (void)state;
    bed_one("UPDATE seen SET seq = seq + 1 WHERE seq = 8", REBUILD_EXTRA, "receipt", NULL);
    bed_sql("UPDATE seen SET recorded_at = recorded_at + 1 WHERE seq = 10");
    bed_sql("INSERT INTO seen VALUES (x'00112233445566778899aabbccddeeff',"
            " x'00112233445566778899aabbccddeeff', zeroblob(32), 9, 0)");
    bed_rebuild();
    assert_int_equal(bed.report.found[REBUILD_DIFFERENT], 1);
    assert_int_equal(bed.report.found[REBUILD_EXTRA], 2);
}

static void a_notice_taken_away_is_named(void **state)
{
    (void)state;
    /* The next one tells: its number has a gap and its link points to nothing. */
    bed_one("UPDATE event SET recipients = NULL WHERE seq = 10", REBUILD_TOLD, "recipient",
            &bed.device.id);
    assert_int_equal(bed.named[0].seq, 11);
}

static void a_stranger_among_the_recipients_is_named(void **state)
{
    (void)state;
    bed_one("UPDATE event SET recipients = CAST(x'00112233445566778899aabbccddeeff0000000000000001"
            "0000000000000000' || recipients AS BLOB) WHERE seq = 10",
            REBUILD_TOLD, "recipient", NULL);
    assert_int_equal(bed.named[0].seq, 10);
}

/* A device of ours, numbered without a gap, that the case does not concern. */
static void a_device_that_is_no_party_is_named(void **state)
{
    (void)state;
    struct bed_kept other = {.kind = AGGREGATE_DEVICE, .id = kit_named("other")};
    bed_append(&other,
               (struct event){.type = EVENT_DEVICE_ADDED,
                              .org = bed.org.id,
                              .subject = other.id,
                              .code = DEVICE_AMBULANCE,
                              .digest = sha256("other", 5)},
               "{\"name\":\"other\"}", NULL);
    struct batch *batch = batch_new();
    struct entry *entry = kit_vitals(&bed.kit, batch, "case", "{}");
    kit_recipient(batch, entry, "other");
    journal_append_now(bed.kit.journal, batch);
    batch_free(batch);
    bed_rebuild();
    assert_true(bed_is_named(REBUILD_TOLD, "recipient", &other.id));
    json_free(other.payload);
}

static void damaged_recipients_are_named(void **state)
{
    (void)state;
    bed_sql("UPDATE event SET recipients = substr(recipients, 1, 31) WHERE seq = 10");
    bed_rebuild();
    assert_true(bed.report.found[REBUILD_TOLD] >= 1);
    assert_int_equal(bed.report.events, BED_EVENTS);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        BED_TEST(counters_are_compared),
        BED_TEST(a_mark_beyond_the_log_is_named),
        BED_TEST(a_receipt_taken_away_is_named),
        BED_TEST(a_receipt_that_points_elsewhere_is_named),
        BED_TEST(a_notice_taken_away_is_named),
        BED_TEST(a_stranger_among_the_recipients_is_named),
        BED_TEST(a_device_that_is_no_party_is_named),
        BED_TEST(damaged_recipients_are_named),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
