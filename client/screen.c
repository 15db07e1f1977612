/* screen.c — Job: a client program's terminal: plain lines for anybody, clinical text on a
 * terminal only. */
#include "client/screen.h"

#include <errno.h>
#include <poll.h>
#include <stdarg.h>
#include <stdio.h>
#include <unistd.h>

enum { LINE_MAX_BYTES = 1024, WAIT_MS = 1000 };

void screen_init(struct screen *s, int fd, enum screen_bell bell)
{
    *s = (struct screen){.fd = fd, .bell = bell == SCREEN_RINGS};
    s->terminal = fd >= 0 && isatty(fd) == 1;
}

static void put(const struct screen *s, struct slice text)
{
    size_t done = 0;
    while (s->fd >= 0 && done < text.size) {
        ssize_t count = write(s->fd, text.bytes + done, text.size - done);
        if (count > 0)
            done += (size_t)count;
        else if (count < 0 && errno == EAGAIN)
            (void)poll(&(struct pollfd){.fd = s->fd, .events = POLLOUT}, 1, WAIT_MS);
        else if (count < 0 && errno != EINTR)
            return; /* nobody reads any more; the log and the report go on */
    }
}

void screen_text(struct screen *s, struct slice plain)
{
    put(s, plain);
}

void screen_line(struct screen *s, const char *format, ...)
{
    char line[LINE_MAX_BYTES];
    va_list args;
    va_start(args, format);
    int size = vsnprintf(line, sizeof line - 1, format, args);
    va_end(args);
    if (size < 0)
        return;
    size_t end = (size_t)size < sizeof line - 1 ? (size_t)size : sizeof line - 2;
    line[end] = '\n';
    put(s, (struct slice){line, end + 1});
}

bool screen_private(struct screen *s, struct slice text)
{
    if (!s->terminal)
        return false;
    s->dirty = true;
    put(s, text);
    return true;
}

void screen_clear(struct screen *s)
{
    /* ED 2: the screen; ED 3: what has scrolled off it (xterm, VTE, the Linux console); home. */
    static const char clear[] = "\033[2J\033[3J\033[H";
    if (s->terminal && s->dirty)
        put(s, slice_of(clear));
    s->dirty = false;
}

void screen_ring(struct screen *s)
{
    if (s->terminal && s->bell)
        put(s, (struct slice){"\a", 1});
}
