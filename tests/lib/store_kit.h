/* store_kit.h — Job: rows put straight into a store, and what comes back. */
#ifndef TESTS_LIB_STORE_KIT_H
#define TESTS_LIB_STORE_KIT_H

#include "gateway/journal/store.h"
#include "proto/merkle.h"

/* All abort when the store refuses. */
struct store_head store_begin(struct store *store);
void store_commit(struct store *store);
/* An opening of "case" by "person" of "org", named NAME, recorded SEQ ms after second 1. */
struct event store_made(const char *name, uint64_t seq);
/* Puts EVENT with its leaf and tree hashes; SEALED may be NULL. */
void store_put(struct store *store, const struct event *event, struct merkle_edge *edge,
               const char *sealed);
void store_put_for(struct store *store, const struct event *event, struct merkle_edge *edge,
                   const char *sealed, const struct id *recipients, const uint64_t *n,
                   size_t count);
void store_put_head(struct store *store, const struct merkle_edge *edge, const char *note);
/* Ten events of one case in an empty store: "even" and "odd" act in turn, towards "hospital" (7:
 * towards "even"); "early" is the person up to 5, then "late"; 4 opens the case, 5 has an alias. */
void store_fill_case(struct store *store);

enum { FOUND_MAX = 16 };
/* What a walk gave; store_found_each is its callback. */
struct found {
    size_t rows;
    uint64_t seqs[FOUND_MAX], ns[FOUND_MAX];
    int under[FOUND_MAX];
    bool sealed[FOUND_MAX];
    char text[FOUND_MAX][FOUND_MAX]; /* of sealed */
};
enum err store_found_each(void *found, const struct stored_event *event);
#endif
