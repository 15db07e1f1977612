/* pdf_child.h — Job: one page of a PDF as an image, made by a process that may do nothing else.
 *
 *   RUNS --ended, all of its output is here--> `done`, then gone
 *     |--too long, nonsense, pdf_child_stop--> killed, ends as above (stopped: without `done`)
 *
 * RUNS waits for sakiyomi-pdf-pages; PDF_WAIT_MS ends it. What comes from it is believed only as
 * far as common/pdf_frame.h has looked at it. */
#ifndef CLIENT_PDF_CHILD_H
#define CLIENT_PDF_CHILD_H

#include "common/pdf_frame.h"
#include "proto/limits.h"

struct uv_loop_s;
struct pdf_child; /* heap */

/* Where the program should be: in the folder of our own. ERR_NOT_FOUND, and "": it is not there or
 * cannot be started. */
MUST_CHECK enum err pdf_child_program(char path[FILE_PATH_MAX]);

struct pdf_order {
    const char *program; /* a whole path; lent */
    struct buf *pdf;     /* in base64; its memory moves into the child, wiped as soon as written */
    int page;            /* from 0 */
    enum pdf_size size;
    uint64_t wait_ms;
};
struct pdf_child_calls {
    void *self;
    /* READING holds the image when ERR is ERR_OK; its `content` may be taken. Else ERR_PDF_…,
     * ERR_NOT_FOUND: no such page, ERR_NO_MEMORY, ERR_IO: the program could not do its work here.
     * The child is gone afterwards. */
    void (*done)(void *self, enum err err, struct pdf_reading *reading);
};

/* The caller ignores SIGPIPE. ERR_NOT_PROVIDED: the program is not there; ERR_NO_MEMORY, ERR_IO.
 * `done` comes only after ERR_OK, from the loop. ORDER's PDF is empty afterwards in any case. */
MUST_CHECK enum err pdf_child_start(struct uv_loop_s *loop, const struct pdf_order *order,
                                    const struct pdf_child_calls *calls, struct pdf_child **out);
/* Kills it; `done` does not come. Its memory goes with its handles, from the loop. NULL is
 * allowed. */
void pdf_child_stop(struct pdf_child *child);
#endif
