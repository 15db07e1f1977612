/* alerts.c — Job: a page of open alerts leaves, to the session that asked. */
#include "gateway/engine/inner.h"

#include "gateway/core/access.h"

#include <stdlib.h>

static struct slice name_of(struct engine *engine, const struct id *person)
{
    const struct person_state *p =
        id_absent(person) ? NULL
                          : slot_person(world_find(&engine->table, AGGREGATE_PERSON, person));
    return p == NULL ? (struct slice){NULL, 0} : p->name;
}

/* An auditor gets neither names nor what somebody wrote. */
static void fill_row(struct engine *engine, const struct person_state *viewer,
                     const struct org_alert *alert, struct arena *arena, struct alert_row *row)
{
    bool admin = (viewer->roles & 1ull << ROLE_ORG_ADMIN) != 0;
    *row = (struct alert_row){.alert = alert->id,
                              .case_id = alert->case_id,
                              .grant = alert->grant,
                              .person = alert->person,
                              .acked_by = alert->acked_by,
                              .at = alert->at,
                              .acked_at = alert->acked_at,
                              .kind = alert->code,
                              .training = alert->training};
    if (alert_needs_review(alert->code)) {
        row->review = FLAG_YES;
        row->may_review = admin && !id_equal(&alert->person, &viewer->id) ? FLAG_YES : FLAG_NO;
    }
    if (!admin)
        return;
    row->person_name = name_of(engine, &alert->person);
    row->acked_by_name = name_of(engine, &alert->acked_by);
    if (row->review == FLAG_YES && /* shredded, or not readable now: the rest still counts */
        journal_payload(engine->journal, &alert->cause, &alert->case_id, arena, &row->content) !=
            ERR_OK)
        row->content = (struct slice){NULL, 0};
}

void alerts_send(struct engine *engine, struct peer_state *peer, const struct message *msg,
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
    list->lost = org->alerts_lost < 0 ? 0 : org->alerts_lost;
    const struct message head = {
        .re = event->message, .session = event->session, .seq = event->seq};
    out_send(engine, peer, MSG_ALERT_LIST, &head, list, LANE_CONTROL, NULL);
    arena_free(&arena);
    free(list);
}
