/* org_alerts.c — Job: the fold of an organisation's alerts: open until a named person has acted. */
#include "gateway/core/state.h"

bool alert_needs_review(const struct org_alert *alert)
{
    return id_absent(&alert->other) &&
           (alert->code == ALERT_BREAK_GLASS || alert->code == ALERT_REFUSAL_OVERRIDDEN);
}

static size_t place_of(const struct org_state *o, const struct id *alert)
{
    size_t i = 0;
    while (i < o->alerts_count && !id_equal(&o->alerts[i].id, alert))
        i++;
    return i;
}

const struct org_alert *org_alert_of(const struct org_state *org, const struct id *alert)
{
    size_t at = place_of(org, alert);
    return at == org->alerts_count ? NULL : &org->alerts[at];
}

static void drop(struct org_state *o, size_t at)
{
    o->alerts_count--;
    memmove(&o->alerts[at], &o->alerts[at + 1], (o->alerts_count - at) * sizeof o->alerts[0]);
}

static size_t oldest(const struct org_state *o, int training, bool review)
{
    size_t at = 0;
    while (at < o->alerts_count &&
           ((o->alerts[at].training == FLAG_YES) != (training == FLAG_YES) ||
            alert_needs_review(&o->alerts[at]) != review))
        at++;
    return at;
}

/* Practice goes first, and never takes the place of what is not; among each the oldest that nobody
 * has to review, and only then the oldest of all. False: the new one (TRAINING) has no room. */
static bool make_room(struct org_state *o, int training)
{
    size_t at = oldest(o, FLAG_YES, false);
    if (at == o->alerts_count)
        at = oldest(o, FLAG_YES, true);
    o->alerts_lost = o->alerts_lost < 0 ? 1 : o->alerts_lost + 1;
    if (at == o->alerts_count && training == FLAG_YES)
        return false;
    if (at == o->alerts_count)
        at = oldest(o, FLAG_ABSENT, false);
    drop(o, at < o->alerts_count ? at : 0);
    return true;
}

static void raised(struct org_state *o, const struct event *e)
{
    if (o->alerts_count == ORG_ALERTS_MAX && !make_room(o, e->training))
        return;
    o->alerts[o->alerts_count++] = (struct org_alert){.id = e->id,
                                                      .case_id = e->case_id,
                                                      .grant = e->grant,
                                                      .person = e->person,
                                                      .cause = e->subject,
                                                      .other = e->hospital,
                                                      .level = 0,
                                                      .at = e->at,
                                                      .code = e->code,
                                                      .training = e->training};
}

/* A row that was written before there were levels has INT_ABSENT. */
static int64_t level_of(const struct org_alert *alert)
{
    return alert->level < 0 ? 0 : alert->level;
}

const struct org_alert *org_alert_due(const struct org_state *org, int64_t now, int64_t every_ms)
{
    for (size_t i = 0; i < org->alerts_count; i++) {
        const struct org_alert *alert = &org->alerts[i];
        int64_t level = level_of(alert);
        if (alert->acked_at == 0 && level < ALERT_LEVELS &&
            now - alert->at >= (level + 1) * every_ms)
            return alert;
    }
    return NULL;
}

void org_alert_apply(struct org_state *o, const struct event *e)
{
    if (e->type == EVENT_ALERT) {
        raised(o, e);
        return;
    }
    size_t at = place_of(o, &e->subject);
    if (at == o->alerts_count)
        return;
    bool done = e->type == EVENT_ACCESS_REVIEWED ||
                (e->type == EVENT_ALERT_ACKED && !alert_needs_review(&o->alerts[at]));
    if (done) {
        drop(o, at);
    } else if (e->type == EVENT_ALERT_ACKED) {
        o->alerts[at].acked_at = e->at;
        o->alerts[at].acked_by = e->person;
    } else {
        o->alerts[at].level = e->count; /* EVENT_ALERT_ESCALATED */
    }
}
