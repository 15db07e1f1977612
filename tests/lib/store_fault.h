/* store_fault.h — Job: a store around another one, whose writing calls fail on demand. */
#ifndef TESTS_LIB_STORE_FAULT_H
#define TESTS_LIB_STORE_FAULT_H

#include "gateway/journal/store.h"

/* Lends INNER. One at a time: free it before the next. */
struct store *store_fault_new(struct store *inner);
void store_fault_free(struct store *store);
/* The Nth writing call from now (begin and commit count as well) gives ERR_STORE; 0: never. A
 * failing commit has not reached INNER. */
void store_fault_after(struct store *store, int calls);
int store_fault_commits(const struct store *store); /* that reached INNER and succeeded */
/* True when the fault has happened. */
bool store_fault_hit(const struct store *store);
#endif
