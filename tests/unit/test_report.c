/* test_report.c — Job: JSON lines hold what they are given, and can be given nothing that was
 * said. */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <cmocka.h>

#include <stdio.h>

#include "common/file.h"
#include "client/report.h"
#include "tests/lib/client_kit.h"
#include "tests/lib/desk_kit.h"
#include "tests/lib/temp_folder.h"

static int64_t wall(void *self)
{
    (void)self;
    return 1795500000000;
}

/* What the lines in PATH are. */
static void lines_are(const char *path, const char *want)
{
    struct buf text = {0};
    assert_int_equal(file_read(path, 100000, FILE_PRIVATE, &text), ERR_OK);
    buf_byte(&text, '\0');
    assert_string_equal(text.bytes, want);
    buf_free(&text);
}

static void a_line_is_whole_and_ordered(void **state)
{
    (void)state;
    char folder[TEMP_PATH_MAX], path[TEMP_PATH_MAX];
    struct report r;
    struct id id = ckit_id('A'), none = {{0}};
    struct hash hash = {{0xab, 0x01}};
    temp_folder_make(folder);
    temp_path(folder, "lines", path);
    assert_int_equal(report_open(&r, path, wall, NULL), ERR_OK);
    report_begin(&r, "test");
    report_id(&r, "id", &id);
    report_id(&r, "none", &none);
    report_word(&r, "word", "a\"b");
    report_word(&r, "empty", "");
    report_int(&r, "int", -7);
    report_flag(&r, "flag", true);
    report_sections(&r, "sections", SECTION_BIT(SECTION_PERSON) | SECTION_BIT(SECTION_DOCUMENT));
    report_hash(&r, "hash", &hash);
    report_end(&r);
    report_close(&r);
    assert_int_equal(report_open(&r, path, wall, NULL), ERR_OK); /* goes on where it was */
    report_begin(&r, "next");
    report_end(&r);
    report_close(&r);
    char want[512];
    snprintf(want, sizeof want,
             "{\"at\":\"2026-11-24T06:00:00.000Z\",\"at_ms\":1795500000000,\"event\":\"test\","
             "\"id\":\"%s\",\"word\":\"a\\\"b\",\"int\":-7,\"flag\":true,"
             "\"sections\":[\"person\",\"document\"],\"hash\":\"ab01%060d\"}\n"
             "{\"at\":\"2026-11-24T06:00:00.000Z\",\"at_ms\":1795500000000,\"event\":\"next\"}\n",
             ckit_text('A'), 0);
    lines_are(path, want);
    temp_folder_remove(folder);
}

static void only_codes_pass_as_codes(void **state)
{
    (void)state;
    struct report r;
    assert_int_equal(report_open(&r, NULL, wall, NULL), ERR_OK);
    static const struct {
        const char *code, *want;
    } rows[] = {{"grant_revoked", "\"c\":\"grant_revoked\""},
                {"ERR_X1", "\"c\":\"ERR_X1\""},
                {"山田", "\"c\":\"?\""},
                {"two words", "\"c\":\"?\""},
                {"", "\"c\":\"?\""}};
    for (size_t i = 0; i < sizeof rows / sizeof rows[0]; i++) {
        report_begin(&r, "x");
        report_code(&r, "c", slice_of(rows[i].code));
        buf_byte(&r.line, '\0');
        desk_kit_has(r.line.bytes, rows[i].want);
    }
    report_end(&r); /* nobody listens: nothing happens */
    assert_int_equal(r.lost, 0);
    report_close(&r);
}

static void a_file_that_cannot_be_is_refused(void **state)
{
    (void)state;
    struct report r;
    assert_int_equal(report_open(&r, "/nowhere/at/all", wall, NULL), ERR_IO);
    report_close(&r);
}

static void what_cannot_be_written_is_counted(void **state)
{
    (void)state;
    struct report r;
    assert_int_equal(report_open(&r, "/dev/full", wall, NULL), ERR_OK);
    report_begin(&r, "x");
    report_end(&r);
    assert_int_equal(r.lost, 1);
    report_close(&r);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(a_line_is_whole_and_ordered),
        cmocka_unit_test(only_codes_pass_as_codes),
        cmocka_unit_test(a_file_that_cannot_be_is_refused),
        cmocka_unit_test(what_cannot_be_written_is_counted),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
