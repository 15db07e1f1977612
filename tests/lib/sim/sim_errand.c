/* sim_errand.c — Job: the errands of the simulation: factors, cards, views, each good or bad. */
#include "tests/lib/sim/sim.h"

#include "proto/view.h"

static struct view *make_view(struct sim *sim, const struct job *job)
{
    struct view *view = NULL;
    if (view_new(&view) != ERR_OK)
        return NULL;
    view->id = job->ask.view;
    view->case_id = job->ask.case_id;
    view->kind = VIEW_EMERGENCY_SUMMARY;
    view->fetched_at_ms = sim->now;
    static const char person[] = "{\"birth_date\":\"1950-01-02\",\"kana\":\"シケン タロウ\","
                                 "\"name\":\"試験 太郎\",\"sex\":\"male\"}";
    enum err err = view_set(view, SECTION_PERSON, STATE_PRESENT, slice_of(person));
    if (err == ERR_OK)
        err = view_set(view, SECTION_MEDICATIONS, STATE_PRESENT, slice_of("{\"groups\":[]}"));
    if (err == ERR_OK)
        err = view_set(view, SECTION_ALLERGIES, STATE_NOT_PROVIDED, (struct slice){NULL, 0});
    if (err != ERR_OK)
        sim_fail(sim, "no view could be made: %s", err_name(err));
    return view;
}

void sim_errand(struct sim *sim)
{
    if (sim->jobs_count == 0)
        return;
    size_t at = (size_t)sim_random(sim, sim->jobs_count);
    struct job *job = sim->jobs[at];
    sim->jobs[at] = sim->jobs[--sim->jobs_count];
    struct outcome *o = &job->outcome;
    if (job->ask.kind == ERRAND_CARD || job->ask.kind == ERRAND_FETCH)
        sim_check_mark(sim, &job->ask.case_id, job->drill, "an errand");
    switch (job->ask.kind) {
    case ERRAND_FACTORS:
        o->result = strcmp(job->password, "right") == 0 ? ERR_OK : ERR_BAD_FACTORS;
        o->totp_step = sim->now / 1000; /* grows with the clock */
        break;
    case ERRAND_CARD:
        o->result = sim_random(sim, 12) == 0 ? ERR_CARD_EXPIRED : ERR_OK;
        memset(o->alias.bytes, 0, sizeof o->alias.bytes);
        memcpy(o->alias.bytes, job->ask.case_id.bytes, 16);
        o->alias.bytes[0] ^= 0xA5;
        break;
    case ERRAND_FETCH:
        o->result = sim_random(sim, 8) == 0 ? ERR_UPSTREAM : ERR_OK;
        o->fetched_at = sim->now;
        if (o->result == ERR_OK)
            job->view = make_view(sim, job);
        break;
    default:
        o->result = ERR_BAD_FACTORS;
        break;
    }
    engine_outcome(sim->engine, job);
    engine_turn_end(sim->engine);
}
