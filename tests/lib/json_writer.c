/* json_writer.c — Job: indented JSON for documents that people read and git compares. */
#include "tests/lib/json_writer.h"

#include <assert.h>

static void begin(struct json_writer *w, const char *key)
{
    if (w->depth > 0) {
        buf_text(w->out, w->filled[w->depth] ? ",\n" : "\n");
        w->filled[w->depth] = true;
    }
    for (int i = 0; i < w->depth; i++)
        buf_byte(w->out, ' ');
    if (key != NULL) {
        buf_json_text(w->out, slice_of(key));
        buf_text(w->out, ": ");
    }
}

void json_open(struct json_writer *w, const char *key, char bracket)
{
    begin(w, key);
    buf_byte(w->out, bracket);
    w->depth++;
    assert(w->depth < JSON_WRITER_DEPTH);
    w->filled[w->depth] = false;
}

void json_close(struct json_writer *w, char bracket)
{
    bool filled = w->filled[w->depth];
    w->depth--;
    if (filled) {
        buf_byte(w->out, '\n');
        for (int i = 0; i < w->depth; i++)
            buf_byte(w->out, ' ');
    }
    buf_byte(w->out, bracket);
}

void json_add_text(struct json_writer *w, const char *key, const char *text)
{
    begin(w, key);
    buf_json_text(w->out, slice_of(text));
}

void json_add_int(struct json_writer *w, const char *key, int64_t value)
{
    begin(w, key);
    buf_i64(w->out, value);
}

void json_add_flag(struct json_writer *w, const char *key, int value)
{
    begin(w, key);
    buf_text(w->out, value ? "true" : "false");
}
