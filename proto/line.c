/* line.c — Job: take a line-based text apart: lines, numbers, hashes, each in one spelling. */
#include "proto/line.h"

#include "proto/base64.h"

bool line_next(struct slice *rest, struct slice *line)
{
    const char *end = rest->size == 0 ? NULL : memchr(rest->bytes, '\n', rest->size);
    if (end == NULL)
        return false;
    *line = (struct slice){rest->bytes, (size_t)(end - rest->bytes)};
    rest->size -= line->size + 1;
    rest->bytes = end + 1;
    return true;
}

bool line_skip(struct slice *text, const char *prefix)
{
    size_t size = strlen(prefix);
    if (text->size < size || memcmp(text->bytes, prefix, size) != 0)
        return false;
    text->bytes += size;
    text->size -= size;
    return true;
}

enum err line_number(struct slice text, uint64_t max, uint64_t *out)
{
    uint64_t value = 0;
    if (text.size == 0 || (text.size > 1 && text.bytes[0] == '0'))
        return ERR_BAD_FIELD;
    for (size_t i = 0; i < text.size; i++) {
        if (text.bytes[i] < '0' || text.bytes[i] > '9')
            return ERR_BAD_FIELD;
        unsigned digit = (unsigned)(text.bytes[i] - '0');
        if (value > (UINT64_MAX - digit) / 10)
            return ERR_BAD_FIELD;
        value = value * 10 + digit;
    }
    if (value > max)
        return ERR_BAD_FIELD;
    *out = value;
    return ERR_OK;
}

enum err line_hash(struct slice text, struct hash *out)
{
    struct hash hash;
    size_t size = 0;
    if (base64_decode(text, hash.bytes, sizeof hash.bytes, &size) != ERR_OK ||
        size != sizeof hash.bytes)
        return ERR_BAD_FIELD;
    *out = hash;
    return ERR_OK;
}
