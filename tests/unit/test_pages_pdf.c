/* test_pages_pdf.c — Job: a PDF's pages go as images to who has opened it; the file to nobody. */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <cmocka.h>

#include <stdio.h>

#include "proto/base64.h"
#include "tests/lib/pages_kit.h"

enum { IMAGE_BYTES = 100000, IMAGE_PIECES = 3 };

static struct pages_kit kit;
static const struct ckit_section sections[] = {
    {SECTION_PERSON, "{\"content\":{\"name\":\"山田\"},\"state\":\"present\"}"},
    {SECTION_DOCUMENT,
     "{\"content\":{\"parts\":[{\"bytes\":6,\"media\":\"application/pdf\",\"part\":1}]},"
     "\"files\":[{\"bytes\":\"WE1M\",\"media\":\"application/xml\",\"part\":0},"
     "{\"bytes\":\"JVBERi0x\",\"media\":\"application/pdf\",\"part\":1}],"
     "\"state\":\"present\"}   "},
};

static int set_up(void **state)
{
    (void)state;
    pkit_init(&kit, FROM_HOSPITAL);
    for (size_t i = 0; i < 3; i++)
        pkit_open(&kit, i);
    pkit_sign_in(&kit, 0, 'S');
    pkit_sign_in(&kit, 1, 'T');
    ckit_case(&kit.wire, kit.wire.wall + 3600000);
    ckit_view(&kit.wire, 'G', sections, 2, 64, kit.wire.wall + 3600000);
    pkit_forget(&kit);
    return 0;
}

static int tear_down(void **state)
{
    (void)state;
    pkit_fini(&kit);
    return 0;
}

static const char *got(size_t index, const char *type, const char *path)
{
    return ckit_member(pkit_got(&kit, index, type), path);
}

/* The keys of both sections, or of the first alone, to SESSION. */
static void open_view(char session, size_t count)
{
    pkit_keys(&kit, session, sections, count);
}

static void ask_part(size_t index, const char *id, int part, int page)
{
    char text[256];
    snprintf(text, sizeof text,
             "{\"type\":\"local.pdf_page\",\"id\":\"%s\",\"body\":{\"view\":\"%s\","
             "\"grant\":\"%s\",\"part\":%d,\"page\":%d}}",
             id, ckit_text('V'), ckit_text('G'), part, page);
    pkit_text(&kit, index, text);
}

static void ask(size_t index, const char *id, int page)
{
    ask_part(index, id, 1, page);
}

static void expect_code(size_t index, const char *id, const char *code)
{
    assert_string_equal(got(index, "local.result", "re"), id);
    assert_string_equal(got(index, "local.result", "body.code"), code);
}

static bool anywhere(size_t index, const char *word)
{
    for (size_t i = 0; i < kit.links[index].count; i++)
        if (memmem(kit.links[index].frames[i].bytes, kit.links[index].frames[i].size, word,
                   strlen(word)) != NULL)
            return true;
    return false;
}

/* ---- the document ---- */

static void a_document_goes_without_its_files(void **state)
{
    (void)state;
    open_view('S', 2);
    char text[512] = "";
    size_t size = 0;
    const char *bytes = got(0, "local.document", "body.bytes");
    assert_int_equal(base64_decode(slice_of(bytes), text, sizeof text - 1, &size), ERR_OK);
    assert_string_equal(text, "{\"body\":{\"content\":{\"parts\":[{\"bytes\":6,\"media\":"
                              "\"application/pdf\",\"part\":1}]},\"state\":\"present\"}}");
    assert_string_equal(got(0, "local.document", "body.view"), ckit_text('V'));
    assert_string_equal(got(0, "local.document", "body.grant"), ckit_text('G'));
    assert_string_equal(got(0, "view_piece", "body.section"), "person");
    assert_int_equal(pkit_times(&kit, 0, "section_keys"), 1);
    assert_false(anywhere(0, "\"section\":\"document\"")); /* neither pieces nor key */
    assert_true(anywhere(0, "\"section\":\"person\""));
    assert_int_equal(kit.links[1].count + kit.links[2].count, 0);
}

static void keys_without_a_document_go_as_they_are(void **state)
{
    (void)state;
    open_view('S', 1);
    assert_int_equal(pkit_times(&kit, 0, "section_keys"), 1);
    assert_int_equal(pkit_times(&kit, 0, "local.document"), 0);
    ask(0, "a", 0);
    expect_code(0, "a", "ERR_NO_VIEW"); /* another section of it is open: not this one */
}

/* ---- who may ask ---- */

static void only_who_has_opened_it(void **state)
{
    (void)state;
    ask(0, "a", 0);
    expect_code(0, "a", "ERR_NO_VIEW"); /* sealed */
    open_view('S', 2);
    ask(1, "b", 0);
    expect_code(1, "b", "ERR_NO_VIEW"); /* somebody else */
    ask(2, "c", 0);
    expect_code(2, "c", "ERR_NO_SESSION");
    open_view('T', 1); /* the other person opens another section of the same view */
    ask(1, "d", 0);
    expect_code(1, "d", "ERR_NO_VIEW");
    assert_int_equal(kit.children_count, 0);
    ask(0, "e", 0);
    assert_int_equal(kit.children_count, 1);
}

static void what_cannot_be_is_refused(void **state)
{
    (void)state;
    open_view('S', 2);
    ask_part(0, "a", 0, 0);
    expect_code(0, "a", "ERR_NOT_FOUND"); /* that part is no PDF */
    ask_part(0, "b", 7, 0);
    expect_code(0, "b", "ERR_NOT_FOUND");
    ask(0, "c", -1);
    expect_code(0, "c", "ERR_BAD_FIELD");
    pkit_text(&kit, 0,
              "{\"type\":\"local.pdf_page\",\"id\":\"d\",\"body\":{\"part\":1,\"page\":0}}");
    expect_code(0, "d", "ERR_BAD_FIELD");
    sealed_views_first(client_views(kit.wire.client))->hidden = SECTION_BIT(SECTION_DOCUMENT);
    ask(0, "e", 0);
    expect_code(0, "e", "ERR_OUT_OF_SCOPE"); /* the patient does not want it shown */
    kit.pages->pdf_program[0] = '\0';
    ask(0, "f", 0);
    expect_code(0, "f", "ERR_NOT_PROVIDED");
    assert_int_equal(kit.children_count, 0);
}

/* ---- images ---- */

static void an_image_comes_in_pieces(void **state)
{
    (void)state;
    open_view('S', 2);
    ask(0, "a", 2);
    assert_int_equal(kit.children[0].page, 2);
    assert_string_equal(kit.children[0].pdf, "JVBERi0x");
    assert_int_equal(pkit_times(&kit, 0, "local.result"), 0);
    pkit_drawn(&kit, 0, ERR_OK, IMAGE_BYTES);
    assert_int_equal(pkit_times(&kit, 0, "local.pdf_page"), IMAGE_PIECES);
    struct slice last = pkit_got(&kit, 0, "local.pdf_page");
    assert_string_equal(ckit_member(last, "re"), "a");
    assert_string_equal(ckit_member(last, "body.view"), ckit_text('V'));
    assert_non_null(memmem(last.bytes, last.size, "\"part\":1,\"page\":2,\"pages\":3,", 27));
    assert_string_equal(ckit_member(last, "body.fonts"), "substituted");
    assert_non_null(memmem(last.bytes, last.size, "\"piece\":2,\"pieces\":3,", 21));
    assert_string_equal(got(0, "local.result", "re"), "a");
    assert_string_equal(got(0, "local.result", "body.ok"), "true");
    assert_int_equal(kit.links[1].count + kit.links[2].count, 0);
}

static void a_failure_has_its_own_word(void **state)
{
    (void)state;
    open_view('S', 2);
    ask(0, "a", 0);
    pkit_drawn(&kit, 0, ERR_PDF_LOCKED, 0);
    expect_code(0, "a", "ERR_PDF_LOCKED");
    assert_int_equal(pkit_times(&kit, 0, "local.pdf_page"), 0);
    kit.pdf_error = ERR_NOT_PROVIDED;
    ask(0, "b", 0);
    expect_code(0, "b", "ERR_NOT_PROVIDED");
}

static void a_slow_page_gets_it_as_it_takes_it(void **state)
{
    (void)state;
    open_view('S', 2);
    ask(0, "a", 0);
    kit.links[0].full = true;
    pkit_drawn(&kit, 0, ERR_OK, IMAGE_BYTES);
    assert_int_equal(pkit_times(&kit, 0, "local.pdf_page"), 0);
    kit.links[0].full = false;
    pages_feed(kit.links[0].link);
    assert_int_equal(pkit_times(&kit, 0, "local.pdf_page"), IMAGE_PIECES);
}

/* ---- bounds ---- */

static void few_are_drawn_at_a_time(void **state)
{
    (void)state;
    open_view('S', 2);
    open_view('T', 2);
    for (int page = 0; page < PDF_JOBS_PER_PAGE; page++)
        ask(0, "a", page);
    assert_int_equal(kit.children_count, PDF_CHILDREN_MAX);
    ask(0, "z", 9);
    expect_code(0, "z", "ERR_BUSY");
    ask(1, "b", 0);
    assert_int_equal(kit.children_count, PDF_CHILDREN_MAX);
    pkit_drawn(&kit, 1, ERR_OK, 10);
    assert_int_equal(kit.children_count, PDF_CHILDREN_MAX + 1);
    assert_int_equal(kit.children[PDF_CHILDREN_MAX].page, 2); /* who came first */
    pages_link_free(kit.links[0].link); /* that page is closed: its children end, others begin */
    assert_false(kit.children[0].runs);
    assert_false(kit.children[PDF_CHILDREN_MAX].runs);
    assert_int_equal(kit.children_count, PDF_CHILDREN_MAX + 2);
    pkit_drawn(&kit, PDF_CHILDREN_MAX + 1, ERR_OK, 10);
    assert_int_equal(pkit_times(&kit, 1, "local.pdf_page"), 1);
}

/* ---- taking away ---- */

static void revoke(void)
{
    char envelope[128];
    snprintf(envelope, sizeof envelope, "\"case\":\"%s\",", ckit_text('C'));
    pkit_say(&kit, "notice", envelope,
             "{\"at\":\"%s\",\"event\":\"grant_revoked\",\"grant\":\"%s\",\"revoke\":"
             "\"destination_changed\",\"view\":\"%s\"}",
             ckit_at(kit.wire.wall), ckit_text('G'), ckit_text('V'));
}

static void a_revocation_stops_what_is_drawn_and_what_is_sent(void **state)
{
    (void)state;
    open_view('S', 2);
    ask(0, "a", 0);
    ask(0, "b", 1);
    kit.links[0].full = true;
    pkit_drawn(&kit, 0, ERR_OK, IMAGE_BYTES);
    pkit_forget(&kit);
    revoke();
    assert_false(kit.children[1].runs);
    kit.links[0].full = false;
    pages_feed(kit.links[0].link);
    assert_int_equal(pkit_times(&kit, 0, "local.pdf_page"), 0);
    assert_int_equal(pkit_times(&kit, 0, "local.result"), 2);
    assert_string_equal(got(0, "local.cover", "body.reason"), "revoked");
    ask(0, "c", 0);
    expect_code(0, "c", "ERR_NO_VIEW");
}

static void who_has_closed_it_must_open_it_again(void **state)
{
    char text[160];
    (void)state;
    open_view('S', 2);
    snprintf(text, sizeof text,
             "{\"type\":\"close_view\",\"id\":\"%s\",\"case\":\"%s\",\"body\":{\"view\":\"%s\"}}",
             ckit_text('M'), ckit_text('C'), ckit_text('V'));
    pkit_text(&kit, 0, text);
    ask(0, "a", 0);
    expect_code(0, "a", "ERR_NO_VIEW");
    open_view('T', 2); /* that somebody else opens it brings nothing back */
    ask(0, "b", 0);
    expect_code(0, "b", "ERR_NO_VIEW");
    open_view('S', 2);
    ask(0, "c", 0);
    assert_int_equal(kit.children_count, 1);
}

/* Two have it open: who closes it loses it, the other does not. */
static void one_of_two_closes_it(void **state)
{
    char text[160];
    (void)state;
    open_view('S', 2);
    open_view('T', 2);
    snprintf(text, sizeof text,
             "{\"type\":\"close_view\",\"id\":\"%s\",\"case\":\"%s\",\"body\":{\"view\":\"%s\"}}",
             ckit_text('M'), ckit_text('C'), ckit_text('V'));
    pkit_text(&kit, 0, text);
    ask(0, "a", 0);
    expect_code(0, "a", "ERR_NO_VIEW");
    assert_int_equal(kit.children_count, 0);
    ask(1, "b", 0);
    assert_int_equal(kit.children_count, 1);
}

static void another_person_at_the_page_gets_nothing(void **state)
{
    (void)state;
    open_view('S', 2);
    ask(0, "a", 0);
    pkit_text(&kit, 0, "{\"type\":\"local.sign_out\",\"id\":\"o\"}");
    if (kit.children[0].runs)
        pkit_drawn(&kit, 0, ERR_OK, IMAGE_BYTES);
    assert_int_equal(pkit_times(&kit, 0, "local.pdf_page"), 0);
    pkit_sign_in(&kit, 0, 'U');
    ask(0, "b", 0);
    expect_code(0, "b", "ERR_NO_VIEW");
}

static void the_lease_covers_and_one_touch_shows_again(void **state)
{
    char text[256];
    (void)state;
    open_view('S', 2);
    client_offline(kit.wire.client);
    pages_offline(kit.pages, "silent");
    kit.wire.mono += 130000;
    client_tick(kit.wire.client);
    pages_tick(kit.pages);
    ask(0, "a", 0);
    expect_code(0, "a", "ERR_NO_VIEW");
    snprintf(
        text, sizeof text,
        "{\"type\":\"local.uncover\",\"id\":\"u\",\"body\":{\"view\":\"%s\",\"grant\":\"%s\"}}",
        ckit_text('V'), ckit_text('G'));
    pkit_text(&kit, 0, text);
    assert_string_equal(got(0, "local.result", "body.ok"), "true");
    ask(0, "b", 0);
    assert_int_equal(kit.children_count, 1);
    ask(1, "c", 0);
    expect_code(1, "c", "ERR_NO_VIEW");
}

#define WITH(f) cmocka_unit_test_setup_teardown(f, set_up, tear_down)
int main(void)
{
    const struct CMUnitTest tests[] = {
        WITH(a_document_goes_without_its_files),
        WITH(keys_without_a_document_go_as_they_are),
        WITH(only_who_has_opened_it),
        WITH(what_cannot_be_is_refused),
        WITH(an_image_comes_in_pieces),
        WITH(a_failure_has_its_own_word),
        WITH(a_slow_page_gets_it_as_it_takes_it),
        WITH(few_are_drawn_at_a_time),
        WITH(a_revocation_stops_what_is_drawn_and_what_is_sent),
        WITH(who_has_closed_it_must_open_it_again),
        WITH(one_of_two_closes_it),
        WITH(another_person_at_the_page_gets_nothing),
        WITH(the_lease_covers_and_one_touch_shows_again),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
