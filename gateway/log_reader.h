/* log_reader.h — Job: reads what is asked of the log, on a thread and a connection of its own. */
#ifndef GATEWAY_LOG_READER_H
#define GATEWAY_LOG_READER_H

#include "gateway/engine/job.h"
#include "proto/note.h"

struct log_reader {
    struct store *store;         /* a reader's */
    const char *checkpoint_path; /* the outside file */
    struct note_key key;         /* of the log */
};

/* READER is a struct log_reader; fills in JOB's rows and its result. */
void log_reader_read(void *reader, struct job *job);
#endif
