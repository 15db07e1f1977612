/* lws_fall.h — Job: take a libwebsockets context down on a libuv loop that goes on running.
 *
 * libwebsockets closes its libuv handles asynchronously and nests them: sockets in one turn of the
 * loop, its own timer and idle handle in the next, once the last socket is gone. Its second destroy
 * frees the memory that these handles live in, so it must not come before.
 *
 * Between the first destroy and the end of that turn it also closes one descriptor twice (its event
 * descriptor). Whatever was opened in between would be closed with it: so the first destroy runs
 * directly before libuv's close callbacks, and no other thread should open files meanwhile. */
#ifndef PROTO_LWS_FALL_H
#define PROTO_LWS_FALL_H

#include <uv.h>

struct lws_context;

struct lws_fall {
    uv_timer_t timer; /* keeps the loop turning */
    uv_check_t check; /* runs between polling and the close callbacks */
    struct lws_context *context;
    unsigned turns;
    unsigned handles;
    void (*done)(void *self);
    void *self;
};

/* Takes CONTEXT (may be NULL). FALL's memory must stay until DONE, which comes from the loop when
 * nothing is left. May be called from any callback: nothing happens before the loop's next turn. */
void lws_fall_start(struct lws_fall *fall, uv_loop_t *loop, struct lws_context *context,
                    void (*done)(void *self), void *self);
#endif
