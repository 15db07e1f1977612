/* lease.c — Job: how long an opened section may be shown. */
#include "client/lease.h"

#include "proto/limits.h"

void lease_told(struct lease *lease, uint64_t mono_ms, int64_t lease_ms, int64_t gateway_now)
{
    lease->lease_ms = lease_ms > 0 && lease_ms <= LEASE_MAX_MS ? lease_ms : LEASE_MS;
    lease->has_clock = true;
    lease->gateway_at_zero = gateway_now - (int64_t)mono_ms;
    lease_heard(lease, mono_ms);
}

void lease_clock(struct lease *lease, uint64_t mono_ms, int64_t gateway_now)
{
    int64_t at_zero = gateway_now - (int64_t)mono_ms;
    if (lease->has_clock && at_zero > lease->gateway_at_zero)
        lease->gateway_at_zero = at_zero;
}

void lease_heard(struct lease *lease, uint64_t mono_ms)
{
    lease->heard_at = mono_ms;
    lease->heard = true;
}

int64_t lease_gateway_now(const struct lease *lease, uint64_t mono_ms)
{
    return lease->has_clock ? lease->gateway_at_zero + (int64_t)mono_ms : 0;
}

int64_t lease_left_ms(const struct lease *lease, uint64_t mono_ms, int64_t until)
{
    if (!lease->heard || !lease->has_clock || mono_ms < lease->heard_at)
        return 0;
    int64_t left = lease->lease_ms - (int64_t)(mono_ms - lease->heard_at);
    int64_t right = until - lease_gateway_now(lease, mono_ms);
    if (until != 0 && right < left)
        left = right;
    return left > 0 ? left : 0;
}

bool lease_holds(const struct lease *lease, uint64_t mono_ms, int64_t until)
{
    return lease_left_ms(lease, mono_ms, until) > 0;
}
