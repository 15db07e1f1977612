/* buf.h — Job: a growing run of bytes, bounded, that remembers its first failure. */
#ifndef PROTO_BUF_H
#define PROTO_BUF_H

#include "proto/err.h"
#include "proto/slice.h"

/* Zeroed is a valid empty buffer without limit. After an allocation failure or at the limit,
 * `failed` is set and every later append does nothing: check once, at the end. */
struct buf {
    char *bytes;
    size_t size;
    size_t room;
    size_t limit; /* 0: no limit */
    bool failed;
};

void buf_init(struct buf *b, size_t limit);
void buf_add(struct buf *b, const void *bytes, size_t size);
void buf_text(struct buf *b, const char *text);
void buf_byte(struct buf *b, char c);
/* SIZE more bytes, for the caller to fill at once; NULL: no room. Lent until the next call. */
char *buf_more(struct buf *b, size_t size);
void buf_u64(struct buf *b, uint64_t value);
void buf_i64(struct buf *b, int64_t value);
void buf_printf(struct buf *b, const char *format, ...) __attribute__((format(printf, 2, 3)));
/* Add TEXT as a JSON string with quotes; UTF-8 is passed through, control characters escaped. */
void buf_json_text(struct buf *b, struct slice text);
void buf_clear(struct buf *b); /* size 0, keeps the memory */
/* ERR_OK, or ERR_TOO_LARGE / ERR_NO_MEMORY when an append failed. */
MUST_CHECK enum err buf_error(const struct buf *b);
static inline struct slice buf_slice(const struct buf *b)
{
    return (struct slice){b->bytes == NULL ? "" : b->bytes, b->size};
}
/* Gives the bytes away; the caller frees them with free(). The buffer is empty afterwards. */
MUST_CHECK char *buf_take(struct buf *b, size_t *size);
void buf_free(struct buf *b); /* wipes before it frees */
#endif
