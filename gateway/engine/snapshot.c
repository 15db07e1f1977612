/* snapshot.c — Job: a device's open cases as it may see them. */
#include "gateway/engine/inner.h"

#include "proto/shown.h"

#include <stdlib.h>

static struct slice org_name(struct engine *engine, const struct id *org)
{
    struct org_state *o = slot_org(world_find(&engine->table, AGGREGATE_ORG, org));
    return o == NULL ? (struct slice){NULL, 0} : o->name;
}

static void show_asked(struct engine *engine, const struct peer_state *peer, struct slot *slot,
                       struct shown_case *out)
{
    const struct case_state *c = &slot->state->case_;
    for (size_t i = 0; i < c->asked_count; i++) {
        const struct case_asked *asked = &c->asked[i];
        bool own = id_equal(&asked->hospital, &peer->org);
        if (peer->kind == DEVICE_HOSPITAL && !own)
            continue;
        struct shown_asked *row = &out->asked[out->asked_count++];
        *row = (struct shown_asked){.hospital = asked->hospital,
                                    .inquiry = asked->inquiry,
                                    .hospital_name = org_name(engine, &asked->hospital),
                                    .status = asked->status,
                                    .asked_at = asked->asked_at,
                                    .answered_at = asked->answered_at,
                                    .by_phone = asked->by_phone,
                                    .phone_checked = asked->phone_checked};
        if (own) /* gone once it was declined, cancelled or decided elsewhere */
            row->content = lookup_text(engine, slot, &asked->inquiry_event);
    }
}

static void show_grants(const struct peer_state *peer, const struct case_state *c,
                        struct shown_case *out)
{
    for (size_t i = 0; i < c->grants_count; i++) {
        const struct case_grant *grant = &c->grants[i];
        if (peer->kind == DEVICE_HOSPITAL && !id_equal(&grant->hospital, &peer->org))
            continue;
        out->grants[out->grants_count++] = (struct shown_grant){.grant = grant->id,
                                                                .hospital = grant->hospital,
                                                                .view = grant->view,
                                                                .sections = grant->sections,
                                                                .issued_at = grant->issued_at,
                                                                .until = grant->until,
                                                                .delivered_at = grant->delivered_at,
                                                                .opened_at = grant->opened_at,
                                                                .opens_at = grant->opens_at,
                                                                .revoked_at = grant->revoked_at,
                                                                .revoke = grant->revoke,
                                                                .break_glass = grant->break_glass,
                                                                .extended = grant->extended,
                                                                .objected = grant->objected};
    }
}

static void show_views(struct engine *engine, const struct case_state *c, struct shown_case *out)
{
    for (size_t i = 0; i < c->views_count; i++) {
        const struct case_view *view = &c->views[i];
        bool alive = view->status == VIEW_HELD || view->status == VIEW_ASKED;
        out->views[out->views_count++] =
            (struct shown_view){.view = view->id,
                                .sections = view->sections,
                                .asked_at = view->asked_at,
                                .fetched_at = view->fetched_at,
                                .until = view->until,
                                .held = vault_has(engine->vault, &view->id) ? FLAG_YES : FLAG_NO,
                                .ended = alive ? FLAG_NO : FLAG_YES,
                                .match = view->match,
                                .error = view->failure,
                                .refetched = view->refetched};
    }
    for (size_t i = 0; i < c->grounds_count; i++)
        out->grounds[out->grounds_count++] =
            (struct shown_ground){c->grounds[i].right, c->grounds[i].basis, c->grounds[i].hospital,
                                  c->grounds[i].at, c->grounds[i].withdrawn};
}

void snapshot_vitals(struct engine *engine, struct slot *slot, struct shown_text *out,
                     size_t *count)
{
    const struct case_state *c = &slot->state->case_;
    size_t from = c->vitals_count > SHOWN_VITALS_MAX ? c->vitals_count - SHOWN_VITALS_MAX : 0;
    for (size_t i = from; i < c->vitals_count; i++) {
        struct slice text = lookup_text(engine, slot, &c->vitals[i]);
        if (text.bytes != NULL)
            out[(*count)++].content = text;
    }
}

static void show_crew(struct engine *engine, struct slot *slot, struct shown_case *out)
{
    const struct case_state *c = &slot->state->case_;
    out->device = c->device;
    out->destination = c->destination;
    out->not_connected = c->not_connected;
    out->card_good = c->card == CARD_GOOD ? FLAG_YES : FLAG_NO;
    out->card_checking = c->card == CARD_CHECKING ? FLAG_YES : FLAG_NO;
    out->card_error = c->card_error;
    out->no_view = c->no_view;
    out->opened = lookup_text(engine, slot, &c->open_event);
    if (c->not_connected == FLAG_YES) /* nowhere else is its name */
        out->destined = lookup_text(engine, slot, &c->destination_event);
    out->record = lookup_text(engine, slot, &c->record_event);
    show_views(engine, c, out);
    snapshot_vitals(engine, slot, out->vitals, &out->vitals_count);
}

/* As its notice told it: words, speaker and time. What was shredded is left out. */
static void show_said(struct engine *engine, const struct peer_state *peer, struct slot *slot,
                      struct shown_case *out)
{
    const struct case_state *c = &slot->state->case_;
    const struct id *hospital = peer->kind == DEVICE_HOSPITAL ? &peer->org : NULL;
    for (size_t i = 0; i < c->said_count; i++) {
        const struct case_said *said = &c->said[i];
        if (!case_said_to(c, said, hospital))
            continue;
        struct slice words = lookup_text(engine, slot, &said->event);
        if (words.bytes == NULL)
            continue;
        struct shown_said *row = &out->said[out->said_count++];
        *row = (struct shown_said){.kind = said->kind, .at = said->at, .content = words};
        if (!event_names_counterpart(case_said_event(said)) || id_absent(&said->person))
            continue;
        struct slot *who = world_find(&engine->table, AGGREGATE_PERSON, &said->person);
        row->person = said->person;
        const struct person_state *person = slot_person(who);
        if (person == NULL)
            continue;
        row->person_name = person->name;
        row->own = id_equal(&person->org, &peer->org) ? FLAG_YES : FLAG_ABSENT;
    }
}

/* Face, ground and card, as far as this hospital's right stands on them. */
void snapshot_rests_on(const struct case_state *c, const struct id *hospital,
                       struct body_record *body)
{
    const struct case_ground *ground = case_ground_for(c, RIGHT_DISCLOSE_TO, hospital);
    const struct case_view *view = case_view_held(c);
    if (ground == NULL || view == NULL)
        return;
    body->basis = ground->basis;
    body->ground_at = ground->at;
    body->match = view->match;
    body->card_proof = c->card_proof;
    body->identified_by = c->identified_by;
    body->card_at = c->card_at;
}

/* A crew to which the case is only offered learns that there is one. */
static bool only_offered(const struct peer_state *peer, const struct case_state *c)
{
    return peer->kind == DEVICE_AMBULANCE && !id_equal(&c->device, &peer->device);
}

static void show(struct engine *engine, const struct peer_state *peer, struct slot *slot,
                 struct shown_case *out)
{
    const struct case_state *c = &slot->state->case_;
    bool here = case_is_destination(c, &peer->org);
    out->incident = c->incident;
    out->opened_at = c->opened_at;
    out->ended_at = c->ended_at;
    out->end = c->end;
    out->training = c->training;
    if (only_offered(peer, c))
        return;
    out->handed_at = c->handed_at;
    out->confirmed_at = c->confirmed_at;
    out->record_at = c->record_at;
    out->mixup = c->mixup;
    out->must_ack = case_must_ack(c, &peer->org) ? FLAG_YES : FLAG_ABSENT;
    show_asked(engine, peer, slot, out);
    show_grants(peer, c, out);
    show_said(engine, peer, slot, out);
    if (peer->kind == DEVICE_AMBULANCE) {
        out->destination_at = c->destination_at;
        out->eta = lookup_text(engine, slot, &c->eta_event);
        out->eta_at = c->eta_at;
        out->arrived_at = c->arrived_at;
        show_crew(engine, slot, out);
    } else if (here) {
        out->destination_here = FLAG_YES;
        out->destination_at = c->destination_at;
        out->eta = lookup_text(engine, slot, &c->eta_event);
        out->eta_at = c->eta_at;
        out->arrived_at = c->arrived_at;
        out->opened = lookup_text(engine, slot, &c->open_event);
        snapshot_vitals(engine, slot, out->vitals, &out->vitals_count);
    }
}

static bool too_large(const struct shown_case *shown)
{
    struct buf probe;
    buf_init(&probe, FRAME_BYTES_MAX - 1024);
    record_encode(&record_shown_case, shown, &probe);
    bool large = buf_error(&probe) != ERR_OK;
    buf_free(&probe);
    return large;
}

/* The state matters more than the texts, and the newest words more than older ones. */
static void make_fit(struct shown_case *shown)
{
    while (shown->said_count > 0 && too_large(shown)) {
        shown->said_count--;
        memmove(shown->said, shown->said + 1, shown->said_count * sizeof shown->said[0]);
    }
    if (!too_large(shown))
        return;
    shown->record = (struct slice){NULL, 0};
    shown->vitals_count = 0;
}

static void send_case(struct engine *engine, struct peer_state *peer, struct slot *slot)
{
    struct shown_case *shown = calloc(1, sizeof *shown);
    if (shown == NULL)
        return;
    record_clear(&record_shown_case, shown);
    show(engine, peer, slot, shown);
    struct message head = {.case_id = slot->id};
    make_fit(shown);
    out_send(engine, peer, MSG_SNAPSHOT_CASE, &head, shown, LANE_CONTROL, NULL);
    free(shown);
}

static bool concerns(const struct peer_state *peer, const struct case_state *c)
{
    if (c == NULL || peer->kind == DEVICE_ADMIN)
        return false;
    if (peer->kind == DEVICE_AMBULANCE)
        return c->end == 0 && (id_equal(&c->device, &peer->device) ||
                               id_equal(&c->takeover_device, &peer->device));
    return c->end == 0 || case_must_ack(c, &peer->org);
}

void snapshot_send(struct engine *engine, struct peer_state *peer)
{
    struct slot *org = world_find(&engine->table, AGGREGATE_ORG, &peer->org);
    uint64_t n = 0;
    if (org == NULL || journal_newest_n(engine->journal, &peer->device, &n) != ERR_OK)
        return;
    size_t count = 0;
    for (size_t pass = 0; pass < 2; pass++) {
        for (size_t i = 0; i < org->cases.count; i++) {
            struct slot *slot = world_find(&engine->table, AGGREGATE_CASE, &org->cases.ids[i]);
            if (!concerns(peer, slot_case(slot)))
                continue;
            if (pass == 1)
                send_case(engine, peer, slot);
            else
                count++;
        }
        if (pass == 0) {
            struct body_snapshot body = {.n = (int64_t)n, .count = (int64_t)count};
            struct message head = {0};
            out_send(engine, peer, MSG_SNAPSHOT, &head, &body, LANE_CONTROL, NULL);
        }
    }
}
