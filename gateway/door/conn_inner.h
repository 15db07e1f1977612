/* conn_inner.h — Job: the connection as conn.c and conn_out.c share it; nobody else includes it. */
#ifndef GATEWAY_DOOR_CONN_INNER_H
#define GATEWAY_DOOR_CONN_INNER_H

#include "gateway/door/door_inner.h"

enum { CLOSE_REASON_MAX = 100 };
enum conn_state { CONN_OPEN, CONN_CLOSING, CONN_LEFT };

struct conn {
    struct conn *next;
    struct conn *before;
    struct door *door;
    struct listener *listener;
    struct lws *wsi;
    void *user;
    uint64_t number;
    struct conn *next_unsettled;
    struct lane_queue held;     /* messages that came while paused */
    struct lane_queue lanes[2]; /* by enum lane */
    struct buf message;         /* what has come of a message in several pieces */
    int64_t hello_by;           /* 0 once there was a message */
    int64_t heard_at;
    int64_t pinged_at;
    int64_t took_at; /* since when what waits in the lanes has not moved */
    int64_t window_from;
    int64_t close_by;
    char *why; /* heap; set when CLOSING */
    unsigned window_frames;
    enum close_code code;
    enum conn_state state;
    enum pause pause;
    bool admitted;
    bool ping_due;
    bool is_unsettled;
    struct peer peer;
};

/* conn_in.c: one piece of a message; REST bytes of its WebSocket frame are still to come. */
void conn_receive(struct conn *conn, struct slice part, size_t rest);
bool conn_paused(const struct conn *conn);
/* Whether it should be read may have changed: looked at before the loop polls again. */
void conn_unsettle(struct conn *conn);
void conn_forget_unsettled(struct conn *conn);

/* conn_out.c: the writeable callback; -1 ends the connection. */
int conn_writeable(struct conn *conn);
#endif
