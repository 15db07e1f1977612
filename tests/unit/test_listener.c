/* test_listener.c — Job: what a listener's configuration may say, and which one judges a peer. */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <stdio.h>

#include <cmocka.h>

#include "tests/lib/door_bed.h"

static struct bed bed;
static struct ws_raw ws;

static int set_up(void **state)
{
    (void)state;
    bed_init(&bed);
    return 0;
}

static int tear_down(void **state)
{
    (void)state;
    ws_raw_close(&ws);
    bed_fini(&bed);
    return 0;
}

static enum err no_admit(void *self, struct conn *conn, const struct peer *peer, void **user)
{
    (void)self;
    (void)conn;
    (void)peer;
    (void)user;
    return ERR_OK;
}

static void no_frame(void *self, struct conn *conn, void *user, struct slice text)
{
    (void)self;
    (void)conn;
    (void)user;
    (void)text;
}

static void no_closed(void *self, struct conn *conn, void *user, const char *why)
{
    (void)self;
    (void)conn;
    (void)user;
    (void)why;
}

static enum err open_with(const struct door_listener *row)
{
    struct door_calls calls = {.admit = no_admit, .frame = no_frame, .closed = no_closed};
    struct door *door = NULL;
    enum err err = door_open(&bed.loop, row, 1, &calls, &door);
    if (err == ERR_OK)
        door_close(door, NULL, NULL);
    else
        assert_null(door);
    (void)uv_run(&bed.loop, UV_RUN_DEFAULT); /* until nothing is left of it */
    return err;
}

static void test_ipv6(void **state)
{
    (void)state;
    bed.rows[BED_AMBULANCE].address = "::1";
    bed.rows[BED_AMBULANCE].allow = "::1 127.0.0.1";
    bed_open(&bed);
    struct ws_raw_to to = bed_to(&bed, BED_AMBULANCE, "amb1");
    assert_false(ws_raw_open(&ws, &to)); /* 127.0.0.1 */
    ws_raw_close(&ws);
    to.address = "::1";
    assert_true(ws_raw_open(&ws, &to));
    assert_string_equal(bed.peer.address, "::1");
}

static void test_source_addresses(void **state)
{
    (void)state;
    bed.rows[BED_AMBULANCE].allow = "192.0.2.0/24";
    bed.rows[BED_HOSPITAL].allow = "192.0.2.0/24, 127.0.0.0/8";
    bed_open(&bed);
    struct ws_raw_to to = bed_to(&bed, BED_AMBULANCE, "amb1");
    assert_false(ws_raw_connect(&ws, &to)); /* not a byte of TLS */
    ws_raw_close(&ws);
    to = bed_to(&bed, BED_HOSPITAL, "hosp1");
    assert_true(ws_raw_open(&ws, &to));
}

/* Two listeners with one port number on two addresses. libwebsockets would move a connection to the
 * one that SNI or Host names, or to the first; the certificate is judged by the one it came
 * in by. */
static void test_same_port_on_two_addresses(void **state)
{
    (void)state;
    bed_open(&bed);
    int port = door_port(bed.door, 0);
    struct door_listener rows[2] = {bed.rows[BED_HOSPITAL], bed.rows[BED_AMBULANCE]};
    struct door_calls calls = {.admit = no_admit, .frame = no_frame, .closed = no_closed};
    struct door *door = NULL;
    rows[0].address = "127.0.0.3";
    rows[1].address = "127.0.0.2";
    rows[0].port = rows[1].port = port;
    assert_int_equal(door_open(&bed.loop, rows, 2, &calls, &door), ERR_OK);
    static const struct {
        const char *address;
        const char *device;
        bool in;
    } tries[] = {{"127.0.0.2", "amb1", true},
                 {"127.0.0.3", "hosp1", true},
                 {"127.0.0.2", "hosp1", false},
                 {"127.0.0.3", "amb1", false}};
    static const char *const names[] = {NULL, "hospital", "ambulance", "gateway.test"};
    for (size_t i = 0; i < 4; i++)
        for (size_t k = 0; k < 4; k++) {
            struct ws_raw_to to = bed_to(&bed, 0, tries[i].device);
            char request[512];
            to.port = port;
            to.address = tries[i].address;
            to.sni = names[k];
            snprintf(request, sizeof request,
                     "GET / HTTP/1.1\r\nHost: %s:%d\r\nUpgrade: websocket\r\n"
                     "Connection: Upgrade\r\nSec-WebSocket-Version: 13\r\n"
                     "Sec-WebSocket-Protocol: sakiyomi.v1\r\n"
                     "Sec-WebSocket-Key: dGhlIHNhbXBsZSBub25jZQ==\r\n\r\n",
                     names[k] == NULL ? "ambulance" : names[k], port);
            bool in = ws_raw_connect(&ws, &to) && ws_raw_request(&ws, request) == 101;
            ws_raw_close(&ws);
            assert_int_equal(in, tries[i].in);
        }
    door_close(door, NULL, NULL);
}

static void test_wrong_configuration(void **state)
{
    (void)state;
    struct door_listener good = bed.rows[0];
    assert_int_equal(open_with(&good), ERR_OK);
    struct door_listener row = good;
    row.address = "localhost";
    assert_int_equal(open_with(&row), ERR_CONFIG);
    row = good;
    row.kind = (enum device_kind)9;
    assert_int_equal(open_with(&row), ERR_CONFIG);
    row = good;
    row.port = 65536;
    assert_int_equal(open_with(&row), ERR_CONFIG);
    row = good;
    row.allow = "127.0.0.1/33";
    assert_int_equal(open_with(&row), ERR_CONFIG);
    row = good;
    row.ca_path = NULL;
    assert_int_equal(open_with(&row), ERR_CONFIG);
    row = good;
    row.address = "192.0.2.1"; /* not ours (RFC 5737) */
    assert_int_equal(open_with(&row), ERR_IO);
}

static void test_wrong_files(void **state)
{
    (void)state;
    struct door_listener good = bed.rows[0];
    struct door_listener row = good;
    row.cert_path = "/nonexistent";
    assert_int_equal(open_with(&row), ERR_CERT);
    row = good;
    row.key_path = pki_path(&bed.pki, "amb1.key"); /* another certificate's */
    assert_int_equal(open_with(&row), ERR_CERT);
    pki_write(&bed.pki, "junk.pem",
              "-----BEGIN CERTIFICATE-----\nAAAA\n-----END CERTIFICATE-----\n");
    row = good;
    row.ca_path = pki_path(&bed.pki, "junk.pem");
    assert_int_equal(open_with(&row), ERR_CERT);
    row = good;
    row.ca_path = "/dev/zero";
    assert_int_equal(open_with(&row), ERR_CERT);
    pki_make_list(&bed.pki, "foreign_list.pem", "foreign", NULL, 0, -60, 3600);
    row = good;
    row.crl_path = pki_path(&bed.pki, "foreign_list.pem");
    assert_int_equal(open_with(&row), ERR_CERT);
    row = good;
    row.crl_path = pki_path(&bed.pki, "ca.pem"); /* no list in it */
    assert_int_equal(open_with(&row), ERR_CERT);
}

static void test_ports(void **state)
{
    (void)state;
    bed_open(&bed);
    assert_true(door_port(bed.door, 0) > 0);
    assert_int_not_equal(door_port(bed.door, 0), door_port(bed.door, 1));
    assert_int_not_equal(door_port(bed.door, 1), door_port(bed.door, 2));
    assert_int_equal(door_port(bed.door, 3), -1);
}

#define EACH(f) cmocka_unit_test_setup_teardown(f, set_up, tear_down)

int main(void)
{
    const struct CMUnitTest tests[] = {
        EACH(test_ipv6),
        EACH(test_source_addresses),
        EACH(test_same_port_on_two_addresses),
        EACH(test_wrong_configuration),
        EACH(test_wrong_files),
        EACH(test_ports),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
