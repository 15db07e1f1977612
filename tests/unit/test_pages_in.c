/* test_pages_in.c — Job: what a page says: relayed, done here, or refused. */
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
    pkit_init(&kit, FROM_HOSPITAL);
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

static void answer(size_t index, char id)
{
    char text[512];
    snprintf(text, sizeof text,
             "{\"type\":\"answer\",\"id\":\"%s\",\"case\":\"%s\",\"body\":{\"inquiry\":\"%s\","
             "\"result\":\"accepted\"}}",
             ckit_text(id), ckit_text('C'), ckit_text('Q'));
    pkit_text(&kit, index, text);
}

static void a_message_gets_session_and_time(void **state)
{
    (void)state;
    answer(0, 'M');
    struct buf *sent = &kit.wire.sent[kit.wire.sent_count - 1];
    struct slice frame = buf_slice(sent);
    assert_string_equal(ckit_member(frame, "id"), ckit_text('M'));
    assert_string_equal(ckit_member(frame, "session"), "");
    assert_string_equal(ckit_member(frame, "sent_at"), ckit_at(kit.wire.wall));
    pkit_sign_in(&kit, 0, 'S');
    answer(0, 'N');
    frame = buf_slice(&kit.wire.sent[kit.wire.sent_count - 1]);
    assert_string_equal(ckit_member(frame, "session"), ckit_text('S'));
    assert_string_equal(ckit_member(frame, "body.result"), "accepted");
}

static void its_answer_goes_to_its_browser(void **state)
{
    (void)state;
    char envelope[64];
    answer(0, 'M');
    size_t sent = kit.wire.sent_count;
    answer(0, 'M'); /* it waits already */
    assert_int_equal(kit.wire.sent_count, sent);
    answer(1, 'M'); /* somebody else's name for it */
    assert_string_equal(got(1, "refusal", "body.code"), "ERR_ID_REUSED");
    snprintf(envelope, sizeof envelope, "\"re\":\"%s\",", ckit_text('M'));
    pkit_say(&kit, "receipt", envelope, "{\"entry\":9,\"recorded_at\":\"%s\"}",
             ckit_at(kit.wire.wall));
    assert_string_equal(got(0, "receipt", "re"), ckit_text('M'));
    assert_int_equal(pkit_times(&kit, 1, "receipt"), 0);
}

static void what_the_gateway_never_answers_is_refused(void **state)
{
    (void)state;
    answer(0, 'M');
    kit.wire.mono += CLIENT_RESEND_MS + 1;
    client_tick(kit.wire.client);
    assert_string_equal(got(0, "refusal", "re"), ckit_text('M'));
    assert_string_equal(got(0, "refusal", "body.code"), "ERR_LATE");
}

static void refusals(void **state)
{
    (void)state;
    static const struct {
        const char *text, *code;
    } rows[] = {
        {"{\"type\":\"hello\",\"body\":{\"client\":\"x\",\"n\":0,\"checkpoint_size\":0}}",
         "ERR_NOT_ALLOWED"},
        {"{\"type\":\"sign_out\",\"id\":\"0000000000000000000000000A\"}", "ERR_NOT_ALLOWED"},
        {"{\"type\":\"nonsense\",\"id\":\"0000000000000000000000000A\"}", "ERR_UNKNOWN_TYPE"},
        {"{\"type\":\"answer\",\"session\":\"0000000000000000000000000A\"}", "ERR_UNKNOWN_FIELD"},
        {"{\"type\":\"case_open\",\"id\":\"0000000000000000000000000A\"}", "ERR_NOT_ALLOWED"},
        {"{\"type\":\"record_read\",\"id\":\"0000000000000000000000000A\",\"case\":"
         "\"0000000000000000000000000A\"}",
         "ERR_NO_SESSION"},
        {"{}", "ERR_JSON"},
    };
    size_t before = kit.wire.sent_count;
    for (size_t i = 0; i < sizeof rows / sizeof rows[0]; i++) {
        pkit_forget(&kit);
        pkit_text(&kit, 0, rows[i].text);
        assert_string_equal(got(0, "refusal", "body.code"), rows[i].code);
        assert_int_equal(kit.wire.sent_count, 0);
    }
    assert_true(before > 0);
    pkit_text(&kit, 0, "[]");
    assert_int_equal(kit.links[0].closed, CLOSE_PROTOCOL);
}

static void wrong_factors_are_told_to_who_typed_them(void **state)
{
    (void)state;
    char envelope[64];
    pkit_text(&kit, 0,
              "{\"type\":\"local.sign_in\",\"id\":\"s\",\"body\":{\"login\":\"sato\","
              "\"password\":\"geheim\",\"code\":\"123456\"}}");
    assert_int_equal(pkit_times(&kit, 0, "local.result"), 0);
    snprintf(envelope, sizeof envelope, "\"re\":\"%s\",",
             ckit_member(ckit_sent(&kit.wire, "sign_in"), "id"));
    pkit_say(&kit, "refusal", envelope,
             "{\"code\":\"ERR_BAD_FACTORS\",\"en\":\"e\",\"final\":true,\"ja\":\"j\"}");
    assert_string_equal(got(0, "local.result", "re"), "s");
    assert_string_equal(got(0, "local.result", "body.code"), "ERR_BAD_FACTORS");
    assert_int_equal(pkit_times(&kit, 1, "local.result"), 0);
}

static void a_new_person_ends_the_former(void **state)
{
    (void)state;
    pkit_sign_in(&kit, 0, 'S');
    pkit_forget(&kit);
    pkit_sign_in(&kit, 0, 'T');
    assert_string_equal(got(0, "local.cover", "body.reason"), "signed_out");
    assert_string_equal(got(0, "local.person", "body.session"), ckit_text('T'));
    assert_string_equal(ckit_member(ckit_sent(&kit.wire, "sign_out"), "session"), ckit_text('S'));
    assert_int_equal(session_people(client_session(kit.wire.client)), 1);
}

static void signing_out_covers(void **state)
{
    (void)state;
    pkit_sign_in(&kit, 0, 'S');
    pkit_text(&kit, 0, "{\"type\":\"local.sign_out\",\"id\":\"o\"}");
    assert_string_equal(got(0, "local.cover", "body.reason"), "signed_out");
    assert_string_equal(got(0, "local.person", "body.name"), "");
    assert_int_equal(ckit_sent_times(&kit.wire, "sign_out"), 1);
    pkit_text(&kit, 0, "{\"type\":\"local.sign_out\",\"id\":\"p\"}");
    assert_string_equal(got(0, "local.result", "body.code"), "ERR_NO_SESSION");
}

static void local_requests(void **state)
{
    (void)state;
    pkit_text(&kit, 0, "{\"type\":\"local.nonsense\",\"id\":\"1\"}");
    assert_string_equal(got(0, "local.result", "body.code"), "ERR_UNKNOWN_TYPE");
    pkit_text(&kit, 0, "{\"type\":\"local.card\",\"id\":\"2\",\"body\":{\"act\":\"read\"}}");
    assert_string_equal(got(0, "local.result", "body.code"), "ERR_NO_READER");
    pkit_text(&kit, 0, "{\"type\":\"local.sound_ok\",\"id\":\"3\"}");
    assert_string_equal(got(0, "local.result", "re"), "3");
    assert_string_equal(got(0, "local.result", "body.ok"), "true");
    pkit_forget(&kit);
    pkit_text(&kit, 0, "{\"type\":\"local.sound_ok\"}"); /* nobody wants an answer */
    assert_int_equal(pkit_times(&kit, 0, "local.result"), 0);
}

#define WITH(f) cmocka_unit_test_setup_teardown(f, set_up, tear_down)
int main(void)
{
    const struct CMUnitTest tests[] = {
        WITH(a_message_gets_session_and_time),
        WITH(its_answer_goes_to_its_browser),
        WITH(what_the_gateway_never_answers_is_refused),
        WITH(refusals),
        WITH(wrong_factors_are_told_to_who_typed_them),
        WITH(a_new_person_ends_the_former),
        WITH(signing_out_covers),
        WITH(local_requests),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
