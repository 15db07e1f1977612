/* judge_card.c — Job: judgements about card, ground, view, identity: the way to a view. */
#include "gateway/core/judge_list.h"
#include "proto/base64.h"
#include "proto/time_text.h"

#include <stdio.h>

/* The card signs what names this very message, so a signature cannot be used twice:
 * SHA-256 of "sakiyomi.v1/card/<case>/<message>". */
static bool challenge_fits(const struct message *msg, struct slice challenge)
{
    static const char head[] = "sakiyomi.v1/card/";
    char text[sizeof head - 1 + ID_TEXT_SIZE + 1 + ID_TEXT_SIZE];
    uint8_t given[32];
    size_t size;
    memcpy(text, head, sizeof head - 1);
    id_text(&msg->case_id, text + sizeof head - 1);
    text[sizeof head - 1 + ID_TEXT_SIZE] = '/';
    id_text(&msg->id, text + sizeof head + ID_TEXT_SIZE);
    struct hash hash = sha256(text, sizeof text);
    return base64_decode(challenge, given, sizeof given, &size) == ERR_OK && size == sizeof given &&
           memcmp(given, hash.bytes, sizeof given) == 0;
}

enum err judge_card_read(const struct actor *who, const struct message *msg,
                         const struct world *world, const struct turn *turn, struct judgement *out)
{
    struct act act = act_of(who, msg, world, turn, out);
    const struct body_card_read *body = msg->body;
    if (body->identified_by == IDENTIFIED_PHONE || body->identified_by == IDENTIFIED_FOUR_ITEMS ||
        body->kind == CARD_ANDROID || body->kind == CARD_IPHONE)
        return ERR_NOT_PROVIDED; /* F-14, I-05: the types exist and are off */
    if (body->kind != CARD_JPKI)
        return ERR_CARD_KIND;
    if (body->proof == PROOF_PIN_SIGNATURE &&
        (body->signature.bytes == NULL || body->challenge.bytes == NULL))
        return ERR_MISSING_FIELD;
    if (body->proof == PROOF_PIN_SIGNATURE && !challenge_fits(msg, body->challenge))
        return ERR_BAD_FIELD;
    if (act.c->card == CARD_CHECKING)
        return ERR_BUSY;
    struct event *event = act_add(&act, EVENT_CARD_CHECK_ASKED, AUDIENCE_CREW);
    event->card_kind = body->kind;
    event->card_proof = body->proof;
    event->identified_by = body->identified_by;
    judged_payload(out, event, &record_card_read, body);
    out->errands[out->errands_count++] =
        (struct errand_ask){.kind = ERRAND_CARD, .id = event->id, .case_id = act.c->id};
    return ERR_OK;
}

/* The gateway speaks for the person who asked: their name stays on the outcome. */
static struct event *outcome_event(const struct act *act, enum event_type type,
                                   const struct id *person, const struct id *session)
{
    struct event *event = act_add(act, type, AUDIENCE_CREW);
    event->device = act->c->device;
    event->person = *person;
    event->session = *session;
    return event;
}

enum err outcome_card(const struct outcome *o, const struct world *world, const struct turn *turn,
                      struct judgement *out)
{
    struct act act = {NULL, NULL, world->case_of(world->self, &o->ask.case_id), world, turn, out};
    const struct case_state *c = act.c;
    if (c == NULL || c->card != CARD_CHECKING || !id_equal(&c->card_event, &o->ask.id))
        return ERR_NOT_FOUND; /* a newer read has replaced it */
    enum err result = o->result;
    /* One case is one patient: another person's card does not slip in by being read again. */
    if (result == ERR_OK && !id_absent(&c->alias) && !id_equal(&c->alias, &o->alias))
        result = ERR_WRONG_PATIENT;
    struct event *event =
        outcome_event(&act, result == ERR_OK ? EVENT_CARD_READ : EVENT_CARD_REFUSED,
                      &c->card_person, &c->card_session);
    event->card_kind = c->card_kind;
    event->card_proof = c->card_proof;
    event->identified_by = c->identified_by;
    if (result != ERR_OK) {
        event->code = result;
        return ERR_OK;
    }
    event->alias = o->alias;
    struct id other;
    /* A practice card goes from hand to hand: seen twice it says nothing. */
    if (!case_is_drill(c, world->policy) &&
        world->alias_elsewhere(world->self, &o->alias, &c->id, &other))
        act_alert_same_card(&act, &other);
    return ERR_OK;
}

enum err judge_ground(const struct actor *who, const struct message *msg, const struct world *world,
                      const struct turn *turn, struct judgement *out)
{
    struct act act = act_of(who, msg, world, turn, out);
    const struct body_ground *body = msg->body;
    enum err err = ground_check(act.c, body);
    if (err != ERR_OK)
        return err;
    if (body->right == RIGHT_DISCLOSE_TO) {
        const struct org_state *org = world->org(world->self, &body->hospital);
        if (org == NULL || org->kind != ORG_HOSPITAL)
            return ERR_NO_SUCH_HOSPITAL;
    }
    (void)act_ground(&act, body);
    if (body->basis != BASIS_REFUSED)
        return ERR_OK;
    if (body->right == RIGHT_DISCLOSE_TO) {
        act_revoke(&act, &body->hospital, REVOKE_CONSENT_WITHDRAWN);
    } else {
        act_revoke(&act, NULL, REVOKE_CONSENT_WITHDRAWN);
        act_end_views(&act, REVOKE_CONSENT_WITHDRAWN);
    }
    return ERR_OK;
}

enum err judge_consent_withdraw(const struct actor *who, const struct message *msg,
                                const struct world *world, const struct turn *turn,
                                struct judgement *out)
{
    struct act act = act_of(who, msg, world, turn, out);
    (void)act_add(&act, EVENT_CONSENT_WITHDRAWN, AUDIENCE_CREW);
    act_revoke(&act, NULL, REVOKE_CONSENT_WITHDRAWN);
    act_end_views(&act, REVOKE_CONSENT_WITHDRAWN);
    return ERR_OK;
}

static enum err view_allowed(const struct act *act)
{
    const struct case_state *c = act->c;
    const struct policy *policy = act->world->policy;
    bool drill = case_is_drill(c, policy);
    if (c->handed_at != 0)
        return ERR_CASE_ENDED;
    if (c->card == CARD_REFUSED)
        return (enum err)c->card_error;
    if (c->card != CARD_GOOD)
        return ERR_NO_CARD;
    if (case_refused(c))
        return ERR_REFUSED_BY_PATIENT;
    if (case_ground_for(c, RIGHT_CREW_VIEW, NULL) == NULL)
        return ERR_NO_GROUND;
    if (drill && policy->practice_source != FLAG_YES)
        return ERR_PRACTICE_SOURCE;
    if (!drill && policy->profile == PROFILE_PRODUCTION &&
        c->card_proof == PROOF_CERTIFICATE_ONLY && !policy->provider_proves_presence)
        return ERR_NOT_PROVIDED;
    for (size_t i = 0; i < c->views_count; i++) {
        if (c->views[i].status == VIEW_ASKED)
            return ERR_BUSY;
        if (c->views[i].status == VIEW_HELD)
            return ERR_PROTOCOL;
        if (c->views[i].status == VIEW_LOST && !policy->refetch_allowed && !drill)
            return ERR_VIEW_LOST;
    }
    return c->views_count == CASE_VIEWS_MAX ? ERR_FULL : ERR_OK;
}

static bool is_month(struct slice text)
{
    char date[] = "YYYY-MM-01T00:00:00.000Z";
    int64_t ms;
    if (text.size != 7)
        return false;
    memcpy(date, text.bytes, 7);
    return time_parse(slice_of(date), &ms) == ERR_OK;
}

/* A longer look-back: of a normal view only, which has a reason; from and to, months in order. */
static enum err check_months(const struct body_view_ask *body, struct judgement *out)
{
    bool from = body->from.bytes != NULL, to = body->to.bytes != NULL;
    if (!from && !to)
        return ERR_OK;
    bool good = from && to && body->kind == VIEW_NORMAL && is_month(body->from) &&
                is_month(body->to) && memcmp(body->from.bytes, body->to.bytes, 7) <= 0;
    if (!good)
        snprintf(out->why.path, sizeof out->why.path, "body.from");
    return good ? ERR_OK : ERR_BAD_FIELD;
}

enum err judge_view_ask(const struct actor *who, const struct message *msg,
                        const struct world *world, const struct turn *turn, struct judgement *out)
{
    struct act act = act_of(who, msg, world, turn, out);
    const struct body_view_ask *body = msg->body;
    enum err err = view_allowed(&act);
    if (err != ERR_OK)
        return err;
    if (body->kind == VIEW_NORMAL && body->reason.bytes == NULL)
        return ERR_MISSING_FIELD; /* longer look-backs on request with reason */
    err = check_months(body, out);
    if (err != ERR_OK)
        return err;
    const struct case_ground *ground = case_ground_for(act.c, RIGHT_CREW_VIEW, NULL);
    uint64_t sections = body->sections == 0 ? SECTIONS_SUMMARY : body->sections;
    sections = (sections & ~ground->hidden) | SECTION_BIT(SECTION_PERSON);
    struct event *event = act_add(&act, EVENT_FETCH_ASKED, AUDIENCE_CREW);
    event->view = turn_id(turn);
    event->sections = sections;
    event->code = body->kind;
    judged_payload(out, event, &record_view_ask, body);
    out->errands[out->errands_count++] = (struct errand_ask){
        .kind = ERRAND_FETCH, .id = event->id, .case_id = act.c->id, .view = event->view};
    return ERR_OK;
}

static void fetch_failed(const struct act *act, const struct case_view *view, enum err why)
{
    struct event *event = outcome_event(act, EVENT_FETCH_FAILED, &view->person, &view->session);
    event->view = view->id;
    event->code = why;
}

/* A view that arrives after a refusal, a withdrawal or the end is never shown. */
enum err outcome_fetch(const struct outcome *o, const struct world *world, const struct turn *turn,
                       struct judgement *out)
{
    struct act act = {NULL, NULL, world->case_of(world->self, &o->ask.case_id), world, turn, out};
    const struct case_view *view = act.c == NULL ? NULL : case_view_of(act.c, &o->ask.view);
    if (view == NULL || view->status != VIEW_ASKED)
        return ERR_NOT_FOUND;
    if (o->result != ERR_OK) {
        fetch_failed(&act, view, o->result);
        return ERR_OK;
    }
    if (case_refused(act.c) || act.c->end != 0 || act.c->handed_at != 0) {
        fetch_failed(&act, view, act.c->end != 0 ? ERR_CASE_ENDED : ERR_REFUSED_BY_PATIENT);
        return ERR_OK;
    }
    struct event *event = outcome_event(&act, EVENT_VIEW_FETCHED, &view->person, &view->session);
    event->view = view->id;
    event->sections = view->sections;
    event->code = view->kind;
    event->digest = o->digest;
    event->from = o->fetched_at;
    event->until = o->fetched_at + world->policy->grant_after_fetch_ms;
    return ERR_OK;
}

enum err judge_identity_check(const struct actor *who, const struct message *msg,
                              const struct world *world, const struct turn *turn,
                              struct judgement *out)
{
    struct act act = act_of(who, msg, world, turn, out);
    const struct body_identity_check *body = msg->body;
    const struct case_view *view = case_view_of(act.c, &body->view);
    if (view == NULL || view->status != VIEW_HELD)
        return ERR_NO_VIEW;
    if (view->match == MATCH_MATCHED)
        return ERR_PROTOCOL; /* a doubt that comes later is a mix-up, and is said as one */
    struct event *event = act_add(&act, EVENT_IDENTITY_CHECKED, AUDIENCE_CREW);
    event->view = view->id;
    event->code = body->result;
    if (body->result != MATCH_NOT_MATCHED)
        return ERR_OK;
    event = act_add(&act, EVENT_VIEW_ENDED, AUDIENCE_CREW);
    event->view = view->id;
    event->code = REVOKE_MIXUP;
    event = act_add(&act, EVENT_NO_VIEW, AUDIENCE_CREW);
    event->code = NO_VIEW_ID_MISMATCH;
    return ERR_OK;
}

enum err judge_no_view(const struct actor *who, const struct message *msg,
                       const struct world *world, const struct turn *turn, struct judgement *out)
{
    struct act act = act_of(who, msg, world, turn, out);
    const struct body_no_view *body = msg->body;
    struct event *event = act_add(&act, EVENT_NO_VIEW, AUDIENCE_CREW);
    event->code = body->reason;
    return ERR_OK;
}
