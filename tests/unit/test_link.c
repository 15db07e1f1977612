/* test_link.c — Job: the link against a real door: comes up, carries messages, comes back. */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <netinet/in.h>
#include <stdio.h>
#include <stdlib.h>
#include <unistd.h>

#include <cmocka.h>

#include "proto/limits.h"
#include "proto/link.h"
#include "tests/lib/door_bed.h"

static struct bed bed;
static struct link *link_under_test;

/* What the link told. */
static struct {
    int frames;
    struct buf text;
    int online;
    int offline;
    int connecting;
    char why[128];
    uint32_t lot;
    bool drop_at_frame;
} told;

static void on_state(void *self, enum link_state state, const char *why)
{
    (void)self;
    told.online += state == LINK_ONLINE ? 1 : 0;
    told.connecting += state == LINK_CONNECTING ? 1 : 0;
    if (state != LINK_OFFLINE)
        return;
    told.offline++;
    snprintf(told.why, sizeof told.why, "%s", why);
}

static void on_text(void *self, struct slice text)
{
    (void)self;
    told.frames++;
    buf_clear(&told.text);
    buf_add(&told.text, text.bytes, text.size);
    if (told.drop_at_frame)
        link_drop(link_under_test, "dropped");
}

static uint32_t lot(void *self)
{
    (void)self;
    return told.lot;
}

static const struct link_calls calls = {NULL, on_state, on_text, lot};

static int set_up(void **state)
{
    (void)state;
    memset(&told, 0, sizeof told);
    bed_init(&bed);
    bed_open(&bed);
    return 0;
}

static void on_ended(void *self)
{
    (void)self;
    link_under_test = NULL;
}

static bool link_has_ended(const struct bed *b)
{
    (void)b;
    return link_under_test == NULL;
}

static void end_link(void)
{
    if (link_under_test == NULL)
        return;
    link_close(link_under_test, on_ended, NULL);
    link_close(link_under_test, on_ended, NULL);
    assert_true(bed_until(&bed, link_has_ended));
}

static int tear_down(void **state)
{
    (void)state;
    end_link();
    bed_fini(&bed);
    buf_free(&told.text);
    return 0;
}

static struct link_config config_for(const char *device)
{
    char file[64];
    struct link_config config = {.address = "127.0.0.1",
                                 .port = door_port(bed.door, BED_AMBULANCE),
                                 .server_name = "gateway.test",
                                 .ca_path = pki_path(&bed.pki, "ca.pem"),
                                 .retry_first_ms = 20};
    snprintf(file, sizeof file, "%s.pem", device);
    config.cert_path = pki_path(&bed.pki, file);
    snprintf(file, sizeof file, "%s.key", device);
    config.key_path = pki_path(&bed.pki, file);
    return config;
}

static void open_link(const struct link_config *config)
{
    assert_int_equal(link_open(&bed.loop, config, &calls, &link_under_test), ERR_OK);
    assert_int_equal(told.connecting + told.offline, 0); /* nothing from inside the call */
}

static bool is_online(const struct bed *b)
{
    (void)b;
    return told.online > 0 && link_state_of(link_under_test, NULL) == LINK_ONLINE;
}

static bool was_offline(const struct bed *b)
{
    (void)b;
    return told.offline > 0;
}

static bool has_text(const struct bed *b)
{
    (void)b;
    return told.frames > 0;
}

static void go_online(const struct link_config *config)
{
    open_link(config);
    assert_true(bed_until(&bed, is_online));
}

/* ---- up ---- */

static void test_online_and_a_message_each_way(void **state)
{
    (void)state;
    struct link_config config = config_for("amb1");
    open_link(&config);
    assert_int_equal(link_send(link_under_test, slice_of("{}")), ERR_BUSY);
    assert_true(bed_until(&bed, is_online));
    int64_t since = -1;
    assert_int_equal(link_state_of(link_under_test, &since), LINK_ONLINE);
    assert_true(since > 0 && since <= (int64_t)uv_now(&bed.loop));
    bed.echo = true;
    assert_int_equal(link_send(link_under_test, slice_of("{\"a\":\"\xe6\x95\x91\"}")), ERR_OK);
    assert_true(bed_until(&bed, has_text));
    assert_true(slice_is(buf_slice(&told.text), "{\"a\":\"\xe6\x95\x91\"}"));
    assert_true(slice_is(buf_slice(&bed.text), "{\"a\":\"\xe6\x95\x91\"}"));
}

static void test_largest_message_each_way(void **state)
{
    (void)state;
    struct link_config config = config_for("amb1");
    go_online(&config);
    bed.echo = true;
    char *text = malloc(FRAME_BYTES_MAX + 1);
    assert_non_null(text);
    memset(text, 'x', FRAME_BYTES_MAX + 1);
    struct slice largest = {text, FRAME_BYTES_MAX};
    struct slice larger = {text, FRAME_BYTES_MAX + 1};
    assert_int_equal(link_send(link_under_test, larger), ERR_TOO_LARGE);
    assert_int_equal(link_send(link_under_test, slice_of("")), ERR_TOO_LARGE);
    assert_int_equal(link_send(link_under_test, largest), ERR_OK);
    assert_true(bed_until(&bed, has_text));
    assert_true(slice_equal(buf_slice(&told.text), largest));
    free(text);
}

static bool has_all(const struct bed *b)
{
    return b->frames == LANE_CONTROL_FRAMES;
}

static void test_queue_is_bounded_and_in_order(void **state)
{
    (void)state;
    struct link_config config = config_for("amb1");
    go_online(&config);
    char text[16];
    for (int i = 0; i < LANE_CONTROL_FRAMES; i++) {
        snprintf(text, sizeof text, "%d", i);
        assert_int_equal(link_send(link_under_test, slice_of(text)), ERR_OK);
    }
    assert_int_equal(link_send(link_under_test, slice_of("x")), ERR_FULL);
    assert_true(bed_until(&bed, has_all));
    assert_true(slice_is(buf_slice(&bed.text), text));
}

static void test_wrong_configuration(void **state)
{
    (void)state;
    struct link_config good = config_for("amb1");
    struct link_config config = good;
    config.server_name = NULL;
    assert_int_equal(link_open(&bed.loop, &config, &calls, &link_under_test), ERR_CONFIG);
    config = good;
    config.port = 0;
    assert_int_equal(link_open(&bed.loop, &config, &calls, &link_under_test), ERR_CONFIG);
    config = good;
    config.key_path = pki_path(&bed.pki, "amb2.key");
    assert_int_equal(link_open(&bed.loop, &config, &calls, &link_under_test), ERR_CERT);
    config = good;
    config.ca_path = "/nonexistent";
    assert_int_equal(link_open(&bed.loop, &config, &calls, &link_under_test), ERR_CERT);
    assert_null(link_under_test);
    link_close(NULL, NULL, NULL);
}

/* ---- coming back ---- */

static bool has_closed(const struct bed *b)
{
    return b->ended;
}

static void door_ended(void *self)
{
    struct bed *b = self;
    b->ended = true;
}

static void restart_door(void)
{
    int port = door_port(bed.door, BED_AMBULANCE);
    bed.ended = false;
    door_close(bed.door, door_ended, &bed);
    assert_true(bed_until(&bed, has_closed));
    bed.ended = false;
    bed.rows[BED_AMBULANCE].port = port;
    bed_open(&bed);
}

static bool is_online_again(const struct bed *b)
{
    (void)b;
    return told.online == 2;
}

static void test_back_after_a_restart(void **state)
{
    (void)state;
    struct link_config config = config_for("amb1");
    go_online(&config);
    assert_int_equal(link_send(link_under_test, slice_of("{}")), ERR_OK);
    assert_true(bed_until(&bed, bed_has_frame));
    restart_door();
    assert_true(told.offline > 0);
    assert_true(bed_until(&bed, is_online_again));
    bed.frames = 0;
    assert_int_equal(link_send(link_under_test, slice_of("{\"again\":1}")), ERR_OK);
    assert_true(bed_until(&bed, bed_has_frame));
    assert_true(slice_is(buf_slice(&bed.text), "{\"again\":1}"));
}

static bool has_tried_five_times(const struct bed *b)
{
    (void)b;
    return told.offline == 5;
}

/* Nobody listens. The lot chooses between half the wait and the whole: 20, 40, 80, 160 ms. */
static uint64_t time_of_five_tries(uint32_t the_lot)
{
    struct link_config config = config_for("amb1");
    struct sockaddr_in address = {.sin_family = AF_INET, .sin_addr.s_addr = htonl(INADDR_LOOPBACK)};
    socklen_t size = sizeof address;
    int fd = socket(AF_INET, SOCK_STREAM | SOCK_CLOEXEC, 0); /* bound, never listening */
    assert_int_equal(bind(fd, (struct sockaddr *)&address, size), 0);
    assert_int_equal(getsockname(fd, (struct sockaddr *)&address, &size), 0);
    config.port = ntohs(address.sin_port);
    memset(&told, 0, sizeof told);
    told.lot = the_lot;
    uv_update_time(&bed.loop);
    uint64_t from = uv_now(&bed.loop);
    open_link(&config);
    assert_true(bed_until(&bed, has_tried_five_times));
    uint64_t took = uv_now(&bed.loop) - from;
    end_link();
    close(fd);
    return took;
}

static void test_back_off_doubles_and_jitters(void **state)
{
    (void)state;
    uint64_t shortest = time_of_five_tries(0);
    assert_in_range(shortest, 150, 3000); /* 10 + 20 + 40 + 80, and a slow machine */
    /* A lot that leaves w/2 over for each of the four waits w. */
    uint64_t longer = time_of_five_tries(11u * 21 * 41 * 81 - 1);
    assert_in_range(longer, 300, 3000);
}

static void test_hurry(void **state)
{
    (void)state;
    struct link_config config = config_for("amb1");
    config.retry_first_ms = 20000;
    bed.verdict = ERR_BUSY; /* the first attempt is refused, the wait is long */
    open_link(&config);
    assert_true(bed_until(&bed, was_offline));
    assert_string_equal(told.why, "ERR_BUSY"); /* the gateway's own reason */
    bed.verdict = ERR_OK;
    told.online = 0;
    link_hurry(link_under_test);
    assert_true(bed_until(&bed, is_online));
}

static void test_drop_from_inside_a_frame(void **state)
{
    (void)state;
    struct link_config config = config_for("amb1");
    go_online(&config);
    bed.echo = true;
    told.drop_at_frame = true;
    assert_int_equal(link_send(link_under_test, slice_of("{}")), ERR_OK);
    assert_int_equal(link_send(link_under_test, slice_of("{}")), ERR_OK);
    assert_true(bed_until(&bed, was_offline));
    assert_string_equal(told.why, "dropped");
    assert_int_equal(told.frames, 1);
    told.drop_at_frame = false;
    assert_true(bed_until(&bed, is_online_again));
    assert_true(bed_until(&bed, bed_was_closed)); /* the gateway has noticed the first one's end */
}

static void test_silence_brings_it_down(void **state)
{
    (void)state;
    struct link_config config = config_for("amb1");
    config.ping_ms = 50;
    config.idle_ms = 300;
    go_online(&config);
    door_pause_reading(bed.door, PAUSE_YES); /* the gateway answers no pings now */
    assert_true(bed_until(&bed, was_offline));
    assert_string_equal(told.why, "silent");
    door_pause_reading(bed.door, PAUSE_NO);
    assert_true(bed_until(&bed, is_online_again));
}

static void test_pings_keep_it_up(void **state)
{
    (void)state;
    struct link_config config = config_for("amb1");
    config.ping_ms = 30;
    config.idle_ms = 150;
    go_online(&config);
    uint64_t until = uv_now(&bed.loop) + 600;
    while (uv_now(&bed.loop) < until)
        bed_turn(&bed);
    assert_int_equal(told.offline, 0);
}

static void test_close_while_connecting(void **state)
{
    (void)state;
    struct link_config config = config_for("amb1");
    open_link(&config);
    end_link();
    memset(&told, 0, sizeof told);
    config.address = "gateway.invalid"; /* the resolver is at work when it closes */
    open_link(&config);
    for (int i = 0; i < 3; i++)
        bed_turn(&bed);
    end_link();
    assert_int_equal(told.online, 0);
}

#define EACH(f) cmocka_unit_test_setup_teardown(f, set_up, tear_down)

int main(void)
{
    const struct CMUnitTest tests[] = {
        EACH(test_online_and_a_message_each_way),
        EACH(test_largest_message_each_way),
        EACH(test_queue_is_bounded_and_in_order),
        EACH(test_wrong_configuration),
        EACH(test_back_after_a_restart),
        EACH(test_back_off_doubles_and_jitters),
        EACH(test_hurry),
        EACH(test_drop_from_inside_a_frame),
        EACH(test_silence_brings_it_down),
        EACH(test_pings_keep_it_up),
        EACH(test_close_while_connecting),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
