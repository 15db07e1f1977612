/* node_cache.h — Job: nodes of the tree that were read lately, so that proofs are cheap.
 *
 * A node never changes once it is committed, so nothing here is ever stale. Proofs for devices that
 * have seen nearly the same tree share nearly all their nodes, and each was a read of its own from
 * the store: thirty before a view could leave. One thread. */
#ifndef GATEWAY_JOURNAL_NODE_CACHE_H
#define GATEWAY_JOURNAL_NODE_CACHE_H

#include "gateway/journal/store.h"
#include "proto/merkle.h"

struct node_cache; /* heap */

/* Keeps a reference to STORE, which outlives it. NULL: no memory. */
struct node_cache *node_cache_new(struct store *store);
void node_cache_free(struct node_cache *cache);
/* The nodes as proofs ask for them, from memory or from the store. */
struct merkle_nodes node_cache_nodes(struct node_cache *cache);
#endif
