/* test_pages_uncover.c — Job: lease over, line dead: one named touch, said to the gateway later. */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <cmocka.h>

#include <stdio.h>

#include "tests/lib/pages_kit.h"

static struct pages_kit kit;
static char request[256];
static const struct ckit_section sections[] = {
    {SECTION_PERSON, "{\"content\":{\"name\":\"山田\"},\"state\":\"present\"}"},
};

static int set_up(void **state)
{
    (void)state;
    pkit_init(&kit, FROM_HOSPITAL);
    pkit_open(&kit, 0);
    pkit_open(&kit, 1);
    pkit_sign_in(&kit, 0, 'S');
    pkit_sign_in(&kit, 1, 'T');
    ckit_case(&kit.wire, kit.wire.wall + 3600000);
    ckit_view(&kit.wire, 'G', sections, 1, 64, kit.wire.wall + 3600000);
    ckit_keys(&kit.wire, 'G', 'S', sections, 1, NULL);
    snprintf(
        request, sizeof request,
        "{\"type\":\"local.uncover\",\"id\":\"u\",\"body\":{\"view\":\"%s\",\"grant\":\"%s\"}}",
        ckit_text('V'), ckit_text('G'));
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

static void lose_the_line(void)
{
    client_offline(kit.wire.client);
    pages_offline(kit.pages, "silent");
    kit.wire.mono += 130000;
    client_tick(kit.wire.client);
    pages_tick(kit.pages);
}

static void one_touch_and_said_later(void **state)
{
    (void)state;
    lose_the_line();
    assert_string_equal(got(0, "local.cover", "body.reason"), "lease");
    pkit_text(&kit, 1, request); /* not the one who opened it */
    assert_string_equal(got(1, "local.result", "body.code"), "ERR_NO_SESSION");
    pkit_text(&kit, 0, request);
    assert_string_equal(got(0, "local.result", "body.ok"), "true");
    assert_int_equal(ckit_sent_times(&kit.wire, "open"), 0);
    client_online(kit.wire.client);
    ckit_welcome(&kit.wire, 0);
    struct slice open = ckit_sent(&kit.wire, "open");
    assert_string_equal(ckit_member(open, "session"), ckit_text('S'));
    assert_string_equal(ckit_member(open, "body.grant"), ckit_text('G'));
    assert_string_equal(ckit_member(open, "body.shown_at"), ckit_at(kit.wire.wall));
    assert_non_null(memmem(open.bytes, open.size, "通信断中に表示", strlen("通信断中に表示")));
}

static void not_while_the_gateway_is_there(void **state)
{
    (void)state;
    pkit_text(&kit, 0, request);
    assert_string_equal(got(0, "local.result", "body.ok"), "false");
    pkit_text(&kit, 0, "{\"type\":\"local.uncover\",\"id\":\"v\",\"body\":{}}");
    assert_string_equal(got(0, "local.result", "body.code"), "ERR_MISSING_FIELD");
    pkit_text(&kit, 0, "{\"type\":\"local.uncover\",\"id\":\"w\",\"body\":{\"view\":\"x\"}}");
    assert_string_equal(got(0, "local.result", "body.code"), "ERR_BAD_FIELD");
}

static void not_past_the_end_of_the_right(void **state)
{
    (void)state;
    lose_the_line();
    kit.wire.mono += 3600000;
    client_tick(kit.wire.client);
    assert_string_equal(got(0, "local.cover", "body.reason"), "until");
    pkit_text(&kit, 0, request);
    assert_string_equal(got(0, "local.result", "body.code"), "ERR_NO_VIEW");
}

#define WITH(f) cmocka_unit_test_setup_teardown(f, set_up, tear_down)
int main(void)
{
    const struct CMUnitTest tests[] = {
        WITH(one_touch_and_said_later),
        WITH(not_while_the_gateway_is_there),
        WITH(not_past_the_end_of_the_right),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
