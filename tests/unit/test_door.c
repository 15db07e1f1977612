/* test_door.c — Job: opening, asking and closing all listeners together. */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>

#include <cmocka.h>

#include "tests/lib/door_bed.h"

static struct bed bed;
static struct ws_raw ws;

static int set_up(void **state)
{
    (void)state;
    bed_init(&bed);
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
}

/* ---- opening ---- */

static enum err no_admit(void *self, struct conn *conn, const struct peer *peer, void **user)
{
    (void)self;
    (void)conn;
    (void)peer;
    (void)user;
    return ERR_OK;
}

static void no_frame(void *self, struct conn *conn, void *user, struct slice text)
{
    (void)self;
    (void)conn;
    (void)user;
    (void)text;
}

static void no_closed(void *self, struct conn *conn, void *user, const char *why)
{
    (void)self;
    (void)conn;
    (void)user;
    (void)why;
}

static void test_port_in_use(void **state)
{
    (void)state;
    bed_open(&bed);
    struct door_listener row = bed.rows[0];
    struct door_calls calls = {.admit = no_admit, .frame = no_frame, .closed = no_closed};
    struct door *door = NULL;
    row.port = door_port(bed.door, 0);
    assert_int_equal(door_open(&bed.loop, &row, 1, &calls, &door), ERR_IO);
    assert_null(door);
    open_as("amb1"); /* the first one goes on */
}

/* ---- asking and closing ---- */

static void close_hospitals(void *self, struct conn *conn, const struct peer *peer, void *user)
{
    int *asked = self;
    assert_ptr_equal(user, &bed);
    (*asked)++;
    if (peer->kind == DEVICE_HOSPITAL)
        conn_close(conn, CLOSE_POLICY, "ERR_STOPPED");
}

static void test_each_conn(void **state)
{
    (void)state;
    bed_open(&bed);
    open_as("amb1");
    struct ws_raw second;
    struct ws_raw_to to = bed_to(&bed, BED_HOSPITAL, "hosp1");
    assert_true(ws_raw_open(&second, &to));
    assert_int_equal(door_conn_count(bed.door), 2);
    int asked = 0;
    door_each_conn(bed.door, close_hospitals, &asked);
    assert_int_equal(asked, 2);
    asked = 0;
    door_each_conn(bed.door, close_hospitals, &asked); /* the closing one is not asked again */
    assert_int_equal(asked, 1);
    assert_int_equal(ws_raw_close_code(&second, NULL, BED_WAIT_MS), CLOSE_POLICY);
    ws_raw_close(&second);
}

static bool has_two_closes(const struct bed *b)
{
    return b->closes == 2;
}

static void test_close_says_goodbye_to_all(void **state)
{
    (void)state;
    bed_open(&bed);
    open_as("amb1");
    struct ws_raw second;
    struct ws_raw_to to = bed_to(&bed, BED_HOSPITAL, "hosp1");
    assert_true(ws_raw_open(&second, &to));
    struct ws_raw waiting; /* TLS done, no request yet */
    to = bed_to(&bed, BED_ADMIN, "admin1");
    assert_true(ws_raw_connect(&waiting, &to));
    door_close(bed.door, NULL, NULL);
    door_close(bed.door, NULL, NULL);
    assert_int_equal(ws_raw_close_code(&ws, NULL, BED_WAIT_MS), CLOSE_GOING_AWAY);
    assert_int_equal(ws_raw_close_code(&second, NULL, BED_WAIT_MS), CLOSE_GOING_AWAY);
    ws_raw_close(&second);
    assert_true(bed_until(&bed, has_two_closes));
    (void)uv_run(&bed.loop, UV_RUN_DEFAULT);
    ws_raw_close(&waiting);
    bed.door = NULL;
}

static void test_close_does_not_wait_for_the_deaf(void **state)
{
    (void)state;
    bed_open(&bed);
    open_as("amb1"); /* never answers the close frame */
    door_close(bed.door, NULL, NULL);
    uint64_t from = uv_now(&bed.loop);
    (void)uv_run(&bed.loop, UV_RUN_DEFAULT);
    bed.door = NULL;
    assert_int_equal(bed.closes, 1);
    assert_string_equal(bed.why, "shutting down");
    assert_in_range(uv_now(&bed.loop) - from, 900, 3000);
}

#define EACH(f) cmocka_unit_test_setup_teardown(f, set_up, tear_down)

int main(void)
{
    const struct CMUnitTest tests[] = {
        EACH(test_port_in_use),
        EACH(test_each_conn),
        EACH(test_close_says_goodbye_to_all),
        EACH(test_close_does_not_wait_for_the_deaf),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
