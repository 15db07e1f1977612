/* input.h — Job: typed or piped lines from standard input, on the loop; echo off for secrets. */
#ifndef CLIENT_INPUT_H
#define CLIENT_INPUT_H

#include <stdbool.h>
#include <stddef.h>
#include <uv.h>

struct input; /* heap */

struct input_calls {
    void *self;
    /* One line without its newline, the callee's to change; wiped behind the call. */
    void (*on_line)(void *self, char *line, size_t size);
    /* Nothing more will come. */
    void (*on_end)(void *self);
};

/* Reads FD (a terminal, pipe, socket or file). NULL: no memory, or FD cannot be read. A line above
 * CLIENT_LINE_MAX is dropped whole and told as an over-long one (size CLIENT_LINE_MAX). */
struct input *input_open(uv_loop_t *loop, int fd, const struct input_calls *calls);
/* Puts the terminal's echo back; frees when the loop has closed the handle. NULL is allowed. */
void input_close(struct input *input);
bool input_is_terminal(const struct input *input);
/* On a terminal: what is typed from now on is shown, or not. */
void input_show(struct input *input);
void input_hide(struct input *input);
#endif
