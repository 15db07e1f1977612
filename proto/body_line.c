/* body_line.c — Job: the tables of the line, the session and the log: hello to notice. */
#include "proto/bodies.h"

const struct record record_empty = {.name = "empty", .size = sizeof(struct body_empty)};

#define S struct body_hello
static const struct field hello_rows[] = {
    ROW_INT(S, checkpoint_size, FIELD_REQUIRED, 0, WIRE_INT_MAX),
    ROW_TEXT(S, client, FIELD_REQUIRED, 1, TEXT_SHORT_MAX),
    ROW_INT(S, n, FIELD_REQUIRED, 0, WIRE_INT_MAX),
};
#undef S
const struct record record_hello = RECORD("hello", struct body_hello, hello_rows);

#define S struct body_ack
static const struct field ack_rows[] = {
    ROW_INT(S, n, FIELD_REQUIRED, 0, WIRE_INT_MAX),
};
#undef S
const struct record record_ack = RECORD("ack", struct body_ack, ack_rows);

#define S struct body_proof_ask
static const struct field proof_ask_rows[] = {
    ROW_INT(S, entry, FIELD_REQUIRED, 1, WIRE_INT_MAX),
};
#undef S
const struct record record_proof_ask = RECORD("proof_ask", struct body_proof_ask, proof_ask_rows);

#define S struct body_spooled
static const struct field spooled_rows[] = {
    ROW_BYTES(S, bytes, FIELD_REQUIRED, SPOOLED_BYTES_MAX),
};
#undef S
const struct record record_spooled = RECORD("spooled", struct body_spooled, spooled_rows);

#define S struct body_sign_in
static const struct field sign_in_rows[] = {
    ROW_SECRET(S, code, FIELD_REQUIRED, CODE_DIGITS, CODE_DIGITS),
    ROW_TEXT(S, login, FIELD_REQUIRED, 1, LOGIN_MAX),
    ROW_SECRET(S, password, FIELD_REQUIRED, 1, PASSWORD_MAX),
};
#undef S
const struct record record_sign_in = RECORD("sign_in", struct body_sign_in, sign_in_rows);

#define S struct body_session_resume
static const struct field session_resume_rows[] = {
    ROW_SECRET(S, token, FIELD_REQUIRED, TOKEN_CHARS, TOKEN_CHARS),
};
#undef S
const struct record record_session_resume =
    RECORD("session_resume", struct body_session_resume, session_resume_rows);

#define S struct body_password_change
static const struct field password_change_rows[] = {
    ROW_SECRET(S, new_password, FIELD_REQUIRED, 1, PASSWORD_MAX),
    ROW_SECRET(S, password, FIELD_REQUIRED, 1, PASSWORD_MAX),
};
#undef S
const struct record record_password_change =
    RECORD("password_change", struct body_password_change, password_change_rows);

#define S struct body_welcome
static const struct field welcome_rows[] = {
    ROW_ID(S, device, FIELD_REQUIRED),
    ROW_TEXT(S, gateway, FIELD_OPTIONAL, 1, TEXT_SHORT_MAX),
    ROW_INT(S, lease_ms, FIELD_REQUIRED, 0, WIRE_INT_MAX),
    ROW_TEXT(S, log_key, FIELD_OPTIONAL, 1, VKEY_CHARS_MAX),
    ROW_INT(S, n, FIELD_REQUIRED, 0, WIRE_INT_MAX),
    ROW_TIME(S, now, FIELD_REQUIRED),
    ROW_ID(S, org, FIELD_REQUIRED),
    ROW_TEXT(S, org_name, FIELD_OPTIONAL, 1, TEXT_SHORT_MAX),
    ROW_CODE(S, profile, FIELD_REQUIRED, &codes_profile),
    ROW_BYTES(S, spool_key, FIELD_OPTIONAL, KEY_BYTES),
};
#undef S
const struct record record_welcome = RECORD("welcome", struct body_welcome, welcome_rows);

#define S struct body_receipt
static const struct field receipt_rows[] = {
    ROW_INT(S, entry, FIELD_REQUIRED, 0, WIRE_INT_MAX),
    ROW_TIME(S, recorded_at, FIELD_REQUIRED),
};
#undef S
const struct record record_receipt = RECORD("receipt", struct body_receipt, receipt_rows);

#define S struct body_refusal
static const struct field refusal_rows[] = {
    ROW_TEXT(S, code, FIELD_REQUIRED, 1, TEXT_SHORT_MAX),
    ROW_TEXT(S, en, FIELD_REQUIRED, 0, TEXT_LONG_MAX),
    ROW_FLAG(S, final, FIELD_REQUIRED),
    ROW_TEXT(S, ja, FIELD_REQUIRED, 0, TEXT_LONG_MAX),
    ROW_TEXT(S, path, FIELD_OPTIONAL, 1, COMPLAINT_SIZE),
};
#undef S
const struct record record_refusal = RECORD("refusal", struct body_refusal, refusal_rows);

#define S struct body_session
static const struct field session_rows[] = {
    ROW_FLAG(S, must_change_password, FIELD_OPTIONAL),
    ROW_TEXT(S, name, FIELD_OPTIONAL, 1, TEXT_SHORT_MAX),
    ROW_ID(S, person, FIELD_REQUIRED),
    ROW_CODES(S, roles, FIELD_OPTIONAL, &codes_role),
    ROW_ID(S, session, FIELD_REQUIRED),
    ROW_BYTES(S, token, FIELD_OPTIONAL, KEY_BYTES),
    ROW_TIME(S, until, FIELD_OPTIONAL),
};
#undef S
const struct record record_session = RECORD("session", struct body_session, session_rows);

#define S struct body_alive
static const struct field alive_rows[] = {
    ROW_TIME(S, now, FIELD_REQUIRED),
};
#undef S
const struct record record_alive = RECORD("alive", struct body_alive, alive_rows);

#define S struct body_checkpoint
static const struct field checkpoint_rows[] = {
    ROW_TEXT(S, note, FIELD_REQUIRED, 1, CHECKPOINT_CHARS_MAX),
    ROW_INT(S, old_size, FIELD_OPTIONAL, 0, WIRE_INT_MAX),
    ROW_TEXT(S, proof, FIELD_OPTIONAL, 0, CONSISTENCY_CHARS_MAX),
};
#undef S
const struct record record_checkpoint =
    RECORD("checkpoint", struct body_checkpoint, checkpoint_rows);

#define S struct body_proof
static const struct field proof_rows[] = {
    ROW_INT(S, entry, FIELD_REQUIRED, 0, WIRE_INT_MAX),
    ROW_BYTES(S, leaf, FIELD_REQUIRED, LEAF_BYTES_MAX),
    ROW_TEXT(S, text, FIELD_REQUIRED, 1, FRAME_BYTES_MAX),
};
#undef S
const struct record record_proof = RECORD("proof", struct body_proof, proof_rows);

#define S struct body_snapshot
static const struct field snapshot_rows[] = {
    ROW_INT(S, count, FIELD_REQUIRED, 0, WIRE_INT_MAX),
    ROW_INT(S, n, FIELD_REQUIRED, 0, WIRE_INT_MAX),
};
#undef S
const struct record record_snapshot = RECORD("snapshot", struct body_snapshot, snapshot_rows);

#define S struct body_record
static const struct field record_rows[] = {
    ROW_CODE(S, basis, FIELD_OPTIONAL, &codes_basis),
    ROW_TIME(S, card_at, FIELD_OPTIONAL),
    ROW_CODE(S, card_proof, FIELD_OPTIONAL, &codes_card_proof),
    ROW_TIME(S, ground_at, FIELD_OPTIONAL),
    ROW_CODE(S, identified_by, FIELD_OPTIONAL, &codes_identified_by),
    ROW_CODE(S, match, FIELD_OPTIONAL, &codes_match),
    ROW_RAW(S, record, FIELD_OPTIONAL),
    ROW_LIST(S, vitals, FIELD_OPTIONAL, SHOWN_VITALS_MAX, &record_shown_text),
};
#undef S
const struct record record_record = RECORD("record", struct body_record, record_rows);

#define S struct hospital_row
static const struct field hospital_row_rows[] = {
    ROW_FLAG(S, accepting, FIELD_OPTIONAL),
    ROW_TEXT(S, name, FIELD_REQUIRED, 1, TEXT_SHORT_MAX),
    ROW_FLAG(S, online, FIELD_OPTIONAL),
    ROW_ID(S, org, FIELD_REQUIRED),
    ROW_FLAG(S, people, FIELD_OPTIONAL),
    ROW_TEXT(S, phone, FIELD_OPTIONAL, 1, PHONE_CHARS_MAX),
    ROW_TIME(S, seen_at, FIELD_OPTIONAL),
    ROW_TEXT(S, specialties, FIELD_OPTIONAL, 0, TEXT_SHORT_MAX),
};
#undef S
static const struct record record_hospital_row =
    RECORD("hospital_row", struct hospital_row, hospital_row_rows);

#define S struct body_hospitals
static const struct field hospitals_rows[] = {
    ROW_LIST(S, hospitals, FIELD_OPTIONAL, HOSPITALS_PER_FRAME, &record_hospital_row),
    ROW_INT(S, page, FIELD_REQUIRED, 1, HOSPITALS_PAGES_MAX),
    ROW_INT(S, pages, FIELD_REQUIRED, 1, HOSPITALS_PAGES_MAX),
};
#undef S
const struct record record_hospitals = RECORD("hospitals", struct body_hospitals, hospitals_rows);

#define S struct body_notice
static const struct field notice_rows[] = {
    ROW_CODE(S, alert, FIELD_OPTIONAL, &codes_alert),
    ROW_CODE(S, answer, FIELD_OPTIONAL, &codes_answer),
    ROW_CODE(S, asked, FIELD_OPTIONAL, &codes_asked_status),
    ROW_TIME(S, at, FIELD_REQUIRED),
    ROW_FLAG(S, confirmed, FIELD_OPTIONAL),
    ROW_RAW(S, content, FIELD_OPTIONAL),
    ROW_CODE(S, decline, FIELD_OPTIONAL, &codes_decline),
    ROW_ID(S, device, FIELD_OPTIONAL),
    ROW_CODE(S, end, FIELD_OPTIONAL, &codes_case_end),
    ROW_CODE(S, error, FIELD_OPTIONAL, &codes_err),
    ROW_TEXT(S, event, FIELD_REQUIRED, 1, TEXT_SHORT_MAX),
    ROW_ID(S, grant, FIELD_OPTIONAL),
    ROW_ID(S, hospital, FIELD_OPTIONAL),
    ROW_TEXT(S, hospital_name, FIELD_OPTIONAL, 1, TEXT_SHORT_MAX),
    ROW_CODE(S, how, FIELD_OPTIONAL, &codes_taken_how),
    ROW_ID(S, inquiry, FIELD_OPTIONAL),
    ROW_CODE(S, match, FIELD_OPTIONAL, &codes_match),
    ROW_ID(S, message, FIELD_OPTIONAL),
    ROW_CODE(S, mixup, FIELD_OPTIONAL, &codes_mixup),
    ROW_CODE(S, no_view, FIELD_OPTIONAL, &codes_no_view),
    ROW_RAW(S, opened, FIELD_OPTIONAL),
    ROW_TIME(S, opens_at, FIELD_OPTIONAL),
    ROW_FLAG(S, own, FIELD_OPTIONAL),
    ROW_ID(S, person, FIELD_OPTIONAL),
    ROW_TEXT(S, person_name, FIELD_OPTIONAL, 1, TEXT_SHORT_MAX),
    ROW_CODE(S, revoke, FIELD_OPTIONAL, &codes_revoke_reason),
    ROW_CODES(S, sections, FIELD_OPTIONAL, &codes_section),
    ROW_FLAG(S, training, FIELD_OPTIONAL),
    ROW_TIME(S, until, FIELD_OPTIONAL),
    ROW_ID(S, view, FIELD_OPTIONAL),
};
#undef S
const struct record record_notice = RECORD("notice", struct body_notice, notice_rows);
