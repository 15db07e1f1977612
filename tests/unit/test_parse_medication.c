/* test_parse_medication.c — Job: medicines, visits and acts of all three branches, as delivered. */
#include "gateway/errand/eligibility/parse.h"

#include "tests/lib/canon_check.h"
#include "tests/lib/xml_sample.h"

#include <setjmp.h>
#include <stdarg.h>
#include <stdlib.h>
#include <cmocka.h>

static struct arena memory;
static struct parsed parsed;

static enum err parse_text(struct slice xml)
{
    struct xml_node *root;
    enum view_charset charset;
    arena_free(&memory);
    parsed_fini(&parsed);
    parsed_init(&parsed);
    assert_int_equal(xml_read(xml, &memory, &charset, &root), ERR_OK);
    return parse_medication(root, &parsed);
}

static void assert_section(enum section section, const char *json)
{
    canon_check(buf_slice(&parsed.json[section]));
    buf_byte(&parsed.json[section], '\0');
    assert_string_equal(parsed.json[section].bytes, json);
}

static int clean(void **state)
{
    (void)state;
    arena_free(&memory);
    parsed_fini(&parsed);
    return 0;
}

static void medicines_grouped_by_source(void **state)
{
    (void)state;
    assert_int_equal(parse_text(slice_of(xml_sample_medication)), ERR_OK);
    assert_true(slice_is(parsed.who.kana, "シケン ハナコ"));
    assert_section(
        SECTION_MEDICATIONS,
        "{\"groups\":[{\"items\":["
        "{\"class\":\"21\",\"code\":\"610443047\",\"date\":\"2026-09-03\",\"in_out\":\"2\","
        "\"ingredient\":\"試験成分\",\"institution\":{\"code\":\"1312345678\",\"name\":"
        "\"試験病院\","
        "\"own\":\"2\"},\"month\":\"2026-09\",\"name\":\"試験錠５ｍｇ\",\"other\":[{\"path\":"
        "\"New/Deep\",\"text\":\"7\"}],\"prescribed_at\":\"2026-09-02\",\"prescriber\":{\"own\":"
        "\"2\"},\"quantity\":\"1\",\"times\":\"30\",\"unit\":\"錠\",\"usage\":\"１日１回朝食後\"},"
        "{\"code\":\"620000002\",\"date\":\"2026-09-03\",\"in_out\":\"2\",\"institution\":{"
        "\"code\":"
        "\"1312345678\",\"name\":\"試験病院\",\"own\":\"2\"},\"month\":\"2026-09\",\"name\":"
        "\"単位なし\",\"prescribed_at\":\"2026-09-02\",\"prescriber\":{\"own\":\"2\"},"
        "\"quantity\":\"0.50\"}],\"newest_month\":\"2026-09\",\"source\":\"receipt\"},"
        "{\"items\":[{\"class\":\"1\",\"date\":\"2026-11-21\",\"institution\":{\"name\":"
        "\"試験薬局\"},\"month\":\"2026-11\",\"name\":\"試験散\",\"prescribed_at\":\"2026-11-20\","
        "\"prescriber\":{\"name\":\"試験医院\"}}],\"newest_month\":\"2026-11\",\"source\":"
        "\"dispensed\"},"
        "{\"items\":[{\"code\":\"610443047\",\"date\":\"2026-11-20\",\"institution\":{\"code\":"
        "\"1399999999\",\"name\":\"試験医院\"},\"month\":\"2026-11\",\"name\":\"試験錠５ｍｇ\","
        "\"prescribed_at\":\"2026-11-20\",\"quantity\":\"2\",\"unit\":\"錠\"}],\"newest_month\":"
        "\"2026-11\",\"source\":\"prescribed\"}]}");
}

static void acts_sorted_into_three_sections(void **state)
{
    (void)state;
    assert_int_equal(parse_text(slice_of(xml_sample_medication)), ERR_OK);
#define AROUND                                                                                     \
    "\"date\":\"2026-09-03\",\"institution\":{\"code\":\"1312345678\",\"name\":\"試験病院\","  \
    "\"own\":\"2\"},\"month\":\"2026-09\","
    assert_section(SECTION_SURGERY,
                   "{\"items\":[{\"class\":\"50\",\"code\":\"150000001\"," AROUND
                   "\"name\":\"手術Ａ\",\"times\":\"1\"}],\"newest_month\":\"2026-09\"}");
    assert_section(SECTION_DIALYSIS, "{\"items\":[{\"class\":\"40\",\"code\":\"140000002\"," AROUND
                                     "\"name\":\"人工腎臓（慢性維持透析）\",\"quantity\":\"4\","
                                     "\"times\":\"1\",\"unit\":\"時間\"}],\"newest_month\":"
                                     "\"2026-09\"}");
    assert_section(SECTION_TREATMENT,
                   "{\"items\":[{\"class\":\"60\",\"code\":\"160000003\"," AROUND
                   "\"name\":\"検査Ｂ\",\"other\":[{\"path\":\"Odd\",\"text\":\"z\"}]}],"
                   "\"newest_month\":\"2026-09\"}");
}

static void each_visit_once(void **state)
{
    (void)state;
    assert_int_equal(parse_text(slice_of(xml_sample_medication)), ERR_OK);
    assert_section(
        SECTION_VISITS,
        "{\"items\":[{\"date\":\"2026-09-03\",\"in_out\":\"2\",\"institution\":{\"code\":"
        "\"1312345678\",\"name\":\"試験病院\",\"own\":\"2\"},\"month\":\"2026-09\",\"source\":"
        "\"receipt\"},{\"institution\":{\"code\":\"1312345678\",\"name\":\"試験病院\"},\"month\":"
        "\"2026-10\",\"source\":\"receipt\"},{\"date\":\"2026-11-21\",\"institution\":{\"name\":"
        "\"試験薬局\"},\"month\":\"2026-11\",\"source\":\"dispensed\"},{\"date\":\"2026-11-20\","
        "\"institution\":{\"code\":\"1399999999\",\"name\":\"試験医院\"},\"month\":\"2026-11\","
        "\"source\":\"prescribed\"}]}");
}

#define PERSON                                                                                     \
    "<XmlMsg><MessageHeader><QuaInf><Name>a</Name><KanaName>b</KanaName><Birth>19500101</Birth>"   \
    "</QuaInf></MessageHeader><MessageBody>"
#define END "</MessageBody></XmlMsg>"

static void nothing_there_is_answered_and_empty(void **state)
{
    (void)state;
    assert_int_equal(parse_text(slice_of(PERSON END)), ERR_OK);
    assert_true((parsed.answered & SECTION_BIT(SECTION_MEDICATIONS)) != 0);
    assert_true((parsed.answered & SECTION_BIT(SECTION_SURGERY)) != 0);
    for (int i = 0; i <= VIEW_SECTIONS; i++)
        assert_int_equal(parsed.json[i].size, 0);
}

static void other_files_and_failures_are_refused(void **state)
{
    (void)state;
    static const char *const bad[] = {
        "<Other/>",
        "<XmlMsg><MessageHeader/></XmlMsg>",
        "<XmlMsg><MessageHeader/><MessageBody/><MessageBody/></XmlMsg>",
        "<XmlMsg><MessageHeader><SegmentOfResult>9</SegmentOfResult></MessageHeader><MessageBody/>"
        "</XmlMsg>",
        "<XmlMsg><MessageHeader><QuaInf><Name>a</Name><Name>b</Name></QuaInf></MessageHeader>"
        "<MessageBody/></XmlMsg>",
    };
    for (size_t i = 0; i < sizeof bad / sizeof bad[0]; i++)
        assert_int_equal(parse_text(slice_of(bad[i])), ERR_UPSTREAM_ANSWER);
}

static void too_many_items_refuse_the_file(void **state)
{
    (void)state;
    struct buf xml = {0};
    buf_text(&xml, PERSON "<MeTrMonthInf><DiDateInfs><DiDateInf><DrugInfs>");
    for (int i = 0; i < VIEW_ITEMS_MAX; i++)
        buf_text(&xml, "<DrugInf><DrugN>x</DrugN></DrugInf>");
    size_t most = xml.size;
    buf_text(&xml, "</DrugInfs></DiDateInf></DiDateInfs></MeTrMonthInf>" END);
    assert_int_equal(parse_text(buf_slice(&xml)), ERR_OK);
    canon_check(buf_slice(&parsed.json[SECTION_MEDICATIONS]));
    xml.size = most;
    buf_text(&xml, "<DrugInf/></DrugInfs></DiDateInf></DiDateInfs></MeTrMonthInf>" END);
    assert_int_equal(parse_text(buf_slice(&xml)), ERR_TOO_LARGE);
    buf_free(&xml);
}

static void too_many_days_refuse_the_file(void **state)
{
    (void)state;
    struct buf xml = {0};
    buf_text(&xml, PERSON "<MeTrMonthInf><MeTrDiHNm>x</MeTrDiHNm><DiDateInfs>");
    for (int i = 0; i < 4 * VIEW_ITEMS_MAX + 1; i++)
        buf_text(&xml, "<DiDateInf/>");
    buf_text(&xml, "</DiDateInfs></MeTrMonthInf>" END);
    assert_int_equal(parse_text(buf_slice(&xml)), ERR_TOO_LARGE);
    buf_free(&xml);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test_teardown(medicines_grouped_by_source, clean),
        cmocka_unit_test_teardown(acts_sorted_into_three_sections, clean),
        cmocka_unit_test_teardown(each_visit_once, clean),
        cmocka_unit_test_teardown(nothing_there_is_answered_and_empty, clean),
        cmocka_unit_test_teardown(other_files_and_failures_are_refused, clean),
        cmocka_unit_test_teardown(too_many_items_refuse_the_file, clean),
        cmocka_unit_test_teardown(too_many_days_refuse_the_file, clean),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
