/* conn.c — Job: one WebSocket connection: its begin, its clocks, its end.
 *
 *   admitted --> OPEN --conn_close, a broken rule--> CLOSING --close frame written--> LEFT --> gone
 *                  \--------------------------- the peer's close ------------------->/
 *
 * OPEN waits for the peer; HELLO_WAIT_MS, IDLE_WAIT_MS and SLOW_WAIT_MS end the wait. CLOSING waits
 * until control frames and close frame are written, LEFT for the peer's close frame; CLOSE_WAIT_MS
 * ends both: a peer that takes nothing at all is cut off without a close frame. The memory goes
 * only when libwebsockets says that the connection is gone. */
#include <assert.h>
#include <stdlib.h>

#include "gateway/door/conn_inner.h"
#include "proto/limits.h"

/* libwebsockets keeps one pointer per connection for us. */
struct session {
    struct conn *conn;
};
const size_t conn_session_size = sizeof(struct session);

struct conn *conn_next(const struct conn *conn)
{
    return conn->next;
}

bool conn_is_open(const struct conn *conn)
{
    return conn->admitted && conn->state == CONN_OPEN;
}

SSL *conn_ssl(const struct conn *conn)
{
    return lws_get_ssl(conn->wsi);
}

struct listener *conn_listener(const struct conn *conn)
{
    return conn->listener;
}

const struct peer *conn_peer(const struct conn *conn)
{
    return &conn->peer;
}

void *conn_user(const struct conn *conn)
{
    return conn->user;
}

void conn_waiting(const struct conn *conn, size_t *control_frames, size_t *bulk_bytes)
{
    *control_frames = conn->lanes[LANE_CONTROL].count;
    *bulk_bytes = conn->lanes[LANE_BULK].bytes;
}

uint64_t conn_number(const struct conn *conn)
{
    return conn->number;
}

static void conn_begin_closing(struct conn *conn, const char *why)
{
    conn->state = CONN_CLOSING;
    conn->close_by = door_now(conn->door) + CLOSE_WAIT_MS;
    conn->why = strndup(why, CLOSE_REASON_MAX);
    lane_clear(&conn->lanes[LANE_BULK]);
    lane_clear(&conn->held);
    buf_free(&conn->message);
}

void conn_close(struct conn *conn, enum close_code code, const char *why)
{
    if (conn->state != CONN_OPEN)
        return;
    conn_begin_closing(conn, why);
    conn->code = code;
    if (code == CLOSE_SLOW)
        lane_clear(&conn->lanes[LANE_CONTROL]);
    conn_unsettle(conn);
    lws_callback_on_writable(conn->wsi);
}

/* ---- time ---- */

/* Bulk is handed over as it is taken, so it never fills its lane: time tells who is too slow. */
static bool conn_takes_nothing(const struct conn *conn, int64_t now)
{
    size_t waiting = (size_t)conn->lanes[LANE_CONTROL].count + conn->lanes[LANE_BULK].count;
    return waiting != 0 && now - conn->took_at >= conn->door->waits.slow_ms;
}

void conn_sweep(struct conn *conn, int64_t now)
{
    const struct door_waits *waits = &conn->door->waits;
    if (conn->state != CONN_OPEN) {
        if (now < conn->close_by)
            return;
        conn->close_by = now + CLOSE_WAIT_MS;
        /* Not the synchronous kill: that one waits for bytes which the peer does not take. And
         * under libuv libwebsockets looks at its timers only after an event: the second call makes
         * one. */
        lws_set_timeout(conn->wsi, PENDING_TIMEOUT_USER_REASON_BASE, LWS_TO_KILL_ASYNC);
        lws_cancel_service(conn->door->context);
        return;
    }
    if (!conn_paused(conn) && conn->hello_by != 0 && now >= conn->hello_by) {
        conn_close(conn, CLOSE_SILENT, "no hello");
    } else if (!conn_paused(conn) && now - conn->heard_at >= waits->idle_ms) {
        conn_close(conn, CLOSE_SILENT, "silent");
    } else if (conn_takes_nothing(conn, now)) {
        conn_close(conn, CLOSE_SLOW, "takes nothing");
    } else if (now - conn->pinged_at >= waits->ping_ms) {
        conn->pinged_at = now;
        conn->ping_due = true;
        lws_callback_on_writable(conn->wsi);
        if (!tls_files_accept(&conn->listener->files, conn_ssl(conn), RECHECK_LISTS))
            conn_close(conn, CLOSE_POLICY, err_name(ERR_CERT));
    }
}

/* ---- begin and end ---- */

static void conn_link_in(struct conn *conn)
{
    struct door *door = conn->door;
    conn->next = door->conns;
    if (door->conns != NULL)
        door->conns->before = conn;
    door->conns = conn;
}

static void conn_link_out(struct conn *conn)
{
    if (conn->next != NULL)
        conn->next->before = conn->before;
    if (conn->before != NULL)
        conn->before->next = conn->next;
    else
        conn->door->conns = conn->next;
}

static int conn_open(struct lws *wsi, struct session *session)
{
    struct listener *listener = door_listener_of(wsi);
    struct conn *conn = listener == NULL ? NULL : calloc(1, sizeof *conn);
    if (conn == NULL)
        return -1;
    assert(session != NULL);
    struct door *door = listener->door;
    int64_t now = door_now(door);
    *conn = (struct conn){.door = door,
                          .listener = listener,
                          .wsi = wsi,
                          .number = ++door->last_number,
                          .hello_by = now + door->waits.hello_ms,
                          .heard_at = now,
                          .pinged_at = now,
                          .window_from = now};
    buf_init(&conn->message, FRAME_BYTES_MAX);
    if (door_peer(wsi, listener, &conn->peer) != ERR_OK) {
        free(conn);
        return -1;
    }
    session->conn = conn;
    conn_link_in(conn);
    enum err err = door->state == DOOR_OPEN
                       ? door->calls.admit(door->calls.self, conn, &conn->peer, &conn->user)
                       : ERR_BUSY;
    conn->admitted = err == ERR_OK;
    if (conn->admitted) {
        door->admitted++;
        if (conn_paused(conn))
            conn_unsettle(conn);
    } else {
        conn_close(conn, CLOSE_POLICY, err_name(err));
    }
    return 0;
}

static void conn_gone(struct conn *conn)
{
    struct door *door = conn->door;
    conn_link_out(conn);
    conn_forget_unsettled(conn);
    if (conn->state == CONN_OPEN)
        conn_begin_closing(conn, "connection lost");
    if (conn->admitted) {
        door->admitted--;
        door->calls.closed(door->calls.self, conn, conn->user, conn->why == NULL ? "" : conn->why);
    }
    lane_clear(&conn->lanes[LANE_CONTROL]);
    lane_clear(&conn->lanes[LANE_BULK]);
    buf_free(&conn->message);
    free(conn->why);
    free(conn);
}

/* The peer says goodbye. As an answer to ours it ends the line; else libwebsockets answers it, and
 * nothing of ours can be sent any more. */
static int conn_peer_closes(struct conn *conn)
{
    if (conn->state == CONN_LEFT)
        return -1;
    if (conn->state == CONN_OPEN)
        conn_begin_closing(conn, "closed by the peer");
    conn->state = CONN_LEFT;
    lane_clear(&conn->lanes[LANE_CONTROL]);
    return 0;
}

/* Before the 101: the one address of the protocol, and the certificate once more, by our own eyes.
 * A peer that asks for no subprotocol never comes here (pages.c refuses it). */
static int conn_filter(struct lws *wsi)
{
    struct peer peer;
    char path[4] = "";
    struct listener *listener = door_listener_of(wsi);
    if (lws_hdr_copy(wsi, path, sizeof path, WSI_TOKEN_GET_URI) != 1 || path[0] != '/')
        return -1;
    return listener != NULL && door_peer(wsi, listener, &peer) == ERR_OK ? 0 : -1;
}

int conn_callback(struct lws *wsi, enum lws_callback_reasons reason, void *session, void *in,
                  size_t size)
{
    struct session *mine = session;
    struct conn *conn = mine == NULL ? NULL : mine->conn;
    if (reason == LWS_CALLBACK_FILTER_PROTOCOL_CONNECTION)
        return conn_filter(wsi);
    if (reason == LWS_CALLBACK_ESTABLISHED)
        return conn_open(wsi, mine);
    if (conn == NULL)
        return 0;
    switch (reason) {
    case LWS_CALLBACK_RECEIVE:
        conn_receive(conn, (struct slice){in, size}, lws_remaining_packet_payload(wsi));
        return 0;
    case LWS_CALLBACK_RECEIVE_PONG:
        conn->heard_at = door_now(conn->door);
        return 0;
    case LWS_CALLBACK_SERVER_WRITEABLE:
        return conn_writeable(conn);
    case LWS_CALLBACK_WS_PEER_INITIATED_CLOSE:
        return conn_peer_closes(conn);
    case LWS_CALLBACK_CLOSED:
        mine->conn = NULL;
        conn_gone(conn);
        return 0;
    default:
        return 0;
    }
}
