/* conn_in.c — Job: what comes from one connection: pieces to messages, limits, and pausing.
 *
 * libwebsockets' own flow control must not be touched while it hands us data: with bytes left in
 * TLS it then loops for ever (4.1.6 and 4.3.5, rops_handle_POLLIN_ws: it goes on reading while TLS
 * has something, and puts it back because of the flow control). So a connection whose reading
 * should stop or go on is put on a list, which is worked off before the loop polls again; what
 * comes in between is held back here. */
#include "gateway/door/conn_inner.h"
#include "proto/limits.h"
#include "proto/utf8.h"

enum { RATE_WINDOW_MS = 10000, HELD_BYTES_MAX = 4 * FRAME_BYTES_MAX };

/* Counts pieces, not only messages: endless empty fragments are traffic too. */
static bool conn_within_rate(struct conn *conn, int64_t now)
{
    if (now - conn->window_from >= RATE_WINDOW_MS) {
        conn->window_from = now;
        conn->window_frames = 0;
    }
    conn->window_frames++;
    return conn->window_frames <= RATE_FRAMES_PER_10S;
}

static void conn_tell(struct conn *conn, struct slice text)
{
    conn->door->calls.frame(conn->door->calls.self, conn, conn->user, text);
}

/* What had been read with the message at which the pause began: at most one TLS record's worth. */
static void conn_hold(struct conn *conn, struct slice text)
{
    struct frame *frame = frame_of(text);
    enum err err = frame == NULL ? ERR_NO_MEMORY
                                 : lane_add(&conn->held, frame, HELD_BYTES_MAX, HELD_BYTES_MAX);
    frame_unref(frame);
    if (err != ERR_OK)
        conn_close(conn, CLOSE_INTERNAL, "cannot hold more");
}

static void conn_message(struct conn *conn, struct slice text)
{
    if (text.size == 0) {
        conn_close(conn, CLOSE_PROTOCOL, "empty message");
        return;
    }
    if (!utf8_valid(text)) {
        conn_close(conn, CLOSE_UTF8, "not UTF-8");
        return;
    }
    conn->hello_by = 0;
    if (conn_paused(conn) || conn->held.count > 0)
        conn_hold(conn, text);
    else
        conn_tell(conn, text);
}

/* One piece of a message; REST bytes of its WebSocket frame are still to come. */
void conn_receive(struct conn *conn, struct slice part, size_t rest)
{
    int64_t now = door_now(conn->door);
    if (conn->state != CONN_OPEN)
        return;
    conn->heard_at = now;
    if (lws_frame_is_binary(conn->wsi)) {
        conn_close(conn, CLOSE_BINARY, "binary message");
        return;
    }
    if (rest == 0 && !conn_within_rate(conn, now)) {
        conn_close(conn, CLOSE_RATE, "too many messages");
        return;
    }
    size_t taken = conn->message.size + part.size;
    if (taken > FRAME_BYTES_MAX || rest > FRAME_BYTES_MAX - taken) {
        conn_close(conn, CLOSE_TOO_LARGE, "message too large");
        return;
    }
    bool whole = lws_is_final_fragment(conn->wsi) != 0;
    if (whole && conn->message.size == 0) {
        conn_message(conn, part);
        return;
    }
    buf_add(&conn->message, part.bytes, part.size);
    if (conn->message.failed) {
        conn_close(conn, CLOSE_INTERNAL, "no memory");
        return;
    }
    if (!whole)
        return;
    /* Taken out first: the call below may close the connection, which frees what it holds. */
    struct buf message = conn->message;
    buf_init(&conn->message, FRAME_BYTES_MAX);
    conn_message(conn, buf_slice(&message));
    buf_free(&message);
}

/* ---- pausing ---- */

bool conn_paused(const struct conn *conn)
{
    return conn->pause == PAUSE_YES || conn->door->pause == PAUSE_YES;
}

void conn_unsettle(struct conn *conn)
{
    if (conn->is_unsettled)
        return;
    conn->is_unsettled = true;
    conn->next_unsettled = conn->door->unsettled;
    conn->door->unsettled = conn;
}

void conn_forget_unsettled(struct conn *conn)
{
    struct conn **at = &conn->door->unsettled;
    while (conn->is_unsettled && *at != conn)
        at = &(*at)->next_unsettled;
    if (conn->is_unsettled)
        *at = conn->next_unsettled;
    conn->is_unsettled = false;
}

/* Gives what was held back, then lets the socket be read or not. */
static void conn_settle(struct conn *conn)
{
    while (conn->state == CONN_OPEN && !conn_paused(conn) && conn->held.count > 0) {
        struct frame *frame = frame_ref(lane_first(&conn->held));
        lane_drop_first(&conn->held);
        conn_tell(conn, frame_slice(frame));
        frame_unref(frame);
    }
    /* CLOSING wants to hear nothing, LEFT the peer's close frame. */
    bool reads = conn->state == CONN_LEFT || (conn->state == CONN_OPEN && !conn_paused(conn));
    lws_rx_flow_control(conn->wsi, reads ? 1 : 0);
}

void conn_settle_all(struct door *door)
{
    while (door->unsettled != NULL) {
        struct conn *conn = door->unsettled;
        conn_forget_unsettled(conn);
        conn_settle(conn);
    }
}

void conn_apply_pause(struct conn *conn)
{
    if (conn->state != CONN_OPEN)
        return;
    conn_unsettle(conn);
    if (conn_paused(conn))
        return;
    /* While nothing was read, nothing could be heard: the clocks start again. */
    int64_t now = door_now(conn->door);
    conn->heard_at = now;
    conn->window_from = now;
    conn->window_frames = 0;
    if (conn->hello_by != 0)
        conn->hello_by = now + conn->door->waits.hello_ms;
}

void conn_pause(struct conn *conn, enum pause how)
{
    if (conn->pause == how)
        return;
    conn->pause = how;
    conn_apply_pause(conn);
}
