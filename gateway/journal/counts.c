/* counts.c — Job: the running numbers that one transaction moves: each read once, written once. */
#include "gateway/journal/counts.h"

#include <stdlib.h>

enum { COUNTS_FIRST = 1024 };

/* Ids end in random bytes; those that a peer made do no harm beyond a longer walk in one batch. */
static size_t hash_of(enum counter_kind kind, const struct id *id)
{
    uint64_t high, low;
    memcpy(&high, id->bytes, sizeof high);
    memcpy(&low, id->bytes + sizeof high, sizeof low);
    uint64_t h = (high ^ low ^ (uint64_t)kind) * 0x9e3779b97f4a7c15u;
    return (size_t)(h ^ h >> 32);
}

static struct count *slot_of(struct count *slots, size_t room, enum counter_kind kind,
                             const struct id *id)
{
    size_t at = hash_of(kind, id) & (room - 1);
    while (slots[at].kind != 0 && (slots[at].kind != kind || !id_equal(&slots[at].id, id)))
        at = (at + 1) & (room - 1);
    return &slots[at];
}

static enum err grow(struct counts *counts)
{
    if (counts->used < counts->room / 2)
        return ERR_OK;
    size_t room = counts->room == 0 ? COUNTS_FIRST : counts->room * 2;
    struct count *slots = calloc(room, sizeof *slots);
    if (slots == NULL)
        return ERR_NO_MEMORY;
    for (size_t i = 0; i < counts->room; i++)
        if (counts->slots[i].kind != 0)
            *slot_of(slots, room, counts->slots[i].kind, &counts->slots[i].id) = counts->slots[i];
    free(counts->slots);
    counts->slots = slots;
    counts->room = room;
    return ERR_OK;
}

enum err counts_next(struct counts *counts, struct store *store, enum counter_kind kind,
                     const struct id *id, uint64_t *value)
{
    enum err e = grow(counts);
    if (e != ERR_OK)
        return e;
    struct count *slot = slot_of(counts->slots, counts->room, kind, id);
    if (slot->kind == 0) {
        uint64_t stored;
        e = store->counter(store->self, kind, id, &stored);
        if (e != ERR_OK)
            return e;
        *slot = (struct count){kind, *id, stored};
        counts->used++;
    }
    *value = ++slot->value;
    return ERR_OK;
}

enum err counts_put(const struct counts *counts, struct store *store)
{
    enum err e = ERR_OK;
    for (size_t i = 0; i < counts->room && e == ERR_OK; i++) {
        const struct count *slot = &counts->slots[i];
        if (slot->kind != 0)
            e = store->put_counter(store->self, slot->kind, &slot->id, slot->value);
    }
    return e;
}

void counts_clear(struct counts *counts)
{
    if (counts->used != 0)
        memset(counts->slots, 0, counts->room * sizeof *counts->slots);
    counts->used = 0;
}

void counts_fini(struct counts *counts)
{
    free(counts->slots);
    *counts = (struct counts){0};
}
