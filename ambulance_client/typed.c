/* typed.c — Job: a typed line as words: spaces part them, double quotes hold them together. */
#include "ambulance_client/typed.h"

#include "proto/utf8.h"

static bool is_space(char c)
{
    return c == ' ' || c == '\t';
}

/* One word from *AT on goes to *TO, unquoted. False: a quote is still open at the end. */
static bool take_word(const char **at, char **to)
{
    bool quoted = false;
    const char *p = *at;
    char *out = *to;
    while (*p != '\0' && (quoted || !is_space(*p))) {
        if (*p == '"') {
            quoted = !quoted;
            p++;
            continue;
        }
        if (quoted && *p == '\\' && p[1] != '\0')
            p++;
        *out++ = *p++;
    }
    *out++ = '\0';
    *at = p;
    *to = out;
    return !quoted;
}

enum err typed_parse(struct slice line, struct typed *out)
{
    out->count = 0;
    if (line.size > 0 && line.bytes[line.size - 1] == '\r')
        line.size--;
    if (line.size >= sizeof out->raw)
        return ERR_TOO_LARGE;
    if (line.size != 0 && memchr(line.bytes, '\0', line.size) != NULL)
        return ERR_BAD_FIELD;
    if (!utf8_valid(line))
        return ERR_UTF8;
    memcpy(out->raw, line.size == 0 ? "" : line.bytes, line.size);
    out->raw[line.size] = '\0';
    const char *at = out->raw;
    char *to = out->text;
    while (true) {
        while (is_space(*at))
            at++;
        if (*at == '\0')
            return ERR_OK;
        if (out->count == TYPED_WORDS_MAX)
            return ERR_TOO_LARGE;
        out->rest[out->count] = at;
        out->words[out->count++] = to;
        if (!take_word(&at, &to))
            return ERR_BAD_FIELD;
    }
}

struct slice typed_rest(const struct typed *typed, size_t index)
{
    if (index >= typed->count)
        return (struct slice){NULL, 0};
    if (index + 1 == typed->count) /* one word: its quotes are not meant */
        return slice_of(typed->words[index]);
    struct slice rest = slice_of(typed->rest[index]);
    while (rest.size > 0 && is_space(rest.bytes[rest.size - 1]))
        rest.size--;
    return rest;
}
