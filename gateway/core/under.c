/* under.c — Job: under which ground something was done, where the event itself does not say. */
#include "gateway/core/under.h"

int under_of(const struct event *event)
{
    return event->type == EVENT_BREAK_GLASS ? UNDER_BREAK_GLASS : event->basis;
}

enum under_from under_from(const struct event *event)
{
    if (under_of(event) != UNDER_NOTHING)
        return UNDER_OWN;
    if (!id_absent(&event->grant))
        return UNDER_OF_GRANT;
    return id_absent(&event->view) || id_absent(&event->case_id) ? UNDER_NONE : UNDER_OF_CASE;
}

bool under_sets_grant(const struct event *event)
{
    return !id_absent(&event->grant) &&
           (event->type == EVENT_GRANT_ISSUED || event->type == EVENT_BREAK_GLASS);
}

bool under_sets_case(const struct event *event)
{
    return event->type == EVENT_GROUND_RECORDED && event->right == RIGHT_CREW_VIEW &&
           !id_absent(&event->case_id);
}

bool under_without_consent(int under)
{
    return under == BASIS_LIFE_BODY_NO_CONSENT || under == UNDER_BREAK_GLASS;
}

int under_basis(int under)
{
    return under == UNDER_BREAK_GLASS ? 0 : under;
}

bool under_waits(const struct event *event)
{
    return event->type == EVENT_GROUND_RECORDED && event->basis == BASIS_LIFE_BODY_NO_CONSENT;
}
