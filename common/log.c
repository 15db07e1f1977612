/* log.c — Job: one line of text per happening, bounded, escaped, with ids only. */
#include "common/log.h"

#include "common/clock.h"
#include "proto/limits.h"
#include "proto/time_text.h"
#include "proto/utf8.h"

#include <errno.h>
#include <stdarg.h>
#include <stdatomic.h>
#include <stdio.h>
#include <unistd.h>

static const char *const level_names[LOG_LEVELS] = {"error", "warn", "info", "debug"};
static const char ending[] = "...";
/* What may be filled before the ending and the newline. */
enum { LINE_ROOM = LOG_LINE_MAX - sizeof ending };

static atomic_int level_now = LEVEL_INFO;
static atomic_int fd_now = STDERR_FILENO;
static atomic_uint_fast64_t counts[LOG_LEVELS];
static atomic_uint_fast64_t lost;

struct line {
    char bytes[LOG_LINE_MAX];
    size_t size;
    bool cut;
};

void log_set_level(enum log_level level)
{
    level_now = (int)level;
}

void log_set_fd(int fd)
{
    fd_now = fd;
}

enum log_level log_level_by_name(const char *name)
{
    for (int i = 0; i < LOG_LEVELS; i++)
        if (strcmp(level_names[i], name) == 0)
            return (enum log_level)i;
    return LOG_LEVELS;
}

uint64_t log_count(enum log_level level)
{
    return counts[level];
}

uint64_t log_lost(void)
{
    return lost;
}

/* All of it or nothing: a cut never falls inside a character or an escape. */
static void line_add(struct line *line, const char *bytes, size_t size)
{
    if (line->cut || size > LINE_ROOM - line->size) {
        line->cut = true;
        return;
    }
    memcpy(line->bytes + line->size, bytes, size);
    line->size += size;
}

/* Control characters, and those that move or hide text on a terminal: C1, line and paragraph
 * separators, the marks of writing direction. */
static bool is_hidden(uint32_t c)
{
    return c < 0x20 || (c >= 0x7f && c <= 0x9f) || (c >= 0x200b && c <= 0x200f) ||
           (c >= 0x2028 && c <= 0x202e) || (c >= 0x2060 && c <= 0x2069) || c == 0xfeff;
}

static void line_add_escaped(struct line *line, struct slice text, char also)
{
    while (text.size != 0) {
        struct slice from = text;
        uint32_t c = 0;
        bool valid = utf8_next(&text, &c);
        if (!valid) {
            text.bytes++;
            text.size--;
        }
        size_t size = from.size - text.size;
        if (valid && !is_hidden(c) && c != (unsigned char)also) {
            line_add(line, from.bytes, size);
            continue;
        }
        for (size_t i = 0; i < size; i++) {
            char escape[5];
            snprintf(escape, sizeof escape, "\\x%02x", (unsigned)(unsigned char)from.bytes[i]);
            line_add(line, escape, 4);
        }
    }
}

/* A value holds no space, or it could pass for two fields. */
static void line_add_id(struct line *line, const char *name, const char *value)
{
    if (value == NULL)
        return;
    line_add(line, name, strlen(name));
    line_add_escaped(line, slice_of(value), ' ');
}

static void line_write(enum log_level level, struct line *line)
{
    if (line->cut) {
        memcpy(line->bytes + line->size, ending, sizeof ending - 1);
        line->size += sizeof ending - 1;
    }
    line->bytes[line->size++] = '\n';
    ssize_t written;
    do {
        written = write(fd_now, line->bytes, line->size);
    } while (written < 0 && errno == EINTR);
    if (written == (ssize_t)line->size)
        counts[level]++;
    else
        lost++;
}

void log_line(enum log_level level, const char *room, const struct log_ids *ids, const char *format,
              ...)
{
    if ((int)level > level_now)
        return;
    int saved_errno = errno;
    char text[LOG_LINE_MAX];
    va_list args;
    va_start(args, format);
    int size = vsnprintf(text, sizeof text, format, args);
    va_end(args);

    struct line line = {.size = 0};
    char time[TIME_TEXT_SIZE];
    time_text(clock_wall_ms(), time);
    line_add(&line, time, TIME_TEXT_SIZE - 1);
    line_add(&line, " ", 1);
    line_add(&line, level_names[level], strlen(level_names[level]));
    line_add_id(&line, " ", room);
    if (ids != NULL) {
        line_add_id(&line, " conn=", ids->conn);
        line_add_id(&line, " case=", ids->case_id);
        line_add_id(&line, " event=", ids->event);
    }
    line_add(&line, " ", 1);
    line_add_escaped(&line, slice_of(size < 0 ? "(no text)" : text), '\0');
    line.cut = line.cut || size >= (int)sizeof text;
    line_write(level, &line);
    errno = saved_errno;
}
