/* log_sample.h — Job: a log of synthetic entries in memory, the same in every test of the log. */
#ifndef TESTS_LIB_LOG_SAMPLE_H
#define TESTS_LIB_LOG_SAMPLE_H

#include "proto/merkle.h"

enum { SAMPLE_LEVELS = 24 };

/* All complete nodes of a tree. */
struct log_sample {
    uint64_t size;
    uint64_t asked; /* nodes fetched through sample_nodes so far */
    struct hash *levels[SAMPLE_LEVELS];
    struct merkle_edge edge;
};

/* Entry SEQ is {"seq":SEQ,"ev":"view"}; appended to OUT. */
void sample_entry(uint64_t seq, struct buf *out);
struct hash sample_leaf(uint64_t seq);
/* SIZE leaves, at most 2^23; aborts without memory. */
void sample_init(struct log_sample *sample, uint64_t size);
void sample_fini(struct log_sample *sample);
/* Lends: valid as long as SAMPLE. A node that is not complete gives ERR_NOT_FOUND. */
struct merkle_nodes sample_nodes(struct log_sample *sample);
struct hash sample_root(struct log_sample *sample, uint64_t size);
#endif
