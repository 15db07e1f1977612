/* clock_watch.c — Job: say that the machine's clock was set under a running gateway. */
#include "gateway/clock_watch.h"

#include "common/log.h"
#include "proto/limits.h"

#include <stdbool.h>
#include <stddef.h>

void clock_watch(void)
{
    static bool apart;
    int64_t ms = clock_wall_ms() - clock_even_ms();
    bool now = ms > CLOCKS_APART_MS || ms < -CLOCKS_APART_MS;
    if (now && !apart)
        log_warn("clock", NULL, "the machine's clock was set: %+lld s from ours, which follows",
                 (long long)(ms / 1000));
    if (!now && apart)
        log_info("clock", NULL, "the machine's clock and ours agree again");
    apart = now;
}
