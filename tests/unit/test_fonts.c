/* test_fonts.c — Job: the folders of this machine's fonts, and which it has, as fc-list says. */
#include "pdf_pages/fonts.h"

#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <cmocka.h>
#include <stdio.h>
#include <string.h>

static bool fc_list_says(const char *command)
{
    char line[16];
    FILE *list = popen(command, "re");
    assert_non_null(list);
    bool any = fgets(line, sizeof line, list) != NULL;
    pclose(list);
    return any;
}

static void folders_and_languages(void **state)
{
    struct fonts fonts;
    (void)state;
    assert_int_equal(fonts_open(&fonts), ERR_OK);
    assert_true(fonts.folders_count >= 2 && fonts.folders_count <= PDF_FOLDERS_MAX);
    bool system = false;
    for (size_t i = 0; i < fonts.folders_count; i++)
        system = system || strcmp(fonts.folders[i], "/usr/share/fonts") == 0;
    assert_true(system);
    assert_string_equal(fonts.folders[0], "/usr/share/poppler");
    assert_int_equal(fonts.any, fc_list_says("fc-list"));
    assert_int_equal(fonts.japanese, fc_list_says("fc-list :lang=ja"));
    fonts_close(&fonts);
    assert_int_equal(fonts.folders_count, 0);
    fonts_close(&fonts);
}

/* LeakSanitizer asks: what these keep until the process ends is not ours. */
const char *__lsan_default_suppressions(void);
const char *__lsan_default_suppressions(void)
{
    return "leak:libfontconfig\nleak:libcairo\n";
}

int main(void)
{
    const struct CMUnitTest tests[] = {cmocka_unit_test(folders_and_languages)};
    return cmocka_run_group_tests(tests, NULL, NULL);
}
