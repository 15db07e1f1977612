/* test_keyring.c — Job: data keys: made once, not lost before they are stored, shredded. */
#include "gateway/journal/keyring.h"

#include "tests/lib/journal_kit.h"

#include <setjmp.h>
#include <stdarg.h>
#include <stdio.h>
#include <unistd.h>
#include <cmocka.h>

static struct kit kit;
static struct keyfile *keys;
static struct keyring *ring;

static void open_ring(void)
{
    assert_int_equal(keyfile_open(kit.keys, &keys), ERR_OK);
    struct keyring_setup setup = {
        .store = kit.store, .keys = keys, .random = kit_random, .random_self = &kit};
    assert_int_equal(keyring_open(&setup, &ring), ERR_OK);
}

static void close_ring(void)
{
    keyring_close(ring);
    keyfile_close(keys);
    ring = NULL;
    keys = NULL;
}

static int up(void **state)
{
    (void)state;
    kit_init(&kit, KIT_RAM);
    open_ring();
    return 0;
}

static int down(void **state)
{
    (void)state;
    close_ring();
    kit_fini(&kit);
    return 0;
}

static enum err find(const char *realm, enum keyring_make make, struct realm_keys *out)
{
    struct id id = kit_named(realm);
    return keyring_get(ring, KEYRING_READER, make, &id, out);
}

/* A transaction that stores the new keys. */
static void store_new(bool commit)
{
    struct store *s = kit.store;
    struct store_head head;
    assert_int_equal(s->begin(s->self, &head), ERR_OK);
    assert_int_equal(keyring_put_new(ring, kit.now), ERR_OK);
    if (commit) {
        assert_int_equal(s->commit(s->self), ERR_OK);
        keyring_committed(ring);
    } else {
        s->rollback(s->self);
        keyring_rolled_back(ring);
    }
}

static void a_key_is_made_once_and_found_again(void **state)
{
    (void)state;
    struct realm_keys a, again, b;
    assert_int_equal(find("a", KEYRING_FIND, &a), ERR_NOT_FOUND);
    assert_int_equal(find("a", KEYRING_MAKE, &a), ERR_OK);
    assert_int_equal(find("b", KEYRING_MAKE, &b), ERR_OK);
    assert_memory_not_equal(&a, &b, sizeof a);
    assert_memory_not_equal(a.seal, a.commit, sizeof a.seal);
    assert_int_equal(find("a", KEYRING_FIND, &again), ERR_OK);
    assert_memory_equal(&a, &again, sizeof a);
    store_new(true);
    close_ring();
    open_ring();
    assert_int_equal(find("a", KEYRING_FIND, &again), ERR_OK);
    assert_memory_equal(&a, &again, sizeof a);
}

static void a_rolled_back_key_is_written_by_the_next_transaction(void **state)
{
    (void)state;
    struct realm_keys a, again;
    assert_int_equal(find("a", KEYRING_MAKE, &a), ERR_OK);
    store_new(false);
    assert_int_equal(find("a", KEYRING_FIND, &again), ERR_OK);
    store_new(true);
    close_ring();
    open_ring();
    assert_int_equal(find("a", KEYRING_FIND, &again), ERR_OK);
    assert_memory_equal(&a, &again, sizeof a);
}

/* More realms than the cache holds: stored ones leave and come back, new ones never leave. */
static void the_cache_forgets_only_what_is_stored(void **state)
{
    (void)state;
    enum { ROUNDS = 12, EACH = 2000 };
    struct realm_keys first, k;
    char name[24];
    assert_int_equal(find("first", KEYRING_MAKE, &first), ERR_OK);
    for (int round = 0; round < ROUNDS; round++) {
        for (int i = 0; i < EACH; i++) {
            snprintf(name, sizeof name, "r%d-%d", round, i);
            enum err e = find(name, KEYRING_MAKE, &k);
            assert_true(e == ERR_OK || e == ERR_FULL); /* a set full of new keys says so */
        }
        store_new(true);
    }
    assert_int_equal(find("first", KEYRING_FIND, &k), ERR_OK);
    assert_memory_equal(&first, &k, sizeof k);
    assert_int_equal(find("r0-0", KEYRING_FIND, &k), ERR_OK);
}

static void too_many_new_keys_at_once_are_refused(void **state)
{
    (void)state;
    struct realm_keys k;
    char name[24];
    enum err e = ERR_OK;
    int made = 0;
    for (int i = 0; i < 6000; i++) {
        snprintf(name, sizeof name, "n%d", i);
        e = find(name, KEYRING_MAKE, &k);
        made += e == ERR_OK;
    }
    assert_int_equal(e, ERR_FULL);
    assert_in_range(made, 1000, 4096);
    store_new(true);
    assert_int_equal(find("n5999", KEYRING_MAKE, &k), ERR_OK);
}

static void a_destroyed_month_leaves_a_realm_without_its_past(void **state)
{
    (void)state;
    struct realm_keys before, after;
    assert_int_equal(find("a", KEYRING_MAKE, &before), ERR_OK);
    store_new(true);
    close_ring();
    open_ring();
    assert_int_equal(keyfile_destroy(keys, keyfile_month(kit.now)), ERR_OK);
    assert_int_equal(find("a", KEYRING_FIND, &after), ERR_NOT_FOUND);
    kit.now += 32ll * 24 * 3600 * 1000; /* the next month */
    assert_int_equal(find("a", KEYRING_MAKE, &after), ERR_OK);
    assert_memory_not_equal(&before, &after, sizeof before);
    store_new(true);
}

/* The folder of keys of another gateway must not look like a shredded past. */
static void the_wrong_folder_of_keys_is_an_error(void **state)
{
    (void)state;
    struct realm_keys k;
    char path[KIT_PATH + 64];
    assert_int_equal(find("a", KEYRING_MAKE, &k), ERR_OK);
    store_new(true);
    close_ring();
    int month = keyfile_month(kit.now);
    snprintf(path, sizeof path, "%s/kek-%04d-%02d.key", kit.keys, month / 100, month % 100);
    assert_int_equal(unlink(path), 0);
    open_ring();
    assert_int_equal(find("a", KEYRING_FIND, &k), ERR_CRYPTO);
    assert_int_equal(find("a", KEYRING_MAKE, &k), ERR_CRYPTO);
}

static void derived_keys_differ_by_label_and_realm(void **state)
{
    (void)state;
    struct id a = kit_named("a"), b = kit_named("b");
    uint8_t one[SEAL_KEY_SIZE], two[SEAL_KEY_SIZE], three[SEAL_KEY_SIZE];
    struct slice label = slice_of("section/x");
    assert_int_equal(keyring_derive(ring, KEYRING_READER, &a, label, one), ERR_OK);
    assert_int_equal(keyring_derive(ring, KEYRING_READER, &b, label, two), ERR_OK);
    assert_int_equal(keyring_derive(ring, KEYRING_READER, &a, slice_of("section/y"), three),
                     ERR_OK);
    assert_memory_not_equal(one, two, sizeof one);
    assert_memory_not_equal(one, three, sizeof one);
    assert_int_equal(keyring_derive(ring, KEYRING_READER, &a, label, two), ERR_OK);
    assert_memory_equal(one, two, sizeof one);
}

#define RING(test) cmocka_unit_test_setup_teardown(test, up, down)

int main(void)
{
    const struct CMUnitTest tests[] = {
        RING(a_key_is_made_once_and_found_again),
        RING(a_rolled_back_key_is_written_by_the_next_transaction),
        RING(the_cache_forgets_only_what_is_stored),
        RING(too_many_new_keys_at_once_are_refused),
        RING(a_destroyed_month_leaves_a_realm_without_its_past),
        RING(the_wrong_folder_of_keys_is_an_error),
        RING(derived_keys_differ_by_label_and_realm),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
