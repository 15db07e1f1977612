/* canon.c — Job: write a section's canonical JSON; the caller calls in the keys' byte order. */
#include "gateway/errand/eligibility/canon.h"

enum { DATE_DIGITS = 8, MONTH_DIGITS = 6 };

/* No value ends in an opening bracket, and inside a text it would be followed by a quote. */
static void comma_and_key(struct buf *b, const char *key)
{
    char last = b->size == 0 ? '[' : b->bytes[b->size - 1];
    if (last != '{' && last != '[')
        buf_byte(b, ',');
    if (key == NULL)
        return;
    buf_json_text(b, slice_of(key));
    buf_byte(b, ':');
}

void canon_open(struct buf *b, const char *key, char bracket)
{
    comma_and_key(b, key);
    buf_byte(b, bracket);
}

void canon_close(struct buf *b, char bracket)
{
    buf_byte(b, bracket);
}

void canon_text(struct buf *b, const char *key, struct slice text)
{
    if (text.size == 0)
        return;
    comma_and_key(b, key);
    buf_json_text(b, text);
}

void canon_count(struct buf *b, const char *key, size_t count)
{
    comma_and_key(b, key);
    buf_u64(b, count);
}

void canon_raw(struct buf *b, const char *key, struct slice json)
{
    if (json.size == 0)
        return;
    comma_and_key(b, key);
    buf_add(b, json.bytes, json.size);
}

static int number(const char *digits, int count)
{
    int value = 0;
    for (int i = 0; i < count; i++) {
        if (digits[i] < '0' || digits[i] > '9')
            return -1;
        value = value * 10 + digits[i] - '0';
    }
    return value;
}

static bool real_month(const char *digits)
{
    int month = number(digits + 4, 2);
    return number(digits, 4) >= 0 && month >= 1 && month <= 12;
}

static bool real_date(const char *digits)
{
    static const int lengths[] = {31, 28, 31, 30, 31, 30, 31, 31, 30, 31, 30, 31};
    if (!real_month(digits))
        return false;
    int year = number(digits, 4), month = number(digits + 4, 2), day = number(digits + 6, 2);
    bool leap = (year % 4 == 0 && year % 100 != 0) || year % 400 == 0;
    int most = lengths[month - 1] + (leap && month == 2 ? 1 : 0);
    return day >= 1 && day <= most;
}

void canon_date(struct buf *b, const char *key, struct slice text)
{
    char date[DATE_DIGITS + 2];
    if (text.size != DATE_DIGITS || !real_date(text.bytes)) {
        canon_text(b, key, text);
        return;
    }
    memcpy(date, text.bytes, 4);
    memcpy(date + 5, text.bytes + 4, 2);
    memcpy(date + 8, text.bytes + 6, 2);
    date[4] = date[7] = '-';
    canon_text(b, key, (struct slice){date, sizeof date});
}

void canon_month(struct buf *b, const char *key, struct slice text)
{
    char month[MONTH_DIGITS + 1];
    if (text.size != MONTH_DIGITS || !real_month(text.bytes)) {
        canon_text(b, key, text);
        return;
    }
    memcpy(month, text.bytes, 4);
    memcpy(month + 5, text.bytes + 4, 2);
    month[4] = '-';
    canon_text(b, key, (struct slice){month, sizeof month});
}

/* The names from below TOP down to NODE. The reader has bounded depth and names. */
static void add_path(struct buf *b, const struct xml_node *top, const struct xml_node *node)
{
    const struct xml_node *way[XML_DEPTH_MAX + 1];
    size_t depth = 0;
    for (; node != top && depth < sizeof way / sizeof way[0]; node = node->parent)
        way[depth++] = node;
    for (size_t i = depth; i > 0; i--) {
        buf_add(b, way[i - 1]->name.bytes, way[i - 1]->name.size);
        if (i > 1)
            buf_byte(b, '/');
    }
}

static void add_leaf(struct buf *b, const struct xml_node *top, const struct xml_node *leaf)
{
    struct buf path = {0};
    add_path(&path, top, leaf);
    b->failed = b->failed || path.failed;
    canon_text(b, "path", buf_slice(&path));
    canon_text(b, "text", leaf->text);
    buf_free(&path);
}

/* An empty tag says no more than an absent one, known or not. */
static bool is_other(const struct xml_node *node)
{
    return node->first == NULL && node->text.size > 0 && !node->taken;
}

static struct xml_node *next_other(const struct xml_node *top, const struct xml_node *at)
{
    struct xml_node *node = xml_walk(top, at);
    while (node != NULL && !is_other(node))
        node = xml_walk(top, node);
    return node;
}

enum err canon_others(struct buf *b, const char *key, const struct xml_node *top, size_t most)
{
    struct xml_node *node = next_other(top, top);
    if (node == NULL)
        return ERR_OK;
    canon_open(b, key, '[');
    for (size_t count = 0; node != NULL; node = next_other(top, node)) {
        if (++count > most)
            return ERR_TOO_LARGE;
        canon_open(b, NULL, '{');
        add_leaf(b, top, node);
        canon_close(b, '}');
        node->taken = true;
    }
    canon_close(b, ']');
    return ERR_OK;
}

enum err canon_unknown(struct buf *b, size_t part, const struct xml_node *top, size_t most)
{
    size_t count = 0;
    for (struct xml_node *node = next_other(top, top); node != NULL; node = next_other(top, node)) {
        if (++count > most)
            return ERR_TOO_LARGE;
        canon_open(b, NULL, '{');
        canon_count(b, "part", part);
        add_leaf(b, top, node);
        canon_close(b, '}');
        node->taken = true;
    }
    return ERR_OK;
}
