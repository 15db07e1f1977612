/* test_pages.c — Job: plain GETs, their headers, and everything that is refused on a listener. */
#include <errno.h>
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <unistd.h>

#include <cmocka.h>

#include "proto/limits.h"
#include "tests/lib/door_bed.h"

static struct bed bed;
static struct ws_raw ws;

static int set_up(void **state)
{
    (void)state;
    bed_init(&bed);
    bed_open(&bed);
    return 0;
}

static int tear_down(void **state)
{
    (void)state;
    ws_raw_close(&ws);
    bed_fini(&bed);
    return 0;
}

static int ask(const char *request)
{
    struct ws_raw_to to = bed_to(&bed, BED_ADMIN, "admin1");
    ws_raw_close(&ws);
    assert_true(ws_raw_connect(&ws, &to));
    return ws_raw_request(&ws, request);
}

/* Every answer, whoever wrote it. */
static void expect_headers(void)
{
    assert_non_null(strcasestr(ws.head, "\r\ncache-control: no-store\r\n"));
    assert_non_null(strcasestr(ws.head, "\r\ncontent-security-policy: default-src 'none'"));
    assert_non_null(strcasestr(ws.head, "\r\nx-content-type-options: nosniff\r\n"));
    assert_null(strcasestr(ws.head, "\r\nserver:"));
    assert_null(strcasestr(ws.head, "libwebsockets"));
}

/* As many bytes of the body as the answer announced. */
static size_t body_size(void)
{
    const char *line = strcasestr(ws.head, "\r\ncontent-length: ");
    assert_non_null(line);
    size_t announced = (size_t)atol(line + 18);
    uint64_t until = uv_now(&bed.loop) + BED_WAIT_MS;
    while (ws.in.size < announced && !ws.ended && uv_now(&bed.loop) < until)
        ws_raw_peek(&ws);
    return ws.in.size;
}

static void test_get(void **state)
{
    (void)state;
    bed.http_bytes = 26;
    assert_int_equal(ask("GET /healthz?x=1 HTTP/1.1\r\nHost: gateway.test\r\n\r\n"), 200);
    expect_headers();
    assert_string_equal(bed.path, "/healthz");
    assert_int_equal(bed.peer.kind, DEVICE_ADMIN);
    assert_int_equal(body_size(), 26);
    assert_memory_equal(ws.in.bytes, "abcdefghijklmnopqrstuvwxyz", 26);
}

static void test_two_gets_on_one_connection(void **state)
{
    (void)state;
    bed.http_bytes = 5;
    assert_int_equal(ask("GET /a HTTP/1.1\r\nHost: gateway.test\r\n\r\n"), 200);
    assert_int_equal(body_size(), 5);
    buf_clear(&ws.in);
    assert_int_equal(ws_raw_request(&ws, "GET /b HTTP/1.1\r\nHost: gateway.test\r\n\r\n"), 200);
    assert_string_equal(bed.path, "/b");
}

static void test_large_body(void **state)
{
    (void)state;
    bed.http_bytes = HTTP_BODY_MAX;
    assert_int_equal(ask("GET /metrics HTTP/1.1\r\nHost: gateway.test\r\n\r\n"), 200);
    assert_int_equal(body_size(), HTTP_BODY_MAX);
    assert_int_equal(ws.in.bytes[HTTP_BODY_MAX - 1], 'a' + (HTTP_BODY_MAX - 1) % 26);
    bed.http_bytes = HTTP_BODY_MAX + 1;
    assert_int_equal(ask("GET /metrics HTTP/1.1\r\nHost: gateway.test\r\n\r\n"), 503);
    expect_headers();
}

static void test_errors_become_statuses(void **state)
{
    (void)state;
    static const struct {
        enum err err;
        int status;
    } pairs[] = {{ERR_NOT_FOUND, 404}, {ERR_NOT_ALLOWED, 403}, {ERR_STORE, 503}};
    for (size_t i = 0; i < 3; i++) {
        bed.http_verdict = pairs[i].err;
        bed.http_bytes = 100;
        assert_int_equal(ask("GET /x HTTP/1.1\r\nHost: gateway.test\r\n\r\n"), pairs[i].status);
        expect_headers();
        assert_true(body_size() < 100); /* what was begun is not sent */
    }
}

static void test_other_methods(void **state)
{
    (void)state;
    static const char *const methods[] = {"POST", "PUT", "DELETE", "OPTIONS", "PATCH", "HEAD"};
    for (size_t i = 0; i < sizeof methods / sizeof methods[0]; i++) {
        char request[128];
        bed.path[0] = '\0';
        snprintf(request, sizeof request,
                 "%s /x HTTP/1.1\r\nHost: gateway.test\r\nContent-Length: 0\r\n\r\n", methods[i]);
        int status = ask(request);
        assert_true(status == 0 || status == 405);
        if (status != 0)
            expect_headers();
        assert_string_equal(bed.path, "");
    }
}

static void test_connect_and_bodies(void **state)
{
    (void)state;
    assert_int_equal(ask("CONNECT other.test:443 HTTP/1.1\r\nHost: other.test\r\n\r\n"), 0);
    assert_int_equal(ask("POST /x HTTP/1.1\r\nHost: gateway.test\r\nContent-Length: 99999999\r\n"
                         "\r\nbytes") != 200,
                     1);
}

static void test_paths_do_not_climb(void **state)
{
    (void)state;
    assert_int_equal(ask("GET /../../etc/passwd HTTP/1.1\r\nHost: gateway.test\r\n\r\n"), 200);
    assert_null(strstr(bed.path, ".."));
    (void)ask("GET /%2e%2e/%2e%2e/etc/passwd HTTP/1.1\r\nHost: gateway.test\r\n\r\n");
    assert_null(strstr(bed.path, ".."));
}

static const char upgrade[] = "GET / HTTP/1.1\r\nHost: gateway.test\r\nUpgrade: %s\r\n"
                              "Connection: Upgrade%s\r\nSec-WebSocket-Version: 13\r\n%s"
                              "Sec-WebSocket-Key: dGhlIHNhbXBsZSBub25jZQ==\r\n\r\n";

static int ask_upgrade(const char *to, const char *more, const char *header)
{
    char request[512];
    snprintf(request, sizeof request, upgrade, to, more, header);
    return ask(request);
}

static void test_upgrades(void **state)
{
    (void)state;
    assert_int_equal(ask_upgrade("websocket", "", "Sec-WebSocket-Protocol: sakiyomi.v1\r\n"), 101);
    assert_null(strcasestr(ws.head, "\r\nserver:"));
    assert_non_null(strcasestr(ws.head, "\r\nsec-websocket-protocol: sakiyomi.v1\r\n"));
    assert_non_null(strcasestr(ws.head, "s3pPLMBiTxaQ9kYGzzhZRbK+xOo=")); /* RFC 6455 §1.3 */
    assert_int_equal(ask_upgrade("websocket", "", "Sec-WebSocket-Protocol: a, sakiyomi.v1, b\r\n"),
                     101);
    assert_non_null(strcasestr(ws.head, "\r\nsec-websocket-protocol: sakiyomi.v1\r\n"));
    bed.admits = 0;
    static const char *const wrong[] = {"", "Sec-WebSocket-Protocol: http\r\n",
                                        "Sec-WebSocket-Protocol: sakiyomi.v2\r\n",
                                        "Sec-WebSocket-Protocol: \r\n"};
    for (size_t i = 0; i < sizeof wrong / sizeof wrong[0]; i++)
        assert_int_not_equal(ask_upgrade("websocket", "", wrong[i]), 101);
    assert_int_equal(bed.admits, 0);
}

/* HTTP/2 stays shut: its code in Debian's libwebsockets has open holes. */
static void test_h2c_is_refused(void **state)
{
    (void)state;
    static const char settings[] = "HTTP2-Settings: AAMAAABkAARAAAAAAAIAAAAA\r\n";
    assert_int_not_equal(ask_upgrade("h2c", ", HTTP2-Settings", settings), 101);
    assert_int_not_equal(ask_upgrade("H2C", ", HTTP2-Settings", settings), 101);
    assert_int_equal(ask_upgrade("foo", "", ""), 403); /* libwebsockets' own answer */
    expect_headers();
    assert_int_not_equal(ask_upgrade("websocket, h2c", "", settings), 101);
}

static void test_no_compression_is_agreed(void **state)
{
    (void)state;
    assert_int_equal(ask_upgrade("websocket", "",
                                 "Sec-WebSocket-Protocol: sakiyomi.v1\r\n"
                                 "Sec-WebSocket-Extensions: permessage-deflate\r\n"),
                     101);
    assert_null(strcasestr(ws.head, "sec-websocket-extensions"));
}

static void test_plain_http_is_refused(void **state)
{
    (void)state;
    struct ws_raw_to to = bed_to(&bed, BED_ADMIN, NULL);
    assert_true(ws_raw_connect_tcp(&ws, &to));
    static const char request[] = "GET /healthz HTTP/1.1\r\nHost: gateway.test\r\n\r\n";
    assert_int_equal(write(ws.fd, request, sizeof request - 1), sizeof request - 1);
    char bytes[64];
    ssize_t size = -1;
    uint64_t until = uv_now(&bed.loop) + BED_WAIT_MS;
    while (size < 0 && uv_now(&bed.loop) < until) {
        bed_turn(&bed);
        size = read(ws.fd, bytes, sizeof bytes);
        if (size < 0 && errno != EAGAIN)
            size = 0; /* reset: as good as closed */
    }
    /* Nothing, or a TLS alert: no HTTP. */
    assert_true(size == 0 || (size > 0 && bytes[0] == 0x15));
    assert_string_equal(bed.path, "");
}

static void test_endless_headers(void **state)
{
    (void)state;
    struct ws_raw_to to = bed_to(&bed, BED_ADMIN, "admin1");
    assert_true(ws_raw_connect(&ws, &to));
    assert_true(ws_raw_bytes(&ws, "GET /x HTTP/1.1\r\n", 17));
    bool taken = true;
    for (int i = 0; taken && !ws.ended && i < 10000; i++) {
        taken = ws_raw_bytes(&ws, "X-Filler: aaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaa\r\n", 48);
        ws_raw_peek(&ws);
    }
    assert_true(ws.ended || !taken);
    assert_string_equal(bed.path, "");
}

#define EACH(f) cmocka_unit_test_setup_teardown(f, set_up, tear_down)

int main(void)
{
    const struct CMUnitTest tests[] = {
        EACH(test_get),
        EACH(test_two_gets_on_one_connection),
        EACH(test_large_body),
        EACH(test_errors_become_statuses),
        EACH(test_other_methods),
        EACH(test_connect_and_bodies),
        EACH(test_paths_do_not_climb),
        EACH(test_upgrades),
        EACH(test_h2c_is_refused),
        EACH(test_no_compression_is_agreed),
        EACH(test_plain_http_is_refused),
        EACH(test_endless_headers),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
