/* link_inner.h — Job: the link as link.c and link_wire.c share it; nobody else includes it. */
#ifndef PROTO_LINK_INNER_H
#define PROTO_LINK_INNER_H

#include <libwebsockets.h>
#include <uv.h>

#include "proto/buf.h"
#include "proto/limits.h"
#include "proto/link.h"
#include "proto/lws_fall.h"

enum { LINK_ADDRESS_MAX = 46 };

struct link {
    uv_loop_t *loop;
    uv_timer_t timer; /* the back-off, the limit for connecting, the pings: as the state says */
    uv_getaddrinfo_t resolving;
    struct link_calls calls;
    char *address;
    char *server_name;
    char *path;
    char *cert_path;
    char *key_path;
    char *ca_path;
    int port;
    int64_t ping_ms;
    int64_t idle_ms;
    int64_t retry_first_ms;
    struct lws_protocols protocols[2];
    struct lws_context *context;
    struct lws_vhost *vhost;
    struct lws *wsi; /* NULL when there is none, or it was given up */
    char numeric[LINK_ADDRESS_MAX];
    uintptr_t attempt;   /* callbacks of an earlier attempt's connection are not ours any more */
    enum close_code bye; /* what an abandoned connection says */
    enum link_state state;
    int64_t since_ms;
    int64_t heard_at;
    int64_t pinged_at;
    unsigned failures;                         /* in a row */
    struct frame *unsent[LANE_CONTROL_FRAMES]; /* a ring */
    size_t unsent_first;
    size_t unsent_count;
    struct buf message; /* what has come of a message in several pieces */
    bool is_resolving;
    bool ping_due;
    bool closing;
    struct lws_fall fall;
    void (*done)(void *self);
    void *done_self;
};

static inline int64_t link_now(const struct link *link)
{
    return (int64_t)uv_now(link->loop);
}

/* link_wire.c: makes the context and its one vhost; ERR_IO, or ERR_CERT. */
MUST_CHECK enum err link_wire_open(struct link *link);
/* Starts one connection to `numeric`; ERR_IO when it failed at once. */
MUST_CHECK enum err link_wire_connect(struct link *link);
/* Gives the connection up: with a close frame if it is ONLINE, else at once. */
void link_wire_abandon(struct link *link);
void link_wire_forget_unsent(struct link *link);

/* link.c: what the wire tells. WHY is lent. */
void link_is_online(struct link *link);
void link_is_lost(struct link *link, const char *why);
#endif
