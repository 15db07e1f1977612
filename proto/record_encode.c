/* record_encode.c — Job: writes the canonical JSON of a record's struct. */
#include "proto/base64.h"
#include "proto/record_walk.h"
#include "proto/time_text.h"

/* A copy of the member, because the table only knows its offset. */
#define MEMBER(type, field, base)                                                                  \
    (*(const type *)(const void *)((const char *)(base) + (field)->offset))

static bool is_present(const struct field *field, const char *base)
{
    int present;
    switch (field->kind) {
    case FIELD_TEXT:
    case FIELD_DATE:
    case FIELD_BYTES:
    case FIELD_RAW:
        return MEMBER(struct slice, field, base).bytes != NULL;
    case FIELD_SECRET:
        return false;
    case FIELD_CODE:
    case FIELD_FLAG:
        return MEMBER(int, field, base) != 0;
    case FIELD_CODES:
        return MEMBER(uint64_t, field, base) != 0;
    case FIELD_ID:
        return !id_absent(&MEMBER(struct id, field, base));
    case FIELD_INT:
        return MEMBER(int64_t, field, base) != INT_ABSENT;
    case FIELD_TIME:
        return MEMBER(int64_t, field, base) != 0;
    case FIELD_HASH: {
        static const struct hash none;
        return !hash_equal(&MEMBER(struct hash, field, base), &none);
    }
    case FIELD_IDS:
    case FIELD_LIST:
        return walk_count(field, base) > 0;
    case FIELD_RECORD:
        memcpy(&present, base + field->count_offset, sizeof present);
        return present != 0;
    }
    return false;
}

static void add_quoted(struct buf *b, const char *text, size_t size)
{
    char *to = buf_more(b, size + 2);
    if (to == NULL)
        return;
    to[0] = to[size + 1] = '"';
    memcpy(to + 1, text, size);
}

static void add_id(struct buf *b, const struct id *id)
{
    char *to = buf_more(b, ID_TEXT_SIZE + 2);
    if (to == NULL)
        return;
    to[0] = to[ID_TEXT_SIZE + 1] = '"';
    id_text(id, to + 1);
}

static void add_ids(struct buf *b, const struct field *field, const char *base)
{
    const struct id *ids = &MEMBER(struct id, field, base);
    size_t count = walk_count(field, base);
    buf_byte(b, '[');
    for (size_t i = 0; i < count; i++) {
        if (i > 0)
            buf_byte(b, ',');
        add_id(b, &ids[i]);
    }
    buf_byte(b, ']');
}

/* The names in the list's own order, so that one set has one spelling. */
static void add_codes(struct buf *b, const struct codes *codes, uint64_t set)
{
    bool first = true;
    buf_byte(b, '[');
    for (size_t i = 0; i < codes->count; i++) {
        const struct code *row = &codes->rows[i];
        if ((set >> row->value & 1) == 0)
            continue;
        if (!first)
            buf_byte(b, ',');
        first = false;
        add_quoted(b, row->name, strlen(row->name));
    }
    buf_byte(b, ']');
}

static void add_code(struct buf *b, const struct codes *codes, int value)
{
    const char *name = codes_name(codes, value);
    add_quoted(b, name, strlen(name));
}

static void add_time(struct buf *b, int64_t ms)
{
    char text[25];
    time_text(ms, text);
    add_quoted(b, text, strlen(text));
}

static void add_hash(struct buf *b, const struct hash *hash)
{
    buf_byte(b, '"');
    base64_add(b, hash->bytes, sizeof hash->bytes);
    buf_byte(b, '"');
}

static void add_value(struct buf *b, const struct field *field, const char *base)
{
    switch (field->kind) {
    case FIELD_TEXT:
        buf_json_text(b, MEMBER(struct slice, field, base));
        break;
    case FIELD_DATE:
    case FIELD_BYTES:
        add_quoted(b, MEMBER(struct slice, field, base).bytes,
                   MEMBER(struct slice, field, base).size);
        break;
    case FIELD_RAW:
        buf_add(b, MEMBER(struct slice, field, base).bytes, MEMBER(struct slice, field, base).size);
        break;
    case FIELD_CODE:
        add_code(b, field->codes, MEMBER(int, field, base));
        break;
    case FIELD_FLAG:
        buf_text(b, MEMBER(int, field, base) == FLAG_YES ? "true" : "false");
        break;
    case FIELD_CODES:
        add_codes(b, field->codes, MEMBER(uint64_t, field, base));
        break;
    case FIELD_ID:
        add_id(b, &MEMBER(struct id, field, base));
        break;
    case FIELD_IDS:
        add_ids(b, field, base);
        break;
    case FIELD_INT:
        buf_i64(b, MEMBER(int64_t, field, base));
        break;
    case FIELD_TIME:
        add_time(b, MEMBER(int64_t, field, base));
        break;
    case FIELD_HASH:
        add_hash(b, &MEMBER(struct hash, field, base));
        break;
    case FIELD_SECRET: /* never present here, see is_present */
    case FIELD_RECORD: /* the walk goes down into these */
    case FIELD_LIST:
        break;
    }
}

static void encode_field(struct walk *walk, const struct field *field, struct buf *b)
{
    struct walk_level *top = &walk->levels[walk->depth - 1];
    if (!is_present(field, top->base))
        return;
    if (top->written++ > 0)
        buf_byte(b, ',');
    add_quoted(b, field->name, strlen(field->name));
    buf_byte(b, ':');
    if (field->kind == FIELD_RECORD) {
        walk_push(walk, field->record, top->base + field->offset, 1);
        buf_byte(b, '{');
    } else if (field->kind == FIELD_LIST) {
        walk_push(walk, field->record, top->base + field->offset, walk_count(field, top->base));
        buf_text(b, "[{");
    } else {
        add_value(b, field, top->base);
    }
}

/* Ends the current struct: the next item of its list follows, or its level is done. */
static void encode_end(struct walk *walk, struct buf *b)
{
    struct walk_level *top = &walk->levels[walk->depth - 1];
    const struct walk_level *above = walk->depth > 1 ? top - 1 : NULL;
    buf_byte(b, '}');
    if (--top->items > 0) {
        buf_text(b, ",{");
        top->base += top->record->size;
        top->field = 0;
        top->written = 0;
        return;
    }
    if (above != NULL && above->record->fields[above->field - 1].kind == FIELD_LIST)
        buf_byte(b, ']');
    walk->depth--;
}

void record_encode(const struct record *record, const void *in, struct buf *out)
{
    struct walk walk;
    /* The walk is shared with record_clear, which writes; nothing here does. */
    walk_start(&walk, record, (void *)(uintptr_t)in);
    buf_byte(out, '{');
    while (walk.depth > 0) {
        struct walk_level *top = &walk.levels[walk.depth - 1];
        if (top->field < top->record->fields_count)
            encode_field(&walk, &top->record->fields[top->field++], out);
        else
            encode_end(&walk, out);
    }
}
