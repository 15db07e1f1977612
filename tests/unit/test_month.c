/* test_month.c — Job: months begin at midnight in Japan, in every year. */
#include "gateway/core/month.h"

#include "proto/time_text.h"

#include <setjmp.h>
#include <stdarg.h>

#include <cmocka.h>

static int64_t at(const char *text)
{
    int64_t ms = 0;
    assert_int_equal(time_parse(slice_of(text), &ms), ERR_OK);
    return ms;
}

static void a_month_begins_at_midnight_in_japan(void **state)
{
    (void)state;
    int month;
    assert_int_equal(month_parse(slice_of("2026-11"), &month), ERR_OK);
    assert_int_equal(month_start(month), at("2026-10-31T15:00:00.000Z"));
    assert_int_equal(month_of(at("2026-10-31T14:59:59.999Z")), month - 1);
    assert_int_equal(month_of(at("2026-10-31T15:00:00.000Z")), month);
    assert_int_equal(month_of(at("2026-11-30T14:59:59.999Z")), month);
    assert_int_equal(month_of(at("2026-11-30T15:00:00.000Z")), month + 1);
}

/* Every month from 1970 to 9999: text and back, first and last millisecond, one after the other. */
static void every_month_there_is(void **state)
{
    (void)state;
    char text[MONTH_CHARS + 1];
    for (int month = 0; month < (9999 - 1970) * 12 + 11; month++) {
        int again = -1;
        month_text(month, text);
        assert_int_equal(month_parse(slice_of(text), &again), ERR_OK);
        assert_int_equal(again, month);
        int64_t days = (month_start(month + 1) - month_start(month)) / 86400000;
        assert_in_range(days, 28, 31);
        if (month == 0)
            continue; /* begins before 1970 in UTC */
        assert_int_equal(month_of(month_start(month)), month);
        assert_int_equal(month_of(month_start(month + 1) - 1), month);
    }
    assert_int_equal(month_of(0), 0);
}

static void leap_days(void **state)
{
    (void)state;
    static const struct {
        const char *february;
        int days;
    } rows[] = {{"2024-02", 29}, {"2026-02", 28}, {"2000-02", 29}, {"2100-02", 28}};
    for (size_t i = 0; i < sizeof rows / sizeof rows[0]; i++) {
        int month;
        assert_int_equal(month_parse(slice_of(rows[i].february), &month), ERR_OK);
        assert_int_equal((month_start(month + 1) - month_start(month)) / 86400000, rows[i].days);
    }
}

static void what_is_no_month(void **state)
{
    (void)state;
    static const char *const texts[] = {"2026-13", "2026-00", "1969-12", "2026/11",  "202611 ",
                                        "-026-11", "2026-1",  "",        "2026-11-", "20 6-11"};
    int month;
    for (size_t i = 0; i < sizeof texts / sizeof texts[0]; i++)
        if (month_parse(slice_of(texts[i]), &month) != ERR_BAD_FIELD)
            fail_msg("%s", texts[i]);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(a_month_begins_at_midnight_in_japan),
        cmocka_unit_test(every_month_there_is),
        cmocka_unit_test(leap_days),
        cmocka_unit_test(what_is_no_month),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
