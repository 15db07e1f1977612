/* test_witness.c — Job: what the witness takes over, what it lets pass, and when it cries out. */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <cmocka.h>

#include "client/witness.h"
#include "proto/base64.h"
#include "proto/tlog_proof.h"
#include "tests/lib/client_kit.h"

struct bed {
    struct client_kit kit;
    struct witness w;
};

static int set_up(void **state)
{
    static struct bed bed;
    struct buf key = {0};
    bed = (struct bed){.w = {.unproved = 0}};
    ckit_init(&bed.kit);
    note_key_format(&bed.kit.log_key, &key);
    assert_int_equal(witness_key(&bed.w, buf_slice(&key), 1), ERR_OK);
    buf_free(&key);
    *state = &bed;
    return 0;
}

static int tear_down(void **state)
{
    struct bed *bed = *state;
    witness_fini(&bed->w);
    ckit_fini(&bed->kit);
    return 0;
}

/* Gives the witness one checkpoint as a gateway would send it. */
static enum err give(struct bed *bed, uint64_t old_size, uint64_t size, const struct hash *root,
                     enum witness_verdict *verdict)
{
    struct buf text = {0};
    struct json *json;
    struct body_checkpoint body;
    struct complaint why;
    ckit_checkpoint(&bed->kit, old_size, size, root, &text);
    assert_int_equal(json_parse(buf_slice(&text), FRAME_BYTES_MAX, &json), ERR_OK);
    assert_int_equal(record_decode(&record_checkpoint, json, RECORD_LENIENT, &body, &why), ERR_OK);
    *verdict = 0;
    enum err err = witness_checkpoint(&bed->w, &body, 1234, verdict);
    json_free(json);
    buf_free(&text);
    return err;
}

static void must_be(struct bed *bed, uint64_t old_size, uint64_t size, enum witness_verdict want)
{
    enum witness_verdict verdict;
    assert_int_equal(give(bed, old_size, size, NULL, &verdict), ERR_OK);
    assert_int_equal(verdict, want);
}

static void a_log_that_grows_is_followed(void **state)
{
    struct bed *bed = *state;
    assert_int_equal(witness_size(&bed->w), 0);
    must_be(bed, 0, 5, WITNESS_NEWER);
    must_be(bed, 5, 5, WITNESS_SAME);
    must_be(bed, 5, 19, WITNESS_NEWER);
    must_be(bed, 19, 40, WITNESS_NEWER);
    must_be(bed, 0, 19, WITNESS_OLDER);
    must_be(bed, 0, 5, WITNESS_OLDER);
    assert_int_equal(witness_size(&bed->w), 40);
    assert_int_equal(bed->w.alarm, ALARM_NONE);
}

static void another_root_for_the_same_size_is_a_fork(void **state)
{
    struct bed *bed = *state;
    enum witness_verdict verdict;
    struct hash other = {{9}};
    must_be(bed, 0, 12, WITNESS_NEWER);
    assert_int_equal(give(bed, 12, 12, &other, &verdict), ERR_OK);
    assert_int_equal(verdict, WITNESS_ALARM);
    assert_int_equal(bed->w.alarm, ALARM_FORK);
    assert_int_equal(bed->w.newest.size, 12);
    assert_true(bed->w.note.size != 0 && bed->w.other_note.size != 0);
    assert_int_equal(memcmp(bed->w.note.bytes, bed->w.other_note.bytes, 12),
                     0); /* the same size… */
    assert_memory_not_equal(bed->w.note.bytes, bed->w.other_note.bytes, bed->w.note.size);
}

static void an_older_size_with_another_root_is_a_fork(void **state)
{
    struct bed *bed = *state;
    enum witness_verdict verdict;
    struct hash other = {{9}};
    must_be(bed, 0, 12, WITNESS_NEWER);
    must_be(bed, 12, 30, WITNESS_NEWER);
    assert_int_equal(give(bed, 0, 12, &other, &verdict), ERR_OK);
    assert_int_equal(bed->w.alarm, ALARM_FORK);
}

static void a_proof_that_does_not_lead_there_alarms(void **state)
{
    struct bed *bed = *state;
    enum witness_verdict verdict;
    struct hash other = {{9}};
    must_be(bed, 0, 12, WITNESS_NEWER);
    assert_int_equal(give(bed, 12, 30, &other, &verdict), ERR_OK);
    assert_int_equal(verdict, WITNESS_ALARM);
    assert_int_equal(bed->w.alarm, ALARM_PROOF);
    assert_int_equal(witness_size(&bed->w), 12); /* its own is not overwritten */
    must_be(bed, 12, 30, WITNESS_ALARM); /* nor by the true one, until somebody has looked */
    assert_int_equal(witness_size(&bed->w), 12);
}

static void what_cannot_be_judged_alarms_at_the_third_time(void **state)
{
    struct bed *bed = *state;
    must_be(bed, 0, 20, WITNESS_NEWER);
    must_be(bed, 0, 7, WITNESS_UNPROVED);  /* older, never seen */
    must_be(bed, 5, 33, WITNESS_UNPROVED); /* a proof from another size than ours */
    must_be(bed, 20, 20, WITNESS_SAME);    /* the row is broken */
    must_be(bed, 5, 33, WITNESS_UNPROVED);
    must_be(bed, 0, 7, WITNESS_UNPROVED);
    must_be(bed, 5, 33, WITNESS_ALARM);
    assert_int_equal(bed->w.alarm, ALARM_NO_PROOF);
}

static void another_signature_proves_nothing(void **state)
{
    struct bed *bed = *state;
    enum witness_verdict verdict;
    struct witness fresh = {.unproved = 0};
    must_be(bed, 0, 20, WITNESS_NEWER);
    uint8_t seed[NOTE_SEED_BYTES] = {3}, public[NOTE_PUBLIC_BYTES];
    note_secret_of_seed(seed, bed->kit.log_secret, public);
    assert_int_equal(
        note_key_init(slice_of("test.log"), NOTE_KEY_ED25519, public, &bed->kit.log_key), ERR_OK);
    assert_int_equal(give(bed, 20, 21, NULL, &verdict), ERR_CRYPTO); /* signed by somebody else */
    struct body_checkpoint body = {.note = slice_of("test.log\n5\nAAAA\n\n— test.log AAAA\n")};
    assert_int_not_equal(witness_checkpoint(&bed->w, &body, 1, &verdict), ERR_OK);
    assert_int_equal(bed->w.alarm, ALARM_NONE);
    assert_int_equal(witness_size(&bed->w), 20);
    assert_int_equal(witness_checkpoint(&fresh, &body, 1, &verdict), ERR_CONFIG);
}

static void another_key_alarms(void **state)
{
    struct bed *bed = *state;
    uint8_t seed[NOTE_SEED_BYTES] = {1}, secret[NOTE_SECRET_BYTES], public[NOTE_PUBLIC_BYTES];
    struct note_key other;
    struct buf text = {0};
    note_secret_of_seed(seed, secret, public);
    assert_int_equal(note_key_init(slice_of("test.log"), NOTE_KEY_ED25519, public, &other), ERR_OK);
    note_key_format(&other, &text);
    assert_int_equal(witness_key(&bed->w, buf_slice(&text), 5), ERR_LOG_PROOF);
    assert_int_equal(bed->w.alarm, ALARM_OTHER_KEY);
    assert_int_equal(witness_key(&bed->w, slice_of("no key"), 5), ERR_BAD_FIELD);
    struct id person = ckit_id('P');
    assert_int_equal(witness_close(&bed->w, &person, 9, WITNESS_TAKE_OTHER), ERR_OK);
    assert_memory_equal(bed->w.key.public, public, sizeof public);
    assert_int_equal(witness_size(&bed->w), 0);
    buf_free(&text);
}

static void an_alarm_is_closed_by_a_person_only(void **state)
{
    struct bed *bed = *state;
    enum witness_verdict verdict;
    struct hash other = {{9}};
    struct id person = ckit_id('P'), nobody = {{0}};
    assert_int_equal(witness_close(&bed->w, &person, 1, WITNESS_KEEP_OWN), ERR_PROTOCOL);
    must_be(bed, 0, 12, WITNESS_NEWER);
    assert_int_equal(give(bed, 12, 12, &other, &verdict), ERR_OK);
    assert_int_equal(witness_close(&bed->w, &nobody, 1, WITNESS_KEEP_OWN), ERR_MISSING_FIELD);
    assert_int_equal(bed->w.alarm, ALARM_FORK);
    assert_int_equal(witness_close(&bed->w, &person, 77, WITNESS_KEEP_OWN), ERR_OK);
    assert_int_equal(bed->w.alarm, ALARM_NONE);
    assert_int_equal(bed->w.closed_at, 77);
    must_be(bed, 12, 30, WITNESS_NEWER); /* its own stands, and goes on */
}

static void taking_the_other_goes_on_from_there(void **state)
{
    struct bed *bed = *state;
    enum witness_verdict verdict;
    struct hash other = {{9}};
    struct id person = ckit_id('P');
    must_be(bed, 0, 30, WITNESS_NEWER);
    assert_int_equal(give(bed, 30, 31, &other, &verdict), ERR_OK);
    assert_int_equal(bed->w.alarm, ALARM_PROOF);
    assert_int_equal(witness_close(&bed->w, &person, 77, WITNESS_TAKE_OTHER), ERR_OK);
    assert_int_equal(witness_size(&bed->w), 31);
    assert_true(hash_equal(&bed->w.newest.root, &other));
}

static void a_receipt_is_verified_with_its_entry(void **state)
{
    struct bed *bed = *state;
    struct merkle_nodes nodes = sample_nodes(&bed->kit.log);
    struct merkle_proof path;
    struct checkpoint checkpoint = {.origin = "test.log", .size = 20};
    struct buf note = {0}, text = {0}, entry = {0}, base64 = {0}, leaf = {0};
    checkpoint.root = sample_root(&bed->kit.log, 20);
    assert_int_equal(checkpoint_sign(&checkpoint, &bed->kit.log_key, bed->kit.log_secret, &note),
                     ERR_OK);
    assert_int_equal(merkle_prove_inclusion(&nodes, 6, 20, &path), ERR_OK);
    assert_int_equal(tlog_proof_write(6, &path, (struct slice){0}, buf_slice(&note), &text),
                     ERR_OK);
    sample_entry(6, &entry);
    base64_add(&base64, entry.bytes, entry.size);
    struct body_proof body = {.entry = 7, .leaf = buf_slice(&base64), .text = buf_slice(&text)};
    assert_int_equal(witness_proof(&bed->w, &body, &leaf), ERR_OK);
    assert_true(slice_equal(buf_slice(&leaf), buf_slice(&entry)));
    body.entry = 8; /* a true receipt of another entry */
    assert_int_equal(witness_proof(&bed->w, &body, &leaf), ERR_LOG_PROOF);
    body.entry = 7;
    entry.bytes[2] ^= 1;
    buf_clear(&base64);
    base64_add(&base64, entry.bytes, entry.size);
    body.leaf = buf_slice(&base64);
    assert_int_equal(witness_proof(&bed->w, &body, &leaf), ERR_LOG_PROOF);
    buf_free(&note);
    buf_free(&text);
    buf_free(&entry);
    buf_free(&base64);
    buf_free(&leaf);
}

#define ONE(test) cmocka_unit_test_setup_teardown(test, set_up, tear_down)
int main(void)
{
    const struct CMUnitTest tests[] = {
        ONE(a_log_that_grows_is_followed),
        ONE(another_root_for_the_same_size_is_a_fork),
        ONE(an_older_size_with_another_root_is_a_fork),
        ONE(a_proof_that_does_not_lead_there_alarms),
        ONE(what_cannot_be_judged_alarms_at_the_third_time),
        ONE(another_signature_proves_nothing),
        ONE(another_key_alarms),
        ONE(an_alarm_is_closed_by_a_person_only),
        ONE(taking_the_other_goes_on_from_there),
        ONE(a_receipt_is_verified_with_its_entry),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
