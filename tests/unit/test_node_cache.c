/* test_node_cache.c — Job: a node is read from the store once and is the right one; errors stay. */
#include "gateway/journal/node_cache.h"

#include <setjmp.h>
#include <stdarg.h>
#include <cmocka.h>

static size_t reads;
static uint64_t size = 100000;

/* A node that says which it is. */
static enum err store_node(void *self, unsigned level, uint64_t index, struct hash *hash)
{
    (void)self;
    reads++;
    if ((index + 1) << level > size)
        return ERR_NOT_FOUND;
    *hash = (struct hash){{0}};
    memcpy(hash->bytes, &level, sizeof level);
    memcpy(hash->bytes + 8, &index, sizeof index);
    return ERR_OK;
}

static void assert_node(const struct merkle_nodes *nodes, unsigned level, uint64_t index)
{
    struct hash got, right;
    assert_int_equal(nodes->node(nodes->self, level, index, &got), ERR_OK);
    size_t before = reads;
    assert_int_equal(store_node(NULL, level, index, &right), ERR_OK);
    reads = before;
    assert_true(hash_equal(&got, &right));
}

static void a_node_is_read_once(void **state)
{
    (void)state;
    struct store store = {.node = store_node};
    struct node_cache *cache = node_cache_new(&store);
    struct merkle_nodes nodes = node_cache_nodes(cache);
    reads = 0;
    for (int i = 0; i < 10; i++)
        for (unsigned level = 0; level < 8; level++)
            assert_node(&nodes, level, 7);
    assert_int_equal(reads, 8);
    node_cache_free(cache);
}

/* Many more than have room: whatever pushed out whatever, none is taken for another. */
static void no_node_is_taken_for_another(void **state)
{
    (void)state;
    struct store store = {.node = store_node};
    struct node_cache *cache = node_cache_new(&store);
    struct merkle_nodes nodes = node_cache_nodes(cache);
    for (int pass = 0; pass < 2; pass++)
        for (uint64_t index = 0; index < 20000; index++) {
            assert_node(&nodes, 0, index);
            assert_node(&nodes, 2, index);
        }
    node_cache_free(cache);
}

static void what_is_not_there_yet_is_asked_for_again(void **state)
{
    (void)state;
    struct store store = {.node = store_node};
    struct node_cache *cache = node_cache_new(&store);
    struct merkle_nodes nodes = node_cache_nodes(cache);
    struct hash hash;
    size = 5;
    assert_int_equal(nodes.node(nodes.self, 0, 5, &hash), ERR_NOT_FOUND);
    size = 6;
    assert_node(&nodes, 0, 5);
    size = 100000;
    node_cache_free(cache);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(a_node_is_read_once),
        cmocka_unit_test(no_node_is_taken_for_another),
        cmocka_unit_test(what_is_not_there_yet_is_asked_for_again),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
