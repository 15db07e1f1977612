/* commit.c — Job: a batch comes back: states become true, receipts and notices leave. */
#include "gateway/engine/inner.h"

#include "common/log.h"

#include <assert.h>
#include <stdlib.h>

static void unlink_flying(struct engine *engine, struct work *work)
{
    struct work **at = &engine->flying;
    while (*at != work)
        at = &(*at)->next;
    *at = work->next;
    work->next = NULL;
}

/* ---- states ---- */

static const struct state_row *row_of(const struct entry *entry, const struct slot *slot)
{
    for (size_t i = 0; i < entry->rows_count; i++)
        if (entry->rows[i].kind == slot->kind && id_equal(&entry->rows[i].id, &slot->id))
            return &entry->rows[i];
    return NULL;
}

/* A case has no texts: its next state is taken as it is. The others are decoded from the row that
 * is now on disk, so that their texts have an owner. */
static void states_become_true(struct engine *engine, struct work *work, const struct entry *entry)
{
    for (size_t i = 0; i < work->states_count; i++) {
        struct next_state *next = &work->states[i];
        const struct state_row *row = row_of(entry, next->slot);
        assert(row != NULL);
        if (next->slot->kind == AGGREGATE_CASE) {
            world_put(&engine->table, next->slot, row->version, next->state, NULL);
            expiry_plan(engine, next->slot);
        } else if (world_load(&engine->table, row->kind, &row->id, row->version, row->json) !=
                   ERR_OK) {
            assert(!"a row that this process encoded decodes");
        }
    }
}

static void keep_texts(struct engine *engine, const struct event *event)
{
    struct slot *slot = id_absent(&event->case_id)
                            ? NULL
                            : world_find(&engine->table, AGGREGATE_CASE, &event->case_id);
    bool wanted = event->type == EVENT_INQUIRY_ASKED || event->type == EVENT_VITALS_TAKEN ||
                  event->type == EVENT_RECORD_CHANGED || event->type == EVENT_CASE_OPENED ||
                  event->type == EVENT_ETA_TOLD || event->type == EVENT_TALKED ||
                  event->type == EVENT_CARD_CHECK_ASKED || event->type == EVENT_PHONE_ACCEPTED;
    if (slot_case(slot) != NULL && slot->state->case_.end == 0 && wanted &&
        event->payload.bytes != NULL)
        slot_keep_text(slot, &event->id, event->payload);
}

/* ---- what leaves ---- */

static void notices(struct engine *engine, const struct batch_event *row)
{
    bool view = (event_may(row->event.type) & HAS_GRANT) != 0;
    for (size_t i = 0; i < row->recipients_count; i++) {
        struct peer_state *peer = peer_to_tell(engine, &row->recipients[i]);
        if (peer == NULL)
            continue;
        out_notice(engine, peer, &row->event, row->n[i]);
        if (view || engine_now(engine) - peer->checkpoint_at >= 10000)
            out_checkpoint(engine, peer);
    }
}

/* Factors and a new password are answered by their outcome: a receipt for the asking would say that
 * the password is changed before it is. */
static bool answered_later(const struct work *work)
{
    for (size_t i = 0; i < work->errands_count; i++)
        if (work->errands[i].kind == ERRAND_FACTORS || work->errands[i].kind == ERRAND_NEW_PASSWORD)
            return true;
    return false;
}

static void answer(struct engine *engine, struct work *work, const struct entry *entry)
{
    if (work->kind == WORK_OPERATOR && work->done != NULL)
        work->done(work->done_self, ERR_OK, entry->first_seq);
    struct peer_state *peer =
        work->kind == WORK_MESSAGE ? peer_of_number(engine, work->peer) : NULL;
    if (peer != NULL && !answered_later(work))
        out_receipt(engine, peer, &work->message.id, entry->first_seq, entry->first_recorded_at);
}

static void start_errands(struct engine *engine, struct work *work, const struct entry *entry)
{
    for (size_t i = 0; i < work->errands_count; i++) {
        struct job *job = jobs_make(engine, work, &work->errands[i]);
        if (job == NULL)
            continue;
        job->entry = entry->first_seq;
        engine->calls.errand(engine->calls.self, job);
    }
}

/* Receipt first, then what the events let out: a client learns that its message is durable before
 * it gets the keys that the message opened. */
static void committed(struct engine *engine, struct work *work, const struct entry *entry)
{
    engine->counts_events += entry->events_count;
    states_become_true(engine, work, entry);
    for (size_t i = 0; i < entry->events_count; i++)
        keep_texts(engine, &entry->events[i].event);
    answer(engine, work, entry);
    for (size_t i = 0; i < entry->events_count; i++) {
        notices(engine, &entry->events[i]);
        out_effects(engine, work, &entry->events[i].event);
    }
    start_errands(engine, work, entry);
}

static void duplicate(struct engine *engine, struct work *work, const struct entry *entry)
{
    struct peer_state *peer = peer_of_number(engine, work->peer);
    if (peer == NULL || work->kind != WORK_MESSAGE)
        return;
    if (hash_equal(&entry->first_digest, &work->message.digest))
        out_receipt(engine, peer, &work->message.id, entry->first_seq, entry->first_recorded_at);
    else
        out_refusal(engine, peer, &work->message.id, ERR_ID_REUSED, NULL);
}

/* Another node was faster: take over what it made true, then judge again. */
static void reload_entry(struct engine *engine, const struct entry *entry)
{
    for (size_t i = 0; i < entry->expected_count; i++) {
        const struct expected *expected = &entry->expected[i];
        struct arena arena = {0};
        uint64_t version;
        struct slice row;
        struct slot *slot = world_find(&engine->table, expected->kind, &expected->id);
        if (slot != NULL && !slot->in_flight &&
            journal_load_one(engine->journal, expected->kind, &expected->id, &arena, &version,
                             &row) == ERR_OK &&
            version != slot->version &&
            world_load(&engine->table, expected->kind, &expected->id, version, row) != ERR_OK)
            log_error("engine", NULL, "a row that another node wrote does not decode");
        arena_free(&arena);
    }
}

/* ---- one entry ---- */

struct released {
    struct slot *slots[NEXT_MAX];
    size_t count;
};

static void land_slots(struct work *work, struct released *out)
{
    out->count = 0;
    for (size_t i = 0; i < work->states_count; i++) {
        struct slot *slot = work->states[i].slot;
        slot->in_flight = false;
        out->slots[out->count++] = slot;
    }
}

static void land(struct engine *engine, const struct batch *batch, struct entry *entry)
{
    enum { TRIES_MAX = 20 };
    struct work *work = entry->user;
    struct released slots;
    if (work == NULL)
        return;
    unlink_flying(engine, work);
    land_slots(work, &slots);
    bool again = false;
    if (batch->result != ERR_OK || entry->status == ENTRY_FAILED) {
        intake_refuse(engine, work, ERR_STORE, NULL);
        out_unsaved(engine, entry);
    } else if (entry->status == ENTRY_COMMITTED) {
        committed(engine, work, entry);
    } else if (entry->status == ENTRY_DUPLICATE) {
        duplicate(engine, work, entry);
    } else {
        reload_entry(engine, entry);
        again = ++work->tries < TRIES_MAX;
        if (!again)
            intake_refuse(engine, work, ERR_CONFLICT, NULL);
    }
    work_drop_states(engine, work);
    if (again)
        intake_run(engine, work);
    else
        work_free(engine, work);
    for (size_t i = 0; i < slots.count; i++)
        intake_release(engine, slots.slots[i]);
}

static void note_store(struct engine *engine, enum err result)
{
    bool down = result != ERR_OK;
    if (down != engine->store_down)
        log_line(down ? LEVEL_ERROR : LEVEL_INFO, "engine", NULL,
                 down ? "the journal cannot be written: nothing new is shown"
                      : "the journal can be written again");
    engine->store_down = down;
}

void engine_committed(struct engine *engine, struct batch *batch)
{
    engine->in_flight--;
    note_store(engine, batch->result);
    if (batch->checkpoint_size > engine->checkpoint_size)
        engine->checkpoint_size = batch->checkpoint_size;
    for (struct entry *entry = batch->first; entry != NULL; entry = entry->next)
        land(engine, batch, entry);
    batch_free(batch);
}

void engine_turn_end(struct engine *engine)
{
    enum { IN_FLIGHT_MAX = 2 }; /* one in the store, one ready: the rest gathers */
    if (engine->batch == NULL || engine->in_flight >= IN_FLIGHT_MAX)
        return;
    struct batch *batch = engine->batch;
    engine->batch = NULL;
    if (batch->events_count == 0) {
        batch_free(batch);
        return;
    }
    engine->in_flight++;
    engine->calls.commit(engine->calls.self, batch);
}
