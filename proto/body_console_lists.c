/* body_console_lists.c — Job: the tables of people, devices, connections and the log's state. */
#include "proto/console.h"

#define S struct body_list_query
static const struct field list_query_rows[] = {
    ROW_ID(S, after, FIELD_OPTIONAL),
    ROW_FLAG(S, export, FIELD_OPTIONAL),
    ROW_INT(S, limit, FIELD_OPTIONAL, 1, ACCESS_ROWS_MAX),
};
#undef S
const struct record record_list_query =
    RECORD("list_query", struct body_list_query, list_query_rows);

#define S struct person_row
static const struct field person_row_rows[] = {
    ROW_TIME(S, expires_at, FIELD_OPTIONAL),
    ROW_TIME(S, last_sign_in_at, FIELD_OPTIONAL),
    ROW_TEXT(S, login, FIELD_OPTIONAL, 1, LOGIN_MAX),
    ROW_TEXT(S, name, FIELD_OPTIONAL, 1, TEXT_SHORT_MAX),
    ROW_TIME(S, password_at, FIELD_OPTIONAL),
    ROW_ID(S, person, FIELD_REQUIRED),
    ROW_CODES(S, roles, FIELD_OPTIONAL, &codes_role),
    ROW_FLAG(S, signed_in, FIELD_REQUIRED),
    ROW_CODE(S, state, FIELD_REQUIRED, &codes_account_state),
};
#undef S
static const struct record person_row_record =
    RECORD("person_row", struct person_row, person_row_rows);

#define S struct body_people_page
static const struct field people_page_rows[] = {
    ROW_ID(S, after, FIELD_OPTIONAL),
    ROW_FLAG(S, complete, FIELD_REQUIRED),
    ROW_LIST(S, rows, FIELD_OPTIONAL, ACCESS_ROWS_MAX, &person_row_record),
};
#undef S
const struct record record_people_page =
    RECORD("people_page", struct body_people_page, people_page_rows);

#define S struct device_row
static const struct field device_row_rows[] = {
    ROW_TIME(S, added_at, FIELD_OPTIONAL),
    ROW_TIME(S, certificate_until, FIELD_OPTIONAL),
    ROW_ID(S, device, FIELD_REQUIRED),
    ROW_CODE(S, kind, FIELD_REQUIRED, &codes_device_kind),
    ROW_TEXT(S, name, FIELD_OPTIONAL, 1, TEXT_SHORT_MAX),
    ROW_FLAG(S, online, FIELD_REQUIRED),
    ROW_TIME(S, online_since, FIELD_OPTIONAL),
    ROW_FLAG(S, revoked, FIELD_REQUIRED),
};
#undef S
static const struct record device_row_record =
    RECORD("device_row", struct device_row, device_row_rows);

#define S struct body_devices_page
static const struct field devices_page_rows[] = {
    ROW_ID(S, after, FIELD_OPTIONAL),
    ROW_FLAG(S, complete, FIELD_REQUIRED),
    ROW_LIST(S, rows, FIELD_OPTIONAL, ACCESS_ROWS_MAX, &device_row_record),
};
#undef S
const struct record record_devices_page =
    RECORD("devices_page", struct body_devices_page, devices_page_rows);

#define S struct connection_person
static const struct field connection_person_rows[] = {
    ROW_TEXT(S, name, FIELD_OPTIONAL, 1, TEXT_SHORT_MAX),
    ROW_ID(S, person, FIELD_REQUIRED),
    ROW_CODES(S, roles, FIELD_OPTIONAL, &codes_role),
};
#undef S
static const struct record connection_person_record =
    RECORD("connection_person", struct connection_person, connection_person_rows);

#define S struct connection_row
static const struct field connection_row_rows[] = {
    ROW_INT(S, bulk_bytes, FIELD_REQUIRED, 0, WIRE_INT_MAX),
    ROW_INT(S, control_frames, FIELD_REQUIRED, 0, WIRE_INT_MAX),
    ROW_ID(S, device, FIELD_REQUIRED),
    ROW_TIME(S, heard_at, FIELD_REQUIRED),
    ROW_CODE(S, kind, FIELD_REQUIRED, &codes_device_kind),
    ROW_TEXT(S, name, FIELD_OPTIONAL, 1, TEXT_SHORT_MAX),
    ROW_LIST(S, people, FIELD_OPTIONAL, 8, &connection_person_record),
    ROW_TIME(S, since, FIELD_REQUIRED),
};
#undef S
static const struct record connection_row_record =
    RECORD("connection_row", struct connection_row, connection_row_rows);

#define S struct body_connections_page
static const struct field connections_page_rows[] = {
    ROW_ID(S, after, FIELD_OPTIONAL),
    ROW_FLAG(S, complete, FIELD_REQUIRED),
    ROW_LIST(S, rows, FIELD_OPTIONAL, CONNECTION_ROWS_MAX, &connection_row_record),
};
#undef S
const struct record record_connections_page =
    RECORD("connections_page", struct body_connections_page, connections_page_rows);

#define S struct body_log_query
static const struct field log_query_rows[] = {
    ROW_INT(S, entry, FIELD_OPTIONAL, 1, WIRE_INT_MAX),
    ROW_FLAG(S, export, FIELD_OPTIONAL),
    ROW_INT(S, new_size, FIELD_OPTIONAL, 1, WIRE_INT_MAX),
    ROW_INT(S, old_size, FIELD_OPTIONAL, 1, WIRE_INT_MAX),
};
#undef S
const struct record record_log_query = RECORD("log_query", struct body_log_query, log_query_rows);

#define S struct witness_row
static const struct field witness_row_rows[] = {
    ROW_TIME(S, at, FIELD_REQUIRED),
    ROW_ID(S, device, FIELD_REQUIRED),
    ROW_CODE(S, kind, FIELD_REQUIRED, &codes_device_kind),
    ROW_TEXT(S, name, FIELD_OPTIONAL, 1, TEXT_SHORT_MAX),
    ROW_FLAG(S, online, FIELD_REQUIRED),
    ROW_INT(S, size, FIELD_REQUIRED, 0, WIRE_INT_MAX),
};
#undef S
static const struct record witness_row_record =
    RECORD("witness_row", struct witness_row, witness_row_rows);

#define S struct body_log_state
static const struct field log_state_rows[] = {
    ROW_INT(S, broken_size, FIELD_OPTIONAL, 1, WIRE_INT_MAX),
    ROW_TEXT(S, checkpoint, FIELD_OPTIONAL, 1, CHECKPOINT_CHARS_MAX),
    ROW_TEXT(S, consistency, FIELD_OPTIONAL, 0, CONSISTENCY_CHARS_MAX),
    ROW_INT(S, entry, FIELD_OPTIONAL, 1, WIRE_INT_MAX),
    ROW_BYTES(S, leaf, FIELD_OPTIONAL, LEAF_BYTES_MAX),
    ROW_INT(S, new_size, FIELD_OPTIONAL, 1, WIRE_INT_MAX),
    ROW_INT(S, old_size, FIELD_OPTIONAL, 1, WIRE_INT_MAX),
    ROW_CODE(S, outside, FIELD_REQUIRED, &codes_outside_state),
    ROW_INT(S, outside_size, FIELD_OPTIONAL, 0, WIRE_INT_MAX),
    ROW_TEXT(S, proof, FIELD_OPTIONAL, 1, FRAME_BYTES_MAX),
    ROW_INT(S, size, FIELD_REQUIRED, 0, WIRE_INT_MAX),
    ROW_TIME(S, verified_at, FIELD_OPTIONAL),
    ROW_INT(S, verified_size, FIELD_OPTIONAL, 0, WIRE_INT_MAX),
    ROW_TIME(S, watched_since, FIELD_REQUIRED),
    ROW_LIST(S, witnesses, FIELD_OPTIONAL, WITNESS_ROWS_MAX, &witness_row_record),
};
#undef S
const struct record record_log_state = RECORD("log_state", struct body_log_state, log_state_rows);
