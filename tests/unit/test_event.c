/* test_event.c — Job: the event table holds together, and event_fits lets nothing else through. */
#include "gateway/core/event.h"

#include "tests/lib/sample_event.h"

#include <setjmp.h>
#include <stdarg.h>
#include <cmocka.h>

#define EACH_TYPE(type)                                                                            \
    for (enum event_type type = EVENT_NONE + 1; type < EVENT_TYPES;                                \
         type = (enum event_type)(type + 1))
#define EACH_FIELD(field)                                                                          \
    for (enum event_field field = 1; (unsigned)field < 1u << EVENT_FIELDS;                         \
         field = (enum event_field)(field * 2))

static void names_are_unique_and_lead_back(void **state)
{
    (void)state;
    EACH_TYPE(type)
    {
        assert_true(event_name(type)[0] != '\0');
        assert_int_equal(event_by_name(slice_of(event_name(type))), type);
    }
    assert_int_equal(event_by_name(slice_of("none")), EVENT_NONE);
    assert_int_equal(event_by_name(slice_of("")), EVENT_NONE);
    assert_int_equal(event_by_name(slice_of("OPENED")), EVENT_NONE);
}

static void what_must_be_there_may_be_there(void **state)
{
    (void)state;
    EACH_TYPE(type)
    {
        assert_int_equal(event_must(type) & ~event_may(type), 0);
        assert_int_equal(event_may(type) >> EVENT_FIELDS, 0);
    }
}

static void exactly_the_types_with_a_code_have_a_list(void **state)
{
    (void)state;
    EACH_TYPE(type)
    {
        bool may = (event_may(type) & HAS_CODE) != 0;
        assert_int_equal(may, event_code_list(type) != NULL);
    }
}

static void the_least_and_the_most_of_each_type_fit(void **state)
{
    (void)state;
    EACH_TYPE(type)
    {
        struct event least = sample_event(type, event_must(type));
        struct event most = sample_event(type, event_may(type));
        assert_true(event_fits(&least));
        assert_true(event_fits(&most));
    }
}

static void a_field_that_a_type_may_not_carry_does_not_fit(void **state)
{
    (void)state;
    EACH_TYPE(type)
    {
        EACH_FIELD(field)
        {
            struct event event = sample_event(type, event_must(type) | (unsigned)field);
            bool may = (event_may(type) & (unsigned)field) != 0;
            assert_int_equal(event_fits(&event), may);
        }
    }
}

static void without_a_field_that_it_must_carry_it_does_not_fit(void **state)
{
    (void)state;
    EACH_TYPE(type)
    {
        EACH_FIELD(field)
        {
            struct event event = sample_event(type, event_may(type));
            bool must = (event_must(type) & (unsigned)field) != 0 && field != HAS_COUNT;
            sample_event_unset(&event, field);
            assert_int_equal(event_fits(&event), !must);
        }
    }
}

static void values_outside_their_lists_and_ranges_do_not_fit(void **state)
{
    (void)state;
    struct event good = sample_event(EVENT_ANSWERED, event_must(EVENT_ANSWERED)), e;
    assert_int_equal(good.code, ANSWER_DECLINED);
    assert_true(event_fits(&good));
#define REFUSED(change)                                                                            \
    e = good;                                                                                      \
    change;                                                                                        \
    assert_false(event_fits(&e))
    REFUSED(e.code = 77);
    REFUSED(e.code = -1);
    REFUSED(e.code = ANSWER_ACCEPTED); /* with a reason for declining */
    REFUSED(e.decline = 99);
    REFUSED(e.type = EVENT_NONE);
    REFUSED(e.type = EVENT_TYPES);
    REFUSED(e.id = (struct id){{0}});
    REFUSED(e.at = -1);
    REFUSED(e.at = 253402300800000); /* the year 10000 */
    REFUSED(e.late = 3);
    REFUSED(e.training = -1);
    REFUSED(e.org_n = UINT64_MAX);
    good = sample_event(EVENT_GRANT_ISSUED, event_may(EVENT_GRANT_ISSUED));
    assert_true(event_fits(&good));
    REFUSED(e.sections |= 1u << 30);
    REFUSED(e.sections |= 1);
    REFUSED(e.right = 9);
    REFUSED(e.need = 100);
    REFUSED(e.decline = DECLINE_NO_BED);
    good = sample_event(EVENT_REFUSED, event_must(EVENT_REFUSED));
    assert_true(event_fits(&good));
    REFUSED(e.count = -1);
    REFUSED(e.count = INT64_MAX);
    REFUSED(e.code = ERR_COUNT);
#undef REFUSED
}

static void a_payload_belongs_to_the_case_else_the_organisation_else_the_subject(void **state)
{
    (void)state;
    struct event e = sample_event(EVENT_CASE_OPENED, event_may(EVENT_CASE_OPENED));
    struct id realm = event_realm(&e);
    assert_true(id_equal(&realm, &e.case_id));
    sample_event_unset(&e, HAS_CASE);
    realm = event_realm(&e);
    assert_true(id_equal(&realm, &e.org));
    e.org = (struct id){{0}};
    realm = event_realm(&e);
    assert_true(id_equal(&realm, &e.subject));
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(names_are_unique_and_lead_back),
        cmocka_unit_test(what_must_be_there_may_be_there),
        cmocka_unit_test(exactly_the_types_with_a_code_have_a_list),
        cmocka_unit_test(the_least_and_the_most_of_each_type_fit),
        cmocka_unit_test(a_field_that_a_type_may_not_carry_does_not_fit),
        cmocka_unit_test(without_a_field_that_it_must_carry_it_does_not_fit),
        cmocka_unit_test(values_outside_their_lists_and_ranges_do_not_fit),
        cmocka_unit_test(a_payload_belongs_to_the_case_else_the_organisation_else_the_subject),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
