/* provider_api.c — Job: fetch views over HTTPS with mutual TLS (libcurl); our proposed envelope.
 *
 * A fetch is one POST on a connection of its own. Only the configured authorities are trusted,
 * no redirect is followed, no proxy, cookie or .netrc of the machine is used, and an answer that
 * is too long or too slow ends the fetch. */
#include "gateway/errand/eligibility/api_envelope.h"
#include "gateway/errand/eligibility/wipe_alloc.h"

#include "common/clock.h"
#include "common/file.h"
#include "common/log.h"
#include "common/tls_wipe.h"

#include <curl/curl.h>
#include <pthread.h>
#include <stdlib.h>

enum { CALL_MS = 10000, PATH_ROOM = 128, STATUS_OK = 200, STATUS_RATE = 429, STATUS_BUSY = 503 };

struct api {
    char url[URL_BYTES_MAX];
    char ca_file[FILE_PATH_MAX], certificate_file[FILE_PATH_MAX], key_file[FILE_PATH_MAX];
    char facility_code10[16];
    int64_t connect_ms;
    enum simulator_answers simulator;
};

/* One POST under way. */
struct call {
    const struct api *api;
    const atomic_bool *cancel;
    int64_t timeout_ms;
    struct slice body;
    struct buf answer;
};

static void log_failure(const char *what)
{
    log_warn("eligibility", &(struct log_ids){.event = "fetch_failed"}, "%s", what);
}

static size_t on_bytes(char *bytes, size_t one, size_t size, void *self)
{
    struct call *call = self;
    (void)one; /* always 1 */
    buf_add(&call->answer, bytes, size);
    return buf_error(&call->answer) == ERR_OK ? size : 0;
}

static int on_progress(void *self, curl_off_t down_all, curl_off_t down, curl_off_t up_all,
                       curl_off_t up)
{
    const struct call *call = self;
    (void)down_all;
    (void)down;
    (void)up_all;
    (void)up;
    return call->cancel != NULL && atomic_load(call->cancel) ? 1 : 0;
}

static CURLcode on_ssl_ctx(CURL *curl, void *ssl_ctx, void *self)
{
    (void)curl;
    (void)self;
    tls_wipe_plaintext(ssl_ctx);
    return CURLE_OK;
}

static bool set_text(CURL *curl, CURLoption option, const char *text)
{
    return curl_easy_setopt(curl, option, text) == CURLE_OK;
}

static bool set_long(CURL *curl, CURLoption option, long value)
{
    return curl_easy_setopt(curl, option, value) == CURLE_OK;
}

static bool set_tls(CURL *curl, const struct api *api)
{
    return set_text(curl, CURLOPT_PROTOCOLS_STR, "https") &&
           set_text(curl, CURLOPT_CAINFO, api->ca_file) &&
           set_text(curl, CURLOPT_CAPATH, NULL) && /* not the system's */
           set_text(curl, CURLOPT_SSLCERT, api->certificate_file) &&
           set_text(curl, CURLOPT_SSLKEY, api->key_file) &&
           set_long(curl, CURLOPT_SSLVERSION, CURL_SSLVERSION_TLSv1_2) &&
           set_long(curl, CURLOPT_SSL_VERIFYPEER, 1) && set_long(curl, CURLOPT_SSL_VERIFYHOST, 2) &&
           curl_easy_setopt(curl, CURLOPT_SSL_CTX_FUNCTION, on_ssl_ctx) == CURLE_OK;
}

static bool set_call(CURL *curl, struct call *call, const char *url, struct curl_slist *headers)
{
    return set_text(curl, CURLOPT_URL, url) && set_text(curl, CURLOPT_PROXY, "") &&
           set_long(curl, CURLOPT_NETRC, CURL_NETRC_IGNORED) &&
           set_long(curl, CURLOPT_FOLLOWLOCATION, 0) && set_long(curl, CURLOPT_NOSIGNAL, 1) &&
           set_long(curl, CURLOPT_HTTP_VERSION, CURL_HTTP_VERSION_1_1) &&
           set_long(curl, CURLOPT_CONNECTTIMEOUT_MS, (long)call->api->connect_ms) &&
           set_long(curl, CURLOPT_TIMEOUT_MS, (long)call->timeout_ms) &&
           curl_easy_setopt(curl, CURLOPT_MAXFILESIZE_LARGE, (curl_off_t)ENVELOPE_BYTES_MAX) ==
               CURLE_OK &&
           curl_easy_setopt(curl, CURLOPT_HTTPHEADER, headers) == CURLE_OK &&
           set_text(curl, CURLOPT_POSTFIELDS, call->body.bytes) &&
           set_long(curl, CURLOPT_POSTFIELDSIZE, (long)call->body.size) &&
           curl_easy_setopt(curl, CURLOPT_WRITEFUNCTION, on_bytes) == CURLE_OK &&
           curl_easy_setopt(curl, CURLOPT_WRITEDATA, call) == CURLE_OK &&
           set_long(curl, CURLOPT_NOPROGRESS, 0) &&
           curl_easy_setopt(curl, CURLOPT_XFERINFOFUNCTION, on_progress) == CURLE_OK &&
           curl_easy_setopt(curl, CURLOPT_XFERINFODATA, call) == CURLE_OK;
}

static enum err status_error(CURL *curl)
{
    long status = 0;
    curl_easy_getinfo(curl, CURLINFO_RESPONSE_CODE, &status);
    if (status == STATUS_OK)
        return ERR_OK;
    char text[32];
    snprintf(text, sizeof text, "HTTP status %ld", status);
    log_failure(text);
    if (status == STATUS_RATE || status == STATUS_BUSY)
        return ERR_BUSY;
    return status >= 500 ? ERR_UPSTREAM : ERR_UPSTREAM_ANSWER;
}

static enum err perform(CURL *curl, const struct call *call)
{
    CURLcode code = curl_easy_perform(curl);
    if (code == CURLE_OK)
        return status_error(curl);
    log_failure(curl_easy_strerror(code));
    if (code == CURLE_OUT_OF_MEMORY)
        return ERR_NO_MEMORY;
    bool too_long = code == CURLE_FILESIZE_EXCEEDED || buf_error(&call->answer) == ERR_TOO_LARGE;
    return too_long ? ERR_UPSTREAM_ANSWER : ERR_UPSTREAM;
}

/* POSTs to the service's URL with PATH behind it. */
static enum err post(struct call *call, const char *path)
{
    char url[URL_BYTES_MAX + PATH_ROOM];
    CURL *curl = curl_easy_init();
    struct curl_slist *headers = curl_slist_append(NULL, "Content-Type: application/json");
    struct curl_slist *all = curl_slist_append(headers, "Expect:");
    bool ready = curl != NULL && headers != NULL && all != NULL;
    enum err e = ERR_NO_MEMORY;
    snprintf(url, sizeof url, "%s%s", call->api->url, path);
    buf_init(&call->answer, ENVELOPE_BYTES_MAX);
    if (ready && set_tls(curl, call->api) && set_call(curl, call, url, headers))
        e = perform(curl, call);
    curl_slist_free_all(headers);
    curl_easy_cleanup(curl);
    return e;
}

static enum err api_fetch(void *self, const struct fetch_ask *ask, struct view **out)
{
    const struct api *api = self;
    struct buf body = {0};
    envelope_ask(ask, slice_of(api->facility_code10), &body);
    struct call call = {
        .api = api, .cancel = ask->cancel, .timeout_ms = ask->timeout_ms, .body = buf_slice(&body)};
    enum err e = buf_error(&body);
    if (e == ERR_OK)
        e = post(&call, "/v1/views");
    if (e == ERR_OK)
        e = envelope_read(buf_slice(&call.answer), ask, api->simulator, clock_wall_ms(), out);
    buf_free(&call.answer);
    buf_free(&body);
    return e;
}

static enum err tell(const struct api *api, const struct id *view, const char *what,
                     struct slice body)
{
    char path[PATH_ROOM], id[ID_TEXT_SIZE];
    id_text(view, id);
    snprintf(path, sizeof path, "/v1/views/%.*s/%s", (int)sizeof id, id, what);
    struct call call = {.api = api, .timeout_ms = CALL_MS, .body = body};
    enum err e = post(&call, path);
    if (e == ERR_OK)
        e = envelope_read_result(buf_slice(&call.answer), api->simulator);
    buf_free(&call.answer);
    return e;
}

static enum err api_let_see(void *self, const struct id *view, struct slice hospital_code10,
                            int64_t until_ms)
{
    struct buf body = {0};
    envelope_let_see(hospital_code10, until_ms, &body);
    enum err e = buf_error(&body);
    if (e == ERR_OK)
        e = tell(self, view, "let-see", buf_slice(&body));
    buf_free(&body);
    return e;
}

static enum err api_withdraw(void *self, const struct id *view)
{
    return tell(self, view, "withdraw", slice_of("{}"));
}

static void api_close(void *self)
{
    free(self);
}

static const struct provider_ops api_ops = {api_fetch, api_let_see, api_withdraw, api_close};

static void init_curl(void)
{
    (void)curl_global_init_mem(CURL_GLOBAL_DEFAULT, wipe_malloc, wipe_free, wipe_realloc,
                               wipe_strdup, wipe_calloc);
}

/* Nothing in it may change where a path that is added behind it leads. */
static bool is_base_url(const char *url)
{
    size_t size = strlen(url);
    return strncmp(url, "https://", 8) == 0 && size > 8 && size < URL_BYTES_MAX &&
           strpbrk(url, "?#@ \t\r\n\\") == NULL && url[size - 1] != '/';
}

static bool keep_path(char to[FILE_PATH_MAX], const char *path, enum file_trust trust)
{
    struct buf bytes = {0};
    bool good =
        strlen(path) < FILE_PATH_MAX && file_read(path, PEM_BYTES_MAX, trust, &bytes) == ERR_OK;
    buf_free(&bytes);
    if (good)
        memcpy(to, path, strlen(path) + 1);
    return good;
}

enum err provider_api_open(const struct provider_api_settings *s, struct provider *out)
{
    static pthread_once_t once = PTHREAD_ONCE_INIT;
    struct api *api = calloc(1, sizeof *api);
    *out = (struct provider){0};
    if (api == NULL)
        return ERR_NO_MEMORY;
    if (!is_base_url(s->url) || strlen(s->facility_code10) >= sizeof api->facility_code10 ||
        s->connect_ms <= 0 || !keep_path(api->ca_file, s->ca_file, FILE_ANY) ||
        !keep_path(api->certificate_file, s->certificate_file, FILE_ANY) ||
        !keep_path(api->key_file, s->key_file, FILE_PRIVATE)) {
        free(api);
        return ERR_CONFIG;
    }
    memcpy(api->url, s->url, strlen(s->url) + 1);
    memcpy(api->facility_code10, s->facility_code10, strlen(s->facility_code10) + 1);
    api->connect_ms = s->connect_ms;
    api->simulator = s->simulator_only      ? SIMULATOR_ONLY
                     : s->accepts_simulator ? SIMULATOR_ACCEPTED
                                            : SIMULATOR_REFUSED;
    pthread_once(&once, init_curl);
    *out = (struct provider){.name = "api",
                             .ops = &api_ops,
                             .self = api,
                             .can_refetch = s->can_refetch,
                             .proves_presence = s->proves_presence,
                             .accepts_simulator = api->simulator != SIMULATOR_REFUSED,
                             .tells_upstream = true};
    return ERR_OK;
}
