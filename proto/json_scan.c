/* json_scan.c — Job: judges a JSON text before any parser sees it; used by json.c only.
 *
 * cJSON is lenient where we must not be: it takes duplicate keys, lone surrogates, control
 * characters as white space, floats and a byte order mark. So our own scanner, a state machine over
 * an explicit stack, accepts exactly RFC 8259 minus what json.h refuses; the parser then only ever
 * sees texts that are known to be good and shallow. */
#include "proto/json_scan.h"

#include "proto/limits.h"
#include "proto/utf8.h"

#define INTEGER_MAX ((uint64_t)1 << 53) /* exact in a double, which is what cJSON keeps */

struct key {
    uint64_t hash; /* of the decoded key: only equal hashes are compared letter by letter */
    struct slice raw;
};

struct level {
    bool object;
    size_t count;
    struct key keys[JSON_KEYS_MAX];
};

/* What may come next, white space aside. */
enum expect {
    EXPECT_VALUE,
    EXPECT_FIRST_ITEM, /* behind [ : a value or ] */
    EXPECT_FIRST_KEY,  /* behind { : a key or } */
    EXPECT_KEY,        /* behind , in an object */
    EXPECT_MORE,       /* behind a value: , or the closing bracket */
    EXPECT_END
};

struct scan {
    const char *at, *end;
    enum expect expect;
    size_t depth;
    struct level levels[JSON_DEPTH_MAX];
};

static int peek(const struct scan *s)
{
    return s->at < s->end ? (unsigned char)*s->at : -1;
}

static void skip_space(struct scan *s)
{
    while (s->at < s->end && (*s->at == ' ' || *s->at == '\n' || *s->at == '\r' || *s->at == '\t'))
        s->at++;
}

static bool is_digit(int c)
{
    return c >= '0' && c <= '9';
}

static int hex_digit(char c)
{
    if (is_digit(c))
        return c - '0';
    if (c >= 'a' && c <= 'f')
        return c - 'a' + 10;
    return c >= 'A' && c <= 'F' ? c - 'A' + 10 : -1;
}

/* The four hex digits at *AT, or -1. */
static int32_t hex_four(const char **at, const char *end)
{
    int32_t value = 0;
    if (end - *at < 4)
        return -1;
    for (int i = 0; i < 4; i++) {
        int digit = hex_digit((*at)[i]);
        if (digit < 0)
            return -1;
        value = value << 4 | digit;
    }
    *at += 4;
    return value;
}

/* The code point of the \u escape whose hex digits begin at *AT; -1 for NUL, for half a surrogate
 * pair and for bad digits. */
static int32_t unicode_escape(const char **at, const char *end)
{
    int32_t high = hex_four(at, end);
    if (high <= 0 || (high >= 0xdc00 && high <= 0xdfff))
        return -1;
    if (high < 0xd800 || high > 0xdbff)
        return high;
    if (end - *at < 2 || (*at)[0] != '\\' || (*at)[1] != 'u')
        return -1;
    *at += 2;
    int32_t low = hex_four(at, end);
    if (low < 0xdc00 || low > 0xdfff)
        return -1;
    return 0x10000 + ((high - 0xd800) << 10) + (low - 0xdc00);
}

/* The next character of a text behind its opening quote, as the code point it means; *AT moves. The
 * bytes are known to be UTF-8. -1 for what may not stand in a JSON text. */
static int32_t next_char(const char **at, const char *end)
{
    static const char short_names[] = "\"\\/bfnrt", short_values[] = "\"\\/\b\f\n\r\t";
    unsigned char c = (unsigned char)**at;
    if (c < 0x20)
        return -1;
    if (c >= 0x80) {
        struct slice rest = {*at, (size_t)(end - *at)};
        uint32_t point = 0;
        bool valid = utf8_next(&rest, &point);
        *at = rest.bytes;
        return valid ? (int32_t)point : -1;
    }
    (*at)++;
    if (c != '\\')
        return c;
    if (*at == end)
        return -1;
    char name = *(*at)++;
    if (name == 'u')
        return unicode_escape(at, end);
    const char *found = memchr(short_names, name, sizeof short_names - 1);
    return found == NULL ? -1 : short_values[found - short_names];
}

/* A text from its opening quote to its closing one; RAW is what stands between. */
static enum err scan_text(struct scan *s, struct slice *raw)
{
    const char *p = s->at + 1;
    while (p < s->end && *p != '"') {
        unsigned char c = (unsigned char)*p;
        if (c >= 0x20 && c != '\\')
            p++; /* the usual case; UTF-8 was checked for the whole text */
        else if (next_char(&p, s->end) < 0)
            return ERR_JSON;
    }
    if (p >= s->end)
        return ERR_JSON;
    *raw = (struct slice){s->at + 1, (size_t)(p - s->at - 1)};
    s->at = p + 1;
    return ERR_OK;
}

/* Integers only: no fraction, no exponent, no minus zero, so each value has one spelling. */
static enum err scan_integer(struct scan *s)
{
    bool negative = peek(s) == '-';
    uint64_t value = 0;
    if (negative)
        s->at++;
    if (!is_digit(peek(s)))
        return ERR_JSON;
    const char *first = s->at;
    while (is_digit(peek(s))) {
        value = value * 10 + (uint64_t)(*s->at++ - '0');
        if (value > INTEGER_MAX)
            return ERR_JSON;
    }
    bool leading_zero = *first == '0' && (s->at - first > 1 || negative);
    return leading_zero ? ERR_JSON : ERR_OK; /* a dot or an e is not what may come next */
}

static enum err scan_word(struct scan *s, const char *word)
{
    size_t size = strlen(word);
    if ((size_t)(s->end - s->at) < size || memcmp(s->at, word, size) != 0)
        return ERR_JSON;
    s->at += size;
    return ERR_OK;
}

static enum err open_level(struct scan *s, bool object)
{
    if (s->depth == JSON_DEPTH_MAX)
        return ERR_TOO_DEEP;
    struct level *level = &s->levels[s->depth++];
    level->object = object;
    level->count = 0;
    s->at++;
    s->expect = object ? EXPECT_FIRST_KEY : EXPECT_FIRST_ITEM;
    return ERR_OK;
}

static void value_done(struct scan *s)
{
    s->expect = s->depth == 0 ? EXPECT_END : EXPECT_MORE;
}

static void close_level(struct scan *s)
{
    s->depth--;
    s->at++;
    value_done(s);
}

static enum err scan_value(struct scan *s)
{
    struct slice raw;
    enum err e;
    if (s->depth > 0 && !s->levels[s->depth - 1].object &&
        ++s->levels[s->depth - 1].count > JSON_ITEMS_MAX)
        return ERR_TOO_LARGE;
    switch (peek(s)) {
    case '{':
        return open_level(s, true);
    case '[':
        return open_level(s, false);
    case '"':
        e = scan_text(s, &raw);
        break;
    case 't':
        e = scan_word(s, "true");
        break;
    case 'f':
        e = scan_word(s, "false");
        break;
    case 'n':
        e = scan_word(s, "null");
        break;
    default:
        e = scan_integer(s);
        break;
    }
    value_done(s);
    return e;
}

/* FNV-1a over the decoded characters. A peer that makes hashes collide only causes a compare. */
static uint64_t key_hash(struct slice raw)
{
    uint64_t hash = 0xcbf29ce484222325u;
    const char *at = raw.bytes, *end = raw.bytes + raw.size;
    while (at < end) {
        hash ^= (uint64_t)next_char(&at, end);
        hash *= 0x100000001b3u;
    }
    return hash;
}

static bool key_equal(struct slice a, struct slice b)
{
    const char *at_a = a.bytes, *end_a = a.bytes + a.size;
    const char *at_b = b.bytes, *end_b = b.bytes + b.size;
    while (at_a < end_a && at_b < end_b)
        if (next_char(&at_a, end_a) != next_char(&at_b, end_b))
            return false;
    return at_a == end_a && at_b == end_b;
}

static enum err scan_key(struct scan *s)
{
    struct level *level = &s->levels[s->depth - 1];
    struct key key;
    if (peek(s) != '"')
        return ERR_JSON;
    enum err e = scan_text(s, &key.raw);
    if (e != ERR_OK)
        return e;
    if (level->count == JSON_KEYS_MAX)
        return ERR_TOO_LARGE;
    key.hash = key_hash(key.raw);
    for (size_t i = 0; i < level->count; i++)
        if (level->keys[i].hash == key.hash && key_equal(level->keys[i].raw, key.raw))
            return ERR_DUPLICATE_KEY;
    level->keys[level->count++] = key;
    skip_space(s);
    if (peek(s) != ':')
        return ERR_JSON;
    s->at++;
    s->expect = EXPECT_VALUE;
    return ERR_OK;
}

static enum err scan_more(struct scan *s)
{
    bool object = s->levels[s->depth - 1].object;
    if (peek(s) == (object ? '}' : ']')) {
        close_level(s);
        return ERR_OK;
    }
    if (peek(s) != ',')
        return ERR_JSON;
    s->at++;
    s->expect = object ? EXPECT_KEY : EXPECT_VALUE;
    return ERR_OK;
}

static enum err scan_step(struct scan *s)
{
    switch (s->expect) {
    case EXPECT_FIRST_KEY:
        if (peek(s) != '}')
            return scan_key(s);
        close_level(s);
        return ERR_OK;
    case EXPECT_KEY:
        return scan_key(s);
    case EXPECT_FIRST_ITEM:
        if (peek(s) != ']')
            return scan_value(s);
        close_level(s);
        return ERR_OK;
    case EXPECT_MORE:
        return scan_more(s);
    case EXPECT_VALUE:
    case EXPECT_END:
        break;
    }
    return scan_value(s);
}

enum err json_scan(struct slice text)
{
    struct scan s; /* the levels are set when they are opened */
    if (!utf8_valid(text))
        return ERR_UTF8;
    s.at = text.bytes;
    s.end = text.bytes + text.size;
    s.expect = EXPECT_VALUE;
    s.depth = 0;
    while (s.expect != EXPECT_END) {
        skip_space(&s);
        enum err e = scan_step(&s);
        if (e != ERR_OK)
            return e;
    }
    skip_space(&s);
    return s.at == s.end ? ERR_OK : ERR_JSON;
}
