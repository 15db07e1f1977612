/* test_crew_log.c — Job: the tablet as a witness: saved, alarmed, closed by a person, receipts. */
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
    crew_kit_open(&ck, CREW_KIT_PIPE, CREW_SCRIPT);
    return 0;
}

static int tear_down(void **state)
{
    (void)state;
    crew_kit_close(&ck);
    return 0;
}

static void checkpoint(uint64_t from, uint64_t to, const struct hash *root)
{
    struct buf body = {0};
    ckit_checkpoint(&ck.kit, from, to, root, &body);
    buf_byte(&body, '\0');
    crew_kit_say(&ck, "checkpoint", "", "%s", body.bytes);
    buf_free(&body);
}

static void what_was_verified_survives_a_restart(void **state)
{
    (void)state;
    crew_kit_welcome(&ck);
    checkpoint(0, 10, NULL);
    checkpoint(10, 20, NULL);
    crew_kit_has(crew_kit_json(&ck), "\"verdict\":\"newer\",\"size\":20");
    crew_kit_restart(&ck);
    crew_online(ck.crew);
    struct slice hello = ckit_sent(&ck.kit, "hello");
    assert_non_null(memmem(hello.bytes, hello.size, "\"checkpoint_size\":20", 20));
    crew_kit_type(&ck, "witness");
    crew_kit_has(crew_kit_screen_text(&ck), "確認済みの記録: 20 件");
}

static void another_history_is_an_alarm_that_a_person_closes(void **state)
{
    struct hash other = {{1}};
    (void)state;
    crew_kit_ready(&ck);
    checkpoint(0, 10, NULL);
    checkpoint(10, 10, &other);
    const char *text = crew_kit_screen_text(&ck);
    crew_kit_has(text, "記録の証明が合いません");
    crew_kit_has(text, "救護はそのまま続けられます");
    crew_kit_has(crew_kit_json(&ck), "\"event\":\"log_alarm\"");
    crew_kit_type(&ck, "witness-close burn");
    crew_kit_type(&ck, "sign-out");
    crew_kit_type(&ck, "witness-close keep");
    crew_kit_has(crew_kit_json(&ck), "\"command\":\"witness-close\",\"err\":\"ERR_NO_SESSION\"");
    crew_kit_type(&ck, "sign-in sato");
    crew_kit_type(&ck, "x");
    crew_kit_type(&ck, "123456");
    ckit_sign_in(&ck.kit, 'T');
    crew_kit_type(&ck, "witness-close keep");
    crew_kit_has(crew_kit_json(&ck), "\"event\":\"log_alarm_closed\"");
    assert_int_equal(ck.relinks, 1);
}

static void a_receipt_that_is_asked_too_early_is_asked_again(void **state)
{
    char line[TEMP_PATH_MAX + 32], path[TEMP_PATH_MAX];
    (void)state;
    crew_kit_ready(&ck);
    temp_path(ck.folder, "opening.tlog-proof", path);
    snprintf(line, sizeof line, "proof 7 %s", path);
    crew_kit_type(&ck, line);
    assert_true(crew_busy(ck.crew));
    crew_kit_refuse(&ck, "proof_ask", "ERR_NOT_FOUND", true);
    crew_kit_pass(&ck, 2);
    assert_int_equal(ckit_sent_times(&ck.kit, "proof_ask"), 2);
    crew_kit_refuse(&ck, "proof_ask", "ERR_NOT_ALLOWED", true);
    assert_false(crew_busy(ck.crew));
    crew_kit_has(crew_kit_json(&ck), "\"event\":\"proof\",\"entry\":7,\"ok\":false");
    crew_kit_type(&ck, "proof x y");
    crew_kit_type(&ck, "proof 0 y");
    assert_int_equal(ckit_sent_times(&ck.kit, "proof_ask"), 2);
}

static void a_receipt_that_does_not_verify_is_not_written(void **state)
{
    char line[TEMP_PATH_MAX + 32], path[TEMP_PATH_MAX], envelope[64];
    (void)state;
    crew_kit_ready(&ck);
    checkpoint(0, 10, NULL);
    temp_path(ck.folder, "opening.tlog-proof", path);
    snprintf(line, sizeof line, "proof 7 %s", path);
    crew_kit_type(&ck, line);
    snprintf(envelope, sizeof envelope, "\"re\":\"%s\",", crew_kit_sent(&ck, "proof_ask", "id"));
    crew_kit_say(
        &ck, "proof", envelope,
        "{\"entry\":7,\"leaf\":\"AAAA\",\"text\":\"c2sp.org/tlog-proof@v1\\nindex 6\\n\"}");
    crew_kit_has(crew_kit_json(&ck), "\"ok\":false");
    assert_null(fopen(path, "r"));
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test_setup_teardown(what_was_verified_survives_a_restart, set_up, tear_down),
        cmocka_unit_test_setup_teardown(another_history_is_an_alarm_that_a_person_closes, set_up,
                                        tear_down),
        cmocka_unit_test_setup_teardown(a_receipt_that_is_asked_too_early_is_asked_again, set_up,
                                        tear_down),
        cmocka_unit_test_setup_teardown(a_receipt_that_does_not_verify_is_not_written, set_up,
                                        tear_down),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
