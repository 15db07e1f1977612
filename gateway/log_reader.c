/* log_reader.c — Job: reads pages of the access log, on a thread and a connection of its own. */
#include "gateway/log_reader.h"

#include <stdlib.h>

static enum err each_found(void *user, const struct stored_event *stored)
{
    struct job *job = user;
    if (job->found_count == (size_t)job->query.limit)
        return ERR_FULL;
    struct event *event = &job->found[job->found_count];
    enum err err = leaf_decode(stored->leaf, event);
    if (err == ERR_OK)
        job->found_count++;
    return err;
}

void log_reader_read(void *reader, struct job *job)
{
    struct store *store = reader;
    job->found = calloc((size_t)job->query.limit, sizeof *job->found);
    job->found_count = 0;
    enum err err = job->found == NULL ? ERR_NO_MEMORY : ERR_OK;
    if (err == ERR_OK) /* first, so that the page holds at least what it claims */
        err = store->indexed(store->self, &job->indexed);
    if (err == ERR_OK)
        err = store->query(store->self, &job->query, job, each_found);
    job->outcome.result = err;
}
