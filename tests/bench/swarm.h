/* swarm.h — Job: thousands of WebSocket clients in one thread, for load: epoll and OpenSSL by hand.
 *
 * Not libwebsockets on purpose, as tests/lib/ws_raw.h: what is measured is the other end. Pings are
 * answered here; texts come through one call. */
#ifndef TESTS_BENCH_SWARM_H
#define TESTS_BENCH_SWARM_H

#include <openssl/ssl.h>

#include "proto/buf.h"

struct swarm;

enum line_state { LINE_TCP, LINE_TLS, LINE_UPGRADE, LINE_OPEN, LINE_ENDED };

struct line {
    struct swarm *swarm;
    struct line *next; /* on the list of ended ones */
    int fd;
    SSL *ssl;
    enum line_state state;
    bool waits_to_write;
    struct buf in, out;
    void *user;
};

struct swarm_calls {
    void *self;
    void (*opened)(void *self, struct line *line);
    void (*text)(void *self, struct line *line, struct slice text);
    void (*ended)(void *self, struct line *line); /* not for what line_close closed */
};

struct swarm_to {
    int port;
    X509 *cert; /* lent */
    EVP_PKEY *key;
    void *user;
};

/* Everything aborts when it fails: a measurement without its load has nothing to say. CALLS are
 * copied. CA: the only authority that servers are checked against. */
struct swarm *swarm_new(const char *ca_path, const struct swarm_calls *calls);
void swarm_free(struct swarm *swarm); /* lines have to be closed before; NULL allowed */
void swarm_set_calls(struct swarm *swarm, const struct swarm_calls *calls);

/* Begins to connect to 127.0.0.1; `opened` says when the upgrade stands. */
struct line *swarm_connect(struct swarm *swarm, const struct swarm_to *to);
/* TLS goodbye, and the line is freed at the end of the running round. */
void line_close(struct line *line);
/* One text frame; what the socket does not take at once is kept. */
void line_send(struct line *line, struct slice text);

/* One round: waits at most WAIT_MS for something to happen. */
void swarm_run(struct swarm *swarm, int wait_ms);

int64_t now_us(void); /* monotonic */
#endif
