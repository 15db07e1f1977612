/* pages_files.c — Job: the pages' files: a list made once at the start, held in memory. */
#include "common/pages_files.h"

#include "common/file.h"
#include "proto/limits.h"

#include <stdio.h>
#include <stdlib.h>
#include <uv.h>

enum { NAME_MAX_BYTES = 64 };

struct row {
    char path[2 * NAME_MAX_BYTES];
    const char *type;
    struct buf bytes;
};

struct pages_files {
    struct row rows[PAGES_FILES_MAX];
    size_t count, bytes;
    char index[2 * NAME_MAX_BYTES];
};

static const struct {
    const char *ending, *type;
} types[] = {
    {".html", "text/html; charset=utf-8"},
    {".js", "text/javascript; charset=utf-8"},
    {".css", "text/css; charset=utf-8"},
    {".svg", "image/svg+xml"},
    {".png", "image/png"},
    {".ico", "image/x-icon"},
    {".woff2", "font/woff2"},
    {".json", "application/json"},
    {".wav", "audio/wav"},
};

static bool is_name_char(char c)
{
    return (c >= 'a' && c <= 'z') || (c >= 'A' && c <= 'Z') || (c >= '0' && c <= '9') || c == '.' ||
           c == '_' || c == '-';
}

static bool ends_with(struct slice name, const char *ending)
{
    size_t size = strlen(ending);
    return name.size > size && memcmp(name.bytes + name.size - size, ending, size) == 0;
}

const char *pages_files_type(struct slice name)
{
    if (name.size == 0 || name.size > NAME_MAX_BYTES || name.bytes[0] == '.')
        return NULL;
    for (size_t i = 0; i < name.size; i++)
        if (!is_name_char(name.bytes[i]))
            return NULL;
    for (size_t i = 0; i < sizeof types / sizeof types[0]; i++)
        if (ends_with(name, types[i].ending))
            return types[i].type;
    return NULL;
}

static enum err add(struct pages_files *files, const char *folder, const char *room,
                    const char *name, const char *type)
{
    char path[FILE_PATH_MAX];
    int size = snprintf(path, sizeof path, "%s/%s/web/%s", folder, room, name);
    if (size < 0 || (size_t)size >= sizeof path)
        return ERR_TOO_LARGE;
    if (files->count == PAGES_FILES_MAX)
        return ERR_FULL;
    struct row *row = &files->rows[files->count];
    *row = (struct row){.type = type};
    snprintf(row->path, sizeof row->path, "/%s/web/%s", room, name);
    enum err err = file_read(path, PAGES_FILE_BYTES, FILE_ANY, &row->bytes);
    if (err != ERR_OK) {
        buf_free(&row->bytes);
        return err;
    }
    files->count++;
    files->bytes += row->bytes.size;
    return files->bytes > PAGES_FILES_BYTES ? ERR_FULL : ERR_OK;
}

static enum err add_folder(struct pages_files *files, const char *folder, const char *room)
{
    char path[FILE_PATH_MAX];
    uv_fs_t list;
    uv_dirent_t entry;
    enum err err = ERR_OK;
    int size = snprintf(path, sizeof path, "%s/%s/web", folder, room);
    if (size < 0 || (size_t)size >= sizeof path)
        return ERR_TOO_LARGE;
    int found = uv_fs_scandir(NULL, &list, path, 0, NULL);
    while (found >= 0 && err == ERR_OK && uv_fs_scandir_next(&list, &entry) != UV_EOF) {
        const char *type = pages_files_type(slice_of(entry.name));
        if (type != NULL && entry.type != UV_DIRENT_DIR)
            err = add(files, folder, room, entry.name, type);
    }
    uv_fs_req_cleanup(&list);
    return found < 0 ? ERR_NOT_FOUND : err;
}

enum err pages_files_open(const char *folder, const char *own, struct pages_files **out)
{
    struct pages_file index;
    struct pages_files *files = calloc(1, sizeof *files);
    *out = NULL;
    if (files == NULL)
        return ERR_NO_MEMORY;
    snprintf(files->index, sizeof files->index, "/%s/web/index.html", own);
    enum err err = add_folder(files, folder, "client");
    if (err == ERR_OK)
        err = add_folder(files, folder, own);
    if (err == ERR_OK)
        err = pages_files_find(files, slice_of("/"), &index);
    if (err != ERR_OK) {
        pages_files_close(files);
        return err;
    }
    *out = files;
    return ERR_OK;
}

void pages_files_close(struct pages_files *files)
{
    if (files == NULL)
        return;
    for (size_t i = 0; i < files->count; i++)
        buf_free(&files->rows[i].bytes);
    free(files);
}

enum err pages_files_find(const struct pages_files *files, struct slice path,
                          struct pages_file *out)
{
    if (slice_is(path, "/"))
        path = slice_of(files->index);
    for (size_t i = 0; i < files->count; i++)
        if (slice_is(path, files->rows[i].path)) {
            *out = (struct pages_file){buf_slice(&files->rows[i].bytes), files->rows[i].type};
            return ERR_OK;
        }
    return ERR_NOT_FOUND;
}

size_t pages_files_count(const struct pages_files *files)
{
    return files->count;
}
