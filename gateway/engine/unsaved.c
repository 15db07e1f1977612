/* unsaved.c — Job: a right that was taken away while the store was down stays taken away.
 *
 * The screens were covered before the commit (out_take_away). When the commit then fails, the
 * message is refused, but the grant stays closed here: it is kept in a list, no opening passes it,
 * and the revocation is tried again, as an act of the gateway, until the log has it. */
#include "gateway/engine/inner.h"

#include <stdlib.h>

bool unsaved_has(const struct engine *engine, const struct id *grant)
{
    for (const struct unsaved *u = engine->unsaved; u != NULL; u = u->next)
        if (id_equal(&u->event.grant, grant))
            return true;
    return false;
}

void out_unsaved(struct engine *engine, const struct entry *entry)
{
    for (size_t i = 0; i < entry->events_count; i++) {
        const struct event *event = &entry->events[i].event;
        if (event->type != EVENT_GRANT_REVOKED || unsaved_has(engine, &event->grant))
            continue;
        struct unsaved *u = calloc(1, sizeof *u);
        if (u == NULL)
            continue;
        u->event = *event; /* `at` stays: that is when it was taken away */
        u->event.payload = (struct slice){NULL, 0};
        u->event.message = (struct id){{0}}; /* not taken: it comes again, with its own entry */
        u->event.seq = 0;                    /* the place that it did not get */
        u->next = engine->unsaved;
        engine->unsaved = u;
    }
}

/* To a device that was not there when it was taken away, or has just been shown older state. */
void unsaved_tell(struct engine *engine, struct peer_state *peer)
{
    if (peer->kind == DEVICE_ADMIN)
        return;
    for (const struct unsaved *u = engine->unsaved; u != NULL; u = u->next)
        if (id_equal(&u->event.hospital, &peer->org))
            out_notice(engine, peer, &u->event, 0);
}

static bool revoked_already(struct engine *engine, const struct unsaved *u)
{
    struct case_state *c = slot_case(world_find(&engine->table, AGGREGATE_CASE, &u->event.case_id));
    const struct case_grant *grant = c == NULL ? NULL : case_grant_of(c, &u->event.grant);
    return grant == NULL || grant->revoke != 0;
}

void unsaved_retry(struct engine *engine)
{
    struct unsaved **at = &engine->unsaved;
    while (*at != NULL) {
        struct unsaved *u = *at;
        if (revoked_already(engine, u)) {
            *at = u->next;
            free(u);
            continue;
        }
        struct slot *slot = world_find(&engine->table, AGGREGATE_CASE, &u->event.case_id);
        struct work *work = slot->in_flight ? NULL : work_new(engine, WORK_OPERATOR);
        if (work != NULL) {
            work->event = u->event;
            intake_run(engine, work);
        }
        at = &u->next;
    }
}

void unsaved_free(struct engine *engine)
{
    while (engine->unsaved != NULL) {
        struct unsaved *next = engine->unsaved->next;
        free(engine->unsaved);
        engine->unsaved = next;
    }
}
