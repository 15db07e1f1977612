/* test_batch.c — Job: entries of a batch: in order, zeroed, whole or not there. */
#include "gateway/journal/batch.h"

#include <setjmp.h>
#include <stdarg.h>
#include <cmocka.h>

static void entries_are_linked_in_order_and_counted(void **state)
{
    (void)state;
    struct batch *batch = batch_new();
    struct entry *first = batch_add(batch, 2, 1, 1);
    struct entry *second = batch_add(batch, 1, 0, 0);
    assert_ptr_equal(batch->first, first);
    assert_ptr_equal(first->next, second);
    assert_ptr_equal(batch->last, second);
    assert_int_equal(batch->entries_count, 2);
    assert_int_equal(batch->events_count, 3);
    assert_int_equal(first->events[1].event.type, EVENT_NONE);
    assert_int_equal(first->status, ENTRY_WAITING);
    assert_null(second->expected);
    assert_null(second->rows);
    batch_free(batch);
    batch_free(NULL);
}

static void an_entry_without_memory_leaves_the_batch_as_it_was(void **state)
{
    (void)state;
    struct batch *batch = batch_new();
    struct entry *first = batch_add(batch, 1, 0, 0);
    batch->arena.limit = batch->arena.used + sizeof(struct entry);
    assert_null(batch_add(batch, 100, 0, 0));
    batch->arena.limit = 0;
    assert_null(batch_add(batch, SIZE_MAX, 0, 0));
    assert_null(batch_add(batch, SIZE_MAX / sizeof(struct batch_event), 1, 1));
    assert_ptr_equal(batch->last, first);
    assert_null(first->next);
    assert_int_equal(batch->events_count, 1);
    batch_free(batch);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(entries_are_linked_in_order_and_counted),
        cmocka_unit_test(an_entry_without_memory_leaves_the_batch_as_it_was),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
