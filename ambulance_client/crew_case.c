/* crew_case.c — Job: commands about the case itself: open, record, vitals, talk, hand-over, end. */
#include "ambulance_client/crew_inner.h"

#include "ambulance_client/pairs.h"
#include "proto/line.h"

#include <stdio.h>
#include <stdlib.h>

/* ---- open, choose ---- */

static enum err patients(const struct typed *typed, size_t index, struct body_case_open *body)
{
    uint64_t no = 0, of = 0;
    if (index + 2 >= typed->count || strcmp(typed->words[index + 1], "of") != 0)
        return ERR_USAGE;
    enum err err = line_number(slice_of(typed->words[index]), PATIENTS_MAX, &no);
    if (err == ERR_OK)
        err = line_number(slice_of(typed->words[index + 2]), PATIENTS_MAX, &of);
    if (err != ERR_OK || no == 0 || no > of)
        return ERR_USAGE;
    body->patient_no = (int64_t)no;
    body->patients = (int64_t)of;
    return ERR_OK;
}

/* Cases of one number typed at this tablet are patients of one incident. */
static struct id incident_of(struct crew *crew, struct slice number)
{
    for (const struct crew_case *c = crew->cases; c != NULL; c = c->next)
        if (slice_is(number, c->number) && !id_absent(&c->incident))
            return c->incident;
    return crew->calls.new_id(crew->calls.self);
}

/* しおみ2・372: how the case is spoken of on the phone; the number is what the id ends with. Practice
 * is the first thing that is said. */
static void spoken_name(struct crew *crew, int training, char *out, size_t room)
{
    char text[ID_TEXT_SIZE];
    id_text(&crew->case_id, text);
    snprintf(out, room, "%s%s%s%.*s", training == FLAG_YES ? "訓練・" : "",
             crew->settings->crew_code, crew->settings->crew_code[0] == '\0' ? "" : "・",
             SHORT_ID_CHARS, text + ID_TEXT_SIZE - SHORT_ID_CHARS);
}

static enum err open_case(struct crew *crew, const struct typed *typed)
{
    struct body_case_open body;
    struct id before = crew->case_id, message;
    char spoken[TEXT_SHORT_MAX * 4 + 1];
    size_t index = 3;
    record_clear(&record_case_open, &body);
    if (typed->count < 3)
        return ERR_USAGE;
    body.incident_number = slice_of(typed->words[2]);
    body.training = strcmp(typed->words[typed->count - 1], "training") == 0 && typed->count > 3
                        ? FLAG_YES
                        : FLAG_ABSENT;
    size_t words = typed->count - (body.training == FLAG_YES ? 1 : 0);
    if (words > index && patients(typed, index, &body) != ERR_OK)
        return ERR_USAGE;
    if (words > index && words != index + 3)
        return ERR_USAGE;
    body.incident = incident_of(crew, body.incident_number);
    crew->case_id = crew->calls.new_id(crew->calls.self);
    if (crew->settings->crew_code[0] != '\0' || body.training == FLAG_YES) {
        spoken_name(crew, body.training, spoken, sizeof spoken);
        body.spoken_name = slice_of(spoken);
    }
    struct crew_case *c = crew_case_of(crew, &crew->case_id);
    enum err err = c == NULL ? ERR_NO_MEMORY : crew_say(crew, MSG_CASE_OPEN, &body, &message);
    if (err != ERR_OK) {
        crew->case_id = before;
        return err;
    }
    c->incident = body.incident;
    snprintf(c->number, sizeof c->number, "%s", typed->words[2]);
    report_begin(&crew->report, "case_made");
    report_id(&crew->report, "case", &c->id);
    report_id(&crew->report, "incident", &c->incident);
    report_id(&crew->report, "message", &message);
    report_flag(&crew->report, "online", crew->online);
    report_end(&crew->report);
    char text[ID_TEXT_SIZE];
    id_text(&c->id, text);
    screen_line(&crew->screen, "事案 %.*s を作りました%s", SHORT_ID_CHARS,
                text + ID_TEXT_SIZE - SHORT_ID_CHARS,
                id_absent(&crew->person) ? "（未サインオン隊員として）" : "");
    return ERR_OK;
}

enum err run_case(struct crew *crew, const struct typed *typed)
{
    if (strcmp(typed->words[1], "open") == 0)
        return open_case(crew, typed);
    if (strcmp(typed->words[1], "list") != 0)
        return ERR_USAGE;
    crew_list(crew);
    return ERR_OK;
}

/* By the gateway's list, or one of our own that it does not know yet. */
static enum err case_named(struct crew *crew, const char *name, struct id *out)
{
    struct known_case *known;
    enum err err = cases_named(client_cases(crew->client), slice_of(name), &known);
    if (err == ERR_OK)
        *out = known->id;
    if (err != ERR_NOT_FOUND || strlen(name) < 3)
        return err == ERR_NOT_FOUND ? ERR_NO_SUCH_CASE : err;
    for (const struct crew_case *c = crew->cases; c != NULL; c = c->next) {
        char text[ID_TEXT_SIZE];
        size_t size = strlen(name);
        id_text(&c->id, text);
        if (size <= sizeof text && memcmp(text + sizeof text - size, name, size) == 0) {
            *out = c->id;
            return ERR_OK;
        }
    }
    return ERR_NO_SUCH_CASE;
}

enum err run_use(struct crew *crew, const struct typed *typed)
{
    return case_named(crew, typed->words[1], &crew->case_id);
}

/* ---- record and vitals ---- */

/* The record is sent whole: what is typed changes the last one. *ROOT owns the old one's texts. */
static enum err last_record(struct crew *crew, struct crew_case *c, struct body_crew_record *body,
                            struct json **root)
{
    const struct known_case *known = cases_find(client_cases(crew->client), &c->id);
    struct complaint why;
    *root = NULL;
    record_clear(&record_crew_record, body);
    struct slice text =
        buf_slice(c->record.size == 0 && known != NULL ? &known->record : &c->record);
    if (text.size == 0)
        return ERR_OK;
    enum err err = json_parse(text, FRAME_BYTES_MAX, root);
    return err == ERR_OK ? record_decode(&record_crew_record, *root, RECORD_LENIENT, body, &why)
                         : err;
}

static void keep_record(struct crew_case *c, const struct body_crew_record *body)
{
    struct buf text;
    buf_init(&text, FRAME_BYTES_MAX);
    record_encode(&record_crew_record, body, &text);
    if (buf_error(&text) != ERR_OK) {
        buf_free(&text);
        return;
    }
    buf_free(&c->record);
    c->record = text;
}

enum err run_record(struct crew *crew, const struct typed *typed)
{
    struct json *root = NULL;
    if (id_absent(&crew->case_id))
        return ERR_NO_SUCH_CASE;
    struct crew_case *c = crew_case_of(crew, &crew->case_id);
    struct body_crew_record *body = calloc(1, sizeof *body);
    enum err err = c == NULL || body == NULL ? ERR_NO_MEMORY : last_record(crew, c, body, &root);
    if (err == ERR_OK)
        err = crew_pairs(crew, &record_crew_record, typed, 1, body);
    if (err == ERR_OK)
        err = crew_say(crew, MSG_CREW_RECORD, body, NULL);
    if (err == ERR_OK)
        keep_record(c, body);
    if (body != NULL)
        explicit_bzero(body, sizeof *body);
    free(body);
    json_free(root);
    return err;
}

enum err run_vitals(struct crew *crew, const struct typed *typed)
{
    struct body_vitals body;
    record_clear(&record_vitals, &body);
    body.at = crew_now(crew);
    enum err err = crew_pairs(crew, &record_vitals, typed, 1, &body);
    if (err == ERR_OK)
        err = crew_say(crew, MSG_VITALS, &body, NULL);
    explicit_bzero(&body, sizeof body);
    return err;
}

/* ---- one message each ---- */

enum err run_eta(struct crew *crew, const struct typed *typed)
{
    struct body_eta body = {.place = typed_rest(typed, 2)};
    uint64_t minutes = 0;
    if (line_number(slice_of(typed->words[1]), 24 * 60, &minutes) != ERR_OK)
        return ERR_USAGE;
    body.eta_at = crew_now(crew) + (int64_t)minutes * 60 * 1000;
    return crew_say(crew, MSG_ETA, &body, NULL);
}

enum err run_arrived(struct crew *crew, const struct typed *typed)
{
    struct body_empty body = {.nothing = 0};
    (void)typed;
    return crew_say(crew, MSG_ARRIVED, &body, NULL);
}

enum err run_talk(struct crew *crew, const struct typed *typed)
{
    struct body_talk body = {.text = typed_rest(typed, 1)};
    return crew_say(crew, MSG_TALK, &body, NULL);
}

enum err run_handover(struct crew *crew, const struct typed *typed)
{
    struct body_handover body = {.at = crew_now(crew), .physician = typed_rest(typed, 1)};
    return crew_say(crew, MSG_HANDOVER, &body, NULL);
}

enum err run_end(struct crew *crew, const struct typed *typed)
{
    struct body_case_end body = {.reason = pairs_code(&codes_case_end, slice_of(typed->words[1])),
                                 .at = crew_now(crew),
                                 .note = typed_rest(typed, 2)};
    return body.reason == 0 ? ERR_USAGE : crew_say(crew, MSG_CASE_END, &body, NULL);
}

enum err run_no_view(struct crew *crew, const struct typed *typed)
{
    struct body_no_view body = {.reason = pairs_code(&codes_no_view, slice_of(typed->words[1])),
                                .at = crew_now(crew)};
    return body.reason == 0 ? ERR_USAGE : crew_say(crew, MSG_NO_VIEW, &body, NULL);
}

enum err run_withdraw(struct crew *crew, const struct typed *typed)
{
    struct body_empty body = {.nothing = 0};
    (void)typed;
    return crew_say(crew, MSG_CONSENT_WITHDRAW, &body, NULL);
}

enum err run_mixup(struct crew *crew, const struct typed *typed)
{
    struct body_mixup body = {.kind = pairs_code(&codes_mixup, slice_of(typed->words[1])),
                              .reason = typed_rest(typed, 2)};
    return body.kind == 0 ? ERR_USAGE : crew_say(crew, MSG_MIXUP, &body, NULL);
}

enum err run_ack_mixup(struct crew *crew, const struct typed *typed)
{
    struct body_empty body = {.nothing = 0};
    (void)typed;
    return crew_say(crew, MSG_MIXUP_ACK, &body, NULL);
}

/* ---- take-over ---- */

static enum err offer(struct crew *crew, const char *device)
{
    struct body_takeover_offer body;
    enum err err = id_parse(slice_of(device), &body.device);
    return err == ERR_OK ? crew_say(crew, MSG_TAKEOVER_OFFER, &body, NULL) : ERR_USAGE;
}

/* A case that was never ours is known by its whole id only. */
static enum err other_case(struct crew *crew, const char *name, struct id *out)
{
    return id_parse(slice_of(name), out) == ERR_OK ? ERR_OK : case_named(crew, name, out);
}

enum err run_takeover(struct crew *crew, const struct typed *typed)
{
    const char *what = typed->words[1];
    struct body_empty empty = {.nothing = 0};
    struct body_reason_text reason = {.reason = typed_rest(typed, 3)};
    struct id before = crew->case_id;
    if (strcmp(what, "offer") == 0)
        return offer(crew, typed->words[2]);
    bool accepts = strcmp(what, "accept") == 0, claims = strcmp(what, "claim") == 0;
    if ((!accepts && !claims) || (claims && reason.reason.bytes == NULL))
        return ERR_USAGE;
    enum err err = other_case(crew, typed->words[2], &crew->case_id);
    if (err == ERR_OK && accepts)
        err = crew_say(crew, MSG_TAKEOVER_ACCEPT, &empty, NULL);
    else if (err == ERR_OK)
        err = crew_say(crew, MSG_TAKEOVER_CLAIM, &reason, NULL);
    if (err != ERR_OK)
        crew->case_id = before;
    return err;
}
