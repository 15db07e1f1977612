/* line_queue.h — Job: lines of a script that came before their turn; wiped when they leave.
 *
 * A script is written faster than it can be done: while the crew waits for something its lines stay
 * here, in order. They may hold passwords (--stdin-secrets) and clinical words. */
#ifndef AMBULANCE_CLIENT_LINE_QUEUE_H
#define AMBULANCE_CLIENT_LINE_QUEUE_H

#include "proto/buf.h"
#include "proto/limits.h"

struct queued_line;

/* Zeroed is empty; line_queue_fini frees. */
struct line_queue {
    struct queued_line *first, *last;
    size_t count;
};

void line_queue_fini(struct line_queue *queue); /* wipes */
/* Copies LINE. ERR_FULL: SCRIPT_LINES_MAX wait already. */
MUST_CHECK enum err line_queue_add(struct line_queue *queue, struct slice line);
/* The oldest line moves to OUT (ROOM bytes, which hold any line that was added). False: none. */
bool line_queue_take(struct line_queue *queue, char *out, size_t room, size_t *size);
#endif
