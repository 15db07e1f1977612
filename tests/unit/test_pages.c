/* test_pages.c — Job: browsers and their cookies: new ones, full, reloads; what was asked. */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <cmocka.h>

#include <stdio.h>

#include "tests/lib/pages_kit.h"

static struct pages_kit kit;

static int set_up(void **state)
{
    (void)state;
    pkit_init(&kit, FROM_AMBULANCE);
    return 0;
}

static int tear_down(void **state)
{
    (void)state;
    pkit_fini(&kit);
    return 0;
}

static void cookies_are_known_and_differ(void **state)
{
    char one[PAGES_COOKIE_CHARS + 1], two[PAGES_COOKIE_CHARS + 1];
    (void)state;
    assert_int_equal(pages_browser_new(kit.pages, one), ERR_OK);
    assert_int_equal(pages_browser_new(kit.pages, two), ERR_OK);
    assert_int_equal(strlen(one), PAGES_COOKIE_CHARS);
    assert_string_not_equal(one, two);
    assert_true(pages_browser_known(kit.pages, slice_of(one)));
    two[5] = two[5] == '0' ? '1' : '0';
    assert_false(pages_browser_known(kit.pages, slice_of(two)));
    assert_false(pages_browser_known(kit.pages, slice_of("")));
}

/* Strangers who only ask for the index push each other out, never a page that is in use. */
static void a_flood_of_visitors_takes_no_place_in_use(void **state)
{
    char cookie[PAGES_COOKIE_CHARS + 1];
    (void)state;
    pkit_open(&kit, 0);
    pkit_open(&kit, 1);
    pkit_sign_in(&kit, 1, 'S');
    pages_link_free(kit.links[1].link); /* its page is closed; its person stays */
    for (int i = 0; i < 3 * PAGES_BROWSERS_MAX; i++) {
        kit.wire.mono++;
        assert_int_equal(pages_browser_new(kit.pages, cookie), ERR_OK);
    }
    assert_true(pages_browser_known(kit.pages, slice_of(kit.links[0].cookie)));
    assert_true(pages_browser_known(kit.pages, slice_of(kit.links[1].cookie)));
    pkit_open(&kit, 1);
    assert_string_equal(ckit_member(pkit_got(&kit, 1, "local.person"), "body.name"), "佐藤");
}

static void full_of_people(void **state)
{
    char cookie[PAGES_COOKIE_CHARS + 1];
    (void)state;
    for (size_t i = 0; i < PAGES_BROWSERS_MAX; i++) {
        assert_int_equal(pages_browser_new(kit.pages, cookie), ERR_OK);
        kit.pages->browsers[i].session = ckit_id('S');
    }
    assert_int_equal(pages_browser_new(kit.pages, cookie), ERR_FULL);
}

static void what_was_asked_is_bounded(void **state)
{
    (void)state;
    pkit_open(&kit, 0);
    struct browser *browser = kit.links[0].link->browser;
    for (size_t i = 0; i < PAGES_ASKED_MAX; i++) {
        struct id id = {{9}};
        id.bytes[14] = (uint8_t)(i >> 8);
        id.bytes[15] = (uint8_t)(i + 1);
        id.bytes[13] = 1;
        assert_int_equal(pages_ask(kit.pages, ASKED_RELAYED, &id, browser, (struct slice){NULL, 0}),
                         ERR_OK);
    }
    struct id one_more = ckit_id('Z');
    assert_int_equal(
        pages_ask(kit.pages, ASKED_RELAYED, &one_more, browser, (struct slice){NULL, 0}), ERR_FULL);
}

/* The crew's program: a case opened in a tunnel is there after a reload. */
static void a_reload_off_line_brings_what_waits(void **state)
{
    char text[512];
    (void)state;
    client_offline(kit.wire.client);
    pages_offline(kit.pages, "");
    pkit_open(&kit, 0);
    assert_string_equal(ckit_member(pkit_got(&kit, 0, "local.hello"), "body.line.up"), "false");
    snprintf(
        text, sizeof text,
        "{\"type\":\"case_open\",\"id\":\"%s\",\"case\":\"%s\",\"body\":{\"incident\":\"%s\"}}",
        ckit_text('M'), ckit_text('C'), ckit_text('I'));
    pkit_text(&kit, 0, text);
    pages_link_free(kit.links[0].link);
    pkit_forget(&kit);
    pkit_open(&kit, 0);
    struct slice sent = pkit_got(&kit, 0, "local.sent");
    assert_string_equal(ckit_member(sent, "body.message.id"), ckit_text('M'));
    pages_tick(kit.pages);
    assert_string_equal(ckit_member(pkit_got(&kit, 0, "local.waiting"), "body.count"), "1");
    pages_earlier(kit.pages, 2, kit.wire.wall - 60000); /* sealed, from before a restart */
    pages_tick(kit.pages);
    struct slice told = pkit_got(&kit, 0, "local.waiting");
    assert_string_equal(ckit_member(told, "body.count"), "3");
    assert_string_equal(ckit_member(told, "body.earlier"), "2");
    assert_string_equal(ckit_member(told, "body.earlier_at"), ckit_at(kit.wire.wall - 60000));
    pages_earlier(kit.pages, 0, 0);
    pages_tick(kit.pages);
    told = pkit_got(&kit, 0, "local.waiting");
    assert_string_equal(ckit_member(told, "body.count"), "1");
    assert_string_equal(ckit_member(told, "body.earlier"), "");
}

static void a_stop_covers_everything(void **state)
{
    (void)state;
    pkit_open(&kit, 0);
    pages_offline(kit.pages, "connection lost");
    assert_int_equal(pkit_times(&kit, 0, "local.cover"), 0); /* the lease decides */
    pages_offline(kit.pages, "ERR_DEVICE_REVOKED");
    assert_string_equal(ckit_member(pkit_got(&kit, 0, "local.cover"), "body.reason"), "stopped");
    assert_string_equal(ckit_member(pkit_got(&kit, 0, "local.line"), "body.code"),
                        "ERR_DEVICE_REVOKED");
}

static void no_pages_is_allowed(void **state)
{
    struct id session = ckit_id('S');
    struct happened what = {.kind = HAPPENED_SNAPSHOT};
    struct pages_reader reader = {.state = "empty", .ja = "", .en = "", .tries = -1};
    (void)state;
    pages_before(NULL);
    pages_after(NULL, slice_of("{}"));
    pages_happened(NULL, &what);
    pages_offline(NULL, "");
    pages_tick(NULL);
    pages_reader(NULL, &reader);
    pages_close(NULL, NULL, NULL);
    assert_false(pages_owns(NULL, &session));
    assert_false(pages_watched(NULL));
    assert_int_equal(pages_port(NULL), 0);
}

#define WITH(f) cmocka_unit_test_setup_teardown(f, set_up, tear_down)
int main(void)
{
    const struct CMUnitTest tests[] = {
        WITH(cookies_are_known_and_differ),
        WITH(a_flood_of_visitors_takes_no_place_in_use),
        WITH(full_of_people),
        WITH(what_was_asked_is_bounded),
        WITH(a_reload_off_line_brings_what_waits),
        WITH(a_stop_covers_everything),
        cmocka_unit_test(no_pages_is_allowed),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
