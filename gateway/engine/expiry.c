/* expiry.c — Job: what time does to cases: rights end, and an ended case leaves the memory.
 *
 * A case that has ended is kept for a day, in which its crew may still say that it was a mix-up,
 * and as long as somebody who opened another person's data has not acknowledged that; then its slot
 * goes, as it would be gone after a restart. The journal keeps all of it. */
#include "gateway/engine/inner.h"

static const int64_t ENDED_KEPT_MS = INT64_C(24) * 60 * 60 * 1000;
static const int64_t AGAIN_MS = 1000; /* looked at again if nothing comes of it */

void expiry_plan(struct engine *engine, struct slot *slot)
{
    const struct case_state *c = slot_case(slot);
    if (slot->kind != AGGREGATE_CASE || c == NULL)
        return;
    int64_t at =
        c->end != 0 ? engine_now(engine) + ENDED_KEPT_MS : case_next_deadline(c, &engine->policy);
    deadlines_set(&engine->table.deadlines, slot, at);
}

static bool acknowledged(const struct case_state *c)
{
    for (size_t i = 0; i < c->openers_count; i++)
        if (c->openers[i].must_ack == FLAG_YES && c->openers[i].acked != FLAG_YES)
            return false;
    return true;
}

static void expire(struct engine *engine, struct slot *slot)
{
    const struct case_state *c = slot_case(slot);
    bool busy = slot->in_flight || slot->waiting != NULL;
    if (!busy && c != NULL && c->end != 0) {
        if (acknowledged(c))
            world_forget(&engine->table, slot);
        else
            expiry_plan(engine, slot);
        return;
    }
    deadlines_set(&engine->table.deadlines, slot, engine_now(engine) + AGAIN_MS);
    struct work *work = busy ? NULL : work_new(engine, WORK_EXPIRY);
    if (work == NULL)
        return;
    work->case_id = slot->id;
    intake_run(engine, work);
}

void expiry_tick(struct engine *engine)
{
    struct slot *due;
    while ((due = deadlines_due(&engine->table.deadlines, engine_now(engine))) != NULL)
        expire(engine, due);
}
