/* lane.h — Job: a bounded queue of frames on their way to one connection. */
#ifndef GATEWAY_DOOR_LANE_H
#define GATEWAY_DOOR_LANE_H

#include "proto/frame.h"

/* Zeroed is a valid empty lane. An empty one owns no memory: most connections are idle. */
struct lane_queue {
    struct frame **slots; /* a ring of ROOM slots, a power of two */
    uint32_t first;
    uint32_t count;
    uint32_t room;
    size_t bytes; /* of all frames in it */
};

/* Keeps a reference. ERR_FULL when it holds FRAMES_MAX frames, or FRAME would lift it above
 * BYTES_MAX (0: no such limit); ERR_NO_MEMORY. Nothing is queued then. */
MUST_CHECK enum err lane_add(struct lane_queue *lane, struct frame *frame, size_t frames_max,
                             size_t bytes_max);
/* The oldest frame, lent, or NULL. */
struct frame *lane_first(const struct lane_queue *lane);
void lane_drop_first(struct lane_queue *lane); /* the lane must not be empty */
/* Drops every frame with TAG, keeps the order of the others; gives how many went. */
size_t lane_drop_tagged(struct lane_queue *lane, const struct id *tag);
void lane_clear(struct lane_queue *lane);
#endif
