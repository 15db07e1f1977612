/* test_merkle_attack.c — Job: attack the proof verifier: bits, shapes, forged logs. */
#include "proto/merkle.h"

#include "tests/lib/log_sample.h"

#include <setjmp.h>
#include <stdarg.h>
#include <stdio.h>
#include <cmocka.h>

enum { SIZES = 130 };
static struct log_sample sample; /* SIZES leaves, made once */
static struct merkle_nodes nodes;

static int sample_up(void **state)
{
    (void)state;
    sample_init(&sample, SIZES);
    nodes = sample_nodes(&sample);
    return 0;
}

static int sample_down(void **state)
{
    (void)state;
    sample_fini(&sample);
    return 0;
}

/* Everything that is wrong by one bit, one hash or one place must fail. */
typedef enum err verify_fn(const struct merkle_proof *proof, const struct hash *a,
                           const struct hash *b);
static uint64_t first_number, second_number;

static enum err verify_inclusion(const struct merkle_proof *proof, const struct hash *leaf,
                                 const struct hash *root)
{
    return merkle_verify_inclusion(first_number, second_number, leaf, proof, root);
}

static enum err verify_consistency(const struct merkle_proof *proof, const struct hash *root1,
                                   const struct hash *root2)
{
    return merkle_verify_consistency(first_number, root1, second_number, root2, proof);
}

static void assert_bits_matter(verify_fn *verify, const struct merkle_proof *proof,
                               const struct hash *a, const struct hash *b)
{
    struct hash copy;
    struct merkle_proof bad = *proof;
    for (size_t bit = 0; bit < 256; bit++) {
        copy = *a;
        copy.bytes[bit / 8] ^= (uint8_t)(1u << bit % 8);
        assert_int_equal(verify(proof, &copy, b), ERR_LOG_PROOF);
        copy = *b;
        copy.bytes[bit / 8] ^= (uint8_t)(1u << bit % 8);
        assert_int_equal(verify(proof, a, &copy), ERR_LOG_PROOF);
        for (size_t i = 0; i < proof->count; i++) {
            bad.hashes[i].bytes[bit / 8] ^= (uint8_t)(1u << bit % 8);
            assert_int_equal(verify(&bad, a, b), ERR_LOG_PROOF);
            bad.hashes[i] = proof->hashes[i];
        }
    }
}

static void assert_shape_matters(verify_fn *verify, const struct merkle_proof *proof,
                                 const struct hash *a, const struct hash *b)
{
    struct merkle_proof bad = *proof;
    for (bad.count = 0; bad.count < proof->count; bad.count++)
        assert_int_equal(verify(&bad, a, b), ERR_LOG_PROOF); /* truncated */
    const struct hash extra[] = {*a, *b, {{0}}};
    for (size_t i = 0; i < 3; i++) {
        bad = *proof;
        bad.hashes[bad.count++] = extra[i]; /* trailing */
        assert_int_equal(verify(&bad, a, b), ERR_LOG_PROOF);
        memmove(bad.hashes + 1, proof->hashes, proof->count * sizeof *bad.hashes);
        bad.hashes[0] = extra[i]; /* leading */
        assert_int_equal(verify(&bad, a, b), ERR_LOG_PROOF);
    }
    for (size_t i = 0; i + 1 < proof->count; i++) { /* two neighbours change places */
        bad = *proof;
        bad.hashes[i] = proof->hashes[i + 1];
        bad.hashes[i + 1] = proof->hashes[i];
        assert_int_equal(verify(&bad, a, b), ERR_LOG_PROOF);
    }
    bad.count = MERKLE_PROOF_MAX + 1; /* a count nobody may believe */
    assert_int_equal(verify(&bad, a, b), ERR_LOG_PROOF);
}

static const uint64_t shapes[] = {1, 2, 3, 5, 7, 8, 11, 64, 65, 100, 127, 128, 129, 130};
enum { SHAPES = sizeof shapes / sizeof *shapes };

static void a_wrong_inclusion_proof_fails(void **state)
{
    (void)state;
    for (size_t s = 0; s < SHAPES; s++) {
        const uint64_t places[] = {0, shapes[s] / 2, shapes[s] - 1};
        struct hash root = sample_root(&sample, shapes[s]);
        for (size_t p = 0; p < 3; p++) {
            struct merkle_proof proof;
            struct hash leaf = sample_leaf(places[p]);
            first_number = places[p];
            second_number = shapes[s];
            assert_int_equal(merkle_prove_inclusion(&nodes, places[p], shapes[s], &proof), ERR_OK);
            assert_bits_matter(verify_inclusion, &proof, &leaf, &root);
            assert_shape_matters(verify_inclusion, &proof, &leaf, &root);
        }
    }
}

static void a_wrong_consistency_proof_fails(void **state)
{
    (void)state;
    for (size_t s = 0; s < SHAPES; s++) {
        for (size_t f = 0; f < s; f++) {
            struct merkle_proof proof;
            first_number = shapes[f];
            second_number = shapes[s];
            struct hash root1 = sample_root(&sample, first_number);
            struct hash root2 = sample_root(&sample, second_number);
            assert_int_equal(merkle_prove_consistency(&nodes, first_number, second_number, &proof),
                             ERR_OK);
            assert_bits_matter(verify_consistency, &proof, &root1, &root2);
            assert_shape_matters(verify_consistency, &proof, &root1, &root2);
        }
    }
}

static void the_sizes_belong_to_the_proof(void **state)
{
    (void)state;
    struct merkle_proof proof;
    struct hash root1 = sample_root(&sample, 70), root2 = sample_root(&sample, 100);
    assert_int_equal(merkle_prove_consistency(&nodes, 70, 100, &proof), ERR_OK);
    for (uint64_t size1 = 0; size1 <= 70; size1++)
        if (size1 != 70)
            assert_int_equal(merkle_verify_consistency(size1, &root1, 100, &root2, &proof),
                             ERR_LOG_PROOF);
    struct hash other = sample_leaf(9), empty = merkle_empty_root();
    proof.count = 0;
    assert_int_equal(merkle_verify_consistency(100, &root2, 100, &other, &proof), ERR_LOG_PROOF);
    assert_int_equal(merkle_verify_consistency(0, &empty, 100, &root2, &proof), ERR_OK);
    assert_int_equal(merkle_verify_consistency(0, &other, 100, &root2, &proof), ERR_LOG_PROOF);
    proof.count = 1;
    assert_int_equal(merkle_verify_consistency(0, &empty, 100, &root2, &proof), ERR_LOG_PROOF);
    assert_int_equal(merkle_verify_consistency(100, &root2, 100, &root2, &proof), ERR_LOG_PROOF);
    assert_int_equal(merkle_verify_inclusion(0, 0, &other, &proof, &empty), ERR_LOG_PROOF);
    assert_int_equal(merkle_verify_inclusion(UINT64_MAX, UINT64_MAX, &other, &proof, &empty),
                     ERR_LOG_PROOF);
}

/* A store whose leaf (or node) was altered may build any proof it likes: none fits the root that
 * was signed before, whatever part of the path is touched. Sizes are those of CVE-2026-56865. */
static void a_forged_leaf_is_never_proved(void **state)
{
    (void)state;
    static const uint64_t sizes[] = {768, 1000, 1023, 70000};
    for (size_t s = 0; s < 4; s++) {
        struct log_sample log;
        struct merkle_proof proof;
        sample_init(&log, sizes[s]);
        struct merkle_nodes from = sample_nodes(&log);
        struct hash root = sample_root(&log, sizes[s]);
        const uint64_t places[] = {0, 255, 256, 511, 700, sizes[s] - 1};
        for (size_t p = 0; p < 6; p++) {
            struct hash honest = log.levels[0][places[p]], forged = sample_leaf(1u << 30);
            log.levels[0][places[p]] = forged;
            assert_int_equal(merkle_prove_inclusion(&from, places[p], sizes[s], &proof), ERR_OK);
            assert_int_equal(merkle_verify_inclusion(places[p], sizes[s], &forged, &proof, &root),
                             ERR_LOG_PROOF);
            /* The honest leaf is still proved, because its own hash is not in its path, but its
             * neighbour, whose path holds the forged one, is not. */
            uint64_t beside = places[p] ^ 1;
            if (beside < sizes[s]) {
                struct hash neighbour = log.levels[0][beside];
                assert_int_equal(merkle_prove_inclusion(&from, beside, sizes[s], &proof), ERR_OK);
                assert_int_equal(
                    merkle_verify_inclusion(beside, sizes[s], &neighbour, &proof, &root),
                    ERR_LOG_PROOF);
            }
            log.levels[0][places[p]] = honest;
        }
        sample_fini(&log);
    }
}

/* Rewritten history: a second, self-consistent log whose entry 5 differs, signed as if true. */
static void a_rewritten_history_is_inconsistent(void **state)
{
    (void)state;
    struct merkle_edge edge = {0};
    struct log_sample rewritten = {.size = SIZES};
    sample_init(&rewritten, SIZES);
    for (uint64_t i = 0; i < SIZES; i++) {
        struct hash made[MERKLE_LEVELS_MAX], leaf = sample_leaf(i == 5 ? 5000 : i);
        unsigned count = merkle_append(&edge, &leaf, made);
        for (unsigned level = 0; level < count; level++)
            rewritten.levels[level][i >> level] = made[level];
    }
    struct merkle_nodes from = sample_nodes(&rewritten);
    for (uint64_t size1 = 1; size1 <= SIZES; size1++) {
        struct merkle_proof proof;
        struct hash kept = sample_root(&sample, size1), root2 = sample_root(&rewritten, SIZES);
        assert_int_equal(merkle_prove_consistency(&from, size1, SIZES, &proof), ERR_OK);
        assert_int_equal(merkle_verify_consistency(size1, &kept, SIZES, &root2, &proof),
                         size1 <= 5 ? ERR_OK : ERR_LOG_PROOF);
    }
    sample_fini(&rewritten);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(a_wrong_inclusion_proof_fails),
        cmocka_unit_test(a_wrong_consistency_proof_fails),
        cmocka_unit_test(the_sizes_belong_to_the_proof),
        cmocka_unit_test(a_forged_leaf_is_never_proved),
        cmocka_unit_test(a_rewritten_history_is_inconsistent),
    };
    return cmocka_run_group_tests(tests, sample_up, sample_down);
}
