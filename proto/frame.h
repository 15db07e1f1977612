/* frame.h — Job: one outgoing text message, counted by reference, shared by its queues. */
#ifndef PROTO_FRAME_H
#define PROTO_FRAME_H

#include "proto/id.h"

/* libwebsockets writes its header in front of the payload, into memory that we provide. The door
 * and the link check at compile time that this is enough for it. */
enum { FRAME_ROOM_BEFORE = 32 };

/* Close codes of RFC 6455 §7.4.1 that we send, and ours (4000 and up, §7.4.2). */
enum close_code {
    CLOSE_NORMAL = 1000,
    CLOSE_GOING_AWAY = 1001, /* the gateway shuts down: come again */
    CLOSE_PROTOCOL = 1002,
    CLOSE_BINARY = 1003,
    CLOSE_UTF8 = 1007,
    CLOSE_POLICY = 1008, /* the reason is the error's name, such as ERR_DEVICE_REVOKED */
    CLOSE_TOO_LARGE = 1009,
    CLOSE_INTERNAL = 1011,
    CLOSE_SLOW = 4000, /* a lane is full: reconnect and take a snapshot */
    CLOSE_RATE = 4001,
    CLOSE_SILENT = 4002,  /* no hello in time, or the line is dead */
    CLOSE_REPLACED = 4003 /* a newer connection with a live session took over */
};

/* The one reference-counted type. One thread only: the loop's. Wiped when the last reference goes,
 * because a frame can hold clinical text. */
struct frame;

/* A frame of SIZE bytes for the caller to fill through frame_bytes before it is queued anywhere;
 * the caller owns one reference. NULL: no memory, or SIZE is 0 or above FRAME_BYTES_MAX. */
struct frame *frame_new(size_t size);
/* The same with a copy of TEXT in it. */
struct frame *frame_of(struct slice text);
/* Lent as long as a reference is held. Never write through it once the frame is queued. */
char *frame_bytes(struct frame *frame);
struct slice frame_slice(const struct frame *frame);
/* One more reference; gives FRAME back. */
struct frame *frame_ref(struct frame *frame);
void frame_unref(struct frame *frame); /* NULL is allowed */

/* The grant this frame belongs to, so that conn_drop_tagged finds it. Absent until set. */
void frame_set_tag(struct frame *frame, const struct id *tag);
const struct id *frame_tag(const struct frame *frame);
#endif
