/* test_keyfile_month.c — Job: months and their file names, both ways, and nothing else. */
#include "common/keyfile_month.h"

#include "common/keyfile.h"

#include <setjmp.h>
#include <stdarg.h>
#include <stdio.h>
#include <cmocka.h>

static void names_come_back(void **state)
{
    (void)state;
    static const int months[] = {197001, 202611, 202612, 999912};
    for (size_t i = 0; i < sizeof months / sizeof *months; i++) {
        char name[KEYFILE_NAME_SIZE], file[KEYFILE_NAME_SIZE + 8];
        assert_true(keyfile_month_valid(months[i]));
        keyfile_month_name(months[i], name);
        snprintf(file, sizeof file, "%s.key", name);
        assert_int_equal(keyfile_month_of_file(file), months[i]);
    }
    char name[KEYFILE_NAME_SIZE];
    keyfile_month_name(202602, name);
    assert_string_equal(name, "kek-2026-02");
}

static void other_months_and_files_are_none(void **state)
{
    (void)state;
    static const int bad[] = {0, -202611, 202600, 202613, 196912, 1000001};
    static const char *const files[] = {
        "",
        "alias.key",
        "kek-2026-11",
        "kek-2026-11.pub",
        "kek-2026-11.key ",
        "kek-2026-1.key",
        "kek-2026-13.key",
        "kek-2026-00.key",
        "kek-202a-11.key",
        "kek-2026_11.key",
        "Kek-2026-11.key",
        "kek-1969-12.key",
        "kek-2026-11.kex",
        "kek-2026-1:.key",
        "kek-202/-21.key",
        "\xff\xff\xff\xff\xff\xff\xff.key1234",
    };
    for (size_t i = 0; i < sizeof bad / sizeof *bad; i++)
        assert_false(keyfile_month_valid(bad[i]));
    for (size_t i = 0; i < sizeof files / sizeof *files; i++)
        assert_int_equal(keyfile_month_of_file(files[i]), 0);
}

static void a_month_is_utc(void **state)
{
    (void)state;
    assert_int_equal(keyfile_month(0), 197001);
    assert_int_equal(keyfile_month(-1), 197001);
    assert_int_equal(keyfile_month(1795496400000), 202611);
    assert_int_equal(keyfile_month(1798761599999), 202612);
    assert_int_equal(keyfile_month(1798761600000), 202701);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(names_come_back),
        cmocka_unit_test(other_months_and_files_are_none),
        cmocka_unit_test(a_month_is_utc),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
