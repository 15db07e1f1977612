/* test_bodies.c — Job: the tables of body_*.c keep the rules that decoder and encoder rely on. */
#include "proto/bodies.h"

#include <setjmp.h>
#include <stdarg.h>
#include <cmocka.h>

#include "proto/message.h"
#include "proto/shown.h"

enum { RECORDS_MAX = 128, LEVELS_MAX = 4 };

/* Every record that a message reaches, once, however deep. */
static const struct record *records[RECORDS_MAX];
static size_t levels[RECORDS_MAX];
static size_t records_count;

static void collect(const struct record *record, size_t level)
{
    for (size_t i = 0; i < records_count; i++)
        if (records[i] == record) {
            levels[i] = levels[i] < level ? level : levels[i];
            return;
        }
    assert_true(records_count < RECORDS_MAX);
    levels[records_count] = level;
    records[records_count++] = record;
}

static int collect_all(void **state)
{
    (void)state;
    for (int kind = 0; kind < MESSAGE_KINDS; kind++)
        collect(message_type_of((enum message_kind)kind)->body, 1);
    for (size_t i = 0; i < records_count; i++)
        for (size_t k = 0; k < records[i]->fields_count; k++)
            if (records[i]->fields[k].record != NULL)
                collect(records[i]->fields[k].record, levels[i] + 1);
    return 0;
}

static void rows_stand_in_byte_order(void **state)
{
    (void)state;
    for (size_t i = 0; i < records_count; i++)
        for (size_t k = 1; k < records[i]->fields_count; k++)
            if (strcmp(records[i]->fields[k - 1].name, records[i]->fields[k].name) >= 0)
                fail_msg("%s: %s", records[i]->name, records[i]->fields[k].name);
}

static void every_struct_fits_and_every_table_has_a_bit_per_row(void **state)
{
    (void)state;
    for (size_t i = 0; i < records_count; i++) {
        assert_true(records[i]->size > 0 && records[i]->size <= BODY_BYTES_MAX);
        assert_true(records[i]->fields_count <= 64);
        assert_true(levels[i] <= LEVELS_MAX);
    }
}

static size_t member_size(const struct field *field)
{
    switch (field->kind) {
    case FIELD_CODE:
    case FIELD_FLAG:
        return sizeof(int);
    case FIELD_ID:
        return sizeof(struct id);
    case FIELD_IDS:
        return sizeof(struct id) * (size_t)field->max;
    case FIELD_HASH:
        return sizeof(struct hash);
    case FIELD_RECORD:
        return field->record->size;
    case FIELD_LIST:
        return field->record->size * (size_t)field->max;
    case FIELD_INT:
    case FIELD_TIME:
    case FIELD_CODES:
        return sizeof(int64_t);
    default:
        return sizeof(struct slice);
    }
}

/* Each member, and each count or presence, lies in the struct and on no other member. That is what
 * ties the bounds of lists to their inline arrays: one item too many would lie on the neighbour. */
static void no_two_members_overlap(void **state)
{
    (void)state;
    static unsigned char used[BODY_BYTES_MAX];
    for (size_t i = 0; i < records_count; i++) {
        const struct record *record = records[i];
        memset(used, 0, sizeof used);
        for (size_t k = 0; k < record->fields_count; k++) {
            const struct field *field = &record->fields[k];
            size_t end = field->offset + member_size(field);
            assert_true(end <= record->size);
            for (size_t at = field->offset; at < end; at++)
                if (used[at]++ != 0)
                    fail_msg("%s.%s overlaps", record->name, field->name);
            if (field->kind == FIELD_RECORD || field->kind == FIELD_LIST ||
                field->kind == FIELD_IDS) {
                assert_true(field->count_offset < record->size);
                assert_int_equal(used[field->count_offset]++, 0);
            }
        }
    }
}

static int64_t items_of(const struct record *record, const char *name)
{
    for (size_t i = 0; i < record->fields_count; i++)
        if (strcmp(record->fields[i].name, name) == 0)
            return record->fields[i].max;
    return -1;
}

/* The other half of it: no inline array is longer than its row says. */
static void lists_use_their_whole_array(void **state)
{
    (void)state;
#define ITEMS(S, M) (int64_t)(sizeof((struct S *)0)->M / sizeof((struct S *)0)->M[0])
    assert_int_equal(items_of(&record_inquiry, "hospitals"), ITEMS(body_inquiry, hospitals));
    assert_int_equal(items_of(&record_crew_record, "treatments"),
                     ITEMS(body_crew_record, treatments));
    assert_int_equal(items_of(&record_view_header, "sections"), ITEMS(body_view_header, sections));
    assert_int_equal(items_of(&record_section_keys, "keys"), ITEMS(body_section_keys, keys));
    assert_int_equal(items_of(&record_hospitals, "hospitals"), ITEMS(body_hospitals, hospitals));
    assert_int_equal(items_of(&record_shown_case, "asked"), ITEMS(shown_case, asked));
    assert_int_equal(items_of(&record_shown_case, "grants"), ITEMS(shown_case, grants));
    assert_int_equal(items_of(&record_shown_case, "views"), ITEMS(shown_case, views));
    assert_int_equal(items_of(&record_shown_case, "grounds"), ITEMS(shown_case, grounds));
    assert_int_equal(items_of(&record_shown_case, "vitals"), ITEMS(shown_case, vitals));
#undef ITEMS
}

static void bounds_can_be_met(void **state)
{
    (void)state;
    for (size_t i = 0; i < records_count; i++)
        for (size_t k = 0; k < records[i]->fields_count; k++) {
            const struct field *field = &records[i]->fields[k];
            bool bounded = field->kind == FIELD_TEXT || field->kind == FIELD_SECRET ||
                           field->kind == FIELD_INT || field->kind == FIELD_BYTES ||
                           field->kind == FIELD_IDS || field->kind == FIELD_LIST;
            if (bounded)
                assert_true(field->min <= field->max && field->max > 0);
            if (field->kind == FIELD_INT)
                assert_true(field->max <= WIRE_INT_MAX);
            if (field->kind == FIELD_CODE || field->kind == FIELD_CODES)
                assert_non_null(field->codes);
            if (field->kind == FIELD_RECORD || field->kind == FIELD_LIST)
                assert_non_null(field->record);
        }
}

/* A set is 64 bits: bit 0 means nothing. */
static void the_codes_of_sets_fit_their_bits(void **state)
{
    (void)state;
    for (size_t i = 0; i < records_count; i++)
        for (size_t k = 0; k < records[i]->fields_count; k++) {
            const struct field *field = &records[i]->fields[k];
            if (field->kind != FIELD_CODES)
                continue;
            for (size_t row = 0; row < field->codes->count; row++)
                assert_in_range(field->codes->rows[row].value, 1, 63);
        }
}

/* What nobody may be named in: an inquiry has no member for a name, a birth date, an address. */
static void an_inquiry_has_no_room_for_a_name(void **state)
{
    (void)state;
    static const char *const never[] = {"name",  "kana",      "birth_date", "address",
                                        "phone", "companion", "view",       "certificate"};
    for (size_t k = 0; k < record_inquiry.fields_count; k++)
        for (size_t i = 0; i < sizeof never / sizeof never[0]; i++)
            assert_string_not_equal(record_inquiry.fields[k].name, never[i]);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(rows_stand_in_byte_order),
        cmocka_unit_test(every_struct_fits_and_every_table_has_a_bit_per_row),
        cmocka_unit_test(no_two_members_overlap),
        cmocka_unit_test(lists_use_their_whole_array),
        cmocka_unit_test(bounds_can_be_met),
        cmocka_unit_test(the_codes_of_sets_fit_their_bits),
        cmocka_unit_test(an_inquiry_has_no_room_for_a_name),
    };
    return cmocka_run_group_tests(tests, collect_all, NULL);
}
