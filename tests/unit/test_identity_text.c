/* test_identity_text.c — Job: a name is found however it is spelt, and a free text stays free. */
#include "gateway/core/identity_text.h"

#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>

#include <cmocka.h>

static bool has(const char *text, const char *word)
{
    struct slice words[] = {slice_of("無関係"), slice_of(word)};
    return identity_in_text(slice_of(text), words, 2);
}

static void test_found(void **state)
{
    static const char *const rows[][2] = {
        {"鈴木さん、胸痛", "鈴木"},
        {"患者は 鈴木 一子", "鈴木　一子"},
        {"ｽｽﾞｷさん", "スズキ"},
        {"ｶﾞﾊﾟｳﾞｰ", "ガパヴー"},
        {"すずきさん", "スズキ"},
        {"スズキさん", "すずき"},
        {"ケンさん", "ケン"},
        {"Mr. ＳＭＩＴＨ", "Smith"},
        {"電話０９０ー１２３４ー５６７８", "090-1234-5678"},
        {"09012345678", "090-1234-5678"},
        {"1965年3月20日生", "1965-03-20"},
        {"1965/03/20", "1965-03-20"},
        {"1965.3.20", "1965-03-20"},
        {"番号9000031です", "9000031"},
    };
    (void)state;
    for (size_t i = 0; i < sizeof rows / sizeof rows[0]; i++)
        if (!has(rows[i][0], rows[i][1]))
            fail_msg("%s not found in %s", rows[i][1], rows[i][0]);
}

static void test_not_found(void **state)
{
    static const char *const rows[][2] = {
        {"けんさ中", "ケン"}, {"アレルギー", "ア"},
        {"BP 120/80", "120"}, {"1965年4月20日", "1965-03-20"},
        {"胸が痛い", "鈴木"}, {"", "鈴木"},
        {"鈴木", ""},         {"鈴木", "　 -"},
        {"鈴", "鈴木"},
    };
    (void)state;
    for (size_t i = 0; i < sizeof rows / sizeof rows[0]; i++)
        if (has(rows[i][0], rows[i][1]))
            fail_msg("%s found in %s", rows[i][1], rows[i][0]);
}

/* A voiced mark with nothing before it, and bytes that are no UTF-8, end quietly. */
static void test_oddities(void **state)
{
    (void)state;
    assert_false(has("ﾞﾟ", "スズキ"));
    assert_false(has("\xff\xfe", "スズキ"));
    assert_false(has("スズキ", "\xff"));
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(test_found),
        cmocka_unit_test(test_not_found),
        cmocka_unit_test(test_oddities),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
