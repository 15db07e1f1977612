/* rng.c — Job: random bytes and new ids (libsodium, which asks the kernel). */
#include "common/rng.h"

#include "common/clock.h"

#include <assert.h>
#include <sodium.h>

void rng_fill(void *bytes, size_t size)
{
    int ready = sodium_init(); /* cheap and safe to repeat, from any thread */
    assert(ready >= 0);
    randombytes_buf(bytes, size);
}

uint32_t rng_below(uint32_t bound)
{
    int ready = sodium_init();
    assert(ready >= 0);
    return randombytes_uniform(bound);
}

struct id rng_id(void)
{
    uint8_t random[10];
    rng_fill(random, sizeof random);
    return id_new(clock_wall_ms(), random);
}
