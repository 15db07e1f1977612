/* test_crew_hospitals.c — Job: hospitals by name, requests, acceptances, destinations. */
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

static void hospitals(void)
{
    crew_kit_say(&ck, "hospitals", "",
                 "{\"hospitals\":[{\"name\":\"汐見総合病院\",\"online\":true,\"org\":\"%s\","
                 "\"people\":true},{\"name\":\"港南救命センター\",\"online\":true,\"org\":\"%s\","
                 "\"people\":false},{\"name\":\"港北病院\",\"online\":false,\"org\":\"%s\"}],"
                 "\"page\":1,\"pages\":1}",
                 ckit_text('1'), ckit_text('2'), ckit_text('3'));
}

static void ready(void)
{
    crew_kit_ready(&ck);
    crew_kit_case(&ck);
    hospitals();
}

static void by_id_by_name_or_by_a_part_of_it(void **state)
{
    char line[128];
    (void)state;
    ready();
    snprintf(line, sizeof line, "cancel %s", ckit_text('7'));
    crew_kit_type(&ck, line);
    assert_string_equal(crew_kit_sent(&ck, "inquiry_cancel", "body.hospital"), ckit_text('7'));
    crew_kit_type(&ck, "cancel 汐見");
    assert_string_equal(crew_kit_sent(&ck, "inquiry_cancel", "body.hospital"), ckit_text('1'));
    crew_kit_type(&ck, "cancel 港北病院");
    assert_string_equal(crew_kit_sent(&ck, "inquiry_cancel", "body.hospital"), ckit_text('3'));
    ckit_forget(&ck.kit);
    crew_kit_type(&ck, "cancel 港"); /* two of them */
    crew_kit_type(&ck, "cancel 山の上病院");
    assert_string_equal(crew_kit_sent(&ck, "inquiry_cancel", "id"), "");
    crew_kit_has(crew_kit_json(&ck), "ERR_NO_SUCH_HOSPITAL");
}

static void the_list_says_where_to_phone(void **state)
{
    (void)state;
    crew_kit_type(&ck, "hospitals");
    crew_kit_has(crew_kit_screen_text(&ck), "まだ届いていません");
    ready();
    crew_kit_type(&ck, "hospitals");
    const char *text = crew_kit_screen_text(&ck);
    crew_kit_has(text, "汐見総合病院  画面に人がいます");
    crew_kit_has(text, "港南救命センター  画面に人がいません。電話してください");
    crew_kit_has(text, "港北病院  画面につながっていません。電話してください");
    crew_kit_has_not(crew_kit_json(&ck), "汐見");
}

/* PAGE of three, with one hospital; its letter is its id and name. */
static void page(int page, char letter)
{
    crew_kit_say(&ck, "hospitals", "",
                 "{\"hospitals\":[{\"name\":\"病院%c\",\"org\":\"%s\"}],"
                 "\"page\":%d,\"pages\":3}",
                 letter, ckit_text(letter), page);
}

static void a_list_in_pages_is_whole_with_its_last(void **state)
{
    (void)state;
    ready();
    page(1, 'A');
    page(2, 'B');
    crew_kit_type(&ck, "cancel 病院A"); /* not yet: the old list is still true */
    assert_string_equal(crew_kit_sent(&ck, "inquiry_cancel", "id"), "");
    crew_kit_type(&ck, "cancel 汐見");
    assert_string_equal(crew_kit_sent(&ck, "inquiry_cancel", "body.hospital"), ckit_text('1'));
    page(3, 'C');
    crew_kit_type(&ck, "cancel 病院A");
    assert_string_equal(crew_kit_sent(&ck, "inquiry_cancel", "body.hospital"), ckit_text('A'));
    crew_kit_type(&ck, "cancel 病院C");
    assert_string_equal(crew_kit_sent(&ck, "inquiry_cancel", "body.hospital"), ckit_text('C'));
    ckit_forget(&ck.kit);
    crew_kit_type(&ck, "cancel 汐見");
    assert_string_equal(crew_kit_sent(&ck, "inquiry_cancel", "id"), "");
}

static void pages_without_a_beginning_or_with_a_gap_change_nothing(void **state)
{
    (void)state;
    ready();
    page(2, 'B');
    page(3, 'C');
    page(1, 'A');
    page(3, 'C');
    page(1, 'A');
    page(1, 'A'); /* a list begins anew: the line was cut in between */
    crew_kit_type(&ck, "cancel 汐見");
    assert_string_equal(crew_kit_sent(&ck, "inquiry_cancel", "body.hospital"), ckit_text('1'));
    page(2, 'B');
    page(3, 'C');
    crew_kit_type(&ck, "hospitals");
    const char *text = crew_kit_screen_text(&ck);
    crew_kit_has(text, "病院A");
    crew_kit_has(text, "病院C");
    crew_kit_has_not(strstr(text, "病院A") + 1, "病院A");
}

static void an_inquiry_to_several(void **state)
{
    (void)state;
    ready();
    crew_kit_type(&ck, "inquiry 汐見,港南 age=76 sex=male urgency=yellow complaint=胸痛 eta_at=+12 "
                       "vitals.pulse=110 dialysis=none");
    struct slice frame = ckit_sent(&ck.kit, "inquiry");
    assert_string_equal(ckit_member(frame, "body.complaint"), "胸痛");
    assert_string_equal(ckit_member(frame, "body.urgency"), "yellow");
    assert_string_equal(ckit_member(frame, "body.dialysis"), "none");
    assert_non_null(memmem(frame.bytes, frame.size, ckit_text('1'), ID_TEXT_SIZE));
    assert_non_null(memmem(frame.bytes, frame.size, ckit_text('2'), ID_TEXT_SIZE));
    ckit_forget(&ck.kit);
    crew_kit_type(&ck, "inquiry 汐見 name=山田 complaint=胸痛"); /* there is no field for a name */
    crew_kit_type(&ck, "inquiry 汐見 age=70");                   /* the complaint is needed */
    crew_kit_type(&ck, "inquiry , complaint=胸痛");
    crew_kit_type(&ck, "inquiry 汐見,汐見 complaint=胸痛");
    assert_string_equal(crew_kit_sent(&ck, "inquiry", "id"), "");
}

static void a_destination_with_its_own_ground(void **state)
{
    (void)state;
    ready();
    crew_kit_type(&ck, "destination 汐見 oral family hide=visits sections=medications,allergies");
    struct slice frame = ckit_sent(&ck.kit, "destination");
    assert_string_equal(ckit_member(frame, "body.hospital"), ckit_text('1'));
    assert_string_equal(ckit_member(frame, "body.ground.hospital"), ckit_text('1'));
    assert_string_equal(ckit_member(frame, "body.ground.right"), "disclose_to");
    assert_string_equal(ckit_member(frame, "body.ground.basis"), "patient_oral");
    assert_string_equal(ckit_member(frame, "body.ground.said_by"), "family");
    assert_string_equal(ckit_member(frame, "body.ground.sentence"), "2026-04");
    crew_kit_has(frame.bytes, "\"hidden\":[\"visits\"]");
    crew_kit_has(frame.bytes, "\"sections\":[\"medications\",\"allergies\"]");
    crew_kit_type(&ck, "destination 港南 no-ground reason=かかりつけ");
    frame = ckit_sent(&ck.kit, "destination");
    assert_null(memmem(frame.bytes, frame.size, "ground", 6));
    assert_string_equal(ckit_member(frame, "body.reason"), "かかりつけ");
    crew_kit_type(&ck, "destination not-connected 山の上病院");
    assert_string_equal(crew_kit_sent(&ck, "destination", "body.not_connected"), "山の上病院");
    ckit_forget(&ck.kit);
    crew_kit_type(&ck, "destination 汐見 in-a-hurry");
    crew_kit_type(&ck, "destination 汐見 no-ground hide=visits");
    crew_kit_type(&ck, "destination 汐見 oral nobody");
    crew_kit_type(&ck, "destination 汐見 oral");
    assert_string_equal(crew_kit_sent(&ck, "destination", "id"), "");
}

static void accepted_by_phone(void **state)
{
    (void)state;
    ready();
    crew_kit_type(&ck, "phone-accept 汐見 田中 当直 看護師");
    struct slice frame = ckit_sent(&ck.kit, "phone_acceptance");
    assert_string_equal(ckit_member(frame, "body.name"), "田中");
    assert_string_equal(ckit_member(frame, "body.role"), "当直 看護師");
}

static void objecting_to_break_glass(void **state)
{
    char more[256], line[64];
    (void)state;
    ready();
    crew_kit_type(&ck, "object");
    assert_string_equal(crew_kit_sent(&ck, "break_glass_object", "id"), "");
    snprintf(more, sizeof more, "\"grant\":\"%s\",\"hospital\":\"%s\",", ckit_text('G'),
             ckit_text('1'));
    crew_kit_notice(&ck, "break_glass", more);
    crew_kit_type(&ck, "object");
    assert_string_equal(crew_kit_sent(&ck, "break_glass_object", "body.grant"), ckit_text('G'));
    snprintf(line, sizeof line, "object %s", ckit_text('H'));
    crew_kit_type(&ck, line);
    assert_string_equal(crew_kit_sent(&ck, "break_glass_object", "body.grant"), ckit_text('H'));
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test_setup_teardown(by_id_by_name_or_by_a_part_of_it, set_up, tear_down),
        cmocka_unit_test_setup_teardown(the_list_says_where_to_phone, set_up, tear_down),
        cmocka_unit_test_setup_teardown(a_list_in_pages_is_whole_with_its_last, set_up, tear_down),
        cmocka_unit_test_setup_teardown(pages_without_a_beginning_or_with_a_gap_change_nothing,
                                        set_up, tear_down),
        cmocka_unit_test_setup_teardown(an_inquiry_to_several, set_up, tear_down),
        cmocka_unit_test_setup_teardown(a_destination_with_its_own_ground, set_up, tear_down),
        cmocka_unit_test_setup_teardown(accepted_by_phone, set_up, tear_down),
        cmocka_unit_test_setup_teardown(objecting_to_break_glass, set_up, tear_down),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
