/* rebuild_beside.c — Job: what lies beside events and states: numbers, receipts, who was told. */
#include "gateway/rebuild_parts.h"

#include <stdlib.h>

/* ---- running numbers ---- */

static const char *number_name(enum counter_kind kind)
{
    static const char *const names[] = {"?", "organisation count", "alias count", "device number"};
    return names[kind];
}

static struct number_row *number_find(struct rebuild *r, enum counter_kind kind,
                                      const struct id *id)
{
    struct hash key = index_key(id);
    return index_get(r->numbers[kind], &key);
}

static struct number_row *number_of(struct rebuild *r, enum counter_kind kind, const struct id *id)
{
    struct number_row *number = number_find(r, kind, id);
    struct hash key = index_key(id);
    if (number != NULL)
        return number;
    number = calloc(1, sizeof *number);
    if (number == NULL)
        return NULL;
    *number = (struct number_row){.kind = kind, .id = *id};
    if (index_put(r->numbers[kind], &key, number))
        return number;
    free(number);
    return NULL;
}

/* What an entry says is its number; that they have no gap is for `audit verify`. */
static enum err note_number(struct rebuild *r, enum counter_kind kind, const struct id *id,
                            uint64_t value)
{
    if (id_absent(id))
        return ERR_OK;
    struct number_row *number = number_of(r, kind, id);
    if (number == NULL)
        return ERR_NO_MEMORY;
    number->value = value;
    return ERR_OK;
}

static enum err each_counter(void *user, const struct stored_counter *stored)
{
    struct rebuild *r = user;
    bool known = stored->kind >= COUNTER_ORG && stored->kind <= COUNTER_DEVICE_N;
    struct number_row *number = known ? number_find(r, stored->kind, &stored->id) : NULL;
    r->report->numbers++;
    if (number == NULL) {
        rebuild_name(r, REBUILD_EXTRA, known ? number_name(stored->kind) : "?", &stored->id, 0);
        return ERR_OK;
    }
    number->met = true;
    if (number->value != stored->value || number->seq != stored->seq)
        rebuild_name(r, REBUILD_DIFFERENT, number_name(stored->kind), &stored->id, 0);
    return ERR_OK;
}

static void name_missing(void *self, void *value)
{
    struct number_row *number = value;
    if (!number->met)
        rebuild_name(self, REBUILD_MISSING, number_name(number->kind), &number->id, 0);
}

enum err beside_counters(struct rebuild *r)
{
    struct store *store = r->setup->store;
    uint64_t settled;
    enum err e = store->all_counters(store->self, &settled, r, each_counter);
    for (int kind = COUNTER_ORG; kind <= COUNTER_DEVICE_N && e == ERR_OK; kind++)
        index_each(r->numbers[kind], r, name_missing);
    return e;
}

static enum err no_counter(void *user, const struct stored_counter *counter)
{
    (void)user;
    (void)counter;
    return ERR_OK;
}

enum err beside_settled(struct rebuild *r, uint64_t *settled)
{
    struct store *store = r->setup->store;
    return store->all_counters(store->self, settled, NULL, no_counter);
}

/* ---- receipts: which messages were taken ---- */

/* The first event of a message's entry is where its receipt points to. */
static enum err note_receipt(struct rebuild *r, const struct event *event)
{
    struct store *store = r->setup->store;
    struct hash digest;
    uint64_t seq;
    int64_t at;
    bool same =
        id_equal(&event->device, &r->last_device) && id_equal(&event->message, &r->last_message);
    r->last_device = event->device;
    r->last_message = event->message;
    if (same || id_absent(&event->device) || id_absent(&event->message))
        return ERR_OK;
    enum err e = store->seen_read(store->self, &event->device, &event->message, &digest, &seq, &at);
    if (e == ERR_NOT_FOUND)
        rebuild_name(r, REBUILD_MISSING, "receipt", &event->message, event->seq);
    else if (e == ERR_CORRUPT)
        rebuild_name(r, REBUILD_UNREADABLE, "receipt", &event->message, event->seq);
    return e == ERR_NOT_FOUND || e == ERR_CORRUPT ? ERR_OK : e;
}

static enum err decode_event(void *user, const struct stored_event *stored)
{
    struct event *event = user;
    enum err e = leaf_decode(stored->leaf, event);
    return e == ERR_CORRUPT ? ERR_OK : e; /* has no message then */
}

static enum err event_at(struct rebuild *r, uint64_t seq, struct event *event)
{
    struct store *store = r->setup->store;
    *event = (struct event){.type = EVENT_NONE};
    enum err e = store->event(store->self, seq, event, decode_event);
    return e == ERR_NOT_FOUND || e == ERR_CORRUPT ? ERR_OK : e;
}

static bool is_of(const struct event *event, const struct stored_seen *seen)
{
    return id_equal(&event->device, &seen->device) && id_equal(&event->message, &seen->message);
}

static enum err each_receipt(void *user, const struct stored_seen *seen)
{
    struct rebuild *r = user;
    struct event first, before;
    r->report->receipts++;
    enum err e = event_at(r, seen->seq, &first);
    if (e == ERR_OK)
        e = event_at(r, seen->seq - 1, &before);
    if (e != ERR_OK)
        return e;
    bool damaged = id_absent(&seen->device) || id_absent(&seen->message);
    if (damaged || !is_of(&first, seen))
        rebuild_name(r, REBUILD_EXTRA, "receipt", &seen->message, seen->seq);
    else if (is_of(&before, seen) || first.recorded_at != seen->recorded_at)
        rebuild_name(r, REBUILD_DIFFERENT, "receipt", &seen->message, seen->seq);
    return ERR_OK;
}

enum err beside_receipts(struct rebuild *r)
{
    struct store *store = r->setup->store;
    return store->all_seen(store->self, r, each_receipt);
}

/* ---- who was told ---- */

struct telling {
    struct rebuild *r;
    const struct event *event;
    const struct fold_row *row;   /* NULL: the event changes no state */
    const union any_state *state; /* before the event */
};

static bool case_concerns(const struct telling *t, const struct fold_row *device)
{
    const struct case_state *c = &t->state->case_;
    if (id_equal(&device->id, &c->device) || id_equal(&device->id, &t->row->former) ||
        id_equal(&device->org, &c->destination))
        return true;
    for (size_t i = 0; i < c->asked_count; i++)
        if (id_equal(&device->org, &c->asked[i].hospital))
            return true;
    for (size_t i = 0; i < c->grants_count; i++)
        if (id_equal(&device->org, &c->grants[i].hospital))
            return true;
    return false;
}

static bool signed_in_at(const struct person_state *person, const struct id *device)
{
    for (size_t i = 0; i < person->sessions_count; i++)
        if (id_equal(&person->sessions[i].device, device))
            return true;
    return false;
}

/* What its organisation's administrators hear of, at their workstations (AUDIENCE_ADMINS). */
static bool is_for_administrators(const struct event *event)
{
    return event->type == EVENT_ALERT || event->type == EVENT_ALERT_ACKED ||
           event->type == EVENT_ALERT_ESCALATED || event->type == EVENT_ACCESS_REVIEWED;
}

/* Whom the engine could have chosen (engine/entry.c); which of them it chose, no entry says. */
static bool concerns(const struct telling *t, const struct fold_row *device)
{
    const struct event *event = t->event;
    if (id_equal(&device->id, &event->device) || id_equal(&device->id, &event->subject) ||
        id_equal(&device->org, &event->hospital))
        return true;
    if (is_for_administrators(event) && id_equal(&device->org, &event->org))
        return true;
    if (t->row != NULL && t->row->kind == AGGREGATE_CASE)
        return case_concerns(t, device);
    return t->row != NULL && t->row->kind == AGGREGATE_PERSON &&
           (t->row->unknown || signed_in_at(&t->state->person, &device->id));
}

static enum err each_recipient(void *user, const struct stored_recipient *to)
{
    struct telling *t = user;
    struct rebuild *r = t->r;
    struct fold_row *device =
        id_absent(&to->device) ? NULL : fold_find(r, AGGREGATE_DEVICE, &to->device);
    r->report->recipients++;
    if (device == NULL) {
        rebuild_name(r, REBUILD_TOLD, "recipient", &to->device, t->event->seq);
        return ERR_OK;
    }
    struct number_row *number = number_of(r, COUNTER_DEVICE_N, &to->device);
    if (number == NULL)
        return ERR_NO_MEMORY;
    bool next =
        to->n == number->value + 1 && to->before == number->seq && number->seq != t->event->seq;
    if (!next || !concerns(t, device))
        rebuild_name(r, REBUILD_TOLD, "recipient", &to->device, t->event->seq);
    number->value = to->n;
    number->seq = t->event->seq;
    return ERR_OK;
}

enum err beside_event(struct rebuild *r, const struct event *event, const struct fold_row *row,
                      const union any_state *state)
{
    struct store *store = r->setup->store;
    struct telling telling = {r, event, row, state};
    enum err e = note_number(r, COUNTER_ORG, &event->org, event->org_n);
    if (e == ERR_OK)
        e = note_number(r, COUNTER_ORG, &event->hospital, event->hospital_n);
    if (e == ERR_OK)
        e = note_number(r, COUNTER_ALIAS, &event->alias, event->alias_n);
    if (e == ERR_OK)
        e = note_receipt(r, event);
    return e == ERR_OK ? store->recipients(store->self, event->seq, &telling, each_recipient) : e;
}

static void free_number(void *self, void *value)
{
    (void)self;
    free(value);
}

void beside_fini(struct rebuild *r)
{
    for (int kind = COUNTER_ORG; kind <= COUNTER_DEVICE_N; kind++) {
        if (r->numbers[kind] != NULL)
            index_each(r->numbers[kind], NULL, free_number);
        index_free(r->numbers[kind]);
    }
}
