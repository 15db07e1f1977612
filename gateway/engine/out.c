/* out.c — Job: OUT: receipts, refusals, notices and what else a committed event lets out. */
#include "gateway/engine/inner.h"

#include "gateway/core/access.h"
#include "gateway/core/people.h"
#include "proto/base64.h"

#include <stdlib.h>

void out_send(struct engine *engine, struct peer_state *peer, enum message_kind kind,
              const struct message *head, const void *body, enum lane lane, const struct id *tag)
{
    struct buf text;
    buf_init(&text, FRAME_BYTES_MAX);
    struct message marked = *head;
    if (head->training == FLAG_ABSENT) /* each frame about a practice case says so */
        marked.training = world_training(&engine->table, &head->case_id);
    enum err err = message_encode(kind, &marked, body, &text);
    struct frame *frame = err == ERR_OK ? frame_of(buf_slice(&text)) : NULL;
    buf_free(&text);
    if (frame == NULL) {
        engine->calls.close(engine->calls.self, peer->conn, CLOSE_INTERNAL, "no memory");
        return;
    }
    if (tag != NULL)
        frame_set_tag(frame, tag);
    if (engine->calls.send(engine->calls.self, peer->conn, lane, frame) != ERR_OK)
        engine->calls.close(engine->calls.self, peer->conn, CLOSE_SLOW, "lane full");
    frame_unref(frame);
    peer->alive_at = engine_now(engine);
}

void out_receipt(struct engine *engine, struct peer_state *peer, const struct id *message,
                 uint64_t seq, int64_t recorded_at)
{
    struct message head = {.re = *message};
    struct body_receipt body = {.entry = (int64_t)seq, .recorded_at = recorded_at};
    out_send(engine, peer, MSG_RECEIPT, &head, &body, LANE_CONTROL, NULL);
}

void out_refusal(struct engine *engine, struct peer_state *peer, const struct id *message,
                 enum err err, const char *path)
{
    struct message head = {.re = *message};
    struct body_refusal body = {.code = slice_of(err_name(err)),
                                .ja = slice_of(err_text_ja(err)),
                                .en = slice_of(err_text_en(err)),
                                .final = err_class_of(err) == ERR_FINAL ? FLAG_YES : FLAG_NO};
    if (path != NULL && path[0] != '\0')
        body.path = slice_of(path);
    out_send(engine, peer, MSG_REFUSAL, &head, &body, LANE_CONTROL, NULL);
}

/* ---- notices ---- */

enum { TO_CREW = 1, TO_HOSPITAL = 2 };

/* Whose payload may be told to whom. The crew hears its own record, vitals and grounds again, as a
 * snapshot has them: another page of the tablet, and the tablet itself after a restart, know no
 * less. A hospital's person reads the record (record_read), and that is logged. */
static unsigned content_for(enum event_type type)
{
    switch (type) {
    case EVENT_INQUIRY_ASKED:
        return TO_HOSPITAL;
    case EVENT_VITALS_TAKEN:
    case EVENT_ANSWERED:
    case EVENT_ACCEPTANCE_CHECKED:
    case EVENT_ACCEPTANCE_WITHDRAWN:
    case EVENT_PHONE_ACCEPTED:
    case EVENT_ETA_TOLD:
    case EVENT_TALKED:
    case EVENT_HANDED_OVER:
    case EVENT_HANDOVER_CONFIRMED:
    case EVENT_BREAK_GLASS:
    case EVENT_MIXUP:
        return TO_CREW | TO_HOSPITAL;
    case EVENT_CASE_OPENED:
    case EVENT_DESTINATION_SET:
    case EVENT_RECORD_CHANGED:
    case EVENT_GROUND_RECORDED:
        return TO_CREW;
    default:
        return 0;
    }
}

static void notice_code(const struct event *event, struct body_notice *body)
{
    switch (event->type) {
    case EVENT_ANSWERED:
        body->answer = event->code;
        body->decline = event->decline;
        break;
    case EVENT_NO_VIEW:
        body->no_view = event->code;
        break;
    case EVENT_GRANT_REVOKED:
    case EVENT_VIEW_ENDED:
        body->revoke = event->code;
        break;
    case EVENT_CASE_ENDED:
        body->end = event->code;
        break;
    case EVENT_MIXUP:
        body->mixup = event->code;
        break;
    case EVENT_TAKEN_OUT:
        body->how = event->code;
        break;
    case EVENT_IDENTITY_CHECKED:
        body->match = event->code;
        break;
    case EVENT_INQUIRY_ENDED:
        body->asked = event->code;
        break;
    case EVENT_ALERT:
    case EVENT_ALERT_ACKED:
    case EVENT_ALERT_ESCALATED:
        body->alert = event->code;
        break;
    case EVENT_CARD_REFUSED:
    case EVENT_FETCH_FAILED:
        body->error = event->code;
        break;
    case EVENT_ACCEPTANCE_CHECKED:
        body->confirmed = (int)event->count;
        break;
    default:
        break;
    }
}

static void notice_names(struct engine *engine, const struct peer_state *peer,
                         const struct event *event, struct body_notice *body)
{
    bool own = id_equal(&event->hospital, &peer->org);
    if (peer->kind == DEVICE_AMBULANCE || own) { /* never another hospital's */
        body->hospital = event->hospital;
        struct org_state *org =
            slot_org(id_absent(&event->hospital)
                         ? NULL
                         : world_find(&engine->table, AGGREGATE_ORG, &event->hospital));
        if (org != NULL)
            body->hospital_name = org->name;
    }
    if (event->type == EVENT_MIXUP_ACKED && (own || id_absent(&event->hospital)))
        body->confirmed = event->count > 0 ? FLAG_NO : FLAG_YES;
    if (event->type == EVENT_PERSON_DISABLED)
        body->person = event->subject;
    if (!event_names_counterpart(event->type) || id_absent(&event->person))
        return;
    struct person_state *person =
        slot_person(world_find(&engine->table, AGGREGATE_PERSON, &event->person));
    body->person = event->person;
    if (person == NULL)
        return;
    body->person_name = person->name;
    body->own = id_equal(&person->org, &peer->org) ? FLAG_YES : FLAG_ABSENT;
}

void out_notice(struct engine *engine, struct peer_state *peer, const struct event *event,
                uint64_t n)
{
    struct body_notice body = {.event = slice_of(event_name(event->type)),
                               .at = event->at,
                               .until = event->until,
                               .view = event->view,
                               .grant = event->grant,
                               .device = event->device,
                               .message = event->message,
                               .sections = event->sections,
                               .training = event->training};
    notice_code(event, &body);
    notice_names(engine, peer, event, &body);
    unsigned side = peer->kind == DEVICE_HOSPITAL ? TO_HOSPITAL : TO_CREW;
    if (content_for(event->type) & side)
        body.content = event->payload;
    struct slot *slot = world_find(&engine->table, AGGREGATE_CASE, &event->case_id);
    if (event->type == EVENT_BREAK_GLASS)
        body.opens_at = event->from;
    if (side == TO_HOSPITAL) { /* devices of the headquarters are its own business */
        if (event->type == EVENT_DESTINATION_SET && slot_case(slot) != NULL)
            body.opened = lookup_text(engine, slot, &slot->state->case_.open_event);
        body.device = (struct id){{0}};
        body.inquiry = event->type == EVENT_INQUIRY_ASKED ? event->subject : (struct id){{0}};
    }
    const struct message head = {
        .case_id = event->case_id, .seq = event->seq, .n = n, .training = event->training};
    out_send(engine, peer, MSG_NOTICE, &head, &body, LANE_CONTROL, NULL);
}

void out_checkpoint(struct engine *engine, struct peer_state *peer)
{
    struct arena arena = {0};
    struct body_checkpoint body = {.old_size = (int64_t)peer->checkpoint_size};
    uint64_t size = 0;
    enum err err = journal_checkpoint(engine->journal, &arena, &body.note, &size);
    if (err == ERR_OK && size > peer->checkpoint_size)
        err =
            journal_consistency(engine->journal, peer->checkpoint_size, size, &arena, &body.proof);
    else
        err = ERR_NOT_FOUND; /* nothing newer */
    if (err == ERR_OK) {
        struct message head = {.sent_at = engine_now(engine)};
        out_send(engine, peer, MSG_CHECKPOINT, &head, &body, LANE_CONTROL, NULL);
        peer->checkpoint_size = size;
        peer->checkpoint_at = engine_now(engine);
    }
    arena_free(&arena);
}

/* ---- taking away does not wait for the disk ---- */

void out_take_away(struct engine *engine, const struct judged_event *row)
{
    const struct event *event = &row->event;
    if (event->type != EVENT_GRANT_REVOKED || unsaved_has(engine, &event->grant))
        return; /* of those that the store would not take the screens know */
    const struct id *devices;
    size_t count = engine->world.devices_of(engine, &row->hospital, &devices);
    for (size_t i = 0; i < count; i++) {
        struct peer_state *peer = peer_to_tell(engine, &devices[i]);
        if (peer == NULL)
            continue;
        pieces_stop(engine, peer, &event->grant);
        out_notice(engine, peer, event, 0);
    }
}

void out_unbind_person(struct engine *engine, const struct id *person, const struct id *session)
{
    for (struct peer_state *peer = engine->peers; peer != NULL; peer = peer->next)
        for (size_t i = peer->sessions_count; i > 0; i--) {
            struct bound_session bound = peer->sessions[i - 1];
            if (id_equal(&bound.person, person) &&
                (session == NULL || id_equal(&bound.session, session)))
                peer_unbind(peer, &bound.session);
        }
}

/* ---- effects ---- */

static void effect_session(struct engine *engine, struct work *work, const struct event *event)
{
    struct job *job = work->job;
    struct peer_state *peer = job == NULL ? NULL : peer_of_number(engine, job->peer);
    if (peer == NULL)
        return;
    struct person_state *person =
        slot_person(world_find(&engine->table, AGGREGATE_PERSON, &event->person));
    struct buf token = {0};
    base64_add(&token, job->token, sizeof job->token);
    struct message head = {.re = job->message, .session = event->session};
    struct body_session body = {.session = event->session,
                                .person = event->person,
                                .token = buf_slice(&token),
                                .until = event->until};
    if (person != NULL) {
        body.name = person->name;
        body.roles = person->roles;
        body.must_change_password = person->must_change == FLAG_YES ? FLAG_YES : FLAG_NO;
    }
    peer_bind(peer, &event->session, &event->person);
    out_send(engine, peer, MSG_SESSION, &head, &body, LANE_CONTROL, NULL);
    buf_free(&token);
    hospitals_send(engine, peer);
}

static void effect_failed(struct engine *engine, struct work *work, const struct event *event)
{
    struct job *job = work->job;
    struct peer_state *peer = job == NULL ? NULL : peer_of_number(engine, job->peer);
    if (peer != NULL)
        out_refusal(engine, peer, &job->message, event->until != 0 ? ERR_LOCKED : ERR_BAD_FACTORS,
                    NULL);
}

static void effect_record(struct engine *engine, struct work *work, const struct event *event)
{
    struct peer_state *peer = peer_of_number(engine, work->peer);
    struct slot *slot = world_find(&engine->table, AGGREGATE_CASE, &event->case_id);
    if (peer == NULL || slot_case(slot) == NULL || peer_session(peer, &event->session) == NULL)
        return;
    struct message head = {.re = event->message,
                           .session = event->session,
                           .case_id = event->case_id,
                           .seq = event->seq};
    struct body_record *body = calloc(1, sizeof *body);
    if (body == NULL)
        return;
    body->record = lookup_text(engine, slot, &slot->state->case_.record_event);
    snapshot_rests_on(&slot->state->case_, &peer->org, body);
    snapshot_vitals(engine, slot, body->vitals, &body->vitals_count);
    out_send(engine, peer, MSG_RECORD, &head, body, LANE_CONTROL, NULL);
    free(body);
}

static void effect_fetched(struct engine *engine, const struct event *event)
{
    struct slot *slot = world_find(&engine->table, AGGREGATE_CASE, &event->case_id);
    struct case_state *c = slot_case(slot);
    const struct case_view *view = c == NULL ? NULL : case_view_of(c, &event->view);
    struct peer_state *peer = view == NULL ? NULL : peer_to_tell(engine, &c->device);
    if (peer == NULL || view->status != VIEW_HELD)
        return;
    out_view(engine, peer, slot, view, NULL);
    /* Name, birth date and sex, for 「この方ですか」: to the person who asked, by this very event. */
    out_keys(engine, peer, event, SECTION_BIT(SECTION_PERSON));
}

static void close_device(struct engine *engine, const struct id *device, enum err why)
{
    struct peer_state *peer = peer_of_device(engine, device);
    if (peer != NULL)
        engine->calls.close(engine->calls.self, peer->conn, CLOSE_POLICY, err_name(why));
}

static void effect_org_stopped(struct engine *engine, const struct event *event)
{
    const struct id all = org_of_all();
    if (id_equal(&event->subject, &all))
        engine_set_stopped(engine, event->count == FLAG_YES ? FLAG_YES : FLAG_ABSENT);
    for (struct peer_state *peer = engine->peers; event->count == FLAG_YES && peer != NULL;
         peer = peer->next)
        if (id_equal(&peer->org, &event->subject))
            engine->calls.close(engine->calls.self, peer->conn, CLOSE_POLICY,
                                err_name(ERR_STOPPED));
}

/* The crew's own copy stops, too; a hospital's went with its grant. */
static void effect_view_ended(struct engine *engine, struct slot *slot, const struct event *event)
{
    const struct case_state *c = slot_case(slot);
    struct peer_state *peer = c == NULL ? NULL : peer_of_device(engine, &c->device);
    if (peer != NULL)
        pieces_stop(engine, peer, &event->view);
}

void out_effects(struct engine *engine, struct work *work, const struct event *event)
{
    struct slot *slot = id_absent(&event->case_id)
                            ? NULL
                            : world_find(&engine->table, AGGREGATE_CASE, &event->case_id);
    struct peer_state *peer = peer_of_number(engine, work->peer);
    switch (event->type) {
    case EVENT_SESSION_OPENED:
        effect_session(engine, work, event);
        break;
    case EVENT_SIGN_IN_FAILED:
        effect_failed(engine, work, event);
        break;
    case EVENT_SESSION_ENDED:
        out_unbind_person(engine, &event->person, &event->session);
        break;
    case EVENT_PASSWORD_SET:
        if (work->job != NULL && (peer = peer_of_number(engine, work->job->peer)) != NULL)
            out_receipt(engine, peer, &work->job->message, event->seq, event->recorded_at);
        break;
    case EVENT_PERSON_DISABLED:
        out_unbind_person(engine, &event->subject, NULL);
        break;
    case EVENT_DEVICE_REVOKED:
        close_device(engine, &event->subject, ERR_DEVICE_REVOKED);
        break;
    case EVENT_ORG_STOPPED:
        effect_org_stopped(engine, event);
        break;
    case EVENT_LOG_VIEWED:
    case EVENT_LOG_EXPORTED:
        console_send(engine, work, event);
        break;
    case EVENT_VIEW_FETCHED:
        effect_fetched(engine, event);
        break;
    case EVENT_GRANT_ISSUED:
    case EVENT_BREAK_GLASS:
        out_view_to_hospital(engine, slot, &event->grant);
        break;
    case EVENT_OPENED:
        if (peer != NULL)
            out_keys(engine, peer, event, event->sections);
        break;
    case EVENT_ALERTS_VIEWED:
    case EVENT_ALERT_ESCALATED:
        alerts_effect(engine, peer, &work->message, event);
        break;
    case EVENT_RECORD_OPENED:
        effect_record(engine, work, event);
        break;
    case EVENT_VIEW_ENDED:
        effect_view_ended(engine, slot, event);
        vault_drop(engine->vault, &event->view);
        break;
    default:
        break;
    }
}
