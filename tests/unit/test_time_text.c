/* test_time_text.c — Job: times as text, both ways, and every other spelling refused. */
#include "proto/time_text.h"

#include <setjmp.h>
#include <stdarg.h>
#include <time.h>
#include <cmocka.h>

static void known_times_have_their_text(void **state)
{
    (void)state;
    static const struct {
        int64_t ms;
        const char *text;
    } known[] = {
        {0, "1970-01-01T00:00:00.000Z"},
        {1, "1970-01-01T00:00:00.001Z"},
        {951782400000, "2000-02-29T00:00:00.000Z"},
        {1795496400000, "2026-11-24T05:00:00.000Z"},
        {4107542399999, "2100-02-28T23:59:59.999Z"},
        {4107542400000, "2100-03-01T00:00:00.000Z"},
        {TIME_MS_MAX, "9999-12-31T23:59:59.999Z"},
    };
    for (size_t i = 0; i < sizeof known / sizeof *known; i++) {
        char text[TIME_TEXT_SIZE];
        int64_t ms = -1;
        time_text(known[i].ms, text);
        assert_string_equal(text, known[i].text);
        assert_int_equal(time_parse(slice_of(text), &ms), ERR_OK);
        assert_int_equal(ms, known[i].ms);
    }
}

/* The C library is the other opinion: each day from 1970 to 9999, at another time of day. */
static void every_day_agrees_with_the_c_library(void **state)
{
    (void)state;
    for (int64_t day = 0; day * 86400000 <= TIME_MS_MAX; day++) {
        int64_t ms = day * 86400000 + day * 997 % 86400000, back = -1;
        time_t seconds = (time_t)(ms / 1000);
        struct tm tm;
        char text[TIME_TEXT_SIZE], other[32];
        gmtime_r(&seconds, &tm);
        strftime(other, sizeof other, "%Y-%m-%dT%H:%M:%S", &tm);
        time_text(ms, text);
        assert_memory_equal(text, other, 19);
        assert_int_equal(time_parse(slice_of(text), &back), ERR_OK);
        assert_int_equal(back, ms);
    }
}

static void what_has_no_text_is_bounded(void **state)
{
    (void)state;
    char text[TIME_TEXT_SIZE];
    time_text(-1, text);
    assert_string_equal(text, "1970-01-01T00:00:00.000Z");
    time_text(INT64_MIN, text);
    assert_string_equal(text, "1970-01-01T00:00:00.000Z");
    time_text(INT64_MAX, text);
    assert_string_equal(text, "9999-12-31T23:59:59.999Z");
}

static void other_spellings_are_refused(void **state)
{
    (void)state;
    static const char *const bad[] = {
        "",
        "2026-11-24",
        "2026-11-24T05:00:00Z",
        "2026-11-24T05:00:00.00Z",
        "2026-11-24T05:00:00.0000Z",
        "2026-11-24t05:00:00.000Z",
        "2026-11-24T05:00:00.000z",
        "2026-11-24 05:00:00.000Z",
        "2026-11-24T05:00:00,000Z",
        "2026-11-24T05:00:00.000+",
        "2026-11-31T05:00:00.000Z",
        "2026-02-29T05:00:00.000Z",
        "2100-02-29T05:00:00.000Z",
        "2026-00-24T05:00:00.000Z",
        "2026-13-24T05:00:00.000Z",
        "2026-11-00T05:00:00.000Z",
        "2026-11-99T05:00:00.000Z",
        "2026-11-24T24:00:00.000Z",
        "2026-11-24T05:60:00.000Z",
        "2016-12-31T23:59:60.000Z",
        "1969-12-31T23:59:59.999Z",
        "0000-01-01T00:00:00.000Z",
        "9999-12-31T23:59:60.000Z",
        "+026-11-24T05:00:00.000Z",
        "2026-11-24T0:5:00:00.00Z",
        "2026-1\xef-24T05:00:00.00Z",
        " 2026-11-24T05:00:00.00Z",
        "2026-11-24T05:00:00.0 0Z",
        ":026-11-24T05:00:00.000Z",
    };
    for (size_t i = 0; i < sizeof bad / sizeof *bad; i++) {
        int64_t ms = 7;
        assert_int_equal(time_parse(slice_of(bad[i]), &ms), ERR_BAD_FIELD);
        assert_int_equal(ms, 7);
    }
}

/* No byte of the text can be another one. */
static void each_place_accepts_its_own_characters_only(void **state)
{
    (void)state;
    char text[TIME_TEXT_SIZE];
    time_text(1795496400000, text);
    for (size_t at = 0; at < TIME_TEXT_SIZE - 1; at++) {
        char kept = text[at];
        int accepted = 0;
        for (int c = 0; c < 256; c++) {
            int64_t ms;
            text[at] = (char)c;
            accepted += time_parse(slice_of(text), &ms) == ERR_OK && (c < '0' || c > '9');
        }
        text[at] = kept;
        assert_int_equal(accepted, kept < '0' || kept > '9');
    }
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(known_times_have_their_text),
        cmocka_unit_test(every_day_agrees_with_the_c_library),
        cmocka_unit_test(what_has_no_text_is_bounded),
        cmocka_unit_test(other_spellings_are_refused),
        cmocka_unit_test(each_place_accepts_its_own_characters_only),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
