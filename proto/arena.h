/* arena.h — Job: memory that lives and dies together with one message, state or batch. */
#ifndef PROTO_ARENA_H
#define PROTO_ARENA_H

#include "proto/slice.h"

struct arena_block;

/* Zeroed is a valid empty arena. Everything got from it is zeroed, aligned to 16, and freed (and
 * wiped: it can hold clinical text) by arena_free only. */
struct arena {
    struct arena_block *first;
    size_t used;  /* bytes handed out so far */
    size_t limit; /* 0: no limit; above it arena_get gives NULL */
};

void *arena_get(struct arena *a, size_t size);               /* NULL: no memory or limit */
char *arena_text(struct arena *a, struct slice text);        /* NUL-terminated copy, or NULL */
struct slice arena_copy(struct arena *a, struct slice text); /* bytes NULL on failure */
void arena_free(struct arena *a);
#endif
