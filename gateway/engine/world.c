/* world.c — Job: every aggregate in memory, found by id, login, certificate, alias. */
#include "gateway/engine/world.h"

#include "common/log.h"

#include <assert.h>
#include <stdlib.h>

enum err world_init(struct world_table *world)
{
    *world = (struct world_table){0};
    bool good = true;
    for (int kind = AGGREGATE_CASE; kind <= AGGREGATE_ORG; kind++)
        good = (world->slots[kind] = index_new()) != NULL && good;
    good = (world->logins = index_new()) != NULL && good;
    good = (world->fingerprints = index_new()) != NULL && good;
    good = (world->aliases = index_new()) != NULL && good;
    good = (world->sessions = index_new()) != NULL && good;
    if (good)
        return ERR_OK;
    world_fini(world);
    return ERR_NO_MEMORY;
}

static void slot_free(void *self, void *value)
{
    (void)self;
    struct slot *slot = value;
    slot_drop_texts(slot);
    json_free(slot->texts);
    if (slot->state != NULL)
        explicit_bzero(slot->state, state_size(slot->kind));
    free(slot->state);
    id_list_free(&slot->devices);
    id_list_free(&slot->workstations);
    id_list_free(&slot->cases);
    id_list_free(&slot->people);
    id_list_free(&slot->all_devices);
    free(slot);
}

void world_fini(struct world_table *world)
{
    for (int kind = AGGREGATE_CASE; kind <= AGGREGATE_ORG; kind++) {
        if (world->slots[kind] != NULL)
            index_each(world->slots[kind], NULL, slot_free);
        index_free(world->slots[kind]);
    }
    index_free(world->logins);
    index_free(world->fingerprints);
    index_free(world->aliases);
    index_free(world->sessions);
    id_list_free(&world->hospitals);
    deadlines_fini(&world->deadlines);
    *world = (struct world_table){0};
}

struct slot *world_find(struct world_table *world, enum aggregate kind, const struct id *id)
{
    struct hash key = index_key(id);
    return index_get(world->slots[kind], &key);
}

struct slot *world_slot(struct world_table *world, enum aggregate kind, const struct id *id)
{
    struct slot *slot = world_find(world, kind, id);
    if (slot != NULL)
        return slot;
    bool room = kind != AGGREGATE_CASE ||
                deadlines_room(&world->deadlines, index_count(world->slots[kind]) + 1);
    slot = room ? calloc(1, sizeof *slot) : NULL;
    if (slot == NULL)
        return NULL;
    slot->kind = kind;
    slot->id = *id;
    slot->waiting_end = &slot->waiting;
    slot->deadline = INT64_MAX;
    struct hash key = index_key(id);
    if (!index_put(world->slots[kind], &key, slot)) {
        free(slot);
        return NULL;
    }
    return slot;
}

void world_forget(struct world_table *world, struct slot *slot)
{
    struct hash key = index_key(&slot->id);
    assert(!slot->in_flight && slot->waiting == NULL);
    deadlines_set(&world->deadlines, slot, INT64_MAX);
    index_remove(world->slots[slot->kind], &key);
    slot_free(NULL, slot);
}

struct slot *world_by_login(struct world_table *world, struct slice login)
{
    struct hash key = sha256(login.bytes, login.size);
    return index_get(world->logins, &key);
}

struct slot *world_by_fingerprint(struct world_table *world, const struct hash *fingerprint)
{
    return index_get(world->fingerprints, fingerprint);
}

struct slot *world_by_session(struct world_table *world, const struct id *session)
{
    struct hash key = index_key(session);
    return index_get(world->sessions, &key);
}

/* A patient who was handed over may be taken to the next hospital with the same card. */
static bool under_way(const struct case_state *c)
{
    return c->end == 0 && c->handed_at == 0 && c->confirmed_at == 0;
}

struct slot *world_by_alias(struct world_table *world, const struct id *alias, const struct id *but)
{
    struct hash key = index_key(alias);
    struct slot *slot = index_get(world->aliases, &key);
    struct case_state *c = slot_case(slot);
    return c == NULL || !under_way(c) || id_equal(&slot->id, but) ? NULL : slot;
}

int world_training(struct world_table *world, const struct id *case_id)
{
    struct case_state *c =
        id_absent(case_id) ? NULL : slot_case(world_find(world, AGGREGATE_CASE, case_id));
    return c == NULL ? FLAG_ABSENT : c->training;
}

size_t state_size(enum aggregate kind)
{
    return state_record(kind)->size;
}

/* ---- indexes: what a committed state adds to them ---- */

static void list_case(struct world_table *world, const struct id *org, const struct slot *slot)
{
    struct slot *owner = id_absent(org) ? NULL : world_slot(world, AGGREGATE_ORG, org);
    if (owner != NULL)
        (void)id_list_add(&owner->cases, &slot->id);
}

static void unlist_case(struct world_table *world, const struct id *org, const struct slot *slot)
{
    struct slot *owner = world_find(world, AGGREGATE_ORG, org);
    if (owner != NULL)
        id_list_remove(&owner->cases, &slot->id);
}

/* An ended case goes on concerning whoever has still to read that it was somebody else's. */
static void list_or_not(struct world_table *world, const struct id *org, const struct slot *slot)
{
    const struct case_state *c = &slot->state->case_;
    if (c->end == 0 || case_must_ack(c, org))
        list_case(world, org, slot);
    else
        unlist_case(world, org, slot);
}

static void index_case(struct world_table *world, struct slot *slot)
{
    const struct case_state *c = &slot->state->case_;
    list_or_not(world, &c->org, slot);
    list_or_not(world, &c->destination, slot);
    for (size_t i = 0; i < c->asked_count; i++)
        list_or_not(world, &c->asked[i].hospital, slot);
    for (size_t i = 0; i < c->grants_count; i++)
        list_or_not(world, &c->grants[i].hospital, slot);
    struct hash key = index_key(&c->alias);
    if (under_way(c) && !id_absent(&c->alias))
        (void)index_put(world->aliases, &key, slot);
    else if (index_get(world->aliases, &key) == slot)
        index_remove(world->aliases, &key);
    if (c->end != 0)
        slot_drop_texts(slot);
}

static void index_person(struct world_table *world, struct slot *slot)
{
    const struct person_state *p = &slot->state->person;
    if (p->login.bytes != NULL) {
        struct hash key = sha256(p->login.bytes, p->login.size);
        (void)index_put(world->logins, &key, slot);
    }
    for (size_t i = 0; i < p->sessions_count; i++) {
        struct hash key = index_key(&p->sessions[i].id);
        (void)index_put(world->sessions, &key, slot);
    }
}

/* A device is known by its certificate and by the one before. */
static void unindex_device(struct world_table *world, const struct slot *slot)
{
    const struct device_state *d = slot->state == NULL ? NULL : &slot->state->device;
    if (d == NULL)
        return;
    index_remove(world->fingerprints, &d->fingerprint);
    index_remove(world->fingerprints, &d->former);
}

static void index_device(struct world_table *world, struct slot *slot)
{
    const struct device_state *d = &slot->state->device;
    static const struct hash none;
    (void)index_put(world->fingerprints, &d->fingerprint, slot);
    if (!hash_equal(&d->former, &none))
        (void)index_put(world->fingerprints, &d->former, slot);
    struct slot *org = world_slot(world, AGGREGATE_ORG, &d->org);
    if (org == NULL)
        return;
    /* An administrator's workstation is no recipient of a case: it hears of alerts only. */
    struct id_list *list = d->kind == DEVICE_ADMIN ? &org->workstations : &org->devices;
    if (d->revoked == FLAG_YES)
        id_list_remove(list, &d->id);
    else
        (void)id_list_add(list, &d->id);
}

/* Each person and device stands in its organisation's list once: when it is first heard of. */
static void list_member(struct world_table *world, const struct slot *slot)
{
    bool person = slot->kind == AGGREGATE_PERSON;
    if (!person && slot->kind != AGGREGATE_DEVICE)
        return;
    const struct id *id = person ? &slot->state->person.org : &slot->state->device.org;
    struct slot *org = id_absent(id) ? NULL : world_slot(world, AGGREGATE_ORG, id);
    if (org != NULL)
        (void)id_list_append(person ? &org->people : &org->all_devices, &slot->id);
}

void world_put(struct world_table *world, struct slot *slot, uint64_t version,
               const union any_state *state, struct json *texts)
{
    size_t size = state_size(slot->kind);
    bool fresh = slot->version == 0;
    if (slot->state == NULL) {
        slot->state = calloc(1, size);
        if (slot->state == NULL) { /* what is committed must be known: without it we cannot go on */
            assert(!"memory for a committed state");
            return;
        }
    }
    if (slot->kind == AGGREGATE_DEVICE && slot->version != 0)
        unindex_device(world, slot);
    memcpy(slot->state, state, size);
    json_free(slot->texts);
    slot->texts = texts;
    slot->version = version;
    if (fresh)
        list_member(world, slot);
    switch (slot->kind) {
    case AGGREGATE_CASE:
        index_case(world, slot);
        break;
    case AGGREGATE_PERSON:
        index_person(world, slot);
        break;
    case AGGREGATE_DEVICE:
        index_device(world, slot);
        break;
    case AGGREGATE_ORG:
        if (slot->state->org.kind == ORG_HOSPITAL)
            (void)id_list_add(&world->hospitals, &slot->id);
        break;
    case AGGREGATE_NONE:
        break;
    }
}

enum err world_load(struct world_table *world, enum aggregate kind, const struct id *id,
                    uint64_t version, struct slice row)
{
    struct json *root;
    struct complaint why;
    union any_state *state = calloc(1, sizeof *state);
    enum err err = state == NULL ? ERR_NO_MEMORY : json_parse(row, STATE_BYTES_MAX, &root);
    if (err != ERR_OK) {
        log_error("engine", NULL, "a stored %s is no JSON: %s", state_record(kind)->name,
                  err_name(err));
        free(state);
        return err == ERR_NO_MEMORY ? err : ERR_CORRUPT;
    }
    err = record_decode(state_record(kind), root, RECORD_LENIENT, state, &why);
    if (err != ERR_OK)
        log_error("engine", NULL, "a stored %s does not decode: %s at %s", state_record(kind)->name,
                  err_name(err), why.path);
    struct slot *slot = err == ERR_OK ? world_slot(world, kind, id) : NULL;
    if (slot == NULL) {
        json_free(root);
        free(state);
        return err == ERR_OK ? ERR_NO_MEMORY : ERR_CORRUPT;
    }
    if (kind == AGGREGATE_CASE) { /* has no texts: the decoded row can go */
        json_free(root);
        root = NULL;
    }
    world_put(world, slot, version, state, root);
    free(state);
    return ERR_OK;
}

void world_each(struct world_table *world, void *self, void (*each)(void *self, void *slot))
{
    for (int kind = AGGREGATE_CASE; kind <= AGGREGATE_ORG; kind++)
        index_each(world->slots[kind], self, each);
}

/* ---- texts beside a case ---- */

void slot_keep_text(struct slot *slot, const struct id *event, struct slice text)
{
    struct kept_text *kept = calloc(1, sizeof *kept);
    char *bytes = malloc(text.size + 1);
    if (kept == NULL || bytes == NULL) { /* only a copy: the journal has it */
        free(kept);
        free(bytes);
        return;
    }
    memcpy(bytes, text.bytes, text.size);
    *kept = (struct kept_text){slot->kept, *event, bytes, text.size};
    slot->kept = kept;
}

struct slice slot_text(const struct slot *slot, const struct id *event)
{
    for (const struct kept_text *kept = slot->kept; kept != NULL; kept = kept->next)
        if (id_equal(&kept->event, event))
            return (struct slice){kept->bytes, kept->size};
    return (struct slice){NULL, 0};
}

void slot_drop_texts(struct slot *slot)
{
    while (slot->kept != NULL) {
        struct kept_text *next = slot->kept->next;
        explicit_bzero(slot->kept->bytes, slot->kept->size);
        free(slot->kept->bytes);
        free(slot->kept);
        slot->kept = next;
    }
}

/* ---- lists of ids ---- */

bool id_list_add(struct id_list *list, const struct id *id)
{
    for (size_t i = 0; i < list->count; i++)
        if (id_equal(&list->ids[i], id))
            return true;
    return id_list_append(list, id);
}

bool id_list_append(struct id_list *list, const struct id *id)
{
    if (list->count == list->room) {
        size_t room = list->room == 0 ? 4 : list->room * 2;
        struct id *ids = realloc(list->ids, room * sizeof *ids);
        if (ids == NULL)
            return false;
        list->ids = ids;
        list->room = room;
    }
    list->ids[list->count++] = *id;
    return true;
}

void id_list_remove(struct id_list *list, const struct id *id)
{
    for (size_t i = 0; i < list->count; i++)
        if (id_equal(&list->ids[i], id)) {
            list->ids[i] = list->ids[--list->count];
            return;
        }
}

void id_list_free(struct id_list *list)
{
    free(list->ids);
    *list = (struct id_list){0};
}
