/* station.c — Job: the running box: loop, link, standard input, signals, clock, around one desk. */
#include "hospital_client/station.h"

#include "common/clock.h"
#include "common/log.h"
#include "common/rng.h"
#include "client/input.h"
#include "proto/link.h"

#include <stdio.h>
#include <string.h>
#include <unistd.h>
#include <uv.h>

enum { TICK_MS = 250 };

struct station {
    uv_loop_t loop;
    uv_timer_t timer;
    uv_signal_t interrupt, terminate;
    struct link *link;
    struct input *input;
    struct desk *desk;
    struct pages *pages;
    bool ending;
};

static void end(struct station *st)
{
    if (st->ending)
        return;
    st->ending = true;
    uv_timer_stop(&st->timer);
    input_close(st->input);
    st->input = NULL;
    if (st->desk != NULL)
        desk_set_pages(st->desk, NULL);
    pages_close(st->pages, NULL, NULL);
    st->pages = NULL;
    link_close(st->link, NULL, NULL);
    uv_close((uv_handle_t *)&st->timer, NULL);
    uv_close((uv_handle_t *)&st->interrupt, NULL);
    uv_close((uv_handle_t *)&st->terminate, NULL);
}

/* ---- what the desk calls ---- */

static enum err call_send(void *self, struct slice frame)
{
    struct station *st = self;
    return st->link == NULL || st->ending ? ERR_BUSY : link_send(st->link, frame);
}

static int64_t call_wall(void *self)
{
    (void)self;
    return clock_wall_ms();
}

static uint64_t call_mono(void *self)
{
    (void)self;
    return clock_mono_ms();
}

static struct id call_new_id(void *self)
{
    (void)self;
    return rng_id();
}

static void call_relink(void *self, const char *why)
{
    struct station *st = self;
    if (st->link != NULL && !st->ending)
        link_drop(st->link, why);
}

static void call_echo(void *self, enum desk_echo echo)
{
    struct station *st = self;
    if (st->input == NULL)
        return;
    if (echo == DESK_ECHO_OFF)
        input_hide(st->input);
    else
        input_show(st->input);
}

static void call_quit(void *self)
{
    end(self);
}

/* ---- what the loop calls ---- */

static void on_state(void *self, enum link_state state, const char *why)
{
    struct station *st = self;
    if (state == LINK_ONLINE)
        desk_online(st->desk);
    else if (state == LINK_OFFLINE)
        desk_offline(st->desk, why);
}

static void on_frame(void *self, struct slice text)
{
    struct station *st = self;
    desk_frame(st->desk, text);
}

static uint32_t on_random(void *self)
{
    uint32_t number;
    (void)self;
    rng_fill(&number, sizeof number);
    return number;
}

static void on_tick(uv_timer_t *timer)
{
    struct station *st = timer->data;
    desk_tick(st->desk);
}

static void on_signal(uv_signal_t *signal, int number)
{
    (void)number;
    end(signal->data);
}

static void on_line(void *self, char *line, size_t size)
{
    struct station *st = self;
    desk_line(st->desk, line, size);
}

/* A terminal that hangs up ends the box; behind a pipe it goes on as a board. */
static void on_input_end(void *self)
{
    struct station *st = self;
    if (st->input != NULL && input_is_terminal(st->input))
        end(st);
}

/* ---- start ---- */

static enum err open_link(struct station *st, const struct hospital_settings *s)
{
    struct link_config config = {.address = s->gateway_address,
                                 .port = (int)s->gateway_port,
                                 .server_name = s->server_name,
                                 .cert_path = s->certificate,
                                 .key_path = s->key,
                                 .ca_path = s->ca};
    struct link_calls calls = {
        .self = st, .on_state = on_state, .on_frame = on_frame, .random = on_random};
    enum err err = link_open(&st->loop, &config, &calls, &st->link);
    if (err != ERR_OK)
        fprintf(stderr, "%s: 証明書・鍵・認証局: %s / certificate, key or authority: %s\n",
                HOSPITAL_PROGRAM, err_text_ja(err), err_text_en(err));
    return err;
}

static enum err call_board(void *self, const struct body_board *board)
{
    struct station *st = self;
    return desk_tell_board(st->desk, board);
}

static enum err open_pages(struct station *st, const struct station_setup *setup)
{
    const struct hospital_settings *s = setup->settings;
    struct pages_setup pages = {
        .calls = {.self = st, .wall_ms = call_wall, .mono_ms = call_mono, .board = call_board},
        .client = desk_client(st->desk),
        .side = FROM_HOSPITAL,
        .device_name = s->box_name,
        .language = "ja",
        .print = s->print,
        .folder = s->pages,
        .host = s->pages_name,
        .address = s->pages_address,
        .port = (int)s->pages_port,
        .cert_path = s->pages_certificate,
        .key_path = s->pages_key};
    if (s->pages[0] == '\0')
        return ERR_OK;
    enum err err = pages_open(&st->loop, &pages, &st->pages);
    if (err == ERR_OK)
        desk_set_pages(st->desk, st->pages);
    else
        fprintf(stderr, "%s: 画面: %s / the board: %s\n", HOSPITAL_PROGRAM, err_text_ja(err),
                err_text_en(err));
    return err;
}

static void open_loop(struct station *st)
{
    uv_loop_init(&st->loop);
    uv_timer_init(&st->loop, &st->timer);
    uv_signal_init(&st->loop, &st->interrupt);
    uv_signal_init(&st->loop, &st->terminate);
    st->timer.data = st->interrupt.data = st->terminate.data = st;
    uv_signal_start(&st->interrupt, on_signal, SIGINT);
    uv_signal_start(&st->terminate, on_signal, SIGTERM);
    uv_timer_start(&st->timer, on_tick, TICK_MS, TICK_MS);
}

/* Human lines go to standard output, or to standard error when that one carries the JSON. */
static int screen_fd(const struct station_setup *setup)
{
    bool taken = setup->json != NULL && strcmp(setup->json, "-") == 0;
    return taken ? STDERR_FILENO : STDOUT_FILENO;
}

static enum err open_desk(struct station *st, const struct station_setup *setup,
                          struct client_state *state, struct witness *witness)
{
    struct desk_setup desk = {.calls = {.self = st,
                                        .send = call_send,
                                        .wall_ms = call_wall,
                                        .mono_ms = call_mono,
                                        .new_id = call_new_id,
                                        .relink = call_relink,
                                        .echo = call_echo,
                                        .quit = call_quit},
                              .settings = setup->settings,
                              .state = state,
                              .witness = *witness,
                              .secrets = setup->secrets};
    *witness = (struct witness){.unproved = 0}; /* moved into the desk */
    if (isatty(STDIN_FILENO) == 1)
        desk.secrets = DESK_SECRETS_TYPED;
    screen_init(&desk.screen, screen_fd(setup),
                setup->settings->bell ? SCREEN_RINGS : SCREEN_QUIET);
    enum err err = report_open(&desk.report, setup->json, call_wall, st);
    if (err == ERR_OK)
        err = desk_new(&desk, &st->desk);
    else
        witness_fini(&desk.witness);
    if (err != ERR_OK)
        fprintf(stderr, "%s: %s / %s\n", HOSPITAL_PROGRAM, err_text_ja(err), err_text_en(err));
    return err;
}

enum err station_run(const struct station_setup *setup)
{
    struct station st = {.ending = false};
    struct client_state *state = NULL;
    struct witness witness;
    enum err err = client_state_open(setup->settings->state_dir, &witness, &state);
    if (err != ERR_OK) {
        fprintf(stderr, "%s: %s: %s / %s\n", HOSPITAL_PROGRAM, setup->settings->state_dir,
                err_text_ja(err), err_text_en(err));
        return err;
    }
    open_loop(&st);
    err = open_desk(&st, setup, state, &witness);
    if (err == ERR_OK)
        err = open_link(&st, setup->settings);
    if (err == ERR_OK)
        err = open_pages(&st, setup);
    if (err == ERR_OK) {
        struct input_calls calls = {.self = &st, .on_line = on_line, .on_end = on_input_end};
        st.input = input_open(&st.loop, STDIN_FILENO, &calls);
    } else {
        end(&st);
    }
    uv_run(&st.loop, UV_RUN_DEFAULT);
    desk_free(st.desk);
    if (uv_loop_close(&st.loop) != 0)
        log_warn("station", NULL, "a handle was left open");
    client_state_close(state);
    return err;
}
