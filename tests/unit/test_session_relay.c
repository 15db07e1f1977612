/* test_session_relay.c — Job: a page's message gets session and time, and is checked like ours. */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <cmocka.h>

#include <stdio.h>

#include "tests/lib/client_kit.h"

static struct client_kit kit;
static const struct id nobody = {{0}};

static int set_up(void **state)
{
    (void)state;
    ckit_init(&kit);
    ckit_client(&kit, FROM_AMBULANCE);
    ckit_ready(&kit, 0);
    ckit_forget(&kit);
    return 0;
}

static int tear_down(void **state)
{
    (void)state;
    ckit_fini(&kit);
    return 0;
}

static enum err relay(const char *text, const struct id *person, struct relayed *out)
{
    return session_relay(client_session(kit.client), slice_of(text), person, out);
}

static const char *opening(char id, const char *more)
{
    static char text[512];
    snprintf(text, sizeof text,
             "{%s\"type\":\"case_open\",\"id\":\"%s\",\"case\":\"%s\",\"body\":{\"incident\":"
             "\"%s\"}}",
             more, ckit_text(id), ckit_text('C'), ckit_text('I'));
    return text;
}

static void the_device_alone(void **state)
{
    struct relayed out;
    (void)state;
    assert_int_equal(relay(opening('M', ""), &nobody, &out), ERR_OK);
    struct id m = ckit_id('M'), c = ckit_id('C');
    assert_true(id_equal(&out.message, &m) && id_equal(&out.case_id, &c));
    assert_int_equal(out.kind, MSG_CASE_OPEN);
    assert_int_equal(session_waiting(client_session(kit.client)), 1);
    assert_int_equal(kit.sent_count, 1);
    assert_string_equal(ckit_member(buf_slice(&kit.sent[0]), "sent_at"), ckit_at(kit.wall));
    assert_string_equal(ckit_member(buf_slice(&kit.sent[0]), "session"), "");
}

/* What the page made is what goes out, byte by byte, and so again after a reload. */
static void its_own_time_stays(void **state)
{
    struct relayed out;
    (void)state;
    const char *text = opening('M', "\"sent_at\":\"2026-11-24T05:00:00.000Z\",");
    assert_int_equal(relay(text, &nobody, &out), ERR_OK);
    assert_true(slice_is(buf_slice(&kit.sent[0]), text));
    assert_int_equal(relay(text, &nobody, &out), ERR_OK);
    assert_int_equal(kit.sent_count, 1);
    assert_int_equal(session_waiting(client_session(kit.client)), 1);
}

static void a_person_speaks(void **state)
{
    struct relayed out;
    struct id session = ckit_id('S'), other = ckit_id('T');
    (void)state;
    ckit_sign_in(&kit, 'S');
    ckit_forget(&kit);
    assert_int_equal(relay(opening('M', " "), &session, &out), ERR_OK);
    assert_string_equal(ckit_member(buf_slice(&kit.sent[0]), "session"), ckit_text('S'));
    assert_int_equal(relay(opening('N', ""), &other, &out), ERR_NO_SESSION);
}

static void off_line_it_is_kept(void **state)
{
    struct relayed out;
    (void)state;
    client_offline(kit.client);
    assert_int_equal(relay(opening('M', ""), &nobody, &out), ERR_OK);
    assert_int_equal(kit.sent_count, 0);
    client_online(kit.client);
    ckit_welcome(&kit, 0);
    assert_int_equal(ckit_sent_times(&kit, "hello"), 1);
    assert_int_equal(kit.sent_count, 2);
}

static void refused(void **state)
{
    struct relayed out;
    (void)state;
    assert_int_equal(relay("", &nobody, &out), ERR_JSON);
    assert_int_equal(relay("[]", &nobody, &out), ERR_JSON);
    assert_int_equal(relay("{}", &nobody, &out), ERR_JSON);
    assert_int_equal(relay("{\"a\":1,\"a\":2}", &nobody, &out), ERR_DUPLICATE_KEY);
    assert_int_equal(relay(opening('M', "\"session\":\"x\","), &nobody, &out), ERR_UNKNOWN_FIELD);
    struct id m = ckit_id('M');
    assert_true(id_equal(&out.message, &m)); /* so that the page knows which */
    assert_string_equal(out.why.path, "session");
    assert_int_equal(relay(opening('M', "\"n\":3,"), &nobody, &out), ERR_UNKNOWN_FIELD);
    assert_int_equal(relay("{\"type\":\"case_open\",\"body\":{}}", &nobody, &out),
                     ERR_MISSING_FIELD);
    assert_int_equal(relay("{\"type\":\"answer\",\"id\":\"x\"}", &nobody, &out), ERR_BAD_FIELD);
    assert_int_equal(relay("{\"type\":\"snapshot_ask\"}", &nobody, &out), ERR_NOT_ALLOWED);
    assert_int_equal(relay("{\"type\":\"ack\",\"body\":{\"n\":3}}", &nobody, &out),
                     ERR_NOT_ALLOWED);
    assert_int_equal(kit.sent_count, 0);
    assert_int_equal(session_waiting(client_session(kit.client)), 0);
}

#define WITH(f) cmocka_unit_test_setup_teardown(f, set_up, tear_down)
int main(void)
{
    const struct CMUnitTest tests[] = {
        WITH(the_device_alone), WITH(its_own_time_stays),
        WITH(a_person_speaks),  WITH(off_line_it_is_kept),
        WITH(refused),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
