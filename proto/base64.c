/* base64.c — Job: RFC 4648 section 4 base64 with padding, strict in both directions. */
#include "proto/base64.h"

/* Neither direction looks a value up in a table or branches on it: what passes through here may
 * be a key, and table look-ups leave traces in the cache. */

/* All ones when FROM <= C <= TO, else zero. */
static unsigned in_range(unsigned c, unsigned from, unsigned to)
{
    return 0u - (((from - 1 - c) & (c - to - 1)) >> 31);
}

static char digit_of(unsigned v)
{
    unsigned c = in_range(v, 0, 25) & (v + 'A');
    c |= in_range(v, 26, 51) & (v - 26 + 'a');
    c |= in_range(v, 52, 61) & (v - 52 + '0');
    c |= in_range(v, 62, 62) & '+';
    c |= in_range(v, 63, 63) & '/';
    return (char)c;
}

/* 0..63, or 64 for a character outside the alphabet. */
static unsigned value_of(char digit)
{
    unsigned c = (unsigned char)digit;
    unsigned upper = in_range(c, 'A', 'Z'), lower = in_range(c, 'a', 'z');
    unsigned number = in_range(c, '0', '9');
    unsigned plus = in_range(c, '+', '+'), slash = in_range(c, '/', '/');
    unsigned none = ~(upper | lower | number | plus | slash);
    return (upper & (c - 'A')) | (lower & (c - 'a' + 26)) | (number & (c - '0' + 52)) |
           (plus & 62) | (slash & 63) | (none & 64);
}

void base64_add(struct buf *b, const void *bytes, size_t size)
{
    const unsigned char *in = bytes;
    for (size_t i = 0; i < size; i += 3) {
        size_t left = size - i;
        unsigned group = (unsigned)in[i] << 16;
        group |= left > 1 ? (unsigned)in[i + 1] << 8 : 0;
        group |= left > 2 ? (unsigned)in[i + 2] : 0;
        char text[4] = {digit_of(group >> 18), digit_of(group >> 12 & 63), '=', '='};
        if (left > 1)
            text[2] = digit_of(group >> 6 & 63);
        if (left > 2)
            text[3] = digit_of(group & 63);
        buf_add(b, text, sizeof text);
    }
}

/* Decodes one group of four characters, DIGITS of which are not padding (2, 3 or 4). */
static enum err group_decode(const char *text, size_t digits, unsigned *group)
{
    unsigned bad = 0, value = 0;
    for (size_t i = 0; i < 4; i++) {
        unsigned v = i < digits ? value_of(text[i]) : 0;
        bad |= v & 64;
        value = value << 6 | (v & 63);
    }
    /* Bits that belong to no byte must be zero, or two texts would mean the same bytes. */
    unsigned loose = digits == 4 ? 0 : digits == 3 ? 0xff : 0xffff;
    if (bad != 0 || (value & loose) != 0)
        return ERR_BAD_FIELD;
    *group = value;
    return ERR_OK;
}

enum err base64_decode(struct slice text, void *out, size_t room, size_t *size)
{
    unsigned char *to = out;
    *size = 0;
    if (text.size % 4 != 0)
        return ERR_BAD_FIELD;
    if (text.size == 0)
        return ERR_OK;
    const char *last = text.bytes + text.size;
    size_t padding = last[-1] != '=' ? 0 : last[-2] != '=' ? 1 : 2;
    size_t total = text.size / 4 * 3 - padding;
    if (total > room)
        return ERR_TOO_LARGE;
    size_t at = 0;
    for (size_t i = 0; i < text.size; i += 4) {
        size_t bytes = total - at < 3 ? total - at : 3;
        unsigned group = 0;
        enum err e = group_decode(text.bytes + i, bytes + 1, &group);
        if (e != ERR_OK)
            return e;
        for (size_t k = 0; k < bytes; k++)
            to[at + k] = (unsigned char)(group >> (16 - 8 * k));
        at += bytes;
    }
    *size = total;
    return ERR_OK;
}
