/* test_pages_files.c — Job: the list of files: what is in it, and nothing else. */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <cmocka.h>

#include <stdio.h>
#include <string.h>

#include "common/pages_files.h"
#include "common/file.h"
#include "tests/lib/temp_folder.h"

static char folder[TEMP_PATH_MAX];

static void put(const char *path, const char *text)
{
    char whole[2 * TEMP_PATH_MAX];
    snprintf(whole, sizeof whole, "%s/%s", folder, path);
    *strrchr(whole, '/') = '\0';
    assert_int_equal(file_mkdir_p(whole, 0700), ERR_OK);
    whole[strlen(whole)] = '/';
    assert_int_equal(file_write(whole, slice_of(text), 0600), ERR_OK);
}

static int set_up(void **state)
{
    (void)state;
    temp_folder_make(folder);
    put("client/web/link.js", "link");
    put("hospital_client/web/index.html", "board");
    put("hospital_client/web/.secret.js", "no");
    put("hospital_client/web/notes.md", "no");
    put("hospital_client/web/deep/page.js", "no");
    put("hospital_client/outside.js", "no");
    return 0;
}

static int tear_down(void **state)
{
    (void)state;
    temp_folder_remove(folder);
    return 0;
}

static void serves_the_list(void **state)
{
    struct pages_files *files = NULL;
    struct pages_file file;
    (void)state;
    assert_int_equal(pages_files_open(folder, "hospital_client", &files), ERR_OK);
    assert_int_equal(pages_files_count(files), 2);
    assert_int_equal(pages_files_find(files, slice_of("/"), &file), ERR_OK);
    assert_true(slice_is(file.bytes, "board"));
    assert_string_equal(file.type, "text/html; charset=utf-8");
    assert_int_equal(pages_files_find(files, slice_of("/client/web/link.js"), &file), ERR_OK);
    assert_string_equal(file.type, "text/javascript; charset=utf-8");
    static const char *const others[] = {"",
                                         "/client/web",
                                         "/client/web/",
                                         "/client/web/../../hospital_client/outside.js",
                                         "/hospital_client/outside.js",
                                         "/hospital_client/web/.secret.js",
                                         "/hospital_client/web/notes.md",
                                         "/hospital_client/web/deep/page.js",
                                         "/client/web/link.js?",
                                         "/client/web/link.jsx",
                                         "client/web/link.js"};
    for (size_t i = 0; i < sizeof others / sizeof others[0]; i++)
        assert_int_equal(pages_files_find(files, slice_of(others[i]), &file), ERR_NOT_FOUND);
    pages_files_close(files);
    pages_files_close(NULL);
}

static void needs_both_folders_and_an_index(void **state)
{
    struct pages_files *files = NULL;
    (void)state;
    assert_int_equal(pages_files_open(folder, "ambulance_client", &files), ERR_NOT_FOUND);
    assert_null(files);
    put("ambulance_client/web/page.js", "x");
    assert_int_equal(pages_files_open(folder, "ambulance_client", &files), ERR_NOT_FOUND);
}

static void names(void **state)
{
    (void)state;
    assert_non_null(pages_files_type(slice_of("a-b_c.1.css")));
    assert_null(pages_files_type(slice_of(".css")));
    assert_null(pages_files_type(slice_of("page.mjs")));
    assert_null(pages_files_type(slice_of("page.JS")));
    assert_null(pages_files_type(slice_of("a/b.js")));
    assert_null(pages_files_type(slice_of("a b.js")));
    assert_null(pages_files_type(slice_of("あ.js")));
}

#define WITH(f) cmocka_unit_test_setup_teardown(f, set_up, tear_down)
int main(void)
{
    const struct CMUnitTest tests[] = {
        WITH(serves_the_list),
        WITH(needs_both_folders_and_an_index),
        cmocka_unit_test(names),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
