/* test_coverage.c — Job: what a case adds to its month, event by event; median and p90. */
#include "gateway/core/coverage.h"

#include "gateway/core/month.h"
#include "proto/err.h"

#include <setjmp.h>
#include <stdarg.h>

#include <cmocka.h>

#define BIT(what) (1u << (unsigned)(what))
static const int64_t BEGIN = INT64_C(1795000000000); /* in November 2026 */

static struct event made(enum event_type type, int second)
{
    return (struct event){
        .type = type, .org = {{1}}, .case_id = {{3}}, .at = BEGIN + second * INT64_C(1000)};
}

static void tell(struct coverage_case *c, enum event_type type, int second, int code)
{
    struct event event = made(type, second);
    event.code = code;
    event.grant = (struct id){{5}};
    coverage_apply(c, &event);
}

static struct coverage_part part_of(const struct coverage_case *c)
{
    struct coverage_part part;
    coverage_part(c, &part);
    return part;
}

static struct coverage_case opened_case(void)
{
    struct coverage_case c = {.month = 0};
    tell(&c, EVENT_CASE_OPENED, 0, 0);
    tell(&c, EVENT_CARD_CHECK_ASKED, 60, 0);
    tell(&c, EVENT_FETCH_ASKED, 70, 0);
    tell(&c, EVENT_IDENTITY_CHECKED, 80, MATCH_MATCHED);
    tell(&c, EVENT_GRANT_ISSUED, 100, 0);
    tell(&c, EVENT_DELIVERED, 160, 0);
    tell(&c, EVENT_OPENED, 200, 0);
    return c;
}

static void a_whole_case_reaches_everything(void **state)
{
    (void)state;
    struct coverage_case c = opened_case();
    assert_int_equal(c.month, month_of(BEGIN));
    tell(&c, EVENT_OPENED, 400, 0); /* a second look is no second opening */
    assert_false(part_of(&c).reached & BIT(COVERAGE_OPENED_BEFORE)); /* nobody told an arrival */
    struct event eta = made(EVENT_ETA_TOLD, 90);
    eta.until = BEGIN + 800000;
    coverage_apply(&c, &eta);
    struct coverage_part part = part_of(&c);
    assert_int_equal(part.reached, BIT(COVERAGE_ATTEMPTS) | BIT(COVERAGE_WITH_CARD) |
                                       BIT(COVERAGE_VIEWED) | BIT(COVERAGE_GRANTED) |
                                       BIT(COVERAGE_DELIVERED) | BIT(COVERAGE_OPENED) |
                                       BIT(COVERAGE_OPENED_BEFORE));
    assert_int_equal(part.reason, -1);
    assert_int_equal(part.seconds[TIME_GAINED], 600);
    assert_int_equal(part.seconds[TIME_READ_DELIVERED], 100);
    assert_int_equal(part.seconds[TIME_READ_OPENED], 140);
}

/* There before it said it would be: the hand-over bounds the arrival. */
static void opened_after_arrival_gains_nothing(void **state)
{
    (void)state;
    struct coverage_case c = opened_case();
    struct event eta = made(EVENT_ETA_TOLD, 90), handed = made(EVENT_HANDED_OVER, 900);
    eta.until = BEGIN + 800000;
    coverage_apply(&c, &eta);
    handed.made_at = BEGIN + 150000; /* told later, without radio */
    coverage_apply(&c, &handed);
    struct coverage_part part = part_of(&c);
    assert_false(part.reached & BIT(COVERAGE_OPENED_BEFORE));
    assert_int_equal(part.seconds[TIME_GAINED], -1);
    assert_int_equal(part.seconds[TIME_READ_OPENED], 140);
}

/* The crew says that it is there: that counts, not when it had thought to be. */
static void an_arrival_that_was_told_counts(void **state)
{
    (void)state;
    struct coverage_case c = opened_case();
    struct event eta = made(EVENT_ETA_TOLD, 90), there = made(EVENT_ARRIVED, 500);
    eta.until = BEGIN + 150000;
    there.until = BEGIN + 440000;
    coverage_apply(&c, &eta);
    assert_int_equal(part_of(&c).seconds[TIME_GAINED], -1);
    assert_true(coverage_concerns(&there));
    coverage_apply(&c, &there);
    assert_int_equal(part_of(&c).seconds[TIME_GAINED], 240);
}

static void why_there_was_no_view(void **state)
{
    (void)state;
    static const struct {
        enum event_type type;
        int code, reason;
    } rows[] = {{EVENT_NO_VIEW, NO_VIEW_NO_CARD, NO_VIEW_NO_CARD},
                {EVENT_FETCH_FAILED, ERR_NOT_REGISTERED, NO_VIEW_NOT_REGISTERED},
                {EVENT_FETCH_FAILED, ERR_UPSTREAM, NO_VIEW_SYSTEM_ERROR},
                {EVENT_IDENTITY_CHECKED, MATCH_NOT_MATCHED, NO_VIEW_ID_MISMATCH},
                {EVENT_CARD_REFUSED, ERR_CARD_EXPIRED, 0}};
    for (size_t i = 0; i < sizeof rows / sizeof rows[0]; i++) {
        struct coverage_case c = {.month = 0};
        tell(&c, EVENT_CASE_OPENED, 0, 0);
        assert_int_equal(part_of(&c).reason, -1); /* not tried yet */
        tell(&c, EVENT_FETCH_ASKED, 5, 0);
        tell(&c, rows[i].type, 10, rows[i].code);
        assert_int_equal(part_of(&c).reason, rows[i].reason);
        assert_true(part_of(&c).reached & BIT(COVERAGE_ATTEMPTS));
        tell(&c, EVENT_IDENTITY_CHECKED, 20, MATCH_MATCHED);
        assert_int_equal(part_of(&c).reason, -1); /* in the end there was one */
    }
    struct coverage_case c = {.month = 0};
    struct event refused = made(EVENT_GROUND_RECORDED, 10);
    refused.right = RIGHT_CREW_VIEW;
    refused.basis = BASIS_REFUSED;
    tell(&c, EVENT_CASE_OPENED, 0, 0);
    coverage_apply(&c, &refused);
    assert_int_equal(part_of(&c).reason, NO_VIEW_REFUSED);
}

static void anothers_view_counts_for_nothing(void **state)
{
    (void)state;
    struct coverage_case c = opened_case();
    tell(&c, EVENT_MIXUP, 300, MIXUP_WRONG_HOSPITAL);
    assert_true(part_of(&c).reached & BIT(COVERAGE_OPENED));
    tell(&c, EVENT_MIXUP, 310, MIXUP_WRONG_PATIENT);
    struct coverage_part part = part_of(&c);
    assert_int_equal(part.reached, BIT(COVERAGE_ATTEMPTS) | BIT(COVERAGE_WITH_CARD));
    assert_int_equal(part.reason, NO_VIEW_ID_MISMATCH);
    assert_int_equal(part.seconds[TIME_READ_OPENED], -1);
}

static void an_emergency_opening_is_no_granted_one(void **state)
{
    (void)state;
    struct coverage_case c = {.month = 0};
    tell(&c, EVENT_CASE_OPENED, 0, 0);
    tell(&c, EVENT_IDENTITY_CHECKED, 20, MATCH_MATCHED);
    tell(&c, EVENT_BREAK_GLASS, 30, 0);
    tell(&c, EVENT_OPENED, 90, 0);
    assert_int_equal(part_of(&c).reached, BIT(COVERAGE_ATTEMPTS) | BIT(COVERAGE_VIEWED));
}

static void practice_and_mistakes_add_nothing(void **state)
{
    (void)state;
    struct coverage_case c = opened_case();
    tell(&c, EVENT_CASE_ENDED, 500, END_DEATH);
    assert_true(part_of(&c).reached != 0);
    tell(&c, EVENT_CASE_ENDED, 500, END_OPENED_BY_MISTAKE);
    assert_int_equal(part_of(&c).reached, 0);
    assert_int_equal(part_of(&c).reason, -1);
    struct coverage_case practice = {.month = 0};
    for (int type = EVENT_NONE + 1; type < EVENT_TYPES; type++) {
        struct event event = made((enum event_type)type, type);
        event.training = FLAG_YES;
        assert_false(coverage_concerns(&event));
    }
    tell(&practice, EVENT_NO_VIEW, 10, NO_VIEW_URGENT); /* of a case that was never opened here */
    assert_true(id_absent(&practice.org));
    assert_int_equal(part_of(&practice).reached, 0);
}

static void the_ranks_are_times_that_occurred(void **state)
{
    (void)state;
    const struct coverage_seconds none[] = {{5, 0}};
    assert_int_equal(coverage_spread(none, 1).count, 0);
    assert_int_equal(coverage_spread(none, 0).median_s, 0);
    const struct coverage_seconds one[] = {{7, 1}};
    assert_int_equal(coverage_spread(one, 1).median_s, 7);
    assert_int_equal(coverage_spread(one, 1).p90_s, 7);
    const struct coverage_seconds ten[] = {{1, 4}, {2, 1}, {10, 4}, {99, 1}};
    struct coverage_spread spread = coverage_spread(ten, 4);
    assert_int_equal(spread.count, 10);
    assert_int_equal(spread.median_s, 2);
    assert_int_equal(spread.p90_s, 10);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(a_whole_case_reaches_everything),
        cmocka_unit_test(opened_after_arrival_gains_nothing),
        cmocka_unit_test(an_arrival_that_was_told_counts),
        cmocka_unit_test(why_there_was_no_view),
        cmocka_unit_test(anothers_view_counts_for_nothing),
        cmocka_unit_test(an_emergency_opening_is_no_granted_one),
        cmocka_unit_test(practice_and_mistakes_add_nothing),
        cmocka_unit_test(the_ranks_are_times_that_occurred),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
