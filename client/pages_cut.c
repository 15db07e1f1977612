/* pages_cut.c — Job: copy a frame of the gateway without some members of it.
 *
 * The parser gives a tree and nobody writes trees; so the text itself is copied, member by member,
 * on two levels: the frame's own members, and those of `body`. Deeper ones go as they are. */
#include "client/pages_cut.h"

struct cut {
    struct slice in;
    size_t at;
    const char *const *names;
    size_t count;
    struct buf *out;
};

static char look(const struct cut *c)
{
    return c->at < c->in.size ? c->in.bytes[c->at] : '\0';
}

static void skip_space(struct cut *c)
{
    while (look(c) == ' ' || look(c) == '\t' || look(c) == '\n' || look(c) == '\r')
        c->at++;
}

/* At a quote: behind the string's end. */
static struct slice take_string(struct cut *c)
{
    size_t from = c->at++;
    while (c->at < c->in.size && look(c) != '"')
        c->at += look(c) == '\\' ? 2 : 1;
    c->at = c->at < c->in.size ? c->at + 1 : c->in.size;
    return (struct slice){c->in.bytes + from, c->at - from};
}

/* At any value: behind it. */
static struct slice take_value(struct cut *c)
{
    size_t from = c->at, depth = 0;
    while (c->at < c->in.size) {
        char now = look(c);
        if (depth == 0 && (now == ',' || now == '}'))
            break;
        if (now == '"') {
            (void)take_string(c);
            continue;
        }
        depth += now == '{' || now == '[' ? 1 : 0;
        depth -= now == '}' || now == ']' ? 1 : 0;
        c->at++;
    }
    return (struct slice){c->in.bytes + from, c->at - from};
}

static bool is_wanted(const struct cut *c, struct slice key, bool in_body)
{
    if (memchr(key.bytes, '\\', key.size) != NULL)
        return false;
    struct slice name = {key.bytes + 1, key.size - 2};
    for (size_t i = 0; in_body && i < c->count; i++)
        if (slice_is(name, c->names[i]))
            return false;
    return true;
}

/* Gives the next member's key; false at the object's end. */
static bool next_key(struct cut *c, struct slice *key)
{
    skip_space(c);
    if (look(c) == ',')
        c->at++;
    skip_space(c);
    if (look(c) != '"')
        return false;
    *key = take_string(c);
    skip_space(c);
    c->at += look(c) == ':' ? 1 : 0;
    skip_space(c);
    return key->size >= 2;
}

static void add_member(struct cut *c, struct slice key, struct slice value, bool *first)
{
    if (!*first)
        buf_byte(c->out, ',');
    *first = false;
    buf_add(c->out, key.bytes, key.size);
    buf_byte(c->out, ':');
    buf_add(c->out, value.bytes, value.size);
}

/* BODY: an object's text; or no object, then it is copied. */
static void add_body(struct cut *outer, struct slice body, bool *first)
{
    struct cut c = *outer;
    struct slice key, kept = {NULL, 0};
    bool first_inner = true;
    c.in = body;
    c.at = 0;
    if (look(&c) != '{') {
        add_member(outer, slice_of("\"body\""), body, first);
        return;
    }
    add_member(outer, slice_of("\"body\""), slice_of("{"), first);
    c.at++;
    while (next_key(&c, &key)) {
        kept = take_value(&c);
        if (is_wanted(&c, key, true))
            add_member(&c, key, kept, &first_inner);
    }
    buf_byte(c.out, '}');
}

enum err pages_cut(struct slice frame, const char *const *names, size_t count, struct buf *out)
{
    struct cut c = {.in = frame, .names = names, .count = count, .out = out};
    struct slice key;
    bool first = true;
    skip_space(&c);
    if (look(&c) != '{')
        return ERR_JSON;
    c.at++;
    buf_byte(out, '{');
    while (next_key(&c, &key)) {
        struct slice value = take_value(&c);
        if (slice_is(key, "\"body\""))
            add_body(&c, value, &first);
        else if (is_wanted(&c, key, false))
            add_member(&c, key, value, &first);
    }
    if (look(&c) != '}')
        return ERR_JSON;
    buf_byte(out, '}');
    return buf_error(out);
}
