/* section_json.c — Job: read an opened section: JSON with thousands of items, in wiped memory.
 *
 * One pass over a copy of the text, with an explicit stack. Texts are unescaped in place, which
 * never makes them longer. */
#include "client/section_json.h"

#include "proto/limits.h"
#include "proto/utf8.h"

#include <stdlib.h>

struct node {
    enum section_node kind;
    uint32_t at, size;           /* of the characters */
    uint32_t key_at, key_size;   /* of a member */
    uint32_t first, next, count; /* children; next sibling */
};

struct section_json {
    char *text;
    size_t size;
    struct node *nodes;
    uint32_t count, room;
};

struct reader {
    struct section_json *doc;
    size_t at;
    size_t depth;
    uint32_t open[JSON_DEPTH_MAX]; /* containers around the current place */
    uint32_t last[JSON_DEPTH_MAX]; /* the newest child of each; SECTION_NONE: none yet */
};

void section_json_free(struct section_json *doc)
{
    if (doc == NULL)
        return;
    if (doc->text != NULL)
        explicit_bzero(doc->text, doc->size);
    free(doc->text);
    free(doc->nodes);
    free(doc);
}

/* Only numbers and kinds stand in nodes: nothing to wipe when they move. */
static enum err add_node(struct section_json *doc, enum section_node kind, uint32_t *out)
{
    if (doc->count == CLIENT_NODES_MAX)
        return ERR_TOO_LARGE;
    if (doc->count == doc->room) {
        uint32_t room = doc->room == 0 ? 64 : doc->room * 2;
        struct node *nodes = realloc(doc->nodes, room * sizeof *nodes);
        if (nodes == NULL)
            return ERR_NO_MEMORY;
        doc->nodes = nodes;
        doc->room = room;
    }
    *out = doc->count++;
    doc->nodes[*out] = (struct node){.kind = kind, .first = SECTION_NONE, .next = SECTION_NONE};
    return ERR_OK;
}

static int peek(struct reader *r)
{
    const struct section_json *doc = r->doc;
    while (r->at < doc->size && strchr(" \n\r\t", doc->text[r->at]) != NULL &&
           doc->text[r->at] != '\0')
        r->at++;
    return r->at < doc->size ? (unsigned char)doc->text[r->at] : -1;
}

/* ---- texts ---- */

static int hex_four(const char *digits)
{
    int value = 0;
    for (int i = 0; i < 4; i++) {
        char c = digits[i];
        int digit = c >= '0' && c <= '9'   ? c - '0'
                    : c >= 'a' && c <= 'f' ? c - 'a' + 10
                    : c >= 'A' && c <= 'F' ? c - 'A' + 10
                                           : -1;
        if (digit < 0)
            return -1;
        value = value << 4 | digit;
    }
    return value;
}

static size_t put_utf8(char *to, uint32_t c)
{
    if (c < 0x80) {
        to[0] = (char)c;
        return 1;
    }
    if (c < 0x800) {
        to[0] = (char)(0xc0 | c >> 6);
        to[1] = (char)(0x80 | (c & 0x3f));
        return 2;
    }
    if (c < 0x10000) {
        to[0] = (char)(0xe0 | c >> 12);
        to[1] = (char)(0x80 | (c >> 6 & 0x3f));
        to[2] = (char)(0x80 | (c & 0x3f));
        return 3;
    }
    to[0] = (char)(0xf0 | c >> 18);
    to[1] = (char)(0x80 | (c >> 12 & 0x3f));
    to[2] = (char)(0x80 | (c >> 6 & 0x3f));
    to[3] = (char)(0x80 | (c & 0x3f));
    return 4;
}

/* The digits of \u stand at R->at. */
static enum err unicode(struct reader *r, uint32_t *c)
{
    const struct section_json *doc = r->doc;
    int high = doc->size - r->at < 4 ? -1 : hex_four(doc->text + r->at);
    if (high <= 0 || (high >= 0xdc00 && high <= 0xdfff))
        return ERR_JSON;
    r->at += 4;
    *c = (uint32_t)high;
    if (high < 0xd800 || high > 0xdbff)
        return ERR_OK;
    if (doc->size - r->at < 6 || doc->text[r->at] != '\\' || doc->text[r->at + 1] != 'u')
        return ERR_JSON;
    int low = hex_four(doc->text + r->at + 2);
    if (low < 0xdc00 || low > 0xdfff)
        return ERR_JSON;
    r->at += 6;
    *c = 0x10000 + (((uint32_t)high - 0xd800) << 10) + ((uint32_t)low - 0xdc00);
    return ERR_OK;
}

/* One escape behind its backslash; writes at *TO. */
static enum err escape(struct reader *r, size_t *to)
{
    static const char names[] = "\"\\/bfnrt", values[] = "\"\\/\b\f\n\r\t";
    struct section_json *doc = r->doc;
    if (r->at == doc->size || doc->text[r->at] == '\0')
        return ERR_JSON;
    char name = doc->text[r->at++];
    uint32_t c = 0;
    const char *known = strchr(names, name);
    if (known != NULL) {
        doc->text[(*to)++] = values[known - names];
        return ERR_OK;
    }
    enum err err = name == 'u' ? unicode(r, &c) : ERR_JSON;
    if (err == ERR_OK)
        *to += put_utf8(doc->text + *to, c);
    return err;
}

/* A text whose opening quote stands at R->at: where its characters are then, unescaped. */
static enum err read_text(struct reader *r, uint32_t *at, uint32_t *size)
{
    struct section_json *doc = r->doc;
    size_t from = ++r->at, to = from;
    while (r->at < doc->size && doc->text[r->at] != '"') {
        unsigned char c = (unsigned char)doc->text[r->at++];
        if (c < 0x20)
            return ERR_JSON;
        if (c != '\\') {
            doc->text[to++] = (char)c;
            continue;
        }
        enum err err = escape(r, &to);
        if (err != ERR_OK)
            return err;
    }
    if (r->at == doc->size)
        return ERR_JSON;
    r->at++;
    *at = (uint32_t)from;
    *size = (uint32_t)(to - from);
    return ERR_OK;
}

/* ---- structure ---- */

static bool key_is_there(const struct section_json *doc, uint32_t object, uint32_t at,
                         uint32_t size)
{
    struct slice key = {doc->text + at, size};
    for (uint32_t n = doc->nodes[object].first; n != SECTION_NONE; n = doc->nodes[n].next)
        if (slice_equal(key,
                        (struct slice){doc->text + doc->nodes[n].key_at, doc->nodes[n].key_size}))
            return true;
    return false;
}

/* A number or a literal, as written. */
static enum err read_other(struct reader *r, struct node *node)
{
    const struct section_json *doc = r->doc;
    size_t from = r->at;
    while (r->at < doc->size && (strchr("+-.", doc->text[r->at]) != NULL ||
                                 (doc->text[r->at] >= '0' && doc->text[r->at] <= '9') ||
                                 (doc->text[r->at] >= 'a' && doc->text[r->at] <= 'z')))
        r->at++;
    struct slice word = {doc->text + from, r->at - from};
    bool literal = slice_is(word, "true") || slice_is(word, "false") || slice_is(word, "null");
    size_t digits = word.size > 0 && word.bytes[0] == '-' ? 1 : 0;
    bool number = word.size > digits && word.size < 18;
    for (size_t i = digits; i < word.size; i++)
        number = number && word.bytes[i] >= '0' && word.bytes[i] <= '9';
    if (!literal && !number)
        return ERR_JSON;
    node->at = (uint32_t)from;
    node->size = (uint32_t)word.size;
    return ERR_OK;
}

/* Hangs NODE under the container it stands in. */
static void hang(struct reader *r, uint32_t node)
{
    if (r->depth == 0)
        return;
    struct node *nodes = r->doc->nodes;
    uint32_t *last = &r->last[r->depth - 1];
    if (*last == SECTION_NONE)
        nodes[r->open[r->depth - 1]].first = node;
    else
        nodes[*last].next = node;
    nodes[r->open[r->depth - 1]].count++;
    *last = node;
}

static enum err read_key(struct reader *r, uint32_t *at, uint32_t *size)
{
    if (r->depth == 0 || r->doc->nodes[r->open[r->depth - 1]].kind != NODE_OBJECT)
        return ERR_OK;
    enum err err = peek(r) == '"' ? read_text(r, at, size) : ERR_JSON;
    if (err == ERR_OK && r->doc->nodes[r->open[r->depth - 1]].count == JSON_KEYS_MAX)
        err = ERR_TOO_LARGE; /* keys are compared with each other */
    if (err == ERR_OK && key_is_there(r->doc, r->open[r->depth - 1], *at, *size))
        err = ERR_DUPLICATE_KEY;
    if (err == ERR_OK && peek(r) != ':')
        err = ERR_JSON;
    r->at += err == ERR_OK ? 1 : 0;
    return err;
}

/* One value with its key; a container is entered. */
static enum err read_value(struct reader *r)
{
    uint32_t key_at = 0, key_size = 0, node = 0;
    enum err err = read_key(r, &key_at, &key_size);
    int c = err == ERR_OK ? peek(r) : -1;
    enum section_node kind = c == '{'   ? NODE_OBJECT
                             : c == '[' ? NODE_LIST
                             : c == '"' ? NODE_TEXT
                                        : NODE_OTHER;
    if (err == ERR_OK)
        err = add_node(r->doc, kind, &node);
    if (err != ERR_OK)
        return err;
    struct node *n = &r->doc->nodes[node];
    n->key_at = key_at;
    n->key_size = key_size;
    hang(r, node);
    if (kind == NODE_TEXT)
        return read_text(r, &n->at, &n->size);
    if (kind == NODE_OTHER)
        return read_other(r, n);
    if (r->depth == JSON_DEPTH_MAX)
        return ERR_TOO_DEEP;
    r->open[r->depth] = node;
    r->last[r->depth++] = SECTION_NONE;
    r->at++;
    return ERR_OK;
}

/* Behind a value: closes what ends here. *MORE: another value follows. */
static enum err read_end(struct reader *r, bool *more)
{
    while (r->depth > 0) {
        bool object = r->doc->nodes[r->open[r->depth - 1]].kind == NODE_OBJECT;
        int c = peek(r);
        bool empty = r->last[r->depth - 1] == SECTION_NONE;
        if (c == (object ? '}' : ']')) {
            r->at++;
            r->depth--;
            continue;
        }
        *more = true;
        if (empty)
            return ERR_OK;
        if (c != ',')
            return ERR_JSON;
        r->at++;
        return ERR_OK;
    }
    *more = false;
    return peek(r) == -1 ? ERR_OK : ERR_JSON;
}

static enum err read_all(struct reader *r)
{
    bool more = true;
    enum err err = ERR_OK;
    while (err == ERR_OK && more) {
        err = read_value(r);
        if (err == ERR_OK)
            err = read_end(r, &more);
    }
    return err;
}

enum err section_json_parse(struct slice text, struct section_json **out)
{
    *out = NULL;
    if (text.size > SEAL_BYTES_MAX)
        return ERR_TOO_LARGE;
    if (!utf8_valid(text))
        return ERR_UTF8;
    struct section_json *doc = calloc(1, sizeof *doc);
    if (doc == NULL)
        return ERR_NO_MEMORY;
    doc->size = text.size;
    doc->text = malloc(text.size + 1);
    enum err err = doc->text == NULL ? ERR_NO_MEMORY : ERR_OK;
    struct reader reader = {.doc = doc};
    if (err == ERR_OK) {
        memcpy(doc->text, text.bytes, text.size);
        err = read_all(&reader);
    }
    if (err != ERR_OK) {
        section_json_free(doc);
        return err;
    }
    *out = doc;
    return ERR_OK;
}

/* ---- asking ---- */

enum section_node section_kind(const struct section_json *doc, uint32_t node)
{
    return node >= doc->count ? NODE_NONE : doc->nodes[node].kind;
}

uint32_t section_first(const struct section_json *doc, uint32_t node)
{
    return node >= doc->count ? SECTION_NONE : doc->nodes[node].first;
}

uint32_t section_next(const struct section_json *doc, uint32_t node)
{
    return node >= doc->count ? SECTION_NONE : doc->nodes[node].next;
}

size_t section_count(const struct section_json *doc, uint32_t node)
{
    return node >= doc->count ? 0 : doc->nodes[node].count;
}

uint32_t section_get(const struct section_json *doc, uint32_t object, const char *key)
{
    if (section_kind(doc, object) != NODE_OBJECT)
        return SECTION_NONE;
    uint32_t n = doc->nodes[object].first;
    while (n != SECTION_NONE &&
           !slice_is((struct slice){doc->text + doc->nodes[n].key_at, doc->nodes[n].key_size}, key))
        n = doc->nodes[n].next;
    return n;
}

struct slice section_text(const struct section_json *doc, uint32_t node)
{
    enum section_node kind = section_kind(doc, node);
    if (kind != NODE_TEXT && kind != NODE_OTHER)
        return (struct slice){NULL, 0};
    return (struct slice){doc->text + doc->nodes[node].at, doc->nodes[node].size};
}

struct slice section_member(const struct section_json *doc, uint32_t object, const char *key)
{
    uint32_t node = section_get(doc, object, key);
    return section_kind(doc, node) == NODE_TEXT ? section_text(doc, node) : (struct slice){NULL, 0};
}
