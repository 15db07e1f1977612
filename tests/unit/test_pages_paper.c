/* test_pages_paper.c — Job: paper only behind the log's receipt, nothing past the cover. */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <cmocka.h>

#include <stdio.h>

#include "tests/lib/pages_kit.h"

enum { IMAGE_BYTES = 100000 };

static struct pages_kit kit;
static const struct ckit_section sections[] = {
    {SECTION_PERSON, "{\"content\":{\"name\":\"山田\"},\"state\":\"present\"}"},
    {SECTION_DOCUMENT,
     "{\"content\":{\"parts\":[{\"bytes\":6,\"media\":\"application/pdf\",\"part\":1}]},"
     "\"files\":[{\"bytes\":\"JVBERi0x\",\"media\":\"application/pdf\",\"part\":1}],"
     "\"state\":\"present\"}"},
};

static void begin(enum sender side)
{
    pkit_init(&kit, side);
    for (size_t i = 0; i < 2; i++)
        pkit_open(&kit, i);
    pkit_sign_in(&kit, 0, 'S');
    pkit_sign_in(&kit, 1, 'T');
    ckit_case(&kit.wire, kit.wire.wall + 3600000);
    ckit_view(&kit.wire, 'G', sections, 2, 64, kit.wire.wall + 3600000);
    pkit_forget(&kit);
}

static int set_up(void **state)
{
    (void)state;
    begin(FROM_HOSPITAL);
    pkit_keys(&kit, 'S', sections, 2);
    return 0;
}

static int tear_down(void **state)
{
    (void)state;
    pkit_fini(&kit);
    return 0;
}

static void ask(size_t index, const char *id, int page, const char *paper)
{
    char text[256];
    snprintf(text, sizeof text,
             "{\"type\":\"local.pdf_page\",\"id\":\"%s\",\"body\":{\"view\":\"%s\","
             "\"grant\":\"%s\",\"part\":1,\"page\":%d%s}}",
             id, ckit_text('V'), ckit_text('G'), page, paper);
    pkit_text(&kit, index, text);
}

static void ask_paper(size_t index, const char *id, int page)
{
    ask(index, id, page, ",\"paper\":true");
}

/* The page of link INDEX says that SECTION is taken out, by message LETTER. */
static void take_out(size_t index, char letter, const char *section)
{
    char text[320];
    snprintf(text, sizeof text,
             "{\"type\":\"taken_out\",\"id\":\"%s\",\"case\":\"%s\",\"body\":{"
             "\"grant\":\"%s\",\"how\":\"print\",\"sections\":[\"%s\"],\"view\":\"%s\"}}",
             ckit_text(letter), ckit_text('C'), ckit_text('G'), section, ckit_text('V'));
    pkit_text(&kit, index, text);
}

static void receive(const char *type, char letter, const char *body)
{
    char envelope[64];
    snprintf(envelope, sizeof envelope, "\"re\":\"%s\",", ckit_text(letter));
    pkit_say(&kit, type, envelope, "%s", body);
}

static void log_it(char letter)
{
    receive("receipt", letter, "{\"entry\":9,\"recorded_at\":\"2026-11-24T14:05:00.000Z\"}");
}

static void expect_code(size_t index, const char *id, const char *code)
{
    struct slice got = pkit_got(&kit, index, "local.result");
    assert_string_equal(ckit_member(got, "re"), id);
    assert_string_equal(ckit_member(got, "body.code"), code);
}

static void paper_gets_only_what_the_log_has(void **state)
{
    (void)state;
    ask_paper(0, "a", 0);
    expect_code(0, "a", "ERR_NOT_ALLOWED"); /* open, but not taken out */
    take_out(0, 'M', "person");
    log_it('M');
    ask_paper(0, "b", 0);
    expect_code(0, "b", "ERR_NOT_ALLOWED"); /* another section was */
    take_out(0, 'N', "document");
    ask_paper(0, "c", 0);
    expect_code(0, "c", "ERR_NOT_ALLOWED"); /* said, not yet in the log */
    receive("refusal", 'N',
            "{\"code\":\"ERR_NOT_ALLOWED\",\"en\":\"no\",\"final\":true,\"ja\":\"不可\"}");
    ask_paper(0, "d", 0);
    expect_code(0, "d", "ERR_NOT_ALLOWED");
    assert_int_equal(kit.children_count, 0);
    take_out(0, 'O', "document");
    log_it('O');
    ask_paper(0, "e", 2);
    assert_int_equal(kit.children_count, 1);
    pkit_keys(&kit, 'T', sections, 2);
    ask_paper(1, "f", 0);
    expect_code(1, "f", "ERR_NOT_ALLOWED"); /* what one person takes, nobody else has */
}

static void a_page_for_paper_is_drawn_and_named_as_such(void **state)
{
    (void)state;
    take_out(0, 'O', "document");
    log_it('O');
    ask_paper(0, "a", 2);
    assert_int_equal(kit.children[0].size, PDF_PAPER);
    assert_int_equal(kit.children[0].page, 2);
    pkit_drawn(&kit, 0, ERR_OK, IMAGE_BYTES);
    struct slice last = pkit_got(&kit, 0, "local.pdf_page");
    assert_non_null(memmem(last.bytes, last.size, "\"paper\":true,", 13));
    ask(0, "b", 2, "");
    assert_int_equal(kit.children[1].size, PDF_SCREEN);
    pkit_drawn(&kit, 1, ERR_OK, IMAGE_BYTES);
    last = pkit_got(&kit, 0, "local.pdf_page");
    assert_null(memmem(last.bytes, last.size, "\"paper\"", 7));
}

static void large_images_are_few(void **state)
{
    (void)state;
    take_out(0, 'O', "document");
    log_it('O');
    for (int page = 0; page < PDF_JOBS_PER_PAGE; page++)
        ask(0, "a", page, ""); /* what is looked at does not keep paper waiting for a place */
    ask_paper(0, "b", 0);
    assert_int_equal(pkit_times(&kit, 0, "local.result"), 0);
    ask_paper(0, "c", 1);
    expect_code(0, "c", "ERR_BUSY");
}

static void a_revocation_ends_paper_too(void **state)
{
    char envelope[128];
    (void)state;
    take_out(0, 'O', "document");
    log_it('O');
    ask_paper(0, "a", 0);
    snprintf(envelope, sizeof envelope, "\"case\":\"%s\",", ckit_text('C'));
    pkit_say(&kit, "notice", envelope,
             "{\"at\":\"%s\",\"event\":\"grant_revoked\",\"grant\":\"%s\",\"revoke\":"
             "\"destination_changed\",\"view\":\"%s\"}",
             ckit_at(kit.wire.wall), ckit_text('G'), ckit_text('V'));
    assert_false(kit.children[0].runs);
    expect_code(0, "a", "ERR_NO_VIEW");
    assert_int_equal(pkit_times(&kit, 0, "local.pdf_page"), 0);
    ask_paper(0, "b", 0);
    expect_code(0, "b", "ERR_NO_VIEW");
}

/* It was taken out while it was open: who opens it anew takes it out anew. */
static void paper_ends_with_the_opening(void **state)
{
    char text[160];
    (void)state;
    take_out(0, 'O', "document");
    log_it('O');
    snprintf(text, sizeof text,
             "{\"type\":\"close_view\",\"id\":\"%s\",\"case\":\"%s\",\"body\":{\"view\":\"%s\"}}",
             ckit_text('M'), ckit_text('C'), ckit_text('V'));
    pkit_text(&kit, 0, text);
    pkit_keys(&kit, 'S', sections, 2);
    ask_paper(0, "a", 0);
    expect_code(0, "a", "ERR_NOT_ALLOWED");
    ask(0, "b", 0, "");
    assert_int_equal(kit.children_count, 1);
}

static int set_up_tablet(void **state)
{
    (void)state;
    begin(FROM_AMBULANCE);
    pkit_keys(&kit, 'S', sections, 2);
    return 0;
}

/* Nothing is taken out in an ambulance, so nothing is drawn for paper there. */
static void a_tablet_has_no_paper(void **state)
{
    (void)state;
    take_out(0, 'O', "document");
    assert_string_equal(ckit_member(pkit_got(&kit, 0, "refusal"), "body.code"), "ERR_NOT_ALLOWED");
    log_it('O');
    ask_paper(0, "a", 0);
    expect_code(0, "a", "ERR_NOT_ALLOWED");
    assert_int_equal(kit.children_count, 0);
}

#define WITH(f) cmocka_unit_test_setup_teardown(f, set_up, tear_down)
int main(void)
{
    const struct CMUnitTest tests[] = {
        WITH(paper_gets_only_what_the_log_has),
        WITH(a_page_for_paper_is_drawn_and_named_as_such),
        WITH(large_images_are_few),
        WITH(a_revocation_ends_paper_too),
        WITH(paper_ends_with_the_opening),
        cmocka_unit_test_setup_teardown(a_tablet_has_no_paper, set_up_tablet, tear_down),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
