/* test_tls_files.c — Job: reloading certificates, authorities and revocation lists while
 * it runs. */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <stdlib.h>

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

static bool gets_in(const char *name)
{
    struct ws_raw other;
    struct ws_raw_to to = bed_to(&bed, BED_AMBULANCE, name);
    bool in = ws_raw_open(&other, &to);
    ws_raw_close(&other);
    return in;
}

static void open_as(const char *name)
{
    struct ws_raw_to to = bed_to(&bed, BED_AMBULANCE, name);
    assert_true(ws_raw_open(&ws, &to));
}

static void make_revoked(const char *file, const char *device, long from_s, long until_s)
{
    /* The serial as the door saw it: short enough for a long here. */
    assert_true(gets_in(device));
    long serial = 0;
    for (size_t i = 0; i < bed.peer.serial_size; i++)
        serial = serial << 8 | bed.peer.serial[i];
    long serials[] = {BED_REVOKED_SERIAL, serial};
    pki_make_list(&bed.pki, file, "ca", serials, 2, from_s, until_s);
}

static void test_reload_revokes_new_and_standing_connections(void **state)
{
    (void)state;
    bed_open(&bed);
    make_revoked("list.pem", "amb2", -30, 86400);
    open_as("amb2");
    bed.closes = 0;
    assert_int_equal(door_reload(bed.door, NULL), ERR_OK);
    char reason[128];
    assert_int_equal(ws_raw_close_code(&ws, reason, BED_WAIT_MS), CLOSE_POLICY);
    assert_string_equal(reason, "certificate revoked");
    ws_raw_close(&ws);
    assert_true(bed_until(&bed, bed_was_closed));
    assert_false(gets_in("amb2"));
    open_as("amb1");
    bed.closes = 0;
    assert_int_equal(door_reload(bed.door, NULL), ERR_OK); /* the same files again */
    for (int i = 0; i < 100; i++)
        bed_turn(&bed);
    assert_int_equal(bed.closes, 0);
}

static void test_reload_takes_a_new_server_certificate(void **state)
{
    (void)state;
    bed_open(&bed);
    open_as("amb1");
    X509 *before = SSL_get1_peer_certificate(ws.ssl);
    pki_make(&bed.pki,
             &(struct pki_want){
                 .name = "server", .ca = "ca", .usage = "serverAuth", .dns = "gateway.test"});
    assert_int_equal(door_reload(bed.door, NULL), ERR_OK);
    bed.echo = true;
    assert_true(ws_raw_text(&ws, "{}")); /* the standing connection goes on */
    struct buf text = {0};
    assert_true(ws_raw_expect(&ws, &text, BED_WAIT_MS));
    buf_free(&text);
    ws_raw_close(&ws);
    open_as("amb1");
    X509 *after = SSL_get0_peer_certificate(ws.ssl);
    assert_int_not_equal(X509_cmp(before, after), 0);
    X509_free(before);
}

static void expect_reload_refused(size_t expected)
{
    size_t which = 99;
    assert_int_equal(door_reload(bed.door, &which), ERR_CERT);
    assert_int_equal(which, expected);
    assert_true(gets_in("amb1")); /* goes on as it was */
    assert_false(gets_in("bad")); /* and as strictly */
}

static void test_reload_refuses_bad_files_and_keeps_the_old(void **state)
{
    (void)state;
    pki_make(&bed.pki, &(struct pki_want){.name = "bad",
                                          .ca = "ca",
                                          .ou = "ambulance",
                                          .usage = "clientAuth",
                                          .serial = BED_REVOKED_SERIAL});
    bed_open(&bed);
    pki_copy(&bed.pki, "server.key", "good.key");
    pki_copy(&bed.pki, "list.pem", "good_list.pem");
    pki_copy(&bed.pki, "ca.pem", "good_ca.pem");
    pki_copy(&bed.pki, "amb1.key", "server.key");
    expect_reload_refused(0);
    pki_write(&bed.pki, "server.key", "");
    expect_reload_refused(0);
    pki_copy(&bed.pki, "good.key", "server.key");
    pki_write(&bed.pki, "list.pem", "junk");
    expect_reload_refused(0);
    pki_make_list(&bed.pki, "list.pem", "foreign", NULL, 0, -10, 3600);
    expect_reload_refused(0);
    /* An older list would bring revoked devices back. */
    pki_make_list(&bed.pki, "list.pem", "ca", NULL, 0, -3600, 86400);
    expect_reload_refused(0);
    pki_copy(&bed.pki, "good_list.pem", "list.pem");
    pki_write(&bed.pki, "ca.pem", "-----BEGIN CERTIFICATE-----\n");
    size_t which = 99;
    assert_int_equal(door_reload(bed.door, &which), ERR_CERT);
    pki_copy(&bed.pki, "good_ca.pem", "ca.pem");
    assert_int_equal(door_reload(bed.door, NULL), ERR_OK);
    assert_true(gets_in("amb1"));
}

/* The second listener's files are bad: the first one must not have changed either. */
static void test_reload_is_all_or_nothing(void **state)
{
    (void)state;
    pki_copy(&bed.pki, "list.pem", "list2.pem");
    free((void *)(uintptr_t)bed.rows[BED_HOSPITAL].crl_path);
    bed.rows[BED_HOSPITAL].crl_path = strdup(pki_path(&bed.pki, "list2.pem"));
    bed_open(&bed);
    make_revoked("list.pem", "amb2", -30, 86400);
    pki_write(&bed.pki, "list2.pem", "junk");
    size_t which = 99;
    assert_int_equal(door_reload(bed.door, &which), ERR_CERT);
    assert_int_equal(which, BED_HOSPITAL);
    assert_true(gets_in("amb2"));
}

static void test_reload_without_the_authority_closes_its_devices(void **state)
{
    (void)state;
    bed_open(&bed);
    open_as("amb1");
    bed.closes = 0;
    pki_copy(&bed.pki, "foreign.pem", "ca.pem");
    pki_make_list(&bed.pki, "list.pem", "foreign", NULL, 0, -10, 3600);
    assert_int_equal(door_reload(bed.door, NULL), ERR_OK);
    assert_int_equal(ws_raw_close_code(&ws, NULL, BED_WAIT_MS), CLOSE_POLICY);
    ws_raw_close(&ws);
    assert_true(bed_until(&bed, bed_was_closed));
}

static void test_stale_list_alarms_and_still_judges(void **state)
{
    (void)state;
    pki_make(&bed.pki, &(struct pki_want){.name = "bad",
                                          .ca = "ca",
                                          .ou = "ambulance",
                                          .usage = "clientAuth",
                                          .serial = BED_REVOKED_SERIAL});
    pki_make(&bed.pki,
             &(struct pki_want){
                 .name = "wrong_ca", .ca = "foreign", .ou = "ambulance", .usage = "clientAuth"});
    bed_open(&bed);
    assert_false(door_crl_stale(bed.door));
    long serials[] = {BED_REVOKED_SERIAL};
    pki_make_list(&bed.pki, "list.pem", "ca", serials, 1, -50, -1);
    assert_int_equal(door_reload(bed.door, NULL), ERR_OK); /* not older than the one in force */
    assert_true(door_crl_stale(bed.door));
    assert_true(gets_in("amb1"));
    assert_false(gets_in("bad"));
    assert_false(gets_in("wrong_ca"));
    assert_false(gets_in(NULL));
    pki_make_list(&bed.pki, "list.pem", "ca", serials, 1, -10, 3600);
    assert_int_equal(door_reload(bed.door, NULL), ERR_OK);
    assert_false(door_crl_stale(bed.door));
}

/* A certificate that runs out while its connection stands. */
static void test_expiry_ends_a_standing_connection(void **state)
{
    (void)state;
    pki_make(&bed.pki, &(struct pki_want){.name = "short",
                                          .ca = "ca",
                                          .ou = "ambulance",
                                          .usage = "clientAuth",
                                          .from_s = -60,
                                          .until_s = 2});
    bed_open(&bed);
    door_set_waits(bed.door, &(struct door_waits){.ping_ms = 20, .sweep_ms = 10});
    open_as("short");
    char reason[128];
    assert_int_equal(ws_raw_close_code(&ws, reason, BED_WAIT_MS), CLOSE_POLICY);
    assert_string_equal(reason, "ERR_CERT");
}

#define EACH(f) cmocka_unit_test_setup_teardown(f, set_up, tear_down)

int main(void)
{
    const struct CMUnitTest tests[] = {
        EACH(test_reload_revokes_new_and_standing_connections),
        EACH(test_reload_takes_a_new_server_certificate),
        EACH(test_reload_refuses_bad_files_and_keeps_the_old),
        EACH(test_reload_is_all_or_nothing),
        EACH(test_reload_without_the_authority_closes_its_devices),
        EACH(test_stale_list_alarms_and_still_judges),
        EACH(test_expiry_ends_a_standing_connection),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
