/* act.c — Job: the acts that several judgements share: revoke, end, record a ground, alert. */
#include "gateway/core/judge_list.h"

struct act act_of(const struct actor *who, const struct message *msg, const struct world *world,
                  const struct turn *turn, struct judgement *out)
{
    return (struct act){who, msg, world->case_of(world->self, &msg->case_id), world, turn, out};
}

struct event *act_add(const struct act *act, enum event_type type, unsigned audience)
{
    struct event *event = judged_add(act->out, type, act->who, act->msg, act->turn, audience);
    judged_case(event, act->c);
    return event;
}

void act_revoke(const struct act *act, const struct id *hospital, enum revoke_reason why)
{
    for (size_t i = 0; i < act->c->grants_count; i++) {
        const struct case_grant *grant = &act->c->grants[i];
        if (grant->revoke != 0)
            continue;
        if (hospital != NULL && !id_equal(&grant->hospital, hospital))
            continue;
        struct event *event = act_add(act, EVENT_GRANT_REVOKED, AUDIENCE_CREW | AUDIENCE_HOSPITAL);
        judged_hospital(act->out, event, &grant->hospital);
        event->view = grant->view;
        event->grant = grant->id;
        event->code = why;
        event->count = grant->opened_at == 0 ? 0 : 1; /* 0: nothing was ever disclosed by it */
    }
}

void act_end_views(const struct act *act, enum revoke_reason why)
{
    for (size_t i = 0; i < act->c->views_count; i++) {
        const struct case_view *view = &act->c->views[i];
        if (view->status != VIEW_HELD && view->status != VIEW_ASKED)
            continue;
        struct event *event = act_add(act, EVENT_VIEW_ENDED, AUDIENCE_CREW);
        event->view = view->id;
        event->code = why;
    }
}

static bool has_content(const struct case_asked *asked)
{
    return asked->status == ASKED_WAITING || asked->status == ASKED_ACCEPTED;
}

void act_end_inquiries(const struct act *act, const struct id *keep, enum asked_status how)
{
    for (size_t i = 0; i < act->c->asked_count; i++) {
        const struct case_asked *asked = &act->c->asked[i];
        if (!has_content(asked) || (keep != NULL && id_equal(&asked->hospital, keep)))
            continue;
        struct event *event = act_add(act, EVENT_INQUIRY_ENDED, AUDIENCE_CREW | AUDIENCE_HOSPITAL);
        judged_hospital(act->out, event, &asked->hospital);
        event->code = (int)how;
    }
}

/* DESIGN §1 step 3. A refusal becomes life/body only with an obstacle that appeared after it, and
 * then with a review (the alert is raised by judge_ground). */
enum err ground_check(const struct case_state *c, const struct body_ground *ground)
{
    if (c->grounds_count == CASE_GROUNDS_MAX)
        return ERR_FULL;
    if (ground->right == RIGHT_DISCLOSE_TO && id_absent(&ground->hospital))
        return ERR_MISSING_FIELD;
    switch (ground->basis) {
    case BASIS_PATIENT_ORAL:
        if (ground->said_by != SAID_PATIENT && ground->said_by != SAID_FAMILY)
            return ERR_BAD_FIELD;
        return ERR_OK;
    case BASIS_LIFE_BODY_NO_CONSENT:
        if (ground->need == 0 || ground->obstacle == 0)
            return ERR_MISSING_FIELD;
        if (case_refused(c) && ground->obstacle != OBSTACLE_UNCONSCIOUS &&
            ground->obstacle != OBSTACLE_CONFUSED)
            return ERR_REFUSED_BY_PATIENT;
        return ERR_OK;
    default:
        return ERR_OK;
    }
}

struct event *act_ground(const struct act *act, const struct body_ground *ground)
{
    struct event *event = act_add(act, EVENT_GROUND_RECORDED, AUDIENCE_CREW);
    event->right = ground->right;
    event->basis = ground->basis;
    event->need = ground->need;
    event->obstacle = ground->obstacle;
    event->said_by = ground->said_by;
    event->hospital = ground->hospital;
    event->sections = ground->hidden;
    judged_payload(act->out, event, &record_ground, ground);
    if (ground->basis == BASIS_LIFE_BODY_NO_CONSENT && case_refused(act->c))
        act_alert(act, ALERT_REFUSAL_OVERRIDDEN, event);
    return event;
}

static struct event *alert_here(const struct act *act, int code)
{
    struct event *event = act_add(act, EVENT_ALERT, AUDIENCE_ADMINS);
    event->code = code;
    return event;
}

/* The other side of a case is to see what was done to it: the act's organisation stands in
 * `hospital`, its person stays; device, session and message are the actor's own. */
static struct event *alert_at(const struct act *act, const struct event *own, const struct id *org)
{
    if (id_absent(org) || id_equal(org, &own->org) ||
        act->world->org(act->world->self, org) == NULL)
        return NULL;
    struct event *event = act_add(act, EVENT_ALERT, AUDIENCE_ADMINS);
    event->org = *org;
    event->hospital = own->org;
    event->device = event->session = event->message = (struct id){{0}};
    event->made_at = 0;
    event->person = own->person;
    event->code = own->code;
    event->grant = own->grant;
    event->subject = own->subject;
    return event;
}

static bool told_already(const struct judgement *out, const struct id *org)
{
    for (size_t i = 0; i < out->events_count; i++)
        if (out->events[i].event.type == EVENT_ALERT && id_equal(&out->events[i].event.org, org))
            return true;
    return false;
}

void act_alert(const struct act *act, int code, const struct event *cause)
{
    struct event *own = alert_here(act, code);
    if (cause != NULL) {
        own->grant = cause->grant;
        own->subject = cause->id; /* whose payload holds the reason, for a review */
    }
    (void)alert_at(act, own, &act->c->org);
    /* Of a mix-up, each hospital that could see the other person's view. */
    for (size_t i = 0; code == ALERT_MIXUP && i < act->c->grants_count; i++)
        if (!told_already(act->out, &act->c->grants[i].hospital))
            (void)alert_at(act, own, &act->c->grants[i].hospital);
}

void act_alert_same_card(const struct act *act, const struct id *other)
{
    struct event *own = alert_here(act, ALERT_SAME_CARD_TWICE);
    const struct case_state *c = act->world->case_of(act->world->self, other);
    struct event *there = c == NULL ? NULL : alert_at(act, own, &c->org);
    if (there != NULL)
        judged_case(there, c); /* by its own case: ours is none of its business */
}

int64_t grant_until(const struct act *act, const struct case_view *view)
{
    const struct policy *policy = act->world->policy;
    int64_t last = view->fetched_at + policy->grant_after_fetch_ms;
    int64_t handed = act->c->handed_at != 0 ? act->c->handed_at : act->c->confirmed_at;
    if (handed != 0 && handed + policy->grant_after_handover_ms < last)
        last = handed + policy->grant_after_handover_ms;
    return last;
}
