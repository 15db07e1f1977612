/* test_pages_out.c — Job: who hears a frame of the gateway: one browser, all, or nobody. */
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

static void hello_comes_first_and_nobody_is_there(void **state)
{
    (void)state;
    assert_true(memmem(kit.links[0].frames[0].bytes, kit.links[0].frames[0].size, "local.hello",
                       11) != NULL);
    assert_string_equal(got(0, "local.hello", "body.program"), "hospital");
    assert_string_equal(got(0, "local.hello", "body.name"), "画面1");
    assert_string_equal(got(0, "local.hello", "body.crew"), "しおみ2");
    assert_string_equal(got(0, "local.person", "body.name"), "");
    assert_int_equal(pkit_times(&kit, 0, "local.end"), 1);
}

static void a_person_is_at_one_browser(void **state)
{
    (void)state;
    pkit_sign_in(&kit, 0, 'S');
    assert_string_equal(got(0, "local.person", "body.name"), "佐藤");
    assert_string_equal(got(0, "local.result", "body.ok"), "true");
    assert_string_equal(got(1, "local.person", "body.name"), "");
    struct id session = ckit_id('S');
    assert_true(pages_owns(kit.pages, &session));
    for (size_t i = 0; i < kit.links[0].count; i++)
        assert_null(
            memmem(kit.links[0].frames[i].bytes, kit.links[0].frames[i].size, "AAAAAA=", 7));
}

/* A notice's words are for persons; that something happened is for everybody. */
static void notices_say_less_to_nobody(void **state)
{
    (void)state;
    ckit_case(&kit.wire, kit.wire.wall + 3600000);
    pkit_sign_in(&kit, 0, 'S');
    pkit_forget(&kit);
    char envelope[128];
    long long n = session_n(client_session(kit.wire.client));
    snprintf(envelope, sizeof envelope, "\"case\":\"%s\",\"n\":%lld,\"seq\":8,", ckit_text('C'),
             n + 1);
    static const char body[] = "{\"at\":\"%s\",\"content\":{\"text\":\"山田さん\"},\"event\":"
                               "\"%s\",\"person_name\":\"鈴木\"}";
    pkit_say(&kit, "notice", envelope, body, ckit_at(kit.wire.wall), "talked");
    assert_string_equal(got(0, "notice", "body.content.text"), "山田さん");
    assert_string_equal(got(0, "notice", "body.person_name"), "鈴木");
    assert_string_equal(got(1, "notice", "body.event"), "talked");
    assert_string_equal(got(1, "notice", "body.content.text"), "");
    assert_string_equal(got(1, "notice", "body.person_name"), "");
    pkit_say(&kit, "notice", envelope, body, ckit_at(kit.wire.wall), "talked");
    assert_int_equal(pkit_times(&kit, 0, "notice"), 1); /* it came before */
    snprintf(envelope, sizeof envelope, "\"case\":\"%s\",\"n\":%lld,\"seq\":9,", ckit_text('C'),
             n + 2);
    pkit_say(&kit, "notice", envelope, body, ckit_at(kit.wire.wall), "inquiry_asked");
    assert_string_equal(got(1, "notice", "body.content.text"), "山田さん");
    assert_string_equal(got(1, "notice", "body.person_name"), "");
}

static void headers_are_for_persons(void **state)
{
    (void)state;
    pkit_sign_in(&kit, 0, 'S');
    ckit_case(&kit.wire, kit.wire.wall + 3600000);
    ckit_view(&kit.wire, 'G', sections, 2, 64, kit.wire.wall + 3600000);
    pkit_forget(&kit);
    pkit_text(&kit, 0, "{\"type\":\"local.snapshot\",\"id\":\"1\"}");
    pkit_text(&kit, 1, "{\"type\":\"local.snapshot\",\"id\":\"1\"}");
    assert_int_equal(pkit_times(&kit, 0, "view_header"), 1);
    assert_int_equal(pkit_times(&kit, 1, "view_header"), 0);
    assert_int_equal(pkit_times(&kit, 1, "snapshot_case"), 1);
}

static void covers_reach_everybody(void **state)
{
    (void)state;
    pkit_sign_in(&kit, 0, 'S');
    kit.wire.mono += 500000; /* nothing was heard for longer than a lease */
    pages_tick(kit.pages);
    assert_string_equal(got(0, "local.cover", "body.reason"), "lease");
    assert_int_equal(pkit_times(&kit, 1, "local.cover"), 1);
    pages_tick(kit.pages);
    assert_int_equal(pkit_times(&kit, 1, "local.cover"), 1); /* once */
}

static void hospitals(int page, int pages, const char *name)
{
    pkit_say(&kit, "hospitals", "",
             "{\"hospitals\":[{\"name\":\"%s\",\"org\":\"%s\",\"phone\":\"022-000-0001\"}],"
             "\"page\":%d,\"pages\":%d}",
             name, ckit_text('H'), page, pages);
}

static bool named(const char *name)
{
    struct slice frame = pkit_got(&kit, 0, "hospitals");
    return memmem(frame.bytes, frame.size, name, strlen(name)) != NULL;
}

/* A page that is opened or reloaded later hears all of it, and nothing of a longer one before. */
static void the_list_of_hospitals_is_kept_whole(void **state)
{
    (void)state;
    pkit_sign_in(&kit, 0, 'S');
    hospitals(1, 3, "a");
    hospitals(2, 3, "b");
    hospitals(3, 3, "c");
    assert_int_equal(pkit_times(&kit, 1, "hospitals"), 0); /* nobody is there */
    pkit_forget(&kit);
    pkit_text(&kit, 0, "{\"type\":\"local.snapshot\",\"id\":\"1\"}");
    assert_int_equal(pkit_times(&kit, 0, "hospitals"), 3);
    assert_true(named("\"name\":\"c\""));
    hospitals(1, 1, "d");
    pkit_forget(&kit);
    pkit_text(&kit, 0, "{\"type\":\"local.snapshot\",\"id\":\"2\"}");
    assert_int_equal(pkit_times(&kit, 0, "hospitals"), 1);
    assert_true(named("\"name\":\"d\""));
}

/* Who is signed on at which tablet is told to the one who asked. */
static void tablets_go_to_the_person_who_asked(void **state)
{
    char envelope[128];
    (void)state;
    pkit_sign_in(&kit, 0, 'S');
    pkit_sign_in(&kit, 1, 'T');
    snprintf(envelope, sizeof envelope, "\"re\":\"%s\",\"session\":\"%s\",", ckit_text('Q'),
             ckit_text('S'));
    pkit_say(&kit, "tablets_page", envelope, "{\"complete\":true}");
    assert_int_equal(pkit_times(&kit, 0, "tablets_page"), 1);
    assert_int_equal(pkit_times(&kit, 1, "tablets_page"), 0);
}

#define WITH(f) cmocka_unit_test_setup_teardown(f, set_up, tear_down)
int main(void)
{
    const struct CMUnitTest tests[] = {
        WITH(hello_comes_first_and_nobody_is_there),
        WITH(a_person_is_at_one_browser),
        WITH(notices_say_less_to_nobody),
        WITH(headers_are_for_persons),
        WITH(covers_reach_everybody),
        WITH(the_list_of_hospitals_is_kept_whole),
        WITH(tablets_go_to_the_person_who_asked),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
