/* test_store.c — Job: what every store must do, asked of each: memory and SQLite. */
#include "gateway/journal/store.h"

#include "proto/merkle.h"
#include "tests/lib/journal_kit.h"

#include <setjmp.h>
#include <stdarg.h>
#include <stdio.h>
#include <stdlib.h>
#include <cmocka.h>

static struct kit kit;
static struct store *s;

static int up_ram(void **state)
{
    (void)state;
    kit_init(&kit, KIT_RAM);
    s = kit.store;
    return 0;
}

static int up_sqlite(void **state)
{
    (void)state;
    kit_init(&kit, KIT_SQLITE);
    s = kit.store;
    return 0;
}

static int down(void **state)
{
    (void)state;
    kit_fini(&kit);
    return 0;
}

static struct store_head begin(void)
{
    struct store_head head;
    assert_int_equal(s->begin(s->self, &head), ERR_OK);
    return head;
}

static void commit(void)
{
    assert_int_equal(s->commit(s->self), ERR_OK);
}

static struct event made(const char *name, uint64_t seq)
{
    return (struct event){.type = EVENT_OPENED,
                          .id = kit_named(name),
                          .at = 1000,
                          .seq = seq,
                          .recorded_at = 1000 + (int64_t)seq,
                          .org = kit_named("org"),
                          .hospital = kit_named("hospital"),
                          .person = kit_named("person"),
                          .case_id = kit_named("case"),
                          .view = kit_named("view"),
                          .sections = SECTION_BIT(SECTION_PERSON)};
}

static void put_for(struct event *event, struct merkle_edge *edge, const char *sealed,
                    const struct id *recipients, const uint64_t *n, size_t count)
{
    const uint8_t nonce[16] = {7};
    struct buf leaf = {0};
    struct hash nodes[MERKLE_LEVELS_MAX];
    leaf_encode(event, nonce, &leaf);
    struct hash hash = merkle_leaf(buf_slice(&leaf));
    struct store_event row = {.seq = event->seq,
                              .event = event,
                              .leaf = buf_slice(&leaf),
                              .sealed = slice_of(sealed),
                              .nodes = nodes,
                              .recipients = recipients,
                              .n = n,
                              .recipients_count = count};
    row.nodes_count = merkle_append(edge, &hash, nodes);
    assert_int_equal(s->put_event(s->self, &row), ERR_OK);
    buf_free(&leaf);
}

static void put(struct event *event, struct merkle_edge *edge, const char *sealed)
{
    put_for(event, edge, sealed, NULL, NULL, 0);
}

static void put_head(const struct merkle_edge *edge, const char *note)
{
    struct buf bytes = {0};
    merkle_edge_encode(edge, &bytes);
    struct store_head head = {edge->size, merkle_root(edge), buf_slice(&bytes), slice_of(note)};
    assert_int_equal(s->put_head(s->self, &head), ERR_OK);
    buf_free(&bytes);
}

/* COUNT events "e1" … in one transaction; the last has no sealed payload. */
static struct merkle_edge fill(unsigned count)
{
    struct merkle_edge edge = {0};
    char name[16];
    begin();
    for (unsigned i = 1; i <= count; i++) {
        snprintf(name, sizeof name, "e%u", i);
        struct event event = made(name, i);
        put(&event, &edge, i == count ? NULL : name);
    }
    put_head(&edge, "note");
    commit();
    return edge;
}

static uint64_t seqs[16], ns[16];
static size_t rows;
static char text[16][16];
static bool sealed_there[16];

static enum err each_event(void *user, const struct stored_event *event)
{
    (void)user;
    assert_true(rows < 16 && event->sealed.size < 16);
    seqs[rows] = event->seq;
    ns[rows] = event->n;
    sealed_there[rows] = event->sealed.bytes != NULL;
    memset(text[rows], 0, sizeof text[rows]);
    if (event->sealed.size != 0)
        memcpy(text[rows], event->sealed.bytes, event->sealed.size);
    struct event decoded;
    assert_int_equal(leaf_decode(event->leaf, &decoded), ERR_OK);
    assert_true(id_equal(&decoded.id, &event->id));
    rows++;
    return ERR_OK;
}

static void a_new_store_is_empty(void **state)
{
    (void)state;
    struct store_head head = begin();
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
    rows = 0;
    assert_int_equal(s->event(s->self, 2, NULL, each_event), ERR_OK);
    assert_int_equal(s->event_by_id(s->self, &id, NULL, each_event), ERR_OK);
    assert_int_equal(rows, 2);
    assert_int_equal(seqs[0], 2);
    assert_int_equal(seqs[1], 2);
    assert_string_equal(text[1], "e2");
    assert_int_equal(s->event(s->self, 3, NULL, each_event), ERR_OK);
    assert_false(sealed_there[2]);
    assert_int_equal(s->event(s->self, 4, NULL, each_event), ERR_NOT_FOUND);
    assert_int_equal(s->event(s->self, 0, NULL, each_event), ERR_NOT_FOUND);
    id = kit_named("e9");
    assert_int_equal(s->event_by_id(s->self, &id, NULL, each_event), ERR_NOT_FOUND);
}

static void follow_gives_what_is_there_up_to_the_limit(void **state)
{
    (void)state;
    fill(5);
    rows = 0;
    assert_int_equal(s->follow(s->self, 2, 3, NULL, each_event), ERR_OK);
    assert_int_equal(rows, 3);
    assert_int_equal(seqs[0], 2);
    assert_int_equal(seqs[2], 4);
    assert_int_equal(s->follow(s->self, 6, 3, NULL, each_event), ERR_OK);
    assert_int_equal(rows, 3);
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
    struct store_head head = begin();
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

static size_t states;
static struct stored_state last_state;

static enum err each_state(void *user, const struct stored_state *state)
{
    (void)user;
    last_state = *state;
    assert_true(state->sealed.size < sizeof text[0]);
    memset(text[0], 0, sizeof text[0]);
    memcpy(text[0], state->sealed.bytes, state->sealed.size);
    states++;
    return ERR_OK;
}

static void state_rows_have_versions_that_the_transaction_sees(void **state)
{
    (void)state;
    struct id id = kit_named("a"), realm = kit_named("realm");
    begin();
    assert_int_equal(version_of("a"), 0);
    put_row("a", 1, 1, "one");
    assert_int_equal(version_of("a"), 1);
    put_row("a", 2, 1, "two");
    put_row("b", 1, 0, "closed");
    assert_int_equal(version_of("a"), 2);
    commit();
    begin();
    assert_int_equal(version_of("a"), 2);
    s->rollback(s->self);
    states = 0;
    assert_int_equal(s->states(s->self, 1, NULL, each_state), ERR_OK);
    assert_int_equal(states, 1);
    assert_string_equal(text[0], "two");
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
    begin();
    struct event event = made("e3", 3);
    put_for(&event, &edge, "x", &device, &one, 1);
    put_row("a", 1, 1, "one");
    assert_int_equal(s->put_seen(s->self, &device, &message, &digest, 3, 5), ERR_OK);
    assert_int_equal(s->put_counter(s->self, COUNTER_ORG, &id, 9), ERR_OK);
    put_head(&edge, "other");
    s->rollback(s->self);
    rows = states = 0;
    assert_int_equal(s->event(s->self, 3, NULL, each_event), ERR_NOT_FOUND);
    assert_int_equal(s->event_by_id(s->self, &event.id, NULL, each_event), ERR_NOT_FOUND);
    assert_int_equal(s->state(s->self, AGGREGATE_CASE, &id, NULL, each_state), ERR_NOT_FOUND);
    assert_int_equal(s->states(s->self, 0, NULL, each_state), ERR_OK);
    assert_int_equal(s->outbox(s->self, &device, 0, 10, NULL, each_event), ERR_OK);
    assert_int_equal(rows + states, 0);
    assert_int_equal(s->seen_read(s->self, &device, &message, &digest, &seq, &at), ERR_NOT_FOUND);
    assert_int_equal(s->counter_read(s->self, COUNTER_ORG, &id, &value), ERR_OK);
    assert_int_equal(value, 0);
    assert_int_equal(s->head(s->self, &head), ERR_OK);
    assert_int_equal(head.size, 2);
    begin(); /* and the same can be put now */
    assert_int_equal(merkle_edge_decode(head.edge, &edge), ERR_OK);
    put(&event, &edge, "x");
    put_row("a", 1, 1, "one");
    put_head(&edge, "third");
    commit();
    assert_int_equal(s->event(s->self, 3, NULL, each_event), ERR_OK);
}

static void an_event_id_or_message_is_used_once(void **state)
{
    (void)state;
    struct merkle_edge edge = fill(2);
    struct id device = kit_named("device"), message = kit_named("message");
    struct hash digest = {{1}}, found;
    uint64_t seq;
    int64_t at;
    begin();
    assert_int_equal(s->seen(s->self, &device, &message, &found, &seq, &at), ERR_NOT_FOUND);
    assert_int_equal(s->put_seen(s->self, &device, &message, &digest, 2, 77), ERR_OK);
    assert_int_equal(s->seen(s->self, &device, &message, &found, &seq, &at), ERR_OK);
    assert_true(hash_equal(&found, &digest));
    assert_int_equal(seq, 2);
    assert_int_equal(at, 77);
    put_head(&edge, "note");
    commit();
    assert_int_equal(s->seen_read(s->self, &device, &message, &found, &seq, &at), ERR_OK);
    assert_int_equal(s->seen_read(s->self, &message, &device, &found, &seq, &at), ERR_NOT_FOUND);
    begin();
    struct event event = made("e1", 3); /* an id that is there */
    struct store_event row = {
        .seq = 3, .event = &event, .leaf = {"{}", 2}, .nodes = &found, .nodes_count = 1};
    assert_int_equal(s->put_event(s->self, &row), ERR_STORE);
    s->rollback(s->self);
}

/* Events 1 to 4 go to A as 1 to 4, and the last also to B as its first. */
static void fill_outbox(const struct id *a, const struct id *b)
{
    struct merkle_edge edge = {0};
    char name[16];
    begin();
    for (uint64_t i = 1; i <= 4; i++) {
        struct id to[2] = {*a, *b};
        uint64_t n[2] = {i, 1};
        snprintf(name, sizeof name, "o%u", (unsigned)i);
        struct event event = made(name, i);
        put_for(&event, &edge, name, to, n, i == 4 ? 2 : 1);
    }
    assert_int_equal(s->put_counter(s->self, COUNTER_DEVICE_N, a, 4), ERR_OK);
    assert_int_equal(s->put_counter(s->self, COUNTER_DEVICE_N, b, 1), ERR_OK);
    put_head(&edge, "note");
    commit();
}

static void the_outbox_is_read_in_order(void **state)
{
    (void)state;
    struct id a = kit_named("a"), b = kit_named("b");
    fill_outbox(&a, &b);
    for (int again = 0; again < 2; again++) {
        rows = 0;
        assert_int_equal(s->outbox(s->self, &a, 1, 2, NULL, each_event), ERR_OK);
        assert_int_equal(rows, 2);
        assert_int_equal(ns[0], 2);
        assert_int_equal(ns[1], 3);
        assert_int_equal(seqs[1], 3);
        assert_int_equal(s->outbox(s->self, &b, 0, 10, NULL, each_event), ERR_OK);
        assert_int_equal(rows, 3);
        assert_int_equal(seqs[2], 4);
        assert_int_equal(s->outbox(s->self, &b, 1, 10, NULL, each_event), ERR_OK);
        assert_int_equal(s->outbox(s->self, &a, 9, 10, NULL, each_event), ERR_OK);
        assert_int_equal(rows, 3);
        if (kit.kind == KIT_SQLITE) { /* the second time from the rows of a new start */
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
    begin();
    assert_int_equal(s->put_counter(s->self, COUNTER_DEVICE_N, &a, 5 + JOURNAL_BEHIND_MAX), ERR_OK);
    commit();
    assert_int_equal(s->outbox(s->self, &a, 4, 10, NULL, each_event), ERR_FULL);
}

static int month_seen;
static enum err each_key(void *user, int month, struct slice wrapped)
{
    (void)user;
    month_seen = month;
    assert_true(wrapped.size < sizeof text[0]);
    memset(text[0], 0, sizeof text[0]);
    memcpy(text[0], wrapped.bytes, wrapped.size);
    return ERR_OK;
}

static void keys_and_counters_are_replaced(void **state)
{
    (void)state;
    struct id realm = kit_named("realm");
    uint64_t value;
    begin();
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
    commit();
    assert_int_equal(s->key_read(s->self, &realm, NULL, each_key), ERR_OK);
    assert_int_equal(month_seen, 202612);
    assert_string_equal(text[0], "w2");
    assert_int_equal(s->counter_read(s->self, COUNTER_ALIAS, &realm, &value), ERR_OK);
    assert_int_equal(value, 2);
}

static void index_all(void)
{
    uint64_t left = 1, seq;
    while (left != 0)
        assert_int_equal(s->index(s->self, 2, &left), ERR_OK);
    assert_int_equal(s->indexed(s->self, &seq), ERR_OK);
    struct store_head head;
    assert_int_equal(s->head(s->self, &head), ERR_OK);
    assert_int_equal(seq, head.size);
}

static size_t asked(struct store_query query)
{
    if (query.limit == 0)
        query.limit = 16;
    rows = 0;
    assert_int_equal(s->query(s->self, &query, NULL, each_event), ERR_OK);
    return rows;
}

static void fill_for_queries(void)
{
    struct merkle_edge edge = {0};
    char name[16];
    begin();
    for (unsigned i = 1; i <= 10; i++) {
        snprintf(name, sizeof name, "q%u", i);
        struct event event = made(name, i);
        event.org = kit_named(i % 2 == 0 ? "even" : "odd");
        event.hospital = kit_named(i == 7 ? "even" : "hospital");
        event.person = kit_named(i <= 5 ? "early" : "late");
        if (i == 4) {
            event.type = EVENT_CASE_OPENED;
            event.view = (struct id){{0}};
            event.sections = 0;
            event.hospital = (struct id){{0}};
            event.subject = kit_named("subject");
            event.commitment = (struct hash){{1}};
        }
        if (i == 5)
            event.alias = kit_named("alias");
        put(&event, &edge, "x");
    }
    put_head(&edge, "note");
    commit();
    index_all();
}

static void queries_narrow_and_page_newest_first(void **state)
{
    (void)state;
    fill_for_queries();
    assert_int_equal(asked((struct store_query){.limit = 16}), 10);
    assert_int_equal(seqs[0], 10);
    assert_int_equal(asked((struct store_query){.limit = 3, .before_seq = 8}), 3);
    assert_int_equal(seqs[0], 7);
    assert_int_equal(asked((struct store_query){.org = kit_named("even")}),
                     6); /* 5 acts, 1 as hospital */
    assert_int_equal(seqs[1], 8);
    assert_int_equal(seqs[2], 7);
    assert_int_equal(asked((struct store_query){.org = kit_named("even"), .before_seq = 7}), 3);
    assert_int_equal(asked((struct store_query){.person = kit_named("early")}), 5);
    assert_int_equal(
        asked((struct store_query){.person = kit_named("early"), .org = kit_named("even")}), 2);
    assert_int_equal(asked((struct store_query){.alias = kit_named("alias")}), 1);
    assert_int_equal(seqs[0], 5);
    assert_int_equal(asked((struct store_query){.subject = kit_named("subject")}), 1);
    assert_int_equal(asked((struct store_query){.case_id = kit_named("case")}), 10);
    assert_int_equal(asked((struct store_query){.case_id = kit_named("other")}), 0);
    assert_int_equal(asked((struct store_query){.type = EVENT_CASE_OPENED}), 1);
    assert_int_equal(seqs[0], 4);
    assert_int_equal(
        asked((struct store_query){.type = EVENT_OPENED, .case_id = kit_named("case")}), 9);
}

static void queries_by_time_are_exact_even_when_the_clock_was_set_back(void **state)
{
    (void)state;
    struct merkle_edge edge;
    struct store_head head;
    fill_for_queries();
    assert_int_equal(asked((struct store_query){.from = 1003, .until = 1005}), 3);
    assert_int_equal(seqs[0], 5);
    assert_int_equal(asked((struct store_query){.until = 1002}), 2);
    assert_int_equal(asked((struct store_query){.from = 1009}), 2);
    assert_int_equal(asked((struct store_query){.from = 2000}), 0);
    assert_int_equal(asked((struct store_query){.org = kit_named("even"), .from = 1003}), 5);
    head = begin();
    assert_int_equal(merkle_edge_decode(head.edge, &edge), ERR_OK);
    struct event event = made("back", 11);
    event.recorded_at = 1004;
    put(&event, &edge, "x");
    put_head(&edge, "note");
    commit();
    index_all();
    assert_int_equal(asked((struct store_query){.from = 1003, .until = 1005}), 4);
    assert_int_equal(seqs[0], 11);
}

static void committed_rows_survive_a_new_start(void **state)
{
    (void)state;
    struct id id = kit_named("e2");
    if (kit.kind == KIT_RAM)
        return; /* memory survives store_ram_crash only: test_journal */
    fill(3);
    index_all();
    begin();
    put_row("lost", 1, 1, "x");
    store_close(kit.store); /* in the middle of a transaction */
    kit.store = NULL;
    assert_int_equal(store_sqlite_open(kit.db, &kit.store), ERR_OK);
    s = kit.store;
    rows = states = 0;
    assert_int_equal(s->event_by_id(s->self, &id, NULL, each_event), ERR_OK);
    assert_int_equal(s->states(s->self, 0, NULL, each_state), ERR_OK);
    assert_int_equal(states, 0);
    assert_int_equal(asked((struct store_query){.case_id = kit_named("case")}), 3);
}

#define SUITE(test)                                                                                \
    {#test " (ram)", test, up_ram, down, NULL},                                                    \
    {                                                                                              \
#test " (sqlite)", test, up_sqlite, down, NULL                                             \
    }

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
        SUITE(queries_narrow_and_page_newest_first),
        SUITE(queries_by_time_are_exact_even_when_the_clock_was_set_back),
        SUITE(committed_rows_survive_a_new_start),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
