/* utf8.h — Job: strict UTF-8 (RFC 3629), and whether a person may read it. */
#ifndef PROTO_UTF8_H
#define PROTO_UTF8_H

#include "proto/err.h"
#include "proto/slice.h"

/* Takes the first character off REST. False, with REST unchanged, when it is empty or does not
 * begin with a well-formed character: no overlong forms, no surrogates, nothing above U+10FFFF. */
bool utf8_next(struct slice *rest, uint32_t *c);
bool utf8_valid(struct slice text);

/* Counts the code points of a text for people and refuses what a screen would not show or would
 * show as something else: ERR_UTF8 for invalid bytes; ERR_BAD_FIELD for control characters (the
 * line feed is allowed), line and paragraph separators, bidirectional overrides and isolates (they
 * can turn a name or a dose round), zero-width spaces and tags (they hide a name from the rule that
 * a request names nobody) and non-characters. Private-use characters are allowed: Japanese names
 * have them. */
MUST_CHECK enum err utf8_printable(struct slice text, size_t *chars);
#endif
