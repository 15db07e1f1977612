/* tile.h — Job: the log's tiles: names, widths, entry bundles (C2SP tlog-tiles). */
#ifndef PROTO_TILE_H
#define PROTO_TILE_H

#include "proto/buf.h"
#include "proto/limits.h"
#include "proto/sha256.h"

enum tile_kind {
    TILE_HASHES, /* tile/<L>/<N>: concatenated hashes; at level L, nodes of Merkle level 8 * L */
    TILE_ENTRIES /* tile/entries/<N>: the entries themselves; level is 0 */
};

/* One file of the log. Width counts its hashes or entries: TILE_WIDTH when full, fewer (never 0)
 * when it is the partial one at the right edge. */
struct tile {
    enum tile_kind kind;
    unsigned level;
    uint64_t index;
    unsigned width;
};

/* How wide the tile (LEVEL, INDEX) is in a log of SIZE entries: 0 when there is none. Entry
 * bundles are as wide as the hash tiles of level 0. */
unsigned tile_width(unsigned level, uint64_t index, uint64_t size);
/* How many tiles, the partial one included, LEVEL has in a log of SIZE entries; 0 ends a loop
 * over the levels. */
uint64_t tile_count(unsigned level, uint64_t size);

/* Appends the path, relative to the log's prefix: "tile/0/x001/x234/067" or "….p/5". */
void tile_path(const struct tile *tile, struct buf *out);
/* The reverse. ERR_BAD_FIELD for anything that tile_path does not write: it is safe to open what
 * was parsed, formatted again, below a folder. */
MUST_CHECK enum err tile_parse(struct slice path, struct tile *out);

/* The root of a full tile (TILE_WIDTH hashes), which is the hash one level above. */
struct hash tile_root(const struct hash hashes[TILE_WIDTH]);

/* Appends one entry to a bundle: two-byte big-endian length, bytes. ERR_TOO_LARGE above
 * LEAF_BYTES_MAX; nothing is appended then. */
MUST_CHECK enum err tile_entry_add(struct slice entry, struct buf *bundle);
/* Moves the first entry of REST to ENTRY, which lends from it. ERR_CORRUPT when REST (also an
 * empty one) does not hold a whole entry. */
MUST_CHECK enum err tile_entry_next(struct slice *rest, struct slice *entry);
/* The leaf hashes of a bundle of exactly WIDTH (1 .. TILE_WIDTH) entries; LEAVES has room for
 * WIDTH. ERR_CORRUPT when the bundle holds fewer, more, or a byte that belongs to none. */
MUST_CHECK enum err tile_entries_hash(struct slice bundle, unsigned width, struct hash *leaves);
#endif
