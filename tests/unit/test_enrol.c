/* test_enrol.c — Job: a key is made once, private, and only the request goes out. */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <cmocka.h>

#include <stdio.h>
#include <sys/stat.h>

#include "common/file.h"
#include "common/x509_csr.h"
#include "client/enrol.h"
#include "tests/lib/client_kit.h"
#include "tests/lib/temp_folder.h"

static void key_and_request(void **state)
{
    (void)state;
    char folder[TEMP_PATH_MAX], key[TEMP_PATH_MAX], out[TEMP_PATH_MAX];
    struct id device = ckit_id('D');
    struct buf first = {0}, again = {0}, csr = {0};
    struct x509_csr read;
    struct stat info;
    temp_folder_make(folder);
    temp_path(folder, "device.key", key);
    temp_path(folder, "device.csr", out);
    struct enrol about = {.program = "test", .key_path = key, .name = "ER-1", .out_path = out};
    about.device = device;
    assert_int_equal(enrol_request(&about), ERR_OK);
    assert_int_equal(stat(key, &info), 0);
    assert_int_equal(info.st_mode & 0777, 0600);
    assert_int_equal(file_read(key, 10000, FILE_PRIVATE, &first), ERR_OK);
    assert_int_equal(file_read(out, 10000, FILE_ANY, &csr), ERR_OK);
    assert_null(memmem(csr.bytes, csr.size, "PRIVATE", 7));
    assert_int_equal(x509_csr_read(buf_slice(&csr), &read), ERR_OK);
    assert_string_equal(read.cn, "ER-1");
    assert_true(id_equal(&read.device, &device));
    about.device = (struct id){{0}};
    assert_int_equal(enrol_request(&about), ERR_OK); /* the same key again */
    assert_int_equal(file_read(key, 10000, FILE_PRIVATE, &again), ERR_OK);
    assert_true(slice_equal(buf_slice(&first), buf_slice(&again)));
    buf_free(&first);
    buf_free(&again);
    buf_free(&csr);
    temp_folder_remove(folder);
}

static void a_key_that_others_can_read_is_refused(void **state)
{
    (void)state;
    char folder[TEMP_PATH_MAX], key[TEMP_PATH_MAX], out[TEMP_PATH_MAX];
    temp_folder_make(folder);
    temp_path(folder, "device.key", key);
    temp_path(folder, "device.csr", out);
    struct enrol about = {.program = "test", .key_path = key, .name = "ER-1", .out_path = out};
    assert_int_equal(enrol_request(&about), ERR_OK);
    assert_int_equal(chmod(key, 0644), 0);
    assert_int_equal(enrol_request(&about), ERR_NOT_ALLOWED);
    assert_int_equal(file_write(key, slice_of("no key"), 0600), ERR_OK);
    assert_int_equal(enrol_request(&about), ERR_CERT);
    temp_folder_remove(folder);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(key_and_request),
        cmocka_unit_test(a_key_that_others_can_read_is_refused),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
