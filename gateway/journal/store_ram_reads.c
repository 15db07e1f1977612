/* store_ram_reads.c — Job: the store in memory, reading half: what is committed, nothing else. */
#include "gateway/journal/store_ram.h"

#include "gateway/core/under.h"

static struct stored_event event_of(const struct ram *r, uint64_t seq, uint64_t n)
{
    const struct ram_event *row = &r->events[seq - 1];
    return (struct stored_event){
        .seq = seq, .n = n, .id = row->event.id, .leaf = row->leaf, .sealed = row->sealed};
}

static enum err ram_head(void *self, struct store_head *head)
{
    struct ram *r = self;
    pthread_mutex_lock(&r->lock);
    struct store_head now = {r->head.size, r->head.root, r->head.edge, r->head.checkpoint};
    enum err e = ram_head_copy(&now, &r->lent);
    pthread_mutex_unlock(&r->lock);
    if (e == ERR_OK)
        *head = (struct store_head){r->lent.size, r->lent.root, r->lent.edge, r->lent.checkpoint};
    return e;
}

static struct stored_state state_of(const struct ram_row *row)
{
    struct stored_state state = {.kind = (enum aggregate)(row->key.bytes[0] & 15),
                                 .realm = row->now.realm,
                                 .version = row->now.number,
                                 .open = row->now.tag,
                                 .sealed = {row->now.bytes, row->now.size}};
    memcpy(state.id.bytes, row->key.bytes + 1, sizeof state.id.bytes);
    return state;
}

static enum err ram_states(void *self, int open_only, void *user,
                           enum err (*each)(void *user, const struct stored_state *state))
{
    struct ram *r = self;
    enum err e = ERR_OK;
    pthread_mutex_lock(&r->lock);
    for (size_t i = 0; i < r->rows.count && e == ERR_OK; i++) {
        const struct ram_row *row = &r->rows.rows[i];
        if (ram_table_of(row) != RAM_STATE || !row->now.there || (open_only && !row->now.tag))
            continue;
        struct stored_state state = state_of(row);
        e = each(user, &state);
    }
    pthread_mutex_unlock(&r->lock);
    return e;
}

static enum err ram_state(void *self, enum aggregate kind, const struct id *id, void *user,
                          enum err (*each)(void *user, const struct stored_state *state))
{
    struct ram *r = self;
    struct ram_key key = ram_key(RAM_STATE, (int)kind, id, NULL);
    enum err e = ERR_NOT_FOUND;
    pthread_mutex_lock(&r->lock);
    const struct ram_value *value = ram_get_committed(&r->rows, &key);
    if (value != NULL) {
        struct ram_row row = {.key = key, .now = *value};
        struct stored_state state = state_of(&row);
        e = each(user, &state);
    }
    pthread_mutex_unlock(&r->lock);
    return e;
}

static enum err ram_event(void *self, uint64_t seq, void *user,
                          enum err (*each)(void *user, const struct stored_event *event))
{
    struct ram *r = self;
    enum err e = ERR_NOT_FOUND;
    pthread_mutex_lock(&r->lock);
    if (seq > 0 && seq <= r->committed) {
        struct stored_event event = event_of(r, seq, 0);
        e = each(user, &event);
    }
    pthread_mutex_unlock(&r->lock);
    return e;
}

static enum err ram_event_by_id(void *self, const struct id *id, void *user,
                                enum err (*each)(void *user, const struct stored_event *event))
{
    struct ram *r = self;
    struct ram_key key = ram_key(RAM_EVENT_ID, 0, id, NULL);
    pthread_mutex_lock(&r->lock);
    const struct ram_value *value = ram_get_committed(&r->rows, &key);
    enum err e = value == NULL ? ERR_NOT_FOUND : ram_event(self, value->number, user, each);
    pthread_mutex_unlock(&r->lock);
    return e;
}

static enum err ram_follow(void *self, uint64_t seq, int limit, void *user,
                           enum err (*each)(void *user, const struct stored_event *event))
{
    struct ram *r = self;
    enum err e = ERR_OK;
    pthread_mutex_lock(&r->lock);
    for (uint64_t at = seq == 0 ? 1 : seq; at <= r->committed && limit > 0 && e == ERR_OK; at++) {
        struct stored_event event = event_of(r, at, 0);
        e = each(user, &event);
        limit--;
    }
    pthread_mutex_unlock(&r->lock);
    return e;
}

static enum err ram_outbox(void *self, const struct id *device, uint64_t after_n, int limit,
                           void *user,
                           enum err (*each)(void *user, const struct stored_event *event))
{
    struct ram *r = self;
    uint64_t newest = 0;
    enum err e = r->store.counter_read(self, COUNTER_DEVICE_N, device, &newest);
    if (e == ERR_OK && newest > after_n && newest - after_n > JOURNAL_BEHIND_MAX)
        return ERR_FULL;
    pthread_mutex_lock(&r->lock);
    for (uint64_t n = after_n + 1; limit > 0 && e == ERR_OK; n++, limit--) {
        struct id place = ram_number(n);
        struct ram_key key = ram_key(RAM_OUTBOX, 0, device, &place);
        const struct ram_value *value = ram_get_committed(&r->rows, &key);
        if (value == NULL)
            break;
        struct stored_event event = event_of(r, value->number, n);
        e = each(user, &event);
    }
    pthread_mutex_unlock(&r->lock);
    return e;
}

static bool narrowed(const struct id *wanted, const struct id *is)
{
    return !id_absent(wanted) && !id_equal(wanted, is);
}

/* Whose the case of event E was by then (store_sqlite_index.c says why that matters). */
static struct id owner_of(const struct ram *r, const struct event *e)
{
    for (uint64_t seq = e->seq; !id_absent(&e->case_id) && seq > 0; seq--) {
        const struct event *before = &r->events[seq - 1].event;
        bool says =
            before->type == EVENT_CASE_OPENED || (before->type == EVENT_TAKEN_OVER && seq < e->seq);
        if (says && id_equal(&before->case_id, &e->case_id))
            return before->org;
    }
    return (struct id){{0}};
}

static int under_in(const struct ram *r, const struct event *e)
{
    enum under_from from = under_from(e);
    for (uint64_t seq = e->seq; seq > 0 && from != UNDER_OWN && from != UNDER_NONE; seq--) {
        const struct event *before = &r->events[seq - 1].event;
        if (from == UNDER_OF_GRANT && under_sets_grant(before) &&
            id_equal(&before->grant, &e->grant))
            return under_of(before);
        if (from == UNDER_OF_CASE && under_sets_case(before) &&
            id_equal(&before->case_id, &e->case_id))
            return under_of(before);
    }
    return under_of(e);
}

static bool concerns(const struct id *org, const struct event *e, const struct id *owner)
{
    return id_equal(org, &e->org) || id_equal(org, &e->hospital) || id_equal(org, owner);
}

static bool type_fits(const struct store_query *q, enum event_type type)
{
    for (size_t i = 0; i < q->types_count; i++)
        if (q->types[i] == type)
            return true;
    return q->types_count == 0;
}

/* Whether this ground, its person's first in the case since the last one was reviewed, waits. */
static bool waits(const struct ram *r, const struct store_query *q, const struct event *e)
{
    if (!under_waits(e) || !id_equal(&q->org, &e->org) ||
        (q->before_seq != 0 && e->seq >= q->before_seq))
        return false;
    struct id waiting = {{0}}; /* of this person in this case */
    for (uint64_t i = 0; i < r->committed; i++) {
        const struct event *other = &r->events[i].event;
        if (!id_equal(&other->case_id, &e->case_id) || !id_equal(&other->org, &e->org))
            continue;
        if (other->type == EVENT_ACCESS_REVIEWED && id_equal(&other->subject, &waiting))
            waiting = (struct id){{0}};
        else if (under_waits(other) && id_equal(&other->person, &e->person) && id_absent(&waiting))
            waiting = other->id;
    }
    return id_equal(&waiting, &e->id);
}

static bool matches(const struct ram *r, const struct store_query *q, const struct event *e)
{
    if (q->waiting == FLAG_YES)
        return waits(r, q, e);
    struct id owner = owner_of(r, e);
    int under = under_in(r, e);
    if (!concerns(&q->org, e, &owner) || (!id_absent(&q->other) && !concerns(&q->other, e, &owner)))
        return false;
    if (narrowed(&q->person, &e->person) || narrowed(&q->case_id, &e->case_id) ||
        narrowed(&q->alias, &e->alias) || !type_fits(q, e->type))
        return false;
    if ((q->basis != 0 && q->basis != under_basis(under)) ||
        (q->without_consent == FLAG_YES && !under_without_consent(under)) ||
        (q->training != FLAG_ABSENT && (q->training == FLAG_YES) != (e->training == FLAG_YES)))
        return false;
    return (q->from == 0 || e->recorded_at >= q->from) &&
           (q->until == 0 || e->recorded_at <= q->until) &&
           (q->before_seq == 0 || e->seq < q->before_seq) && e->seq > q->after_seq;
}

static enum err ram_query(void *self, const struct store_query *query, void *user,
                          enum err (*each)(void *user, const struct stored_event *event))
{
    struct ram *r = self;
    enum err e = ERR_OK;
    int left = id_absent(&query->org) ? 0 : query->limit;
    pthread_mutex_lock(&r->lock);
    for (uint64_t i = 1; i <= r->committed && left > 0 && e == ERR_OK; i++) {
        uint64_t seq = query->oldest_first ? i : r->committed - i + 1;
        if (!matches(r, query, &r->events[seq - 1].event))
            continue;
        struct stored_event event = event_of(r, seq, 0);
        event.under = under_in(r, &r->events[seq - 1].event);
        e = each(user, &event);
        left--;
    }
    pthread_mutex_unlock(&r->lock);
    return e;
}

static enum err ram_node(void *self, unsigned level, uint64_t index, struct hash *hash)
{
    struct ram *r = self;
    enum err e = ERR_NOT_FOUND;
    pthread_mutex_lock(&r->lock);
    if (level < MERKLE_LEVELS_MAX && index < r->committed >> level) {
        const struct ram_event *row = &r->events[((index + 1) << level) - 1];
        e = level < row->nodes_count ? ERR_OK : ERR_CORRUPT;
        if (e == ERR_OK)
            *hash = row->nodes[level];
    }
    pthread_mutex_unlock(&r->lock);
    return e;
}

static enum err ram_seen_read(void *self, const struct id *device, const struct id *message,
                              struct hash *digest, uint64_t *seq, int64_t *recorded_at)
{
    struct ram *r = self;
    struct ram_key key = ram_key(RAM_SEEN, 0, device, message);
    pthread_mutex_lock(&r->lock);
    const struct ram_value *value = ram_get_committed(&r->rows, &key);
    if (value != NULL) {
        memcpy(digest, value->bytes, sizeof *digest);
        *seq = value->number;
        *recorded_at = value->time;
    }
    pthread_mutex_unlock(&r->lock);
    return value == NULL ? ERR_NOT_FOUND : ERR_OK;
}

static enum err ram_counter_read(void *self, enum counter_kind kind, const struct id *id,
                                 uint64_t *number)
{
    struct ram *r = self;
    struct ram_key key = ram_key(RAM_COUNTER, (int)kind, id, NULL);
    pthread_mutex_lock(&r->lock);
    const struct ram_value *value = ram_get_committed(&r->rows, &key);
    *number = value == NULL ? 0 : value->number;
    pthread_mutex_unlock(&r->lock);
    return ERR_OK;
}

static enum err ram_key_read(void *self, const struct id *realm, void *user,
                             enum err (*each)(void *user, int month, struct slice wrapped))
{
    struct ram *r = self;
    struct ram_key key = ram_key(RAM_KEY, 0, realm, NULL);
    enum err e = ERR_NOT_FOUND;
    pthread_mutex_lock(&r->lock);
    const struct ram_value *value = ram_get_committed(&r->rows, &key);
    if (value != NULL)
        e = each(user, value->tag, (struct slice){value->bytes, value->size});
    pthread_mutex_unlock(&r->lock);
    return e;
}

/* Queries scan the events themselves: there is no second pass to wait for. */
static enum err ram_indexed(void *self, uint64_t *seq)
{
    struct ram *r = self;
    pthread_mutex_lock(&r->lock);
    *seq = r->committed;
    pthread_mutex_unlock(&r->lock);
    return ERR_OK;
}

static enum err ram_index(void *self, int limit, uint64_t *left)
{
    (void)self;
    (void)limit;
    *left = 0;
    return ERR_OK;
}

/* Nothing of it is ever read back from a disk. */
static enum err ram_verified(void *self, struct store_verified *out)
{
    (void)self;
    *out = (struct store_verified){0};
    return ERR_OK;
}

void store_ram_reads(struct store *store)
{
    store->head = ram_head;
    store->states = ram_states;
    store->state = ram_state;
    store->event = ram_event;
    store->event_by_id = ram_event_by_id;
    store->follow = ram_follow;
    store->outbox = ram_outbox;
    store->query = ram_query;
    store->node = ram_node;
    store->seen_read = ram_seen_read;
    store->counter_read = ram_counter_read;
    store->key_read = ram_key_read;
    store->indexed = ram_indexed;
    store->index = ram_index;
    store->coverage = ram_coverage;
    store->verified = ram_verified;
}
