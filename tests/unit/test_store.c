/* test_store.c — Job: what every store must do, asked of each: memory and SQLite. */
#include "gateway/journal/store.h"

#include "tests/lib/journal_kit.h"
#include "tests/lib/store_kit.h"

#include <setjmp.h>
#include <stdarg.h>
#include <stdio.h>
#include <stdlib.h>
#include <cmocka.h>

static struct kit kit;
static struct store *s;
static struct found found;
static enum kit_store ram = KIT_RAM, sqlite = KIT_SQLITE;

static int up(void **kind)
{
    kit_init(&kit, *(enum kit_store *)*kind);
    s = kit.store;
    return 0;
}

static int down(void **state)
{
    (void)state;
    kit_fini(&kit);
    return 0;
}

/* COUNT events "e1" … in one transaction; the last has no sealed payload. */
static struct merkle_edge fill(unsigned count)
{
    struct merkle_edge edge = {0};
    char name[16];
    store_begin(s);
    for (unsigned i = 1; i <= count; i++) {
        snprintf(name, sizeof name, "e%u", i);
        struct event event = store_made(name, i);
        store_put(s, &event, &edge, i == count ? NULL : name);
    }
    store_put_head(s, &edge, "note");
    store_commit(s);
    return edge;
}

static void a_new_store_is_empty(void **state)
{
    (void)state;
    struct store_head head = store_begin(s);
    assert_int_equal(head.size, 0);
    assert_int_equal(head.edge.size, 0);
    assert_int_equal(head.checkpoint.size, 0);
    s->rollback(s->self);
    assert_int_equal(s->head(s->self, &head), ERR_OK);
    assert_int_equal(head.size, 0);
}

static void events_are_found_by_seq_and_by_id(void **state)
{
    (void)state;
    struct id id = kit_named("e2");
    fill(3);
    found.rows = 0;
    assert_int_equal(s->event(s->self, 2, &found, store_found_each), ERR_OK);
    assert_int_equal(s->event_by_id(s->self, &id, &found, store_found_each), ERR_OK);
    assert_int_equal(found.rows, 2);
    assert_int_equal(found.seqs[0], 2);
    assert_int_equal(found.seqs[1], 2);
    assert_string_equal(found.text[1], "e2");
    assert_int_equal(s->event(s->self, 3, &found, store_found_each), ERR_OK);
    assert_false(found.sealed[2]);
    assert_int_equal(s->event(s->self, 4, &found, store_found_each), ERR_NOT_FOUND);
    assert_int_equal(s->event(s->self, 0, &found, store_found_each), ERR_NOT_FOUND);
    id = kit_named("e9");
    assert_int_equal(s->event_by_id(s->self, &id, &found, store_found_each), ERR_NOT_FOUND);
}

static void follow_gives_what_is_there_up_to_the_limit(void **state)
{
    (void)state;
    fill(5);
    found.rows = 0;
    assert_int_equal(s->follow(s->self, 2, 3, &found, store_found_each), ERR_OK);
    assert_int_equal(found.rows, 3);
    assert_int_equal(found.seqs[0], 2);
    assert_int_equal(found.seqs[2], 4);
    assert_int_equal(s->follow(s->self, 6, 3, &found, store_found_each), ERR_OK);
    assert_int_equal(found.rows, 3);
}

static enum err stop_at_once(void *user, const struct stored_event *event)
{
    (void)event;
    ++*(int *)user;
    return ERR_FULL;
}

static void a_callbacks_error_ends_the_walk(void **state)
{
    (void)state;
    int calls = 0;
    fill(3);
    assert_int_equal(s->follow(s->self, 1, 3, &calls, stop_at_once), ERR_FULL);
    assert_int_equal(calls, 1);
    assert_int_equal(s->follow(s->self, 1, 3, &calls, stop_at_once), ERR_FULL);
}

static void every_complete_node_is_kept(void **state)
{
    (void)state;
    struct merkle_nodes nodes = {s->node, s->self};
    struct merkle_edge edge = fill(13), loaded;
    struct hash hash, root = merkle_root(&edge), again;
    assert_int_equal(merkle_edge_load(&nodes, 13, &loaded), ERR_OK);
    again = merkle_root(&loaded);
    assert_true(hash_equal(&root, &again));
    assert_int_equal(s->node(s->self, 3, 0, &hash), ERR_OK);
    assert_int_equal(s->node(s->self, 3, 1, &hash), ERR_NOT_FOUND);
    assert_int_equal(s->node(s->self, 0, 13, &hash), ERR_NOT_FOUND);
    assert_int_equal(s->node(s->self, 63, 0, &hash), ERR_NOT_FOUND);
    assert_int_equal(s->node(s->self, 200, UINT64_MAX, &hash), ERR_NOT_FOUND);
}

static void the_head_comes_back(void **state)
{
    (void)state;
    struct merkle_edge edge = fill(6), loaded;
    struct hash root = merkle_root(&edge);
    struct store_head head = store_begin(s);
    assert_int_equal(head.size, 6);
    assert_true(hash_equal(&head.root, &root));
    assert_true(slice_is(head.checkpoint, "note"));
    assert_int_equal(merkle_edge_decode(head.edge, &loaded), ERR_OK);
    s->rollback(s->self);
    assert_int_equal(s->head(s->self, &head), ERR_OK);
    assert_true(slice_is(head.checkpoint, "note"));
}

static void put_row(const char *name, uint64_t version, int open, const char *sealed)
{
    struct state_row row = {.kind = AGGREGATE_CASE,
                            .id = kit_named(name),
                            .realm = kit_named("realm"),
                            .version = version,
                            .open = open};
    assert_int_equal(s->put_state(s->self, &row, slice_of(sealed)), ERR_OK);
}

static uint64_t version_of(const char *name)
{
    struct id id = kit_named(name);
    uint64_t version;
    assert_int_equal(s->version(s->self, AGGREGATE_CASE, &id, &version), ERR_OK);
    return version;
}

static char text[16];
static size_t states;
static struct stored_state last_state;

static enum err each_state(void *user, const struct stored_state *state)
{
    (void)user;
    last_state = *state;
    assert_true(state->sealed.size < sizeof text);
    memset(text, 0, sizeof text);
    memcpy(text, state->sealed.bytes, state->sealed.size);
    states++;
    return ERR_OK;
}

static void state_rows_have_versions_that_the_transaction_sees(void **state)
{
    (void)state;
    struct id id = kit_named("a"), realm = kit_named("realm");
    store_begin(s);
    assert_int_equal(version_of("a"), 0);
    put_row("a", 1, 1, "one");
    assert_int_equal(version_of("a"), 1);
    put_row("a", 2, 1, "two");
    put_row("b", 1, 0, "closed");
    assert_int_equal(version_of("a"), 2);
    store_commit(s);
    store_begin(s);
    assert_int_equal(version_of("a"), 2);
    s->rollback(s->self);
    states = 0;
    assert_int_equal(s->states(s->self, 1, NULL, each_state), ERR_OK);
    assert_int_equal(states, 1);
    assert_string_equal(text, "two");
    assert_true(id_equal(&last_state.id, &id));
    assert_true(id_equal(&last_state.realm, &realm));
    assert_int_equal(last_state.version, 2);
    assert_int_equal(s->states(s->self, 0, NULL, each_state), ERR_OK);
    assert_int_equal(states, 3);
    assert_int_equal(s->state(s->self, AGGREGATE_CASE, &id, NULL, each_state), ERR_OK);
    assert_int_equal(s->state(s->self, AGGREGATE_ORG, &id, NULL, each_state), ERR_NOT_FOUND);
}

static void a_rollback_leaves_nothing(void **state)
{
    (void)state;
    struct merkle_edge edge = fill(2);
    struct id device = kit_named("device"), message = kit_named("message"), id = kit_named("a");
    struct hash digest = {{1}};
    uint64_t seq, value, one = 1;
    int64_t at;
    struct store_head head;
    store_begin(s);
    struct event event = store_made("e3", 3);
    store_put_for(s, &event, &edge, "x", &device, &one, 1);
    put_row("a", 1, 1, "one");
    assert_int_equal(s->put_seen(s->self, &device, &message, &digest, 3, 5), ERR_OK);
    assert_int_equal(s->put_counter(s->self, COUNTER_ORG, &id, 9), ERR_OK);
    store_put_head(s, &edge, "other");
    s->rollback(s->self);
    found.rows = states = 0;
    assert_int_equal(s->event(s->self, 3, &found, store_found_each), ERR_NOT_FOUND);
    assert_int_equal(s->event_by_id(s->self, &event.id, &found, store_found_each), ERR_NOT_FOUND);
    assert_int_equal(s->state(s->self, AGGREGATE_CASE, &id, NULL, each_state), ERR_NOT_FOUND);
    assert_int_equal(s->states(s->self, 0, NULL, each_state), ERR_OK);
    assert_int_equal(s->outbox(s->self, &device, 0, 10, &found, store_found_each), ERR_OK);
    assert_int_equal(found.rows + states, 0);
    assert_int_equal(s->seen_read(s->self, &device, &message, &digest, &seq, &at), ERR_NOT_FOUND);
    assert_int_equal(s->counter_read(s->self, COUNTER_ORG, &id, &value), ERR_OK);
    assert_int_equal(value, 0);
    assert_int_equal(s->head(s->self, &head), ERR_OK);
    assert_int_equal(head.size, 2);
    store_begin(s); /* and the same can be put now */
    assert_int_equal(merkle_edge_decode(head.edge, &edge), ERR_OK);
    store_put(s, &event, &edge, "x");
    put_row("a", 1, 1, "one");
    store_put_head(s, &edge, "third");
    store_commit(s);
    assert_int_equal(s->event(s->self, 3, &found, store_found_each), ERR_OK);
}

static void an_event_id_or_message_is_used_once(void **state)
{
    (void)state;
    struct merkle_edge edge = fill(2);
    struct id device = kit_named("device"), message = kit_named("message");
    struct hash digest = {{1}}, known;
    uint64_t seq;
    int64_t at;
    store_begin(s);
    assert_int_equal(s->seen(s->self, &device, &message, &known, &seq, &at), ERR_NOT_FOUND);
    assert_int_equal(s->put_seen(s->self, &device, &message, &digest, 2, 77), ERR_OK);
    assert_int_equal(s->seen(s->self, &device, &message, &known, &seq, &at), ERR_OK);
    assert_true(hash_equal(&known, &digest));
    assert_int_equal(seq, 2);
    assert_int_equal(at, 77);
    store_put_head(s, &edge, "note");
    store_commit(s);
    assert_int_equal(s->seen_read(s->self, &device, &message, &known, &seq, &at), ERR_OK);
    assert_int_equal(s->seen_read(s->self, &message, &device, &known, &seq, &at), ERR_NOT_FOUND);
    store_begin(s);
    struct event event = store_made("e1", 3); /* an id that is there */
    struct store_event row = {
        .seq = 3, .event = &event, .leaf = {"{}", 2}, .nodes = &known, .nodes_count = 1};
    assert_int_equal(s->put_event(s->self, &row), ERR_STORE);
    s->rollback(s->self);
}

/* Events 1 to 4 go to A as 1 to 4, and the last also to B as its first. */
static void fill_outbox(const struct id *a, const struct id *b)
{
    struct merkle_edge edge = {0};
    char name[16];
    store_begin(s);
    for (uint64_t i = 1; i <= 4; i++) {
        struct id to[2] = {*a, *b};
        uint64_t n[2] = {i, 1};
        snprintf(name, sizeof name, "o%u", (unsigned)i);
        struct event event = store_made(name, i);
        store_put_for(s, &event, &edge, name, to, n, i == 4 ? 2 : 1);
    }
    assert_int_equal(s->put_counter(s->self, COUNTER_DEVICE_N, a, 4), ERR_OK);
    assert_int_equal(s->put_counter(s->self, COUNTER_DEVICE_N, b, 1), ERR_OK);
    store_put_head(s, &edge, "note");
    store_commit(s);
}

static void the_outbox_is_read_in_order(void **state)
{
    (void)state;
    struct id a = kit_named("a"), b = kit_named("b");
    fill_outbox(&a, &b);
    for (int again = 0; again < 2; again++) {
        found.rows = 0;
        assert_int_equal(s->outbox(s->self, &a, 1, 2, &found, store_found_each), ERR_OK);
        assert_int_equal(found.rows, 2);
        assert_int_equal(found.ns[0], 2);
        assert_int_equal(found.ns[1], 3);
        assert_int_equal(found.seqs[1], 3);
        assert_int_equal(s->outbox(s->self, &b, 0, 10, &found, store_found_each), ERR_OK);
        assert_int_equal(found.rows, 3);
        assert_int_equal(found.seqs[2], 4);
        assert_int_equal(s->outbox(s->self, &b, 1, 10, &found, store_found_each), ERR_OK);
        assert_int_equal(s->outbox(s->self, &a, 9, 10, &found, store_found_each), ERR_OK);
        assert_int_equal(found.rows, 3);
        if (kit.kind == KIT_SQLITE) { /* the second time from the found.rows of a new start */
            store_close(kit.store);
            assert_int_equal(store_sqlite_open(kit.db, &kit.store), ERR_OK);
            s = kit.store;
        }
    }
}

static void a_device_far_behind_needs_a_snapshot(void **state)
{
    (void)state;
    struct id a = kit_named("a"), b = kit_named("b");
    fill_outbox(&a, &b);
    store_begin(s);
    assert_int_equal(s->put_counter(s->self, COUNTER_DEVICE_N, &a, 5 + JOURNAL_BEHIND_MAX), ERR_OK);
    store_commit(s);
    assert_int_equal(s->outbox(s->self, &a, 4, 10, &found, store_found_each), ERR_FULL);
}

static int month_seen;
static enum err each_key(void *user, int month, struct slice wrapped)
{
    (void)user;
    month_seen = month;
    assert_true(wrapped.size < sizeof text);
    memset(text, 0, sizeof text);
    memcpy(text, wrapped.bytes, wrapped.size);
    return ERR_OK;
}

static void keys_and_counters_are_replaced(void **state)
{
    (void)state;
    struct id realm = kit_named("realm");
    uint64_t value;
    store_begin(s);
    assert_int_equal(s->key(s->self, &realm, NULL, each_key), ERR_NOT_FOUND);
    assert_int_equal(s->put_key(s->self, &realm, 202611, slice_of("w1")), ERR_OK);
    assert_int_equal(s->key(s->self, &realm, NULL, each_key), ERR_OK);
    assert_int_equal(s->put_key(s->self, &realm, 202612, slice_of("w2")), ERR_OK);
    assert_int_equal(s->put_counter(s->self, COUNTER_ALIAS, &realm, 1), ERR_OK);
    assert_int_equal(s->put_counter(s->self, COUNTER_ALIAS, &realm, 2), ERR_OK);
    assert_int_equal(s->counter(s->self, COUNTER_ALIAS, &realm, &value), ERR_OK);
    assert_int_equal(value, 2);
    assert_int_equal(s->counter(s->self, COUNTER_ORG, &realm, &value), ERR_OK);
    assert_int_equal(value, 0);
    store_commit(s);
    assert_int_equal(s->key_read(s->self, &realm, NULL, each_key), ERR_OK);
    assert_int_equal(month_seen, 202612);
    assert_string_equal(text, "w2");
    assert_int_equal(s->counter_read(s->self, COUNTER_ALIAS, &realm, &value), ERR_OK);
    assert_int_equal(value, 2);
}

static void committed_rows_survive_a_new_start(void **state)
{
    (void)state;
    struct id id = kit_named("e2");
    if (kit.kind == KIT_RAM)
        return; /* memory survives store_ram_crash only: test_journal */
    fill(3);
    store_begin(s);
    put_row("lost", 1, 1, "x");
    store_close(kit.store); /* in the middle of a transaction */
    kit.store = NULL;
    assert_int_equal(store_sqlite_open(kit.db, &kit.store), ERR_OK);
    if ((s = kit.store) == NULL)
        abort();
    found.rows = states = 0;
    assert_int_equal(s->event_by_id(s->self, &id, &found, store_found_each), ERR_OK);
    assert_int_equal(s->states(s->self, 0, NULL, each_state), ERR_OK);
    assert_int_equal(states, 0);
}

#define SUITE(test)                                                                                \
    cmocka_unit_test_prestate_setup_teardown(test, up, down, &ram),                                \
        cmocka_unit_test_prestate_setup_teardown(test, up, down, &sqlite)

int main(void)
{
    const struct CMUnitTest tests[] = {
        SUITE(a_new_store_is_empty),
        SUITE(events_are_found_by_seq_and_by_id),
        SUITE(follow_gives_what_is_there_up_to_the_limit),
        SUITE(a_callbacks_error_ends_the_walk),
        SUITE(every_complete_node_is_kept),
        SUITE(the_head_comes_back),
        SUITE(state_rows_have_versions_that_the_transaction_sees),
        SUITE(a_rollback_leaves_nothing),
        SUITE(an_event_id_or_message_is_used_once),
        SUITE(the_outbox_is_read_in_order),
        SUITE(a_device_far_behind_needs_a_snapshot),
        SUITE(keys_and_counters_are_replaced),
        SUITE(committed_rows_survive_a_new_start),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
