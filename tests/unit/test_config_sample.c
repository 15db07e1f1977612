/* test_config_sample.c — Job: the sample file names every key and is itself a valid file. */
#include "tests/lib/sample_config.h"

#include <setjmp.h>
#include <stdarg.h>
#include <stdio.h>
#include <cmocka.h>

static void every_key_is_shown_with_help_and_bounds(void **state)
{
    (void)state;
    struct buf text = {0};
    config_sample(&sample_config_table, &text);
    buf_byte(&text, '\0');
    for (size_t i = 0; i < sample_config_table.count; i++) {
        const struct config_key *key = &sample_config_table.keys[i];
        char line[100];
        snprintf(line, sizeof line, "\n%s%s = %s\n",
                 key->standard == NULL && key->kind != CONFIG_LIST ? "" : "#", key->name,
                 key->standard == NULL ? "" : key->standard);
        assert_non_null(strstr(text.bytes, line));
        assert_non_null(strstr(text.bytes, key->help_ja));
        assert_non_null(strstr(text.bytes, key->help_en));
    }
    assert_non_null(strstr(text.bytes, "必須 / required\nname = \n"));
    assert_non_null(strstr(text.bytes, "a whole number from 0 to 65535"));
    buf_free(&text);
}

static void assert_faults_are_empty_values_of(const struct buf *text, const char *const *keys,
                                              size_t count)
{
    struct sample_config values = {.name = NULL};
    struct config_errors errors;
    struct arena memory = {0};
    enum err err =
        config_read(&sample_config_table, "x.conf", buf_slice(text), &values, &memory, &errors);
    assert_int_equal(err, ERR_CONFIG);
    assert_int_equal(errors.count, count);
    for (size_t i = 0; i < count; i++) {
        assert_string_equal(errors.rows[i].key, keys[i]);
        assert_int_equal(strncmp(errors.rows[i].en, "\"\" is not allowed", 17), 0);
    }
    assert_int_equal(values.port, 8443);
    assert_int_equal(values.wait_ms, 30000);
    arena_free(&memory);
}

/* As it is, only what must be given is wrong. With the # before each key taken away every default
 * is read from the file, and only what has none is wrong. */
static void the_sample_is_a_valid_file(void **state)
{
    (void)state;
    static const char *const required[] = {"name", "profile"};
    static const char *const without_default[] = {"name", "profile", "allow"};
    struct buf text = {0}, bare = {0};
    config_sample(&sample_config_table, &text);
    assert_faults_are_empty_values_of(&text, required, 2);
    for (size_t i = 0; i < text.size; i++)
        if (i == 0 || text.bytes[i - 1] != '\n' || text.bytes[i] != '#' || text.bytes[i + 1] == ' ')
            buf_byte(&bare, text.bytes[i]);
    assert_int_equal(text.size - bare.size, 5);
    assert_faults_are_empty_values_of(&bare, without_default, 3);
    buf_free(&text);
    buf_free(&bare);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(every_key_is_shown_with_help_and_bounds),
        cmocka_unit_test(the_sample_is_a_valid_file),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
