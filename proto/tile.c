/* tile.c — Job: the log's tiles: names, widths, entry bundles (C2SP tlog-tiles). */
#include "proto/tile.h"

#include "proto/line.h"
#include "proto/merkle.h"

enum { TILE_HEIGHT = 8, GROUP = 1000, GROUPS_MAX = 6 /* 10^18 tiles; LOG_SIZE_MAX has 2^54 */ };

_Static_assert(TILE_WIDTH == 1 << TILE_HEIGHT, "a tile is a subtree of height 8");
_Static_assert(LOG_SIZE_MAX / TILE_WIDTH < 1000000000000000000ull, "six groups name every tile");

/* How many hashes LEVEL has. */
static uint64_t level_size(unsigned level, uint64_t size)
{
    return level * TILE_HEIGHT >= 64 ? 0 : size >> level * TILE_HEIGHT;
}

unsigned tile_width(unsigned level, uint64_t index, uint64_t size)
{
    uint64_t hashes = level_size(level, size);
    if (index < hashes / TILE_WIDTH)
        return TILE_WIDTH;
    return index == hashes / TILE_WIDTH ? (unsigned)(hashes % TILE_WIDTH) : 0;
}

uint64_t tile_count(unsigned level, uint64_t size)
{
    uint64_t hashes = level_size(level, size);
    return hashes / TILE_WIDTH + (hashes % TILE_WIDTH != 0);
}

void tile_path(const struct tile *tile, struct buf *out)
{
    if (tile->kind == TILE_ENTRIES)
        buf_text(out, "tile/entries");
    else
        buf_printf(out, "tile/%u", tile->level);
    uint64_t unit = 1;
    while (tile->index / unit >= GROUP)
        unit *= GROUP;
    for (; unit >= GROUP; unit /= GROUP)
        buf_printf(out, "/x%03u", (unsigned)(tile->index / unit % GROUP));
    buf_printf(out, "/%03u", (unsigned)(tile->index % GROUP));
    if (tile->width != TILE_WIDTH)
        buf_printf(out, ".p/%u", tile->width);
}

/* Takes "/000" or "/x000" off PATH and adds it to INDEX. MORE is set when another one follows. */
static enum err group_parse(struct slice *path, uint64_t *index, bool *more)
{
    *more = line_skip(path, "/x");
    if (!*more && !line_skip(path, "/"))
        return ERR_BAD_FIELD;
    if (path->size < 3)
        return ERR_BAD_FIELD;
    unsigned group = 0;
    for (size_t i = 0; i < 3; i++) {
        char c = path->bytes[i];
        if (c < '0' || c > '9')
            return ERR_BAD_FIELD;
        group = group * 10 + (unsigned)(c - '0');
    }
    if (*more && *index == 0 && group == 0)
        return ERR_BAD_FIELD; /* x000 in front is a second spelling */
    *index = *index * GROUP + group;
    path->bytes += 3;
    path->size -= 3;
    return ERR_OK;
}

static enum err level_parse(struct slice *path, struct tile *tile)
{
    if (line_skip(path, "tile/entries")) {
        tile->kind = TILE_ENTRIES;
        return ERR_OK;
    }
    if (!line_skip(path, "tile/"))
        return ERR_BAD_FIELD;
    const char *end = path->size == 0 ? NULL : memchr(path->bytes, '/', path->size);
    if (end == NULL)
        return ERR_BAD_FIELD;
    uint64_t level = 0;
    struct slice digits = {path->bytes, (size_t)(end - path->bytes)};
    enum err e = line_number(digits, TILE_LEVEL_MAX, &level);
    if (e != ERR_OK)
        return e;
    tile->level = (unsigned)level;
    path->bytes += digits.size;
    path->size -= digits.size;
    return ERR_OK;
}

enum err tile_parse(struct slice path, struct tile *out)
{
    struct tile tile = {.kind = TILE_HASHES, .width = TILE_WIDTH};
    enum err e = level_parse(&path, &tile);
    bool more = true;
    for (int groups = 0; e == ERR_OK && more; groups++) {
        if (groups == GROUPS_MAX)
            return ERR_BAD_FIELD;
        e = group_parse(&path, &tile.index, &more);
    }
    if (e != ERR_OK)
        return e;
    if (line_skip(&path, ".p/")) {
        uint64_t width = 0;
        e = line_number(path, TILE_WIDTH - 1, &width);
        if (e != ERR_OK || width == 0)
            return ERR_BAD_FIELD;
        tile.width = (unsigned)width;
    } else if (path.size != 0) {
        return ERR_BAD_FIELD;
    }
    if (tile.index > LOG_SIZE_MAX / TILE_WIDTH)
        return ERR_BAD_FIELD;
    *out = tile;
    return ERR_OK;
}

struct hash tile_root(const struct hash hashes[TILE_WIDTH])
{
    struct merkle_edge edge = {0};
    for (size_t i = 0; i < TILE_WIDTH; i++)
        merkle_append(&edge, &hashes[i], NULL);
    return merkle_root(&edge);
}

enum err tile_entry_add(struct slice entry, struct buf *bundle)
{
    if (entry.size > LEAF_BYTES_MAX)
        return ERR_TOO_LARGE;
    buf_byte(bundle, (char)(entry.size >> 8));
    buf_byte(bundle, (char)(entry.size & 0xff));
    buf_add(bundle, entry.bytes, entry.size);
    return buf_error(bundle);
}

enum err tile_entry_next(struct slice *rest, struct slice *entry)
{
    if (rest->size < 2)
        return ERR_CORRUPT;
    size_t size = (size_t)(unsigned char)rest->bytes[0] << 8 | (unsigned char)rest->bytes[1];
    if (size > rest->size - 2)
        return ERR_CORRUPT;
    *entry = (struct slice){rest->bytes + 2, size};
    rest->bytes += 2 + size;
    rest->size -= 2 + size;
    return ERR_OK;
}

enum err tile_entries_hash(struct slice bundle, unsigned width, struct hash *leaves)
{
    if (width == 0 || width > TILE_WIDTH)
        return ERR_CORRUPT;
    for (unsigned i = 0; i < width; i++) {
        struct slice entry;
        enum err e = tile_entry_next(&bundle, &entry);
        if (e != ERR_OK)
            return e;
        leaves[i] = merkle_leaf(entry);
    }
    return bundle.size == 0 ? ERR_OK : ERR_CORRUPT;
}
