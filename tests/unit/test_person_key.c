/* test_person_key.c — Job: the same person in other letters is the same; anybody else is not. */
#include "gateway/errand/eligibility/person_key.h"

#include <setjmp.h>
#include <stdarg.h>
#include <stdlib.h>
#include <cmocka.h>

static bool same(const char *kana_a, const char *birth_a, const char *kana_b, const char *birth_b)
{
    struct person_key a = {slice_of("名"), slice_of(kana_a), slice_of(birth_a)};
    struct person_key b = {slice_of("名"), slice_of(kana_b), slice_of(birth_b)};
    assert_int_equal(person_same(&a, &b), person_same(&b, &a));
    return person_same(&a, &b);
}

static void spellings_of_one_person(void **state)
{
    (void)state;
    assert_true(same("ｽｽﾞｷ ｴﾐｺ", "19501231", "スズキ　エミコ", "1950-12-31"));
    assert_true(same("ﾎﾟｯﾌﾟ ｳﾞｨｰ", "19501231", "ぽっぷ　ゔぃ－", "1950/12/31"));
    assert_true(same("ｼﾖｳｼﾞ", "19501231", "ショウジ", "19501231"));
    assert_true(same("ﾊﾞﾋﾞﾌﾞﾍﾞﾎﾞﾊﾟﾋﾟﾌﾟﾍﾟﾎﾟｶﾞｷﾞｸﾞｹﾞｺﾞｻﾞｼﾞｽﾞｾﾞｿﾞﾀﾞﾁﾞﾂﾞﾃﾞﾄﾞ", "19501231",
                     "バビブベボパピプペポガギグゲゴザジズゼゾダヂヅデド", "19501231"));
    assert_true(same("ＡＢｃ", "19501231", "abC", "19501231"));
}

static void other_people(void **state)
{
    (void)state;
    assert_false(same("スズキエミコ", "19501231", "スズキエミ", "19501231"));
    assert_false(same("スズキエミコ", "19501231", "ススキエミコ", "19501231"));
    assert_false(same("ハハ", "19501231", "パパ", "19501231"));
    assert_false(same("スズキエミコ", "19501231", "スズキエミコ", "19501230"));
}

static void what_cannot_be_compared_is_not_the_same(void **state)
{
    (void)state;
    assert_false(same("スズキ", NULL, "スズキ", NULL));
    assert_false(same("スズキ", "1950123", "スズキ", "1950123"));
    assert_false(same("スズキ", "S251231", "スズキ", "S251231"));
    assert_true(same(NULL, "19501231", "スズキ", "19501231")); /* the names decide */
    struct person_key none = {{0}, {0}, slice_of("19501231")};
    assert_false(person_same(&none, &none));
    struct person_key blank = {slice_of(" "), slice_of("　"), slice_of("19501231")};
    assert_false(person_same(&blank, &blank));
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(spellings_of_one_person),
        cmocka_unit_test(other_people),
        cmocka_unit_test(what_cannot_be_compared_is_not_the_same),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
