/* test_witness_file.c — Job: the witness's state survives as text, and no other text is
 * believed. */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <cmocka.h>

#include "client/witness.h"
#include "tests/lib/client_kit.h"

static void feed(struct client_kit *kit, struct witness *w, uint64_t old_size, uint64_t size,
                 const struct hash *root)
{
    struct buf text = {0};
    struct json *json;
    struct body_checkpoint body;
    struct complaint why;
    enum witness_verdict verdict;
    ckit_checkpoint(kit, old_size, size, root, &text);
    assert_int_equal(json_parse(buf_slice(&text), FRAME_BYTES_MAX, &json), ERR_OK);
    assert_int_equal(record_decode(&record_checkpoint, json, RECORD_LENIENT, &body, &why), ERR_OK);
    assert_int_equal(witness_checkpoint(w, &body, 1234, &verdict), ERR_OK);
    json_free(json);
    buf_free(&text);
}

static void make(struct client_kit *kit, struct witness *w)
{
    struct buf key = {0};
    *w = (struct witness){.unproved = 0};
    ckit_init(kit);
    note_key_format(&kit->log_key, &key);
    assert_int_equal(witness_key(w, buf_slice(&key), 1), ERR_OK);
    buf_free(&key);
}

static void there_and_back(const struct witness *w)
{
    struct buf text = {0}, again = {0};
    struct witness back;
    witness_encode(w, &text);
    assert_int_equal(witness_decode(buf_slice(&text), &back), ERR_OK);
    witness_encode(&back, &again);
    assert_true(slice_equal(buf_slice(&text), buf_slice(&again)));
    assert_int_equal(back.newest.size, w->newest.size);
    assert_int_equal(back.alarm, w->alarm);
    assert_int_equal(back.seen_count, w->seen_count);
    witness_fini(&back);
    buf_free(&text);
    buf_free(&again);
}

static void every_state_comes_back(void **state)
{
    (void)state;
    static struct client_kit kit;
    struct witness w;
    struct hash other = {{9}};
    struct id person = ckit_id('P');
    make(&kit, &w);
    there_and_back(&w);
    feed(&kit, &w, 0, 3, NULL);
    feed(&kit, &w, 3, 17, NULL);
    there_and_back(&w);
    feed(&kit, &w, 1, 20, NULL); /* unproved */
    there_and_back(&w);
    feed(&kit, &w, 17, 18, &other);
    assert_int_equal(w.alarm, ALARM_PROOF);
    there_and_back(&w);
    assert_int_equal(witness_close(&w, &person, 55, WITNESS_KEEP_OWN), ERR_OK);
    there_and_back(&w);
    witness_fini(&w);
    ckit_fini(&kit);
}

static void the_ring_of_seen_ones_keeps_its_order(void **state)
{
    (void)state;
    static struct client_kit kit;
    struct witness w;
    make(&kit, &w);
    for (uint64_t size = 1; size <= CKIT_LOG_SIZE; size++)
        feed(&kit, &w, size - 1, size, NULL);
    for (int i = 0; i < WITNESS_SEEN_MAX; i++) { /* as if many more had passed */
        w.seen[w.seen_next] = w.seen[(w.seen_next + WITNESS_SEEN_MAX - 1) % WITNESS_SEEN_MAX];
        w.seen_next = (w.seen_next + 1) % WITNESS_SEEN_MAX;
    }
    w.seen_count = WITNESS_SEEN_MAX;
    there_and_back(&w);
    witness_fini(&w);
    ckit_fini(&kit);
}

static void evidence_has_both(void **state)
{
    (void)state;
    static struct client_kit kit;
    struct witness w;
    struct hash other = {{9}};
    struct buf text = {0};
    make(&kit, &w);
    feed(&kit, &w, 0, 5, NULL);
    feed(&kit, &w, 5, 5, &other);
    witness_evidence(&w, &text);
    assert_non_null(memmem(text.bytes, text.size, w.note.bytes, w.note.size));
    assert_non_null(memmem(text.bytes, text.size, w.other_note.bytes, w.other_note.size));
    assert_non_null(memmem(text.bytes, text.size, "fork", 4));
    buf_free(&text);
    witness_fini(&w);
    ckit_fini(&kit);
}

/* One byte changed anywhere, or cut off anywhere: refused, or (a byte of a time) still a witness
 * whose checkpoint is signed. Never taken for another checkpoint. */
static void a_damaged_file_is_not_believed(void **state)
{
    (void)state;
    static struct client_kit kit;
    struct witness w, back;
    struct buf text = {0};
    make(&kit, &w);
    feed(&kit, &w, 0, 5, NULL);
    witness_encode(&w, &text);
    for (size_t i = 0; i < text.size; i++) {
        text.bytes[i] ^= 1;
        if (witness_decode(buf_slice(&text), &back) == ERR_OK) {
            assert_int_equal(back.newest.size, 5);
            assert_true(hash_equal(&back.newest.root, &w.newest.root));
        }
        witness_fini(&back);
        text.bytes[i] ^= 1;
        struct slice cut = {text.bytes, i};
        assert_int_equal(witness_decode(cut, &back), ERR_CORRUPT);
    }
    buf_free(&text);
    witness_fini(&w);
    ckit_fini(&kit);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(every_state_comes_back),
        cmocka_unit_test(the_ring_of_seen_ones_keeps_its_order),
        cmocka_unit_test(evidence_has_both),
        cmocka_unit_test(a_damaged_file_is_not_believed),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
