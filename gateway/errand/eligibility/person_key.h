/* person_key.h — Job: decide whether two parts of an answer are about the same person.
 *
 * Official files write the same kana in different ways (half-width, full-width, small letters as
 * large ones, with and without spaces: DOMAIN C22b), so it is folded before it is compared. */
#ifndef GATEWAY_ELIGIBILITY_PERSON_KEY_H
#define GATEWAY_ELIGIBILITY_PERSON_KEY_H

#include "proto/buf.h"

/* As delivered, UTF-8; bytes NULL when absent. */
struct person_key {
    struct slice name, kana, birth;
};

/* Appends TEXT folded: full-width katakana, voiced marks joined, small letters large, one kind of
 * long mark, ASCII for full-width ASCII, no spaces. */
void person_fold(struct slice text, struct buf *out);
/* Both birth dates must be there and be the same day (YYYYMMDD, or with - or /), and the kana must
 * be the same, or, where one of them has none, the names. What cannot be compared is not the same.
 */
bool person_same(const struct person_key *a, const struct person_key *b);
#endif
