/* pages_door.h — Job: the page server's half that knows libwebsockets: files and links.
 *
 * It knows who may connect (pages_rules.h) and nothing of what is said. */
#ifndef CLIENT_PAGES_DOOR_H
#define CLIENT_PAGES_DOOR_H

#include "common/pages_files.h"
#include "common/pages_rules.h"
#include "proto/frame.h"

struct uv_loop_s;
struct pages_door;   /* heap */
struct pages_socket; /* one link, lent until `closed` */

enum { PAGES_COOKIE_CHARS = 64 /* 256 bits in hex */ };

struct pages_door_config {
    const char *name;    /* in URLs: "localhost", or the box's DNS name in lower case */
    const char *address; /* numeric, to listen on */
    int port;            /* 0: any free one */
    const char *cert_path, *key_path; /* PEM; NULL: no TLS (loopback only) */
    const struct pages_files *files;  /* lent */
};

/* All run on the loop. pages_socket_send and _close may be called from inside them. */
struct pages_door_calls {
    void *self;
    /* Is this the cookie of a browser that we know? */
    bool (*knows)(void *self, struct slice cookie);
    /* A new browser. ERR_FULL. */
    enum err (*admit)(void *self, char cookie[PAGES_COOKIE_CHARS + 1]);
    /* *USER comes with the later calls. An error closes the link. */
    enum err (*opened)(void *self, struct pages_socket *socket, struct slice cookie, void **user);
    /* One text, valid UTF-8, at most PAGES_FRAME_BYTES; wiped behind the call. */
    void (*text)(void *self, void *user, struct slice text);
    /* Nothing waits any more for this page. */
    void (*drained)(void *self, void *user);
    void (*closed)(void *self, void *user);
};

/* ERR_CERT: certificate or key; ERR_IO: the address cannot be had; ERR_CONFIG. CALLS, the texts of
 * CONFIG are copied. */
MUST_CHECK enum err pages_door_open(struct uv_loop_s *loop, const struct pages_door_config *config,
                                    const struct pages_door_calls *calls, struct pages_door **out);
int pages_door_port(const struct pages_door *door);
/* About once a second or more often: silent and unfinished links are cut. */
void pages_door_tick(struct pages_door *door);
/* Closes every link (1001), then everything. `closed` comes for each link; DONE (may be NULL) from
 * the loop when all is gone. NULL DOOR is allowed and calls nothing. */
void pages_door_close(struct pages_door *door, void (*done)(void *self), void *self);

/* Queues FRAME, keeping a reference. Full: the link is closed (4000); nobody need look. */
void pages_socket_send(struct pages_socket *socket, struct frame *frame);
void pages_socket_close(struct pages_socket *socket, enum close_code code, const char *why);
/* Nothing waits: `drained` would come. */
bool pages_socket_idle(const struct pages_socket *socket);
#endif
