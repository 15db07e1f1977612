/* canon_check.c — Job: a section's JSON is canonical: judged by a reader, not by its writer. */
#include "tests/lib/canon_check.h"

#include <stdio.h>
#include <stdlib.h>

enum { DEPTH_MAX = 8 };

static void fail(const char *why, struct slice json, size_t at)
{
    fprintf(stderr, "canon_check: %s at %zu of %.*s\n", why, at,
            (int)(json.size < 300 ? json.size : 300), json.bytes);
    abort();
}

/* The text from the opening quote on; *AT moves behind the closing one. */
static struct slice text_at(struct slice json, size_t *at)
{
    size_t from = ++*at;
    while (*at < json.size && json.bytes[*at] != '"')
        *at += json.bytes[*at] == '\\' ? 2 : 1;
    if (*at >= json.size)
        fail("text without end", json, from);
    return (struct slice){json.bytes + from, (*at)++ - from};
}

static bool before(struct slice a, struct slice b)
{
    size_t least = a.size < b.size ? a.size : b.size;
    int order = memcmp(a.bytes, b.bytes, least);
    return order < 0 || (order == 0 && a.size < b.size);
}

void canon_check(struct slice json)
{
    struct slice last[DEPTH_MAX + 1] = {{0}};
    size_t depth = 0, at = 0;
    if (json.size == 0 || json.bytes[0] != '{')
        fail("no object", json, 0);
    while (at < json.size) {
        char c = json.bytes[at];
        if (c == '{' || c == '[') {
            if (++depth > DEPTH_MAX)
                fail("too deep", json, at);
            last[depth] = (struct slice){0};
            at++;
        } else if (c == '}' || c == ']') {
            depth--;
            at++;
        } else if (c == '"') {
            struct slice text = text_at(json, &at);
            bool is_key = at < json.size && json.bytes[at] == ':';
            if (is_key && last[depth].bytes != NULL && !before(last[depth], text))
                fail("keys out of order", json, at);
            if (!is_key && text.size == 0)
                fail("empty value", json, at);
            if (is_key)
                last[depth] = text;
        } else if (c == ',' || c == ':' || (c >= '0' && c <= '9')) {
            at++;
        } else {
            fail("unexpected byte", json, at);
        }
    }
    if (depth != 0)
        fail("open at the end", json, at);
}
