/* test_lws_shared.c — Job: close frames by hand, and the options every context gets. */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>

#include <cmocka.h>

#include <stdbool.h>
#include <string.h>

#include "proto/lws_shared.h"

static void test_close_frames(void **state)
{
    (void)state;
    unsigned char frame[LWS_SHARED_CLOSE_MAX];
    assert_int_equal(lws_shared_close_frame(frame, AS_SERVER, 1001, NULL), 4);
    assert_memory_equal(frame, "\x88\x02\x03\xe9", 4);
    assert_int_equal(lws_shared_close_frame(frame, AS_SERVER, 4000, "slow"), 8);
    assert_memory_equal(frame, "\x88\x06\x0f\xa0slow", 8);
    assert_int_equal(lws_shared_close_frame(frame, AS_CLIENT, 1000, ""), 8);
    assert_memory_equal(frame, "\x88\x82\0\0\0\0\x03\xe8", 8);
}

static void test_long_reasons_are_cut(void **state)
{
    (void)state;
    unsigned char frame[LWS_SHARED_CLOSE_MAX];
    char why[300];
    memset(why, 'w', sizeof why - 1);
    why[sizeof why - 1] = '\0';
    assert_int_equal(lws_shared_close_frame(frame, AS_CLIENT, 1008, why), LWS_SHARED_CLOSE_MAX);
    assert_int_equal(frame[1], 0x80 | 102); /* a control frame holds at most 125 */
    assert_int_equal(frame[LWS_SHARED_CLOSE_MAX - 1], 'w');
}

/* The global start of TLS is asked for once: all later contexts get the other options only. */
static void test_tls_is_started_once(void **state)
{
    (void)state;
    uint64_t first = lws_shared_options();
    uint64_t second = lws_shared_options();
    assert_true(first != second);
    assert_true((first & second) == second);
    assert_true(lws_shared_options() == second);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(test_close_frames),
        cmocka_unit_test(test_long_reasons_are_cut),
        cmocka_unit_test(test_tls_is_started_once),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
