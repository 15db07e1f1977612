/* test_config.c — Job: a settings file is taken whole or refused with every fault named. */
#include "tests/lib/sample_config.h"

#include "common/file.h"
#include "tests/lib/temp_folder.h"

#include <setjmp.h>
#include <stdarg.h>
#include <stdlib.h>
#include <unistd.h>
#include <cmocka.h>

static struct sample_config values;
static struct arena memory;
static struct config_errors errors;

static int begin(void **state)
{
    (void)state;
    values = (struct sample_config){.name = NULL};
    return 0;
}

static int end(void **state)
{
    (void)state;
    arena_free(&memory);
    return 0;
}

static enum err read_text(struct slice text)
{
    return config_read(&sample_config_table, "/etc/sakiyomi/x.conf", text, &values, &memory,
                       &errors);
}

/* TEXT must be refused with this one fault. */
static void assert_fault(const char *text, int line, const char *key, const char *en)
{
    assert_int_equal(read_text(slice_of(text)), ERR_CONFIG);
    assert_int_equal(errors.count, 1);
    assert_int_equal(errors.rows[0].line, line);
    assert_string_equal(errors.rows[0].key, key);
    assert_string_equal(errors.rows[0].en, en);
    assert_string_not_equal(errors.rows[0].ja, "");
}

static void a_file_fills_the_settings(void **state)
{
    (void)state;
    assert_int_equal(read_text(slice_of("# comment\n"
                                        "\n"
                                        "name = Sakiyomi = 先読み # 1\n"
                                        "  profile\t=trial  \n"
                                        "allow = 192.0.2.0/24\n"
                                        "port=0\n"
                                        "allow = 2001:db8::/32\n"
                                        "strict = no")),
                     ERR_OK);
    assert_string_equal(values.name, "Sakiyomi = 先読み # 1");
    assert_int_equal(values.profile, PROFILE_TRIAL);
    assert_int_equal(values.port, 0);
    assert_int_equal(values.wait_ms, 30000);
    assert_string_equal(values.keys, "/etc/sakiyomi/keys");
    assert_false(values.strict);
    assert_int_equal(values.allow.count, 2);
    assert_string_equal(values.allow.items[1], "2001:db8::/32");
    assert_int_equal(errors.count, 0);
}

static void a_file_from_a_pc_is_understood(void **state)
{
    (void)state;
    assert_int_equal(read_text(slice_of("\xef\xbb\xbf"
                                        "name = x\r\nprofile = trial\r\n\r\n")),
                     ERR_OK);
    assert_string_equal(values.name, "x");
}

static void every_fault_names_its_line_and_key(void **state)
{
    (void)state;
    assert_fault("name = x\nprofile = trial\nnmae = y\n", 3, "nmae", "unknown key");
    assert_fault("name = x\nprofile = trial\nname = x\n", 3, "name", "is also on line 1");
    assert_fault("name = x\n", 0, "profile", "must be given and is missing");
    assert_fault("name = x\nprofile = trial\nport = 65536\n", 3, "port",
                 "\"65536\" is not allowed; allowed is a whole number from 0 to 65535");
    assert_fault("name = x\nprofile = test\n", 2, "profile",
                 "\"test\" is not allowed; allowed is training | trial | production");
    assert_fault("name = x\nprofile = trial\n[section]\n", 3, "[section]",
                 "not of the form \"key = value\"");
    assert_fault("name = x\nprofile = trial\n= y\n", 3, "", "unknown key");
    assert_fault("name = x\nprofile = trial\nport = 1\n# \xff\n", 4, "", "the line is not UTF-8");
    assert_fault("name = x\nprofile = trial\nstrict =\n", 3, "strict",
                 "\"\" is not allowed; allowed is yes | no");
}

static void a_wrong_value_is_shown_short_and_harmless(void **state)
{
    (void)state;
    assert_fault("name = x\nprofile = \x1b[31m病病病病病病病病病病病病病病病病\n", 2, "profile",
                 "\"?[31m病病病病病病病病病病病...\" is not allowed; "
                 "allowed is training | trial | production");
}

static void all_faults_come_together(void **state)
{
    (void)state;
    assert_int_equal(read_text(slice_of("port = x\nwait = 1\nfoo = 1\n")), ERR_CONFIG);
    assert_int_equal(errors.count, 5); /* those, and two keys that are missing */
    struct buf many = {0};
    for (int i = 0; i < 3 * CONFIG_ERRORS_MAX; i++)
        buf_text(&many, "foo = 1\n");
    assert_int_equal(read_text(buf_slice(&many)), ERR_CONFIG);
    assert_int_equal(errors.count, CONFIG_ERRORS_MAX);
    buf_free(&many);
}

static void lines_and_files_are_bounded(void **state)
{
    (void)state;
    struct buf text = {0};
    buf_text(&text, "name = x\nprofile = trial\n#");
    size_t head = text.size - 1;
    while (text.size - head < CONFIG_LINE_MAX)
        buf_byte(&text, 'a');
    assert_int_equal(read_text(buf_slice(&text)), ERR_OK);
    buf_byte(&text, 'a');
    assert_int_equal(read_text(buf_slice(&text)), ERR_CONFIG);
    assert_int_equal(errors.rows[0].line, 3);
    text.size = head;
    while (text.size < CONFIG_BYTES_MAX)
        buf_byte(&text, '\n');
    assert_int_equal(read_text(buf_slice(&text)), ERR_OK);
    buf_byte(&text, '\n');
    assert_int_equal(read_text(buf_slice(&text)), ERR_CONFIG);
    assert_string_equal(errors.rows[0].en, "larger than 65536 bytes");
    buf_free(&text);
}

static void a_file_on_disk_is_loaded(void **state)
{
    (void)state;
    char folder[TEMP_PATH_MAX], path[TEMP_PATH_MAX], keys[TEMP_PATH_MAX];
    temp_folder_make(folder);
    temp_path(folder, "x.conf", path);
    temp_path(folder, "keys", keys);
    assert_int_equal(config_load(&sample_config_table, path, &values, &memory, &errors),
                     ERR_CONFIG);
    assert_string_equal(errors.rows[0].en, "not found");
    assert_int_equal(file_write(path, slice_of("name = x\nprofile = trial\n"), 0600), ERR_OK);
    assert_int_equal(config_load(&sample_config_table, path, &values, &memory, &errors), ERR_OK);
    assert_string_equal(values.keys, keys);
    assert_int_equal(config_load(&sample_config_table, folder, &values, &memory, &errors),
                     ERR_CONFIG);
    temp_folder_remove(folder);
}

static void only_reloadable_keys_may_change(void **state)
{
    (void)state;
    assert_int_equal(read_text(slice_of("name = x\nprofile = trial\n")), ERR_OK);
    struct sample_config now = values;
    values = (struct sample_config){.name = NULL};
    assert_int_equal(
        read_text(slice_of("name = x\nprofile = trial\nwait = 1s\nallow = a\nstrict = no\n")),
        ERR_OK);
    assert_int_equal(config_reloadable(&sample_config_table, &now, &values, &errors), ERR_OK);
    values = (struct sample_config){.name = NULL};
    assert_int_equal(read_text(slice_of("name = y\nprofile = trial\nport = 1\nwait = 1s\n")),
                     ERR_OK);
    assert_int_equal(config_reloadable(&sample_config_table, &now, &values, &errors), ERR_CONFIG);
    assert_int_equal(errors.count, 2);
    assert_string_equal(errors.rows[0].key, "name");
    assert_string_equal(errors.rows[1].key, "port");
}

static void errors_are_printed_in_both_languages(void **state)
{
    (void)state;
    char *text = NULL;
    size_t size = 0;
    assert_int_equal(read_text(slice_of("name = x\nfoo = 1\n")), ERR_CONFIG);
    config_fault(&errors, "keys", "鍵がありません", "there are no keys");
    FILE *to = open_memstream(&text, &size);
    config_print_errors(&errors, to);
    fclose(to);
    assert_string_equal(text, "/etc/sakiyomi/x.conf:2: foo: 知らない項目です / unknown key\n"
                              "/etc/sakiyomi/x.conf: profile: 必ず書く項目がありません / "
                              "must be given and is missing\n"
                              "/etc/sakiyomi/x.conf: keys: 鍵がありません / there are no keys\n");
    free(text);
}

#define with_memory(test) cmocka_unit_test_setup_teardown(test, begin, end)

int main(void)
{
    const struct CMUnitTest tests[] = {
        with_memory(a_file_fills_the_settings),
        with_memory(a_file_from_a_pc_is_understood),
        with_memory(every_fault_names_its_line_and_key),
        with_memory(a_wrong_value_is_shown_short_and_harmless),
        with_memory(all_faults_come_together),
        with_memory(lines_and_files_are_bounded),
        with_memory(a_file_on_disk_is_loaded),
        with_memory(only_reloadable_keys_may_change),
        with_memory(errors_are_printed_in_both_languages),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
