/* temp_folder.c — Job: a folder of its own for a test, and its removal. */
#include "tests/lib/temp_folder.h"

#include <ftw.h>
#include <stdio.h>
#include <stdlib.h>
#include <sys/stat.h>

enum { OPEN_FOLDERS_MAX = 8 };

void temp_folder_make(char path[TEMP_PATH_MAX])
{
    const char *base = getenv("TMPDIR");
    int size =
        snprintf(path, TEMP_PATH_MAX, "%s/sakiyomi-test-XXXXXX", base == NULL ? "/tmp" : base);
    if (size < 0 || size >= TEMP_PATH_MAX || mkdtemp(path) == NULL) {
        perror("mkdtemp");
        abort();
    }
}

void temp_path(const char *folder, const char *name, char path[TEMP_PATH_MAX])
{
    int size = snprintf(path, TEMP_PATH_MAX, "%s/%s", folder, name);
    if (size < 0 || size >= TEMP_PATH_MAX)
        abort();
}

static int remove_one(const char *path, const struct stat *what, int kind, struct FTW *where)
{
    (void)what;
    (void)kind;
    (void)where;
    return remove(path);
}

void temp_folder_remove(const char *path)
{
    nftw(path, remove_one, OPEN_FOLDERS_MAX, FTW_DEPTH | FTW_PHYS);
}
