/* conn_out.c — Job: what leaves one connection: control before bulk, pings, the close frame.
 *
 * Bytes leave in the writeable callback only, as long as the socket takes them. */
#include "gateway/door/conn_inner.h"
#include "proto/limits.h"
#include "proto/lws_shared.h"

_Static_assert(FRAME_ROOM_BEFORE >= LWS_PRE, "libwebsockets writes its header before the text");

enum { FRAMES_PER_TURN = 16 }; /* then the others get their turn */

static struct lane_queue *conn_full_lane(struct conn *conn)
{
    if (conn->lanes[LANE_CONTROL].count > 0)
        return &conn->lanes[LANE_CONTROL];
    return conn->lanes[LANE_BULK].count > 0 ? &conn->lanes[LANE_BULK] : NULL;
}

enum err conn_send(struct conn *conn, enum lane lane, struct frame *frame)
{
    if (conn->state != CONN_OPEN)
        return ERR_OK;
    if (conn_full_lane(conn) == NULL)
        conn->took_at = door_now(conn->door);
    enum err err = lane == LANE_CONTROL
                       ? lane_add(&conn->lanes[lane], frame, LANE_CONTROL_FRAMES, 0)
                       : lane_add(&conn->lanes[lane], frame, LANE_BULK_BYTES, LANE_BULK_BYTES);
    if (err == ERR_OK)
        lws_callback_on_writable(conn->wsi);
    return err;
}

bool conn_has_room(const struct conn *conn)
{
    return conn->state == CONN_OPEN &&
           conn->lanes[LANE_BULK].bytes + FRAME_BYTES_MAX <= LANE_BULK_BYTES;
}

size_t conn_drop_tagged(struct conn *conn, const struct id *tag)
{
    return lane_drop_tagged(&conn->lanes[LANE_BULK], tag);
}

/* A pong without payload would not be reported to us, so the ping has one byte. */
static int conn_write_ping(struct conn *conn)
{
    unsigned char bytes[LWS_PRE + 1] = {0};
    conn->ping_due = false;
    return lws_write(conn->wsi, bytes + LWS_PRE, 1, LWS_WRITE_PING);
}

static int conn_write_first(struct conn *conn, struct lane_queue *lane)
{
    struct frame *frame = lane_first(lane);
    size_t size = frame_slice(frame).size;
    int written = lws_write(conn->wsi, (unsigned char *)frame_bytes(frame), size, LWS_WRITE_TEXT);
    /* What the socket did not take is now in libwebsockets' own buffer: the frame is done with. */
    lane_drop_first(lane);
    conn->took_at = door_now(conn->door);
    return written;
}

/* Half a lane is left when more is asked for: the socket has something while that is made. */
static void conn_ask_more(struct conn *conn)
{
    const struct door_calls *calls = &conn->door->calls;
    if (calls->room != NULL && conn->state == CONN_OPEN && conn->admitted &&
        conn->lanes[LANE_BULK].bytes <= LANE_BULK_BYTES / 2)
        calls->room(calls->self, conn, conn->user);
}

static int conn_say_goodbye(struct conn *conn)
{
    unsigned char bytes[LWS_PRE + LWS_SHARED_CLOSE_MAX];
    unsigned char *frame = bytes + LWS_PRE;
    size_t size = lws_shared_close_frame(frame, AS_SERVER, conn->code, conn->why);
    conn->state = CONN_LEFT;
    conn_unsettle(conn);
    return lws_write(conn->wsi, frame, size, LWS_WRITE_HTTP) < 0 ? -1 : 0;
}

int conn_writeable(struct conn *conn)
{
    if (conn->state == CONN_LEFT)
        return 0;
    struct lane_queue *lane = NULL;
    for (int turn = 0; turn < FRAMES_PER_TURN; turn++) {
        /* Asking costs a system call; with nothing to say there is no need to know. */
        if (turn > 0 && lws_send_pipe_choked(conn->wsi))
            break;
        lane = conn_full_lane(conn);
        if (conn->state == CONN_CLOSING && lane == NULL)
            return conn_say_goodbye(conn);
        if (!conn->ping_due && lane == NULL)
            return 0;
        bool ping = conn->ping_due;
        int written = ping ? conn_write_ping(conn) : conn_write_first(conn, lane);
        if (written < 0)
            return -1;
        if (!ping && lane == &conn->lanes[LANE_BULK])
            conn_ask_more(conn);
        if (conn->state == CONN_OPEN && conn_full_lane(conn) == NULL)
            return 0;
    }
    lws_callback_on_writable(conn->wsi);
    return 0;
}
