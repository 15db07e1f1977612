/* spare.c — Job: the large blocks that each message needs, kept from one message to the next.
 *
 * A judgement and a case's state are 30 and 25 KB. To get them from malloc and to give them back
 * meant to write them four times (zeroed, and overwritten as all freed memory is); here what was
 * used is wiped, and only that. */
#include "gateway/engine/inner.h"

#include <assert.h>
#include <stddef.h>
#include <stdlib.h>

struct judgement *spare_judgement(struct engine *engine)
{
    struct judgement *judged = engine->spare.judgement;
    engine->spare.judgement = NULL;
    return judged != NULL ? judged : calloc(1, sizeof *judged);
}

void spare_judgement_back(struct engine *engine, struct judgement *judged)
{
    enum { BEHIND_EVENTS = offsetof(struct judgement, events_count) };
    arena_free(&judged->arena);
    explicit_bzero(judged->events, judged->events_count * sizeof *judged->events);
    explicit_bzero((char *)judged + BEHIND_EVENTS, sizeof *judged - BEHIND_EVENTS);
    if (engine->spare.judgement == NULL)
        engine->spare.judgement = judged;
    else
        free(judged);
}

union any_state *spare_state(struct engine *engine, const struct slot *slot)
{
    union any_state *state = engine->spare.states_count > 0
                                 ? engine->spare.states[--engine->spare.states_count]
                                 : calloc(1, sizeof *state);
    if (state != NULL && slot->state != NULL)
        memcpy(state, slot->state, state_size(slot->kind)); /* else zeroed: it counts from 0 */
    return state;
}

void spare_state_back(struct engine *engine, enum aggregate kind, union any_state *state)
{
    if (state == NULL)
        return;
    explicit_bzero(state, state_size(kind));
    if (engine->spare.states_count < SPARE_STATES_MAX)
        engine->spare.states[engine->spare.states_count++] = state;
    else
        free(state);
}

enum err spare_row(struct engine *engine, enum aggregate kind, const union any_state *state,
                   struct arena *arena, struct slice *json)
{
    struct buf *text = &engine->spare.row;
    text->limit = STATE_BYTES_MAX;
    record_encode(state_record(kind), state, text);
    enum err err = buf_error(text);
    *json = err == ERR_OK ? arena_copy(arena, buf_slice(text)) : (struct slice){NULL, 0};
    if (err == ERR_OK && json->bytes == NULL)
        err = ERR_NO_MEMORY;
    if (text->bytes != NULL)
        explicit_bzero(text->bytes, text->size);
    buf_clear(text);
    return err;
}

void spare_free(struct engine *engine)
{
    free(engine->spare.judgement);
    for (size_t i = 0; i < engine->spare.states_count; i++)
        free(engine->spare.states[i]);
    buf_free(&engine->spare.row);
}
