/* record_walk.h — Job: walking through the struct of a record; used by record*.c only.
 *
 * A record may hold records and lists of records. The way down is an explicit stack, not recursion:
 * its depth is known (a test walks every table), and the stack of a thread stays small. */
#ifndef PROTO_RECORD_WALK_H
#define PROTO_RECORD_WALK_H

#include "proto/record.h"

enum { RECORD_DEPTH_MAX = 4 };

struct walk_level {
    const struct record *record;
    char *base;     /* of the struct we are in; of the current item when it is a list */
    size_t items;   /* structs from BASE on that are still to do: 1 unless it is a list */
    size_t field;   /* next row of the table */
    size_t written; /* the encoder's: members written of the current struct */
};

struct walk {
    size_t depth; /* 0: done */
    struct walk_level levels[RECORD_DEPTH_MAX];
};

void walk_start(struct walk *walk, const struct record *record, void *base);
void walk_push(struct walk *walk, const struct record *record, void *base, size_t items);
/* The count member of a FIELD_LIST or FIELD_IDS. */
size_t walk_count(const struct field *field, const void *base);
#endif
