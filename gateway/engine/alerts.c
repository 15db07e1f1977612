/* alerts.c — Job: a page of open alerts leaves; the operator is told what nobody has looked at. */
#include "gateway/engine/inner.h"

#include "gateway/core/access.h"

#include "common/log.h"

#include <stdio.h>
#include <stdlib.h>

static struct slice name_of(struct engine *engine, const struct id *person)
{
    const struct person_state *p =
        id_absent(person) ? NULL
                          : slot_person(world_find(&engine->table, AGGREGATE_PERSON, person));
    return p == NULL ? (struct slice){NULL, 0} : p->name;
}

/* Of another organisation's person a name only where the two are counterparts in the case
 * (core/access.h): who opened, contradicted, mixed up, took over. */
static bool may_be_named(const struct org_alert *alert)
{
    return id_absent(&alert->other) || alert->code == ALERT_BREAK_GLASS ||
           alert->code == ALERT_MIXUP || alert->code == ALERT_ACCEPTANCE_CONTRADICTED ||
           alert->code == ALERT_TAKEOVER_CLAIMED;
}

/* The reason of an emergency opening: by the rule of the log's own page. */
static bool may_read(const struct person_state *viewer, const struct org_alert *alert)
{
    const struct access_viewer who = {viewer->org, viewer->roles};
    const struct event cause = {.type = EVENT_BREAK_GLASS,
                                .org = id_absent(&alert->other) ? viewer->org : alert->other};
    return alert->code == ALERT_BREAK_GLASS && access_may_read(&who, &cause);
}

static void fill_row(struct engine *engine, const struct person_state *viewer,
                     const struct org_alert *alert, struct arena *arena, struct alert_row *row)
{
    bool unmasked = access_unmasked(viewer->roles);
    *row = (struct alert_row){.alert = alert->id,
                              .case_id = alert->case_id,
                              .grant = alert->grant,
                              .person = may_be_named(alert) ? alert->person : (struct id){{0}},
                              .acked_by = alert->acked_by,
                              .org = alert->other,
                              .level = alert->level < 0 ? 0 : alert->level,
                              .at = alert->at,
                              .acked_at = alert->acked_at,
                              .kind = alert->code,
                              .training = alert->training};
    if (alert_needs_review(alert)) {
        row->review = FLAG_YES;
        row->may_review = unmasked && !id_equal(&alert->person, &viewer->id) ? FLAG_YES : FLAG_NO;
    }
    const struct org_state *other =
        id_absent(&alert->other)
            ? NULL
            : slot_org(world_find(&engine->table, AGGREGATE_ORG, &alert->other));
    if (other != NULL)
        row->org_name = other->name;
    if (unmasked) {
        row->person_name = name_of(engine, &row->person);
        row->acked_by_name = name_of(engine, &alert->acked_by);
    }
    if (may_read(viewer, alert) && /* shredded, or not readable now: the rest still counts */
        journal_payload(engine->journal, &alert->cause, &alert->case_id, arena, &row->content) !=
            ERR_OK)
        row->content = (struct slice){NULL, 0};
}

static void send_list(struct engine *engine, struct peer_state *peer, const struct message *msg,
                      const struct event *event)
{
    const struct org_state *org = slot_org(world_find(&engine->table, AGGREGATE_ORG, &event->org));
    const struct person_state *viewer =
        slot_person(world_find(&engine->table, AGGREGATE_PERSON, &event->person));
    const struct body_alerts *asked = msg->body;
    if (org == NULL || viewer == NULL || peer_session(peer, &event->session) == NULL)
        return;
    struct body_alert_list *list = calloc(1, sizeof *list);
    if (list == NULL) {
        out_refusal(engine, peer, &event->message, ERR_NO_MEMORY, NULL);
        return;
    }
    struct arena arena = {0};
    const struct org_alert *after =
        id_absent(&asked->after) ? NULL : org_alert_of(org, &asked->after);
    size_t from = after == NULL ? 0 : (size_t)(after - org->alerts) + 1;
    for (size_t i = from; i < org->alerts_count && list->rows_count < ALERTS_PER_FRAME; i++)
        fill_row(engine, viewer, &org->alerts[i], &arena, &list->rows[list->rows_count++]);
    if (from + list->rows_count < org->alerts_count)
        list->after = list->rows[list->rows_count - 1].alert;
    list->open = (int64_t)org->alerts_count;
    for (size_t i = 0; i < org->alerts_count; i++)
        list->late += org->alerts[i].acked_at == 0 && org->alerts[i].level > 0 ? 1 : 0;
    list->lost = org->alerts_lost < 0 ? 0 : org->alerts_lost;
    const struct message head = {
        .re = event->message, .session = event->session, .seq = event->seq};
    out_send(engine, peer, MSG_ALERT_LIST, &head, list, LANE_CONTROL, NULL);
    arena_free(&arena);
    free(list);
}

/* The operator's own log: that nobody of the organisation has looked, and at what kind. */
static void tell_operator(const struct event *event)
{
    char number[24], org[ID_TEXT_SIZE + 1] = "";
    struct log_ids ids = {.event = number};
    id_text(&event->org, org);
    snprintf(number, sizeof number, "%llu", (unsigned long long)event->seq);
    log_warn("engine", &ids, "nobody of organisation %s has acknowledged an alert (%s%s)", org,
             event->training == FLAG_YES ? "practice: " : "",
             codes_name(&codes_alert, event->code));
}

void alerts_effect(struct engine *engine, struct peer_state *peer, const struct message *msg,
                   const struct event *event)
{
    if (event->type == EVENT_ALERT_ESCALATED && event->count >= ALERT_LEVELS)
        tell_operator(event);
    if (event->type == EVENT_ALERTS_VIEWED && peer != NULL)
        send_list(engine, peer, msg, event);
}

/* What nobody has seen is told again, one alert of an organisation at a time. */
static void escalate(void *self, void *value)
{
    struct engine *engine = self;
    struct slot *slot = value;
    const struct org_state *org = slot_org(slot);
    if (org == NULL || slot->in_flight || slot->waiting != NULL)
        return;
    const struct org_alert *alert =
        org_alert_due(org, engine_now(engine), engine->policy.alert_escalate_ms);
    struct work *work = alert == NULL ? NULL : work_new(engine, WORK_OPERATOR);
    if (work == NULL)
        return;
    work->event = (struct event){.type = EVENT_ALERT_ESCALATED,
                                 .training = alert->training,
                                 .org = slot->id,
                                 .case_id = alert->case_id,
                                 .grant = alert->grant,
                                 .subject = alert->id,
                                 .code = alert->code,
                                 .count = alert->level < 0 ? 1 : alert->level + 1};
    intake_run(engine, work);
}

void alerts_tick(struct engine *engine)
{
    index_each(engine->table.slots[AGGREGATE_ORG], engine, escalate);
}
