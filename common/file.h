/* file.h — Job: whole files in and out: bounded, private where asked, durable before they count.
 *
 * Paths are NUL-terminated and shorter than FILE_PATH_MAX (ERR_TOO_LARGE). Common errors:
 * ERR_NOT_FOUND: no such file or folder; ERR_NOT_ALLOWED: the system says no, or the file is not
 * what the call demands; ERR_FULL: the disk is full; ERR_IO: anything else, errno tells. */
#ifndef COMMON_FILE_H
#define COMMON_FILE_H

#include "proto/buf.h"

#include <sys/types.h>

/* FILE_PRIVATE: a key. The file belongs to this user, nobody else has any right to it (0600 or
 * less), and the last part of the path is no symbolic link; ERR_NOT_ALLOWED otherwise. */
enum file_trust { FILE_ANY, FILE_PRIVATE };

/* Appends the whole file to OUT. ERR_TOO_LARGE above LIMIT bytes; ERR_NOT_ALLOWED when it is not a
 * regular file (a pipe or device would block or never end). */
MUST_CHECK enum err file_read(const char *path, size_t limit, enum file_trust trust,
                              struct buf *out);

/* What file_write and file_create fill first; a crash can leave one behind. */
#define FILE_NEW_SUFFIX ".new"

/* Replaces PATH by BYTES in one step: PATH.new, fsync, rename, fsync of the folder. A reader sees
 * the old or the new file, never a half; ERR_OK means it is on the disk. One writer at a time per
 * path. */
MUST_CHECK enum err file_write(const char *path, struct slice bytes, mode_t mode);
/* The same for a file that must not exist yet: ERR_CONFLICT when it does, and it is not touched. */
MUST_CHECK enum err file_create(const char *path, struct slice bytes, mode_t mode);

/* Opens PATH for file_append_line; makes it with MODE. A last line that a crash left without
 * newline is ended, so that it stays apart from the next one: readers skip lines they do not
 * understand. */
MUST_CHECK enum err file_append_open(const char *path, mode_t mode, int *fd);
/* Appends LINE and a newline with one write, then fdatasync. ERR_BAD_FIELD when LINE holds a
 * newline. On an error nothing of it is left in the file, as far as the disk lets us. */
MUST_CHECK enum err file_append_line(int fd, struct slice line);

/* Makes the folder and those above it with MODE; those that exist stay as they are. ERR_NOT_ALLOWED
 * when something that is no folder is in the way. */
MUST_CHECK enum err file_mkdir_p(const char *path, mode_t mode);

/* Opens (or makes, 0600) PATH and locks it for this process; the lock ends with file_lock_close or
 * with the process. ERR_BUSY: somebody else has it. */
MUST_CHECK enum err file_lock_open(const char *path, int *fd);
void file_lock_close(int fd); /* -1 is allowed */

/* Overwrites the content with random bytes, syncs, removes the file, syncs the folder. On flash and
 * on copying file systems old blocks may live on: what must be gone for sure is stored sealed, and
 * this is used on the key. ERR_NOT_ALLOWED when PATH is no regular file. */
MUST_CHECK enum err file_shred(const char *path);
MUST_CHECK enum err file_remove(const char *path);
#endif
