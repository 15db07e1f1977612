/* report.c — Job: what happens at a client program, one JSON object a line, for other programs. */
#include "client/report.h"

#include "proto/time_text.h"

#include <errno.h>
#include <fcntl.h>
#include <poll.h>
#include <unistd.h>

enum { WAIT_MS = 1000 };

enum err report_open(struct report *r, const char *path, int64_t (*wall_ms)(void *self), void *self)
{
    *r = (struct report){.fd = -1, .wall_ms = wall_ms, .self = self};
    if (path == NULL)
        return ERR_OK;
    if (strcmp(path, "-") == 0) {
        r->fd = STDOUT_FILENO;
        return ERR_OK;
    }
    r->fd = open(path, O_WRONLY | O_APPEND | O_CREAT | O_CLOEXEC | O_NOFOLLOW, 0600);
    r->own = r->fd >= 0;
    return r->fd >= 0 ? ERR_OK : ERR_IO;
}

void report_close(struct report *r)
{
    if (r->own)
        close(r->fd);
    r->fd = -1;
    buf_free(&r->line);
}

static void add_key(struct report *r, const char *key)
{
    buf_byte(&r->line, ',');
    buf_json_text(&r->line, slice_of(key));
    buf_byte(&r->line, ':');
}

void report_begin(struct report *r, const char *event)
{
    char at[TIME_TEXT_SIZE];
    int64_t now = r->wall_ms(r->self);
    time_text(now, at);
    buf_clear(&r->line);
    buf_printf(&r->line, "{\"at\":\"%s\",\"at_ms\":", at);
    buf_i64(&r->line, now);
    report_word(r, "event", event);
}

void report_id(struct report *r, const char *key, const struct id *id)
{
    char text[ID_TEXT_SIZE];
    if (id_absent(id))
        return;
    id_text(id, text);
    add_key(r, key);
    buf_json_text(&r->line, (struct slice){text, sizeof text});
}

void report_word(struct report *r, const char *key, const char *word)
{
    if (word == NULL || word[0] == '\0')
        return;
    add_key(r, key);
    buf_json_text(&r->line, slice_of(word));
}

void report_code(struct report *r, const char *key, struct slice code)
{
    bool plain = code.size != 0 && code.size <= 64;
    for (size_t i = 0; plain && i < code.size; i++) {
        char c = code.bytes[i];
        plain =
            c == '_' || (c >= '0' && c <= '9') || (c >= 'a' && c <= 'z') || (c >= 'A' && c <= 'Z');
    }
    add_key(r, key);
    buf_json_text(&r->line, plain ? code : slice_of("?"));
}

void report_int(struct report *r, const char *key, int64_t value)
{
    add_key(r, key);
    buf_i64(&r->line, value);
}

void report_flag(struct report *r, const char *key, bool value)
{
    add_key(r, key);
    buf_text(&r->line, value ? "true" : "false");
}

void report_sections(struct report *r, const char *key, uint64_t sections)
{
    const char *comma = "";
    add_key(r, key);
    buf_byte(&r->line, '[');
    for (int i = 1; i <= VIEW_SECTIONS; i++) {
        if (!(sections & SECTION_BIT(i)))
            continue;
        buf_text(&r->line, comma);
        buf_json_text(&r->line, slice_of(codes_name(&codes_section, i)));
        comma = ",";
    }
    buf_byte(&r->line, ']');
}

static void add_hex(struct report *r, const struct hash *hash)
{
    static const char digits[] = "0123456789abcdef";
    buf_byte(&r->line, '"');
    for (size_t i = 0; i < sizeof hash->bytes; i++) {
        buf_byte(&r->line, digits[hash->bytes[i] >> 4]);
        buf_byte(&r->line, digits[hash->bytes[i] & 15]);
    }
    buf_byte(&r->line, '"');
}

void report_hash(struct report *r, const char *key, const struct hash *hash)
{
    add_key(r, key);
    add_hex(r, hash);
}

void report_sealed(struct report *r, const struct sealed_view *view, uint64_t sections)
{
    const char *comma = "";
    add_key(r, "sections");
    buf_byte(&r->line, '[');
    for (size_t i = 0; i < view->sections_count; i++) {
        const struct sealed_section *s = &view->sections[i];
        if (!(sections & SECTION_BIT(s->section)))
            continue;
        buf_printf(
            &r->line, "%s{\"section\":\"%s\",\"bytes\":%lld,\"pieces\":%lld,\"sha256\":", comma,
            codes_name(&codes_section, s->section), (long long)s->bytes, (long long)s->pieces);
        add_hex(r, &s->hash);
        buf_byte(&r->line, '}');
        comma = ",";
    }
    buf_byte(&r->line, ']');
}

void report_end(struct report *r)
{
    buf_text(&r->line, "}\n");
    if (r->fd < 0)
        return;
    size_t done = 0;
    bool failed = buf_error(&r->line) != ERR_OK;
    while (!failed && done < r->line.size) {
        ssize_t count = write(r->fd, r->line.bytes + done, r->line.size - done);
        if (count > 0)
            done += (size_t)count;
        else if (count < 0 && errno == EAGAIN)
            (void)poll(&(struct pollfd){.fd = r->fd, .events = POLLOUT}, 1, WAIT_MS);
        else if (count < 0 && errno != EINTR)
            failed = true;
    }
    r->lost += failed ? 1 : 0;
}
