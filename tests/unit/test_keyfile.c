/* test_keyfile.c — Job: keys are made once, found again, refused when damaged, and really
 * destroyed. */
#include "common/keyfile.h"

#include "common/box.h"
#include "common/file.h"
#include "proto/base64.h"
#include "tests/lib/temp_folder.h"

#include <setjmp.h>
#include <stdarg.h>
#include <stdio.h>
#include <sys/stat.h>
#include <unistd.h>
#include <cmocka.h>

static char folder[TEMP_PATH_MAX], dir[TEMP_PATH_MAX], path[TEMP_PATH_MAX];
static struct keyfile *keys;
static const uint8_t data_key[SEAL_KEY_SIZE] = "case key case key case key case";

static int begin(void **state)
{
    (void)state;
    temp_folder_make(folder);
    temp_path(folder, "keys", dir);
    return keyfile_open(dir, &keys) == ERR_OK ? 0 : -1;
}

static int end(void **state)
{
    (void)state;
    keyfile_close(keys);
    temp_folder_remove(folder);
    return 0;
}

static void reopen(void)
{
    keyfile_close(keys);
    keys = NULL;
    assert_int_equal(keyfile_open(dir, &keys), ERR_OK);
}

static void named_keys_are_made_once(void **state)
{
    (void)state;
    static const char *const files[] = {"alias.key", "log.key", "spool.key"};
    uint8_t out[3][SEAL_KEY_SIZE], again[SEAL_KEY_SIZE];
    for (int i = 0; i < 3; i++) {
        enum keyfile_name name = (enum keyfile_name)(i + 1);
        struct stat what;
        assert_int_equal(keyfile_load(keys, name, out[i]), ERR_NOT_FOUND);
        assert_int_equal(keyfile_create(keys, name), ERR_OK);
        assert_int_equal(keyfile_create(keys, name), ERR_CONFLICT);
        assert_int_equal(keyfile_load(keys, name, out[i]), ERR_OK);
        temp_path(dir, files[i], path);
        assert_int_equal(stat(path, &what), 0);
        assert_int_equal(what.st_mode & 07777, 0600);
    }
    assert_memory_not_equal(out[0], out[1], SEAL_KEY_SIZE);
    assert_memory_not_equal(out[1], out[2], SEAL_KEY_SIZE);
    reopen();
    assert_int_equal(keyfile_load(keys, KEYFILE_LOG, again), ERR_OK);
    assert_memory_equal(again, out[1], SEAL_KEY_SIZE);
}

static void the_public_spool_key_belongs_to_the_secret_one(void **state)
{
    (void)state;
    uint8_t secret[SEAL_KEY_SIZE], expected[BOX_KEY_SIZE], got[BOX_KEY_SIZE];
    struct buf text = {0};
    size_t size = 0;
    assert_int_equal(keyfile_create(keys, KEYFILE_SPOOL), ERR_OK);
    assert_int_equal(keyfile_load(keys, KEYFILE_SPOOL, secret), ERR_OK);
    assert_int_equal(box_public(secret, expected), ERR_OK);
    temp_path(dir, "spool.pub", path);
    assert_int_equal(file_read(path, 100, FILE_ANY, &text), ERR_OK);
    assert_int_equal(text.size, 45);
    assert_int_equal(base64_decode((struct slice){text.bytes, 44}, got, sizeof got, &size), ERR_OK);
    assert_memory_equal(got, expected, sizeof got);
    buf_free(&text);
}

static void a_wrapped_key_comes_back_after_a_restart(void **state)
{
    (void)state;
    uint8_t wrapped[SEAL_WRAPPED_SIZE], second[SEAL_WRAPPED_SIZE], back[SEAL_KEY_SIZE];
    assert_int_equal(keyfile_wrap(keys, 202611, slice_of("case 1"), data_key, wrapped), ERR_OK);
    assert_int_equal(keyfile_wrap(keys, 202612, slice_of("case 1"), data_key, second), ERR_OK);
    reopen();
    assert_int_equal(keyfile_unwrap(keys, 202611, slice_of("case 1"), wrapped, back), ERR_OK);
    assert_memory_equal(back, data_key, sizeof back);
    assert_int_equal(keyfile_unwrap(keys, 202611, slice_of("case 2"), wrapped, back), ERR_CRYPTO);
    assert_int_equal(keyfile_unwrap(keys, 202612, slice_of("case 1"), wrapped, back), ERR_CRYPTO);
    assert_int_equal(back[0], 0); /* wiped */
    assert_int_equal(keyfile_unwrap(keys, 202612, slice_of("case 1"), second, back), ERR_OK);
    assert_int_equal(keyfile_unwrap(keys, 202601, slice_of("case 1"), second, back), ERR_NOT_FOUND);
}

static void months_that_are_none_are_refused(void **state)
{
    (void)state;
    static const int bad[] = {0, -1, 202600, 202613, 196912, 1000001, 99, 20261};
    uint8_t wrapped[SEAL_WRAPPED_SIZE] = {0}, back[SEAL_KEY_SIZE];
    for (size_t i = 0; i < sizeof bad / sizeof *bad; i++) {
        assert_int_equal(keyfile_wrap(keys, bad[i], slice_of(""), data_key, wrapped),
                         ERR_BAD_FIELD);
        assert_int_equal(keyfile_unwrap(keys, bad[i], slice_of(""), wrapped, back), ERR_NOT_FOUND);
        assert_int_equal(keyfile_destroy(keys, bad[i]), ERR_NOT_FOUND);
    }
}

static void a_destroyed_month_is_gone_for_ever(void **state)
{
    (void)state;
    uint8_t wrapped[SEAL_WRAPPED_SIZE], back[SEAL_KEY_SIZE];
    struct slice aad = slice_of("x");
    assert_int_equal(keyfile_wrap(keys, 202611, aad, data_key, wrapped), ERR_OK);
    assert_int_equal(keyfile_destroy(keys, 202610), ERR_NOT_FOUND);
    assert_false(keyfile_destroyed(keys, 202611));
    assert_true(keyfile_there(keys, 202611));
    assert_false(keyfile_there(keys, 202610));
    assert_int_equal(keyfile_destroy(keys, 202611), ERR_OK);
    assert_false(keyfile_there(keys, 202611));
    assert_true(keyfile_destroyed(keys, 202611));
    for (int restarts = 0; restarts < 2; restarts++) {
        assert_int_equal(keyfile_unwrap(keys, 202611, aad, wrapped, back), ERR_NOT_FOUND);
        assert_int_equal(keyfile_wrap(keys, 202611, aad, data_key, wrapped), ERR_NOT_ALLOWED);
        assert_int_equal(keyfile_destroy(keys, 202611), ERR_NOT_FOUND);
        reopen();
    }
}

/* Killed after the mark and before the key went: the next start ends what was begun. */
static void a_begun_destruction_is_ended(void **state)
{
    (void)state;
    uint8_t wrapped[SEAL_WRAPPED_SIZE], back[SEAL_KEY_SIZE];
    assert_int_equal(keyfile_wrap(keys, 202611, slice_of(""), data_key, wrapped), ERR_OK);
    temp_path(dir, "kek-2026-11.destroyed", path);
    assert_int_equal(file_create(path, slice_of("x\n"), 0600), ERR_OK);
    temp_path(dir, "kek-2026-12.key.new", path);
    assert_int_equal(file_create(path, slice_of("half a key"), 0600), ERR_OK);
    reopen();
    assert_int_equal(access(path, F_OK), -1);
    temp_path(dir, "kek-2026-11.key", path);
    assert_int_equal(access(path, F_OK), -1);
    assert_int_equal(keyfile_unwrap(keys, 202611, slice_of(""), wrapped, back), ERR_NOT_FOUND);
}

static void months_are_listed_in_order(void **state)
{
    (void)state;
    static const int made[] = {202701, 202512, 202611, 202602};
    uint8_t wrapped[SEAL_WRAPPED_SIZE];
    int months[4];
    size_t count = 9;
    for (size_t i = 0; i < 4; i++)
        assert_int_equal(keyfile_wrap(keys, made[i], slice_of(""), data_key, wrapped), ERR_OK);
    temp_path(dir, "kek-2026-3.key", path); /* not a name of ours */
    assert_int_equal(file_create(path, slice_of("x"), 0600), ERR_OK);
    assert_int_equal(keyfile_months(keys, months, 3, &count), ERR_FULL);
    assert_int_equal(keyfile_months(keys, months, 4, &count), ERR_OK);
    assert_int_equal(count, 4);
    assert_int_equal(months[0], 202512);
    assert_int_equal(months[1], 202602);
    assert_int_equal(months[2], 202611);
    assert_int_equal(months[3], 202701);
}

static void damaged_and_open_files_are_refused(void **state)
{
    (void)state;
    uint8_t out[SEAL_KEY_SIZE];
    char alias[TEMP_PATH_MAX];
    assert_int_equal(keyfile_create(keys, KEYFILE_ALIAS), ERR_OK);
    temp_path(dir, "alias.key", alias);
    temp_path(dir, "log.key", path);
    assert_int_equal(link(alias, path), 0); /* a mixed-up file */
    assert_int_equal(keyfile_load(keys, KEYFILE_LOG, out), ERR_CORRUPT);
    assert_int_equal(chmod(alias, 0640), 0);
    assert_int_equal(keyfile_load(keys, KEYFILE_ALIAS, out), ERR_NOT_ALLOWED);
    assert_int_equal(file_write(alias, slice_of("short\n"), 0600), ERR_OK);
    assert_int_equal(keyfile_load(keys, KEYFILE_ALIAS, out), ERR_CORRUPT);
    char big[1000] = {0};
    assert_int_equal(file_write(alias, (struct slice){big, sizeof big}, 0600), ERR_OK);
    assert_int_equal(keyfile_load(keys, KEYFILE_ALIAS, out), ERR_CORRUPT);
}

static void a_damaged_month_is_not_replaced(void **state)
{
    (void)state;
    uint8_t wrapped[SEAL_WRAPPED_SIZE];
    assert_int_equal(keyfile_wrap(keys, 202611, slice_of(""), data_key, wrapped), ERR_OK);
    temp_path(dir, "kek-2026-11.key", path);
    assert_int_equal(file_write(path, slice_of("damage\n"), 0600), ERR_OK);
    reopen();
    assert_int_equal(keyfile_wrap(keys, 202611, slice_of(""), data_key, wrapped), ERR_CORRUPT);
}

static void the_folder_must_be_ours_alone(void **state)
{
    (void)state;
    struct keyfile *second = NULL;
    assert_int_equal(chmod(dir, 0750), 0);
    assert_int_equal(keyfile_open(dir, &second), ERR_NOT_ALLOWED);
    assert_int_equal(chmod(dir, 0700), 0);
    temp_path(folder, "link", path);
    assert_int_equal(symlink(dir, path), 0);
    assert_int_equal(keyfile_open(path, &second), ERR_NOT_ALLOWED);
    assert_null(second);
    keyfile_close(NULL);
}

/* More months than fit: the oldest are forgotten and loaded again. */
static void fifty_years_and_more(void **state)
{
    (void)state;
    uint8_t first[SEAL_WRAPPED_SIZE], wrapped[SEAL_WRAPPED_SIZE], back[SEAL_KEY_SIZE];
    assert_int_equal(keyfile_wrap(keys, 200001, slice_of(""), data_key, first), ERR_OK);
    for (int year = 2001; year <= 2051; year++)
        for (int month = 1; month <= 12; month++)
            assert_int_equal(
                keyfile_wrap(keys, year * 100 + month, slice_of(""), data_key, wrapped), ERR_OK);
    assert_int_equal(keyfile_unwrap(keys, 200001, slice_of(""), first, back), ERR_OK);
    assert_int_equal(keyfile_unwrap(keys, 205112, slice_of(""), wrapped, back), ERR_OK);
    assert_memory_equal(back, data_key, sizeof back);
}

#define in_folder(test) cmocka_unit_test_setup_teardown(test, begin, end)

int main(void)
{
    const struct CMUnitTest tests[] = {
        in_folder(named_keys_are_made_once),
        in_folder(the_public_spool_key_belongs_to_the_secret_one),
        in_folder(a_wrapped_key_comes_back_after_a_restart),
        in_folder(months_that_are_none_are_refused),
        in_folder(a_destroyed_month_is_gone_for_ever),
        in_folder(a_begun_destruction_is_ended),
        in_folder(months_are_listed_in_order),
        in_folder(damaged_and_open_files_are_refused),
        in_folder(a_damaged_month_is_not_replaced),
        in_folder(the_folder_must_be_ours_alone),
        in_folder(fifty_years_and_more),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
