/* test_view_text.c — Job: banner, marks and states say no more and no less than what is known. */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <cmocka.h>

#include <stdio.h>
#include <string.h>

#include "client/view_text.h"
#include "tests/lib/view_sample.h"

/* clang-format off */
#define PERSON                                                                                   \
    "{\"content\":{\"birth_date\":\"1950-03-05\",\"kana\":\"ヤマダ タロウ\","                     \
    "\"name\":\"山田 太郎\",\"sex\":\"male\"},\"state\":\"present\"}"
/* clang-format on */
enum { PERSON_BIT = 1 << SECTION_PERSON, ALLERGY_BIT = 1 << SECTION_ALLERGIES };

static void has(const char *text, const char *words)
{
    if (strstr(text, words) == NULL)
        fail_msg("not there: %s\nin: %s", words, text);
}

static void has_not(const char *text, const char *words)
{
    if (strstr(text, words) != NULL)
        fail_msg("must not be there: %s\nin: %s", words, text);
}

static void the_banner_stands_first_with_both_eras(void **state)
{
    (void)state;
    struct sealed_view view;
    view_sample(&view, SECTION_PERSON, PERSON);
    const char *text = view_sample_text(&view, PERSON_BIT, PROFILE_PRODUCTION);
    assert_int_equal(strncmp(text, "氏名 山田 太郎（ヤマダ タロウ）", 40), 0);
    has(text, "昭和25年（1950年）3月5日  76歳  男");
    has(text, "【写し】救急用サマリー  取得 2026年11月24日 15:00");
    has_not(text, "訓練");
    has_not(text, "シミュレーター");
    view.simulator = view.refetched = FLAG_YES;
    view.until = 1795500000000 + 60000;
    text = view_sample_text(&view, PERSON_BIT, PROFILE_TRAINING);
    has(text, "【訓練】【シミュレーター：架空の患者】【写し】");
    has(text, "（再取得）");
    has(text, "閲覧期限 2026年11月24日 15:01");
    view_sample_fini(&view);
}

static void what_is_missing_is_said_to_be_missing(void **state)
{
    (void)state;
    struct sealed_view view;
    view_sample(&view, SECTION_PERSON, "{\"content\":{},\"state\":\"present\"}");
    const char *text = view_sample_text(&view, PERSON_BIT, PROFILE_TRIAL);
    has(text, "氏名 記載なし  生年月日 記載なし  性別の記載なし");
    has_not(text, "歳");
    view_sample_fini(&view);
}

static void no_allergy_section_is_not_none(void **state)
{
    (void)state;
    struct sealed_view view;
    view_sample(&view, SECTION_ALLERGIES, "{\"state\":\"not_provided\"}");
    has(view_sample_text(&view, ALLERGY_BIT, PROFILE_TRIAL),
        "この情報源にアレルギー欄はありません（『なし』ではありません）");
    view_sample_fini(&view);
}

static void six_states_in_words(void **state)
{
    (void)state;
    static const struct {
        const char *state, *words;
    } rows[] = {
        {"empty", "照会済・記録なし（照会の範囲に記録がないだけで、『ない』とは限りません）"},
        {"not_asked", "照会していません"},
        {"not_consented", "本人が非表示"},
        {"failed", "取得できませんでした"},
        {"not_provided", "この情報源にはありません"},
        {"nonsense", "状態を読み取れませんでした"},
    };
    for (size_t i = 0; i < sizeof rows / sizeof rows[0]; i++) {
        struct sealed_view view;
        char plain[64];
        snprintf(plain, sizeof plain, "{\"state\":\"%s\"}", rows[i].state);
        view_sample(&view, SECTION_DIALYSIS, plain);
        has(view_sample_text(&view, 1 << SECTION_DIALYSIS, PROFILE_TRIAL), rows[i].words);
        view_sample_fini(&view);
    }
}

static void sections_that_are_not_here_say_why(void **state)
{
    (void)state;
    struct sealed_view view;
    view_sample(&view, SECTION_PERSON, PERSON);
    view.hidden = 1 << SECTION_SURGERY;
    view.openable |= 1 << SECTION_VISITS;
    const char *text = view_sample_text(
        &view, 1 << SECTION_SURGERY | 1 << SECTION_LABS | 1 << SECTION_VISITS, PROFILE_TRIAL);
    has(text, "■ 手術\n  本人が非表示");
    has(text, "■ 検査\n  照会していません");
    has(text, "■ 受診歴\n  まだ開いていません");
    view_sample_fini(&view);
}

static void damaged_content_is_no_content(void **state)
{
    (void)state;
    static const char *const plains[] = {"{\"content\":7,\"state\":\"present\"}",
                                         "{\"state\":\"present\"}", "not json", "[]", "7"};
    for (size_t i = 0; i < sizeof plains / sizeof plains[0]; i++) {
        struct sealed_view view;
        view_sample(&view, SECTION_MEDICATIONS, plains[i]);
        has(view_sample_text(&view, 1 << SECTION_MEDICATIONS, PROFILE_TRIAL),
            "読み取れませんでした");
        view_sample_fini(&view);
    }
}

static void no_text_can_order_the_terminal(void **state)
{
    (void)state;
    struct buf out = {0};
    view_text_add(&out, slice_of("a\x1b[2Jb\x07"
                                 "c\nd\xe2\x80\xae"
                                 "e\xff"
                                 "f\xc2\x9b"));
    buf_byte(&out, '\0');
    assert_string_equal(out.bytes, "a?[2Jb?c d?e?f?");
    buf_free(&out);
}

static const char *date_text(const char *date)
{
    static char text[128];
    struct buf out = {0};
    view_text_date(&out, slice_of(date));
    snprintf(text, sizeof text, "%.*s", (int)out.size, out.bytes);
    buf_free(&out);
    return text;
}

static void eras_change_on_their_day(void **state)
{
    (void)state;
    assert_string_equal(date_text("2019-05-01"), "令和元年（2019年）5月1日");
    assert_string_equal(date_text("2019-04-30"), "平成31年（2019年）4月30日");
    assert_string_equal(date_text("1989-01-08"), "平成元年（1989年）1月8日");
    assert_string_equal(date_text("1989-01-07"), "昭和64年（1989年）1月7日");
    assert_string_equal(date_text("1926-12-25"), "昭和元年（1926年）12月25日");
    assert_string_equal(date_text("1926-12-24"), "大正15年（1926年）12月24日");
    assert_string_equal(date_text("1912-07-29"), "明治45年（1912年）7月29日");
    assert_string_equal(date_text("1860-01-01"), "1860年1月1日");
    assert_string_equal(date_text("195003"), "195003");
    assert_string_equal(date_text("1950-13-05"), "1950-13-05");
}

static void ages_count_birthdays_in_japan(void **state)
{
    (void)state;
    const int64_t midnight = 1772636400000; /* 2026-03-05 00:00 in Japan */
    assert_int_equal(view_text_age(slice_of("1950-03-05"), midnight), 76);
    assert_int_equal(view_text_age(slice_of("1950-03-05"), midnight - 1), 75);
    assert_int_equal(view_text_age(slice_of("2026-03-05"), midnight), 0);
    assert_int_equal(view_text_age(slice_of("2027-03-05"), midnight), -1);
    assert_int_equal(view_text_age(slice_of("unknown"), midnight), -1);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(the_banner_stands_first_with_both_eras),
        cmocka_unit_test(what_is_missing_is_said_to_be_missing),
        cmocka_unit_test(no_allergy_section_is_not_none),
        cmocka_unit_test(six_states_in_words),
        cmocka_unit_test(sections_that_are_not_here_say_why),
        cmocka_unit_test(damaged_content_is_no_content),
        cmocka_unit_test(no_text_can_order_the_terminal),
        cmocka_unit_test(eras_change_on_their_day),
        cmocka_unit_test(ages_count_birthdays_in_japan),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
