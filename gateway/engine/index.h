/* index.h — Job: a hash table from 32-byte keys to pointers that somebody else owns. */
#ifndef GATEWAY_ENGINE_INDEX_H
#define GATEWAY_ENGINE_INDEX_H

#include "proto/id.h"
#include "proto/sha256.h"

struct world_index;

struct world_index *index_new(void); /* NULL: no memory */
void index_free(struct world_index *index);
/* One value per key: a later one replaces it. false: no memory. */
bool index_put(struct world_index *index, const struct hash *key, void *value);
void *index_get(const struct world_index *index, const struct hash *key); /* NULL: none */
void index_remove(struct world_index *index, const struct hash *key);
size_t index_count(const struct world_index *index);
/* An id as a key. */
struct hash index_key(const struct id *id);
/* Each value once, in no order; EACH must not change the index. */
void index_each(const struct world_index *index, void *self, void (*each)(void *self, void *value));
#endif
