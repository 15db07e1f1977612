/* runner.h — Job: the threads that do slow work: password checks, card checks, fetches.
 *
 * Password checks have threads of their own: 44 ms and 64 MiB each, they must neither delay a fetch
 * nor be unbounded (DEPS: a bounded worker of its own). */
#ifndef GATEWAY_ERRAND_RUNNER_H
#define GATEWAY_ERRAND_RUNNER_H

#include "common/password.h"
#include "gateway/engine/job.h"
#include "gateway/errand/eligibility/provider.h"

struct uv_loop_s;
struct runner;
struct card_trust;

struct runner_setup {
    struct provider *provider;          /* lent; ops NULL: none is connected */
    struct provider *practice_provider; /* the same for practice beside live work */
    const struct card_trust *trust;     /* lent: whose cards count */
    const char *facility_code;
    int64_t fetch_timeout_ms;
    enum password_rule rule;
    struct password_cost cost;
    uint8_t alias_key[32]; /* copied into locked memory */
    /* ERRAND_LOG, always on the same thread; NULL: there is no log to read. */
    void *log_self;
    void (*log_read)(void *self, struct job *job);
};

/* DONE gives each job back on LOOP's thread, with its outcome. */
MUST_CHECK enum err runner_start(struct uv_loop_s *loop, const struct runner_setup *setup,
                                 void *self, void (*done)(void *self, struct job *job),
                                 struct runner **out);
void runner_add(struct runner *runner, struct job *job); /* takes JOB; never blocks */
/* Cancels fetches, ends the threads, frees what waits; then CLOSED from the loop. */
void runner_stop(struct runner *runner, void *self, void (*closed)(void *self));

/* The work itself, on any thread; also used without threads by the command line and tests. */
void errand_factors(const struct runner_setup *setup, struct job *job);
void errand_new_password(const struct runner_setup *setup, struct job *job);
void errand_card(const struct runner_setup *setup, struct job *job);
void errand_fetch(const struct runner_setup *setup, struct job *job, const void *cancel);
#endif
