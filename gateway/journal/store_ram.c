/* store_ram.c — Job: the store in memory, writing half: for tests and the simulation. */
#include "gateway/journal/store_ram.h"

#include <assert.h>
#include <stdlib.h>

/* One writing call: true when it is the one that has to fail. */
static bool fails(struct ram *r)
{
    assert(r->writing);
    if (r->calls_left == 0)
        return false;
    return --r->calls_left == 0;
}

static enum err copy_bytes(struct slice from, struct slice *to)
{
    *to = (struct slice){0};
    if (from.bytes == NULL)
        return ERR_OK;
    char *bytes = malloc(from.size + 1);
    if (bytes == NULL)
        return ERR_NO_MEMORY;
    if (from.size != 0)
        memcpy(bytes, from.bytes, from.size);
    *to = (struct slice){bytes, from.size};
    return ERR_OK;
}

static void free_bytes(struct slice *bytes)
{
    free((void *)(uintptr_t)bytes->bytes);
    *bytes = (struct slice){0};
}

static void event_fini(struct ram_event *event)
{
    free_bytes(&event->leaf);
    free_bytes(&event->sealed);
    free(event->nodes);
    *event = (struct ram_event){0};
}

void ram_head_fini(struct ram_head *head)
{
    free_bytes(&head->edge);
    free_bytes(&head->checkpoint);
    *head = (struct ram_head){0};
}

enum err ram_head_copy(const struct store_head *from, struct ram_head *to)
{
    ram_head_fini(to);
    *to = (struct ram_head){.size = from->size, .root = from->root};
    if (copy_bytes(from->edge, &to->edge) != ERR_OK ||
        copy_bytes(from->checkpoint, &to->checkpoint) != ERR_OK) {
        ram_head_fini(to);
        return ERR_STORE;
    }
    return ERR_OK;
}

static void take_back(struct ram *r)
{
    ram_rollback(&r->rows);
    while (r->events_count > r->committed)
        event_fini(&r->events[--r->events_count]);
    ram_head_fini(&r->next);
    r->head_waits = false;
}

static void stop_writing(struct ram *r)
{
    r->writing = false;
    pthread_mutex_unlock(&r->lock);
}

static enum err ram_begin(void *self, struct store_head *head)
{
    struct ram *r = self;
    pthread_mutex_lock(&r->lock);
    assert(!r->writing);
    r->writing = true;
    if (fails(r)) {
        stop_writing(r);
        return ERR_STORE;
    }
    *head = (struct store_head){r->head.size, r->head.root, r->head.edge, r->head.checkpoint};
    return ERR_OK;
}

static enum err ram_version(void *self, enum aggregate kind, const struct id *id, uint64_t *version)
{
    struct ram *r = self;
    struct ram_key key = ram_key(RAM_STATE, (int)kind, id, NULL);
    const struct ram_value *value = ram_get(&r->rows, &key);
    if (fails(r))
        return ERR_STORE;
    *version = value == NULL ? 0 : value->number;
    if (r->conflicts > 0) {
        r->conflicts--;
        *version += 1000; /* as if another node had been here */
    }
    return ERR_OK;
}

static enum err ram_seen(void *self, const struct id *device, const struct id *message,
                         struct hash *digest, uint64_t *seq, int64_t *recorded_at)
{
    struct ram *r = self;
    struct ram_key key = ram_key(RAM_SEEN, 0, device, message);
    const struct ram_value *value = ram_get(&r->rows, &key);
    if (fails(r))
        return ERR_STORE;
    if (value == NULL)
        return ERR_NOT_FOUND;
    memcpy(digest, value->bytes, sizeof *digest);
    *seq = value->number;
    *recorded_at = value->time;
    return ERR_OK;
}

static enum err ram_counter(void *self, enum counter_kind kind, const struct id *id,
                            uint64_t *value)
{
    struct ram *r = self;
    struct ram_key key = ram_key(RAM_COUNTER, (int)kind, id, NULL);
    const struct ram_value *found = ram_get(&r->rows, &key);
    *value = found == NULL ? 0 : found->number;
    return fails(r) ? ERR_STORE : ERR_OK;
}

static enum err ram_key_of(void *self, const struct id *realm, void *user,
                           enum err (*each)(void *user, int month, struct slice wrapped))
{
    struct ram *r = self;
    struct ram_key key = ram_key(RAM_KEY, 0, realm, NULL);
    const struct ram_value *value = ram_get(&r->rows, &key);
    if (fails(r))
        return ERR_STORE;
    if (value == NULL)
        return ERR_NOT_FOUND;
    return each(user, value->tag, (struct slice){value->bytes, value->size});
}

/* The first organisation above AFTER; NULL: no more. */
static const struct ram_row *next_org(const struct ram_rows *rows, const struct ram_key *after)
{
    const struct ram_row *first = NULL;
    for (size_t i = 0; i < rows->count; i++) {
        const struct ram_row *row = &rows->rows[i];
        if (row->key.bytes[0] == after->bytes[0] && ram_get(rows, &row->key) != NULL &&
            memcmp(&row->key, after, sizeof *after) > 0 &&
            (first == NULL || memcmp(&row->key, &first->key, sizeof *after) < 0))
            first = row;
    }
    return first;
}

static enum err ram_org_keys(void *self, const struct id *after, int limit, void *user,
                             enum err (*each)(void *user, const struct id *realm, int month,
                                              struct slice wrapped))
{
    struct ram *r = self;
    struct ram_key from = ram_key(RAM_STATE, AGGREGATE_ORG, after, NULL);
    const struct ram_row *row;
    enum err e = fails(r) ? ERR_STORE : ERR_OK;
    while (e == ERR_OK && limit > 0 && (row = next_org(&r->rows, &from)) != NULL) {
        struct id realm;
        from = row->key;
        memcpy(realm.bytes, from.bytes + 1, sizeof realm.bytes);
        struct ram_key key = ram_key(RAM_KEY, 0, &realm, NULL);
        const struct ram_value *value = ram_get(&r->rows, &key);
        if (value == NULL)
            continue;
        limit--;
        e = each(user, &realm, value->tag, (struct slice){value->bytes, value->size});
    }
    return e;
}

static enum err put_recipients(struct ram *r, const struct store_event *event)
{
    enum err e = ERR_OK;
    for (size_t i = 0; i < event->recipients_count && e == ERR_OK; i++) {
        struct id place = ram_number(event->n[i]);
        struct ram_key key = ram_key(RAM_OUTBOX, 0, &event->recipients[i], &place);
        struct ram_value value = {.number = event->seq};
        e = ram_put(&r->rows, &key, &value);
    }
    return e;
}

static enum err ram_put_event(void *self, const struct store_event *event)
{
    struct ram *r = self;
    struct ram_key key = ram_key(RAM_EVENT_ID, 0, &event->event->id, NULL);
    struct ram_value value = {.number = event->seq};
    if (fails(r) || event->seq != r->events_count + 1 || ram_get(&r->rows, &key) != NULL)
        return ERR_STORE;
    void *grown = ram_grow(r->events, r->events_count, &r->events_room, sizeof *r->events);
    if (grown == NULL)
        return ERR_STORE;
    r->events = grown;
    struct ram_event row = {.event = *event->event, .nodes_count = event->nodes_count};
    row.event.payload = (struct slice){0};
    row.nodes = calloc(event->nodes_count + 1u, sizeof *row.nodes);
    if (row.nodes == NULL || copy_bytes(event->leaf, &row.leaf) != ERR_OK ||
        copy_bytes(event->sealed, &row.sealed) != ERR_OK ||
        ram_put(&r->rows, &key, &value) != ERR_OK || put_recipients(r, event) != ERR_OK) {
        event_fini(&row);
        return ERR_STORE;
    }
    memcpy(row.nodes, event->nodes, event->nodes_count * sizeof *row.nodes);
    r->events[r->events_count++] = row;
    return ERR_OK;
}

static enum err put(struct ram *r, const struct ram_key *key, const struct ram_value *value)
{
    if (fails(r))
        return ERR_STORE;
    return ram_put(&r->rows, key, value) == ERR_OK ? ERR_OK : ERR_STORE;
}

static enum err ram_put_state(void *self, const struct state_row *row, struct slice sealed)
{
    struct ram_key key = ram_key(RAM_STATE, (int)row->kind, &row->id, NULL);
    struct ram_value value = {.number = row->version,
                              .realm = row->realm,
                              .tag = row->open,
                              .bytes = (char *)(uintptr_t)sealed.bytes,
                              .size = sealed.size};
    return put(self, &key, &value);
}

static enum err ram_put_seen(void *self, const struct id *device, const struct id *message,
                             const struct hash *digest, uint64_t seq, int64_t recorded_at)
{
    struct ram_key key = ram_key(RAM_SEEN, 0, device, message);
    struct ram_value value = {.number = seq,
                              .time = recorded_at,
                              .bytes = (char *)(uintptr_t)digest->bytes,
                              .size = sizeof digest->bytes};
    return put(self, &key, &value);
}

static enum err ram_put_counter(void *self, enum counter_kind kind, const struct id *id,
                                uint64_t number)
{
    struct ram_key key = ram_key(RAM_COUNTER, (int)kind, id, NULL);
    struct ram_value value = {.number = number};
    return put(self, &key, &value);
}

static enum err ram_put_key(void *self, const struct id *realm, int month, struct slice wrapped)
{
    struct ram_key key = ram_key(RAM_KEY, 0, realm, NULL);
    struct ram_value value = {
        .tag = month, .bytes = (char *)(uintptr_t)wrapped.bytes, .size = wrapped.size};
    return put(self, &key, &value);
}

static enum err ram_put_head(void *self, const struct store_head *head)
{
    struct ram *r = self;
    if (fails(r))
        return ERR_STORE;
    r->head_waits = ram_head_copy(head, &r->next) == ERR_OK;
    return r->head_waits ? ERR_OK : ERR_STORE;
}

static enum err ram_commit_all(void *self)
{
    struct ram *r = self;
    if (fails(r))
        return ERR_STORE; /* the sequencer rolls back */
    ram_commit(&r->rows);
    r->committed = r->events_count;
    if (r->head_waits) {
        ram_head_fini(&r->head);
        r->head = r->next;
        r->next = (struct ram_head){0};
        r->head_waits = false;
    }
    stop_writing(r);
    return ERR_OK;
}

static void ram_rollback_all(void *self)
{
    struct ram *r = self;
    assert(r->writing);
    take_back(r);
    stop_writing(r);
}

static void ram_tidy(void *self, int idle)
{
    (void)self;
    (void)idle;
}

static void ram_close(void *self)
{
    struct ram *r = self;
    r->committed = 0;
    take_back(r);
    ram_fini(&r->rows);
    ram_head_fini(&r->head);
    ram_head_fini(&r->lent);
    free(r->events);
    pthread_mutex_destroy(&r->lock);
    free(r);
}

enum err store_ram_open(struct store **out)
{
    pthread_mutexattr_t attr;
    struct ram *r = calloc(1, sizeof *r);
    if (r == NULL)
        return ERR_NO_MEMORY;
    /* A reader's callback may read on: the same thread takes the lock again. */
    pthread_mutexattr_init(&attr);
    pthread_mutexattr_settype(&attr, PTHREAD_MUTEX_RECURSIVE);
    pthread_mutex_init(&r->lock, &attr);
    pthread_mutexattr_destroy(&attr);
    r->store = (struct store){.name = "ram",
                              .self = r,
                              .begin = ram_begin,
                              .version = ram_version,
                              .seen = ram_seen,
                              .counter = ram_counter,
                              .put_event = ram_put_event,
                              .put_state = ram_put_state,
                              .put_seen = ram_put_seen,
                              .put_counter = ram_put_counter,
                              .put_key = ram_put_key,
                              .key = ram_key_of,
                              .org_keys = ram_org_keys,
                              .put_head = ram_put_head,
                              .commit = ram_commit_all,
                              .rollback = ram_rollback_all,
                              .tidy = ram_tidy,
                              .close = ram_close};
    store_ram_reads(&r->store);
    *out = &r->store;
    return ERR_OK;
}

void store_ram_crash(struct store *store)
{
    struct ram *r = store->self;
    take_back(r);
    if (r->writing)
        stop_writing(r);
}

void store_ram_conflict_next(struct store *store, int count)
{
    ((struct ram *)store->self)->conflicts = count;
}

void store_ram_fail_after(struct store *store, int calls)
{
    ((struct ram *)store->self)->calls_left = calls;
}

void store_close(struct store *store)
{
    if (store != NULL)
        store->close(store->self);
}
