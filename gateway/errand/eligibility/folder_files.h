/* folder_files.h — Job: requests into `req`, answers out of `res`, nothing left behind.
 *
 * A request appears under its name only when it is whole. An answer is deleted before anybody reads
 * what is in it. Links, pipes, files with a second name and files from before are never read. */
#ifndef GATEWAY_ELIGIBILITY_FOLDER_FILES_H
#define GATEWAY_ELIGIBILITY_FOLDER_FILES_H

#include "proto/buf.h"

#include <stdatomic.h>

struct folder_files {
    int req, res; /* descriptors of the folders */
};

enum res_place { RES_IN_MEMORY, RES_ANYWHERE };

/* ERR_CONFIG when a folder is missing, is a link, or may be written by everybody, or when `res` is
 * on a disk and has to be in memory (tmpfs, ramfs). On an error there is nothing to close. */
MUST_CHECK enum err folder_files_open(const char *req, const char *res, enum res_place place,
                                      struct folder_files *out);
void folder_files_close(struct folder_files *f);

/* Removes from `res` the answers to our asks that are older than AGE_MS: names with one of our
 * prefixes and an id (id.h). Other programs may use the same folder; their files stay. */
void folder_files_sweep(const struct folder_files *f, int64_t age_ms);

/* NAME becomes a file in `req` with these bytes. ERR_CONFLICT when there is one; ERR_FULL; ERR_IO.
 */
MUST_CHECK enum err folder_files_put(const struct folder_files *f, const char *name,
                                     struct slice bytes);
/* Takes a request back that nobody has fetched; that it is gone is fine. */
void folder_files_take_back(const struct folder_files *f, const char *name);
/* Removes NAME from `res`, whatever it is. */
void folder_files_remove(const struct folder_files *f, const char *name);

/* Appends the answer NAME to OUT and removes it. ERR_NOT_FOUND: not there (yet), or still growing:
 * XML ends with </XmlMsg>; PDF with %%EOF, and has been left alone for FOLDER_REST_MS.
 * ERR_NOT_ALLOWED: no plain file of its own; it is removed. ERR_TOO_LARGE above LIMIT; it is
 * removed. ERR_IO. */
MUST_CHECK enum err folder_files_take(const struct folder_files *f, const char *name, size_t limit,
                                      struct buf *out);

/* Waits until something changes in `res`, or TIMEOUT_MS. WATCH is folder_files_watch's. */
void folder_files_wait(int watch, int64_t timeout_ms);
/* A descriptor that the caller closes; -1 when the system has none left: then the wait is a plain
 * one. */
int folder_files_watch(const char *res);
#endif
