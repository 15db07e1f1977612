/* record_set.c — Job: every record and code list that the messages reach, for the documents. */
#include "tests/lib/record_set.h"

#include <assert.h>

static void add_codes(struct record_set *set, const struct codes *codes)
{
    for (size_t i = 0; i < set->codes_count; i++)
        if (set->codes[i] == codes)
            return;
    assert(set->codes_count < CODES_SET_MAX);
    set->codes[set->codes_count++] = codes;
}

static void add_inner(struct record_set *set, const struct record *record, bool strict)
{
    for (size_t i = 0; i < set->inner_count; i++)
        if (set->inner[i] == record) {
            set->strict[i] = set->strict[i] || strict;
            return;
        }
    assert(set->inner_count < RECORD_SET_MAX);
    set->strict[set->inner_count] = strict;
    set->inner[set->inner_count++] = record;
}

static void look_into(struct record_set *set, const struct record *record, bool strict)
{
    for (size_t i = 0; i < record->fields_count; i++) {
        const struct field *field = &record->fields[i];
        if (field->codes != NULL)
            add_codes(set, field->codes);
        if (field->record != NULL)
            add_inner(set, field->record, strict);
    }
}

void record_set_collect(struct record_set *set)
{
    *set = (struct record_set){.inner_count = 0};
    for (int kind = 0; kind < MESSAGE_KINDS; kind++) {
        const struct message_type *type = message_type_of((enum message_kind)kind);
        look_into(set, type->body, type->senders != FROM_GATEWAY);
    }
    for (size_t i = 0; i < set->inner_count; i++)
        look_into(set, set->inner[i], set->strict[i]);
}

bool message_is_heard(const struct message_type *type, enum sender listener)
{
    if (type->senders != FROM_GATEWAY)
        return false;
    return listener != FROM_ADMIN || type->kind == MSG_RECEIPT || type->kind == MSG_REFUSAL ||
           type->kind == MSG_SESSION;
}
