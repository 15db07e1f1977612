/* store_fault.c — Job: a store around another one, whose writing calls fail on demand. */
#include "tests/lib/store_fault.h"

#include <stdlib.h>

struct fault {
    struct store store;
    struct store *inner;
    int left; /* calls until the one that fails; 0: none */
    bool hit;
    int commits;
};

static bool fails(void *self)
{
    struct fault *f = self;
    if (f->left == 0 || --f->left != 0)
        return false;
    f->hit = true;
    return true;
}

static struct store *inner_of(void *self)
{
    return ((struct fault *)self)->inner;
}

#define FAULTY(name, parameters, ...)                                                              \
    static enum err f_##name parameters                                                            \
    {                                                                                              \
        struct store *inner = inner_of(self);                                                      \
        return fails(self) ? ERR_STORE : inner->name(inner->self, __VA_ARGS__);                    \
    }
#define READING(name, parameters, ...)                                                             \
    static enum err f_##name parameters                                                            \
    {                                                                                              \
        struct store *inner = inner_of(self);                                                      \
        return inner->name(inner->self, __VA_ARGS__);                                              \
    }
/* The types of the callbacks, short enough for the tables below. */
typedef enum err each_event_fn(void *user, const struct stored_event *event);
typedef enum err each_state_fn(void *user, const struct stored_state *state);
typedef enum err each_key_fn(void *user, int month, struct slice wrapped);
typedef enum err each_org_key_fn(void *user, const struct id *realm, int month,
                                 struct slice wrapped);

FAULTY(begin, (void *self, struct store_head *head), head)
FAULTY(version, (void *self, enum aggregate kind, const struct id *id, uint64_t *version), kind, id,
       version)
FAULTY(seen,
       (void *self, const struct id *device, const struct id *message, struct hash *digest,
        uint64_t *seq, int64_t *recorded_at),
       device, message, digest, seq, recorded_at)
FAULTY(counter, (void *self, enum counter_kind kind, const struct id *id, uint64_t *value), kind,
       id, value)
FAULTY(put_event, (void *self, const struct store_event *event), event)
FAULTY(put_state, (void *self, const struct state_row *row, struct slice sealed), row, sealed)
FAULTY(put_seen,
       (void *self, const struct id *device, const struct id *message, const struct hash *digest,
        uint64_t seq, int64_t recorded_at),
       device, message, digest, seq, recorded_at)
FAULTY(put_counter, (void *self, enum counter_kind kind, const struct id *id, uint64_t value), kind,
       id, value)
FAULTY(put_key, (void *self, const struct id *realm, int month, struct slice wrapped), realm, month,
       wrapped)
FAULTY(key, (void *self, const struct id *realm, void *user, each_key_fn *each), realm, user, each)
FAULTY(org_keys, (void *self, const struct id *after, int limit, void *user, each_org_key_fn *each),
       after, limit, user, each)
FAULTY(put_head, (void *self, const struct store_head *head), head)

static enum err f_commit(void *self)
{
    struct store *inner = inner_of(self);
    enum err e = fails(self) ? ERR_STORE : inner->commit(inner->self);
    if (e == ERR_OK)
        ((struct fault *)self)->commits++;
    return e;
}

static void f_rollback(void *self)
{
    struct store *inner = inner_of(self);
    inner->rollback(inner->self);
}

static void f_tidy(void *self, int idle)
{
    struct store *inner = inner_of(self);
    inner->tidy(inner->self, idle);
}

READING(head, (void *self, struct store_head *head), head)
READING(states, (void *self, int open_only, void *user, each_state_fn *each), open_only, user, each)
READING(state,
        (void *self, enum aggregate kind, const struct id *id, void *user, each_state_fn *each),
        kind, id, user, each)
READING(event, (void *self, uint64_t seq, void *user, each_event_fn *each), seq, user, each)
READING(event_by_id, (void *self, const struct id *id, void *user, each_event_fn *each), id, user,
        each)
READING(follow, (void *self, uint64_t seq, int limit, void *user, each_event_fn *each), seq, limit,
        user, each)
READING(outbox,
        (void *self, const struct id *device, uint64_t after_n, int limit, void *user,
         each_event_fn *each),
        device, after_n, limit, user, each)
READING(query, (void *self, const struct store_query *query, void *user, each_event_fn *each),
        query, user, each)
READING(node, (void *self, unsigned level, uint64_t index, struct hash *hash), level, index, hash)
READING(seen_read,
        (void *self, const struct id *device, const struct id *message, struct hash *digest,
         uint64_t *seq, int64_t *recorded_at),
        device, message, digest, seq, recorded_at)
READING(counter_read, (void *self, enum counter_kind kind, const struct id *id, uint64_t *value),
        kind, id, value)
READING(key_read, (void *self, const struct id *realm, void *user, each_key_fn *each), realm, user,
        each)
READING(indexed, (void *self, uint64_t *seq), seq)
READING(index, (void *self, int limit, uint64_t *left), limit, left)

struct store *store_fault_new(struct store *inner)
{
    struct fault *f = calloc(1, sizeof *f);
    if (f == NULL)
        return NULL;
    f->inner = inner;
    f->store = (struct store){.name = "fault",
                              .self = f,
                              .begin = f_begin,
                              .version = f_version,
                              .seen = f_seen,
                              .counter = f_counter,
                              .put_event = f_put_event,
                              .put_state = f_put_state,
                              .put_seen = f_put_seen,
                              .put_counter = f_put_counter,
                              .put_key = f_put_key,
                              .key = f_key,
                              .org_keys = f_org_keys,
                              .put_head = f_put_head,
                              .commit = f_commit,
                              .rollback = f_rollback,
                              .tidy = f_tidy,
                              .head = f_head,
                              .states = f_states,
                              .state = f_state,
                              .event = f_event,
                              .event_by_id = f_event_by_id,
                              .follow = f_follow,
                              .outbox = f_outbox,
                              .query = f_query,
                              .node = f_node,
                              .seen_read = f_seen_read,
                              .counter_read = f_counter_read,
                              .key_read = f_key_read,
                              .indexed = f_indexed,
                              .index = f_index};
    return &f->store;
}

void store_fault_free(struct store *store)
{
    if (store != NULL)
        free(store->self);
}

void store_fault_after(struct store *store, int calls)
{
    struct fault *f = store->self;
    f->left = calls;
    f->hit = false;
}

bool store_fault_hit(const struct store *store)
{
    return ((const struct fault *)store->self)->hit;
}

int store_fault_commits(const struct store *store)
{
    return ((const struct fault *)store->self)->commits;
}
