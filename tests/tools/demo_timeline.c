/* demo_timeline.c — Job: did every step of the story happen? The records are asked.
 *
 * demo_timeline FOLDER OUT reads from FOLDER: export/events.jsonl (the exported log),
 * hospital-a.jsonl and hospital-b.jsonl (the boxes' own lines), simulator.jsonl (the simulator's
 * access log). Writes OUT (JSON) and prints the timeline. Exit 0 only when each step is there, in
 * order. */
#include "common/file.h"
#include "proto/json.h"
#include "proto/time_text.h"

#include <stdio.h>
#include <stdlib.h>
#include <string.h>

enum { LINES_MAX = 20000, FILE_MAX = 64 * 1024 * 1024 };

struct lines {
    struct json **rows;
    size_t count;
};

struct story {
    struct lines log, a, b, simulator;
    size_t at; /* where in the log the next step is looked for */
    char case_id[32], hospital_a[32], hospital_b[32], view[32];
    int64_t first_ms;
    struct buf json;
    int missing, steps;
};

static void load(const char *folder, const char *name, struct lines *out)
{
    char path[600];
    struct buf text = {0};
    snprintf(path, sizeof path, "%s/%s", folder, name);
    out->rows = calloc(LINES_MAX, sizeof *out->rows);
    if (out->rows == NULL || file_read(path, FILE_MAX, FILE_ANY, &text) != ERR_OK)
        return; /* an empty record: its steps will be missing */
    buf_byte(&text, '\0');
    for (char *line = strtok(text.bytes, "\n"); line != NULL && out->count < LINES_MAX;
         line = strtok(NULL, "\n"))
        if (json_parse(slice_of(line), 262144, &out->rows[out->count]) == ERR_OK)
            out->count++;
    buf_free(&text);
}

static struct slice text_of(const struct json *row, const char *key)
{
    const struct json *node = json_kind(row) == JSON_OBJECT ? json_get(row, key) : NULL;
    return node != NULL && json_kind(node) == JSON_TEXT ? json_text(node) : (struct slice){NULL, 0};
}

static int64_t int_of(const struct json *row, const char *key)
{
    const struct json *node = json_get(row, key);
    return node != NULL && json_kind(node) == JSON_INT ? json_int(node) : 0;
}

static bool has(const struct json *row, const char *key, const char *value)
{
    return value == NULL || slice_is(text_of(row, key), value);
}

static void keep(char out[32], struct slice text)
{
    snprintf(out, 32, "%.*s", (int)text.size, text.bytes == NULL ? "" : text.bytes);
}

static int64_t recorded(const struct json *row)
{
    int64_t ms = 0;
    return time_parse(text_of(row, "recorded_at"), &ms) == ERR_OK ? ms : 0;
}

static void tell(struct story *s, const char *what, int64_t seq, int64_t ms, const char *source)
{
    if (s->first_ms == 0)
        s->first_ms = ms;
    printf("  %8.3f s  %-44s %s", (double)(ms - s->first_ms) / 1000.0, what, source);
    if (seq != 0)
        printf(" #%lld", (long long)seq);
    printf("\n");
    buf_text(&s->json, s->steps++ == 0 ? "" : ",\n");
    buf_text(&s->json, "{\"at_ms\":");
    buf_i64(&s->json, ms);
    buf_text(&s->json, ",\"seq\":");
    buf_i64(&s->json, seq);
    buf_text(&s->json, ",\"source\":");
    buf_json_text(&s->json, slice_of(source));
    buf_text(&s->json, ",\"step\":");
    buf_json_text(&s->json, slice_of(what));
    buf_byte(&s->json, '}');
}

static void missing(struct story *s, const char *what)
{
    printf("  MISSING    %s\n", what);
    s->missing++;
}

/* The next event of TYPE in the case at or behind the place reached; the place moves on. */
static const struct json *next(struct story *s, const char *what, const char *type,
                               const char *hospital, const char *code)
{
    for (size_t i = s->at; i < s->log.count; i++) {
        const struct json *row = s->log.rows[i];
        if (!has(row, "type", type) || !has(row, "hospital", hospital) || !has(row, "code", code))
            continue;
        if (s->case_id[0] != '\0' && !has(row, "case", s->case_id))
            continue;
        s->at = i + 1;
        tell(s, what, int_of(row, "seq"), recorded(row), "log");
        return row;
    }
    missing(s, what);
    return NULL;
}

/* A line of a box about GRANT. */
static const struct json *box(struct story *s, const struct lines *lines, const char *what,
                              const char *event, struct slice grant)
{
    for (size_t i = 0; i < lines->count; i++) {
        const struct json *row = lines->rows[i];
        if (!has(row, "event", event) || !slice_equal(text_of(row, "grant"), grant))
            continue;
        int64_t seq = int_of(row, "entry");
        tell(s, what, seq, int_of(row, "at_ms"), lines == &s->a ? "hospital A" : "hospital B");
        return row;
    }
    missing(s, what);
    return NULL;
}

static void figure(struct story *s, struct buf *figures, const char *name, int64_t ms)
{
    (void)s;
    printf("  %-44s %lld ms\n", name, (long long)ms);
    buf_text(figures, figures->size == 0 ? "" : ",");
    buf_json_text(figures, slice_of(name));
    buf_byte(figures, ':');
    buf_i64(figures, ms);
}

static void way_to_the_view(struct story *s, struct buf *figures)
{
    (void)next(s, "ambulance: a paramedic signed in", "session_opened", NULL, NULL);
    const struct json *row = next(s, "ambulance: case opened", "case_opened", NULL, NULL);
    if (row != NULL)
        keep(s->case_id, text_of(row, "case"));
    const struct json *card =
        next(s, "ambulance: card read, check asked", "card_check_asked", NULL, NULL);
    (void)next(s, "gateway: card accepted, alias given", "card_read", NULL, NULL);
    (void)next(s, "ambulance: ground recorded (crew view)", "ground_recorded", NULL, NULL);
    row = next(s, "gateway: ask is durable", "fetch_asked", NULL, NULL);
    if (row != NULL)
        keep(s->view, text_of(row, "view"));
    bool asked = false;
    for (size_t i = 0; i < s->simulator.count && !asked; i++)
        asked = has(s->simulator.rows[i], "view", s->view);
    if (asked)
        printf("             eligibility system (SIMULATOR): this view is in its own log\n");
    else
        missing(s, "eligibility system (SIMULATOR): the access is in its own log");
    row = next(s, "gateway: view arrived", "view_fetched", NULL, NULL);
    if (row != NULL && card != NULL)
        figure(s, figures, "card read -> view on the tablet", recorded(row) - recorded(card));
    (void)next(s, "ambulance: identity checked, matched", "identity_checked", NULL, "matched");
    (void)next(s, "ambulance: crew opened the view", "opened", NULL, NULL);
}

static void hospital_part(struct story *s, struct buf *figures, const struct lines *lines,
                          const char *hospital, const char *letter)
{
    char what[80];
    snprintf(what, sizeof what, "destination set: hospital %s", letter);
    const struct json *set = next(s, what, "destination_set", hospital, NULL);
    const struct json *grant =
        next(s, "grant issued (made viewable)", "grant_issued", hospital, NULL);
    struct slice id = grant == NULL ? slice_of("") : text_of(grant, "grant");
    snprintf(what, sizeof what, "hospital %s holds the sealed view", letter);
    const struct json *held = box(s, lines, what, "delivered_complete", id);
    if (held != NULL && set != NULL) {
        snprintf(what, sizeof what, "destination -> sealed view at hospital %s", letter);
        figure(s, figures, what, int_of(held, "at_ms") - recorded(set));
    }
    (void)next(s, "delivered (gateway knows)", "delivered", hospital, NULL);
    (void)next(s, "a named person opened it", "opened", hospital, NULL);
    (void)box(s, lines, "keys arrived, sections opened", "opened", id);
}

static void covered(struct story *s, const struct lines *lines)
{
    for (size_t i = 0; i < lines->count; i++) {
        const struct json *row = lines->rows[i];
        if (has(row, "event", "covered") && has(row, "revoke", "destination_changed")) {
            tell(s, "hospital A: the screen is covered", 0, int_of(row, "at_ms"), "hospital A");
            return;
        }
    }
    missing(s, "hospital A: the screen is covered");
}

/* The first case with a card, two hospitals, and the change between them. */
static void story(struct story *s, struct buf *figures)
{
    way_to_the_view(s, figures);
    const struct json *row = next(s, "inquiry sent", "inquiry_asked", NULL, NULL);
    (void)row;
    row = next(s, "hospital A accepted", "answered", s->hospital_a, "accepted");
    (void)row;
    size_t before = s->at;
    s->at = 0;
    (void)next(s, "hospital B accepted", "answered", s->hospital_b, "accepted");
    s->at = before;
    hospital_part(s, figures, &s->a, s->hospital_a, "A");
    (void)next(s, "old grant revoked", "grant_revoked", s->hospital_a, "destination_changed");
    covered(s, &s->a);
    hospital_part(s, figures, &s->b, s->hospital_b, "B");
    (void)next(s, "crew handed over", "handed_over", NULL, NULL);
    (void)next(s, "hospital B confirmed the hand-over", "handover_confirmed", s->hospital_b, NULL);
}

/* Cardiac arrest: destination first, card and view under way, the grant when it is there. */
static void arrest(struct story *s, struct buf *figures)
{
    printf("cardiac arrest: destination first\n");
    s->case_id[0] = '\0';
    const struct json *row = next(s, "second case opened", "case_opened", NULL, NULL);
    if (row != NULL)
        keep(s->case_id, text_of(row, "case"));
    (void)next(s, "destination set before any card", "destination_set", s->hospital_b, NULL);
    (void)next(s, "card read under way", "card_read", NULL, NULL);
    (void)next(s, "view arrived", "view_fetched", NULL, NULL);
    row = next(s, "grant issued when the view was there", "grant_issued", s->hospital_b, NULL);
    struct slice id = row == NULL ? slice_of("") : text_of(row, "grant");
    (void)box(s, &s->b, "hospital B holds the sealed view", "delivered_complete", id);
    (void)figures;
}

static void org_ids(const char *folder, struct story *s)
{
    char path[600];
    struct buf text = {0};
    snprintf(path, sizeof path, "%s/hospitals", folder);
    if (file_read(path, 4096, FILE_ANY, &text) == ERR_OK) {
        buf_byte(&text, '\0');
        (void)sscanf(text.bytes, "%31s %31s", s->hospital_a, s->hospital_b);
    }
    buf_free(&text);
}

int main(int argc, char **argv)
{
    static struct story s;
    struct buf figures = {0}, out = {0};
    if (argc != 3)
        return 2;
    load(argv[1], "export/events.jsonl", &s.log);
    load(argv[1], "hospital-a.jsonl", &s.a);
    load(argv[1], "hospital-b.jsonl", &s.b);
    load(argv[1], "simulator.jsonl", &s.simulator);
    org_ids(argv[1], &s);
    printf("timeline (from the exported log, the boxes' lines, the simulator's log)\n");
    story(&s, &figures);
    arrest(&s, &figures);
    buf_text(&out, "{\"figures_ms\":{");
    buf_add(&out, figures.bytes, figures.size);
    buf_text(&out, "},\n\"missing\":");
    buf_i64(&out, s.missing);
    buf_text(&out, ",\n\"steps\":[");
    buf_add(&out, s.json.bytes, s.json.size);
    buf_text(&out, "]}\n");
    if (buf_error(&out) != ERR_OK || file_write(argv[2], buf_slice(&out), 0644) != ERR_OK)
        return 1;
    printf("%d steps, %d missing\n", s.steps, s.missing);
    return s.missing == 0 ? 0 : 1;
}
