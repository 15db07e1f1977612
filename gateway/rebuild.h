/* rebuild.h — Job: fold the whole journal again and hold the result against the stored states. */
#ifndef GATEWAY_REBUILD_H
#define GATEWAY_REBUILD_H

#include "gateway/opened.h"

struct rebuild_report {
    uint64_t events;      /* folded */
    uint64_t aggregates;  /* compared */
    uint64_t differences; /* states that are not the fold of their events */
    uint64_t shredded;    /* payloads without a key any more: their texts are left out */
    char first[64];       /* kind and id of the first difference */
};

/* Reads only. ERR_STORE, ERR_CORRUPT, ERR_NO_MEMORY. */
MUST_CHECK enum err rebuild_compare(struct opened *opened, struct rebuild_report *out);
#endif
