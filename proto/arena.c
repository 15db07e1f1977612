/* arena.c — Job: memory that lives and dies together with one message, state or batch. */
#include "proto/arena.h"

#include <stdlib.h>

enum { BLOCK_BYTES = 4096 };

struct arena_block {
    struct arena_block *next;
    size_t room;
    size_t used;
    size_t pad; /* keeps the bytes behind it aligned to 16 */
};

_Static_assert(sizeof(struct arena_block) % 16 == 0, "what follows a block header is aligned");

static char *block_bytes(struct arena_block *block)
{
    return (char *)(block + 1);
}

void *arena_get(struct arena *a, size_t size)
{
    if (size > SIZE_MAX / 4)
        return NULL;
    size = (size + 15) & ~(size_t)15;
    if (a->limit != 0 && (size > a->limit || a->used > a->limit - size))
        return NULL;
    struct arena_block *block = a->first;
    if (block == NULL || block->room - block->used < size) {
        size_t room = size > BLOCK_BYTES ? size : BLOCK_BYTES;
        block = calloc(1, sizeof *block + room);
        if (block == NULL)
            return NULL;
        block->room = room;
        block->next = a->first;
        a->first = block;
    }
    void *got = block_bytes(block) + block->used;
    block->used += size;
    a->used += size;
    return got;
}

char *arena_text(struct arena *a, struct slice text)
{
    char *copy = arena_get(a, text.size + 1);
    if (copy != NULL && text.size != 0)
        memcpy(copy, text.bytes, text.size);
    return copy;
}

struct slice arena_copy(struct arena *a, struct slice text)
{
    if (text.bytes == NULL)
        return text;
    char *copy = arena_text(a, text);
    return (struct slice){copy, copy == NULL ? 0 : text.size};
}

void arena_free(struct arena *a)
{
    while (a->first != NULL) {
        struct arena_block *next = a->first->next;
        explicit_bzero(block_bytes(a->first), a->first->used);
        free(a->first);
        a->first = next;
    }
    a->used = 0;
}
