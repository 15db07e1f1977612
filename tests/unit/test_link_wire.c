/* test_link_wire.c — Job: the link against gateways that misbehave: wrong answers, wrong frames. */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>

#include <cmocka.h>

#include <arpa/inet.h>
#include <netinet/in.h>
#include <openssl/evp.h>
#include <signal.h>
#include <sys/wait.h>
#include <unistd.h>
#include <uv.h>

#include "proto/link.h"
#include "tests/lib/pki.h"
#include "tests/lib/ws_raw.h"

/* What the false gateway does after TLS; it is a child process with blocking calls. */
struct play {
    const char *status;   /* instead of 101 */
    const char *protocol; /* header line, or "" */
    const void *bytes;    /* after the head */
    size_t size;
};

static struct pki pki;
static uv_loop_t loop;
static struct {
    int online;
    int offline;
    int frames;
    bool ended;
    char why[128];
} told;

static void on_state(void *self, enum link_state state, const char *why)
{
    (void)self;
    told.online += state == LINK_ONLINE ? 1 : 0;
    if (state != LINK_OFFLINE)
        return;
    told.offline++;
    snprintf(told.why, sizeof told.why, "%s", why);
}

static void on_frame(void *self, struct slice text)
{
    (void)self;
    (void)text;
    told.frames++;
}

static uint32_t lot(void *self)
{
    (void)self;
    return 0;
}

static void on_ended(void *self)
{
    (void)self;
    told.ended = true;
}

static void accept_key(const char *request, char out[64])
{
    char text[128] = "";
    unsigned char digest[EVP_MAX_MD_SIZE];
    unsigned size = 0;
    const char *at = strcasestr(request, "sec-websocket-key: ");
    if (at != NULL)
        snprintf(text, sizeof text, "%.24s258EAFA5-E914-47DA-95CA-C5AB0DC85B11", at + 19);
    EVP_Digest(text, strlen(text), digest, &size, EVP_sha1(), NULL);
    EVP_EncodeBlock((unsigned char *)out, digest, (int)size);
}

static void perform(int listener, const struct play *play)
{
    SSL_CTX *ctx = SSL_CTX_new(TLS_server_method());
    SSL_CTX_use_certificate_chain_file(ctx, pki_path(&pki, "server.pem"));
    SSL_CTX_use_PrivateKey_file(ctx, pki_path(&pki, "server.key"), SSL_FILETYPE_PEM);
    SSL *ssl = SSL_new(ctx);
    SSL_set_fd(ssl, accept(listener, NULL, NULL));
    char request[4096] = "";
    char key[64] = "";
    char head[512];
    if (SSL_accept(ssl) != 1 || SSL_read(ssl, request, sizeof request - 1) <= 0)
        _exit(1);
    accept_key(request, key);
    int size = snprintf(head, sizeof head,
                        "HTTP/1.1 %s\r\nUpgrade: websocket\r\nConnection: Upgrade\r\n%s"
                        "Sec-WebSocket-Accept: %s\r\n\r\n",
                        play->status, play->protocol, key);
    SSL_write(ssl, head, size);
    if (play->size > 0)
        SSL_write(ssl, play->bytes, (int)play->size);
    while (SSL_read(ssl, request, sizeof request) > 0) /* until the link goes */
        ;
    _exit(0);
}

static int listen_anywhere(int *port)
{
    struct sockaddr_in address = {.sin_family = AF_INET, .sin_addr.s_addr = htonl(INADDR_LOOPBACK)};
    socklen_t size = sizeof address;
    int fd = socket(AF_INET, SOCK_STREAM | SOCK_CLOEXEC, 0);
    assert_int_equal(bind(fd, (struct sockaddr *)&address, size), 0);
    assert_int_equal(listen(fd, 1), 0);
    assert_int_equal(getsockname(fd, (struct sockaddr *)&address, &size), 0);
    *port = ntohs(address.sin_port);
    return fd;
}

/* Runs the link against PLAY until it is offline again, or a frame has come. */
static void run(const struct play *play)
{
    int port = 0;
    int listener = listen_anywhere(&port);
    memset(&told, 0, sizeof told);
    pid_t child = fork();
    if (child == 0)
        perform(listener, play);
    close(listener);
    struct link_config config = {.address = "127.0.0.1",
                                 .port = port,
                                 .server_name = "gateway.test",
                                 .cert_path = pki_path(&pki, "amb1.pem"),
                                 .key_path = pki_path(&pki, "amb1.key"),
                                 .ca_path = pki_path(&pki, "ca.pem"),
                                 .retry_first_ms = 60000};
    struct link_calls calls = {NULL, on_state, on_frame, lot};
    struct link *link = NULL;
    assert_int_equal(link_open(&loop, &config, &calls, &link), ERR_OK);
    while (told.offline == 0 && told.frames == 0)
        (void)uv_run(&loop, UV_RUN_ONCE);
    link_close(link, on_ended, NULL);
    while (!told.ended)
        (void)uv_run(&loop, UV_RUN_ONCE);
    int status = 0;
    assert_int_equal(waitpid(child, &status, 0), child);
}

static const char good_status[] = "101 Switching Protocols";
static const char good_protocol[] = "Sec-WebSocket-Protocol: sakiyomi.v1\r\n";

static void test_it_can_work(void **state)
{
    (void)state;
    run(&(struct play){good_status, good_protocol, "\x81\x02{}", 4});
    assert_int_equal(told.online, 1);
    assert_int_equal(told.frames, 1);
}

static void test_no_or_another_subprotocol(void **state)
{
    (void)state;
    run(&(struct play){good_status, "", "\x81\x02{}", 4});
    assert_int_equal(told.online + told.frames, 0);
    run(&(struct play){good_status, "Sec-WebSocket-Protocol: sakiyomi.v2\r\n", "\x81\x02{}", 4});
    assert_int_equal(told.online + told.frames, 0);
    run(&(struct play){good_status, "Sec-WebSocket-Protocol: sakiyomi.v\r\n", "\x81\x02{}", 4});
    assert_int_equal(told.online + told.frames, 0);
}

static void test_other_statuses(void **state)
{
    (void)state;
    static const char *const statuses[] = {
        "200 OK", "403 Forbidden", "503 Service Unavailable",
        "301 Moved Permanently\r\nLocation: https://127.0.0.1:1/"};
    for (size_t i = 0; i < sizeof statuses / sizeof statuses[0]; i++) {
        run(&(struct play){statuses[i], good_protocol, "", 0});
        assert_int_equal(told.online, 0);
        assert_int_equal(told.offline, 1);
    }
}

static void test_bad_frames_end_it(void **state)
{
    (void)state;
    static const struct {
        const char *bytes;
        size_t size;
        const char *why;
    } bad[] = {
        {"\x82\x02{}", 4, "binary message"},
        {"\x81\x02\xc0\xaf", 4, "not UTF-8"},
        {"\xc1\x02{}", 4, "connection lost"}, /* compressed, which was not agreed */
    };
    for (size_t i = 0; i < sizeof bad / sizeof bad[0]; i++) {
        run(&(struct play){good_status, good_protocol, bad[i].bytes, bad[i].size});
        assert_int_equal(told.online, 1);
        assert_int_equal(told.frames, 0);
        assert_string_equal(told.why, bad[i].why);
    }
}

static void test_too_large_in_pieces(void **state)
{
    (void)state;
    enum { PIECE = 40000 };
    static char bytes[2 * (PIECE + 4)];
    static const char heads[2][4] = {"\x01\x7e\x9c\x40", "\x80\x7e\x9c\x40"};
    for (int i = 0; i < 2; i++) {
        memcpy(bytes + i * (PIECE + 4), heads[i], 4);
        memset(bytes + i * (PIECE + 4) + 4, 'a', PIECE);
    }
    run(&(struct play){good_status, good_protocol, bytes, sizeof bytes});
    assert_string_equal(told.why, "message too large");
    assert_int_equal(told.frames, 0);
    /* Announced as 2^62 bytes: refused at the first bytes that libwebsockets hands on. */
    memcpy(bytes, "\x81\x7f\x40\0\0\0\0\0\0\0", 10);
    run(&(struct play){good_status, good_protocol, bytes, sizeof bytes});
    assert_string_equal(told.why, "message too large");
    assert_int_equal(told.frames, 0);
}

static int set_up(void **state)
{
    (void)state;
    signal(SIGPIPE, SIG_IGN);
    pki_init(&pki);
    pki_make_ca(&pki, "ca");
    pki_make(&pki, &(struct pki_want){
                       .name = "server", .ca = "ca", .usage = "serverAuth", .dns = "gateway.test"});
    pki_make(&pki, &(struct pki_want){
                       .name = "amb1", .ca = "ca", .ou = "ambulance", .usage = "clientAuth"});
    return uv_loop_init(&loop);
}

static int tear_down(void **state)
{
    (void)state;
    while (uv_run(&loop, UV_RUN_NOWAIT) != 0)
        ;
    pki_fini(&pki);
    return uv_loop_close(&loop);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(test_it_can_work),
        cmocka_unit_test(test_no_or_another_subprotocol),
        cmocka_unit_test(test_other_statuses),
        cmocka_unit_test(test_bad_frames_end_it),
        cmocka_unit_test(test_too_large_in_pieces),
    };
    return cmocka_run_group_tests(tests, set_up, tear_down);
}
