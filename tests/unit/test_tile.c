/* test_tile.c — Job: tile names in one spelling, widths by the specification, hostile bundles. */
#include "proto/tile.h"

#include "tests/lib/log_sample.h"

#include <setjmp.h>
#include <stdarg.h>
#include <stdlib.h>
#include <cmocka.h>

static void assert_path(struct tile tile, const char *path)
{
    struct buf b = {0};
    struct tile back;
    tile_path(&tile, &b);
    assert_true(slice_is(buf_slice(&b), path));
    assert_int_equal(tile_parse(slice_of(path), &back), ERR_OK);
    assert_int_equal(back.kind, tile.kind);
    assert_int_equal(back.level, tile.level);
    assert_true(back.index == tile.index);
    assert_int_equal(back.width, tile.width);
    buf_free(&b);
}

static void names_are_those_of_the_specification(void **state)
{
    (void)state;
    assert_path((struct tile){TILE_HASHES, 0, 1234067, 256}, "tile/0/x001/x234/067");
    assert_path((struct tile){TILE_HASHES, 0, 0, 256}, "tile/0/000");
    assert_path((struct tile){TILE_HASHES, 3, 999, 1}, "tile/3/999.p/1");
    assert_path((struct tile){TILE_HASHES, 63, 1000, 255}, "tile/63/x001/000.p/255");
    assert_path((struct tile){TILE_ENTRIES, 0, 1000, 256}, "tile/entries/x001/000");
    assert_path((struct tile){TILE_ENTRIES, 0, 273, 112}, "tile/entries/273.p/112");
    assert_path((struct tile){TILE_HASHES, 0, LOG_SIZE_MAX / 256, 256},
                "tile/0/x018/x014/x398/x509/x481/984");
}

static void other_spellings_are_refused(void **state)
{
    (void)state;
    static const char *const bad[] = {
        "",
        "tile",
        "tile/",
        "tile/0",
        "tile/0/",
        "tile/0/0",
        "tile/0/00",
        "tile/0/0000",
        "tile/0/x000",
        "tile/0/x000/001",
        "tile/0/x001",
        "tile/0/001/002",
        "tile/0/x001/x002",
        "tile/00/000",
        "tile/64/000",
        "tile/-1/000",
        "tile//000",
        "tile/a/000",
        "/tile/0/000",
        "tile/0/000/",
        "tile/0/000.p",
        "tile/0/000.p/",
        "tile/0/000.p/0",
        "tile/0/000.p/256",
        "tile/0/000.p/01",
        "tile/0/000.p/1/",
        "tile/0/000.p/1 ",
        "tile/0/../000",
        "tile/0/x../000",
        "tile/entries",
        "tile/entries/",
        "tile/entriesx/000",
        "tile/entries/0",
        "tile/8/0/x1",
        "tile/0/x018/x014/x398/x509/x481/985",
        "tile/0/x999/x999/x999/x999/x999/999",
        "tile/0/x001/x000/x000/x000/x000/x000/000",
        "tile/0/000\n",
        "tile/0/+01",
    };
    struct tile out;
    for (size_t i = 0; i < sizeof bad / sizeof *bad; i++)
        if (tile_parse(slice_of(bad[i]), &out) != ERR_BAD_FIELD)
            fail_msg("accepted: %s", bad[i]);
    assert_int_equal(tile_parse((struct slice){NULL, 0}, &out), ERR_BAD_FIELD);
    assert_int_equal(tile_parse((struct slice){"tile/0/000\0", 11}, &out), ERR_BAD_FIELD);
}

static void widths_are_those_of_the_specification(void **state)
{
    (void)state;
    assert_int_equal(tile_count(0, 70000), 274);
    assert_int_equal(tile_width(0, 272, 70000), 256);
    assert_int_equal(tile_width(0, 273, 70000), 112);
    assert_int_equal(tile_width(0, 274, 70000), 0);
    assert_int_equal(tile_count(1, 70000), 2);
    assert_int_equal(tile_width(1, 0, 70000), 256);
    assert_int_equal(tile_width(1, 1, 70000), 17);
    assert_int_equal(tile_count(2, 70000), 1);
    assert_int_equal(tile_width(2, 0, 70000), 1);
    assert_int_equal(tile_count(3, 70000), 0);
    assert_int_equal(tile_width(0, 0, 256), 256);
    assert_int_equal(tile_width(0, 1, 256), 0);
    assert_int_equal(tile_count(0, 256), 1);
    assert_int_equal(tile_width(1, 0, 256), 1);
    assert_int_equal(tile_count(0, 0), 0);
    assert_int_equal(tile_width(0, 0, 0), 0);
    assert_int_equal(tile_count(TILE_LEVEL_MAX, UINT64_MAX), 0);
    assert_int_equal(tile_width(8, 0, UINT64_MAX), 0);
}

/* A hash of level 1 is the root over the 256 leaves below it. */
static void a_full_tile_is_a_node_above(void **state)
{
    (void)state;
    struct log_sample log;
    sample_init(&log, 768);
    for (size_t i = 0; i < 3; i++) {
        struct hash root = tile_root(log.levels[0] + 256 * i);
        assert_true(hash_equal(&root, &log.levels[8][i]));
    }
    sample_fini(&log);
}

static void bundles_hold_what_was_put_in(void **state)
{
    (void)state;
    struct buf b = {0};
    struct hash leaves[4];
    char *large = calloc(1, LEAF_BYTES_MAX + 1);
    assert_non_null(large);
    assert_int_equal(tile_entry_add(slice_of("one"), &b), ERR_OK);
    assert_int_equal(tile_entry_add(slice_of(""), &b), ERR_OK);
    assert_int_equal(tile_entry_add((struct slice){large, LEAF_BYTES_MAX}, &b), ERR_OK);
    assert_memory_equal(b.bytes, "\0\3one\0\0\xff\xff", 9);
    size_t size = b.size;
    assert_int_equal(tile_entry_add((struct slice){large, LEAF_BYTES_MAX + 1}, &b), ERR_TOO_LARGE);
    assert_int_equal(b.size, size);
    assert_int_equal(tile_entries_hash(buf_slice(&b), 3, leaves), ERR_OK);
    struct hash one = merkle_leaf(slice_of("one"));
    assert_true(hash_equal(&leaves[0], &one));
    assert_int_equal(tile_entries_hash(buf_slice(&b), 2, leaves), ERR_CORRUPT);
    assert_int_equal(tile_entries_hash(buf_slice(&b), 4, leaves), ERR_CORRUPT);
    free(large);
    buf_free(&b);
}

static void a_damaged_bundle_is_refused(void **state)
{
    (void)state;
    struct buf b = {0};
    struct hash leaves[3];
    for (uint64_t i = 0; i < 3; i++) {
        struct buf entry = {0};
        sample_entry(i, &entry);
        assert_int_equal(tile_entry_add(buf_slice(&entry), &b), ERR_OK);
        buf_free(&entry);
    }
    for (size_t cut = 0; cut < b.size; cut++)
        assert_int_equal(tile_entries_hash((struct slice){b.bytes, cut}, 3, leaves), ERR_CORRUPT);
    buf_byte(&b, 0);
    assert_int_equal(tile_entries_hash(buf_slice(&b), 3, leaves), ERR_CORRUPT);
    b.size--;
    b.bytes[0] = (char)0xff; /* a length far behind the end */
    assert_int_equal(tile_entries_hash(buf_slice(&b), 3, leaves), ERR_CORRUPT);
    assert_int_equal(tile_entries_hash((struct slice){"", 0}, 0, leaves), ERR_CORRUPT);
    assert_int_equal(tile_entries_hash((struct slice){"", 0}, 257, leaves), ERR_CORRUPT);
    buf_free(&b);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(names_are_those_of_the_specification),
        cmocka_unit_test(other_spellings_are_refused),
        cmocka_unit_test(widths_are_those_of_the_specification),
        cmocka_unit_test(a_full_tile_is_a_node_above),
        cmocka_unit_test(bundles_hold_what_was_put_in),
        cmocka_unit_test(a_damaged_bundle_is_refused),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
