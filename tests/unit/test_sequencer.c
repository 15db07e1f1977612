/* test_sequencer.c — Job: what one transaction gives, leaves out, seals and signs. */
#include "gateway/journal/sequencer.h"

#include "common/file.h"
#include "proto/checkpoint.h"
#include "tests/lib/journal_kit.h"

#include <setjmp.h>
#include <stdarg.h>
#include <stdlib.h>
#include <cmocka.h>

static struct kit kit;

static int up(void **state)
{
    (void)state;
    kit_init(&kit, KIT_RAM);
    return kit_open(&kit) == ERR_OK ? 0 : -1;
}

static int down(void **state)
{
    (void)state;
    kit_fini(&kit);
    return 0;
}

static void a_new_log_begins_with_its_key(void **state)
{
    (void)state;
    struct arena arena = {0};
    struct slice leaf, proof, key = journal_log_key(kit.journal);
    struct event event;
    assert_int_equal(journal_receipt(kit.journal, 1, &arena, &leaf, &proof), ERR_OK);
    assert_int_equal(leaf_decode(leaf, &event), ERR_OK);
    assert_int_equal(event.type, EVENT_LOG_BEGUN);
    struct hash digest = sha256(key.bytes, key.size);
    assert_true(hash_equal(&event.digest, &digest));
    arena_free(&arena);
}

static void entries_get_seq_time_and_counts_without_gaps(void **state)
{
    (void)state;
    struct batch *batch = batch_new();
    struct entry *first = kit_vitals(&kit, batch, "a", "{\"n\":1}");
    struct entry *second = kit_vitals(&kit, batch, "b", "{\"n\":2}");
    struct event *event = &second->events[0].event;
    event->type = EVENT_CARD_READ;
    event->payload = (struct slice){0};
    event->alias = kit_named("alias");
    event->card_proof = PROOF_CERTIFICATE_ONLY;
    struct entry *third = kit_vitals(&kit, batch, "b", "{\"n\":3}");
    third->events[0].event.hospital = kit_named("hospital");
    struct entry *fourth = kit_vitals(&kit, batch, "b", "{\"n\":4}");
    fourth->events[0].event.hospital = kit_named("org"); /* acts on itself: counted once */
    journal_append_now(kit.journal, batch);
    assert_int_equal(batch->result, ERR_OK);
    assert_int_equal(first->status, ENTRY_COMMITTED);
    assert_int_equal(first->first_seq, 2);
    assert_int_equal(fourth->first_seq, 5);
    assert_int_equal(batch->tree_size, 5);
    assert_int_equal(first->first_recorded_at, kit.now);
    assert_int_equal(first->events[0].event.org_n, 1);
    assert_int_equal(second->events[0].event.org_n, 2);
    assert_int_equal(second->events[0].event.alias_n, 1);
    assert_int_equal(third->events[0].event.org_n, 3);
    assert_int_equal(third->events[0].event.hospital_n, 1);
    assert_int_equal(fourth->events[0].event.org_n, 4);
    assert_int_equal(fourth->events[0].event.hospital_n, 4);
    batch_free(batch);
    batch = kit_append(&kit, "c", "{}");
    assert_int_equal(batch->first->events[0].event.org_n, 5);
    batch_free(batch);
}

static void a_corrected_clock_stands_still_and_a_set_one_is_believed(void **state)
{
    (void)state;
    struct batch *batch = kit_append(&kit, "a", "{}");
    int64_t first = batch->first->first_recorded_at;
    batch_free(batch);
    kit.now -= 5000;
    batch = kit_append(&kit, "a", "{}");
    assert_int_equal(batch->first->first_recorded_at, first);
    batch_free(batch);
    kit.now -= 24 * 3600 * 1000;
    batch = kit_append(&kit, "a", "{}");
    assert_int_equal(batch->first->first_recorded_at, kit.now);
    batch_free(batch);
}

static void recipients_get_their_own_numbers(void **state)
{
    (void)state;
    struct batch *batch = batch_new();
    struct entry *first = kit_vitals(&kit, batch, "a", "{}");
    struct entry *second = kit_vitals(&kit, batch, "a", "{}");
    kit_recipient(batch, first, "box-1");
    kit_recipient(batch, first, "box-2");
    kit_recipient(batch, second, "box-2");
    journal_append_now(kit.journal, batch);
    assert_int_equal(first->events[0].n[0], 1);
    assert_int_equal(first->events[0].n[1], 1);
    assert_int_equal(second->events[0].n[0], 2);
    struct id box = kit_named("box-2");
    uint64_t n;
    assert_int_equal(journal_newest_n(kit.journal, &box, &n), ERR_OK);
    assert_int_equal(n, 2);
    batch_free(batch);
}

static void the_leaf_holds_a_commitment_and_no_word_of_the_payload(void **state)
{
    (void)state;
    static const char words[] = "{\"ecg\":\"MARKER-7f3a\"}";
    struct arena arena = {0};
    struct slice plain;
    struct event event;
    struct batch *batch = kit_append(&kit, "a", words);
    struct batch_event *row = &batch->first->events[0];
    struct id realm = event_realm(&row->event);
    assert_null(memmem(row->leaf.bytes, row->leaf.size, "MARKER", 6));
    assert_int_equal(leaf_decode(row->leaf, &event), ERR_OK);
    assert_true(hash_equal(&event.commitment, &row->event.commitment));
    struct hash plain_hash = sha256(words, sizeof words - 1), none = {{0}};
    assert_false(hash_equal(&event.commitment, &plain_hash));
    assert_false(hash_equal(&event.commitment, &none));
    assert_int_equal(journal_payload(kit.journal, &event.id, &realm, &arena, &plain), ERR_OK);
    assert_true(slice_is(plain, words));
    batch_free(batch);
    arena_free(&arena);
}

/* The same words twice in one case must not be seen to be the same. */
static void equal_payloads_have_different_commitments(void **state)
{
    (void)state;
    struct batch *one = kit_append(&kit, "a", "{\"pulse\":80}");
    struct batch *two = kit_append(&kit, "a", "{\"pulse\":80}");
    assert_false(hash_equal(&one->first->events[0].event.commitment,
                            &two->first->events[0].event.commitment));
    batch_free(one);
    batch_free(two);
}

static void a_known_message_is_a_duplicate_and_takes_nothing_along(void **state)
{
    (void)state;
    struct batch *batch = batch_new();
    struct entry *first = kit_vitals(&kit, batch, "a", "{}");
    struct entry *same = kit_vitals(&kit, batch, "a", "{}");
    struct entry *other_device = kit_vitals(&kit, batch, "a", "{}");
    kit_message(first, "tablet", "m1", "bytes");
    kit_message(same, "tablet", "m1", "other bytes");
    kit_message(other_device, "tablet-2", "m1", "bytes");
    journal_append_now(kit.journal, batch);
    assert_int_equal(first->status, ENTRY_COMMITTED);
    assert_int_equal(same->status, ENTRY_DUPLICATE);
    assert_int_equal(other_device->status, ENTRY_COMMITTED);
    assert_int_equal(same->first_seq, first->first_seq);
    assert_true(hash_equal(&same->first_digest, &first->digest));
    assert_int_equal(batch->tree_size, 3);
    uint64_t seq = first->first_seq;
    batch_free(batch);

    batch = batch_new();
    struct entry *again = kit_vitals(&kit, batch, "a", "{}");
    kit_message(again, "tablet", "m1", "bytes");
    kit.now += 1000;
    journal_append_now(kit.journal, batch);
    assert_int_equal(batch->result, ERR_OK);
    assert_int_equal(again->status, ENTRY_DUPLICATE);
    assert_int_equal(again->first_seq, seq);
    assert_int_equal(again->first_recorded_at, kit.now - 1000);
    assert_int_equal(batch->tree_size, 3);
    batch_free(batch);
}

static void an_entry_judged_on_an_old_version_is_left_out(void **state)
{
    (void)state;
    struct batch *batch = batch_new();
    struct entry *first = kit_case_row(&kit, batch, "a", 0, "{\"v\":1}");
    struct entry *late = kit_case_row(&kit, batch, "a", 0, "{\"v\":\"lost\"}");
    struct entry *next = kit_case_row(&kit, batch, "a", 1, "{\"v\":2}");
    struct entry *other = kit_vitals(&kit, batch, "b", "{}");
    journal_append_now(kit.journal, batch);
    assert_int_equal(first->status, ENTRY_COMMITTED);
    assert_int_equal(late->status, ENTRY_CONFLICT);
    assert_int_equal(next->status, ENTRY_COMMITTED);
    assert_int_equal(other->status, ENTRY_COMMITTED);
    assert_int_equal(batch->tree_size, 4);
    struct arena arena = {0};
    struct id id = kit_named("a");
    struct slice json;
    uint64_t version;
    assert_int_equal(journal_load_one(kit.journal, AGGREGATE_CASE, &id, &arena, &version, &json),
                     ERR_OK);
    assert_int_equal(version, 2);
    assert_true(slice_is(json, "{\"v\":2}"));
    arena_free(&arena);
    batch_free(batch);
}

static void another_nodes_change_is_a_conflict(void **state)
{
    (void)state;
    struct batch *batch = batch_new();
    struct entry *entry = kit_case_row(&kit, batch, "a", 0, "{}");
    store_ram_conflict_next(kit.store, 1);
    journal_append_now(kit.journal, batch);
    assert_int_equal(batch->result, ERR_OK);
    assert_int_equal(entry->status, ENTRY_CONFLICT);
    assert_int_equal(batch->tree_size, 1);
    batch_free(batch);
}

static struct checkpoint opened(struct slice note)
{
    struct note_key key;
    struct checkpoint_trust trust = {.keys = &key, .count = 1};
    struct checkpoint checkpoint;
    assert_int_equal(note_key_parse(journal_log_key(kit.journal), &key), ERR_OK);
    assert_int_equal(checkpoint_open(note, &trust, &checkpoint, NULL), ERR_OK);
    return checkpoint;
}

static void each_batch_is_signed_and_kept_outside_first(void **state)
{
    (void)state;
    struct buf file = {0};
    struct store_head head;
    struct batch *batch = kit_append(&kit, "a", "{}");
    assert_int_equal(batch->checkpoint_size, 2);
    struct checkpoint checkpoint = opened(batch->checkpoint);
    assert_int_equal(checkpoint.size, 2);
    assert_int_equal(kit.store->head(kit.store->self, &head), ERR_OK);
    assert_true(hash_equal(&checkpoint.root, &head.root));
    assert_true(slice_equal(head.checkpoint, batch->checkpoint));
    assert_int_equal(file_read(kit.checkpoint, 10000, FILE_ANY, &file), ERR_OK);
    assert_true(slice_equal(buf_slice(&file), batch->checkpoint));
    buf_free(&file);
    batch_free(batch);
}

static void when_busy_one_signature_covers_many(void **state)
{
    (void)state;
    struct arena arena = {0};
    struct slice note;
    uint64_t size;
    kit_close(&kit);
    kit.checkpoint_every_ms = 1000;
    assert_int_equal(kit_open(&kit), ERR_OK);
    batch_free(kit_append(&kit, "a", "{}")); /* the first after the start is signed */
    struct batch *second = kit_append(&kit, "a", "{}");
    assert_int_equal(second->checkpoint_size, 0);
    assert_null(second->checkpoint.bytes);
    kit.now += 1000;
    struct batch *third = kit_append(&kit, "a", "{}");
    assert_int_equal(third->checkpoint_size, 4);
    struct batch *fourth = kit_append(&kit, "a", "{}");
    assert_int_equal(journal_checkpoint(kit.journal, &arena, &note, &size), ERR_OK);
    assert_int_equal(size, 4);
    struct slice leaf, proof;
    assert_int_equal(journal_receipt(kit.journal, 5, &arena, &leaf, &proof), ERR_NOT_FOUND);
    assert_int_equal(kit_reopen(&kit), ERR_OK); /* closing signs the rest */
    assert_int_equal(journal_checkpoint(kit.journal, &arena, &note, &size), ERR_OK);
    assert_int_equal(size, 5);
    batch_free(second);
    batch_free(third);
    batch_free(fourth);
    arena_free(&arena);
}

static void a_key_made_before_its_first_entry_is_written_with_the_next(void **state)
{
    (void)state;
    uint8_t before[32], after[32];
    struct id realm = kit_named("early");
    struct slice label = slice_of("section/v/person");
    assert_int_equal(journal_derive(kit.journal, &realm, label, before), ERR_OK);
    batch_free(kit_append(&kit, "unrelated", "{}"));
    assert_int_equal(kit_reopen(&kit), ERR_OK);
    assert_int_equal(journal_derive(kit.journal, &realm, label, after), ERR_OK);
    assert_memory_equal(before, after, sizeof before);
    assert_int_equal(journal_derive(kit.journal, &realm, slice_of("section/v/x"), after), ERR_OK);
    assert_memory_not_equal(before, after, sizeof before);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test_setup_teardown(a_new_log_begins_with_its_key, up, down),
        cmocka_unit_test_setup_teardown(entries_get_seq_time_and_counts_without_gaps, up, down),
        cmocka_unit_test_setup_teardown(a_corrected_clock_stands_still_and_a_set_one_is_believed,
                                        up, down),
        cmocka_unit_test_setup_teardown(recipients_get_their_own_numbers, up, down),
        cmocka_unit_test_setup_teardown(the_leaf_holds_a_commitment_and_no_word_of_the_payload, up,
                                        down),
        cmocka_unit_test_setup_teardown(equal_payloads_have_different_commitments, up, down),
        cmocka_unit_test_setup_teardown(a_known_message_is_a_duplicate_and_takes_nothing_along, up,
                                        down),
        cmocka_unit_test_setup_teardown(an_entry_judged_on_an_old_version_is_left_out, up, down),
        cmocka_unit_test_setup_teardown(another_nodes_change_is_a_conflict, up, down),
        cmocka_unit_test_setup_teardown(each_batch_is_signed_and_kept_outside_first, up, down),
        cmocka_unit_test_setup_teardown(when_busy_one_signature_covers_many, up, down),
        cmocka_unit_test_setup_teardown(a_key_made_before_its_first_entry_is_written_with_the_next,
                                        up, down),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
