/* index.c — Job: a hash table from 32-byte keys to pointers that somebody else owns.
 *
 * Chains; doubled when there is more than one entry per chain. Keys are ids and hashes, whose bytes
 * are random or made by SHA-256: eight of them are hash enough, since no peer chooses a device's,
 * person's or session's id, and case ids are few per device. */
#include "gateway/engine/index.h"

#include <stdlib.h>

struct row {
    struct row *next;
    struct hash key;
    void *value;
};

struct world_index {
    struct row **chains;
    size_t chains_count;
    size_t rows_count;
};

enum { CHAINS_FIRST = 256 };

struct world_index *index_new(void)
{
    struct world_index *index = calloc(1, sizeof *index);
    if (index == NULL)
        return NULL;
    index->chains = calloc(CHAINS_FIRST, sizeof *index->chains);
    if (index->chains == NULL) {
        free(index);
        return NULL;
    }
    index->chains_count = CHAINS_FIRST;
    return index;
}

void index_free(struct world_index *index)
{
    if (index == NULL)
        return;
    for (size_t i = 0; i < index->chains_count; i++) {
        while (index->chains[i] != NULL) {
            struct row *next = index->chains[i]->next;
            free(index->chains[i]);
            index->chains[i] = next;
        }
    }
    free(index->chains);
    free(index);
}

struct hash index_key(const struct id *id)
{
    struct hash key = {{0}};
    memcpy(key.bytes, id->bytes, sizeof id->bytes);
    return key;
}

/* The last eight bytes of an id are random, its first are the time. */
static size_t chain_of(const struct world_index *index, const struct hash *key)
{
    uint64_t word;
    memcpy(&word, key->bytes + 8, sizeof word);
    word *= UINT64_C(0x9E3779B97F4A7C15);
    return (size_t)(word >> 20) & (index->chains_count - 1);
}

static struct row **find(const struct world_index *index, const struct hash *key)
{
    struct row **at = &index->chains[chain_of(index, key)];
    while (*at != NULL && !hash_equal(&(*at)->key, key))
        at = &(*at)->next;
    return at;
}

static void grow(struct world_index *index)
{
    struct row **old = index->chains;
    size_t count = index->chains_count;
    struct row **chains = calloc(count * 2, sizeof *chains);
    if (chains == NULL)
        return; /* slower, not wrong */
    index->chains = chains;
    index->chains_count = count * 2;
    for (size_t i = 0; i < count; i++) {
        while (old[i] != NULL) {
            struct row *row = old[i];
            old[i] = row->next;
            struct row **at = &index->chains[chain_of(index, &row->key)];
            row->next = *at;
            *at = row;
        }
    }
    free(old);
}

bool index_put(struct world_index *index, const struct hash *key, void *value)
{
    struct row **at = find(index, key);
    if (*at != NULL) {
        (*at)->value = value;
        return true;
    }
    if (index->rows_count >= index->chains_count)
        grow(index);
    struct row *row = malloc(sizeof *row);
    if (row == NULL)
        return false;
    at = &index->chains[chain_of(index, key)];
    *row = (struct row){*at, *key, value};
    *at = row;
    index->rows_count++;
    return true;
}

void *index_get(const struct world_index *index, const struct hash *key)
{
    struct row **at = find(index, key);
    return *at == NULL ? NULL : (*at)->value;
}

void index_remove(struct world_index *index, const struct hash *key)
{
    struct row **at = find(index, key);
    if (*at == NULL)
        return;
    struct row *row = *at;
    *at = row->next;
    free(row);
    index->rows_count--;
}

size_t index_count(const struct world_index *index)
{
    return index->rows_count;
}

void index_each(const struct world_index *index, void *self, void (*each)(void *self, void *value))
{
    for (size_t i = 0; i < index->chains_count; i++)
        for (struct row *row = index->chains[i]; row != NULL; row = row->next)
            each(self, row->value);
}
