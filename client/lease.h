/* lease.h — Job: how long an opened section may be shown (DESIGN §2, Lease).
 *
 * A shown section lives `lease_ms`, renewed by any frame of the gateway, on the monotonic clock,
 * and never past the end of its right. Ends of rights are told in the gateway's time; how far that
 * clock is from ours is learnt from `welcome` and `alive`, so that a wrong clock of this machine
 * prolongs nothing. */
#ifndef CLIENT_LEASE_H
#define CLIENT_LEASE_H

#include "proto/slice.h"

/* Zeroed: nothing was heard yet, nothing may be shown. */
struct lease {
    int64_t lease_ms; /* 0: not told yet */
    bool heard, has_clock;
    uint64_t heard_at;       /* monotonic ms of the last frame */
    int64_t gateway_at_zero; /* the gateway's clock at our monotonic 0 */
};

/* The gateway says how long a lease is and what time it has. A lease of nothing, or above
 * LEASE_MAX_MS, is taken as LEASE_MS (proto/limits.h). */
void lease_told(struct lease *lease, uint64_t mono_ms, int64_t lease_ms, int64_t gateway_now);
/* `alive` tells the time again. The clock is only ever corrected forward: that ends rights
 * sooner. */
void lease_clock(struct lease *lease, uint64_t mono_ms, int64_t gateway_now);
/* Any frame came. */
void lease_heard(struct lease *lease, uint64_t mono_ms);
/* The gateway's time now, in ms since 1970; 0: not known yet. */
int64_t lease_gateway_now(const struct lease *lease, uint64_t mono_ms);
/* May a section whose right ends at UNTIL (gateway's time; 0: no end was told) be shown now? */
bool lease_holds(const struct lease *lease, uint64_t mono_ms, int64_t until);
/* Milliseconds until it may not be shown any more if nothing more is heard; 0: not now. */
int64_t lease_left_ms(const struct lease *lease, uint64_t mono_ms, int64_t until);
#endif
