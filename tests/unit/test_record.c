/* test_record.c — Job: what "absent" looks like in every member of a struct. */
#include "proto/record.h"

#include <setjmp.h>
#include <stdarg.h>
#include <cmocka.h>

#include "proto/bodies.h"

static void clearing_sets_every_member_to_absent(void **state)
{
    (void)state;
    struct body_inquiry inquiry;
    memset(&inquiry, 0x5a, sizeof inquiry);
    record_clear(&record_inquiry, &inquiry);
    assert_true(inquiry.age == INT_ABSENT);
    assert_true(inquiry.vitals.pulse == INT_ABSENT);
    assert_int_equal(inquiry.vitals_present, 0);
    assert_true(inquiry.vitals.at == 0);
    assert_int_equal(inquiry.hospitals_count, 0);
    assert_true(id_absent(&inquiry.hospitals[CASE_HOSPITALS_MAX - 1]));
    assert_null(inquiry.complaint.bytes);
    assert_int_equal(inquiry.sex, 0);
}

static void the_items_of_lists_are_cleared_too(void **state)
{
    (void)state;
    struct body_view_header header;
    memset(&header, 0x5a, sizeof header);
    record_clear(&record_view_header, &header);
    assert_int_equal(header.sections_count, 0);
    for (size_t i = 0; i < VIEW_SECTIONS; i++) {
        assert_true(header.sections[i].bytes == INT_ABSENT);
        assert_true(header.sections[i].pieces == INT_ABSENT);
        assert_int_equal(header.sections[i].section, 0);
    }
}

static void a_cleared_struct_encodes_to_nothing(void **state)
{
    (void)state;
    struct body_crew_record record;
    struct buf out = {0};
    record_clear(&record_crew_record, &record);
    record_encode(&record_crew_record, &record, &out);
    assert_true(slice_is(buf_slice(&out), "{}"));
    buf_free(&out);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(clearing_sets_every_member_to_absent),
        cmocka_unit_test(the_items_of_lists_are_cleared_too),
        cmocka_unit_test(a_cleared_struct_encodes_to_nothing),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
