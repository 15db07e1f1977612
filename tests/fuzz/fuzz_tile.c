/* fuzz_tile.c — Job: any bytes as a tile's path, as an entry bundle, and as a stored right edge. */
#include "proto/merkle.h"
#include "proto/tile.h"

#include <assert.h>

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size);

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
    struct slice bytes = {(const char *)data, size};
    struct hash leaves[TILE_WIDTH];
    struct merkle_edge edge;
    struct tile tile;
    struct buf again = {0};
    if (tile_parse(bytes, &tile) == ERR_OK) {
        tile_path(&tile, &again);
        assert(slice_equal(buf_slice(&again), bytes));
    }
    buf_clear(&again);
    if (merkle_edge_decode(bytes, &edge) == ERR_OK) {
        merkle_edge_encode(&edge, &again);
        assert(slice_equal(buf_slice(&again), bytes));
        (void)merkle_root(&edge);
        leaves[0] = merkle_empty_root();
        merkle_append(&edge, &leaves[0], NULL);
    }
    buf_free(&again);
    struct slice rest = bytes, entry;
    unsigned entries = 0;
    while (tile_entry_next(&rest, &entry) == ERR_OK)
        entries++;
    if (rest.size == 0 && entries >= 1 && entries <= TILE_WIDTH)
        assert(tile_entries_hash(bytes, entries, leaves) == ERR_OK);
    else
        assert(tile_entries_hash(bytes, TILE_WIDTH, leaves) != ERR_OK);
    return 0;
}
