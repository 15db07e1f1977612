/* frame.c — Job: one outgoing text message, counted by reference, shared by its queues. */
#include "proto/frame.h"

#include <assert.h>
#include <stdlib.h>

#include "proto/limits.h"

struct frame {
    size_t size;
    unsigned references;
    struct id tag;
    char room[]; /* FRAME_ROOM_BEFORE bytes for the WebSocket header, then the text */
};

struct frame *frame_new(size_t size)
{
    if (size == 0 || size > FRAME_BYTES_MAX)
        return NULL;
    struct frame *frame = calloc(1, sizeof *frame + FRAME_ROOM_BEFORE + size);
    if (frame == NULL)
        return NULL;
    frame->size = size;
    frame->references = 1;
    return frame;
}

struct frame *frame_of(struct slice text)
{
    struct frame *frame = frame_new(text.size);
    if (frame != NULL)
        memcpy(frame_bytes(frame), text.bytes, text.size);
    return frame;
}

char *frame_bytes(struct frame *frame)
{
    return frame->room + FRAME_ROOM_BEFORE;
}

struct slice frame_slice(const struct frame *frame)
{
    return (struct slice){frame->room + FRAME_ROOM_BEFORE, frame->size};
}

struct frame *frame_ref(struct frame *frame)
{
    frame->references++;
    return frame;
}

void frame_unref(struct frame *frame)
{
    if (frame == NULL)
        return;
    assert(frame->references > 0);
    if (--frame->references > 0)
        return;
    explicit_bzero(frame, sizeof *frame + FRAME_ROOM_BEFORE + frame->size);
    free(frame);
}

void frame_set_tag(struct frame *frame, const struct id *tag)
{
    frame->tag = *tag;
}

const struct id *frame_tag(const struct frame *frame)
{
    return &frame->tag;
}
