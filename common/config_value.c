/* config_value.c — Job: one value of the settings: text to member, bounds, and what is allowed. */
#include "common/config_value.h"

#include "proto/utf8.h"

#include <assert.h>
#include <inttypes.h>

static const struct unit {
    const char *name;
    int64_t ms;
} units[] = {{"d", 86400000}, {"h", 3600000}, {"min", 60000}, {"s", 1000}, {"ms", 1}};
enum { UNITS = sizeof units / sizeof *units };

static void *member(const struct config_key *key, void *values)
{
    return (char *)values + key->offset;
}

static const void *member_of(const struct config_key *key, const void *values)
{
    return (const char *)values + key->offset;
}

struct slice config_trim(struct slice text)
{
    while (text.size != 0 && (*text.bytes == ' ' || *text.bytes == '\t')) {
        text.bytes++;
        text.size--;
    }
    while (text.size != 0 &&
           (text.bytes[text.size - 1] == ' ' || text.bytes[text.size - 1] == '\t'))
        text.size--;
    return text;
}

/* Decimal digits and perhaps a minus. REST is what follows them. */
static bool read_number(struct slice text, int64_t *value, struct slice *rest)
{
    bool negative = text.size != 0 && *text.bytes == '-';
    size_t at = negative, from = at;
    int64_t number = 0;
    for (; at < text.size && text.bytes[at] >= '0' && text.bytes[at] <= '9'; at++)
        if (__builtin_mul_overflow(number, 10, &number) ||
            __builtin_add_overflow(number, text.bytes[at] - '0', &number))
            return false;
    *value = negative ? -number : number;
    *rest = (struct slice){text.bytes + at, text.size - at};
    return at > from;
}

static enum err set_int(const struct config_key *key, struct slice text, void *values)
{
    int64_t value = 0;
    struct slice rest;
    if (!read_number(text, &value, &rest) || rest.size != 0 || value < key->min || value > key->max)
        return ERR_BAD_FIELD;
    *(int64_t *)member(key, values) = value;
    return ERR_OK;
}

static enum err set_duration(const struct config_key *key, struct slice text, void *values)
{
    int64_t value = 0;
    struct slice unit;
    size_t i = 0;
    if (!read_number(text, &value, &unit))
        return ERR_BAD_FIELD;
    while (i < UNITS && !slice_is(unit, units[i].name))
        i++;
    if (i == UNITS || __builtin_mul_overflow(value, units[i].ms, &value) || value < key->min ||
        value > key->max)
        return ERR_BAD_FIELD;
    *(int64_t *)member(key, values) = value;
    return ERR_OK;
}

static bool text_allowed(const struct config_key *key, struct slice text)
{
    uint32_t c = 0;
    if ((int64_t)text.size < key->min || (int64_t)text.size > key->max)
        return false;
    while (text.size != 0)
        if (!utf8_next(&text, &c) || c < 0x20 || c == 0x7f)
            return false;
    return true;
}

static enum err set_text(const struct config_key *key, struct slice text, void *values,
                         struct arena *memory)
{
    if (!text_allowed(key, text))
        return ERR_BAD_FIELD;
    char *copy = arena_text(memory, text);
    *(const char **)member(key, values) = copy;
    return copy == NULL ? ERR_NO_MEMORY : ERR_OK;
}

static enum err set_path(const struct config_key *key, struct slice text, struct slice folder,
                         void *values, struct arena *memory)
{
    bool relative = text.size != 0 && *text.bytes != '/' && folder.size != 0;
    if (!text_allowed(key, text) || text.size + folder.size + 2 > FILE_PATH_MAX)
        return ERR_BAD_FIELD;
    char *path = arena_get(memory, folder.size + text.size + 2); /* zeroed: ends in NUL */
    if (path == NULL)
        return ERR_NO_MEMORY;
    size_t at = 0;
    if (relative) {
        memcpy(path, folder.bytes, folder.size);
        path[folder.size] = '/';
        at = folder.size + 1;
    }
    if (text.size != 0)
        memcpy(path + at, text.bytes, text.size);
    *(const char **)member(key, values) = path;
    return ERR_OK;
}

static enum err add_item(const struct config_key *key, struct slice text, void *values,
                         struct arena *memory)
{
    struct config_list *list = member(key, values);
    if (!text_allowed(key, text))
        return ERR_BAD_FIELD;
    if (list->count == CONFIG_LIST_MAX)
        return ERR_FULL;
    if (list->items == NULL)
        list->items = arena_get(memory, CONFIG_LIST_MAX * sizeof *list->items);
    char *copy = arena_text(memory, text);
    if (list->items == NULL || copy == NULL)
        return ERR_NO_MEMORY;
    /* Const for the reader; the array is the one that was got above. */
    ((const char **)(uintptr_t)list->items)[list->count++] = copy;
    return ERR_OK;
}

enum err config_value_set(const struct config_key *key, struct slice text, struct slice folder,
                          void *values, struct arena *memory)
{
    switch (key->kind) {
    case CONFIG_TEXT:
        return set_text(key, text, values, memory);
    case CONFIG_PATH:
        return set_path(key, text, folder, values, memory);
    case CONFIG_INT:
        return set_int(key, text, values);
    case CONFIG_DURATION:
        return set_duration(key, text, values);
    case CONFIG_CODE:
        *(int *)member(key, values) = codes_value(key->codes, text);
        return *(int *)member(key, values) == 0 ? ERR_BAD_FIELD : ERR_OK;
    case CONFIG_FLAG:
        *(bool *)member(key, values) = slice_is(text, "yes");
        return slice_is(text, "yes") || slice_is(text, "no") ? ERR_OK : ERR_BAD_FIELD;
    case CONFIG_LIST:
        return add_item(key, text, values, memory);
    default:
        assert(!"a kind that does not exist");
        return ERR_CONFIG;
    }
}

static bool lists_same(const struct config_list *a, const struct config_list *b)
{
    if (a->count != b->count)
        return false;
    for (size_t i = 0; i < a->count; i++)
        if (strcmp(a->items[i], b->items[i]) != 0)
            return false;
    return true;
}

bool config_value_same(const struct config_key *key, const void *a, const void *b)
{
    const void *one = member_of(key, a), *other = member_of(key, b);
    switch (key->kind) {
    case CONFIG_TEXT:
    case CONFIG_PATH:
        return strcmp(*(const char *const *)one, *(const char *const *)other) == 0;
    case CONFIG_INT:
    case CONFIG_DURATION:
        return *(const int64_t *)one == *(const int64_t *)other;
    case CONFIG_CODE:
        return *(const int *)one == *(const int *)other;
    case CONFIG_FLAG:
        return *(const bool *)one == *(const bool *)other;
    case CONFIG_LIST:
        return lists_same(one, other);
    default:
        assert(!"a kind that does not exist");
        return false;
    }
}

/* In the largest unit that leaves no rest. */
static void duration_text(int64_t ms, char out[32])
{
    size_t i = 0;
    while (i < UNITS - 1 && ms % units[i].ms != 0)
        i++;
    snprintf(out, 32, "%" PRId64 "%s", ms / units[i].ms, ms == 0 ? "s" : units[i].name);
}

static void codes_text(const struct codes *codes, char out[CONFIG_ALLOWED_SIZE])
{
    size_t at = 0;
    out[0] = '\0';
    for (size_t i = 0; i < codes->count && at < CONFIG_ALLOWED_SIZE; i++) {
        int size = snprintf(out + at, CONFIG_ALLOWED_SIZE - at, "%s%s", i == 0 ? "" : " | ",
                            codes->rows[i].name);
        at += size < 0 ? 0 : (size_t)size;
    }
}

void config_allowed(const struct config_key *key, char ja[CONFIG_ALLOWED_SIZE],
                    char en[CONFIG_ALLOWED_SIZE])
{
    char from[32], until[32];
    switch (key->kind) {
    case CONFIG_INT:
        snprintf(ja, CONFIG_ALLOWED_SIZE, "%" PRId64 "から%" PRId64 "までの整数", key->min,
                 key->max);
        snprintf(en, CONFIG_ALLOWED_SIZE, "a whole number from %" PRId64 " to %" PRId64, key->min,
                 key->max);
        break;
    case CONFIG_DURATION:
        duration_text(key->min, from);
        duration_text(key->max, until);
        snprintf(ja, CONFIG_ALLOWED_SIZE, "単位(ms s min h d)つきの時間、%sから%sまで", from,
                 until);
        snprintf(en, CONFIG_ALLOWED_SIZE, "a time with unit (ms s min h d) from %s to %s", from,
                 until);
        break;
    case CONFIG_CODE:
        codes_text(key->codes, en);
        memcpy(ja, en, CONFIG_ALLOWED_SIZE);
        break;
    case CONFIG_FLAG:
        snprintf(ja, CONFIG_ALLOWED_SIZE, "yes | no");
        snprintf(en, CONFIG_ALLOWED_SIZE, "yes | no");
        break;
    default: /* text, path, list */
        snprintf(ja, CONFIG_ALLOWED_SIZE, "%s%" PRId64 "から%" PRId64 "バイトの文字列(UTF-8)",
                 key->kind == CONFIG_LIST ? "繰り返してよい、" : "", key->min, key->max);
        snprintf(en, CONFIG_ALLOWED_SIZE, "%s of %" PRId64 " to %" PRId64 " bytes (UTF-8)%s",
                 key->kind == CONFIG_PATH ? "a path" : "text", key->min, key->max,
                 key->kind == CONFIG_LIST ? ", may be repeated" : "");
        break;
    }
}
