/* log_reader.c — Job: reads what is asked of the log, on a thread and a connection of its own. */
#include "gateway/log_reader.h"

#include "common/file.h"
#include "proto/checkpoint.h"

#include <stdlib.h>

static enum err each_found(void *user, const struct stored_event *stored)
{
    struct job *job = user;
    if (job->found_count == (size_t)job->query.limit)
        return ERR_FULL;
    struct event *event = &job->found[job->found_count];
    job->found_under[job->found_count] = stored->under;
    enum err err = leaf_decode(stored->leaf, event);
    if (err == ERR_OK)
        job->found_count++;
    return err;
}

static enum err read_rows(struct store *store, struct job *job)
{
    job->found = calloc((size_t)job->query.limit, sizeof *job->found);
    job->found_count = 0;
    return job->found == NULL ? ERR_NO_MEMORY
                              : store->query(store->self, &job->query, job, each_found);
}

static enum err each_waiting(void *user, const struct stored_event *stored)
{
    struct job *job = user;
    (void)stored;
    job->waiting++;
    return ERR_OK;
}

/* How many, beside every page: a queue that nobody is told of is not looked at. */
static enum err count_waiting(struct store *store, struct job *job)
{
    struct store_query query = {
        .org = job->query.org, .waiting = FLAG_YES, .limit = ACCESS_ROWS_MAX};
    job->waiting = 0;
    return job->question == QUESTION_ACCESS ? store->query(store->self, &query, job, each_waiting)
                                            : ERR_OK;
}

static enum err read_entry(struct store *store, struct job *job)
{
    job->found = calloc(1, sizeof *job->found);
    job->found_count = 0;
    return job->found == NULL ? ERR_NO_MEMORY
                              : store->event(store->self, job->proof_entry, job, each_found);
}

static enum err each_month(void *user, const struct coverage_month *month)
{
    struct job *job = user;
    job->months[job->months_count++] = *month;
    return ERR_OK;
}

static enum err read_months(struct store *store, struct job *job)
{
    /* Each walk gives a month at most once: the room is enough. */
    size_t room = job->devices == NULL ? COVERAGE_MONTHS_MAX : COVERAGE_DEVICES_MAX;
    job->months = calloc(room, sizeof *job->months);
    job->months_count = 0;
    if (job->months == NULL)
        return ERR_NO_MEMORY;
    if (job->devices == NULL)
        return store->coverage(store->self, &job->query.org, job->from_month, job->to_month, job,
                               each_month);
    enum err err = ERR_OK;
    for (size_t i = 0; i < job->devices_count && err == ERR_OK; i++)
        err = store->coverage(store->self, &job->devices[i], job->from_month, job->from_month, job,
                              each_month);
    return err;
}

/* The file is written before a checkpoint is shown, so beside a well store it is the newest one or
 * newer by what has just been signed. */
static int outside_state(const struct log_reader *reader, struct slice newest, uint64_t *size)
{
    const struct checkpoint_trust trust = {.keys = &reader->key, .count = 1};
    struct checkpoint outside, inside = {.size = 0};
    struct buf note = {0};
    enum err err = file_read(reader->checkpoint_path, NOTE_BYTES_MAX, FILE_ANY, &note);
    int state = err == ERR_NOT_FOUND ? OUTSIDE_MISSING : OUTSIDE_BAD;
    if (err == ERR_OK && checkpoint_open(buf_slice(&note), &trust, &outside, NULL) == ERR_OK &&
        (newest.size == 0 || checkpoint_open(newest, &trust, &inside, NULL) == ERR_OK)) {
        *size = outside.size;
        state = outside.size > inside.size                ? OUTSIDE_AHEAD
                : outside.size < inside.size              ? OUTSIDE_BEHIND
                : hash_equal(&outside.root, &inside.root) ? OUTSIDE_SAME
                                                          : OUTSIDE_BAD;
    }
    buf_free(&note);
    return state;
}

static enum err read_log(const struct log_reader *reader, struct job *job)
{
    struct store *store = reader->store;
    struct store_head head;
    enum err err = store->head(store->self, &head);
    if (err != ERR_OK)
        return err;
    job->log_size = head.size;
    job->outside = outside_state(reader, head.checkpoint, &job->outside_size);
    return store->verified(store->self, &job->verified);
}

void log_reader_read(void *self, struct job *job)
{
    const struct log_reader *reader = self;
    struct store *store = reader->store;
    /* First, so that the page holds at least what it claims. */
    enum err err = store->indexed(store->self, &job->indexed);
    job->query.limit = job->question == QUESTION_WRITTEN ? 1 : job->query.limit;
    if (err == ERR_OK)
        err = job->question == QUESTION_LOG        ? read_log(reader, job)
              : job->question == QUESTION_COVERAGE ? read_months(store, job)
              : job->question == QUESTION_WRITTEN  ? read_entry(store, job)
                                                   : read_rows(store, job);
    if (err == ERR_OK)
        err = count_waiting(store, job);
    job->outcome.result = err;
}
