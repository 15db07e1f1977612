/* test_vault.c — Job: the memory for views: its limit, practice's half of it, sealed and opened. */
#include "gateway/engine/vault.h"

#include "common/seal.h"
#include "proto/view.h"
#include "tests/lib/journal_kit.h"

#include <setjmp.h>
#include <stdarg.h>
#include <stdlib.h>
#include <cmocka.h>

enum { LIMIT = 1024 * 1024, PART = 60 * 1024, PIECE = 32 * 1024, VIEWS = 100 };
static const uint64_t sections = SECTION_BIT(SECTION_PERSON);
static const char person[] = "{\"name\":\"試験 花子\"}";
static struct kit kit;
static struct vault *vault;

static int up(void **state)
{
    (void)state;
    kit_init(&kit, KIT_RAM);
    if (kit_open(&kit) != ERR_OK)
        return -1;
    vault = vault_new(kit.journal, LIMIT);
    return vault == NULL ? -1 : 0;
}

static int down(void **state)
{
    (void)state;
    vault_free(vault);
    kit_fini(&kit);
    return 0;
}

static struct vault_entry entry_of(enum vault_use use)
{
    return (struct vault_entry){kit_id(&kit), kit_id(&kit), sections, use};
}

static struct view *view_of(size_t part_bytes)
{
    struct view *view;
    char *bytes = calloc(1, part_bytes);
    assert_non_null(bytes);
    assert_int_equal(view_new(&view), ERR_OK);
    assert_int_equal(view_set(view, SECTION_PERSON, STATE_PRESENT, slice_of(person)), ERR_OK);
    assert_int_equal(view_add_part(view, "application/xml", CHARSET_UTF8,
                                   (struct slice){bytes, part_bytes}, sections, NULL),
                     ERR_OK);
    free(bytes);
    return view;
}

static enum err put(enum vault_use use, struct id *id)
{
    struct vault_entry entry = entry_of(use);
    struct hash digest;
    *id = entry.view_id;
    return vault_put(vault, &entry, view_of(PART), &digest);
}

/* Puts until there is no room; how many went in. */
static size_t fill(enum vault_use use, struct id ids[VIEWS])
{
    size_t count = 0;
    enum err err = ERR_OK;
    while (count < VIEWS && (err = put(use, &ids[count])) == ERR_OK)
        count++;
    assert_int_equal(err, ERR_FULL);
    assert_false(vault_has(vault, &ids[count]));
    return count;
}

static void practice_fills_half_and_live_views_the_rest(void **state)
{
    (void)state;
    struct id drills[VIEWS], live[VIEWS], more;
    size_t first = fill(VAULT_PRACTICE, drills);
    assert_true(first > 1);
    assert_true(vault_bytes(vault) <= LIMIT / 2);
    size_t second = fill(VAULT_LIVE, live);
    assert_true(second >= first);
    assert_true(vault_bytes(vault) > LIMIT / 2 && vault_bytes(vault) <= LIMIT);
    assert_int_equal(vault_count(vault), first + second);
    /* What practice gives back is not practice's while live views have more than half. */
    vault_drop(vault, &drills[0]);
    assert_int_equal(put(VAULT_PRACTICE, &more), ERR_FULL);
    assert_int_equal(put(VAULT_LIVE, &more), ERR_OK);
}

static void live_views_leave_practice_what_they_do_not_use(void **state)
{
    (void)state;
    struct id live[VIEWS], more;
    size_t count = fill(VAULT_LIVE, live);
    assert_int_equal(put(VAULT_PRACTICE, &more), ERR_FULL);
    for (size_t i = 0; i < count; i++)
        vault_drop(vault, &live[i]);
    assert_int_equal(vault_bytes(vault), 0);
    assert_int_equal(put(VAULT_PRACTICE, &more), ERR_OK);
}

/* A view's sealed section handed up in pieces of PIECE; the first error. */
static enum err hand_up(const struct vault_entry *entry, struct slice sealed,
                        const struct hash *digest)
{
    int64_t pieces = (int64_t)((sealed.size + PIECE - 1) / PIECE);
    enum err err = ERR_OK;
    for (int64_t i = 0; i < pieces && err == ERR_OK; i++) {
        size_t at = (size_t)i * PIECE, left = sealed.size - at;
        struct slice piece = {sealed.bytes + at, left < PIECE ? left : PIECE};
        err = vault_hand_up(vault, entry, SECTION_PERSON, i, pieces, digest, piece);
    }
    return err;
}

static void what_is_handed_up_has_the_same_room(void **state)
{
    (void)state;
    static char junk[LIMIT];
    struct slice half = {junk, LIMIT / 2}, more = {junk, LIMIT / 2 + 1};
    const struct hash digest = {{1}};
    struct vault_entry entry = entry_of(VAULT_PRACTICE);
    assert_int_equal(hand_up(&entry, more, &digest), ERR_FULL);
    assert_int_equal(hand_up(&entry, half, &digest), ERR_CRYPTO); /* all of it was taken */
    entry.use = VAULT_LIVE;
    assert_int_equal(hand_up(&entry, more, &digest), ERR_CRYPTO);
    assert_int_equal(vault_bytes(vault), 0);
}

static void begun_anew_counts_once(void **state)
{
    (void)state;
    static const char junk[PIECE];
    struct slice piece = {junk, sizeof junk};
    struct hash digest = {{1}};
    struct vault_entry entry = entry_of(VAULT_LIVE);
    for (int i = 0; i < 2 * LIMIT / PIECE; i++)
        assert_int_equal(vault_hand_up(vault, &entry, SECTION_PERSON, 0, 2, &digest, piece),
                         ERR_OK);
    assert_int_equal(vault_bytes(vault), sizeof junk);
    vault_drop(vault, &entry.view_id);
    assert_int_equal(vault_bytes(vault), 0);
}

static void what_was_sealed_comes_back_whole_and_opens(void **state)
{
    (void)state;
    struct vault_entry entry = entry_of(VAULT_LIVE);
    struct hash digest, hash;
    struct slice sealed;
    struct buf kept = {0};
    uint8_t key[32], again[32];
    assert_int_equal(vault_put(vault, &entry, view_of(PART), &digest), ERR_OK);
    assert_int_equal(vault_sealed(vault, &entry.view_id, SECTION_PERSON, &sealed, &hash), ERR_OK);
    assert_int_equal(vault_key(vault, &entry.view_id, SECTION_PERSON, key), ERR_OK);
    buf_add(&kept, sealed.bytes, sealed.size);
    vault_drop(vault, &entry.view_id); /* the restart */
    assert_false(vault_has(vault, &entry.view_id));
    kept.bytes[kept.size / 2] ^= 1;
    assert_int_equal(hand_up(&entry, buf_slice(&kept), &digest), ERR_CRYPTO);
    kept.bytes[kept.size / 2] ^= 1;
    assert_int_equal(hand_up(&entry, buf_slice(&kept), &digest), ERR_OK);
    assert_true(vault_has(vault, &entry.view_id));
    struct slice json = vault_section_json(vault, &entry.view_id, SECTION_PERSON);
    assert_true(slice_is(json, person));
    assert_int_equal(vault_key(vault, &entry.view_id, SECTION_PERSON, again), ERR_OK);
    assert_memory_equal(key, again, sizeof key);
    buf_free(&kept);
}

#define IN_VAULT(test) cmocka_unit_test_setup_teardown(test, up, down)

int main(void)
{
    const struct CMUnitTest tests[] = {
        IN_VAULT(practice_fills_half_and_live_views_the_rest),
        IN_VAULT(live_views_leave_practice_what_they_do_not_use),
        IN_VAULT(what_is_handed_up_has_the_same_room),
        IN_VAULT(begun_anew_counts_once),
        IN_VAULT(what_was_sealed_comes_back_whole_and_opens),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
