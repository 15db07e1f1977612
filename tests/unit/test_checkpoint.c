/* test_checkpoint.c — Job: checkpoints byte for byte, their shape, and what a witness refuses. */
#include "proto/checkpoint.h"

#include "proto/base64.h"
#include "tests/lib/log_sample.h"

#include <setjmp.h>
#include <stdarg.h>
#include <sodium.h>
#include <cmocka.h>

#define ORIGIN  "gw.example/audit"
#define ROOT_1K "zWK6nxSVP6fH8XRgr2PQSMDff2lTfM/o/2biRE/4gGo="

/* Signed with Go's golang.org/x/mod/sumdb/note over the tree of 1000 sample entries. */
static const char known_note[] = ORIGIN
    "\n1000\n" ROOT_1K "\n\n\xe2\x80\x94 " ORIGIN
    " C/1JQoPaOBpNhItvtKX+i6FRrAQjriPHV7DIoDEOer9+tw1h7mOU/49iU7yG/SY1hJGTOPdVh5kD5fB1mkcY63q"
    "VKgE=\n";

static uint8_t secret[NOTE_SECRET_BYTES], witness_secret[NOTE_SECRET_BYTES];
static struct note_key keys[2]; /* the log's, a witness's */
static struct checkpoint_trust trust = {{NULL, 0}, keys, 2};

static int keys_up(void **state)
{
    (void)state;
    uint8_t seed[NOTE_SEED_BYTES], public[NOTE_PUBLIC_BYTES];
    if (sodium_init() < 0)
        return -1;
    for (size_t i = 0; i < sizeof seed; i++)
        seed[i] = (uint8_t)i;
    note_secret_of_seed(seed, secret, public);
    enum err e = note_key_init(slice_of(ORIGIN), NOTE_KEY_ED25519, public, &keys[0]);
    seed[0] = 99;
    note_secret_of_seed(seed, witness_secret, public);
    if (e == ERR_OK)
        e = note_key_init(slice_of("neighbour.example"), NOTE_KEY_COSIGNATURE, public, &keys[1]);
    return e == ERR_OK ? 0 : -1;
}

static void the_known_tree_is_signed_byte_for_byte(void **state)
{
    (void)state;
    struct checkpoint checkpoint = {.origin = ORIGIN, .size = 1000}, back;
    struct log_sample log;
    struct buf note = {0};
    sample_init(&log, 1000);
    checkpoint.root = merkle_root(&log.edge);
    sample_fini(&log);
    assert_int_equal(checkpoint_sign(&checkpoint, &keys[0], secret, &note), ERR_OK);
    assert_true(slice_is(buf_slice(&note), known_note));
    struct note_opened opened;
    assert_int_equal(checkpoint_open(buf_slice(&note), &trust, &back, &opened), ERR_OK);
    assert_memory_equal(&back, &checkpoint, sizeof back);
    assert_int_equal(opened.signed_by, 1);
    buf_free(&note);
}

static void a_witness_adds_its_line(void **state)
{
    (void)state;
    struct checkpoint back;
    struct note_opened opened;
    struct note parts;
    struct buf note = {0};
    assert_int_equal(note_split(slice_of(known_note), &parts), ERR_OK);
    buf_text(&note, known_note);
    assert_int_equal(note_sign(&keys[1], witness_secret, parts.text, 1700000000, &note), ERR_OK);
    assert_int_equal(checkpoint_open(buf_slice(&note), &trust, &back, &opened), ERR_OK);
    assert_int_equal(opened.signed_by, 3);
    assert_true(opened.times_s[1] == 1700000000);
    buf_clear(&note); /* the witness alone is not the log */
    buf_add(&note, parts.text.bytes, parts.text.size);
    buf_byte(&note, '\n');
    assert_int_equal(note_sign(&keys[1], witness_secret, parts.text, 1700000000, &note), ERR_OK);
    assert_int_equal(checkpoint_open(buf_slice(&note), &trust, &back, &opened), ERR_CRYPTO);
    buf_free(&note);
}

static void every_bit_of_a_signed_checkpoint_matters(void **state)
{
    (void)state;
    char note[sizeof known_note];
    struct checkpoint back;
    memcpy(note, known_note, sizeof note);
    for (size_t bit = 0; bit < 8 * (sizeof note - 1); bit++) {
        note[bit / 8] = (char)(note[bit / 8] ^ 1 << bit % 8);
        struct slice changed = {note, sizeof note - 1};
        assert_int_not_equal(checkpoint_open(changed, &trust, &back, NULL), ERR_OK);
        note[bit / 8] = (char)(note[bit / 8] ^ 1 << bit % 8);
    }
    for (size_t cut = 0; cut < sizeof note - 1; cut++)
        assert_int_not_equal(checkpoint_open((struct slice){note, cut}, &trust, &back, NULL),
                             ERR_OK);
}

static void it_must_be_the_log_that_is_meant(void **state)
{
    (void)state;
    struct checkpoint epoch = {.origin = ORIGIN "/2"}, back;
    struct checkpoint_trust second = {slice_of(ORIGIN "/2"), keys, 2},
                            nobody = {{NULL, 0}, keys, 0};
    struct buf note = {0};
    epoch.root = merkle_empty_root();
    assert_int_equal(checkpoint_sign(&epoch, &keys[0], secret, &note), ERR_OK);
    assert_int_equal(checkpoint_open(buf_slice(&note), &trust, &back, NULL), ERR_LOG_PROOF);
    assert_int_equal(checkpoint_open(buf_slice(&note), &second, &back, NULL), ERR_OK);
    assert_string_equal(back.origin, ORIGIN "/2");
    assert_int_equal(checkpoint_open(slice_of(known_note), &second, &back, NULL), ERR_LOG_PROOF);
    assert_int_equal(checkpoint_open(buf_slice(&note), &nobody, &back, NULL), ERR_CONFIG);
    buf_free(&note);
}

static void the_shape_is_strict(void **state)
{
    (void)state;
    static const char *const bad[] = {
        "",
        "\n",
        "o\n",
        "o\n1\n",
        "o\n1\n" ROOT_1K,
        "\n1\n" ROOT_1K "\n",
        "o\n\n" ROOT_1K "\n",
        "o\n01\n" ROOT_1K "\n",
        "o\n+1\n" ROOT_1K "\n",
        "o\n-1\n" ROOT_1K "\n",
        "o\n1 \n" ROOT_1K "\n",
        "o\n1e3\n" ROOT_1K "\n",
        "o\n4611686018427387905\n" ROOT_1K "\n",
        "o\n18446744073709551617\n" ROOT_1K "\n",
        "o\n1\n\n",
        "o\n1\nAAAA\n",
        "o\n1\n" ROOT_1K " \n",
        "o\n1\n" ROOT_1K "\r\n",
        "o\n1\n" ROOT_1K "\n\n",
        "o\n1\n" ROOT_1K "\nextension\n\n",
        "o\n1\n" ROOT_1K "\n\nextension\n",
        "o\n1\n" ROOT_1K "\ngarbage without newline",
        "o\n0\n" ROOT_1K "\n",                                  /* an empty log has one root only */
        "o\n1\nzWK6nxSVP6fH8XRgr2PQSMDff2lTfM/o/2biRE/4gGp=\n", /* the same root, spelled twice */
        "go.sum database tree\n1000\n" ROOT_1K,
    };
    struct checkpoint out;
    for (size_t i = 0; i < sizeof bad / sizeof *bad; i++)
        if (checkpoint_parse(slice_of(bad[i]), &out) != ERR_BAD_FIELD)
            fail_msg("row %zu is accepted", i);
    assert_int_equal(checkpoint_parse(slice_of("o\xff\n1\n" ROOT_1K "\n"), &out), ERR_UTF8);
    assert_int_equal(checkpoint_parse(slice_of("o\n1\n" ROOT_1K "\n"), &out), ERR_OK);
    assert_int_equal(checkpoint_parse(slice_of("o\n1\n" ROOT_1K "\none\ntwo\n"), &out), ERR_OK);
    assert_true(out.size == 1);
    assert_int_equal(checkpoint_parse(slice_of("o\n4611686018427387904\n" ROOT_1K "\n"), &out),
                     ERR_OK);
}

static void extensions_stay_under_the_signature(void **state)
{
    (void)state;
    const char *text = ORIGIN "\n1000\n" ROOT_1K "\nextension\n";
    struct checkpoint back;
    struct buf note = {0};
    buf_text(&note, text);
    buf_byte(&note, '\n');
    assert_int_equal(note_sign(&keys[0], secret, slice_of(text), 0, &note), ERR_OK);
    struct note_opened opened;
    assert_int_equal(checkpoint_open(buf_slice(&note), &trust, &back, &opened), ERR_OK);
    assert_true(slice_is(opened.text, text));
    note.bytes[strlen(text) - 2] ^= 1;
    assert_int_equal(checkpoint_open(buf_slice(&note), &trust, &back, &opened), ERR_CRYPTO);
    buf_free(&note);
}

static void what_nobody_could_read_is_not_signed(void **state)
{
    (void)state;
    static const char *const origins[] = {"", "a\nb", "a\tb"};
    struct checkpoint checkpoint = {.size = 1};
    struct buf note = {0};
    for (size_t i = 0; i < 3; i++) {
        strcpy(checkpoint.origin, origins[i]);
        assert_int_equal(checkpoint_sign(&checkpoint, &keys[0], secret, &note), ERR_BAD_FIELD);
    }
    strcpy(checkpoint.origin, ORIGIN);
    checkpoint.size = LOG_SIZE_MAX + 1;
    assert_int_equal(checkpoint_sign(&checkpoint, &keys[0], secret, &note), ERR_BAD_FIELD);
    checkpoint.size = 0; /* with a root that is not the empty tree's */
    assert_int_equal(checkpoint_sign(&checkpoint, &keys[0], secret, &note), ERR_BAD_FIELD);
    assert_int_equal(note.size, 0);
    buf_free(&note);
}

/* A witness keeps the size-70 checkpoint. Honest growth passes; a shrunk log, another log, and a
 * history rewritten and signed again with the right key do not. */
static void a_witness_accepts_growth_and_nothing_else(void **state)
{
    (void)state;
    struct log_sample log;
    struct merkle_proof proof;
    sample_init(&log, 100);
    struct merkle_nodes nodes = sample_nodes(&log);
    struct checkpoint kept = {ORIGIN, 70, sample_root(&log, 70)};
    struct checkpoint next = {ORIGIN, 100, sample_root(&log, 100)};
    assert_int_equal(merkle_prove_consistency(&nodes, 70, 100, &proof), ERR_OK);
    assert_int_equal(checkpoint_consistent(&kept, &next, &proof), ERR_OK);
    assert_int_equal(checkpoint_consistent(&next, &kept, &proof), ERR_LOG_PROOF);
    struct checkpoint other = next, rewritten = next, same_size = kept;
    strcpy(other.origin, ORIGIN "/2");
    assert_int_equal(checkpoint_consistent(&kept, &other, &proof), ERR_LOG_PROOF);
    struct merkle_edge edge = {0};
    for (uint64_t i = 0; i < 100; i++) {
        struct hash leaf = sample_leaf(i == 69 ? 7000 : i);
        merkle_append(&edge, &leaf, NULL);
    }
    rewritten.root = merkle_root(&edge);
    assert_int_equal(checkpoint_consistent(&kept, &rewritten, &proof), ERR_LOG_PROOF);
    same_size.root = rewritten.root;
    proof.count = 0;
    assert_int_equal(checkpoint_consistent(&kept, &kept, &proof), ERR_OK);
    assert_int_equal(checkpoint_consistent(&kept, &same_size, &proof), ERR_LOG_PROOF);
    sample_fini(&log);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(the_known_tree_is_signed_byte_for_byte),
        cmocka_unit_test(a_witness_adds_its_line),
        cmocka_unit_test(every_bit_of_a_signed_checkpoint_matters),
        cmocka_unit_test(it_must_be_the_log_that_is_meant),
        cmocka_unit_test(the_shape_is_strict),
        cmocka_unit_test(extensions_stay_under_the_signature),
        cmocka_unit_test(what_nobody_could_read_is_not_signed),
        cmocka_unit_test(a_witness_accepts_growth_and_nothing_else),
    };
    return cmocka_run_group_tests(tests, keys_up, NULL);
}
