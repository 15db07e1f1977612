/* keyfile.c — Job: the folder of keys: made, loaded, used for wrapping, destroyed. */
#include "common/keyfile.h"

#include "common/box.h"
#include "common/clock.h"
#include "common/file.h"
#include "common/keyfile_month.h"
#include "common/keyfile_text.h"
#include "common/rng.h"
#include "common/secret.h"
#include "proto/base64.h"
#include "proto/limits.h"
#include "proto/time_text.h"

#include <assert.h>
#include <dirent.h>
#include <pthread.h>
#include <stdio.h>
#include <stdlib.h>
#include <sys/stat.h>
#include <unistd.h>

enum { PRIVATE_FOLDER = 0700, PRIVATE_FILE = 0600, PUBLIC_FILE = 0644 };

struct month_key {
    int month;
    uint8_t key[SEAL_KEY_SIZE];
};

/* The months' keys that were used since the start, in the order in which they were loaded. */
struct month_keys {
    size_t count;
    struct month_key rows[KEY_MONTHS_MAX];
};

struct keyfile {
    pthread_mutex_t lock;    /* over everything below, and over the folder within this process */
    struct month_keys *held; /* locked memory */
    char dir[FILE_PATH_MAX];
};

static const char *const names[] = {
    [KEYFILE_ALIAS] = "alias", [KEYFILE_LOG] = "log", [KEYFILE_SPOOL] = "spool"};

static enum err path_of(const struct keyfile *keys, const char *name, const char *suffix,
                        char out[FILE_PATH_MAX])
{
    int size = snprintf(out, FILE_PATH_MAX, "%s/%s%s", keys->dir, name, suffix);
    return size < 0 || size >= FILE_PATH_MAX ? ERR_TOO_LARGE : ERR_OK;
}

static enum err load_key(const struct keyfile *keys, const char *name, uint8_t out[SEAL_KEY_SIZE])
{
    char path[FILE_PATH_MAX];
    struct buf line;
    buf_init(&line, 0);
    enum err err = path_of(keys, name, ".key", path);
    if (err == ERR_OK)
        err = file_read(path, KEY_FILE_BYTES_MAX, FILE_PRIVATE, &line);
    if (err == ERR_OK)
        err = keyfile_text_read(buf_slice(&line), name, out);
    buf_free(&line);
    return err == ERR_TOO_LARGE ? ERR_CORRUPT : err;
}

static enum err store_key(const struct keyfile *keys, const char *name,
                          const uint8_t key[SEAL_KEY_SIZE])
{
    char path[FILE_PATH_MAX];
    struct buf line;
    buf_init(&line, KEY_FILE_BYTES_MAX);
    keyfile_text_add(&line, name, key);
    enum err err = buf_error(&line);
    if (err == ERR_OK)
        err = path_of(keys, name, ".key", path);
    if (err == ERR_OK)
        err = file_create(path, buf_slice(&line), PRIVATE_FILE);
    buf_free(&line);
    return err;
}

static bool has_file(const struct keyfile *keys, int month, const char *suffix)
{
    char name[KEYFILE_NAME_SIZE], path[FILE_PATH_MAX];
    keyfile_month_name(month, name);
    return path_of(keys, name, suffix, path) == ERR_OK && access(path, F_OK) == 0;
}

static bool is_destroyed(const struct keyfile *keys, int month)
{
    return has_file(keys, month, ".destroyed");
}

static struct month_key *find_held(struct keyfile *keys, int month)
{
    for (size_t i = 0; i < keys->held->count; i++)
        if (keys->held->rows[i].month == month)
            return &keys->held->rows[i];
    return NULL;
}

/* Forgets one row; the rows stay without gaps. */
static void drop_held(struct keyfile *keys, struct month_key *row)
{
    struct month_key *last = &keys->held->rows[--keys->held->count];
    *row = *last;
    secret_wipe(last, sizeof *last);
}

/* A free row; the oldest gives way when all are taken. It counts only after held->count grew. */
static struct month_key *free_row(struct keyfile *keys)
{
    if (keys->held->count == KEY_MONTHS_MAX)
        drop_held(keys, &keys->held->rows[0]);
    return &keys->held->rows[keys->held->count];
}

/* The key of MONTH, lent until the next call. ERR_NOT_FOUND when there is none (any more). */
static enum err month_load(struct keyfile *keys, int month, const uint8_t **out)
{
    struct month_key *row = find_held(keys, month);
    if (row == NULL) {
        char name[KEYFILE_NAME_SIZE];
        keyfile_month_name(month, name);
        if (is_destroyed(keys, month))
            return ERR_NOT_FOUND;
        row = free_row(keys);
        enum err err = load_key(keys, name, row->key);
        if (err != ERR_OK)
            return err;
        row->month = month;
        keys->held->count++;
    }
    *out = row->key;
    return ERR_OK;
}

/* The same, but a month that has no key yet gets one, which is on the disk before it is used. */
static enum err month_load_or_make(struct keyfile *keys, int month, const uint8_t **out)
{
    enum err err = month_load(keys, month, out);
    if (err != ERR_NOT_FOUND)
        return err;
    if (is_destroyed(keys, month))
        return ERR_NOT_ALLOWED;
    char name[KEYFILE_NAME_SIZE];
    keyfile_month_name(month, name);
    struct month_key *row = free_row(keys);
    rng_fill(row->key, sizeof row->key);
    err = store_key(keys, name, row->key);
    secret_wipe(row->key, sizeof row->key);
    if (err != ERR_OK && err != ERR_CONFLICT) /* conflict: another process has just made it */
        return err;
    return month_load(keys, month, out); /* what counts is what is on the disk */
}

/* After a crash: half-made files go, and a key whose destruction had begun is destroyed. */
static enum err sweep(const struct keyfile *keys)
{
    DIR *dir = opendir(keys->dir);
    if (dir == NULL)
        return ERR_IO;
    enum err err = ERR_OK;
    for (struct dirent *entry = readdir(dir); entry != NULL && err == ERR_OK;
         entry = readdir(dir)) {
        char path[FILE_PATH_MAX];
        size_t size = strlen(entry->d_name), suffix = strlen(FILE_NEW_SUFFIX);
        bool half = size > suffix && strcmp(entry->d_name + size - suffix, FILE_NEW_SUFFIX) == 0;
        int month = keyfile_month_of_file(entry->d_name);
        if (!half && (month == 0 || !is_destroyed(keys, month)))
            continue;
        err = path_of(keys, entry->d_name, "", path);
        if (err == ERR_OK)
            err = file_shred(path);
    }
    closedir(dir);
    return err;
}

static enum err folder_is_private(const char *dir)
{
    struct stat what;
    if (lstat(dir, &what) != 0)
        return ERR_IO;
    bool ours = S_ISDIR(what.st_mode) && what.st_uid == geteuid() && (what.st_mode & 077) == 0;
    return ours ? ERR_OK : ERR_NOT_ALLOWED;
}

enum err keyfile_open(const char *dir, struct keyfile **out)
{
    if (strlen(dir) >= FILE_PATH_MAX - KEYFILE_NAME_SIZE)
        return ERR_TOO_LARGE;
    enum err err = file_mkdir_p(dir, PRIVATE_FOLDER);
    if (err == ERR_OK)
        err = folder_is_private(dir);
    if (err != ERR_OK)
        return err;
    struct keyfile *keys = calloc(1, sizeof *keys);
    if (keys == NULL)
        return ERR_NO_MEMORY;
    memcpy(keys->dir, dir, strlen(dir) + 1);
    keys->held = secret_new(sizeof *keys->held);
    err = keys->held == NULL ? ERR_NO_MEMORY : sweep(keys);
    if (err != ERR_OK) {
        secret_free(keys->held);
        free(keys);
        return err;
    }
    pthread_mutex_init(&keys->lock, NULL);
    *out = keys;
    return ERR_OK;
}

void keyfile_close(struct keyfile *keys)
{
    if (keys == NULL)
        return;
    secret_free(keys->held);
    pthread_mutex_destroy(&keys->lock);
    free(keys);
}

/* The public half, for the devices: base64 and a newline. */
static enum err store_spool_public(const struct keyfile *keys, const uint8_t *secret)
{
    char path[FILE_PATH_MAX];
    uint8_t public_key[BOX_KEY_SIZE];
    struct buf text = {0};
    enum err err = box_public(secret, public_key);
    if (err == ERR_OK)
        err = path_of(keys, names[KEYFILE_SPOOL], ".pub", path);
    if (err == ERR_OK) {
        base64_add(&text, public_key, sizeof public_key);
        buf_byte(&text, '\n');
        err = buf_error(&text);
    }
    if (err == ERR_OK)
        err = file_write(path, buf_slice(&text), PUBLIC_FILE);
    buf_free(&text);
    return err;
}

static void drop_key(const struct keyfile *keys, const char *name)
{
    char path[FILE_PATH_MAX];
    enum err ignored = path_of(keys, name, ".key", path);
    if (ignored == ERR_OK)
        ignored = file_shred(path); /* the first error is the one that is told */
    (void)ignored;
}

enum err keyfile_create(struct keyfile *keys, enum keyfile_name name)
{
    assert(name >= KEYFILE_ALIAS && name <= KEYFILE_SPOOL);
    uint8_t *key = secret_new(SEAL_KEY_SIZE);
    if (key == NULL)
        return ERR_NO_MEMORY;
    rng_fill(key, SEAL_KEY_SIZE);
    pthread_mutex_lock(&keys->lock);
    enum err err = store_key(keys, names[name], key);
    if (err == ERR_OK && name == KEYFILE_SPOOL) {
        err = store_spool_public(keys, key);
        if (err != ERR_OK)
            drop_key(keys, names[name]); /* both files or none: `init` can be repeated */
    }
    pthread_mutex_unlock(&keys->lock);
    secret_free(key);
    return err;
}

enum err keyfile_load(struct keyfile *keys, enum keyfile_name name, uint8_t out[SEAL_KEY_SIZE])
{
    assert(name >= KEYFILE_ALIAS && name <= KEYFILE_SPOOL);
    pthread_mutex_lock(&keys->lock);
    enum err err = load_key(keys, names[name], out);
    pthread_mutex_unlock(&keys->lock);
    return err;
}

enum err keyfile_wrap(struct keyfile *keys, int month, struct slice aad,
                      const uint8_t key[SEAL_KEY_SIZE], uint8_t wrapped[SEAL_WRAPPED_SIZE])
{
    if (!keyfile_month_valid(month))
        return ERR_BAD_FIELD;
    const uint8_t *wrapping = NULL;
    pthread_mutex_lock(&keys->lock);
    enum err err = month_load_or_make(keys, month, &wrapping);
    if (err == ERR_OK)
        err = seal_wrap(wrapping, aad, key, wrapped);
    pthread_mutex_unlock(&keys->lock);
    return err;
}

enum err keyfile_unwrap(struct keyfile *keys, int month, struct slice aad,
                        const uint8_t wrapped[SEAL_WRAPPED_SIZE], uint8_t key[SEAL_KEY_SIZE])
{
    const uint8_t *wrapping = NULL;
    pthread_mutex_lock(&keys->lock);
    enum err err = keyfile_month_valid(month) ? month_load(keys, month, &wrapping) : ERR_NOT_FOUND;
    if (err == ERR_OK)
        err = seal_unwrap(wrapping, aad, wrapped, key);
    pthread_mutex_unlock(&keys->lock);
    if (err != ERR_OK)
        secret_wipe(key, SEAL_KEY_SIZE);
    return err;
}

static int compare_months(const void *a, const void *b)
{
    return *(const int *)a - *(const int *)b;
}

enum err keyfile_months(struct keyfile *keys, int *months, size_t room, size_t *count)
{
    DIR *dir = opendir(keys->dir);
    if (dir == NULL)
        return ERR_IO;
    enum err err = ERR_OK;
    *count = 0;
    for (struct dirent *entry = readdir(dir); entry != NULL && err == ERR_OK;
         entry = readdir(dir)) {
        int month = keyfile_month_of_file(entry->d_name);
        if (month == 0)
            continue;
        if (*count == room)
            err = ERR_FULL;
        else
            months[(*count)++] = month;
    }
    closedir(dir);
    if (*count > 1)
        qsort(months, *count, sizeof *months, compare_months);
    return err;
}

static enum err destroy_locked(struct keyfile *keys, int month)
{
    char name[KEYFILE_NAME_SIZE], key_path[FILE_PATH_MAX], mark_path[FILE_PATH_MAX];
    char mark[TIME_TEXT_SIZE];
    keyfile_month_name(month, name);
    enum err err = path_of(keys, name, ".key", key_path);
    if (err == ERR_OK)
        err = path_of(keys, name, ".destroyed", mark_path);
    if (err != ERR_OK)
        return err;
    if (access(key_path, F_OK) != 0)
        return ERR_NOT_FOUND;
    time_text(clock_wall_ms(), mark);
    mark[TIME_TEXT_SIZE - 1] = '\n';
    err = file_create(mark_path, (struct slice){mark, TIME_TEXT_SIZE}, PRIVATE_FILE);
    if (err != ERR_OK && err != ERR_CONFLICT)
        return err;
    struct month_key *row = find_held(keys, month);
    if (row != NULL)
        drop_held(keys, row);
    return file_shred(key_path);
}

enum err keyfile_destroy(struct keyfile *keys, int month)
{
    if (!keyfile_month_valid(month))
        return ERR_NOT_FOUND;
    pthread_mutex_lock(&keys->lock);
    enum err err = destroy_locked(keys, month);
    pthread_mutex_unlock(&keys->lock);
    return err;
}

bool keyfile_there(struct keyfile *keys, int month)
{
    return keyfile_month_valid(month) && has_file(keys, month, ".key");
}

bool keyfile_destroyed(struct keyfile *keys, int month)
{
    return keyfile_month_valid(month) && is_destroyed(keys, month);
}
