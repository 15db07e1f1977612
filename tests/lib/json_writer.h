/* json_writer.h — Job: indented JSON for documents that people read and git compares. */
#ifndef TESTS_JSON_WRITER_H
#define TESTS_JSON_WRITER_H

#include "proto/buf.h"

enum { JSON_WRITER_DEPTH = 24 };

struct json_writer {
    struct buf *out;
    int depth;
    bool filled[JSON_WRITER_DEPTH]; /* the container at this depth has a member */
};

/* KEY is NULL inside a list and for the outermost value. */
void json_open(struct json_writer *w, const char *key, char bracket);
void json_close(struct json_writer *w, char bracket);
void json_add_text(struct json_writer *w, const char *key, const char *text);
void json_add_int(struct json_writer *w, const char *key, int64_t value);
void json_add_flag(struct json_writer *w, const char *key, int value);
#endif
