/* test_spool.c — Job: the spool: durable at each step, unreadable here, damaged files, limits. */
#include "ambulance_client/spool.h"
#include "common/box.h"
#include "common/rng.h"
#include "tests/lib/temp_folder.h"

#include <setjmp.h>
#include <signal.h>
#include <stdarg.h>
#include <stdio.h>
#include <stdlib.h>
#include <sys/stat.h>
#include <sys/wait.h>
#include <unistd.h>

#include <cmocka.h>

static const int64_t now = INT64_C(1795496400000);
static char folder[TEMP_PATH_MAX], path[TEMP_PATH_MAX];
static uint8_t secret[BOX_KEY_SIZE], public_key[BOX_KEY_SIZE];
static struct spool *spool;

static void reopen(bool damaged_is)
{
    bool damaged;
    spool_close(spool);
    assert_int_equal(spool_open(path, now, &spool, &damaged), ERR_OK);
    assert_int_equal(damaged, damaged_is);
}

static int set_up(void **state)
{
    (void)state;
    temp_folder_make(folder);
    temp_path(folder, "spool.db", path);
    rng_fill(secret, sizeof secret);
    assert_int_equal(box_public(secret, public_key), ERR_OK);
    spool = NULL;
    reopen(false);
    return 0;
}

static int tear_down(void **state)
{
    (void)state;
    spool_close(spool);
    temp_folder_remove(folder);
    return 0;
}

static struct id id_of(uint8_t number)
{
    return (struct id){{[15] = number}};
}

static void add(uint8_t number, const char *text)
{
    struct id id = id_of(number);
    assert_int_equal(spool_add(spool, &id, slice_of(text), now + number), ERR_OK);
}

static struct spool_count count(void)
{
    struct spool_count out;
    assert_int_equal(spool_count(spool, &out), ERR_OK);
    return out;
}

static void without_a_key_nothing_is_kept(void **state)
{
    struct id id = id_of(1);
    (void)state;
    assert_false(spool_has_key(spool));
    assert_int_equal(spool_add(spool, &id, slice_of("x"), now), ERR_NOT_FOUND);
    assert_int_equal(count().kept, 0);
}

static void kept_over_a_restart_and_sent_as_they_are(void **state)
{
    struct spool_row row = {.number = 0};
    struct buf plain = {0};
    (void)state;
    assert_int_equal(spool_set_key(spool, public_key), ERR_OK);
    add(1, "first frame");
    add(2, "second frame");
    assert_int_equal(spool_next(spool, 0, &row), ERR_NOT_FOUND); /* of this life: still in memory */
    reopen(false);
    assert_true(spool_has_key(spool));
    add(3, "third frame");
    assert_int_equal(count().kept, 3);
    assert_int_equal(count().earlier, 2);
    assert_true(count().oldest_at == now + 1);
    assert_int_equal(spool_next(spool, 0, &row), ERR_OK);
    assert_true(id_equal(&row.message, &(struct id){{[15] = 1}}) && row.made_at == now + 1);
    assert_int_equal(box_open(secret, buf_slice(&row.sealed), &plain), ERR_OK);
    assert_true(slice_is(buf_slice(&plain), "first frame"));
    int64_t first = row.number;
    assert_int_equal(spool_next(spool, first, &row), ERR_OK);
    assert_int_equal(spool_next(spool, row.number, &row), ERR_NOT_FOUND); /* the third is ours */
    struct id one = id_of(1), two = id_of(2);
    assert_int_equal(spool_remove(spool, &one), ERR_OK);
    assert_int_equal(spool_remove(spool, &one), ERR_OK);
    assert_int_equal(spool_set_aside(spool, &two, "ERR_LATE"), ERR_OK);
    assert_int_equal(spool_next(spool, 0, &row), ERR_NOT_FOUND);
    assert_int_equal(count().kept, 1);
    assert_int_equal(count().aside, 1);
    reopen(false);
    assert_int_equal(count().aside, 1); /* kept for somebody who can open it */
    buf_free(&row.sealed);
    buf_free(&plain);
}

static void nobody_reads_it_on_this_device(void **state)
{
    static const char *const tails[] = {"", "-wal"};
    char file[TEMP_PATH_MAX + 8];
    (void)state;
    assert_int_equal(spool_set_key(spool, public_key), ERR_OK);
    add(1, "{\"complaint\":\"MARKER-OF-THE-TEST\"}");
    for (size_t i = 0; i < 2; i++) {
        struct stat info;
        snprintf(file, sizeof file, "%s%s", path, tails[i]);
        assert_int_equal(stat(file, &info), 0);
        assert_int_equal(info.st_mode & 077, 0);
        FILE *f = fopen(file, "rb");
        assert_non_null(f);
        char bytes[65536];
        size_t size = fread(bytes, 1, sizeof bytes, f);
        fclose(f);
        assert_null(memmem(bytes, size, "MARKER", 6));
    }
}

static void the_same_message_is_kept_once(void **state)
{
    struct id id = id_of(1);
    (void)state;
    assert_int_equal(spool_set_key(spool, public_key), ERR_OK);
    add(1, "x");
    assert_int_equal(spool_add(spool, &id, slice_of("y"), now), ERR_CONFLICT);
    assert_int_equal(count().kept, 1);
}

static void limits(void **state)
{
    char *big = calloc(1, FRAME_BYTES_MAX);
    struct id id = id_of(1);
    (void)state;
    assert_non_null(big);
    assert_int_equal(spool_set_key(spool, public_key), ERR_OK);
    size_t fits = SPOOLED_BYTES_MAX - BOX_OVERHEAD;
    assert_int_equal(spool_add(spool, &id, (struct slice){big, fits + 1}, now), ERR_TOO_LARGE);
    assert_int_equal(spool_add(spool, &id, (struct slice){big, fits}, now), ERR_OK);
    free(big);
}

/* A child dies by SIGKILL right behind each step: what was said to be done is done. */
static void a_kill_between_the_steps_loses_nothing(void **state)
{
    (void)state;
    assert_int_equal(spool_set_key(spool, public_key), ERR_OK);
    spool_close(spool);
    spool = NULL;
    for (int steps = 0; steps <= 4; steps++) {
        pid_t child = fork();
        assert_true(child >= 0);
        if (child == 0) {
            bool damaged;
            struct id one = id_of((uint8_t)(2 * steps + 1)), two = id_of((uint8_t)(2 * steps + 2));
            enum err err = spool_open(path, now, &spool, &damaged);
            if (err == ERR_OK && steps >= 1)
                err = spool_add(spool, &one, slice_of("a"), now);
            if (err == ERR_OK && steps >= 2)
                err = spool_add(spool, &two, slice_of("b"), now);
            if (err == ERR_OK && steps >= 3)
                err = spool_remove(spool, &one);
            if (err == ERR_OK && steps >= 4)
                err = spool_set_aside(spool, &two, "ERR_LATE");
            kill(getpid(), err == ERR_OK ? SIGKILL : SIGABRT);
        }
        int status = 0;
        assert_int_equal(waitpid(child, &status, 0), child);
        assert_true(WIFSIGNALED(status) && WTERMSIG(status) == SIGKILL);
        static const int kept_after[] = {0, 1, 3, 4, 4}, aside_after[] = {0, 0, 0, 0, 1};
        reopen(false);
        assert_int_equal(count().kept, kept_after[steps]);
        assert_int_equal(count().aside, aside_after[steps]);
        assert_int_equal(count().earlier, count().kept);
        spool_close(spool);
        spool = NULL;
    }
}

static void a_damaged_file_is_put_aside(void **state)
{
    char name[TEMP_PATH_MAX + 64];
    struct stat info;
    (void)state;
    assert_int_equal(spool_set_key(spool, public_key), ERR_OK);
    add(1, "x");
    spool_close(spool);
    spool = NULL;
    FILE *f = fopen(path, "wb");
    assert_non_null(f);
    for (int i = 0; i < 2000; i++)
        fputs("no database ", f);
    fclose(f);
    reopen(true);
    assert_int_equal(count().kept, 0);
    snprintf(name, sizeof name, "%s.damaged-%lld", path, (long long)now);
    assert_int_equal(stat(name, &info), 0);
    assert_int_equal(spool_set_key(spool, public_key), ERR_OK);
    add(2, "y"); /* and it works */
}

static void a_new_key_is_used_from_now_on(void **state)
{
    uint8_t other_secret[BOX_KEY_SIZE], other[BOX_KEY_SIZE];
    struct spool_row row = {.number = 0};
    struct buf plain = {0};
    (void)state;
    rng_fill(other_secret, sizeof other_secret);
    assert_int_equal(box_public(other_secret, other), ERR_OK);
    assert_int_equal(spool_set_key(spool, public_key), ERR_OK);
    add(1, "old");
    assert_int_equal(spool_set_key(spool, other), ERR_OK);
    add(2, "new");
    reopen(false);
    assert_int_equal(spool_next(spool, 0, &row), ERR_OK);
    assert_int_equal(box_open(secret, buf_slice(&row.sealed), &plain), ERR_OK);
    assert_int_equal(spool_next(spool, row.number, &row), ERR_OK);
    assert_int_equal(box_open(secret, buf_slice(&row.sealed), &plain), ERR_CRYPTO);
    assert_int_equal(box_open(other_secret, buf_slice(&row.sealed), &plain), ERR_OK);
    buf_free(&row.sealed);
    buf_free(&plain);
}

static void places_that_cannot_be_used(void **state)
{
    struct spool *none;
    bool damaged;
    char file[TEMP_PATH_MAX];
    (void)state;
    temp_path(folder, "no/such/folder.db", file);
    assert_int_equal(spool_open(file, now, &none, &damaged), ERR_IO);
    assert_null(none);
    spool_close(NULL);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test_setup_teardown(without_a_key_nothing_is_kept, set_up, tear_down),
        cmocka_unit_test_setup_teardown(kept_over_a_restart_and_sent_as_they_are, set_up,
                                        tear_down),
        cmocka_unit_test_setup_teardown(nobody_reads_it_on_this_device, set_up, tear_down),
        cmocka_unit_test_setup_teardown(the_same_message_is_kept_once, set_up, tear_down),
        cmocka_unit_test_setup_teardown(limits, set_up, tear_down),
        cmocka_unit_test_setup_teardown(a_kill_between_the_steps_loses_nothing, set_up, tear_down),
        cmocka_unit_test_setup_teardown(a_damaged_file_is_put_aside, set_up, tear_down),
        cmocka_unit_test_setup_teardown(a_new_key_is_used_from_now_on, set_up, tear_down),
        cmocka_unit_test_setup_teardown(places_that_cannot_be_used, set_up, tear_down),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
