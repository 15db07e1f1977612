/* test_wipe_alloc.c — Job: memory keeps its content when it grows and loses it when it goes. */
#include "gateway/errand/eligibility/wipe_alloc.h"

#include <setjmp.h>
#include <stdarg.h>
#include <stdint.h>
#include <stdlib.h>
#include <string.h>
#include <cmocka.h>

static void grows_and_shrinks_with_its_content(void **state)
{
    (void)state;
    char *text = wipe_strdup("clinical");
    text = wipe_realloc(text, 100000);
    assert_string_equal(text, "clinical");
    text = wipe_realloc(text, 4);
    assert_memory_equal(text, "clin", 4);
    wipe_free(text);
    wipe_free(NULL);
    char *zeroed = wipe_calloc(16, 4);
    for (int i = 0; i < 64; i++)
        assert_int_equal(zeroed[i], 0);
    wipe_free(zeroed);
    wipe_free(wipe_realloc(NULL, 8));
    wipe_free(wipe_malloc(8));
}

int main(void)
{
    const struct CMUnitTest tests[] = {cmocka_unit_test(grows_and_shrinks_with_its_content)};
    return cmocka_run_group_tests(tests, NULL, NULL);
}
