/* test_warm_page.c — Job: the offsets in the table of our own page are true. */
#include "pdf_pages/warm_page.h"

#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <cmocka.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

static void every_object_lies_where_the_table_says(void **state)
{
    (void)state;
    struct slice pdf = warm_page();
    const char *start = strstr(pdf.bytes, "startxref\n");
    assert_non_null(start);
    const char *table = pdf.bytes + strtol(start + 10, NULL, 10);
    assert_memory_equal(table, "xref\n0 9\n", 9);
    for (int i = 1; i <= 8; i++) {
        char head[16];
        int size = snprintf(head, sizeof head, "%d 0 obj\n", i);
        long at = strtol(table + 9 + 20 * i, NULL, 10);
        assert_memory_equal(pdf.bytes + at, head, (size_t)size);
    }
    assert_int_equal(strlen(pdf.bytes), pdf.size);
}

int main(void)
{
    const struct CMUnitTest tests[] = {cmocka_unit_test(every_object_lies_where_the_table_says)};
    return cmocka_run_group_tests(tests, NULL, NULL);
}
