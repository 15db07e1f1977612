/* test_view_text_items.c — Job: person, visits, acts, check-ups and documents as delivered. */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <cmocka.h>

#include <stdio.h>
#include <string.h>

#include "tests/lib/view_sample.h"

static void shows(int section, const char *content, const char *words)
{
    struct sealed_view view;
    char plain[4096];
    snprintf(plain, sizeof plain, "{\"content\":%s,\"state\":\"present\"}", content);
    view_sample(&view, section, plain);
    const char *text = view_sample_text(&view, SECTION_BIT(section), PROFILE_TRIAL);
    if (strstr(text, words) == NULL)
        fail_msg("not there: %s\nin: %s", words, text);
    view_sample_fini(&view);
}

static void the_persons_rows(void **state)
{
    (void)state;
    const char *content =
        "{\"address\":\"海岸1-2\",\"consents\":[{\"at\":\"20261124\",\"flag\":\"1\","
        "\"kind\":\"medications\"}],\"insurer_number\":\"06130012\",\"name\":\"甲\"}";
    shows(SECTION_PERSON, content, "住所 海岸1-2");
    shows(SECTION_PERSON, content, "保険者番号 06130012");
    shows(SECTION_PERSON, content, "同意欄 薬剤 値 1 時刻 20261124");
}

static void visits(void **state)
{
    (void)state;
    shows(SECTION_VISITS,
          "{\"items\":[{\"date\":\"2026-01-02\",\"in_out\":\"外来\",\"institution\":{\"name\":"
          "\"医院\"}},"
          "{\"month\":\"2026-02\"}]}",
          "2件\n  ・2026-01-02 医院 入外 外来\n  ・2026-02 医療機関の記載なし");
}

static void acts(void **state)
{
    (void)state;
    const char *content =
        "{\"items\":[{\"date\":\"2025-05-06\",\"institution\":{\"code\":\"1310000001\"},"
        "\"name\":\"手術甲\",\"quantity\":\"1\",\"times\":\"2\"}],\"newest_month\":\"2025-05\"}";
    shows(SECTION_SURGERY, content,
          "最新の月 2025-05  1件\n  ・2025-05-06 手術甲 1（単位の記載なし） 回数 2 ／1310000001");
    shows(SECTION_TREATMENT, content, "■ 診療");
    shows(SECTION_DIALYSIS, "{}", "最新の月 不明  0件");
}

static void checkups(void **state)
{
    (void)state;
    const char *content =
        "{\"items\":[{\"date\":\"2025-06-01\",\"results\":[{\"name\":\"体重\",\"value\":\"61.5\","
        "\"unit\":\"kg\"},{\"name\":\"尿糖\",\"value\":\"1\",\"value_name\":\"－\"},"
        "{\"code\":\"9N\",\"value\":\"5.4\"}]}]}";
    shows(SECTION_CHECKUPS, content, "1回\n  ・2025-06-01 3項目\n    体重 61.5kg\n    尿糖 －\n");
    shows(SECTION_CHECKUPS, content, "9N 5.4（単位の記載なし）");
}

static void documents(void **state)
{
    (void)state;
    shows(SECTION_DOCUMENT,
          "{\"parts\":[{\"bytes\":1234,\"media\":\"application/pdf\",\"part\":0}]}",
          "application/pdf 1234バイト（この画面では中身を表示できません）");
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(the_persons_rows), cmocka_unit_test(visits),    cmocka_unit_test(acts),
        cmocka_unit_test(checkups),         cmocka_unit_test(documents),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
