/* test_merkle.c — Job: tree hashes and proofs: every small size, every bit flipped, known roots. */
#include "proto/merkle.h"

#include "proto/base64.h"
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

static void assert_base64(const struct hash *hash, const char *text)
{
    struct buf b = {0};
    base64_add(&b, hash->bytes, sizeof hash->bytes);
    buf_byte(&b, '\0');
    assert_string_equal(b.bytes, text);
    buf_free(&b);
}

/* The tree hash by the recursive words of RFC 6962 section 2.1, sharing no code with the edge:
 * pairs are hashed level by level, an odd last one moves up as it is. */
static struct hash slow_root(uint64_t size)
{
    struct hash row[SIZES];
    for (uint64_t i = 0; i < size; i++)
        row[i] = sample_leaf(i);
    while (size > 1) {
        uint64_t next = 0;
        for (uint64_t i = 0; i < size; i += 2)
            row[next++] = i + 1 < size ? merkle_node(&row[i], &row[i + 1]) : row[i];
        size = next;
    }
    return size == 0 ? merkle_empty_root() : row[0];
}

/* Made with Go's golang.org/x/mod/sumdb/tlog from the same entries. */
static void roots_are_those_of_another_implementation(void **state)
{
    (void)state;
    static const struct {
        uint64_t size;
        const char *root;
    } known[] = {
        {0, "47DEQpj8HBSa+/TImW+5JCeuQeRkm5NMpJWZG3hSuFU="},
        {1, "ZUyX6dXfzhb+BOidoadqBSTJ0Npye/m+cwhnmm7126M="},
        {2, "8owUgKsWtnewnFdNMAqo8xmWEk4j8W8vMxgwaLjwPAY="},
        {256, "qgSFT6sQ6qyPh5hSNMofaTdBmlmHk9jx/RPjvdM9PQ0="},
        {257, "0VUSeWJ1Gy5nRFoUiYu/Zln+J5J5HvO9fBBJUkC9Z3Q="},
        {1000, "zWK6nxSVP6fH8XRgr2PQSMDff2lTfM/o/2biRE/4gGo="},
    };
    struct log_sample big;
    sample_init(&big, 1000);
    for (size_t i = 0; i < sizeof known / sizeof *known; i++) {
        struct hash root = sample_root(&big, known[i].size);
        assert_base64(&root, known[i].root);
    }
    sample_fini(&big);
    struct hash empty_leaf = merkle_leaf(slice_of(""));
    assert_memory_equal(empty_leaf.bytes, "\x6e\x34\x0b\x9c", 4);
    assert_memory_equal(empty_leaf.bytes + 29, "\xaf\xa0\x1d", 3);
}

static void the_edge_grows_as_the_tree_is_defined(void **state)
{
    (void)state;
    struct merkle_edge edge = {0};
    for (uint64_t size = 0; size <= SIZES; size++) {
        struct hash grown = merkle_root(&edge), slow = slow_root(size);
        struct hash loaded = sample_root(&sample, size);
        assert_true(hash_equal(&grown, &slow));
        assert_true(hash_equal(&loaded, &slow));
        struct hash leaf = sample_leaf(size);
        merkle_append(&edge, &leaf, NULL);
    }
}

static void completed_nodes_follow_the_binary_counter(void **state)
{
    (void)state;
    assert_int_equal(merkle_completed(0), 1);
    assert_int_equal(merkle_completed(1), 2);
    assert_int_equal(merkle_completed(2), 1);
    assert_int_equal(merkle_completed(255), 9);
    assert_int_equal(merkle_completed(65535), 17);
    assert_int_equal(merkle_completed(UINT64_MAX), MERKLE_LEVELS_MAX);
}

static void an_edge_survives_storage(void **state)
{
    (void)state;
    for (uint64_t size = 0; size <= SIZES; size++) {
        struct merkle_edge edge, back;
        struct buf b = {0};
        assert_int_equal(merkle_edge_load(&nodes, size, &edge), ERR_OK);
        merkle_edge_encode(&edge, &b);
        assert_int_equal(merkle_edge_decode(buf_slice(&b), &back), ERR_OK);
        struct hash before = merkle_root(&edge), after = merkle_root(&back);
        assert_true(back.size == size && hash_equal(&before, &after));
        for (size_t cut = 0; cut < b.size; cut++)
            assert_int_equal(merkle_edge_decode((struct slice){b.bytes, cut}, &back), ERR_CORRUPT);
        buf_byte(&b, 0);
        assert_int_equal(merkle_edge_decode(buf_slice(&b), &back), ERR_CORRUPT);
        buf_free(&b);
    }
    struct merkle_edge back;
    char huge[8 + 64 * 32];
    memset(huge, 0xff, sizeof huge);
    assert_int_equal(merkle_edge_decode((struct slice){huge, sizeof huge}, &back), ERR_CORRUPT);
    assert_int_equal(merkle_edge_load(&nodes, LOG_SIZE_MAX + 1, &back), ERR_BAD_FIELD);
}

static void every_inclusion_proof_verifies(void **state)
{
    (void)state;
    for (uint64_t size = 1; size <= SIZES; size++) {
        struct hash root = sample_root(&sample, size);
        for (uint64_t i = 0; i < size; i++) {
            struct merkle_proof proof;
            struct hash leaf = sample_leaf(i);
            assert_int_equal(merkle_prove_inclusion(&nodes, i, size, &proof), ERR_OK);
            assert_int_equal(merkle_verify_inclusion(i, size, &leaf, &proof, &root), ERR_OK);
            for (uint64_t other = 0; other < size; other++)
                if (other != i)
                    assert_int_equal(merkle_verify_inclusion(other, size, &leaf, &proof, &root),
                                     ERR_LOG_PROOF);
        }
    }
}

static void every_consistency_proof_verifies(void **state)
{
    (void)state;
    for (uint64_t size2 = 0; size2 <= SIZES; size2++) {
        struct hash root2 = sample_root(&sample, size2);
        for (uint64_t size1 = 0; size1 <= size2; size1++) {
            struct merkle_proof proof;
            struct hash root1 = sample_root(&sample, size1);
            assert_int_equal(merkle_prove_consistency(&nodes, size1, size2, &proof), ERR_OK);
            assert_int_equal(merkle_verify_consistency(size1, &root1, size2, &root2, &proof),
                             ERR_OK);
            if (size1 == size2)
                continue;
            assert_int_equal(merkle_verify_consistency(size2, &root2, size1, &root1, &proof),
                             ERR_LOG_PROOF); /* a log that shrank */
            if (size1 != 0)                  /* swapped roots */
                assert_int_equal(merkle_verify_consistency(size1, &root2, size2, &root1, &proof),
                                 ERR_LOG_PROOF);
        }
    }
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

static void proofs_are_refused_out_of_range_and_cheap(void **state)
{
    (void)state;
    struct merkle_proof proof;
    assert_int_equal(merkle_prove_inclusion(&nodes, 5, 5, &proof), ERR_BAD_FIELD);
    assert_int_equal(merkle_prove_inclusion(&nodes, 0, 0, &proof), ERR_BAD_FIELD);
    assert_int_equal(merkle_prove_inclusion(&nodes, 0, LOG_SIZE_MAX + 1, &proof), ERR_BAD_FIELD);
    assert_int_equal(merkle_prove_consistency(&nodes, 6, 5, &proof), ERR_BAD_FIELD);
    assert_int_equal(merkle_prove_consistency(&nodes, 1, UINT64_MAX, &proof), ERR_BAD_FIELD);
    /* What the store cannot give ends the proof with the store's own error. */
    assert_int_equal(merkle_prove_inclusion(&nodes, 0, SIZES + 1, &proof), ERR_NOT_FOUND);
    assert_int_equal(merkle_prove_consistency(&nodes, 3, SIZES + 1, &proof), ERR_NOT_FOUND);
    sample.asked = 0;
    assert_int_equal(merkle_prove_inclusion(&nodes, 0, 127, &proof), ERR_OK);
    assert_int_equal(proof.count, 7);
    assert_true(sample.asked <= 14);
}

static enum err any_node(void *self, unsigned level, uint64_t index, struct hash *out)
{
    (void)self;
    assert_true(level < 63 && index < LOG_SIZE_MAX >> level);
    memset(out, (int)(level + 1), sizeof *out);
    return ERR_OK;
}

static void the_largest_log_stays_within_its_proof(void **state)
{
    (void)state;
    const struct merkle_nodes any = {any_node, NULL};
    struct merkle_proof proof;
    assert_int_equal(merkle_prove_inclusion(&any, 0, LOG_SIZE_MAX, &proof), ERR_OK);
    assert_int_equal(proof.count, 62);
    assert_int_equal(merkle_prove_inclusion(&any, LOG_SIZE_MAX - 2, LOG_SIZE_MAX - 1, &proof),
                     ERR_OK);
    assert_int_equal(merkle_prove_consistency(&any, 1, LOG_SIZE_MAX - 1, &proof), ERR_OK);
    assert_int_equal(merkle_prove_consistency(&any, LOG_SIZE_MAX / 2 - 1, LOG_SIZE_MAX - 1, &proof),
                     ERR_OK);
    assert_true(proof.count <= 63);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(roots_are_those_of_another_implementation),
        cmocka_unit_test(the_edge_grows_as_the_tree_is_defined),
        cmocka_unit_test(completed_nodes_follow_the_binary_counter),
        cmocka_unit_test(an_edge_survives_storage),
        cmocka_unit_test(every_inclusion_proof_verifies),
        cmocka_unit_test(every_consistency_proof_verifies),
        cmocka_unit_test(a_wrong_inclusion_proof_fails),
        cmocka_unit_test(a_wrong_consistency_proof_fails),
        cmocka_unit_test(the_sizes_belong_to_the_proof),
        cmocka_unit_test(a_forged_leaf_is_never_proved),
        cmocka_unit_test(a_rewritten_history_is_inconsistent),
        cmocka_unit_test(proofs_are_refused_out_of_range_and_cheap),
        cmocka_unit_test(the_largest_log_stays_within_its_proof),
    };
    return cmocka_run_group_tests(tests, sample_up, sample_down);
}
