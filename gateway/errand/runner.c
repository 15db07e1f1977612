/* runner.c — Job: the threads that do slow work, and the way back to the loop. */
#include "gateway/errand/runner.h"

#include "common/secret.h"

#include <assert.h>
#include <stdatomic.h>
#include <stdlib.h>
#include <uv.h>

/* One thread reads the log: however much is asked, commits and fetches have the machine. Practice
 * has one of its own: a practice source that does not answer keeps no live fetch waiting. */
enum { QUEUE_FACTORS, QUEUE_SLOW, QUEUE_LOG, QUEUE_PRACTICE, QUEUES };
static const int threads_of[QUEUES] = {
    [QUEUE_FACTORS] = 2, [QUEUE_SLOW] = 8, [QUEUE_LOG] = 1, [QUEUE_PRACTICE] = 1};
enum { THREADS = 2 + 8 + 1 + 1 };

struct queue {
    struct job *first, **end;
    uv_cond_t filled;
};

struct runner {
    struct runner_setup *setup; /* locked memory: it holds the alias key */
    uv_mutex_t lock;
    struct queue queues[QUEUES];
    struct job *finished, **finished_end;
    uv_thread_t threads[THREADS];
    size_t threads_count;
    uv_async_t back;
    atomic_bool stopping;
    void *self;
    void (*done)(void *self, struct job *job);
    void *closed_self;
    void (*closed)(void *self);
};

struct thread_start {
    struct runner *runner;
    int queue;
};

static void queue_add(struct queue *queue, struct job *job)
{
    job->next = NULL;
    *queue->end = job;
    queue->end = &job->next;
}

static struct job *queue_take(struct runner *runner, struct queue *queue)
{
    uv_mutex_lock(&runner->lock);
    while (queue->first == NULL && !atomic_load(&runner->stopping))
        uv_cond_wait(&queue->filled, &runner->lock);
    struct job *job = atomic_load(&runner->stopping) ? NULL : queue->first;
    if (job != NULL) {
        queue->first = job->next;
        if (queue->first == NULL)
            queue->end = &queue->first;
        job->next = NULL;
    }
    uv_mutex_unlock(&runner->lock);
    return job;
}

static void run(struct runner *runner, struct job *job)
{
    switch (job->ask.kind) {
    case ERRAND_FACTORS:
        errand_factors(runner->setup, job);
        break;
    case ERRAND_NEW_PASSWORD:
        errand_new_password(runner->setup, job);
        break;
    case ERRAND_CARD:
        errand_card(runner->setup, job);
        break;
    case ERRAND_FETCH:
        errand_fetch(runner->setup, job, &runner->stopping);
        break;
    case ERRAND_LOG:
        job->outcome.result = ERR_NOT_FOUND;
        if (runner->setup->log_read != NULL)
            runner->setup->log_read(runner->setup->log_self, job);
        break;
    case ERRAND_NONE:
        job->outcome.result = ERR_PROTOCOL;
        break;
    }
}

static void work(void *arg)
{
    struct thread_start start = *(struct thread_start *)arg;
    free(arg);
    struct runner *runner = start.runner;
    struct job *job;
    while ((job = queue_take(runner, &runner->queues[start.queue])) != NULL) {
        run(runner, job);
        uv_mutex_lock(&runner->lock);
        job->next = NULL;
        *runner->finished_end = job;
        runner->finished_end = &job->next;
        uv_mutex_unlock(&runner->lock);
        uv_async_send(&runner->back);
    }
}

static void on_back(uv_async_t *async)
{
    struct runner *runner = async->data;
    uv_mutex_lock(&runner->lock);
    struct job *job = runner->finished;
    runner->finished = NULL;
    runner->finished_end = &runner->finished;
    uv_mutex_unlock(&runner->lock);
    while (job != NULL) {
        struct job *next = job->next;
        runner->done(runner->self, job);
        job = next;
    }
}

static enum err start_thread(struct runner *runner, int queue)
{
    struct thread_start *start = malloc(sizeof *start);
    if (start == NULL)
        return ERR_NO_MEMORY;
    *start = (struct thread_start){runner, queue};
    assert(runner->threads_count < THREADS);
    if (uv_thread_create(&runner->threads[runner->threads_count], work, start) != 0) {
        free(start);
        return ERR_NO_MEMORY;
    }
    runner->threads_count++;
    return ERR_OK;
}

static enum err start_threads(struct runner *runner)
{
    enum err err = ERR_OK;
    for (int queue = 0; queue < QUEUES; queue++)
        for (int i = 0; err == ERR_OK && i < threads_of[queue]; i++)
            err = start_thread(runner, queue);
    return err;
}

enum err runner_start(uv_loop_t *loop, const struct runner_setup *setup, void *self,
                      void (*done)(void *self, struct job *job), struct runner **out)
{
    struct runner *runner = calloc(1, sizeof *runner);
    if (runner == NULL)
        return ERR_NO_MEMORY;
    runner->setup = secret_new(sizeof *setup);
    if (runner->setup == NULL) {
        free(runner);
        return ERR_NO_MEMORY;
    }
    *runner->setup = *setup;
    runner->self = self;
    runner->done = done;
    uv_mutex_init(&runner->lock);
    for (int i = 0; i < QUEUES; i++) {
        runner->queues[i].end = &runner->queues[i].first;
        uv_cond_init(&runner->queues[i].filled);
    }
    runner->finished_end = &runner->finished;
    uv_async_init(loop, &runner->back, on_back);
    runner->back.data = runner;
    *out = runner;
    return start_threads(runner);
}

void runner_add(struct runner *runner, struct job *job)
{
    enum errand_kind kind = job->ask.kind;
    int number = kind == ERRAND_FACTORS || kind == ERRAND_NEW_PASSWORD ? QUEUE_FACTORS
                 : kind == ERRAND_LOG                                  ? QUEUE_LOG
                 : job->drill                                          ? QUEUE_PRACTICE
                                                                       : QUEUE_SLOW;
    struct queue *queue = &runner->queues[number];
    uv_mutex_lock(&runner->lock);
    queue_add(queue, job);
    uv_cond_signal(&queue->filled);
    uv_mutex_unlock(&runner->lock);
}

static void free_list(struct job *job)
{
    while (job != NULL) {
        struct job *next = job->next;
        job_free(job);
        job = next;
    }
}

static void on_closed(uv_handle_t *handle)
{
    struct runner *runner = handle->data;
    void *self = runner->closed_self;
    void (*closed)(void *) = runner->closed;
    for (int i = 0; i < QUEUES; i++) {
        free_list(runner->queues[i].first);
        uv_cond_destroy(&runner->queues[i].filled);
    }
    free_list(runner->finished);
    uv_mutex_destroy(&runner->lock);
    secret_free(runner->setup);
    free(runner);
    closed(self);
}

void runner_stop(struct runner *runner, void *self, void (*closed)(void *self))
{
    runner->closed_self = self;
    runner->closed = closed;
    uv_mutex_lock(&runner->lock);
    atomic_store(&runner->stopping, true);
    for (int i = 0; i < QUEUES; i++)
        uv_cond_broadcast(&runner->queues[i].filled);
    uv_mutex_unlock(&runner->lock);
    for (size_t i = 0; i < runner->threads_count; i++)
        uv_thread_join(&runner->threads[i]);
    uv_close((uv_handle_t *)&runner->back, on_closed);
}
