/* line.h — Job: take a line-based text apart: lines, numbers, hashes, each in one spelling. */
#ifndef PROTO_LINE_H
#define PROTO_LINE_H

#include "proto/err.h"
#include "proto/sha256.h"

/* Moves the first line of REST, without its newline, to LINE. False when REST holds no newline
 * any more; REST is then what is left behind the last one. LINE lends from REST. */
bool line_next(struct slice *rest, struct slice *line);
/* When TEXT begins with PREFIX, takes it off and gives true. */
bool line_skip(struct slice *text, const char *prefix);
/* ASCII decimal without sign, space or leading zero; ERR_BAD_FIELD otherwise or above MAX. */
MUST_CHECK enum err line_number(struct slice text, uint64_t max, uint64_t *out);
/* The base64 of exactly 32 bytes; ERR_BAD_FIELD otherwise. */
MUST_CHECK enum err line_hash(struct slice text, struct hash *out);
#endif
