/* test_counts.c — Job: running numbers: read once, counted on, written once. */
#include "gateway/journal/counts.h"

#include <setjmp.h>
#include <stdarg.h>
#include <stdio.h>
#include <cmocka.h>

enum { IDS = 3000 };

static unsigned reads, writes;
static uint64_t written[2];

static struct id id_of(unsigned n)
{
    struct id id = {{9}};
    memcpy(id.bytes + 4, &n, sizeof n);
    return id;
}

/* Every number of the store stands at 10. */
static enum err counter(void *self, enum counter_kind kind, const struct id *id, uint64_t *value)
{
    (void)self;
    (void)kind;
    (void)id;
    reads++;
    *value = 10;
    return ERR_OK;
}

static enum err put_counter(void *self, enum counter_kind kind, const struct id *id, uint64_t value)
{
    (void)self;
    struct id first = id_of(0);
    writes++;
    if (id_equal(id, &first))
        written[kind == COUNTER_ORG ? 0 : 1] = value;
    return ERR_OK;
}

static enum err failing_counter(void *self, enum counter_kind kind, const struct id *id,
                                uint64_t *value)
{
    (void)self;
    (void)kind;
    (void)id;
    (void)value;
    return ERR_STORE;
}

static struct store store = {.counter = counter, .put_counter = put_counter};

static void each_number_is_read_once_and_written_once(void **state)
{
    (void)state;
    struct counts counts = {0};
    uint64_t value;
    reads = writes = 0;
    for (unsigned again = 1; again <= 3; again++)
        for (unsigned i = 0; i < IDS; i++) {
            struct id id = id_of(i);
            assert_int_equal(counts_next(&counts, &store, COUNTER_ORG, &id, &value), ERR_OK);
            assert_int_equal(value, 10 + again);
        }
    struct id first = id_of(0);
    assert_int_equal(counts_next(&counts, &store, COUNTER_ALIAS, &first, &value), ERR_OK);
    assert_int_equal(value, 11); /* the same id in another kind is another number */
    assert_int_equal(reads, IDS + 1);
    assert_int_equal(counts_put(&counts, &store), ERR_OK);
    assert_int_equal(writes, IDS + 1);
    assert_int_equal(written[0], 13);
    assert_int_equal(written[1], 11);
    counts_clear(&counts);
    assert_int_equal(counts_put(&counts, &store), ERR_OK);
    assert_int_equal(writes, IDS + 1);
    counts_fini(&counts);
    counts_fini(&counts);
}

static void what_the_store_says_is_passed_on(void **state)
{
    (void)state;
    struct counts counts = {0};
    struct store bad = {.counter = failing_counter};
    struct id id = id_of(1);
    uint64_t value;
    assert_int_equal(counts_next(&counts, &bad, COUNTER_ORG, &id, &value), ERR_STORE);
    assert_int_equal(counts_next(&counts, &store, COUNTER_ORG, &id, &value), ERR_OK);
    assert_int_equal(value, 11);
    counts_fini(&counts);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(each_number_is_read_once_and_written_once),
        cmocka_unit_test(what_the_store_says_is_passed_on),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
