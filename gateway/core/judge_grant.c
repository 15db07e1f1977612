/* judge_grant.c — Job: judgements about destination, grant, delivery and opening. */
#include "gateway/core/judge_list.h"

/* The hospital's own answer, or an acceptance by phone that it has not contradicted. */
static enum err check_destination(const struct act *act, const struct body_destination *body)
{
    const struct case_state *c = act->c;
    if (c->handed_at != 0 || c->confirmed_at != 0)
        return ERR_CASE_ENDED;
    if (id_absent(&body->hospital))
        return body->not_connected.bytes == NULL ? ERR_MISSING_FIELD : ERR_OK;
    if (body->not_connected.bytes != NULL)
        return ERR_BAD_FIELD;
    const struct org_state *org = act->world->org(act->world->self, &body->hospital);
    if (org == NULL || org->kind != ORG_HOSPITAL || org->stopped == FLAG_YES)
        return ERR_NO_SUCH_HOSPITAL;
    if (!case_accepted_by(c, &body->hospital))
        return ERR_NOT_ACCEPTED;
    if (!body->ground_present)
        return ERR_OK;
    if (body->ground.right != RIGHT_DISCLOSE_TO ||
        !id_equal(&body->ground.hospital, &body->hospital))
        return ERR_BAD_FIELD; /* each hospital gets its own ground (I-07) */
    return ground_check(c, &body->ground);
}

static void move_destination(const struct act *act, const struct body_destination *body)
{
    /* The old right dies before the new one is born, in the same entry. */
    act_revoke(act, NULL, REVOKE_DESTINATION_CHANGED);
    act_end_inquiries(act, id_absent(&body->hospital) ? NULL : &body->hospital, ASKED_ELSEWHERE);
    struct event *event = act_add(act, EVENT_DESTINATION_SET, AUDIENCE_CREW | AUDIENCE_HOSPITAL);
    judged_hospital(act->out, event, &body->hospital);
    struct body_destination text = *body;
    text.ground_present = 0; /* it has an event of its own */
    judged_payload(act->out, event, &record_destination, &text);
}

static bool grant_possible(const struct act *act, const struct case_view *view)
{
    return view != NULL && view->match == MATCH_MATCHED && !case_refused(act->c) &&
           case_ground_for(act->c, RIGHT_CREW_VIEW, NULL) != NULL &&
           act->world->view_in_memory(act->world->self, &view->id);
}

static void add_grant(const struct act *act, const struct body_destination *body,
                      const struct case_view *view)
{
    const struct body_ground *ground = &body->ground;
    uint64_t sections = body->sections == 0 ? view->sections : view->sections & body->sections;
    struct event *event = act_add(act, EVENT_GRANT_ISSUED, AUDIENCE_CREW | AUDIENCE_HOSPITAL);
    judged_hospital(act->out, event, &body->hospital);
    event->view = view->id;
    event->grant = turn_id(act->turn);
    event->sections = (sections & ~ground->hidden) | SECTION_BIT(SECTION_PERSON);
    event->from = act->turn->now;
    event->until = grant_until(act, view);
    event->right = ground->right;
    event->basis = ground->basis;
    event->need = ground->need;
    event->obstacle = ground->obstacle;
    event->said_by = ground->said_by;
}

enum err judge_destination(const struct actor *who, const struct message *msg,
                           const struct world *world, const struct turn *turn,
                           struct judgement *out)
{
    struct act act = act_of(who, msg, world, turn, out);
    const struct body_destination *body = msg->body;
    enum err err = check_destination(&act, body);
    if (err != ERR_OK)
        return err;
    bool same = !id_absent(&body->hospital) && case_is_destination(act.c, &body->hospital);
    if (same && !body->ground_present)
        return ERR_PROTOCOL; /* it is the destination already */
    const struct case_grant *live = case_grant_live(act.c, &body->hospital, turn->now);
    if (same && live != NULL && live->break_glass != FLAG_YES)
        return ERR_PROTOCOL;
    if (act.c->grants_count == CASE_GRANTS_MAX)
        return ERR_FULL;
    if (!same)
        move_destination(&act, body);
    if (!body->ground_present)
        return ERR_OK;
    (void)act_ground(&act, &body->ground);
    const struct case_view *view = case_view_held(act.c);
    bool refused = body->ground.basis == BASIS_REFUSED;
    if (same && live != NULL) /* the patient's word takes the place of an emergency opening */
        act_revoke(&act, &body->hospital, refused ? REVOKE_CONSENT_WITHDRAWN : REVOKE_EXPIRED);
    if (!refused && grant_possible(&act, view))
        add_grant(&act, body, view);
    return ERR_OK;
}

enum err judge_delivered(const struct actor *who, const struct message *msg,
                         const struct world *world, const struct turn *turn, struct judgement *out)
{
    struct act act = act_of(who, msg, world, turn, out);
    const struct body_view_ref *body = msg->body;
    const struct case_grant *grant = case_grant_of(act.c, &body->grant);
    if (grant == NULL || !id_equal(&grant->hospital, &who->org->id) ||
        !id_equal(&grant->view, &body->view))
        return ERR_NOT_ALLOWED;
    if (!grant_live(grant, turn->now))
        return ERR_GRANT_ENDED;
    struct event *event = act_add(&act, EVENT_DELIVERED, AUDIENCE_CREW | AUDIENCE_HOSPITAL);
    judged_hospital(out, event, &who->org->id);
    event->view = grant->view;
    event->grant = grant->id;
    return ERR_OK;
}

/* Before the match the person alone, for the question 「この方ですか」 at another page. */
static enum err open_as_crew(const struct act *act, const struct case_view *view)
{
    const struct body_open *body = act->msg->body;
    if (view->match != MATCH_MATCHED && body->sections != SECTION_BIT(SECTION_PERSON))
        return ERR_NOT_MATCHED;
    if (act->c->handed_at != 0)
        return ERR_GRANT_ENDED; /* the crew's view ends at hand-over */
    if (case_refused(act->c))
        return ERR_REFUSED_BY_PATIENT;
    if (case_ground_for(act->c, RIGHT_CREW_VIEW, NULL) == NULL)
        return ERR_NO_GROUND;
    return act->turn->now < view->until ? ERR_OK : ERR_GRANT_ENDED;
}

static enum err open_as_hospital(const struct act *act, const struct body_open *body,
                                 const struct case_grant *grant)
{
    if (grant == NULL || !id_equal(&grant->hospital, &act->who->org->id) ||
        !id_equal(&grant->view, &body->view))
        return ERR_NOT_ALLOWED;
    if (!grant_live(grant, act->turn->now))
        return ERR_GRANT_ENDED;
    if (grant->break_glass == FLAG_YES &&
        (grant->objected == FLAG_YES || act->turn->now < grant->opens_at))
        return ERR_NOT_ALLOWED;
    if (body->sections & ~grant->sections)
        return ERR_OUT_OF_SCOPE;
    return ERR_OK;
}

/* What this person has opened of this view; GRANT absent: by the crew's own right. */
static uint64_t opened_by(const struct act *act, const struct id *view, const struct id *grant)
{
    uint64_t sections = 0;
    for (size_t i = 0; i < act->c->openers_count; i++) {
        const struct case_opener *opener = &act->c->openers[i];
        if (id_equal(&opener->person, &act->who->person->id) && id_equal(&opener->view, view) &&
            id_equal(&opener->grant, grant))
            sections |= opener->sections;
    }
    return sections;
}

static enum err opened(const struct act *act, const struct body_open *body)
{
    bool crew = act->who->device->kind == DEVICE_AMBULANCE;
    struct event *event =
        act_add(act, EVENT_OPENED, crew ? AUDIENCE_CREW : AUDIENCE_CREW | AUDIENCE_HOSPITAL);
    if (!crew) {
        judged_hospital(act->out, event, &act->who->org->id);
        event->grant = body->grant;
    }
    event->view = body->view;
    event->sections = body->sections;
    if (body->shown_at != 0)
        event->made_at = body->shown_at;
    return ERR_OK;
}

/* What a named touch showed again while there was no line (DESIGN §2, Lease) is true, whatever has
 * ended since: right, view or its place in memory. Only what the person had opened before can have
 * been on the screen. No key leaves for it but under a right that lives. */
static enum err shown_again(const struct act *act, const struct body_open *body)
{
    bool crew = act->who->device->kind == DEVICE_AMBULANCE;
    const struct id none = {{0}};
    if (body->sections & ~opened_by(act, &body->view, crew ? &none : &body->grant))
        return ERR_NOT_ALLOWED;
    return opened(act, body);
}

enum err judge_open(const struct actor *who, const struct message *msg, const struct world *world,
                    const struct turn *turn, struct judgement *out)
{
    struct act act = act_of(who, msg, world, turn, out);
    const struct body_open *body = msg->body;
    const struct case_view *view = case_view_of(act.c, &body->view);
    if (view == NULL)
        return ERR_NO_VIEW;
    if (body->shown_at != 0)
        return shown_again(&act, body);
    if (view->status == VIEW_VOID)
        return ERR_VOID;
    if (view->status != VIEW_HELD)
        return view->status == VIEW_LOST ? ERR_VIEW_LOST : ERR_GRANT_ENDED;
    const struct case_grant *grant = case_grant_of(act.c, &body->grant);
    bool crew = who->device->kind == DEVICE_AMBULANCE;
    enum err err = crew ? open_as_crew(&act, view) : open_as_hospital(&act, body, grant);
    if (err != ERR_OK)
        return err;
    if (body->sections & ~view->sections)
        return ERR_OUT_OF_SCOPE;
    if (!world->view_in_memory(world->self, &view->id))
        return ERR_VIEW_LOST;
    return opened(&act, body);
}

enum err judge_close_view(const struct actor *who, const struct message *msg,
                          const struct world *world, const struct turn *turn, struct judgement *out)
{
    struct act act = act_of(who, msg, world, turn, out);
    const struct body_view_ref *body = msg->body;
    if (case_view_of(act.c, &body->view) == NULL)
        return ERR_NO_VIEW;
    bool crew = who->device->kind == DEVICE_AMBULANCE;
    const struct case_grant *grant = case_grant_of(act.c, &body->grant);
    if (!crew && (grant == NULL || !id_equal(&grant->hospital, &who->org->id)))
        return ERR_NOT_ALLOWED;
    struct event *event = act_add(&act, EVENT_VIEW_CLOSED, AUDIENCE_CREW);
    event->view = body->view;
    if (!crew) {
        judged_hospital(out, event, &who->org->id);
        event->grant = grant->id;
    }
    return ERR_OK;
}

/* Only what this person may open now and has opened leaves the page. */
enum err judge_taken_out(const struct actor *who, const struct message *msg,
                         const struct world *world, const struct turn *turn, struct judgement *out)
{
    struct act act = act_of(who, msg, world, turn, out);
    const struct body_taken_out *body = msg->body;
    const struct case_view *view = case_view_of(act.c, &body->view);
    const struct case_grant *grant = case_grant_of(act.c, &body->grant);
    const struct body_open asked = {
        .view = body->view, .grant = body->grant, .sections = body->sections};
    if (view != NULL && view->status == VIEW_VOID)
        return ERR_VOID;
    enum err err = open_as_hospital(&act, &asked, grant);
    if (err != ERR_OK)
        return err;
    if (body->sections & ~opened_by(&act, &grant->view, &grant->id))
        return ERR_NOT_ALLOWED;
    struct event *event = act_add(&act, EVENT_TAKEN_OUT, AUDIENCE_HOSPITAL);
    judged_hospital(out, event, &who->org->id);
    event->view = grant->view;
    event->grant = grant->id;
    event->sections = body->sections;
    event->code = body->how;
    return ERR_OK;
}

/* 「患者違い」「病院違い」: by either side, voids the view and all its grants. */
enum err judge_mixup(const struct actor *who, const struct message *msg, const struct world *world,
                     const struct turn *turn, struct judgement *out)
{
    struct act act = act_of(who, msg, world, turn, out);
    const struct body_mixup *body = msg->body;
    if (who->device->kind == DEVICE_HOSPITAL && !case_is_destination(act.c, &who->org->id) &&
        case_grant_live(act.c, &who->org->id, turn->now) == NULL)
        return ERR_NOT_DESTINATION;
    act_revoke(&act, NULL, REVOKE_MIXUP);
    act_end_views(&act, REVOKE_MIXUP);
    struct event *event = act_add(&act, EVENT_MIXUP, AUDIENCE_CREW | AUDIENCE_GRANTED);
    judged_hospital(out, event, &act.c->destination);
    event->code = body->kind;
    judged_payload(out, event, &record_mixup, body);
    act_alert(&act, ALERT_MIXUP, NULL); /* the breach candidate */
    return ERR_OK;
}

/* How many of ORG have opened what was another person's, and not said that they know. */
static int64_t must_read(const struct case_state *c, const struct id *org)
{
    int64_t n = 0;
    for (size_t i = 0; i < c->openers_count; i++)
        n += c->openers[i].must_ack == FLAG_YES && c->openers[i].acked != FLAG_YES &&
             id_equal(&c->openers[i].org, org);
    return n;
}

enum err judge_mixup_ack(const struct actor *who, const struct message *msg,
                         const struct world *world, const struct turn *turn, struct judgement *out)
{
    struct act act = act_of(who, msg, world, turn, out);
    for (size_t i = 0; i < act.c->openers_count; i++) {
        const struct case_opener *opener = &act.c->openers[i];
        if (!id_equal(&opener->person, &who->person->id) || opener->must_ack != FLAG_YES ||
            opener->acked == FLAG_YES)
            continue;
        bool here = who->device->kind == DEVICE_HOSPITAL;
        struct event *event = act_add(&act, EVENT_MIXUP_ACKED,
                                      here ? AUDIENCE_CREW | AUDIENCE_HOSPITAL : AUDIENCE_CREW);
        if (here)
            judged_hospital(out, event, &who->org->id);
        event->count = must_read(act.c, &who->org->id) - 1;
        return ERR_OK;
    }
    return ERR_PROTOCOL;
}
