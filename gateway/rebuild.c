/* rebuild.c — Job: fold the whole journal again and hold the result against the stored states.
 *
 * The fold is the engine's own (core/state.h); only the driving is here. Texts of a state are lent
 * by the row it was decoded from, so each step encodes and decodes: slow, and certain. */
#include "gateway/rebuild.h"

#include "gateway/engine/world.h"

#include <stdio.h>
#include <stdlib.h>

struct rebuild {
    struct opened *opened;
    struct world_table world;
    struct rebuild_report *report;
    enum err err;
};

static enum err apply(struct rebuild *r, const struct event *event, struct json *payload,
                      enum aggregate kind, const struct id *id)
{
    struct slot *slot = world_slot(&r->world, kind, id);
    union any_state *state = calloc(1, sizeof *state);
    struct buf row;
    buf_init(&row, STATE_BYTES_MAX);
    if (slot == NULL || state == NULL) {
        free(state);
        return ERR_NO_MEMORY;
    }
    if (slot->state != NULL)
        memcpy(state, slot->state, state_size(kind));
    if (kind == AGGREGATE_CASE)
        case_apply(&state->case_, event, payload);
    else if (kind == AGGREGATE_PERSON)
        person_apply(&state->person, event, payload);
    else if (kind == AGGREGATE_DEVICE)
        device_apply(&state->device, event, payload);
    else
        org_apply(&state->org, event, payload);
    record_encode(state_record(kind), state, &row);
    enum err err = buf_error(&row);
    if (err == ERR_OK)
        err = world_load(&r->world, kind, id, slot->version + 1, buf_slice(&row));
    buf_free(&row);
    free(state);
    return err;
}

static enum err fold(void *self, const struct stored_event *stored)
{
    struct rebuild *r = self;
    struct event event;
    struct id id;
    struct arena arena = {0};
    struct slice plain = {NULL, 0};
    struct json *payload = NULL;
    enum err err = leaf_decode(stored->leaf, &event);
    if (err != ERR_OK)
        return ERR_CORRUPT;
    event.id = stored->id;
    r->report->events++;
    enum aggregate kind = state_of_event(&event, &id);
    if (kind == AGGREGATE_NONE)
        return ERR_OK;
    if (kind != AGGREGATE_CASE && stored->sealed.bytes != NULL) { /* a case's fold reads none */
        struct id realm = event_realm(&event);
        if (journal_payload(r->opened->journal, &event.id, &realm, &arena, &plain) != ERR_OK ||
            plain.bytes == NULL)
            r->report->shredded++;
        else
            err = json_parse(plain, FRAME_BYTES_MAX, &payload);
    }
    if (err == ERR_OK)
        err = apply(r, &event, payload, kind, &id);
    json_free(payload);
    arena_free(&arena);
    return err;
}

static void compare(void *self, void *value)
{
    struct rebuild *r = self;
    struct slot *slot = value;
    struct arena arena = {0};
    struct slice stored;
    uint64_t version;
    struct buf row = {0};
    if (slot->state == NULL || r->err != ERR_OK)
        return;
    record_encode(state_record(slot->kind), slot->state, &row);
    enum err err =
        journal_load_one(r->opened->journal, slot->kind, &slot->id, &arena, &version, &stored);
    r->report->aggregates++;
    if (err == ERR_NOT_FOUND || (err == ERR_OK && !slice_equal(stored, buf_slice(&row)))) {
        char id[ID_TEXT_SIZE];
        id_text(&slot->id, id);
        if (r->report->differences++ == 0)
            snprintf(r->report->first, sizeof r->report->first, "%s %.26s",
                     state_record(slot->kind)->name, id);
    } else if (err != ERR_OK) {
        r->err = err;
    }
    buf_free(&row);
    arena_free(&arena);
}

enum err rebuild_compare(struct opened *opened, struct rebuild_report *out)
{
    enum { CHUNK = 1000 };
    struct rebuild r = {.opened = opened, .report = out};
    struct store_head head;
    *out = (struct rebuild_report){0};
    enum err err = world_init(&r.world);
    if (err == ERR_OK)
        err = opened->store->head(opened->store->self, &head);
    uint64_t size = err == ERR_OK ? head.size : 0;
    for (uint64_t seq = 1; err == ERR_OK && seq <= size; seq += CHUNK)
        err = opened->store->follow(opened->store->self, seq, CHUNK, &r, fold);
    if (err == ERR_OK) {
        world_each(&r.world, &r, compare);
        err = r.err;
    }
    world_fini(&r.world);
    return err;
}
