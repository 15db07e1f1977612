/* store_ram.h — Job: the memory store's inside, shared by its two halves only. */
#ifndef GATEWAY_JOURNAL_STORE_RAM_H
#define GATEWAY_JOURNAL_STORE_RAM_H

#include <pthread.h>

#include "gateway/journal/store.h"
#include "gateway/journal/store_ram_rows.h"

struct ram_event {
    struct event event;
    struct slice leaf, sealed; /* both malloc'd; sealed may be absent */
    struct hash *nodes;
    unsigned nodes_count;
};

struct ram_head {
    uint64_t size;
    struct hash root;
    struct slice edge, checkpoint; /* malloc'd */
};

struct ram {
    struct store store;
    pthread_mutex_t lock; /* held from begin to commit or rollback: readers see whole batches */
    struct ram_rows rows;
    struct ram_event *events;
    size_t events_count, events_room, committed;
    struct ram_head head, next;
    struct ram_head lent; /* copy for the reader: a commit frees the head */
    bool writing, head_waits;
    int conflicts;  /* next version checks that lie */
    int calls_left; /* writing calls until the one that fails; 0: never */
};

void store_ram_reads(struct store *store); /* fills in the reading half */
MUST_CHECK enum err ram_coverage(void *self, const struct id *org, int from, int to, void *user,
                                 enum err (*each)(void *user, const struct coverage_month *month));
MUST_CHECK enum err ram_head_copy(const struct store_head *from, struct ram_head *to);
void ram_head_fini(struct ram_head *head);
#endif
