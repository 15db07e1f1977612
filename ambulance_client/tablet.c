/* tablet.c — Job: the running tablet: loop, link, reader, input, clock, around one crew. */
#include "ambulance_client/tablet.h"

#include "ambulance_client/card_pcsc.h"
#include "ambulance_client/line_queue.h"
#include "client/input.h"
#include "common/clock.h"
#include "common/log.h"
#include "common/rng.h"
#include "proto/link.h"

#include <stdio.h>
#include <stdlib.h>
#include <unistd.h>
#include <uv.h>

enum { TICK_MS = 250 };

struct tablet {
    const struct tablet_setup *setup;
    uv_loop_t loop;
    uv_timer_t timer;
    uv_signal_t interrupt, terminate;
    struct link *link;
    struct card_watch *reader;
    struct input *input;
    struct crew *crew;
    struct pages *pages;
    struct line_queue lines;
    bool input_ended, feeding, ending;
    int status;
};

static void end(struct tablet *t)
{
    if (t->ending)
        return;
    t->ending = true;
    uv_timer_stop(&t->timer);
    input_close(t->input);
    t->input = NULL;
    if (t->crew != NULL)
        crew_set_pages(t->crew, NULL);
    pages_close(t->pages, NULL, NULL);
    t->pages = NULL;
    link_close(t->link, NULL, NULL);
    card_close(t->reader);
    uv_close((uv_handle_t *)&t->timer, NULL);
    uv_close((uv_handle_t *)&t->interrupt, NULL);
    uv_close((uv_handle_t *)&t->terminate, NULL);
}

/* ---- what the crew calls ---- */

static enum err call_send(void *self, struct slice frame)
{
    struct tablet *t = self;
    return t->link == NULL || t->ending ? ERR_BUSY : link_send(t->link, frame);
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
    struct tablet *t = self;
    if (t->link != NULL && !t->ending)
        link_drop(t->link, why);
}

static void call_echo(void *self, enum crew_echo echo)
{
    struct tablet *t = self;
    if (t->input == NULL)
        return;
    if (echo == CREW_ECHO_OFF)
        input_hide(t->input);
    else
        input_show(t->input);
}

static enum err call_card_sign(void *self, struct card_order *order, uint32_t *order_no)
{
    struct tablet *t = self;
    if (t->reader != NULL)
        return card_sign(t->reader, order, order_no);
    explicit_bzero(order->pin, order->pin_size);
    return ERR_NO_READER;
}

static void call_quit(void *self, int status)
{
    struct tablet *t = self;
    t->status = status;
    end(t);
}

/* ---- the script ---- */

/* Feeds lines while the crew takes them. What a line causes may come back here: one level only. */
static void feed(struct tablet *t)
{
    char line[CLIENT_LINE_MAX];
    size_t size;
    if (t->feeding)
        return;
    t->feeding = true;
    while (!t->ending && !crew_busy(t->crew) &&
           line_queue_take(&t->lines, line, sizeof line, &size))
        crew_line(t->crew, line, size);
    explicit_bzero(line, sizeof line);
    t->feeding = false;
    if (t->pages == NULL && t->input_ended && t->lines.count == 0 && !t->ending &&
        !crew_busy(t->crew))
        crew_input_end(t->crew);
}

static void on_line(void *self, char *line, size_t size)
{
    struct tablet *t = self;
    if (t->input != NULL && input_is_terminal(t->input)) {
        crew_line(t->crew, line, size);
        return;
    }
    enum err err = line_queue_add(&t->lines, (struct slice){line, size});
    if (err != ERR_OK) {
        fprintf(stderr, "%s: %s / %s\n", AMBULANCE_PROGRAM, err_text_ja(err), err_text_en(err));
        call_quit(t, EXIT_FAILURE);
        return;
    }
    feed(t);
}

static void on_input_end(void *self)
{
    struct tablet *t = self;
    t->input_ended = true;
    feed(t);
}

/* ---- what the loop calls ---- */

static void on_state(void *self, enum link_state state, const char *why)
{
    struct tablet *t = self;
    if (state == LINK_ONLINE)
        crew_online(t->crew);
    else if (state == LINK_OFFLINE)
        crew_offline(t->crew, why);
    feed(t);
}

static void on_frame(void *self, struct slice text)
{
    struct tablet *t = self;
    crew_frame(t->crew, text);
    feed(t);
}

static uint32_t on_random(void *self)
{
    uint32_t number;
    (void)self;
    rng_fill(&number, sizeof number);
    return number;
}

static void on_card(void *self, const struct card_event *event)
{
    struct tablet *t = self;
    crew_card(t->crew, event);
    feed(t);
}

static void on_card_closed(void *self)
{
    struct tablet *t = self;
    t->reader = NULL;
}

static void on_tick(uv_timer_t *timer)
{
    struct tablet *t = timer->data;
    crew_tick(t->crew);
    feed(t);
}

static void on_signal(uv_signal_t *signal, int number)
{
    (void)number;
    end(signal->data);
}

/* ---- start ---- */

static enum err open_link(struct tablet *t)
{
    const struct ambulance_settings *s = t->setup->settings;
    struct link_config config = {.address = s->gateway_address,
                                 .port = (int)s->gateway_port,
                                 .server_name = s->server_name,
                                 .cert_path = s->certificate,
                                 .key_path = s->key,
                                 .ca_path = s->ca};
    struct link_calls calls = {
        .self = t, .on_state = on_state, .on_frame = on_frame, .random = on_random};
    enum err err = link_open(&t->loop, &config, &calls, &t->link);
    if (err != ERR_OK)
        fprintf(stderr, "%s: 証明書・鍵・認証局: %s / certificate, key or authority: %s\n",
                AMBULANCE_PROGRAM, err_text_ja(err), err_text_en(err));
    return err;
}

static enum err open_reader(struct tablet *t)
{
    struct card_config config = {.service = card_pcsc_service(),
                                 .on_event = on_card,
                                 .on_closed = on_card_closed,
                                 .self = t};
    return t->setup->settings->card ? card_open(&t->loop, &config, &t->reader) : ERR_OK;
}

static enum err call_card(void *self, enum pages_card_act act, const struct id *person,
                          const struct id *case_id, struct slice pin)
{
    struct tablet *t = self;
    return crew_page_card(t->crew, act, person, case_id, pin);
}

/* The tablet's page is for the browser of this very machine. */
static enum err open_pages(struct tablet *t)
{
    const struct ambulance_settings *s = t->setup->settings;
    struct pages_setup pages = {
        .calls = {.self = t, .wall_ms = call_wall, .mono_ms = call_mono, .card = call_card},
        .client = crew_client(t->crew),
        .side = FROM_AMBULANCE,
        .device_name = s->tablet_name,
        .language = s->language,
        .crew = s->crew_code,
        .folder = s->pages,
        .host = "localhost",
        .address = "127.0.0.1",
        .port = (int)s->pages_port};
    if (s->pages[0] == '\0')
        return ERR_OK;
    enum err err = pages_open(&t->loop, &pages, &t->pages);
    if (err == ERR_OK)
        crew_set_pages(t->crew, t->pages);
    else
        fprintf(stderr, "%s: 画面: %s / the page: %s\n", AMBULANCE_PROGRAM, err_text_ja(err),
                err_text_en(err));
    return err;
}

static void open_loop(struct tablet *t)
{
    uv_loop_init(&t->loop);
    uv_timer_init(&t->loop, &t->timer);
    uv_signal_init(&t->loop, &t->interrupt);
    uv_signal_init(&t->loop, &t->terminate);
    t->timer.data = t->interrupt.data = t->terminate.data = t;
    uv_signal_start(&t->interrupt, on_signal, SIGINT);
    uv_signal_start(&t->terminate, on_signal, SIGTERM);
    uv_timer_start(&t->timer, on_tick, TICK_MS, TICK_MS);
}

static enum crew_input input_of(const struct tablet_setup *setup)
{
    if (setup->strict)
        return CREW_STRICT_SCRIPT;
    return isatty(STDIN_FILENO) == 1 ? CREW_PERSON : CREW_SCRIPT;
}

static enum err open_crew(struct tablet *t, struct client_state *state, struct spool *spool,
                          struct witness *witness)
{
    const struct tablet_setup *setup = t->setup;
    bool taken = setup->json != NULL && strcmp(setup->json, "-") == 0;
    struct crew_setup crew = {.calls = {.self = t,
                                        .send = call_send,
                                        .wall_ms = call_wall,
                                        .mono_ms = call_mono,
                                        .new_id = call_new_id,
                                        .relink = call_relink,
                                        .echo = call_echo,
                                        .card_sign = setup->settings->card ? call_card_sign : NULL,
                                        .quit = call_quit},
                              .settings = setup->settings,
                              .state = state,
                              .spool = spool,
                              .witness = *witness,
                              .secrets = setup->secrets,
                              .input = input_of(setup)};
    *witness = (struct witness){.unproved = 0}; /* moved into the crew */
    if (isatty(STDIN_FILENO) == 1)
        crew.secrets = CREW_SECRETS_TYPED;
    screen_init(&crew.screen, taken ? STDERR_FILENO : STDOUT_FILENO,
                setup->settings->bell ? SCREEN_RINGS : SCREEN_QUIET);
    enum err err = report_open(&crew.report, setup->json, call_wall, t);
    if (err == ERR_OK)
        err = crew_new(&crew, &t->crew);
    else
        witness_fini(&crew.witness);
    if (err != ERR_OK)
        fprintf(stderr, "%s: %s / %s\n", AMBULANCE_PROGRAM, err_text_ja(err), err_text_en(err));
    return err;
}

static enum err run(struct tablet *t, struct client_state *state, struct spool *spool,
                    struct witness *witness)
{
    open_loop(t);
    enum err err = open_crew(t, state, spool, witness);
    if (err == ERR_OK)
        err = open_link(t);
    if (err == ERR_OK)
        err = open_pages(t);
    if (err == ERR_OK)
        err = open_reader(t);
    if (err == ERR_OK) {
        struct input_calls calls = {.self = t, .on_line = on_line, .on_end = on_input_end};
        t->input = input_open(&t->loop, STDIN_FILENO, &calls);
    } else {
        end(t);
    }
    uv_run(&t->loop, UV_RUN_DEFAULT);
    crew_free(t->crew);
    line_queue_fini(&t->lines);
    if (uv_loop_close(&t->loop) != 0)
        log_warn("tablet", NULL, "a handle was left open");
    return err;
}

static enum err open_spool(const struct ambulance_settings *settings, struct spool **out)
{
    bool damaged = false;
    enum err err = spool_open(settings->spool, clock_wall_ms(), out, &damaged);
    if (err != ERR_OK)
        fprintf(stderr, "%s: %s: %s / %s\n", AMBULANCE_PROGRAM, settings->spool, err_text_ja(err),
                err_text_en(err));
    if (damaged)
        log_error("spool", NULL, "the spool was damaged; it was put aside, a new one is in use");
    return err;
}

enum err tablet_run(const struct tablet_setup *setup, int *status)
{
    struct tablet t = {.setup = setup, .status = EXIT_SUCCESS};
    struct client_state *state = NULL;
    struct spool *spool = NULL;
    struct witness witness;
    const char *folder = setup->settings->state_dir;
    enum err err = client_state_open(folder, &witness, &state);
    if (err != ERR_OK) {
        fprintf(stderr, "%s: %s: %s / %s\n", AMBULANCE_PROGRAM, folder, err_text_ja(err),
                err_text_en(err));
        return err;
    }
    err = open_spool(setup->settings, &spool);
    if (err == ERR_OK)
        err = run(&t, state, spool, &witness);
    else
        witness_fini(&witness);
    spool_close(spool);
    client_state_close(state);
    *status = t.status;
    return err;
}
