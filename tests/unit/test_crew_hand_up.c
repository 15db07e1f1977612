/* test_crew_hand_up.c — Job: a view goes back up after a restart of the gateway. */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <cmocka.h>

#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "tests/lib/crew_kit.h"

#include "proto/base64.h"

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

static void ready(void)
{
    crew_kit_ready(&ck);
    crew_kit_case(&ck);
}

static void forgotten(const char *held)
{
    char more[256];
    snprintf(more, sizeof more,
             "\"views\":[{\"asked_at\":\"%s\",\"ended\":false,\"fetched_at\":\"%s\",\"held\":%s,"
             "\"match\":\"matched\",\"sections\":[\"person\"],\"view\":\"%s\"}],",
             ckit_at(ck.kit.wall), ckit_at(ck.kit.wall), held, ckit_text('V'));
    crew_kit_snapshot(&ck, more);
}

/* The line dropped: is it only that, or has the gateway forgotten the view? */
static void come_back(void)
{
    crew_offline(ck.crew, "cut");
    ckit_forget(&ck.kit);
    crew_online(ck.crew);
    crew_kit_say(&ck, "welcome", "",
                 "{\"device\":\"%s\",\"lease_ms\":120000,\"n\":%lld,\"now\":\"%s\",\"org\":\"%s\","
                 "\"profile\":\"training\"}",
                 ckit_text('D'), (long long)ck.n, ckit_at(ck.kit.wall), ckit_text('O'));
}

static void every_piece_goes_up_in_order(void **state)
{
    (void)state;
    ready();
    crew_kit_view(&ck);
    come_back();
    assert_int_equal(ckit_sent_times(&ck.kit, "snapshot_ask"), 1);
    forgotten("false");
    assert_int_equal(ckit_sent_times(&ck.kit, "view_hand_up"), 2); /* small: one piece each */
    struct slice frame = ckit_sent(&ck.kit, "view_hand_up");
    assert_string_equal(ckit_member(frame, "body.section"), "medications");
    assert_string_equal(ckit_member(frame, "body.view"), ckit_text('V'));
    assert_string_equal(ckit_member(frame, "body.grant"), "");
    assert_string_equal(ckit_member(frame, "case"), ckit_text('C'));
    const struct sealed_view *view = sealed_views_first(client_views(ck.kit.client));
    struct buf sealed = {0};
    base64_add(&sealed, view->sections[1].sealed.bytes, view->sections[1].sealed.size);
    assert_non_null(memmem(frame.bytes, frame.size, sealed.bytes, sealed.size));
    buf_free(&sealed);
    crew_kit_pass(&ck, 6); /* it asks whether it has arrived */
    assert_int_equal(ckit_sent_times(&ck.kit, "snapshot_ask"), 2);
    forgotten("true");
    crew_kit_has(crew_kit_json(&ck), "\"event\":\"handed_up\"");
    crew_kit_type(&ck, "wait handed_up");
    assert_false(crew_busy(ck.crew));
}

static void a_gateway_that_holds_it_gets_nothing(void **state)
{
    (void)state;
    ready();
    crew_kit_view(&ck);
    come_back();
    forgotten("true");
    assert_int_equal(ckit_sent_times(&ck.kit, "view_hand_up"), 0);
}

static void what_was_refused_is_not_tried_for_ever(void **state)
{
    (void)state;
    ready();
    crew_kit_view(&ck);
    come_back();
    for (int i = 0; i < 6; i++) {
        ckit_forget(&ck.kit);
        forgotten("false");
        crew_kit_pass(&ck, 1);
        assert_int_equal(ckit_sent_times(&ck.kit, "view_hand_up"), i < 3 ? 2 : 0);
    }
    crew_kit_has(crew_kit_screen_text(&ck), "もう一度照会してください");
}

static void a_line_that_is_cut_begins_anew(void **state)
{
    (void)state;
    ready();
    crew_kit_view(&ck);
    come_back();
    ck.kit.line = false;
    forgotten("false");
    assert_int_equal(ckit_sent_times(&ck.kit, "view_hand_up"), 0);
    ck.kit.line = true;
    crew_kit_pass(&ck, 1);
    assert_int_equal(ckit_sent_times(&ck.kit, "view_hand_up"), 2);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test_setup_teardown(every_piece_goes_up_in_order, set_up, tear_down),
        cmocka_unit_test_setup_teardown(a_gateway_that_holds_it_gets_nothing, set_up, tear_down),
        cmocka_unit_test_setup_teardown(what_was_refused_is_not_tried_for_ever, set_up, tear_down),
        cmocka_unit_test_setup_teardown(a_line_that_is_cut_begins_anew, set_up, tear_down),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
