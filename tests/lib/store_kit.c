/* store_kit.c — Job: rows put straight into a store, and what comes back. */
#include "tests/lib/store_kit.h"

#include <assert.h>
#include <stdio.h>

#include "tests/lib/journal_kit.h"

static void must(enum err e)
{
    assert(e == ERR_OK);
    (void)e;
}

struct store_head store_begin(struct store *store)
{
    struct store_head head;
    must(store->begin(store->self, &head));
    return head;
}

void store_commit(struct store *store)
{
    must(store->commit(store->self));
}

struct event store_made(const char *name, uint64_t seq)
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

void store_put_for(struct store *store, const struct event *event, struct merkle_edge *edge,
                   const char *sealed, const struct id *recipients, const uint64_t *n, size_t count)
{
    const uint8_t nonce[16] = {7};
    struct buf leaf = {0};
    struct hash nodes[MERKLE_LEVELS_MAX];
    leaf_encode(event, nonce, &leaf);
    must(buf_error(&leaf));
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
    must(store->put_event(store->self, &row));
    buf_free(&leaf);
}

void store_put(struct store *store, const struct event *event, struct merkle_edge *edge,
               const char *sealed)
{
    store_put_for(store, event, edge, sealed, NULL, NULL, 0);
}

void store_put_head(struct store *store, const struct merkle_edge *edge, const char *note)
{
    struct buf bytes = {0};
    merkle_edge_encode(edge, &bytes);
    struct store_head head = {edge->size, merkle_root(edge), buf_slice(&bytes), slice_of(note)};
    must(store->put_head(store->self, &head));
    buf_free(&bytes);
}

void store_fill_case(struct store *store)
{
    struct merkle_edge edge = {0};
    char name[16];
    store_begin(store);
    for (unsigned i = 1; i <= 10; i++) {
        snprintf(name, sizeof name, "q%u", i);
        struct event event = store_made(name, i);
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
        store_put(store, &event, &edge, "x");
    }
    store_put_head(store, &edge, "note");
    store_commit(store);
}

enum err store_found_each(void *user, const struct stored_event *event)
{
    struct found *found = user;
    struct event decoded;
    assert(found->rows < FOUND_MAX && event->sealed.size < FOUND_MAX);
    must(leaf_decode(event->leaf, &decoded));
    assert(id_equal(&decoded.id, &event->id));
    found->seqs[found->rows] = event->seq;
    found->ns[found->rows] = event->n;
    found->under[found->rows] = event->under;
    found->sealed[found->rows] = event->sealed.bytes != NULL;
    memset(found->text[found->rows], 0, sizeof found->text[found->rows]);
    if (event->sealed.bytes != NULL)
        memcpy(found->text[found->rows], event->sealed.bytes, event->sealed.size);
    found->rows++;
    return ERR_OK;
}
