/* line_queue.c — Job: lines of a script that came before their turn; wiped when they leave. */
#include "ambulance_client/line_queue.h"

#include <stdlib.h>

struct queued_line {
    struct queued_line *next;
    struct buf text;
};

static struct queued_line *take(struct line_queue *queue)
{
    struct queued_line *line = queue->first;
    if (line == NULL)
        return NULL;
    queue->first = line->next;
    if (queue->first == NULL)
        queue->last = NULL;
    queue->count--;
    return line;
}

void line_queue_fini(struct line_queue *queue)
{
    struct queued_line *line;
    while ((line = take(queue)) != NULL) {
        buf_free(&line->text);
        free(line);
    }
}

enum err line_queue_add(struct line_queue *queue, struct slice line)
{
    if (queue->count >= SCRIPT_LINES_MAX)
        return ERR_FULL;
    struct queued_line *row = calloc(1, sizeof *row);
    if (row == NULL)
        return ERR_NO_MEMORY;
    buf_add(&row->text, line.bytes, line.size);
    enum err err = buf_error(&row->text);
    if (err != ERR_OK) {
        buf_free(&row->text);
        free(row);
        return err;
    }
    if (queue->last != NULL)
        queue->last->next = row;
    else
        queue->first = row;
    queue->last = row;
    queue->count++;
    return ERR_OK;
}

bool line_queue_take(struct line_queue *queue, char *out, size_t room, size_t *size)
{
    struct queued_line *line = take(queue);
    if (line == NULL)
        return false;
    *size = line->text.size < room ? line->text.size : room;
    memcpy(out, buf_slice(&line->text).bytes, *size);
    buf_free(&line->text);
    free(line);
    return true;
}
