/* test_spare.c — Job: what is kept for the next message is empty; a new block comes if need be. */
#include "gateway/engine/inner.h"

#include <setjmp.h>
#include <stdarg.h>
#include <stdlib.h>
#include <cmocka.h>

static bool all_zero(const void *bytes, size_t size)
{
    for (size_t i = 0; i < size; i++)
        if (((const unsigned char *)bytes)[i] != 0)
            return false;
    return true;
}

static void a_judgement_comes_back_empty(void **state)
{
    (void)state;
    struct engine *engine = calloc(1, sizeof *engine);
    struct judgement *first = spare_judgement(engine), *second = spare_judgement(engine);
    assert_non_null(first);
    assert_non_null(second);
    assert_ptr_not_equal(first, second);
    memset(first->events, 7, 3 * sizeof *first->events);
    first->events_count = 3;
    first->failed = true;
    first->errands_count = 1;
    assert_non_null(arena_get(&first->arena, 100));
    spare_judgement_back(engine, first);
    spare_judgement_back(engine, second); /* one is kept, the other freed */
    assert_ptr_equal(spare_judgement(engine), first);
    assert_true(all_zero(first, sizeof *first));
    spare_judgement_back(engine, first);
    spare_free(engine);
    free(engine);
}

static void a_state_is_a_copy_and_leaves_nothing(void **state)
{
    (void)state;
    struct engine *engine = calloc(1, sizeof *engine);
    union any_state *held = calloc(1, sizeof *held);
    held->case_.vitals_count = CASE_VITALS_MAX;
    held->case_.end = 5;
    memset(held->case_.vitals, 9, sizeof held->case_.vitals);
    struct slot known = {.kind = AGGREGATE_CASE, .state = held};
    struct slot unknown = {.kind = AGGREGATE_CASE};
    union any_state *copy = spare_state(engine, &known);
    assert_memory_equal(copy, held, sizeof *held);
    spare_state_back(engine, AGGREGATE_CASE, copy);
    assert_ptr_equal(spare_state(engine, &unknown), copy);
    assert_true(all_zero(copy, sizeof *copy));
    spare_state_back(engine, AGGREGATE_CASE, copy);
    spare_state_back(engine, AGGREGATE_CASE, NULL);
    spare_free(engine);
    free(held);
    free(engine);
}

static void more_states_than_are_kept_are_freed(void **state)
{
    (void)state;
    struct engine *engine = calloc(1, sizeof *engine);
    union any_state *taken[SPARE_STATES_MAX + 2];
    struct slot unknown = {.kind = AGGREGATE_DEVICE};
    for (size_t i = 0; i < SPARE_STATES_MAX + 2; i++)
        assert_non_null(taken[i] = spare_state(engine, &unknown));
    for (size_t i = 0; i < SPARE_STATES_MAX + 2; i++)
        spare_state_back(engine, AGGREGATE_DEVICE, taken[i]);
    assert_int_equal(engine->spare.states_count, SPARE_STATES_MAX);
    spare_free(engine);
    free(engine);
}

static void a_row_is_the_states_own_json(void **state)
{
    (void)state;
    struct engine *engine = calloc(1, sizeof *engine);
    union any_state *device = calloc(1, sizeof *device);
    struct buf expected = {0};
    struct arena arena = {0};
    struct slice row;
    device->device = (struct device_state){.id = {{1}}, .org = {{2}}, .name = slice_of("汐見2")};
    record_encode(state_record(AGGREGATE_DEVICE), device, &expected);
    for (int i = 0; i < 2; i++) {
        assert_int_equal(spare_row(engine, AGGREGATE_DEVICE, device, &arena, &row), ERR_OK);
        assert_true(slice_equal(row, buf_slice(&expected)));
        assert_true(all_zero(engine->spare.row.bytes, row.size));
    }
    arena.limit = arena.used;
    assert_int_equal(spare_row(engine, AGGREGATE_DEVICE, device, &arena, &row), ERR_NO_MEMORY);
    arena_free(&arena);
    buf_free(&expected);
    spare_free(engine);
    free(device);
    free(engine);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(a_judgement_comes_back_empty),
        cmocka_unit_test(a_state_is_a_copy_and_leaves_nothing),
        cmocka_unit_test(more_states_than_are_kept_are_freed),
        cmocka_unit_test(a_row_is_the_states_own_json),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
