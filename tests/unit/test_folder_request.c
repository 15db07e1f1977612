/* test_folder_request.c — Job: request files have the official layout and the right letters. */
#include "gateway/errand/eligibility/folder_request.h"

#include "gateway/errand/eligibility/xml_reader.h"

#include <setjmp.h>
#include <stdarg.h>
#include <stdlib.h>
#include <cmocka.h>

static struct fetch_ask ask(void)
{
    return (struct fetch_ask){.hq_code = slice_of("13-001"),
                              .crew_code = slice_of("c<7"), /* would be refused before */
                              .viewer_id = slice_of("v"),
                              .terminal_id = slice_of("t"),
                              .basis = BASIS_LIFE_BODY_NO_CONSENT,
                              .sections = SECTION_BIT(SECTION_PERSON),
                              .from_month = slice_of("2026-08"),
                              .card_certificate = slice_of("DER"),
                              .card_proof = PROOF_CERTIFICATE_ONLY,
                              .identified_by = IDENTIFIED_CARD_VISUAL};
}

static void assert_text(const struct xml_node *root, const char *part, const char *name,
                        const char *text)
{
    assert_true(slice_is(xml_peek(xml_child(root, part), name), text));
}

static void medication_request(void **state)
{
    (void)state;
    struct fetch_ask a = ask();
    struct folder_request r = {&a, slice_of("1319999999"), slice_of("ID1"), false};
    struct insured who = {slice_of("06139999"), slice_of("試・㈱"), slice_of("9"), slice_of("01")};
    struct buf file = {0};
    struct arena memory = {0};
    struct xml_node *root;
    enum view_charset charset;
    assert_int_equal(folder_request_medication(&r, &who, &file), ERR_OK);
    assert_int_equal(xml_read(buf_slice(&file), &memory, &charset, &root), ERR_OK);
    assert_int_equal(charset, CHARSET_CP932);
    assert_text(root, "MessageHeader", "MedicalInstitutionCode", "1319999999");
    assert_text(root, "MessageHeader", "InsurerNumber", "06139999");
    assert_text(root, "MessageHeader", "InsuranceCardSymbol", "試・㈱");
    assert_text(root, "MessageHeader", "InsuredPersonIdentificationNumber", "9");
    assert_text(root, "MessageHeader", "BranchNumber", "01");
    assert_text(root, "MessageHeader", "ArbitraryFileIdentifier", "ID1");
    assert_text(root, "MessageBody", "StartDate", "202608");
    assert_null(xml_child(xml_child(root, "MessageBody"), "EndDate"));
    assert_text(root, "MessageBody", "FileCategory", "2");
    arena_free(&memory);
    buf_free(&file);
}

static void letters_that_cp932_lacks_make_it_utf8(void **state)
{
    (void)state;
    struct fetch_ask a = ask();
    struct folder_request r = {&a, slice_of("1"), slice_of("2"), true};
    struct insured who = {.symbol = slice_of("𠮷")};
    struct buf file = {0};
    struct arena memory = {0};
    struct xml_node *root;
    enum view_charset charset;
    assert_int_equal(folder_request_checkup(&r, &who, &file), ERR_OK);
    assert_int_equal(xml_read(buf_slice(&file), &memory, &charset, &root), ERR_OK);
    assert_int_equal(charset, CHARSET_UTF8);
    assert_text(root, "MessageHeader", "InsuranceCardSymbol", "𠮷");
    assert_text(root, "MessageBody", "FileCategory", "1");
    arena_free(&memory);
    buf_free(&file);
}

static void who_asks_stands_in_the_first_request(void **state)
{
    (void)state;
    struct fetch_ask a = ask();
    struct folder_request r = {&a, slice_of("1"), slice_of("2"), false};
    struct buf file = {0};
    struct arena memory = {0};
    struct xml_node *root;
    enum view_charset charset;
    assert_int_equal(folder_request_eligibility(&r, &file), ERR_OK);
    assert_int_equal(xml_read(buf_slice(&file), &memory, &charset, &root), ERR_OK);
    const struct xml_node *body = xml_child(root, "MessageBody");
    const struct xml_node *our = xml_child(body, "SakiyomiAsk");
    assert_true(slice_is(xml_peek(our, "Basis"), "life_body_no_consent"));
    assert_true(slice_is(xml_peek(our, "Crew"), "c<7"));
    assert_true(slice_is(xml_peek(our, "CardCertificate"), "REVS"));
    assert_true(slice_is(xml_peek(our, "Sections"), "[\"person\"]"));
    arena_free(&memory);
    buf_free(&file);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(medication_request),
        cmocka_unit_test(letters_that_cp932_lacks_make_it_utf8),
        cmocka_unit_test(who_asks_stands_in_the_first_request),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
