/* wipe_alloc.h — Job: malloc and its family with wiping, for libraries that see clinical text. */
#ifndef GATEWAY_ELIGIBILITY_WIPE_ALLOC_H
#define GATEWAY_ELIGIBILITY_WIPE_ALLOC_H

#include <stddef.h>

/* As the C library's, but what is given back is wiped first: expat and libcurl take such a set. */
void *wipe_malloc(size_t size);
void *wipe_calloc(size_t count, size_t size);
void *wipe_realloc(void *memory, size_t size);
char *wipe_strdup(const char *text);
void wipe_free(void *memory); /* NULL is allowed */
#endif
