/* bench_bare.c — Job: the peer of the door figures: libwebsockets alone, with the door's settings.
 *
 * usage: bench_bare cert key ca. Prints `port N`, answers each text with itself, until SIGTERM. */
#include "common/tls_rules.h"
#include "proto/limits.h"
#include "proto/lws_shared.h"

#include <libwebsockets.h>
#include <signal.h>
#include <stdio.h>
#include <stdlib.h>
#include <sys/resource.h>
#include <uv.h>

enum { ROOM = 1024 };

struct echo {
    size_t size;
    unsigned char *bytes; /* LWS_PRE in front; only while something waits to be written */
};

static int keep(struct lws *wsi, struct echo *echo, const void *in, size_t size)
{
    free(echo->bytes);
    echo->bytes = malloc(LWS_PRE + size);
    if (echo->bytes == NULL)
        return -1;
    memcpy(echo->bytes + LWS_PRE, in, size);
    echo->size = size;
    lws_callback_on_writable(wsi);
    return 0;
}

static int say(struct lws *wsi, struct echo *echo)
{
    if (echo->bytes == NULL)
        return 0;
    int sent = lws_write(wsi, echo->bytes + LWS_PRE, echo->size, LWS_WRITE_TEXT);
    free(echo->bytes);
    echo->bytes = NULL;
    return sent < 0 ? -1 : 0;
}

static int on_event(struct lws *wsi, enum lws_callback_reasons reason, void *user, void *in,
                    size_t size)
{
    switch (reason) {
    case LWS_CALLBACK_OPENSSL_LOAD_EXTRA_SERVER_VERIFY_CERTS:
        return tls_rules_server(user) == ERR_OK ? 0 : -1;
    case LWS_CALLBACK_OPENSSL_PERFORM_CLIENT_CERT_VERIFICATION:
        return size == 1 ? 0 : 1; /* OpenSSL's own verdict */
    case LWS_CALLBACK_RECEIVE:
        return keep(wsi, user, in, size);
    case LWS_CALLBACK_SERVER_WRITEABLE:
        return say(wsi, user);
    case LWS_CALLBACK_CLOSED:
        free(((struct echo *)user)->bytes);
        return 0;
    default:
        return 0;
    }
}

static const struct lws_protocols protocols[] = {
    {.name = "http", .callback = on_event, .tx_packet_size = FRAME_BYTES_MAX},
    {.name = "sakiyomi.v1",
     .callback = on_event,
     .per_session_data_size = sizeof(struct echo),
     .rx_buffer_size = ROOM,
     .tx_packet_size = FRAME_BYTES_MAX},
    {0}};

static void on_stop(uv_signal_t *handle, int number)
{
    (void)handle;
    (void)number;
    exit(0);
}

static struct lws_vhost *listen_on(struct lws_context *context, char **argv)
{
    static const lws_retry_bo_t none = {0};
    struct lws_context_creation_info info = {
        .iface = "127.0.0.1",
        .vhost_name = "bare",
        .protocols = protocols,
        .alpn = "http/1.1",
        .retry_and_idle_policy = &none,
        .keepalive_timeout = 5,
        .ssl_cert_filepath = argv[1],
        .ssl_private_key_filepath = argv[2],
        .ssl_ca_filepath = argv[3],
        .options = LWS_SERVER_OPTION_REQUIRE_VALID_OPENSSL_CLIENT_CERT |
                   LWS_SERVER_OPTION_DISABLE_IPV6 | LWS_SERVER_OPTION_DISABLE_OS_CA_CERTS,
    };
    return lws_create_vhost(context, &info);
}

int main(int argc, char **argv)
{
    uv_loop_t loop;
    uv_signal_t term;
    void *loops[1] = {&loop};
    struct rlimit files;
    if (argc != 4) {
        fputs("usage: bench_bare cert key ca\n", stderr);
        return 2;
    }
    getrlimit(RLIMIT_NOFILE, &files);
    files.rlim_cur = files.rlim_max < OPEN_FILES_MAX ? files.rlim_max : OPEN_FILES_MAX;
    setrlimit(RLIMIT_NOFILE, &files);
    uv_loop_init(&loop);
    uv_signal_init(&loop, &term);
    uv_signal_start(&term, on_stop, SIGTERM);
    struct lws_context_creation_info info = {.port = CONTEXT_PORT_NO_LISTEN,
                                             .foreign_loops = loops,
                                             .timeout_secs = 10,
                                             .max_http_header_pool2 = 256,
                                             .options = lws_shared_options()};
    struct lws_context *context = lws_create_context(&info);
    struct lws_vhost *vhost = context == NULL ? NULL : listen_on(context, argv);
    if (vhost == NULL) {
        fputs("bench_bare: cannot listen\n", stderr);
        return 1;
    }
    printf("port %d\n", lws_get_vhost_listen_port(vhost));
    fflush(stdout);
    return uv_run(&loop, UV_RUN_DEFAULT);
}
