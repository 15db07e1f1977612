/* test_deadlines.c — Job: the earliest deadline is on top, whatever moved; cases are forgotten. */
#include "gateway/engine/world.h"

#include <setjmp.h>
#include <stdarg.h>
#include <stdlib.h>
#include <cmocka.h>

enum { SLOTS = 200, MOVES = 20000 };

static unsigned chance(unsigned *seed, unsigned below)
{
    *seed = *seed * 1664525u + 1013904223u;
    return (*seed >> 8) % below;
}

static void the_earliest_is_due_first(void **state)
{
    (void)state;
    struct deadlines heap = {0};
    struct slot *slots = calloc(SLOTS, sizeof *slots);
    unsigned seed = 7;
    assert_true(deadlines_room(&heap, SLOTS));
    for (size_t i = 0; i < SLOTS; i++)
        deadlines_set(&heap, &slots[i], INT64_MAX);
    assert_null(deadlines_due(&heap, INT64_MAX));
    for (size_t move = 0; move < MOVES; move++) {
        int64_t at = chance(&seed, 4) == 0 ? INT64_MAX : (int64_t)chance(&seed, 1000);
        deadlines_set(&heap, &slots[chance(&seed, SLOTS)], at);
        size_t planned = 0;
        int64_t first = INT64_MAX;
        for (size_t i = 0; i < SLOTS; i++) {
            planned += slots[i].deadline != INT64_MAX;
            first = slots[i].deadline < first ? slots[i].deadline : first;
        }
        assert_int_equal(heap.count, planned);
        if (first == INT64_MAX)
            continue;
        assert_null(deadlines_due(&heap, first - 1));
        assert_int_equal(deadlines_due(&heap, first)->deadline, first);
    }
    int64_t before = 0;
    for (struct slot *due; (due = deadlines_due(&heap, 1000)) != NULL;) {
        assert_true(due->deadline >= before);
        before = due->deadline;
        deadlines_set(&heap, due, INT64_MAX);
    }
    assert_int_equal(heap.count, 0);
    deadlines_fini(&heap);
    free(slots);
}

static void a_forgotten_case_is_nowhere(void **state)
{
    (void)state;
    struct world_table world;
    union any_state *open = calloc(1, sizeof *open);
    const struct id org = {{1}}, id = {{2}}, alias = {{3}}, other = {{4}};
    assert_int_equal(world_init(&world), ERR_OK);
    open->case_ = (struct case_state){.id = id, .org = org, .alias = alias};
    struct slot *slot = world_slot(&world, AGGREGATE_CASE, &id);
    world_put(&world, slot, 1, open, NULL);
    deadlines_set(&world.deadlines, slot, 5);
    assert_ptr_equal(world_by_alias(&world, &alias, &other), slot);
    open->case_.end = 1;
    world_put(&world, slot, 2, open, NULL);
    world_forget(&world, slot);
    assert_null(world_find(&world, AGGREGATE_CASE, &id));
    assert_null(world_by_alias(&world, &alias, &other));
    assert_null(deadlines_due(&world.deadlines, 5));
    assert_int_equal(world_find(&world, AGGREGATE_ORG, &org)->cases.count, 0);
    world_fini(&world);
    free(open);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(the_earliest_is_due_first),
        cmocka_unit_test(a_forgotten_case_is_nowhere),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
