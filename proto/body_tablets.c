/* body_tablets.c — Job: the tables of the tablets of a headquarters, asked for and told. */
#include "proto/tablets.h"

#define S struct body_tablets_query
static const struct field query_rows[] = {ROW_ID(S, after, FIELD_OPTIONAL)};
#undef S
const struct record record_tablets_query =
    RECORD("tablets_query", struct body_tablets_query, query_rows);

#define S struct tablet_person
static const struct field person_rows[] = {
    ROW_TEXT(S, name, FIELD_OPTIONAL, 1, TEXT_SHORT_MAX),
    ROW_ID(S, person, FIELD_REQUIRED),
};
#undef S
static const struct record person_record =
    RECORD("tablet_person", struct tablet_person, person_rows);

#define S struct tablet_case
static const struct field case_rows[] = {
    {"case", FIELD_ID, FIELD_REQUIRED, offsetof(S, case_id), 0, 0, 0, NULL, NULL},
    ROW_TEXT(S, incident_number, FIELD_OPTIONAL, 1, TEXT_SHORT_MAX),
    ROW_TIME(S, opened_at, FIELD_REQUIRED),
    ROW_INT(S, patient_no, FIELD_OPTIONAL, 1, PATIENTS_MAX),
    ROW_INT(S, patients, FIELD_OPTIONAL, 1, PATIENTS_MAX),
    ROW_TEXT(S, spoken_name, FIELD_OPTIONAL, 1, TEXT_SHORT_MAX),
};
#undef S
static const struct record case_record = RECORD("tablet_case", struct tablet_case, case_rows);

#define S struct tablet_row
static const struct field row_rows[] = {
    ROW_LIST(S, cases, FIELD_OPTIONAL, TABLET_CASES_MAX, &case_record),
    ROW_ID(S, device, FIELD_REQUIRED),
    ROW_TIME(S, heard_at, FIELD_OPTIONAL),
    ROW_TEXT(S, name, FIELD_OPTIONAL, 1, TEXT_SHORT_MAX),
    ROW_FLAG(S, online, FIELD_REQUIRED),
    ROW_LIST(S, people, FIELD_OPTIONAL, TABLET_PEOPLE_MAX, &person_record),
};
#undef S
static const struct record row_record = RECORD("tablet_row", struct tablet_row, row_rows);

#define S struct body_tablets_page
static const struct field page_rows[] = {
    ROW_ID(S, after, FIELD_OPTIONAL),
    ROW_FLAG(S, complete, FIELD_REQUIRED),
    ROW_LIST(S, rows, FIELD_OPTIONAL, TABLETS_PER_PAGE, &row_record),
};
#undef S
const struct record record_tablets_page =
    RECORD("tablets_page", struct body_tablets_page, page_rows);
