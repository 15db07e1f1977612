/* body_console.c — Job: the tables of what an administrator asks and is shown. */
#include "proto/console.h"

#include "proto/limits.h"

enum { NAME_CHARS_MAX = 40 /* the longest name of an event or a code */ };

#define S struct body_access_query
static const struct field access_query_rows[] = {
    ROW_ID(S, alias, FIELD_OPTIONAL),
    ROW_CODE(S, basis, FIELD_OPTIONAL, &codes_basis),
    ROW_INT(S, before, FIELD_OPTIONAL, 1, WIRE_INT_MAX),
    {"case", FIELD_ID, FIELD_OPTIONAL, offsetof(S, case_id), 0, 0, 0, 0, 0},
    ROW_FLAG(S, export, FIELD_OPTIONAL),
    ROW_TIME(S, from, FIELD_OPTIONAL),
    ROW_CODE(S, group, FIELD_OPTIONAL, &codes_access_group),
    ROW_TEXT(S, kind, FIELD_OPTIONAL, 1, NAME_CHARS_MAX),
    ROW_INT(S, limit, FIELD_OPTIONAL, 1, ACCESS_ROWS_MAX),
    ROW_ID(S, org, FIELD_OPTIONAL),
    ROW_ID(S, person, FIELD_OPTIONAL),
    ROW_FLAG(S, training, FIELD_OPTIONAL),
    ROW_TIME(S, until, FIELD_OPTIONAL),
    ROW_FLAG(S, waiting, FIELD_OPTIONAL),
    ROW_FLAG(S, without_consent, FIELD_OPTIONAL),
};
#undef S
const struct record record_access_query =
    RECORD("access_query", struct body_access_query, access_query_rows);

#define S struct body_case_story
static const struct field case_story_rows[] = {
    ROW_INT(S, after, FIELD_OPTIONAL, 1, WIRE_INT_MAX),
    {"case", FIELD_ID, FIELD_REQUIRED, offsetof(S, case_id), 0, 0, 0, 0, 0},
    ROW_FLAG(S, export, FIELD_OPTIONAL),
    ROW_INT(S, limit, FIELD_OPTIONAL, 1, ACCESS_ROWS_MAX),
};
#undef S
const struct record record_case_story =
    RECORD("case_story", struct body_case_story, case_story_rows);

#define S struct access_row
static const struct field access_row_rows[] = {
    ROW_ID(S, alias, FIELD_OPTIONAL),
    ROW_CODE(S, basis, FIELD_OPTIONAL, &codes_basis),
    {"case", FIELD_ID, FIELD_OPTIONAL, offsetof(S, case_id), 0, 0, 0, 0, 0},
    ROW_INT(S, count, FIELD_OPTIONAL, 0, WIRE_INT_MAX),
    ROW_CODE(S, decline, FIELD_OPTIONAL, &codes_decline),
    ROW_ID(S, device, FIELD_OPTIONAL),
    ROW_TIME(S, from, FIELD_OPTIONAL),
    ROW_ID(S, grant, FIELD_OPTIONAL),
    ROW_ID(S, hospital, FIELD_OPTIONAL),
    ROW_ID(S, incident, FIELD_OPTIONAL),
    ROW_FLAG(S, late, FIELD_OPTIONAL),
    ROW_TIME(S, made_at, FIELD_OPTIONAL),
    ROW_CODE(S, need, FIELD_OPTIONAL, &codes_need),
    ROW_CODE(S, obstacle, FIELD_OPTIONAL, &codes_obstacle),
    ROW_ID(S, org, FIELD_OPTIONAL),
    ROW_TEXT(S, org_name, FIELD_OPTIONAL, 1, TEXT_SHORT_MAX),
    ROW_ID(S, person, FIELD_OPTIONAL),
    ROW_TEXT(S, person_name, FIELD_OPTIONAL, 1, TEXT_SHORT_MAX),
    ROW_TEXT(S, reason, FIELD_OPTIONAL, 1, NAME_CHARS_MAX),
    ROW_TIME(S, recorded_at, FIELD_REQUIRED),
    ROW_FLAG(S, refused, FIELD_REQUIRED),
    ROW_CODE(S, right, FIELD_OPTIONAL, &codes_ground_right),
    ROW_CODES(S, roles, FIELD_OPTIONAL, &codes_role),
    ROW_CODE(S, said_by, FIELD_OPTIONAL, &codes_said_by),
    ROW_CODES(S, sections, FIELD_OPTIONAL, &codes_section),
    ROW_INT(S, seq, FIELD_REQUIRED, 1, WIRE_INT_MAX),
    ROW_ID(S, subject, FIELD_OPTIONAL),
    ROW_FLAG(S, training, FIELD_OPTIONAL),
    ROW_TEXT(S, type, FIELD_REQUIRED, 1, NAME_CHARS_MAX),
    ROW_TIME(S, until, FIELD_OPTIONAL),
    ROW_ID(S, view, FIELD_OPTIONAL),
    ROW_FLAG(S, without_consent, FIELD_OPTIONAL),
};
#undef S
const struct record record_access_row = RECORD("access_row", struct access_row, access_row_rows);

#define S struct body_access_page
static const struct field access_page_rows[] = {
    ROW_INT(S, after, FIELD_OPTIONAL, 1, WIRE_INT_MAX),
    ROW_INT(S, before, FIELD_OPTIONAL, 1, WIRE_INT_MAX),
    ROW_FLAG(S, complete, FIELD_REQUIRED),
    ROW_INT(S, complete_until, FIELD_REQUIRED, 0, WIRE_INT_MAX),
    ROW_LIST(S, rows, FIELD_OPTIONAL, ACCESS_ROWS_MAX, &record_access_row),
    ROW_INT(S, waiting, FIELD_OPTIONAL, 0, ACCESS_ROWS_MAX),
};
#undef S
const struct record record_access_page =
    RECORD("access_page", struct body_access_page, access_page_rows);

#define S struct body_written_query
static const struct field written_query_rows[] = {
    ROW_INT(S, entry, FIELD_REQUIRED, 1, WIRE_INT_MAX),
};
#undef S
const struct record record_written_query =
    RECORD("written_query", struct body_written_query, written_query_rows);

#define S struct body_written
static const struct field written_rows[] = {
    ROW_RAW(S, content, FIELD_OPTIONAL),
    ROW_INT(S, entry, FIELD_REQUIRED, 1, WIRE_INT_MAX),
};
#undef S
const struct record record_written = RECORD("written", struct body_written, written_rows);

/* ---- people and devices ---- */

#define S struct body_staff_act
static const struct field staff_act_rows[] = {
    ROW_TEXT(S, reason, FIELD_REQUIRED, 1, TEXT_SHORT_MAX),
    ROW_ID(S, subject, FIELD_REQUIRED),
};
#undef S
const struct record record_staff_act = RECORD("staff_act", struct body_staff_act, staff_act_rows);

#define S struct body_org_stop
static const struct field org_stop_rows[] = {
    ROW_ID(S, org, FIELD_REQUIRED),
    ROW_TEXT(S, reason, FIELD_REQUIRED, 1, TEXT_SHORT_MAX),
};
#undef S
const struct record record_org_stop = RECORD("org_stop", struct body_org_stop, org_stop_rows);

/* ---- alerts ---- */

#define S struct body_alerts
static const struct field alerts_rows[] = {
    ROW_ID(S, after, FIELD_OPTIONAL),
};
#undef S
const struct record record_alerts = RECORD("alerts", struct body_alerts, alerts_rows);

#define S struct body_alert_ack
static const struct field alert_ack_rows[] = {
    ROW_ID(S, alert, FIELD_REQUIRED),
};
#undef S
const struct record record_alert_ack = RECORD("alert_ack", struct body_alert_ack, alert_ack_rows);

#define S struct body_review
static const struct field review_rows[] = {
    ROW_ID(S, alert, FIELD_REQUIRED),
    ROW_TEXT(S, text, FIELD_OPTIONAL, 1, TEXT_LONG_MAX),
    ROW_CODE(S, verdict, FIELD_REQUIRED, &codes_review),
};
#undef S
const struct record record_review = RECORD("review", struct body_review, review_rows);

#define S struct body_ground_review
static const struct field ground_review_rows[] = {
    ROW_INT(S, entry, FIELD_REQUIRED, 1, WIRE_INT_MAX),
    ROW_TEXT(S, text, FIELD_OPTIONAL, 1, TEXT_LONG_MAX),
    ROW_CODE(S, verdict, FIELD_REQUIRED, &codes_review),
};
#undef S
const struct record record_ground_review =
    RECORD("ground_review", struct body_ground_review, ground_review_rows);

#define S struct alert_row
static const struct field alert_row_rows[] = {
    ROW_TIME(S, acked_at, FIELD_OPTIONAL),
    ROW_ID(S, acked_by, FIELD_OPTIONAL),
    ROW_TEXT(S, acked_by_name, FIELD_OPTIONAL, 1, TEXT_SHORT_MAX),
    ROW_ID(S, alert, FIELD_REQUIRED),
    ROW_TIME(S, at, FIELD_REQUIRED),
    {"case", FIELD_ID, FIELD_OPTIONAL, offsetof(S, case_id), 0, 0, 0, 0, 0},
    ROW_RAW(S, content, FIELD_OPTIONAL),
    ROW_ID(S, grant, FIELD_OPTIONAL),
    ROW_CODE(S, kind, FIELD_REQUIRED, &codes_alert),
    ROW_INT(S, level, FIELD_REQUIRED, 0, WIRE_INT_MAX),
    ROW_FLAG(S, may_review, FIELD_OPTIONAL),
    ROW_ID(S, org, FIELD_OPTIONAL),
    ROW_TEXT(S, org_name, FIELD_OPTIONAL, 1, TEXT_SHORT_MAX),
    ROW_ID(S, person, FIELD_OPTIONAL),
    ROW_TEXT(S, person_name, FIELD_OPTIONAL, 1, TEXT_SHORT_MAX),
    ROW_FLAG(S, review, FIELD_OPTIONAL),
    ROW_FLAG(S, training, FIELD_OPTIONAL),
};
#undef S
const struct record record_alert_row = RECORD("alert_row", struct alert_row, alert_row_rows);

#define S struct body_alert_list
static const struct field alert_list_rows[] = {
    ROW_ID(S, after, FIELD_OPTIONAL),
    ROW_INT(S, late, FIELD_REQUIRED, 0, WIRE_INT_MAX),
    ROW_INT(S, lost, FIELD_REQUIRED, 0, WIRE_INT_MAX),
    ROW_INT(S, open, FIELD_REQUIRED, 0, WIRE_INT_MAX),
    ROW_LIST(S, rows, FIELD_OPTIONAL, ALERTS_PER_FRAME, &record_alert_row),
};
#undef S
const struct record record_alert_list =
    RECORD("alert_list", struct body_alert_list, alert_list_rows);
