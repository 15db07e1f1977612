/* test_journal_restart.c — Job: the journal after restarts, forks, and with a store that fails. */
#include "gateway/journal/journal.h"

#include "common/file.h"
#include "common/keyfile.h"
#include "tests/lib/journal_kit.h"
#include "tests/lib/store_fault.h"

#include <setjmp.h>
#include <stdarg.h>
#include <stdio.h>
#include <stdlib.h>
#include <unistd.h>
#include <cmocka.h>

static struct kit kit;

static enum kit_store ram = KIT_RAM, sqlite = KIT_SQLITE;

static int up(void **kind)
{
    kit_init(&kit, *(enum kit_store *)*kind);
    return kit_open(&kit) == ERR_OK ? 0 : -1;
}

static int down(void **state)
{
    (void)state;
    struct store *around = kit.around;
    kit_fini(&kit);
    store_fault_free(around);
    return 0;
}

/* ---- restarts ---- */

static void append(const char *case_name)
{
    struct batch *batch = kit_append(&kit, case_name, "{}");
    assert_int_equal(batch->result, ERR_OK);
    batch_free(batch);
}

static void a_restart_goes_on_where_it_was(void **state)
{
    (void)state;
    append("a");
    append("a");
    assert_int_equal(kit_reopen(&kit), ERR_OK);
    struct batch *batch = kit_append(&kit, "a", "{}");
    assert_int_equal(batch->first->first_seq, 4);
    assert_int_equal(batch->first->events[0].event.org_n, 3);
    batch_free(batch);
}

static void copy_file(const char *from, const char *to)
{
    struct buf bytes = {0};
    assert_int_equal(file_read(from, 64u << 20, FILE_ANY, &bytes), ERR_OK);
    assert_int_equal(file_write(to, buf_slice(&bytes), 0600), ERR_OK);
    buf_free(&bytes);
}

static void path_of(char path[KIT_PATH + 16], const char *name)
{
    snprintf(path, KIT_PATH + 16, "%s/%s", kit.dir, name);
}

static void a_store_behind_the_checkpoint_file_is_refused(void **state)
{
    (void)state;
    char old_db[KIT_PATH + 16], checkpoint[KIT_PATH + 16];
    path_of(old_db, "old.db");
    path_of(checkpoint, "newer");
    append("a");
    kit_close(&kit);
    store_close(kit.store); /* closing moves the whole WAL into the file */
    copy_file(kit.db, old_db);
    assert_int_equal(store_sqlite_open(kit.db, &kit.store), ERR_OK);
    assert_int_equal(kit_open(&kit), ERR_OK);
    append("b");
    kit_close(&kit);
    store_close(kit.store);
    copy_file(kit.checkpoint, checkpoint);
    /* set back */
    copy_file(old_db, kit.db);
    assert_int_equal(store_sqlite_open(kit.db, &kit.store), ERR_OK);
    assert_int_equal(kit_open(&kit), ERR_CORRUPT);
    /* set back, and grown again differently, with the old file: opens, and then is another log */
    assert_int_equal(unlink(kit.checkpoint), 0);
    assert_int_equal(kit_open(&kit), ERR_CORRUPT); /* two entries and no file */
    copy_file(checkpoint, kit.checkpoint);
    assert_int_equal(kit_open(&kit), ERR_CORRUPT);
}

static void a_forked_store_is_refused(void **state)
{
    (void)state;
    char fork[KIT_PATH + 16], old_db[KIT_PATH + 16], old_note[KIT_PATH + 16];
    path_of(fork, "fork");
    path_of(old_db, "old.db");
    path_of(old_note, "old");
    append("a");
    kit_close(&kit);
    store_close(kit.store);
    copy_file(kit.db, old_db);
    copy_file(kit.checkpoint, old_note);
    assert_int_equal(store_sqlite_open(kit.db, &kit.store), ERR_OK);
    assert_int_equal(kit_open(&kit), ERR_OK);
    append("b");
    kit_close(&kit);
    store_close(kit.store);
    copy_file(kit.checkpoint, fork); /* signed: size 3 with b */
    copy_file(old_db, kit.db);
    copy_file(old_note, kit.checkpoint);
    assert_int_equal(store_sqlite_open(kit.db, &kit.store), ERR_OK);
    assert_int_equal(kit_open(&kit), ERR_OK);
    append("c");
    append("d");
    kit_close(&kit);
    copy_file(fork, kit.checkpoint);
    assert_int_equal(kit_open(&kit), ERR_CORRUPT);
}

static void a_checkpoint_file_that_is_not_ours_is_refused(void **state)
{
    (void)state;
    struct buf bytes = {0};
    append("a");
    kit_close(&kit);
    assert_int_equal(file_read(kit.checkpoint, 10000, FILE_ANY, &bytes), ERR_OK);
    for (size_t i = 0; i < bytes.size; i += 7) {
        bytes.bytes[i] ^= 1;
        assert_int_equal(file_write(kit.checkpoint, buf_slice(&bytes), 0600), ERR_OK);
        assert_int_equal(kit_open(&kit), ERR_CORRUPT);
        bytes.bytes[i] ^= 1;
    }
    assert_int_equal(file_write(kit.checkpoint, buf_slice(&bytes), 0600), ERR_OK);
    assert_int_equal(kit_open(&kit), ERR_OK);
    buf_free(&bytes);
}

/* The crash between commit and file: the store is ahead, which is harmless. */
static void an_older_checkpoint_file_is_brought_forward(void **state)
{
    (void)state;
    char old_note[KIT_PATH + 16];
    struct buf bytes = {0};
    path_of(old_note, "old");
    append("a");
    copy_file(kit.checkpoint, old_note);
    append("b");
    kit_close(&kit);
    copy_file(old_note, kit.checkpoint);
    assert_int_equal(kit_open(&kit), ERR_OK);
    assert_int_equal(file_read(kit.checkpoint, 10000, FILE_ANY, &bytes), ERR_OK);
    assert_non_null(memmem(bytes.bytes, bytes.size, "\n3\n", 3));
    buf_free(&bytes);
}

static void without_a_log_key_nothing_starts(void **state)
{
    (void)state;
    char key[KIT_PATH + 16];
    kit_close(&kit);
    path_of(key, "keys/log.key");
    assert_int_equal(unlink(key), 0);
    assert_int_equal(kit_open(&kit), ERR_NOT_FOUND);
}

static void a_store_that_somebody_else_wrote_is_left_alone(void **state)
{
    (void)state;
    struct store_head head;
    struct store *s = kit.store;
    append("a");
    assert_int_equal(s->begin(s->self, &head), ERR_OK);
    head.size++;
    assert_int_equal(s->put_head(s->self, &head), ERR_OK);
    assert_int_equal(s->commit(s->self), ERR_OK);
    struct batch *batch = kit_append(&kit, "a", "{}");
    assert_int_equal(batch->result, ERR_STORE);
    batch_free(batch);
}

static void two_processes_cannot_have_one_store(void **state)
{
    (void)state;
    struct store *second, *reader;
    append("a");
    assert_int_equal(store_sqlite_open(kit.db, &second), ERR_BUSY);
    assert_int_equal(store_sqlite_open_reader(kit.db, &reader), ERR_OK);
    struct store_head head;
    assert_int_equal(reader->head(reader->self, &head), ERR_OK);
    assert_int_equal(head.size, 2);
    store_close(reader);
}

/* ---- faults ---- */

static struct batch *rich_batch(void)
{
    struct batch *batch = batch_new();
    struct entry *first = kit_case_row(&kit, batch, "rich", 0, "{\"v\":1}");
    struct entry *second = kit_vitals(&kit, batch, "rich", "{\"p\":1}");
    kit_message(first, "tablet", "m1", "one");
    kit_message(second, "tablet", "m2", "two");
    kit_recipient(batch, first, "box");
    second->events[0].event.type = EVENT_GROUND_RECORDED;
    second->events[0].event.right = RIGHT_CREW_VIEW;
    second->events[0].event.basis = BASIS_PATIENT_ORAL;
    second->events[0].event.alias = kit_named("alias");
    return batch;
}

static enum err no_event(void *user, const struct stored_event *event)
{
    (void)user;
    (void)event;
    return ERR_OK;
}

static void assert_nothing_of_it(uint64_t size)
{
    struct store *s = kit.store;
    struct id rich = kit_named("rich"), tablet = kit_named("tablet"), m1 = kit_named("m1");
    struct id org = kit_named("org"), box = kit_named("box");
    struct store_head head;
    struct arena arena = {0};
    struct slice json;
    struct hash digest;
    uint64_t value, seq;
    int64_t at;
    assert_int_equal(s->head(s->self, &head), ERR_OK);
    assert_int_equal(head.size, size);
    assert_int_equal(journal_load_one(kit.journal, AGGREGATE_CASE, &rich, &arena, &value, &json),
                     ERR_NOT_FOUND);
    assert_int_equal(journal_seen(kit.journal, &tablet, &m1, &digest, &seq, &at), ERR_NOT_FOUND);
    assert_int_equal(s->counter_read(s->self, COUNTER_ORG, &org, &value), ERR_OK);
    assert_int_equal(value, 0);
    assert_int_equal(journal_newest_n(kit.journal, &box, &value), ERR_OK);
    assert_int_equal(value, 0);
    assert_int_equal(s->event(s->self, size + 1, NULL, no_event), ERR_NOT_FOUND);
    arena_free(&arena);
}

static void assert_all_of_it(void)
{
    struct id box = kit_named("box"), rich = kit_named("rich");
    struct journal_event rows[4];
    struct arena arena = {0};
    struct slice json;
    uint64_t version;
    size_t count;
    assert_int_equal(journal_outbox(kit.journal, &box, 0, &arena, rows, 4, &count), ERR_OK);
    assert_int_equal(count, 1);
    assert_int_equal(rows[0].n, 1);
    assert_int_equal(rows[0].event.org_n, 1);
    assert_true(slice_is(rows[0].event.payload, "{\"v\":1}"));
    assert_int_equal(journal_load_one(kit.journal, AGGREGATE_CASE, &rich, &arena, &version, &json),
                     ERR_OK);
    assert_int_equal(version, 1);
    arena_free(&arena);
}

/* A failing call at each place in turn, until the whole batch passes without meeting it. */
static void a_failing_store_leaves_nothing_half_done(void **state)
{
    (void)state;
    struct store *around;
    bool hit = true;
    int at = 0;
    enum kit_store kind = kit.kind;
    while (hit) {
        at++;
        kit_fini(&kit);
        kit_init(&kit, kind);
        kit.around = store_fault_new(kit.store);
        assert_int_equal(kit_open(&kit), ERR_OK);
        struct batch *batch = rich_batch();
        store_fault_after(kit.around, at);
        journal_append_now(kit.journal, batch);
        hit = store_fault_hit(kit.around);
        store_fault_after(kit.around, 0);
        if (hit) {
            assert_int_equal(batch->result, ERR_STORE);
            assert_int_equal(batch->first->status, ENTRY_FAILED);
            assert_int_equal(batch->last->status, ENTRY_FAILED);
            assert_nothing_of_it(1);
            batch_free(batch);
            batch = rich_batch(); /* the senders try again */
            journal_append_now(kit.journal, batch);
        }
        assert_int_equal(batch->result, ERR_OK);
        assert_int_equal(batch->last->status, ENTRY_COMMITTED);
        assert_int_equal(batch->last->events[0].event.org_n, 2);
        assert_all_of_it();
        batch_free(batch);
        kit_close(&kit);
        around = kit.around; /* it stands around the store that is closed now */
        kit.around = NULL;
        assert_int_equal(kit_reopen(&kit), ERR_OK);
        store_fault_free(around);
        assert_all_of_it();
    }
    assert_true(at > 15); /* the calls of such a batch: else the faults were not where we thought */
}

/* ---- what is read back ---- */

static void a_shredded_month_leaves_the_events_and_no_words(void **state)
{
    (void)state;
    struct keyfile *keys;
    struct journal_event rows[4];
    struct arena arena = {0};
    struct id box = kit_named("box");
    size_t count;
    struct batch *batch = rich_batch();
    journal_append_now(kit.journal, batch);
    struct id event = batch->first->events[0].event.id, realm = kit_named("rich");
    batch_free(batch);
    kit_close(&kit);
    assert_int_equal(keyfile_open(kit.keys, &keys), ERR_OK);
    assert_int_equal(keyfile_destroy(keys, keyfile_month(kit.now)), ERR_OK);
    keyfile_close(keys);
    assert_int_equal(kit_open(&kit), ERR_OK);
    assert_int_equal(journal_outbox(kit.journal, &box, 0, &arena, rows, 4, &count), ERR_OK);
    assert_int_equal(count, 1);
    assert_null(rows[0].event.payload.bytes);
    struct slice plain;
    assert_int_equal(journal_payload(kit.journal, &event, &realm, &arena, &plain), ERR_NOT_FOUND);
    arena_free(&arena);
}

static size_t loaded;
static enum err each_loaded(void *self, enum aggregate kind, const struct id *id, uint64_t version,
                            struct slice json)
{
    (void)self;
    struct id rich = kit_named("rich");
    assert_int_equal(kind, AGGREGATE_CASE);
    assert_true(id_equal(id, &rich));
    assert_int_equal(version, 1);
    assert_true(slice_is(json, "{\"v\":1}"));
    loaded++;
    return ERR_OK;
}

static void open_rows_are_loaded_at_the_start(void **state)
{
    (void)state;
    struct batch *batch = rich_batch();
    journal_append_now(kit.journal, batch);
    batch_free(batch);
    assert_int_equal(kit_reopen(&kit), ERR_OK);
    loaded = 0;
    assert_int_equal(journal_load(kit.journal, NULL, each_loaded), ERR_OK);
    assert_int_equal(loaded, 1);
}

#define RAM(test)    cmocka_unit_test_prestate_setup_teardown(test, up, down, &ram)
#define SQLITE(test) cmocka_unit_test_prestate_setup_teardown(test, up, down, &sqlite)

int main(void)
{
    const struct CMUnitTest tests[] = {
        RAM(a_restart_goes_on_where_it_was),
        SQLITE(a_restart_goes_on_where_it_was),
        SQLITE(a_store_behind_the_checkpoint_file_is_refused),
        SQLITE(a_forked_store_is_refused),
        RAM(a_checkpoint_file_that_is_not_ours_is_refused),
        RAM(an_older_checkpoint_file_is_brought_forward),
        SQLITE(an_older_checkpoint_file_is_brought_forward),
        RAM(without_a_log_key_nothing_starts),
        RAM(a_store_that_somebody_else_wrote_is_left_alone),
        SQLITE(a_store_that_somebody_else_wrote_is_left_alone),
        SQLITE(two_processes_cannot_have_one_store),
        RAM(a_failing_store_leaves_nothing_half_done),
        SQLITE(a_failing_store_leaves_nothing_half_done),
        RAM(a_shredded_month_leaves_the_events_and_no_words),
        SQLITE(a_shredded_month_leaves_the_events_and_no_words),
        RAM(open_rows_are_loaded_at_the_start),
        SQLITE(open_rows_are_loaded_at_the_start),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
