/* test_lws_answer.c — Job: an answer's parts come whole, in order, and end. */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>

#include <cmocka.h>

#include <stdbool.h>
#include <string.h>

#include "proto/lws_answer.h"

static size_t take_all(struct lws_answer *answer, struct buf *out)
{
    size_t parts = 0;
    for (struct slice part = lws_answer_part(answer); part.size > 0;
         part = lws_answer_part(answer)) {
        assert_true(part.size <= 16384);
        buf_add(out, part.bytes, part.size);
        answer->at += part.size;
        parts++;
    }
    assert_int_equal(buf_error(out), ERR_OK);
    return parts;
}

static void test_head_then_body(void **state)
{
    (void)state;
    struct lws_answer_session session = {0};
    struct lws_answer *answer = lws_answer_new(&session, 64);
    assert_non_null(answer);
    buf_text(&answer->head, "head\r\n\r\n");
    answer->lent = slice_of("lent body");
    struct buf out = {0};
    assert_int_equal(take_all(answer, &out), 2);
    assert_true(slice_is(buf_slice(&out), "head\r\n\r\nlent body"));
    buf_free(&out);
    assert_int_equal(lws_answer_end(&session), 0);
    assert_null(session.answer);
}

/* A body of its own goes before a lent one, and is cut into runs. */
static void test_a_long_body_in_runs(void **state)
{
    (void)state;
    struct lws_answer_session session = {0};
    struct lws_answer *answer = lws_answer_new(&session, 64);
    assert_non_null(answer);
    buf_text(&answer->head, "h");
    for (size_t i = 0; i < 40000; i++)
        buf_byte(&answer->body, (char)('a' + i % 26));
    answer->lent = slice_of("not this");
    struct buf out = {0};
    assert_int_equal(take_all(answer, &out), 4);
    assert_int_equal(out.size, 40001);
    assert_memory_equal(out.bytes + 1, answer->body.bytes, 40000);
    buf_free(&out);
    (void)lws_answer_end(&session);
}

static void test_one_at_a_time(void **state)
{
    (void)state;
    struct lws_answer_session session = {0};
    assert_null(lws_answer_new(NULL, 64));
    assert_non_null(lws_answer_new(&session, 4));
    assert_null(lws_answer_new(&session, 4));
    buf_text(&session.answer->head, "too long");
    assert_int_equal(buf_error(&session.answer->head), ERR_TOO_LARGE);
    assert_int_equal(lws_answer_end(&session), 0);
    assert_int_equal(lws_answer_end(&session), 0);
    assert_int_equal(lws_answer_end(NULL), 0);
    assert_int_equal(lws_answer_write(NULL, &session), 0);
}

static void test_reasons(void **state)
{
    (void)state;
    assert_string_equal(lws_answer_status(200), "OK");
    assert_string_equal(lws_answer_status(421), "Misdirected Request");
    assert_string_equal(lws_answer_status(503), "Service Unavailable");
    assert_string_equal(lws_answer_status(599), "Service Unavailable");
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(test_head_then_body),
        cmocka_unit_test(test_a_long_body_in_runs),
        cmocka_unit_test(test_one_at_a_time),
        cmocka_unit_test(test_reasons),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
