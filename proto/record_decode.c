/* record_decode.c — Job: fills a record's struct from JSON and checks it against the table. */
#include <assert.h>
#include <stdio.h>

#include "proto/record_value.h"
#include "proto/record_walk.h"

/* One object, or one list of objects, on the way down. */
struct level {
    const struct record *record;
    const struct json *next; /* member or item to look at next */
    bool list;
    size_t index;   /* of a list: the item that is being read */
    char *base;     /* struct of the object, or of the next item */
    uint64_t seen;  /* of an object: a bit per row of its table */
    const char *at; /* of an object: the member that is being read */
};

struct decode {
    enum record_mode mode;
    size_t depth;
    struct level levels[2 * RECORD_DEPTH_MAX]; /* a list is a level, and each item in it */
};

static void push(struct decode *d, struct level level)
{
    assert(d->depth < sizeof d->levels / sizeof d->levels[0]);
    d->levels[d->depth++] = level;
}

static enum err enter_object(struct decode *d, const struct record *record,
                             const struct json *object, char *base)
{
    assert(record->fields_count <= 64);
    if (json_kind(object) != JSON_OBJECT)
        return ERR_BAD_FIELD;
    push(d, (struct level){.record = record, .next = json_first(object), .base = base});
    return ERR_OK;
}

static enum err enter_list(struct decode *d, const struct field *field, const struct json *list,
                           char *base)
{
    if (json_kind(list) != JSON_LIST)
        return ERR_BAD_FIELD;
    size_t count = json_count(list);
    if (count == 0 || count > (size_t)field->max)
        return ERR_BAD_FIELD; /* an empty list is left out: one spelling */
    memcpy(base + field->count_offset, &count, sizeof count);
    push(d, (struct level){.record = field->record,
                           .next = json_first(list),
                           .list = true,
                           .base = base + field->offset});
    return ERR_OK;
}

/* The row named KEY, by binary search: rows stand in byte order. NULL: there is none. */
static const struct field *find_field(const struct record *record, struct slice key)
{
    size_t from = 0, to = record->fields_count;
    while (from < to) {
        size_t middle = from + (to - from) / 2;
        const struct field *field = &record->fields[middle];
        int order = strcmp(key.bytes, field->name); /* json_key ends in a NUL */
        if (order == 0)
            return field;
        if (order < 0)
            to = middle;
        else
            from = middle + 1;
    }
    return NULL;
}

static enum err missing_field(struct level *level)
{
    for (size_t i = 0; i < level->record->fields_count; i++) {
        const struct field *field = &level->record->fields[i];
        if (field->flags == FIELD_REQUIRED && (level->seen >> i & 1) == 0) {
            level->at = field->name;
            return ERR_MISSING_FIELD;
        }
    }
    return ERR_OK;
}

static enum err step_object(struct decode *d)
{
    struct level *top = &d->levels[d->depth - 1];
    const struct json *value = top->next;
    if (value == NULL) {
        enum err e = missing_field(top);
        if (e == ERR_OK)
            d->depth--;
        return e;
    }
    top->next = json_next(value);
    const struct field *field = find_field(top->record, json_key(value));
    top->at = field == NULL ? "?" : field->name;
    if (field == NULL)
        return d->mode == RECORD_STRICT ? ERR_UNKNOWN_FIELD : ERR_OK;
    top->seen |= (uint64_t)1 << (field - top->record->fields);
    if (field->kind == FIELD_LIST)
        return enter_list(d, field, value, top->base);
    if (field->kind != FIELD_RECORD)
        return record_value(field, value, d->mode, top->base);
    const int present = 1;
    memcpy(top->base + field->count_offset, &present, sizeof present);
    return enter_object(d, field->record, value, top->base + field->offset);
}

static enum err step_list(struct decode *d)
{
    struct level *top = &d->levels[d->depth - 1];
    const struct json *item = top->next;
    char *base = top->base;
    if (item == NULL) {
        d->depth--;
        return ERR_OK;
    }
    top->next = json_next(item);
    top->base += top->record->size;
    top->index++; /* counts from 1 here; the path counts from 0 */
    return enter_object(d, top->record, item, base);
}

static void complain(const struct decode *d, struct complaint *why)
{
    size_t used = 0;
    for (size_t i = 0; i < d->depth && used < sizeof why->path; i++) {
        const struct level *level = &d->levels[i];
        char *to = why->path + used;
        size_t room = sizeof why->path - used;
        int size = 0;
        if (level->list && level->index > 0)
            size = snprintf(to, room, "[%zu]", level->index - 1);
        else if (!level->list && level->at != NULL)
            size = snprintf(to, room, "%s%s", i > 0 ? "." : "", level->at);
        used += size > 0 ? (size_t)size : 0;
    }
}

enum err record_decode(const struct record *record, const struct json *object,
                       enum record_mode mode, void *out, struct complaint *why)
{
    struct decode d;
    d.mode = mode;
    d.depth = 0;
    why->path[0] = '\0';
    record_clear(record, out);
    enum err e = enter_object(&d, record, object, out);
    while (e == ERR_OK && d.depth > 0) {
        if (d.levels[d.depth - 1].list)
            e = step_list(&d);
        else
            e = step_object(&d);
    }
    if (e != ERR_OK)
        complain(&d, why);
    return e;
}
