/* door_inner.h — Job: what the files of the door know of each other; nobody else includes it. */
#ifndef GATEWAY_DOOR_DOOR_INNER_H
#define GATEWAY_DOOR_DOOR_INNER_H

#include <libwebsockets.h>
#include <uv.h>

#include "gateway/door/door.h"
#include "gateway/door/lane.h"
#include "gateway/door/networks.h"
#include "gateway/door/tls_files.h"
#include "proto/lws_fall.h"

struct listener {
    struct door *door;
    enum device_kind kind;
    int port;
    char *name;
    char *address;
    char *cert_path;
    char *key_path;
    char *ca_path;
    char *crl_path;
    struct networks allow;
    struct lws_protocols protocols[3];
    struct lws_vhost *vhost;
    SSL_CTX *ctx;           /* the vhost's; libwebsockets owns it */
    struct tls_files files; /* in force */
};

/*  OPEN --door_close--> LEAVING --all gone, or a second--> FALLING --handles closed--> done
 *  LEAVING waits for close frames (the timer ends it), FALLING for libuv's close callbacks. */
enum door_state { DOOR_OPEN, DOOR_LEAVING, DOOR_FALLING };

struct door {
    uv_loop_t *loop;
    uv_timer_t timer;     /* the one timer: it sweeps */
    uv_prepare_t prepare; /* before each poll: settles what changed */
    struct conn *unsettled;
    unsigned handles;
    struct lws_context *context;
    struct door_calls calls;
    struct door_waits waits;
    struct listener *listeners;
    size_t count;
    struct conn *conns; /* newest first */
    size_t admitted;
    uint64_t last_number;
    enum pause pause;
    enum door_state state;
    int64_t leave_by;
    struct lws_fall fall;
    void (*done)(void *self);
    void *done_self;
};

static inline int64_t door_now(const struct door *door)
{
    return (int64_t)uv_now(door->loop);
}

/* conn.c */
int conn_callback(struct lws *wsi, enum lws_callback_reasons reason, void *session, void *in,
                  size_t size);
void conn_sweep(struct conn *conn, int64_t now);
struct conn *conn_next(const struct conn *conn);
bool conn_is_open(const struct conn *conn); /* admitted and not closing */
void conn_apply_pause(struct conn *conn);
void conn_settle_all(struct door *door);
SSL *conn_ssl(const struct conn *conn);
struct listener *conn_listener(const struct conn *conn);
extern const size_t conn_session_size;

/* pages.c */
int pages_callback(struct lws *wsi, enum lws_callback_reasons reason, void *session, void *in,
                   size_t size);
extern const size_t pages_session_size;
/* The security headers for the answers that libwebsockets itself gives. */
const struct lws_protocol_vhost_options *pages_headers(void);

/* listener.c */
/* Copies and checks one row of the configuration and reads its files. *OUT is zeroed before. */
MUST_CHECK enum err listener_init(struct listener *out, struct door *door,
                                  const struct door_listener *from);
/* Binds it, in the door's context. ERR_IO when the address is taken or not ours. */
MUST_CHECK enum err listener_bind(struct listener *listener);
MUST_CHECK enum err listener_load(const struct listener *listener, struct tls_files *out);
void listener_fini(struct listener *listener);
/* Whose door WSI came in by: asked of its TLS context, because libwebsockets moves a connection to
 * another listener of the same port number when its Host header names one. NULL: not one
 * of ours. */
struct listener *door_listener_of(struct lws *wsi);
/* Fills PEER; ERR_CERT as guard_peer. */
MUST_CHECK enum err door_peer(struct lws *wsi, const struct listener *listener, struct peer *peer);
#endif
