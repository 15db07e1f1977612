/* sample_record.c — Job: a record with one field of every kind, for the tests of the tables. */
#include "tests/lib/sample_record.h"

#define S struct sample_leaf
static const struct field leaf_rows[] = {
    ROW_INT(S, depth, FIELD_REQUIRED, 0, 9),
};
#undef S
static const struct record record_leaf = RECORD("leaf", struct sample_leaf, leaf_rows);

#define S struct sample_item
static const struct field item_rows[] = {
    ROW_RECORD(S, leaf, FIELD_OPTIONAL, &record_leaf),
    ROW_TEXT(S, name, FIELD_REQUIRED, 1, 4),
};
#undef S
const struct record record_sample_item = RECORD("item", struct sample_item, item_rows);

#define S struct sample
static const struct field sample_rows[] = {
    ROW_BYTES(S, bytes, FIELD_OPTIONAL, 5),
    ROW_CODE(S, code, FIELD_OPTIONAL, &codes_urgency),
    ROW_CODES(S, codes, FIELD_OPTIONAL, &codes_section),
    ROW_DATE(S, date, FIELD_OPTIONAL),
    ROW_FLAG(S, flag, FIELD_OPTIONAL),
    ROW_HASH(S, hash, FIELD_OPTIONAL),
    ROW_ID(S, id, FIELD_OPTIONAL),
    ROW_IDS(S, ids, FIELD_OPTIONAL, 3),
    ROW_LIST(S, items, FIELD_OPTIONAL, 2, &record_sample_item),
    ROW_RECORD(S, leaf, FIELD_OPTIONAL, &record_leaf),
    ROW_INT(S, number, FIELD_OPTIONAL, -5, 5),
    ROW_RAW(S, raw, FIELD_OPTIONAL),
    ROW_SECRET(S, secret, FIELD_OPTIONAL, 1, 8),
    ROW_TEXT(S, text, FIELD_OPTIONAL, 0, 4),
    ROW_TIME(S, time, FIELD_OPTIONAL),
};
#undef S
const struct record record_sample = RECORD("sample", struct sample, sample_rows);
