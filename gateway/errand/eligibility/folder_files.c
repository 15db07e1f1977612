/* folder_files.c — Job: requests into `req`, answers out of `res`, nothing left behind. */
#include "gateway/errand/eligibility/folder_files.h"

#include "common/clock.h"
#include "proto/id.h"
#include "proto/limits.h"

#include <dirent.h>
#include <errno.h>
#include <fcntl.h>
#include <linux/magic.h>
#include <poll.h>
#include <stdio.h>
#include <sys/inotify.h>
#include <sys/stat.h>
#include <sys/vfs.h>
#include <unistd.h>

enum { CHUNK_BYTES = 65536, TAIL_BYTES = 1024, MS_PER_S = 1000, NS_PER_MS = 1000000 };

static const char *const answer_prefixes[] = {"OQSsiquc01res_", "YZKsiquc01res_", "TKKsiquc01res_"};

static int open_folder(const char *path)
{
    struct stat st;
    int fd = open(path, O_RDONLY | O_DIRECTORY | O_NOFOLLOW | O_CLOEXEC);
    if (fd < 0)
        return -1;
    if (fstat(fd, &st) == 0 && (st.st_mode & S_IWOTH) == 0)
        return fd;
    close(fd);
    return -1;
}

static bool in_memory(int fd)
{
    struct statfs fs;
    return fstatfs(fd, &fs) == 0 && (fs.f_type == TMPFS_MAGIC || fs.f_type == RAMFS_MAGIC);
}

enum err folder_files_open(const char *req, const char *res, enum res_place place,
                           struct folder_files *out)
{
    *out = (struct folder_files){open_folder(req), open_folder(res)};
    bool good = out->req >= 0 && out->res >= 0 && (place == RES_ANYWHERE || in_memory(out->res));
    if (good)
        return ERR_OK;
    folder_files_close(out);
    return ERR_CONFIG;
}

void folder_files_close(struct folder_files *f)
{
    if (f->req >= 0)
        close(f->req);
    if (f->res >= 0)
        close(f->res);
    *f = (struct folder_files){-1, -1};
}

/* PREFIX, an id, ".xml" or ".pdf". */
static bool is_answer_of(const char *name, const char *prefix)
{
    struct id id;
    size_t lead = strlen(prefix);
    if (strncmp(name, prefix, lead) != 0 || strlen(name) != lead + ID_TEXT_SIZE + 4)
        return false;
    const char *ending = name + lead + ID_TEXT_SIZE;
    return id_parse((struct slice){name + lead, ID_TEXT_SIZE}, &id) == ERR_OK &&
           (strcmp(ending, ".xml") == 0 || strcmp(ending, ".pdf") == 0);
}

static bool is_answer(const char *name)
{
    for (size_t i = 0; i < sizeof answer_prefixes / sizeof answer_prefixes[0]; i++)
        if (is_answer_of(name, answer_prefixes[i]))
            return true;
    return false;
}

/* Since it came here or was last changed: a file that is moved keeps its writer's own date. */
static int64_t age_of(const struct stat *st)
{
    return clock_wall_ms() -
           ((int64_t)st->st_ctim.tv_sec * MS_PER_S + st->st_ctim.tv_nsec / NS_PER_MS);
}

void folder_files_sweep(const struct folder_files *f, int64_t age_ms)
{
    /* A descriptor of its own: a listing moves the place in the one it was made from. */
    int fd = openat(f->res, ".", O_RDONLY | O_DIRECTORY | O_CLOEXEC);
    DIR *folder = fd < 0 ? NULL : fdopendir(fd);
    if (folder == NULL) {
        if (fd >= 0)
            close(fd);
        return;
    }
    for (const struct dirent *d = readdir(folder); d != NULL; d = readdir(folder)) {
        struct stat st;
        if (is_answer(d->d_name) && fstatat(f->res, d->d_name, &st, AT_SYMLINK_NOFOLLOW) == 0 &&
            age_of(&st) >= age_ms)
            folder_files_remove(f, d->d_name);
    }
    closedir(folder);
}

static enum err write_all(int fd, struct slice bytes)
{
    while (bytes.size > 0) {
        ssize_t done = write(fd, bytes.bytes, bytes.size);
        if (done < 0 && errno == EINTR)
            continue;
        if (done < 0)
            return errno == ENOSPC ? ERR_FULL : ERR_IO;
        bytes = (struct slice){bytes.bytes + done, bytes.size - (size_t)done};
    }
    return ERR_OK;
}

enum err folder_files_put(const struct folder_files *f, const char *name, struct slice bytes)
{
    char growing[FOLDER_NAME_MAX + 8];
    snprintf(growing, sizeof growing, ".%s.new", name);
    int fd = openat(f->req, growing, O_WRONLY | O_CREAT | O_EXCL | O_NOFOLLOW | O_CLOEXEC, 0600);
    if (fd < 0)
        return errno == EEXIST ? ERR_CONFLICT : ERR_IO;
    enum err e = write_all(fd, bytes);
    close(fd);
    /* linkat and not renameat: it never replaces what is there. */
    if (e == ERR_OK && linkat(f->req, growing, f->req, name, 0) != 0)
        e = errno == EEXIST ? ERR_CONFLICT : ERR_IO;
    unlinkat(f->req, growing, 0);
    return e;
}

void folder_files_take_back(const struct folder_files *f, const char *name)
{
    (void)unlinkat(f->req, name, 0);
}

void folder_files_remove(const struct folder_files *f, const char *name)
{
    (void)unlinkat(f->res, name, 0);
}

static enum err read_all(int fd, size_t limit, struct buf *out)
{
    char chunk[CHUNK_BYTES];
    enum err e = ERR_OK;
    size_t size = 0;
    for (ssize_t got = 1; got != 0 && e == ERR_OK;) {
        got = read(fd, chunk, sizeof chunk);
        if (got < 0 && errno != EINTR)
            e = ERR_IO;
        else if (got > 0 && (size += (size_t)got) > limit)
            e = ERR_TOO_LARGE;
        else if (got > 0)
            buf_add(out, chunk, (size_t)got);
    }
    explicit_bzero(chunk, sizeof chunk);
    return e == ERR_OK ? buf_error(out) : e;
}

/* Does "</XmlMsg>" stand here, perhaps with a prefix before the name or blanks behind it? */
static bool is_end_tag(const char *at, const char *end)
{
    static const char name[] = "XmlMsg";
    const char *stop = memchr(at, '>', (size_t)(end - at));
    if (end - at < 2 || at[0] != '<' || at[1] != '/' || stop == NULL)
        return false;
    while (strchr(" \t\r\n", stop[-1]) != NULL)
        stop--;
    size_t size = (size_t)(stop - at), lead = sizeof name - 1;
    return size >= 2 + lead && memcmp(stop - lead, name, lead) == 0 &&
           (size == 2 + lead || stop[-(ptrdiff_t)lead - 1] == ':');
}

/* The other side may still be writing: its last bytes tell. A PDF may say %%EOF several times, so
 * it must also have come to rest. */
static bool whole(struct slice bytes, int64_t age_ms)
{
    size_t tail = bytes.size < TAIL_BYTES ? bytes.size : TAIL_BYTES;
    const char *end = bytes.bytes + bytes.size;
    if (bytes.size > 4 && memcmp(bytes.bytes, "%PDF", 4) == 0)
        return memmem(end - tail, tail, "%%EOF", 5) != NULL &&
               (age_ms >= FOLDER_REST_MS || age_ms < 0);
    for (const char *at = end - tail; at < end; at++)
        if (is_end_tag(at, end))
            return true;
    return false;
}

/* O_NONBLOCK: opening a pipe must not wait for a writer. */
static enum err open_answer(const struct folder_files *f, const char *name, int *fd)
{
    struct stat st;
    *fd = openat(f->res, name, O_RDONLY | O_NOFOLLOW | O_NONBLOCK | O_CLOEXEC);
    if (*fd < 0)
        return errno == ENOENT ? ERR_NOT_FOUND : errno == ELOOP ? ERR_NOT_ALLOWED : ERR_IO;
    if (fstat(*fd, &st) == 0 && S_ISREG(st.st_mode) && st.st_nlink == 1)
        return ERR_OK;
    close(*fd);
    *fd = -1;
    return ERR_NOT_ALLOWED;
}

enum err folder_files_take(const struct folder_files *f, const char *name, size_t limit,
                           struct buf *out)
{
    int fd;
    size_t before = out->size;
    int64_t age_ms = 0;
    enum err e = open_answer(f, name, &fd);
    if (e == ERR_OK) {
        struct stat st;
        e = read_all(fd, limit, out);
        age_ms = fstat(fd, &st) == 0 ? age_of(&st) : 0;
        close(fd);
    }
    struct slice bytes = buf_slice(out);
    if (e == ERR_OK && !whole((struct slice){bytes.bytes + before, bytes.size - before}, age_ms))
        e = ERR_NOT_FOUND;
    if (e == ERR_OK || e == ERR_NOT_ALLOWED || e == ERR_TOO_LARGE)
        folder_files_remove(f, name);
    if (e != ERR_OK && out->size > before) {
        explicit_bzero(out->bytes + before, out->size - before);
        out->size = before;
    }
    return e;
}

int folder_files_watch(const char *res)
{
    int watch = inotify_init1(IN_CLOEXEC | IN_NONBLOCK);
    if (watch >= 0 && inotify_add_watch(watch, res, IN_CLOSE_WRITE | IN_MOVED_TO) < 0) {
        close(watch);
        return -1;
    }
    return watch;
}

void folder_files_wait(int watch, int64_t timeout_ms)
{
    char events[4096]; /* only that there were some matters */
    struct pollfd p = {.fd = watch, .events = POLLIN};
    if (poll(&p, 1, (int)timeout_ms) > 0)
        while (read(watch, events, sizeof events) > 0)
            continue;
}
