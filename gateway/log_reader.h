/* log_reader.h — Job: reads pages of the access log, on a thread and a connection of its own. */
#ifndef GATEWAY_LOG_READER_H
#define GATEWAY_LOG_READER_H

#include "gateway/engine/job.h"

/* Fills JOB's found, found_count, indexed and result from READER (a struct store; its reading half
 * is this thread's alone). The store bounds the time: ERR_STORE when it takes too long. */
void log_reader_read(void *reader, struct job *job);
#endif
