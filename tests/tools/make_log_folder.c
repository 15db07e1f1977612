/* make_log_folder.c — Job: write a log of synthetic entries as a folder, in the form of an export.
 *
 *     make_log_folder DIR SIZE        (DIR must not exist)
 *
 * Entry i is {"seq":i,"ev":"view"}; the key is made from the seed 00..1f and belongs to nobody. The
 * folder holds `checkpoint`, `vkey` and the tiles of C2SP tlog-tiles. */
#include "proto/checkpoint.h"
#include "proto/tile.h"
#include "tests/lib/log_sample.h"

#include <errno.h>
#include <stdio.h>
#include <stdlib.h>
#include <sys/stat.h>
#include <sodium.h>

#define ORIGIN "gw.example/audit"
enum { SIZE_MAX_MADE = 1 << 22 };

static const char *root_folder;

static void stop(const char *what, const char *where)
{
    fprintf(stderr, "make_log_folder: %s: %s\n", what, where);
    exit(1);
}

/* Makes every folder that PATH needs. */
static void make_folders(char *path)
{
    for (char *slash = strchr(path + 1, '/'); slash != NULL; slash = strchr(slash + 1, '/')) {
        *slash = '\0';
        if (mkdir(path, 0777) != 0 && errno != EEXIST)
            stop("cannot make the folder", path);
        *slash = '/';
    }
}

static void write_file(struct slice name, struct slice bytes)
{
    char path[4096];
    int size = snprintf(path, sizeof path, "%s/%.*s", root_folder, (int)name.size, name.bytes);
    if (size < 0 || (size_t)size >= sizeof path)
        stop("path too long", root_folder);
    make_folders(path);
    FILE *file = fopen(path, "wbx");
    if (file == NULL)
        stop("cannot write", path);
    bool written = fwrite(bytes.bytes, 1, bytes.size, file) == bytes.size;
    if (fclose(file) != 0 || !written)
        stop("cannot write", path);
}

static void fill_entries(uint64_t first, unsigned width, struct buf *out)
{
    for (unsigned i = 0; i < width; i++) {
        struct buf entry = {0};
        sample_entry(first + i, &entry);
        if (tile_entry_add(buf_slice(&entry), out) != ERR_OK)
            stop("no memory", "entries");
        buf_free(&entry);
    }
}

static void write_tile(const struct log_sample *log, const struct tile *tile)
{
    struct buf name = {0}, bytes = {0};
    uint64_t first = tile->index * TILE_WIDTH;
    if (tile->kind == TILE_ENTRIES)
        fill_entries(first, tile->width, &bytes);
    else
        buf_add(&bytes, log->levels[tile->level * 8] + first, tile->width * sizeof(struct hash));
    tile_path(tile, &name);
    if (buf_error(&bytes) != ERR_OK || buf_error(&name) != ERR_OK)
        stop("no memory", "tile");
    write_file(buf_slice(&name), buf_slice(&bytes));
    buf_free(&bytes);
    buf_free(&name);
}

static void write_tiles(const struct log_sample *log)
{
    for (uint64_t n = 0; n < tile_count(0, log->size); n++)
        write_tile(log, &(struct tile){TILE_ENTRIES, 0, n, tile_width(0, n, log->size)});
    for (unsigned level = 0; tile_count(level, log->size) != 0; level++)
        for (uint64_t n = 0; n < tile_count(level, log->size); n++)
            write_tile(log, &(struct tile){TILE_HASHES, level, n, tile_width(level, n, log->size)});
}

static void write_checkpoint(const struct log_sample *log)
{
    uint8_t seed[NOTE_SEED_BYTES], secret[NOTE_SECRET_BYTES], public[NOTE_PUBLIC_BYTES];
    struct checkpoint checkpoint = {ORIGIN, log->size, merkle_root(&log->edge)};
    struct note_key key;
    struct buf vkey = {0}, note = {0};
    for (size_t i = 0; i < sizeof seed; i++)
        seed[i] = (uint8_t)i;
    note_secret_of_seed(seed, secret, public);
    if (note_key_init(slice_of(ORIGIN), NOTE_KEY_ED25519, public, &key) != ERR_OK ||
        checkpoint_sign(&checkpoint, &key, secret, &note) != ERR_OK)
        stop("cannot sign", ORIGIN);
    note_key_format(&key, &vkey);
    buf_byte(&vkey, '\n');
    write_file(slice_of("vkey"), buf_slice(&vkey));
    write_file(slice_of("checkpoint"), buf_slice(&note));
    buf_free(&vkey);
    buf_free(&note);
}

int main(int argc, char **argv)
{
    struct log_sample log;
    char *end = NULL;
    unsigned long long size = argc == 3 ? strtoull(argv[2], &end, 10) : 0;
    if (argc != 3 || *argv[2] == '\0' || *end != '\0' || size > SIZE_MAX_MADE) {
        fprintf(stderr, "usage: make_log_folder DIR SIZE   (SIZE at most %d)\n", SIZE_MAX_MADE);
        return 2;
    }
    if (sodium_init() < 0)
        stop("libsodium does not start", "");
    root_folder = argv[1];
    if (mkdir(root_folder, 0777) != 0)
        stop("cannot make the folder", root_folder);
    sample_init(&log, size);
    write_tiles(&log);
    write_checkpoint(&log);
    sample_fini(&log);
    return 0;
}
