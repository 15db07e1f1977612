/* file_bytes.c — Job: a whole file in memory, for tests and tools. */
#include "tests/lib/file_bytes.h"

#include <stdio.h>

enum err file_bytes(const char *path, struct buf *out)
{
    char piece[4096];
    size_t size;
    FILE *f = fopen(path, "rb");
    if (f == NULL)
        return ERR_NOT_FOUND;
    while ((size = fread(piece, 1, sizeof piece, f)) > 0)
        buf_add(out, piece, size);
    enum err e = ferror(f) ? ERR_IO : buf_error(out);
    fclose(f);
    return e;
}
