/* desk.c — Job: the box as the ER meets it: its life, the line, the clock, typed lines. */
#include "hospital_client/desk_inner.h"

#include "client/view_text.h"
#include "common/log.h"
#include "common/secret.h"

#include <stdlib.h>

uint64_t desk_mono(const struct desk *d)
{
    return d->calls.mono_ms(d->calls.self);
}

int64_t desk_now(const struct desk *d)
{
    int64_t now = lease_gateway_now(client_lease(d->client), desk_mono(d));
    return now != 0 ? now : d->calls.wall_ms(d->calls.self);
}

struct client *desk_client(struct desk *d)
{
    return d->client;
}

enum err desk_new(struct desk_setup *setup, struct desk **out)
{
    struct desk *d = calloc(1, sizeof *d);
    *out = NULL;
    if (d == NULL)
        return ERR_NO_MEMORY;
    d->calls = setup->calls;
    d->settings = setup->settings;
    d->screen = setup->screen;
    d->report = setup->report;
    d->state = setup->state;
    d->secrets = setup->secrets;
    d->people = FLAG_NO;
    setup->report.fd = -1;
    struct client_calls calls = {.self = d->calls.self,
                                 .send = d->calls.send,
                                 .wall_ms = d->calls.wall_ms,
                                 .mono_ms = d->calls.mono_ms,
                                 .new_id = d->calls.new_id,
                                 .happened_self = d,
                                 .happened = desk_happened};
    d->typed = secret_new(sizeof *d->typed);
    enum err err = d->typed == NULL ? ERR_NO_MEMORY : ERR_OK;
    if (err == ERR_OK)
        err = client_new(&calls, FROM_HOSPITAL, HOSPITAL_PROGRAM " " HOSPITAL_VERSION,
                         CLIENT_VIEWS_BYTES_MAX, &setup->witness, &d->client);
    if (err == ERR_OK && d->settings->log_key[0] != '\0')
        err = witness_key(client_witness(d->client), slice_of(d->settings->log_key),
                          d->calls.wall_ms(d->calls.self));
    if (err != ERR_OK) {
        desk_free(d);
        return err;
    }
    report_begin(&d->report, "start");
    report_word(&d->report, "version", HOSPITAL_VERSION);
    report_flag(&d->report, "terminal", d->screen.terminal);
    report_int(&d->report, "log_size", witness_size(client_witness(d->client)));
    report_end(&d->report);
    *out = d;
    return ERR_OK;
}

void desk_free(struct desk *d)
{
    if (d == NULL)
        return;
    screen_clear(&d->screen);
    if (d->client != NULL) {
        desk_witness_flush(d);
        report_begin(&d->report, "stop");
        report_end(&d->report);
    }
    if (d->client != NULL && d->state != NULL &&
        client_state_save_n(d->state, session_n(client_session(d->client))) != ERR_OK)
        log_error("desk", NULL, "the newest notice number could not be saved");
    client_free(d->client);
    secret_free(d->typed);
    report_close(&d->report);
    explicit_bzero(d, sizeof *d);
    free(d);
}

/* ---- the line ---- */

void desk_online(struct desk *d)
{
    client_online(d->client); /* the desk is online when welcome has come */
}

void desk_offline(struct desk *d, const char *why)
{
    struct buf line = {0};
    bool was = d->online;
    client_offline(d->client);
    pages_offline(d->pages, why);
    d->online = false;
    if (!was && d->offline_since != 0)
        return;
    d->offline_since = d->calls.wall_ms(d->calls.self);
    log_warn("link", NULL, "off the line: %s", why);
    buf_text(&line, "ゲートウェイと通信できません（");
    view_text_time(&line, d->offline_since);
    buf_text(&line, "から）\n");
    screen_text(&d->screen, buf_slice(&line));
    buf_free(&line);
    report_begin(&d->report, "offline");
    report_end(&d->report);
}

void desk_set_pages(struct desk *d, struct pages *pages)
{
    d->pages = pages;
    if (pages == NULL)
        return;
    screen_line(&d->screen, "画面: https://%s:%d/", d->settings->pages_name, pages_port(pages));
    report_begin(&d->report, "pages");
    report_int(&d->report, "port", pages_port(pages));
    report_end(&d->report);
}

void desk_frame(struct desk *d, struct slice text)
{
    enum err last;
    uint64_t before = client_misread(d->client, NULL);
    pages_before(d->pages);
    client_frame(d->client, text);
    pages_after(d->pages, text);
    if (client_misread(d->client, &last) != before)
        log_warn("link", NULL, "a frame that cannot be understood: %s", err_name(last));
}

static void drop_ended(struct desk *d)
{
    struct cases *cases = client_cases(d->client);
    struct known_case *next = NULL;
    for (struct known_case *c = cases_first(cases); c != NULL; c = next) {
        next = c->next;
        if (c->shown.ended_at != 0 && c->shown.must_ack != FLAG_YES &&
            desk_now(d) - c->shown.ended_at >= DESK_KEEP_ENDED_MS)
            cases_drop(cases, c);
    }
}

/* Requests and records on the screen live no longer than a lease, too. */
static void cover_silent(struct desk *d)
{
    if (!d->screen.dirty || lease_holds(client_lease(d->client), desk_mono(d), 0))
        return;
    screen_clear(&d->screen);
    screen_line(&d->screen, "ゲートウェイと通信できないため、画面を消しました");
}

void desk_tick(struct desk *d)
{
    uint64_t now = desk_mono(d);
    client_tick(d->client);
    pages_tick(d->pages);
    cover_silent(d);
    desk_proofs_tick(d);
    desk_witness_tick(d);
    if (d->online && now - d->board_at >= DESK_BOARD_MS)
        desk_board(d);
    if (now - d->saved_at < DESK_SAVE_MS)
        return;
    d->saved_at = now;
    drop_ended(d);
    if (d->state != NULL &&
        client_state_save_n(d->state, session_n(client_session(d->client))) != ERR_OK)
        log_error("desk", NULL, "the newest notice number could not be saved");
}

/* ---- typed lines ---- */

static bool is_space(char c)
{
    return c == ' ' || c == '\t';
}

/* Words are cut out of a copy; `rest` points into the line as it was. */
static void cut(char *line, char *copy, struct desk_words *out)
{
    char *at = line;
    out->count = 0;
    while (out->count < DESK_WORDS_MAX) {
        while (is_space(*at))
            at++;
        if (*at == '\0')
            return;
        out->rest[out->count] = at;
        out->words[out->count++] = copy + (at - line);
        while (*at != '\0' && !is_space(*at))
            at++;
        copy[at - line] = '\0';
    }
}

void desk_line(struct desk *d, char *line, size_t size)
{
    char text[CLIENT_LINE_MAX], copy[CLIENT_LINE_MAX];
    struct desk_words typed;
    const size_t whole = size;
    if (size > 0 && line[size - 1] == '\r')
        size--;
    bool fits = size < sizeof text && memchr(line, '\0', size) == NULL;
    memcpy(text, line, fits ? size : 0);
    text[fits ? size : 0] = '\0';
    explicit_bzero(line, whole);
    if (d->typed->use != SECRET_NONE) {
        desk_secret_line(d, text, fits ? size : 0);
    } else if (!fits) {
        screen_line(&d->screen, "行が長すぎます");
    } else {
        memcpy(copy, text, size + 1);
        cut(text, copy, &typed);
        if (typed.count != 0)
            desk_command(d, &typed);
    }
    explicit_bzero(text, sizeof text);
    explicit_bzero(copy, sizeof copy);
}
