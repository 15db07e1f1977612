/* clock.h — Job: the two clocks of the machine, and one that goes evenly after both; the only code
 * that asks for them.
 *
 * Judgements get their time from the turn, never from here. */
#ifndef COMMON_CLOCK_H
#define COMMON_CLOCK_H

#include <stdint.h>

/* UTC in ms since 1970. Can jump when the machine's clock is set. */
int64_t clock_wall_ms(void);
/* Never goes back, and goes on while the machine sleeps (CLOCK_BOOTTIME): a tablet that was closed
 * for an hour must not show a lease that ended. The zero point is arbitrary. */
uint64_t clock_mono_ms(void);

/* UTC for rights that last: whoever sets the machine's clock by hours must not end a grant, nor
 * keep it open. It starts with the wall clock, goes with the monotonic one, and follows the wall
 * clock by a tenth of the time that passes: never back, never more than 10 % too fast or slow. */
struct clock_even {
    int64_t at;
    uint64_t mono, owed; /* OWED: time that has not yet been followed */
};
/* Zeroed is a clock that has not started. */
int64_t clock_follow(struct clock_even *clock, int64_t wall_ms, uint64_t mono_ms);
/* The one of this process; for every thread. */
int64_t clock_even_ms(void);
/* The same; from now on it is not before FLOOR_MS, which is known to have passed. */
int64_t clock_even_after(int64_t floor_ms);
#endif
