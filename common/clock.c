/* clock.c — Job: the two clocks of the machine, and one that goes evenly after both. */
#include "common/clock.h"

#include <assert.h>
#include <pthread.h>
#include <time.h>

int64_t clock_wall_ms(void)
{
    struct timespec now;
    int failed = clock_gettime(CLOCK_REALTIME, &now);
    assert(!failed);
    return (int64_t)now.tv_sec * 1000 + now.tv_nsec / 1000000;
}

uint64_t clock_mono_ms(void)
{
    struct timespec now;
    int failed = clock_gettime(CLOCK_BOOTTIME, &now);
    assert(!failed);
    return (uint64_t)now.tv_sec * 1000 + (uint64_t)now.tv_nsec / 1000000;
}

enum { FOLLOWED_PART = 10 };

int64_t clock_follow(struct clock_even *clock, int64_t wall_ms, uint64_t mono_ms)
{
    if (clock->mono == 0) {
        *clock = (struct clock_even){.at = wall_ms, .mono = mono_ms};
        return wall_ms;
    }
    uint64_t passed = mono_ms - clock->mono;
    clock->mono = mono_ms;
    clock->at += (int64_t)passed;
    clock->owed += passed;
    int64_t most = (int64_t)(clock->owed / FOLLOWED_PART), apart = wall_ms - clock->at;
    clock->owed %= FOLLOWED_PART;
    clock->at += apart > most ? most : apart < -most ? -most : apart;
    return clock->at;
}

int64_t clock_even_after(int64_t floor_ms)
{
    static pthread_mutex_t lock = PTHREAD_MUTEX_INITIALIZER;
    static struct clock_even clock;
    int failed = pthread_mutex_lock(&lock);
    assert(!failed);
    int64_t now = clock_follow(&clock, clock_wall_ms(), clock_mono_ms());
    if (now < floor_ms)
        now = clock.at = floor_ms;
    failed = pthread_mutex_unlock(&lock);
    assert(!failed);
    return now;
}

int64_t clock_even_ms(void)
{
    return clock_even_after(0);
}
