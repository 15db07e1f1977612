/* control.h — Job: the operator's acts: a local socket of the running gateway, or without one.
 *
 * One request is one line of JSON, one answer is one line. Only this machine's owner of the data
 * folder (or root) may connect: the socket has mode 0600 and the peer's uid is checked. */
#ifndef GATEWAY_CONTROL_H
#define GATEWAY_CONTROL_H

#include "gateway/engine/engine.h"

struct uv_loop_s;
struct control;

/* Listens on PATH; an old socket file is replaced. ERR_IO. */
MUST_CHECK enum err control_open(struct uv_loop_s *loop, struct engine *engine, const char *path,
                                 struct control **out);
void control_close(struct control *control, void *self, void (*closed)(void *self));

/* One request, judged and carried out on ENGINE; ANSWER is called once, with one line of JSON
 * (without line feed), when it is durable or refused. Used by the socket and, with an engine of
 * their own, by commands that find no gateway running. */
void control_act(struct engine *engine, struct slice request, void *self,
                 void (*answer)(void *self, struct slice line));
#endif
