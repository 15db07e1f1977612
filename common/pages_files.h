/* pages_files.h — Job: the pages' files: a list made once at the start, held in memory.
 *
 * What is asked for is looked up in that list by its whole address; no path of a request ever
 * reaches the file system. */
#ifndef COMMON_PAGES_FILES_H
#define COMMON_PAGES_FILES_H

#include "proto/err.h"
#include "proto/slice.h"

struct pages_files; /* heap */

struct pages_file {
    struct slice bytes; /* lent as long as the list lives */
    const char *type;   /* of the Content-Type header */
};

/* Reads FOLDER/client/web and FOLDER/OWN/web, flat. ERR_NOT_FOUND: one of them, or
 * OWN/web/index.html, is missing; ERR_FULL: more than PAGES_FILES_MAX files or PAGES_FILES_BYTES;
 * ERR_TOO_LARGE: one above PAGES_FILE_BYTES; else as file_read. */
MUST_CHECK enum err pages_files_open(const char *folder, const char *own, struct pages_files **out);
void pages_files_close(struct pages_files *files); /* NULL is allowed */
/* PATH: as asked, "/client/web/link.js"; "/" is the index. ERR_NOT_FOUND. */
MUST_CHECK enum err pages_files_find(const struct pages_files *files, struct slice path,
                                     struct pages_file *out);
/* The type by which a file of NAME is served; NULL: it is not. */
const char *pages_files_type(struct slice name);
size_t pages_files_count(const struct pages_files *files);
#endif
