/* audit_export.c — Job: the log as a folder that other people's tools can check; one receipt. */
#include <stdio.h>
#include <unistd.h>

#include "common/file.h"
#include "gateway/journal/audit.h"
#include "proto/tile.h"
#include "proto/tlog_proof.h"

enum { FILE_MODE = 0644, DIR_MODE = 0755 };

struct export
{
    struct store *store;
    const char *dir;
    uint64_t size;
    struct buf bytes; /* of the file being made */
    struct buf path;
    FILE *lines;
    unsigned bundled; /* entries in the bundle being made */
};

/* DIR/NAME with the folders above it, written in one step. */
static enum err write_file(struct export *x, const char *name)
{
    buf_clear(&x->path);
    buf_printf(&x->path, "%s/%s", x->dir, name);
    buf_byte(&x->path, '\0');
    if (buf_error(&x->path) != ERR_OK || buf_error(&x->bytes) != ERR_OK)
        return ERR_NO_MEMORY;
    char *slash = strrchr(x->path.bytes, '/');
    *slash = '\0';
    enum err e = file_mkdir_p(x->path.bytes, DIR_MODE);
    *slash = '/';
    return e == ERR_OK ? file_write(x->path.bytes, buf_slice(&x->bytes), FILE_MODE) : e;
}

static enum err write_tile(struct export *x, const struct tile *tile)
{
    struct buf name = {0};
    tile_path(tile, &name);
    buf_byte(&name, '\0');
    enum err e = buf_error(&name);
    if (e == ERR_OK)
        e = write_file(x, name.bytes);
    buf_free(&name);
    return e;
}

static enum err hash_tile(struct export *x, unsigned level, uint64_t index)
{
    struct tile tile = {TILE_HASHES, level, index, tile_width(level, index, x->size)};
    enum err e = ERR_OK;
    buf_clear(&x->bytes);
    for (unsigned i = 0; i < tile.width && e == ERR_OK; i++) {
        struct hash hash;
        e = x->store->node(x->store->self, 8 * level, index * TILE_WIDTH + i, &hash);
        buf_add(&x->bytes, hash.bytes, sizeof hash.bytes);
    }
    if (e == ERR_NOT_FOUND)
        e = ERR_CORRUPT;
    return e == ERR_OK ? write_tile(x, &tile) : e;
}

static enum err each_entry(void *user, const struct stored_event *event)
{
    struct export *x = user;
    if (fwrite(event->leaf.bytes, 1, event->leaf.size, x->lines) != event->leaf.size ||
        fputc('\n', x->lines) == EOF)
        return ERR_IO;
    x->bundled++;
    return tile_entry_add(event->leaf, &x->bytes);
}

static enum err entry_bundle(struct export *x, uint64_t index)
{
    struct tile tile = {TILE_ENTRIES, 0, index, tile_width(0, index, x->size)};
    buf_clear(&x->bytes);
    x->bundled = 0;
    enum err e =
        x->store->follow(x->store->self, index * TILE_WIDTH + 1, (int)tile.width, x, each_entry);
    if (e == ERR_OK && x->bundled != tile.width)
        e = ERR_CORRUPT; /* an entry is missing: `audit verify` says which */
    return e == ERR_OK ? write_tile(x, &tile) : e;
}

static enum err write_tiles(struct export *x)
{
    enum err e = ERR_OK;
    uint64_t count;
    for (unsigned level = 0; e == ERR_OK && (count = tile_count(level, x->size)) != 0; level++)
        for (uint64_t i = 0; i < count && e == ERR_OK; i++)
            e = hash_tile(x, level, i);
    for (uint64_t i = 0; i < tile_count(0, x->size) && e == ERR_OK; i++)
        e = entry_bundle(x, i);
    return e;
}

/* events.jsonl beside the tiles: written under another name, so that a half one is never taken for
 * the whole. */
static enum err open_lines(struct export *x, struct buf *temporary)
{
    enum err e = file_mkdir_p(x->dir, DIR_MODE);
    buf_printf(temporary, "%s/events.jsonl.part", x->dir);
    buf_byte(temporary, '\0');
    if (e == ERR_OK)
        e = buf_error(temporary);
    if (e != ERR_OK)
        return e;
    x->lines = fopen(temporary->bytes, "we");
    return x->lines == NULL ? ERR_IO : ERR_OK;
}

static enum err close_lines(struct export *x, struct buf *temporary, enum err e)
{
    struct buf path = {0};
    buf_printf(&path, "%s/events.jsonl", x->dir);
    buf_byte(&path, '\0');
    if (x->lines != NULL) {
        bool written = fflush(x->lines) == 0 && fsync(fileno(x->lines)) == 0;
        written = fclose(x->lines) == 0 && written;
        if (e == ERR_OK &&
            (!written || buf_error(&path) != ERR_OK || rename(temporary->bytes, path.bytes) != 0))
            e = ERR_IO;
    }
    buf_free(&path);
    return e;
}

/* The newest signed note and the size it is about. ERR_NOT_FOUND: there is none. */
static enum err newest(struct store *store, struct buf *note, uint64_t *size)
{
    struct store_head head;
    struct note split;
    struct checkpoint checkpoint = {0};
    enum err e = store->head(store->self, &head);
    if (e == ERR_OK && head.checkpoint.size == 0)
        e = ERR_NOT_FOUND;
    if (e != ERR_OK)
        return e;
    buf_add(note, head.checkpoint.bytes, head.checkpoint.size);
    e = buf_error(note);
    if (e == ERR_OK)
        e = note_split(buf_slice(note), &split);
    if (e == ERR_OK)
        e = checkpoint_parse(split.text, &checkpoint);
    *size = checkpoint.size;
    return e == ERR_BAD_FIELD || e == ERR_UTF8 || e == ERR_TOO_LARGE ? ERR_CORRUPT : e;
}

enum err audit_export(struct store *store, const struct note_key *key, const char *dir,
                      uint64_t *size)
{
    struct export x = {.store = store, .dir = dir};
    struct buf note = {0}, temporary = {0};
    enum err e = newest(store, &note, &x.size);
    if (e == ERR_OK)
        e = open_lines(&x, &temporary);
    if (e == ERR_OK)
        e = write_tiles(&x);
    e = close_lines(&x, &temporary, e);
    if (e == ERR_OK) {
        buf_clear(&x.bytes);
        note_key_format(key, &x.bytes);
        buf_byte(&x.bytes, '\n');
        e = write_file(&x, "vkey");
    }
    /* The checkpoint last: whatever it covers is there. */
    if (e == ERR_OK) {
        buf_clear(&x.bytes);
        buf_add(&x.bytes, note.bytes, note.size);
        e = write_file(&x, "checkpoint");
    }
    *size = x.size;
    buf_free(&note);
    buf_free(&temporary);
    buf_free(&x.bytes);
    buf_free(&x.path);
    return e;
}

static enum err copy_leaf(void *user, const struct stored_event *event)
{
    buf_add(user, event->leaf.bytes, event->leaf.size);
    return buf_error(user);
}

enum err audit_prove(struct store *store, uint64_t seq, struct buf *leaf, struct buf *proof)
{
    struct merkle_nodes nodes = {store->node, store->self};
    struct merkle_proof path;
    struct buf note = {0};
    uint64_t size = 0;
    enum err e = newest(store, &note, &size);
    if (e == ERR_OK && (seq == 0 || seq > size))
        e = ERR_NOT_FOUND;
    if (e == ERR_OK)
        e = store->event(store->self, seq, leaf, copy_leaf);
    if (e == ERR_OK)
        e = merkle_prove_inclusion(&nodes, seq - 1, size, &path);
    if (e == ERR_OK)
        e = tlog_proof_write(seq - 1, &path, (struct slice){0}, buf_slice(&note), proof);
    buf_free(&note);
    return e;
}
