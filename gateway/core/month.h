/* month.h — Job: months as Japan counts them: the country has one time zone and no summer time. */
#ifndef GATEWAY_CORE_MONTH_H
#define GATEWAY_CORE_MONTH_H

#include "proto/err.h"
#include "proto/limits.h"
#include "proto/slice.h"

/* Months since January 1970; the month in which AT (ms since 1970, UTC, not negative) lies there. */
int month_of(int64_t at);
/* "YYYY-MM", 1970 to 9999. ERR_BAD_FIELD. */
MUST_CHECK enum err month_parse(struct slice text, int *month);
void month_text(int month, char text[MONTH_CHARS + 1]);
/* The month's first millisecond (ms since 1970, UTC); the last is one before the next month's. */
int64_t month_start(int month);
#endif
