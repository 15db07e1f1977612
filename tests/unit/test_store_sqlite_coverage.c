/* test_store_sqlite_coverage.c — Job: months' counts follow the log, and are made anew. */
#include "gateway/journal/store.h"

#include "gateway/core/coverage.h"
#include "gateway/core/month.h"
#include "tests/lib/journal_kit.h"
#include "tests/lib/store_kit.h"

#include <setjmp.h>
#include <stdarg.h>
#include <stdio.h>
#include <unistd.h>

#include <cmocka.h>

static struct kit kit;
static struct store *s;
static struct merkle_edge edge;
static uint64_t seq;
static const int64_t BEGIN = INT64_C(1795000000000);

static void up(enum kit_store kind)
{
    kit_init(&kit, kind);
    s = kit.store;
    edge = (struct merkle_edge){.size = 0};
    seq = 0;
}

static int up_ram(void **state)
{
    (void)state;
    up(KIT_RAM);
    return 0;
}

static int up_sqlite(void **state)
{
    (void)state;
    up(KIT_SQLITE);
    return 0;
}

static int down(void **state)
{
    (void)state;
    kit_fini(&kit);
    return 0;
}

static struct event *next(enum event_type type, const char *case_name, int second)
{
    static struct event event;
    char name[24];
    snprintf(name, sizeof name, "event-%u", (unsigned)++seq);
    event = (struct event){.type = type,
                           .id = kit_named(name),
                           .seq = seq,
                           .at = BEGIN + second * INT64_C(1000),
                           .recorded_at = BEGIN + second * INT64_C(1000),
                           .org = kit_named("headquarters")};
    if (case_name != NULL) {
        event.case_id = kit_named(case_name);
        event.incident = kit_named("incident");
    }
    if (event_must(type) & HAS_PAYLOAD)
        event.commitment = (struct hash){{1}};
    return &event;
}

static void put(const struct event *event)
{
    store_put(s, event, &edge, NULL);
}

static void put_code(enum event_type type, const char *case_name, int second, int code)
{
    struct event *event = next(type, case_name, second);
    event->code = code;
    if (event_must(type) & HAS_VIEW)
        event->view = kit_named("view");
    put(event);
}

static void end(void)
{
    uint64_t left = 1;
    store_put_head(s, &edge, "note");
    store_commit(s);
    while (left != 0)
        assert_int_equal(s->index(s->self, 3, &left), ERR_OK);
}

static struct coverage_month months[4];
static size_t months_count;

static enum err each(void *user, const struct coverage_month *month)
{
    (void)user;
    assert_in_range(months_count, 0, 3);
    months[months_count++] = *month;
    return ERR_OK;
}

static size_t ask(const char *org, int from, int to)
{
    struct id id = kit_named(org);
    months_count = 0;
    assert_int_equal(s->coverage(s->self, &id, from, to, NULL, each), ERR_OK);
    return months_count;
}

/* Three cases: one opened by the hospital, one without a card, one that is practice. */
static void put_cases(void)
{
    store_begin(s);
    struct event *opened = next(EVENT_CASE_OPENED, "whole", 0);
    opened->device = kit_named("car");
    put(opened);
    struct event *card = next(EVENT_CARD_CHECK_ASKED, "whole", 60);
    card->card_proof = PROOF_CERTIFICATE_ONLY;
    put(card);
    put_code(EVENT_IDENTITY_CHECKED, "whole", 80, MATCH_MATCHED);
    put(next(EVENT_CASE_OPENED, "none", 85));
    put_code(EVENT_NO_VIEW, "none", 90, NO_VIEW_LINK_DOWN);
    put_code(EVENT_NO_VIEW, "none", 95, NO_VIEW_NO_CARD); /* the newest reason counts */
    struct event *grant = next(EVENT_GRANT_ISSUED, "whole", 100);
    grant->view = kit_named("view");
    grant->grant = kit_named("grant");
    grant->hospital = kit_named("hospital");
    grant->sections = SECTION_BIT(SECTION_PERSON);
    grant->until = BEGIN + 1000000;
    grant->right = RIGHT_DISCLOSE_TO;
    grant->basis = BASIS_PATIENT_ORAL;
    put(grant);
    struct event *delivered = next(EVENT_DELIVERED, "whole", 120);
    delivered->view = kit_named("view");
    delivered->grant = kit_named("grant");
    delivered->org = kit_named("hospital");
    put(delivered);
    struct event *practice = next(EVENT_CASE_OPENED, "practice", 130);
    practice->training = FLAG_YES;
    put(practice);
    struct event *tried = next(EVENT_NO_VIEW, "practice", 140);
    tried->training = FLAG_YES;
    tried->code = NO_VIEW_URGENT;
    put(tried);
    end();
}

static void check_cases(void)
{
    int now = month_of(BEGIN);
    assert_int_equal(ask("headquarters", now, now), 1);
    const struct coverage_month *m = &months[0];
    assert_int_equal(m->month, now);
    assert_int_equal(m->dispatches, INT_ABSENT);
    assert_int_equal(m->counts[COVERAGE_ATTEMPTS], 2);
    assert_int_equal(m->counts[COVERAGE_WITH_CARD], 1);
    assert_int_equal(m->counts[COVERAGE_VIEWED], 1);
    assert_int_equal(m->counts[COVERAGE_GRANTED], 1);
    assert_int_equal(m->counts[COVERAGE_DELIVERED], 1);
    assert_int_equal(m->counts[COVERAGE_OPENED], 0);
    assert_int_equal(m->reasons[NO_VIEW_NO_CARD], 1);
    assert_int_equal(m->reasons[NO_VIEW_LINK_DOWN], 0);
    assert_int_equal(m->reasons[NO_VIEW_URGENT], 0);
    assert_int_equal(m->spreads[TIME_READ_DELIVERED].count, 1);
    assert_int_equal(m->spreads[TIME_READ_DELIVERED].median_s, 60);
    assert_int_equal(m->spreads[TIME_READ_OPENED].count, 0);
}

static void counts_follow_the_cases(void **state)
{
    (void)state;
    put_cases();
    check_cases();
    assert_int_equal(ask("hospital", month_of(BEGIN), month_of(BEGIN)), 0);
    assert_int_equal(ask("headquarters", month_of(BEGIN) - 3, month_of(BEGIN) - 1), 0);
}

static void an_ambulance_counts_what_it_opened(void **state)
{
    (void)state;
    int now = month_of(BEGIN);
    put_cases();
    assert_int_equal(ask("car", now, now), 1);
    assert_int_equal(months[0].dispatches, INT_ABSENT);
    assert_int_equal(months[0].counts[COVERAGE_ATTEMPTS], 1);
    assert_int_equal(months[0].counts[COVERAGE_DELIVERED], 1);
    assert_int_equal(months[0].reasons[NO_VIEW_NO_CARD], 0); /* that case was another's */
    assert_int_equal(ask("other car", now, now), 0);
}

/* What was counted is taken out again when the case turns out to be none, or another's. */
static void counts_go_back(void **state)
{
    (void)state;
    put_cases();
    store_begin(s);
    put_code(EVENT_MIXUP, "whole", 300, MIXUP_WRONG_PATIENT);
    struct event *mistake = next(EVENT_CASE_ENDED, "none", 310);
    mistake->code = END_OPENED_BY_MISTAKE;
    put(mistake);
    end();
    assert_int_equal(ask("headquarters", month_of(BEGIN), month_of(BEGIN)), 1);
    assert_int_equal(months[0].counts[COVERAGE_ATTEMPTS], 1);
    assert_int_equal(months[0].counts[COVERAGE_VIEWED], 0);
    assert_int_equal(months[0].counts[COVERAGE_DELIVERED], 0);
    assert_int_equal(months[0].reasons[NO_VIEW_NO_CARD], 0);
    assert_int_equal(months[0].reasons[NO_VIEW_ID_MISMATCH], 1);
    assert_int_equal(months[0].spreads[TIME_READ_DELIVERED].count, 0);
}

static void put_dispatches(int month, int64_t count)
{
    struct event *event = next(EVENT_DISPATCHES_SET, NULL, 10 + (int)seq);
    event->person = kit_named("chief");
    event->code = DISPATCH_ENTERED;
    event->count = count;
    event->from = month_start(month);
    event->until = month_start(month + 1) - 1;
    put(event);
}

static void the_newest_number_of_dispatches_counts(void **state)
{
    (void)state;
    int now = month_of(BEGIN);
    store_begin(s);
    put_dispatches(now - 1, 1400);
    put_dispatches(now, 0);
    put_dispatches(now - 1, 1486);
    end();
    assert_int_equal(ask("headquarters", now - 1, now), 2);
    assert_int_equal(months[0].dispatches, 1486);
    assert_int_equal(months[0].dispatches_source, DISPATCH_ENTERED);
    struct id chief = kit_named("chief");
    assert_true(id_equal(&months[0].dispatches_by, &chief));
    assert_int_equal(months[1].dispatches, 0); /* told, and none */
}

static void a_lost_index_counts_the_same_again(void **state)
{
    (void)state;
    static const char *const ends[] = {"-index", "-index-wal", "-index-shm"};
    char path[KIT_PATH + 16];
    uint64_t left = 1;
    put_cases();
    store_close(kit.store);
    for (size_t i = 0; i < 3; i++) {
        snprintf(path, sizeof path, "%s%s", kit.db, ends[i]);
        unlink(path);
    }
    assert_int_equal(store_sqlite_open(kit.db, &kit.store), ERR_OK);
    s = kit.store;
    assert_int_equal(ask("headquarters", month_of(BEGIN), month_of(BEGIN)), 0);
    while (left != 0)
        assert_int_equal(s->index(s->self, 2, &left), ERR_OK);
    check_cases();
}

#define SQLITE(test) cmocka_unit_test_setup_teardown(test, up_sqlite, down)
#define SUITE(test)  cmocka_unit_test_setup_teardown(test, up_ram, down), SQLITE(test)

int main(void)
{
    const struct CMUnitTest tests[] = {
        SUITE(counts_follow_the_cases),
        SUITE(an_ambulance_counts_what_it_opened),
        SUITE(counts_go_back),
        SUITE(the_newest_number_of_dispatches_counts),
        SQLITE(a_lost_index_counts_the_same_again),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
