/* test_arena.c — Job: what an arena hands out is zeroed, aligned, apart, and bounded. */
#include "proto/arena.h"

#include <setjmp.h>
#include <stdarg.h>
#include <cmocka.h>

static void what_is_got_is_zeroed_aligned_and_apart(void **state)
{
    (void)state;
    struct arena a = {0};
    unsigned char *got[300];
    for (size_t i = 0; i < 300; i++) {
        size_t size = 1 + i * 3;
        got[i] = arena_get(&a, size);
        assert_non_null(got[i]);
        assert_int_equal((uintptr_t)got[i] % 16, 0);
        for (size_t k = 0; k < size; k++)
            assert_int_equal(got[i][k], 0);
        memset(got[i], (int)i & 0xff, size);
    }
    for (size_t i = 0; i < 300; i++)
        for (size_t k = 0; k < 1 + i * 3; k++)
            assert_int_equal(got[i][k], i & 0xff);
    arena_free(&a);
    assert_null(a.first);
    assert_int_equal(a.used, 0);
    arena_free(&a);
}

static void large_pieces_get_their_own_block(void **state)
{
    (void)state;
    struct arena a = {0};
    char *large = arena_get(&a, 1000000);
    assert_non_null(large);
    large[999999] = 1;
    assert_non_null(arena_get(&a, 1));
    arena_free(&a);
}

static void the_limit_counts_what_is_handed_out(void **state)
{
    (void)state;
    struct arena a = {.limit = 64};
    assert_non_null(arena_get(&a, 33)); /* 48: rounded up to 16 */
    assert_null(arena_get(&a, 17));
    assert_non_null(arena_get(&a, 16));
    assert_null(arena_get(&a, 1));
    assert_int_equal(a.used, 64);
    arena_free(&a);
}

static void absurd_sizes_give_nothing(void **state)
{
    (void)state;
    struct arena a = {0};
    assert_null(arena_get(&a, SIZE_MAX));
    assert_null(arena_get(&a, SIZE_MAX - 15));
    assert_null(arena_get(&a, SIZE_MAX / 2));
    assert_int_equal(a.used, 0);
    arena_free(&a);
}

static void texts_are_copied_with_a_nul(void **state)
{
    (void)state;
    struct arena a = {0};
    char text[] = "救急";
    char *copy = arena_text(&a, slice_of(text));
    struct slice slice = arena_copy(&a, slice_of(text));
    memset(text, 'x', sizeof text - 1);
    assert_string_equal(copy, "救急");
    assert_true(slice_is(slice, "救急"));
    assert_int_equal(slice.bytes[slice.size], 0);
    assert_null(arena_copy(&a, (struct slice){NULL, 0}).bytes);
    assert_non_null(arena_copy(&a, slice_of("")).bytes); /* empty is not absent */
    arena_free(&a);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(what_is_got_is_zeroed_aligned_and_apart),
        cmocka_unit_test(large_pieces_get_their_own_block),
        cmocka_unit_test(the_limit_counts_what_is_handed_out),
        cmocka_unit_test(absurd_sizes_give_nothing),
        cmocka_unit_test(texts_are_copied_with_a_nul),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
