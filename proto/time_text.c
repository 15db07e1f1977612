/* time_text.c — Job: a time as RFC 3339 text, "2026-11-24T05:00:00.000Z", one spelling only. */
#include "proto/time_text.h"

enum { DAY_MS = 24 * 60 * 60 * 1000, DAYS_OF_ERA = 146097, YEARS_OF_ERA = 400, EPOCH_DAY = 719468 };

struct date {
    unsigned year, month, day;
};

/* Days since 1970 to a date of the Gregorian calendar and back. The year is taken to begin in
 * March, so that the leap day is its last; a 400-year era then repeats exactly (Hinnant,
 * "chrono-Compatible Low-Level Date Algorithms"). Only years 1970 … 9999 come here. */
static struct date date_of_day(unsigned day)
{
    unsigned shifted = day + EPOCH_DAY;
    unsigned era = shifted / DAYS_OF_ERA, of_era = shifted % DAYS_OF_ERA;
    unsigned year = (of_era - of_era / 1460 + of_era / 36524 - of_era / 146096) / 365;
    unsigned of_year = of_era - (365 * year + year / 4 - year / 100);
    unsigned march_month = (5 * of_year + 2) / 153;
    struct date d = {.year = year + era * YEARS_OF_ERA,
                     .month = march_month < 10 ? march_month + 3 : march_month - 9,
                     .day = of_year - (153 * march_month + 2) / 5 + 1};
    if (d.month <= 2)
        d.year++;
    return d;
}

static unsigned day_of_date(struct date d)
{
    unsigned year = d.month <= 2 ? d.year - 1 : d.year;
    unsigned era = year / YEARS_OF_ERA, of_era = year % YEARS_OF_ERA;
    unsigned march_month = d.month > 2 ? d.month - 3 : d.month + 9;
    unsigned of_year = (153 * march_month + 2) / 5 + d.day - 1;
    return era * DAYS_OF_ERA + of_era * 365 + of_era / 4 - of_era / 100 + of_year - EPOCH_DAY;
}

static void put_digits(char *text, int count, unsigned value)
{
    for (int i = count; i-- > 0; value /= 10)
        text[i] = (char)('0' + value % 10);
}

void time_text(int64_t ms, char text[TIME_TEXT_SIZE])
{
    int64_t bounded = ms < 0 ? 0 : ms > TIME_MS_MAX ? TIME_MS_MAX : ms;
    struct date date = date_of_day((unsigned)(bounded / DAY_MS));
    unsigned of_day = (unsigned)(bounded % DAY_MS);
    memcpy(text, "0000-00-00T00:00:00.000Z", TIME_TEXT_SIZE);
    put_digits(text, 4, date.year);
    put_digits(text + 5, 2, date.month);
    put_digits(text + 8, 2, date.day);
    put_digits(text + 11, 2, of_day / 3600000);
    put_digits(text + 14, 2, of_day / 60000 % 60);
    put_digits(text + 17, 2, of_day / 1000 % 60);
    put_digits(text + 20, 3, of_day % 1000);
}

/* The number in COUNT characters; anything but digits shows as a text that does not come back. */
static unsigned get_digits(const char *text, int count)
{
    unsigned value = 0;
    for (int i = 0; i < count; i++)
        value = value * 10 + (unsigned)(unsigned char)(text[i] - '0') % 10;
    return value;
}

/* Reads without judging, writes what was read, and compares: whatever is not the one spelling of an
 * existing time comes back as another text. */
enum err time_parse(struct slice text, int64_t *ms)
{
    if (text.size != TIME_TEXT_SIZE - 1)
        return ERR_BAD_FIELD;
    const char *at = text.bytes;
    struct date date = {get_digits(at, 4), get_digits(at + 5, 2), get_digits(at + 8, 2)};
    if (date.year < 1970 || date.month < 1 || date.month > 12 || date.day < 1)
        return ERR_BAD_FIELD;
    int64_t value = (int64_t)day_of_date(date) * DAY_MS +
                    (int64_t)get_digits(at + 11, 2) * 3600000 +
                    (int64_t)get_digits(at + 14, 2) * 60000 +
                    (int64_t)get_digits(at + 17, 2) * 1000 + (int64_t)get_digits(at + 20, 3);
    char again[TIME_TEXT_SIZE];
    time_text(value, again);
    if (!slice_is(text, again))
        return ERR_BAD_FIELD;
    *ms = value;
    return ERR_OK;
}
