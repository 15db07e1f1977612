/* test_clock.c — Job: the clocks tell the system's time, in milliseconds, and forwards. */
#include "common/clock.h"

#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <time.h>
#include <cmocka.h>

static void the_wall_clock_is_the_systems(void **state)
{
    (void)state;
    time_t before = time(NULL);
    int64_t now = clock_wall_ms();
    time_t after = time(NULL);
    /* time() may lag by one tick of the kernel. */
    assert_in_range(now, (int64_t)before * 1000, (int64_t)after * 1000 + 2000);
}

static void the_monotonic_clock_moves_and_never_back(void **state)
{
    (void)state;
    uint64_t first = clock_mono_ms(), last = first;
    while (last < first + 5) {
        uint64_t now = clock_mono_ms();
        assert_true(now >= last);
        assert_true(now < first + 60000);
        last = now;
    }
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(the_wall_clock_is_the_systems),
        cmocka_unit_test(the_monotonic_clock_moves_and_never_back),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
