/* test_coverage_show.c — Job: no small count is told, none can be worked out from the others. */
#include "gateway/core/coverage.h"

#include "common/rng.h"

#include <setjmp.h>
#include <stdarg.h>
#include <stdlib.h>

#include <cmocka.h>

static char text[MONTH_CHARS + 1];

static struct coverage_row shown(const struct coverage_month *month)
{
    struct coverage_row row;
    coverage_show(month, text, &row);
    return row;
}

/* REASONS: of 0 (not said) and the seven codes. */
static struct coverage_month month_with(int64_t viewed, const int64_t reasons[COVERAGE_REASONS])
{
    struct coverage_month month = {.org = {{1}}, .month = 682, .dispatches = INT_ABSENT};
    month.counts[COVERAGE_VIEWED] = month.counts[COVERAGE_ATTEMPTS] = viewed;
    for (size_t i = 0; i < COVERAGE_REASONS; i++) {
        month.reasons[i] = reasons[i];
        month.counts[COVERAGE_ATTEMPTS] += reasons[i];
    }
    return month;
}

static void large_counts_are_told_as_they_are(void **state)
{
    (void)state;
    const int64_t reasons[] = {10, 590, 74, 43, 11, 119, 28, 14};
    struct coverage_month month = month_with(241, reasons);
    month.dispatches = 1486;
    struct coverage_row row = shown(&month);
    assert_string_equal(text, "2026-11");
    assert_int_equal(row.numbers[0].what, COVERAGE_DISPATCHES);
    assert_int_equal(row.numbers[0].count, 1486);
    assert_int_equal(row.numbers[1].count, 1130);
    assert_int_equal(row.numbers[3].count, 241);
    for (int i = 0; i < COVERAGE_REASONS; i++) {
        assert_int_equal(row.reasons[i].reason, i);
        assert_int_equal(row.reasons[i].count, reasons[i]);
        assert_int_equal(row.reasons[i].hidden, 0);
    }
}

static void a_small_count_takes_the_next_one_with_it(void **state)
{
    (void)state;
    const int64_t reasons[] = {10, 590, 74, 43, 28, 119, 27, 9};
    struct coverage_month month = month_with(241, reasons);
    struct coverage_row row = shown(&month);
    assert_int_equal(row.reasons[NO_VIEW_SYSTEM_ERROR].hidden, HIDDEN_FEW);
    assert_int_equal(row.reasons[NO_VIEW_SYSTEM_ERROR].count, INT_ABSENT);
    assert_int_equal(row.reasons[0].hidden, HIDDEN_DERIVED);
    assert_int_equal(row.reasons[0].count, INT_ABSENT);
    assert_int_equal(row.reasons[NO_VIEW_LINK_DOWN].hidden, 0);
}

/* All reasons are told and their sum, so the few that were viewed would be known. */
static void the_few_viewed_are_not_given_away_by_the_reasons(void **state)
{
    (void)state;
    const int64_t reasons[] = {10, 590, 74, 43, 28, 119, 27, 19};
    struct coverage_month month = month_with(3, reasons);
    struct coverage_row row = shown(&month);
    assert_int_equal(row.numbers[3].hidden, HIDDEN_FEW);
    assert_int_equal(row.reasons[0].hidden, HIDDEN_DERIVED);
}

static void viewed_may_be_what_goes_along(void **state)
{
    (void)state;
    const int64_t reasons[] = {30, 590, 74, 43, 28, 119, 27, 1};
    struct coverage_month month = month_with(12, reasons);
    struct coverage_row row = shown(&month);
    assert_int_equal(row.numbers[3].what, COVERAGE_VIEWED);
    assert_int_equal(row.numbers[3].hidden, HIDDEN_DERIVED);
    assert_int_equal(row.numbers[3].count, INT_ABSENT);
}

static void times_of_few_cases_are_not_told(void **state)
{
    (void)state;
    struct coverage_month month = {.org = {{1}}, .month = 682, .dispatches = 9};
    month.spreads[TIME_GAINED] = (struct coverage_spread){10, 564, 700};
    month.spreads[TIME_READ_OPENED] = (struct coverage_spread){9, 1, 2};
    struct coverage_row row = shown(&month);
    assert_int_equal(row.numbers[0].hidden, HIDDEN_FEW);
    assert_int_equal(row.delays[0].what, TIME_GAINED);
    assert_int_equal(row.delays[0].median_s, 564);
    assert_int_equal(row.delays[2].hidden, HIDDEN_FEW);
    assert_int_equal(row.delays[2].median_s, INT_ABSENT);
    assert_int_equal(row.delays[2].p90_s, INT_ABSENT);
    assert_int_equal(row.delays[2].count, INT_ABSENT);
}

/* Whatever the numbers: what is hidden of the parts is none, or two and more whose sum is not
 * small, or all there is. */
static void no_subtraction_gives_one_away(void **state)
{
    (void)state;
    for (int round = 0; round < 20000; round++) {
        int64_t reasons[COVERAGE_REASONS], sum = 0;
        for (size_t i = 0; i < COVERAGE_REASONS; i++)
            reasons[i] = (int64_t)rng_below(rng_below(2) == 0 ? 12 : 60);
        struct coverage_month month = month_with((int64_t)rng_below(40), reasons);
        struct coverage_row row = shown(&month);
        int hidden = row.numbers[3].hidden != 0;
        sum += hidden ? month.counts[COVERAGE_VIEWED] : 0;
        for (size_t i = 0; i < COVERAGE_REASONS; i++) {
            hidden += row.reasons[i].hidden != 0;
            sum += row.reasons[i].hidden != 0 ? reasons[i] : 0;
            assert_true(row.reasons[i].hidden != 0 || row.reasons[i].count >= COVERAGE_FEW);
        }
        assert_true(hidden == 0 || hidden == COVERAGE_REASONS + 1 ||
                    (hidden > 1 && sum >= COVERAGE_FEW));
    }
}

static struct coverage_month nested(void)
{
    const int64_t none[COVERAGE_REASONS] = {0};
    struct coverage_month month = month_with(0, none);
    int64_t count = (int64_t)rng_below(200);
    for (int what = COVERAGE_OPENED_BEFORE; what >= COVERAGE_ATTEMPTS; what--) {
        month.counts[what] = count;
        count += (int64_t)rng_below(rng_below(2) == 0 ? 3 : 40);
    }
    month.reasons[0] = month.counts[COVERAGE_ATTEMPTS] - month.counts[COVERAGE_VIEWED];
    for (int what = TIME_GAINED; what < COVERAGE_TIMES; what++)
        month.spreads[what] = (struct coverage_spread){(int64_t)rng_below(200), 60, 90};
    month.spreads[TIME_GAINED].count = month.counts[COVERAGE_OPENED_BEFORE];
    return month;
}

/* How many were granted and not delivered, opened and not before arrival …: counts as well. */
static void no_two_steps_that_are_told_differ_by_few(void **state)
{
    (void)state;
    size_t told = 0, derived = 0;
    for (int round = 0; round < 20000; round++) {
        struct coverage_month month = nested();
        struct coverage_row row = shown(&month);
        int64_t last = INT_ABSENT;
        for (int what = COVERAGE_ATTEMPTS; what < COVERAGE_WHATS; what++) {
            const struct coverage_number *number = &row.numbers[what - COVERAGE_DISPATCHES];
            assert_int_equal(number->what, what);
            derived += number->hidden == HIDDEN_DERIVED;
            if (number->hidden != 0)
                continue;
            told++;
            assert_true(last == INT_ABSENT || last == number->count ||
                        last - number->count >= COVERAGE_FEW);
            last = number->count;
        }
        /* From how many cases the delay is made would tell what is hidden. */
        if (row.numbers[COVERAGE_OPENED_BEFORE - COVERAGE_DISPATCHES].hidden != 0)
            assert_int_equal(row.delays[0].count, INT_ABSENT);
        else
            assert_int_equal(row.delays[0].count, month.counts[COVERAGE_OPENED_BEFORE]);
        assert_int_equal(row.delays[0].median_s != INT_ABSENT,
                         month.spreads[TIME_GAINED].count >= COVERAGE_FEW);
    }
    assert_true(told > 0 && derived > 0);
}

enum { AMBULANCES = 6 };

/* Of each column the whole is known from the headquarters' own row: what is hidden is none, or two
 * and more whose sum is not small, or all of them. */
static void no_sum_over_the_ambulances_gives_one_away(void **state)
{
    (void)state;
    static struct coverage_row rows[AMBULANCES];
    for (int round = 0; round < 2000; round++) {
        struct coverage_month months[AMBULANCES];
        for (int i = 0; i < AMBULANCES; i++) {
            months[i] = nested();
            months[i].org = (struct id){{(uint8_t)(i + 1)}};
        }
        coverage_show_devices(months, AMBULANCES, text, rows);
        for (int what = COVERAGE_ATTEMPTS; what < COVERAGE_WHATS; what++) {
            int64_t sum = 0;
            int hidden = 0;
            for (int i = 0; i < AMBULANCES; i++) {
                const struct coverage_number *number = &rows[i].numbers[what - COVERAGE_ATTEMPTS];
                assert_int_equal(number->what, what);
                assert_true(number->hidden != 0 || number->count == months[i].counts[what]);
                assert_true(number->hidden != 0 || number->count >= COVERAGE_FEW);
                hidden += number->hidden != 0;
                sum += number->hidden != 0 ? months[i].counts[what] : 0;
            }
            assert_true(hidden == 0 || hidden == AMBULANCES || (hidden > 1 && sum >= COVERAGE_FEW));
        }
        assert_true(id_equal(&rows[2].device, &months[2].org));
        assert_int_equal(rows[2].reasons_count, 0);
    }
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(large_counts_are_told_as_they_are),
        cmocka_unit_test(a_small_count_takes_the_next_one_with_it),
        cmocka_unit_test(the_few_viewed_are_not_given_away_by_the_reasons),
        cmocka_unit_test(viewed_may_be_what_goes_along),
        cmocka_unit_test(times_of_few_cases_are_not_told),
        cmocka_unit_test(no_subtraction_gives_one_away),
        cmocka_unit_test(no_two_steps_that_are_told_differ_by_few),
        cmocka_unit_test(no_sum_over_the_ambulances_gives_one_away),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
