/* crew.c — Job: the tablet as the crew meets it: its life, the line, the clock, typed lines. */
#include "ambulance_client/crew_inner.h"

#include "client/view_text.h"
#include "common/log.h"
#include "common/secret.h"

#include <stdlib.h>

uint64_t crew_mono(const struct crew *crew)
{
    return crew->calls.mono_ms(crew->calls.self);
}

int64_t crew_wall(const struct crew *crew)
{
    return crew->calls.wall_ms(crew->calls.self);
}

int64_t crew_now(const struct crew *crew)
{
    int64_t now = lease_gateway_now(client_lease(crew->client), crew_mono(crew));
    return now != 0 ? now : crew_wall(crew);
}

struct client *crew_client(struct crew *crew)
{
    return crew->client;
}

struct crew_case *crew_case_of(struct crew *crew, const struct id *id)
{
    struct crew_case *c = crew->cases;
    while (c != NULL && !id_equal(&c->id, id))
        c = c->next;
    if (c != NULL)
        return c;
    c = calloc(1, sizeof *c);
    if (c == NULL)
        return NULL;
    c->id = *id;
    c->next = crew->cases;
    crew->cases = c;
    return c;
}

static void free_cases(struct crew *crew)
{
    while (crew->cases != NULL) {
        struct crew_case *c = crew->cases;
        crew->cases = c->next;
        buf_free(&c->record);
        explicit_bzero(c, sizeof *c);
        free(c);
    }
}

/* ---- what the client calls ---- */

static enum err call_send(void *self, struct slice frame)
{
    struct crew *crew = self;
    return crew->calls.send(crew->calls.self, frame);
}

static int64_t call_wall(void *self)
{
    return crew_wall(self);
}

static uint64_t call_mono(void *self)
{
    return crew_mono(self);
}

/* A card's signature names the message that carries it, so that one is named first. */
static struct id call_new_id(void *self)
{
    struct crew *crew = self;
    struct id id = crew->preset;
    if (id_absent(&id))
        return crew->calls.new_id(crew->calls.self);
    crew->preset = (struct id){{0}};
    return id;
}

static void call_kept(void *self, const struct id *message, struct slice frame)
{
    crew_keep(self, message, frame);
}

/* ---- life ---- */

static enum err open_client(struct crew *crew, struct witness *witness)
{
    struct client_calls calls = {.self = crew,
                                 .send = call_send,
                                 .wall_ms = call_wall,
                                 .mono_ms = call_mono,
                                 .new_id = call_new_id,
                                 .kept = call_kept,
                                 .happened = crew_happened};
    enum err err = client_new(&calls, FROM_AMBULANCE, AMBULANCE_PROGRAM " " AMBULANCE_VERSION,
                              CLIENT_VIEWS_BYTES_MAX, witness, &crew->client);
    if (err == ERR_OK && crew->settings->log_key[0] != '\0')
        err = witness_key(client_witness(crew->client), slice_of(crew->settings->log_key),
                          crew_wall(crew));
    return err;
}

enum err crew_new(struct crew_setup *setup, struct crew **out)
{
    struct crew *crew = calloc(1, sizeof *crew);
    *out = NULL;
    if (crew == NULL)
        return ERR_NO_MEMORY;
    crew->calls = setup->calls;
    crew->settings = setup->settings;
    crew->screen = setup->screen;
    crew->report = setup->report;
    crew->state = setup->state;
    crew->spool = setup->spool;
    crew->secrets = setup->secrets;
    crew->input = setup->input;
    setup->report.fd = -1;
    crew->secret = secret_new(sizeof *crew->secret);
    enum err err = crew->secret == NULL ? ERR_NO_MEMORY : open_client(crew, &setup->witness);
    if (err != ERR_OK) {
        crew_free(crew);
        return err;
    }
    report_begin(&crew->report, "start");
    report_word(&crew->report, "version", AMBULANCE_VERSION);
    report_flag(&crew->report, "terminal", crew->screen.terminal);
    report_int(&crew->report, "log_size", witness_size(client_witness(crew->client)));
    report_end(&crew->report);
    crew_kept_tell(crew);
    *out = crew;
    return ERR_OK;
}

static void save_n(struct crew *crew)
{
    if (crew->state != NULL &&
        client_state_save_n(crew->state, session_n(client_session(crew->client))) != ERR_OK)
        log_error("crew", NULL, "the newest notice number could not be saved");
}

void crew_free(struct crew *crew)
{
    if (crew == NULL)
        return;
    screen_clear(&crew->screen);
    if (crew->client != NULL) {
        report_begin(&crew->report, "stop");
        report_end(&crew->report);
        save_n(crew);
    }
    client_free(crew->client);
    secret_free(crew->secret);
    free_cases(crew);
    crew_hospitals_free(&crew->hospitals);
    crew_hospitals_free(&crew->coming);
    report_close(&crew->report);
    explicit_bzero(crew, sizeof *crew);
    free(crew);
}

/* ---- the line ---- */

void crew_online(struct crew *crew)
{
    client_online(crew->client); /* online is when welcome has come */
}

void crew_offline(struct crew *crew, const char *why)
{
    struct buf line = {0};
    bool was = crew->online;
    client_offline(crew->client);
    pages_offline(crew->pages, why);
    crew_kept_offline(crew);
    crew_hand_up_offline(crew);
    crew->online = false;
    if (!was && crew->offline_since != 0)
        return;
    crew->offline_since = crew_wall(crew);
    log_warn("link", NULL, "off the line: %s", why);
    buf_text(&line, "ゲートウェイと通信できません（");
    view_text_time(&line, crew->offline_since);
    buf_text(&line, "から）。記録は続けられます。つながると送ります\n");
    screen_text(&crew->screen, buf_slice(&line));
    buf_free(&line);
    report_begin(&crew->report, "offline");
    report_end(&crew->report);
}

void crew_set_pages(struct crew *crew, struct pages *pages)
{
    crew->pages = pages;
    crew_kept_count(crew);
    if (pages == NULL)
        return;
    screen_line(&crew->screen, "画面: http://localhost:%d/", pages_port(pages));
    report_begin(&crew->report, "pages");
    report_int(&crew->report, "port", pages_port(pages));
    report_end(&crew->report);
}

void crew_frame(struct crew *crew, struct slice text)
{
    enum err last;
    uint64_t before = client_misread(crew->client, NULL);
    crew_kept_frame(crew, text);
    pages_before(crew->pages);
    client_frame(crew->client, text);
    pages_after(crew->pages, text);
    if (client_misread(crew->client, &last) != before)
        log_warn("link", NULL, "a frame that cannot be understood: %s", err_name(last));
    crew_wait_look(crew);
}

/* ---- the end ---- */

void crew_end(struct crew *crew, uint64_t within_ms)
{
    uint64_t at = crew_mono(crew) + within_ms;
    if (crew->ending_at == 0 || at < crew->ending_at)
        crew->ending_at = at;
}

static void quit_now(struct crew *crew)
{
    if (crew->over)
        return;
    crew->over = true;
    crew->calls.quit(crew->calls.self, crew->status);
}

/* What has no receipt is in the spool: offline there is nothing to wait for. */
static void end_if_done(struct crew *crew)
{
    bool done = !crew->online ||
                (session_waiting(client_session(crew->client)) == 0 && crew_kept_flying(crew) == 0);
    if (crew->ending_at != 0 && (done || crew_mono(crew) >= crew->ending_at))
        quit_now(crew);
}

void crew_failed(struct crew *crew)
{
    if (crew->input != CREW_STRICT_SCRIPT)
        return;
    crew->status = EXIT_FAILURE;
    quit_now(crew);
}

void crew_input_end(struct crew *crew)
{
    crew_end(crew, CREW_DRAIN_MS);
    end_if_done(crew);
}

void crew_tick(struct crew *crew)
{
    uint64_t now = crew_mono(crew);
    client_tick(crew->client);
    pages_tick(crew->pages);
    crew_kept_tick(crew);
    crew_hand_up_tick(crew);
    crew_proof_tick(crew);
    crew_wait_look(crew);
    crew_page_look(crew);
    if (now - crew->saved_at >= CREW_SAVE_MS) {
        crew->saved_at = now;
        save_n(crew);
    }
    end_if_done(crew);
}

/* ---- typed lines ---- */

bool crew_busy(const struct crew *crew)
{
    return crew->wait.kind != WAIT_NOTHING || crew->over;
}

static void command_line(struct crew *crew, struct slice line)
{
    struct typed *typed = calloc(1, sizeof *typed);
    enum err err = typed == NULL ? ERR_NO_MEMORY : typed_parse(line, typed);
    if (err != ERR_OK)
        crew_unsuccessful(crew, "?", err);
    else if (typed->count != 0 && typed->words[0][0] != '#')
        crew_command(crew, typed);
    if (typed != NULL)
        explicit_bzero(typed, sizeof *typed);
    free(typed);
}

void crew_line(struct crew *crew, char *line, size_t size)
{
    if (crew->wait.kind != WAIT_NOTHING && !crew->over)
        crew_wait_end(crew, ERR_BUSY); /* a person who types has waited enough */
    if (crew->over)
        log_info("crew", NULL, "a line behind the end");
    else if (crew->secret->use != SECRET_NONE)
        crew_secret_line(crew, line, size);
    else
        command_line(crew, (struct slice){line, size});
    explicit_bzero(line, size);
}
