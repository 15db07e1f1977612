/* judge_case.c — Job: judgements about the case itself: open, record, ETA, talk, hand-over, end. */
#include "gateway/core/judge_list.h"

/* Nothing that names both joins practice and live work: neither an incident nor a case before. */
static enum err not_mixed(const struct actor *who, const struct body_case_open *body, int training,
                          const struct world *world)
{
    int incident = world->incident_training(world->self, &who->org->id, &body->incident);
    int previous = id_absent(&body->previous_case)
                       ? FLAG_ABSENT
                       : world->case_training(world->self, &body->previous_case);
    bool practice = training == FLAG_YES;
    if (incident != FLAG_ABSENT && (incident == FLAG_YES) != practice)
        return ERR_PRACTICE_MIXED;
    if (previous != FLAG_ABSENT && (previous == FLAG_YES) != practice)
        return ERR_PRACTICE_MIXED;
    return ERR_OK;
}

enum err judge_case_open(const struct actor *who, const struct message *msg,
                         const struct world *world, const struct turn *turn, struct judgement *out)
{
    const struct body_case_open *body = msg->body;
    if (id_absent(&msg->case_id))
        return ERR_MISSING_FIELD;
    if (who->org->kind != ORG_HEADQUARTERS)
        return ERR_NOT_ALLOWED;
    if (world->case_of(world->self, &msg->case_id) != NULL)
        return ERR_ID_REUSED;
    if (body->patient_no > body->patients)
        return ERR_BAD_FIELD;
    int training = body->training == FLAG_YES || world->policy->profile == PROFILE_TRAINING
                       ? FLAG_YES
                       : FLAG_ABSENT;
    enum err err = not_mixed(who, body, training, world);
    if (err != ERR_OK)
        return err;
    struct event *event = judged_add(out, EVENT_CASE_OPENED, who, msg, turn, AUDIENCE_CREW);
    event->case_id = msg->case_id;
    event->incident = body->incident;
    event->subject = body->previous_case;
    event->training = training;
    judged_payload(out, event, &record_case_open, body);
    return ERR_OK;
}

enum err judge_crew_record(const struct actor *who, const struct message *msg,
                           const struct world *world, const struct turn *turn,
                           struct judgement *out)
{
    struct act act = act_of(who, msg, world, turn, out);
    struct event *event = act_add(&act, EVENT_RECORD_CHANGED, AUDIENCE_CREW | AUDIENCE_HOSPITAL);
    judged_hospital(out, event, &act.c->destination);
    judged_payload(out, event, &record_crew_record, msg->body);
    return ERR_OK;
}

enum err judge_vitals(const struct actor *who, const struct message *msg, const struct world *world,
                      const struct turn *turn, struct judgement *out)
{
    struct act act = act_of(who, msg, world, turn, out);
    struct event *event = act_add(&act, EVENT_VITALS_TAKEN, AUDIENCE_CREW | AUDIENCE_HOSPITAL);
    judged_hospital(out, event, &act.c->destination);
    judged_payload(out, event, &record_vitals, msg->body);
    return ERR_OK;
}

enum err judge_eta(const struct actor *who, const struct message *msg, const struct world *world,
                   const struct turn *turn, struct judgement *out)
{
    struct act act = act_of(who, msg, world, turn, out);
    const struct body_eta *body = msg->body;
    struct event *event = act_add(&act, EVENT_ETA_TOLD, AUDIENCE_CREW | AUDIENCE_HOSPITAL);
    judged_hospital(out, event, &act.c->destination);
    event->until = body->eta_at;
    judged_payload(out, event, &record_eta, body);
    return ERR_OK;
}

/* Said later without radio, the arrival was when the crew says it was. */
enum err judge_arrived(const struct actor *who, const struct message *msg,
                       const struct world *world, const struct turn *turn, struct judgement *out)
{
    struct act act = act_of(who, msg, world, turn, out);
    if (act.c->destination_at == 0)
        return ERR_NOT_DESTINATION;
    if (act.c->handed_at != 0)
        return ERR_CASE_ENDED;
    if (act.c->arrived_at != 0)
        return ERR_PROTOCOL;
    struct event *event = act_add(&act, EVENT_ARRIVED, AUDIENCE_CREW | AUDIENCE_HOSPITAL);
    judged_hospital(out, event, &act.c->destination);
    event->until = msg->sent_at != 0 && msg->sent_at < turn->now ? msg->sent_at : turn->now;
    return ERR_OK;
}

/* Messages exist only between the crew and the fixed destination. */
enum err judge_talk(const struct actor *who, const struct message *msg, const struct world *world,
                    const struct turn *turn, struct judgement *out)
{
    struct act act = act_of(who, msg, world, turn, out);
    if (id_absent(&act.c->destination))
        return ERR_NOT_DESTINATION;
    if (who->device->kind == DEVICE_HOSPITAL && !case_is_destination(act.c, &who->org->id))
        return ERR_NOT_DESTINATION;
    struct event *event = act_add(&act, EVENT_TALKED, AUDIENCE_CREW | AUDIENCE_HOSPITAL);
    judged_hospital(out, event, &act.c->destination);
    judged_payload(out, event, &record_talk, msg->body);
    return ERR_OK;
}

/* The hand-over starts the clock of every live grant; whoever says it first starts it. */
static void start_clock(const struct act *act)
{
    if (act->c->handed_at != 0 || act->c->confirmed_at != 0)
        return;
    int64_t until = act->turn->now + act->world->policy->grant_after_handover_ms;
    for (size_t i = 0; i < act->c->grants_count; i++) {
        const struct case_grant *grant = &act->c->grants[i];
        if (!grant_live(grant, act->turn->now) || grant->until <= until)
            continue;
        struct event *event = act_add(act, EVENT_GRANT_CHANGED, AUDIENCE_CREW | AUDIENCE_HOSPITAL);
        judged_hospital(act->out, event, &grant->hospital);
        event->view = grant->view;
        event->grant = grant->id;
        event->until = until;
    }
}

enum err judge_handover(const struct actor *who, const struct message *msg,
                        const struct world *world, const struct turn *turn, struct judgement *out)
{
    struct act act = act_of(who, msg, world, turn, out);
    const struct body_handover *body = msg->body;
    bool crew = who->device->kind == DEVICE_AMBULANCE;
    if (!crew && !case_is_destination(act.c, &who->org->id))
        return ERR_NOT_DESTINATION;
    if (crew && act.c->destination_at == 0)
        return ERR_NOT_DESTINATION;
    if (!crew && body->physician.bytes == NULL)
        return ERR_MISSING_FIELD; /* the receiving physician's name */
    if (crew ? act.c->handed_at != 0 : act.c->confirmed_at != 0)
        return ERR_PROTOCOL;
    struct event *event = act_add(&act, crew ? EVENT_HANDED_OVER : EVENT_HANDOVER_CONFIRMED,
                                  AUDIENCE_CREW | AUDIENCE_HOSPITAL);
    judged_hospital(out, event, &act.c->destination);
    judged_payload(out, event, &record_handover, body);
    start_clock(&act);
    return ERR_OK;
}

enum err judge_case_end(const struct actor *who, const struct message *msg,
                        const struct world *world, const struct turn *turn, struct judgement *out)
{
    struct act act = act_of(who, msg, world, turn, out);
    const struct body_case_end *body = msg->body;
    if (body->reason == END_HANDED_OVER || body->reason == END_TAKEN_OVER)
        return ERR_BAD_FIELD; /* these have messages of their own */
    if (act.c->handed_at != 0)
        return ERR_CASE_ENDED;
    act_revoke(&act, NULL, REVOKE_CASE_ENDED);
    act_end_views(&act, REVOKE_CASE_ENDED);
    act_end_inquiries(&act, NULL, ASKED_ENDED);
    struct event *event = act_add(&act, EVENT_CASE_ENDED, AUDIENCE_CREW | AUDIENCE_HOSPITAL);
    judged_hospital(out, event, &act.c->destination);
    event->hospital = (struct id){{0}};
    event->code = body->reason;
    judged_payload(out, event, &record_case_end, body);
    return ERR_OK;
}

enum err judge_record_read(const struct actor *who, const struct message *msg,
                           const struct world *world, const struct turn *turn,
                           struct judgement *out)
{
    struct act act = act_of(who, msg, world, turn, out);
    if (!case_is_destination(act.c, &who->org->id))
        return ERR_NOT_DESTINATION;
    if (act.c->end != 0)
        return ERR_CASE_ENDED;
    struct event *event = act_add(&act, EVENT_RECORD_OPENED, AUDIENCE_CREW);
    judged_hospital(out, event, &who->org->id);
    return ERR_OK;
}

/* ---- take-over ---- */

enum err judge_takeover_offer(const struct actor *who, const struct message *msg,
                              const struct world *world, const struct turn *turn,
                              struct judgement *out)
{
    struct act act = act_of(who, msg, world, turn, out);
    const struct body_takeover_offer *body = msg->body;
    const struct device_state *device = world->device(world->self, &body->device);
    if (device == NULL || device->kind != DEVICE_AMBULANCE || device->revoked == FLAG_YES ||
        id_equal(&body->device, &who->device->id))
        return ERR_NOT_FOUND;
    struct event *event = act_add(&act, EVENT_TAKEOVER_OFFERED, AUDIENCE_CREW | AUDIENCE_SUBJECT);
    event->subject = body->device;
    return ERR_OK;
}

static enum err take_over(const struct act *act, struct slice reason)
{
    struct event *event =
        act_add(act, EVENT_TAKEN_OVER, AUDIENCE_CREW | AUDIENCE_SUBJECT | AUDIENCE_HOSPITAL);
    event->org = act->who->org->id;
    event->subject = act->who->device->id;
    judged_hospital(act->out, event, &act->c->destination);
    event->hospital = (struct id){{0}};
    struct body_reason_text body = {.reason = reason};
    if (reason.bytes != NULL)
        judged_payload(act->out, event, &record_reason_text, &body);
    return ERR_OK;
}

enum err judge_takeover_accept(const struct actor *who, const struct message *msg,
                               const struct world *world, const struct turn *turn,
                               struct judgement *out)
{
    struct act act = act_of(who, msg, world, turn, out);
    if (!id_equal(&act.c->takeover_device, &who->device->id))
        return ERR_NOT_ALLOWED;
    return take_over(&act, (struct slice){NULL, 0});
}

enum err judge_takeover_claim(const struct actor *who, const struct message *msg,
                              const struct world *world, const struct turn *turn,
                              struct judgement *out)
{
    struct act act = act_of(who, msg, world, turn, out);
    const struct body_reason_text *body = msg->body;
    if (id_equal(&act.c->device, &who->device->id))
        return ERR_PROTOCOL;
    if (world->device_online(world->self, &act.c->device))
        return ERR_NOT_ALLOWED; /* a holder that answers has to offer it */
    act_alert(&act, ALERT_TAKEOVER_CLAIMED, NULL);
    return take_over(&act, body->reason);
}
