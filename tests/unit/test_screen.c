/* test_screen.c — Job: private text goes to a terminal or nowhere, and leaves it with its
 * history. */
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

#include "client/screen.h"

static const char *read_all(int fd)
{
    static char text[8192];
    ssize_t size = read(fd, text, sizeof text - 1);
    text[size > 0 ? size : 0] = '\0';
    return text;
}

static void a_pipe_gets_plain_lines_only(void **state)
{
    (void)state;
    int fds[2];
    struct screen s;
    assert_int_equal(pipe(fds), 0);
    fcntl(fds[0], F_SETFL, O_NONBLOCK);
    screen_init(&s, fds[1], SCREEN_RINGS);
    assert_false(s.terminal);
    assert_false(screen_private(&s, slice_of("secret")));
    screen_ring(&s);
    screen_clear(&s);
    assert_string_equal(read_all(fds[0]), "");
    screen_line(&s, "%s %d", "plain", 7);
    screen_text(&s, slice_of("text\n"));
    assert_string_equal(read_all(fds[0]), "plain 7\ntext\n");
    close(fds[0]);
    close(fds[1]);
}

static void a_terminal_is_cleared_once(void **state)
{
    (void)state;
    struct screen s;
    int leader = posix_openpt(O_RDWR | O_NOCTTY);
    assert_true(leader >= 0 && grantpt(leader) == 0 && unlockpt(leader) == 0);
    int fd = open(ptsname(leader), O_RDWR | O_NOCTTY);
    fcntl(leader, F_SETFL, O_NONBLOCK);
    screen_init(&s, fd, SCREEN_QUIET);
    assert_true(s.terminal);
    screen_clear(&s); /* nothing private is on it */
    screen_ring(&s);
    assert_string_equal(read_all(leader), "");
    assert_true(screen_private(&s, slice_of("secret")));
    assert_string_equal(read_all(leader), "secret");
    screen_clear(&s);
    assert_string_equal(read_all(leader), "\033[2J\033[3J\033[H");
    screen_clear(&s);
    assert_string_equal(read_all(leader), "");
    s.bell = true;
    screen_ring(&s);
    assert_string_equal(read_all(leader), "\a");
    close(fd);
    close(leader);
}

static void long_lines_are_cut_and_no_screen_is_no_harm(void **state)
{
    (void)state;
    struct screen s;
    char text[4000];
    int fds[2];
    memset(text, 'x', sizeof text - 1);
    text[sizeof text - 1] = '\0';
    assert_int_equal(pipe(fds), 0);
    screen_init(&s, fds[1], SCREEN_QUIET);
    screen_line(&s, "%s", text);
    const char *got = read_all(fds[0]);
    assert_true(strlen(got) < 1024);
    assert_int_equal(got[strlen(got) - 1], '\n');
    close(fds[0]);
    close(fds[1]);
    screen_init(&s, -1, SCREEN_RINGS);
    screen_line(&s, "nobody");
    assert_false(screen_private(&s, slice_of("nobody")));
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(a_pipe_gets_plain_lines_only),
        cmocka_unit_test(a_terminal_is_cleared_once),
        cmocka_unit_test(long_lines_are_cut_and_no_screen_is_no_harm),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
