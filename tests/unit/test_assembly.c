/* test_assembly.c — Job: from parts to a view: who it is, what was asked, and the six states. */
#include "gateway/errand/eligibility/assembly.h"

#include "tests/lib/canon_check.h"
#include "tests/lib/xml_sample.h"

#include <setjmp.h>
#include <stdarg.h>
#include <stdlib.h>
#include <cmocka.h>

#define BIT SECTION_BIT

static struct fetch_ask ask_for(uint64_t sections)
{
    return (struct fetch_ask){.kind = VIEW_EMERGENCY_SUMMARY,
                              .sections = sections,
                              .from_month = slice_of("2026-08"),
                              .basis = BASIS_PATIENT_ORAL};
}

static enum err add(struct assembly *a, enum part_content content, const char *xml)
{
    return assembly_add_xml(a, content, slice_of(xml));
}

static struct view *finish(struct assembly *a)
{
    struct view *v;
    assert_int_equal(assembly_finish(a, 7, "TEST", &v), ERR_OK);
    for (int i = 1; i <= VIEW_SECTIONS; i++)
        if (v->sections[i].state == STATE_PRESENT)
            canon_check(v->sections[i].json);
    assembly_fini(a);
    return v;
}

static void assert_state(const struct view *v, enum section section, enum section_state state)
{
    if (v->sections[section].state != state)
        print_error("section %s\n", codes_name(&codes_section, (int)section));
    assert_int_equal(v->sections[section].state, state);
}

static void a_whole_summary(void **state)
{
    (void)state;
    struct fetch_ask ask = ask_for(SECTIONS_SUMMARY);
    struct assembly a;
    assert_int_equal(assembly_init(&a, &ask), ERR_OK);
    assert_int_equal(add(&a, CONTENT_ELIGIBILITY, xml_sample_eligibility), ERR_OK);
    assert_int_equal(add(&a, CONTENT_CHECKUP, xml_sample_checkup), ERR_OK);
    assert_int_equal(add(&a, CONTENT_MEDICATION, xml_sample_medication), ERR_OK);
    struct view *v = finish(&a);
    for (int i = SECTION_PERSON; i <= SECTION_CHECKUPS; i++)
        assert_state(v, (enum section)i, STATE_PRESENT);
    for (int i = SECTION_ALLERGIES; i <= SECTION_LABS; i++)
        assert_state(v, (enum section)i, STATE_NOT_PROVIDED);
    assert_state(v, SECTION_DOCUMENT, STATE_PRESENT); /* unknown tags outside any item */
    assert_non_null(memmem(v->sections[SECTION_DOCUMENT].json.bytes,
                           v->sections[SECTION_DOCUMENT].json.size, "MonthTag", 8));
    assert_int_equal(v->part_count, 3);
    assert_true(slice_is(v->parts[2].bytes, xml_sample_medication));
    assert_true(v->parts[1].sections == (BIT(SECTION_PERSON) | BIT(SECTION_CHECKUPS)));
    assert_string_equal(v->from, "2026-08");
    assert_string_equal(v->to, "");
    assert_string_equal(v->interface_id, "TEST");
    view_free(v);
}

static void missing_and_broken_parts_are_failed(void **state)
{
    (void)state;
    struct fetch_ask ask = ask_for(SECTIONS_SUMMARY);
    struct assembly a;
    assert_int_equal(assembly_init(&a, &ask), ERR_OK);
    assert_int_equal(add(&a, CONTENT_ELIGIBILITY, xml_sample_eligibility), ERR_OK);
    assert_int_equal(add(&a, CONTENT_MEDICATION, "<!DOCTYPE x [<!ENTITY a \"b\">]><x>&a;</x>"), 0);
    struct view *v = finish(&a);
    assert_state(v, SECTION_PERSON, STATE_PRESENT);
    assert_state(v, SECTION_MEDICATIONS, STATE_FAILED);
    assert_state(v, SECTION_VISITS, STATE_FAILED);
    assert_state(v, SECTION_CHECKUPS, STATE_FAILED);
    assert_int_equal(v->part_count, 1);
    view_free(v);
}

static void not_asked_is_not_even_in_the_view(void **state)
{
    (void)state;
    struct fetch_ask ask = ask_for(BIT(SECTION_PERSON) | BIT(SECTION_MEDICATIONS));
    struct assembly a;
    assert_int_equal(assembly_init(&a, &ask), ERR_OK);
    assert_int_equal(add(&a, CONTENT_ELIGIBILITY, xml_sample_eligibility), ERR_OK);
    assert_int_equal(add(&a, CONTENT_MEDICATION, xml_sample_medication), ERR_OK);
    struct view *v = finish(&a);
    assert_state(v, SECTION_MEDICATIONS, STATE_PRESENT);
    assert_state(v, SECTION_SURGERY, STATE_NOT_ASKED);
    assert_state(v, SECTION_CHECKUPS, STATE_NOT_ASKED);
    assert_state(v, SECTION_DOCUMENT, STATE_NOT_ASKED);
    assert_int_equal(v->part_count, 1); /* the medication file also holds surgery */
    view_free(v);
}

static void a_refusal_in_the_result_wins_over_what_was_sent(void **state)
{
    (void)state;
    struct fetch_ask ask = ask_for(SECTIONS_SUMMARY);
    struct assembly a;
    assert_int_equal(assembly_init(&a, &ask), ERR_OK);
    assert_int_equal(add(&a, CONTENT_ELIGIBILITY, xml_sample_eligibility_face), ERR_OK);
    assert_int_equal(add(&a, CONTENT_MEDICATION, xml_sample_medication), ERR_OK);
    assert_int_equal(add(&a, CONTENT_CHECKUP, xml_sample_checkup), ERR_OK);
    struct view *v = finish(&a);
    assert_state(v, SECTION_MEDICATIONS, STATE_NOT_CONSENTED);
    assert_state(v, SECTION_SURGERY, STATE_NOT_CONSENTED);
    assert_state(v, SECTION_CHECKUPS, STATE_PRESENT);
    assert_int_equal(v->part_count, 2);
    view_free(v);
}

#define CHECKUP_OF(KANA, BIRTH)                                                                    \
    "<XmlMsg><MessageHeader><QualificationsInfo><KanasName>" KANA "</KanasName><Birthday>" BIRTH   \
    "</Birthday></QualificationsInfo></MessageHeader><MessageBody/></XmlMsg>"

static void another_person_ends_the_fetch(void **state)
{
    (void)state;
    struct fetch_ask ask = ask_for(SECTIONS_SUMMARY);
    struct assembly a;
    struct view *v;
    assert_int_equal(assembly_init(&a, &ask), ERR_OK);
    assert_int_equal(add(&a, CONTENT_CHECKUP, xml_sample_checkup), ERR_UPSTREAM_ANSWER);
    assert_int_equal(assembly_finish(&a, 7, "TEST", &v), ERR_UPSTREAM_ANSWER);
    assert_int_equal(add(&a, CONTENT_ELIGIBILITY, xml_sample_eligibility), ERR_OK);
    assert_int_equal(add(&a, CONTENT_ELIGIBILITY, xml_sample_eligibility), ERR_UPSTREAM_ANSWER);
    assert_int_equal(add(&a, CONTENT_CHECKUP, CHECKUP_OF("シケン ジロウ", "19501231")),
                     ERR_WRONG_PATIENT);
    assert_int_equal(add(&a, CONTENT_CHECKUP, CHECKUP_OF("シケン ハナコ", "19511231")),
                     ERR_WRONG_PATIENT);
    assert_int_equal(add(&a, CONTENT_CHECKUP, CHECKUP_OF("", "19501231")), ERR_OK);
    v = finish(&a);
    assert_state(v, SECTION_CHECKUPS, STATE_FAILED); /* nobody's part is nobody's */
    view_free(v);
}

static void asked_and_nothing_there_is_empty(void **state)
{
    (void)state;
    struct fetch_ask ask = ask_for(SECTIONS_SUMMARY);
    struct assembly a;
    assert_int_equal(assembly_init(&a, &ask), ERR_OK);
    assert_int_equal(add(&a, CONTENT_ELIGIBILITY, xml_sample_eligibility), ERR_OK);
    assert_int_equal(add(&a, CONTENT_CHECKUP, CHECKUP_OF("シケン ハナコ", "19501231")), ERR_OK);
    struct view *v = finish(&a);
    assert_state(v, SECTION_CHECKUPS, STATE_EMPTY);
    view_free(v);
}

static void answered_twice_is_failed(void **state)
{
    (void)state;
    struct fetch_ask ask = ask_for(SECTIONS_SUMMARY);
    struct assembly a;
    assert_int_equal(assembly_init(&a, &ask), ERR_OK);
    assert_int_equal(add(&a, CONTENT_ELIGIBILITY, xml_sample_eligibility), ERR_OK);
    for (int i = 0; i < 3; i++)
        assert_int_equal(add(&a, CONTENT_CHECKUP, xml_sample_checkup), ERR_OK);
    struct view *v = finish(&a);
    assert_state(v, SECTION_CHECKUPS, STATE_FAILED);
    for (size_t i = 1; i < v->part_count; i++)
        assert_false(view_part_goes(v, i, ~0ull, 0));
    view_free(v);
}

static void pdf_only(void **state)
{
    (void)state;
    struct fetch_ask ask = ask_for(SECTIONS_SUMMARY);
    struct assembly a;
    uint64_t all = BIT(SECTION_MEDICATIONS) | BIT(SECTION_SURGERY);
    struct slice pdf = slice_of("%PDF-1.7 ...");
    assert_int_equal(assembly_init(&a, &ask), ERR_OK);
    assert_int_equal(assembly_add_pdf(&a, pdf, all), ERR_UPSTREAM_ANSWER); /* whose? */
    assert_int_equal(add(&a, CONTENT_ELIGIBILITY, xml_sample_eligibility), ERR_OK);
    assert_int_equal(assembly_add_pdf(&a, pdf, all), ERR_OK);
    assert_int_equal(assembly_add_pdf(&a, slice_of("not a PDF"), BIT(SECTION_CHECKUPS)), ERR_OK);
    assert_int_equal(assembly_add_pdf(&a, pdf, BIT(SECTION_CHECKUPS) | BIT(SECTION_LABS)), ERR_OK);
    struct view *v = finish(&a);
    assert_state(v, SECTION_MEDICATIONS, STATE_PRESENT);
    assert_true(slice_is(v->sections[SECTION_MEDICATIONS].json, "{\"in_document\":[1]}"));
    assert_state(v, SECTION_DOCUMENT, STATE_PRESENT);
    assert_state(v, SECTION_CHECKUPS, STATE_FAILED);
    assert_int_equal(v->part_count, 2);
    assert_true(view_part_goes(v, 1, SECTIONS_SUMMARY, 0));
    assert_false(view_part_goes(v, 1, SECTIONS_SUMMARY, BIT(SECTION_SURGERY)));
    view_free(v);
}

static void not_registered(void **state)
{
    (void)state;
    struct fetch_ask ask = ask_for(SECTIONS_SUMMARY);
    struct assembly a;
    assert_int_equal(assembly_init(&a, &ask), ERR_OK);
    assert_int_equal(add(&a, CONTENT_ELIGIBILITY,
                         "<XmlMsg><MessageHeader/><MessageBody><ProcessingResultStatus>2"
                         "</ProcessingResultStatus></MessageBody></XmlMsg>"),
                     ERR_NOT_REGISTERED);
    assert_int_equal(add(&a, CONTENT_ELIGIBILITY, "<XmlMsg>"), ERR_UPSTREAM_ANSWER);
    assembly_fini(&a);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(a_whole_summary),
        cmocka_unit_test(missing_and_broken_parts_are_failed),
        cmocka_unit_test(not_asked_is_not_even_in_the_view),
        cmocka_unit_test(a_refusal_in_the_result_wins_over_what_was_sent),
        cmocka_unit_test(another_person_ends_the_fetch),
        cmocka_unit_test(asked_and_nothing_there_is_empty),
        cmocka_unit_test(answered_twice_is_failed),
        cmocka_unit_test(pdf_only),
        cmocka_unit_test(not_registered),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
