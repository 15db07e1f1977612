/* access.h — Job: what of the access log one viewer may be shown (DESIGN §7).
 *
 * Which events at all is the store's question (its index knows whom an event concerns); which
 * members of them is answered here, for each event alone. */
#ifndef GATEWAY_CORE_ACCESS_H
#define GATEWAY_CORE_ACCESS_H

#include "gateway/core/state.h"
#include "proto/console.h"

struct access_viewer {
    struct id org;
    uint64_t roles; /* bit set of enum role */
};

/* Organisation administrator or auditor; nobody else, whatever more roles they have not. */
bool access_may_ask(uint64_t roles);
/* Whether people's names and what somebody wrote are told at all: to an administrator. An auditor,
 * who may be an outsider, sees everything else (masked): a free text can name anybody. */
bool access_unmasked(uint64_t roles);
/* A name of another organisation's person is told only where the two are counterparts in the case:
 * who accepted, opened, received. Never of a refused attempt. */
bool event_names_counterpart(enum event_type type);
/* Whether what somebody wrote with EVENT may be read back: the reason of an emergency opening,
 * the words of a review, why a person or a device was ended; unmasked, and of one's own
 * organisation only. The list of alerts goes by it, too. */
bool access_may_read(const struct access_viewer *viewer, const struct event *event);
/* The kinds of events under one word of an administrator (enum access_group); at most MAX. */
size_t access_group_types(int group, enum event_type *types, size_t max);
/* Fills OUT with what VIEWER may know of EVENT, which concerns the viewer's organisation. PERSON is
 * the actor and ORG the actor's organisation, NULL: none or unknown; their texts are lent to OUT.
 * UNDER (under.h): the ground it was done under.
 * - Own people: id, name, roles. An auditor: the id, no name (masked).
 * - Other people: roles; id and name only as counterparts of the case.
 * - Devices, and whom something was done to: only of the own organisation's acts. */
void access_show(const struct access_viewer *viewer, const struct event *event, int under,
                 const struct person_state *person, const struct org_state *org,
                 struct access_row *out);
#endif
