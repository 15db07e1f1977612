/* engine.c — Job: build the engine, load what is open, and what time does to it. */
#include "gateway/engine/inner.h"

#include "common/log.h"
#include "gateway/core/people.h"

#include <stdlib.h>

enum err engine_new(const struct engine_setup *setup, struct engine **out)
{
    struct engine *engine = calloc(1, sizeof *engine);
    if (engine == NULL)
        return ERR_NO_MEMORY;
    engine->calls = setup->calls;
    engine->journal = setup->journal;
    engine->policy = setup->policy;
    engine->spool_key = setup->spool_key;
    engine->spool_secret = setup->spool_secret;
    engine->lease_ms = setup->lease_ms;
    engine->simulator = setup->simulator;
    engine->started_at = engine_now(engine);
    size_t size = strnlen(setup->name, sizeof engine->name - 1);
    memcpy(engine->name, setup->name, size);
    enum err err = world_init(&engine->table);
    engine->vault = vault_new(setup->journal, VIEWS_BYTES_MAX);
    engine->by_device = index_new();
    engine->by_number = index_new();
    if (err != ERR_OK || engine->vault == NULL || engine->by_device == NULL ||
        engine->by_number == NULL) {
        engine_free(engine);
        return ERR_NO_MEMORY;
    }
    lookup_init(engine);
    *out = engine;
    return ERR_OK;
}

static void free_waiting(void *self, void *value)
{
    struct slot *slot = value;
    while (slot->waiting != NULL) {
        struct work *next = slot->waiting->next;
        work_free(self, slot->waiting);
        slot->waiting = next;
    }
}

void engine_free(struct engine *engine)
{
    if (engine == NULL)
        return;
    while (engine->peers != NULL)
        engine_closed(engine, engine->peers);
    while (engine->flying != NULL) {
        struct work *next = engine->flying->next;
        work_free(engine, engine->flying);
        engine->flying = next;
    }
    while (engine->refusals != NULL) {
        struct refusal *next = engine->refusals->next;
        free(engine->refusals);
        engine->refusals = next;
    }
    if (engine->table.slots[AGGREGATE_CASE] != NULL)
        world_each(&engine->table, engine, free_waiting);
    unsaved_free(engine);
    batch_free(engine->batch);
    vault_free(engine->vault);
    world_fini(&engine->table);
    index_free(engine->by_device);
    index_free(engine->by_number);
    spare_free(engine);
    free(engine);
}

/* ---- start ---- */

static enum err load_one(void *self, enum aggregate kind, const struct id *id, uint64_t version,
                         struct slice json)
{
    struct engine *engine = self;
    return world_load(&engine->table, kind, id, version, json);
}

static void plan(void *self, void *slot)
{
    expiry_plan(self, slot);
}

enum err engine_load(struct engine *engine)
{
    enum err err = journal_load(engine->journal, engine, load_one);
    struct arena arena = {0};
    struct slice note;
    if (err == ERR_OK)
        err = journal_checkpoint(engine->journal, &arena, &note, &engine->checkpoint_size);
    arena_free(&arena);
    world_each(&engine->table, engine, plan);
    const struct id all = org_of_all();
    const struct org_state *stopped = slot_org(world_find(&engine->table, AGGREGATE_ORG, &all));
    if (stopped != NULL && stopped->stopped == FLAG_YES)
        engine->policy.stopped = FLAG_YES;
    return err;
}

struct world_table *engine_world(struct engine *engine)
{
    return &engine->table;
}

const struct policy *engine_policy(const struct engine *engine)
{
    return &engine->policy;
}

void engine_set_stopped(struct engine *engine, enum flag stopped)
{
    engine->policy.stopped = stopped;
    for (struct peer_state *peer = engine->peers; stopped == FLAG_YES && peer != NULL;
         peer = peer->next)
        engine->calls.close(engine->calls.self, peer->conn, CLOSE_POLICY, err_name(ERR_STOPPED));
}

size_t engine_busy(const struct engine *engine)
{
    return engine->works + engine->in_flight;
}

void engine_operator(struct engine *engine, const struct event *event, void *self,
                     void (*done)(void *self, enum err err, uint64_t seq))
{
    struct work *work = work_new(engine, WORK_OPERATOR);
    if (work == NULL) {
        done(self, ERR_NO_MEMORY, 0);
        return;
    }
    work->event = *event;
    work->done_self = self;
    work->done = done;
    intake_run(engine, work);
}

/* ---- errands come back ---- */

/* The digest and the vault are this thread's: a fetched view is sealed and held here, before the
 * judgement, and dropped again when the judgement does not want it. */
static void take_view(struct engine *engine, struct job *job)
{
    struct outcome *o = &job->outcome;
    struct case_state *c = slot_case(world_find(&engine->table, AGGREGATE_CASE, &job->ask.case_id));
    const struct case_view *view = c == NULL ? NULL : case_view_of(c, &job->ask.view);
    if (o->result != ERR_OK || job->view == NULL)
        return;
    if (view == NULL || view->status != VIEW_ASKED) {
        o->result = ERR_NO_VIEW;
        return;
    }
    struct view *fetched = job->view;
    const struct vault_entry entry = {view->id, job->ask.case_id, view->sections,
                                      job->drill ? VAULT_PRACTICE : VAULT_LIVE};
    job->view = NULL;
    o->result = vault_put(engine->vault, &entry, fetched, &o->digest);
}

void engine_outcome(struct engine *engine, struct job *job)
{
    struct peer_state *peer = peer_of_number(engine, job->peer);
    if (job->ask.kind == ERRAND_LOG) { /* the asking was the event; reading changes nothing */
        if (job->question == QUESTION_LOG)
            log_state_send(engine, job);
        else if (job->question == QUESTION_COVERAGE)
            coverage_send(engine, job);
        else if (job->question == QUESTION_WRITTEN)
            written_send(engine, job);
        else
            access_send(engine, job);
        job_free(job);
        return;
    }
    if (job->ask.kind == ERRAND_NEW_PASSWORD && job->outcome.result != ERR_OK && peer != NULL)
        out_refusal(engine, peer, &job->message, job->outcome.result, NULL);
    if (job->ask.kind == ERRAND_FETCH)
        take_view(engine, job);
    if (job->ask.kind == ERRAND_NEW_PASSWORD)
        job->outcome.password = slice_of(job->new_hash);
    struct work *work = work_new(engine, WORK_OUTCOME);
    if (work == NULL) {
        job_free(job); /* the janitor fails the ask */
        return;
    }
    work->job = job;
    intake_run(engine, work);
}

/* ---- once a second ---- */

static void flush_refusals(struct engine *engine)
{
    engine->refusals_at = engine_now(engine);
    struct refusal *buckets = engine->refusals; /* one that is not taken comes to the list again */
    engine->refusals = NULL;
    engine->refusals_count = 0;
    while (buckets != NULL) {
        struct refusal *r = buckets;
        struct work *work = work_new(engine, WORK_OPERATOR);
        if (work != NULL) {
            work->event = (struct event){.type = EVENT_REFUSED,
                                         .org = r->org,
                                         .device = r->device,
                                         .person = r->person,
                                         .code = (int)r->code,
                                         .count = r->count,
                                         .from = r->first_at,
                                         .until = engine_now(engine)};
            intake_run(engine, work);
        }
        buckets = r->next;
        free(r);
    }
}

void engine_finish(struct engine *engine)
{
    flush_refusals(engine);
    engine_turn_end(engine);
}

static void look_at_peers(struct engine *engine)
{
    enum { CLONE_WAIT_MS = 10000, HOSPITALS_EVERY_MS = 15000 };
    int64_t now = engine_now(engine);
    bool hospitals = now - engine->hospitals_at >= HOSPITALS_EVERY_MS;
    if (hospitals) {
        engine->hospitals_at = now;
        hospitals_send(engine, NULL);
    }
    for (struct peer_state *peer = engine->peers; peer != NULL; peer = peer->next) {
        if (!peer->welcomed)
            continue;
        if (now - peer->alive_at >= ALIVE_EVERY_MS) {
            struct message head = {0};
            struct body_alive body = {.now = now};
            out_send(engine, peer, MSG_ALIVE, &head, &body, LANE_CONTROL, NULL);
        }
        if (peer->replaced_live && now - peer->admitted_at >= CLONE_WAIT_MS) {
            peer->replaced_live = false;
            struct work *work = work_new(engine, WORK_OPERATOR);
            if (work == NULL)
                continue;
            work->event = (struct event){.type = EVENT_ALERT,
                                         .org = peer->org,
                                         .device = peer->device,
                                         .subject = peer->device,
                                         .code = ALERT_CLONED_SESSION};
            intake_run(engine, work);
        }
    }
}

void engine_tick(struct engine *engine)
{
    enum { REFUSALS_EVERY_MS = 10000 };
    unsaved_retry(engine);
    recover_tick(engine);
    alerts_tick(engine);
    expiry_tick(engine);
    if (engine_now(engine) - engine->refusals_at >= REFUSALS_EVERY_MS)
        flush_refusals(engine);
    look_at_peers(engine);
    engine_turn_end(engine);
}

static void count_unseen(void *self, void *value)
{
    const struct org_state *org = slot_org(value);
    for (size_t i = 0; org != NULL && i < org->alerts_count; i++)
        if (org->alerts[i].acked_at == 0 && org->alerts[i].level >= ALERT_LEVELS)
            ++*(size_t *)self;
}

void engine_health(const struct engine *engine, struct buf *out)
{
    size_t unseen = 0;
    index_each(engine->table.slots[AGGREGATE_ORG], &unseen, count_unseen);
    buf_printf(out, "{\"status\":\"%s\",\"devices\":%zu,\"open_aggregates\":%zu,",
               engine->store_down ? "store_down" : "ok", engine->peers_count,
               index_count(engine->table.slots[AGGREGATE_CASE]));
    buf_printf(out, "\"alerts_unseen\":%zu,", unseen);
    buf_printf(out, "\"views\":%zu,\"view_bytes\":%zu,\"waiting\":%zu,\"batches\":%zu,",
               vault_count(engine->vault), vault_bytes(engine->vault), engine->works,
               engine->in_flight);
    buf_printf(
        out, "\"messages\":%llu,\"events\":%llu,\"refused\":%llu,\"log_size\":%llu}\n",
        (unsigned long long)engine->counts_messages, (unsigned long long)engine->counts_events,
        (unsigned long long)engine->counts_refused, (unsigned long long)engine->checkpoint_size);
}
