/* identity_text.h — Job: find a patient's name, kana or number in free text. */
#ifndef GATEWAY_CORE_IDENTITY_TEXT_H
#define GATEWAY_CORE_IDENTITY_TEXT_H

#include "proto/err.h"
#include "proto/slice.h"

/* Words of a case, whole names and their parts; more are not looked at. */
enum { IDENTITY_WORDS_MAX = 48 };

/* Whether TEXT (UTF-8, at most TEXT_LONG_MAX characters) has one of WORDS. Compared without spaces,
 * hyphens and dots; full-width and half-width letters, hiragana and katakana are the same; a date
 * YYYY-MM-DD is found with and without its zeros and between 年月日. Words that would mark every other
 * text are passed over: a single kana, fewer than four letters or digits. Two kana must be
 * written as katakana to be a name: ケン is one, けん stands in けんさ. */
bool identity_in_text(struct slice text, const struct slice *words, size_t count);
#endif
