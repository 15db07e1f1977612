/* figure_view.c — Job: destination fixed -> the sealed view is at the hospital; opened -> keys;
 * revoked -> the old hospital knows. With the nation's idle devices and ten times its peak beside.
 *
 * Times are taken here, by one clock: from just before the crew's message is written until the last
 * piece of the view is decrypted from the hospital's socket. So both ends' TLS and the loopback are
 * inside. Each case allows CASE_CHANGES grants; then the next crew takes the next case. */
#include "tests/bench/figures.h"

#include "common/file.h"
#include "proto/base64.h"
#include "proto/json.h"
#include "proto/limits.h"

#include <stdio.h>
#include <stdlib.h>

enum { CASE_CHANGES = CASE_GRANTS_MAX, CREWS = 8, PAUSE_US = 20000, VIEW_BYTES = 8192 };
enum { LIMIT_US = 20000000, ROOM = 400 };

struct view_run {
    struct bench *bench;
    struct buf certificate; /* base64 */
    struct device *crew;
    char view[TOWN_ID], sections[ROOM]; /* a JSON list: about VIEW_BYTES of what there is */
    size_t bytes, pieces;               /* of these sections, sealed */
    /* The change under way. */
    struct device *to, *from;
    char grant[TOWN_ID];
    size_t expected, got;
    int64_t begun, complete, revoked, opened, keys;
    /* All of them. */
    int64_t *view_us, *revoke_us, *key_us;
    size_t views, revokes, opens;
    size_t next_crew;
    int64_t background_at;
};

/* ---- the nation beside ---- */

static void background(struct view_run *run)
{
    struct bench *b = run->bench;
    if (b->background == 0 || b->crews <= CREWS)
        return;
    for (int64_t now = now_us(); run->background_at <= now;
         run->background_at += 1000000 / b->background) {
        struct device *device = &b->idle[CREWS + run->next_crew++ % (b->crews - CREWS)];
        town_say(device, "vitals", device->case_id, "{\"at\":\"%s\",\"pulse\":88,\"spo2\":96}",
                 now_text());
    }
}

static void turn(struct view_run *run)
{
    background(run);
    swarm_run(run->bench->town.swarm, 1);
}

/* ---- what comes back ---- */

static void on_hospital(struct view_run *run, struct device *device, struct slice text)
{
    if (device == run->to && text_is(text, "view_header")) {
        text_get(text, "grant", run->grant);
        run->expected = run->pieces;
        run->got = 0;
    } else if (device == run->to && text_is(text, "view_piece") && run->expected != 0) {
        if (++run->got == run->expected)
            run->complete = now_us();
    } else if (device == run->to && text_is(text, "section_keys")) {
        run->keys = now_us();
    } else if (device == run->from && run->revoked == 0 &&
               text_has(text, "\"event\":\"grant_revoked\"")) {
        run->revoked = now_us();
    }
}

static void on_text(void *self, struct device *device, struct slice text)
{
    struct view_run *run = self;
    if (device->hospital)
        on_hospital(run, device, text);
    if (text_is(text, "refusal")) {
        fprintf(stderr, "bench: refused: %.*s\n", (int)text.size, text.bytes);
        must(false, "a message");
    }
}

static void until(struct view_run *run, const int64_t *time, const char *what)
{
    int64_t limit = now_us() + LIMIT_US;
    while (*time == 0) {
        turn(run);
        must(now_us() < limit, what);
    }
}

/* ---- a case up to its view ---- */

/* Takes sections until about VIEW_BYTES are together. */
static void choose_sections(struct view_run *run, struct slice header)
{
    struct json *root = NULL;
    struct buf list = {0};
    must(json_parse(header, FRAME_BYTES_MAX, &root) == ERR_OK, "header");
    const struct json *rows = json_get(json_get(root, "body"), "sections");
    run->bytes = run->pieces = 0;
    for (const struct json *r = json_first(rows); r != NULL; r = json_next(r)) {
        size_t bytes = (size_t)json_int(json_get(r, "bytes"));
        struct slice name = json_text(json_get(r, "section"));
        if (run->bytes != 0 && run->bytes + bytes > VIEW_BYTES + VIEW_BYTES / 4)
            continue;
        buf_printf(&list, "%s\"%.*s\"", list.size == 0 ? "[" : ",", (int)name.size, name.bytes);
        run->bytes += bytes;
        run->pieces += (size_t)json_int(json_get(r, "pieces"));
    }
    buf_byte(&list, ']');
    must(!list.failed && list.size < sizeof run->sections && run->pieces > 0, "sections");
    snprintf(run->sections, sizeof run->sections, "%.*s", (int)list.size, list.bytes);
    buf_free(&list);
    json_free(root);
}

static void begin_case(struct view_run *run, size_t number)
{
    struct town *town = &run->bench->town;
    struct device *crew = run->crew = &run->bench->idle[number % CREWS];
    if (number >= CREWS) /* the first case of each stands already */
        town_case(town, crew);
    town_say(crew, "card_read", crew->case_id,
             "{\"at\":\"%s\",\"kind\":\"jpki\",\"proof\":\"certificate_only\","
             "\"identified_by\":\"card_visual\",\"certificate\":\"%.*s\"}",
             now_text(), (int)run->certificate.size, run->certificate.bytes);
    (void)town_wait(town, crew, "\"event\":\"card_read\"");
    town_say(crew, "ground", crew->case_id,
             "{\"at\":\"%s\",\"right\":\"crew_view\",\"basis\":\"patient_oral\","
             "\"said_by\":\"patient\"}",
             now_text());
    (void)town_wait(town, crew, "\"event\":\"ground_recorded\"");
    town_say(crew, "view_ask", crew->case_id, "{\"kind\":\"emergency_summary\"}");
    struct slice header = town_wait(town, crew, "\"type\":\"view_header\"");
    text_get(header, "view", run->view);
    choose_sections(run, header);
    town_say(crew, "identity_check", crew->case_id, "{\"view\":\"%s\",\"result\":\"matched\"}",
             run->view);
    (void)town_wait(town, crew, "\"event\":\"identity_checked\"");
}

/* ---- one change ---- */

static void fix_destination(struct view_run *run)
{
    struct device *crew = run->crew;
    town_say(crew, "phone_acceptance", crew->case_id,
             "{\"at\":\"%s\",\"hospital\":\"%s\",\"name\":\"試験医師\"}", now_text(), run->to->org);
    (void)town_wait(&run->bench->town, crew, "\"event\":\"phone_accepted\"");
    run->complete = run->revoked = 0;
    run->expected = run->got = 0;
    run->begun = now_us();
    town_say(crew, "destination", crew->case_id,
             "{\"hospital\":\"%s\",\"sections\":%s,\"ground\":{\"at\":\"%s\",\"basis\":"
             "\"patient_oral\",\"right\":\"disclose_to\",\"said_by\":\"patient\","
             "\"hospital\":\"%s\"}}",
             run->to->org, run->sections, now_text(), run->to->org);
    until(run, &run->complete, "the view at the hospital");
    run->view_us[run->views++] = run->complete - run->begun;
    if (run->from == NULL)
        return;
    until(run, &run->revoked, "the revocation");
    run->revoke_us[run->revokes++] = run->revoked - run->begun;
}

static void open_view(struct view_run *run)
{
    run->keys = 0;
    run->opened = now_us();
    town_say(run->to, "open", run->crew->case_id,
             "{\"view\":\"%s\",\"grant\":\"%s\",\"sections\":%s}", run->view, run->grant,
             run->sections);
    until(run, &run->keys, "the keys");
    run->key_us[run->opens++] = run->keys - run->opened;
}

static void one_case(struct view_run *run, size_t changes)
{
    struct device *hospitals = run->bench->hospitals;
    run->from = NULL;
    for (size_t i = 0; i < changes; i++) {
        int64_t next = now_us() + PAUSE_US;
        run->to = &hospitals[i % 2];
        fix_destination(run);
        open_view(run);
        run->from = run->to;
        while (now_us() < next)
            turn(run);
    }
    town_say(run->crew, "case_end", run->crew->case_id, "{\"at\":\"%s\",\"reason\":\"training\"}",
             now_text());
    (void)town_wait(&run->bench->town, run->crew, "\"event\":\"case_ended\"");
}

/* ---- the rows ---- */

static void print_rows(struct view_run *run)
{
    struct bench *b = run->bench;
    sort_us(run->view_us, run->views);
    sort_us(run->key_us, run->opens);
    sort_us(run->revoke_us, run->revokes);
    double p50 = percentile_ms(run->view_us, run->views, 50);
    double p99 = percentile_ms(run->view_us, run->views, 99);
    row(cell("destination fixed → sealed view (%zu bytes, %zu pieces) received by the hospital, "
             "durable first; %zu devices idle, %u events/s beside",
             run->bytes, run->pieces, b->idle_count, b->background),
        "FDATASYNC", cell("p50 %.2f ms, p99 %.2f ms (%zu changes)", p50, p99, run->views),
        "p50 ≤ 1.5 ms, p99 ≤ 5 ms", p50 <= 1.5 && p99 <= 5 ? MET : NOT_MET,
        cell("\"id\":\"view\",\"ms_p50\":%.3f,\"ms_p99\":%.3f,\"ms_max\":%.3f,\"bytes\":%zu", p50,
             p99, percentile_ms(run->view_us, run->views, 100), run->bytes));
    p50 = percentile_ms(run->key_us, run->opens, 50);
    p99 = percentile_ms(run->key_us, run->opens, 99);
    row("opened → keys of the sections received by that session, durable first", "FDATASYNC",
        cell("p50 %.2f ms, p99 %.2f ms", p50, p99), "part of the page's 20 ms", NO_BAR,
        cell("\"id\":\"keys\",\"ms_p50\":%.3f,\"ms_p99\":%.3f", p50, p99));
    p50 = percentile_ms(run->revoke_us, run->revokes, 50);
    p99 = percentile_ms(run->revoke_us, run->revokes, 99);
    row("destination changed → the old hospital told to cover (does not wait for the disk)", "–",
        cell("p50 %.2f ms, p99 %.2f ms", p50, p99), "p99 ≤ 50 ms", p99 <= 50 ? MET : NOT_MET,
        cell("\"id\":\"revocation\",\"ms_p50\":%.3f,\"ms_p99\":%.3f", p50, p99));
}

static void read_card(struct view_run *run)
{
    struct buf der = {0};
    must(file_read(run->bench->card, CERT_BYTES_MAX, FILE_ANY, &der) == ERR_OK, "the card");
    base64_add(&run->certificate, der.bytes, der.size);
    buf_free(&der);
}

void figure_view(struct bench *b)
{
    struct view_run run = {.bench = b};
    run.view_us = calloc(b->changes + CASE_CHANGES, sizeof *run.view_us);
    run.revoke_us = calloc(b->changes + CASE_CHANGES, sizeof *run.revoke_us);
    run.key_us = calloc(b->changes + CASE_CHANGES, sizeof *run.key_us);
    must(run.view_us != NULL && run.revoke_us != NULL && run.key_us != NULL && b->crews >= CREWS,
         "memory, or crews");
    fprintf(stderr, "   %zu changes of destination\n", b->changes);
    read_card(&run);
    for (size_t i = 0; i < 2; i++) {
        town_connect(&b->town, &b->hospitals[i]);
        (void)town_wait(&b->town, &b->hospitals[i], "\"type\":\"snapshot\"");
        town_sign_in(&b->town, &b->hospitals[i]);
    }
    b->town.watch = on_text;
    b->town.watch_self = &run;
    run.background_at = now_us();
    for (size_t i = 0; run.views < b->changes; i++) {
        size_t left = b->changes - run.views;
        begin_case(&run, i);
        run.background_at = now_us(); /* what stood still meanwhile is not made up for */
        one_case(&run, left < CASE_CHANGES ? left : CASE_CHANGES);
    }
    b->town.watch = NULL;
    print_rows(&run);
    for (size_t i = 0; i < CREWS; i++) /* they go on with a fresh case */
        town_case(&b->town, &b->idle[i]);
    buf_free(&run.certificate);
    free(run.view_us);
    free(run.revoke_us);
    free(run.key_us);
}
