/* test_conn_out.c — Job: what a peer gets, in which order, and how slow ones end. */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>

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

static struct frame *filled_frame(size_t size, char fill)
{
    struct frame *frame = frame_new(size);
    assert_non_null(frame);
    memset(frame_bytes(frame), fill, size);
    return frame;
}

static void send_frame(enum lane lane, size_t size, char fill, const struct id *tag)
{
    struct frame *frame = filled_frame(size, fill);
    if (tag != NULL)
        frame_set_tag(frame, tag);
    assert_int_equal(conn_send(bed.conn, lane, frame), ERR_OK);
    frame_unref(frame);
}

/* ---- out ---- */

static void test_control_overtakes_bulk(void **state)
{
    (void)state;
    open_as("amb1");
    for (int i = 0; i < 3; i++)
        send_frame(LANE_BULK, 100, (char)('a' + i), NULL);
    send_frame(LANE_CONTROL, 100, 'X', NULL);
    send_frame(LANE_CONTROL, 100, 'Y', NULL);
    char order[6] = "";
    struct buf text = {0};
    for (int i = 0; i < 5; i++) {
        assert_true(ws_raw_expect(&ws, &text, BED_WAIT_MS));
        assert_int_equal(text.size, 100);
        order[i] = text.bytes[0];
    }
    buf_free(&text);
    assert_string_equal(order, "XYabc");
}

static void test_drop_by_tag(void **state)
{
    (void)state;
    open_as("amb1");
    const struct id gone = {{1}};
    const struct id stays = {{2}};
    send_frame(LANE_BULK, 10, 'a', &gone);
    send_frame(LANE_BULK, 10, 'b', &stays);
    send_frame(LANE_BULK, 10, 'c', &gone);
    send_frame(LANE_BULK, 10, 'd', NULL);
    send_frame(LANE_CONTROL, 10, 'W',
               &gone); /* the withdrawal itself bears the tag, and goes out */
    assert_int_equal(conn_drop_tagged(bed.conn, &gone), 2);
    assert_int_equal(conn_drop_tagged(bed.conn, &gone), 0);
    char order[4] = "";
    struct buf text = {0};
    for (int i = 0; i < 3; i++) {
        assert_true(ws_raw_expect(&ws, &text, BED_WAIT_MS));
        order[i] = text.bytes[0];
    }
    buf_free(&text);
    assert_string_equal(order, "Wbd");
}

static void test_a_full_lane_arrives_whole(void **state)
{
    (void)state;
    open_as("amb1");
    int count = LANE_BULK_BYTES / FRAME_BYTES_MAX;
    for (int i = 0; i < count; i++)
        send_frame(LANE_BULK, FRAME_BYTES_MAX, (char)('a' + i % 26), NULL);
    struct buf text = {0};
    for (int i = 0; i < count; i++) {
        assert_true(ws_raw_expect(&ws, &text, BED_WAIT_MS));
        assert_int_equal(text.size, FRAME_BYTES_MAX);
        assert_int_equal(text.bytes[0], 'a' + i % 26);
        assert_int_equal(text.bytes[FRAME_BYTES_MAX - 1], 'a' + i % 26);
    }
    buf_free(&text);
}

/* ---- what is longer than a lane ---- */

enum { LONG_FRAMES = 450 }; /* 28 MB: a PDF of VIEW_PART_BYTES_MAX, sealed and in base64 */
static int long_sent;

static void send_while_room(struct bed *b, struct conn *conn)
{
    (void)b;
    while (long_sent < LONG_FRAMES && conn_has_room(conn)) {
        struct frame *frame = filled_frame(FRAME_BYTES_MAX, (char)('a' + long_sent % 26));
        assert_int_equal(conn_send(conn, LANE_BULK, frame), ERR_OK);
        frame_unref(frame);
        long_sent++;
    }
}

static void test_what_is_longer_than_a_lane_is_pulled(void **state)
{
    (void)state;
    open_as("amb1");
    long_sent = 0;
    bed.on_room = send_while_room;
    send_while_room(&bed, bed.conn);
    assert_in_range(long_sent, 2, LANE_BULK_BYTES / FRAME_BYTES_MAX);
    struct buf text = {0};
    for (int i = 0; i < LONG_FRAMES; i++) {
        assert_true(ws_raw_expect(&ws, &text, BED_WAIT_MS));
        assert_int_equal(text.bytes[0], 'a' + i % 26);
    }
    buf_free(&text);
    assert_true(bed.rooms >= LONG_FRAMES / (LANE_BULK_BYTES / FRAME_BYTES_MAX));
}

static void test_a_closing_connection_has_no_room(void **state)
{
    (void)state;
    open_as("amb1");
    assert_true(conn_has_room(bed.conn));
    conn_close(bed.conn, CLOSE_NORMAL, "end");
    assert_false(conn_has_room(bed.conn));
    expect_close(CLOSE_NORMAL, "end");
}

/* An open connection keeps what it is given, so it can be dropped again; a closing one does not. */
static bool is_closing(const struct bed *b)
{
    static const struct id tag = {{1}};
    struct frame *frame = filled_frame(1, 'p');
    frame_set_tag(frame, &tag);
    enum err err = b->conn == NULL ? ERR_OK : conn_send(b->conn, LANE_BULK, frame);
    frame_unref(frame);
    return err == ERR_OK && (b->conn == NULL || conn_drop_tagged(b->conn, &tag) == 0);
}

static void open_slow(void)
{
    struct ws_raw_to to = bed_to(&bed, BED_AMBULANCE, "amb1");
    to.receive_bytes = 4096;
    assert_true(ws_raw_open(&ws, &to));
}

/* Fills LANE until it is full, with turns between, as a reader that never reads makes it. */
static int fill(enum lane lane, size_t size)
{
    int sent = 0;
    enum err err = ERR_OK;
    while (err == ERR_OK && sent < 100000) {
        struct frame *frame = filled_frame(size, 'z');
        err = conn_send(bed.conn, lane, frame);
        frame_unref(frame);
        if (err != ERR_OK)
            break; /* no turn any more: what waits now is exactly one full lane */
        sent++;
        bed_turn(&bed);
    }
    assert_int_equal(err, ERR_FULL);
    return sent;
}

static void test_slow_reader_fills_the_bulk_lane(void **state)
{
    (void)state;
    open_slow();
    int sent = fill(LANE_BULK, FRAME_BYTES_MAX);
    assert_true(sent >= LANE_BULK_BYTES / FRAME_BYTES_MAX);
    /* Control has its own room, and comes before all that still waits. */
    send_frame(LANE_CONTROL, 10, 'W', NULL);
    struct buf text = {0};
    int before = 0;
    do {
        assert_true(ws_raw_expect(&ws, &text, BED_WAIT_MS));
        before++;
    } while (text.bytes[0] != 'W');
    buf_free(&text);
    assert_true(before <= sent - LANE_BULK_BYTES / FRAME_BYTES_MAX + 2);
}

static void test_slow_reader_is_closed(void **state)
{
    (void)state;
    open_slow();
    int sent = fill(LANE_CONTROL, FRAME_BYTES_MAX);
    assert_true(sent >= LANE_CONTROL_FRAMES);
    conn_close(bed.conn, CLOSE_SLOW, "slow");
    conn_close(bed.conn, CLOSE_NORMAL, "a second reason does not count");
    struct frame *late = filled_frame(10, 'l');
    assert_int_equal(conn_send(bed.conn, LANE_CONTROL, late), ERR_OK);
    frame_unref(late);
    expect_close(CLOSE_SLOW, "slow");
}

/* Turns until a hundred of them move nothing: then the socket, too, takes no more. */
static bool long_stands_still(struct bed *b)
{
    int before;
    do {
        before = long_sent;
        for (int i = 0; i < 100; i++)
            bed_turn(b);
    } while (long_sent != before);
    return long_sent < LONG_FRAMES;
}

/* Bulk that is pulled never overflows its lane: who takes nothing of it is found by time. */
static void test_who_takes_nothing_is_closed(void **state)
{
    (void)state;
    door_set_waits(bed.door, &(struct door_waits){.slow_ms = 300, .sweep_ms = 10});
    open_slow();
    long_sent = 0;
    bed.on_room = send_while_room;
    send_while_room(&bed, bed.conn);
    assert_true(long_stands_still(&bed));
    assert_true(bed_until(&bed, is_closing));
    int stood = long_sent;
    expect_close(CLOSE_SLOW, "takes nothing");
    assert_int_equal(long_sent, stood);
}

/* One that never takes the close frame is cut off (CLOSE_WAIT_MS is real time here). */
static void test_deaf_reader_is_cut_off(void **state)
{
    (void)state;
    door_set_waits(bed.door, &(struct door_waits){.sweep_ms = 10});
    open_slow();
    (void)fill(LANE_BULK, FRAME_BYTES_MAX);
    uint64_t from = uv_now(&bed.loop);
    conn_close(bed.conn, CLOSE_POLICY, "revoked");
    while (bed.closes == 0 && uv_now(&bed.loop) - from < 2 * CLOSE_WAIT_MS)
        bed_turn(&bed);
    assert_int_equal(bed.closes, 1);
    assert_string_equal(bed.why, "revoked");
    assert_in_range(uv_now(&bed.loop) - from, CLOSE_WAIT_MS, CLOSE_WAIT_MS + 1000);
}

static void test_close_lets_control_out_first(void **state)
{
    (void)state;
    open_as("amb1");
    for (int i = 0; i < 40; i++)
        send_frame(LANE_CONTROL, 100, 'c', NULL);
    send_frame(LANE_BULK, 100, 'b', NULL);
    conn_close(bed.conn, CLOSE_POLICY, "ERR_DEVICE_REVOKED");
    struct buf text = {0};
    for (int i = 0; i < 40; i++) {
        assert_true(ws_raw_expect(&ws, &text, BED_WAIT_MS));
        assert_int_equal(text.bytes[0], 'c');
    }
    buf_free(&text);
    expect_close(CLOSE_POLICY, "ERR_DEVICE_REVOKED");
}

#define EACH(f) cmocka_unit_test_setup_teardown(f, set_up, tear_down)

int main(void)
{
    const struct CMUnitTest tests[] = {
        EACH(test_control_overtakes_bulk),
        EACH(test_drop_by_tag),
        EACH(test_a_full_lane_arrives_whole),
        EACH(test_slow_reader_fills_the_bulk_lane),
        EACH(test_slow_reader_is_closed),
        EACH(test_deaf_reader_is_cut_off),
        EACH(test_close_lets_control_out_first),
        EACH(test_what_is_longer_than_a_lane_is_pulled),
        EACH(test_a_closing_connection_has_no_room),
        EACH(test_who_takes_nothing_is_closed),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
