/* case_said.c — Job: what was said in a case, for whoever comes back without memory. */
#include "gateway/core/state.h"

#include <string.h>

static const struct row {
    enum event_type event;
    enum spoken kind;
} rows[] = {
    {EVENT_TALKED, SPOKEN_TALK},
    {EVENT_ANSWERED, SPOKEN_ANSWER},
    {EVENT_PHONE_ACCEPTED, SPOKEN_PHONE_ACCEPTANCE},
    {EVENT_ACCEPTANCE_CHECKED, SPOKEN_ACCEPTANCE_CHECK},
    {EVENT_ACCEPTANCE_WITHDRAWN, SPOKEN_ACCEPTANCE_WITHDRAW},
    {EVENT_BREAK_GLASS, SPOKEN_BREAK_GLASS},
    {EVENT_MIXUP, SPOKEN_MIXUP},
    {EVENT_HANDED_OVER, SPOKEN_HANDOVER},
    {EVENT_HANDOVER_CONFIRMED, SPOKEN_HANDOVER_CONFIRM},
};
enum { ROWS = sizeof rows / sizeof rows[0] };

void case_said_apply(struct case_state *c, const struct event *event)
{
    size_t at = 0;
    while (at < ROWS && rows[at].event != event->type)
        at++;
    if (at == ROWS)
        return;
    if (c->said_count == CASE_SAID_MAX) {
        c->said_count--;
        memmove(c->said, c->said + 1, c->said_count * sizeof c->said[0]);
    }
    c->said[c->said_count++] = (struct case_said){.kind = (int)rows[at].kind,
                                                  .event = event->id,
                                                  .hospital = event->hospital,
                                                  .person = event->person,
                                                  .at = event->at};
}

enum event_type case_said_event(const struct case_said *said)
{
    for (size_t i = 0; i < ROWS; i++)
        if ((int)rows[i].kind == said->kind)
            return rows[i].event;
    return EVENT_NONE;
}

/* A mix-up was told to every hospital that had a right in the case by then. */
static bool had_right(const struct case_state *c, const struct id *hospital, int64_t by)
{
    for (size_t i = 0; i < c->grants_count; i++)
        if (id_equal(&c->grants[i].hospital, hospital) && c->grants[i].issued_at <= by)
            return true;
    return false;
}

bool case_said_to(const struct case_state *c, const struct case_said *said,
                  const struct id *hospital)
{
    if (hospital == NULL)
        return true;
    if (said->kind == SPOKEN_MIXUP)
        return had_right(c, hospital, said->at);
    return id_equal(&said->hospital, hospital);
}
