/* test_crew_kept.c — Job: what has no receipt outlives a restart, sealed. */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <cmocka.h>

#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "tests/lib/crew_kit.h"

#include "common/box.h"
#include "proto/base64.h"
#include "proto/json.h"

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

static void answer(const char *type, const char *re, const char *body)
{
    char envelope[64];
    snprintf(envelope, sizeof envelope, "\"re\":\"%s\",", re);
    crew_kit_say(&ck, type, envelope, "%s", body);
}

static void receipt(const char *re)
{
    char body[96];
    snprintf(body, sizeof body, "{\"entry\":9,\"recorded_at\":\"%s\"}", ckit_at(ck.kit.wall));
    answer("receipt", re, body);
}

/* The frame that was sealed in the newest `spooled`, by the gateway's key. */
static const char *inner_id(void)
{
    static char id[ID_TEXT_SIZE + 1];
    struct json *root;
    struct buf plain = {0};
    static char sealed[SPOOLED_BYTES_MAX];
    size_t size;
    struct slice frame = ckit_sent(&ck.kit, "spooled");
    assert_non_null(frame.bytes);
    assert_int_equal(json_parse(frame, FRAME_BYTES_MAX, &root), ERR_OK);
    struct slice bytes = json_text(json_get(json_get(root, "body"), "bytes"));
    assert_int_equal(base64_decode(bytes, sealed, sizeof sealed, &size), ERR_OK);
    assert_int_equal(box_open(ck.spool_secret, (struct slice){sealed, size}, &plain), ERR_OK);
    snprintf(id, sizeof id, "%s", ckit_member(buf_slice(&plain), "id"));
    buf_free(&plain);
    json_free(root);
    return id;
}

static void records_while_off_line(int count)
{
    crew_kit_ready(&ck);
    crew_kit_case(&ck);
    crew_offline(ck.crew, "cut");
    ck.kit.line = false;
    for (int i = 0; i < count; i++)
        crew_kit_type(&ck, "vitals pulse=80");
}

static void a_line_cut_sends_plainly_again(void **state)
{
    (void)state;
    records_while_off_line(1);
    ck.kit.line = true;
    crew_kit_welcome(&ck);
    assert_int_equal(ckit_sent_times(&ck.kit, "vitals"), 1);
    assert_int_equal(ckit_sent_times(&ck.kit, "spooled"), 0);
    struct spool_count count;
    assert_int_equal(spool_count(ck.spool, &count), ERR_OK);
    assert_int_equal(count.kept, 1);
    crew_kit_receipt(&ck, "vitals");
    assert_int_equal(spool_count(ck.spool, &count), ERR_OK);
    assert_int_equal(count.kept, 0);
}

static void after_a_restart_they_go_as_they_are(void **state)
{
    (void)state;
    records_while_off_line(2);
    crew_kit_restart(&ck);
    ck.kit.line = true;
    crew_kit_has(crew_kit_screen_text(&ck), "送信待ち 2 件");
    crew_kit_type(&ck, "case list");
    crew_kit_has(crew_kit_screen_text(&ck), "うち前回の起動から 2 件");
    crew_kit_welcome(&ck);
    assert_int_equal(ckit_sent_times(&ck.kit, "spooled"), 2);
    assert_int_equal(ckit_sent_times(&ck.kit, "vitals"), 0);
    receipt(inner_id());
    crew_kit_has(crew_kit_json(&ck), "\"event\":\"kept_sent\"");
    struct spool_count count;
    assert_int_equal(spool_count(ck.spool, &count), ERR_OK);
    assert_int_equal(count.earlier, 1);
    crew_kit_type(&ck, "wait sent");
    assert_true(crew_busy(ck.crew)); /* one is still under way */
    /* A cut: what is still there goes out again. */
    crew_offline(ck.crew, "cut");
    ckit_forget(&ck.kit);
    crew_kit_welcome(&ck);
    assert_int_equal(ckit_sent_times(&ck.kit, "spooled"), 1);
    receipt(inner_id());
    assert_false(crew_busy(ck.crew));
    assert_int_equal(spool_count(ck.spool, &count), ERR_OK);
    assert_int_equal(count.kept, 0);
}

static void what_is_refused_for_good_is_put_aside_and_told(void **state)
{
    (void)state;
    records_while_off_line(2);
    crew_kit_restart(&ck);
    ck.kit.line = true;
    crew_kit_welcome(&ck);
    answer("refusal", inner_id(), "{\"code\":\"ERR_LATE\",\"en\":\"\",\"final\":true,\"ja\":\"\"}");
    const char *json = crew_kit_json(&ck);
    crew_kit_has(json, "\"event\":\"kept_refused\"");
    crew_kit_has(json, "\"err\":\"ERR_LATE\"");
    crew_kit_has(crew_kit_screen_text(&ck), "受け付けなかった記録 1 件");
    struct spool_count count;
    assert_int_equal(spool_count(ck.spool, &count), ERR_OK);
    assert_int_equal(count.kept, 1);
    assert_int_equal(count.aside, 1);
}

static void one_that_cannot_be_opened(void **state)
{
    (void)state;
    records_while_off_line(1);
    crew_kit_restart(&ck);
    ck.kit.line = true;
    crew_kit_welcome(&ck);
    answer("refusal", crew_kit_sent(&ck, "spooled", "id"),
           "{\"code\":\"ERR_CRYPTO\",\"en\":\"\",\"final\":true,\"ja\":\"\"}");
    struct spool_count count;
    assert_int_equal(spool_count(ck.spool, &count), ERR_OK);
    assert_int_equal(count.kept, 0);
    assert_int_equal(count.aside, 1);
}

static void refused_for_now_is_tried_again(void **state)
{
    (void)state;
    records_while_off_line(1);
    crew_kit_restart(&ck);
    ck.kit.line = true;
    crew_kit_welcome(&ck);
    answer("refusal", inner_id(),
           "{\"code\":\"ERR_STORE\",\"en\":\"\",\"final\":false,\"ja\":\"\"}");
    assert_int_equal(ckit_sent_times(&ck.kit, "spooled"), 1);
    crew_kit_pass(&ck, 6);
    assert_int_equal(ckit_sent_times(&ck.kit, "spooled"), 2);
}

static void many_go_a_few_at_a_time(void **state)
{
    (void)state;
    records_while_off_line(20);
    crew_kit_restart(&ck);
    ck.kit.line = true;
    crew_kit_welcome(&ck);
    assert_int_equal(ckit_sent_times(&ck.kit, "spooled"), 16);
    receipt(inner_id());
    assert_int_equal(ckit_sent_times(&ck.kit, "spooled"), 17);
}

static void secrets_are_never_kept(void **state)
{
    (void)state;
    crew_kit_ready(&ck); /* a sign-in has gone out */
    crew_kit_type(&ck, "password");
    crew_kit_type(&ck, "old one");
    crew_kit_type(&ck, "new one");
    struct spool_count count;
    assert_int_equal(spool_count(ck.spool, &count), ERR_OK);
    assert_int_equal(count.kept, 0);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test_setup_teardown(a_line_cut_sends_plainly_again, set_up, tear_down),
        cmocka_unit_test_setup_teardown(after_a_restart_they_go_as_they_are, set_up, tear_down),
        cmocka_unit_test_setup_teardown(what_is_refused_for_good_is_put_aside_and_told, set_up,
                                        tear_down),
        cmocka_unit_test_setup_teardown(one_that_cannot_be_opened, set_up, tear_down),
        cmocka_unit_test_setup_teardown(refused_for_now_is_tried_again, set_up, tear_down),
        cmocka_unit_test_setup_teardown(many_go_a_few_at_a_time, set_up, tear_down),
        cmocka_unit_test_setup_teardown(secrets_are_never_kept, set_up, tear_down),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
