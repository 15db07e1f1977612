/* id.h — Job: ids that sort by time (ULID: 48 bits of milliseconds, 80 random bits). */
#ifndef PROTO_ID_H
#define PROTO_ID_H

#include "proto/err.h"
#include "proto/slice.h"

enum { ID_TEXT_SIZE = 26 };

/* All zero means "absent"; id_new never makes that one. */
struct id {
    uint8_t bytes[16];
};

/* Builds an id from a wall clock in ms and 10 random bytes that the caller provides (pure). */
struct id id_new(int64_t now_ms, const uint8_t random[10]);
/* Crockford base32, upper case, 26 characters, no NUL. */
void id_text(const struct id *id, char text[ID_TEXT_SIZE]);
/* ERR_BAD_FIELD unless it is 26 characters of upper-case Crockford base32 within 128 bits. */
MUST_CHECK enum err id_parse(struct slice text, struct id *out);

static inline bool id_absent(const struct id *id)
{
    static const struct id none;
    return memcmp(id, &none, sizeof none) == 0;
}

static inline bool id_equal(const struct id *a, const struct id *b)
{
    return memcmp(a, b, sizeof *a) == 0;
}
#endif
