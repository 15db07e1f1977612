/* rebuild_bed.h — Job: a small journal whose rows are the fold of its events, and ways to touch it.
 *
 * One headquarters, its tablet, a paramedic and a case with BED_VITALS measurements, each sent and
 * heard by the tablet. */
#ifndef TESTS_LIB_REBUILD_BED_H
#define TESTS_LIB_REBUILD_BED_H

#include "gateway/core/state.h"
#include "gateway/rebuild.h"
#include "tests/lib/journal_kit.h"

enum { BED_VITALS = 20, BED_EVENTS = 1 + 4 + BED_VITALS /* with log_begun */, BED_NAMED = 64 };

/* An aggregate as the gateway keeps it. */
struct bed_kept {
    enum aggregate kind;
    struct id id;
    uint64_t version;
    union any_state state;
    struct json *payload; /* lends the texts */
};

struct bed {
    struct kit kit;
    struct bed_kept org, device, person, case_;
    struct rebuild_report report; /* of the last look */
    struct rebuild_difference named[BED_NAMED];
    size_t named_count;
};
extern struct bed bed;

/* cmocka's set-up and tear-down; failures inside fail the test. */
int bed_up(void **state);
int bed_down(void **state);

struct event bed_of_case(enum event_type type);
/* One entry with one event, folded into KEPT; with a MESSAGE it comes from the tablet, which is
 * told. PAYLOAD may be NULL. */
void bed_append(struct bed_kept *kept, struct event event, const char *payload,
                const char *message);
void bed_fold(struct bed_kept *kept, const struct event *event, const char *payload);
void bed_stop(void);            /* the gateway goes down in order */
void bed_sql(const char *text); /* what somebody with a database tool does; must change something */
/* Rebuilds beside whoever has the journal open, or, stopped first, alone. */
void bed_look(void);
void bed_rebuild(void);
/* ID may be NULL: any. */
bool bed_is_named(enum rebuild_what what, const char *row, const struct id *id);
/* There is no difference; after TEXT there is exactly this one. */
void bed_one(const char *text, enum rebuild_what what, const char *row, const struct id *id);

#define KIND_CASE      "kind = 1"
#define KIND_PERSON    "kind = 2"
#define KIND_ORG       "kind = 4"
#define BED_TEST(test) cmocka_unit_test_setup_teardown(test, bed_up, bed_down)
#endif
