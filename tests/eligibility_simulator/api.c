/* api.c — Job: SIMULATOR: the HTTPS side, on GnuTLS: another TLS than the gateway's own. */
#include "tests/eligibility_simulator/api.h"

#include "tests/eligibility_simulator/api_calls.h"

#include <arpa/inet.h>
#include <gnutls/gnutls.h>
#include <gnutls/x509.h>
#include <microhttpd.h>
#include <stdlib.h>

enum { REQUEST_BYTES_MAX = 1024 * 1024 };

struct api {
    struct simulator *s;
    struct MHD_Daemon *daemon;
};

/* GnuTLS asks for a certificate because an authority is set; that one came and is good is ours to
 * check. */
static bool client_is_known(struct MHD_Connection *connection)
{
    const union MHD_ConnectionInfo *info =
        MHD_get_connection_info(connection, MHD_CONNECTION_INFO_GNUTLS_SESSION);
    unsigned status = 1;
    return info != NULL &&
           gnutls_certificate_verify_peers2(info->tls_session, &status) == GNUTLS_E_SUCCESS &&
           status == 0;
}

static enum MHD_Result send_whole(struct MHD_Connection *c, unsigned status, struct buf *body)
{
    size_t size;
    char *bytes = buf_take(body, &size);
    struct MHD_Response *r = MHD_create_response_from_buffer(size, bytes == NULL ? "" : bytes,
                                                             bytes == NULL ? MHD_RESPMEM_PERSISTENT
                                                                           : MHD_RESPMEM_MUST_FREE);
    MHD_add_response_header(r, "Content-Type", "application/json");
    MHD_add_response_header(r, "X-Simulator", "SIMULATOR");
    enum MHD_Result result = MHD_queue_response(c, status, r);
    MHD_destroy_response(r);
    return result;
}

static ssize_t give_half(void *self, uint64_t at, char *to, size_t room)
{
    const struct buf *body = self;
    size_t half = body->size / 2;
    if (at >= half)
        return MHD_CONTENT_READER_END_WITH_ERROR;
    size_t size = half - at < room ? half - (size_t)at : room;
    memcpy(to, body->bytes + at, size);
    return (ssize_t)size;
}

static void free_half(void *self)
{
    buf_free(self);
    free(self);
}

/* Promises the whole length and hangs up in the middle. */
static enum MHD_Result send_half(struct MHD_Connection *c, struct buf *body)
{
    struct buf *kept = malloc(sizeof *kept);
    if (kept == NULL)
        return MHD_NO;
    *kept = *body;
    *body = (struct buf){0};
    struct MHD_Response *r =
        MHD_create_response_from_callback(kept->size, 4096, give_half, kept, free_half);
    enum MHD_Result result = MHD_queue_response(c, MHD_HTTP_OK, r);
    MHD_destroy_response(r);
    return result;
}

static enum MHD_Result answer_request(struct api *api, struct MHD_Connection *c, const char *url,
                                      struct slice request)
{
    struct buf body = {0};
    unsigned status = api_call(api->s, url, request, &body);
    answer_wait(api->s);
    int oddity = atomic_load(&api->s->oddity);
    if (oddity == ODDITY_NONSENSE) {
        buf_clear(&body);
        buf_text(&body, "SIMULATOR nonsense <<< }{");
    }
    enum MHD_Result result =
        oddity == ODDITY_HALF ? send_half(c, &body) : send_whole(c, status, &body);
    buf_free(&body);
    return result;
}

static enum MHD_Result on_request(void *self, struct MHD_Connection *c, const char *url,
                                  const char *method, const char *version, const char *bytes,
                                  size_t *size, void **request)
{
    (void)version;
    struct buf *body = *request;
    if (!client_is_known(c) || strcmp(method, "POST") != 0) {
        struct buf empty = {0};
        return body == NULL ? send_whole(c, MHD_HTTP_FORBIDDEN, &empty) : MHD_NO;
    }
    if (body == NULL) {
        body = calloc(1, sizeof *body);
        *request = body;
        if (body != NULL)
            buf_init(body, REQUEST_BYTES_MAX);
        return body == NULL ? MHD_NO : MHD_YES;
    }
    if (*size > 0) {
        buf_add(body, bytes, *size);
        *size = 0;
        return MHD_YES;
    }
    return answer_request(self, c, url, buf_slice(body));
}

static void on_done(void *self, struct MHD_Connection *c, void **request,
                    enum MHD_RequestTerminationCode why)
{
    (void)self;
    (void)c;
    (void)why;
    struct buf *body = *request;
    if (body == NULL)
        return;
    buf_free(body);
    free(body);
}

struct api *api_open(struct simulator *s, const struct api_files *files, uint16_t port,
                     uint16_t *chosen)
{
    struct sockaddr_in address = {.sin_family = AF_INET, .sin_port = htons(port)};
    address.sin_addr.s_addr = htonl(INADDR_LOOPBACK);
    struct api *api = calloc(1, sizeof *api);
    if (api == NULL)
        return NULL;
    api->s = s;
    api->daemon = MHD_start_daemon(
        MHD_USE_TLS | MHD_USE_INTERNAL_POLLING_THREAD | MHD_USE_THREAD_PER_CONNECTION, port, NULL,
        NULL, on_request, api, MHD_OPTION_SOCK_ADDR, (struct sockaddr *)&address,
        MHD_OPTION_HTTPS_MEM_CERT, files->certificate, MHD_OPTION_HTTPS_MEM_KEY, files->key,
        MHD_OPTION_HTTPS_MEM_TRUST, files->ca, MHD_OPTION_HTTPS_PRIORITIES,
        "NORMAL:-VERS-ALL:+VERS-TLS1.3:+VERS-TLS1.2", MHD_OPTION_NOTIFY_COMPLETED, on_done, NULL,
        MHD_OPTION_END);
    const union MHD_DaemonInfo *info =
        api->daemon == NULL ? NULL : MHD_get_daemon_info(api->daemon, MHD_DAEMON_INFO_BIND_PORT);
    if (info == NULL) {
        api_close(api);
        return NULL;
    }
    *chosen = info->port;
    return api;
}

void api_close(struct api *api)
{
    if (api == NULL)
        return;
    if (api->daemon != NULL)
        MHD_stop_daemon(api->daemon);
    free(api);
}
