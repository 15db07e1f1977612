/* test_store_sqlite_index.c — Job: queries narrow, page and stay exact; the index can be lost. */
#include "gateway/journal/store.h"

#include "common/file.h"
#include "tests/lib/query_bed.h"

#include <setjmp.h>
#include <stdarg.h>
#include <stdio.h>
#include <stdlib.h>
#include <unistd.h>
#include <cmocka.h>

static void queries_narrow_and_page_newest_first(void **state)
{
    (void)state;
    query_fill();
    assert_int_equal(query_asked(query_of_even()),
                     8); /* 5 acts, 1 as hospital; from 4 on the case is its own:
                                              5 and 9 */
    assert_int_equal(query_bed.found.seqs[0], 10);
    assert_int_equal(query_bed.found.seqs[1], 9);
    assert_int_equal(query_bed.found.seqs[2], 8);
    struct store_query query = query_of_even();
    query.limit = 3;
    query.before_seq = 8;
    assert_int_equal(query_asked(query), 3);
    assert_int_equal(query_bed.found.seqs[0], 7);
    query = query_of_even();
    query.before_seq = 7;
    assert_int_equal(query_asked(query), 4);
    query = query_of_even();
    query.person = kit_named("early");
    assert_int_equal(query_asked(query), 3);
    query = query_of_even();
    query.alias = kit_named("alias");
    assert_int_equal(query_asked(query), 1);
    assert_int_equal(query_bed.found.seqs[0], 5);
    query.case_id = kit_named("other");
    assert_int_equal(query_asked(query), 0);
    query = (struct store_query){.org = kit_named("odd"), .alias = kit_named("alias")};
    assert_int_equal(query_asked(query), 1);
    query.org = kit_named("hospital");
    assert_int_equal(query_asked(query), 1);
    query.org = kit_named("late"); /* a person, no organisation */
    assert_int_equal(query_asked(query), 0);
    assert_int_equal(query_asked((struct store_query){.case_id = kit_named("case")}), 0);
}

/* The story of a case: from its beginning, page by page. */
static void a_case_is_told_from_its_beginning(void **state)
{
    (void)state;
    static const uint64_t first[] = {2, 6, 9};
    struct store_query query = query_of_even();
    query.case_id = kit_named("case");
    query.limit = 3;
    query.oldest_first = true;
    query_fill();
    for (size_t i = 0; i < 3; i++) {
        query.after_seq = i == 0 ? 0 : query_bed.found.seqs[2];
        assert_int_equal(query_asked(query), i < 2 ? 3 : 2);
        assert_int_equal(query_bed.found.seqs[0], first[i]);
    }
    query.org = kit_named("nobody");
    query.after_seq = 0;
    assert_int_equal(query_asked(query), 0);
}

/* Who takes a case over sees what others do in it from then on, the former owner up to then. */
static void a_case_is_seen_by_whose_it_is_at_the_time(void **state)
{
    (void)state;
    struct merkle_edge edge;
    query_fill();
    struct store_head head = store_begin(query_bed.s);
    assert_int_equal(merkle_edge_decode(head.edge, &edge), ERR_OK);
    struct event taken = store_made("taken", 11), later = store_made("later", 12);
    taken.type = EVENT_TAKEN_OVER;
    taken.view = taken.hospital = (struct id){{0}};
    taken.sections = 0;
    taken.org = kit_named("next");
    taken.subject = kit_named("subject");
    later.org = kit_named("odd");
    store_put(query_bed.s, &taken, &edge, NULL);
    store_put(query_bed.s, &later, &edge, NULL);
    store_put_head(query_bed.s, &edge, "note");
    store_commit(query_bed.s);
    query_index_all();
    assert_int_equal(query_asked((struct store_query){.org = kit_named("next")}), 2);
    assert_int_equal(query_asked(query_of_even()), 9);
    assert_int_equal(query_bed.found.seqs[0], 11);
}

static void queries_by_time_are_exact_even_when_the_clock_was_set_back(void **state)
{
    (void)state;
    struct merkle_edge edge;
    struct store_head head;
    query_fill();
    struct store_query query = query_of_even();
    query.from = 1003;
    assert_int_equal(query_asked(query), 7);
    query.until = 1005;
    assert_int_equal(query_asked(query), 2); /* 4, and 5 in its case */
    assert_int_equal(query_bed.found.seqs[0], 5);
    query.from = 0;
    query.until = 1002;
    assert_int_equal(query_asked(query), 1);
    query.from = 2000;
    query.until = 0;
    assert_int_equal(query_asked(query), 0);
    head = store_begin(query_bed.s);
    assert_int_equal(merkle_edge_decode(head.edge, &edge), ERR_OK);
    struct event event = store_made("back", 11);
    event.org = kit_named("even");
    event.recorded_at = 1004;
    store_put(query_bed.s, &event, &edge, "x");
    store_put_head(query_bed.s, &edge, "note");
    store_commit(query_bed.s);
    query_index_all();
    query.from = 1003;
    query.until = 1005;
    assert_int_equal(query_asked(query), 3);
    assert_int_equal(query_bed.found.seqs[0], 11);
    query.limit = 1;
    query.before_seq = 11;
    assert_int_equal(query_asked(query), 1);
    assert_int_equal(query_bed.found.seqs[0], 5);
}

static struct store_query of_case(void)
{
    struct store_query query = query_of_even();
    query.case_id = kit_named("case");
    return query;
}

static void remove_index(void)
{
    static const char *const ends[] = {"-index", "-index-wal", "-index-shm"};
    char path[KIT_PATH + 16];
    for (size_t i = 0; i < sizeof ends / sizeof ends[0]; i++) {
        snprintf(path, sizeof path, "%s%s", query_bed.kit.db, ends[i]);
        unlink(path);
    }
}

static void reopen(void)
{
    store_close(query_bed.kit.store);
    query_bed.kit.store = NULL;
    assert_int_equal(store_sqlite_open(query_bed.kit.db, &query_bed.kit.store), ERR_OK);
    query_bed.s = query_bed.kit.store;
}

static void a_lost_index_is_made_again(void **state)
{
    (void)state;
    uint64_t seq;
    query_fill();
    reopen();
    assert_int_equal(query_asked(of_case()), 8);
    store_close(query_bed.kit.store);
    remove_index();
    assert_int_equal(store_sqlite_open(query_bed.kit.db, &query_bed.kit.store), ERR_OK);
    query_bed.s = query_bed.kit.store;
    assert_int_equal(query_bed.s->indexed(query_bed.s->self, &seq), ERR_OK);
    assert_int_equal(seq, 0);
    assert_int_equal(query_asked(of_case()), 0);
    query_index_all();
    assert_int_equal(query_asked(of_case()), 8);
}

static void an_index_of_bytes_without_sense_is_made_again(void **state)
{
    (void)state;
    char path[KIT_PATH + 16];
    static const char nonsense[8192] = "this is no database";
    query_fill();
    store_close(query_bed.kit.store);
    remove_index();
    snprintf(path, sizeof path, "%s-index", query_bed.kit.db);
    assert_int_equal(file_write(path, (struct slice){nonsense, sizeof nonsense}, 0600), ERR_OK);
    assert_int_equal(store_sqlite_open(query_bed.kit.db, &query_bed.kit.store), ERR_OK);
    query_bed.s = query_bed.kit.store;
    query_index_all();
    assert_int_equal(query_asked(of_case()), 8);
}

/* The index of another journal: its mark names an event that this one does not have. */
static void an_index_of_another_journal_is_made_again(void **state)
{
    (void)state;
    struct merkle_edge edge = {0};
    query_fill();
    store_close(query_bed.kit.store);
    assert_int_equal(unlink(query_bed.kit.db), 0);
    assert_int_equal(store_sqlite_open(query_bed.kit.db, &query_bed.kit.store), ERR_OK);
    query_bed.s = query_bed.kit.store;
    store_begin(query_bed.s);
    struct event event = store_made("other", 1);
    store_put(query_bed.s, &event, &edge, "x");
    store_put_head(query_bed.s, &edge, "note");
    store_commit(query_bed.s);
    query_index_all();
    assert_int_equal(
        query_asked((struct store_query){.org = kit_named("org"), .case_id = kit_named("case")}),
        1);
}

static void another_program_sees_the_index(void **state)
{
    (void)state;
    struct store *own = query_bed.s, *reader;
    query_fill();
    assert_int_equal(store_sqlite_open_reader(query_bed.kit.db, &reader), ERR_OK);
    query_bed.s = reader;
    assert_int_equal(query_asked(query_of_even()), 8);
    query_bed.s = own;
    store_close(reader);
}

#define SQLITE(test) cmocka_unit_test_setup_teardown(test, query_bed_sqlite, query_bed_down)
#define SUITE(test)                                                                                \
    cmocka_unit_test_setup_teardown(test, query_bed_ram, query_bed_down), SQLITE(test)

int main(void)
{
    const struct CMUnitTest tests[] = {
        SUITE(queries_narrow_and_page_newest_first),
        SUITE(a_case_is_told_from_its_beginning),
        SUITE(a_case_is_seen_by_whose_it_is_at_the_time),
        SUITE(queries_by_time_are_exact_even_when_the_clock_was_set_back),
        SQLITE(a_lost_index_is_made_again),
        SQLITE(an_index_of_bytes_without_sense_is_made_again),
        SQLITE(an_index_of_another_journal_is_made_again),
        SQLITE(another_program_sees_the_index),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
