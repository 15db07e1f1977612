/* pages.c — Job: plain GETs, and the refusal of everything on a listener that is not our WebSocket.
 *
 * This is libwebsockets' protocols[0]: what has not become a `sakiyomi.v1` connection
 * arrives here. */
#include "common/tls_rules.h"
#include "gateway/door/door_inner.h"
#include "gateway/door/origin.h"
#include "gateway/door/tls_guards.h"
#include "proto/limits.h"
#include "proto/lws_answer.h"

/* frame-ancestors and sandboxing are not covered by default-src. */
static const char strictest[] = "default-src 'none'; frame-ancestors 'none'";
enum { HTTP_HEAD_MAX = 1024 };

const size_t pages_session_size = sizeof(struct lws_answer_session);

const struct lws_protocol_vhost_options *pages_headers(void)
{
    static const struct lws_protocol_vhost_options nosniff = {NULL, NULL,
                                                              "x-content-type-options:", "nosniff"};
    static const struct lws_protocol_vhost_options policy = {&nosniff, NULL,
                                                             "content-security-policy:", strictest};
    static const struct lws_protocol_vhost_options store = {&policy, NULL,
                                                            "cache-control:", "no-store"};
    return &store;
}

static int status_of(enum err err)
{
    if (err == ERR_NOT_FOUND)
        return 404;
    return err == ERR_NOT_ALLOWED ? 403 : 503;
}

static void answer_error(struct http_answer *answer, int status)
{
    buf_clear(&answer->body);
    answer->lent = (struct slice){"", 0};
    buf_text(&answer->body, lws_answer_status(status));
    buf_byte(&answer->body, '\n');
    answer->status = status;
    answer->content_type = "text/plain; charset=utf-8";
    answer->policy = strictest;
}

/* Under the name "localhost" other programs have pages without TLS, which must stay reachable. */
static void answer_head(const struct http_answer *answer, enum origin_host host, struct buf *head)
{
    size_t size = answer->body.size != 0 ? answer->body.size : answer->lent.size;
    buf_printf(head, "HTTP/1.1 %d %s\r\n", answer->status, lws_answer_status(answer->status));
    buf_printf(head, "content-type: %s\r\n", answer->content_type);
    buf_printf(head, "content-length: %zu\r\n", size);
    buf_printf(head, "content-security-policy: %s\r\n", answer->policy);
    if (host == ORIGIN_OURS)
        buf_text(head, "strict-transport-security: max-age=31536000\r\n");
    buf_text(head, "cache-control: no-store\r\nx-content-type-options: nosniff\r\n"
                   "referrer-policy: no-referrer\r\n"
                   "cross-origin-opener-policy: same-origin\r\n"
                   "cross-origin-resource-policy: same-origin\r\n\r\n");
}

static void judge(struct lws *wsi, const struct listener *listener, const struct http_ask *ask,
                  struct http_answer *answer)
{
    const struct door_calls *calls = &listener->door->calls;
    if (lws_hdr_total_length(wsi, WSI_TOKEN_GET_URI) <= 0) {
        answer_error(answer, 405);
        return;
    }
    enum err err = calls->http == NULL ? ERR_NOT_FOUND : calls->http(calls->self, ask, answer);
    if (err == ERR_OK)
        err = buf_error(&answer->body);
    if (err != ERR_OK)
        answer_error(answer, status_of(err));
}

static int answer_request(struct lws *wsi, struct lws_answer_session *session, struct slice path)
{
    struct peer peer;
    struct listener *listener = door_listener_of(wsi);
    if (listener == NULL || door_peer(wsi, listener, &peer) != ERR_OK)
        return -1;
    struct lws_answer *request = lws_answer_new(session, HTTP_HEAD_MAX);
    if (request == NULL)
        return -1;
    struct http_answer answer = {.status = 200,
                                 .lent = {"", 0},
                                 .content_type = "text/plain; charset=utf-8",
                                 .policy = strictest};
    enum origin_host host = origin_host_of(wsi, listener);
    struct http_ask ask = {&peer, path, host != ORIGIN_FOREIGN};
    buf_init(&answer.body, HTTP_BODY_MAX);
    judge(wsi, listener, &ask, &answer);
    answer_head(&answer, host, &request->head);
    request->body = answer.body;
    request->lent = answer.lent;
    if (request->head.failed || request->body.failed)
        return -1;
    lws_callback_on_writable(wsi);
    return 0;
}

static int filter_network(struct lws *wsi, int fd)
{
    struct listener *listener = lws_get_vhost_user(lws_get_vhost(wsi));
    struct sockaddr_storage source;
    socklen_t size = sizeof source;
    if (listener == NULL || listener->door->state != DOOR_OPEN ||
        getpeername(fd, (struct sockaddr *)&source, &size) != 0)
        return -1;
    return networks_allow(&listener->allow, (struct sockaddr *)&source) ? 0 : -1;
}

/* Called while the vhost is being made, when the listener has no SSL_CTX yet. */
static int prepare_tls(SSL_CTX *ctx, struct lws_vhost *vhost)
{
    struct listener *listener = lws_get_vhost_user(vhost);
    if (listener == NULL || tls_rules_server(ctx) != ERR_OK ||
        tls_files_use(&listener->files, ctx) != ERR_OK)
        return -1;
    listener->ctx = ctx;
    return 0;
}

/* Before anything of the WebSocket exists; the line ends after these bytes. */
static int judge_upgrade(struct lws *wsi)
{
    static const char forbidden[] = "HTTP/1.1 403 Forbidden\r\ncontent-length: 0\r\n"
                                    "cache-control: no-store\r\nconnection: close\r\n\r\n";
    unsigned char bytes[LWS_PRE + sizeof forbidden];
    const struct listener *listener = door_listener_of(wsi);
    if (listener == NULL || origin_may_upgrade(wsi, listener))
        return listener == NULL ? -1 : 0;
    memcpy(bytes + LWS_PRE, forbidden, sizeof forbidden - 1);
    (void)lws_write(wsi, bytes + LWS_PRE, sizeof forbidden - 1, LWS_WRITE_HTTP_HEADERS);
    return -1;
}

int pages_callback(struct lws *wsi, enum lws_callback_reasons reason, void *session, void *in,
                   size_t size)
{
    switch (reason) {
    case LWS_CALLBACK_OPENSSL_LOAD_EXTRA_SERVER_VERIFY_CERTS:
        return prepare_tls(session, in);
    case LWS_CALLBACK_OPENSSL_PERFORM_CLIENT_CERT_VERIFICATION:
        /* Without this answer libwebsockets lets every certificate in. */
        return guard_verdict(size == 1 ? 1 : 0, session) == 1 ? 0 : 1;
    case LWS_CALLBACK_FILTER_NETWORK_CONNECTION:
        return filter_network(wsi, (int)(intptr_t)in);
    case LWS_CALLBACK_HTTP_CONFIRM_UPGRADE:
        /* h2c would reach the HTTP/2 code, which stays shut. */
        return strcasecmp(in, "websocket") == 0 ? judge_upgrade(wsi) : -1;
    case LWS_CALLBACK_FILTER_PROTOCOL_CONNECTION:
        return -1;               /* a WebSocket that asked for no subprotocol, or for another one */
    case LWS_CALLBACK_RAW_ADOPT: /* CONNECT makes libwebsockets leave HTTP */
    case LWS_CALLBACK_RAW_RX:
    case LWS_CALLBACK_HTTP_BODY:
        return -1;
    case LWS_CALLBACK_HTTP:
        return answer_request(wsi, session, (struct slice){in, size});
    case LWS_CALLBACK_HTTP_WRITEABLE:
        return lws_answer_write(wsi, session);
    case LWS_CALLBACK_CLOSED_HTTP:
    case LWS_CALLBACK_HTTP_DROP_PROTOCOL:
        return lws_answer_end(session);
    default:
        return 0;
    }
}
