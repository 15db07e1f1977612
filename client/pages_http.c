/* pages_http.c — Job: GET of the pages' files, and the refusal of everything else that asks.
 *
 * This is libwebsockets' protocols[0]: requests arrive here, and upgrades before they are one. */
#include <stdlib.h>

#include "client/pages_door_inner.h"
#include "common/tls_pages.h"

enum { STALL_SECONDS = 20, HEAD_MAX = 2048, PART_BYTES = 16384, ANSWER_MAX = 512 };

struct request {
    struct buf head;
    struct slice body; /* lent by the list of files */
    size_t at;         /* in head and body taken together */
};

struct session {
    struct request *request;
};
const size_t pages_http_session_size = sizeof(struct session);

static const char security_headers[] =
    "content-security-policy: default-src 'none'; script-src 'self'; style-src 'self'; "
    "img-src 'self' data:; connect-src 'self'; form-action 'none'; base-uri 'none'; "
    "frame-ancestors 'none'\r\n"
    "cache-control: no-store\r\n"
    "x-content-type-options: nosniff\r\n"
    "referrer-policy: no-referrer\r\n"
    "cross-origin-opener-policy: same-origin\r\n"
    "cross-origin-resource-policy: same-origin\r\n";

static const char *status_text(int status)
{
    switch (status) {
    case 200:
        return "OK";
    case 403:
        return "Forbidden";
    case 404:
        return "Not Found";
    case 405:
        return "Method Not Allowed";
    case 421:
        return "Misdirected Request";
    default:
        return "Service Unavailable";
    }
}

static void write_head(const struct pages_door *door, int status, const char *type, size_t size,
                       struct buf *head)
{
    buf_printf(head, "HTTP/1.1 %d %s\r\n", status, status_text(status));
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

static void request_free(struct request *request)
{
    if (request == NULL)
        return;
    buf_free(&request->head);
    free(request);
}

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

static int answer_request(struct pages_door *door, struct lws *wsi, struct session *session,
                          struct slice path)
{
    struct pages_file file = {.type = "text/plain; charset=utf-8"};
    struct buf cookie = {0};
    if (session == NULL || session->request != NULL)
        return -1;
    struct request *request = calloc(1, sizeof *request);
    if (request == NULL)
        return -1;
    int status = pages_judge(door, wsi, false);
    if (status == 200 && pages_files_find(door->files, path, &file) != ERR_OK)
        status = 404;
    if (status == 200 && slice_is(path, "/"))
        status = give_cookie(door, wsi, &cookie);
    if (status != 200)
        file = (struct pages_file){.bytes = slice_of(status_text(status)),
                                   .type = "text/plain; charset=utf-8"};
    buf_init(&request->head, HEAD_MAX);
    write_head(door, status, file.type, file.bytes.size, &request->head);
    buf_add(&request->head, buf_slice(&cookie).bytes, cookie.size);
    buf_text(&request->head, "\r\n");
    bool failed = cookie.failed || request->head.failed;
    buf_free(&cookie);
    request->body = file.bytes;
    session->request = request;
    if (failed)
        return -1;
    lws_callback_on_writable(wsi);
    return 0;
}

/* Next run of bytes of the answer; empty at its end. */
static struct slice next_part(const struct request *request)
{
    bool in_head = request->at < request->head.size;
    struct slice from = in_head ? buf_slice(&request->head) : request->body;
    size_t at = in_head ? request->at : request->at - request->head.size;
    size_t size = from.size - at;
    if (size == 0)
        return (struct slice){"", 0};
    return (struct slice){from.bytes + at, size < PART_BYTES ? size : PART_BYTES};
}

static int write_answer(struct lws *wsi, struct session *session)
{
    struct request *request = session == NULL ? NULL : session->request;
    if (request == NULL)
        return 0;
    struct slice part = next_part(request);
    while (part.size > 0 && !lws_send_pipe_choked(wsi)) {
        /* libwebsockets takes a writable pointer but only reads it for HTTP/1. */
        unsigned char *bytes = (unsigned char *)(uintptr_t)part.bytes;
        if (lws_write(wsi, bytes, part.size, LWS_WRITE_HTTP) < 0)
            return -1;
        request->at += part.size;
        part = next_part(request);
    }
    if (part.size > 0) {
        lws_set_timeout(wsi, PENDING_TIMEOUT_HTTP_CONTENT, STALL_SECONDS);
        lws_callback_on_writable(wsi);
        return 0;
    }
    request_free(request);
    session->request = NULL;
    return lws_http_transaction_completed(wsi) != 0 ? -1 : 0;
}

static int end_request(struct session *session)
{
    if (session != NULL) {
        request_free(session->request);
        session->request = NULL;
    }
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
        return write_answer(wsi, session);
    case LWS_CALLBACK_CLOSED_HTTP:
    case LWS_CALLBACK_HTTP_DROP_PROTOCOL:
        return end_request(session);
    default:
        return 0;
    }
}
