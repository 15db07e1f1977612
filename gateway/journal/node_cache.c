/* node_cache.c — Job: nodes of the tree that were read lately, so that proofs are cheap. */
#include "gateway/journal/node_cache.h"

#include <stdlib.h>

enum { ROWS = 4096 /* 224 KB: the edges of the trees that thousands of devices ask from */ };

struct kept {
    bool there;
    unsigned level;
    uint64_t index;
    struct hash hash;
};

struct node_cache {
    struct store *store;
    struct kept rows[ROWS];
};

struct node_cache *node_cache_new(struct store *store)
{
    struct node_cache *cache = calloc(1, sizeof *cache);
    if (cache != NULL)
        cache->store = store;
    return cache;
}

void node_cache_free(struct node_cache *cache)
{
    free(cache);
}

/* Each node has one place; whoever comes later has it. */
static struct kept *place_of(struct node_cache *cache, unsigned level, uint64_t index)
{
    uint64_t h = (index << 6 | level) * UINT64_C(0x9E3779B97F4A7C15);
    return &cache->rows[(h >> 40) % ROWS];
}

static enum err node(void *self, unsigned level, uint64_t index, struct hash *out)
{
    struct node_cache *cache = self;
    struct kept *kept = place_of(cache, level, index);
    if (kept->there && kept->level == level && kept->index == index) {
        *out = kept->hash;
        return ERR_OK;
    }
    enum err e = cache->store->node(cache->store->self, level, index, out);
    if (e == ERR_OK)
        *kept = (struct kept){true, level, index, *out};
    return e;
}

struct merkle_nodes node_cache_nodes(struct node_cache *cache)
{
    return (struct merkle_nodes){node, cache};
}
