/* pages_door.c — Job: the page server's listener: opened, asked, taken down.
 *
 * A libwebsockets context of its own on the program's loop, beside the link's. */
#include <ctype.h>
#include <stdio.h>
#include <stdlib.h>

#include "client/pages_door_inner.h"
#include "common/tls_pages.h"
#include "proto/lws_shared.h"

enum {
    RX_BYTES = 4096,
    KEEP_ALIVE_SECONDS = 5,
    REQUEST_SECONDS = 10, /* TLS, then the request: each */
    REQUESTS_AT_ONCE = 32,
    LEAVE_MS = 500, /* for close frames at the end */
    LEAVE_LOOK_MS = 10,
    VALUE_MAX = 2048 /* of one header that we look at */
};

/* The door's own tick pings; libwebsockets' would do so every five minutes. */
static const lws_retry_bo_t no_keep_alive = {.secs_since_valid_ping = 0,
                                             .secs_since_valid_hangup = 0};

/* ---- requests ---- */

bool pages_header(struct lws *wsi, enum lws_token_indexes which, struct buf *out)
{
    char value[VALUE_MAX];
    int size = lws_hdr_copy(wsi, value, sizeof value, which);
    if (size > 0)
        buf_add(out, value, (size_t)size);
    explicit_bzero(value, sizeof value);
    return size > 0 && !out->failed;
}

bool pages_request_cookie(struct pages_door *door, struct lws *wsi, struct buf *out)
{
    struct buf header = {0};
    bool known = false;
    if (pages_header(wsi, WSI_TOKEN_HTTP_COOKIE, &header)) {
        struct slice cookie = pages_cookie(buf_slice(&header), door->cookie_name);
        known = cookie.bytes != NULL && door->calls.knows(door->calls.self, cookie);
        if (known)
            buf_add(out, cookie.bytes, cookie.size);
    }
    buf_free(&header);
    return known;
}

static int judge_link(struct pages_door *door, struct lws *wsi)
{
    struct buf path = {0}, origin = {0}, cookie = {0};
    int status = 200;
    if (!pages_header(wsi, WSI_TOKEN_GET_URI, &path) || !slice_is(buf_slice(&path), "/link"))
        status = 404;
    else if (!pages_header(wsi, WSI_TOKEN_ORIGIN, &origin) ||
             !pages_origin_is(&door->own, buf_slice(&origin)))
        status = 403;
    else if (!pages_request_cookie(door, wsi, &cookie))
        status = 403;
    buf_free(&path);
    buf_free(&origin);
    buf_free(&cookie);
    return status;
}

int pages_judge(struct pages_door *door, struct lws *wsi, bool upgrade)
{
    struct buf host = {0};
    int status = 200;
    if (!pages_header(wsi, WSI_TOKEN_HOST, &host) || !pages_host_is(&door->own, buf_slice(&host)))
        status = 421;
    else if (lws_hdr_total_length(wsi, WSI_TOKEN_GET_URI) <= 0)
        status = 405;
    else if (upgrade)
        status = judge_link(door, wsi);
    buf_free(&host);
    return status;
}

/* ---- the end ---- */

static void door_free(struct pages_door *door)
{
    free(door->cert_path);
    free(door->key_path);
    free(door);
}

static void on_timer_closed(uv_handle_t *timer)
{
    struct pages_door *door = timer->data;
    void (*done)(void *) = door->done;
    void *done_self = door->done_self;
    door_free(door);
    if (done != NULL)
        done(done_self);
}

static void on_fallen(void *self)
{
    struct pages_door *door = self;
    uv_close((uv_handle_t *)&door->timer, on_timer_closed);
}

static void fall(struct pages_door *door)
{
    uv_timer_stop(&door->timer);
    lws_fall_start(&door->fall, door->loop, door->context, on_fallen, door);
}

static void on_timer(uv_timer_t *timer)
{
    struct pages_door *door = timer->data;
    if (door->sockets == NULL || pages_door_now(door) >= door->leave_by)
        fall(door);
}

void pages_door_close(struct pages_door *door, void (*done)(void *self), void *self)
{
    if (door == NULL || door->leaving)
        return;
    door->leaving = true;
    door->done = done;
    door->done_self = self;
    for (struct pages_socket *s = door->sockets; s != NULL; s = s->next)
        pages_socket_close(s, CLOSE_GOING_AWAY, "the program ends");
    door->leave_by = pages_door_now(door) + LEAVE_MS;
    uv_timer_start(&door->timer, on_timer, 0, LEAVE_LOOK_MS);
}

void pages_door_tick(struct pages_door *door)
{
    int64_t now = pages_door_now(door);
    for (struct pages_socket *s = door->sockets; s != NULL; s = s->next)
        pages_socket_tick(s, now);
}

/* ---- the beginning ---- */

static void name_protocols(struct lws_protocols protocols[3])
{
    protocols[0] = (struct lws_protocols){.name = "http",
                                          .callback = pages_http_callback,
                                          .per_session_data_size = pages_http_session_size,
                                          .tx_packet_size = FRAME_BYTES_MAX};
    protocols[1] = (struct lws_protocols){.name = "sakiyomi.page.v1",
                                          .callback = pages_socket_callback,
                                          .per_session_data_size = pages_socket_session_size,
                                          .rx_buffer_size = RX_BYTES,
                                          .tx_packet_size = FRAME_BYTES_MAX};
    protocols[2] = (struct lws_protocols){0};
}

static enum err open_context(struct pages_door *door)
{
    void *loops[1] = {door->loop};
    struct lws_context_creation_info info = {
        .port = CONTEXT_PORT_NO_LISTEN,
        .foreign_loops = loops,
        .timeout_secs = REQUEST_SECONDS,
        .max_http_header_data = PAGES_HEAD_BYTES,
        .max_http_header_pool = REQUESTS_AT_ONCE,
        .options = lws_shared_options(),
    };
    door->context = lws_create_context(&info);
    return door->context == NULL ? ERR_IO : ERR_OK;
}

static enum err open_vhost(struct pages_door *door)
{
    bool tls = door->own.scheme == PAGES_HTTPS;
    bool v4 = strchr(door->address, ':') == NULL;
    struct lws_context_creation_info info = {
        .port = door->own.port,
        .iface = door->address,
        .vhost_name = "pages",
        .protocols = door->protocols,
        .alpn = "http/1.1",
        .user = door,
        .retry_and_idle_policy = &no_keep_alive,
        .keepalive_timeout = KEEP_ALIVE_SECONDS,
        .options = LWS_SERVER_OPTION_DISABLE_OS_CA_CERTS |
                   LWS_SERVER_OPTION_FAIL_UPON_UNABLE_TO_BIND |
                   (tls ? LWS_SERVER_OPTION_CREATE_VHOST_SSL_CTX |
                              LWS_SERVER_OPTION_DO_SSL_GLOBAL_INIT /* here: "has TLS at all" */
                        : 0) |
                   (v4 ? LWS_SERVER_OPTION_DISABLE_IPV6 : 0),
    };
    name_protocols(door->protocols);
    door->vhost = lws_create_vhost(door->context, &info);
    if (door->vhost == NULL)
        return ERR_IO;
    door->own.port = lws_get_vhost_listen_port(door->vhost);
    snprintf(door->cookie_name, sizeof door->cookie_name, "sakiyomi_%d", door->own.port);
    return tls && !door->tls_ready ? ERR_CERT : ERR_OK;
}

static enum err copy_config(struct pages_door *door, const struct pages_door_config *config)
{
    bool tls = config->cert_path != NULL;
    if (config->name == NULL || strlen(config->name) >= sizeof door->name ||
        config->address == NULL || strlen(config->address) >= sizeof door->address ||
        config->port < 0 || config->port > 65535 || tls != (config->key_path != NULL))
        return ERR_CONFIG;
    snprintf(door->name, sizeof door->name, "%s", config->name);
    snprintf(door->address, sizeof door->address, "%s", config->address);
    for (char *c = door->name; *c != '\0'; c++)
        *c = (char)tolower((unsigned char)*c);
    door->own = (struct pages_origin){
        .scheme = tls ? PAGES_HTTPS : PAGES_HTTP, .name = door->name, .port = config->port};
    door->cert_path = tls ? strdup(config->cert_path) : NULL;
    door->key_path = tls ? strdup(config->key_path) : NULL;
    if (tls && (door->cert_path == NULL || door->key_path == NULL))
        return ERR_NO_MEMORY;
    return tls ? tls_pages_check(door->cert_path, door->key_path) : ERR_OK;
}

enum err pages_door_open(uv_loop_t *loop, const struct pages_door_config *config,
                         const struct pages_door_calls *calls, struct pages_door **out)
{
    struct pages_door *door = calloc(1, sizeof *door);
    *out = NULL;
    if (door == NULL)
        return ERR_NO_MEMORY;
    door->loop = loop;
    door->calls = *calls;
    door->files = config->files;
    enum err err = copy_config(door, config);
    if (err != ERR_OK) {
        door_free(door);
        return err;
    }
    uv_timer_init(loop, &door->timer);
    door->timer.data = door;
    err = open_context(door);
    if (err == ERR_OK)
        err = open_vhost(door);
    if (err != ERR_OK) {
        door->leaving = true;
        fall(door); /* what has begun ends by itself in the loop's next turns */
        return err;
    }
    *out = door;
    return ERR_OK;
}

int pages_door_port(const struct pages_door *door)
{
    return door == NULL ? 0 : door->own.port;
}
