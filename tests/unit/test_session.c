/* test_session.c — Job: hello, n without gaps, snapshots on gaps, acknowledgements. */
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
static const struct id none = {{0}};

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

static void notice(uint64_t n)
{
    char envelope[64];
    snprintf(envelope, sizeof envelope, "\"n\":%llu,\"seq\":9,", (unsigned long long)n);
    if (n == 0)
        envelope[0] = '\0';
    ckit_say(&kit, "notice", envelope, "{\"at\":\"%s\",\"event\":\"alert\"}", ckit_at(kit.wall));
}

static void hello_says_what_is_held(void **state)
{
    (void)state;
    client_online(kit.client);
    assert_int_equal(session_state_of(session()), SESSION_GREETING);
    assert_string_equal(ckit_member(ckit_sent(&kit, "hello"), "body.n"), "0");
    assert_string_equal(ckit_member(ckit_sent(&kit, "hello"), "body.client"), "kit 0.1");
    assert_string_equal(ckit_member(ckit_sent(&kit, "hello"), "body.checkpoint_size"), "0");
    ckit_welcome(&kit, 7);
    assert_int_equal(session_state_of(session()), SESSION_READY);
    ckit_say(&kit, "snapshot", "", "{\"count\":0,\"n\":7}");
    assert_int_equal(session_n(session()), 7);
    client_offline(kit.client);
    assert_int_equal(session_state_of(session()), SESSION_OFFLINE);
    client_online(kit.client);
    assert_string_equal(ckit_member(ckit_sent(&kit, "hello"), "body.n"), "7");
}

static void silence_after_hello_ends_the_line(void **state)
{
    (void)state;
    client_online(kit.client);
    kit.mono += HELLO_WAIT_MS - 1;
    assert_true(session_tick(session()));
    kit.mono += 1;
    assert_false(session_tick(session()));
}

static void n_counts_up_and_repeats_are_dropped(void **state)
{
    (void)state;
    ckit_ready(&kit, 3);
    notice(4);
    notice(5);
    assert_int_equal(session_n(session()), 5);
    assert_int_equal(ckit_times(&kit, HAPPENED_NOTICE), 2);
    notice(5);
    notice(2);
    assert_int_equal(ckit_times(&kit, HAPPENED_NOTICE), 2);
    notice(0); /* taken away before it was logged */
    assert_int_equal(ckit_times(&kit, HAPPENED_NOTICE), 3);
    assert_int_equal(session_n(session()), 5);
    assert_int_equal(ckit_sent_times(&kit, "snapshot_ask"), 0);
}

static void a_gap_asks_for_a_snapshot_once(void **state)
{
    (void)state;
    ckit_ready(&kit, 3);
    notice(5);
    notice(6);
    assert_int_equal(ckit_times(&kit, HAPPENED_NOTICE), 2); /* what it takes away is taken away */
    assert_int_equal(session_n(session()), 3);
    assert_int_equal(ckit_sent_times(&kit, "snapshot_ask"), 1);
    kit.mono += CLIENT_SNAPSHOT_MS;
    session_tick(session());
    assert_int_equal(ckit_sent_times(&kit, "snapshot_ask"), 2); /* the second gap */
    ckit_say(&kit, "snapshot", "", "{\"count\":0,\"n\":6}");
    notice(7);
    assert_int_equal(session_n(session()), 7);
    kit.mono += CLIENT_SNAPSHOT_MS;
    session_tick(session());
    assert_int_equal(ckit_sent_times(&kit, "snapshot_ask"), 2);
}

static void what_was_kept_is_acknowledged_once(void **state)
{
    (void)state;
    ckit_ready(&kit, 3);
    session_tick(session());
    assert_string_equal(ckit_member(ckit_sent(&kit, "ack"), "body.n"), "3");
    session_tick(session());
    assert_int_equal(ckit_sent_times(&kit, "ack"), 1);
    notice(4);
    session_tick(session());
    assert_string_equal(ckit_member(ckit_sent(&kit, "ack"), "body.n"), "4");
}

static void a_message_is_checked_before_it_leaves(void **state)
{
    (void)state;
    struct id case_id = ckit_id('C'), nobody_here = ckit_id('X');
    struct body_talk talk = {.text = slice_of("x")};
    struct body_answer answer = {.result = ANSWER_ACCEPTED}; /* without its inquiry */
    ckit_ready(&kit, 0);
    ckit_forget(&kit);
    assert_int_equal(session_send(session(), MSG_TALK, &none, &case_id, &talk, NULL),
                     ERR_NO_SESSION);
    assert_int_equal(session_send(session(), MSG_TALK, &nobody_here, &case_id, &talk, NULL),
                     ERR_NO_SESSION);
    assert_int_equal(session_send(session(), MSG_ANSWER, &none, &case_id, &answer, NULL),
                     ERR_MISSING_FIELD);
    answer.inquiry = ckit_id('Q');
    assert_int_equal(session_send(session(), MSG_ANSWER, &none, &none, &answer, NULL),
                     ERR_MISSING_FIELD); /* the case */
    assert_int_equal(session_send(session(), MSG_CASE_END, &none, &case_id,
                                  &(struct body_case_end){.at = 1}, NULL),
                     ERR_NO_SESSION);
    assert_int_equal(kit.sent_count, 0);
    assert_int_equal(session_waiting(session()), 0);
}

static void what_is_not_journalled_is_not_kept(void **state)
{
    (void)state;
    struct body_board board = {.people = FLAG_YES};
    assert_int_equal(session_send(session(), MSG_BOARD, &none, &none, &board, NULL), ERR_BUSY);
    ckit_ready(&kit, 0);
    assert_int_equal(session_send(session(), MSG_BOARD, &none, &none, &board, NULL), ERR_OK);
    assert_string_equal(ckit_member(ckit_sent(&kit, "board"), "body.people"), "true");
    assert_string_equal(ckit_member(ckit_sent(&kit, "board"), "id"), "");
    assert_int_equal(session_waiting(session()), 0);
}

#define ONE(test) cmocka_unit_test_setup_teardown(test, set_up, tear_down)
int main(void)
{
    const struct CMUnitTest tests[] = {
        ONE(hello_says_what_is_held),
        ONE(silence_after_hello_ends_the_line),
        ONE(n_counts_up_and_repeats_are_dropped),
        ONE(a_gap_asks_for_a_snapshot_once),
        ONE(what_was_kept_is_acknowledged_once),
        ONE(a_message_is_checked_before_it_leaves),
        ONE(what_is_not_journalled_is_not_kept),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
