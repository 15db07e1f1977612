/* file.c — Job: whole files in and out: bounded, private where asked, durable before they count. */
#include "common/file.h"

#include "common/rng.h"
#include "proto/limits.h"

#include <errno.h>
#include <fcntl.h>
#include <stdio.h>
#include <sys/file.h>
#include <sys/stat.h>
#include <sys/uio.h>
#include <unistd.h>

enum { CHUNK_BYTES = 4096, RIGHTS_OF_OTHERS = 077, PRIVATE_FILE = 0600 };

static enum err from_errno(void)
{
    switch (errno) {
    case ENOENT:
    case ENOTDIR:
        return ERR_NOT_FOUND;
    case EACCES:
    case EPERM:
    case EROFS:
    case ELOOP:
    case EISDIR:
        return ERR_NOT_ALLOWED;
    case ENOSPC:
    case EDQUOT:
    case EFBIG:
        return ERR_FULL;
    case EEXIST:
        return ERR_CONFLICT;
    case ENAMETOOLONG:
        return ERR_TOO_LARGE;
    case ENOMEM:
        return ERR_NO_MEMORY;
    default:
        return ERR_IO;
    }
}

static enum err add_suffix(const char *path, const char *suffix, char out[FILE_PATH_MAX])
{
    int size = snprintf(out, FILE_PATH_MAX, "%s%s", path, suffix);
    return size < 0 || size >= FILE_PATH_MAX ? ERR_TOO_LARGE : ERR_OK;
}

/* Makes the name of PATH in its folder durable. */
static enum err sync_folder_of(const char *path)
{
    char folder[FILE_PATH_MAX];
    enum err err = add_suffix(path, "", folder);
    if (err != ERR_OK)
        return err;
    char *slash = strrchr(folder, '/');
    if (slash == NULL)
        memcpy(folder, ".", 2);
    else
        slash[slash == folder] = '\0'; /* the folder of "/a" is "/" */
    int fd = open(folder, O_RDONLY | O_DIRECTORY | O_CLOEXEC);
    if (fd < 0)
        return from_errno();
    err = fsync(fd) == 0 ? ERR_OK : from_errno();
    close(fd);
    return err;
}

/* Opens a regular file and nothing else. O_NONBLOCK: opening a pipe must not wait for its writer.
 */
static enum err open_regular(const char *path, int flags, mode_t mode, int *fd, struct stat *what)
{
    *what = (struct stat){.st_size = 0};
    *fd = open(path, flags | O_CLOEXEC | O_NONBLOCK | O_NOCTTY, mode);
    if (*fd < 0)
        return errno == ENXIO ? ERR_NOT_ALLOWED : from_errno();
    enum err err = ERR_OK;
    if (fstat(*fd, what) != 0)
        err = from_errno();
    else if (!S_ISREG(what->st_mode))
        err = ERR_NOT_ALLOWED;
    if (err != ERR_OK) {
        close(*fd);
        *fd = -1;
    }
    return err;
}

static enum err read_all(int fd, size_t limit, struct buf *out)
{
    char chunk[CHUNK_BYTES];
    enum err err = ERR_OK;
    for (size_t total = 0; err == ERR_OK;) {
        ssize_t got = read(fd, chunk, sizeof chunk);
        if (got == 0)
            break;
        if (got < 0) {
            err = errno == EINTR ? ERR_OK : from_errno();
            continue;
        }
        total += (size_t)got;
        buf_add(out, chunk, (size_t)got);
        err = total > limit ? ERR_TOO_LARGE : buf_error(out);
    }
    explicit_bzero(chunk, sizeof chunk);
    return err;
}

enum err file_read(const char *path, size_t limit, enum file_trust trust, struct buf *out)
{
    int fd = -1;
    struct stat what;
    int flags = O_RDONLY | (trust == FILE_PRIVATE ? O_NOFOLLOW : 0);
    enum err err = open_regular(path, flags, 0, &fd, &what);
    if (err != ERR_OK)
        return err;
    bool is_private = what.st_uid == geteuid() && (what.st_mode & RIGHTS_OF_OTHERS) == 0;
    size_t before = out->size;
    if (trust == FILE_PRIVATE && !is_private)
        err = ERR_NOT_ALLOWED;
    else if (what.st_size < 0 || (uint64_t)what.st_size > limit)
        err = ERR_TOO_LARGE;
    else
        err = read_all(fd, limit, out); /* the file may have grown since: counted again */
    if (err != ERR_OK)
        out->size = before;
    close(fd);
    return err;
}

static enum err write_all(int fd, struct slice bytes)
{
    while (bytes.size != 0) {
        ssize_t done = write(fd, bytes.bytes, bytes.size);
        if (done < 0 && errno != EINTR)
            return from_errno();
        if (done > 0) {
            bytes.bytes += done;
            bytes.size -= (size_t)done;
        }
    }
    return ERR_OK;
}

/* The whole content, on the disk, under the name NEW_PATH. One left there by a crash is replaced.
 */
static enum err write_new(const char *new_path, struct slice bytes, mode_t mode)
{
    if (unlink(new_path) != 0 && errno != ENOENT)
        return from_errno();
    int fd = open(new_path, O_WRONLY | O_CREAT | O_EXCL | O_CLOEXEC | O_NOFOLLOW, PRIVATE_FILE);
    if (fd < 0)
        return from_errno();
    enum err err = write_all(fd, bytes);
    if (err == ERR_OK && (fchmod(fd, mode) != 0 || fsync(fd) != 0))
        err = from_errno();
    if (close(fd) != 0 && err == ERR_OK)
        err = from_errno();
    if (err != ERR_OK)
        unlink(new_path);
    return err;
}

enum err file_write(const char *path, struct slice bytes, mode_t mode)
{
    char new_path[FILE_PATH_MAX];
    enum err err = add_suffix(path, FILE_NEW_SUFFIX, new_path);
    if (err == ERR_OK)
        err = write_new(new_path, bytes, mode);
    if (err != ERR_OK)
        return err;
    if (rename(new_path, path) != 0) {
        err = from_errno();
        unlink(new_path);
        return err;
    }
    return sync_folder_of(path);
}

enum err file_create(const char *path, struct slice bytes, mode_t mode)
{
    char new_path[FILE_PATH_MAX];
    enum err err = add_suffix(path, FILE_NEW_SUFFIX, new_path);
    if (err == ERR_OK)
        err = write_new(new_path, bytes, mode);
    if (err != ERR_OK)
        return err;
    if (link(new_path, path) != 0) /* unlike rename, never replaces */
        err = from_errno();
    unlink(new_path);
    return err == ERR_OK ? sync_folder_of(path) : err;
}

/* Ends a last line that has no newline. */
static enum err end_torn_line(int fd, off_t size)
{
    char last = '\n';
    if (size > 0 && pread(fd, &last, 1, size - 1) != 1)
        return from_errno();
    if (last == '\n')
        return ERR_OK;
    enum err err = write_all(fd, slice_of("\n"));
    return err == ERR_OK && fdatasync(fd) != 0 ? from_errno() : err;
}

enum err file_append_open(const char *path, mode_t mode, int *fd)
{
    struct stat what;
    enum err err = open_regular(path, O_RDWR | O_APPEND | O_CREAT | O_NOFOLLOW, mode, fd, &what);
    if (err != ERR_OK)
        return err;
    err = end_torn_line(*fd, what.st_size);
    if (err == ERR_OK)
        err = sync_folder_of(path);
    if (err != ERR_OK) {
        close(*fd);
        *fd = -1;
    }
    return err;
}

enum err file_append_line(int fd, struct slice line)
{
    struct stat before;
    if (line.size != 0 && memchr(line.bytes, '\n', line.size) != NULL)
        return ERR_BAD_FIELD;
    if (fstat(fd, &before) != 0)
        return from_errno();
    struct iovec parts[2] = {{.iov_base = (void *)(uintptr_t)line.bytes, .iov_len = line.size},
                             {.iov_base = (char[]){'\n'}, .iov_len = 1}};
    ssize_t done = writev(fd, parts, 2);
    enum err err = ERR_OK;
    if (done < 0)
        err = from_errno();
    else if ((size_t)done != line.size + 1)
        err = ERR_FULL; /* a regular file takes less only when the disk or a limit is reached */
    else if (fdatasync(fd) != 0)
        err = from_errno();
    if (err != ERR_OK && ftruncate(fd, before.st_size) != 0)
        return ERR_IO;
    return err;
}

static enum err make_folder(const char *path, mode_t mode)
{
    struct stat what;
    if (mkdir(path, mode) == 0)
        return sync_folder_of(path);
    if (errno != EEXIST)
        return from_errno();
    if (stat(path, &what) != 0)
        return from_errno();
    return S_ISDIR(what.st_mode) ? ERR_OK : ERR_NOT_ALLOWED;
}

enum err file_mkdir_p(const char *path, mode_t mode)
{
    char part[FILE_PATH_MAX];
    enum err err = add_suffix(path, "", part);
    if (err == ERR_OK && part[0] == '\0')
        err = ERR_NOT_FOUND;
    for (size_t i = 1; err == ERR_OK && part[i - 1] != '\0'; i++) {
        if ((part[i] != '/' && part[i] != '\0') || part[i - 1] == '/')
            continue;
        char kept = part[i];
        part[i] = '\0';
        err = make_folder(part, mode);
        part[i] = kept;
    }
    return err;
}

enum err file_lock_open(const char *path, int *fd)
{
    struct stat what;
    enum err err = open_regular(path, O_RDWR | O_CREAT | O_NOFOLLOW, PRIVATE_FILE, fd, &what);
    if (err != ERR_OK)
        return err;
    if (flock(*fd, LOCK_EX | LOCK_NB) == 0)
        return ERR_OK;
    err = errno == EWOULDBLOCK ? ERR_BUSY : from_errno();
    close(*fd);
    *fd = -1;
    return err;
}

void file_lock_close(int fd)
{
    if (fd >= 0)
        close(fd);
}

enum err file_remove(const char *path)
{
    return unlink(path) == 0 ? sync_folder_of(path) : from_errno();
}

static enum err overwrite(int fd, off_t size)
{
    char chunk[CHUNK_BYTES];
    enum err err = ERR_OK;
    for (off_t done = 0; done < size && err == ERR_OK; done += (off_t)sizeof chunk) {
        size_t left = (size_t)(size - done);
        rng_fill(chunk, sizeof chunk);
        err = write_all(fd, (struct slice){chunk, left < sizeof chunk ? left : sizeof chunk});
    }
    return err == ERR_OK && fsync(fd) != 0 ? from_errno() : err;
}

enum err file_shred(const char *path)
{
    int fd;
    struct stat what;
    enum err err = open_regular(path, O_WRONLY | O_NOFOLLOW, 0, &fd, &what);
    if (err != ERR_OK)
        return err;
    err = overwrite(fd, what.st_size);
    close(fd);
    enum err removed = file_remove(path); /* also when it could not be overwritten */
    return err == ERR_OK ? removed : err;
}
