/* body_view.c — Job: the tables of views, their sections, and what is said while looking. */
#include "proto/bodies.h"

#define S struct body_open
static const struct field open_rows[] = {
    ROW_ID(S, grant, FIELD_OPTIONAL),
    ROW_TEXT(S, screen, FIELD_OPTIONAL, 1, TEXT_SHORT_MAX),
    ROW_CODES(S, sections, FIELD_REQUIRED, &codes_section),
    ROW_TIME(S, shown_at, FIELD_OPTIONAL),
    ROW_ID(S, view, FIELD_REQUIRED),
};
#undef S
const struct record record_open = RECORD("open", struct body_open, open_rows);

#define S struct body_view_ref
static const struct field view_ref_rows[] = {
    ROW_ID(S, grant, FIELD_OPTIONAL),
    ROW_ID(S, view, FIELD_REQUIRED),
};
#undef S
const struct record record_view_ref = RECORD("view_ref", struct body_view_ref, view_ref_rows);

#define S struct body_taken_out
static const struct field taken_out_rows[] = {
    ROW_ID(S, grant, FIELD_REQUIRED),
    ROW_CODE(S, how, FIELD_REQUIRED, &codes_taken_how),
    ROW_CODES(S, sections, FIELD_REQUIRED, &codes_section),
    ROW_ID(S, view, FIELD_REQUIRED),
};
#undef S
const struct record record_taken_out = RECORD("taken_out", struct body_taken_out, taken_out_rows);

#define S struct body_grant_ref
static const struct field grant_ref_rows[] = {
    ROW_ID(S, grant, FIELD_REQUIRED),
};
#undef S
const struct record record_grant_ref = RECORD("grant_ref", struct body_grant_ref, grant_ref_rows);

#define S struct body_mixup
static const struct field mixup_rows[] = {
    ROW_CODE(S, kind, FIELD_REQUIRED, &codes_mixup),
    ROW_TEXT(S, reason, FIELD_OPTIONAL, 1, TEXT_LONG_MAX),
};
#undef S
const struct record record_mixup = RECORD("mixup", struct body_mixup, mixup_rows);

#define S struct body_talk
static const struct field talk_rows[] = {
    ROW_TEXT(S, text, FIELD_REQUIRED, 1, TEXT_LONG_MAX),
};
#undef S
const struct record record_talk = RECORD("talk", struct body_talk, talk_rows);

#define S struct view_section_row
static const struct field view_section_row_rows[] = {
    ROW_INT(S, bytes, FIELD_REQUIRED, 1, VIEWS_BYTES_MAX),
    ROW_HASH(S, hash, FIELD_REQUIRED),
    ROW_INT(S, pieces, FIELD_REQUIRED, 1, VIEW_PIECES_MAX),
    ROW_CODE(S, section, FIELD_REQUIRED, &codes_section),
};
#undef S
static const struct record record_view_section_row =
    RECORD("view_section_row", struct view_section_row, view_section_row_rows);

#define S struct body_view_header
static const struct field view_header_rows[] = {
    ROW_TIME(S, fetched_at, FIELD_REQUIRED),
    ROW_ID(S, grant, FIELD_OPTIONAL),
    ROW_CODES(S, hidden, FIELD_OPTIONAL, &codes_section),
    ROW_CODES(S, openable, FIELD_OPTIONAL, &codes_section),
    ROW_FLAG(S, refetched, FIELD_OPTIONAL),
    ROW_LIST(S, sections, FIELD_OPTIONAL, VIEW_SECTIONS, &record_view_section_row),
    ROW_FLAG(S, simulator, FIELD_OPTIONAL),
    ROW_CODE(S, source, FIELD_REQUIRED, &codes_view_kind),
    ROW_TIME(S, until, FIELD_OPTIONAL),
    ROW_ID(S, view, FIELD_REQUIRED),
};
#undef S
const struct record record_view_header =
    RECORD("view_header", struct body_view_header, view_header_rows);

#define S struct body_view_piece
static const struct field view_piece_rows[] = {
    ROW_BYTES(S, bytes, FIELD_REQUIRED, VIEW_PIECE_BYTES_MAX),
    ROW_ID(S, grant, FIELD_OPTIONAL),
    ROW_INT(S, piece, FIELD_REQUIRED, 0, VIEW_PIECES_MAX),
    ROW_INT(S, pieces, FIELD_REQUIRED, 1, VIEW_PIECES_MAX),
    ROW_CODE(S, section, FIELD_REQUIRED, &codes_section),
    ROW_ID(S, view, FIELD_REQUIRED),
};
#undef S
const struct record record_view_piece =
    RECORD("view_piece", struct body_view_piece, view_piece_rows);

#define S struct section_key_row
static const struct field section_key_row_rows[] = {
    ROW_BYTES(S, key, FIELD_REQUIRED, KEY_BYTES),
    ROW_CODE(S, section, FIELD_REQUIRED, &codes_section),
};
#undef S
static const struct record record_section_key_row =
    RECORD("section_key_row", struct section_key_row, section_key_row_rows);

#define S struct body_section_keys
static const struct field section_keys_rows[] = {
    ROW_ID(S, grant, FIELD_OPTIONAL),
    ROW_LIST(S, keys, FIELD_REQUIRED, VIEW_SECTIONS, &record_section_key_row),
    ROW_ID(S, view, FIELD_REQUIRED),
};
#undef S
const struct record record_section_keys =
    RECORD("section_keys", struct body_section_keys, section_keys_rows);
