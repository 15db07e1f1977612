/* test_ambulance_settings.c — Job: the settings of the tablet: a sample, and slips refused. */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <cmocka.h>

#include <stdio.h>

#include "ambulance_client/ambulance_settings.h"
#include "tests/lib/temp_folder.h"

static char folder[TEMP_PATH_MAX], path[TEMP_PATH_MAX];

static int set_up(void **state)
{
    (void)state;
    temp_folder_make(folder);
    temp_path(folder, "tablet.conf", path);
    return 0;
}

static int tear_down(void **state)
{
    (void)state;
    temp_folder_remove(folder);
    return 0;
}

static void put(const char *text)
{
    FILE *f = fopen(path, "w");
    assert_non_null(f);
    fputs(text, f);
    fclose(f);
}

static void the_least_that_is_needed(void **state)
{
    struct ambulance_settings s;
    struct arena memory = {0};
    char spool[TEMP_PATH_MAX];
    (void)state;
    put("gateway_address = 127.0.0.1\nserver_name = localhost\ncrew_code = しおみ2\n"
        "card_words = en\nbell = no\n");
    assert_int_equal(ambulance_settings_load(path, &s, &memory), ERR_OK);
    assert_int_equal(s.gateway_port, 8443);
    assert_string_equal(s.crew_code, "しおみ2");
    assert_string_equal(s.language, "ja");
    assert_int_equal(s.card_words, 2);
    assert_true(s.card && !s.bell);
    temp_path(folder, "state/spool.db", spool);
    assert_string_equal(s.spool, spool); /* beside the settings */
    arena_free(&memory);
}

static void slips_refuse_the_whole_file(void **state)
{
    static const char *const more[] = {"gateway_prot = 1\n", "gateway_port = 0\n",
                                       "card_words = fr\n", "bell = perhaps\n", "language = j\n"};
    struct ambulance_settings s;
    (void)state;
    for (size_t i = 0; i < sizeof more / sizeof more[0]; i++) {
        struct arena memory = {0};
        char text[256];
        snprintf(text, sizeof text, "gateway_address = a\nserver_name = b\n%s", more[i]);
        put(text);
        assert_int_equal(ambulance_settings_load(path, &s, &memory), ERR_CONFIG);
        arena_free(&memory);
    }
}

static void the_sample_names_every_key(void **state)
{
    struct buf sample = {0};
    (void)state;
    config_sample(&ambulance_settings_table, &sample);
    buf_byte(&sample, '\0');
    for (size_t i = 0; i < ambulance_settings_table.count; i++)
        assert_non_null(strstr(sample.bytes, ambulance_settings_table.keys[i].name));
    buf_free(&sample);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test_setup_teardown(the_least_that_is_needed, set_up, tear_down),
        cmocka_unit_test_setup_teardown(slips_refuse_the_whole_file, set_up, tear_down),
        cmocka_unit_test_setup_teardown(the_sample_names_every_key, set_up, tear_down),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
