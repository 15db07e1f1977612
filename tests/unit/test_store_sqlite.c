/* test_store_sqlite.c — Job: a power cut at any moment loses no batch whose commit was told. */
#include "gateway/journal/audit.h"
#include "gateway/journal/store_sqlite.h"
#include "tests/lib/journal_kit.h"
#include "tests/lib/vfs_lossy.h"

#include <setjmp.h>
#include <stdarg.h>
#include <stdio.h>
#include <stdlib.h>
#include <cmocka.h>

enum { BATCHES = 10, RESTART_AFTER = 5 };

static struct kit kit;
static uint64_t told;       /* entries of the log whose commit was told */
static const char *planted; /* a mistake of ours, as a pragma; NULL: none */

static void plant(void)
{
    struct sqlite *s = kit.store->self;
    if (planted != NULL)
        assert_int_equal(sql_run(&s->writer, planted), ERR_OK);
}

static bool run_batch(unsigned i)
{
    char words[32];
    struct batch *batch = batch_new();
    snprintf(words, sizeof words, "{\"n\":%u}", i);
    struct entry *entry = kit_case_row(&kit, batch, "case", i, words);
    kit_message(entry, "tablet", words, words);
    kit_recipient(batch, entry, "box");
    kit_vitals(&kit, batch, "case", words);
    journal_append_now(kit.journal, batch);
    bool ok = batch->result == ERR_OK;
    if (ok)
        told = batch->tree_size;
    batch_free(batch);
    return ok;
}

/* Ten batches with a restart between; ends early when the power is cut. */
static void work(void)
{
    told = 0;
    plant();
    if (kit_open(&kit) != ERR_OK)
        return;
    told = 1;
    for (unsigned i = 0; i < BATCHES; i++) {
        if (!run_batch(i))
            return;
        if (i + 1 != RESTART_AFTER)
            continue;
        if (kit_reopen(&kit) != ERR_OK)
            return;
        plant();
    }
}

/* The machine stops, and what was not synced is gone. */
static void stop(enum lossy_loss loss, uint64_t seed)
{
    kit_close(&kit);
    store_close(kit.store);
    kit.store = NULL;
    vfs_lossy_recover(loss, seed);
    vfs_lossy_cut_at(0);
}

static void assert_all_told_is_there(void)
{
    struct note_key key;
    struct audit_report report;
    struct arena arena = {0};
    struct journal_event rows[2 * BATCHES];
    struct id box = kit_named("box"), id = kit_named("case");
    size_t count;
    uint64_t version;
    struct slice json;
    assert_int_equal(store_sqlite_open(kit.db, &kit.store), ERR_OK);
    assert_int_equal(kit_open(&kit), ERR_OK);
    assert_int_equal(note_key_parse(journal_log_key(kit.journal), &key), ERR_OK);
    struct audit_setup audit = {.store = kit.store, .key = key};
    assert_int_equal(audit_verify(&audit, &report), ERR_OK);
    assert_int_equal(report.finding, AUDIT_CLEAN);
    assert_true(report.size >= told);
    uint64_t batches = (report.size - 1) / 2;
    assert_int_equal(report.size, 1 + 2 * batches); /* whole batches only */
    assert_int_equal(journal_outbox(kit.journal, &box, 0, &arena, rows, 2 * BATCHES, &count),
                     ERR_OK);
    assert_int_equal(count, batches);
    if (batches > 0) {
        assert_int_equal(
            journal_load_one(kit.journal, AGGREGATE_CASE, &id, &arena, &version, &json), ERR_OK);
        assert_int_equal(version, batches);
    }
    /* Numbers go on without a gap, and a message that was told is known. */
    struct batch *batch = batch_new();
    struct entry *entry = kit_vitals(&kit, batch, "case", "{}");
    struct entry *again = kit_vitals(&kit, batch, "case", "{}");
    kit_recipient(batch, entry, "box");
    kit_message(again, "tablet", "{\"n\":0}", "{\"n\":0}");
    journal_append_now(kit.journal, batch);
    assert_int_equal(batch->result, ERR_OK);
    assert_int_equal(entry->events[0].event.org_n, 2 * batches + 1);
    assert_int_equal(entry->events[0].n[0], batches + 1);
    assert_int_equal(again->status, batches > 0 ? ENTRY_DUPLICATE : ENTRY_COMMITTED);
    batch_free(batch);
    arena_free(&arena);
}

static void fresh(void)
{
    kit_init(&kit, KIT_SQLITE);
    vfs_lossy_cut_at(0); /* the schema is made by `init`, not under this test */
}

/* Does the work with the power cut at operation CUT; true if it came to that. */
static bool cut_run(uint64_t cut, enum lossy_loss loss)
{
    fresh();
    vfs_lossy_cut_at(cut);
    work();
    bool reached = vfs_lossy_is_cut();
    stop(loss, cut);
    assert_all_told_is_there();
    kit_fini(&kit);
    return reached;
}

static int install(void **state)
{
    (void)state;
    vfs_lossy_install();
    return 0;
}

static int remove_(void **state)
{
    (void)state;
    kit_fini(&kit);
    vfs_lossy_remove();
    return 0;
}

static uint64_t operations;
static bool syncs[65536];

static void count_operations(void)
{
    fresh();
    work();
    assert_int_equal(told, 1 + 2 * BATCHES);
    stop(LOSSY_ALL, 0);
    kit_fini(&kit);
    fresh();
    work();
    operations = vfs_lossy_operations();
    assert_true(operations < sizeof syncs / sizeof syncs[0]);
    for (uint64_t i = 1; i <= operations; i++)
        syncs[i] = vfs_lossy_was_sync(i);
    kit_fini(&kit);
}

static void a_cut_at_every_sync_loses_nothing_that_was_told(void **state)
{
    (void)state;
    unsigned cuts = 0;
    count_operations();
    for (uint64_t i = 1; i <= operations; i++)
        if (syncs[i]) {
            assert_true(cut_run(i, LOSSY_ALL));
            cuts++;
        }
    assert_true(cuts > BATCHES); /* at least one for each batch */
}

static void a_cut_between_them_with_writes_out_of_order_does_neither(void **state)
{
    (void)state;
    count_operations();
    for (uint64_t i = 1; i <= operations; i += 17)
        assert_true(cut_run(i, LOSSY_SOME));
}

/* The journal itself notices what is gone: it does not open, or is shorter than was told. */
static bool is_noticed(void)
{
    struct store_head head;
    if (store_sqlite_open(kit.db, &kit.store) != ERR_OK)
        return true;
    if (kit.store->head(kit.store->self, &head) != ERR_OK || head.size < told)
        return true;
    return kit_open(&kit) != ERR_OK;
}

/* In how many of the cuts, spread over the whole work, something that was told is gone. */
static unsigned losses(const char *pragma)
{
    enum { EVERY = 17 };
    unsigned lost = 0;
    planted = pragma;
    count_operations();
    for (uint64_t i = 1; i <= operations; i += EVERY) {
        fresh();
        vfs_lossy_cut_at(i);
        work();
        stop(LOSSY_ALL, i);
        lost += is_noticed();
        kit_fini(&kit);
    }
    planted = NULL;
    return lost;
}

/* The harness itself can fail: the same cuts, with the syncs that SQLite would leave out. NORMAL is
 * the mistake that is easily made: it syncs the WAL only when it moves it into the database. */
static void without_syncs_the_harness_finds_what_is_lost(void **state)
{
    (void)state;
    assert_int_equal(losses(NULL), 0);
    assert_true(losses("PRAGMA synchronous = NORMAL") > 1);
    assert_true(losses("PRAGMA synchronous = OFF") > 1);
}

/* And what was lost is missed at the next start: the checkpoint outside says that there was more.
 */
static void what_was_lost_is_missed_at_the_start(void **state)
{
    (void)state;
    fresh();
    planted = "PRAGMA synchronous = OFF";
    plant();
    planted = NULL;
    assert_int_equal(kit_open(&kit), ERR_OK);
    told = 1;
    for (unsigned i = 0; i < 3; i++)
        assert_true(run_batch(i));
    vfs_lossy_cut_at(1); /* the power goes before anything else is written */
    stop(LOSSY_ALL, 0);
    assert_int_equal(told, 7);
    struct store_head head = {.size = 0};
    if (store_sqlite_open(kit.db, &kit.store) == ERR_OK)
        assert_int_equal(kit.store->head(kit.store->self, &head), ERR_OK);
    assert_true(head.size < told);
    assert_int_equal(kit_open(&kit), ERR_CORRUPT);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test_setup_teardown(a_cut_at_every_sync_loses_nothing_that_was_told, install,
                                        remove_),
        cmocka_unit_test_setup_teardown(a_cut_between_them_with_writes_out_of_order_does_neither,
                                        install, remove_),
        cmocka_unit_test_setup_teardown(without_syncs_the_harness_finds_what_is_lost, install,
                                        remove_),
        cmocka_unit_test_setup_teardown(what_was_lost_is_missed_at_the_start, install, remove_),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
