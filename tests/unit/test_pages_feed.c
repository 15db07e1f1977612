/* test_pages_feed.c — Job: sealed pieces to a page once, keys behind them; nothing for nobody. */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <cmocka.h>

#include <stdio.h>
#include <string.h>

#include "tests/lib/pages_kit.h"

static struct pages_kit kit;
static const struct ckit_section sections[] = {
    {SECTION_PERSON, "{\"content\":{\"name\":\"山田\"},\"state\":\"present\"}"},
    {SECTION_ALLERGIES, "{\"state\":\"empty\"}"},
};

static int set_up(void **state)
{
    (void)state;
    pkit_init(&kit, FROM_HOSPITAL);
    pkit_open(&kit, 0);
    pkit_open(&kit, 1);
    pkit_open(&kit, 2);
    pkit_sign_in(&kit, 0, 'S');
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

/* The keys of one section, or of both, to session S, as the programs hear them. */
static void open_sections(size_t count)
{
    static const char *const keys[] = {
        "{\"key\":\"AAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAA=\",\"section\":\"person\"}",
        ",{\"key\":\"AAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAA=\",\"section\":\"allergies\"}"};
    char envelope[128];
    struct buf body = {0}, frame = {0};
    buf_printf(&body, "{\"grant\":\"%s\",\"keys\":[%s%s],\"view\":\"%s\"}", ckit_text('G'), keys[0],
               count == 2 ? keys[1] : "", ckit_text('V'));
    buf_byte(&body, '\0');
    snprintf(envelope, sizeof envelope, "\"session\":\"%s\",", ckit_text('S'));
    ckit_frame(&frame, "section_keys", envelope, body.bytes);
    pages_after(kit.pages, buf_slice(&frame)); /* only the way to the pages is looked at here */
    buf_free(&body);
    buf_free(&frame);
}

static struct sealed_view *view_here(void)
{
    ckit_case(&kit.wire, kit.wire.wall + 3600000);
    ckit_view(&kit.wire, 'G', sections, 2, 64, kit.wire.wall + 3600000);
    pkit_forget(&kit);
    struct sealed_view *view = sealed_views_first(client_views(kit.wire.client));
    assert_non_null(view);
    return view;
}

static void ask_pieces(size_t index)
{
    char text[256];
    snprintf(text, sizeof text,
             "{\"type\":\"local.pieces\",\"id\":\"p\",\"body\":{\"view\":\"%s\",\"grant\":\"%s\"}}",
             ckit_text('V'), ckit_text('G'));
    pkit_text(&kit, index, text);
}

static void expect(size_t index, size_t pieces, size_t keys)
{
    assert_int_equal(pkit_times(&kit, index, "view_piece"), pieces);
    assert_int_equal(pkit_times(&kit, index, "section_keys"), keys);
    pkit_forget(&kit);
}

static bool is_last(size_t index, const char *word)
{
    const struct buf *frame = &kit.links[index].frames[kit.links[index].count - 1];
    return memmem(frame->bytes, frame->size, word, strlen(word)) != NULL;
}

static void keys_go_to_one_person_behind_the_pieces(void **state)
{
    (void)state;
    pkit_sign_in(&kit, 1, 'T');
    struct sealed_view *view = view_here();
    kit.links[0].full = true;
    open_sections(1);
    assert_int_equal(kit.links[0].count, 0); /* not while the page is busy */
    kit.links[0].full = false;
    view->sections[0].done = false; /* keys overtake pieces on the line */
    pages_feed(kit.links[0].link);
    assert_int_equal(kit.links[0].count, 0);
    view->sections[0].done = true;
    struct happened complete = {.kind = HAPPENED_VIEW_COMPLETE, .view = view};
    pages_happened(kit.pages, &complete);
    assert_true(is_last(0, "section_keys"));
    assert_int_equal(kit.links[1].count + kit.links[2].count, 0);
    expect(0, 1, 1); /* the piece of the opened section alone */
}

static void what_is_taken_away_gives_no_key(void **state)
{
    (void)state;
    pkit_forget(&kit);
    open_sections(1); /* there is no such view here */
    assert_int_equal(kit.links[0].count, 0);
}

/* Sealed, without a key, to the page that asked; an opening then waits for its keys alone. */
static void pieces_go_ahead_of_the_keys_and_once(void **state)
{
    (void)state;
    (void)view_here();
    ask_pieces(0);
    assert_string_equal(got(0, "local.result", "body.ok"), "true");
    assert_int_equal(kit.links[1].count + kit.links[2].count, 0);
    expect(0, 2, 0);
    open_sections(2);
    expect(0, 0, 1);
    open_sections(1); /* again, after it was closed */
    expect(0, 0, 1);
}

/* Only what went whole is not sent again. */
static void an_opening_overtakes_what_goes_ahead(void **state)
{
    (void)state;
    (void)view_here();
    kit.links[0].full = true;
    ask_pieces(0);
    open_sections(1);
    kit.links[0].full = false;
    pages_feed(kit.links[0].link);
    assert_true(is_last(0, "section_keys"));
    expect(0, 1, 1);
    open_sections(2);
    expect(0, 1, 1);
}

static void a_page_may_have_forgotten(void **state)
{
    (void)state;
    struct sealed_view *view = view_here();
    struct happened revoked = {.kind = HAPPENED_COVERED, .why = COVER_REVOKED};
    open_sections(1);
    pages_happened(kit.pages, &revoked);
    pkit_forget(&kit);
    open_sections(1);
    expect(0, 1, 1);
    pages_header_to(kit.links[0].link, view);
    open_sections(1);
    expect(0, 1, 1);
    pages_say_person(kit.pages, kit.links[0].link->browser, ERR_OK);
    open_sections(1);
    expect(0, 1, 1);
}

static void nobody_gets_pieces_and_of_nothing_there_are_none(void **state)
{
    (void)state;
    ask_pieces(0);
    assert_string_equal(got(0, "local.result", "body.code"), "ERR_NO_VIEW");
    struct sealed_view *view = view_here();
    ask_pieces(1);
    assert_string_equal(got(1, "local.result", "body.code"), "ERR_NO_SESSION");
    view->state = SEALED_COMING;
    ask_pieces(0);
    assert_string_equal(got(0, "local.result", "body.code"), "ERR_NO_VIEW");
    pkit_text(&kit, 0, "{\"type\":\"local.pieces\",\"id\":\"p\",\"body\":{}}");
    assert_string_equal(got(0, "local.result", "body.code"), "ERR_MISSING_FIELD");
    expect(0, 0, 0);
}

/* Nothing of it goes to a browser, sealed or not. */
static void a_document_stays_here(void **state)
{
    (void)state;
    struct sealed_view *view = view_here();
    view->sections[1].section = SECTION_DOCUMENT;
    ask_pieces(0);
    assert_string_equal(got(0, "view_piece", "body.section"), "person");
    expect(0, 1, 0);
}

#define WITH(f) cmocka_unit_test_setup_teardown(f, set_up, tear_down)
int main(void)
{
    const struct CMUnitTest tests[] = {
        WITH(keys_go_to_one_person_behind_the_pieces),
        WITH(what_is_taken_away_gives_no_key),
        WITH(pieces_go_ahead_of_the_keys_and_once),
        WITH(an_opening_overtakes_what_goes_ahead),
        WITH(a_page_may_have_forgotten),
        WITH(nobody_gets_pieces_and_of_nothing_there_are_none),
        WITH(a_document_stays_here),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
