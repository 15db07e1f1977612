/* time_text.h — Job: a time as RFC 3339 text, "2026-11-24T05:00:00.000Z", one spelling only. */
#ifndef PROTO_TIME_TEXT_H
#define PROTO_TIME_TEXT_H

#include "proto/err.h"
#include "proto/slice.h"

enum { TIME_TEXT_SIZE = 25 /* 24 characters and NUL */ };

/* The last millisecond that has a text: 9999-12-31T23:59:59.999Z. The first is 0. */
#define TIME_MS_MAX INT64_C(253402300799999)

/* MS since 1970 as UTC text; below 0 becomes 0, above TIME_MS_MAX becomes TIME_MS_MAX. */
void time_text(int64_t ms, char text[TIME_TEXT_SIZE]);
/* ERR_BAD_FIELD unless TEXT is exactly what time_text writes for some time: 24 characters,
 * upper-case T and Z, three decimals, a day that exists, 1970 or later, no leap second. */
MUST_CHECK enum err time_parse(struct slice text, int64_t *ms);
#endif
