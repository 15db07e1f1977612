/* people_apply.c — Job: the fold of organisations, devices and people. */
#include "gateway/core/people.h"
#include "gateway/core/state.h"

#define S struct org_payload
static const struct field org_fields[] = {ROW_TEXT(S, code, 0, 0, 20),
                                          ROW_TEXT(S, name, FIELD_REQUIRED, 1, TEXT_SHORT_MAX),
                                          ROW_TEXT(S, phone, 0, 0, PHONE_CHARS_MAX)};
#undef S
const struct record record_org_payload = RECORD("org_payload", struct org_payload, org_fields);

#define S struct device_payload
static const struct field device_fields[] = {ROW_TIME(S, certificate_until, 0),
                                             ROW_TEXT(S, name, 0, 0, TEXT_SHORT_MAX)};
#undef S
const struct record record_device_payload =
    RECORD("device_payload", struct device_payload, device_fields);

#define S struct person_payload
static const struct field person_fields[] = {
    ROW_TIME(S, expires_at, 0),
    ROW_TEXT(S, login, FIELD_REQUIRED, 1, LOGIN_MAX),
    ROW_FLAG(S, must_change, 0),
    ROW_TEXT(S, name, FIELD_REQUIRED, 1, TEXT_SHORT_MAX),
    ROW_TEXT(S, password, FIELD_REQUIRED, 1, 256),
    ROW_CODES(S, roles, FIELD_REQUIRED, &codes_role),
    ROW_TEXT(S, totp, FIELD_REQUIRED, 16, 128),
};
#undef S
const struct record record_person_payload =
    RECORD("person_payload", struct person_payload, person_fields);

#define S struct password_payload
static const struct field password_fields[] = {ROW_FLAG(S, must_change, 0),
                                               ROW_TEXT(S, password, FIELD_REQUIRED, 1, 256)};
#undef S
const struct record record_password_payload =
    RECORD("password_payload", struct password_payload, password_fields);

#define S struct session_payload
static const struct field session_fields[] = {ROW_HASH(S, token, FIELD_REQUIRED)};
#undef S
const struct record record_session_payload =
    RECORD("session_payload", struct session_payload, session_fields);

#define S struct reason_payload
static const struct field reason_fields[] = {ROW_TEXT(S, by, 0, 0, TEXT_SHORT_MAX),
                                             ROW_TEXT(S, reason, 0, 0, TEXT_LONG_MAX)};
#undef S
const struct record record_reason_payload =
    RECORD("reason_payload", struct reason_payload, reason_fields);

struct id org_of_all(void)
{
    struct id all = {{0}};
    all.bytes[sizeof all.bytes - 1] = 1;
    return all;
}

/* A payload of ours that does not decode any more was damaged or shredded: then the members that
 * it would fill stay empty, and the person or device cannot act. */
static bool read_payload(const struct record *record, const struct json *payload, void *out)
{
    struct complaint why;
    return payload != NULL && record_decode(record, payload, RECORD_LENIENT, out, &why) == ERR_OK;
}

/* The organisation that stands for all is never added. */
static void be_all(struct org_state *o, const struct event *e)
{
    if (o->kind != 0)
        return;
    o->id = e->subject;
    o->kind = ORG_OPERATOR;
}

void org_apply(struct org_state *o, const struct event *e, const struct json *payload)
{
    struct org_payload text;
    switch (e->type) {
    case EVENT_ORG_ADDED:
        o->id = e->subject;
        o->kind = e->code;
        o->added_at = e->at;
        if (read_payload(&record_org_payload, payload, &text)) {
            o->name = text.name;
            o->code = text.code;
            o->phone = text.phone;
        }
        break;
    case EVENT_ORG_STOPPED:
        be_all(o, e);
        o->stopped = (int)e->count;
        break;
    case EVENT_KEY_DESTROY_ASKED:
        be_all(o, e);
        o->shred_event = e->id;
        o->shred_from = e->from;
        break;
    default:
        org_alert_apply(o, e);
        break;
    }
}

void device_apply(struct device_state *d, const struct event *e, const struct json *payload)
{
    struct device_payload text;
    switch (e->type) {
    case EVENT_DEVICE_ADDED:
        d->id = e->subject;
        d->org = e->org;
        d->kind = e->code;
        d->former = d->fingerprint; /* works on until the new certificate is on the device */
        d->fingerprint = e->digest;
        d->added_at = e->at;
        if (!read_payload(&record_device_payload, payload, &text))
            break;
        d->name = text.name;
        d->certificate_until = text.certificate_until;
        break;
    case EVENT_DEVICE_REVOKED:
        d->revoked = FLAG_YES;
        break;
    default:
        break;
    }
}

static void apply_added(struct person_state *p, const struct event *e, const struct json *payload)
{
    struct person_payload text;
    p->id = e->subject;
    p->org = e->org;
    p->password_at = e->at;
    if (!read_payload(&record_person_payload, payload, &text))
        return;
    p->login = text.login;
    p->name = text.name;
    p->password = text.password;
    p->totp = text.totp;
    p->roles = text.roles;
    p->expires_at = text.expires_at;
    p->must_change = text.must_change;
}

static void apply_session(struct person_state *p, const struct event *e, const struct json *payload)
{
    struct session_payload text;
    p->failures = 0;
    p->totp_step = e->count;
    p->asked = (struct id){{0}};
    if (!read_payload(&record_session_payload, payload, &text))
        return;
    if (p->sessions_count == PERSON_SESSIONS_MAX) { /* the oldest gives way */
        memmove(p->sessions, p->sessions + 1, (PERSON_SESSIONS_MAX - 1) * sizeof p->sessions[0]);
        p->sessions_count--;
    }
    p->sessions[p->sessions_count++] = (struct person_session){.id = e->session,
                                                               .device = e->device,
                                                               .token = text.token,
                                                               .opened_at = e->at,
                                                               .until = e->until};
}

static void apply_failed(struct person_state *p, const struct event *e)
{
    p->failures = e->count;
    p->asked = (struct id){{0}};
    if (e->until != 0)
        p->locked = FLAG_YES;
}

static void apply_password(struct person_state *p, const struct event *e,
                           const struct json *payload)
{
    struct password_payload text;
    p->password_at = e->at;
    p->asked = (struct id){{0}};
    if (read_payload(&record_password_payload, payload, &text)) {
        p->password = text.password;
        p->must_change = text.must_change;
    }
}

void person_apply(struct person_state *p, const struct event *e, const struct json *payload)
{
    switch (e->type) {
    case EVENT_PERSON_ADDED:
        apply_added(p, e, payload);
        break;
    case EVENT_PERSON_DISABLED:
        p->disabled = FLAG_YES;
        break;
    case EVENT_PERSON_UNLOCKED:
        p->locked = FLAG_ABSENT;
        p->failures = 0;
        break;
    case EVENT_SIGN_IN_ASKED:
        p->asked = e->id;
        break;
    case EVENT_SIGN_IN_FAILED:
        apply_failed(p, e);
        break;
    case EVENT_PASSWORD_SET:
        apply_password(p, e, payload);
        break;
    case EVENT_SESSION_OPENED:
        apply_session(p, e, payload);
        break;
    case EVENT_SESSION_ENDED:
        for (size_t i = 0; i < p->sessions_count; i++)
            if (id_equal(&p->sessions[i].id, &e->session) && p->sessions[i].ended_at == 0)
                p->sessions[i].ended_at = e->at;
        break;
    default:
        break;
    }
}

enum aggregate state_of_event(const struct event *e, struct id *id)
{
    switch (e->type) {
    case EVENT_ORG_ADDED:
    case EVENT_ORG_STOPPED:
    case EVENT_KEY_DESTROY_ASKED:
        *id = e->subject;
        return AGGREGATE_ORG;
    case EVENT_DEVICE_ADDED:
    case EVENT_DEVICE_REVOKED:
        *id = e->subject;
        return AGGREGATE_DEVICE;
    case EVENT_PERSON_ADDED:
    case EVENT_PERSON_DISABLED:
    case EVENT_PERSON_UNLOCKED:
    case EVENT_PASSWORD_SET:
        *id = e->subject;
        return AGGREGATE_PERSON;
    case EVENT_SIGN_IN_ASKED:
    case EVENT_SIGN_IN_FAILED:
        *id = e->subject; /* absent: nobody has that login */
        return id_absent(id) ? AGGREGATE_NONE : AGGREGATE_PERSON;
    case EVENT_SESSION_OPENED:
    case EVENT_SESSION_ENDED:
        *id = e->person;
        return AGGREGATE_PERSON;
    case EVENT_ALERT:
    case EVENT_ALERT_ACKED:
    case EVENT_ALERT_ESCALATED:
    case EVENT_ACCESS_REVIEWED:
        *id = e->org;
        return id_absent(id) ? AGGREGATE_NONE : AGGREGATE_ORG;
    default:
        *id = e->case_id;
        return id_absent(id) ? AGGREGATE_NONE : AGGREGATE_CASE;
    }
}
