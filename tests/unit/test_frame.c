/* test_frame.c — Job: sizes, references and tags of frames. */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>

#include <cmocka.h>

#include "proto/frame.h"
#include "proto/limits.h"

static void test_sizes(void **state)
{
    (void)state;
    assert_null(frame_new(0));
    assert_null(frame_new(FRAME_BYTES_MAX + 1));
    assert_null(frame_of(slice_of("")));
    struct frame *frame = frame_new(FRAME_BYTES_MAX);
    assert_non_null(frame);
    assert_int_equal(frame_slice(frame).size, FRAME_BYTES_MAX);
    frame_bytes(frame)[0] = 'a';
    frame_bytes(frame)[FRAME_BYTES_MAX - 1] = 'z';
    assert_int_equal(frame_slice(frame).bytes[FRAME_BYTES_MAX - 1], 'z');
    /* The header's room lies in the frame, in front of the text. */
    memset(frame_bytes(frame) - FRAME_ROOM_BEFORE, 0xff, FRAME_ROOM_BEFORE);
    assert_int_equal(frame_slice(frame).bytes[0], 'a');
    frame_unref(frame);
    frame_unref(NULL);
}

static void test_references(void **state)
{
    (void)state;
    struct frame *frame = frame_of(slice_of("{}"));
    assert_non_null(frame);
    assert_ptr_equal(frame_ref(frame), frame);
    frame_unref(frame);
    assert_true(slice_is(frame_slice(frame), "{}")); /* the other reference holds it */
    frame_unref(frame);
}

static void test_tag(void **state)
{
    (void)state;
    struct frame *frame = frame_of(slice_of("{}"));
    const struct id tag = {{1, 2, 3}};
    assert_true(id_absent(frame_tag(frame)));
    frame_set_tag(frame, &tag);
    assert_true(id_equal(frame_tag(frame), &tag));
    frame_unref(frame);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(test_sizes),
        cmocka_unit_test(test_references),
        cmocka_unit_test(test_tag),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
