/* test_line_queue.c — Job: lines of a script that wait for their turn. */
#include "ambulance_client/line_queue.h"

#include <setjmp.h>
#include <stdarg.h>
#include <stdio.h>
#include <stdlib.h>

#include <cmocka.h>

static void lines_leave_in_the_order_they_came(void **state)
{
    struct line_queue queue = {0};
    char out[CLIENT_LINE_MAX];
    size_t size = 0;
    (void)state;
    assert_false(line_queue_take(&queue, out, sizeof out, &size));
    assert_int_equal(line_queue_add(&queue, slice_of("one")), ERR_OK);
    assert_int_equal(line_queue_add(&queue, (struct slice){"", 0}), ERR_OK);
    assert_true(line_queue_take(&queue, out, sizeof out, &size));
    assert_memory_equal(out, "one", 3);
    assert_int_equal(line_queue_add(&queue, slice_of("three")), ERR_OK);
    assert_true(line_queue_take(&queue, out, sizeof out, &size));
    assert_int_equal(size, 0);
    assert_true(line_queue_take(&queue, out, sizeof out, &size));
    assert_int_equal(size, 5);
    assert_int_equal(queue.count, 0);
    assert_int_equal(line_queue_add(&queue, slice_of("again")), ERR_OK);
    line_queue_fini(&queue);
    line_queue_fini(&queue);
    assert_int_equal(queue.count, 0);
}

static void a_script_may_be_too_long(void **state)
{
    struct line_queue queue = {0};
    (void)state;
    for (int i = 0; i < SCRIPT_LINES_MAX; i++)
        assert_int_equal(line_queue_add(&queue, slice_of("x")), ERR_OK);
    assert_int_equal(line_queue_add(&queue, slice_of("x")), ERR_FULL);
    line_queue_fini(&queue);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(lines_leave_in_the_order_they_came),
        cmocka_unit_test(a_script_may_be_too_long),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
