/* test_view_text_drugs.c — Job: medicines by source, with their newest month; no unit is
 * invented. */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <cmocka.h>

#include <stdio.h>
#include <string.h>

#include "tests/lib/view_sample.h"

static void has(const char *text, const char *words)
{
    if (strstr(text, words) == NULL)
        fail_msg("not there: %s\nin: %s", words, text);
}

static const char *text_of(struct sealed_view *view, const char *content)
{
    char plain[4096];
    snprintf(plain, sizeof plain, "{\"content\":%s,\"state\":\"present\"}", content);
    view_sample(view, SECTION_MEDICATIONS, plain);
    return view_sample_text(view, 1 << SECTION_MEDICATIONS, PROFILE_TRIAL);
}

static void groups_say_their_source_and_month(void **state)
{
    (void)state;
    struct sealed_view view;
    const char *text = text_of(
        &view,
        "{\"groups\":[{\"items\":[{\"date\":\"2026-08-03\",\"name\":\"薬甲錠\",\"quantity\":\"2\","
        "\"unit\":\"錠\",\"usage\":\"朝食後\",\"institution\":{\"name\":\"医院\"}}],"
        "\"newest_month\":\"2026-08\",\"source\":\"receipt\"},"
        "{\"items\":[{\"month\":\"2026-10\",\"code\":\"620000001\",\"quantity\":\"3\"}],"
        "\"source\":\"dispensed\"}]}");
    has(text,
        "〔レセプト（請求）による〕 最新の月 2026-08  1件  直近の処方は含まれないことがあります");
    has(text, "・2026-08-03 薬甲錠 2錠 用法 朝食後 ／医院");
    has(text, "〔調剤（電子処方箋）による〕 最新の月 不明");
    has(text, "・2026-10 620000001 3（単位の記載なし）");
    view_sample_fini(&view);
}

static void unknown_tags_are_kept(void **state)
{
    (void)state;
    struct sealed_view view;
    const char *text =
        text_of(&view, "{\"groups\":[{\"items\":[{\"other\":[{\"path\":\"A/B\",\"text\":\"値\"}]}],"
                       "\"source\":\"x\"}],\"other\":[{\"path\":\"C\",\"text\":\"外\"}]}");
    has(text, "〔その他の情報源による〕");
    has(text, "・日付の記載なし 薬剤名の記載なし");
    has(text, "他の項目 A/B ＝ 値");
    has(text, "他の項目 C ＝ 外");
    view_sample_fini(&view);
}

static void no_groups_is_no_list(void **state)
{
    (void)state;
    struct sealed_view view;
    has(text_of(&view, "{}"), "項目がありません");
    view_sample_fini(&view);
    has(text_of(&view, "{\"in_document\":[0]}"),
        "文書（PDF）の中にあります。項目は読み取っていません（『なし』ではありません）");
    view_sample_fini(&view);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(groups_say_their_source_and_month),
        cmocka_unit_test(unknown_tags_are_kept),
        cmocka_unit_test(no_groups_is_no_list),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
