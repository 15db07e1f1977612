/* test_log.c — Job: a log line has its form, its bound and its escapes; counts and levels hold. */
#include "common/log.h"

#include "proto/limits.h"
#include "proto/time_text.h"

#include <errno.h>
#include <fcntl.h>
#include <setjmp.h>
#include <stdarg.h>
#include <unistd.h>
#include <cmocka.h>

static int pipe_fds[2];
static char got[8 * LOG_LINE_MAX];

static int open_pipe(void **state)
{
    (void)state;
    log_set_level(LEVEL_INFO);
    if (pipe(pipe_fds) != 0 || fcntl(pipe_fds[0], F_SETFL, O_NONBLOCK) != 0)
        return -1;
    log_set_fd(pipe_fds[1]);
    return 0;
}

static int close_pipe(void **state)
{
    (void)state;
    log_set_fd(2);
    close(pipe_fds[0]);
    close(pipe_fds[1]);
    return 0;
}

/* What was written since the last call, as a text; its size comes back. */
static size_t take(void)
{
    ssize_t size = read(pipe_fds[0], got, sizeof got - 1);
    got[size < 0 ? 0 : size] = '\0';
    return size < 0 ? 0 : (size_t)size;
}

/* Checks the time and steps over it. */
static const char *after_time(void)
{
    int64_t ms;
    assert_int_equal(time_parse((struct slice){got, TIME_TEXT_SIZE - 1}, &ms), ERR_OK);
    assert_int_equal(got[TIME_TEXT_SIZE - 1], ' ');
    return got + TIME_TEXT_SIZE;
}

static void a_line_has_its_form(void **state)
{
    (void)state;
    struct log_ids ids = {.conn = "17", .case_id = "01J", .event = "refused"};
    log_warn("door", &ids, "wrong kind %d", 3);
    take();
    assert_string_equal(after_time(), "warn door conn=17 case=01J event=refused wrong kind 3\n");
    ids.case_id = NULL;
    log_error("door", &ids, "x");
    take();
    assert_string_equal(after_time(), "error door conn=17 event=refused x\n");
    log_info("main", NULL, "%s", "ready");
    take();
    assert_string_equal(after_time(), "info main ready\n");
}

static void no_text_can_forge_a_line_or_a_field(void **state)
{
    (void)state;
    struct log_ids ids = {.conn = "1 case=2", .event = "a\nb"};
    log_info("x", &ids, "one\ntwo\r\t\x1b[31m \xe2\x80\xae \x80\xff 病院\x7f");
    take();
    assert_string_equal(after_time(), "info x conn=1\\x20case=2 event=a\\x0ab "
                                      "one\\x0atwo\\x0d\\x09\\x1b[31m \\xe2\\x80\\xae "
                                      "\\x80\\xff 病院\\x7f\n");
}

static void a_long_line_is_cut_between_characters(void **state)
{
    (void)state;
    char text[4096];
    for (size_t shift = 0; shift < 4; shift++) {
        size_t at = 0;
        for (; at < shift; at++)
            text[at] = 'a';
        for (; at + 3 < sizeof text; at += 3)
            memcpy(text + at, "病", 3);
        text[at] = '\0';
        log_info("x", NULL, "%s", text);
        size_t size = take();
        assert_true(size <= LOG_LINE_MAX);
        assert_true(size > LOG_LINE_MAX - 8);
        assert_string_equal(got + size - 4, "...\n");
        assert_int_equal((size - 4 - TIME_TEXT_SIZE - strlen("info x ") - shift) % 3, 0);
        assert_memory_equal(got + size - 7, "病", 3);
    }
}

/* Bytes that grow fourfold must not break the bound either. */
static void escapes_stay_within_the_bound(void **state)
{
    (void)state;
    char text[2000];
    memset(text, 1, sizeof text - 1);
    text[sizeof text - 1] = '\0';
    log_info("x", &(struct log_ids){.conn = text}, "%s", text);
    size_t size = take();
    assert_true(size <= LOG_LINE_MAX);
    assert_string_equal(got + size - 8, "\\x01...\n");
}

static void the_longest_line_that_fits_is_not_cut(void **state)
{
    (void)state;
    char text[LOG_LINE_MAX];
    size_t room = LOG_LINE_MAX - 4 - TIME_TEXT_SIZE - strlen("info x ");
    memset(text, 'a', sizeof text);
    text[room] = '\0';
    log_info("x", NULL, "%s", text);
    size_t size = take();
    assert_int_equal(size, LOG_LINE_MAX - 3);
    assert_int_equal(got[size - 2], 'a');
    text[room] = 'a';
    text[room + 1] = '\0';
    log_info("x", NULL, "%s", text);
    assert_int_equal(take(), LOG_LINE_MAX);
    assert_string_equal(got + LOG_LINE_MAX - 5, "a...\n");
}

static void a_level_drops_what_is_above_and_counts_the_rest(void **state)
{
    (void)state;
    uint64_t before[LOG_LEVELS], lost = log_lost();
    for (int i = 0; i < LOG_LEVELS; i++)
        before[i] = log_count((enum log_level)i);
    log_set_level(LEVEL_WARN);
    log_error("x", NULL, "1");
    log_warn("x", NULL, "2");
    log_info("x", NULL, "3");
    log_debug("x", NULL, "4");
    take();
    assert_non_null(strstr(got, " error x 1\n"));
    assert_non_null(strstr(got, " warn x 2\n"));
    assert_null(strstr(got, " 3\n"));
    assert_int_equal(log_count(LEVEL_ERROR), before[LEVEL_ERROR] + 1);
    assert_int_equal(log_count(LEVEL_WARN), before[LEVEL_WARN] + 1);
    assert_int_equal(log_count(LEVEL_INFO), before[LEVEL_INFO]);
    assert_int_equal(log_count(LEVEL_DEBUG), before[LEVEL_DEBUG]);
    assert_int_equal(log_lost(), lost);
}

static void a_line_that_cannot_be_written_is_counted_as_lost(void **state)
{
    (void)state;
    uint64_t lost = log_lost(), written = log_count(LEVEL_ERROR);
    log_set_fd(-1);
    errno = ERANGE;
    log_error("x", NULL, "1");
    assert_int_equal(errno, ERANGE);
    assert_int_equal(log_lost(), lost + 1);
    assert_int_equal(log_count(LEVEL_ERROR), written);
}

static void levels_have_names(void **state)
{
    (void)state;
    assert_int_equal(log_level_by_name("error"), LEVEL_ERROR);
    assert_int_equal(log_level_by_name("debug"), LEVEL_DEBUG);
    assert_int_equal(log_level_by_name("Debug"), LOG_LEVELS);
    assert_int_equal(log_level_by_name(""), LOG_LEVELS);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(a_line_has_its_form),
        cmocka_unit_test(no_text_can_forge_a_line_or_a_field),
        cmocka_unit_test(a_long_line_is_cut_between_characters),
        cmocka_unit_test(escapes_stay_within_the_bound),
        cmocka_unit_test(the_longest_line_that_fits_is_not_cut),
        cmocka_unit_test(a_level_drops_what_is_above_and_counts_the_rest),
        cmocka_unit_test(a_line_that_cannot_be_written_is_counted_as_lost),
        cmocka_unit_test(levels_have_names),
    };
    return cmocka_run_group_tests(tests, open_pipe, close_pipe);
}
