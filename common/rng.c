/* rng.c — Job: random bytes and new ids (libsodium, which asks the kernel). */
#include "common/rng.h"

#include "common/clock.h"

#include <assert.h>
#include <pthread.h>
#include <sodium.h>

/* Each event takes seven small fillings (ids, nonces): from a store of the thread, since a call
 * into the kernel costs more than the bytes. What is longer, and so every key, comes straight from
 * there. */
enum { SMALL_MAX = 16, SMALL_STORE = 512 };
static _Thread_local struct {
    uint8_t bytes[SMALL_STORE];
    size_t left;
} small;
static pthread_once_t once = PTHREAD_ONCE_INIT;

static void forget(void)
{
    small.left = 0;
}

/* A child must not give out what its parent gives out, too: a nonce would be used twice. */
static void make_ready(void)
{
    int ready = sodium_init();
    assert(ready >= 0);
    int told = pthread_atfork(NULL, NULL, forget);
    assert(told == 0);
}

void rng_fill(void *bytes, size_t size)
{
    pthread_once(&once, make_ready);
    if (size > SMALL_MAX) {
        randombytes_buf(bytes, size);
        return;
    }
    if (small.left < size) {
        randombytes_buf(small.bytes, sizeof small.bytes);
        small.left = sizeof small.bytes;
    }
    small.left -= size;
    memcpy(bytes, small.bytes + small.left, size);
    explicit_bzero(small.bytes + small.left, size); /* nobody finds it afterwards */
}

uint32_t rng_below(uint32_t bound)
{
    pthread_once(&once, make_ready);
    return randombytes_uniform(bound);
}

struct id rng_id(void)
{
    uint8_t random[10];
    rng_fill(random, sizeof random);
    return id_new(clock_wall_ms(), random);
}
