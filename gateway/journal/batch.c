/* batch.c — Job: make, fill and free a batch; everything in it lives in its arena. */
#include "gateway/journal/batch.h"

#include <stdlib.h>

struct batch *batch_new(void)
{
    return calloc(1, sizeof(struct batch));
}

/* COUNT zeroed items, or NULL; NULL also for COUNT 0, which `failed` does not count. */
static void *items(struct batch *batch, size_t count, size_t size, bool *failed)
{
    void *got;
    if (count == 0)
        return NULL;
    got = count > SIZE_MAX / size ? NULL : arena_get(&batch->arena, count * size);
    if (got == NULL)
        *failed = true;
    return got;
}

struct entry *batch_add(struct batch *batch, size_t events, size_t expected, size_t rows)
{
    bool failed = false;
    struct entry *entry = items(batch, 1, sizeof *entry, &failed);
    if (failed)
        return NULL;
    entry->events = items(batch, events, sizeof *entry->events, &failed);
    entry->expected = items(batch, expected, sizeof *entry->expected, &failed);
    entry->rows = items(batch, rows, sizeof *entry->rows, &failed);
    if (failed)
        return NULL; /* not linked: the batch is as before, the arena keeps the bytes */
    entry->events_count = events;
    entry->expected_count = expected;
    entry->rows_count = rows;
    if (batch->last == NULL)
        batch->first = entry;
    else
        batch->last->next = entry;
    batch->last = entry;
    batch->entries_count++;
    batch->events_count += events;
    return entry;
}

void batch_free(struct batch *batch)
{
    if (batch == NULL)
        return;
    arena_free(&batch->arena);
    free(batch);
}
