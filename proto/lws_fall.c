/* lws_fall.c — Job: take a libwebsockets context down on a libuv loop that goes on running. */
#include "proto/lws_fall.h"

#include <libwebsockets.h>

enum { FIRST_TURN = 1, LAST_TURN = 5 }; /* two turns between would do */

static void on_handle_closed(uv_handle_t *handle)
{
    struct lws_fall *fall = handle->data;
    if (--fall->handles == 0)
        fall->done(fall->self);
}

static void on_check(uv_check_t *check)
{
    struct lws_fall *fall = check->data;
    fall->turns++;
    if (fall->turns == FIRST_TURN && fall->context != NULL)
        lws_context_destroy(fall->context);
    if (fall->turns < LAST_TURN)
        return;
    if (fall->context != NULL)
        lws_context_destroy(fall->context);
    uv_close((uv_handle_t *)&fall->timer, on_handle_closed);
    uv_close((uv_handle_t *)&fall->check, on_handle_closed);
}

static void on_timer(uv_timer_t *timer)
{
    (void)timer;
}

void lws_fall_start(struct lws_fall *fall, uv_loop_t *loop, struct lws_context *context,
                    void (*done)(void *self), void *self)
{
    *fall = (struct lws_fall){.context = context, .handles = 2, .done = done, .self = self};
    uv_timer_init(loop, &fall->timer);
    uv_check_init(loop, &fall->check);
    fall->timer.data = fall;
    fall->check.data = fall;
    uv_timer_start(&fall->timer, on_timer, 0, 1);
    uv_check_start(&fall->check, on_check);
}
