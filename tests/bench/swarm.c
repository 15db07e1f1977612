/* swarm.c — Job: thousands of WebSocket clients in one thread, for load: epoll and OpenSSL by hand.
 */
#include "tests/bench/swarm.h"

#include <arpa/inet.h>
#include <errno.h>
#include <fcntl.h>
#include <netinet/tcp.h>
#include <openssl/err.h>
#include <stdio.h>
#include <stdlib.h>
#include <sys/epoll.h>
#include <time.h>
#include <unistd.h>

enum { ROUND_EVENTS = 256, READ_BYTES = 65536 };
enum { OP_TEXT = 1, OP_CLOSE = 8, OP_PING = 9, OP_PONG = 10, FINAL = 0x80, MASKED = 0x80 };

struct swarm {
    int epoll;
    SSL_CTX *ctx;
    struct swarm_calls calls;
    struct line *ended;
    char room[READ_BYTES];
};

static const char upgrade[] = "GET / HTTP/1.1\r\nHost: localhost\r\nUpgrade: websocket\r\n"
                              "Connection: Upgrade\r\nSec-WebSocket-Version: 13\r\n"
                              "Sec-WebSocket-Key: dGhlIHNhbXBsZSBub25jZQ==\r\n"
                              "Sec-WebSocket-Protocol: sakiyomi.v1\r\n\r\n";

static void must(bool done, const char *what)
{
    if (done)
        return;
    fprintf(stderr, "swarm: %s failed: %s\n", what, strerror(errno));
    ERR_print_errors_fp(stderr);
    abort();
}

int64_t now_us(void)
{
    struct timespec t;
    clock_gettime(CLOCK_MONOTONIC, &t);
    return (int64_t)t.tv_sec * 1000000 + t.tv_nsec / 1000;
}

struct swarm *swarm_new(const char *ca_path, const struct swarm_calls *calls)
{
    struct swarm *swarm = calloc(1, sizeof *swarm);
    must(swarm != NULL, "memory");
    swarm->calls = *calls;
    swarm->epoll = epoll_create1(EPOLL_CLOEXEC);
    swarm->ctx = SSL_CTX_new(TLS_client_method());
    must(swarm->epoll >= 0 && swarm->ctx != NULL, "start");
    must(SSL_CTX_load_verify_file(swarm->ctx, ca_path) == 1, ca_path);
    SSL_CTX_set_verify(swarm->ctx, SSL_VERIFY_PEER, NULL);
    SSL_CTX_set_session_cache_mode(swarm->ctx, SSL_SESS_CACHE_OFF);
    SSL_CTX_set_mode(swarm->ctx, SSL_MODE_ENABLE_PARTIAL_WRITE |
                                     SSL_MODE_ACCEPT_MOVING_WRITE_BUFFER |
                                     SSL_MODE_RELEASE_BUFFERS);
    return swarm;
}

void swarm_set_calls(struct swarm *swarm, const struct swarm_calls *calls)
{
    swarm->calls = *calls;
}

static void free_ended(struct swarm *swarm)
{
    while (swarm->ended != NULL) {
        struct line *line = swarm->ended;
        swarm->ended = line->next;
        SSL_free(line->ssl);
        buf_free(&line->in);
        buf_free(&line->out);
        free(line);
    }
}

void swarm_free(struct swarm *swarm)
{
    if (swarm == NULL)
        return;
    free_ended(swarm);
    SSL_CTX_free(swarm->ctx);
    close(swarm->epoll);
    free(swarm);
}

static void watch(struct line *line, int how, bool write)
{
    struct epoll_event event = {.events = write ? EPOLLIN | EPOLLOUT : EPOLLIN, .data.ptr = line};
    must(epoll_ctl(line->swarm->epoll, how, line->fd, &event) == 0, "epoll");
    line->waits_to_write = write;
}

static void want_write(struct line *line, bool write)
{
    if (line->waits_to_write != write)
        watch(line, EPOLL_CTL_MOD, write);
}

struct line *swarm_connect(struct swarm *swarm, const struct swarm_to *to)
{
    struct sockaddr_in address = {.sin_family = AF_INET, .sin_port = htons((uint16_t)to->port)};
    struct line *line = calloc(1, sizeof *line);
    address.sin_addr.s_addr = htonl(INADDR_LOOPBACK);
    must(line != NULL, "memory");
    *line = (struct line){.swarm = swarm, .user = to->user};
    line->fd = socket(AF_INET, SOCK_STREAM | SOCK_CLOEXEC | SOCK_NONBLOCK, 0);
    must(line->fd >= 0, "socket");
    setsockopt(line->fd, IPPROTO_TCP, TCP_NODELAY, &(int){1}, sizeof(int));
    line->ssl = SSL_new(swarm->ctx);
    must(line->ssl != NULL && SSL_set_fd(line->ssl, line->fd) == 1, "SSL");
    must(SSL_use_certificate(line->ssl, to->cert) == 1 && SSL_use_PrivateKey(line->ssl, to->key),
         "certificate");
    SSL_set_tlsext_host_name(line->ssl, "localhost");
    must(SSL_set1_host(line->ssl, "localhost") == 1, "name");
    SSL_set_connect_state(line->ssl);
    int rc = connect(line->fd, (struct sockaddr *)&address, sizeof address);
    must(rc == 0 || errno == EINPROGRESS, "connect");
    watch(line, EPOLL_CTL_ADD, true);
    return line;
}

static void end(struct line *line)
{
    struct swarm *swarm = line->swarm;
    epoll_ctl(swarm->epoll, EPOLL_CTL_DEL, line->fd, NULL);
    close(line->fd);
    line->state = LINE_ENDED;
    line->next = swarm->ended;
    swarm->ended = line;
}

void line_close(struct line *line)
{
    if (line->state == LINE_ENDED)
        return;
    if (line->state == LINE_OPEN)
        SSL_shutdown(line->ssl);
    ERR_clear_error();
    end(line);
}

/* The other end went, or TLS failed. */
static void lost(struct line *line)
{
    ERR_clear_error();
    end(line);
    line->swarm->calls.ended(line->swarm->calls.self, line);
}

/* ---- out ---- */

static void flush(struct line *line)
{
    size_t at = 0;
    while (at < line->out.size) {
        int n = SSL_write(line->ssl, line->out.bytes + at, (int)(line->out.size - at));
        if (n <= 0)
            break; /* a line that broke is found out by reading */
        at += (size_t)n;
    }
    ERR_clear_error();
    memmove(line->out.bytes, line->out.bytes + at, line->out.size - at);
    line->out.size -= at;
    want_write(line, line->out.size > 0);
}

/* Masked with zeros: allowed by the frame format, and no work for the load's core. */
static void frame(struct line *line, int opcode, struct slice payload)
{
    struct buf *out = &line->out;
    buf_byte(out, (char)(FINAL | opcode));
    if (payload.size < 126) {
        buf_byte(out, (char)(MASKED | payload.size));
    } else {
        buf_byte(out, (char)(MASKED | 126));
        buf_byte(out, (char)(payload.size >> 8));
        buf_byte(out, (char)(payload.size & 0xff));
    }
    buf_add(out, "\0\0\0\0", 4);
    buf_add(out, payload.bytes, payload.size);
    must(!out->failed, "memory");
    flush(line);
}

void line_send(struct line *line, struct slice text)
{
    if (line->state == LINE_OPEN)
        frame(line, OP_TEXT, text);
}

/* ---- in ---- */

static void take_frame(struct line *line, int opcode, struct slice payload)
{
    if (opcode == OP_TEXT)
        line->swarm->calls.text(line->swarm->calls.self, line, payload);
    else if (opcode == OP_PING)
        frame(line, OP_PONG, payload);
    else if (opcode == OP_CLOSE)
        lost(line);
}

/* The size of the whole frame at AT, or 0: more bytes are needed. */
static size_t frame_size(const unsigned char *at, size_t size, size_t *head)
{
    if (size < 2)
        return 0;
    size_t width = (at[1] & 0x7f) == 126 ? 2 : (at[1] & 0x7f) == 127 ? 8 : 0;
    uint64_t payload = width == 0 ? at[1] & 0x7f : 0;
    if (size < 2 + width)
        return 0;
    for (size_t i = 0; i < width; i++)
        payload = payload << 8 | at[2 + i];
    *head = 2 + width;
    return size - *head < payload ? 0 : *head + (size_t)payload;
}

static void take_frames(struct line *line)
{
    size_t at = 0, head = 0;
    while (line->state == LINE_OPEN) {
        const unsigned char *from = (const unsigned char *)line->in.bytes + at;
        size_t size = frame_size(from, line->in.size - at, &head);
        if (size == 0)
            break;
        at += size;
        take_frame(line, from[0] & 0x0f, (struct slice){(const char *)from + head, size - head});
    }
    memmove(line->in.bytes, line->in.bytes + at, line->in.size - at);
    line->in.size -= at;
}

static void take_answer(struct line *line)
{
    char *stop = line->in.size < 4 ? NULL : memmem(line->in.bytes, line->in.size, "\r\n\r\n", 4);
    if (stop == NULL)
        return;
    if (strncmp(line->in.bytes, "HTTP/1.1 101", 12) != 0) {
        lost(line);
        return;
    }
    size_t size = (size_t)(stop - line->in.bytes) + 4;
    memmove(line->in.bytes, line->in.bytes + size, line->in.size - size);
    line->in.size -= size;
    line->state = LINE_OPEN;
    line->swarm->calls.opened(line->swarm->calls.self, line);
}

static void read_all(struct line *line)
{
    struct swarm *swarm = line->swarm;
    while (line->state == LINE_UPGRADE || line->state == LINE_OPEN) {
        int n = SSL_read(line->ssl, swarm->room, sizeof swarm->room);
        if (n > 0) {
            buf_add(&line->in, swarm->room, (size_t)n);
            if (line->state == LINE_UPGRADE)
                take_answer(line);
            if (line->state == LINE_OPEN)
                take_frames(line);
            continue;
        }
        if (SSL_get_error(line->ssl, n) != SSL_ERROR_WANT_READ)
            lost(line);
        return;
    }
}

static void shake(struct line *line)
{
    int n = SSL_connect(line->ssl);
    int why = n == 1 ? SSL_ERROR_NONE : SSL_get_error(line->ssl, n);
    if (n == 1) {
        line->state = LINE_UPGRADE;
        buf_text(&line->out, upgrade);
        flush(line);
    } else if (why == SSL_ERROR_WANT_READ || why == SSL_ERROR_WANT_WRITE) {
        line->state = LINE_TLS;
        want_write(line, why == SSL_ERROR_WANT_WRITE);
    } else {
        lost(line);
    }
}

void swarm_run(struct swarm *swarm, int wait_ms)
{
    struct epoll_event events[ROUND_EVENTS];
    int count = epoll_wait(swarm->epoll, events, ROUND_EVENTS, wait_ms);
    for (int i = 0; i < count; i++) {
        struct line *line = events[i].data.ptr;
        if (line->state == LINE_TCP || line->state == LINE_TLS)
            shake(line);
        if ((line->state == LINE_UPGRADE || line->state == LINE_OPEN) && line->out.size > 0)
            flush(line);
        if (line->state == LINE_UPGRADE || line->state == LINE_OPEN)
            read_all(line);
    }
    free_ended(swarm);
}
