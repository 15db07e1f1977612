/* link.h — Job: the client half of the wire: one connection that comes back by itself.
 *
 * No message is understood here. The ambulance's and the hospital's programs give it text and get
 * text; what was not acknowledged they send again from their spool.
 *
 *        +---------+  due   +------------+  101, sakiyomi.v1  +--------+
 *   ---> | OFFLINE | -----> | CONNECTING | -----------------> | ONLINE |
 *        +---------+        +------------+                    +--------+
 *             ^                    | refused, error,               | closed, error,
 *             |                    | LINK_CONNECT_MS               | IDLE_WAIT_MS without a byte
 *             +--------------------+-------------------------------+
 *
 * OFFLINE waits for the back-off: LINK_RETRY_FIRST_MS, doubled per failure up to LINK_RETRY_MAX_MS,
 * of which a random half is taken off, so that a restarted gateway is not met by all at the same
 * moment. CONNECTING ends by its own time limit, ONLINE by silence: a ping goes out every
 * PING_EVERY_MS. The back-off starts anew once a message has come: a gateway that only accepts and
 * drops is left alone. */
#ifndef PROTO_LINK_H
#define PROTO_LINK_H

#include "proto/frame.h"

struct uv_loop_s;
struct link; /* heap; made by link_open */

enum link_state { LINK_OFFLINE = 1, LINK_CONNECTING, LINK_ONLINE };

/* Everything is copied by link_open. */
struct link_config {
    const char *address;     /* where to connect: a host name or an IP address */
    int port;                /* 1..65535 */
    const char *server_name; /* the DNS name that the gateway's certificate must carry */
    const char *path;        /* NULL: "/" */
    const char *cert_path;   /* this device's certificate and what chains it, PEM */
    const char *key_path;
    const char *ca_path;    /* the only authorities that are trusted; the system's are not */
    int64_t ping_ms;        /* 0: PING_EVERY_MS */
    int64_t idle_ms;        /* 0: IDLE_WAIT_MS */
    int64_t retry_first_ms; /* 0: LINK_RETRY_FIRST_MS */
};

/* All run on the loop. link_send, link_hurry and link_close may be called from inside them. */
struct link_calls {
    void *self;
    /* After every change, with the reason in a few words for the log ("" where there is none). When
     * the gateway closed, it is what the gateway said: often an error's name (err_by_name). */
    void (*on_state)(void *self, enum link_state state, const char *why);
    /* One complete text message, valid UTF-8, at most FRAME_BYTES_MAX. Lends TEXT. */
    void (*on_frame)(void *self, struct slice text);
    /* 32 random bits for the jitter: tests give their own. */
    uint32_t (*random)(void *self);
};

/* Starts connecting; the first on_state comes from the loop, not from inside this call. CALLS is
 * copied. ERR_CERT: a file is missing, unreadable, or key and certificate do not belong together;
 * ERR_CONFIG: a member is missing. A gateway that is not there is no error: that is OFFLINE. */
MUST_CHECK enum err link_open(struct uv_loop_s *loop, const struct link_config *config,
                              const struct link_calls *calls, struct link **out);

/* Queues a copy of TEXT. ERR_BUSY when not online, ERR_FULL when LANE_CONTROL_FRAMES wait already,
 * ERR_TOO_LARGE above FRAME_BYTES_MAX. ERR_OK means queued, never delivered: only the gateway's
 * receipt says that. What is queued when the line drops is forgotten. */
MUST_CHECK enum err link_send(struct link *link, struct slice text);

/* The state and since when it holds, in ms of uv_now. SINCE_MS may be NULL. */
enum link_state link_state_of(const struct link *link, int64_t *since_ms);

/* OFFLINE: try again now and forget the back-off (the radio is back, somebody touched
 * the screen). */
void link_hurry(struct link *link);

/* ONLINE or CONNECTING: drop the line, then come back by the usual rule (the gateway's answers make
 * no sense, a snapshot is wanted on a fresh connection). */
void link_drop(struct link *link, const char *why);

/* Ends it. No callback comes any more except DONE (may be NULL), from the loop, when every handle
 * is closed and the memory is free. NULL is allowed and calls nothing. */
void link_close(struct link *link, void (*done)(void *self), void *self);
#endif
