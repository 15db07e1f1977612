/* test_config_value.c — Job: each kind of value at its bounds, and what is said to be allowed. */
#include "common/config_value.h"

#include <setjmp.h>
#include <stdarg.h>
#include <cmocka.h>

struct values {
    const char *text, *path;
    int64_t number, wait_ms;
    int profile;
    bool on;
    struct config_list list;
};

static const struct config_key keys[] = {
    {"text", CONFIG_TEXT, offsetof(struct values, text), "", 1, 8, NULL, CONFIG_AT_START, "", ""},
    {"path", CONFIG_PATH, offsetof(struct values, path), "", 0, 100, NULL, CONFIG_AT_START, "", ""},
    {"number", CONFIG_INT, offsetof(struct values, number), "", -5, 500, NULL, CONFIG_AT_START, "",
     ""},
    {"wait", CONFIG_DURATION, offsetof(struct values, wait_ms), "", 100, 7200000, NULL,
     CONFIG_AT_START, "", ""},
    {"profile", CONFIG_CODE, offsetof(struct values, profile), "", 0, 0, &codes_profile,
     CONFIG_AT_START, "", ""},
    {"on", CONFIG_FLAG, offsetof(struct values, on), "", 0, 0, NULL, CONFIG_AT_START, "", ""},
    {"list", CONFIG_LIST, offsetof(struct values, list), NULL, 1, 8, NULL, CONFIG_AT_START, "", ""},
};
enum { TEXT, PATH, NUMBER, WAIT, PROFILE, ON, LIST };

static struct values values;
static struct arena memory;

static int begin(void **state)
{
    (void)state;
    values = (struct values){.text = NULL};
    return 0;
}

static int end(void **state)
{
    (void)state;
    arena_free(&memory);
    return 0;
}

static enum err set_in(int key, const char *text, const char *folder)
{
    return config_value_set(&keys[key], slice_of(text), slice_of(folder), &values, &memory);
}

static enum err set(int key, const char *text)
{
    return set_in(key, text, "");
}

static void texts_are_bounded_utf8(void **state)
{
    (void)state;
    assert_int_equal(set(TEXT, "12345678"), ERR_OK);
    assert_string_equal(values.text, "12345678");
    assert_int_equal(set(TEXT, "病院"), ERR_OK);
    assert_int_equal(set(TEXT, ""), ERR_BAD_FIELD);
    assert_int_equal(set(TEXT, "123456789"), ERR_BAD_FIELD);
    assert_int_equal(set(TEXT, "a\tb"), ERR_BAD_FIELD);
    assert_int_equal(set(TEXT, "a\x80"), ERR_BAD_FIELD);
    assert_string_equal(values.text, "病院");
}

static void relative_paths_start_at_the_settings_folder(void **state)
{
    (void)state;
    assert_int_equal(set_in(PATH, "keys/a", "/etc/sakiyomi"), ERR_OK);
    assert_string_equal(values.path, "/etc/sakiyomi/keys/a");
    assert_int_equal(set_in(PATH, "/var/keys", "/etc/sakiyomi"), ERR_OK);
    assert_string_equal(values.path, "/var/keys");
    assert_int_equal(set_in(PATH, "keys", ""), ERR_OK);
    assert_string_equal(values.path, "keys");
    assert_int_equal(set_in(PATH, "", "/etc"), ERR_OK);
    assert_string_equal(values.path, "");
    char deep[FILE_PATH_MAX];
    memset(deep, 'd', sizeof deep);
    deep[sizeof deep - 1] = '\0';
    assert_int_equal(set_in(PATH, "keys", deep), ERR_BAD_FIELD);
}

static void numbers_are_whole_and_bounded(void **state)
{
    (void)state;
    static const char *const bad[] = {"",
                                      "-6",
                                      "501",
                                      "1.0",
                                      "1 ",
                                      "0x10",
                                      "+1",
                                      "-",
                                      "--1",
                                      "1e2",
                                      "99999999999999999999",
                                      "-99999999999999999999"};
    assert_int_equal(set(NUMBER, "-5"), ERR_OK);
    assert_int_equal(values.number, -5);
    assert_int_equal(set(NUMBER, "500"), ERR_OK);
    assert_int_equal(values.number, 500);
    for (size_t i = 0; i < sizeof bad / sizeof *bad; i++)
        assert_int_equal(set(NUMBER, bad[i]), ERR_BAD_FIELD);
    assert_int_equal(values.number, 500);
}

static void durations_have_a_unit(void **state)
{
    (void)state;
    static const struct {
        const char *text;
        int64_t ms;
    } good[] = {{"100ms", 100}, {"3s", 3000}, {"2min", 120000}, {"2h", 7200000}};
    static const char *const bad[] = {
        "",    "3",   "s", "99ms", "7201s", "3 s", "3S", "1m", "1d", "-1h", "9223372036854775807h",
        "1h1", "1.5h"};
    for (size_t i = 0; i < sizeof good / sizeof *good; i++) {
        assert_int_equal(set(WAIT, good[i].text), ERR_OK);
        assert_int_equal(values.wait_ms, good[i].ms);
    }
    for (size_t i = 0; i < sizeof bad / sizeof *bad; i++)
        assert_int_equal(set(WAIT, bad[i]), ERR_BAD_FIELD);
}

static void codes_and_flags_are_closed_lists(void **state)
{
    (void)state;
    assert_int_equal(set(PROFILE, "production"), ERR_OK);
    assert_int_equal(values.profile, PROFILE_PRODUCTION);
    assert_int_equal(set(PROFILE, "Production"), ERR_BAD_FIELD);
    assert_int_equal(set(PROFILE, ""), ERR_BAD_FIELD);
    assert_int_equal(set(ON, "yes"), ERR_OK);
    assert_true(values.on);
    assert_int_equal(set(ON, "no"), ERR_OK);
    assert_false(values.on);
    assert_int_equal(set(ON, "true"), ERR_BAD_FIELD);
    assert_int_equal(set(ON, "1"), ERR_BAD_FIELD);
}

static void lists_grow_to_their_bound(void **state)
{
    (void)state;
    for (int i = 0; i < CONFIG_LIST_MAX; i++)
        assert_int_equal(set(LIST, i == 1 ? "second" : "x"), ERR_OK);
    assert_int_equal(values.list.count, CONFIG_LIST_MAX);
    assert_string_equal(values.list.items[1], "second");
    assert_int_equal(set(LIST, "x"), ERR_FULL);
    assert_int_equal(set(LIST, ""), ERR_BAD_FIELD);
    assert_int_equal(values.list.count, CONFIG_LIST_MAX);
}

static void a_change_of_any_kind_is_seen(void **state)
{
    (void)state;
    static const char *const first[] = {"a", "/a", "1", "1s", "trial", "yes", "x"};
    static const char *const second[] = {"b", "/b", "2", "2s", "production", "no", "y"};
    for (int i = TEXT; i <= LIST; i++)
        assert_int_equal(set(i, first[i]), ERR_OK);
    struct values before = values;
    values.list = (struct config_list){.count = 0};
    for (int i = TEXT; i <= LIST; i++)
        assert_int_equal(set(i, first[i]), ERR_OK);
    for (int i = TEXT; i <= LIST; i++)
        assert_true(config_value_same(&keys[i], &before, &values));
    values.list = (struct config_list){.count = 0};
    for (int i = TEXT; i <= LIST; i++)
        assert_int_equal(set(i, second[i]), ERR_OK);
    for (int i = TEXT; i <= LIST; i++)
        assert_false(config_value_same(&keys[i], &before, &values));
    assert_int_equal(set(LIST, "x"), ERR_OK);
    assert_false(config_value_same(&keys[LIST], &before, &values));
}

static void the_allowed_values_are_told(void **state)
{
    (void)state;
    static const struct {
        int key;
        const char *ja, *en;
    } rows[] = {
        {NUMBER, "-5から500までの整数", "a whole number from -5 to 500"},
        {WAIT, "単位(ms s min h d)つきの時間、100msから2hまで",
         "a time with unit (ms s min h d) from 100ms to 2h"},
        {PROFILE, "training | trial | production", "training | trial | production"},
        {ON, "yes | no", "yes | no"},
        {PATH, "0から100バイトの文字列(UTF-8)", "a path of 0 to 100 bytes (UTF-8)"},
        {LIST, "繰り返してよい、1から8バイトの文字列(UTF-8)",
         "text of 1 to 8 bytes (UTF-8), may be repeated"},
    };
    for (size_t i = 0; i < sizeof rows / sizeof *rows; i++) {
        char ja[CONFIG_ALLOWED_SIZE], en[CONFIG_ALLOWED_SIZE];
        config_allowed(&keys[rows[i].key], ja, en);
        assert_string_equal(ja, rows[i].ja);
        assert_string_equal(en, rows[i].en);
    }
}

static void trimming_takes_spaces_and_tabs(void **state)
{
    (void)state;
    assert_true(slice_is(config_trim(slice_of(" \t a b\t ")), "a b"));
    assert_int_equal(config_trim(slice_of(" \t ")).size, 0);
    assert_int_equal(config_trim(slice_of("")).size, 0);
}

#define with_memory(test) cmocka_unit_test_setup_teardown(test, begin, end)

int main(void)
{
    const struct CMUnitTest tests[] = {
        with_memory(texts_are_bounded_utf8),
        with_memory(relative_paths_start_at_the_settings_folder),
        with_memory(numbers_are_whole_and_bounded),
        with_memory(durations_have_a_unit),
        with_memory(codes_and_flags_are_closed_lists),
        with_memory(lists_grow_to_their_bound),
        with_memory(a_change_of_any_kind_is_seen),
        with_memory(the_allowed_values_are_told),
        with_memory(trimming_takes_spaces_and_tabs),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
