/* input.c — Job: typed or piped lines from standard input, on the loop; echo off for secrets.
 *
 * The descriptor is watched with uv_poll; what cannot be watched (a file, /dev/null) is always
 * ready and is read a piece a turn by a timer. The descriptor stays blocking as its owner had it:
 * a terminal's is shared with its standard output. */
#include "client/input.h"

#include "proto/limits.h"

#include <errno.h>
#include <fcntl.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

struct input {
    struct input_calls calls;
    int fd;
    bool terminal, hidden, polled, closing, overlong;
    struct termios shown;
    union {
        uv_poll_t poll;
        uv_timer_t timer;
        uv_handle_t any;
    } handle;
    char line[CLIENT_LINE_MAX];
    size_t size;
};

bool input_is_terminal(const struct input *input)
{
    return input->terminal;
}

void input_hide(struct input *input)
{
    struct termios quiet = input->shown;
    if (!input->terminal || input->hidden)
        return;
    quiet.c_lflag &= (tcflag_t) ~(tcflag_t)ECHO;
    quiet.c_lflag |= ECHONL;
    input->hidden = tcsetattr(input->fd, TCSAFLUSH, &quiet) == 0;
}

void input_show(struct input *input)
{
    if (input->hidden)
        (void)tcsetattr(input->fd, TCSADRAIN, &input->shown);
    input->hidden = false;
}

static void stop(struct input *input)
{
    if (input->polled)
        (void)uv_poll_stop(&input->handle.poll);
    else
        (void)uv_timer_stop(&input->handle.timer);
}

static void end_line(struct input *input)
{
    char line[CLIENT_LINE_MAX];
    size_t size = input->overlong ? CLIENT_LINE_MAX : input->size;
    memcpy(line, input->line, sizeof line);
    explicit_bzero(input->line, sizeof input->line);
    input->size = 0;
    input->overlong = false;
    input->calls.on_line(input->calls.self, line, size);
    explicit_bzero(line, sizeof line);
}

static void take(struct input *input, const char *bytes, size_t size)
{
    for (size_t i = 0; i < size && !input->closing; i++) {
        if (bytes[i] == '\n')
            end_line(input);
        else if (input->size < sizeof input->line)
            input->line[input->size++] = bytes[i];
        else
            input->overlong = true;
    }
}

static void read_some(struct input *input)
{
    char bytes[1024];
    ssize_t size = read(input->fd, bytes, sizeof bytes);
    if (size > 0)
        take(input, bytes, (size_t)size);
    explicit_bzero(bytes, sizeof bytes);
    if (size > 0 || (size < 0 && (errno == EAGAIN || errno == EINTR)) || input->closing)
        return;
    stop(input);
    if (input->size != 0)
        end_line(input); /* the last line may lack its newline */
    if (!input->closing)
        input->calls.on_end(input->calls.self);
}

static void on_ready(uv_poll_t *poll, int status, int events)
{
    (void)status, (void)events;
    read_some(poll->data);
}

static void on_timer(uv_timer_t *timer)
{
    read_some(timer->data);
}

struct input *input_open(uv_loop_t *loop, int fd, const struct input_calls *calls)
{
    struct input *input = calloc(1, sizeof *input);
    int flags = fcntl(fd, F_GETFL);
    if (input == NULL || flags < 0) {
        free(input);
        return NULL;
    }
    input->calls = *calls;
    input->fd = fd;
    input->terminal = isatty(fd) == 1 && tcgetattr(fd, &input->shown) == 0;
    input->polled = uv_poll_init(loop, &input->handle.poll, fd) == 0;
    input->handle.any.data = input;
    if (input->polled) {
        (void)fcntl(fd, F_SETFL, flags); /* uv_poll_init has made it non-blocking */
        uv_poll_start(&input->handle.poll, UV_READABLE, on_ready);
    } else {
        uv_timer_init(loop, &input->handle.timer);
        input->handle.any.data = input;
        uv_timer_start(&input->handle.timer, on_timer, 0, 1);
    }
    return input;
}

static void on_closed(uv_handle_t *handle)
{
    struct input *input = handle->data;
    explicit_bzero(input, sizeof *input);
    free(input);
}

void input_close(struct input *input)
{
    if (input == NULL || input->closing)
        return;
    input->closing = true;
    input_show(input);
    stop(input);
    uv_close(&input->handle.any, on_closed);
}
