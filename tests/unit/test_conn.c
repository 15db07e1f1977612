/* test_conn.c — Job: what a peer may send, what time ends, and how a connection ends. */
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
