/* sample_event.h — Job: events of every type with any choice of fields, right or wrong. */
#ifndef TESTS_LIB_SAMPLE_EVENT_H
#define TESTS_LIB_SAMPLE_EVENT_H

#include "gateway/core/event.h"

enum { EVENT_FIELDS = 15 }; /* bits of enum event_field */

/* Sets all members of FIELD to something that is there. A code is of the type's own list, or 1. */
void sample_event_set(struct event *event, enum event_field field);
/* Takes them away again. */
void sample_event_unset(struct event *event, enum event_field field);
/* An event of TYPE with FIELDS, and with what any event may carry. */
struct event sample_event(enum event_type type, unsigned fields);
#endif
