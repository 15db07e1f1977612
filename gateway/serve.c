/* serve.c — Job: the running gateway: loop, door, engine, journal, errands, put together.
 *
 * One loop turn moves data one way: sockets -> engine (IN), batch -> journal (COMMIT), committed
 * batch -> sockets (OUT). The check handle closes each turn with engine_turn_end. */
#include "gateway/serve.h"
#include "common/log.h"
#include "common/rng.h"
#include "common/secret.h"
#include "common/file.h"
#include "gateway/clock_watch.h"
#include "gateway/console_files.h"
#include "gateway/control.h"
#include "gateway/engine/engine.h"
#include "gateway/errand/card_check.h"
#include "gateway/errand/runner.h"
#include "gateway/listeners.h"
#include "gateway/log_reader.h"
#include "gateway/opened.h"
#include "gateway/serve_provider.h"

#include <signal.h>
#include <stdio.h>
#include <stdlib.h>
#include <uv.h>

struct serve {
    const struct settings *settings;
    uv_loop_t loop;
    struct opened opened;
    struct engine *engine;
    struct door *door;
    struct runner *runner;
    struct control *control;
    struct provider provider, practice;
    struct card_trust *trust;
    struct buf spool_key;
    uint8_t *spool_secret; /* locked memory */
    struct log_reader log; /* the console's */
    char outside[FILE_PATH_MAX + 32];
    struct pages_files *console;
    uv_check_t turn;
    uv_timer_t tick;
    uv_signal_t term, interrupt, hangup;
    bool stopping; /* nothing new is read */
    bool ended;    /* the journal is closed */
    int drained;
};

/* ---- what the engine asks of the world ---- */

static enum err call_send(void *self, void *conn, enum lane lane, struct frame *frame)
{
    (void)self;
    return conn_send(conn, lane, frame);
}

static bool call_has_room(void *self, void *conn)
{
    (void)self;
    return conn_has_room(conn);
}

static void call_drop(void *self, void *conn, const struct id *tag)
{
    (void)self;
    (void)conn_drop_tagged(conn, tag);
}

static void call_close(void *self, void *conn, enum close_code code, const char *why)
{
    (void)self;
    conn_close(conn, code, why);
}

static void call_commit(void *self, struct batch *batch)
{
    struct serve *serve = self;
    if (serve->ended)
        batch_free(batch); /* its senders were never told anything: they send again */
    else
        journal_append(serve->opened.journal, batch);
}

static void call_errand(void *self, struct job *job)
{
    struct serve *serve = self;
    if (serve->stopping)
        job_free(job); /* asked for durably: started again after the restart */
    else
        runner_add(serve->runner, job);
}

static int64_t call_now(void *self)
{
    (void)self;
    return clock_even_ms();
}

static void call_random(void *self, void *bytes, size_t size)
{
    (void)self;
    rng_fill(bytes, size);
}

static void call_waiting(void *self, void *conn, size_t *control_frames, size_t *bulk_bytes)
{
    (void)self;
    conn_waiting(conn, control_frames, bulk_bytes);
}

/* ---- what the door tells ---- */

static enum err on_admit(void *self, struct conn *conn, const struct peer *peer, void **user)
{
    struct serve *serve = self;
    struct peer_state *state = NULL;
    enum err err = engine_admit(serve->engine, conn, (int)peer->kind, &peer->fingerprint, &state);
    if (err != ERR_OK)
        log_warn("door", NULL, "a device was not admitted: %s", err_name(err));
    *user = state;
    return err;
}

static void on_frame(void *self, struct conn *conn, void *user, struct slice text)
{
    (void)conn;
    struct serve *serve = self;
    engine_frame(serve->engine, user, text);
}

static void on_room(void *self, struct conn *conn, void *user)
{
    (void)conn;
    struct serve *serve = self;
    engine_room(serve->engine, user);
}

static void on_closed(void *self, struct conn *conn, void *user, const char *why)
{
    struct serve *serve = self;
    char number[24];
    snprintf(number, sizeof number, "%llu", (unsigned long long)conn_number(conn));
    struct log_ids ids = {.conn = number};
    log_info("door", &ids, "closed: %s", why);
    engine_closed(serve->engine, user);
}

static enum err on_http(void *self, const struct http_ask *ask, struct http_answer *answer)
{
    struct serve *serve = self;
    if (ask->peer->kind != DEVICE_ADMIN || !slice_is(ask->path, "/healthz"))
        return console_files_answer(serve->console, ask, answer);
    answer->content_type = "application/json; charset=utf-8";
    engine_health(serve->engine, &answer->body);
    return ERR_OK;
}

/* ---- the loop ---- */

static void on_batch(void *self, struct batch *batch)
{
    struct serve *serve = self;
    engine_committed(serve->engine, batch);
}

static void on_job(void *self, struct job *job)
{
    struct serve *serve = self;
    if (serve->stopping)
        job_free(job);
    else
        engine_outcome(serve->engine, job);
}

static void on_turn(uv_check_t *check)
{
    struct serve *serve = check->data;
    if (!serve->ended)
        engine_turn_end(serve->engine);
}

static void on_tick(uv_timer_t *timer)
{
    struct serve *serve = timer->data;
    clock_watch();
    engine_tick(serve->engine);
}

static void on_hangup(uv_signal_t *handle, int number)
{
    (void)number;
    struct serve *serve = handle->data;
    enum err err = door_reload(serve->door, NULL);
    log_line(err == ERR_OK ? LEVEL_INFO : LEVEL_ERROR, "serve", NULL,
             "certificates and revocation lists read again: %s", err_name(err));
}

/* ---- taking down ----
 * Reading stops, what is under way comes to its end, then control, errands and journal go, and the
 * door last: libwebsockets closes a descriptor twice when it goes, which must not hit one that a
 * thread of ours has just opened. */

static void after_door(void *self)
{
    struct serve *serve = self;
    serve->door = NULL;
    uv_close((uv_handle_t *)&serve->turn, NULL);
    uv_close((uv_handle_t *)&serve->tick, NULL);
    uv_close((uv_handle_t *)&serve->term, NULL);
    uv_close((uv_handle_t *)&serve->interrupt, NULL);
    uv_close((uv_handle_t *)&serve->hangup, NULL);
}

static void after_runner(void *self)
{
    struct serve *serve = self;
    serve->runner = NULL;
    serve->ended = true;
    journal_close(serve->opened.journal); /* waits for the writer; its handle closes on the loop */
    serve->opened.journal = NULL;
    door_close(serve->door, after_door, serve);
}

static void after_control(void *self)
{
    struct serve *serve = self;
    serve->control = NULL;
    runner_stop(serve->runner, serve, after_runner);
}

static void on_drain(uv_timer_t *timer)
{
    enum { DRAIN_TRIES = 60 };
    struct serve *serve = timer->data;
    engine_turn_end(serve->engine);
    if (engine_busy(serve->engine) != 0 && ++serve->drained < DRAIN_TRIES)
        return;
    uv_timer_stop(timer);
    control_close(serve->control, serve, after_control);
}

static void on_stop(uv_signal_t *handle, int number)
{
    enum { DRAIN_EVERY_MS = 50 };
    struct serve *serve = handle->data;
    if (serve->stopping)
        return;
    serve->stopping = true;
    log_info("serve", NULL, "signal %d: stopping", number);
    door_pause_reading(serve->door, PAUSE_YES);
    engine_finish(serve->engine);
    uv_timer_start(&serve->tick, on_drain, 0, DRAIN_EVERY_MS);
}

/* ---- putting together ---- */

static enum err open_runner(struct serve *serve)
{
    const struct settings *s = serve->settings;
    struct runner_setup *setup = secret_new(sizeof *setup);
    if (setup == NULL)
        return ERR_NO_MEMORY;
    *setup = (struct runner_setup){
        .provider = &serve->provider,
        .practice_provider = &serve->practice,
        .trust = serve->trust,
        .facility_code = s->facility_code,
        .fetch_timeout_ms = s->provider_timeout_ms,
        .rule = (enum password_rule)s->password_rule,
        .cost = {.passes = 2, .memory_bytes = (size_t)s->password_memory_mib << 20},
        .log_read = log_reader_read,
        .log_self = &serve->log,
    };
    char path[FILE_PATH_MAX + 32];
    settings_path(s, "journal.db", path, sizeof path);
    enum err err = store_sqlite_open_reader(path, &serve->log.store);
    settings_path(s, "checkpoint", serve->outside, sizeof serve->outside);
    serve->log.checkpoint_path = serve->outside;
    if (err == ERR_OK)
        err = note_key_parse(journal_log_key(serve->opened.journal), &serve->log.key);
    if (err == ERR_OK)
        err = keyfile_load(serve->opened.keys, KEYFILE_ALIAS, setup->alias_key);
    if (err == ERR_OK)
        err = runner_start(&serve->loop, setup, serve, on_job, &serve->runner);
    secret_free(setup);
    return err;
}

static enum err open_engine(struct serve *serve)
{
    struct engine_setup setup = {
        .calls = {serve, call_send, call_has_room, call_drop, call_close, call_commit, call_errand,
                  call_now, call_random, call_waiting},
        .journal = serve->opened.journal,
        .name = serve->settings->name,
        .lease_ms = serve->settings->lease_ms,
        .simulator = serve->settings->provider_simulator,
    };
    char path[FILE_PATH_MAX + 32];
    settings_path(serve->settings, "keys/spool.pub", path, sizeof path);
    enum err err = file_read(path, 64, FILE_ANY, &serve->spool_key);
    while (serve->spool_key.size != 0 && serve->spool_key.bytes[serve->spool_key.size - 1] == '\n')
        serve->spool_key.size--; /* the file is one line of base64 */
    setup.spool_key = buf_slice(&serve->spool_key);
    serve->spool_secret = secret_new(SEAL_KEY_SIZE);
    if (err == ERR_OK && serve->spool_secret == NULL)
        err = ERR_NO_MEMORY;
    if (err == ERR_OK)
        err = keyfile_load(serve->opened.keys, KEYFILE_SPOOL, serve->spool_secret);
    setup.spool_secret = serve->spool_secret;
    settings_policy(serve->settings, &setup.policy);
    if (err == ERR_OK)
        err = engine_new(&setup, &serve->engine);
    return err == ERR_OK ? engine_load(serve->engine) : err;
}

static enum err open_door(struct serve *serve)
{
    struct door_listener rows[LISTENERS];
    const struct door_calls calls = {serve, on_admit, on_frame, on_closed, on_http, on_room};
    listeners_of(serve->settings, rows);
    enum err err = door_open(&serve->loop, rows, LISTENERS, &calls, &serve->door);
    for (size_t i = 0; err == ERR_OK && i < LISTENERS; i++)
        printf("listening %s %d\n", rows[i].name, door_port(serve->door, i));
    return err;
}

static void start_handles(struct serve *serve)
{
    uv_check_init(&serve->loop, &serve->turn);
    serve->turn.data = serve;
    uv_check_start(&serve->turn, on_turn);
    uv_timer_init(&serve->loop, &serve->tick);
    serve->tick.data = serve;
    uv_timer_start(&serve->tick, on_tick, 1000, 1000);
    uv_signal_t *const signals[] = {&serve->term, &serve->interrupt, &serve->hangup};
    const int numbers[] = {SIGTERM, SIGINT, SIGHUP};
    for (int i = 0; i < 3; i++) {
        uv_signal_init(&serve->loop, signals[i]);
        signals[i]->data = serve;
        uv_signal_start(signals[i], i == 2 ? on_hangup : on_stop, numbers[i]);
    }
}

static enum err start(struct serve *serve)
{
    char socket[FILE_PATH_MAX + 32];
    settings_path(serve->settings, "control.sock", socket, sizeof socket);
    enum err err = opened_open(serve->settings, OPENED_ALONE, &serve->opened);
    if (err == ERR_OK)
        err = serve_provider(serve->settings, &serve->provider);
    if (err == ERR_OK)
        serve_practice(serve->settings, &serve->practice);
    if (err == ERR_OK)
        err = card_trust_open(serve->settings, &serve->trust);
    if (err == ERR_OK)
        err = open_engine(serve);
    if (err == ERR_OK)
        err = open_runner(serve);
    if (err == ERR_OK)
        err = journal_start(serve->opened.journal, &serve->loop, serve, on_batch);
    if (err == ERR_OK)
        err = control_open(&serve->loop, serve->engine, socket, &serve->control);
    if (err == ERR_OK)
        err = console_files_open(serve->settings, &serve->console);
    if (err == ERR_OK)
        err = open_door(serve);
    if (err == ERR_OK)
        engine_recover(serve->engine);
    return err;
}

int serve_run(const struct settings *settings)
{
    static struct serve serve; /* the one of this process */
    serve = (struct serve){.settings = settings, .opened = {.lock_fd = -1}};
    uv_loop_init(&serve.loop);
    signal(SIGPIPE, SIG_IGN);
    signal(SIGXFSZ, SIG_IGN); /* a file at its limit is a full disk, not our end */
    enum err err = start(&serve);
    if (err != ERR_OK) {
        log_error("serve", NULL, "not started: %s / %s", err_text_ja(err), err_text_en(err));
        exit(1); /* nothing was served: the kernel takes back what was opened */
    }
    start_handles(&serve);
    printf("ready\n");
    fflush(stdout);
    uv_run(&serve.loop, UV_RUN_DEFAULT);
    engine_free(serve.engine);
    card_trust_close(serve.trust);
    provider_close(&serve.provider);
    provider_close(&serve.practice);
    store_close(serve.log.store);
    pages_files_close(serve.console);
    opened_close(&serve.opened);
    buf_free(&serve.spool_key);
    secret_free(serve.spool_secret);
    uv_run(&serve.loop, UV_RUN_DEFAULT);
    return uv_loop_close(&serve.loop) == 0 ? 0 : 1;
}
