/* test_crew_text.c — Job: what a hospital has said, as text; nothing for what is damaged. */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <cmocka.h>

#include <stdio.h>

#include "ambulance_client/crew_text.h"

static void said(enum message_kind kind, const char *json, const char *expected)
{
    static struct known_text text;
    struct buf out = {0};
    text = (struct known_text){.kind = kind, .at = INT64_C(1795500000000)};
    snprintf(text.person_name, sizeof text.person_name, "田中 一郎");
    buf_text(&text.json, json);
    crew_text_said(&text, &out);
    buf_byte(&out, '\0');
    assert_string_equal(out.bytes, expected);
    buf_free(&text.json);
    buf_free(&out);
}

static void each_kind_in_its_words(void **state)
{
    (void)state;
    said(MSG_TALK, "{\"text\":\"処置室へ\\nどうぞ\"}",
         "    2026年11月24日 15:00 田中 一郎：処置室へ どうぞ\n");
    said(MSG_HANDOVER_CONFIRM, "{\"at\":\"2026-11-24T05:00:00.000Z\",\"physician\":\"鈴木\"}",
         "    2026年11月24日 15:00 田中 一郎 引継ぎを受けた医師 鈴木\n");
    said(MSG_BREAK_GLASS, "{\"reason\":\"意識なし\"}",
         "    2026年11月24日 15:00 田中 一郎 理由 意識なし\n");
}

static void what_says_nothing_writes_nothing(void **state)
{
    (void)state;
    said(MSG_TALK, "", "");
    said(MSG_TALK, "{\"text\":1}", "");
    said(MSG_TALK, "[]", "");
    said(MSG_ETA, "{\"eta_at\":\"2026-11-24T05:00:00.000Z\"}", "");
    said(MSG_ACCEPTANCE_CHECK, "{\"confirmed\":true}", "");
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(each_kind_in_its_words),
        cmocka_unit_test(what_says_nothing_writes_nothing),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
