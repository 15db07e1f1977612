/* cases.c — Job: what this device knows of each case: kept, found, filled from snapshots. */
#include "client/cases_inner.h"

#include <ctype.h>
#include <stdlib.h>

struct cases *cases_new(void)
{
    return calloc(1, sizeof(struct cases));
}

void cases_drop(struct cases *cases, struct known_case *c)
{
    struct known_case **at = &cases->first;
    while (*at != NULL && *at != c)
        at = &(*at)->next;
    if (*at == NULL)
        return;
    *at = c->next;
    cases->count--;
    buf_free(&c->opened);
    buf_free(&c->destined);
    buf_free(&c->eta);
    buf_free(&c->record);
    for (size_t i = 0; i < CASE_HOSPITALS_MAX; i++)
        buf_free(&c->asked_text[i]);
    for (size_t i = 0; i < CLIENT_TEXTS_MAX; i++)
        buf_free(&c->texts[i].json);
    explicit_bzero(c, sizeof *c);
    free(c);
}

void cases_free(struct cases *cases)
{
    if (cases == NULL)
        return;
    while (cases->first != NULL)
        cases_drop(cases, cases->first);
    free(cases);
}

struct known_case *cases_first(const struct cases *cases)
{
    return cases->first;
}

int case_profile(const struct known_case *c, int profile)
{
    return c != NULL && c->shown.training == FLAG_YES ? PROFILE_TRAINING : profile;
}

size_t cases_count(const struct cases *cases)
{
    return cases->count;
}

struct known_case *cases_find(const struct cases *cases, const struct id *id)
{
    struct known_case *c = cases->first;
    while (c != NULL && !id_equal(&c->id, id))
        c = c->next;
    return c;
}

struct known_case *cases_make(struct cases *cases, const struct id *id)
{
    char text[ID_TEXT_SIZE];
    struct known_case *c = cases_find(cases, id);
    if (c != NULL)
        return c;
    if (cases->count == CLIENT_CASES_MAX)
        return NULL;
    c = calloc(1, sizeof *c);
    if (c == NULL)
        return NULL;
    record_clear(&record_shown_case, &c->shown);
    c->id = *id;
    id_text(id, text);
    memcpy(c->short_id, text + ID_TEXT_SIZE - SHORT_ID_CHARS, SHORT_ID_CHARS);
    struct known_case **at = &cases->first; /* in the order they came */
    while (*at != NULL)
        at = &(*at)->next;
    *at = c;
    cases->count++;
    return c;
}

/* ---- by name ---- */

static bool ends_like(const struct id *id, struct slice name)
{
    char text[ID_TEXT_SIZE];
    id_text(id, text);
    if (name.size > ID_TEXT_SIZE)
        return false;
    const char *tail = text + ID_TEXT_SIZE - name.size;
    for (size_t i = 0; i < name.size; i++)
        if (toupper((unsigned char)name.bytes[i]) != tail[i])
            return false;
    return true;
}

enum err cases_named(const struct cases *cases, struct slice name, struct known_case **out)
{
    enum { NAME_MIN = 3 };
    struct known_case *found = NULL;
    *out = NULL;
    if (name.size < NAME_MIN)
        return ERR_NOT_FOUND;
    for (struct known_case *c = cases->first; c != NULL; c = c->next) {
        if (!ends_like(&c->id, name))
            continue;
        if (found != NULL)
            return ERR_CONFLICT;
        found = c;
    }
    *out = found;
    return found == NULL ? ERR_NOT_FOUND : ERR_OK;
}

/* ---- texts ---- */

void case_text(enum message_kind kind, const struct json *node, struct buf *out)
{
    const struct record *record = message_type_of(kind)->body;
    struct complaint why;
    buf_free(out);
    if (node == NULL || json_kind(node) != JSON_OBJECT)
        return;
    void *body = calloc(1, record->size);
    if (body == NULL)
        return;
    if (record_decode(record, node, RECORD_LENIENT, body, &why) == ERR_OK)
        record_encode(record, body, out);
    if (buf_error(out) != ERR_OK)
        buf_free(out);
    explicit_bzero(body, record->size);
    free(body);
}

void case_copy_name(char *to, size_t to_size, struct slice name)
{
    size_t size = name.bytes == NULL ? 0 : name.size;
    if (size >= to_size)
        size = to_size - 1;
    while (size > 0 && size < name.size && ((unsigned char)name.bytes[size] & 0xc0) == 0x80)
        size--;
    memset(to, 0, to_size);
    memcpy(to, name.bytes == NULL ? "" : name.bytes, size);
}

static void remove_text(struct known_case *c, size_t index)
{
    buf_free(&c->texts[index].json);
    memmove(&c->texts[index], &c->texts[index + 1],
            (c->texts_count - index - 1) * sizeof c->texts[0]);
    c->texts_count--;
    c->texts[c->texts_count] = (struct known_text){.at = 0};
}

/* Vital signs and words do not push each other out: the oldest of the same sort leaves. */
static void make_room(struct known_case *c, bool vitals)
{
    size_t same = 0, oldest = 0;
    for (size_t i = c->texts_count; i > 0; i--)
        if ((c->texts[i - 1].kind == MSG_VITALS) == vitals) {
            same++;
            oldest = i - 1;
        }
    if (same >= (vitals ? CLIENT_VITALS_MAX : CASE_SAID_MAX))
        remove_text(c, oldest);
}

void case_add_text(struct known_case *c, enum message_kind kind, int64_t at,
                   const struct body_notice *notice, const struct json *node)
{
    struct buf json = {0};
    case_text(kind, node, &json);
    if (json.size == 0)
        return;
    make_room(c, kind == MSG_VITALS);
    struct known_text *text = &c->texts[c->texts_count++];
    text->kind = kind;
    text->at = at;
    text->json = json;
    if (notice == NULL)
        return;
    text->person = notice->person;
    text->own = notice->own;
    case_copy_name(text->person_name, sizeof text->person_name, notice->person_name);
}

/* ---- snapshots ---- */

static void drop_stale(struct cases *cases)
{
    struct known_case *next = NULL;
    for (struct known_case *c = cases->first; c != NULL; c = next) {
        next = c->next;
        if (c->stale)
            cases_drop(cases, c);
    }
    cases->incomplete = false;
}

void cases_snapshot(struct cases *cases, int64_t count)
{
    for (struct known_case *c = cases->first; c != NULL; c = c->next)
        c->stale = true;
    cases->coming = count;
    cases->incomplete = true;
    if (count == 0)
        drop_stale(cases);
}

bool cases_incomplete(const struct cases *cases)
{
    return cases->incomplete;
}

/* Rows stand in the same order as the list they were decoded from. */
static void take_asked(struct known_case *c, const struct json *body)
{
    const struct json *list = json_get(body, "asked");
    const struct json *item = list == NULL ? NULL : json_first(list);
    for (size_t i = 0; i < CASE_HOSPITALS_MAX; i++) {
        struct shown_asked *row = &c->shown.asked[i];
        bool used = i < c->shown.asked_count && item != NULL;
        case_copy_name(c->asked_name[i], sizeof c->asked_name[i],
                       used ? row->hospital_name : (struct slice){NULL, 0});
        buf_free(&c->asked_text[i]);
        if (used)
            case_text(MSG_INQUIRY, json_get(item, "content"), &c->asked_text[i]);
        row->hospital_name = row->content = (struct slice){NULL, 0};
        item = item == NULL ? NULL : json_next(item);
    }
}

static void take_vitals(struct known_case *c, const struct json *body)
{
    const struct json *list = json_get(body, "vitals");
    for (size_t i = c->texts_count; i > 0; i--)
        if (c->texts[i - 1].kind == MSG_VITALS)
            remove_text(c, i - 1);
    const struct json *item = list == NULL ? NULL : json_first(list);
    for (; item != NULL; item = json_next(item))
        case_add_text(c, MSG_VITALS, 0, NULL, json_get(item, "content"));
    for (size_t i = 0; i < SHOWN_VITALS_MAX; i++)
        c->shown.vitals[i].content = (struct slice){NULL, 0};
    c->shown.vitals_count = 0;
}

/* The message type of the same name; MESSAGE_KINDS: a newer gateway may know more. */
static enum message_kind kind_of(int spoken)
{
    const char *name = codes_name(&codes_spoken, spoken);
    for (enum message_kind kind = 0; kind < MESSAGE_KINDS; kind++)
        if (strcmp(message_type_of(kind)->name, name) == 0)
            return kind;
    return MESSAGE_KINDS;
}

static void take_said(struct known_case *c, const struct json *body)
{
    const struct json *list = json_get(body, "said");
    for (size_t i = c->texts_count; i > 0; i--)
        if (c->texts[i - 1].kind != MSG_VITALS)
            remove_text(c, i - 1);
    const struct json *item = list == NULL ? NULL : json_first(list);
    for (size_t i = 0; i < c->shown.said_count && item != NULL; i++, item = json_next(item)) {
        struct shown_said *row = &c->shown.said[i];
        struct body_notice as = {
            .person = row->person, .person_name = row->person_name, .own = row->own};
        enum message_kind kind = kind_of(row->kind);
        if (kind != MESSAGE_KINDS)
            case_add_text(c, kind, row->at, &as, json_get(item, "content"));
    }
    memset(c->shown.said, 0, sizeof c->shown.said);
    c->shown.said_count = 0;
}

static void take_crew(struct known_case *c, const struct json *body)
{
    case_text(MSG_CASE_OPEN, json_get(body, "opened"), &c->opened);
    case_text(MSG_DESTINATION, json_get(body, "destined"), &c->destined);
    case_text(MSG_ETA, json_get(body, "eta"), &c->eta);
    case_text(MSG_CREW_RECORD, json_get(body, "record"), &c->record);
    c->shown.opened = c->shown.record = c->shown.destined = (struct slice){NULL, 0};
    c->shown.eta = (struct slice){NULL, 0};
}

enum err cases_shown(struct cases *cases, const struct message *frame, struct known_case **out)
{
    const struct json *body = json_get(frame->json, "body");
    *out = NULL;
    if (id_absent(&frame->case_id) || body == NULL)
        return ERR_MISSING_FIELD;
    struct known_case *c = cases_make(cases, &frame->case_id);
    if (c == NULL)
        return ERR_FULL;
    memcpy(&c->shown, frame->body, sizeof c->shown);
    take_asked(c, body);
    take_vitals(c, body);
    take_said(c, body);
    take_crew(c, body);
    c->stale = false;
    *out = c;
    if (cases->incomplete && --cases->coming <= 0)
        drop_stale(cases);
    return ERR_OK;
}

/* ---- questions ---- */

struct shown_asked *case_asked_row(struct known_case *c, const struct id *hospital)
{
    for (size_t i = 0; i < c->shown.asked_count; i++)
        if (hospital == NULL || id_equal(&c->shown.asked[i].hospital, hospital))
            return &c->shown.asked[i];
    return NULL;
}

const struct shown_asked *case_asked(const struct known_case *c, const struct id *hospital)
{
    return case_asked_row((struct known_case *)c, hospital);
}

const struct shown_grant *case_grant(const struct known_case *c, int64_t now)
{
    for (size_t i = c->shown.grants_count; i > 0; i--) {
        const struct shown_grant *grant = &c->shown.grants[i - 1];
        if (grant->revoke == 0 && (grant->until == 0 || now < grant->until))
            return grant;
    }
    return NULL;
}

const struct shown_grant *case_grant_by(const struct known_case *c, const struct id *grant)
{
    for (size_t i = 0; i < c->shown.grants_count; i++)
        if (id_equal(&c->shown.grants[i].grant, grant))
            return &c->shown.grants[i];
    return NULL;
}

const struct shown_view *case_view(const struct known_case *c, const struct id *view)
{
    for (size_t i = 0; i < c->shown.views_count; i++)
        if (id_equal(&c->shown.views[i].view, view))
            return &c->shown.views[i];
    return NULL;
}
