/* query_bed.h — Job: a store in memory or in SQLite, filled and indexed, that is asked the log. */
#ifndef TESTS_LIB_QUERY_BED_H
#define TESTS_LIB_QUERY_BED_H

#include "tests/lib/journal_kit.h"
#include "tests/lib/store_kit.h"

/* The one bed of a test program. */
struct query_bed {
    struct kit kit;
    struct store *s; /* of the kit, until a test asks another */
    struct found found;
};
extern struct query_bed query_bed;

/* For cmocka. */
int query_bed_ram(void **state);
int query_bed_sqlite(void **state);
int query_bed_down(void **state);

void query_fill(void);      /* store_fill_case, indexed */
void query_index_all(void); /* in steps of two, to the last event */
/* How many rows; they are in query_bed.found. A limit of 0 is 16. */
size_t query_asked(struct store_query query);
struct store_query query_of_even(void); /* all that concerns the organisation "even" */
#endif
