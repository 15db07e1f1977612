/* test_desk_log.c — Job: checkpoints go to the disk, alarms to the people, receipts to files. */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <cmocka.h>

#include <stdio.h>
#include <string.h>

#include "tests/lib/desk_kit.h"

static struct desk_kit dk;

static int set_up(void **state)
{
    (void)state;
    desk_kit_open(&dk, DESK_KIT_PIPE, DESK_SECRETS_TYPED);
    return 0;
}

static int tear_down(void **state)
{
    (void)state;
    desk_kit_close(&dk);
    return 0;
}

#include "common/file.h"
#include "proto/base64.h"
#include "proto/tlog_proof.h"

static void checkpoint(uint64_t old_size, uint64_t size, const struct hash *root)
{
    struct buf body = {0}, frame = {0};
    ckit_checkpoint(&dk.kit, old_size, size, root, &body);
    buf_byte(&body, '\0');
    ckit_frame(&frame, "checkpoint", "", body.bytes);
    desk_frame(dk.desk, buf_slice(&frame));
    buf_free(&body);
    buf_free(&frame);
}

static enum err read_file(const char *name, struct buf *out)
{
    char path[TEMP_PATH_MAX];
    temp_path(dk.folder, name, path);
    buf_clear(out);
    return file_read(path, 100000, FILE_PRIVATE, out);
}

static void the_newest_checkpoint_is_on_the_disk(void **state)
{
    (void)state;
    struct buf text = {0};
    struct witness w;
    desk_kit_ready(&dk);
    dk.kit.mono += 1000;
    checkpoint(0, 12, NULL);
    desk_tick(dk.desk);
    dk.kit.mono += 2000;
    desk_tick(dk.desk);
    assert_int_equal(read_file("witness", &text), ERR_OK);
    assert_int_equal(witness_decode(buf_slice(&text), &w), ERR_OK);
    assert_int_equal(witness_size(&w), 12);
    desk_kit_has(desk_kit_read_json(&dk), "\"verdict\":\"newer\",\"size\":12");
    witness_fini(&w);
    buf_free(&text);
}

static void an_alarm_is_kept_cried_and_closed_by_a_person(void **state)
{
    (void)state;
    struct buf text = {0};
    char name[64];
    struct hash other = {{9}};
    desk_kit_ready(&dk);
    desk_kit_type(&dk, "sign-out");
    checkpoint(0, 12, NULL);
    checkpoint(12, 12, &other);
    desk_kit_has(desk_kit_read_screen(&dk), "記録の証明が合いません: 同じ長さで内容の違う記録");
    desk_kit_has(desk_kit_read_json(&dk), "\"event\":\"log_alarm\"");
    snprintf(name, sizeof name, "alarm-%lld.txt",
             (long long)client_witness(dk.kit.client)->alarm_at);
    assert_int_equal(read_file(name, &text), ERR_OK);
    desk_kit_type(&dk, "witness-close keep");
    desk_kit_has(desk_kit_read_screen(&dk), "サインオンが必要です");
    ckit_forget(&dk.kit);
    ckit_sign_in(&dk.kit, 'S');
    desk_kit_type(&dk, "witness-close maybe");
    desk_kit_type(&dk, "witness");
    desk_kit_has(desk_kit_read_screen(&dk), "！警報中");
    desk_kit_type(&dk, "witness-close keep");
    assert_int_equal(client_witness(dk.kit.client)->alarm, ALARM_NONE);
    assert_int_equal(dk.relinks, 1);
    assert_int_equal(read_file(name, &text), ERR_OK); /* the evidence stays */
    desk_kit_has(desk_kit_read_json(&dk), "\"event\":\"log_alarm_closed\"");
    desk_kit_type(&dk, "witness-close take");
    desk_kit_has(desk_kit_read_screen(&dk), "手順に合わない電文です");
    buf_free(&text);
}

static void unproved_asks_for_a_new_connection(void **state)
{
    (void)state;
    desk_kit_ready(&dk);
    checkpoint(0, 12, NULL);
    checkpoint(3, 20, NULL);
    assert_int_equal(dk.relinks, 1);
}

/* A `proof` frame for entry 7 of the log at size 20. */
static void prove(const char *re)
{
    struct merkle_nodes nodes = sample_nodes(&dk.kit.log);
    struct merkle_proof path;
    struct checkpoint cp = {.origin = "test.log", .size = 20};
    struct buf note = {0}, text = {0}, entry = {0}, body = {0}, frame = {0};
    char envelope[64];
    cp.root = sample_root(&dk.kit.log, 20);
    assert_int_equal(checkpoint_sign(&cp, &dk.kit.log_key, dk.kit.log_secret, &note), ERR_OK);
    assert_int_equal(merkle_prove_inclusion(&nodes, 6, 20, &path), ERR_OK);
    assert_int_equal(tlog_proof_write(6, &path, (struct slice){0}, buf_slice(&note), &text),
                     ERR_OK);
    sample_entry(6, &entry);
    buf_text(&body, "{\"entry\":7,\"leaf\":\"");
    base64_add(&body, entry.bytes, entry.size);
    buf_text(&body, "\",\"text\":");
    buf_json_text(&body, buf_slice(&text));
    buf_text(&body, "}");
    buf_byte(&body, '\0');
    snprintf(envelope, sizeof envelope, "\"re\":\"%s\",", re);
    ckit_frame(&frame, "proof", envelope, body.bytes);
    desk_frame(dk.desk, buf_slice(&frame));
    buf_free(&note);
    buf_free(&text);
    buf_free(&entry);
    buf_free(&body);
    buf_free(&frame);
}

static void a_receipt_is_verified_and_written(void **state)
{
    (void)state;
    char path[TEMP_PATH_MAX], line[TEMP_PATH_MAX + 32];
    struct buf text = {0}, entry = {0};
    desk_kit_ready(&dk);
    temp_path(dk.folder, "seven.tlog-proof", path);
    snprintf(line, sizeof line, "proof 7 %s", path);
    desk_kit_type(&dk, line);
    prove(ckit_member(ckit_sent(&dk.kit, "proof_ask"), "id"));
    assert_int_equal(read_file("seven.tlog-proof", &text), ERR_OK);
    desk_kit_has(desk_kit_read_screen(&dk), "記録 7 の証明を確かめ");
    assert_int_equal(read_file("seven.tlog-proof.leaf", &text), ERR_OK);
    sample_entry(6, &entry);
    assert_true(slice_equal(buf_slice(&text), buf_slice(&entry)));
    desk_kit_has(desk_kit_read_json(&dk), "\"event\":\"proof\",\"entry\":7,\"ok\":true");
    desk_kit_type(&dk, line); /* a file that is there is not written over */
    prove(ckit_member(ckit_sent(&dk.kit, "proof_ask"), "id"));
    desk_kit_has(desk_kit_read_json(&dk), "\"ok\":false,\"err\":\"ERR_CONFLICT\"");
    buf_free(&text);
    buf_free(&entry);
}

static void a_receipt_of_another_entry_is_refused(void **state)
{
    (void)state;
    char path[TEMP_PATH_MAX], line[TEMP_PATH_MAX + 32];
    struct buf text = {0};
    desk_kit_ready(&dk);
    temp_path(dk.folder, "p", path);
    snprintf(line, sizeof line, "proof 8 %s", path);
    desk_kit_type(&dk, line);
    prove(ckit_member(ckit_sent(&dk.kit, "proof_ask"), "id")); /* says entry 7 */
    assert_int_equal(read_file("p", &text), ERR_NOT_FOUND);
}

static void what_is_not_there_yet_is_asked_for_again(void **state)
{
    (void)state;
    char envelope[64];
    desk_kit_ready(&dk);
    desk_kit_type(&dk, "proof x y");
    desk_kit_type(&dk, "proof 0 y");
    assert_null(ckit_sent(&dk.kit, "proof_ask").bytes);
    desk_kit_type(&dk, "proof 30 /nowhere/p");
    for (int i = 1; i <= 15; i++) {
        assert_int_equal(ckit_sent_times(&dk.kit, "proof_ask"), i);
        snprintf(envelope, sizeof envelope, "\"re\":\"%s\",",
                 ckit_member(ckit_sent(&dk.kit, "proof_ask"), "id"));
        ckit_say(&dk.kit, "refusal", envelope,
                 "{\"code\":\"ERR_NOT_FOUND\",\"en\":\"\",\"final\":true,\"ja\":\"\"}");
        dk.kit.mono += 1000;
        desk_tick(dk.desk);
    }
    assert_int_equal(ckit_sent_times(&dk.kit, "proof_ask"), 15);
    desk_kit_has(desk_kit_read_json(&dk), "\"entry\":30,\"ok\":false,\"err\":\"ERR_NOT_FOUND\"");
}

#define ONE(test) cmocka_unit_test_setup_teardown(test, set_up, tear_down)
int main(void)
{
    const struct CMUnitTest tests[] = {
        ONE(the_newest_checkpoint_is_on_the_disk),
        ONE(an_alarm_is_kept_cried_and_closed_by_a_person),
        ONE(unproved_asks_for_a_new_connection),
        ONE(a_receipt_is_verified_and_written),
        ONE(a_receipt_of_another_entry_is_refused),
        ONE(what_is_not_there_yet_is_asked_for_again),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
