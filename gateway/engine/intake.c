/* intake.c — Job: IN: a frame or an outcome becomes a work, is judged, waits or joins the batch. */
#include "gateway/engine/inner.h"

#include <stdlib.h>

enum { TRIES_MAX = 8, WORKS_MAX = 20000 };

struct work *work_new(struct engine *engine, enum work_kind kind)
{
    struct work *work = calloc(1, sizeof *work);
    if (work == NULL)
        return NULL;
    work->kind = kind;
    engine->works++;
    return work;
}

void work_drop_states(struct engine *engine, struct work *work)
{
    for (size_t i = 0; i < work->states_count; i++)
        spare_state_back(engine, work->states[i].slot->kind, work->states[i].state);
    work->states_count = 0;
}

void work_free(struct engine *engine, struct work *work)
{
    if (work == NULL)
        return;
    work_drop_states(engine, work);
    message_fini(&work->message);
    job_free(work->job);
    free(work);
    engine->works--;
}

/* ---- refusals: events too, folded into buckets ---- */

static void add_bucket(struct engine *engine, const struct refusal *bucket)
{
    enum { BUCKETS_MAX = 4096 };
    struct refusal *r = engine->refusals_count < BUCKETS_MAX ? malloc(sizeof *r) : NULL;
    if (r == NULL)
        return; /* still counted for /healthz */
    *r = *bucket;
    r->next = engine->refusals;
    engine->refusals = r;
    engine->refusals_count++;
}

static void count_refusal(struct engine *engine, struct peer_state *peer, const struct id *session,
                          enum err err)
{
    engine->counts_refused++;
    struct bound_session *bound = peer_session(peer, session);
    struct id person = bound == NULL ? (struct id){{0}} : bound->person;
    for (struct refusal *r = engine->refusals; r != NULL; r = r->next) {
        if (r->code == err && id_equal(&r->device, &peer->device) &&
            id_equal(&r->person, &person)) {
            r->count++;
            return;
        }
    }
    add_bucket(engine, &(struct refusal){.org = peer->org,
                                         .device = peer->device,
                                         .person = person,
                                         .code = err,
                                         .count = 1,
                                         .first_at = engine_now(engine)});
}

/* The store would not take a bucket: it is counted further. */
static void keep_refusals(struct engine *engine, const struct event *event)
{
    add_bucket(engine, &(struct refusal){.org = event->org,
                                         .device = event->device,
                                         .person = event->person,
                                         .code = (enum err)event->code,
                                         .count = event->count,
                                         .first_at = event->from});
}

void intake_refuse(struct engine *engine, struct work *work, enum err err, const char *path)
{
    struct peer_state *peer = peer_of_number(engine, work->peer);
    if (work->kind == WORK_OPERATOR && work->done != NULL)
        work->done(work->done_self, err, 0);
    if (work->kind == WORK_OPERATOR && work->event.type == EVENT_REFUSED)
        keep_refusals(engine, &work->event);
    if (peer == NULL || work->kind != WORK_MESSAGE)
        return;
    if (err_class_of(err) == ERR_FINAL)
        count_refusal(engine, peer, &work->message.session, err);
    out_refusal(engine, peer, &work->message.id, err, path);
}

/* ---- judging ---- */

static enum err find_actor(struct engine *engine, const struct work *work, struct actor *who)
{
    *who = (struct actor){.kind = ACTOR_PEER};
    who->device = engine->world.device(engine, &work->device);
    if (who->device == NULL)
        return ERR_CERT;
    who->org = engine->world.org(engine, &who->device->org);
    if (who->org == NULL)
        return ERR_CERT;
    const struct id *session = &work->message.session;
    if (id_absent(session))
        return ERR_OK;
    struct peer_state *peer = peer_of_number(engine, work->peer);
    struct bound_session *bound = peer == NULL ? NULL : peer_session(peer, session);
    struct slot *slot = world_by_session(&engine->table, session);
    if (slot == NULL)
        return ERR_NO_SESSION;
    const struct person_state *person = engine->world.person(engine, &slot->id);
    for (size_t i = 0; person != NULL && i < person->sessions_count; i++) {
        const struct person_session *s = &person->sessions[i];
        if (!id_equal(&s->id, session) || !id_equal(&s->device, &work->device))
            continue;
        who->person = person;
        who->session = *session;
        bool over = s->ended_at != 0 || engine_now(engine) >= s->until;
        /* A live session speaks only on a connection that proved it with its token. What comes out
         * of a spool has lost that: it records like one that is over, and opens nothing. */
        bool unproved = work->spooled && bound == NULL;
        who->late = over || unproved;
        if (who->late && !session_lived_at(s, work->message.sent_at))
            return ERR_SESSION_ENDED; /* it was not made while the session lived */
        return who->late || bound != NULL ? ERR_OK : ERR_NO_SESSION;
    }
    return ERR_NO_SESSION;
}

static enum err judge_message(struct engine *engine, struct work *work, const struct turn *turn,
                              struct judgement *judged)
{
    struct actor who;
    enum err err = find_actor(engine, work, &who);
    judge_fn *judge = judge_of(work->message.type->kind);
    if (err == ERR_OK && judge == NULL)
        err = ERR_UNKNOWN_TYPE;
    if (err == ERR_OK)
        err = judge_door(&who, &work->message, &engine->world, turn);
    const struct body_open *open = work->message.type->kind == MSG_OPEN ? work->message.body : NULL;
    if (err == ERR_OK && open != NULL && open->shown_at == 0 && unsaved_has(engine, &open->grant))
        err = ERR_GRANT_ENDED;
    if (err == ERR_OK)
        err = judge(&who, &work->message, &engine->world, turn, judged);
    return err;
}

/* Who hears of an act that no judgement has made: its subject, and whom the case concerns. */
static unsigned audience_of(const struct event *event)
{
    if (event->type == EVENT_ALERT_ESCALATED)
        return AUDIENCE_ADMINS;
    if (id_absent(&event->case_id))
        return AUDIENCE_SUBJECT | (event->type == EVENT_ALERT ? AUDIENCE_ADMINS : 0);
    return AUDIENCE_CREW | (id_absent(&event->hospital) ? 0 : AUDIENCE_HOSPITAL);
}

static enum err judge_work(struct engine *engine, struct work *work, const struct turn *turn,
                           struct judgement *judged)
{
    switch (work->kind) {
    case WORK_MESSAGE:
        return judge_message(engine, work, turn, judged);
    case WORK_OUTCOME:
        work->job->outcome.ask = work->job->ask;
        work->job->outcome.kind = work->job->ask.kind;
        return judge_outcome(&work->job->outcome, &engine->world, turn, judged);
    case WORK_EXPIRY: {
        const struct case_state *c = engine->world.case_of(engine, &work->case_id);
        if (c == NULL)
            return ERR_NO_SUCH_CASE;
        judge_expiry(c, &engine->world, turn, judged);
        return ERR_OK;
    }
    case WORK_OPERATOR: {
        struct id id;
        enum aggregate kind = state_of_event(&work->event, &id);
        if (kind != AGGREGATE_NONE)
            (void)lookup_slot(engine, kind, &id);
        judged->events[0] = (struct judged_event){.event = work->event,
                                                  .audience = audience_of(&work->event),
                                                  .hospital = work->event.hospital};
        judged->events[0].event.id = turn_id(turn);
        if (work->event.at == 0)
            judged->events[0].event.at = turn->now;
        judged->events_count = 1;
        return ERR_OK;
    }
    }
    return ERR_PROTOCOL;
}

static void wait_for(struct slot *slot, struct work *work)
{
    work->next = NULL;
    *slot->waiting_end = work;
    slot->waiting_end = &work->next;
}

/* Errands of a judgement without events start at once: there is nothing to be durable first. */
static void start_now(struct engine *engine, struct work *work, const struct judgement *judged)
{
    for (size_t i = 0; i < judged->errands_count; i++) {
        struct job *job = jobs_make(engine, work, &judged->errands[i]);
        if (job != NULL)
            engine->calls.errand(engine->calls.self, job);
    }
}

static void judged_done(struct engine *engine, struct work *work, struct judgement *judged)
{
    if (judged->events_count == 0) {
        start_now(engine, work, judged);
        if (work->kind == WORK_OPERATOR && work->done != NULL)
            work->done(work->done_self, ERR_OK, 0);
        work_free(engine, work);
        return;
    }
    enum err err = judged->failed ? ERR_TOO_LARGE : entry_build(engine, work, judged);
    if (err == ERR_OK)
        return;
    intake_refuse(engine, work, err, NULL);
    work_free(engine, work);
}

/* A message about a case that is in flight waits at once: every judgement of it reads the case. */
static struct slot *busy_case(struct engine *engine, const struct work *work)
{
    struct slot *slot = work->kind != WORK_MESSAGE || id_absent(&work->message.case_id)
                            ? NULL
                            : world_find(&engine->table, AGGREGATE_CASE, &work->message.case_id);
    return slot != NULL && slot->in_flight && work->tries < TRIES_MAX ? slot : NULL;
}

void intake_run(struct engine *engine, struct work *work)
{
    struct slot *busy = busy_case(engine, work);
    if (busy != NULL) {
        wait_for(busy, work);
        return;
    }
    struct judgement *judged = spare_judgement(engine);
    if (judged == NULL) {
        intake_refuse(engine, work, ERR_NO_MEMORY, NULL);
        work_free(engine, work);
        return;
    }
    struct turn turn = {engine_now(engine), engine->calls.random, engine->calls.self};
    judged->arena.limit = 4 * FRAME_BYTES_MAX;
    lookup_begin(engine);
    enum err err = judge_work(engine, work, &turn, judged);
    struct slot *blocked = engine->blocked;
    if (blocked != NULL && work->tries < TRIES_MAX) {
        wait_for(blocked, work); /* judged again when that batch is back */
    } else if (err != ERR_OK) {
        intake_refuse(engine, work, err, judged->why.path);
        work_free(engine, work);
    } else {
        judged_done(engine, work, judged);
    }
    lookup_end(engine);
    spare_judgement_back(engine, judged);
}

/* ---- the same message again ---- */

static struct work *flying_twin(struct engine *engine, const struct id *device,
                                const struct message *msg)
{
    for (struct work *w = engine->flying; w != NULL; w = w->next)
        if (w->kind == WORK_MESSAGE && id_equal(&w->device, device) &&
            id_equal(&w->message.id, &msg->id) && hash_equal(&w->message.digest, &msg->digest))
            return w;
    return NULL;
}

/* The same id and bytes get the original receipt; other bytes are refused; a message that is still
 * being committed is simply the same message, and its answer goes where it was asked last: the line
 * that it came on first may be dead. PEER NULL: nobody to answer. */
static bool seen_before(struct engine *engine, struct peer_state *peer, const struct id *device,
                        const struct message *msg)
{
    struct work *twin = flying_twin(engine, device, msg);
    if (twin != NULL) {
        if (peer != NULL)
            twin->peer = peer->number;
        return true;
    }
    struct hash digest;
    uint64_t seq;
    int64_t recorded_at;
    if (journal_seen(engine->journal, device, &msg->id, &digest, &seq, &recorded_at) != ERR_OK)
        return false;
    if (peer != NULL && hash_equal(&digest, &msg->digest))
        out_receipt(engine, peer, &msg->id, seq, recorded_at);
    else if (peer != NULL)
        out_refusal(engine, peer, &msg->id, ERR_ID_REUSED, NULL);
    return true;
}

/* What waited may have come a second time, on a new line, and have been taken meanwhile. */
static bool taken_meanwhile(struct engine *engine, struct work *work)
{
    if (work->kind != WORK_MESSAGE ||
        !seen_before(engine, peer_of_number(engine, work->peer), &work->device, &work->message))
        return false;
    work_free(engine, work);
    return true;
}

void intake_release(struct engine *engine, struct slot *slot)
{
    struct work *work = slot->waiting;
    slot->waiting = NULL;
    slot->waiting_end = &slot->waiting;
    while (work != NULL) {
        struct work *next = work->next;
        if (slot->in_flight) /* the first of them took it: the rest keep their order */
            wait_for(slot, work);
        else if (!taken_meanwhile(engine, work))
            intake_run(engine, work);
        work = next;
    }
}

/* ---- frames ---- */

static enum sender sender_of(int kind)
{
    return kind == DEVICE_AMBULANCE  ? FROM_AMBULANCE
           : kind == DEVICE_HOSPITAL ? FROM_HOSPITAL
                                     : FROM_ADMIN;
}

void intake_frame(struct engine *engine, struct peer_state *peer, struct slice text)
{
    struct message msg;
    struct complaint why = {{0}};
    engine->counts_messages++;
    enum err err = message_decode(text, sender_of(peer->kind), &msg, &why);
    if (err == ERR_OK && !peer->welcomed && msg.type->kind != MSG_HELLO)
        err = ERR_PROTOCOL;
    if (err == ERR_OK && peer->unsealing && (msg.type->needs & NOT_JOURNALLED))
        err = ERR_PROTOCOL; /* only what was meant for the journal is kept in a spool */
    if (err == ERR_OK && engine->works >= WORKS_MAX)
        err = ERR_BUSY;
    if (err != ERR_OK) {
        count_refusal(engine, peer, &msg.session, err);
        out_refusal(engine, peer, &msg.id, err, why.path);
        message_fini(&msg);
        return;
    }
    if (msg.type->needs & NOT_JOURNALLED) {
        hello_message(engine, peer, &msg);
        message_fini(&msg);
        return;
    }
    if (seen_before(engine, peer, &peer->device, &msg)) {
        message_fini(&msg);
        return;
    }
    struct work *work = work_new(engine, WORK_MESSAGE);
    if (work == NULL) {
        out_refusal(engine, peer, &msg.id, ERR_NO_MEMORY, NULL);
        message_fini(&msg);
        return;
    }
    work->peer = peer->number;
    work->device = peer->device;
    work->message = msg;
    work->spooled = peer->unsealing;
    intake_run(engine, work);
}
