/* fixtures.h — Job: the golden frames of proto/fixtures, read one by one. */
#ifndef TESTS_FIXTURES_H
#define TESTS_FIXTURES_H

#include "proto/message.h"

/* FRAME without the line feed at the end of the file. NAME is the file's name without ".json". */
typedef void fixture_fn(const char *name, struct slice frame, void *self);

/* Calls EACH for every file of proto/fixtures/FOLDER ("valid", "invalid"), in byte order of the
 * names; gives the number of files, 0 when the folder cannot be read. Tests run from the root of
 * the source tree. */
size_t fixtures_each(const char *folder, fixture_fn *each, void *self);

/* A side that may send this valid frame: what its type says. */
enum sender fixture_sender(struct slice frame);
#endif
