/* under.h — Job: under which ground something was done, where the event itself does not say.
 *
 * A grant is issued on a ground; what is then delivered, opened, extended or revoked under it names
 * the grant only. A crew's own view stands on the ground that the case has for it. Whoever follows
 * the log keeps two small tables, by grant and by case, and asks here what goes into them. */
#ifndef GATEWAY_CORE_UNDER_H
#define GATEWAY_CORE_UNDER_H

#include "gateway/core/event.h"

/* A value of enum basis, or: */
enum under { UNDER_NOTHING = 0, UNDER_BREAK_GLASS = 100 };

/* Which table answers for EVENT. UNDER_OWN: the event says it itself (under_of). */
enum under_from { UNDER_OWN, UNDER_OF_GRANT, UNDER_OF_CASE, UNDER_NONE };
enum under_from under_from(const struct event *event);
/* What EVENT itself stands on; UNDER_NOTHING when it does not say. */
int under_of(const struct event *event);
/* Whether under_of(EVENT) is from now on what the grant, or the case's own view, stands on. */
bool under_sets_grant(const struct event *event);
bool under_sets_case(const struct event *event);
/* Nobody could agree: life and body without consent, or an emergency opening. */
bool under_without_consent(int under);
/* A ground without consent: somebody else is to look at it (the console's queue). */
bool under_waits(const struct event *event);
/* The enum basis in it; 0: none. */
int under_basis(int under);
#endif
