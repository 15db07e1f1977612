/* body_shown.c — Job: the tables of a case as a device may see it. */
#include "proto/shown.h"

#define S struct shown_asked
static const struct field asked_rows[] = {
    ROW_TIME(S, answered_at, FIELD_OPTIONAL),
    ROW_TIME(S, asked_at, FIELD_OPTIONAL),
    ROW_FLAG(S, by_phone, FIELD_OPTIONAL),
    ROW_RAW(S, content, FIELD_OPTIONAL),
    ROW_ID(S, hospital, FIELD_REQUIRED),
    ROW_TEXT(S, hospital_name, FIELD_OPTIONAL, 1, TEXT_SHORT_MAX),
    ROW_ID(S, inquiry, FIELD_OPTIONAL),
    ROW_FLAG(S, phone_checked, FIELD_OPTIONAL),
    ROW_CODE(S, status, FIELD_OPTIONAL, &codes_asked_status),
};
#undef S
static const struct record record_shown_asked =
    RECORD("shown_asked", struct shown_asked, asked_rows);

#define S struct shown_grant
static const struct field grant_rows[] = {
    ROW_FLAG(S, break_glass, FIELD_OPTIONAL),
    ROW_TIME(S, delivered_at, FIELD_OPTIONAL),
    ROW_FLAG(S, extended, FIELD_OPTIONAL),
    ROW_ID(S, grant, FIELD_REQUIRED),
    ROW_ID(S, hospital, FIELD_OPTIONAL),
    ROW_TIME(S, issued_at, FIELD_OPTIONAL),
    ROW_FLAG(S, objected, FIELD_OPTIONAL),
    ROW_TIME(S, opened_at, FIELD_OPTIONAL),
    ROW_TIME(S, opens_at, FIELD_OPTIONAL),
    ROW_CODE(S, revoke, FIELD_OPTIONAL, &codes_revoke_reason),
    ROW_TIME(S, revoked_at, FIELD_OPTIONAL),
    ROW_CODES(S, sections, FIELD_OPTIONAL, &codes_section),
    ROW_TIME(S, until, FIELD_OPTIONAL),
    ROW_ID(S, view, FIELD_OPTIONAL),
};
#undef S
static const struct record record_shown_grant =
    RECORD("shown_grant", struct shown_grant, grant_rows);

#define S struct shown_view
static const struct field view_rows[] = {
    ROW_TIME(S, asked_at, FIELD_OPTIONAL),
    ROW_FLAG(S, ended, FIELD_OPTIONAL),
    ROW_CODE(S, error, FIELD_OPTIONAL, &codes_err),
    ROW_TIME(S, fetched_at, FIELD_OPTIONAL),
    ROW_FLAG(S, held, FIELD_OPTIONAL),
    ROW_CODE(S, match, FIELD_OPTIONAL, &codes_match),
    ROW_FLAG(S, refetched, FIELD_OPTIONAL),
    ROW_CODES(S, sections, FIELD_OPTIONAL, &codes_section),
    ROW_TIME(S, until, FIELD_OPTIONAL),
    ROW_ID(S, view, FIELD_REQUIRED),
};
#undef S
static const struct record record_shown_view = RECORD("shown_view", struct shown_view, view_rows);

#define S struct shown_ground
static const struct field ground_rows[] = {
    ROW_TIME(S, at, FIELD_OPTIONAL),        ROW_CODE(S, basis, FIELD_OPTIONAL, &codes_basis),
    ROW_ID(S, hospital, FIELD_OPTIONAL),    ROW_CODE(S, right, FIELD_OPTIONAL, &codes_ground_right),
    ROW_FLAG(S, withdrawn, FIELD_OPTIONAL),
};
#undef S
static const struct record record_shown_ground =
    RECORD("shown_ground", struct shown_ground, ground_rows);

#define S struct shown_text
static const struct field text_rows[] = {ROW_RAW(S, content, FIELD_OPTIONAL)};
#undef S
const struct record record_shown_text = RECORD("shown_text", struct shown_text, text_rows);

#define S struct shown_said
static const struct field said_rows[] = {
    ROW_TIME(S, at, FIELD_REQUIRED),
    ROW_RAW(S, content, FIELD_OPTIONAL),
    ROW_CODE(S, kind, FIELD_OPTIONAL, &codes_spoken),
    ROW_FLAG(S, own, FIELD_OPTIONAL),
    ROW_ID(S, person, FIELD_OPTIONAL),
    ROW_TEXT(S, person_name, FIELD_OPTIONAL, 1, TEXT_SHORT_MAX),
};
#undef S
static const struct record record_shown_said = RECORD("shown_said", struct shown_said, said_rows);

#define S struct shown_case
static const struct field case_rows[] = {
    ROW_TIME(S, arrived_at, FIELD_OPTIONAL),
    ROW_LIST(S, asked, FIELD_OPTIONAL, CASE_HOSPITALS_MAX, &record_shown_asked),
    ROW_FLAG(S, card_checking, FIELD_OPTIONAL),
    ROW_CODE(S, card_error, FIELD_OPTIONAL, &codes_err),
    ROW_FLAG(S, card_good, FIELD_OPTIONAL),
    ROW_TIME(S, confirmed_at, FIELD_OPTIONAL),
    ROW_ID(S, destination, FIELD_OPTIONAL),
    ROW_TIME(S, destination_at, FIELD_OPTIONAL),
    ROW_FLAG(S, destination_here, FIELD_OPTIONAL),
    ROW_RAW(S, destined, FIELD_OPTIONAL),
    ROW_ID(S, device, FIELD_OPTIONAL),
    ROW_CODE(S, end, FIELD_OPTIONAL, &codes_case_end),
    ROW_TIME(S, ended_at, FIELD_OPTIONAL),
    ROW_RAW(S, eta, FIELD_OPTIONAL),
    ROW_TIME(S, eta_at, FIELD_OPTIONAL),
    ROW_LIST(S, grants, FIELD_OPTIONAL, CASE_GRANTS_MAX, &record_shown_grant),
    ROW_LIST(S, grounds, FIELD_OPTIONAL, CASE_GROUNDS_MAX, &record_shown_ground),
    ROW_TIME(S, handed_at, FIELD_OPTIONAL),
    ROW_ID(S, incident, FIELD_OPTIONAL),
    ROW_CODE(S, mixup, FIELD_OPTIONAL, &codes_mixup),
    ROW_FLAG(S, must_ack, FIELD_OPTIONAL),
    ROW_CODE(S, no_view, FIELD_OPTIONAL, &codes_no_view),
    ROW_FLAG(S, not_connected, FIELD_OPTIONAL),
    ROW_RAW(S, opened, FIELD_OPTIONAL),
    ROW_TIME(S, opened_at, FIELD_OPTIONAL),
    ROW_RAW(S, record, FIELD_OPTIONAL),
    ROW_TIME(S, record_at, FIELD_OPTIONAL),
    ROW_LIST(S, said, FIELD_OPTIONAL, CASE_SAID_MAX, &record_shown_said),
    ROW_FLAG(S, training, FIELD_OPTIONAL),
    ROW_LIST(S, views, FIELD_OPTIONAL, CASE_VIEWS_MAX, &record_shown_view),
    ROW_LIST(S, vitals, FIELD_OPTIONAL, SHOWN_VITALS_MAX, &record_shown_text),
};
#undef S
const struct record record_shown_case = RECORD("shown_case", struct shown_case, case_rows);
