/* body_hospital.c — Job: the tables of what a hospital says. */
#include "proto/bodies.h"

#define S struct body_board
static const struct field board_rows[] = {
    ROW_FLAG(S, accepting, FIELD_OPTIONAL),
    ROW_FLAG(S, people, FIELD_REQUIRED),
    ROW_TEXT(S, specialties, FIELD_OPTIONAL, 0, TEXT_SHORT_MAX),
};
#undef S
const struct record record_board = RECORD("board", struct body_board, board_rows);

#define S struct body_answer
static const struct field answer_rows[] = {
    ROW_ID(S, inquiry, FIELD_REQUIRED),
    ROW_TEXT(S, name, FIELD_OPTIONAL, 1, TEXT_SHORT_MAX),
    ROW_TEXT(S, note, FIELD_OPTIONAL, 1, TEXT_LONG_MAX),
    ROW_CODE(S, reason, FIELD_OPTIONAL, &codes_decline),
    ROW_CODE(S, result, FIELD_REQUIRED, &codes_answer),
};
#undef S
const struct record record_answer = RECORD("answer", struct body_answer, answer_rows);

#define S struct body_acceptance_check
static const struct field acceptance_check_rows[] = {
    ROW_FLAG(S, confirmed, FIELD_REQUIRED),
    ROW_TEXT(S, name, FIELD_OPTIONAL, 1, TEXT_SHORT_MAX),
};
#undef S
const struct record record_acceptance_check =
    RECORD("acceptance_check", struct body_acceptance_check, acceptance_check_rows);

#define S struct body_extend
static const struct field extend_rows[] = {
    ROW_ID(S, grant, FIELD_REQUIRED),
    ROW_TEXT(S, reason, FIELD_REQUIRED, 1, TEXT_LONG_MAX),
};
#undef S
const struct record record_extend = RECORD("extend", struct body_extend, extend_rows);
