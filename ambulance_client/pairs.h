/* pairs.h — Job: KEY=VALUE words into the struct of a record, by the record's own table.
 *
 *   age=74 sex=female onset_at=14:05 allergies=present:卵 allergies.said_by=family
 *
 * A key is the wire's name; `a.b` is member b of the record a. An empty value makes a member
 * absent.   text, date    as they are
 *   code          its name on the wire, or its Japanese name; a set: several with commas
 *   integer       decimal; temperature and oxygen with one decimal ("36.5"), as they are spoken of
 *   time          "now", "-10" and "+15" (minutes), "14:05" (Japan's time, the nearest one), or in
 * full   flag          yes, no
 *   told_item     STATE or STATE:TEXT
 *   treatments=ACT adds one, done now
 * Whatever has an `at` that was not given is of now. */
#ifndef AMBULANCE_CLIENT_PAIRS_H
#define AMBULANCE_CLIENT_PAIRS_H

#include "proto/record.h"

/* BODY is the struct of RECORD, filled or record_clear'ed by the caller. Texts in it lend from
 * WORDS. ERR_UNKNOWN_FIELD, ERR_BAD_FIELD: *WRONG is the index of the word. */
MUST_CHECK enum err pairs_take(const struct record *record, char *const *words, size_t count,
                               int64_t now, void *body, size_t *wrong);
/* One time as above. NOW: ms since 1970. ERR_BAD_FIELD. */
MUST_CHECK enum err pairs_time(const char *text, int64_t now, int64_t *out);
/* One value of LIST by its wire name or Japanese name; 0: neither. */
int pairs_code(const struct codes *list, struct slice name);
/* A set of them, parted by commas. ERR_BAD_FIELD. */
MUST_CHECK enum err pairs_codes(const struct codes *list, const char *text, uint64_t *out);
#endif
