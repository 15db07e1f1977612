/* test_input.c — Job: lines from pipes, files and terminals; an over-long one is one line; echo
 * goes and returns. */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <cmocka.h>

#include <fcntl.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#include "client/input.h"
#include "proto/limits.h"

struct bed {
    uv_loop_t loop;
    struct input *input;
    char lines[8][64];
    size_t sizes[8];
    size_t count;
    bool ended;
};

static void on_line(void *self, char *line, size_t size)
{
    struct bed *bed = self;
    snprintf(bed->lines[bed->count], 64, "%.*s", (int)(size < 63 ? size : 63), line);
    bed->sizes[bed->count++] = size;
}

static void on_end(void *self)
{
    ((struct bed *)self)->ended = true;
}

static void open_bed(struct bed *bed, int fd)
{
    *bed = (struct bed){.ended = false};
    uv_loop_init(&bed->loop);
    struct input_calls calls = {.self = bed, .on_line = on_line, .on_end = on_end};
    bed->input = input_open(&bed->loop, fd, &calls);
    assert_non_null(bed->input);
}

static void close_bed(struct bed *bed)
{
    input_close(bed->input);
    uv_run(&bed->loop, UV_RUN_DEFAULT);
    assert_int_equal(uv_loop_close(&bed->loop), 0);
}

static void run_until(struct bed *bed, size_t lines)
{
    while (bed->count < lines && !bed->ended)
        uv_run(&bed->loop, UV_RUN_ONCE);
}

static void lines_come_whole_from_a_pipe(void **state)
{
    (void)state;
    struct bed bed;
    int fds[2];
    assert_int_equal(pipe(fds), 0);
    open_bed(&bed, fds[0]);
    assert_false(input_is_terminal(bed.input));
    input_hide(bed.input); /* no terminal: nothing happens */
    assert_int_equal(write(fds[1], "one\ntw", 6), 6);
    run_until(&bed, 1);
    assert_string_equal(bed.lines[0], "one");
    assert_int_equal(write(fds[1], "o\n\nlast", 7), 7);
    run_until(&bed, 3);
    assert_string_equal(bed.lines[1], "two");
    assert_string_equal(bed.lines[2], "");
    close(fds[1]);
    while (!bed.ended)
        uv_run(&bed.loop, UV_RUN_ONCE);
    assert_int_equal(bed.count, 4);
    assert_string_equal(bed.lines[3], "last");
    close_bed(&bed);
    close(fds[0]);
}

static void a_file_is_read_to_its_end(void **state)
{
    (void)state;
    struct bed bed;
    FILE *file = tmpfile();
    assert_non_null(file);
    fputs("a\nb\n", file);
    rewind(file);
    open_bed(&bed, fileno(file));
    while (!bed.ended)
        uv_run(&bed.loop, UV_RUN_ONCE);
    assert_int_equal(bed.count, 2);
    close_bed(&bed);
    fclose(file);
}

static void an_over_long_line_is_one_line(void **state)
{
    (void)state;
    struct bed bed;
    int fds[2];
    char text[CLIENT_LINE_MAX + 100];
    assert_int_equal(pipe(fds), 0);
    open_bed(&bed, fds[0]);
    memset(text, 'x', sizeof text);
    memcpy(text + sizeof text - 5, "\nabc\n", 5);
    assert_int_equal(write(fds[1], text, sizeof text), sizeof text);
    run_until(&bed, 2);
    assert_int_equal(bed.sizes[0], CLIENT_LINE_MAX);
    assert_string_equal(bed.lines[1], "abc");
    close_bed(&bed);
    close(fds[0]);
    close(fds[1]);
}

static bool echoes(int fd)
{
    struct termios now;
    assert_int_equal(tcgetattr(fd, &now), 0);
    return (now.c_lflag & ECHO) != 0;
}

static void a_terminal_hides_and_shows(void **state)
{
    (void)state;
    struct bed bed;
    int leader = posix_openpt(O_RDWR | O_NOCTTY);
    assert_true(leader >= 0 && grantpt(leader) == 0 && unlockpt(leader) == 0);
    int fd = open(ptsname(leader), O_RDWR | O_NOCTTY);
    open_bed(&bed, fd);
    assert_true(input_is_terminal(bed.input));
    assert_true(echoes(fd));
    input_hide(bed.input);
    assert_false(echoes(fd));
    input_show(bed.input);
    assert_true(echoes(fd));
    assert_int_equal(fcntl(fd, F_GETFL) & O_NONBLOCK, 0); /* the screen writes to the same */
    input_hide(bed.input);
    close_bed(&bed); /* must not leave a silent terminal behind */
    assert_true(echoes(fd));
    close(fd);
    close(leader);
}

static void a_closed_descriptor_is_refused(void **state)
{
    (void)state;
    uv_loop_t loop;
    struct input_calls calls = {.self = NULL, .on_line = on_line, .on_end = on_end};
    uv_loop_init(&loop);
    assert_null(input_open(&loop, 999, &calls));
    input_close(NULL);
    assert_int_equal(uv_loop_close(&loop), 0);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(lines_come_whole_from_a_pipe),
        cmocka_unit_test(a_file_is_read_to_its_end),
        cmocka_unit_test(an_over_long_line_is_one_line),
        cmocka_unit_test(a_terminal_hides_and_shows),
        cmocka_unit_test(a_closed_descriptor_is_refused),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
