/* rebuild_fold.c — Job: the states that the events make, and the store's state rows against them.
 *
 * The fold is the engine's own (core/state.h); only the driving is here. */
#include "gateway/rebuild_parts.h"

#include <stdlib.h>

const char *fold_kind(enum aggregate kind)
{
    static const char *const names[] = {"?", "case", "person", "device", "organisation"};
    return names[kind];
}

struct fold_row *fold_find(struct rebuild *r, enum aggregate kind, const struct id *id)
{
    struct hash key = index_key(id);
    return index_get(r->rows[kind], &key);
}

static struct fold_row *find_or_make(struct rebuild *r, enum aggregate kind, const struct id *id)
{
    struct fold_row *row = fold_find(r, kind, id);
    struct hash key = index_key(id);
    if (row != NULL)
        return row;
    row = calloc(1, sizeof *row);
    if (row == NULL)
        return NULL;
    row->kind = kind;
    row->id = *id;
    buf_init(&row->text, STATE_BYTES_MAX);
    if (index_put(r->rows[kind], &key, row))
        return row;
    free(row);
    return NULL;
}

enum err fold_state(struct fold_row *row, union any_state *state, struct json **root)
{
    struct complaint why;
    *state = (union any_state){0};
    *root = NULL;
    if (row->text.size == 0)
        return ERR_OK;
    enum err e = json_parse(buf_slice(&row->text), STATE_BYTES_MAX, root);
    if (e == ERR_OK)
        e = record_decode(state_record(row->kind), *root, RECORD_LENIENT, state, &why);
    if (e == ERR_OK || e == ERR_NO_MEMORY)
        return e;
    /* The entry that began it cannot be read, so it has no id. */
    json_free(*root);
    *root = NULL;
    *state = (union any_state){0};
    row->unknown = true;
    return ERR_OK;
}

static void apply(struct fold_row *row, union any_state *state, const struct event *event,
                  const struct json *payload)
{
    switch (row->kind) {
    case AGGREGATE_CASE:
        if (event->type == EVENT_TAKEN_OVER)
            row->former = state->case_.device;
        case_apply(&state->case_, event, payload);
        break;
    case AGGREGATE_PERSON:
        person_apply(&state->person, event, payload);
        break;
    case AGGREGATE_DEVICE:
        device_apply(&state->device, event, payload);
        row->org = state->device.org;
        break;
    default:
        org_apply(&state->org, event, payload);
        break;
    }
    row->events++;
}

/* The payload as JSON in *PAYLOAD, NULL when there is none. A case's fold reads none. */
static enum err read_payload(struct rebuild *r, struct fold_row *row, const struct event *event,
                             struct slice sealed, struct json **payload)
{
    struct seal_place place = seal_place_payload(&event->id);
    struct id realm = event_realm(event);
    struct buf plain = {0};
    *payload = NULL;
    if (row->kind == AGGREGATE_CASE || sealed.bytes == NULL)
        return ERR_OK;
    enum err e = rebuild_unseal(r, &realm, &place, sealed, &plain);
    if (e == ERR_OK && json_parse(buf_slice(&plain), FRAME_BYTES_MAX, payload) != ERR_OK)
        e = ERR_CRYPTO;
    buf_free(&plain);
    if (e != ERR_NOT_FOUND && e != ERR_CRYPTO)
        return e;
    row->unknown = true;
    if (e == ERR_NOT_FOUND)
        r->report->shredded++;
    else
        rebuild_name(r, REBUILD_UNREADABLE, "payload", &event->id, event->seq);
    return ERR_OK;
}

static enum err encode(struct fold_row *row, const union any_state *state)
{
    struct buf text;
    buf_init(&text, STATE_BYTES_MAX);
    record_encode(state_record(row->kind), state, &text);
    buf_free(&row->text);
    row->text = text;
    return buf_error(&row->text);
}

static enum err fold_into(struct rebuild *r, struct fold_row *row, union any_state *state,
                          const struct event *event, struct slice sealed)
{
    struct json *root = NULL, *payload = NULL;
    enum err e = fold_state(row, state, &root);
    if (e == ERR_OK)
        e = beside_event(r, event, row, state);
    if (e == ERR_OK)
        e = read_payload(r, row, event, sealed, &payload);
    if (e == ERR_OK) {
        apply(row, state, event, payload);
        e = encode(row, state);
    }
    json_free(payload);
    json_free(root);
    return e;
}

enum err fold_event(void *rebuild, const struct stored_event *stored)
{
    struct rebuild *r = rebuild;
    struct event event;
    struct id id;
    for (uint64_t seq = r->seq + 1; seq < stored->seq; seq++)
        rebuild_name(r, REBUILD_MISSING, "entry", NULL, seq);
    r->seq = stored->seq;
    enum err e = leaf_decode(stored->leaf, &event);
    if (e == ERR_CORRUPT) {
        rebuild_name(r, REBUILD_UNREADABLE, "entry", &stored->id, stored->seq);
        r->last_device = r->last_message = (struct id){{0}};
        return ERR_OK;
    }
    if (e != ERR_OK)
        return e;
    event.id = stored->id;
    event.seq = stored->seq;
    r->report->events++;
    enum aggregate kind = state_of_event(&event, &id);
    if (kind == AGGREGATE_NONE)
        return beside_event(r, &event, NULL, NULL);
    struct fold_row *row = find_or_make(r, kind, &id);
    union any_state *state = calloc(1, sizeof *state);
    e = row == NULL || state == NULL ? ERR_NO_MEMORY
                                     : fold_into(r, row, state, &event, stored->sealed);
    free(state);
    return e;
}

/* ---- the rows of the store ---- */

static enum err compare_opened(struct rebuild *r, struct fold_row *row,
                               const struct stored_state *stored, struct slice text)
{
    union any_state *state = calloc(1, sizeof *state);
    struct json *root = NULL;
    const char *name = fold_kind(row->kind);
    if (state == NULL)
        return ERR_NO_MEMORY;
    enum err e = fold_state(row, state, &root);
    if (e == ERR_OK) {
        struct id realm = state_realm(row->kind, &row->id, state);
        if (row->unknown)
            realm = stored->realm;
        if (row->unknown)
            r->report->unknown++;
        else if (!slice_equal(text, buf_slice(&row->text)) || stored->version == 0 ||
                 stored->version > row->events)
            rebuild_name(r, REBUILD_DIFFERENT, name, &row->id, 0);
        if (!id_equal(&realm, &stored->realm))
            rebuild_name(r, REBUILD_REALM, name, &row->id, 0);
    }
    json_free(root);
    free(state);
    return e;
}

/* A case's flag is said by its events alone; it does not need the row to open. */
static enum err compare_flag(struct rebuild *r, struct fold_row *row, int open)
{
    union any_state *state = calloc(1, sizeof *state);
    struct json *root = NULL;
    if (state == NULL)
        return ERR_NO_MEMORY;
    enum err e = fold_state(row, state, &root);
    if (e == ERR_OK && !row->unknown && (open == 1) != state_open(row->kind, state))
        rebuild_name(r, REBUILD_OPEN, fold_kind(row->kind), &row->id, 0);
    json_free(root);
    free(state);
    return e;
}

static enum err each_row(void *user, const struct stored_state *stored)
{
    struct rebuild *r = user;
    struct buf text = {0};
    r->report->aggregates++;
    r->open_rows += stored->open == 1;
    bool known = stored->kind >= AGGREGATE_CASE && stored->kind <= AGGREGATE_ORG;
    struct fold_row *row = known ? fold_find(r, stored->kind, &stored->id) : NULL;
    if (row == NULL) {
        rebuild_name(r, REBUILD_EXTRA, known ? fold_kind(stored->kind) : "?", &stored->id, 0);
        return ERR_OK;
    }
    row->met = true;
    struct seal_place place = seal_place_state(stored->kind, &stored->id, stored->version);
    enum err e = rebuild_unseal(r, &stored->realm, &place, stored->sealed, &text);
    if (e == ERR_OK)
        e = compare_opened(r, row, stored, buf_slice(&text));
    else if (e == ERR_NOT_FOUND)
        r->report->shredded++;
    else if (e == ERR_CRYPTO)
        rebuild_name(r, REBUILD_UNREADABLE, fold_kind(row->kind), &row->id, 0);
    buf_free(&text);
    if (e != ERR_OK && e != ERR_NOT_FOUND && e != ERR_CRYPTO)
        return e;
    return compare_flag(r, row, stored->open);
}

static void name_missing(void *self, void *value)
{
    struct fold_row *row = value;
    if (!row->met)
        rebuild_name(self, REBUILD_MISSING, fold_kind(row->kind), &row->id, 0);
}

static enum err count_open(void *user, const struct stored_state *stored)
{
    (void)stored;
    ++*(uint64_t *)user;
    return ERR_OK;
}

enum err fold_compare(struct rebuild *r)
{
    struct store *store = r->setup->store;
    uint64_t open = 0;
    enum err e = store->all_states(store->self, r, each_row);
    for (int kind = AGGREGATE_CASE; kind <= AGGREGATE_ORG && e == ERR_OK; kind++)
        index_each(r->rows[kind], r, name_missing);
    if (e == ERR_OK)
        e = store->states(store->self, 1, &open, count_open);
    /* The walk of the gateway's start goes by an index: it has to find the same rows. A damaged
     * row ends it. */
    if (e == ERR_CORRUPT || (e == ERR_OK && open != r->open_rows)) {
        rebuild_name(r, REBUILD_OPEN, "index of open rows", NULL, 0);
        e = ERR_OK;
    }
    return e;
}

static void free_row(void *self, void *value)
{
    struct fold_row *row = value;
    (void)self;
    buf_free(&row->text);
    free(row);
}

void fold_fini(struct rebuild *r)
{
    for (int kind = AGGREGATE_CASE; kind <= AGGREGATE_ORG; kind++) {
        if (r->rows[kind] != NULL)
            index_each(r->rows[kind], NULL, free_row);
        index_free(r->rows[kind]);
    }
}
