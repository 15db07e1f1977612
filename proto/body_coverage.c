/* body_coverage.c — Job: the tables of how much of the work the gateway reaches. */
#include "proto/console.h"

#define S struct body_dispatches_set
static const struct field dispatches_set_rows[] = {
    ROW_INT(S, count, FIELD_REQUIRED, 0, DISPATCHES_MAX),
    ROW_TEXT(S, month, FIELD_REQUIRED, MONTH_CHARS, MONTH_CHARS),
    ROW_CODE(S, source, FIELD_REQUIRED, &codes_dispatch_source),
};
#undef S
const struct record record_dispatches_set =
    RECORD("dispatches_set", struct body_dispatches_set, dispatches_set_rows);

#define S struct body_coverage_query
static const struct field coverage_query_rows[] = {
    ROW_ID(S, after, FIELD_OPTIONAL),
    ROW_FLAG(S, devices, FIELD_OPTIONAL),
    ROW_FLAG(S, export, FIELD_OPTIONAL),
    ROW_TEXT(S, from, FIELD_REQUIRED, MONTH_CHARS, MONTH_CHARS),
    ROW_TEXT(S, to, FIELD_REQUIRED, MONTH_CHARS, MONTH_CHARS),
};
#undef S
const struct record record_coverage_query =
    RECORD("coverage_query", struct body_coverage_query, coverage_query_rows);

#define S struct coverage_number
static const struct field number_rows[] = {
    ROW_INT(S, count, FIELD_OPTIONAL, 0, WIRE_INT_MAX),
    ROW_CODE(S, hidden, FIELD_OPTIONAL, &codes_coverage_hidden),
    ROW_CODE(S, what, FIELD_REQUIRED, &codes_coverage_count),
};
#undef S
static const struct record number_record =
    RECORD("coverage_number", struct coverage_number, number_rows);

#define S struct coverage_reason
static const struct field reason_rows[] = {
    ROW_INT(S, count, FIELD_OPTIONAL, 0, WIRE_INT_MAX),
    ROW_CODE(S, hidden, FIELD_OPTIONAL, &codes_coverage_hidden),
    ROW_CODE(S, reason, FIELD_OPTIONAL, &codes_no_view),
};
#undef S
static const struct record reason_record =
    RECORD("coverage_reason", struct coverage_reason, reason_rows);

#define S struct coverage_delay
static const struct field delay_rows[] = {
    ROW_INT(S, count, FIELD_OPTIONAL, 0, WIRE_INT_MAX),
    ROW_CODE(S, hidden, FIELD_OPTIONAL, &codes_coverage_hidden),
    ROW_INT(S, median_s, FIELD_OPTIONAL, 0, WIRE_INT_MAX),
    ROW_INT(S, p90_s, FIELD_OPTIONAL, 0, WIRE_INT_MAX),
    ROW_CODE(S, what, FIELD_REQUIRED, &codes_coverage_time),
};
#undef S
static const struct record delay_record =
    RECORD("coverage_delay", struct coverage_delay, delay_rows);

#define S struct coverage_row
static const struct field coverage_row_rows[] = {
    ROW_LIST(S, delays, FIELD_OPTIONAL, COVERAGE_DELAYS, &delay_record),
    ROW_ID(S, device, FIELD_OPTIONAL),
    ROW_TEXT(S, device_name, FIELD_OPTIONAL, 1, TEXT_SHORT_MAX),
    ROW_TIME(S, dispatches_at, FIELD_OPTIONAL),
    ROW_ID(S, dispatches_by, FIELD_OPTIONAL),
    ROW_TEXT(S, dispatches_by_name, FIELD_OPTIONAL, 1, TEXT_SHORT_MAX),
    ROW_CODE(S, dispatches_source, FIELD_OPTIONAL, &codes_dispatch_source),
    ROW_TEXT(S, month, FIELD_REQUIRED, MONTH_CHARS, MONTH_CHARS),
    ROW_LIST(S, numbers, FIELD_OPTIONAL, COVERAGE_NUMBERS, &number_record),
    ROW_ID(S, org, FIELD_REQUIRED),
    ROW_TEXT(S, org_name, FIELD_OPTIONAL, 1, TEXT_SHORT_MAX),
    ROW_LIST(S, reasons, FIELD_OPTIONAL, COVERAGE_REASONS, &reason_record),
};
#undef S
const struct record record_coverage_row =
    RECORD("coverage_row", struct coverage_row, coverage_row_rows);

#define S struct body_coverage_page
static const struct field coverage_page_rows[] = {
    ROW_ID(S, after, FIELD_OPTIONAL),
    ROW_INT(S, complete_until, FIELD_REQUIRED, 0, WIRE_INT_MAX),
    ROW_LIST(S, rows, FIELD_OPTIONAL, COVERAGE_MONTHS_MAX, &record_coverage_row),
};
#undef S
const struct record record_coverage_page =
    RECORD("coverage_page", struct body_coverage_page, coverage_page_rows);
