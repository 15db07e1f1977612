/* pages_socket.c — Job: one link of a page: texts in, frames out, its clocks, its end. */
#include <stdlib.h>

#include "client/pages_door_inner.h"
#include "proto/lws_shared.h"
#include "proto/utf8.h"

_Static_assert(FRAME_ROOM_BEFORE >= LWS_PRE, "libwebsockets writes its header before the text");

enum { FRAMES_PER_TURN = 16, RATE_WINDOW_MS = 10000 };

struct session {
    struct pages_socket *socket;
};
const size_t pages_socket_session_size = sizeof(struct session);

/* ---- out ---- */

static void forget_first(struct pages_socket *s)
{
    s->bytes -= frame_slice(s->waiting[s->first]).size;
    frame_unref(s->waiting[s->first]);
    s->first = (s->first + 1) % PAGES_QUEUE_FRAMES;
    s->count--;
}

static void forget_all(struct pages_socket *s)
{
    while (s->count > 0)
        forget_first(s);
}

void pages_socket_close(struct pages_socket *s, enum close_code code, const char *why)
{
    if (s->state != PAGES_OPEN)
        return;
    s->state = PAGES_CLOSING;
    s->code = code;
    s->why = why;
    s->close_by = pages_door_now(s->door) + CLOSE_WAIT_MS;
    buf_free(&s->message);
    if (code == CLOSE_SLOW)
        forget_all(s);
    lws_callback_on_writable(s->wsi);
}

void pages_socket_send(struct pages_socket *s, struct frame *frame)
{
    size_t size = frame_slice(frame).size;
    if (s->state != PAGES_OPEN)
        return;
    if (s->count == PAGES_QUEUE_FRAMES || s->bytes + size > PAGES_QUEUE_BYTES) {
        pages_socket_close(s, CLOSE_SLOW, "too slow");
        return;
    }
    s->waiting[(s->first + s->count) % PAGES_QUEUE_FRAMES] = frame_ref(frame);
    s->count++;
    s->bytes += size;
    lws_callback_on_writable(s->wsi);
}

bool pages_socket_idle(const struct pages_socket *s)
{
    return s->state == PAGES_OPEN && s->count == 0;
}

static int say_goodbye(struct pages_socket *s)
{
    unsigned char bytes[LWS_PRE + LWS_SHARED_CLOSE_MAX];
    unsigned char *frame = bytes + LWS_PRE;
    size_t size = lws_shared_close_frame(frame, AS_SERVER, s->code, s->why);
    s->state = PAGES_LEFT;
    return lws_write(s->wsi, frame, size, LWS_WRITE_HTTP) < 0 ? -1 : 0;
}

/* A pong without payload would not be reported to us, so the ping has one byte. */
static int write_ping(struct pages_socket *s)
{
    unsigned char bytes[LWS_PRE + 1] = {0};
    s->ping_due = false;
    return lws_write(s->wsi, bytes + LWS_PRE, 1, LWS_WRITE_PING);
}

static int write_first(struct pages_socket *s)
{
    struct frame *frame = s->waiting[s->first];
    size_t size = frame_slice(frame).size;
    int written = lws_write(s->wsi, (unsigned char *)frame_bytes(frame), size, LWS_WRITE_TEXT);
    forget_first(s); /* what the socket did not take is in libwebsockets' own buffer */
    return written;
}

static int writeable(struct pages_socket *s)
{
    if (s->state == PAGES_LEFT)
        return 0;
    for (int turn = 0; turn < FRAMES_PER_TURN; turn++) {
        if (turn > 0 && lws_send_pipe_choked(s->wsi))
            break;
        if (s->state == PAGES_OPEN && s->count == 0 && !s->ping_due)
            s->door->calls.drained(s->door->calls.self, s->user);
        if (s->state == PAGES_CLOSING && s->count == 0)
            return say_goodbye(s);
        if (s->count == 0 && !s->ping_due)
            return 0;
        if ((s->ping_due ? write_ping(s) : write_first(s)) < 0)
            return -1;
    }
    lws_callback_on_writable(s->wsi);
    return 0;
}

/* ---- in ---- */

static bool within_rate(struct pages_socket *s, int64_t now)
{
    if (now - s->window_from >= RATE_WINDOW_MS) {
        s->window_from = now;
        s->window_frames = 0;
    }
    s->window_frames++;
    return s->window_frames <= RATE_FRAMES_PER_10S;
}

static void take_text(struct pages_socket *s)
{
    struct buf text = s->message; /* the call may close the link, which frees what it holds */
    buf_init(&s->message, PAGES_FRAME_BYTES);
    if (text.size == 0)
        pages_socket_close(s, CLOSE_PROTOCOL, "empty message");
    else if (!utf8_valid(buf_slice(&text)))
        pages_socket_close(s, CLOSE_UTF8, "not UTF-8");
    else
        s->door->calls.text(s->door->calls.self, s->user, buf_slice(&text));
    buf_free(&text);
}

static void receive(struct pages_socket *s, struct slice part)
{
    int64_t now = pages_door_now(s->door);
    size_t rest = lws_remaining_packet_payload(s->wsi);
    size_t taken = s->message.size + part.size;
    if (s->state != PAGES_OPEN)
        return;
    s->heard_at = now;
    if (lws_frame_is_binary(s->wsi)) {
        pages_socket_close(s, CLOSE_BINARY, "binary message");
        return;
    }
    if (rest == 0 && !within_rate(s, now)) {
        pages_socket_close(s, CLOSE_RATE, "too many messages");
        return;
    }
    if (taken > PAGES_FRAME_BYTES || rest > PAGES_FRAME_BYTES - taken) {
        pages_socket_close(s, CLOSE_TOO_LARGE, "message too large");
        return;
    }
    buf_add(&s->message, part.bytes, part.size);
    if (s->message.failed)
        pages_socket_close(s, CLOSE_INTERNAL, "no memory");
    else if (rest == 0 && lws_is_final_fragment(s->wsi))
        take_text(s);
}

/* ---- begin, time, end ---- */

static int open_socket(struct pages_door *door, struct lws *wsi, struct session *session)
{
    struct buf cookie = {0};
    int64_t now = pages_door_now(door);
    struct pages_socket *s = calloc(1, sizeof *s);
    if (s == NULL)
        return -1;
    *s = (struct pages_socket){.door = door,
                               .next = door->sockets,
                               .wsi = wsi,
                               .state = PAGES_OPEN,
                               .heard_at = now,
                               .pinged_at = now,
                               .window_from = now};
    buf_init(&s->message, PAGES_FRAME_BYTES);
    door->sockets = s;
    door->sockets_count++;
    session->socket = s;
    bool known = pages_request_cookie(door, wsi, &cookie);
    enum err err = known ? door->calls.opened(door->calls.self, s, buf_slice(&cookie), &s->user)
                         : ERR_NOT_ALLOWED;
    buf_free(&cookie);
    s->admitted = err == ERR_OK;
    if (err != ERR_OK)
        pages_socket_close(s, CLOSE_POLICY, err_name(err));
    return 0;
}

static void gone(struct pages_socket *s)
{
    struct pages_door *door = s->door;
    struct pages_socket **at = &door->sockets;
    while (*at != s)
        at = &(*at)->next;
    *at = s->next;
    door->sockets_count--;
    s->state = PAGES_LEFT;
    if (s->admitted)
        door->calls.closed(door->calls.self, s->user);
    forget_all(s);
    buf_free(&s->message);
    explicit_bzero(s, sizeof *s);
    free(s);
}

static int peer_closes(struct pages_socket *s)
{
    if (s->state == PAGES_LEFT)
        return -1;
    s->state = PAGES_LEFT;
    s->close_by = pages_door_now(s->door) + CLOSE_WAIT_MS;
    forget_all(s);
    return 0;
}

void pages_socket_tick(struct pages_socket *s, int64_t now)
{
    if (s->state != PAGES_OPEN) {
        if (now < s->close_by)
            return;
        s->close_by = now + CLOSE_WAIT_MS;
        /* Under libuv libwebsockets looks at its timers only after an event: the second makes
         * one. */
        lws_set_timeout(s->wsi, PENDING_TIMEOUT_USER_REASON_BASE, LWS_TO_KILL_ASYNC);
        lws_cancel_service(s->door->context);
    } else if (now - s->heard_at >= IDLE_WAIT_MS) {
        pages_socket_close(s, CLOSE_SILENT, "silent");
    } else if (now - s->pinged_at >= PING_EVERY_MS) {
        s->pinged_at = now;
        s->ping_due = true;
        lws_callback_on_writable(s->wsi);
    }
}

int pages_socket_callback(struct lws *wsi, enum lws_callback_reasons reason, void *session,
                          void *in, size_t size)
{
    struct session *mine = session;
    struct lws_vhost *vhost = lws_get_vhost(wsi);
    struct pages_door *door = vhost == NULL ? NULL : lws_get_vhost_user(vhost);
    if (reason == LWS_CALLBACK_ESTABLISHED && door != NULL && mine != NULL)
        return open_socket(door, wsi, mine);
    struct pages_socket *s = mine == NULL ? NULL : mine->socket;
    if (s == NULL)
        return 0;
    switch (reason) {
    case LWS_CALLBACK_RECEIVE:
        receive(s, (struct slice){in, size});
        explicit_bzero(in, size); /* passwords come this way */
        return 0;
    case LWS_CALLBACK_RECEIVE_PONG:
        s->heard_at = pages_door_now(s->door);
        return 0;
    case LWS_CALLBACK_SERVER_WRITEABLE:
        return writeable(s);
    case LWS_CALLBACK_WS_PEER_INITIATED_CLOSE:
        return peer_closes(s);
    case LWS_CALLBACK_CLOSED:
        mine->socket = NULL;
        gone(s);
        return 0;
    default:
        return 0;
    }
}
