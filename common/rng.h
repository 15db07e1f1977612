/* rng.h — Job: random bytes and new ids (libsodium, which asks the kernel). */
#ifndef COMMON_RNG_H
#define COMMON_RNG_H

#include "proto/id.h"

/* Fills SIZE bytes that nobody can guess. Cannot fail: without random numbers the program stops.
 * Any thread may call it, and a forked child. */
void rng_fill(void *bytes, size_t size);
/* A number below BOUND, each equally likely; 0 when BOUND is 0 or 1. */
uint32_t rng_below(uint32_t bound);
/* A new id of this moment's wall clock. */
struct id rng_id(void);
#endif
