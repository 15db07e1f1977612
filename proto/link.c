/* link.c — Job: the client half of the wire: one connection that comes back by itself.
 *
 * One libwebsockets context per link on the caller's loop, and one timer, whose meaning goes with
 * the state. Names are resolved by libuv's threads: libwebsockets would block the loop for as long
 * as a dead radio link makes the resolver wait. */
#include "proto/link.h"

#include <assert.h>
#include <stdlib.h>

#include "proto/link_inner.h"
#include "proto/link_tls.h"

enum { DOUBLINGS_MAX = 10 };

static void on_timer(uv_timer_t *timer);
static void fall(struct link *link);

static void set_timer(struct link *link, int64_t first_ms, int64_t again_ms)
{
    uv_timer_start(&link->timer, on_timer, (uint64_t)first_ms, (uint64_t)again_ms);
}

static void set_state(struct link *link, enum link_state state, const char *why)
{
    link->state = state;
    link->since_ms = link_now(link);
    if (!link->closing)
        link->calls.on_state(link->calls.self, state, why);
}

/* Half of it for sure, the other half by lot. */
static int64_t back_off(struct link *link)
{
    unsigned doublings = link->failures < DOUBLINGS_MAX ? link->failures : DOUBLINGS_MAX;
    int64_t whole = link->retry_first_ms << doublings;
    whole = whole < LINK_RETRY_MAX_MS ? whole : LINK_RETRY_MAX_MS;
    uint32_t lot = link->calls.random(link->calls.self);
    return whole / 2 + (int64_t)(lot % (uint64_t)(whole / 2 + 1));
}

void link_is_lost(struct link *link, const char *why)
{
    link->attempt++;
    link->wsi = NULL;
    if (link->closing)
        return;
    link_wire_forget_unsent(link);
    buf_free(&link->message);
    int64_t wait = back_off(link);
    link->failures++;
    set_timer(link, wait, 0);
    set_state(link, LINK_OFFLINE, why);
}

void link_is_online(struct link *link)
{
    link->heard_at = link_now(link);
    link->pinged_at = link->heard_at;
    link->ping_due = false;
    int64_t look = link->ping_ms / 4 + 1;
    set_timer(link, look, look);
    set_state(link, LINK_ONLINE, "");
}

static void give_up(struct link *link, const char *why)
{
    link->bye = CLOSE_NORMAL;
    link_wire_abandon(link);
    link_is_lost(link, why);
}

/* The attempts take turns through all addresses of the name. */
static bool choose_address(struct link *link, const struct addrinfo *list)
{
    size_t count = 0;
    for (const struct addrinfo *row = list; row != NULL; row = row->ai_next)
        count++;
    if (count == 0)
        return false;
    size_t skip = link->attempt % count;
    while (skip-- > 0)
        list = list->ai_next;
    const void *from = list->ai_addr;
    int failed = list->ai_family == AF_INET
                     ? uv_ip4_name(from, link->numeric, sizeof link->numeric)
                     : uv_ip6_name(from, link->numeric, sizeof link->numeric);
    return failed == 0;
}

static void on_resolved(uv_getaddrinfo_t *request, int status, struct addrinfo *list)
{
    struct link *link = request->data;
    link->is_resolving = false;
    bool found = status == 0 && choose_address(link, list);
    uv_freeaddrinfo(list);
    if (link->closing) {
        fall(link);
        return;
    }
    if (link->state != LINK_CONNECTING)
        return; /* it took longer than the limit; the next attempt asks again */
    if (!found)
        link_is_lost(link, "name not found");
    else if (link_wire_connect(link) != ERR_OK)
        link_is_lost(link, "cannot connect");
}

static void try_now(struct link *link)
{
    static const struct addrinfo hints = {.ai_socktype = SOCK_STREAM};
    link->attempt++;
    set_timer(link, LINK_CONNECT_MS, 0);
    set_state(link, LINK_CONNECTING, "");
    if (link->closing || link->state != LINK_CONNECTING || link->is_resolving)
        return;
    link->resolving.data = link;
    if (uv_getaddrinfo(link->loop, &link->resolving, on_resolved, link->address, NULL, &hints) == 0)
        link->is_resolving = true;
    else
        link_is_lost(link, "cannot resolve");
}

static void look_after(struct link *link)
{
    int64_t now = link_now(link);
    if (now - link->heard_at >= link->idle_ms) {
        give_up(link, "silent");
    } else if (now - link->pinged_at >= link->ping_ms) {
        link->pinged_at = now;
        link->ping_due = true;
        lws_callback_on_writable(link->wsi);
    }
}

/* ---- the end ---- */

static void link_free(struct link *link)
{
    link_wire_forget_unsent(link);
    buf_free(&link->message);
    free(link->address);
    free(link->server_name);
    free(link->path);
    free(link->cert_path);
    free(link->key_path);
    free(link->ca_path);
    free(link);
}

static void on_timer_closed(uv_handle_t *handle)
{
    struct link *link = handle->data;
    void (*done)(void *) = link->done;
    void *self = link->done_self;
    link_free(link);
    if (done != NULL)
        done(self);
}

static void on_fallen(void *self)
{
    struct link *link = self;
    uv_close((uv_handle_t *)&link->timer, on_timer_closed);
}

static void fall(struct link *link)
{
    lws_fall_start(&link->fall, link->loop, link->context, on_fallen, link);
}

static void on_timer(uv_timer_t *timer)
{
    struct link *link = timer->data;
    if (link->state == LINK_OFFLINE)
        try_now(link);
    else if (link->state == LINK_CONNECTING)
        give_up(link, "no answer in time");
    else
        look_after(link);
}

void link_close(struct link *link, void (*done)(void *self), void *self)
{
    if (link == NULL || link->closing)
        return;
    link->closing = true;
    link->attempt++;
    link->done = done;
    link->done_self = self;
    uv_timer_stop(&link->timer);
    if (link->is_resolving)
        (void)uv_cancel((uv_req_t *)&link->resolving); /* on_resolved comes in any case */
    else
        fall(link);
}

/* ---- the beginning ---- */

static bool copy_text(char **to, const char *from)
{
    *to = strdup(from);
    return *to != NULL;
}

static enum err check(const struct link_config *config, const struct link_calls *calls)
{
    if (config->address == NULL || config->server_name == NULL || config->cert_path == NULL ||
        config->key_path == NULL || config->ca_path == NULL || config->port < 1 ||
        config->port > 65535 || calls->on_state == NULL || calls->on_frame == NULL ||
        calls->random == NULL)
        return ERR_CONFIG;
    return link_tls_check(config->cert_path, config->key_path, config->ca_path);
}

static enum err fill(struct link *link, const struct link_config *config)
{
    link->port = config->port;
    link->ping_ms = config->ping_ms != 0 ? config->ping_ms : PING_EVERY_MS;
    link->idle_ms = config->idle_ms != 0 ? config->idle_ms : IDLE_WAIT_MS;
    link->retry_first_ms =
        config->retry_first_ms != 0 ? config->retry_first_ms : LINK_RETRY_FIRST_MS;
    bool copied = copy_text(&link->address, config->address) &&
                  copy_text(&link->server_name, config->server_name) &&
                  copy_text(&link->path, config->path == NULL ? "/" : config->path) &&
                  copy_text(&link->cert_path, config->cert_path) &&
                  copy_text(&link->key_path, config->key_path) &&
                  copy_text(&link->ca_path, config->ca_path);
    return copied ? ERR_OK : ERR_NO_MEMORY;
}

enum err link_open(uv_loop_t *loop, const struct link_config *config,
                   const struct link_calls *calls, struct link **out)
{
    *out = NULL;
    enum err err = check(config, calls);
    if (err != ERR_OK)
        return err;
    struct link *link = calloc(1, sizeof *link);
    if (link == NULL)
        return ERR_NO_MEMORY;
    link->loop = loop;
    link->calls = *calls;
    link->state = LINK_OFFLINE;
    link->since_ms = link_now(link);
    buf_init(&link->message, FRAME_BYTES_MAX);
    err = fill(link, config);
    if (err != ERR_OK) {
        link_free(link);
        return err;
    }
    uv_timer_init(loop, &link->timer);
    link->timer.data = link;
    err = link_wire_open(link);
    if (err != ERR_OK) {
        link_close(link, NULL, NULL); /* what has begun ends by itself in the loop's next turns */
        return err;
    }
    set_timer(link, 0, 0);
    *out = link;
    return ERR_OK;
}

/* ---- while it lives ---- */

enum err link_send(struct link *link, struct slice text)
{
    if (link->state != LINK_ONLINE || link->closing)
        return ERR_BUSY;
    if (text.size == 0 || text.size > FRAME_BYTES_MAX)
        return ERR_TOO_LARGE;
    if (link->unsent_count == LANE_CONTROL_FRAMES)
        return ERR_FULL;
    struct frame *frame = frame_of(text);
    if (frame == NULL)
        return ERR_NO_MEMORY;
    link->unsent[(link->unsent_first + link->unsent_count) % LANE_CONTROL_FRAMES] = frame;
    link->unsent_count++;
    lws_callback_on_writable(link->wsi);
    return ERR_OK;
}

enum link_state link_state_of(const struct link *link, int64_t *since_ms)
{
    if (since_ms != NULL)
        *since_ms = link->since_ms;
    return link->state;
}

void link_hurry(struct link *link)
{
    if (link->state != LINK_OFFLINE || link->closing)
        return;
    link->failures = 0;
    set_timer(link, 0, 0);
}

void link_drop(struct link *link, const char *why)
{
    if (link->state != LINK_OFFLINE && !link->closing)
        give_up(link, why);
}
