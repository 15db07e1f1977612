/* test_conn.c — Job: what time ends, whom the gateway refuses, and how a connection ends. */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <stdlib.h>

#include <cmocka.h>

#include "proto/limits.h"
#include "tests/lib/door_bed.h"

static struct bed bed;
static struct ws_raw ws;

static int set_up(void **state)
{
    (void)state;
    bed_init(&bed);
    bed_open(&bed);
    return 0;
}

static int tear_down(void **state)
{
    (void)state;
    ws_raw_close(&ws);
    bed_fini(&bed);
    return 0;
}

static void open_as(const char *name)
{
    struct ws_raw_to to = bed_to(&bed, BED_AMBULANCE, name);
    assert_true(ws_raw_open(&ws, &to));
    assert_non_null(bed.conn);
}

static void expect_close(int code, const char *why)
{
    char reason[128] = "";
    assert_int_equal(ws_raw_close_code(&ws, reason, BED_WAIT_MS), code);
    assert_string_equal(reason, why);
    /* As a peer that behaves: answer the close frame; then the server ends the line. */
    unsigned char bytes[2] = {(unsigned char)(code >> 8), (unsigned char)code};
    ws_raw_frame(&ws, WS_CLOSE, true, bytes, 2);
    assert_true(bed_until(&bed, bed_was_closed));
    assert_string_equal(bed.why, why);
    assert_int_equal(door_conn_count(bed.door), 0);
}

static void turns(int count)
{
    for (int i = 0; i < count; i++)
        bed_turn(&bed);
}

/* ---- time ---- */

static void test_no_hello(void **state)
{
    (void)state;
    open_as("amb1");
    door_set_waits(bed.door, &(struct door_waits){.hello_ms = 0, .sweep_ms = 10});
    ws_raw_close(&ws);
    assert_true(bed_until(&bed, bed_was_closed));
    bed.closes = 0;
    door_set_waits(bed.door, &(struct door_waits){.hello_ms = 50});
    open_as("amb1");
    expect_close(CLOSE_SILENT, "no hello");
}

static void test_hello_in_time_stays(void **state)
{
    (void)state;
    door_set_waits(bed.door, &(struct door_waits){.hello_ms = 300, .ping_ms = 100, .sweep_ms = 10});
    open_as("amb1");
    assert_true(ws_raw_text(&ws, "{}"));
    struct buf payload = {0};
    /* Five pings later, well behind the hello's limit, the line still stands. */
    for (int i = 0; i < 5; i++) {
        assert_int_equal(ws_raw_receive(&ws, &payload, BED_WAIT_MS), WS_PING);
        assert_int_equal(payload.size, 1);
        ws_raw_frame(&ws, WS_PONG, true, payload.bytes, payload.size);
    }
    buf_free(&payload);
    assert_int_equal(bed.closes, 0);
}

static void test_silence_ends_it(void **state)
{
    (void)state;
    door_set_waits(bed.door, &(struct door_waits){.idle_ms = 200, .ping_ms = 50, .sweep_ms = 10});
    open_as("amb1");
    assert_true(ws_raw_text(&ws, "{}"));
    expect_close(CLOSE_SILENT, "silent"); /* the pings were not answered */
}

/* ---- the end ---- */

static void test_refused_by_the_gateway(void **state)
{
    (void)state;
    bed.verdict = ERR_DEVICE_REVOKED;
    struct ws_raw_to to = bed_to(&bed, BED_AMBULANCE, "amb1");
    assert_true(ws_raw_open(&ws, &to));
    ws_raw_text(&ws, "{}");
    char reason[128] = "";
    assert_int_equal(ws_raw_close_code(&ws, reason, BED_WAIT_MS), CLOSE_POLICY);
    assert_string_equal(reason, "ERR_DEVICE_REVOKED");
    ws_raw_close(&ws);
    turns(100);
    assert_int_equal(bed.admits, 1);
    assert_int_equal(bed.frames, 0);
    assert_int_equal(bed.closes, 0);
    assert_int_equal(door_conn_count(bed.door), 0);
}

static void test_peer_says_goodbye(void **state)
{
    (void)state;
    open_as("amb1");
    assert_true(ws_raw_frame(&ws, WS_CLOSE, true, "\x03\xe8", 2));
    assert_int_equal(ws_raw_close_code(&ws, NULL, BED_WAIT_MS), CLOSE_NORMAL);
    assert_true(bed_until(&bed, bed_was_closed));
    assert_string_equal(bed.why, "closed by the peer");
}

static void test_line_is_cut(void **state)
{
    (void)state;
    open_as("amb1");
    ws_raw_close(&ws);
    assert_true(bed_until(&bed, bed_was_closed));
    assert_string_equal(bed.why, "connection lost");
}

static void close_inside(struct bed *b, struct conn *conn, struct slice text)
{
    (void)b;
    conn_close(conn, CLOSE_POLICY, "from inside");
    assert_true(text.size == 0 || text.bytes[text.size - 1] == 'b'); /* still lent */
}

static void test_close_from_inside_frame(void **state)
{
    (void)state;
    bed.on_frame = close_inside;
    open_as("amb1");
    assert_true(ws_raw_frame(&ws, WS_TEXT, false, "a", 1));
    assert_true(ws_raw_frame(&ws, WS_CONTINUE, true, "b", 1));
    assert_true(ws_raw_text(&ws, "later"));
    expect_close(CLOSE_POLICY, "from inside");
    assert_int_equal(bed.frames, 1);
}

#define EACH(f) cmocka_unit_test_setup_teardown(f, set_up, tear_down)

int main(void)
{
    const struct CMUnitTest tests[] = {
        EACH(test_no_hello),
        EACH(test_hello_in_time_stays),
        EACH(test_silence_ends_it),
        EACH(test_refused_by_the_gateway),
        EACH(test_peer_says_goodbye),
        EACH(test_line_is_cut),
        EACH(test_close_from_inside_frame),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
