/* clock.h — Job: the two clocks of the machine; the only code that asks for them.
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
#endif
