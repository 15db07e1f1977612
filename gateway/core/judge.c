/* judge.c — Job: what every judgement shares: door rules, building events, the table of kinds. */
#include "gateway/core/judge.h"

#include "gateway/core/judge_list.h"

struct id turn_id(const struct turn *turn)
{
    uint8_t random[10];
    turn->random(turn->random_self, random, sizeof random);
    return id_new(turn->now, random);
}

bool actor_has(const struct actor *who, enum role role)
{
    return who->person != NULL && (who->person->roles & (1ull << role)) != 0;
}

bool case_is_drill(const struct case_state *c, const struct policy *policy)
{
    return c->training == FLAG_YES && policy->profile != PROFILE_TRAINING;
}

struct event *judged_add(struct judgement *out, enum event_type type, const struct actor *who,
                         const struct message *msg, const struct turn *turn, unsigned audience)
{
    if (out->events_count == JUDGED_EVENTS_MAX) {
        out->failed = true;
        return &out->events[JUDGED_EVENTS_MAX - 1].event; /* the judgement is refused whole */
    }
    struct judged_event *row = &out->events[out->events_count++];
    *row = (struct judged_event){.audience = audience};
    row->event.type = type;
    row->event.id = turn_id(turn);
    row->event.at = turn->now;
    if (msg != NULL) {
        row->event.message = msg->id;
        row->event.made_at = msg->sent_at;
    }
    if (who == NULL)
        return &row->event;
    if (who->org != NULL)
        row->event.org = who->org->id;
    if (who->device != NULL)
        row->event.device = who->device->id;
    if (who->person != NULL && (event_may(type) & HAS_PERSON)) {
        row->event.person = who->person->id;
        row->event.session = who->session;
    }
    if (who->late)
        row->event.late = FLAG_YES;
    return &row->event;
}

void judged_case(struct event *event, const struct case_state *c)
{
    event->case_id = c->id;
    event->incident = c->incident;
    event->training = c->training;
    if (id_absent(&event->org))
        event->org = c->org;
    if (event_may(event->type) & HAS_ALIAS)
        event->alias = c->alias;
}

static struct judged_event *row_of(struct event *event)
{
    return (struct judged_event *)((char *)event - offsetof(struct judged_event, event));
}

void judged_hospital(struct judgement *out, struct event *event, const struct id *hospital)
{
    (void)out;
    event->hospital = *hospital;
    row_of(event)->hospital = *hospital;
}

void judged_payload(struct judgement *out, struct event *event, const struct record *record,
                    const void *body)
{
    struct buf text;
    buf_init(&text, FRAME_BYTES_MAX);
    record_encode(record, body, &text);
    if (buf_error(&text) != ERR_OK)
        out->failed = true;
    else
        event->payload = arena_copy(&out->arena, buf_slice(&text));
    if (event->payload.bytes == NULL)
        out->failed = true;
    buf_free(&text);
}

/* ---- the door ---- */

static enum err door_person(const struct actor *who, const struct message *msg)
{
    unsigned needs = msg->type->needs;
    if (!(needs & NEEDS_SESSION))
        return ERR_OK;
    if (who->person == NULL)
        return ERR_NO_SESSION;
    if (who->late && !(needs & MAY_BE_LATE))
        return ERR_LATE;
    if (who->person->disabled == FLAG_YES)
        return ERR_SESSION_ENDED;
    if (who->person->must_change == FLAG_YES && msg->type->kind != MSG_PASSWORD_CHANGE &&
        msg->type->kind != MSG_SIGN_OUT)
        return ERR_PASSWORD_CHANGE;
    return ERR_OK;
}

static enum err door_role(const struct actor *who, const struct message *msg)
{
    if (!(msg->type->needs & NEEDS_SESSION) || !(msg->type->needs & NEEDS_CASE))
        return ERR_OK;
    if (who->device->kind == DEVICE_AMBULANCE)
        return actor_has(who, ROLE_PARAMEDIC) ? ERR_OK : ERR_NOT_ALLOWED;
    switch (msg->type->kind) {
    case MSG_OPEN:
    case MSG_TAKEN_OUT:
    case MSG_EXTEND:
    case MSG_BREAK_GLASS:
        return actor_has(who, ROLE_ER_VIEWER) ? ERR_OK : ERR_NOT_ALLOWED;
    default:
        return actor_has(who, ROLE_ER_BOARD) || actor_has(who, ROLE_ER_VIEWER) ? ERR_OK
                                                                               : ERR_NOT_ALLOWED;
    }
}

/* What a crew may still say once its case is over. */
static bool after_end(enum message_kind kind)
{
    return kind == MSG_MIXUP || kind == MSG_MIXUP_ACK || kind == MSG_CLOSE_VIEW;
}

/* A case that is not this peer's does not exist for it: nothing tells the two apart. */
static enum err door_case(const struct actor *who, const struct message *msg,
                          const struct world *world)
{
    if (!(msg->type->needs & NEEDS_CASE))
        return ERR_OK;
    const struct case_state *c = world->case_of(world->self, &msg->case_id);
    if (c == NULL)
        return ERR_NO_SUCH_CASE;
    if (who->device->kind == DEVICE_AMBULANCE) {
        bool holder = id_equal(&c->device, &who->device->id);
        bool offered = id_equal(&c->takeover_device, &who->device->id);
        bool claims = msg->type->kind == MSG_TAKEOVER_CLAIM && id_equal(&c->org, &who->org->id);
        if (!holder && !(offered && msg->type->kind == MSG_TAKEOVER_ACCEPT) && !claims)
            return ERR_NO_SUCH_CASE;
        return c->end != 0 && !after_end(msg->type->kind) ? ERR_CASE_ENDED : ERR_OK;
    }
    if (case_asked_of(c, &who->org->id) != NULL || case_is_destination(c, &who->org->id))
        return ERR_OK;
    for (size_t i = 0; i < c->grants_count; i++)
        if (id_equal(&c->grants[i].hospital, &who->org->id))
            return ERR_OK;
    return ERR_NO_SUCH_CASE;
}

bool session_lived_at(const struct person_session *session, int64_t sent_at)
{
    int64_t end = session->ended_at != 0 ? session->ended_at : session->until;
    return sent_at != 0 && sent_at >= session->opened_at - CLOCKS_APART_MS && sent_at <= end;
}

enum err judge_door(const struct actor *who, const struct message *msg, const struct world *world,
                    const struct turn *turn)
{
    if (world->policy->stopped == FLAG_YES || who->org->stopped == FLAG_YES)
        return ERR_STOPPED;
    if (who->device->revoked == FLAG_YES)
        return ERR_DEVICE_REVOKED;
    enum err err = door_person(who, msg);
    if (err == ERR_OK)
        err = door_role(who, msg);
    if (err == ERR_OK)
        err = door_case(who, msg, world);
    if (err == ERR_OK && (msg->type->needs & MAY_BE_LATE) && msg->sent_at != 0 &&
        turn->now - msg->sent_at > world->policy->late_ms)
        err = ERR_LATE;
    return err;
}

/* ---- the table ---- */

static judge_fn *const judges[MESSAGE_KINDS] = {
    [MSG_SIGN_IN] = judge_sign_in,
    [MSG_SIGN_OUT] = judge_sign_out,
    [MSG_PASSWORD_CHANGE] = judge_password_change,
    [MSG_CASE_OPEN] = judge_case_open,
    [MSG_CREW_RECORD] = judge_crew_record,
    [MSG_VITALS] = judge_vitals,
    [MSG_CARD_READ] = judge_card_read,
    [MSG_GROUND] = judge_ground,
    [MSG_VIEW_ASK] = judge_view_ask,
    [MSG_IDENTITY_CHECK] = judge_identity_check,
    [MSG_NO_VIEW] = judge_no_view,
    [MSG_INQUIRY] = judge_inquiry,
    [MSG_INQUIRY_CANCEL] = judge_inquiry_cancel,
    [MSG_PHONE_ACCEPTANCE] = judge_phone_acceptance,
    [MSG_DESTINATION] = judge_destination,
    [MSG_CONSENT_WITHDRAW] = judge_consent_withdraw,
    [MSG_ETA] = judge_eta,
    [MSG_ARRIVED] = judge_arrived,
    [MSG_HANDOVER] = judge_handover,
    [MSG_CASE_END] = judge_case_end,
    [MSG_TAKEOVER_OFFER] = judge_takeover_offer,
    [MSG_TAKEOVER_ACCEPT] = judge_takeover_accept,
    [MSG_TAKEOVER_CLAIM] = judge_takeover_claim,
    [MSG_TABLETS_QUERY] = judge_tablets_query,
    [MSG_OPEN] = judge_open,
    [MSG_CLOSE_VIEW] = judge_close_view,
    [MSG_MIXUP] = judge_mixup,
    [MSG_MIXUP_ACK] = judge_mixup_ack,
    [MSG_TALK] = judge_talk,
    [MSG_ANSWER] = judge_answer,
    [MSG_ACCEPTANCE_WITHDRAW] = judge_acceptance_withdraw,
    [MSG_ACCEPTANCE_CHECK] = judge_acceptance_check,
    [MSG_DELIVERED] = judge_delivered,
    [MSG_RECORD_READ] = judge_record_read,
    [MSG_TAKEN_OUT] = judge_taken_out,
    [MSG_HANDOVER_CONFIRM] = judge_handover,
    [MSG_EXTEND] = judge_extend,
    [MSG_BREAK_GLASS] = judge_break_glass,
    [MSG_BREAK_GLASS_OBJECT] = judge_break_glass_object,
    [MSG_ACCESS_QUERY] = judge_access_query,
    [MSG_CASE_STORY] = judge_case_story,
    [MSG_PEOPLE_QUERY] = judge_list_query,
    [MSG_DEVICES_QUERY] = judge_list_query,
    [MSG_CONNECTIONS_QUERY] = judge_list_query,
    [MSG_LOG_QUERY] = judge_log_query,
    [MSG_DISPATCHES_SET] = judge_dispatches_set,
    [MSG_COVERAGE_QUERY] = judge_coverage_query,
    [MSG_ALERTS] = judge_alerts,
    [MSG_ALERT_ACK] = judge_alert_ack,
    [MSG_REVIEW] = judge_review,
    [MSG_GROUND_REVIEW] = judge_ground_review,
    [MSG_WRITTEN_QUERY] = judge_written_query,
    [MSG_PERSON_DISABLE] = judge_person_act,
    [MSG_PERSON_UNLOCK] = judge_person_act,
    [MSG_DEVICE_REVOKE] = judge_device_revoke,
    [MSG_ORG_STOP] = judge_org_stop,
};

judge_fn *judge_of(enum message_kind kind)
{
    return kind < MESSAGE_KINDS ? judges[kind] : NULL;
}
