/* recover.c — Job: after a restart: errands without outcome go on, views come back or are lost. */
#include "gateway/engine/inner.h"

static void restart_errand(struct engine *engine, const struct slot *slot, enum errand_kind kind,
                           const struct id *asked, const struct id *view)
{
    struct work work = {.device = slot->state->case_.device};
    struct errand_ask ask = {.kind = kind, .id = *asked, .case_id = slot->id, .view = *view};
    struct job *job = jobs_make(engine, &work, &ask);
    if (job != NULL)
        engine->calls.errand(engine->calls.self, job);
}

static void recover_case(void *self, void *value)
{
    struct engine *engine = self;
    struct slot *slot = value;
    const struct case_state *c = slot_case(slot);
    static const struct id none;
    if (slot->kind != AGGREGATE_CASE || c == NULL || c->end != 0)
        return;
    if (c->card == CARD_CHECKING)
        restart_errand(engine, slot, ERRAND_CARD, &c->card_event, &none);
    for (size_t i = 0; i < c->views_count; i++)
        if (c->views[i].status == VIEW_ASKED)
            restart_errand(engine, slot, ERRAND_FETCH, &c->views[i].asked_event, &c->views[i].id);
}

void engine_recover(struct engine *engine)
{
    engine->lost_at = engine_now(engine) + engine->policy.hand_up_wait_ms;
    index_each(engine->table.slots[AGGREGATE_CASE], engine, recover_case);
}

static void gateway_event(struct engine *engine, const struct case_state *c, enum event_type type,
                          const struct id *view, const struct case_grant *grant)
{
    struct work *work = work_new(engine, WORK_OPERATOR);
    if (work == NULL)
        return;
    work->event = (struct event){.type = type,
                                 .org = c->org,
                                 .case_id = c->id,
                                 .incident = c->incident,
                                 .training = c->training,
                                 .alias = c->alias,
                                 .view = *view,
                                 .code = REVOKE_VIEW_LOST};
    if (grant != NULL) {
        work->event.grant = grant->id;
        work->event.hospital = grant->hospital;
        work->event.count = grant->opened_at == 0 ? 0 : 1;
    }
    intake_run(engine, work);
}

static void lose(void *self, void *value)
{
    struct engine *engine = self;
    struct slot *slot = value;
    const struct case_state *c = slot_case(slot);
    if (slot->kind != AGGREGATE_CASE || c == NULL || c->end != 0 || slot->in_flight)
        return;
    for (size_t i = 0; i < c->views_count; i++) {
        const struct case_view *view = &c->views[i];
        if (view->status != VIEW_HELD || vault_has(engine->vault, &view->id))
            continue;
        for (size_t j = 0; j < c->grants_count; j++)
            if (id_equal(&c->grants[j].view, &view->id) && c->grants[j].revoke == 0)
                gateway_event(engine, c, EVENT_GRANT_REVOKED, &view->id, &c->grants[j]);
        gateway_event(engine, c, EVENT_VIEW_ENDED, &view->id, NULL);
    }
}

void recover_tick(struct engine *engine)
{
    if (engine->lost_at == 0 || engine_now(engine) < engine->lost_at)
        return;
    engine->lost_at = 0;
    index_each(engine->table.slots[AGGREGATE_CASE], engine, lose);
}
