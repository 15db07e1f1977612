/* lane.c — Job: a bounded queue of frames on their way to one connection. */
#include "gateway/door/lane.h"

#include <assert.h>
#include <stdlib.h>

enum { LANE_FIRST_ROOM = 8 };

static struct frame **lane_slot(const struct lane_queue *lane, uint32_t index)
{
    return &lane->slots[(lane->first + index) & (lane->room - 1)];
}

static enum err lane_grow(struct lane_queue *lane)
{
    uint32_t room = lane->room == 0 ? LANE_FIRST_ROOM : lane->room * 2;
    struct frame **slots = calloc(room, sizeof *slots);
    if (slots == NULL)
        return ERR_NO_MEMORY;
    for (uint32_t i = 0; i < lane->count; i++)
        slots[i] = *lane_slot(lane, i);
    free(lane->slots);
    lane->slots = slots;
    lane->first = 0;
    lane->room = room;
    return ERR_OK;
}

enum err lane_add(struct lane_queue *lane, struct frame *frame, size_t frames_max, size_t bytes_max)
{
    size_t size = frame_slice(frame).size;
    if (lane->count >= frames_max)
        return ERR_FULL;
    if (bytes_max != 0 && (size > bytes_max || lane->bytes > bytes_max - size))
        return ERR_FULL;
    if (lane->count == lane->room && lane_grow(lane) != ERR_OK)
        return ERR_NO_MEMORY;
    *lane_slot(lane, lane->count) = frame_ref(frame);
    lane->count++;
    lane->bytes += size;
    return ERR_OK;
}

struct frame *lane_first(const struct lane_queue *lane)
{
    return lane->count == 0 ? NULL : *lane_slot(lane, 0);
}

static void lane_release(struct lane_queue *lane)
{
    free(lane->slots);
    *lane = (struct lane_queue){0};
}

void lane_drop_first(struct lane_queue *lane)
{
    assert(lane->count > 0);
    struct frame *frame = *lane_slot(lane, 0);
    lane->bytes -= frame_slice(frame).size;
    lane->first = (lane->first + 1) & (lane->room - 1);
    lane->count--;
    frame_unref(frame);
    if (lane->count == 0)
        lane_release(lane);
}

size_t lane_drop_tagged(struct lane_queue *lane, const struct id *tag)
{
    uint32_t kept = 0;
    uint32_t count = lane->count;
    for (uint32_t i = 0; i < count; i++) {
        struct frame *frame = *lane_slot(lane, i);
        if (id_equal(frame_tag(frame), tag)) {
            lane->bytes -= frame_slice(frame).size;
            frame_unref(frame);
        } else {
            *lane_slot(lane, kept) = frame;
            kept++;
        }
    }
    lane->count = kept;
    if (kept == 0)
        lane_release(lane);
    return count - kept;
}

void lane_clear(struct lane_queue *lane)
{
    for (uint32_t i = 0; i < lane->count; i++)
        frame_unref(*lane_slot(lane, i));
    lane_release(lane);
}
