/* pages_door_inner.h — Job: the door as its own files share it; nobody else includes it. */
#ifndef CLIENT_PAGES_DOOR_INNER_H
#define CLIENT_PAGES_DOOR_INNER_H

#include <libwebsockets.h>
#include <uv.h>

#include "client/pages_door.h"
#include "proto/buf.h"
#include "proto/limits.h"
#include "proto/lws_fall.h"

enum { PAGES_NAME_MAX = 256, PAGES_COOKIE_NAME_MAX = 32 };

/*  OPEN --close, a broken rule--> CLOSING --close frame written--> LEFT --> gone
 *  CLOSING and LEFT wait for the peer; CLOSE_WAIT_MS ends both (pages_socket_tick). */
enum pages_socket_state { PAGES_OPEN = 1, PAGES_CLOSING, PAGES_LEFT };

struct pages_socket {
    struct pages_door *door;
    struct pages_socket *next;
    struct lws *wsi;
    void *user;
    bool admitted; /* `closed` is owed */
    enum pages_socket_state state;
    enum close_code code;
    const char *why; /* a constant */
    int64_t close_by, heard_at, pinged_at, window_from;
    int window_frames;
    bool ping_due;
    struct buf message;                        /* what has come of a text in several pieces */
    struct frame *waiting[PAGES_QUEUE_FRAMES]; /* a ring */
    size_t first, count, bytes;
};

struct pages_door {
    uv_loop_t *loop;
    struct lws_context *context;
    struct lws_vhost *vhost;
    struct lws_protocols protocols[3];
    struct pages_door_calls calls;
    const struct pages_files *files;
    struct pages_origin own;
    char name[PAGES_NAME_MAX], address[PAGES_NAME_MAX], cookie_name[PAGES_COOKIE_NAME_MAX];
    char *cert_path, *key_path;
    bool tls_ready;
    size_t connections, sockets_count;
    struct pages_socket *sockets;
    bool leaving;
    uv_timer_t timer; /* while leaving: looks whether all have heard it */
    int64_t leave_by;
    struct lws_fall fall;
    void (*done)(void *self);
    void *done_self;
};

static inline int64_t pages_door_now(const struct pages_door *door)
{
    return (int64_t)uv_now(door->loop);
}

/* Appends a header's value to OUT; false when it is not there or too long. */
bool pages_header(struct lws *wsi, enum lws_token_indexes which, struct buf *out);
/* The judgement about a request, as an HTTP status; 200: go on. */
int pages_judge(struct pages_door *door, struct lws *wsi, bool upgrade);
/* Does the request bring a cookie of ours? Appends it to OUT. */
bool pages_request_cookie(struct pages_door *door, struct lws *wsi, struct buf *out);

/* pages_http.c */
int pages_http_callback(struct lws *wsi, enum lws_callback_reasons reason, void *session, void *in,
                        size_t size);
extern const size_t pages_http_session_size;
/* pages_socket.c */
int pages_socket_callback(struct lws *wsi, enum lws_callback_reasons reason, void *session,
                          void *in, size_t size);
extern const size_t pages_socket_session_size;
void pages_socket_tick(struct pages_socket *socket, int64_t now);
#endif
