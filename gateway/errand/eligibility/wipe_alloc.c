/* wipe_alloc.c — Job: malloc and its family with wiping, for libraries that see clinical text. */
#include "gateway/errand/eligibility/wipe_alloc.h"

#include <malloc.h>
#include <stdlib.h>
#include <string.h>

void *wipe_malloc(size_t size)
{
    return malloc(size);
}

void *wipe_calloc(size_t count, size_t size)
{
    return calloc(count, size);
}

void wipe_free(void *memory)
{
    if (memory == NULL)
        return;
    explicit_bzero(memory, malloc_usable_size(memory));
    free(memory);
}

/* Not realloc: it may move the block and leave the old bytes behind. */
void *wipe_realloc(void *memory, size_t size)
{
    if (memory == NULL)
        return malloc(size);
    size_t had = malloc_usable_size(memory);
    void *moved = malloc(size == 0 ? 1 : size);
    if (moved == NULL)
        return NULL;
    memcpy(moved, memory, had < size ? had : size);
    wipe_free(memory);
    return moved;
}

char *wipe_strdup(const char *text)
{
    size_t size = strlen(text) + 1;
    char *copy = malloc(size);
    if (copy != NULL)
        memcpy(copy, text, size);
    return copy;
}
