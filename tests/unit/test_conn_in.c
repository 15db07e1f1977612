/* test_conn_in.c — Job: what a peer may send, and what a pause holds back. */
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

/* ---- in ---- */

static void test_a_message_and_its_answer(void **state)
{
    (void)state;
    bed.echo = true;
    open_as("amb1");
    assert_int_equal(door_conn_count(bed.door), 1);
    assert_true(ws_raw_text(&ws, "{\"type\":\"hello\"} \xe6\x95\x91\xe6\x80\xa5"));
    struct buf text = {0};
    assert_true(ws_raw_expect(&ws, &text, BED_WAIT_MS));
    assert_true(slice_is(buf_slice(&text), "{\"type\":\"hello\"} \xe6\x95\x91\xe6\x80\xa5"));
    buf_free(&text);
    assert_ptr_equal(conn_user(bed.conn), &bed);
    assert_int_equal(conn_peer(bed.conn)->kind, DEVICE_AMBULANCE);
    assert_true(conn_number(bed.conn) > 0);
}

static void test_fragments_become_one_message(void **state)
{
    (void)state;
    open_as("amb1");
    /* Cut inside a character, with an empty piece and a ping between. */
    assert_true(ws_raw_frame(&ws, WS_TEXT, false, "\xe6\x95", 2));
    assert_true(ws_raw_frame(&ws, WS_CONTINUE, false, "", 0));
    assert_true(ws_raw_frame(&ws, WS_PING, true, "x", 1));
    assert_true(ws_raw_frame(&ws, WS_CONTINUE, true, "\x91!", 2));
    assert_true(bed_until(&bed, bed_has_frame));
    assert_int_equal(bed.frames, 1);
    assert_true(slice_is(buf_slice(&bed.text), "\xe6\x95\x91!"));
}

static void test_largest_message(void **state)
{
    (void)state;
    bed.echo = true;
    open_as("amb1");
    char *text = malloc(FRAME_BYTES_MAX + 1);
    assert_non_null(text);
    memset(text, 'a', FRAME_BYTES_MAX + 1);
    assert_true(ws_raw_frame(&ws, WS_TEXT, true, text, FRAME_BYTES_MAX));
    struct buf got = {0};
    assert_true(ws_raw_expect(&ws, &got, BED_WAIT_MS));
    assert_int_equal(got.size, FRAME_BYTES_MAX);
    assert_memory_equal(got.bytes, text, FRAME_BYTES_MAX);
    buf_free(&got);
    assert_true(ws_raw_frame(&ws, WS_TEXT, true, text, FRAME_BYTES_MAX + 1));
    free(text);
    expect_close(CLOSE_TOO_LARGE, "message too large");
    assert_int_equal(bed.frames, 1);
}

static void test_too_large_in_pieces(void **state)
{
    (void)state;
    open_as("amb1");
    static char piece[FRAME_BYTES_MAX / 2 + 1];
    memset(piece, 'a', sizeof piece);
    assert_true(ws_raw_frame(&ws, WS_TEXT, false, piece, sizeof piece));
    assert_true(ws_raw_frame(&ws, WS_CONTINUE, false, piece, sizeof piece));
    expect_close(CLOSE_TOO_LARGE, "message too large");
    assert_int_equal(bed.frames, 0);
}

/* A length of 2^62 is refused when it is announced, not when it has come. */
static void test_huge_length_is_refused_at_once(void **state)
{
    (void)state;
    open_as("amb1");
    static const unsigned char head[] = {0x81, 0xff, 0x40, 0, 0, 0, 0, 0, 0, 0, 1, 2, 3, 4};
    static char some[2048];
    assert_true(ws_raw_bytes(&ws, head, sizeof head));
    assert_true(ws_raw_bytes(&ws, some, sizeof some));
    assert_int_equal(ws_raw_close_code(&ws, NULL, BED_WAIT_MS), CLOSE_TOO_LARGE);
    ws_raw_close(&ws);
    assert_true(bed_until(&bed, bed_was_closed));
    assert_string_equal(bed.why, "message too large");
}

static void test_bad_utf8(void **state)
{
    (void)state;
    open_as("amb1");
    assert_true(ws_raw_text(&ws, "\xed\xa0\x80")); /* a surrogate */
    expect_close(CLOSE_UTF8, "not UTF-8");
    assert_int_equal(bed.frames, 0);
}

static void test_cut_utf8_at_the_end_of_a_message(void **state)
{
    (void)state;
    open_as("amb1");
    assert_true(ws_raw_frame(&ws, WS_TEXT, false, "\xe6\x95", 2));
    assert_true(ws_raw_frame(&ws, WS_CONTINUE, true, "", 0));
    expect_close(CLOSE_UTF8, "not UTF-8");
    assert_int_equal(bed.frames, 0);
}

static void test_binary(void **state)
{
    (void)state;
    open_as("amb1");
    assert_true(ws_raw_frame(&ws, WS_BINARY, true, "{}", 2));
    expect_close(CLOSE_BINARY, "binary message");
    assert_int_equal(bed.frames, 0);
}

static void test_empty_message(void **state)
{
    (void)state;
    open_as("amb1");
    assert_true(ws_raw_text(&ws, ""));
    expect_close(CLOSE_PROTOCOL, "empty message");
}

static void test_too_many_messages(void **state)
{
    (void)state;
    open_as("amb1");
    for (int i = 0; i <= RATE_FRAMES_PER_10S; i++)
        assert_true(ws_raw_text(&ws, "{}"));
    expect_close(CLOSE_RATE, "too many messages");
    assert_int_equal(bed.frames, RATE_FRAMES_PER_10S);
}

static void test_endless_empty_fragments(void **state)
{
    (void)state;
    open_as("amb1");
    assert_true(ws_raw_frame(&ws, WS_TEXT, false, "a", 1));
    for (int i = 0; i < RATE_FRAMES_PER_10S; i++)
        assert_true(ws_raw_frame(&ws, WS_CONTINUE, false, "", 0));
    expect_close(CLOSE_RATE, "too many messages");
    assert_int_equal(bed.frames, 0);
}

static void test_reserved_bits_and_opcodes(void **state)
{
    (void)state;
    static const unsigned char bad[][6] = {
        {0xc1, 0x80, 0, 0, 0, 0}, /* compressed, which was not agreed */
        {0x83, 0x80, 0, 0, 0, 0}, /* an opcode that does not exist */
        {0x80, 0x80, 0, 0, 0, 0}, /* the continuation of nothing */
        {0x09, 0x80, 0, 0, 0, 0}, /* a ping in pieces */
    };
    for (size_t i = 0; i < sizeof bad / sizeof bad[0]; i++) {
        open_as("amb1");
        bed.closes = 0;
        assert_true(ws_raw_bytes(&ws, bad[i], sizeof bad[i]));
        (void)ws_raw_close_code(&ws, NULL, 1000);
        ws_raw_close(&ws);
        assert_true(bed_until(&bed, bed_was_closed));
        assert_int_equal(bed.frames, 0);
    }
}

/* ---- pausing ---- */

static void pause_at_first(struct bed *b, struct conn *conn, struct slice text)
{
    (void)text;
    if (b->frames == 1)
        conn_pause(conn, PAUSE_YES);
}

static bool has_fifty(const struct bed *b)
{
    return b->frames == 50;
}

/* All in one TLS record of 8 KB: part of it is still with TLS when the first message is told. */
static void burst(int count)
{
    enum { TEXT = 154 };
    static char bytes[50 * (8 + TEXT)];
    size_t size = 0;
    for (int i = 0; i < count; i++) {
        const unsigned char head[] = {0x81, 0x80 | 126, 0, TEXT, 0, 0, 0, 0};
        memcpy(bytes + size, head, sizeof head);
        memset(bytes + size + sizeof head, 'm', TEXT);
        size += sizeof head + TEXT;
    }
    assert_true(ws_raw_bytes(&ws, bytes, size));
}

static void turns(int count)
{
    for (int i = 0; i < count; i++)
        bed_turn(&bed);
}

static void test_pause_in_the_middle_of_a_record(void **state)
{
    (void)state;
    bed.on_frame = pause_at_first;
    open_as("amb1");
    burst(50);
    assert_true(bed_until(&bed, bed_has_frame));
    turns(200);
    assert_int_equal(bed.frames, 1);
    send_frame(LANE_CONTROL, 10, 'o', NULL); /* the other direction goes on */
    struct buf text = {0};
    assert_true(ws_raw_expect(&ws, &text, BED_WAIT_MS));
    buf_free(&text);
    assert_int_equal(bed.frames, 1);
    conn_pause(bed.conn, PAUSE_NO);
    assert_true(bed_until(&bed, has_fifty));
    turns(50);
    assert_int_equal(bed.frames, 50);
}

static void test_pause_of_the_whole_door(void **state)
{
    (void)state;
    open_as("amb1");
    door_set_waits(bed.door, &(struct door_waits){
                                 .hello_ms = 100, .idle_ms = 100, .ping_ms = 50, .sweep_ms = 10});
    door_pause_reading(bed.door, PAUSE_YES);
    burst(50);
    uint64_t from = uv_now(&bed.loop);
    while (uv_now(&bed.loop) - from < 400)
        bed_turn(&bed);
    assert_int_equal(bed.frames, 0);
    assert_int_equal(bed.closes, 0); /* nobody is taken for dead meanwhile */
    struct ws_raw second;
    struct ws_raw_to to = bed_to(&bed, BED_AMBULANCE, "amb2");
    assert_true(ws_raw_open(&second, &to));
    assert_true(ws_raw_text(&second, "{}"));
    turns(200);
    assert_int_equal(bed.frames, 0); /* a new one waits too */
    door_pause_reading(bed.door, PAUSE_NO);
    while (bed.frames < 51 && uv_now(&bed.loop) - from < BED_WAIT_MS)
        bed_turn(&bed);
    assert_int_equal(bed.frames, 51);
    ws_raw_close(&second);
}

#define EACH(f) cmocka_unit_test_setup_teardown(f, set_up, tear_down)

int main(void)
{
    const struct CMUnitTest tests[] = {
        EACH(test_a_message_and_its_answer),
        EACH(test_fragments_become_one_message),
        EACH(test_largest_message),
        EACH(test_too_large_in_pieces),
        EACH(test_huge_length_is_refused_at_once),
        EACH(test_bad_utf8),
        EACH(test_cut_utf8_at_the_end_of_a_message),
        EACH(test_binary),
        EACH(test_empty_message),
        EACH(test_too_many_messages),
        EACH(test_endless_empty_fragments),
        EACH(test_reserved_bits_and_opcodes),
        EACH(test_pause_in_the_middle_of_a_record),
        EACH(test_pause_of_the_whole_door),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
