/* test_tls_guards.c — Job: who gets through each listener's TLS, with and without SNI, 1.2
 * and 1.3. */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <stdio.h>

#include <cmocka.h>

#include "gateway/door/tls_guards.h"
#include "tests/lib/door_bed.h"

static struct bed bed;

/* Every certificate that must not get in, and why. */
static void make_bad(const struct pki *p)
{
    static const struct pki_want wants[] = {
        {.name = "wrong_ca", .ca = "foreign", .ou = "ambulance", .usage = "clientAuth"},
        {.name = "selfsigned", .ou = "ambulance", .usage = "clientAuth"},
        {.name = "expired",
         .ca = "ca",
         .ou = "ambulance",
         .usage = "clientAuth",
         .from_s = -86400,
         .until_s = -60},
        {.name = "future",
         .ca = "ca",
         .ou = "ambulance",
         .usage = "clientAuth",
         .from_s = 3600,
         .until_s = 86400},
        {.name = "wrong_usage", .ca = "ca", .ou = "ambulance", .usage = "serverAuth"},
        {.name = "revoked",
         .ca = "ca",
         .ou = "ambulance",
         .usage = "clientAuth",
         .serial = BED_REVOKED_SERIAL},
        {.name = "no_unit", .ca = "ca", .usage = "clientAuth"},
        {.name = "two_units",
         .ca = "ca",
         .ou = "ambulance",
         .ou2 = "hospital",
         .usage = "clientAuth"},
        {.name = "unit_case", .ca = "ca", .ou = "Ambulance", .usage = "clientAuth"},
        /* A device that signs for another one: its certificate is no authority. */
        {.name = "by_device", .ca = "amb1", .ou = "ambulance", .usage = "clientAuth"},
    };
    for (size_t i = 0; i < sizeof wants / sizeof wants[0]; i++)
        pki_make(p, &wants[i]);
}

static int set_up(void **state)
{
    (void)state;
    bed_init(&bed);
    make_bad(&bed.pki);
    bed_open(&bed);
    return 0;
}

static int tear_down(void **state)
{
    (void)state;
    bed_fini(&bed);
    return 0;
}

struct way {
    const char *sni;
    int version;
};
static const struct way ways[] = {
    {NULL, TLS1_2_VERSION},           {NULL, TLS1_3_VERSION},
    {"gateway.test", TLS1_2_VERSION}, {"gateway.test", TLS1_3_VERSION},
    {"ambulance", TLS1_3_VERSION}, /* libwebsockets' name of a listener */
};
enum { WAYS = sizeof ways / sizeof ways[0] };

static bool gets_in(size_t listener, const char *name, const struct way *way)
{
    struct ws_raw ws;
    struct ws_raw_to to = bed_to(&bed, listener, name);
    to.sni = way->sni;
    to.version = way->version;
    bool in = ws_raw_open(&ws, &to);
    ws_raw_close(&ws);
    return in;
}

static bool answers_http(size_t listener, const char *name, const struct way *way)
{
    struct ws_raw ws;
    struct ws_raw_to to = bed_to(&bed, listener, name);
    to.sni = way->sni;
    to.version = way->version;
    bool in = ws_raw_connect(&ws, &to) &&
              ws_raw_request(&ws, "GET /healthz HTTP/1.1\r\nHost: gateway.test\r\n\r\n") != 0;
    ws_raw_close(&ws);
    return in;
}

static void test_right_certificate_gets_in(void **state)
{
    (void)state;
    static const char *const names[] = {"amb1", "hosp1", "admin1"};
    for (size_t i = 0; i < BED_LISTENERS; i++)
        for (size_t k = 0; k < WAYS; k++) {
            bed.admits = 0;
            assert_true(gets_in(i, names[i], &ways[k]));
            assert_int_equal(bed.admits, 1);
            assert_int_equal(bed.peer.kind, (int)i + 1);
            assert_string_equal(bed.peer.address, "127.0.0.1");
            assert_true(bed.peer.serial_size > 0);
            assert_true(answers_http(i, names[i], &ways[k]));
        }
}

static void test_bad_certificates_stay_out(void **state)
{
    (void)state;
    static const char *const names[] = {NULL,        "wrong_ca",  "selfsigned",  "expired",
                                        "future",    "revoked",   "wrong_usage", "no_unit",
                                        "two_units", "unit_case", "by_device"};
    bed.admits = 0;
    for (size_t listener = 0; listener < BED_LISTENERS; listener++)
        for (size_t i = 0; i < sizeof names / sizeof names[0]; i++)
            for (size_t k = 0; k < WAYS; k++) {
                if (gets_in(listener, names[i], &ways[k]))
                    fail_msg("%s got in by listener %zu, way %zu", names[i], listener, k);
                if (answers_http(listener, names[i], &ways[k]))
                    fail_msg("%s was answered by listener %zu, way %zu", names[i], listener, k);
            }
    assert_int_equal(bed.admits, 0);
}

/* The refusal comes from TLS itself, before a byte of HTTP: with TLS 1.2 the handshake fails. */
static void test_bad_certificates_fail_in_the_handshake(void **state)
{
    (void)state;
    static const char *const names[] = {NULL,     "wrong_ca", "selfsigned",  "expired",
                                        "future", "revoked",  "wrong_usage", "by_device"};
    for (size_t i = 0; i < sizeof names / sizeof names[0]; i++) {
        struct ws_raw ws;
        struct ws_raw_to to = bed_to(&bed, BED_AMBULANCE, names[i]);
        to.version = TLS1_2_VERSION;
        if (ws_raw_connect(&ws, &to))
            fail_msg("%s passed the handshake", names[i]);
        ws_raw_close(&ws);
    }
}

/* ---- guard_peer alone, behind a TLS that lets everybody in ---- */

static int let_in(int verdict, X509_STORE_CTX *judge)
{
    (void)verdict;
    (void)judge;
    return 1; /* as libwebsockets does when its callback is not answered */
}

static SSL_CTX *end_of(const char *name, bool server)
{
    char file[64];
    SSL_CTX *ctx = SSL_CTX_new(server ? TLS_server_method() : TLS_client_method());
    snprintf(file, sizeof file, "%s.pem", name);
    assert_int_equal(SSL_CTX_use_certificate_chain_file(ctx, pki_path(&bed.pki, file)), 1);
    snprintf(file, sizeof file, "%s.key", name);
    assert_int_equal(SSL_CTX_use_PrivateKey_file(ctx, pki_path(&bed.pki, file), SSL_FILETYPE_PEM),
                     1);
    if (server) {
        assert_int_equal(SSL_CTX_load_verify_file(ctx, pki_path(&bed.pki, "ca.pem")), 1);
        SSL_CTX_set_verify(ctx, SSL_VERIFY_PEER, let_in);
    }
    return ctx;
}

static enum err judge_alone(const char *name, enum device_kind kind)
{
    SSL_CTX *server_ctx = end_of("server", true);
    SSL_CTX *client_ctx = end_of(name == NULL ? "amb1" : name, false);
    SSL *server = SSL_new(server_ctx);
    SSL *client = SSL_new(client_ctx);
    BIO *near = NULL;
    BIO *far = NULL;
    if (name == NULL)
        SSL_certs_clear(client);
    assert_int_equal(BIO_new_bio_pair(&near, 0, &far, 0), 1);
    SSL_set_bio(server, near, near);
    SSL_set_bio(client, far, far);
    SSL_set_accept_state(server);
    SSL_set_connect_state(client);
    for (int i = 0; i < 10; i++) {
        (void)SSL_do_handshake(client);
        (void)SSL_do_handshake(server);
    }
    assert_true(SSL_is_init_finished(server));
    struct peer peer;
    enum err err = guard_peer(server, kind, &peer);
    SSL_free(client);
    SSL_free(server);
    SSL_CTX_free(client_ctx);
    SSL_CTX_free(server_ctx);
    return err;
}

static void test_second_look_does_not_rely_on_the_first(void **state)
{
    (void)state;
    assert_int_equal(judge_alone("amb1", DEVICE_AMBULANCE), ERR_OK);
    assert_int_equal(judge_alone("amb1", DEVICE_HOSPITAL), ERR_CERT);
    static const char *const names[] = {NULL, "wrong_ca", "selfsigned", "expired", "wrong_usage"};
    for (size_t i = 0; i < sizeof names / sizeof names[0]; i++)
        assert_int_equal(judge_alone(names[i], DEVICE_AMBULANCE), ERR_CERT);
    struct peer peer;
    assert_int_equal(guard_peer(NULL, DEVICE_AMBULANCE, &peer), ERR_CERT);
}

static void test_each_kind_only_by_its_own_door(void **state)
{
    (void)state;
    static const char *const names[] = {"amb1", "hosp1", "admin1"};
    bed.admits = 0;
    for (size_t listener = 0; listener < BED_LISTENERS; listener++)
        for (size_t i = 0; i < BED_LISTENERS; i++)
            for (size_t k = 0; k < WAYS && i != listener; k++) {
                assert_false(gets_in(listener, names[i], &ways[k]));
                assert_false(answers_http(listener, names[i], &ways[k]));
            }
    assert_int_equal(bed.admits, 0);
}

static bool connects(struct ws_raw_to to)
{
    struct ws_raw ws;
    bool done = ws_raw_open(&ws, &to);
    ws_raw_close(&ws);
    return done;
}

static void test_old_tls_and_weak_suites_are_refused(void **state)
{
    (void)state;
    struct ws_raw_to to = bed_to(&bed, BED_AMBULANCE, "amb1");
    to.old_tls = true;
    to.version = TLS1_2_VERSION;
    assert_true(connects(to));
    to.suites = "ECDHE-ECDSA-AES128-GCM-SHA256";
    assert_true(connects(to));
    static const char *const weak[] = {"ECDHE-ECDSA-AES128-SHA",    "ECDHE-ECDSA-AES256-SHA",
                                       "ECDHE-ECDSA-AES128-SHA256", "ECDHE-ECDSA-AES256-SHA384",
                                       "ECDHE-ECDSA-AES128-CCM8",   "ECDHE-ECDSA-NULL-SHA"};
    for (size_t i = 0; i < sizeof weak / sizeof weak[0]; i++) {
        to.suites = weak[i];
        assert_false(connects(to));
    }
    to.suites = "ALL:@SECLEVEL=0";
    to.version = TLS1_1_VERSION;
    assert_false(connects(to));
    to.version = TLS1_VERSION;
    assert_false(connects(to));
}

static void test_groups(void **state)
{
    (void)state;
    struct ws_raw_to to = bed_to(&bed, BED_AMBULANCE, "amb1");
    static const char *const good[] = {"X25519", "P-256", "P-384"};
    for (size_t i = 0; i < 3; i++) {
        to.groups = good[i];
        assert_true(connects(to));
    }
}

/* No ticket, no session id: a resumed session would not be asked for its certificate again. */
static void test_nothing_can_be_resumed(void **state)
{
    (void)state;
    for (int version = TLS1_2_VERSION; version <= TLS1_3_VERSION; version++) {
        struct ws_raw ws;
        struct ws_raw_to to = bed_to(&bed, BED_AMBULANCE, "amb1");
        to.version = version;
        assert_true(ws_raw_open(&ws, &to));
        bed.echo = true;
        assert_true(ws_raw_text(&ws, "{}")); /* tickets of 1.3 would come with the answer */
        struct buf text = {0};
        assert_true(ws_raw_expect(&ws, &text, BED_WAIT_MS));
        SSL_SESSION *session = SSL_get0_session(ws.ssl);
        assert_false(SSL_SESSION_has_ticket(session));
        assert_false(SSL_SESSION_is_resumable(session));
        unsigned size = 0;
        SSL_SESSION_get_id(session, &size);
        if (version == TLS1_2_VERSION)
            assert_int_equal(size, 0);
        buf_free(&text);
        ws_raw_close(&ws);
    }
}

static void test_no_renegotiation(void **state)
{
    (void)state;
    struct ws_raw ws;
    struct ws_raw_to to = bed_to(&bed, BED_AMBULANCE, "amb1");
    to.version = TLS1_2_VERSION;
    assert_true(ws_raw_open(&ws, &to));
    assert_int_equal(SSL_renegotiate(ws.ssl), 1);
    bed.frames = 0;
    bed.echo = true;
    /* The client's next write starts it; the server answers no_renegotiation and it fails. */
    bool sent = ws_raw_text(&ws, "{}");
    struct buf text = {0};
    assert_false(sent && ws_raw_expect(&ws, &text, 200));
    buf_free(&text);
    ws_raw_close(&ws);
}

static void test_alpn_is_http_1_1(void **state)
{
    (void)state;
    struct ws_raw ws;
    struct ws_raw_to to = bed_to(&bed, BED_AMBULANCE, "amb1");
    const unsigned char *chosen = NULL;
    unsigned size = 0;
    to.alpn = "http/1.1";
    assert_true(ws_raw_connect(&ws, &to));
    SSL_get0_alpn_selected(ws.ssl, &chosen, &size);
    assert_int_equal(size, 8);
    ws_raw_close(&ws);
    to.alpn = "h2";
    if (ws_raw_connect(&ws, &to)) {
        SSL_get0_alpn_selected(ws.ssl, &chosen, &size);
        assert_int_equal(size, 0);
        /* The HTTP/2 preface, as a client with prior knowledge would start. */
        int status = ws_raw_request(&ws, "PRI * HTTP/2.0\r\n\r\nSM\r\n\r\n");
        assert_true(status == 0 || status == 403);
    }
    ws_raw_close(&ws);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(test_right_certificate_gets_in),
        cmocka_unit_test(test_bad_certificates_stay_out),
        cmocka_unit_test(test_bad_certificates_fail_in_the_handshake),
        cmocka_unit_test(test_second_look_does_not_rely_on_the_first),
        cmocka_unit_test(test_each_kind_only_by_its_own_door),
        cmocka_unit_test(test_old_tls_and_weak_suites_are_refused),
        cmocka_unit_test(test_groups),
        cmocka_unit_test(test_nothing_can_be_resumed),
        cmocka_unit_test(test_no_renegotiation),
        cmocka_unit_test(test_alpn_is_http_1_1),
    };
    return cmocka_run_group_tests(tests, set_up, tear_down);
}
