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

/* A minute is sixty looks of one second here. */
static int64_t after_minutes(struct clock_even *clock, int64_t wall, uint64_t *mono, int minutes)
{
    int64_t last = clock->at, now = last;
    for (int i = 0; i < minutes * 60; i++) {
        *mono += 1000;
        now = clock_follow(clock, wall + (int64_t)*mono, *mono);
        assert_true(now - last >= 900 && now - last <= 1100);
        last = now;
    }
    return now;
}

static void an_even_clock_follows_a_tenth_and_never_goes_back(void **state)
{
    (void)state;
    enum { HOUR = 3600000, MINUTE = 60000 };
    struct clock_even clock = {0};
    uint64_t mono = 5;
    int64_t wall = 1000 * (int64_t)HOUR;
    assert_int_equal(clock_follow(&clock, wall + 5, mono), wall + 5);
    int64_t now = after_minutes(&clock, wall, &mono, 10);
    assert_int_equal(now, wall + (int64_t)mono);
    /* The system's clock is set forward by five hours, and then back by five behind the truth. */
    int64_t from = clock.at;
    assert_int_equal(after_minutes(&clock, wall + 5 * HOUR, &mono, 10), from + 11 * MINUTE);
    from = clock.at;
    assert_int_equal(after_minutes(&clock, wall - 5 * HOUR, &mono, 10), from + 9 * MINUTE);
    /* A second too fast is forgotten within ten. */
    clock = (struct clock_even){.at = wall + (int64_t)mono + 1000, .mono = mono};
    now = after_minutes(&clock, wall, &mono, 1);
    assert_int_equal(now, wall + (int64_t)mono);
    /* Many looks within one millisecond follow no faster. */
    from = clock.at;
    for (int i = 0; i < 1000; i++)
        assert_int_equal(clock_follow(&clock, wall + HOUR, mono), from);
    for (int i = 0; i < 1000; i++)
        (void)clock_follow(&clock, wall + HOUR, ++mono);
    assert_in_range(clock.at, from + 1099, from + 1101);
    assert_true(clock_even_ms() <= clock_even_ms());
}

static void the_even_clock_is_not_before_what_is_known_to_have_passed(void **state)
{
    (void)state;
    enum { HOUR = 3600000 };
    int64_t now = clock_even_ms();
    assert_in_range(clock_even_after(now - HOUR), now, now + HOUR / 2);
    assert_in_range(clock_even_after(now + HOUR), now + HOUR, now + 2 * HOUR);
    assert_in_range(clock_even_ms(), now + HOUR, now + 2 * HOUR);
    assert_in_range(clock_even_after(0), now + HOUR, now + 2 * HOUR);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(the_wall_clock_is_the_systems),
        cmocka_unit_test(the_monotonic_clock_moves_and_never_back),
        cmocka_unit_test(an_even_clock_follows_a_tenth_and_never_goes_back),
        cmocka_unit_test(the_even_clock_is_not_before_what_is_known_to_have_passed),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
