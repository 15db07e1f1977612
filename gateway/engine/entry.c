/* entry.c — Job: a judgement becomes one entry of the batch: events, recipients, versions, rows. */
#include "gateway/engine/inner.h"

#include <assert.h>
#include <stdlib.h>

/* ---- recipients: decided here, stored with the event ---- */

struct recipients {
    struct id ids[RECIPIENTS_MAX];
    size_t count;
};

static void add_device(struct engine *engine, struct recipients *to, const struct id *device)
{
    struct slot *slot =
        id_absent(device) ? NULL : world_find(&engine->table, AGGREGATE_DEVICE, device);
    const struct device_state *known = slot_device(slot);
    if (known == NULL || known->revoked == FLAG_YES)
        return;
    for (size_t i = 0; i < to->count; i++)
        if (id_equal(&to->ids[i], device))
            return;
    if (to->count < RECIPIENTS_MAX)
        to->ids[to->count++] = *device;
}

static void add_hospital(struct engine *engine, struct recipients *to, const struct id *hospital)
{
    const struct id *devices;
    size_t count = id_absent(hospital) ? 0 : engine->world.devices_of(engine, hospital, &devices);
    for (size_t i = 0; i < count; i++)
        add_device(engine, to, &devices[i]);
}

static void add_workstations(struct engine *engine, struct recipients *to, const struct id *org)
{
    const struct slot *slot =
        id_absent(org) ? NULL : world_find(&engine->table, AGGREGATE_ORG, org);
    for (size_t i = 0; slot != NULL && i < slot->workstations.count; i++)
        add_device(engine, to, &slot->workstations.ids[i]);
}

/* Where somebody is signed in: those screens are to be covered. */
static void add_person(struct engine *engine, struct recipients *to, const struct id *person)
{
    const struct person_state *p =
        id_absent(person) ? NULL
                          : slot_person(world_find(&engine->table, AGGREGATE_PERSON, person));
    for (size_t i = 0; p != NULL && i < p->sessions_count; i++)
        if (p->sessions[i].ended_at == 0)
            add_device(engine, to, &p->sessions[i].device);
}

static void resolve(struct engine *engine, const struct judged_event *row,
                    const struct case_state *before, struct recipients *to)
{
    to->count = 0;
    if (row->audience & AUDIENCE_CREW)
        add_device(engine, to, before != NULL ? &before->device : &row->event.device);
    if (row->audience & AUDIENCE_HOSPITAL)
        add_hospital(engine, to, &row->hospital);
    if (row->audience & AUDIENCE_DEVICE)
        add_device(engine, to, &row->event.device);
    if (row->audience & AUDIENCE_SUBJECT)
        add_device(engine, to, &row->event.subject);
    if (row->audience & AUDIENCE_SUBJECT && row->event.type == EVENT_PERSON_DISABLED)
        add_person(engine, to, &row->event.subject);
    if (row->audience & AUDIENCE_ADMINS)
        add_workstations(engine, to, &row->event.org);
    if (row->audience & AUDIENCE_GRANTED && before != NULL)
        for (size_t i = 0; i < before->grants_count; i++)
            add_hospital(engine, to, &before->grants[i].hospital);
}

/* ---- next states ---- */

static struct next_state *next_of(struct engine *engine, struct work *work, enum aggregate kind,
                                  const struct id *id)
{
    struct slot *slot = world_slot(&engine->table, kind, id);
    if (slot == NULL)
        return NULL;
    for (size_t i = 0; i < work->states_count; i++)
        if (work->states[i].slot == slot)
            return &work->states[i];
    union any_state *state = work->states_count == NEXT_MAX ? NULL : spare_state(engine, slot);
    if (state == NULL)
        return NULL;
    struct next_state *next = &work->states[work->states_count++];
    *next = (struct next_state){slot, slot->version, state};
    return next;
}

/* Payload roots live until the rows are encoded: the next states lend their texts. */
struct payload_roots {
    struct json *roots[JUDGED_EVENTS_MAX];
    size_t count;
};

static enum err apply_event(struct engine *engine, struct work *work, const struct event *event,
                            struct payload_roots *roots)
{
    struct id id;
    enum aggregate kind = state_of_event(event, &id);
    if (kind == AGGREGATE_NONE)
        return ERR_OK;
    struct next_state *next = next_of(engine, work, kind, &id);
    if (next == NULL)
        return ERR_NO_MEMORY;
    struct json *payload = NULL;
    if (kind != AGGREGATE_CASE && event->payload.bytes != NULL) {
        enum err err = json_parse(event->payload, FRAME_BYTES_MAX, &payload);
        if (err != ERR_OK)
            return err;
        roots->roots[roots->count++] = payload;
    }
    switch (kind) {
    case AGGREGATE_CASE:
        case_apply(&next->state->case_, event, NULL);
        break;
    case AGGREGATE_PERSON:
        person_apply(&next->state->person, event, payload);
        break;
    case AGGREGATE_DEVICE:
        device_apply(&next->state->device, event, payload);
        break;
    default:
        org_apply(&next->state->org, event, payload);
        break;
    }
    return ERR_OK;
}

static enum err encode_rows(struct engine *engine, struct work *work, struct entry *entry,
                            struct arena *arena)
{
    for (size_t i = 0; i < work->states_count; i++) {
        struct next_state *next = &work->states[i];
        enum aggregate kind = next->slot->kind;
        struct slice json;
        enum err err = spare_row(engine, kind, next->state, arena, &json);
        if (err != ERR_OK)
            return err;
        const struct id *id = &next->slot->id;
        entry->rows[i] = (struct state_row){kind,
                                            *id,
                                            state_realm(kind, id, next->state),
                                            next->expected + 1,
                                            state_open(kind, next->state),
                                            json};
    }
    return ERR_OK;
}

static size_t note_versions(struct engine *engine, const struct work *work, struct entry *entry)
{
    size_t count = 0;
    for (size_t i = 0; i < engine->reads_count; i++) {
        const struct slot *slot = engine->reads[i];
        entry->expected[count++] = (struct expected){slot->kind, slot->id, slot->version};
    }
    for (size_t i = 0; i < work->states_count; i++) {
        const struct next_state *next = &work->states[i];
        bool read = false;
        for (size_t j = 0; j < engine->reads_count; j++)
            read = read || engine->reads[j] == next->slot;
        if (!read)
            entry->expected[count++] =
                (struct expected){next->slot->kind, next->slot->id, next->expected};
    }
    return count;
}

static enum err fill_event(struct engine *engine, const struct work *work,
                           const struct judged_event *row, struct batch_event *out,
                           struct arena *arena)
{
    struct recipients to;
    struct slot *slot = id_absent(&row->event.case_id)
                            ? NULL
                            : world_find(&engine->table, AGGREGATE_CASE, &row->event.case_id);
    (void)work;
    resolve(engine, row, slot_case(slot), &to);
    out->event = row->event;
    out->event.payload = arena_copy(arena, row->event.payload);
    out->recipients = arena_get(arena, (to.count + 1) * sizeof *out->recipients);
    out->n = arena_get(arena, (to.count + 1) * sizeof *out->n);
    if (out->recipients == NULL || out->n == NULL ||
        (row->event.payload.bytes != NULL && out->event.payload.bytes == NULL))
        return ERR_NO_MEMORY;
    memcpy(out->recipients, to.ids, to.count * sizeof *to.ids);
    out->recipients_count = to.count;
    return ERR_OK;
}

static enum err fill_entry(struct engine *engine, struct work *work, struct judgement *judged,
                           struct entry *entry)
{
    struct arena *arena = &engine->batch->arena;
    for (size_t i = 0; i < judged->events_count; i++) {
        enum err err = fill_event(engine, work, &judged->events[i], &entry->events[i], arena);
        if (err != ERR_OK)
            return err;
    }
    entry->expected_count = note_versions(engine, work, entry);
    if (work->kind == WORK_MESSAGE) {
        entry->sender = work->device;
        entry->message = work->message.id;
        entry->digest = work->message.digest;
    }
    entry->user = work;
    return encode_rows(engine, work, entry, arena);
}

enum err entry_build(struct engine *engine, struct work *work, struct judgement *judged)
{
    struct payload_roots *roots = calloc(1, sizeof *roots);
    enum err err = roots == NULL || engine->reads_full ? ERR_NO_MEMORY : ERR_OK;
    work->states_count = 0;
    for (size_t i = 0; err == ERR_OK && i < judged->events_count; i++) {
        assert(event_fits(&judged->events[i].event));
        err = apply_event(engine, work, &judged->events[i].event, roots);
    }
    if (err == ERR_OK && engine->batch == NULL && (engine->batch = batch_new()) == NULL)
        err = ERR_NO_MEMORY;
    if (err == ERR_OK) {
        struct entry *entry =
            batch_add(engine->batch, judged->events_count, engine->reads_count + work->states_count,
                      work->states_count);
        err = entry == NULL ? ERR_NO_MEMORY : fill_entry(engine, work, judged, entry);
        if (entry != NULL && err != ERR_OK)
            *entry = (struct entry){.next = entry->next}; /* nothing of it */
    }
    for (size_t i = 0; roots != NULL && i < roots->count; i++)
        json_free(roots->roots[i]);
    free(roots);
    if (err != ERR_OK) {
        work_drop_states(engine, work);
        return err;
    }
    for (size_t i = 0; i < work->states_count; i++)
        work->states[i].slot->in_flight = true;
    for (size_t i = 0; i < judged->events_count; i++)
        out_take_away(engine, &judged->events[i]);
    memcpy(work->errands, judged->errands, sizeof work->errands);
    work->errands_count = judged->errands_count;
    work->next = engine->flying;
    engine->flying = work;
    return ERR_OK;
}
