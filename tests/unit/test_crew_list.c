/* test_crew_list.c — Job: the list of cases, and the four steps of a delivery. */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <cmocka.h>

#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "tests/lib/crew_kit.h"

static struct crew_kit ck;

static int set_up(void **state)
{
    (void)state;
    crew_kit_open(&ck, CREW_KIT_TERMINAL, CREW_PERSON);
    return 0;
}

static int tear_down(void **state)
{
    (void)state;
    crew_kit_close(&ck);
    return 0;
}

static void ready(void)
{
    crew_kit_ready(&ck);
    crew_kit_case(&ck);
}

static void steps(char *more, size_t room)
{
    snprintf(more, room, "\"grant\":\"%s\",\"hospital\":\"%s\",\"view\":\"%s\",", ckit_text('G'),
             ckit_text('1'), ckit_text('V'));
}

static void the_four_steps(void **state)
{
    char more[256], line[96];
    (void)state;
    ready();
    crew_offline(ck.crew, "cut");
    ck.kit.line = false;
    snprintf(line, sizeof line, "destination %s oral patient", ckit_text('1'));
    crew_kit_type(&ck, line);
    (void)crew_kit_screen_text(&ck);
    crew_kit_type(&ck, "case list");
    crew_kit_has(crew_kit_screen_text(&ck), "送信待ち 2026年11月24日 15:00から");
    ck.kit.line = true;
    crew_online(ck.crew);
    crew_kit_say(&ck, "welcome", "",
                 "{\"device\":\"%s\",\"lease_ms\":120000,\"n\":%lld,\"now\":\"%s\",\"org\":\"%s\","
                 "\"profile\":\"training\"}",
                 ckit_text('D'), (long long)ck.n, ckit_at(ck.kit.wall), ckit_text('O'));
    crew_kit_receipt(&ck, "destination");
    steps(more, sizeof more);
    crew_kit_notice(&ck, "destination_set", more);
    crew_kit_has(crew_kit_screen_text(&ck), "→ 情報の提供なし");
    crew_kit_notice(&ck, "grant_issued", more);
    crew_kit_has(crew_kit_screen_text(&ck),
                 "ゲートウェイ保存 2026年11月24日 15:00 → 病院受信 まだ → 病院確認 まだ");
    ck.kit.wall += 60000;
    crew_kit_notice(&ck, "delivered", more);
    crew_kit_has(crew_kit_screen_text(&ck), "病院受信 2026年11月24日 15:01 → 病院確認 まだ");
    ck.kit.wall += 60000;
    crew_kit_notice(&ck, "opened", more);
    const char *text = crew_kit_screen_text(&ck);
    crew_kit_has(text, "病院受信 2026年11月24日 15:01 → 病院確認 2026年11月24日 15:02");
    crew_kit_has(text, "\a");
    crew_kit_has(crew_kit_json(&ck), "\"event\":\"steps\"");
    snprintf(more + strlen(more), sizeof more - strlen(more), "\"revoke\":\"consent_withdrawn\",");
    crew_kit_notice(&ck, "grant_revoked", more);
    crew_kit_has(crew_kit_screen_text(&ck), "許可は終わりました: 本人が同意を取り消しました");
}

/* The gateway has stored it; nobody says that it has arrived. */
static void a_receipt_is_not_an_arrival(void **state)
{
    char line[96];
    (void)state;
    ready();
    snprintf(line, sizeof line, "destination %s oral patient", ckit_text('1'));
    crew_kit_type(&ck, line);
    crew_kit_receipt(&ck, "destination");
    crew_kit_type(&ck, "case list");
    const char *text = crew_kit_screen_text(&ck);
    crew_kit_has_not(text, "病院受信");
    crew_kit_has_not(text, "送信待ち");
}

static void what_the_gateway_does_not_know_yet(void **state)
{
    (void)state;
    crew_kit_type(&ck, "case list");
    crew_kit_has(crew_kit_screen_text(&ck), "事案はありません");
    crew_kit_type(&ck, "case open 20261124-0372");
    crew_kit_type(&ck, "case list");
    const char *text = crew_kit_screen_text(&ck);
    crew_kit_has(text, "送信待ち（ゲートウェイにまだ届いていません）");
    crew_kit_has(text, "最後に聞いた状態です");
    crew_kit_has_not(text, "0372");
    crew_kit_has_not(crew_kit_json(&ck), "0372");
}

static void a_hospital_that_is_not_connected(void **state)
{
    (void)state;
    ready();
    crew_kit_notice(&ck, "destination_set", "");
    crew_kit_has(crew_kit_screen_text(&ck), "接続していない病院（電話で伝えてください）");
}

static void states_in_words(void **state)
{
    char more[512];
    (void)state;
    ready();
    crew_kit_snapshot(&ck, "\"card_good\":true,\"no_view\":\"no_card\",\"training\":true,");
    crew_kit_type(&ck, "case list");
    crew_kit_has(crew_kit_screen_text(&ck), "【訓練】  カード確認済み・カードがない");
    snprintf(more, sizeof more,
             "\"asked\":[{\"by_phone\":true,\"hospital\":\"%s\",\"inquiry\":\"%s\",\"status\":"
             "\"accepted\"}],\"mixup\":\"wrong_patient\",\"must_ack\":true,",
             ckit_text('1'), ckit_text('Q'));
    crew_kit_snapshot(&ck, more);
    crew_kit_type(&ck, "case list");
    const char *text = crew_kit_screen_text(&ck);
    crew_kit_has(text, "受入できます（電話）");
    crew_kit_has(text, "取り違え  ！別人の情報でした: ack-mixup");
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test_setup_teardown(the_four_steps, set_up, tear_down),
        cmocka_unit_test_setup_teardown(a_receipt_is_not_an_arrival, set_up, tear_down),
        cmocka_unit_test_setup_teardown(what_the_gateway_does_not_know_yet, set_up, tear_down),
        cmocka_unit_test_setup_teardown(a_hospital_that_is_not_connected, set_up, tear_down),
        cmocka_unit_test_setup_teardown(states_in_words, set_up, tear_down),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
