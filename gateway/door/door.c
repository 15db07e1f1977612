/* door.c — Job: open, sweep, reload and take down all listeners together. */
#include "gateway/door/door.h"

#include <stdlib.h>
#include <sys/resource.h>

#include "gateway/door/door_inner.h"
#include "proto/limits.h"
#include "proto/lws_shared.h"

enum {
    SWEEP_MS = 1000,
    LEAVE_MS = 1000, /* for close frames at the end */
    LEAVE_LOOK_MS = 10,
    HANDSHAKE_SECONDS = 10, /* TLS, then the request: each */
    HEADER_POOL = 256       /* requests being parsed at the same moment */
};

/* Every connection is a file, and libwebsockets sizes its tables by the limit when it starts. Its
 * own setting for that (fd_limit_per_thread) turns its look-up into a linear search: left alone. */
static void raise_open_files(void)
{
    struct rlimit limit;
    if (getrlimit(RLIMIT_NOFILE, &limit) != 0)
        return;
    limit.rlim_cur = limit.rlim_max < OPEN_FILES_MAX ? limit.rlim_max : OPEN_FILES_MAX;
    (void)setrlimit(RLIMIT_NOFILE, &limit);
}

static enum err open_context(struct door *door)
{
    void *loops[1] = {door->loop};
    struct lws_context_creation_info info = {
        .port = CONTEXT_PORT_NO_LISTEN,
        .foreign_loops = loops,
        .user = door,
        .timeout_secs = HANDSHAKE_SECONDS,
        .max_http_header_pool2 = HEADER_POOL,
        .options = lws_shared_options(),
    };
    door->context = lws_create_context(&info);
    return door->context == NULL ? ERR_IO : ERR_OK;
}

static void sweep_all(struct door *door)
{
    int64_t now = door_now(door);
    for (struct conn *conn = door->conns; conn != NULL; conn = conn_next(conn))
        conn_sweep(conn, now);
}

/* ---- the end ---- */

static void door_free(struct door *door)
{
    for (size_t i = 0; i < door->count; i++)
        listener_fini(&door->listeners[i]);
    free(door->listeners);
    free(door);
}

static void on_handle_closed(uv_handle_t *handle)
{
    struct door *door = handle->data;
    if (--door->handles > 0)
        return;
    void (*done)(void *) = door->done;
    void *self = door->done_self;
    door_free(door);
    if (done != NULL)
        done(self);
}

static void on_fallen(void *self)
{
    struct door *door = self;
    uv_close((uv_handle_t *)&door->timer, on_handle_closed);
    uv_close((uv_handle_t *)&door->prepare, on_handle_closed);
}

static void door_fall(struct door *door)
{
    door->state = DOOR_FALLING;
    uv_timer_stop(&door->timer);
    lws_fall_start(&door->fall, door->loop, door->context, on_fallen, door);
}

static void on_prepare(uv_prepare_t *prepare)
{
    conn_settle_all(prepare->data);
}

static void on_timer(uv_timer_t *timer)
{
    struct door *door = timer->data;
    if (door->state == DOOR_LEAVING && (door->conns == NULL || door_now(door) >= door->leave_by))
        door_fall(door);
    else
        sweep_all(door);
}

void door_close(struct door *door, void (*done)(void *self), void *self)
{
    if (door == NULL || door->state != DOOR_OPEN)
        return;
    door->state = DOOR_LEAVING;
    door->done = done;
    door->done_self = self;
    door->leave_by = door_now(door) + LEAVE_MS;
    for (struct conn *conn = door->conns; conn != NULL; conn = conn_next(conn))
        conn_close(conn, CLOSE_GOING_AWAY, "shutting down");
    uv_timer_start(&door->timer, on_timer, 0, LEAVE_LOOK_MS);
}

/* ---- the beginning ---- */

static enum err open_listeners(struct door *door, const struct door_listener *rows, size_t count)
{
    for (size_t i = 0; i < count; i++) {
        door->count++;
        enum err err = listener_init(&door->listeners[i], door, &rows[i]);
        if (err != ERR_OK)
            return err;
    }
    return ERR_OK;
}

static enum err start(struct door *door)
{
    raise_open_files();
    uv_timer_init(door->loop, &door->timer);
    uv_prepare_init(door->loop, &door->prepare);
    door->handles = 2;
    door->timer.data = door;
    door->prepare.data = door;
    uv_prepare_start(&door->prepare, on_prepare);
    enum err err = open_context(door);
    for (size_t i = 0; err == ERR_OK && i < door->count; i++)
        err = listener_bind(&door->listeners[i]);
    if (err == ERR_OK)
        uv_timer_start(&door->timer, on_timer, (uint64_t)door->waits.sweep_ms,
                       (uint64_t)door->waits.sweep_ms);
    return err;
}

enum err door_open(uv_loop_t *loop, const struct door_listener *listeners, size_t count,
                   const struct door_calls *calls, struct door **out)
{
    *out = NULL;
    if (count == 0 || count > LISTENERS_MAX || calls->admit == NULL || calls->frame == NULL ||
        calls->closed == NULL)
        return ERR_CONFIG;
    struct door *door = calloc(1, sizeof *door);
    struct listener *rows = calloc(count, sizeof *rows);
    if (door == NULL || rows == NULL) {
        free(door);
        free(rows);
        return ERR_NO_MEMORY;
    }
    door->loop = loop;
    door->calls = *calls;
    door->listeners = rows;
    door->waits =
        (struct door_waits){HELLO_WAIT_MS, IDLE_WAIT_MS, PING_EVERY_MS, SLOW_WAIT_MS, SWEEP_MS};
    enum err err = open_listeners(door, listeners, count);
    if (err != ERR_OK) {
        door_free(door);
        return err;
    }
    err = start(door);
    if (err != ERR_OK) {
        door_fall(door); /* what has begun ends by itself in the loop's next turns */
        return err;
    }
    *out = door;
    return ERR_OK;
}

void door_set_waits(struct door *door, const struct door_waits *waits)
{
    struct door_waits *now = &door->waits;
    now->hello_ms = waits->hello_ms != 0 ? waits->hello_ms : now->hello_ms;
    now->idle_ms = waits->idle_ms != 0 ? waits->idle_ms : now->idle_ms;
    now->ping_ms = waits->ping_ms != 0 ? waits->ping_ms : now->ping_ms;
    now->slow_ms = waits->slow_ms != 0 ? waits->slow_ms : now->slow_ms;
    now->sweep_ms = waits->sweep_ms != 0 ? waits->sweep_ms : now->sweep_ms;
    if (door->state == DOOR_OPEN)
        uv_timer_start(&door->timer, on_timer, (uint64_t)now->sweep_ms, (uint64_t)now->sweep_ms);
}

int door_port(const struct door *door, size_t index)
{
    return index < door->count ? door->listeners[index].port : -1;
}

/* ---- while it is open ---- */

static void close_untrusted(struct door *door, const bool *changed_authorities)
{
    for (struct conn *conn = door->conns; conn != NULL; conn = conn_next(conn)) {
        struct listener *listener = conn_listener(conn);
        enum recheck how =
            changed_authorities[listener - door->listeners] ? RECHECK_WHOLE : RECHECK_LISTS;
        if (!tls_files_accept(&listener->files, conn_ssl(conn), how))
            conn_close(conn, CLOSE_POLICY, "certificate revoked");
    }
}

enum err door_reload(struct door *door, size_t *which)
{
    struct tls_files next[LISTENERS_MAX] = {{0}};
    bool changed[LISTENERS_MAX] = {false};
    enum err err = ERR_OK;
    size_t done = 0;
    for (; done < door->count && err == ERR_OK; done++) {
        struct listener *listener = &door->listeners[done];
        err = listener_load(listener, &next[done]);
        if (err == ERR_OK)
            err = tls_files_follow(&listener->files, &next[done]);
        changed[done] = err == ERR_OK && !tls_files_same_authorities(&listener->files, &next[done]);
    }
    if (err != ERR_OK && which != NULL)
        *which = done - 1;
    for (size_t i = 0; i < done && err == ERR_OK; i++) {
        err = tls_files_use(&next[i], door->listeners[i].ctx);
        struct tls_files before = door->listeners[i].files;
        door->listeners[i].files = next[i];
        next[i] = before;
    }
    for (size_t i = 0; i < done; i++)
        tls_files_fini(&next[i]);
    if (err == ERR_OK)
        close_untrusted(door, changed);
    return err;
}

bool door_crl_stale(const struct door *door)
{
    for (size_t i = 0; i < door->count; i++)
        if (tls_files_stale(&door->listeners[i].files))
            return true;
    return false;
}

void door_each_conn(struct door *door,
                    void (*each)(void *self, struct conn *conn, const struct peer *peer,
                                 void *user),
                    void *self)
{
    for (struct conn *conn = door->conns; conn != NULL; conn = conn_next(conn))
        if (conn_is_open(conn))
            each(self, conn, conn_peer(conn), conn_user(conn));
}

size_t door_conn_count(const struct door *door)
{
    return door->admitted;
}

void door_pause_reading(struct door *door, enum pause how)
{
    if (door->pause == how)
        return;
    door->pause = how;
    for (struct conn *conn = door->conns; conn != NULL; conn = conn_next(conn))
        conn_apply_pause(conn);
}
