/* test_lease.c — Job: a shown section's life: renewed by frames, on the monotonic clock, to its
 * end. */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <cmocka.h>

#include "client/lease.h"
#include "proto/limits.h"

enum { NOW = 1000000 };

static void nothing_may_be_shown_before_welcome(void **state)
{
    (void)state;
    struct lease lease = {.heard = false};
    assert_false(lease_holds(&lease, 10, 0));
    lease_heard(&lease, 10); /* some frame, but no welcome */
    assert_false(lease_holds(&lease, 10, 0));
    assert_int_equal(lease_gateway_now(&lease, 10), 0);
}

static void it_ends_one_lease_behind_the_last_frame(void **state)
{
    (void)state;
    struct lease lease = {.heard = false};
    lease_told(&lease, 1000, 5000, NOW);
    assert_true(lease_holds(&lease, 5999, 0));
    assert_false(lease_holds(&lease, 6000, 0));
    lease_heard(&lease, 5500);
    assert_int_equal(lease_left_ms(&lease, 6000, 0), 4500);
    assert_false(lease_holds(&lease, 10500, 0));
}

static void it_never_goes_past_the_end_of_the_right(void **state)
{
    (void)state;
    struct lease lease = {.heard = false};
    lease_told(&lease, 1000, 5000, NOW);
    assert_int_equal(lease_left_ms(&lease, 1000, NOW + 300), 300);
    assert_true(lease_holds(&lease, 1299, NOW + 300));
    assert_false(lease_holds(&lease, 1300, NOW + 300));
    assert_false(lease_holds(&lease, 1000, NOW - 1));
}

static void the_gateways_clock_is_corrected_forward_only(void **state)
{
    (void)state;
    struct lease lease = {.heard = false};
    lease_told(&lease, 1000, 5000, NOW);
    lease_clock(&lease, 1100, NOW + 50); /* 50 behind: a slow frame */
    assert_int_equal(lease_gateway_now(&lease, 1100), NOW + 100);
    lease_clock(&lease, 1200, NOW + 900);
    assert_int_equal(lease_gateway_now(&lease, 1200), NOW + 900);
    assert_false(lease_holds(&lease, 1200, NOW + 900));
}

static void odd_lengths_become_the_standard(void **state)
{
    (void)state;
    const int64_t odd[] = {0, -5, INT64_MAX, LEASE_MAX_MS + 1};
    for (size_t i = 0; i < sizeof odd / sizeof odd[0]; i++) {
        struct lease lease = {.heard = false};
        lease_told(&lease, 0, odd[i], NOW);
        assert_int_equal(lease_left_ms(&lease, 0, 0), LEASE_MS);
    }
}

static void a_clock_that_went_back_shows_nothing(void **state)
{
    (void)state;
    struct lease lease = {.heard = false};
    lease_told(&lease, 1000, 5000, NOW);
    assert_false(lease_holds(&lease, 999, 0));
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(nothing_may_be_shown_before_welcome),
        cmocka_unit_test(it_ends_one_lease_behind_the_last_frame),
        cmocka_unit_test(it_never_goes_past_the_end_of_the_right),
        cmocka_unit_test(the_gateways_clock_is_corrected_forward_only),
        cmocka_unit_test(odd_lengths_become_the_standard),
        cmocka_unit_test(a_clock_that_went_back_shows_nothing),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
