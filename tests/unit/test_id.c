/* test_id.c — Job: ids in both forms, their order, and what is not one. */
#include "proto/id.h"

#include <setjmp.h>
#include <stdarg.h>
#include <cmocka.h>

static const uint8_t ones[10] = {255, 255, 255, 255, 255, 255, 255, 255, 255, 255};
static const uint8_t zeros[10];

/* 01ARYZ6S41 is the time part that the ULID specification shows for 1469918176385 ms. */
static void the_time_part_is_the_published_one(void **state)
{
    (void)state;
    char text[ID_TEXT_SIZE];
    struct id id = id_new(1469918176385, zeros);
    id_text(&id, text);
    assert_memory_equal(text, "01ARYZ6S410000000000000000", ID_TEXT_SIZE);
    id = id_new(INT64_MAX, ones);
    id_text(&id, text);
    assert_memory_equal(text, "7ZZZZZZZZZZZZZZZZZZZZZZZZZ", ID_TEXT_SIZE);
}

static void text_and_bytes_are_the_same_id(void **state)
{
    (void)state;
    uint8_t random[10];
    for (unsigned i = 0; i < 1000; i++) {
        struct id back;
        char text[ID_TEXT_SIZE];
        for (unsigned k = 0; k < sizeof random; k++)
            random[k] = (uint8_t)(i * 31 + k * 97);
        struct id id = id_new((int64_t)i * 1234567891, random);
        id_text(&id, text);
        assert_int_equal(id_parse((struct slice){text, sizeof text}, &back), ERR_OK);
        assert_true(id_equal(&id, &back));
    }
}

static void ids_sort_by_time(void **state)
{
    (void)state;
    char first[ID_TEXT_SIZE], second[ID_TEXT_SIZE];
    struct id a = id_new(1000, ones), b = id_new(1001, zeros);
    id_text(&a, first);
    id_text(&b, second);
    assert_true(memcmp(&a, &b, sizeof a) < 0);
    assert_true(memcmp(first, second, sizeof first) < 0);
}

static void a_new_id_is_never_absent(void **state)
{
    (void)state;
    struct id id = id_new(0, zeros);
    assert_false(id_absent(&id));
    id = id_new(-5, zeros);
    assert_false(id_absent(&id));
}

static void what_is_not_an_id_is_refused(void **state)
{
    (void)state;
    static const char *const bad[] = {
        "",
        "01ARYZ6S41000000000000000",   /* 25 */
        "01ARYZ6S4100000000000000000", /* 27 */
        "81ARYZ6S410000000000000000",  /* 129 bits */
        "01aryz6s410000000000000000",  /* two spellings of one id */
        "01ARYZ6S41000000000000000U",  /* not in the alphabet */
        "01ARYZ6S41000000000000000I",
        "01ARYZ6S41-000000000000000",
    };
    struct id out;
    for (size_t i = 0; i < sizeof bad / sizeof *bad; i++)
        assert_int_equal(id_parse(slice_of(bad[i]), &out), ERR_BAD_FIELD);
    char with_nul[ID_TEXT_SIZE] = {0};
    assert_int_equal(id_parse((struct slice){with_nul, sizeof with_nul}, &out), ERR_BAD_FIELD);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(the_time_part_is_the_published_one),
        cmocka_unit_test(text_and_bytes_are_the_same_id),
        cmocka_unit_test(ids_sort_by_time),
        cmocka_unit_test(a_new_id_is_never_absent),
        cmocka_unit_test(what_is_not_an_id_is_refused),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
