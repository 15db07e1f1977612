/* test_rewrap.c — Job: a month's key destroyed: its cases are gone, its organisations are not. */
#include "gateway/journal/rewrap.h"

#include "gateway/journal/journal.h"
#include "tests/lib/journal_kit.h"

#include <setjmp.h>
#include <stdarg.h>
#include <stdio.h>
#include <stdlib.h>
#include <cmocka.h>

enum { ORGS = 150 /* more than two steps */, LIMIT = 200 };
static const int64_t MONTH_MS = INT64_C(31) * 24 * 60 * 60 * 1000;
static struct kit kit;
static enum kit_store ram = KIT_RAM, sqlite = KIT_SQLITE;

static int up(void **kind)
{
    kit_init(&kit, *(enum kit_store *)*kind);
    return kit_open(&kit) == ERR_OK ? 0 : -1;
}

static int down(void **state)
{
    (void)state;
    kit_fini(&kit);
    return 0;
}

/* An organisation's row; the event of the entry is of a case of the same name. */
static void add_org(const char *name)
{
    struct batch *batch = batch_new();
    struct entry *entry = kit_case_row(&kit, batch, name, 0, "{\"of\":\"org\"}");
    entry->expected[0].kind = entry->rows[0].kind = AGGREGATE_ORG;
    journal_append_now(kit.journal, batch);
    assert_int_equal(batch->result, ERR_OK);
    assert_int_equal(entry->status, ENTRY_COMMITTED);
    batch_free(batch);
}

static void add_case(const char *name)
{
    struct batch *batch = batch_new();
    kit_case_row(&kit, batch, name, 0, "{\"of\":\"case\"}");
    journal_append_now(kit.journal, batch);
    assert_int_equal(batch->result, ERR_OK);
    batch_free(batch);
}

static enum err row_of(enum aggregate kind, const char *name)
{
    struct arena arena = {0};
    struct id id = kit_named(name);
    struct slice json;
    uint64_t version;
    enum err e = journal_load_one(kit.journal, kind, &id, &arena, &version, &json);
    arena_free(&arena);
    return e;
}

static void destroy(int month)
{
    struct keyfile *keys;
    kit_close(&kit);
    assert_int_equal(keyfile_open(kit.keys, &keys), ERR_OK);
    assert_int_equal(keyfile_destroy(keys, month), ERR_OK);
    keyfile_close(keys);
    assert_int_equal(kit_open(&kit), ERR_OK);
}

static void next_month(void)
{
    kit.now += MONTH_MS;
}

static void a_destroyed_month_shreds_cases_only(void **state)
{
    (void)state;
    int month = keyfile_month(kit.now);
    add_org("o");
    add_case("old");
    next_month();
    add_case("new"); /* any entry of the new month moves the organisation's key */
    destroy(month);
    assert_int_equal(row_of(AGGREGATE_ORG, "o"), ERR_OK);
    assert_int_equal(row_of(AGGREGATE_CASE, "new"), ERR_OK);
    assert_int_not_equal(row_of(AGGREGATE_CASE, "old"), ERR_OK);
}

/* Without an entry of the new month nothing has moved yet: the test above can fail. */
static void before_the_first_entry_of_a_month_nothing_has_moved(void **state)
{
    (void)state;
    int month = keyfile_month(kit.now);
    add_org("o");
    next_month();
    destroy(month);
    assert_int_not_equal(row_of(AGGREGATE_ORG, "o"), ERR_OK);
}

struct seen {
    size_t count, old;
    int month;
    struct id last;
};

static enum err each_seen(void *user, const struct id *realm, int month, struct slice wrapped)
{
    struct seen *seen = user;
    assert_int_equal(wrapped.size, SEAL_WRAPPED_SIZE);
    assert_true(memcmp(realm, &seen->last, sizeof *realm) > 0);
    seen->last = *realm;
    seen->count++;
    seen->old += month != seen->month;
    return ERR_OK;
}

static struct seen look(void)
{
    struct store *s = kit.store;
    struct store_head head;
    struct seen seen = {.month = keyfile_month(kit.now)};
    const struct id first = {{0}};
    assert_int_equal(s->begin(s->self, &head), ERR_OK);
    assert_int_equal(s->org_keys(s->self, &first, LIMIT, &seen, each_seen), ERR_OK);
    s->rollback(s->self);
    return seen;
}

static void many_organisations_take_several_transactions(void **state)
{
    (void)state;
    char name[16];
    for (int i = 0; i < ORGS; i++) {
        snprintf(name, sizeof name, "o%d", i);
        add_org(name);
    }
    struct seen seen = look();
    assert_int_equal(seen.count, ORGS);
    assert_int_equal(seen.old, 0);
    next_month();
    assert_int_equal(look().old, ORGS);
    size_t before = ORGS;
    for (int i = 0; i < 3; i++) {
        snprintf(name, sizeof name, "c%d", i);
        add_case(name);
        seen = look();
        assert_true(seen.old < before);
        before = seen.old;
    }
    assert_int_equal(before, 0);
    for (int i = 0; i < ORGS; i++) {
        snprintf(name, sizeof name, "o%d", i);
        assert_int_equal(row_of(AGGREGATE_ORG, name), ERR_OK);
    }
}

static void a_key_that_is_gone_stops_nothing(void **state)
{
    (void)state;
    int month = keyfile_month(kit.now);
    add_org("gone");
    next_month();
    destroy(month);
    add_case("new");
    add_org("later");
    assert_int_equal(row_of(AGGREGATE_CASE, "new"), ERR_OK);
    assert_int_equal(row_of(AGGREGATE_ORG, "later"), ERR_OK);
    assert_int_not_equal(row_of(AGGREGATE_ORG, "gone"), ERR_OK);
}

static void a_month_is_shredded_when_it_is_over_and_its_cases_are(void **state)
{
    (void)state;
    int month = keyfile_month(kit.now);
    add_org("o");
    add_case("old");
    assert_int_equal(journal_shred(kit.journal, month, kit.now), ERR_NOT_ALLOWED);
    next_month();
    assert_int_equal(journal_may_shred(kit.journal, month, kit.now), ERR_CONFLICT);
    assert_int_equal(journal_shred(kit.journal, month, kit.now), ERR_CONFLICT);
    assert_int_equal(row_of(AGGREGATE_CASE, "old"), ERR_OK);
    struct batch *batch = batch_new();
    kit_case_row(&kit, batch, "old", 1, "{}")->rows[0].open = 0;
    journal_append_now(kit.journal, batch);
    assert_int_equal(batch->result, ERR_OK);
    batch_free(batch);
    assert_int_equal(kit_reopen(&kit), ERR_OK);
    assert_int_equal(journal_may_shred(kit.journal, month, kit.now), ERR_OK);
    assert_int_equal(row_of(AGGREGATE_CASE, "old"), ERR_OK); /* asked only */
    assert_int_equal(journal_shred(kit.journal, month, kit.now), ERR_OK);
    assert_int_equal(journal_may_shred(kit.journal, month, kit.now), ERR_NOT_FOUND);
    assert_int_equal(journal_shred(kit.journal, month, kit.now), ERR_NOT_FOUND);
    assert_int_equal(kit_reopen(&kit), ERR_OK);
    assert_int_equal(row_of(AGGREGATE_ORG, "o"), ERR_OK);
    assert_int_not_equal(row_of(AGGREGATE_CASE, "old"), ERR_OK);
}

/* Nothing was written in the new month: the command moves the keys itself. */
static void shredding_moves_every_organisation_first(void **state)
{
    (void)state;
    int month = keyfile_month(kit.now);
    char name[16];
    for (int i = 0; i < ORGS; i++) {
        snprintf(name, sizeof name, "o%d", i);
        add_org(name);
    }
    next_month();
    assert_int_equal(journal_shred(kit.journal, month, kit.now), ERR_OK);
    assert_int_equal(look().old, 0);
    assert_int_equal(kit_reopen(&kit), ERR_OK);
    for (int i = 0; i < ORGS; i++) {
        snprintf(name, sizeof name, "o%d", i);
        assert_int_equal(row_of(AGGREGATE_ORG, name), ERR_OK);
    }
}

#define BOTH(test)                                                                                 \
    cmocka_unit_test_prestate_setup_teardown(test, up, down, &ram),                                \
        cmocka_unit_test_prestate_setup_teardown(test, up, down, &sqlite)

int main(void)
{
    const struct CMUnitTest tests[] = {
        BOTH(a_destroyed_month_shreds_cases_only),
        BOTH(before_the_first_entry_of_a_month_nothing_has_moved),
        BOTH(many_organisations_take_several_transactions),
        BOTH(a_key_that_is_gone_stops_nothing),
        BOTH(a_month_is_shredded_when_it_is_over_and_its_cases_are),
        BOTH(shredding_moves_every_organisation_first),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
