/* control_acts.c — Job: what an operator can do to organisations, devices, people; kill switch. */
#include "gateway/control.h"

#include "common/rng.h"
#include "gateway/core/people.h"
#include "gateway/engine/world.h"

#include <stdlib.h>

struct act_request {
    struct slice act, name, code, phone, login, password, totp, what;
    struct id id, org;
    int kind, device_kind, stopped, must_change;
    struct hash fingerprint;
    uint64_t roles;
    int64_t expires_at, certificate_until;
};

#define S struct act_request
static const struct field request_rows[] = {
    ROW_TEXT(S, act, FIELD_REQUIRED, 1, 40),
    ROW_TIME(S, certificate_until, FIELD_OPTIONAL),
    ROW_TEXT(S, code, FIELD_OPTIONAL, 0, 20),
    ROW_CODE(S, device_kind, FIELD_OPTIONAL, &codes_device_kind),
    ROW_TIME(S, expires_at, FIELD_OPTIONAL),
    ROW_HASH(S, fingerprint, FIELD_OPTIONAL),
    ROW_ID(S, id, FIELD_OPTIONAL),
    ROW_CODE(S, kind, FIELD_OPTIONAL, &codes_org_kind),
    ROW_TEXT(S, login, FIELD_OPTIONAL, 1, LOGIN_MAX),
    ROW_FLAG(S, must_change, FIELD_OPTIONAL),
    ROW_TEXT(S, name, FIELD_OPTIONAL, 1, TEXT_SHORT_MAX),
    ROW_ID(S, org, FIELD_OPTIONAL),
    ROW_TEXT(S, password, FIELD_OPTIONAL, 1, 256),
    ROW_TEXT(S, phone, FIELD_OPTIONAL, 0, PHONE_CHARS_MAX),
    ROW_CODES(S, roles, FIELD_OPTIONAL, &codes_role),
    ROW_FLAG(S, stopped, FIELD_OPTIONAL),
    ROW_TEXT(S, totp, FIELD_OPTIONAL, 16, 128),
    ROW_TEXT(S, what, FIELD_OPTIONAL, 1, 20),
};
#undef S
static const struct record record_act = RECORD("act", struct act_request, request_rows);

/* An act under way; freed when it is answered. */
struct act_run {
    struct json *request;
    struct buf payload;
    struct id subject;
    void *self;
    void (*answer)(void *self, struct slice line);
};

static void run_free(struct act_run *run)
{
    json_free(run->request);
    buf_free(&run->payload);
    free(run);
}

static void say_error(struct act_run *run, enum err err, const char *path)
{
    struct buf line = {0};
    buf_printf(&line, "{\"ok\":false,\"code\":\"%s\"", err_name(err));
    buf_text(&line, ",\"ja\":");
    buf_json_text(&line, slice_of(err_text_ja(err)));
    buf_text(&line, ",\"en\":");
    buf_json_text(&line, slice_of(err_text_en(err)));
    buf_text(&line, ",\"path\":");
    buf_json_text(&line, slice_of(path));
    buf_byte(&line, '}');
    run->answer(run->self, buf_slice(&line));
    buf_free(&line);
    run_free(run);
}

static void add_id(struct buf *line, const char *key, const struct id *id)
{
    char text[ID_TEXT_SIZE];
    id_text(id, text);
    buf_printf(line, "\"%s\":\"%.*s\"", key, ID_TEXT_SIZE, text);
}

static void on_done(void *self, enum err err, uint64_t seq)
{
    struct act_run *run = self;
    if (err != ERR_OK) {
        say_error(run, err, "");
        return;
    }
    struct buf line = {0};
    buf_text(&line, "{\"ok\":true,");
    add_id(&line, "id", &run->subject);
    buf_printf(&line, ",\"entry\":%llu}", (unsigned long long)seq);
    run->answer(run->self, buf_slice(&line));
    buf_free(&line);
    run_free(run);
}

static void submit(struct engine *engine, struct act_run *run, struct event *event,
                   const struct record *record, const void *payload)
{
    if (record != NULL) {
        record_encode(record, payload, &run->payload);
        event->payload = buf_slice(&run->payload);
    }
    run->subject = event->subject;
    engine_operator(engine, event, run, on_done);
}

/* A number that a tablet can dial: digits, and what people write between them. */
static bool is_phone(struct slice text)
{
    size_t digits = 0;
    for (size_t i = 0; i < text.size; i++) {
        if (text.bytes[i] >= '0' && text.bytes[i] <= '9')
            digits++;
        else if (memchr("-+() ", text.bytes[i], 5) == NULL)
            return false;
    }
    return text.size == 0 || digits >= 3;
}

static void org_add(struct engine *engine, struct act_run *run, const struct act_request *r)
{
    if (r->name.bytes == NULL || r->kind == 0) {
        say_error(run, ERR_MISSING_FIELD, r->kind == 0 ? "kind" : "name");
        return;
    }
    if (!is_phone(r->phone)) {
        say_error(run, ERR_BAD_FIELD, "phone");
        return;
    }
    struct org_payload payload = {.name = r->name, .code = r->code, .phone = r->phone};
    struct event event = {.type = EVENT_ORG_ADDED, .code = r->kind};
    event.subject = id_absent(&r->id) ? rng_id() : r->id;
    event.org = event.subject;
    submit(engine, run, &event, &record_org_payload, &payload);
}

static void device_add(struct engine *engine, struct act_run *run, const struct act_request *r)
{
    struct world_table *world = engine_world(engine);
    static const struct hash none;
    if (slot_org(world_find(world, AGGREGATE_ORG, &r->org)) == NULL) {
        say_error(run, ERR_NOT_FOUND, "org");
        return;
    }
    if (r->device_kind == 0 || hash_equal(&r->fingerprint, &none)) {
        say_error(run, ERR_MISSING_FIELD, r->device_kind == 0 ? "device_kind" : "fingerprint");
        return;
    }
    if (world_by_fingerprint(world, &r->fingerprint) != NULL) { /* no shared keys */
        say_error(run, ERR_CONFLICT, "fingerprint");
        return;
    }
    const struct device_state *known =
        id_absent(&r->id) ? NULL : slot_device(world_find(world, AGGREGATE_DEVICE, &r->id));
    if (known != NULL && (known->revoked == FLAG_YES || known->kind != r->device_kind ||
                          !id_equal(&known->org, &r->org))) {
        say_error(run, ERR_CONFLICT, "id"); /* a new certificate, not another device */
        return;
    }
    struct device_payload payload = {.name = r->name, .certificate_until = r->certificate_until};
    struct event event = {.type = EVENT_DEVICE_ADDED,
                          .org = r->org,
                          .code = r->device_kind,
                          .digest = r->fingerprint};
    event.subject = id_absent(&r->id) ? rng_id() : r->id;
    submit(engine, run, &event, &record_device_payload, &payload);
}

static void person_add(struct engine *engine, struct act_run *run, const struct act_request *r)
{
    struct world_table *world = engine_world(engine);
    const char *missing = r->login.bytes == NULL      ? "login"
                          : r->name.bytes == NULL     ? "name"
                          : r->password.bytes == NULL ? "password"
                          : r->totp.bytes == NULL     ? "totp"
                          : r->roles == 0             ? "roles"
                                                      : NULL;
    if (missing != NULL || slot_org(world_find(world, AGGREGATE_ORG, &r->org)) == NULL) {
        say_error(run, missing != NULL ? ERR_MISSING_FIELD : ERR_NOT_FOUND,
                  missing != NULL ? missing : "org");
        return;
    }
    if (world_by_login(world, r->login) != NULL) { /* one person, one account */
        say_error(run, ERR_CONFLICT, "login");
        return;
    }
    struct person_payload payload = {.login = r->login,
                                     .name = r->name,
                                     .password = r->password,
                                     .totp = r->totp,
                                     .roles = r->roles,
                                     .expires_at = r->expires_at,
                                     .must_change = r->must_change == FLAG_NO ? FLAG_NO : FLAG_YES};
    struct event event = {.type = EVENT_PERSON_ADDED, .org = r->org};
    event.subject = rng_id();
    submit(engine, run, &event, &record_person_payload, &payload);
}

/* Acts on something that exists: its organisation is the event's. */
static void on_subject(struct engine *engine, struct act_run *run, const struct act_request *r,
                       enum aggregate kind, struct event *event)
{
    struct slot *slot = id_absent(&r->id) ? NULL : world_find(engine_world(engine), kind, &r->id);
    if (slot == NULL || slot->state == NULL) {
        say_error(run, ERR_NOT_FOUND, "id");
        return;
    }
    event->subject = r->id;
    event->org = kind == AGGREGATE_PERSON   ? slot->state->person.org
                 : kind == AGGREGATE_DEVICE ? slot->state->device.org
                                            : slot->id;
    struct password_payload password = {.password = r->password, .must_change = FLAG_YES};
    bool set = event->type == EVENT_PASSWORD_SET;
    if (set && r->password.bytes == NULL)
        say_error(run, ERR_MISSING_FIELD, "password");
    else
        submit(engine, run, event, set ? &record_password_payload : NULL, &password);
}

struct listing {
    struct buf *out;
    enum aggregate kind;
    bool first;
};

static void list_one(void *self, void *value)
{
    struct listing *list = self;
    const struct slot *slot = value;
    const struct id all = org_of_all();
    if (slot->kind != list->kind || slot->state == NULL || id_equal(&slot->id, &all))
        return;
    if (!list->first)
        buf_byte(list->out, ',');
    list->first = false;
    buf_byte(list->out, '{');
    add_id(list->out, "id", &slot->id);
    const union any_state *s = slot->state;
    bool org = slot->kind == AGGREGATE_ORG, device = slot->kind == AGGREGATE_DEVICE;
    if (!org) {
        buf_byte(list->out, ',');
        add_id(list->out, "org", device ? &s->device.org : &s->person.org);
    }
    buf_text(list->out, ",\"name\":");
    struct slice name = org ? s->org.name : device ? s->device.name : s->person.name;
    buf_json_text(list->out, name);
    if (org) {
        buf_printf(list->out, ",\"kind\":\"%s\",\"stopped\":%s,\"phone\":",
                   codes_name(&codes_org_kind, s->org.kind),
                   s->org.stopped == FLAG_YES ? "true" : "false");
        buf_json_text(list->out, s->org.phone);
    } else if (device)
        buf_printf(list->out, ",\"kind\":\"%s\",\"revoked\":%s",
                   codes_name(&codes_device_kind, s->device.kind),
                   s->device.revoked == FLAG_YES ? "true" : "false");
    else
        buf_printf(list->out, ",\"disabled\":%s,\"locked\":%s",
                   s->person.disabled == FLAG_YES ? "true" : "false",
                   s->person.locked == FLAG_YES ? "true" : "false");
    if (slot->kind == AGGREGATE_PERSON) {
        buf_text(list->out, ",\"login\":");
        buf_json_text(list->out, s->person.login);
    }
    buf_byte(list->out, '}');
}

static void list(struct engine *engine, struct act_run *run, const struct act_request *r)
{
    struct buf line = {0};
    struct listing listing = {&line, AGGREGATE_ORG, true};
    if (slice_is(r->what, "devices"))
        listing.kind = AGGREGATE_DEVICE;
    if (slice_is(r->what, "people"))
        listing.kind = AGGREGATE_PERSON;
    buf_text(&line, "{\"ok\":true,\"rows\":[");
    world_each(engine_world(engine), &listing, list_one);
    buf_text(&line, "]}");
    run->answer(run->self, buf_slice(&line));
    buf_free(&line);
    run_free(run);
}

static void stop_all(struct engine *engine, struct act_run *run, const struct act_request *r)
{
    struct event event = {.type = EVENT_ORG_STOPPED,
                          .subject = org_of_all(),
                          .org = org_of_all(),
                          .count = r->stopped == FLAG_NO ? FLAG_NO : FLAG_YES};
    if (event.count == FLAG_YES) /* taking away does not wait for the disk */
        engine_set_stopped(engine, FLAG_YES);
    submit(engine, run, &event, NULL, NULL);
}

static void dispatch(struct engine *engine, struct act_run *run, const struct act_request *r)
{
    struct event event = {.type = EVENT_NONE};
    if (slice_is(r->act, "org_add")) {
        org_add(engine, run, r);
    } else if (slice_is(r->act, "device_add")) {
        device_add(engine, run, r);
    } else if (slice_is(r->act, "person_add")) {
        person_add(engine, run, r);
    } else if (slice_is(r->act, "list")) {
        list(engine, run, r);
    } else if (slice_is(r->act, "stop_all")) {
        stop_all(engine, run, r);
    } else if (slice_is(r->act, "org_stop")) {
        event.type = EVENT_ORG_STOPPED;
        event.count = r->stopped == FLAG_NO ? FLAG_NO : FLAG_YES;
        on_subject(engine, run, r, AGGREGATE_ORG, &event);
    } else if (slice_is(r->act, "device_revoke")) {
        event.type = EVENT_DEVICE_REVOKED;
        on_subject(engine, run, r, AGGREGATE_DEVICE, &event);
    } else if (slice_is(r->act, "person_disable")) {
        event.type = EVENT_PERSON_DISABLED;
        on_subject(engine, run, r, AGGREGATE_PERSON, &event);
    } else if (slice_is(r->act, "person_unlock")) {
        event.type = EVENT_PERSON_UNLOCKED;
        on_subject(engine, run, r, AGGREGATE_PERSON, &event);
    } else if (slice_is(r->act, "person_password")) {
        event.type = EVENT_PASSWORD_SET;
        on_subject(engine, run, r, AGGREGATE_PERSON, &event);
    } else {
        say_error(run, ERR_UNKNOWN_TYPE, "act");
    }
}

void control_act(struct engine *engine, struct slice request, void *self,
                 void (*answer)(void *self, struct slice line))
{
    struct act_run *run = calloc(1, sizeof *run);
    struct act_request r;
    struct complaint why = {{0}};
    if (run == NULL) {
        answer(self, slice_of("{\"ok\":false,\"code\":\"ERR_NO_MEMORY\"}"));
        return;
    }
    run->self = self;
    run->answer = answer;
    enum err err = json_parse(request, FRAME_BYTES_MAX, &run->request);
    if (err == ERR_OK)
        err = json_kind(run->request) == JSON_OBJECT ? ERR_OK : ERR_JSON;
    if (err == ERR_OK)
        err = record_decode(&record_act, run->request, RECORD_STRICT, &r, &why);
    if (err != ERR_OK)
        say_error(run, err, why.path);
    else
        dispatch(engine, run, &r);
}
