/* journal_writer.c — Job: the queue, the writer thread, and the way back to the loop.
 *
 *   loop            writer thread                       second-pass thread
 *   append → queue → take all that wait (one transaction)
 *                    → sequencer → done list → async        index, while there is something left
 *   done ← ← ← ← ← ← ← ← ← ← ← ← ← ← ← ← ← ←
 *
 * While one transaction is being synced the next batches gather: that is the whole group commit.
 * The writer waits in one place, for a batch or for the end; when entries have no checkpoint yet
 * it waits for at most checkpoint_every_ms and then signs. */
#include <assert.h>
#include <pthread.h>
#include <stdlib.h>
#include <sys/resource.h>
#include <uv.h>

#include "gateway/journal/journal_parts.h"

enum { TAKE_MAX = 256 /* batches in one transaction */ };

struct queue {
    struct batch *first, *last;
};

struct writer {
    struct journal *journal;
    void *self;
    void (*done)(void *self, struct batch *batch);
    size_t waiting;    /* the loop's own count */
    uv_async_t *async; /* of its own: the loop frees it after the writer is gone */
    uv_thread_t thread, index_thread;
    uv_mutex_t lock; /* of all below */
    uv_cond_t wake, index_wake, index_rest;
    struct queue asked, finished;
    bool stopping, index_work;
};

static void queue_add(struct queue *queue, struct batch *batch)
{
    batch->next = NULL;
    if (queue->last == NULL)
        queue->first = batch;
    else
        queue->last->next = batch;
    queue->last = batch;
}

static struct batch *queue_take(struct queue *queue)
{
    struct batch *batch = queue->first;
    if (batch == NULL)
        return NULL;
    queue->first = batch->next;
    if (queue->first == NULL)
        queue->last = NULL;
    batch->next = NULL;
    return batch;
}

/* ---- the loop's side ---- */

static void give_back(struct writer *writer)
{
    struct queue finished;
    struct batch *batch;
    uv_mutex_lock(&writer->lock);
    finished = writer->finished;
    writer->finished = (struct queue){0};
    uv_mutex_unlock(&writer->lock);
    while ((batch = queue_take(&finished)) != NULL) {
        writer->waiting--;
        writer->done(writer->self, batch);
    }
}

static void on_async(uv_async_t *async)
{
    if (async->data != NULL)
        give_back(async->data);
}

void journal_append(struct journal *journal, struct batch *batch)
{
    struct writer *writer = journal->writer;
    assert(writer != NULL);
    writer->waiting++;
    uv_mutex_lock(&writer->lock);
    queue_add(&writer->asked, batch);
    uv_cond_signal(&writer->wake);
    uv_mutex_unlock(&writer->lock);
}

size_t journal_waiting(const struct journal *journal)
{
    return journal->writer == NULL ? 0 : journal->writer->waiting;
}

/* ---- the writer thread ---- */

/* Under the lock: waits until there is work. True when it is time to sign without new entries. */
static bool wait_for_work(struct writer *writer)
{
    struct journal *journal = writer->journal;
    while (writer->asked.first == NULL && !writer->stopping) {
        if (!sequencer_unsigned(journal->sequencer)) {
            uv_cond_wait(&writer->wake, &writer->lock);
            continue;
        }
        uint64_t wait_ns = (uint64_t)journal->checkpoint_every_ms * 1000000u + 1000000u;
        if (uv_cond_timedwait(&writer->wake, &writer->lock, wait_ns) == UV_ETIMEDOUT)
            return true;
    }
    return false;
}

/* Under the lock: what goes into the next transaction; always at least one of those waiting. */
static size_t take(struct writer *writer, struct batch **batches)
{
    size_t count = 0, events = 0;
    while (count < TAKE_MAX && writer->asked.first != NULL) {
        events += writer->asked.first->events_count;
        if (count > 0 && events > JOURNAL_MERGE_EVENTS)
            break;
        batches[count++] = queue_take(&writer->asked);
    }
    return count;
}

/* Under the lock, which it lets go while it works. */
static void write_some(struct writer *writer)
{
    struct journal *journal = writer->journal;
    struct batch *batches[TAKE_MAX];
    size_t count = take(writer, batches);
    uv_mutex_unlock(&writer->lock);
    sequencer_run(journal->sequencer, batches, count);
    uv_mutex_lock(&writer->lock);
    for (size_t i = 0; i < count; i++)
        queue_add(&writer->finished, batches[i]);
    uv_async_send(writer->async); /* first: somebody waits for this one */
    writer->index_work = true;
    uv_cond_signal(&writer->index_wake);
    int idle = writer->asked.first == NULL;
    uv_mutex_unlock(&writer->lock);
    journal->store->tidy(journal->store->self, idle);
    uv_mutex_lock(&writer->lock);
}

static void sign_when_idle(struct writer *writer)
{
    uv_mutex_unlock(&writer->lock);
    enum err e = sequencer_sign(writer->journal->sequencer);
    (void)e; /* the older checkpoint stays; the next transaction or pause tries again */
    uv_mutex_lock(&writer->lock);
}

static void writer_main(void *self)
{
    struct writer *writer = self;
    pthread_setname_np(pthread_self(), "journal"); /* what top and perf show */
    uv_mutex_lock(&writer->lock);
    while (writer->asked.first != NULL || !writer->stopping) {
        if (wait_for_work(writer))
            sign_when_idle(writer);
        else if (writer->asked.first != NULL)
            write_some(writer);
    }
    uv_mutex_unlock(&writer->lock);
}

/* ---- the second pass ---- */

enum { INDEX_REST_MS = 100, INDEX_GATHER_MS = 20, INDEX_NICE = 10 };

/* Under the lock. */
static void rest(struct writer *writer, uint64_t ms)
{
    if (!writer->stopping)
        uv_cond_timedwait(&writer->index_rest, &writer->lock, ms * 1000000u);
}

static void index_main(void *self)
{
    struct writer *writer = self;
    struct store *store = writer->journal->store;
    uint64_t left = 0;
    pthread_setname_np(pthread_self(), "journal-index");
    /* Of this thread alone: what was just committed is to be sent before it is indexed. */
    (void)setpriority(PRIO_PROCESS, 0, INDEX_NICE);
    uv_mutex_lock(&writer->lock);
    while (!writer->stopping) {
        if (!writer->index_work) {
            uv_cond_wait(&writer->index_wake, &writer->lock);
            continue;
        }
        if (left == 0) /* what comes meanwhile goes into the same step */
            rest(writer, INDEX_GATHER_MS);
        writer->index_work = false;
        uv_mutex_unlock(&writer->lock);
        enum err e = store->index(store->self, JOURNAL_INDEX_STEP, &left);
        uv_mutex_lock(&writer->lock);
        /* After an error it rests until the next commit. */
        if (e == ERR_OK && left > 0)
            writer->index_work = true;
        /* Commits come first: while batches queue up, only a step now and then. */
        if (writer->asked.first != NULL)
            rest(writer, INDEX_REST_MS);
    }
    uv_mutex_unlock(&writer->lock);
}

/* ---- start and stop ---- */

static void free_async(uv_handle_t *handle)
{
    free(handle);
}

static void writer_free(struct writer *writer)
{
    if (writer->async != NULL) {
        writer->async->data = NULL;
        uv_close((uv_handle_t *)writer->async, free_async);
    }
    uv_mutex_destroy(&writer->lock);
    uv_cond_destroy(&writer->wake);
    uv_cond_destroy(&writer->index_wake);
    uv_cond_destroy(&writer->index_rest);
    free(writer);
}

static enum err start_threads(struct writer *writer)
{
    if (uv_thread_create(&writer->thread, writer_main, writer) != 0)
        return ERR_NO_MEMORY;
    if (uv_thread_create(&writer->index_thread, index_main, writer) == 0)
        return ERR_OK;
    uv_mutex_lock(&writer->lock);
    writer->stopping = true;
    uv_cond_signal(&writer->wake);
    uv_mutex_unlock(&writer->lock);
    uv_thread_join(&writer->thread);
    return ERR_NO_MEMORY;
}

enum err journal_start(struct journal *journal, struct uv_loop_s *loop, void *self,
                       void (*done)(void *self, struct batch *batch))
{
    struct writer *writer = calloc(1, sizeof *writer);
    assert(journal->writer == NULL);
    if (writer == NULL)
        return ERR_NO_MEMORY;
    writer->journal = journal;
    writer->self = self;
    writer->done = done;
    writer->index_work = true; /* what an earlier run left */
    uv_mutex_init(&writer->lock);
    uv_cond_init(&writer->wake);
    uv_cond_init(&writer->index_wake);
    uv_cond_init(&writer->index_rest);
    writer->async = calloc(1, sizeof *writer->async);
    if (writer->async == NULL || uv_async_init(loop, writer->async, on_async) != 0) {
        free(writer->async);
        writer->async = NULL;
        writer_free(writer);
        return ERR_NO_MEMORY;
    }
    writer->async->data = writer;
    enum err e = start_threads(writer);
    if (e != ERR_OK) {
        writer_free(writer);
        return e;
    }
    journal->writer = writer;
    return ERR_OK;
}

void writer_stop(struct writer *writer)
{
    if (writer == NULL)
        return;
    uv_mutex_lock(&writer->lock);
    writer->stopping = true;
    uv_cond_signal(&writer->wake);
    uv_cond_signal(&writer->index_wake);
    uv_cond_signal(&writer->index_rest);
    uv_mutex_unlock(&writer->lock);
    uv_thread_join(&writer->thread);
    uv_thread_join(&writer->index_thread);
    give_back(writer);
    writer_free(writer);
}
