/* test_parse_eligibility.c — Job: the person and the consents, in both spellings. */
#include "gateway/errand/eligibility/parse.h"

#include "tests/lib/canon_check.h"
#include "tests/lib/xml_sample.h"

#include <setjmp.h>
#include <stdarg.h>
#include <stdlib.h>
#include <cmocka.h>

static struct arena memory;
static struct parsed parsed;

static enum err parse_text(const char *xml)
{
    struct xml_node *root;
    enum view_charset charset;
    arena_free(&memory);
    parsed_fini(&parsed);
    parsed_init(&parsed);
    assert_int_equal(xml_read(slice_of(xml), &memory, &charset, &root), ERR_OK);
    return parse_eligibility(root, &parsed);
}

static int clean(void **state)
{
    (void)state;
    arena_free(&memory);
    parsed_fini(&parsed);
    return 0;
}

static void assert_person(const char *json)
{
    struct buf *b = &parsed.json[SECTION_PERSON];
    canon_check(buf_slice(b));
    buf_byte(b, '\0');
    assert_string_equal(b->bytes, json);
}

static void flat_result(void **state)
{
    (void)state;
    assert_int_equal(parse_text(xml_sample_eligibility), ERR_OK);
    assert_true(parsed.refused == 0);
    assert_true(parsed.answered == SECTION_BIT(SECTION_PERSON));
    assert_person(
        "{\"address\":\"東京都\",\"birth_date\":\"1950-12-31\",\"branch_number\":\"01\","
        "\"consents\":[{\"flag\":\"1\",\"kind\":\"health_checkups\"},{\"at\":"
        "\"20261124100000\",\"flag\":\"1\",\"kind\":\"medications\"},{\"flag\":\"1\","
        "\"kind\":\"treatment\"},{\"flag\":\"1\",\"kind\":\"surgery\"}],"
        "\"insured_number\":\"123\",\"insurer_number\":\"06139999\",\"kana\":"
        "\"シケン　ハナコ\",\"name\":\"試験　花子\",\"other\":[{\"path\":"
        "\"MessageBody/FutureTag\",\"text\":\"new\"}],\"reference_number\":\"77\",\"sex\":"
        "\"female\",\"sex_code\":\"2\",\"symbol\":\"試\",\"validity\":\"1\"}");
}

static void nested_result_with_refusals(void **state)
{
    (void)state;
    assert_int_equal(parse_text(xml_sample_eligibility_face), ERR_OK);
    uint64_t refused = SECTION_BIT(SECTION_MEDICATIONS) | SECTION_BIT(SECTION_VISITS) |
                       SECTION_BIT(SECTION_TREATMENT) | SECTION_BIT(SECTION_DIALYSIS) |
                       SECTION_BIT(SECTION_SURGERY);
    assert_true(parsed.refused == refused);
    assert_person(
        "{\"birth_date\":\"1950-12-31\",\"consents\":[{\"flag\":\"1\",\"kind\":"
        "\"health_checkups\"},{\"flag\":\"0\",\"kind\":\"medications\"},{\"flag\":\"0\","
        "\"kind\":\"treatment\"}],\"insurer_number\":\"139999\",\"kana\":\"ｼｹﾝ ﾊﾅｺ\","
        "\"name\":\"試験　花子\",\"other\":[{\"path\":\"MessageBody/ResultList/"
        "ResultOfQualificationConfirmation/Between\",\"text\":\"x\"}],\"sex_code\":\"9\"}");
}

#define HEAD "<XmlMsg><MessageHeader/><MessageBody>"
#define END  "</MessageBody></XmlMsg>"
#define WHO  "<Name>a</Name><Birthdate>19500101</Birthdate>"

static void an_odd_flag_counts_as_refused(void **state)
{
    (void)state;
    assert_int_equal(parse_text(HEAD WHO "<OperationInfoConsFlg>2</OperationInfoConsFlg>" END), 0);
    assert_true(parsed.refused == SECTION_BIT(SECTION_SURGERY));
}

static void nobody_and_two_people(void **state)
{
    (void)state;
    static const char failed[] = HEAD "<ProcessingResultStatus>2</ProcessingResultStatus>" END;
    assert_int_equal(parse_text(failed), ERR_NOT_REGISTERED);
    assert_int_equal(parse_text(HEAD END), ERR_UPSTREAM_ANSWER);
    assert_int_equal(parse_text(HEAD "<Name>a</Name>" END), ERR_UPSTREAM_ANSWER);
    assert_int_equal(parse_text(HEAD WHO "<Name>b</Name>" END), ERR_UPSTREAM_ANSWER);
#define RESULT(WHOM)                                                                               \
    "<ResultOfQualificationConfirmation>" WHOM "</ResultOfQualificationConfirmation>"
    assert_int_equal(parse_text(HEAD "<ResultList>" RESULT(WHO) RESULT(WHO) "</ResultList>" END),
                     ERR_OK);
    assert_int_equal(parse_text(HEAD "<ResultList>" RESULT(WHO) RESULT(
                         "<Name>b</Name><Birthdate>19500101</Birthdate>") "</ResultList>" END),
                     ERR_WRONG_PATIENT);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test_teardown(flat_result, clean),
        cmocka_unit_test_teardown(nested_result_with_refusals, clean),
        cmocka_unit_test_teardown(an_odd_flag_counts_as_refused, clean),
        cmocka_unit_test_teardown(nobody_and_two_people, clean),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
