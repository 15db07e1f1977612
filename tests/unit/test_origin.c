/* test_origin.c — Job: by which name a browser asks us, and from whose page. */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <cmocka.h>

#include <stdio.h>

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

/* The status of one request to LISTENER as device NAME. LINES: headers, each with its CRLF. */
static int request(size_t listener, const char *name, const char *lines)
{
    char text[1024];
    struct ws_raw_to to = bed_to(&bed, listener, name);
    ws_raw_close(&ws);
    assert_true(ws_raw_connect(&ws, &to));
    snprintf(text, sizeof text, "GET / HTTP/1.1\r\n%s\r\n", lines);
    return ws_raw_request(&ws, text);
}

static bool host_is_ours(const char *host)
{
    char line[600];
    snprintf(line, sizeof line, "Host: %s\r\n", host);
    bed.ours = false;
    assert_int_equal(request(BED_ADMIN, "admin1", line), 200);
    return bed.ours;
}

/* BED's certificate is for "gateway.test". */
static void a_host_is_a_name_of_the_certificate_with_our_port(void **state)
{
    char host[300];
    int port = door_port(bed.door, BED_ADMIN);
    (void)state;
    snprintf(host, sizeof host, "gateway.test:%d", port);
    assert_true(host_is_ours(host));
    assert_non_null(strstr(ws.head, "strict-transport-security:"));
    snprintf(host, sizeof host, "GATEWAY.Test:%d", port);
    assert_true(host_is_ours(host));
    static const char *const names[] = {"test",           ".test",     ".gateway.test",
                                        "gateway.test.",  "127.0.0.1", "evil.example",
                                        "[gateway.test]", ""};
    for (size_t i = 0; i < sizeof names / sizeof names[0]; i++) {
        snprintf(host, sizeof host, "%s:%d", names[i], port);
        assert_false(host_is_ours(host));
        assert_null(strstr(ws.head, "strict-transport-security:"));
    }
    assert_false(host_is_ours("gateway.test")); /* 443 is not our port */
    snprintf(host, sizeof host, "gateway.test:%d", port + 1);
    assert_false(host_is_ours(host));
}

static int upgrade(size_t listener, const char *name, const char *host, const char *origin)
{
    char lines[900];
    snprintf(lines, sizeof lines,
             "Host: %s\r\nUpgrade: websocket\r\nConnection: Upgrade\r\n"
             "Sec-WebSocket-Key: AAAAAAAAAAAAAAAAAAAAAA==\r\nSec-WebSocket-Version: 13\r\n"
             "Sec-WebSocket-Protocol: sakiyomi.v1\r\n%s",
             host, origin);
    return request(listener, name, lines);
}

static void a_page_opens_a_connection_only_if_it_is_ours(void **state)
{
    char host[64], origin[200];
    int port = door_port(bed.door, BED_ADMIN);
    (void)state;
    snprintf(host, sizeof host, "gateway.test:%d", port);
    assert_int_equal(upgrade(BED_ADMIN, "admin1", host, ""), 101);
    assert_int_equal(upgrade(BED_ADMIN, "admin1", "whatever", ""), 101); /* a program */
    snprintf(origin, sizeof origin, "Origin: https://gateway.test:%d\r\n", port);
    assert_int_equal(upgrade(BED_ADMIN, "admin1", host, origin), 101);
    int admits = bed.admits;
    snprintf(origin, sizeof origin, "Origin: http://gateway.test:%d\r\n", port);
    assert_int_equal(upgrade(BED_ADMIN, "admin1", host, origin), 403);
    assert_int_equal(upgrade(BED_ADMIN, "admin1", host, "Origin: null\r\n"), 403);
    assert_int_equal(upgrade(BED_ADMIN, "admin1", host, "Origin: https://evil.test\r\n"), 403);
    /* somebody's name that resolves to us: Host and Origin agree, the certificate does not */
    snprintf(host, sizeof host, "evil.test:%d", port);
    snprintf(origin, sizeof origin, "Origin: https://evil.test:%d\r\n", port);
    assert_int_equal(upgrade(BED_ADMIN, "admin1", host, origin), 403);
    assert_int_equal(bed.admits, admits);
}

/* libwebsockets' own client sends one, and no browser has a device's certificate there. */
static void elsewhere_an_origin_means_nothing(void **state)
{
    (void)state;
    assert_int_equal(upgrade(BED_HOSPITAL, "hosp1", "gateway.test", "Origin: https://x.test\r\n"),
                     101);
}

#define WITH(f) cmocka_unit_test_setup_teardown(f, set_up, tear_down)
int main(void)
{
    const struct CMUnitTest tests[] = {
        WITH(a_host_is_a_name_of_the_certificate_with_our_port),
        WITH(a_page_opens_a_connection_only_if_it_is_ours),
        WITH(elsewhere_an_origin_means_nothing),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
