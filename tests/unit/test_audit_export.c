/* test_audit_export.c — Job: what is exported, and each receipt, verifies without the gateway. */
#include "gateway/journal/audit.h"

#include "common/file.h"
#include "proto/tile.h"
#include "proto/tlog_proof.h"
#include "tests/lib/journal_kit.h"

#include <setjmp.h>
#include <stdarg.h>
#include <stdio.h>
#include <stdlib.h>
#include <cmocka.h>

enum { ENTRIES = 60, VICTIM = 23 };

static struct kit kit;
static struct note_key key;

static void fill(unsigned entries)
{
    for (unsigned i = 0; i < entries; i++) {
        struct batch *batch = kit_append(&kit, "a", "{\"note\":\"one of many\"}");
        assert_int_equal(batch->result, ERR_OK);
        batch_free(batch);
    }
}

static int up(void **state)
{
    (void)state;
    kit_init(&kit, KIT_RAM);
    if (kit_open(&kit) != ERR_OK || note_key_parse(journal_log_key(kit.journal), &key) != ERR_OK)
        return -1;
    fill(ENTRIES);
    return 0;
}

static int down(void **state)
{
    (void)state;
    kit_fini(&kit);
    return 0;
}

static void the_exported_tiles_give_the_signed_root(void **state)
{
    (void)state;
    char dir[KIT_PATH + 16], path[KIT_PATH + 64];
    struct buf bytes = {0}, note = {0};
    uint64_t size;
    struct checkpoint checkpoint;
    struct checkpoint_trust trust = {.keys = &key, .count = 1};
    fill(600 - ENTRIES);
    snprintf(dir, sizeof dir, "%s/export", kit.dir);
    assert_int_equal(audit_export(kit.store, &key, dir, &size), ERR_OK);
    assert_int_equal(size, 601);
    assert_int_equal(audit_export(kit.store, &key, dir, &size), ERR_OK); /* once more is fine */
    snprintf(path, sizeof path, "%s/checkpoint", dir);
    assert_int_equal(file_read(path, 10000, FILE_ANY, &note), ERR_OK);
    assert_int_equal(checkpoint_open(buf_slice(&note), &trust, &checkpoint, NULL), ERR_OK);
    assert_int_equal(checkpoint.size, 601);
    struct merkle_edge edge = {0};
    for (uint64_t i = 0; i < 3; i++) {
        struct hash leaves[TILE_WIDTH], made[MERKLE_LEVELS_MAX];
        struct tile tile = {TILE_ENTRIES, 0, i, tile_width(0, i, 601)};
        buf_clear(&bytes);
        snprintf(path, sizeof path, "%s/", dir);
        buf_text(&bytes, path);
        tile_path(&tile, &bytes);
        buf_byte(&bytes, '\0');
        snprintf(path, sizeof path, "%s", bytes.bytes);
        buf_clear(&bytes);
        assert_int_equal(file_read(path, 1u << 24, FILE_ANY, &bytes), ERR_OK);
        assert_int_equal(tile_entries_hash(buf_slice(&bytes), tile.width, leaves), ERR_OK);
        for (unsigned k = 0; k < tile.width; k++)
            merkle_append(&edge, &leaves[k], made);
    }
    struct hash root = merkle_root(&edge);
    assert_true(hash_equal(&root, &checkpoint.root));
    snprintf(path, sizeof path, "%s/events.jsonl", dir);
    buf_clear(&bytes);
    assert_int_equal(file_read(path, 1u << 24, FILE_ANY, &bytes), ERR_OK);
    size_t lines = 0;
    for (size_t i = 0; i < bytes.size; i++)
        lines += bytes.bytes[i] == '\n';
    assert_int_equal(lines, 601);
    assert_null(memmem(bytes.bytes, bytes.size, "of many", 7)); /* no word of a payload */
    buf_free(&bytes);
    buf_free(&note);
}

static void a_receipt_proves_its_entry_and_no_other(void **state)
{
    (void)state;
    struct buf entry = {0}, proof = {0}, other = {0}, unused = {0};
    struct checkpoint_trust trust = {.keys = &key, .count = 1};
    assert_int_equal(audit_prove(kit.store, VICTIM, &entry, &proof), ERR_OK);
    struct event event;
    assert_int_equal(leaf_decode(buf_slice(&entry), &event), ERR_OK);
    assert_int_equal(event.seq, VICTIM);
    assert_int_equal(tlog_proof_verify(buf_slice(&entry), buf_slice(&proof), &trust, NULL, NULL),
                     ERR_OK);
    assert_int_equal(audit_prove(kit.store, VICTIM + 1, &other, &unused), ERR_OK);
    assert_int_equal(tlog_proof_verify(buf_slice(&other), buf_slice(&proof), &trust, NULL, NULL),
                     ERR_LOG_PROOF);
    assert_int_equal(audit_prove(kit.store, 0, &other, &unused), ERR_NOT_FOUND);
    assert_int_equal(audit_prove(kit.store, ENTRIES + 2, &other, &unused), ERR_NOT_FOUND);
    buf_free(&entry);
    buf_free(&proof);
    buf_free(&other);
    buf_free(&unused);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test_setup_teardown(the_exported_tiles_give_the_signed_root, up, down),
        cmocka_unit_test_setup_teardown(a_receipt_proves_its_entry_and_no_other, up, down),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
