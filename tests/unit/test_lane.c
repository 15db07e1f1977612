/* test_lane.c — Job: order, bounds and dropping in a lane. */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>

#include <cmocka.h>

#include "gateway/door/lane.h"

static void add(struct lane_queue *lane, char name, uint8_t tag)
{
    struct frame *frame = frame_of((struct slice){&name, 1});
    assert_non_null(frame);
    const struct id id = {{tag}};
    frame_set_tag(frame, &id);
    assert_int_equal(lane_add(lane, frame, 100, 0), ERR_OK);
    frame_unref(frame); /* the lane has its own reference */
}

static char take(struct lane_queue *lane)
{
    char name = frame_slice(lane_first(lane)).bytes[0];
    lane_drop_first(lane);
    return name;
}

static void test_order_across_growth_and_wrap(void **state)
{
    (void)state;
    struct lane_queue lane = {0};
    char next = 'a';
    char expected = 'a';
    /* Two in, one out: the ring wraps and grows again and again. */
    for (int i = 0; i < 20; i++) {
        add(&lane, next++, 0);
        add(&lane, next++, 0);
        assert_int_equal(take(&lane), expected++);
    }
    assert_int_equal(lane.count, 20);
    assert_int_equal(lane.bytes, 20);
    while (lane.count > 0)
        assert_int_equal(take(&lane), expected++);
    assert_int_equal(expected, next);
    assert_null(lane.slots); /* idle lanes own no memory */
    assert_null(lane_first(&lane));
}

static void test_bounds(void **state)
{
    (void)state;
    struct lane_queue lane = {0};
    struct frame *frame = frame_new(100);
    assert_int_equal(lane_add(&lane, frame, 2, 0), ERR_OK);
    assert_int_equal(lane_add(&lane, frame, 2, 0), ERR_OK);
    assert_int_equal(lane_add(&lane, frame, 2, 0), ERR_FULL);
    assert_int_equal(lane.count, 2);
    assert_int_equal(lane_add(&lane, frame, 9, 300), ERR_OK);
    assert_int_equal(lane_add(&lane, frame, 9, 300), ERR_FULL);
    assert_int_equal(lane.bytes, 300);
    lane_clear(&lane);
    assert_int_equal(lane_add(&lane, frame, 9, 99), ERR_FULL); /* never, however empty */
    lane_clear(&lane);
    frame_unref(frame);
}

static void test_drop_by_tag(void **state)
{
    (void)state;
    const struct id one = {{1}};
    const struct id two = {{2}};
    const struct id nine = {{9}};
    struct lane_queue lane = {0};
    for (int i = 0; i < 6; i++) { /* moves the ring's start */
        add(&lane, '-', 0);
        add(&lane, '-', 0);
        lane_drop_first(&lane);
    }
    while (lane.count > 1)
        lane_drop_first(&lane);
    for (int i = 0; i < 9; i++)
        add(&lane, (char)('a' + i), (uint8_t)(i % 3));
    assert_int_equal(lane_drop_tagged(&lane, &nine), 0);
    assert_int_equal(lane_drop_tagged(&lane, &one), 3);
    assert_int_equal(lane.bytes, 7);
    static const char left[] = "-acdfgi";
    for (int i = 0; left[i] != '\0'; i++)
        assert_int_equal(take(&lane), left[i]);
    add(&lane, 'x', 2);
    assert_int_equal(lane_drop_tagged(&lane, &two), 1);
    assert_null(lane.slots);
    assert_int_equal(lane_drop_tagged(&lane, &two), 0); /* of an empty one */
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(test_order_across_growth_and_wrap),
        cmocka_unit_test(test_bounds),
        cmocka_unit_test(test_drop_by_tag),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
