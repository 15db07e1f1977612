/* test_client_state.c — Job: a program's folder: private, one program at a time, whole files
 * only. */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <cmocka.h>

#include <stdio.h>
#include <sys/stat.h>

#include "common/file.h"
#include "client/client_state.h"
#include "tests/lib/temp_folder.h"

static void numbers_and_locks(void **state)
{
    (void)state;
    char folder[TEMP_PATH_MAX], path[TEMP_PATH_MAX];
    struct witness w, w2;
    struct client_state *s, *other;
    struct stat info;
    temp_folder_make(folder);
    temp_path(folder, "state", path);
    assert_int_equal(client_state_open(path, &w, &s), ERR_OK);
    assert_int_equal(stat(path, &info), 0);
    assert_int_equal(info.st_mode & 0777, 0700);
    assert_int_equal(client_state_n(s), 0);
    assert_int_equal(client_state_save_n(s, 71), ERR_OK);
    assert_int_equal(client_state_open(path, &w2, &other), ERR_BUSY);
    assert_null(other);
    client_state_close(s);
    assert_int_equal(client_state_open(path, &w, &s), ERR_OK);
    assert_int_equal(client_state_n(s), 71);
    client_state_close(s);
    client_state_close(NULL);
    temp_folder_remove(folder);
}

static void a_damaged_witness_is_left_alone(void **state)
{
    (void)state;
    char folder[TEMP_PATH_MAX], path[TEMP_PATH_MAX];
    struct witness w;
    struct client_state *s;
    struct buf text = {0};
    temp_folder_make(folder);
    temp_path(folder, "witness", path);
    assert_int_equal(file_write(path, slice_of("nonsense\n"), 0600), ERR_OK);
    assert_int_equal(client_state_open(folder, &w, &s), ERR_CORRUPT);
    assert_int_equal(file_read(path, 100, FILE_ANY, &text), ERR_OK);
    assert_true(slice_is(buf_slice(&text), "nonsense\n"));
    buf_free(&text);
    temp_folder_remove(folder);
}

static void a_damaged_number_is_no_number(void **state)
{
    (void)state;
    char folder[TEMP_PATH_MAX], path[TEMP_PATH_MAX];
    struct witness w;
    struct client_state *s;
    temp_folder_make(folder);
    temp_path(folder, "n", path);
    assert_int_equal(file_write(path, slice_of("07x\n"), 0600), ERR_OK);
    assert_int_equal(client_state_open(folder, &w, &s), ERR_OK);
    assert_int_equal(client_state_n(s), 0);
    client_state_close(s);
    temp_folder_remove(folder);
}

static void evidence_is_never_written_over(void **state)
{
    (void)state;
    char folder[TEMP_PATH_MAX];
    struct witness w;
    struct client_state *s;
    temp_folder_make(folder);
    assert_int_equal(client_state_open(folder, &w, &s), ERR_OK);
    w.alarm = ALARM_FORK;
    w.alarm_at = 99;
    assert_int_equal(client_state_save_alarm(s, &w), ERR_OK);
    assert_int_equal(client_state_save_alarm(s, &w), ERR_CONFLICT);
    client_state_close(s);
    temp_folder_remove(folder);
}

static void a_folder_that_cannot_be_is_refused(void **state)
{
    (void)state;
    struct witness w;
    struct client_state *s;
    assert_int_not_equal(client_state_open("/proc/no/such", &w, &s), ERR_OK);
    assert_null(s);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(numbers_and_locks),
        cmocka_unit_test(a_damaged_witness_is_left_alone),
        cmocka_unit_test(a_damaged_number_is_no_number),
        cmocka_unit_test(evidence_is_never_written_over),
        cmocka_unit_test(a_folder_that_cannot_be_is_refused),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
