/* state.c — Job: the tables of the four states, and the questions that judgements ask of a case. */
#include "gateway/core/state.h"

#define S struct org_alert
static const struct field alert_fields[] = {
    ROW_TIME(S, acked_at, 0), ROW_ID(S, acked_by, 0), ROW_TIME(S, at, 0),
    ROW_ID(S, case_id, 0),    ROW_ID(S, cause, 0),    ROW_CODE(S, code, 0, &codes_alert),
    ROW_ID(S, grant, 0),      ROW_ID(S, id, 0),       ROW_INT(S, level, 0, 0, ALERT_LEVELS),
    ROW_ID(S, other, 0),      ROW_ID(S, person, 0),   ROW_FLAG(S, training, 0),
};
#undef S
static const struct record alert_record = RECORD("org_alert", struct org_alert, alert_fields);

#define S struct org_state
static const struct field org_fields[] = {
    ROW_TIME(S, added_at, 0),
    ROW_LIST(S, alerts, 0, ORG_ALERTS_MAX, &alert_record),
    ROW_INT(S, alerts_lost, 0, 0, WIRE_INT_MAX),
    ROW_TEXT(S, code, 0, 0, 20),
    ROW_ID(S, id, FIELD_REQUIRED),
    {"kind", FIELD_CODE, 1, offsetof(S, kind), 0, 0, 0, &codes_org_kind, 0},
    ROW_TEXT(S, name, 0, 0, 200),
    ROW_TEXT(S, phone, 0, 0, PHONE_CHARS_MAX),
    ROW_ID(S, shred_event, 0),
    ROW_TIME(S, shred_from, 0),
    ROW_FLAG(S, stopped, 0),
};
#undef S
const struct record record_org_state = RECORD("org_state", struct org_state, org_fields);

#define S struct device_state
static const struct field device_fields[] = {
    ROW_TIME(S, added_at, 0),      ROW_TIME(S, certificate_until, 0),
    ROW_HASH(S, fingerprint, 0),   ROW_HASH(S, former, 0),
    ROW_ID(S, id, FIELD_REQUIRED), ROW_CODE(S, kind, FIELD_REQUIRED, &codes_device_kind),
    ROW_TEXT(S, name, 0, 0, 200),  ROW_ID(S, org, 0),
    ROW_FLAG(S, revoked, 0),
};
#undef S
const struct record record_device_state =
    RECORD("device_state", struct device_state, device_fields);

#define S struct person_session
static const struct field session_fields[] = {
    ROW_ID(S, device, 0),      ROW_TIME(S, ended_at, 0), ROW_ID(S, id, 0),
    ROW_TIME(S, opened_at, 0), ROW_HASH(S, token, 0),    ROW_TIME(S, until, 0),
};
#undef S
static const struct record session_record =
    RECORD("person_session", struct person_session, session_fields);

#define S struct person_state
static const struct field person_fields[] = {
    ROW_ID(S, asked, 0),
    ROW_FLAG(S, disabled, 0),
    ROW_TIME(S, expires_at, 0),
    ROW_INT(S, failures, 0, 0, 1000000),
    ROW_ID(S, id, FIELD_REQUIRED),
    ROW_FLAG(S, locked, 0),
    ROW_TEXT(S, login, 0, 0, LOGIN_MAX),
    ROW_FLAG(S, must_change, 0),
    ROW_TEXT(S, name, 0, 0, 200),
    ROW_ID(S, org, 0),
    ROW_TEXT(S, password, 0, 0, 256),
    ROW_TIME(S, password_at, 0),
    ROW_CODES(S, roles, 0, &codes_role),
    ROW_LIST(S, sessions, 0, PERSON_SESSIONS_MAX, &session_record),
    ROW_TEXT(S, totp, 0, 0, 128),
    ROW_INT(S, totp_step, 0, 0, INT64_C(1) << 40),
};
#undef S
const struct record record_person_state =
    RECORD("person_state", struct person_state, person_fields);

/* `int` members that hold internal states are widened through FIELD_CODE with these lists. */
#define STATUS_LIST(NAME, ...)                                                                     \
    static const struct code NAME##_rows[] = {__VA_ARGS__};                                        \
    static const struct codes NAME = {#NAME, NAME##_rows,                                          \
                                      sizeof NAME##_rows / sizeof NAME##_rows[0]};

STATUS_LIST(card_status_list, {CARD_CHECKING, "checking", "", ""}, {CARD_GOOD, "good", "", ""},
            {CARD_REFUSED, "refused", "", ""})
STATUS_LIST(view_status_list, {VIEW_ASKED, "asked", "", ""}, {VIEW_HELD, "held", "", ""},
            {VIEW_FAILED, "failed", "", ""}, {VIEW_ENDED, "ended", "", ""},
            {VIEW_LOST, "lost", "", ""}, {VIEW_VOID, "void", "", ""})

#define S struct case_ground
static const struct field ground_fields[] = {
    ROW_TIME(S, at, 0),
    ROW_CODE(S, basis, 0, &codes_basis),
    ROW_CODES(S, hidden, 0, &codes_section),
    ROW_ID(S, hospital, 0),
    ROW_ID(S, id, 0),
    ROW_CODE(S, need, 0, &codes_need),
    ROW_CODE(S, obstacle, 0, &codes_obstacle),
    ROW_ID(S, person, 0),
    ROW_CODE(S, right, 0, &codes_ground_right),
    ROW_CODE(S, said_by, 0, &codes_said_by),
    ROW_FLAG(S, withdrawn, 0),
};
#undef S
static const struct record ground_record = RECORD("case_ground", struct case_ground, ground_fields);

#define S struct case_view
static const struct field view_fields[] = {
    ROW_TIME(S, asked_at, 0),
    ROW_ID(S, asked_event, 0),
    ROW_HASH(S, digest, 0),
    ROW_CODE(S, failure, 0, &codes_err),
    ROW_TIME(S, fetched_at, 0),
    ROW_ID(S, id, 0),
    ROW_CODE(S, kind, 0, &codes_view_kind),
    ROW_CODE(S, match, 0, &codes_match),
    ROW_TIME(S, opened_at, 0),
    ROW_ID(S, person, 0),
    ROW_FLAG(S, refetched, 0),
    ROW_CODES(S, sections, 0, &codes_section),
    ROW_ID(S, session, 0),
    ROW_FLAG(S, simulator, 0),
    ROW_CODE(S, status, 0, &view_status_list),
    ROW_TIME(S, until, 0),
};
#undef S
static const struct record view_record = RECORD("case_view", struct case_view, view_fields);

#define S struct case_asked
static const struct field asked_fields[] = {
    ROW_ID(S, answer_event, 0),  ROW_TIME(S, answered_at, 0),
    ROW_TIME(S, asked_at, 0),    ROW_FLAG(S, by_phone, 0),
    ROW_ID(S, hospital, 0),      ROW_ID(S, inquiry, 0),
    ROW_ID(S, inquiry_event, 0), ROW_FLAG(S, phone_checked, 0),
    ROW_ID(S, phone_event, 0),   ROW_CODE(S, status, 0, &codes_asked_status),
};
#undef S
static const struct record asked_record = RECORD("case_asked", struct case_asked, asked_fields);

#define S struct case_grant
static const struct field grant_fields[] = {
    ROW_FLAG(S, break_glass, 0), ROW_TIME(S, delivered_at, 0),
    ROW_FLAG(S, extended, 0),    ROW_ID(S, ground, 0),
    ROW_ID(S, hospital, 0),      ROW_ID(S, id, 0),
    ROW_TIME(S, issued_at, 0),   ROW_FLAG(S, objected, 0),
    ROW_TIME(S, opened_at, 0),   ROW_TIME(S, opens_at, 0),
    ROW_ID(S, person, 0),        ROW_CODE(S, revoke, 0, &codes_revoke_reason),
    ROW_TIME(S, revoked_at, 0),  ROW_CODES(S, sections, 0, &codes_section),
    ROW_TIME(S, until, 0),       ROW_ID(S, view, 0),
};
#undef S
static const struct record grant_record = RECORD("case_grant", struct case_grant, grant_fields);

#define S struct case_opener
static const struct field opener_fields[] = {
    ROW_FLAG(S, acked, 0),    ROW_TIME(S, at, 0),
    ROW_ID(S, device, 0),     ROW_ID(S, grant, 0),
    ROW_FLAG(S, must_ack, 0), ROW_ID(S, org, 0),
    ROW_ID(S, person, 0),     ROW_CODES(S, sections, 0, &codes_section),
    ROW_ID(S, view, 0),
};
#undef S
static const struct record opener_record = RECORD("case_opener", struct case_opener, opener_fields);

#define S struct case_said
static const struct field said_fields[] = {
    ROW_TIME(S, at, 0),     ROW_ID(S, event, 0),
    ROW_ID(S, hospital, 0), ROW_CODE(S, kind, 0, &codes_spoken),
    ROW_ID(S, person, 0),
};
#undef S
static const struct record said_record = RECORD("case_said", struct case_said, said_fields);

#define S struct case_state
static const struct field case_fields[] = {
    ROW_ID(S, alias, 0),
    ROW_TIME(S, arrived_at, 0),
    ROW_LIST(S, asked, 0, CASE_HOSPITALS_MAX, &asked_record),
    ROW_CODE(S, card, 0, &card_status_list),
    ROW_TIME(S, card_at, 0),
    ROW_CODE(S, card_error, 0, &codes_err),
    ROW_ID(S, card_event, 0),
    ROW_CODE(S, card_kind, 0, &codes_card_kind),
    ROW_ID(S, card_person, 0),
    ROW_CODE(S, card_proof, 0, &codes_card_proof),
    ROW_ID(S, card_session, 0),
    ROW_ID(S, confirm_event, 0),
    ROW_TIME(S, confirmed_at, 0),
    ROW_ID(S, destination, 0),
    ROW_TIME(S, destination_at, 0),
    ROW_ID(S, destination_event, 0),
    ROW_INT(S, destinations, 0, 0, 1000000),
    ROW_ID(S, device, 0),
    ROW_CODE(S, end, 0, &codes_case_end),
    ROW_TIME(S, ended_at, 0),
    ROW_TIME(S, eta_at, 0),
    ROW_ID(S, eta_event, 0),
    ROW_LIST(S, grants, 0, CASE_GRANTS_MAX, &grant_record),
    ROW_LIST(S, grounds, 0, CASE_GROUNDS_MAX, &ground_record),
    ROW_TIME(S, handed_at, 0),
    ROW_ID(S, handover_event, 0),
    ROW_ID(S, id, FIELD_REQUIRED),
    ROW_CODE(S, identified_by, 0, &codes_identified_by),
    ROW_ID(S, incident, 0),
    ROW_CODE(S, mixup, 0, &codes_mixup),
    ROW_CODE(S, no_view, 0, &codes_no_view),
    ROW_FLAG(S, not_connected, 0),
    ROW_ID(S, open_event, 0),
    ROW_TIME(S, opened_at, 0),
    ROW_LIST(S, openers, 0, CASE_OPENERS_MAX, &opener_record),
    ROW_ID(S, org, 0),
    ROW_ID(S, previous_case, 0),
    ROW_TIME(S, record_at, 0),
    ROW_ID(S, record_event, 0),
    ROW_LIST(S, said, 0, CASE_SAID_MAX, &said_record),
    ROW_ID(S, takeover_device, 0),
    ROW_FLAG(S, training, 0),
    ROW_LIST(S, views, 0, CASE_VIEWS_MAX, &view_record),
    ROW_IDS(S, vitals, 0, CASE_VITALS_MAX),
    ROW_FLAG(S, withdrawn, 0),
};
#undef S
const struct record record_case_state = RECORD("case_state", struct case_state, case_fields);

const struct record *state_record(enum aggregate kind)
{
    switch (kind) {
    case AGGREGATE_CASE:
        return &record_case_state;
    case AGGREGATE_PERSON:
        return &record_person_state;
    case AGGREGATE_DEVICE:
        return &record_device_state;
    case AGGREGATE_ORG:
        return &record_org_state;
    case AGGREGATE_NONE:
        break;
    }
    return NULL;
}

bool state_open(enum aggregate kind, const union any_state *state)
{
    return kind != AGGREGATE_CASE || state->case_.end == 0 || case_must_ack(&state->case_, NULL);
}

struct id state_realm(enum aggregate kind, const struct id *id, const union any_state *state)
{
    switch (kind) {
    case AGGREGATE_PERSON:
        return state->person.org;
    case AGGREGATE_DEVICE:
        return state->device.org;
    default:
        return *id; /* a case's row has the case's key, an organisation's its own */
    }
}
