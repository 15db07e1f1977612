/* record.c — Job: walking through the struct of a record: what both directions share. */
#include "proto/record_walk.h"

#include <assert.h>

void walk_start(struct walk *walk, const struct record *record, void *base)
{
    walk->depth = 0;
    walk_push(walk, record, base, 1);
}

void walk_push(struct walk *walk, const struct record *record, void *base, size_t items)
{
    assert(walk->depth < RECORD_DEPTH_MAX);
    walk->levels[walk->depth++] = (struct walk_level){
        .record = record, .base = base, .items = items, .field = 0, .written = 0};
}

size_t walk_count(const struct field *field, const void *base)
{
    size_t count;
    assert(field->kind == FIELD_LIST || field->kind == FIELD_IDS);
    memcpy(&count, (const char *)base + field->count_offset, sizeof count);
    assert(count <= (size_t)field->max); /* whoever filled the struct overran it */
    return count;
}

/* Clears one member and goes down into it when it is a struct of its own. The memory is zero. */
static void clear_field(struct walk *walk, const struct field *field, char *base)
{
    const int64_t absent = INT_ABSENT;
    if (field->kind == FIELD_INT)
        memcpy(base + field->offset, &absent, sizeof absent);
    else if (field->kind == FIELD_RECORD)
        walk_push(walk, field->record, base + field->offset, 1);
    else if (field->kind == FIELD_LIST)
        walk_push(walk, field->record, base + field->offset, (size_t)field->max);
}

void record_clear(const struct record *record, void *out)
{
    struct walk walk;
    memset(out, 0, record->size);
    walk_start(&walk, record, out);
    while (walk.depth > 0) {
        struct walk_level *top = &walk.levels[walk.depth - 1];
        if (top->items == 0) {
            walk.depth--;
        } else if (top->field == top->record->fields_count) {
            top->field = 0;
            top->items--;
            top->base += top->record->size;
        } else {
            clear_field(&walk, &top->record->fields[top->field++], top->base);
        }
    }
}
