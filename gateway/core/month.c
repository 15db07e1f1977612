/* month.c — Job: months as Japan counts them: the country has one time zone and no summer time. */
#include "gateway/core/month.h"

#include <stdio.h>

static const int64_t DAY_MS = INT64_C(24) * 60 * 60 * 1000;
static const int64_t JAPAN_MS = INT64_C(9) * 60 * 60 * 1000;

/* Days from 1970-01-01 to the first of the month. Years begin in March here, so that the leap day
 * is the last one: each month's days before it then follow from one formula. */
static int64_t days_before(int month)
{
    int64_t from_march = month + (int64_t)1970 * 12 - 2;
    int64_t year = from_march / 12, in_year = from_march % 12;
    int64_t leaps = year / 4 - year / 100 + year / 400;
    static const int64_t DAYS_TO_1970 = 719468; /* from 0000-03-01 */
    return year * 365 + leaps + (153 * in_year + 2) / 5 - DAYS_TO_1970;
}

int64_t month_start(int month)
{
    return days_before(month) * DAY_MS - JAPAN_MS;
}

int month_of(int64_t at)
{
    int64_t day = (at + JAPAN_MS) / DAY_MS;
    int month = (int)(day / 31); /* never too late: no month is longer */
    while (days_before(month + 1) <= day)
        month++;
    return month;
}

static int digits(const char *text, size_t count)
{
    int value = 0;
    for (size_t i = 0; i < count; i++) {
        if (text[i] < '0' || text[i] > '9')
            return -1;
        value = value * 10 + (text[i] - '0');
    }
    return value;
}

enum err month_parse(struct slice text, int *month)
{
    if (text.size != MONTH_CHARS || text.bytes[4] != '-')
        return ERR_BAD_FIELD;
    int year = digits(text.bytes, 4), of_year = digits(text.bytes + 5, 2);
    if (year < 1970 || of_year < 1 || of_year > 12)
        return ERR_BAD_FIELD;
    *month = (year - 1970) * 12 + of_year - 1;
    return ERR_OK;
}

void month_text(int month, char text[MONTH_CHARS + 1])
{
    unsigned year = (unsigned)(1970 + month / 12) % 10000, of_year = (unsigned)(month % 12 + 1);
    snprintf(text, MONTH_CHARS + 1, "%04u-%02u", year, of_year % 100);
}
