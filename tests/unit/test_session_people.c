/* test_session_people.c — Job: sign-ins, their tokens over a lost line, and their end. */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <cmocka.h>

#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "tests/lib/client_kit.h"

static struct kit kit;

static int set_up(void **state)
{
    (void)state;
    kit_init(&kit);
    kit_client(&kit, FROM_HOSPITAL);
    return 0;
}

static int tear_down(void **state)
{
    (void)state;
    kit_fini(&kit);
    return 0;
}

static struct session *session(void)
{
    return client_session(kit.client);
}

static void a_person_signs_in(void **state)
{
    (void)state;
    kit_ready(&kit, 0);
    kit_sign_in(&kit, 'S');
    struct slice frame = kit_sent(&kit, "sign_in");
    assert_string_equal(kit_member(frame, "body.login"), "er1");
    assert_string_equal(kit_member(frame, "body.password"), "secret-word");
    assert_string_equal(kit_member(frame, "body.code"), "123456");
    assert_int_equal(session_people(session()), 1);
    const struct signed_in *person = session_person(session(), 0);
    struct id s = kit_id('S');
    assert_true(id_equal(&person->session, &s));
    assert_string_equal(person->name, "試験 一郎");
    assert_true(person->bound);
    assert_int_equal(kit_last(&kit, HAPPENED_SIGNED_IN)->again, false);
    assert_int_equal(session_waiting(session()), 0);
    assert_int_equal(kit_last(&kit, HAPPENED_SETTLED)->settled_kind, MSG_SIGN_IN);
    assert_null(session_person(session(), 1));
}

static void a_receipt_is_no_sign_in(void **state)
{
    (void)state;
    char envelope[64];
    kit_ready(&kit, 0);
    assert_int_equal(
        session_sign_in(session(), slice_of("a"), slice_of("b"), slice_of("123456"), NULL), ERR_OK);
    snprintf(envelope, sizeof envelope, "\"re\":\"%s\",",
             kit_member(kit_sent(&kit, "sign_in"), "id"));
    kit_say(&kit, "receipt", envelope,
            "{\"entry\":5,\"recorded_at\":\"2026-11-24T05:00:00.000Z\"}");
    assert_int_equal(kit_times(&kit, HAPPENED_SETTLED), 0);
    kit_say(&kit, "refusal", envelope,
            "{\"code\":\"ERR_BAD_FACTORS\",\"en\":\"\",\"final\":true,\"ja\":\"\"}");
    assert_int_equal(kit_last(&kit, HAPPENED_SETTLED)->err, ERR_BAD_FACTORS);
    assert_int_equal(session_people(session()), 0);
}

static void secrets_are_not_kept_for_later(void **state)
{
    (void)state;
    struct slice word = slice_of("b");
    assert_int_equal(session_sign_in(session(), slice_of("a"), word, slice_of("123456"), NULL),
                     ERR_BUSY);
    kit_ready(&kit, 0);
    assert_int_equal(session_sign_in(session(), slice_of("a"), word, slice_of("12345"), NULL),
                     ERR_BAD_FIELD); /* six digits */
    assert_int_equal(session_waiting(session()), 0);
    assert_int_equal(session_sign_in(session(), slice_of("a"), word, slice_of("123456"), NULL),
                     ERR_OK);
    client_offline(kit.client);
    assert_int_equal(kit_last(&kit, HAPPENED_SETTLED)->err, ERR_BUSY);
    kit_forget(&kit);
    kit_ready(&kit, 0);
    assert_null(kit_sent(&kit, "sign_in").bytes);
    kit.line = false;
    assert_int_equal(session_sign_in(session(), slice_of("a"), word, slice_of("123456"), NULL),
                     ERR_BUSY);
    assert_int_equal(session_waiting(session()), 0);
}

static void a_token_resumes_before_anything_else_is_sent(void **state)
{
    (void)state;
    struct id s = kit_id('S'), case_id = kit_id('C');
    struct body_talk talk = {.text = slice_of("x")};
    kit_ready(&kit, 0);
    kit_sign_in(&kit, 'S');
    client_offline(kit.client);
    assert_false(session_person(session(), 0)->bound);
    assert_int_equal(session_send(session(), MSG_TALK, &s, &case_id, &talk, NULL), ERR_OK);
    kit_forget(&kit);
    client_online(kit.client);
    kit_welcome(&kit, 0);
    assert_int_equal(kit.sent_count, 3);
    struct slice resume = buf_slice(&kit.sent[1]);
    assert_string_equal(kit_member(resume, "type"), "session_resume");
    assert_string_equal(kit_member(resume, "session"), kit_text('S'));
    assert_string_equal(kit_member(resume, "body.token"),
                        "QUFBQUFBQUFBQUFBQUFBQUFBQUFBQUFBQUFBQUFBQUE=");
    assert_string_equal(kit_member(buf_slice(&kit.sent[2]), "type"), "talk");
    kit_say(&kit, "session", "", "{\"person\":\"%s\",\"session\":\"%s\"}", kit_text('P'),
            kit_text('S'));
    assert_true(session_person(session(), 0)->bound);
    assert_true(kit_last(&kit, HAPPENED_SIGNED_IN)->again);
}

static void a_refused_resume_forgets_the_person(void **state)
{
    (void)state;
    char envelope[64];
    kit_ready(&kit, 0);
    kit_sign_in(&kit, 'S');
    client_offline(kit.client);
    client_online(kit.client);
    kit_welcome(&kit, 0);
    snprintf(envelope, sizeof envelope, "\"re\":\"%s\",",
             kit_member(kit_sent(&kit, "session_resume"), "id"));
    kit_say(&kit, "refusal", envelope,
            "{\"code\":\"ERR_SESSION_ENDED\",\"en\":\"\",\"final\":true,\"ja\":\"\"}");
    assert_int_equal(session_people(session()), 0);
    const struct kit_happened *gone = kit_last(&kit, HAPPENED_SIGNED_OUT);
    struct id s = kit_id('S');
    assert_true(id_equal(&gone->session, &s));
    assert_int_equal(gone->err, ERR_SESSION_ENDED);
}

static void signing_out_forgets_at_once(void **state)
{
    (void)state;
    struct id s = kit_id('S');
    kit_ready(&kit, 0);
    kit_sign_in(&kit, 'S');
    assert_int_equal(client_sign_out(kit.client, &s), ERR_OK);
    assert_int_equal(session_people(session()), 0);
    assert_string_equal(kit_member(kit_sent(&kit, "sign_out"), "session"), kit_text('S'));
    assert_int_equal(client_sign_out(kit.client, &s), ERR_NO_SESSION);
    assert_int_equal(session_sign_out(session(), &s), ERR_NO_SESSION);
}

static void a_newer_session_of_the_same_person_ends_the_older(void **state)
{
    (void)state;
    struct id t = kit_id('T');
    kit_ready(&kit, 0);
    kit_sign_in(&kit, 'S');
    kit_forget(&kit);
    kit_sign_in(&kit, 'T');
    assert_int_equal(session_people(session()), 1);
    assert_non_null(session_find(session(), &t));
    assert_int_equal(kit_times(&kit, HAPPENED_SIGNED_OUT), 1);
}

static void a_session_without_a_token_is_of_no_use(void **state)
{
    (void)state;
    kit_ready(&kit, 0);
    kit_say(&kit, "session", "", "{\"person\":\"%s\",\"session\":\"%s\"}", kit_text('P'),
            kit_text('S'));
    assert_int_equal(session_people(session()), 0);
    assert_int_equal(kit_times(&kit, HAPPENED_SIGNED_IN), 0);
}

static void a_changed_password_is_settled_by_its_receipt(void **state)
{
    (void)state;
    char envelope[64];
    struct id s = kit_id('S'), x = kit_id('X');
    struct slice old = slice_of("b"), word = slice_of("new-word");
    kit_ready(&kit, 0);
    kit_sign_in(&kit, 'S');
    assert_int_equal(session_password_change(session(), &x, old, word, NULL), ERR_NO_SESSION);
    assert_int_equal(session_password_change(session(), &s, old, word, NULL), ERR_OK);
    struct slice frame = kit_sent(&kit, "password_change");
    assert_string_equal(kit_member(frame, "body.new_password"), "new-word");
    assert_string_equal(kit_member(frame, "session"), kit_text('S'));
    snprintf(envelope, sizeof envelope, "\"re\":\"%s\",", kit_member(frame, "id"));
    kit_say(&kit, "receipt", envelope,
            "{\"entry\":5,\"recorded_at\":\"2026-11-24T05:00:00.000Z\"}");
    assert_int_equal(kit_last(&kit, HAPPENED_SETTLED)->settled_kind, MSG_PASSWORD_CHANGE);
    assert_int_equal(session_person(session(), 0)->must_change, FLAG_NO);
}

static void a_session_ends_by_the_gateways_clock(void **state)
{
    (void)state;
    kit_ready(&kit, 0);
    kit_sign_in(&kit, 'S');
    kit.mono += 8 * 3600 * 1000 - 1;
    client_tick(kit.client);
    assert_int_equal(session_people(session()), 1);
    kit.mono += 1;
    client_tick(kit.client);
    assert_int_equal(session_people(session()), 0);
}

#define ONE(test) cmocka_unit_test_setup_teardown(test, set_up, tear_down)
int main(void)
{
    const struct CMUnitTest tests[] = {
        ONE(a_person_signs_in),
        ONE(a_receipt_is_no_sign_in),
        ONE(secrets_are_not_kept_for_later),
        ONE(a_token_resumes_before_anything_else_is_sent),
        ONE(a_refused_resume_forgets_the_person),
        ONE(signing_out_forgets_at_once),
        ONE(a_newer_session_of_the_same_person_ends_the_older),
        ONE(a_session_without_a_token_is_of_no_use),
        ONE(a_changed_password_is_settled_by_its_receipt),
        ONE(a_session_ends_by_the_gateways_clock),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
