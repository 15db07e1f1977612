/* test_merkle.c — Job: tree hashes and proofs: every small size, known roots. */
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
        cmocka_unit_test(proofs_are_refused_out_of_range_and_cheap),
        cmocka_unit_test(the_largest_log_stays_within_its_proof),
    };
    return cmocka_run_group_tests(tests, sample_up, sample_down);
}
