/* world.h — Job: every aggregate in memory, found by id, login, certificate, organisation or alias.
 *
 * A slot is what the engine knows of one aggregate: the state of its newest committed version, and
 * whether a batch that changes it is under way. A slot's address never changes. */
#ifndef GATEWAY_ENGINE_WORLD_H
#define GATEWAY_ENGINE_WORLD_H

#include "gateway/core/judge.h"
#include "gateway/engine/index.h"

struct work; /* a message that waits (engine.h) */

struct id_list {
    struct id *ids;
    size_t count, room;
};

/* A payload kept beside an open case, so that snapshots and notices need not ask the store. */
struct kept_text {
    struct kept_text *next;
    struct id event;
    char *bytes;
    size_t size;
};

struct slot {
    enum aggregate kind;
    struct id id;
    uint64_t version; /* 0: does not exist (yet) */
    bool in_flight;   /* a batch that changes it is being committed */
    struct work *waiting, **waiting_end;
    union any_state *state;             /* NULL while version is 0 */
    struct json *texts;                 /* what the state's slices lend from */
    struct kept_text *kept;             /* cases only */
    struct id_list devices;             /* organisations: on ambulances and in ERs, not revoked */
    struct id_list workstations;        /* organisations: of their administration, not revoked */
    struct id_list people, all_devices; /* organisations: whoever and whatever was ever added */
    struct id_list cases;  /* organisations: open cases that concern them; may hold ended ones */
    int64_t deadline;      /* cases: there is something to do from then on */
    size_t deadline_place; /* in the heap, from 1; 0: not in it */
    /* Devices: the newest checkpoint that it said it has verified, and when; 0: not since the
     * start. */
    uint64_t word_size;
    int64_t word_at;
};

/* Slots by their deadline (deadlines.c). There is room for every case that has a slot. */
struct deadlines {
    struct slot **slots;
    size_t count, room;
};

struct world_table {
    struct world_index *slots[AGGREGATE_ORG + 1]; /* per kind: id -> slot */
    struct world_index *logins;                   /* SHA-256 of login -> person */
    struct world_index *fingerprints;             /* certificate -> device */
    struct world_index *aliases;                  /* alias -> newest case under way */
    struct world_index *sessions;                 /* session -> person */
    struct id_list hospitals;                     /* organisations of that kind */
    struct deadlines deadlines;                   /* of cases */
};

MUST_CHECK enum err world_init(struct world_table *world);
void world_fini(struct world_table *world);

struct slot *world_find(struct world_table *world, enum aggregate kind, const struct id *id);
/* Finds or makes an empty slot; NULL: no memory. */
struct slot *world_slot(struct world_table *world, enum aggregate kind, const struct id *id);
/* Frees SLOT, of an ended case that nobody waits for: as if it had not been read at the start. */
void world_forget(struct world_table *world, struct slot *slot);
/* NULL: unknown. */
struct slot *world_by_login(struct world_table *world, struct slice login);
struct slot *world_by_fingerprint(struct world_table *world, const struct hash *fingerprint);
struct slot *world_by_session(struct world_table *world, const struct id *session);
/* A case other than BUT, not yet handed over, in which the card with ALIAS was read; NULL: none. */
struct slot *world_by_alias(struct world_table *world, const struct id *alias,
                            const struct id *but);

/* Whether the case is practice: its enum flag; FLAG_ABSENT for one that is not known (any more). */
int world_training(struct world_table *world, const struct id *case_id);

/* Puts a committed state into SLOT: takes JSON's root (the decoded row) as the owner of the texts,
 * or NULL when the state has none. Keeps the indexes. */
void world_put(struct world_table *world, struct slot *slot, uint64_t version,
               const union any_state *state, struct json *texts);
/* Decodes ROW (a state row) and puts it. ERR_CORRUPT. */
MUST_CHECK enum err world_load(struct world_table *world, enum aggregate kind, const struct id *id,
                               uint64_t version, struct slice row);

/* Room for COUNT slots in all; false: no memory. */
MUST_CHECK bool deadlines_room(struct deadlines *heap, size_t count);
/* INT64_MAX: never. Needs room. */
void deadlines_set(struct deadlines *heap, struct slot *slot, int64_t at);
/* One whose deadline is not after NOW, the earliest first; NULL: none. It stays. */
struct slot *deadlines_due(const struct deadlines *heap, int64_t now);
void deadlines_fini(struct deadlines *heap);

void slot_keep_text(struct slot *slot, const struct id *event, struct slice text);
struct slice slot_text(const struct slot *slot, const struct id *event); /* bytes NULL: not kept */
void slot_drop_texts(struct slot *slot);                                 /* wipes */

static inline struct case_state *slot_case(struct slot *slot)
{
    return slot == NULL || slot->state == NULL ? NULL : &slot->state->case_;
}
static inline struct org_state *slot_org(struct slot *slot)
{
    return slot == NULL || slot->state == NULL ? NULL : &slot->state->org;
}
static inline struct device_state *slot_device(struct slot *slot)
{
    return slot == NULL || slot->state == NULL ? NULL : &slot->state->device;
}
static inline struct person_state *slot_person(struct slot *slot)
{
    return slot == NULL || slot->state == NULL ? NULL : &slot->state->person;
}

/* Each slot once, in no order. */
void world_each(struct world_table *world, void *self, void (*each)(void *self, void *slot));
size_t state_size(enum aggregate kind);
bool id_list_add(struct id_list *list, const struct id *id);    /* once; false: no memory */
bool id_list_append(struct id_list *list, const struct id *id); /* not yet in it */
void id_list_remove(struct id_list *list, const struct id *id);
void id_list_free(struct id_list *list);
#endif
