/* protocol_doc.c — Job: make the generated part of proto/PROTOCOL.md anew, in place. */
#include "tests/lib/protocol_doc.h"

#include <stdio.h>

#include "tests/lib/file_bytes.h"

static enum err write_new(const char *path, struct slice bytes)
{
    char next[1024];
    snprintf(next, sizeof next, "%s.new", path);
    FILE *f = fopen(next, "wb");
    if (f == NULL)
        return ERR_IO;
    bool written = fwrite(bytes.bytes, 1, bytes.size, f) == bytes.size;
    if (fclose(f) != 0 || !written || rename(next, path) != 0)
        return ERR_IO;
    return ERR_OK;
}

int main(int argc, char **argv)
{
    struct buf old = {0}, view_h = {0}, page = {0};
    enum err e = argc == 3 ? file_bytes(argv[1], &old) : ERR_USAGE;
    if (e == ERR_OK)
        e = file_bytes(argv[2], &view_h);
    if (e == ERR_OK)
        e = protocol_doc_renew(buf_slice(&old), buf_slice(&view_h), &page);
    if (e == ERR_OK && !slice_equal(buf_slice(&old), buf_slice(&page)))
        e = write_new(argv[1], buf_slice(&page));
    if (e != ERR_OK)
        fprintf(stderr, "protocol_doc: %s\n", err_text_en(e));
    buf_free(&old);
    buf_free(&view_h);
    buf_free(&page);
    return e != ERR_OK;
}
