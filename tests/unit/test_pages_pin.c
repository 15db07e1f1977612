/* test_pages_pin.c — Job: lock and unlock at a page: PIN, tries, change of person, no gateway. */
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
    pkit_open(&kit, 0);
    pkit_open(&kit, 1);
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

static const char *ask(size_t index, const char *type, const char *body)
{
    char text[256];
    snprintf(text, sizeof text, "{\"type\":\"local.%s\",\"id\":\"q\",\"body\":%s}", type, body);
    pkit_text(&kit, index, text);
    const char *code = got(index, "local.result", "body.code");
    return code[0] != '\0' ? code : got(index, "local.result", "body.ok");
}

static const char *unlock(size_t index, char person, const char *pin)
{
    char body[128];
    snprintf(body, sizeof body, "{\"person\":\"%s\",\"pin\":\"%s\"}", ckit_text(person), pin);
    return ask(index, "unlock", body);
}

/* Person s or t, of session S or T. */
static void with_pin(size_t index, char session, const char *pin)
{
    char body[64];
    snprintf(body, sizeof body, "{\"pin\":\"%s\"}", pin);
    pkit_sign_in(&kit, index, session);
    assert_string_equal(ask(index, "pin", body), "true");
}

static bool people_say(size_t index, const char *text)
{
    struct slice frame = pkit_got(&kit, index, "local.people");
    return frame.bytes != NULL && memmem(frame.bytes, frame.size, text, strlen(text)) != NULL;
}

static void locked_and_back(void **state)
{
    (void)state;
    with_pin(0, 'S', "2580");
    assert_true(people_say(1, "\"locked\":false,\"pin\":true"));
    assert_string_equal(ask(0, "lock", "{}"), "true");
    assert_string_equal(got(0, "local.cover", "body.reason"), "signed_out");
    assert_string_equal(got(0, "local.person", "body.name"), "");
    assert_true(people_say(0, "\"locked\":true"));
    assert_int_equal(ckit_sent_times(&kit.wire, "sign_out"), 0);
    assert_true(
        pages_owns(kit.pages, &session_person(client_session(kit.wire.client), 0)->session));
    assert_string_equal(unlock(0, 's', "2580"), "true");
    assert_string_equal(got(0, "local.person", "body.session"), ckit_text('S'));
    assert_true(people_say(1, "\"locked\":false"));
}

static void what_is_no_pin(void **state)
{
    (void)state;
    static const char *const bad[] = {"{}",
                                      "{\"pin\":\"\"}",
                                      "{\"pin\":\"123\"}",
                                      "{\"pin\":\"123456789\"}",
                                      "{\"pin\":\"12a4\"}",
                                      "{\"pin\":1234}"};
    assert_string_equal(ask(0, "pin", "{\"pin\":\"2580\"}"), "ERR_NO_SESSION");
    assert_string_equal(ask(0, "lock", "{}"), "ERR_NO_SESSION");
    assert_string_equal(unlock(0, 's', "2580"), "ERR_NO_PIN");
    pkit_sign_in(&kit, 0, 'S');
    for (size_t i = 0; i < sizeof bad / sizeof bad[0]; i++)
        assert_string_equal(ask(0, "pin", bad[i]), "ERR_BAD_FIELD");
    assert_string_equal(ask(0, "lock", "{}"), "ERR_NO_PIN");
    assert_string_equal(got(0, "local.person", "body.session"), ckit_text('S'));
    assert_string_equal(ask(0, "unlock", "{\"person\":\"x\",\"pin\":\"2580\"}"), "ERR_BAD_FIELD");
}

static void five_wrong_ones_end_the_session(void **state)
{
    (void)state;
    with_pin(0, 'S', "2580");
    assert_string_equal(ask(0, "lock", "{}"), "true");
    for (int left = 4; left > 0; left--) {
        char tries[8];
        snprintf(tries, sizeof tries, "%d", left);
        assert_string_equal(unlock(1, 's', left % 2 == 0 ? "2581" : ""), "ERR_PIN_WRONG");
        assert_string_equal(got(1, "local.result", "body.tries"), tries);
    }
    assert_string_equal(unlock(1, 's', "25800"), "ERR_PIN_LOCKED");
    assert_int_equal(ckit_sent_times(&kit.wire, "sign_out"), 1);
    assert_int_equal(session_people(client_session(kit.wire.client)), 0);
    assert_string_equal(unlock(1, 's', "2580"), "ERR_NO_PIN");
    assert_true(people_say(0, "\"people\":[]"));
}

static void a_right_one_counts_anew(void **state)
{
    (void)state;
    with_pin(0, 'S', "2580");
    for (int round = 0; round < 3; round++) {
        for (int i = 0; i < 4; i++)
            assert_string_equal(unlock(0, 's', "0000"), "ERR_PIN_WRONG");
        assert_string_equal(unlock(0, 's', "2580"), "true");
    }
    assert_int_equal(session_people(client_session(kit.wire.client)), 1);
}

static void two_people_take_turns(void **state)
{
    (void)state;
    with_pin(0, 'S', "2580");
    with_pin(0, 'T', "1470"); /* S has a PIN: locked, not signed out */
    assert_int_equal(ckit_sent_times(&kit.wire, "sign_out"), 0);
    assert_string_equal(unlock(0, 's', "1470"), "ERR_PIN_WRONG");
    assert_string_equal(unlock(0, 's', "2580"), "true");
    assert_string_equal(got(0, "local.person", "body.session"), ckit_text('S'));
    assert_string_equal(unlock(1, 's', "2580"), "true"); /* at the other browser now */
    assert_string_equal(got(0, "local.person", "body.name"), "");
    assert_string_equal(got(1, "local.person", "body.session"), ckit_text('S'));
    assert_int_equal(session_people(client_session(kit.wire.client)), 2);
}

static void without_a_pin_the_former_is_signed_out(void **state)
{
    (void)state;
    with_pin(0, 'S', "2580");
    assert_string_equal(ask(0, "lock", "{}"), "true");
    pkit_sign_in(&kit, 0, 'T');
    assert_string_equal(unlock(0, 's', "2580"), "true");
    assert_string_equal(ckit_member(ckit_sent(&kit.wire, "sign_out"), "session"), ckit_text('T'));
    assert_int_equal(session_people(client_session(kit.wire.client)), 1);
}

static void signed_on_anew_the_old_pin_opens_nothing(void **state)
{
    (void)state;
    with_pin(0, 'S', "2580");
    assert_string_equal(ask(0, "lock", "{}"), "true");
    struct id person = session_person(client_session(kit.wire.client), 0)->person;
    struct signed_in anew = {.session = {{7}}, .person = person};
    kit.pages->in_frame = true;
    pages_pin_again(kit.pages, &anew);
    pkit_say(&kit, "alive", "", "{\"n\":0,\"now\":\"%s\"}", ckit_at(kit.wire.wall));
    assert_int_equal(ckit_sent_times(&kit.wire, "sign_out"), 1);
    assert_string_equal(unlock(0, 's', "2580"), "ERR_NO_PIN");
}

static void no_gateway_is_needed(void **state)
{
    (void)state;
    static const struct ckit_section sections[] = {
        {SECTION_PERSON, "{\"content\":{\"name\":\"山田\"},\"state\":\"present\"}"},
    };
    with_pin(0, 'S', "2580");
    ckit_case(&kit.wire, kit.wire.wall + 3600000);
    ckit_view(&kit.wire, 'G', sections, 1, 64, kit.wire.wall + 3600000);
    ckit_keys(&kit.wire, 'G', 'S', sections, 1, NULL);
    struct sealed_view *view = sealed_views_first(client_views(kit.wire.client));
    assert_int_not_equal(view->opened, 0);
    client_offline(kit.wire.client);
    pages_offline(kit.pages, "silent");
    assert_string_equal(ask(0, "lock", "{}"), "true");
    assert_int_equal(view->opened, 0); /* nobody sees it */
    assert_string_equal(unlock(0, 's', "2580"), "true");
    kit.wire.mono += 130000;
    client_tick(kit.wire.client);
    char body[128];
    snprintf(body, sizeof body, "{\"view\":\"%s\",\"grant\":\"%s\"}", ckit_text('V'),
             ckit_text('G'));
    assert_string_equal(ask(0, "uncover", body), "true");
    assert_int_not_equal(view->opened, 0);
}

#define WITH(f) cmocka_unit_test_setup_teardown(f, set_up, tear_down)
int main(void)
{
    const struct CMUnitTest tests[] = {
        WITH(locked_and_back),
        WITH(what_is_no_pin),
        WITH(five_wrong_ones_end_the_session),
        WITH(a_right_one_counts_anew),
        WITH(two_people_take_turns),
        WITH(without_a_pin_the_former_is_signed_out),
        WITH(signed_on_anew_the_old_pin_opens_nothing),
        WITH(no_gateway_is_needed),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
