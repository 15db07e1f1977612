/* buf.c — Job: a growing run of bytes, bounded, that remembers its first failure. */
#include "proto/buf.h"

#include <stdarg.h>
#include <stdio.h>
#include <stdlib.h>

void buf_init(struct buf *b, size_t limit)
{
    *b = (struct buf){.limit = limit};
}

/* Not realloc: the old block may hold clinical text and has to be wiped before it is freed. */
static bool buf_grow(struct buf *b, size_t more)
{
    size_t need = b->size + more;
    if (b->failed || need < b->size || (b->limit != 0 && need > b->limit)) {
        b->failed = true;
        return false;
    }
    if (need <= b->room)
        return true;
    size_t room = b->room < 64 ? 64 : b->room;
    while (room < need)
        room *= 2;
    char *bytes = malloc(room);
    if (bytes == NULL) {
        b->failed = true;
        return false;
    }
    if (b->size != 0)
        memcpy(bytes, b->bytes, b->size);
    if (b->bytes != NULL)
        explicit_bzero(b->bytes, b->room);
    free(b->bytes);
    b->bytes = bytes;
    b->room = room;
    return true;
}

void buf_add(struct buf *b, const void *bytes, size_t size)
{
    if (size == 0 || !buf_grow(b, size))
        return;
    memcpy(b->bytes + b->size, bytes, size);
    b->size += size;
}

void buf_text(struct buf *b, const char *text)
{
    buf_add(b, text, strlen(text));
}

void buf_byte(struct buf *b, char c)
{
    if (buf_grow(b, 1))
        b->bytes[b->size++] = c;
}

char *buf_more(struct buf *b, size_t size)
{
    if (!buf_grow(b, size))
        return NULL;
    b->size += size;
    return b->bytes + b->size - size;
}

void buf_u64(struct buf *b, uint64_t value)
{
    char digits[20];
    size_t at = sizeof digits;
    do {
        digits[--at] = (char)('0' + value % 10);
        value /= 10;
    } while (value != 0);
    buf_add(b, digits + at, sizeof digits - at);
}

void buf_i64(struct buf *b, int64_t value)
{
    if (value < 0) {
        buf_byte(b, '-');
        buf_u64(b, 0 - (uint64_t)value);
    } else {
        buf_u64(b, (uint64_t)value);
    }
}

void buf_printf(struct buf *b, const char *format, ...)
{
    char small[512];
    va_list args;
    va_start(args, format);
    int size = vsnprintf(small, sizeof small, format, args);
    va_end(args);
    if (size < 0 || (size_t)size >= sizeof small) {
        b->failed = true; /* meant for short, bounded text only */
        return;
    }
    buf_add(b, small, (size_t)size);
}

void buf_json_text(struct buf *b, struct slice text)
{
    buf_byte(b, '"');
    size_t from = 0;
    for (size_t i = 0; i < text.size; i++) {
        unsigned char c = (unsigned char)text.bytes[i];
        if (c >= 0x20 && c != '"' && c != '\\')
            continue;
        buf_add(b, text.bytes + from, i - from);
        from = i + 1;
        if (c == '"' || c == '\\')
            buf_add(b, (char[]){'\\', (char)c}, 2);
        else if (c == '\n')
            buf_add(b, "\\n", 2);
        else if (c == '\t')
            buf_add(b, "\\t", 2);
        else if (c == '\r')
            buf_add(b, "\\r", 2);
        else
            buf_printf(b, "\\u%04x", c);
    }
    buf_add(b, text.bytes + from, text.size - from);
    buf_byte(b, '"');
}

void buf_clear(struct buf *b)
{
    b->size = 0;
    b->failed = false;
}

enum err buf_error(const struct buf *b)
{
    if (!b->failed)
        return ERR_OK;
    return b->limit != 0 ? ERR_TOO_LARGE : ERR_NO_MEMORY;
}

char *buf_take(struct buf *b, size_t *size)
{
    char *bytes = b->bytes;
    *size = b->size;
    *b = (struct buf){.limit = b->limit};
    return bytes;
}

void buf_free(struct buf *b)
{
    if (b->bytes != NULL)
        explicit_bzero(b->bytes, b->room);
    free(b->bytes);
    *b = (struct buf){.limit = b->limit};
}
