/* test_hospital_settings.c — Job: the box's settings: what must be given, what stands by itself,
 * the sample. */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <cmocka.h>

#include <stdio.h>

#include "hospital_client/hospital_settings.h"
#include "tests/lib/desk_kit.h"
#include "tests/lib/file_bytes.h"

#define LEAST "box_name = ER-1\ngateway_address = 127.0.0.1\nserver_name = localhost\n"

static enum err read(const char *text, struct hospital_settings *out, struct config_errors *errors,
                     struct arena *memory)
{
    *out = (struct hospital_settings){.bell = false};
    errors->count = 0;
    return config_read(&hospital_settings_table, "/etc/box/c.conf", slice_of(text), out, memory,
                       errors);
}

static void the_least_is_enough(void **state)
{
    (void)state;
    static struct config_errors errors;
    struct hospital_settings s;
    struct arena memory = {0};
    assert_int_equal(read(LEAST, &s, &errors, &memory), ERR_OK);
    assert_int_equal(s.gateway_port, 8444);
    assert_string_equal(s.certificate, "/etc/box/device.pem");
    assert_string_equal(s.state_dir, "/etc/box/state");
    assert_string_equal(s.log_key, "");
    assert_true(s.bell);
    arena_free(&memory);
}

static void what_is_wrong_is_named(void **state)
{
    (void)state;
    static struct config_errors errors;
    struct hospital_settings s;
    struct arena memory = {0};
    assert_int_equal(read("box_name = x\n", &s, &errors, &memory), ERR_CONFIG);
    assert_int_equal(errors.count, 2); /* address and server name */
    assert_int_equal(read(LEAST "gateway_port = 70000\n", &s, &errors, &memory), ERR_CONFIG);
    assert_string_equal(errors.rows[0].key, "gateway_port");
    assert_int_equal(read(LEAST "jsno = x\n", &s, &errors, &memory), ERR_CONFIG);
    assert_int_equal(errors.rows[0].line, 4);
    arena_free(&memory);
}

static void a_file_is_loaded_from_the_disk(void **state)
{
    (void)state;
    char folder[TEMP_PATH_MAX], path[TEMP_PATH_MAX];
    struct hospital_settings s;
    struct arena memory = {0};
    temp_folder_make(folder);
    temp_path(folder, "c.conf", path);
    assert_int_not_equal(hospital_settings_load(path, &s, &memory), ERR_OK);
    FILE *file = fopen(path, "w");
    fputs(LEAST "log_level = error\n", file);
    fclose(file);
    assert_int_equal(hospital_settings_load(path, &s, &memory), ERR_OK);
    assert_string_equal(s.box_name, "ER-1");
    arena_free(&memory);
    temp_folder_remove(folder);
}

static void the_sample_in_the_documents_is_fresh(void **state)
{
    (void)state;
    struct buf want = {0}, have = {0};
    config_sample(&hospital_settings_table, &want);
    assert_int_equal(file_bytes("docs/sakiyomi-hospital.conf", &have), ERR_OK);
    if (!slice_equal(buf_slice(&want), buf_slice(&have)))
        fail_msg("stale: sakiyomi-hospital sample-config >docs/sakiyomi-hospital.conf");
    buf_free(&want);
    buf_free(&have);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(the_least_is_enough),
        cmocka_unit_test(what_is_wrong_is_named),
        cmocka_unit_test(a_file_is_loaded_from_the_disk),
        cmocka_unit_test(the_sample_in_the_documents_is_fresh),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
