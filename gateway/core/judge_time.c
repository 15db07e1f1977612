/* judge_time.c — Job: what time and emergencies do to a right: expiry, extension, break-glass. */
#include "gateway/core/judge_list.h"

enum { DAY_MS = 24 * 60 * 60 * 1000 };

enum err judge_extend(const struct actor *who, const struct message *msg, const struct world *world,
                      const struct turn *turn, struct judgement *out)
{
    struct act act = act_of(who, msg, world, turn, out);
    const struct body_extend *body = msg->body;
    const struct case_grant *grant = case_grant_of(act.c, &body->grant);
    if (grant == NULL || !id_equal(&grant->hospital, &who->org->id))
        return ERR_NOT_ALLOWED;
    if (!grant_live(grant, turn->now))
        return ERR_GRANT_ENDED;
    const struct case_view *view = case_view_of(act.c, &grant->view);
    if (grant->extended == FLAG_YES || view == NULL)
        return ERR_PROTOCOL; /* one extension */
    int64_t until = grant->until + world->policy->grant_after_handover_ms;
    int64_t last = view->fetched_at + world->policy->grant_after_fetch_ms;
    struct event *event = act_add(&act, EVENT_GRANT_CHANGED, AUDIENCE_CREW | AUDIENCE_HOSPITAL);
    judged_hospital(out, event, &who->org->id);
    event->view = grant->view;
    event->grant = grant->id;
    event->until = until < last ? until : last;
    event->count = FLAG_YES;
    judged_payload(out, event, &record_extend, body);
    return ERR_OK;
}

/* Opens only a case with a view in memory for which this hospital was asked or is or was the
 * destination (the door rule); after a waiting time in which the crew may object. */
enum err judge_break_glass(const struct actor *who, const struct message *msg,
                           const struct world *world, const struct turn *turn,
                           struct judgement *out)
{
    struct act act = act_of(who, msg, world, turn, out);
    const struct body_reason_text *body = msg->body;
    const struct case_view *view = case_view_held(act.c);
    if (view == NULL || !world->view_in_memory(world->self, &view->id))
        return ERR_NO_VIEW;
    if (view->match != MATCH_MATCHED)
        return ERR_NOT_MATCHED; /* an emergency does not make it this patient's data */
    if (case_refused(act.c) || case_refused_to(act.c, &who->org->id))
        return ERR_NOT_ALLOWED;
    if (body->reason.bytes == NULL || body->reason.size == 0)
        return ERR_MISSING_FIELD;
    if (case_grant_live(act.c, &who->org->id, turn->now) != NULL)
        return ERR_PROTOCOL;
    if (act.c->grants_count == CASE_GRANTS_MAX)
        return ERR_FULL;
    struct event *event = act_add(&act, EVENT_BREAK_GLASS, AUDIENCE_CREW | AUDIENCE_HOSPITAL);
    judged_hospital(out, event, &who->org->id);
    event->view = view->id;
    event->grant = turn_id(turn);
    event->sections = view->sections & ~case_hidden_from(act.c, &who->org->id);
    event->from = turn->now + world->policy->break_glass_wait_ms;
    event->until = grant_until(&act, view);
    judged_payload(out, event, &record_reason_text, body);
    act_alert(&act, ALERT_BREAK_GLASS, event);
    return ERR_OK;
}

enum err judge_break_glass_object(const struct actor *who, const struct message *msg,
                                  const struct world *world, const struct turn *turn,
                                  struct judgement *out)
{
    struct act act = act_of(who, msg, world, turn, out);
    const struct body_grant_ref *body = msg->body;
    const struct case_grant *grant = case_grant_of(act.c, &body->grant);
    if (grant == NULL || grant->break_glass != FLAG_YES || !grant_live(grant, turn->now))
        return ERR_NOT_FOUND;
    if (turn->now >= grant->opens_at)
        return ERR_PROTOCOL; /* the waiting time is over: it is a matter for the review */
    struct event *event =
        act_add(&act, EVENT_BREAK_GLASS_OBJECTED, AUDIENCE_CREW | AUDIENCE_HOSPITAL);
    judged_hospital(out, event, &grant->hospital);
    event->grant = grant->id;
    return ERR_OK;
}

/* ---- expiry ---- */

static bool any_live_grant(const struct case_state *c, int64_t now)
{
    for (size_t i = 0; i < c->grants_count; i++)
        if (grant_live(&c->grants[i], now))
            return true;
    return false;
}

/* A hand-over is over when both sides have said it. A hospital that is not on the gateway says
 * nothing; one that forgets it holds the case no longer than the policy says. */
static int64_t handover_over(const struct case_state *c, const struct policy *policy)
{
    int64_t handed = c->handed_at != 0 ? c->handed_at : c->confirmed_at;
    bool both = c->handed_at != 0 && (c->confirmed_at != 0 || id_absent(&c->destination));
    return both ? handed : handed + policy->confirm_wait_ms;
}

static void expire_views(const struct act *act, bool over)
{
    for (size_t i = 0; i < act->c->views_count; i++) {
        const struct case_view *view = &act->c->views[i];
        if (view->status != VIEW_HELD || (!over && act->turn->now < view->until))
            continue;
        struct event *event = act_add(act, EVENT_VIEW_ENDED, AUDIENCE_CREW);
        event->view = view->id;
        event->code = over ? REVOKE_CASE_ENDED : REVOKE_EXPIRED;
    }
}

void judge_expiry(const struct case_state *c, const struct world *world, const struct turn *turn,
                  struct judgement *out)
{
    struct act act = {NULL, NULL, c, world, turn, out};
    if (c->end != 0)
        return;
    for (size_t i = 0; i < c->grants_count; i++) {
        const struct case_grant *grant = &c->grants[i];
        if (grant->revoke != 0 || turn->now < grant->until)
            continue;
        struct event *event = act_add(&act, EVENT_GRANT_REVOKED, AUDIENCE_CREW | AUDIENCE_HOSPITAL);
        judged_hospital(out, event, &grant->hospital);
        event->view = grant->view;
        event->grant = grant->id;
        event->code = REVOKE_EXPIRED;
        event->count = grant->opened_at == 0 ? 0 : 1;
    }
    int64_t handed = c->handed_at != 0 ? c->handed_at : c->confirmed_at;
    bool seen = handed != 0 && !any_live_grant(c, turn->now);
    bool over = seen && turn->now >= handover_over(c, world->policy);
    bool silent = turn->now - c->opened_at >= 2 * (int64_t)DAY_MS;
    expire_views(&act, seen || silent);
    if (!over && !silent)
        return;
    act_end_inquiries(&act, NULL, ASKED_ENDED);
    struct event *event = act_add(&act, EVENT_CASE_ENDED, AUDIENCE_CREW | AUDIENCE_HOSPITAL);
    judged_hospital(out, event, &c->destination);
    event->hospital = (struct id){{0}};
    event->code = handed != 0 ? END_HANDED_OVER : END_OPENED_BY_MISTAKE;
}

static int64_t earlier(int64_t a, int64_t b)
{
    return a < b ? a : b;
}

int64_t case_next_deadline(const struct case_state *c, const struct policy *policy)
{
    if (c->end != 0)
        return INT64_MAX;
    int64_t next = c->opened_at + 2 * (int64_t)DAY_MS;
    int64_t handed = c->handed_at != 0 ? c->handed_at : c->confirmed_at;
    bool live = false;
    for (size_t i = 0; i < c->grants_count; i++) {
        if (c->grants[i].revoke == 0) {
            next = earlier(next, c->grants[i].until);
            live = true;
        }
    }
    for (size_t i = 0; i < c->views_count; i++)
        if (c->views[i].status == VIEW_HELD)
            next = earlier(next, live || handed == 0 ? c->views[i].until : handed);
    if (!live && handed != 0)
        next = earlier(next, handover_over(c, policy));
    return next;
}
