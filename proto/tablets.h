/* tablets.h — Job: the tablets of a headquarters, as a crew of it asks for them and is told. */
#ifndef PROTO_TABLETS_H
#define PROTO_TABLETS_H

#include "proto/limits.h"
#include "proto/record.h"

extern const struct record record_tablets_query, record_tablets_page;

struct body_tablets_query {
    struct id after; /* where the former page ended; absent: from the beginning */
};
struct tablet_person {
    struct id person;
    struct slice name;
};
struct tablet_case {
    struct id case_id;
    int64_t opened_at;
    struct slice spoken_name, incident_number; /* as it was opened; name nobody */
    int64_t patient_no, patients;
};
struct tablet_row {
    struct id device;
    struct slice name;
    int online;       /* enum flag */
    int64_t heard_at; /* on the line: its newest frame */
    struct tablet_person people[TABLET_PEOPLE_MAX];
    size_t people_count;
    struct tablet_case cases[TABLET_CASES_MAX]; /* not on the line: what can be claimed */
    size_t cases_count;
};
struct body_tablets_page {
    struct tablet_row rows[TABLETS_PER_PAGE];
    size_t rows_count;
    struct id after;
    int complete;
};
#endif
