/* log_state.c — Job: the state of the log, its witnesses' words, and proofs to check it with. */
#include "gateway/engine/inner.h"

#include "proto/base64.h"
#include "proto/console.h"

#include <stdlib.h>

/* The newest words first; of more devices than fit, the ones that have been silent longest are left
 * out. */
static void add_witness(struct body_log_state *state, const struct witness_row *row)
{
    size_t at = state->witnesses_count;
    while (at > 0 && state->witnesses[at - 1].at < row->at)
        at--;
    if (at == WITNESS_ROWS_MAX)
        return;
    size_t kept =
        state->witnesses_count == WITNESS_ROWS_MAX ? WITNESS_ROWS_MAX - 1 : state->witnesses_count;
    memmove(&state->witnesses[at + 1], &state->witnesses[at], (kept - at) * sizeof *row);
    state->witnesses[at] = *row;
    state->witnesses_count = kept + 1;
}

static void fill_witnesses(struct engine *engine, const struct id *org_id,
                           struct body_log_state *state)
{
    const struct slot *org = world_find(&engine->table, AGGREGATE_ORG, org_id);
    for (size_t i = 0; org != NULL && i < org->all_devices.count; i++) {
        struct slot *slot = world_find(&engine->table, AGGREGATE_DEVICE, &org->all_devices.ids[i]);
        const struct device_state *device = slot_device(slot);
        if (device == NULL || slot->word_at == 0)
            continue;
        const struct witness_row row = {
            .device = slot->id,
            .name = device->name.size == 0 ? (struct slice){NULL, 0} : device->name,
            .kind = device->kind,
            .online = peer_of_device(engine, &slot->id) == NULL ? FLAG_NO : FLAG_YES,
            .size = (int64_t)slot->word_size,
            .at = slot->word_at};
        add_witness(state, &row);
    }
}

static int64_t size_or_absent(uint64_t size)
{
    return size == 0 ? INT_ABSENT : (int64_t)size;
}

static void fill_facts(struct engine *engine, const struct job *job, struct body_log_state *state)
{
    state->size = (int64_t)job->log_size;
    state->outside = job->outside;
    state->outside_size = size_or_absent(job->outside_size);
    state->verified_size = size_or_absent(job->verified.size);
    state->verified_at = job->verified.at;
    state->broken_size = size_or_absent(job->verified.broken);
    state->watched_since = engine->started_at;
}

/* Only of what concerns the own organisation, as proof_ask: others do not exist for it. */
static enum err add_receipt(struct engine *engine, const struct peer_state *peer, uint64_t entry,
                            struct arena *arena, struct buf *base64, struct body_log_state *state)
{
    struct slice leaf;
    struct event event;
    enum err err = journal_receipt(engine->journal, entry, arena, &leaf, &state->proof);
    if (err == ERR_OK)
        err = leaf_decode(leaf, &event);
    if (err == ERR_OK && !console_concerns(engine, peer, &event))
        err = ERR_NOT_FOUND;
    if (err != ERR_OK)
        return err;
    base64_add(base64, leaf.bytes, leaf.size);
    state->entry = (int64_t)entry;
    state->leaf = buf_slice(base64);
    return buf_error(base64);
}

static enum err add_consistency(struct engine *engine, const struct job *job, uint64_t newest,
                                struct arena *arena, struct body_log_state *state)
{
    uint64_t new_size = job->new_size == 0 ? newest : job->new_size;
    if (job->old_size > new_size || new_size > newest)
        return ERR_BAD_FIELD; /* a size that nothing was signed for yet */
    state->old_size = (int64_t)job->old_size;
    state->new_size = (int64_t)new_size;
    return journal_consistency(engine->journal, job->old_size, new_size, arena,
                               &state->consistency);
}

static enum err fill_proofs(struct engine *engine, const struct asker *asker, const struct job *job,
                            struct arena *arena, struct buf *base64, struct body_log_state *state)
{
    uint64_t newest = 0;
    enum err err = journal_checkpoint(engine->journal, arena, &state->checkpoint, &newest);
    if (err == ERR_NOT_FOUND)
        err = ERR_OK; /* nothing is signed yet */
    if (err == ERR_OK && job->proof_entry != 0)
        err = add_receipt(engine, asker->peer, job->proof_entry, arena, base64, state);
    if (err == ERR_OK && job->old_size != 0)
        err = add_consistency(engine, job, newest, arena, state);
    return err;
}

void log_state_send(struct engine *engine, const struct job *job)
{
    struct asker asker;
    if (!console_asker_of(engine, job, &asker))
        return;
    struct arena arena = {0};
    struct buf base64 = {0};
    struct body_log_state *state = calloc(1, sizeof *state);
    enum err err = state == NULL ? ERR_NO_MEMORY : ERR_OK;
    if (err == ERR_OK) {
        record_clear(&record_log_state, state);
        fill_facts(engine, job, state);
        fill_witnesses(engine, &asker.viewer.org, state);
        err = fill_proofs(engine, &asker, job, &arena, &base64, state);
    }
    if (err == ERR_OK) {
        (void)console_fit(MSG_LOG_STATE, &asker, state, &state->witnesses_count);
        out_send(engine, asker.peer, MSG_LOG_STATE, &asker.head, state, LANE_CONTROL, NULL);
    } else {
        out_refusal(engine, asker.peer, &job->message, err, NULL);
    }
    free(state);
    buf_free(&base64);
    arena_free(&arena);
}
