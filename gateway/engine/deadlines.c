/* deadlines.c — Job: which case is to be looked at next: a heap, the earliest on top.
 *
 * Each slot knows its place in the heap, so that a deadline that moves moves there. */
#include "gateway/engine/world.h"

#include <stdlib.h>

bool deadlines_room(struct deadlines *heap, size_t count)
{
    size_t room = heap->room == 0 ? 64 : heap->room;
    while (room < count)
        room *= 2;
    if (room == heap->room)
        return true;
    struct slot **slots = realloc(heap->slots, room * sizeof(struct slot *));
    if (slots == NULL)
        return false;
    heap->slots = slots;
    heap->room = room;
    return true;
}

static void put(struct deadlines *heap, size_t at, struct slot *slot)
{
    heap->slots[at] = slot;
    slot->deadline_place = at + 1;
}

/* SLOT goes to AT or above it. */
static void rise(struct deadlines *heap, size_t at, struct slot *slot)
{
    while (at > 0 && heap->slots[(at - 1) / 2]->deadline > slot->deadline) {
        put(heap, at, heap->slots[(at - 1) / 2]);
        at = (at - 1) / 2;
    }
    put(heap, at, slot);
}

/* SLOT goes to AT or below it. */
static void sink(struct deadlines *heap, size_t at, struct slot *slot)
{
    for (;;) {
        size_t child = 2 * at + 1;
        if (child + 1 < heap->count &&
            heap->slots[child + 1]->deadline < heap->slots[child]->deadline)
            child++;
        if (child >= heap->count || heap->slots[child]->deadline >= slot->deadline)
            break;
        put(heap, at, heap->slots[child]);
        at = child;
    }
    put(heap, at, slot);
}

static void settle(struct deadlines *heap, size_t at, struct slot *slot)
{
    if (at > 0 && heap->slots[(at - 1) / 2]->deadline > slot->deadline)
        rise(heap, at, slot);
    else
        sink(heap, at, slot);
}

static void take_out(struct deadlines *heap, struct slot *slot)
{
    size_t at = slot->deadline_place - 1;
    struct slot *last = heap->slots[--heap->count];
    slot->deadline_place = 0;
    if (last != slot)
        settle(heap, at, last);
}

void deadlines_set(struct deadlines *heap, struct slot *slot, int64_t at)
{
    slot->deadline = at;
    if (at == INT64_MAX && slot->deadline_place != 0)
        take_out(heap, slot);
    else if (at != INT64_MAX && slot->deadline_place != 0)
        settle(heap, slot->deadline_place - 1, slot);
    else if (at != INT64_MAX)
        rise(heap, heap->count++, slot);
}

struct slot *deadlines_due(const struct deadlines *heap, int64_t now)
{
    return heap->count > 0 && heap->slots[0]->deadline <= now ? heap->slots[0] : NULL;
}

void deadlines_fini(struct deadlines *heap)
{
    free(heap->slots);
    *heap = (struct deadlines){0};
}
