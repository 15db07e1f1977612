/* test_console_files.c — Job: the console's files: whom they are given to, and under which name. */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <cmocka.h>

#include <stdio.h>

#include "common/file.h"
#include "gateway/console_files.h"
#include "tests/lib/temp_folder.h"

static char folder[TEMP_PATH_MAX];
static struct pages_files *files;

static void put(const char *room)
{
    char path[TEMP_PATH_MAX + 64];
    snprintf(path, sizeof path, "%s/%s/web", folder, room);
    assert_int_equal(file_mkdir_p(path, 0700), ERR_OK);
    snprintf(path, sizeof path, "%s/%s/web/index.html", folder, room);
    assert_int_equal(file_write(path, slice_of(room), 0600), ERR_OK);
}

static int set_up(void **state)
{
    (void)state;
    temp_folder_make(folder);
    put("client");
    put("gateway");
    return 0;
}

static int tear_down(void **state)
{
    (void)state;
    pages_files_close(files);
    files = NULL;
    temp_folder_remove(folder);
    return 0;
}

static enum err ask(enum device_kind kind, const char *path, bool ours, struct http_answer *answer)
{
    struct peer peer = {.kind = kind};
    struct http_ask question = {&peer, slice_of(path), ours};
    *answer = (struct http_answer){.status = 200, .policy = "default-src 'none'"};
    return console_files_answer(files, &question, answer);
}

static void the_setting_names_the_folder(void **state)
{
    struct settings settings = {.console = ""};
    struct http_answer answer;
    (void)state;
    assert_int_equal(console_files_open(&settings, &files), ERR_OK);
    assert_null(files);
    assert_int_equal(ask(DEVICE_ADMIN, "/", true, &answer), ERR_NOT_FOUND);
    settings.console = "/nowhere/at/all";
    assert_int_equal(console_files_open(&settings, &files), ERR_NOT_FOUND);
    assert_null(files);
    settings.console = folder;
    assert_int_equal(console_files_open(&settings, &files), ERR_OK);
    assert_int_equal(pages_files_count(files), 2);
}

static void given_to_the_administration_under_our_name(void **state)
{
    struct settings settings = {.console = folder};
    struct http_answer answer;
    (void)state;
    assert_int_equal(console_files_open(&settings, &files), ERR_OK);
    assert_int_equal(ask(DEVICE_ADMIN, "/", true, &answer), ERR_OK);
    assert_true(slice_is(answer.lent, "gateway"));
    assert_int_equal(answer.status, 200);
    assert_non_null(strstr(answer.policy, "script-src 'self';"));
    assert_null(strstr(answer.policy, "unsafe"));
    assert_int_equal(ask(DEVICE_ADMIN, "/client/web/index.html", true, &answer), ERR_OK);
    assert_true(slice_is(answer.lent, "client"));
    assert_int_equal(ask(DEVICE_ADMIN, "/gateway/web/none.js", true, &answer), ERR_NOT_FOUND);
    assert_int_equal(ask(DEVICE_HOSPITAL, "/", true, &answer), ERR_NOT_FOUND);
    assert_int_equal(ask(DEVICE_AMBULANCE, "/", true, &answer), ERR_NOT_FOUND);
    assert_int_equal(ask(DEVICE_ADMIN, "/", false, &answer), ERR_OK);
    assert_int_equal(answer.status, 421);
    assert_int_equal(answer.lent.size, 0);
}

#define WITH(f) cmocka_unit_test_setup_teardown(f, set_up, tear_down)
int main(void)
{
    const struct CMUnitTest tests[] = {
        WITH(the_setting_names_the_folder),
        WITH(given_to_the_administration_under_our_name),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
