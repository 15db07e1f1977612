/* test_document.c — Job: the document section lists PDFs and unknown tags, and refers to them. */
#include "gateway/errand/eligibility/document.h"

#include "tests/lib/canon_check.h"

#include <setjmp.h>
#include <stdarg.h>
#include <stdlib.h>
#include <cmocka.h>

#define NOTHING ((struct slice){0})

static struct view *with_parts(void)
{
    struct view *v;
    struct slice x = slice_of("%PDF-x");
    uint64_t drugs = SECTION_BIT(SECTION_MEDICATIONS);
    assert_int_equal(view_new(&v), ERR_OK);
    assert_int_equal(view_add_part(v, "application/xml", CHARSET_UTF8, x, drugs, NULL), ERR_OK);
    assert_int_equal(view_add_part(v, "application/pdf", CHARSET_NONE, x, drugs, NULL), ERR_OK);
    return v;
}

static void lists_pdfs_only(void **state)
{
    (void)state;
    struct view *v = with_parts();
    struct slice other = slice_of("{\"part\":0,\"path\":\"A/B\",\"text\":\"x\"}");
    assert_int_equal(document_refer(v, SECTION_MEDICATIONS), ERR_OK);
    assert_true(slice_is(v->sections[SECTION_MEDICATIONS].json, "{\"in_document\":[1]}"));
    assert_int_equal(document_set(v, other, false, false), ERR_OK);
    struct slice json = v->sections[SECTION_DOCUMENT].json;
    canon_check(json);
    static const char start[] =
        "{\"other\":[{\"part\":0,\"path\":\"A/B\",\"text\":\"x\"}],\"parts\":[{\"bytes\":6,"
        "\"media\":\"application/pdf\",\"part\":1,\"sections\":[\"medications\"],\"sha256\":\"";
    assert_true(json.size > sizeof start && memcmp(json.bytes, start, sizeof start - 1) == 0);
    view_free(v);
}

static void nothing_and_too_much(void **state)
{
    (void)state;
    struct view *v;
    assert_int_equal(view_new(&v), ERR_OK);
    assert_int_equal(document_set(v, NOTHING, false, false), ERR_OK);
    assert_int_equal(v->sections[SECTION_DOCUMENT].state, STATE_NOT_ASKED);
    assert_int_equal(document_set(v, NOTHING, false, true), ERR_OK);
    assert_int_equal(v->sections[SECTION_DOCUMENT].state, STATE_EMPTY);
    assert_int_equal(document_set(v, slice_of("{}"), true, true), ERR_OK);
    assert_int_equal(v->sections[SECTION_DOCUMENT].state, STATE_FAILED);
    view_free(v);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(lists_pdfs_only),
        cmocka_unit_test(nothing_and_too_much),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
