/* log_sample.c — Job: a log of synthetic entries in memory, the same in every test of the log. */
#include "tests/lib/log_sample.h"

#include <stdlib.h>

void sample_entry(uint64_t seq, struct buf *out)
{
    buf_text(out, "{\"seq\":");
    buf_u64(out, seq);
    buf_text(out, ",\"ev\":\"view\"}");
}

struct hash sample_leaf(uint64_t seq)
{
    struct buf entry = {0};
    sample_entry(seq, &entry);
    struct hash leaf = merkle_leaf(buf_slice(&entry));
    buf_free(&entry);
    return leaf;
}

void sample_init(struct log_sample *sample, uint64_t size)
{
    struct hash made[MERKLE_LEVELS_MAX];
    *sample = (struct log_sample){.size = size};
    for (unsigned level = 0; level < SAMPLE_LEVELS; level++) {
        sample->levels[level] = calloc((size >> level) + 1, sizeof(struct hash));
        if (sample->levels[level] == NULL)
            abort();
    }
    for (uint64_t i = 0; i < size; i++) {
        struct hash leaf = sample_leaf(i);
        unsigned count = merkle_append(&sample->edge, &leaf, made);
        for (unsigned level = 0; level < count; level++)
            sample->levels[level][i >> level] = made[level];
    }
}

void sample_fini(struct log_sample *sample)
{
    for (unsigned level = 0; level < SAMPLE_LEVELS; level++)
        free(sample->levels[level]);
    *sample = (struct log_sample){0};
}

static enum err sample_node(void *self, unsigned level, uint64_t index, struct hash *out)
{
    struct log_sample *sample = self;
    sample->asked++;
    if (level >= SAMPLE_LEVELS || index >= sample->size >> level)
        return ERR_NOT_FOUND;
    *out = sample->levels[level][index];
    return ERR_OK;
}

struct merkle_nodes sample_nodes(struct log_sample *sample)
{
    return (struct merkle_nodes){sample_node, sample};
}

struct hash sample_root(struct log_sample *sample, uint64_t size)
{
    struct merkle_nodes nodes = sample_nodes(sample);
    struct merkle_edge edge;
    if (merkle_edge_load(&nodes, size, &edge) != ERR_OK)
        abort();
    return merkle_root(&edge);
}
