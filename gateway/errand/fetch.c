/* fetch.c — Job: one fetch of a view, from the job's data, on a worker thread. */
#include "gateway/errand/runner.h"

#include "common/clock.h"

static struct slice month(const char *text)
{
    return text[0] == '\0' ? (struct slice){NULL, 0} : slice_of(text);
}

/* A crew goes upstream by its tablet's name; where that is no code (汐見2), by the tablet's id. */
static struct slice crew_code(const struct job *job, const char device[ID_TEXT_SIZE])
{
    struct slice name = slice_of(job->crew_code);
    return provider_is_code(name) ? name : (struct slice){device, ID_TEXT_SIZE};
}

void errand_fetch(const struct runner_setup *setup, struct job *job, const void *cancel)
{
    char person[ID_TEXT_SIZE], device[ID_TEXT_SIZE];
    id_text(&job->person, person);
    id_text(&job->device, device);
    /* The one place where it is decided which system is asked. */
    const struct provider *provider = job->drill ? setup->practice_provider : setup->provider;
    if (provider == NULL || provider->ops == NULL) {
        job->outcome.result = job->drill ? ERR_PRACTICE_SOURCE : ERR_NOT_PROVIDED;
        return;
    }
    struct fetch_ask ask = {
        .view = job->ask.view,
        .case_id = job->ask.case_id,
        .hq_code = slice_of(job->hq_code),
        .crew_code = crew_code(job, device),
        .viewer_id = {person, sizeof person},
        .terminal_id = {device, sizeof device},
        .kind = (enum view_kind)job->view_kind,
        .from_month = month(job->from),
        .to_month = month(job->to),
        .basis = job->basis,
        .sections = job->sections,
        .card_certificate = {(char *)job->certificate, job->certificate_size},
        .card_proof = job->card_proof,
        .identified_by = job->identified_by,
        .timeout_ms = setup->fetch_timeout_ms,
        .cancel = cancel,
    };
    job->outcome.result = provider_fetch(provider, &ask, &job->view);
    job->outcome.fetched_at = clock_even_ms(); /* what a right is counted from */
    job->outcome.simulator = job->view != NULL && job->view->simulator ? FLAG_YES : FLAG_NO;
}
