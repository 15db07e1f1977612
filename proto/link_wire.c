/* link_wire.c — Job: the link's libwebsockets half: connect, take messages, write messages. */
#include <assert.h>

#include "proto/link_inner.h"
#include "proto/link_tls.h"
#include "proto/lws_shared.h"
#include "proto/utf8.h"

_Static_assert(FRAME_ROOM_BEFORE >= LWS_PRE, "libwebsockets writes its header before the text");

enum { LINK_RX_BYTES = 16384, WHY_MAX = 100 };

static const char protocol_name[] = "sakiyomi.v1";

/* The link's own timer pings; libwebsockets' would do so every five minutes. */
static const lws_retry_bo_t no_keep_alive = {.secs_since_valid_ping = 0,
                                             .secs_since_valid_hangup = 0};

/* ---- in ---- */

/* Says why with a close frame, when the socket takes it, and ends the connection. */
static int end_with(struct link *link, enum close_code code, const char *why)
{
    link->bye = code;
    link_wire_abandon(link);
    link_is_lost(link, why);
    return 0;
}

static int take_message(struct link *link, struct slice text)
{
    if (!utf8_valid(text))
        return end_with(link, CLOSE_UTF8, "not UTF-8");
    link->failures = 0;
    link->calls.on_frame(link->calls.self, text);
    return 0;
}

static int receive(struct link *link, struct lws *wsi, struct slice part)
{
    size_t rest = lws_remaining_packet_payload(wsi);
    size_t taken = link->message.size + part.size;
    link->heard_at = link_now(link);
    if (lws_frame_is_binary(wsi))
        return end_with(link, CLOSE_BINARY, "binary message");
    if (taken > FRAME_BYTES_MAX || rest > FRAME_BYTES_MAX - taken)
        return end_with(link, CLOSE_TOO_LARGE, "message too large");
    bool whole = lws_is_final_fragment(wsi) != 0;
    if (whole && link->message.size == 0)
        return take_message(link, part);
    buf_add(&link->message, part.bytes, part.size);
    if (link->message.failed)
        return end_with(link, CLOSE_INTERNAL, "no memory");
    if (!whole)
        return 0;
    struct buf message = link->message; /* the call may end the link's connection */
    buf_init(&link->message, FRAME_BYTES_MAX);
    int result = take_message(link, buf_slice(&message));
    buf_free(&message);
    return result;
}

/* ---- out ---- */

void link_wire_forget_unsent(struct link *link)
{
    for (size_t i = 0; i < link->unsent_count; i++)
        frame_unref(link->unsent[(link->unsent_first + i) % LANE_CONTROL_FRAMES]);
    link->unsent_count = 0;
}

/* A pong without payload would not be reported to us, so the ping has one byte. */
static int write_ping(struct link *link, struct lws *wsi)
{
    unsigned char bytes[LWS_PRE + 1] = {0};
    link->ping_due = false;
    return lws_write(wsi, bytes + LWS_PRE, 1, LWS_WRITE_PING);
}

/* Masks the text in place: the frame is ours alone. */
static int write_first(struct link *link, struct lws *wsi)
{
    struct frame *frame = link->unsent[link->unsent_first];
    int written = lws_write(wsi, (unsigned char *)frame_bytes(frame), frame_slice(frame).size,
                            LWS_WRITE_TEXT);
    link->unsent_first = (link->unsent_first + 1) % LANE_CONTROL_FRAMES;
    link->unsent_count--;
    frame_unref(frame);
    return written;
}

static int writeable(struct link *link, struct lws *wsi)
{
    while (link->ping_due || link->unsent_count > 0) {
        int written = link->ping_due ? write_ping(link, wsi) : write_first(link, wsi);
        if (written < 0)
            return -1;
        if (lws_send_pipe_choked(wsi)) {
            lws_callback_on_writable(wsi);
            return 0;
        }
    }
    return 0;
}

/* ---- libwebsockets ---- */

/* libwebsockets takes a server's answer without any subprotocol for a yes; we do not. */
static int check_protocol(struct lws *wsi)
{
    char name[sizeof protocol_name + 1] = {0};
    int size = lws_hdr_copy(wsi, name, (int)sizeof name, WSI_TOKEN_PROTOCOL);
    return size > 0 && strcmp(name, protocol_name) == 0 ? 0 : -1;
}

static int use_tls(struct link *link, SSL_CTX *ctx)
{
    enum err err = link_tls_use(ctx, link->cert_path, link->key_path, link->ca_path);
    return err == ERR_OK ? 0 : -1;
}

static void tell_refused(struct link *link, struct slice reason)
{
    char why[WHY_MAX + 1] = "connection refused";
    if (reason.bytes != NULL && reason.size > 0) {
        size_t size = strnlen(reason.bytes, reason.size < WHY_MAX ? reason.size : WHY_MAX);
        memcpy(why, reason.bytes, size);
        why[size] = '\0';
    }
    link_is_lost(link, why);
}

static int write_bye(struct link *link, struct lws *wsi)
{
    unsigned char bytes[LWS_PRE + LWS_SHARED_CLOSE_MAX];
    unsigned char *frame = bytes + LWS_PRE;
    size_t size = lws_shared_close_frame(frame, AS_CLIENT, link->bye, NULL);
    (void)lws_write(wsi, frame, size, LWS_WRITE_HTTP);
    return -1;
}

/* The gateway's reason, such as "ERR_DEVICE_REVOKED", as far as it is plain text. */
static void tell_closed(struct link *link, struct slice close)
{
    char why[WHY_MAX + 1] = "closed by the gateway";
    size_t size = close.size <= 2 ? 0 : close.size - 2; /* behind the code */
    size = size < WHY_MAX ? size : WHY_MAX;
    for (size_t i = 0; i < size; i++) {
        char c = close.bytes[i + 2];
        why[i] = c >= ' ' && c <= '~' ? c : '?';
        why[i + 1] = '\0';
    }
    link_is_lost(link, why);
}

/* The connection was given up: it only has to go. */
static int on_abandoned(struct link *link, struct lws *wsi, enum lws_callback_reasons reason)
{
    if (reason == LWS_CALLBACK_CLIENT_WRITEABLE)
        return write_bye(link, wsi);
    return reason == LWS_CALLBACK_CLIENT_FILTER_PRE_ESTABLISH ? -1 : 0;
}

static int on_current(struct link *link, struct lws *wsi, enum lws_callback_reasons reason,
                      struct slice in)
{
    switch (reason) {
    case LWS_CALLBACK_CLIENT_FILTER_PRE_ESTABLISH:
        return check_protocol(wsi);
    case LWS_CALLBACK_CLIENT_ESTABLISHED:
        link->wsi = wsi;
        link_is_online(link);
        return 0;
    case LWS_CALLBACK_CLIENT_RECEIVE:
        return receive(link, wsi, in);
    case LWS_CALLBACK_CLIENT_RECEIVE_PONG:
        link->heard_at = link_now(link);
        return 0;
    case LWS_CALLBACK_CLIENT_WRITEABLE:
        return writeable(link, wsi);
    case LWS_CALLBACK_CLIENT_CONNECTION_ERROR:
        tell_refused(link, in);
        return 0;
    case LWS_CALLBACK_WS_PEER_INITIATED_CLOSE:
        tell_closed(link, in);
        return 0;
    case LWS_CALLBACK_CLIENT_CLOSED:
        link_is_lost(link, "connection lost");
        return 0;
    default:
        return 0;
    }
}

static int link_callback(struct lws *wsi, enum lws_callback_reasons reason, void *session, void *in,
                         size_t size)
{
    struct lws_context *context = wsi == NULL ? NULL : lws_get_context(wsi);
    struct link *link = context == NULL ? NULL : lws_context_user(context);
    if (link == NULL)
        return 0;
    if (reason == LWS_CALLBACK_OPENSSL_LOAD_EXTRA_CLIENT_VERIFY_CERTS)
        return use_tls(link, session);
    switch (reason) {
    case LWS_CALLBACK_CLIENT_FILTER_PRE_ESTABLISH:
    case LWS_CALLBACK_CLIENT_ESTABLISHED:
    case LWS_CALLBACK_CLIENT_RECEIVE:
    case LWS_CALLBACK_CLIENT_RECEIVE_PONG:
    case LWS_CALLBACK_CLIENT_WRITEABLE:
    case LWS_CALLBACK_CLIENT_CONNECTION_ERROR:
    case LWS_CALLBACK_WS_PEER_INITIATED_CLOSE:
    case LWS_CALLBACK_CLIENT_CLOSED:
        break;
    default:
        return 0;
    }
    if ((uintptr_t)lws_get_opaque_user_data(wsi) != link->attempt)
        return on_abandoned(link, wsi, reason);
    return on_current(link, wsi, reason, (struct slice){in, size});
}

static enum err make_vhost(struct link *link)
{
    link->protocols[0] = (struct lws_protocols){.name = protocol_name,
                                                .callback = link_callback,
                                                .rx_buffer_size = LINK_RX_BYTES,
                                                .tx_packet_size = FRAME_BYTES_MAX};
    struct lws_context_creation_info info = {
        .port = CONTEXT_PORT_NO_LISTEN,
        .vhost_name = "link",
        .protocols = link->protocols,
        .retry_and_idle_policy = &no_keep_alive,
        .client_ssl_ca_filepath = link->ca_path,
        .http_proxy_address = "", /* not the one of the environment: nobody stands between */
        .options = LWS_SERVER_OPTION_DO_SSL_GLOBAL_INIT | LWS_SERVER_OPTION_DISABLE_OS_CA_CERTS,
    };
    link->vhost = lws_create_vhost(link->context, &info);
    return link->vhost == NULL ? ERR_CERT : ERR_OK;
}

enum err link_wire_open(struct link *link)
{
    void *loops[1] = {link->loop};
    struct lws_context_creation_info info = {
        .port = CONTEXT_PORT_NO_LISTEN,
        .foreign_loops = loops,
        .user = link,
        .timeout_secs = LINK_CONNECT_MS / 1000,
        .connect_timeout_secs = LINK_CONNECT_MS / 1000,
        .options = lws_shared_options(),
    };
    link->context = lws_create_context(&info);
    return link->context == NULL ? ERR_IO : make_vhost(link);
}

enum err link_wire_connect(struct link *link)
{
    uintptr_t attempt = link->attempt;
    struct lws_client_connect_info info = {
        .context = link->context,
        .vhost = link->vhost,
        .address = link->numeric,
        .port = link->port,
        .path = link->path,
        .host = link->server_name,
        .origin = link->server_name,
        .protocol = protocol_name,
        .alpn = "http/1.1",
        .ssl_connection = LCCSCF_USE_SSL | LCCSCF_HTTP_NO_FOLLOW_REDIRECT,
        .retry_and_idle_policy = &no_keep_alive,
        .opaque_user_data = (void *)attempt,
    };
    struct lws *wsi = lws_client_connect_via_info(&info);
    if (link->attempt != attempt)
        return ERR_OK; /* it failed inside the call, and the callback has told us so */
    link->wsi = wsi;
    return wsi == NULL ? ERR_IO : ERR_OK;
}

void link_wire_abandon(struct link *link)
{
    struct lws *wsi = link->wsi;
    link->attempt++;
    link->wsi = NULL;
    if (wsi == NULL)
        return;
    if (link->state != LINK_ONLINE) {
        lws_set_timeout(wsi, PENDING_TIMEOUT_USER_REASON_BASE, LWS_TO_KILL_ASYNC);
    } else {
        lws_set_timeout(wsi, PENDING_TIMEOUT_USER_REASON_BASE, CLOSE_WAIT_MS / 1000);
        lws_callback_on_writable(wsi);
    }
    /* Under libuv libwebsockets looks at its timers only after an event: this makes one. */
    lws_cancel_service(link->context);
}
