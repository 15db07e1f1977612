/* utf8.h — Job: strict UTF-8 (RFC 3629): no overlong forms, no surrogates, nothing above U+10FFFF. */
#ifndef PROTO_UTF8_H
#define PROTO_UTF8_H

#include "proto/slice.h"

/* Takes the first character off REST. False, with REST unchanged, when it is empty or does not
 * begin with a well-formed character. */
bool utf8_next(struct slice *rest, uint32_t *c);
bool utf8_valid(struct slice text);
#endif
