/* typed.h — Job: a typed line as words: spaces part them, double quotes hold them together.
 *
 *   record complaint="胸が痛い 冷汗" notes="say \"ah\""
 *
 * Within quotes a backslash takes the next character as it is. Outside of quotes it is itself. */
#ifndef AMBULANCE_CLIENT_TYPED_H
#define AMBULANCE_CLIENT_TYPED_H

#include "proto/err.h"
#include "proto/limits.h"
#include "proto/slice.h"

struct typed {
    size_t count;
    char *words[TYPED_WORDS_MAX];      /* NUL-terminated, unquoted */
    const char *rest[TYPED_WORDS_MAX]; /* the line as it was, from word i on, to its end */
    char text[CLIENT_LINE_MAX + TYPED_WORDS_MAX], raw[CLIENT_LINE_MAX];
};

/* Takes LINE apart; a last '\r' is dropped. No word at all is ERR_OK with count 0. ERR_TOO_LARGE:
 * it has CLIENT_LINE_MAX bytes or more, or too many words; ERR_BAD_FIELD: a quote is open at its
 * end, or it holds a NUL; ERR_UTF8. OUT is wiped by the caller (it may hold clinical words). */
MUST_CHECK enum err typed_parse(struct slice line, struct typed *out);
/* Everything from word INDEX on as it was typed, without spaces at its end (of one word alone:
 * without its quotes); bytes NULL: none. */
struct slice typed_rest(const struct typed *typed, size_t index);
#endif
