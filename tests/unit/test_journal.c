/* test_journal.c — Job: the journal with its thread, its restarts, and a store that fails. */
#include "gateway/journal/journal.h"

#include "common/clock.h"
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

/* ---- what it shows ---- */

static void append(const char *case_name)
{
    struct batch *batch = kit_append(&kit, case_name, "{}");
    assert_int_equal(batch->result, ERR_OK);
    batch_free(batch);
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

#define RAM(test)    cmocka_unit_test_setup_teardown(test, up_ram, down)
#define SQLITE(test) cmocka_unit_test_setup_teardown(test, up_sqlite, down)

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
        RAM(receipts_and_consistency_proofs_verify),
        SQLITE(receipts_and_consistency_proofs_verify),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
