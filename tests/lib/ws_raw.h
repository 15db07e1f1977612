/* ws_raw.h — Job: a WebSocket client by hand over OpenSSL, so that tests can say what is wrong.
 *
 * It is not libwebsockets on purpose: two ends of the same library can agree on a mistake. One call
 * at a time, each with a time limit; while it waits it calls `pump`, so that a server in the same
 * process gets its turns. */
#ifndef TESTS_LIB_WS_RAW_H
#define TESTS_LIB_WS_RAW_H

#include <openssl/ssl.h>

#include "proto/buf.h"

struct ws_raw_to {
    const char *address; /* numeric; NULL: 127.0.0.1 */
    int port;
    const char *sni;  /* NULL: none is sent */
    const char *cert; /* NULL: no client certificate */
    const char *key;
    const char *ca;     /* NULL: the server is not checked */
    const char *suites; /* cipher list of TLS 1.2 */
    const char *groups; /* NULL: OpenSSL's */
    const char *alpn;   /* one protocol name */
    int version;        /* TLS1_2_VERSION: this only; 0: 1.2 and up */
    bool old_tls;       /* allow what OpenSSL's security level 2 forbids */
    int receive_bytes;  /* socket buffer; 0: the system's. Small: a slow reader */
    void (*pump)(void *self);
    void *pump_self;
};

struct ws_raw {
    SSL_CTX *ctx;
    SSL *ssl;
    int fd;
    bool ended; /* the server closed, or TLS failed */
    void (*pump)(void *self);
    void *pump_self;
    struct buf in;   /* received, not yet taken */
    char head[4096]; /* of the last answer */
};

enum ws_raw_opcode {
    WS_CONTINUE = 0,
    WS_TEXT = 1,
    WS_BINARY = 2,
    WS_CLOSE = 8,
    WS_PING = 9,
    WS_PONG = 10
};
enum { WS_RAW_ENDED = -1, WS_RAW_TIMEOUT = -2, WS_RAW_LIMIT_MS = 5000 };

/* TCP and TLS. false: refused. With TLS 1.3 a server that refuses the client's certificate says so
 * only at the first read after this. */
bool ws_raw_connect(struct ws_raw *ws, const struct ws_raw_to *to);
/* TCP only; bytes then go through ws_raw_plain. */
bool ws_raw_connect_tcp(struct ws_raw *ws, const struct ws_raw_to *to);

/* Sends REQUEST as it is and reads the head of an answer into ws->head: its status, or 0 when the
 * server ended without one. */
int ws_raw_request(struct ws_raw *ws, const char *request);
/* The WebSocket handshake. PROTOCOLS NULL: no subprotocol header. The status; 101 is success. */
int ws_raw_upgrade(struct ws_raw *ws, const char *protocols);
/* connect and upgrade with sakiyomi.v1: true when it stands. */
bool ws_raw_open(struct ws_raw *ws, const struct ws_raw_to *to);

/* Any bytes inside TLS. false: the server does not take them (within the limit, or ended). */
bool ws_raw_bytes(struct ws_raw *ws, const void *bytes, size_t size);
/* One masked frame. */
bool ws_raw_frame(struct ws_raw *ws, enum ws_raw_opcode opcode, bool final, const void *bytes,
                  size_t size);
bool ws_raw_text(struct ws_raw *ws, const char *text);

/* Reads what is there into ws->in, once; waits a little when there is nothing. */
void ws_raw_peek(struct ws_raw *ws);

/* The next frame of the server, whole: its opcode, payload in PAYLOAD (cleared before). */
int ws_raw_receive(struct ws_raw *ws, struct buf *payload, int limit_ms);
/* The next text; pings before it are answered. false: something else came, or nothing. */
bool ws_raw_expect(struct ws_raw *ws, struct buf *text, int limit_ms);
/* Reads until the close frame and gives its code, its reason in REASON (may be NULL): 0 when the
 * line ended without one. Texts and pings before it are dropped. */
int ws_raw_close_code(struct ws_raw *ws, char reason[128], int limit_ms);

void ws_raw_close(struct ws_raw *ws); /* cuts the line; zeroed is allowed */
#endif
