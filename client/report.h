/* report.h — Job: what happens at a client program, one JSON object a line, for other programs.
 *
 * Ids, codes, times, counts, sizes and hashes of sealed bytes only. There is no function here that
 * takes a text of a message: no clinical word and no name can get into a line. */
#ifndef CLIENT_REPORT_H
#define CLIENT_REPORT_H

#include "client/sealed_view.h"
#include "proto/buf.h"

struct report {
    int fd; /* -1: nobody listens */
    bool own;
    struct buf line;
    int64_t (*wall_ms)(void *self);
    void *self;
    uint64_t lost; /* lines that could not be written */
};

/* PATH "-": standard output; NULL: nobody listens; else a file, appended to, made with 0600. */
MUST_CHECK enum err report_open(struct report *r, const char *path, int64_t (*wall_ms)(void *self),
                                void *self);
void report_close(struct report *r);

/* {"at":"…","at_ms":N,"event":EVENT … until report_end, which writes the line. */
void report_begin(struct report *r, const char *event);
void report_id(struct report *r, const char *key, const struct id *id); /* absent: left out */
void report_word(struct report *r, const char *key, const char *word);  /* a constant of ours */
void report_int(struct report *r, const char *key, int64_t value);
void report_flag(struct report *r, const char *key, bool value);
void report_sections(struct report *r, const char *key, uint64_t sections);
void report_hash(struct report *r, const char *key, const struct hash *hash);
/* "sections":[{"section","bytes","pieces","sha256"} …]: the sealed bytes, of those in SECTIONS. */
void report_sealed(struct report *r, const struct sealed_view *view, uint64_t sections);
/* A wire name or code that came from the gateway: letters, digits and '_' pass, else "?". */
void report_code(struct report *r, const char *key, struct slice code);
void report_end(struct report *r);
#endif
