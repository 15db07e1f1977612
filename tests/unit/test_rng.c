/* test_rng.c — Job: random bytes fill all and only their place; ids carry the time. */
#include "common/rng.h"

#include "common/clock.h"

#include <setjmp.h>
#include <stdarg.h>
#include <cmocka.h>
#include <sys/wait.h>
#include <unistd.h>

static void all_bytes_are_filled_and_none_beside(void **state)
{
    (void)state;
    unsigned char bytes[66] = {0}, seen[64] = {0};
    for (int i = 0; i < 64;
         i++) { /* each place is nonzero at least once: chance of a miss 2^-500 */
        rng_fill(bytes + 1, 64);
        for (size_t k = 0; k < 64; k++)
            seen[k] = seen[k] | bytes[k + 1];
    }
    for (size_t k = 0; k < 64; k++)
        assert_int_not_equal(seen[k], 0);
    assert_int_equal(bytes[0], 0);
    assert_int_equal(bytes[65], 0);
}

static void two_fillings_differ(void **state)
{
    (void)state;
    unsigned char a[16], b[16];
    rng_fill(a, sizeof a);
    rng_fill(b, sizeof b);
    assert_memory_not_equal(a, b, sizeof a);
}

/* Small fillings come from a store: a forked child must not hand out the parent's. */
static void a_child_goes_its_own_way(void **state)
{
    (void)state;
    unsigned char mine[16], its[16];
    int ends[2], status;
    rng_fill(mine, 1); /* the store is full now */
    assert_int_equal(pipe(ends), 0);
    pid_t child = fork();
    if (child == 0) {
        rng_fill(its, sizeof its);
        _exit(write(ends[1], its, sizeof its) == (ssize_t)sizeof its ? 0 : 1);
    }
    assert_true(child > 0);
    rng_fill(mine, sizeof mine);
    assert_int_equal(read(ends[0], its, sizeof its), sizeof its);
    assert_int_equal(waitpid(child, &status, 0), child);
    assert_int_equal(status, 0);
    assert_memory_not_equal(mine, its, sizeof mine);
    close(ends[0]);
    close(ends[1]);
}

static void a_bound_is_kept_and_used_up(void **state)
{
    (void)state;
    unsigned seen = 0;
    for (int i = 0; i < 1000; i++) {
        uint32_t value = rng_below(3);
        assert_in_range(value, 0, 2);
        seen |= 1u << value;
    }
    assert_int_equal(seen, 7);
    assert_int_equal(rng_below(1), 0);
    assert_int_equal(rng_below(0), 0);
}

static void an_id_begins_with_this_moment(void **state)
{
    (void)state;
    int64_t before = clock_wall_ms();
    struct id id = rng_id(), other = rng_id();
    int64_t after = clock_wall_ms(), time = 0;
    for (size_t i = 0; i < 6; i++)
        time = time << 8 | id.bytes[i];
    assert_in_range(time, before, after);
    assert_false(id_equal(&id, &other));
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(all_bytes_are_filled_and_none_beside),
        cmocka_unit_test(two_fillings_differ),
        cmocka_unit_test(a_child_goes_its_own_way),
        cmocka_unit_test(a_bound_is_kept_and_used_up),
        cmocka_unit_test(an_id_begins_with_this_moment),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
