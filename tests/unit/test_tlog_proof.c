/* test_tlog_proof.c — Job: offline receipts: written, read, verified, and attacked. */
#include "proto/tlog_proof.h"

#include "proto/base64.h"
#include "tests/lib/log_sample.h"

#include <setjmp.h>
#include <stdarg.h>
#include <stdio.h>
#include <sodium.h>
#include <cmocka.h>

#define ORIGIN "gw.example/audit"
#define FIRST  "c2sp.org/tlog-proof@v1\n"

static uint8_t secret[NOTE_SECRET_BYTES];
static struct note_key key;
static struct checkpoint_trust trust = {{NULL, 0}, &key, 1};
static struct log_sample sample; /* 300 entries */
static struct buf checkpoint;    /* of all 300 */

static int log_up(void **state)
{
    (void)state;
    uint8_t seed[NOTE_SEED_BYTES] = {7}, public[NOTE_PUBLIC_BYTES];
    if (sodium_init() < 0)
        return -1;
    note_secret_of_seed(seed, secret, public);
    sample_init(&sample, 300);
    struct checkpoint tree = {ORIGIN, 300, merkle_root(&sample.edge)};
    if (note_key_init(slice_of(ORIGIN), NOTE_KEY_ED25519, public, &key) != ERR_OK)
        return -1;
    return checkpoint_sign(&tree, &key, secret, &checkpoint) == ERR_OK ? 0 : -1;
}

static int log_down(void **state)
{
    (void)state;
    sample_fini(&sample);
    buf_free(&checkpoint);
    return 0;
}

static void write_proof(uint64_t index, const char *extra, struct buf *out)
{
    struct merkle_nodes nodes = sample_nodes(&sample);
    struct merkle_proof path;
    assert_int_equal(merkle_prove_inclusion(&nodes, index, 300, &path), ERR_OK);
    assert_int_equal(tlog_proof_write(index, &path, slice_of(extra), buf_slice(&checkpoint), out),
                     ERR_OK);
}

static enum err verify_entry(uint64_t seq, struct slice text)
{
    struct buf entry = {0};
    sample_entry(seq, &entry);
    enum err e = tlog_proof_verify(buf_slice(&entry), text, &trust, NULL, NULL);
    buf_free(&entry);
    return e;
}

static void every_entry_has_a_receipt(void **state)
{
    (void)state;
    for (uint64_t i = 0; i < 300; i++) {
        struct buf text = {0}, entry = {0};
        struct tlog_proof proof;
        struct checkpoint tree;
        write_proof(i, i % 2 ? "extra" : NULL, &text);
        sample_entry(i, &entry);
        assert_int_equal(
            tlog_proof_verify(buf_slice(&entry), buf_slice(&text), &trust, &proof, &tree), ERR_OK);
        assert_true(proof.index == i && tree.size == 300);
        assert_true(slice_is(proof.extra_base64, i % 2 ? "ZXh0cmE=" : ""));
        assert_true(slice_equal(proof.checkpoint, buf_slice(&checkpoint)));
        assert_int_equal(verify_entry(i + 1, buf_slice(&text)), ERR_LOG_PROOF);
        buf_free(&entry);
        buf_free(&text);
    }
}

static void the_text_is_that_of_the_specification(void **state)
{
    (void)state;
    struct merkle_proof path = {.count = 1, .hashes = {merkle_empty_root()}};
    struct buf text = {0};
    assert_int_equal(tlog_proof_write(73894, &path, slice_of("x"),
                                      slice_of("a\n\n\xe2\x80\x94 a AAAAAAA=\n"), &text),
                     ERR_OK);
    assert_true(slice_is(buf_slice(&text), FIRST "extra eA==\nindex 73894\n"
                                                 "47DEQpj8HBSa+/TImW+5JCeuQeRkm5NMpJWZG3hSuFU=\n\n"
                                                 "a\n\n\xe2\x80\x94 a AAAAAAA=\n"));
    buf_free(&text);
}

static void every_bit_of_a_receipt_matters(void **state)
{
    (void)state;
    struct buf text = {0};
    write_proof(257, NULL, &text);
    for (size_t bit = 0; bit < 8 * text.size; bit++) {
        text.bytes[bit / 8] = (char)(text.bytes[bit / 8] ^ 1 << bit % 8);
        assert_int_not_equal(verify_entry(257, buf_slice(&text)), ERR_OK);
        text.bytes[bit / 8] = (char)(text.bytes[bit / 8] ^ 1 << bit % 8);
    }
    for (size_t cut = 0; cut < text.size; cut++)
        assert_int_not_equal(verify_entry(257, (struct slice){text.bytes, cut}), ERR_OK);
    assert_int_equal(verify_entry(257, buf_slice(&text)), ERR_OK);
    buf_byte(&text, '\n');
    assert_int_not_equal(verify_entry(257, buf_slice(&text)), ERR_OK);
    buf_free(&text);
}

/* A receipt put together from true pieces that do not belong together. */
static void pieces_of_other_receipts_prove_nothing(void **state)
{
    (void)state;
    struct merkle_nodes nodes = sample_nodes(&sample);
    struct checkpoint small = {ORIGIN, 200, sample_root(&sample, 200)};
    struct buf note = {0}, text = {0};
    struct merkle_proof path;
    assert_int_equal(merkle_prove_inclusion(&nodes, 100, 300, &path), ERR_OK);
    assert_int_equal(checkpoint_sign(&small, &key, secret, &note), ERR_OK);
    struct slice none = {NULL, 0};
    assert_int_equal(tlog_proof_write(100, &path, none, buf_slice(&note), &text), ERR_OK);
    assert_int_equal(verify_entry(100, buf_slice(&text)), ERR_LOG_PROOF); /* older root */
    buf_clear(&text);
    assert_int_equal(tlog_proof_write(101, &path, none, buf_slice(&checkpoint), &text), ERR_OK);
    assert_int_equal(verify_entry(100, buf_slice(&text)), ERR_LOG_PROOF); /* other index */
    buf_clear(&text);
    assert_int_equal(tlog_proof_write(300, &path, none, buf_slice(&checkpoint), &text), ERR_OK);
    assert_int_equal(verify_entry(100, buf_slice(&text)), ERR_LOG_PROOF); /* behind the end */
    buf_free(&text);
    buf_free(&note);
}

static void another_log_proves_nothing_here(void **state)
{
    (void)state;
    uint8_t seed[NOTE_SEED_BYTES] = {8}, other_secret[NOTE_SECRET_BYTES], public[NOTE_PUBLIC_BYTES];
    struct note_key other;
    struct buf text = {0};
    write_proof(3, NULL, &text);
    note_secret_of_seed(seed, other_secret, public);
    assert_int_equal(note_key_init(slice_of(ORIGIN), NOTE_KEY_ED25519, public, &other), ERR_OK);
    struct checkpoint_trust wrong_key = {{NULL, 0}, &other, 1};
    struct checkpoint_trust wrong_log = {slice_of("other.example/log"), &key, 1};
    struct buf entry = {0};
    sample_entry(3, &entry);
    assert_int_equal(tlog_proof_verify(buf_slice(&entry), buf_slice(&text), &wrong_key, NULL, NULL),
                     ERR_CRYPTO);
    assert_int_equal(tlog_proof_verify(buf_slice(&entry), buf_slice(&text), &wrong_log, NULL, NULL),
                     ERR_LOG_PROOF);
    buf_free(&entry);
    buf_free(&text);
}

#define NOTE "a\n\n\xe2\x80\x94 a AAAAAAA=\n"
#define HASH "47DEQpj8HBSa+/TImW+5JCeuQeRkm5NMpJWZG3hSuFU=\n"

static void the_shape_is_strict(void **state)
{
    (void)state;
    static const char *const bad[] = {
        "",
        "\n",
        FIRST,
        FIRST "\n" NOTE,
        FIRST "index 1\n",
        FIRST "index 1\n" HASH,
        FIRST "index 1\n" NOTE,
        FIRST "index 1\n" HASH NOTE,
        FIRST "index 01\n\n" NOTE,
        FIRST "index -1\n\n" NOTE,
        FIRST "index  1\n\n" NOTE,
        FIRST "index 1 \n\n" NOTE,
        FIRST "index \n\n" NOTE,
        FIRST "index\n\n" NOTE,
        FIRST "index 4611686018427387904\n\n" NOTE,
        FIRST "index 1\nextra eA==\n\n" NOTE,
        FIRST "extra eA==\nextra eA==\nindex 1\n\n" NOTE,
        FIRST "extra eA=\nindex 1\n\n" NOTE,
        FIRST "extra eB==\nindex 1\n\n" NOTE,
        FIRST "index 1\nAAAA\n\n" NOTE,
        FIRST "index 1\n " HASH "\n" NOTE,
        "c2sp.org/tlog-proof@v2\nindex 1\n\n" NOTE,
        " " FIRST "index 1\n\n" NOTE,
        FIRST "index 1\r\n\n" NOTE,
        FIRST "index 1\n\n" NOTE "x",
        FIRST "index 1\n\n\n"
              "a\n",
    };
    struct tlog_proof proof;
    for (size_t i = 0; i < sizeof bad / sizeof *bad; i++)
        if (tlog_proof_parse(slice_of(bad[i]), &proof) != ERR_BAD_FIELD)
            fail_msg("row %zu is accepted", i);
    assert_int_equal(tlog_proof_parse(slice_of(FIRST "index 0\n\n" NOTE), &proof), ERR_OK);
    assert_int_equal(proof.path.count, 0);
    assert_int_equal(tlog_proof_parse(slice_of(FIRST "extra \nindex 7\n" HASH "\n" NOTE), &proof),
                     ERR_OK);
    assert_true(proof.index == 7 && proof.path.count == 1);
}

static void sizes_are_bounded(void **state)
{
    (void)state;
    struct merkle_proof path = {.count = MERKLE_PROOF_MAX + 1};
    struct slice none = {NULL, 0};
    struct tlog_proof proof;
    struct buf b = {0};
    static char large[PROOF_EXTRA_MAX + 1];
    assert_int_equal(tlog_proof_write(1, &path, none, slice_of(NOTE), &b), ERR_TOO_LARGE);
    path.count = 0;
    assert_int_equal(
        tlog_proof_write(1, &path, (struct slice){large, sizeof large}, slice_of(NOTE), &b),
        ERR_TOO_LARGE);
    assert_int_equal(tlog_proof_write(LOG_SIZE_MAX, &path, none, slice_of(NOTE), &b),
                     ERR_BAD_FIELD);
    assert_int_equal(tlog_proof_write(1, &path, none, slice_of("no note"), &b), ERR_BAD_FIELD);
    assert_int_equal(b.size, 0);
    buf_text(&b, FIRST "index 1\n");
    for (int i = 0; i <= MERKLE_PROOF_MAX; i++)
        buf_text(&b, HASH);
    buf_text(&b, "\n" NOTE);
    assert_int_equal(tlog_proof_parse(buf_slice(&b), &proof), ERR_TOO_LARGE);
    buf_clear(&b);
    buf_text(&b, FIRST "extra ");
    base64_add(&b, large, sizeof large);
    buf_text(&b, "\nindex 1\n\n" NOTE);
    assert_int_equal(tlog_proof_parse(buf_slice(&b), &proof), ERR_TOO_LARGE);
    buf_free(&b);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(every_entry_has_a_receipt),
        cmocka_unit_test(the_text_is_that_of_the_specification),
        cmocka_unit_test(every_bit_of_a_receipt_matters),
        cmocka_unit_test(pieces_of_other_receipts_prove_nothing),
        cmocka_unit_test(another_log_proves_nothing_here),
        cmocka_unit_test(the_shape_is_strict),
        cmocka_unit_test(sizes_are_bounded),
    };
    return cmocka_run_group_tests(tests, log_up, log_down);
}
