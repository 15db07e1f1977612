/* counts.h — Job: the running numbers that one transaction moves: each read once, written once. */
#ifndef GATEWAY_JOURNAL_COUNTS_H
#define GATEWAY_JOURNAL_COUNTS_H

#include "gateway/journal/store.h"

struct count {
    enum counter_kind kind; /* 0: free slot */
    struct id id;
    uint64_t value;
};

/* Zeroed is valid and empty. */
struct counts {
    struct count *slots;
    size_t room, used;
};

/* The next number of (KIND, ID): what STORE has, or what this transaction had last, plus one.
 * ERR_NO_MEMORY, or what the store said. */
MUST_CHECK enum err counts_next(struct counts *counts, struct store *store, enum counter_kind kind,
                                const struct id *id, uint64_t *value);
/* Writes every number that moved. */
MUST_CHECK enum err counts_put(const struct counts *counts, struct store *store);
void counts_clear(struct counts *counts); /* for the next transaction */
void counts_fini(struct counts *counts);
#endif
