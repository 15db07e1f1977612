/* canon_check.h — Job: a section's JSON is canonical: judged by a reader, not by its writer. */
#ifndef TESTS_LIB_CANON_CHECK_H
#define TESTS_LIB_CANON_CHECK_H

#include "proto/slice.h"

/* Aborts with a message unless JSON is one object with keys in byte order everywhere, without
 * spaces between tokens, and with no empty text. */
void canon_check(struct slice json);
#endif
