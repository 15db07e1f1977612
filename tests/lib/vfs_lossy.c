/* vfs_lossy.c — Job: a disk under SQLite that loses, at a power cut, what was not synced. */
#include "tests/lib/vfs_lossy.h"

#include <assert.h>
#include <fcntl.h>
#include <sqlite3.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

enum { TRACKS = 64, PATH_ROOM = 512, KNOWN = 65536 };

/* What one write or truncation replaced. */
struct undo {
    struct undo *before;
    sqlite3_int64 at, size; /* of the file, before */
    int old_count;          /* bytes in `old` */
    int count;              /* bytes written; 0: a truncation */
    unsigned char old[];
};

struct track {
    char path[PATH_ROOM];
    struct undo *newest;
};

struct lossy_file {
    sqlite3_file base;
    struct track *track; /* NULL: a temporary file */
    sqlite3_file *real;  /* behind this struct */
};

static struct {
    sqlite3_vfs vfs;
    sqlite3_vfs *real;
    struct track tracks[TRACKS];
    size_t tracks_count;
    uint64_t operations, cut_at;
    bool cut, was_sync[KNOWN];
} disk;

static struct lossy_file *lossy(sqlite3_file *file)
{
    return (struct lossy_file *)(void *)file;
}

static sqlite3_file *real(sqlite3_file *file)
{
    return lossy(file)->real;
}

/* Counts one operation; false when there is no power for it. */
static bool powered(bool sync)
{
    if (disk.cut)
        return false;
    disk.operations++;
    if (disk.operations < KNOWN)
        disk.was_sync[disk.operations] = sync;
    disk.cut = disk.operations == disk.cut_at;
    return !disk.cut;
}

static struct track *track_of(const char *path)
{
    for (size_t i = 0; i < disk.tracks_count; i++)
        if (strcmp(disk.tracks[i].path, path) == 0)
            return &disk.tracks[i];
    assert(disk.tracks_count < TRACKS && strlen(path) < PATH_ROOM);
    struct track *track = &disk.tracks[disk.tracks_count++];
    *track = (struct track){.newest = NULL};
    memcpy(track->path, path, strlen(path));
    return track;
}

static void forget(struct track *track)
{
    while (track->newest != NULL) {
        struct undo *before = track->newest->before;
        free(track->newest);
        track->newest = before;
    }
}

static int remember(sqlite3_file *file, sqlite3_int64 at, int count, sqlite3_int64 old_end)
{
    struct track *track = lossy(file)->track;
    sqlite3_int64 size, old_count;
    if (track == NULL)
        return SQLITE_OK;
    int rc = real(file)->pMethods->xFileSize(real(file), &size);
    if (rc != SQLITE_OK)
        return rc;
    old_count = at < size ? (old_end < size ? old_end : size) - at : 0;
    struct undo *undo = calloc(1, sizeof *undo + (size_t)old_count);
    if (undo == NULL)
        return SQLITE_NOMEM;
    *undo = (struct undo){track->newest, at, size, (int)old_count, count};
    track->newest = undo;
    if (old_count == 0)
        return SQLITE_OK;
    return real(file)->pMethods->xRead(real(file), undo->old, (int)old_count, at);
}

static int l_close(sqlite3_file *file)
{
    return real(file)->pMethods->xClose(real(file));
}

static int l_read(sqlite3_file *file, void *bytes, int count, sqlite3_int64 at)
{
    return real(file)->pMethods->xRead(real(file), bytes, count, at);
}

static int l_write(sqlite3_file *file, const void *bytes, int count, sqlite3_int64 at)
{
    if (!powered(false))
        return SQLITE_IOERR_WRITE;
    int rc = remember(file, at, count, at + count);
    return rc == SQLITE_OK ? real(file)->pMethods->xWrite(real(file), bytes, count, at) : rc;
}

static int l_truncate(sqlite3_file *file, sqlite3_int64 size)
{
    if (!powered(false))
        return SQLITE_IOERR_TRUNCATE;
    int rc = remember(file, size, 0, INT64_MAX);
    return rc == SQLITE_OK ? real(file)->pMethods->xTruncate(real(file), size) : rc;
}

/* The real sync is left out: the power cut is ours, and hundreds of runs go faster. */
static int l_sync(sqlite3_file *file, int flags)
{
    (void)flags;
    if (!powered(true))
        return SQLITE_IOERR_FSYNC;
    if (lossy(file)->track != NULL)
        forget(lossy(file)->track);
    return SQLITE_OK;
}

static int l_file_size(sqlite3_file *file, sqlite3_int64 *size)
{
    return real(file)->pMethods->xFileSize(real(file), size);
}

static int l_lock(sqlite3_file *file, int level)
{
    return real(file)->pMethods->xLock(real(file), level);
}

static int l_unlock(sqlite3_file *file, int level)
{
    return real(file)->pMethods->xUnlock(real(file), level);
}

static int l_check_lock(sqlite3_file *file, int *locked)
{
    return real(file)->pMethods->xCheckReservedLock(real(file), locked);
}

static int l_control(sqlite3_file *file, int what, void *argument)
{
    return real(file)->pMethods->xFileControl(real(file), what, argument);
}

static int l_sector_size(sqlite3_file *file)
{
    return real(file)->pMethods->xSectorSize(real(file));
}

/* No promise about what a power cut does to neighbouring bytes. */
static int l_characteristics(sqlite3_file *file)
{
    (void)file;
    return 0;
}

static int l_shm_map(sqlite3_file *file, int page, int size, int extend, void volatile **out)
{
    return real(file)->pMethods->xShmMap(real(file), page, size, extend, out);
}

static int l_shm_lock(sqlite3_file *file, int offset, int n, int flags)
{
    return real(file)->pMethods->xShmLock(real(file), offset, n, flags);
}

static void l_shm_barrier(sqlite3_file *file)
{
    real(file)->pMethods->xShmBarrier(real(file));
}

static int l_shm_unmap(sqlite3_file *file, int delete)
{
    return real(file)->pMethods->xShmUnmap(real(file), delete);
}

static const sqlite3_io_methods methods = {.iVersion = 2,
                                           .xClose = l_close,
                                           .xRead = l_read,
                                           .xWrite = l_write,
                                           .xTruncate = l_truncate,
                                           .xSync = l_sync,
                                           .xFileSize = l_file_size,
                                           .xLock = l_lock,
                                           .xUnlock = l_unlock,
                                           .xCheckReservedLock = l_check_lock,
                                           .xFileControl = l_control,
                                           .xSectorSize = l_sector_size,
                                           .xDeviceCharacteristics = l_characteristics,
                                           .xShmMap = l_shm_map,
                                           .xShmLock = l_shm_lock,
                                           .xShmBarrier = l_shm_barrier,
                                           .xShmUnmap = l_shm_unmap};

static int l_open(sqlite3_vfs *vfs, const char *path, sqlite3_file *file, int flags, int *out)
{
    struct lossy_file *l = lossy(file);
    (void)vfs;
    l->base.pMethods = NULL;
    l->real = (sqlite3_file *)(void *)(l + 1);
    l->track = path == NULL ? NULL : track_of(path);
    int rc = disk.real->xOpen(disk.real, path, l->real, flags, out);
    if (rc == SQLITE_OK)
        l->base.pMethods = &methods;
    return rc;
}

/* A deletion counts as done at once: SQLite deletes a WAL only after it has synced the database. */
static int l_delete(sqlite3_vfs *vfs, const char *path, int sync_folder)
{
    (void)vfs;
    if (!powered(false))
        return SQLITE_IOERR_DELETE;
    forget(track_of(path));
    return disk.real->xDelete(disk.real, path, sync_folder);
}

void vfs_lossy_install(void)
{
    disk.real = sqlite3_vfs_find(NULL);
    assert(disk.real != NULL && disk.real != &disk.vfs);
    disk.vfs = *disk.real;
    disk.vfs.zName = "lossy";
    disk.vfs.szOsFile = (int)sizeof(struct lossy_file) + disk.real->szOsFile;
    disk.vfs.xOpen = l_open;
    disk.vfs.xDelete = l_delete;
    vfs_lossy_cut_at(0);
    int rc = sqlite3_vfs_register(&disk.vfs, 1);
    assert(rc == SQLITE_OK);
    (void)rc;
}

void vfs_lossy_remove(void)
{
    sqlite3_vfs_unregister(&disk.vfs);
    for (size_t i = 0; i < disk.tracks_count; i++)
        forget(&disk.tracks[i]);
    disk.tracks_count = 0;
    vfs_lossy_cut_at(0);
}

void vfs_lossy_cut_at(uint64_t cut)
{
    disk.operations = 0;
    disk.cut_at = cut;
    disk.cut = false;
    memset(disk.was_sync, 0, sizeof disk.was_sync);
}

uint64_t vfs_lossy_operations(void)
{
    return disk.operations;
}

bool vfs_lossy_was_sync(uint64_t operation)
{
    return operation < KNOWN && disk.was_sync[operation];
}

bool vfs_lossy_is_cut(void)
{
    return disk.cut;
}

static uint64_t next_random(uint64_t *seed)
{
    uint64_t z = *seed += 0x9e3779b97f4a7c15u;
    z = (z ^ z >> 30) * 0xbf58476d1ce4e5b9u;
    return z ^ z >> 31;
}

static void take_back(int fd, const struct undo *undo)
{
    ssize_t written = pwrite(fd, undo->old, (size_t)undo->old_count, undo->at);
    int cut = ftruncate(fd, undo->size);
    assert(written == undo->old_count && cut == 0);
    (void)written;
    (void)cut;
}

/* One lost write inside the file; what it made longer stays long and holds zeros. */
static void blank(int fd, const struct undo *undo)
{
    void *old = calloc(1, (size_t)undo->count + 1);
    assert(old != NULL);
    memcpy(old, undo->old, (size_t)undo->old_count);
    ssize_t written = pwrite(fd, old, (size_t)undo->count, undo->at);
    assert(written == undo->count);
    (void)written;
    free(old);
}

static void recover(struct track *track, enum lossy_loss loss, uint64_t *seed)
{
    if (track->newest == NULL)
        return;
    int fd = open(track->path, O_RDWR | O_CLOEXEC);
    if (fd < 0)
        return; /* deleted since */
    for (const struct undo *undo = track->newest; undo != NULL; undo = undo->before) {
        if (loss == LOSSY_ALL)
            take_back(fd, undo);
        else if (undo->count > 0 && (next_random(seed) & 1) != 0)
            blank(fd, undo);
    }
    close(fd);
}

void vfs_lossy_recover(enum lossy_loss loss, uint64_t seed)
{
    for (size_t i = 0; i < disk.tracks_count; i++) {
        recover(&disk.tracks[i], loss, &seed);
        forget(&disk.tracks[i]);
    }
    disk.tracks_count = 0;
}
