/* pages_http.c — Job: GET of the pages' files, and the refusal of everything else that asks.
 *
 * This is libwebsockets' protocols[0]: requests arrive here, and upgrades before they are one. */
#include "client/pages_door_inner.h"
#include "common/tls_pages.h"
#include "proto/lws_answer.h"

enum { HEAD_MAX = 2048 };

const size_t pages_http_session_size = sizeof(struct lws_answer_session);

static const char security_headers[] =
    "content-security-policy: default-src 'none'; script-src 'self'; style-src 'self'; "
    "img-src 'self' data:; connect-src 'self'; form-action 'none'; base-uri 'none'; "
    "frame-ancestors 'none'\r\n"
    "cache-control: no-store\r\n"
    "x-content-type-options: nosniff\r\n"
    "referrer-policy: no-referrer\r\n"
    "cross-origin-opener-policy: same-origin\r\n"
    "cross-origin-resource-policy: same-origin\r\n";

static void write_head(const struct pages_door *door, int status, const char *type, size_t size,
                       struct buf *head)
{
    buf_printf(head, "HTTP/1.1 %d %s\r\n", status, lws_answer_status(status));
    buf_printf(head, "content-type: %s\r\ncontent-length: %zu\r\n", type, size);
    buf_text(head, security_headers);
    if (door->own.scheme == PAGES_HTTPS)
        buf_text(head, "strict-transport-security: max-age=31536000\r\n");
}

/* ---- what libwebsockets shall not answer ---- */

/* An upgrade that is refused: nothing but these bytes leaves, then the line. */
static int refuse_upgrade(const struct pages_door *door, struct lws *wsi, int status)
{
    unsigned char bytes[LWS_PRE + HEAD_MAX];
    struct buf head;
    buf_init(&head, HEAD_MAX);
    write_head(door, status, "text/plain; charset=utf-8", 0, &head);
    buf_text(&head, "connection: close\r\n\r\n");
    if (buf_error(&head) == ERR_OK) {
        memcpy(bytes + LWS_PRE, head.bytes, head.size);
        (void)lws_write(wsi, bytes + LWS_PRE, head.size, LWS_WRITE_HTTP_HEADERS);
    }
    buf_free(&head);
    return -1;
}

/* Before anything of the WebSocket exists. Whoever gets past here has our Host, our Origin and a
 * cookie of ours. */
static int judge_upgrade(struct pages_door *door, struct lws *wsi, const char *to)
{
    int status = strcasecmp(to, "websocket") == 0 ? pages_judge(door, wsi, true) : 404;
    if (status == 200 && (door->leaving || door->sockets_count >= PAGES_SOCKETS_MAX))
        status = 503;
    return status == 200 ? 0 : refuse_upgrade(door, wsi, status);
}

/* ---- files ---- */

/* The index page makes a browser known. */
static int give_cookie(struct pages_door *door, struct lws *wsi, struct buf *head)
{
    char cookie[PAGES_COOKIE_CHARS + 1];
    struct buf known = {0};
    bool here = pages_request_cookie(door, wsi, &known);
    buf_free(&known);
    if (here)
        return 200;
    if (door->calls.admit(door->calls.self, cookie) != ERR_OK)
        return 503;
    buf_printf(head, "set-cookie: %s=%s; HttpOnly; SameSite=Strict; Path=/%s\r\n",
               door->cookie_name, cookie, door->own.scheme == PAGES_HTTPS ? "; Secure" : "");
    explicit_bzero(cookie, sizeof cookie);
    return 200;
}

static int answer_request(struct pages_door *door, struct lws *wsi,
                          struct lws_answer_session *session, struct slice path)
{
    struct pages_file file = {.type = "text/plain; charset=utf-8"};
    struct buf cookie = {0};
    struct lws_answer *answer = lws_answer_new(session, HEAD_MAX);
    if (answer == NULL)
        return -1;
    int status = pages_judge(door, wsi, false);
    if (status == 200 && pages_files_find(door->files, path, &file) != ERR_OK)
        status = 404;
    if (status == 200 && slice_is(path, "/"))
        status = give_cookie(door, wsi, &cookie);
    if (status != 200)
        file = (struct pages_file){.bytes = slice_of(lws_answer_status(status)),
                                   .type = "text/plain; charset=utf-8"};
    write_head(door, status, file.type, file.bytes.size, &answer->head);
    buf_add(&answer->head, buf_slice(&cookie).bytes, cookie.size);
    buf_text(&answer->head, "\r\n");
    bool failed = cookie.failed || answer->head.failed;
    buf_free(&cookie);
    answer->lent = file.bytes;
    if (failed)
        return -1;
    lws_callback_on_writable(wsi);
    return 0;
}

/* Called while the vhost is being made. */
static int prepare_tls(void *ssl_ctx, struct lws_vhost *vhost)
{
    struct pages_door *door = lws_get_vhost_user(vhost);
    if (door == NULL || door->cert_path == NULL ||
        tls_pages_use(ssl_ctx, door->cert_path, door->key_path) != ERR_OK)
        return -1;
    door->tls_ready = true;
    return 0;
}

static int count_connection(struct pages_door *door, int by)
{
    if (by > 0)
        door->connections++;
    else if (door->connections > 0)
        door->connections--;
    return 0;
}

int pages_http_callback(struct lws *wsi, enum lws_callback_reasons reason, void *session, void *in,
                        size_t size)
{
    if (reason == LWS_CALLBACK_OPENSSL_LOAD_EXTRA_SERVER_VERIFY_CERTS)
        return prepare_tls(session, in);
    struct lws_vhost *vhost = wsi == NULL ? NULL : lws_get_vhost(wsi);
    struct pages_door *door = vhost == NULL ? NULL : lws_get_vhost_user(vhost);
    if (door == NULL)
        return 0;
    switch (reason) {
    case LWS_CALLBACK_FILTER_NETWORK_CONNECTION:
        return door->leaving || door->connections >= PAGES_CONNECTIONS_MAX ? -1 : 0;
    case LWS_CALLBACK_SERVER_NEW_CLIENT_INSTANTIATED:
        return count_connection(door, 1);
    case LWS_CALLBACK_WSI_DESTROY:
        return count_connection(door, -1);
    case LWS_CALLBACK_HTTP_CONFIRM_UPGRADE:
        return judge_upgrade(door, wsi, in);
    case LWS_CALLBACK_FILTER_PROTOCOL_CONNECTION:
        return refuse_upgrade(door, wsi, 404); /* no subprotocol, or another one */
    case LWS_CALLBACK_RAW_ADOPT:               /* CONNECT makes libwebsockets leave HTTP */
    case LWS_CALLBACK_RAW_RX:
    case LWS_CALLBACK_HTTP_BODY:
        return -1;
    case LWS_CALLBACK_HTTP:
        return answer_request(door, wsi, session, (struct slice){in, size});
    case LWS_CALLBACK_HTTP_WRITEABLE:
        return lws_answer_write(wsi, session);
    case LWS_CALLBACK_CLOSED_HTTP:
    case LWS_CALLBACK_HTTP_DROP_PROTOCOL:
        return lws_answer_end(session);
    default:
        return 0;
    }
}
