/* test_journal.c — Job: the journal with its thread, its restarts, and a store that fails. */
#include "gateway/journal/journal.h"

#include "common/clock.h"
#include "common/file.h"
#include "common/keyfile.h"
#include "proto/base64.h"
#include "proto/line.h"
#include "proto/tlog_proof.h"
#include "tests/lib/journal_kit.h"
#include "tests/lib/store_fault.h"

#include <sched.h>
#include <setjmp.h>
#include <stdarg.h>
#include <stdio.h>
#include <stdlib.h>
#include <unistd.h>
#include <uv.h>
#include <cmocka.h>

static struct kit kit;
static uv_loop_t loop;

static int up(enum kit_store kind)
{
    kit_init(&kit, kind);
    uv_loop_init(&loop);
    return kit_open(&kit) == ERR_OK ? 0 : -1;
}

static int up_ram(void **state)
{
    (void)state;
    return up(KIT_RAM);
}

static int up_sqlite(void **state)
{
    (void)state;
    return up(KIT_SQLITE);
}

static int down(void **state)
{
    (void)state;
    struct store *around = kit.around;
    kit_fini(&kit);
    store_fault_free(around);
    uv_run(&loop, UV_RUN_DEFAULT);
    return uv_loop_close(&loop);
}

/* ---- the thread ---- */

enum { MANY = 300 };
static struct batch *finished[MANY];
static size_t finished_count;
static bool append_more;

static struct batch *one_batch(const char *case_name)
{
    struct batch *batch = batch_new();
    assert_non_null(batch);
    kit_vitals(&kit, batch, case_name, "{\"pulse\":80}");
    return batch;
}

static void on_done(void *self, struct batch *batch)
{
    (void)self;
    assert_true(finished_count < MANY);
    finished[finished_count++] = batch;
    if (append_more && finished_count < 10)
        journal_append(kit.journal, one_batch("more"));
}

static void start(void)
{
    finished_count = 0;
    append_more = false;
    assert_int_equal(journal_start(kit.journal, &loop, NULL, on_done), ERR_OK);
}

static void wait_for(size_t count)
{
    while (finished_count < count)
        uv_run(&loop, UV_RUN_ONCE);
}

static void free_finished(void)
{
    for (size_t i = 0; i < finished_count; i++)
        batch_free(finished[i]);
    finished_count = 0;
}

static void batches_come_back_in_order_and_durable(void **state)
{
    (void)state;
    struct batch *sent[MANY];
    start();
    for (size_t i = 0; i < MANY; i++) {
        sent[i] = one_batch(i % 2 == 0 ? "a" : "b");
        journal_append(kit.journal, sent[i]);
    }
    assert_int_equal(journal_waiting(kit.journal), MANY);
    wait_for(MANY);
    assert_int_equal(journal_waiting(kit.journal), 0);
    for (size_t i = 0; i < MANY; i++) {
        assert_ptr_equal(finished[i], sent[i]);
        assert_int_equal(sent[i]->result, ERR_OK);
        assert_int_equal(sent[i]->first->first_seq, i + 2);
        assert_int_equal(sent[i]->first->events[0].event.org_n, i + 1);
    }
    free_finished();
}

static void a_finished_batch_may_bring_the_next(void **state)
{
    (void)state;
    start();
    append_more = true;
    journal_append(kit.journal, one_batch("a"));
    wait_for(10);
    assert_int_equal(finished[9]->first->first_seq, 11);
    free_finished();
}

static void closing_gives_every_batch_back(void **state)
{
    (void)state;
    start();
    for (size_t i = 0; i < 20; i++)
        journal_append(kit.journal, one_batch("a"));
    kit_close(&kit);
    assert_int_equal(finished_count, 20);
    for (size_t i = 0; i < 20; i++)
        assert_int_equal(finished[i]->result, ERR_OK);
    free_finished();
}

/* Called with the memory store's lock held: the writer cannot begin before this returns. */
static enum err append_meanwhile(void *user, const struct stored_event *event)
{
    (void)user;
    (void)event;
    for (size_t i = 0; i < 50; i++)
        journal_append(kit.journal, one_batch("a"));
    return ERR_OK;
}

static void batches_that_wait_share_one_transaction(void **state)
{
    (void)state;
    kit_close(&kit);
    kit.around = store_fault_new(kit.store);
    assert_int_equal(kit_open(&kit), ERR_OK);
    int before = store_fault_commits(kit.around);
    start();
    assert_int_equal(kit.store->event(kit.store->self, 1, NULL, append_meanwhile), ERR_OK);
    wait_for(50);
    assert_in_range(store_fault_commits(kit.around) - before, 1, 2);
    assert_int_equal(finished[49]->first->first_seq, 51);
    /* All of one transaction fail together, and the next one goes on. */
    free_finished();
    store_fault_after(kit.around, 1);
    journal_append(kit.journal, one_batch("a"));
    wait_for(1);
    journal_append(kit.journal, one_batch("a"));
    wait_for(2);
    assert_int_equal(finished[0]->result, ERR_STORE);
    assert_int_equal(finished[0]->first->status, ENTRY_FAILED);
    assert_int_equal(finished[1]->result, ERR_OK);
    assert_int_equal(finished[1]->first->first_seq, 52);
    free_finished();
}

/* The clock of the kit stands still, so the second batch is not signed with the first. */
static void what_is_not_signed_is_signed_when_the_store_rests(void **state)
{
    (void)state;
    uint64_t size = 0, deadline = clock_mono_ms() + 10000;
    kit_close(&kit);
    kit.checkpoint_every_ms = 20;
    assert_int_equal(kit_open(&kit), ERR_OK);
    start();
    journal_append(kit.journal, one_batch("a"));
    wait_for(1);
    journal_append(kit.journal, one_batch("a"));
    wait_for(2);
    assert_int_equal(finished[1]->checkpoint_size, 0);
    while (size < 3 && clock_mono_ms() < deadline) {
        struct arena arena = {0};
        struct slice note;
        assert_int_equal(journal_checkpoint(kit.journal, &arena, &note, &size), ERR_OK);
        arena_free(&arena);
        sched_yield();
    }
    assert_int_equal(size, 3);
    free_finished();
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
    assert_int_equal(s->event(s->self, size + 1, NULL, append_meanwhile), ERR_NOT_FOUND);
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

/* ---- what it shows ---- */

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

static void receipts_and_consistency_proofs_verify(void **state)
{
    (void)state;
    struct arena arena = {0};
    struct note_key key;
    struct checkpoint_trust trust = {.keys = &key, .count = 1};
    struct checkpoint early, late;
    struct slice note, lines, line, leaf, proof;
    uint64_t size;
    assert_int_equal(note_key_parse(journal_log_key(kit.journal), &key), ERR_OK);
    append("a");
    append("a");
    assert_int_equal(journal_checkpoint(kit.journal, &arena, &note, &size), ERR_OK);
    assert_int_equal(checkpoint_open(note, &trust, &early, NULL), ERR_OK);
    for (int i = 0; i < 10; i++)
        append("b");
    assert_int_equal(journal_checkpoint(kit.journal, &arena, &note, &size), ERR_OK);
    assert_int_equal(checkpoint_open(note, &trust, &late, NULL), ERR_OK);
    assert_int_equal(late.size, 13);
    struct merkle_proof path = {0};
    assert_int_equal(journal_consistency(kit.journal, early.size, late.size, &arena, &lines),
                     ERR_OK);
    while (line_next(&lines, &line))
        assert_int_equal(line_hash(line, &path.hashes[path.count++]), ERR_OK);
    assert_int_equal(checkpoint_consistent(&early, &late, &path), ERR_OK);
    for (uint64_t seq = 1; seq <= 13; seq++) {
        struct tlog_proof shown;
        assert_int_equal(journal_receipt(kit.journal, seq, &arena, &leaf, &proof), ERR_OK);
        assert_int_equal(tlog_proof_verify(leaf, proof, &trust, &shown, NULL), ERR_OK);
        assert_int_equal(shown.index, seq - 1);
    }
    assert_int_equal(journal_receipt(kit.journal, 14, &arena, &leaf, &proof), ERR_NOT_FOUND);
    assert_int_equal(journal_receipt(kit.journal, 0, &arena, &leaf, &proof), ERR_NOT_FOUND);
    assert_int_equal(journal_consistency(kit.journal, 3, 99, &arena, &lines), ERR_BAD_FIELD);
    assert_int_equal(journal_consistency(kit.journal, 9, 3, &arena, &lines), ERR_BAD_FIELD);
    arena_free(&arena);
}

#define RAM(test)                                                                                  \
    {                                                                                              \
#test " (ram)", test, up_ram, down, NULL                                                   \
    }
#define SQLITE(test)                                                                               \
    {                                                                                              \
#test " (sqlite)", test, up_sqlite, down, NULL                                             \
    }

int main(void)
{
    const struct CMUnitTest tests[] = {
        RAM(batches_come_back_in_order_and_durable),
        SQLITE(batches_come_back_in_order_and_durable),
        RAM(a_finished_batch_may_bring_the_next),
        SQLITE(a_finished_batch_may_bring_the_next),
        RAM(closing_gives_every_batch_back),
        SQLITE(closing_gives_every_batch_back),
        RAM(batches_that_wait_share_one_transaction),
        RAM(what_is_not_signed_is_signed_when_the_store_rests),
        SQLITE(what_is_not_signed_is_signed_when_the_store_rests),
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
        RAM(receipts_and_consistency_proofs_verify),
        SQLITE(receipts_and_consistency_proofs_verify),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
