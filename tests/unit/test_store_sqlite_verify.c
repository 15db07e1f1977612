/* test_store_sqlite_verify.c — Job: what is on disk is hashed again; a changed byte is noticed. */
#include "gateway/journal/store.h"

#include "tests/lib/journal_kit.h"
#include "tests/lib/store_kit.h"

#include <setjmp.h>
#include <sqlite3.h>
#include <stdarg.h>
#include <stdio.h>

#include <cmocka.h>

static struct kit kit;
static struct store *s;
static struct merkle_edge edge;

static int up(void **state)
{
    (void)state;
    kit_init(&kit, KIT_SQLITE);
    s = kit.store;
    edge = (struct merkle_edge){.size = 0};
    return 0;
}

static int down(void **state)
{
    (void)state;
    kit_fini(&kit);
    return 0;
}

static void put(unsigned first, unsigned last)
{
    char name[16];
    store_begin(s);
    for (unsigned i = first; i <= last; i++) {
        snprintf(name, sizeof name, "v%u", i);
        struct event event = store_made(name, i);
        store_put(s, &event, &edge, "x");
    }
    store_put_head(s, &edge, "note");
    store_commit(s);
}

static struct store_verified look(int step)
{
    struct store_verified told;
    uint64_t left = 1;
    while (left != 0)
        assert_int_equal(s->index(s->self, step, &left), ERR_OK);
    assert_int_equal(s->verified(s->self, &told), ERR_OK);
    return told;
}

static void every_size_that_was_caught_up_with(void **state)
{
    (void)state;
    struct store_verified told;
    assert_int_equal(s->verified(s->self, &told), ERR_OK);
    assert_int_equal(told.size, 0);
    put(1, 7);
    told = look(2);
    assert_int_equal(told.size, 7);
    assert_true(told.at > 0);
    assert_int_equal(told.broken, 0);
    put(8, 8);
    put(9, 20);
    assert_int_equal(look(3).size, 20);
    store_close(kit.store); /* and goes on from there */
    assert_int_equal(store_sqlite_open(kit.db, &kit.store), ERR_OK);
    s = kit.store;
    put(21, 22);
    told = look(64);
    assert_int_equal(told.size, 22);
    assert_int_equal(told.broken, 0);
}

static void change(const char *sql)
{
    sqlite3 *db;
    assert_int_equal(sqlite3_open(kit.db, &db), SQLITE_OK);
    assert_int_equal(sqlite3_exec(db, sql, NULL, NULL, NULL), SQLITE_OK);
    assert_int_equal(sqlite3_changes(db), 1);
    sqlite3_close(db);
}

static void a_changed_byte_is_noticed_and_not_forgotten(void **state)
{
    (void)state;
    put(1, 4);
    assert_int_equal(look(64).size, 4);
    put(5, 8);
    change("UPDATE event SET leaf = CAST(replace(CAST(leaf AS TEXT), '\"seq\":6', '\"seq\":9') AS"
           " BLOB) WHERE seq = 6");
    struct store_verified told = look(64);
    assert_int_equal(told.size, 4);
    assert_int_equal(told.broken, 8);
    put(9, 9);
    told = look(64);
    assert_int_equal(told.size, 4);
    assert_int_equal(told.broken, 8);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test_setup_teardown(every_size_that_was_caught_up_with, up, down),
        cmocka_unit_test_setup_teardown(a_changed_byte_is_noticed_and_not_forgotten, up, down),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
