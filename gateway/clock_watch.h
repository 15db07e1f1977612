/* clock_watch.h — Job: say that the machine's clock was set under a running gateway. */
#ifndef GATEWAY_CLOCK_WATCH_H
#define GATEWAY_CLOCK_WATCH_H

#include "common/clock.h"

/* To be called about once a second, by one thread: a warning when the wall clock and the even one
 * are further than CLOCKS_APART_MS apart, a line when they have met again. */
void clock_watch(void);
#endif
