/* pairs.c — Job: KEY=VALUE words into the struct of a record, by the record's own table. */
#include "ambulance_client/pairs.h"

#include "proto/limits.h"
#include "proto/line.h"
#include "proto/time_text.h"
#include "proto/utf8.h"

enum { MINUTE_MS = 60 * 1000, DAY_MINUTES = 24 * 60, JAPAN_MINUTES = 9 * 60 };

/* ---- codes and times ---- */

int pairs_code(const struct codes *list, struct slice name)
{
    int value = codes_value(list, name);
    for (size_t i = 0; value == 0 && i < list->count; i++)
        if (slice_is(name, list->rows[i].ja))
            value = list->rows[i].value;
    return value;
}

enum err pairs_codes(const struct codes *list, const char *text, uint64_t *out)
{
    *out = 0;
    while (*text != '\0') {
        size_t size = strcspn(text, ",");
        int value = pairs_code(list, (struct slice){text, size});
        if (value <= 0 || value > 63)
            return ERR_BAD_FIELD;
        *out |= 1ull << (unsigned)value;
        text += size;
        text += *text == ',' ? 1 : 0;
    }
    return *out == 0 ? ERR_BAD_FIELD : ERR_OK;
}

static bool two_digits(const char *text, int64_t *out)
{
    if (text[0] < '0' || text[0] > '9' || text[1] < '0' || text[1] > '9')
        return false;
    *out = (text[0] - '0') * 10 + (text[1] - '0');
    return true;
}

/* "14:05" of today, yesterday or tomorrow, whichever is nearest: nobody says the day aloud. */
static enum err clock_time(const char *text, int64_t now, int64_t *out)
{
    int64_t hour, minute;
    if (strlen(text) != 5 || text[2] != ':' || !two_digits(text, &hour) ||
        !two_digits(text + 3, &minute) || hour > 23 || minute > 59)
        return ERR_BAD_FIELD;
    int64_t local = now / MINUTE_MS + JAPAN_MINUTES;
    int64_t at = local / DAY_MINUTES * DAY_MINUTES + hour * 60 + minute;
    if (at - local > DAY_MINUTES / 2)
        at -= DAY_MINUTES;
    else if (local - at > DAY_MINUTES / 2)
        at += DAY_MINUTES;
    *out = (at - JAPAN_MINUTES) * MINUTE_MS;
    return *out > 0 ? ERR_OK : ERR_BAD_FIELD;
}

enum err pairs_time(const char *text, int64_t now, int64_t *out)
{
    uint64_t minutes = 0;
    if (strcmp(text, "now") == 0) {
        *out = now;
        return ERR_OK;
    }
    if (text[0] != '+' && text[0] != '-')
        return strchr(text, 'T') != NULL ? time_parse(slice_of(text), out)
                                         : clock_time(text, now, out);
    enum err err = line_number(slice_of(text + 1), 7 * DAY_MINUTES, &minutes);
    int64_t away = (int64_t)minutes * MINUTE_MS;
    *out = text[0] == '+' ? now + away : now - away;
    return err == ERR_OK && *out <= 0 ? ERR_BAD_FIELD : err;
}

/* ---- one value ---- */

/* What is spoken of with a decimal and travels in tenths. */
static bool in_tenths(const struct field *field)
{
    return strcmp(field->name, "temperature") == 0 || strcmp(field->name, "oxygen") == 0;
}

static enum err take_int(const struct field *field, const char *text, int64_t *out)
{
    uint64_t whole = 0, tenth = 0;
    const char *point = in_tenths(field) ? strchr(text, '.') : NULL;
    struct slice number = {text, point == NULL ? strlen(text) : (size_t)(point - text)};
    enum err err = line_number(number, WIRE_INT_MAX / 100, &whole);
    if (err == ERR_OK && point != NULL)
        err = line_number(slice_of(point + 1), 9, &tenth);
    int64_t value = (int64_t)whole;
    if (in_tenths(field))
        value = value * 10 + (int64_t)tenth;
    if (err != ERR_OK || value < field->min || value > field->max)
        return ERR_BAD_FIELD;
    *out = value;
    return ERR_OK;
}

static enum err take_text(const struct field *field, const char *text, struct slice *out)
{
    size_t chars;
    *out = slice_of(text);
    if (field->kind == FIELD_DATE)
        return out->size == 10 ? ERR_OK : ERR_BAD_FIELD; /* the table's own check follows */
    if (utf8_printable(*out, &chars) != ERR_OK || (int64_t)chars < field->min ||
        (int64_t)chars > field->max)
        return ERR_BAD_FIELD;
    return ERR_OK;
}

static enum err take_flag(const char *text, int *out)
{
    *out = strcmp(text, "yes") == 0 ? FLAG_YES : strcmp(text, "no") == 0 ? FLAG_NO : FLAG_ABSENT;
    return *out == FLAG_ABSENT ? ERR_BAD_FIELD : ERR_OK;
}

static enum err take_code(const struct field *field, struct slice text, int *out)
{
    *out = pairs_code(field->codes, text);
    return *out == 0 ? ERR_BAD_FIELD : ERR_OK;
}

static enum err take_plain(const struct field *field, const char *text, int64_t now, char *at)
{
    switch (field->kind) {
    case FIELD_TEXT:
    case FIELD_DATE:
        return take_text(field, text, (struct slice *)(void *)at);
    case FIELD_CODE:
        return take_code(field, slice_of(text), (int *)(void *)at);
    case FIELD_CODES:
        return pairs_codes(field->codes, text, (uint64_t *)(void *)at);
    case FIELD_ID:
        return id_parse(slice_of(text), (struct id *)(void *)at);
    case FIELD_INT:
        return take_int(field, text, (int64_t *)(void *)at);
    case FIELD_TIME:
        return pairs_time(text, now, (int64_t *)(void *)at);
    case FIELD_FLAG:
        return take_flag(text, (int *)(void *)at);
    default: /* lists, hashes, secrets: nobody types them as a pair */
        return ERR_UNKNOWN_FIELD;
    }
}

static void make_absent(const struct field *field, char *at)
{
    static const struct slice none = {NULL, 0};
    switch (field->kind) {
    case FIELD_INT:
        *(int64_t *)(void *)at = INT_ABSENT;
        break;
    case FIELD_TIME:
        *(int64_t *)(void *)at = 0;
        break;
    case FIELD_CODES:
        *(uint64_t *)(void *)at = 0;
        break;
    case FIELD_CODE:
    case FIELD_FLAG:
        *(int *)(void *)at = 0;
        break;
    case FIELD_ID:
        *(struct id *)(void *)at = (struct id){{0}};
        break;
    case FIELD_TEXT:
    case FIELD_DATE:
        *(struct slice *)(void *)at = none;
        break;
    default: /* nothing that can be typed */
        break;
    }
}

/* ---- records in records ---- */

static const struct field *find(const struct record *record, struct slice name)
{
    for (size_t i = 0; i < record->fields_count; i++)
        if (slice_is(name, record->fields[i].name))
            return &record->fields[i];
    return NULL;
}

static enum err set_plain(const struct record *record, struct slice name, const char *text,
                          int64_t now, char *base)
{
    const struct field *field = find(record, name);
    if (field == NULL || field->kind == FIELD_RECORD || field->kind == FIELD_LIST)
        return ERR_UNKNOWN_FIELD;
    if (*text != '\0')
        return take_plain(field, text, now, base + field->offset);
    make_absent(field, base + field->offset);
    return ERR_OK;
}

static void date_now(const struct record *record, int64_t now, char *base)
{
    const struct field *field = find(record, slice_of("at"));
    int64_t *at = field == NULL ? NULL : (int64_t *)(void *)(base + field->offset);
    if (at != NULL && *at == 0)
        *at = now;
}

/* STATE or STATE:TEXT. */
static enum err set_told(const struct record *record, char *text, int64_t now, char *base)
{
    const struct field *state = find(record, slice_of("state"));
    const struct field *words = find(record, slice_of("text"));
    if (state == NULL || words == NULL)
        return ERR_UNKNOWN_FIELD;
    size_t size = strcspn(text, ":");
    enum err err =
        take_code(state, (struct slice){text, size}, (int *)(void *)(base + state->offset));
    if (err == ERR_OK)
        err = set_plain(record, slice_of("text"), text[size] == ':' ? text + size + 1 : "", now,
                        base);
    return err;
}

/* MEMBER bytes NULL: the whole record. */
static enum err set_record(const struct field *field, struct slice member, char *text, int64_t now,
                           char *base)
{
    int *present = (int *)(void *)(base + field->count_offset);
    char *at = base + field->offset;
    if (!*present || member.bytes == NULL) /* said anew as a whole */
        record_clear(field->record, at);
    *present = member.bytes != NULL || *text != '\0' ? 1 : 0;
    if (!*present)
        return ERR_OK;
    enum err err = member.bytes == NULL ? set_told(field->record, text, now, at)
                                        : set_plain(field->record, member, text, now, at);
    date_now(field->record, now, at);
    return err;
}

/* A list of records that have an `act` and a time. */
static enum err add_act(const struct field *field, const char *text, int64_t now, char *base)
{
    size_t *count = (size_t *)(void *)(base + field->count_offset);
    if (find(field->record, slice_of("act")) == NULL)
        return ERR_UNKNOWN_FIELD;
    if (*text == '\0' || *count >= (size_t)field->max) {
        *count = *text == '\0' ? 0 : *count;
        return *text == '\0' ? ERR_OK : ERR_BAD_FIELD;
    }
    char *at = base + field->offset + *count * field->record->size;
    record_clear(field->record, at);
    enum err err = set_plain(field->record, slice_of("act"), text, now, at);
    date_now(field->record, now, at);
    *count += err == ERR_OK ? 1 : 0;
    return err;
}

static enum err take_pair(const struct record *record, char *word, int64_t now, char *base)
{
    char *equals = strchr(word, '=');
    if (equals == NULL || equals == word)
        return ERR_BAD_FIELD;
    struct slice key = {word, (size_t)(equals - word)}, member = {NULL, 0};
    char *dot = memchr(word, '.', key.size);
    if (dot != NULL) {
        member = (struct slice){dot + 1, (size_t)(equals - dot - 1)};
        key.size = (size_t)(dot - word);
    }
    const struct field *field = find(record, key);
    if (field == NULL || (dot != NULL && field->kind != FIELD_RECORD))
        return ERR_UNKNOWN_FIELD;
    if (field->kind == FIELD_RECORD)
        return set_record(field, member, equals + 1, now, base);
    if (field->kind == FIELD_LIST)
        return add_act(field, equals + 1, now, base);
    return set_plain(record, key, equals + 1, now, base);
}

enum err pairs_take(const struct record *record, char *const *words, size_t count, int64_t now,
                    void *body, size_t *wrong)
{
    for (size_t i = 0; i < count; i++) {
        enum err err = take_pair(record, words[i], now, body);
        if (err != ERR_OK) {
            *wrong = i;
            return err;
        }
    }
    return ERR_OK;
}
