/* query_bed.c — Job: a store in memory or in SQLite, filled and indexed, that is asked the log. */
#include "tests/lib/query_bed.h"

#include <setjmp.h>
#include <stdarg.h>
#include <cmocka.h>

struct query_bed query_bed;

static int up(enum kit_store kind)
{
    kit_init(&query_bed.kit, kind);
    query_bed.s = query_bed.kit.store;
    return 0;
}

int query_bed_ram(void **state)
{
    (void)state;
    return up(KIT_RAM);
}

int query_bed_sqlite(void **state)
{
    (void)state;
    return up(KIT_SQLITE);
}

int query_bed_down(void **state)
{
    (void)state;
    kit_fini(&query_bed.kit);
    return 0;
}

void query_fill(void)
{
    store_fill_case(query_bed.s);
    query_index_all();
}

void query_index_all(void)
{
    uint64_t left = 1, seq;
    struct store_head head;
    while (left != 0)
        assert_int_equal(query_bed.s->index(query_bed.s->self, 2, &left), ERR_OK);
    assert_int_equal(query_bed.s->indexed(query_bed.s->self, &seq), ERR_OK);
    assert_int_equal(query_bed.s->head(query_bed.s->self, &head), ERR_OK);
    assert_int_equal(seq, head.size);
}

size_t query_asked(struct store_query query)
{
    if (query.limit == 0)
        query.limit = FOUND_MAX;
    query_bed.found.rows = 0;
    assert_int_equal(
        query_bed.s->query(query_bed.s->self, &query, &query_bed.found, store_found_each), ERR_OK);
    return query_bed.found.rows;
}

struct store_query query_of_even(void)
{
    return (struct store_query){.org = kit_named("even")};
}
