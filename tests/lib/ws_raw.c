/* ws_raw.c — Job: a WebSocket client by hand over OpenSSL, so that tests can say what is wrong. */
#include "tests/lib/ws_raw.h"

#include <arpa/inet.h>
#include <errno.h>
#include <fcntl.h>
#include <netinet/in.h>
#include <netinet/tcp.h>
#include <openssl/err.h>
#include <poll.h>
#include <stdio.h>
#include <stdlib.h>
#include <time.h>
#include <unistd.h>

static int64_t now_ms(void)
{
    struct timespec now;
    clock_gettime(CLOCK_MONOTONIC, &now);
    return (int64_t)now.tv_sec * 1000 + now.tv_nsec / 1000000;
}

/* One step of waiting: the server's turn, or up to 50 ms of sleep on the socket. */
static void wait_a_little(struct ws_raw *ws, short events)
{
    struct pollfd row = {.fd = ws->fd, .events = events};
    if (ws->pump != NULL)
        ws->pump(ws->pump_self);
    (void)poll(&row, 1, ws->pump != NULL ? 0 : 50);
}

static bool tcp(struct ws_raw *ws, const struct ws_raw_to *to)
{
    const char *address = to->address == NULL ? "127.0.0.1" : to->address;
    struct sockaddr_in v4 = {.sin_family = AF_INET, .sin_port = htons((uint16_t)to->port)};
    struct sockaddr_in6 v6 = {.sin6_family = AF_INET6, .sin6_port = htons((uint16_t)to->port)};
    bool is_v4 = inet_pton(AF_INET, address, &v4.sin_addr) == 1;
    if (!is_v4 && inet_pton(AF_INET6, address, &v6.sin6_addr) != 1)
        return false;
    ws->fd = socket(is_v4 ? AF_INET : AF_INET6, SOCK_STREAM | SOCK_CLOEXEC, 0);
    if (ws->fd < 0)
        return false;
    if (to->receive_bytes > 0)
        setsockopt(ws->fd, SOL_SOCKET, SO_RCVBUF, &to->receive_bytes, sizeof to->receive_bytes);
    /* Without it each small write waits for a delayed acknowledgement: 40 ms. */
    setsockopt(ws->fd, IPPROTO_TCP, TCP_NODELAY, &(int){1}, sizeof(int));
    /* Blocking: on loopback the kernel answers for a listening server at once. */
    int failed = is_v4 ? connect(ws->fd, (struct sockaddr *)&v4, sizeof v4)
                       : connect(ws->fd, (struct sockaddr *)&v6, sizeof v6);
    return failed == 0 && fcntl(ws->fd, F_SETFL, O_NONBLOCK) == 0;
}

bool ws_raw_connect_tcp(struct ws_raw *ws, const struct ws_raw_to *to)
{
    *ws = (struct ws_raw){.fd = -1, .pump = to->pump, .pump_self = to->pump_self};
    return tcp(ws, to);
}

/* -1: go on waiting; 0: over; 1: done */
static int step(struct ws_raw *ws, int result)
{
    if (result > 0)
        return 1;
    int why = SSL_get_error(ws->ssl, result);
    if (why == SSL_ERROR_WANT_READ || why == SSL_ERROR_WANT_WRITE) {
        wait_a_little(ws, why == SSL_ERROR_WANT_READ ? POLLIN : POLLOUT);
        return -1;
    }
    ws->ended = true;
    return 0;
}

static bool set_up(struct ws_raw *ws, const struct ws_raw_to *to)
{
    int version = to->version;
    ws->ctx = SSL_CTX_new(TLS_client_method());
    if (ws->ctx == NULL)
        return false;
    if (to->old_tls)
        SSL_CTX_set_security_level(ws->ctx, 0);
    SSL_CTX_set_min_proto_version(ws->ctx, version != 0 ? version : TLS1_2_VERSION);
    SSL_CTX_set_max_proto_version(ws->ctx, version);
    if (to->suites != NULL && SSL_CTX_set_cipher_list(ws->ctx, to->suites) != 1)
        return false;
    if (to->groups != NULL && SSL_CTX_set1_groups_list(ws->ctx, to->groups) != 1)
        return false;
    if (to->ca != NULL) {
        SSL_CTX_set_verify(ws->ctx, SSL_VERIFY_PEER, NULL);
        if (SSL_CTX_load_verify_file(ws->ctx, to->ca) != 1)
            return false;
    }
    return to->cert == NULL ||
           (SSL_CTX_use_certificate_chain_file(ws->ctx, to->cert) == 1 &&
            SSL_CTX_use_PrivateKey_file(ws->ctx, to->key, SSL_FILETYPE_PEM) == 1);
}

bool ws_raw_connect(struct ws_raw *ws, const struct ws_raw_to *to)
{
    if (!ws_raw_connect_tcp(ws, to) || !set_up(ws, to))
        return false;
    ws->ssl = SSL_new(ws->ctx);
    if (ws->ssl == NULL || SSL_set_fd(ws->ssl, ws->fd) != 1)
        return false;
    if (to->sni != NULL)
        SSL_set_tlsext_host_name(ws->ssl, to->sni);
    if (to->alpn != NULL) {
        unsigned char wire[64];
        size_t size = strlen(to->alpn);
        wire[0] = (unsigned char)size;
        memcpy(wire + 1, to->alpn, size);
        SSL_set_alpn_protos(ws->ssl, wire, (unsigned)size + 1);
    }
    SSL_set_mode(ws->ssl, SSL_MODE_ENABLE_PARTIAL_WRITE | SSL_MODE_ACCEPT_MOVING_WRITE_BUFFER);
    int64_t until = now_ms() + WS_RAW_LIMIT_MS;
    int done = -1;
    while (done < 0 && now_ms() < until) {
        ERR_clear_error(); /* a server in this thread may have left some */
        done = step(ws, SSL_connect(ws->ssl));
    }
    ERR_clear_error();
    return done == 1;
}

bool ws_raw_bytes(struct ws_raw *ws, const void *bytes, size_t size)
{
    const char *from = bytes;
    int64_t until = now_ms() + WS_RAW_LIMIT_MS;
    while (size > 0 && !ws->ended && now_ms() < until) {
        ERR_clear_error();
        int written = SSL_write(ws->ssl, from, size > 16384 ? 16384 : (int)size);
        if (step(ws, written) == 1) {
            from += written;
            size -= (size_t)written;
        }
    }
    return size == 0;
}

void ws_raw_peek(struct ws_raw *ws)
{
    char bytes[16384];
    ERR_clear_error();
    int size = SSL_read(ws->ssl, bytes, sizeof bytes);
    if (step(ws, size) == 1)
        buf_add(&ws->in, bytes, (size_t)size);
}

static void take(struct ws_raw *ws, size_t size)
{
    memmove(ws->in.bytes, ws->in.bytes + size, ws->in.size - size);
    ws->in.size -= size;
}

int ws_raw_request(struct ws_raw *ws, const char *request)
{
    int64_t until = now_ms() + WS_RAW_LIMIT_MS;
    ws->head[0] = '\0';
    if (!ws_raw_bytes(ws, request, strlen(request)))
        return 0;
    char *end = NULL;
    while (end == NULL && now_ms() < until) {
        end = ws->in.size < 4 ? NULL : memmem(ws->in.bytes, ws->in.size, "\r\n\r\n", 4);
        if (end == NULL && ws->ended)
            return 0;
        if (end == NULL)
            ws_raw_peek(ws);
    }
    size_t size = end == NULL ? 0 : (size_t)(end - ws->in.bytes) + 4;
    if (size == 0 || size >= sizeof ws->head)
        return 0;
    memcpy(ws->head, ws->in.bytes, size);
    ws->head[size] = '\0';
    take(ws, size);
    return strncmp(ws->head, "HTTP/1.", 7) == 0 ? atoi(ws->head + 9) : 0;
}

int ws_raw_upgrade(struct ws_raw *ws, const char *protocols)
{
    char request[1024];
    char line[256] = "";
    if (protocols != NULL)
        snprintf(line, sizeof line, "Sec-WebSocket-Protocol: %s\r\n", protocols);
    snprintf(request, sizeof request,
             "GET / HTTP/1.1\r\nHost: gateway.test\r\nUpgrade: websocket\r\n"
             "Connection: Upgrade\r\nSec-WebSocket-Version: 13\r\n"
             "Sec-WebSocket-Key: dGhlIHNhbXBsZSBub25jZQ==\r\n%s\r\n",
             line);
    return ws_raw_request(ws, request);
}

bool ws_raw_open(struct ws_raw *ws, const struct ws_raw_to *to)
{
    return ws_raw_connect(ws, to) && ws_raw_upgrade(ws, "sakiyomi.v1") == 101;
}

bool ws_raw_frame(struct ws_raw *ws, enum ws_raw_opcode opcode, bool final, const void *bytes,
                  size_t size)
{
    static const unsigned char mask[4] = {0x5a, 0xa5, 0x3c, 0xc3};
    struct buf frame;
    buf_init(&frame, 0);
    buf_byte(&frame, (char)((final ? 0x80 : 0) | (int)opcode));
    if (size < 126) {
        buf_byte(&frame, (char)(0x80 | size));
    } else {
        int width = size < 65536 ? 2 : 8;
        buf_byte(&frame, (char)(0x80 | (width == 2 ? 126 : 127)));
        for (int i = width - 1; i >= 0; i--)
            buf_byte(&frame, (char)(size >> (8 * i) & 0xff));
    }
    buf_add(&frame, mask, sizeof mask);
    for (size_t i = 0; i < size; i++)
        buf_byte(&frame, (char)(((const unsigned char *)bytes)[i] ^ mask[i % 4]));
    bool sent = ws_raw_bytes(ws, frame.bytes, frame.size);
    buf_free(&frame);
    return sent;
}

bool ws_raw_text(struct ws_raw *ws, const char *text)
{
    return ws_raw_frame(ws, WS_TEXT, true, text, strlen(text));
}

/* A whole server frame at the start of ws->in? Its opcode, or -1. */
static int take_frame(struct ws_raw *ws, struct buf *payload)
{
    const unsigned char *at = (const unsigned char *)ws->in.bytes;
    if (ws->in.size < 2)
        return -1;
    size_t head = 2;
    uint64_t size = at[1] & 0x7f;
    size_t width = size == 126 ? 2 : size == 127 ? 8 : 0;
    if (ws->in.size < head + width)
        return -1;
    if (width > 0)
        size = 0;
    for (size_t i = 0; i < width; i++)
        size = size << 8 | at[2 + i];
    head += width;
    if (ws->in.size < head || ws->in.size - head < size)
        return -1;
    int opcode = at[0] & 0x0f;
    buf_add(payload, at + head, (size_t)size);
    take(ws, head + (size_t)size);
    return opcode;
}

int ws_raw_receive(struct ws_raw *ws, struct buf *payload, int limit_ms)
{
    int64_t until = now_ms() + limit_ms;
    buf_clear(payload);
    for (;;) {
        int opcode = take_frame(ws, payload);
        if (opcode >= 0)
            return opcode;
        if (ws->ended)
            return WS_RAW_ENDED;
        if (now_ms() >= until)
            return WS_RAW_TIMEOUT;
        ws_raw_peek(ws);
    }
}

bool ws_raw_expect(struct ws_raw *ws, struct buf *text, int limit_ms)
{
    int opcode = ws_raw_receive(ws, text, limit_ms);
    while (opcode == WS_PING) {
        ws_raw_frame(ws, WS_PONG, true, text->bytes, text->size);
        opcode = ws_raw_receive(ws, text, limit_ms);
    }
    return opcode == WS_TEXT;
}

int ws_raw_close_code(struct ws_raw *ws, char reason[128], int limit_ms)
{
    struct buf payload;
    buf_init(&payload, 0);
    int opcode = ws_raw_receive(ws, &payload, limit_ms);
    while (opcode == WS_TEXT || opcode == WS_PING || opcode == WS_PONG)
        opcode = ws_raw_receive(ws, &payload, limit_ms);
    int code = 0;
    if (opcode == WS_CLOSE && payload.size >= 2) {
        const unsigned char *at = (const unsigned char *)payload.bytes;
        code = at[0] << 8 | at[1];
        if (reason != NULL)
            snprintf(reason, 128, "%.*s", (int)payload.size - 2, payload.bytes + 2);
    }
    buf_free(&payload);
    return code;
}

void ws_raw_close(struct ws_raw *ws)
{
    SSL_free(ws->ssl);
    SSL_CTX_free(ws->ctx);
    if (ws->fd > 0)
        close(ws->fd);
    buf_free(&ws->in);
    *ws = (struct ws_raw){.fd = -1};
}
