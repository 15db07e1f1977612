/* test_session_outbox.c — Job: a message is kept until its receipt, sent again, or given up
 * aloud. */
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

static struct id answer(void)
{
    struct id case_id = ckit_id('C'), message;
    struct body_answer body = {.inquiry = ckit_id('Q'), .result = ANSWER_ACCEPTED};
    assert_int_equal(session_send(session(), MSG_ANSWER, &none, &case_id, &body, &message), ERR_OK);
    return message;
}

static void answer_it(const char *type, const struct id *message, const char *body)
{
    char envelope[64], text[ID_TEXT_SIZE];
    id_text(message, text);
    snprintf(envelope, sizeof envelope, "\"re\":\"%.26s\",", text);
    ckit_say(&kit, type, envelope, "%s", body);
}

#define RECEIPT "{\"entry\":31,\"recorded_at\":\"2026-11-24T05:00:00.000Z\"}"
#define REFUSAL(code, final)                                                                       \
    "{\"code\":\"" code "\",\"en\":\"e\",\"final\":" final ",\"ja\":\"日\"}"

static void a_receipt_settles(void **state)
{
    (void)state;
    ckit_ready(&kit, 0);
    struct id message = answer();
    assert_int_equal(session_waiting(session()), 1);
    kit.mono += 40;
    answer_it("receipt", &message, RECEIPT);
    assert_int_equal(session_waiting(session()), 0);
    const struct ckit_happened *how = ckit_last(&kit, HAPPENED_SETTLED);
    assert_non_null(how);
    assert_int_equal(how->err, ERR_OK);
    assert_int_equal(how->entry, 31);
    assert_true(id_equal(&how->message, &message));
    answer_it("receipt", &message, RECEIPT); /* once more changes nothing */
    assert_int_equal(ckit_times(&kit, HAPPENED_SETTLED), 1);
}

static void the_same_bytes_go_again_on_the_next_connection(void **state)
{
    (void)state;
    ckit_ready(&kit, 0);
    (void)answer();
    struct slice first = ckit_sent(&kit, "answer");
    char *copy = strndup(first.bytes, first.size);
    size_t size = first.size;
    client_offline(kit.client);
    ckit_forget(&kit);
    client_online(kit.client);
    assert_null(ckit_sent(&kit, "answer").bytes); /* not before welcome */
    ckit_welcome(&kit, 0);
    struct slice again = ckit_sent(&kit, "answer");
    assert_int_equal(again.size, size);
    assert_memory_equal(again.bytes, copy, size);
    free(copy);
}

static void made_off_line_it_waits_in_order(void **state)
{
    (void)state;
    struct id first = answer(), second = answer();
    assert_int_equal(session_waiting(session()), 2);
    assert_int_equal(kit.sent_count, 0);
    ckit_ready(&kit, 0);
    assert_int_equal(ckit_sent_times(&kit, "answer"), 2);
    answer_it("receipt", &second, RECEIPT);
    answer_it("receipt", &first, RECEIPT);
    assert_int_equal(session_waiting(session()), 0);
}

static void a_final_refusal_settles_with_its_words(void **state)
{
    (void)state;
    ckit_ready(&kit, 0);
    struct id message = answer();
    answer_it("refusal", &message, REFUSAL("ERR_NOT_ASKED", "true"));
    assert_int_equal(ckit_last(&kit, HAPPENED_SETTLED)->err, ERR_NOT_ASKED);
    message = answer();
    answer_it("refusal", &message, REFUSAL("ERR_OF_TOMORROW", "true"));
    assert_int_equal(ckit_last(&kit, HAPPENED_SETTLED)->err, ERR_COUNT);
    message = answer();
    answer_it("refusal", &message, REFUSAL("ERR_OK", "true")); /* a refusal is never success */
    assert_int_equal(ckit_last(&kit, HAPPENED_SETTLED)->err, ERR_COUNT);
    assert_int_equal(session_waiting(session()), 0);
}

static void a_retryable_refusal_is_tried_again(void **state)
{
    (void)state;
    ckit_ready(&kit, 0);
    struct id message = answer();
    answer_it("refusal", &message, REFUSAL("ERR_STORE", "false"));
    assert_int_equal(ckit_times(&kit, HAPPENED_SETTLED), 0);
    kit.mono += CLIENT_RETRY_MS - 1;
    session_tick(session());
    assert_int_equal(ckit_sent_times(&kit, "answer"), 1);
    kit.mono += 1;
    session_tick(session());
    session_tick(session());
    assert_int_equal(ckit_sent_times(&kit, "answer"), 2);
}

static void what_may_not_be_late_is_given_up(void **state)
{
    (void)state;
    ckit_ready(&kit, 0);
    (void)answer();
    client_offline(kit.client);
    kit.mono += CLIENT_RESEND_MS - 1;
    session_tick(session());
    assert_int_equal(session_waiting(session()), 1);
    kit.mono += 1;
    session_tick(session());
    assert_int_equal(session_waiting(session()), 0);
    assert_int_equal(ckit_last(&kit, HAPPENED_SETTLED)->err, ERR_LATE);
}

static void what_may_be_late_waits(void **state)
{
    (void)state;
    struct id case_id = ckit_id('C');
    struct body_case_open body = {.incident = ckit_id('I')};
    ckit_fini(&kit);
    ckit_init(&kit);
    ckit_client(&kit, FROM_AMBULANCE);
    body.patient_no = body.patients = 1;
    assert_int_equal(session_send(session(), MSG_CASE_OPEN, &none, &case_id, &body, NULL), ERR_OK);
    kit.mono += 3 * CLIENT_RESEND_MS;
    session_tick(session());
    assert_int_equal(session_waiting(session()), 1);
    assert_int_equal(session_waiting_since(session()), 5000);
    ckit_ready(&kit, 0);
    assert_int_equal(ckit_sent_times(&kit, "case_open"), 1);
}

static void the_list_has_an_end(void **state)
{
    (void)state;
    struct id case_id = ckit_id('C');
    struct body_answer body = {.inquiry = ckit_id('Q'), .result = ANSWER_ACCEPTED};
    for (int i = 0; i < CLIENT_WAITING_MAX; i++)
        (void)answer();
    assert_int_equal(session_send(session(), MSG_ANSWER, &none, &case_id, &body, NULL), ERR_FULL);
}

static void a_proof_is_asked_for_once(void **state)
{
    (void)state;
    struct body_proof_ask body = {.entry = 4};
    struct id message;
    assert_int_equal(session_send(session(), MSG_PROOF_ASK, &none, &none, &body, NULL), ERR_BUSY);
    ckit_ready(&kit, 0);
    assert_int_equal(session_send(session(), MSG_PROOF_ASK, &none, &none, &body, &message), ERR_OK);
    answer_it("refusal", &message, REFUSAL("ERR_NOT_FOUND", "true"));
    assert_int_equal(ckit_last(&kit, HAPPENED_SETTLED)->err, ERR_NOT_FOUND);
    assert_int_equal(session_send(session(), MSG_PROOF_ASK, &none, &none, &body, &message), ERR_OK);
    client_offline(kit.client); /* not kept */
    assert_int_equal(ckit_last(&kit, HAPPENED_SETTLED)->err, ERR_BUSY);
    assert_int_equal(session_waiting(session()), 0);
}

#define ONE(test) cmocka_unit_test_setup_teardown(test, set_up, tear_down)
int main(void)
{
    const struct CMUnitTest tests[] = {
        ONE(a_receipt_settles),
        ONE(the_same_bytes_go_again_on_the_next_connection),
        ONE(made_off_line_it_waits_in_order),
        ONE(a_final_refusal_settles_with_its_words),
        ONE(a_retryable_refusal_is_tried_again),
        ONE(what_may_not_be_late_is_given_up),
        ONE(what_may_be_late_waits),
        ONE(the_list_has_an_end),
        ONE(a_proof_is_asked_for_once),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
