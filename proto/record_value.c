/* record_value.c — Job: checks one JSON value against a row of a table; used by record*.c only. */
#include "proto/record_value.h"

#include "proto/base64.h"
#include "proto/time_text.h"
#include "proto/utf8.h"

static bool in_range(const struct field *field, int64_t value)
{
    return value >= field->min && value <= field->max;
}

static enum err value_text(const struct field *field, const struct json *value, struct slice *out)
{
    size_t chars;
    struct slice text = json_text(value);
    if (utf8_printable(text, &chars) != ERR_OK || !in_range(field, (int64_t)chars))
        return ERR_BAD_FIELD;
    *out = text;
    return ERR_OK;
}

static bool is_base64_digit(char c)
{
    return (c >= 'A' && c <= 'Z') || (c >= 'a' && c <= 'z') || (c >= '0' && c <= '9') || c == '+' ||
           c == '/';
}

/* Only how it looks is checked, and how long it is; what it means is for those who decode it.
 * Padding and loose bits can stand in the last group of four only. */
static enum err value_bytes(const struct field *field, const struct json *value, struct slice *out)
{
    struct slice text = json_text(value);
    unsigned char last[3];
    size_t size;
    if (text.size == 0 || text.size % 4 != 0)
        return ERR_BAD_FIELD;
    struct slice tail = {text.bytes + text.size - 4, 4};
    enum err e = base64_decode(tail, last, sizeof last, &size);
    if (e != ERR_OK || (int64_t)(text.size / 4 * 3 - 3 + size) > field->max)
        return ERR_BAD_FIELD;
    for (size_t i = 0; i < text.size - 4; i++)
        if (!is_base64_digit(text.bytes[i]))
            return ERR_BAD_FIELD;
    *out = text;
    return ERR_OK;
}

static enum err value_hash(const struct json *value, struct hash *out)
{
    struct hash hash;
    size_t size;
    enum err e = base64_decode(json_text(value), hash.bytes, sizeof hash.bytes, &size);
    if (e != ERR_OK || size != sizeof hash.bytes)
        return ERR_BAD_FIELD;
    *out = hash;
    return ERR_OK;
}

/* Two decimal digits, or -1. */
static int two_digits(const char *p)
{
    if (p[0] < '0' || p[0] > '9' || p[1] < '0' || p[1] > '9')
        return -1;
    return (p[0] - '0') * 10 + (p[1] - '0');
}

static enum err value_date(const struct json *value, struct slice *out)
{
    static const int days[] = {31, 28, 31, 30, 31, 30, 31, 31, 30, 31, 30, 31};
    struct slice text = json_text(value);
    if (text.size != sizeof "YYYY-MM-DD" - 1 || text.bytes[4] != '-' || text.bytes[7] != '-')
        return ERR_BAD_FIELD;
    int century = two_digits(text.bytes), rest = two_digits(text.bytes + 2);
    int month = two_digits(text.bytes + 5), day = two_digits(text.bytes + 8);
    if (century < 0 || rest < 0 || month < 1 || month > 12 || day < 1)
        return ERR_BAD_FIELD;
    int year = century * 100 + rest;
    bool leap = (year % 4 == 0 && year % 100 != 0) || year % 400 == 0;
    if (day > days[month - 1] + (month == 2 && leap ? 1 : 0))
        return ERR_BAD_FIELD;
    *out = text;
    return ERR_OK;
}

/* A name that a newer gateway knows and we do not counts as absent in lenient mode. */
static enum err value_code(const struct field *field, const struct json *value,
                           enum record_mode mode, int *out)
{
    int code = codes_value(field->codes, json_text(value));
    if (code == 0 && (mode == RECORD_STRICT || field->flags == FIELD_REQUIRED))
        return ERR_BAD_FIELD;
    *out = code;
    return ERR_OK;
}

static enum err value_codes(const struct field *field, const struct json *value,
                            enum record_mode mode, uint64_t *out)
{
    uint64_t set = 0;
    for (const struct json *i = json_first(value); i != NULL; i = json_next(i)) {
        if (json_kind(i) != JSON_TEXT)
            return ERR_BAD_FIELD;
        int code = codes_value(field->codes, json_text(i));
        if (code == 0 && mode == RECORD_LENIENT)
            continue;
        if (code == 0 || (set >> code & 1) != 0)
            return ERR_BAD_FIELD;
        set |= (uint64_t)1 << code;
    }
    if (set == 0 && mode == RECORD_STRICT)
        return ERR_BAD_FIELD; /* an empty set is left out: one spelling */
    *out = set;
    return ERR_OK;
}

static enum err value_id(const struct json *value, struct id *out)
{
    struct id id;
    if (json_kind(value) != JSON_TEXT || id_parse(json_text(value), &id) != ERR_OK ||
        id_absent(&id))
        return ERR_BAD_FIELD; /* all zero means absent in the struct, so it cannot be a value */
    *out = id;
    return ERR_OK;
}

static enum err value_ids(const struct field *field, const struct json *value, char *base)
{
    struct id *ids = (void *)(base + field->offset);
    size_t count = 0;
    for (const struct json *i = json_first(value); i != NULL; i = json_next(i)) {
        if (count == (size_t)field->max || value_id(i, &ids[count]) != ERR_OK)
            return ERR_BAD_FIELD;
        for (size_t k = 0; k < count; k++)
            if (id_equal(&ids[k], &ids[count]))
                return ERR_BAD_FIELD;
        count++;
    }
    if (count == 0)
        return ERR_BAD_FIELD;
    memcpy(base + field->count_offset, &count, sizeof count);
    return ERR_OK;
}

static enum err value_int(const struct field *field, const struct json *value, int64_t *out)
{
    if (!in_range(field, json_int(value)))
        return ERR_BAD_FIELD;
    *out = json_int(value);
    return ERR_OK;
}

static enum err value_time(const struct json *value, int64_t *out)
{
    int64_t ms;
    if (time_parse(json_text(value), &ms) != ERR_OK || ms <= 0)
        return ERR_BAD_FIELD; /* 1970 itself means absent */
    *out = ms;
    return ERR_OK;
}

static enum json_kind kind_on_the_wire(enum field_kind kind)
{
    switch (kind) {
    case FIELD_INT:
        return JSON_INT;
    case FIELD_FLAG:
        return JSON_FLAG;
    case FIELD_CODES:
    case FIELD_IDS:
        return JSON_LIST;
    default:
        return JSON_TEXT;
    }
}

enum err record_value(const struct field *field, const struct json *value, enum record_mode mode,
                      char *base)
{
    void *member = base + field->offset;
    if (field->kind == FIELD_RAW) /* the reader takes it from the parsed JSON where it wants it */
        return mode == RECORD_LENIENT ? ERR_OK : ERR_BAD_FIELD;
    if (json_kind(value) != kind_on_the_wire(field->kind))
        return ERR_BAD_FIELD;
    switch (field->kind) {
    case FIELD_TEXT:
    case FIELD_SECRET:
        return value_text(field, value, member);
    case FIELD_CODE:
        return value_code(field, value, mode, member);
    case FIELD_CODES:
        return value_codes(field, value, mode, member);
    case FIELD_ID:
        return value_id(value, member);
    case FIELD_IDS:
        return value_ids(field, value, base);
    case FIELD_INT:
        return value_int(field, value, member);
    case FIELD_TIME:
        return value_time(value, member);
    case FIELD_DATE:
        return value_date(value, member);
    case FIELD_FLAG:
        *(int *)member = json_flag(value) ? FLAG_YES : FLAG_NO;
        return ERR_OK;
    case FIELD_HASH:
        return value_hash(value, member);
    case FIELD_BYTES:
        return value_bytes(field, value, member);
    default:
        return ERR_BAD_FIELD;
    }
}
