/* test_link_tls.c — Job: which gateways the link trusts: one name, one authority. */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>

#include <cmocka.h>

#include "proto/link.h"
#include "tests/lib/door_bed.h"

static struct bed bed;
static struct link *link_under_test;

/* What the link told. */
static struct {
    int frames;
    struct buf text;
    int online;
    int offline;
    int connecting;
    char why[128];
    uint32_t lot;
    bool ended;
} told;

static void on_state(void *self, enum link_state state, const char *why)
{
    (void)self;
    told.online += state == LINK_ONLINE ? 1 : 0;
    told.connecting += state == LINK_CONNECTING ? 1 : 0;
    if (state != LINK_OFFLINE)
        return;
    told.offline++;
    snprintf(told.why, sizeof told.why, "%s", why);
}

static void on_text(void *self, struct slice text)
{
    (void)self;
    told.frames++;
    buf_clear(&told.text);
    buf_add(&told.text, text.bytes, text.size);
}

static uint32_t lot(void *self)
{
    (void)self;
    return told.lot;
}

static const struct link_calls calls = {NULL, on_state, on_text, lot};

static int set_up(void **state)
{
    (void)state;
    memset(&told, 0, sizeof told);
    bed_init(&bed);
    bed_open(&bed);
    return 0;
}

static void on_ended(void *self)
{
    (void)self;
    told.ended = true;
    link_under_test = NULL;
}

static bool link_has_ended(const struct bed *b)
{
    (void)b;
    return told.ended;
}

static void end_link(void)
{
    if (link_under_test == NULL)
        return;
    told.ended = false;
    link_close(link_under_test, on_ended, NULL);
    link_close(link_under_test, on_ended, NULL);
    assert_true(bed_until(&bed, link_has_ended));
}

static int tear_down(void **state)
{
    (void)state;
    end_link();
    bed_fini(&bed);
    buf_free(&told.text);
    return 0;
}

static struct link_config config_for(const char *device)
{
    char file[64];
    struct link_config config = {.address = "127.0.0.1",
                                 .port = door_port(bed.door, BED_AMBULANCE),
                                 .server_name = "gateway.test",
                                 .ca_path = pki_path(&bed.pki, "ca.pem"),
                                 .retry_first_ms = 20};
    snprintf(file, sizeof file, "%s.pem", device);
    config.cert_path = pki_path(&bed.pki, file);
    snprintf(file, sizeof file, "%s.key", device);
    config.key_path = pki_path(&bed.pki, file);
    return config;
}

static void open_link(const struct link_config *config)
{
    assert_int_equal(link_open(&bed.loop, config, &calls, &link_under_test), ERR_OK);
    assert_int_equal(told.connecting + told.offline, 0); /* nothing from inside the call */
}

static bool is_online(const struct bed *b)
{
    (void)b;
    return told.online > 0 && link_state_of(link_under_test, NULL) == LINK_ONLINE;
}

static bool was_offline(const struct bed *b)
{
    (void)b;
    return told.offline > 0;
}

static void go_online(const struct link_config *config)
{
    open_link(config);
    assert_true(bed_until(&bed, is_online));
}

/* ---- whom it trusts ---- */

static void expect_never_online(const struct link_config *config)
{
    told.offline = 0;
    told.online = 0;
    open_link(config);
    assert_true(bed_until(&bed, was_offline));
    assert_int_equal(told.online, 0);
    assert_int_equal(bed.admits, 0);
    end_link();
    told.connecting = told.offline = 0;
}

static void test_wrong_server_name(void **state)
{
    (void)state;
    struct link_config config = config_for("amb1");
    config.server_name = "other.test";
    expect_never_online(&config);
    config.server_name = "127.0.0.1"; /* the address is not in the certificate either */
    expect_never_online(&config);
}

/* The system trusts this authority (as far as OpenSSL can be told so); the link must not. */
static void test_foreign_authority_that_the_system_trusts(void **state)
{
    (void)state;
    setenv("SSL_CERT_FILE", pki_path(&bed.pki, "ca.pem"), 1);
    SSL_CTX *ctx = SSL_CTX_new(TLS_client_method());
    assert_int_equal(SSL_CTX_set_default_verify_paths(ctx), 1);
    X509_STORE *store = SSL_CTX_get_cert_store(ctx);
    STACK_OF(X509_OBJECT) *trusted = X509_STORE_get0_objects(store);
    assert_int_equal(sk_X509_OBJECT_num(trusted), 1); /* the trap is set */
    SSL_CTX_free(ctx);
    struct link_config config = config_for("amb1");
    config.ca_path = pki_path(&bed.pki, "foreign.pem");
    expect_never_online(&config);
    unsetenv("SSL_CERT_FILE");
    config.ca_path = pki_path(&bed.pki, "ca.pem");
    go_online(&config);
}

/* A stolen device certificate does not make a gateway. */
static void test_device_certificate_as_server(void **state)
{
    (void)state;
    pki_make(&bed.pki, &(struct pki_want){.name = "server",
                                          .ca = "ca",
                                          .ou = "ambulance",
                                          .usage = "clientAuth",
                                          .dns = "gateway.test"});
    assert_int_equal(door_reload(bed.door, NULL), ERR_OK);
    struct link_config config = config_for("amb1");
    expect_never_online(&config);
}

static void test_expired_server(void **state)
{
    (void)state;
    pki_make(&bed.pki, &(struct pki_want){.name = "server",
                                          .ca = "ca",
                                          .usage = "serverAuth",
                                          .dns = "gateway.test",
                                          .from_s = -7200,
                                          .until_s = -60});
    assert_int_equal(door_reload(bed.door, NULL), ERR_OK);
    struct link_config config = config_for("amb1");
    expect_never_online(&config);
}

static void test_gateway_refuses_this_device(void **state)
{
    (void)state;
    struct link_config config = config_for("hosp1");
    expect_never_online(&config);
}

#define EACH(f) cmocka_unit_test_setup_teardown(f, set_up, tear_down)

int main(void)
{
    const struct CMUnitTest tests[] = {
        EACH(test_wrong_server_name),
        EACH(test_foreign_authority_that_the_system_trusts),
        EACH(test_device_certificate_as_server),
        EACH(test_expired_server),
        EACH(test_gateway_refuses_this_device),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
