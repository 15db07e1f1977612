/* file_bytes.h — Job: a whole file in memory, for tests and tools. */
#ifndef TESTS_FILE_BYTES_H
#define TESTS_FILE_BYTES_H

#include "proto/buf.h"

/* Appends the file at PATH. ERR_NOT_FOUND, ERR_IO. */
MUST_CHECK enum err file_bytes(const char *path, struct buf *out);
#endif
