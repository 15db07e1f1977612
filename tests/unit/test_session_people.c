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

static struct client_kit kit;

static int set_up(void **state)
{
    (void)state;
    ckit_init(&kit);
    ckit_client(&kit, FROM_HOSPITAL);
    return 0;
}

static int tear_down(void **state)
{
    (void)state;
    ckit_fini(&kit);
    return 0;
}

static struct session *session(void)
{
    return client_session(kit.client);
}

static void a_person_signs_in(void **state)
{
    (void)state;
    ckit_ready(&kit, 0);
    ckit_sign_in(&kit, 'S');
    struct slice frame = ckit_sent(&kit, "sign_in");
    assert_string_equal(ckit_member(frame, "body.login"), "er1");
    assert_string_equal(ckit_member(frame, "body.password"), "secret-word");
    assert_string_equal(ckit_member(frame, "body.code"), "123456");
    assert_int_equal(session_people(session()), 1);
    const struct signed_in *person = session_person(session(), 0);
    struct id s = ckit_id('S');
    assert_true(id_equal(&person->session, &s));
    assert_string_equal(person->name, "試験 一郎");
    assert_true(person->bound);
    assert_int_equal(ckit_last(&kit, HAPPENED_SIGNED_IN)->again, false);
    assert_int_equal(session_waiting(session()), 0);
    assert_int_equal(ckit_last(&kit, HAPPENED_SETTLED)->settled_kind, MSG_SIGN_IN);
    assert_null(session_person(session(), 1));
}

static void a_receipt_is_no_sign_in(void **state)
{
    (void)state;
    char envelope[64];
    ckit_ready(&kit, 0);
    assert_int_equal(
        session_sign_in(session(), slice_of("a"), slice_of("b"), slice_of("123456"), NULL), ERR_OK);
    snprintf(envelope, sizeof envelope, "\"re\":\"%s\",",
             ckit_member(ckit_sent(&kit, "sign_in"), "id"));
    ckit_say(&kit, "receipt", envelope,
             "{\"entry\":5,\"recorded_at\":\"2026-11-24T05:00:00.000Z\"}");
    assert_int_equal(ckit_times(&kit, HAPPENED_SETTLED), 0);
    ckit_say(&kit, "refusal", envelope,
             "{\"code\":\"ERR_BAD_FACTORS\",\"en\":\"\",\"final\":true,\"ja\":\"\"}");
    assert_int_equal(ckit_last(&kit, HAPPENED_SETTLED)->err, ERR_BAD_FACTORS);
    assert_int_equal(session_people(session()), 0);
}

static void secrets_are_not_kept_for_later(void **state)
{
    (void)state;
    struct slice word = slice_of("b");
    assert_int_equal(session_sign_in(session(), slice_of("a"), word, slice_of("123456"), NULL),
                     ERR_BUSY);
    ckit_ready(&kit, 0);
    assert_int_equal(session_sign_in(session(), slice_of("a"), word, slice_of("12345"), NULL),
                     ERR_BAD_FIELD); /* six digits */
    assert_int_equal(session_waiting(session()), 0);
    assert_int_equal(session_sign_in(session(), slice_of("a"), word, slice_of("123456"), NULL),
                     ERR_OK);
    client_offline(kit.client);
    assert_int_equal(ckit_last(&kit, HAPPENED_SETTLED)->err, ERR_BUSY);
    ckit_forget(&kit);
    ckit_ready(&kit, 0);
    assert_null(ckit_sent(&kit, "sign_in").bytes);
    kit.line = false;
    assert_int_equal(session_sign_in(session(), slice_of("a"), word, slice_of("123456"), NULL),
                     ERR_BUSY);
    assert_int_equal(session_waiting(session()), 0);
}

static void a_token_resumes_before_anything_else_is_sent(void **state)
{
    (void)state;
    struct id s = ckit_id('S'), case_id = ckit_id('C');
    struct body_talk talk = {.text = slice_of("x")};
    ckit_ready(&kit, 0);
    ckit_sign_in(&kit, 'S');
    client_offline(kit.client);
    assert_false(session_person(session(), 0)->bound);
    assert_int_equal(session_send(session(), MSG_TALK, &s, &case_id, &talk, NULL), ERR_OK);
    ckit_forget(&kit);
    client_online(kit.client);
    ckit_welcome(&kit, 0);
    assert_int_equal(kit.sent_count, 3);
    struct slice resume = buf_slice(&kit.sent[1]);
    assert_string_equal(ckit_member(resume, "type"), "session_resume");
    assert_string_equal(ckit_member(resume, "session"), ckit_text('S'));
    assert_string_equal(ckit_member(resume, "body.token"),
                        "QUFBQUFBQUFBQUFBQUFBQUFBQUFBQUFBQUFBQUFBQUE=");
    assert_string_equal(ckit_member(buf_slice(&kit.sent[2]), "type"), "talk");
    ckit_say(&kit, "session", "", "{\"person\":\"%s\",\"session\":\"%s\"}", ckit_text('P'),
             ckit_text('S'));
    assert_true(session_person(session(), 0)->bound);
    assert_true(ckit_last(&kit, HAPPENED_SIGNED_IN)->again);
}

static void a_refused_resume_forgets_the_person(void **state)
{
    (void)state;
    char envelope[64];
    ckit_ready(&kit, 0);
    ckit_sign_in(&kit, 'S');
    client_offline(kit.client);
    client_online(kit.client);
    ckit_welcome(&kit, 0);
    snprintf(envelope, sizeof envelope, "\"re\":\"%s\",",
             ckit_member(ckit_sent(&kit, "session_resume"), "id"));
    ckit_say(&kit, "refusal", envelope,
             "{\"code\":\"ERR_SESSION_ENDED\",\"en\":\"\",\"final\":true,\"ja\":\"\"}");
    assert_int_equal(session_people(session()), 0);
    const struct ckit_happened *gone = ckit_last(&kit, HAPPENED_SIGNED_OUT);
    struct id s = ckit_id('S');
    assert_true(id_equal(&gone->session, &s));
    assert_int_equal(gone->err, ERR_SESSION_ENDED);
}

static void signing_out_forgets_at_once(void **state)
{
    (void)state;
    struct id s = ckit_id('S');
    ckit_ready(&kit, 0);
    ckit_sign_in(&kit, 'S');
    assert_int_equal(client_sign_out(kit.client, &s), ERR_OK);
    assert_int_equal(session_people(session()), 0);
    assert_string_equal(ckit_member(ckit_sent(&kit, "sign_out"), "session"), ckit_text('S'));
    assert_int_equal(client_sign_out(kit.client, &s), ERR_NO_SESSION);
    assert_int_equal(session_sign_out(session(), &s), ERR_NO_SESSION);
}

static void a_newer_session_of_the_same_person_ends_the_older(void **state)
{
    (void)state;
    struct id t = ckit_id('T');
    ckit_ready(&kit, 0);
    ckit_sign_in(&kit, 'S');
    ckit_forget(&kit);
    ckit_sign_in(&kit, 'T');
    assert_int_equal(session_people(session()), 1);
    assert_non_null(session_find(session(), &t));
    assert_int_equal(ckit_times(&kit, HAPPENED_SIGNED_OUT), 1);
}

static void a_session_without_a_token_is_of_no_use(void **state)
{
    (void)state;
    ckit_ready(&kit, 0);
    ckit_say(&kit, "session", "", "{\"person\":\"%s\",\"session\":\"%s\"}", ckit_text('P'),
             ckit_text('S'));
    assert_int_equal(session_people(session()), 0);
    assert_int_equal(ckit_times(&kit, HAPPENED_SIGNED_IN), 0);
}

static void a_changed_password_is_settled_by_its_receipt(void **state)
{
    (void)state;
    char envelope[64];
    struct id s = ckit_id('S'), x = ckit_id('X');
    struct slice old = slice_of("b"), word = slice_of("new-word");
    ckit_ready(&kit, 0);
    ckit_sign_in(&kit, 'S');
    assert_int_equal(session_password_change(session(), &x, old, word, NULL), ERR_NO_SESSION);
    assert_int_equal(session_password_change(session(), &s, old, word, NULL), ERR_OK);
    struct slice frame = ckit_sent(&kit, "password_change");
    assert_string_equal(ckit_member(frame, "body.new_password"), "new-word");
    assert_string_equal(ckit_member(frame, "session"), ckit_text('S'));
    snprintf(envelope, sizeof envelope, "\"re\":\"%s\",", ckit_member(frame, "id"));
    ckit_say(&kit, "receipt", envelope,
             "{\"entry\":5,\"recorded_at\":\"2026-11-24T05:00:00.000Z\"}");
    assert_int_equal(ckit_last(&kit, HAPPENED_SETTLED)->settled_kind, MSG_PASSWORD_CHANGE);
    assert_int_equal(session_person(session(), 0)->must_change, FLAG_NO);
}

static void a_session_ends_by_the_gateways_clock(void **state)
{
    (void)state;
    ckit_ready(&kit, 0);
    ckit_sign_in(&kit, 'S');
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
