/* test_lws_fall.c — Job: a context goes down and leaves loop and descriptors as they were. */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>

#include <cmocka.h>

#include <fcntl.h>
#include <unistd.h>

#include "proto/link.h"
#include "proto/lws_fall.h"
#include "tests/lib/pki.h"

static struct pki pki;
static int fallen;
static int opened = -1;

static void on_fallen(void *self)
{
    (void)self;
    fallen++;
}

static void on_state(void *self, enum link_state state, const char *why)
{
    (void)self;
    (void)state;
    (void)why;
}

static void on_frame(void *self, struct slice text)
{
    (void)self;
    (void)text;
}

static uint32_t lot(void *self)
{
    (void)self;
    return 0;
}

/* A link that has not begun to connect: little more than its context. */
static struct link *new_link(uv_loop_t *loop)
{
    struct link_config config = {.address = "127.0.0.1",
                                 .port = 1,
                                 .server_name = "gateway.test",
                                 .cert_path = pki_path(&pki, "amb1.pem"),
                                 .key_path = pki_path(&pki, "amb1.key"),
                                 .ca_path = pki_path(&pki, "ca.pem")};
    struct link_calls calls = {NULL, on_state, on_frame, lot};
    struct link *link = NULL;
    assert_int_equal(link_open(loop, &config, &calls, &link), ERR_OK);
    return link;
}

static void test_nothing_is_left(void **state)
{
    (void)state;
    uv_loop_t loop;
    assert_int_equal(uv_loop_init(&loop), 0);
    for (int i = 0; i < 3; i++) {
        fallen = 0;
        link_close(new_link(&loop), on_fallen, NULL);
        assert_int_equal(fallen, 0); /* never from inside the call */
        assert_int_equal(uv_run(&loop, UV_RUN_DEFAULT), 0);
        assert_int_equal(fallen, 1);
    }
    assert_int_equal(uv_loop_close(&loop), 0);
}

static void test_without_a_context(void **state)
{
    (void)state;
    uv_loop_t loop;
    struct lws_fall fall;
    assert_int_equal(uv_loop_init(&loop), 0);
    fallen = 0;
    lws_fall_start(&fall, &loop, NULL, on_fallen, NULL);
    assert_int_equal(uv_run(&loop, UV_RUN_DEFAULT), 0);
    assert_int_equal(fallen, 1);
    assert_int_equal(uv_loop_close(&loop), 0);
}

/* Takes the lowest free descriptor: the one that libwebsockets closes twice, if it were free. */
static void open_one(uv_timer_t *timer)
{
    (void)timer;
    opened = dup(STDERR_FILENO);
}

static void test_descriptors_of_others_stay_open(void **state)
{
    (void)state;
    uv_loop_t loop;
    uv_timer_t timer;
    assert_int_equal(uv_loop_init(&loop), 0);
    link_close(new_link(&loop), on_fallen, NULL);
    assert_int_equal(uv_timer_init(&loop, &timer), 0);
    /* Before the context goes, after it, and once more: each turn opens one. */
    int mine[4];
    for (int i = 0; i < 4; i++) {
        opened = -1;
        uv_timer_start(&timer, open_one, 0, 0);
        while (opened < 0)
            (void)uv_run(&loop, UV_RUN_ONCE);
        mine[i] = opened;
    }
    uv_close((uv_handle_t *)&timer, NULL);
    (void)uv_run(&loop, UV_RUN_DEFAULT);
    for (int i = 0; i < 4; i++) {
        assert_int_not_equal(fcntl(mine[i], F_GETFD), -1);
        close(mine[i]);
    }
    assert_int_equal(uv_loop_close(&loop), 0);
}

static int set_up(void **state)
{
    (void)state;
    pki_init(&pki);
    pki_make_ca(&pki, "ca");
    pki_make(&pki, &(struct pki_want){
                       .name = "amb1", .ca = "ca", .ou = "ambulance", .usage = "clientAuth"});
    return 0;
}

static int tear_down(void **state)
{
    (void)state;
    pki_fini(&pki);
    return 0;
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(test_nothing_is_left),
        cmocka_unit_test(test_without_a_context),
        cmocka_unit_test(test_descriptors_of_others_stay_open),
    };
    return cmocka_run_group_tests(tests, set_up, tear_down);
}
