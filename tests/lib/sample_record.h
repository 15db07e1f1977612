/* sample_record.h — Job: a record with one field of every kind, for the tests of the tables. */
#ifndef TESTS_SAMPLE_RECORD_H
#define TESTS_SAMPLE_RECORD_H

#include "proto/record.h"

struct sample_leaf {
    int64_t depth;
};
struct sample_item {
    struct slice name;
    struct sample_leaf leaf;
    int leaf_present;
};
struct sample {
    struct slice text, secret, date, bytes, raw;
    int code, flag;
    uint64_t codes;
    struct id id;
    struct id ids[3];
    size_t ids_count;
    int64_t number, time;
    struct hash hash;
    struct sample_leaf leaf;
    int leaf_present;
    struct sample_item items[2];
    size_t items_count;
};

extern const struct record record_sample;      /* every field is optional */
extern const struct record record_sample_item; /* `name` is required */
#endif
