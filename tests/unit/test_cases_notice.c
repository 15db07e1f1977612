/* test_cases_notice.c — Job: each notice changes what is known, as far as it says, and no more. */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <cmocka.h>

#include <stdio.h>
#include <string.h>

#include "tests/lib/client_kit.h"

static struct client_kit kit;

static int set_up(void **state)
{
    (void)state;
    ckit_init(&kit);
    ckit_client(&kit, FROM_HOSPITAL);
    ckit_ready(&kit, 3);
    return 0;
}

static int tear_down(void **state)
{
    (void)state;
    ckit_fini(&kit);
    return 0;
}

/* One numbered notice of case C. MORE: further members, each with a comma behind it. */
static void notice(const char *event, const char *more)
{
    char envelope[96];
    snprintf(envelope, sizeof envelope, "\"case\":\"%s\",", ckit_text('C'));
    ckit_say(&kit, "notice", envelope, "{%s\"at\":\"%s\",\"event\":\"%s\"}", more,
             ckit_at(kit.wall), event);
}

static struct known_case *the_case(void)
{
    struct id id = ckit_id('C');
    return cases_find(client_cases(kit.client), &id);
}

static void own(char *more, size_t size, const char *rest)
{
    snprintf(more, size, "%s\"hospital\":\"%s\",", rest, ckit_text('O'));
}

static void of_grant(char *more, size_t size, const char *rest)
{
    snprintf(more, size, "%s\"grant\":\"%s\",\"hospital\":\"%s\",\"view\":\"%s\",", rest,
             ckit_text('G'), ckit_text('O'), ckit_text('V'));
}

static void a_request_makes_a_case_and_a_decline_wipes_it(void **state)
{
    (void)state;
    char more[512];
    assert_null(the_case());
    snprintf(more, sizeof more,
             "\"content\":{\"complaint\":\"頭痛\",\"hospitals\":[\"%s\"],\"inquiry\":\"%s\"},"
             "\"hospital\":\"%s\",\"inquiry\":\"%s\",",
             ckit_text('O'), ckit_text('Q'), ckit_text('O'), ckit_text('Q'));
    notice("inquiry_asked", more);
    struct known_case *c = the_case();
    struct id q = ckit_id('Q');
    assert_non_null(c);
    assert_int_equal(c->shown.asked[0].status, ASKED_WAITING);
    assert_true(id_equal(&c->shown.asked[0].inquiry, &q));
    assert_non_null(memmem(c->asked_text[0].bytes, c->asked_text[0].size, "頭痛", strlen("頭痛")));
    own(more, sizeof more, "\"answer\":\"declined\",\"decline\":\"no_bed\",");
    notice("answered", more);
    assert_int_equal(c->shown.asked[0].status, ASKED_DECLINED);
    assert_int_equal(c->asked_text[0].size, 0); /* the content leaves this hospital */
}

static void acceptance_and_its_ends(void **state)
{
    (void)state;
    char more[512];
    ckit_case(&kit, kit.wall + 60000);
    struct known_case *c = the_case();
    own(more, sizeof more, "\"asked\":\"elsewhere\",");
    notice("inquiry_ended", more);
    assert_int_equal(c->shown.asked[0].status, ASKED_ELSEWHERE);
    assert_int_equal(c->shown.destination_here, FLAG_NO);
    assert_int_equal(c->asked_text[0].size, 0);
    own(more, sizeof more, "");
    notice("phone_accepted", more);
    assert_int_equal(c->shown.asked[0].by_phone, FLAG_YES);
    assert_int_equal(c->shown.asked[0].status, ASKED_ACCEPTED);
    own(more, sizeof more, "\"confirmed\":false,");
    notice("acceptance_checked", more);
    assert_int_equal(c->shown.asked[0].status, ASKED_CONTRADICTED);
    own(more, sizeof more, "");
    notice("destination_set", more);
    assert_int_equal(c->shown.destination_here, FLAG_YES);
    notice("acceptance_withdrawn", more);
    assert_int_equal(c->shown.asked[0].status, ASKED_TAKEN_BACK);
    assert_int_equal(c->shown.destination_here, FLAG_NO);
}

static void a_grant_lives_and_ends(void **state)
{
    (void)state;
    char more[512];
    struct id g = ckit_id('G');
    of_grant(more, sizeof more,
             "\"sections\":[\"person\"],\"until\":\"2099-01-01T00:00:00.000Z\",");
    notice("grant_issued", more);
    struct known_case *c = the_case();
    const struct shown_grant *grant = case_grant_by(c, &g);
    assert_non_null(grant);
    assert_int_equal(grant->sections, SECTION_BIT(SECTION_PERSON));
    of_grant(more, sizeof more, "");
    notice("delivered", more);
    assert_int_equal(grant->delivered_at, kit.wall);
    notice("opened", more);
    assert_int_equal(grant->opened_at, kit.wall);
    of_grant(more, sizeof more, "\"until\":\"2099-02-01T00:00:00.000Z\",");
    notice("grant_changed", more);
    assert_int_equal(grant->until, 4073587200000);
    of_grant(more, sizeof more, "\"revoke\":\"destination_changed\",");
    notice("grant_revoked", more);
    assert_int_equal(grant->revoke, REVOKE_DESTINATION_CHANGED);
    assert_null(case_grant(c, kit.wall));
    assert_int_equal(c->shown.destination_here, FLAG_NO);
}

static void break_glass_and_the_objection(void **state)
{
    (void)state;
    char more[512];
    struct id g = ckit_id('G');
    of_grant(more, sizeof more, "");
    notice("break_glass", more);
    assert_int_equal(case_grant_by(the_case(), &g)->break_glass, FLAG_YES);
    notice("break_glass_objected", more);
    assert_int_equal(case_grant_by(the_case(), &g)->objected, FLAG_YES);
}

static void texts_are_kept_newest_last_and_bounded(void **state)
{
    (void)state;
    char more[512];
    ckit_case(&kit, kit.wall + 60000);
    for (int i = 0; i < CASE_SAID_MAX + 3; i++) {
        snprintf(more, sizeof more, "\"content\":{\"text\":\"連絡%d\"},\"person_name\":\"隊員\",",
                 i);
        notice("talked", more);
    }
    struct known_case *c = the_case();
    assert_int_equal(c->texts_count, CASE_SAID_MAX);
    assert_string_equal(c->texts[0].person_name, "隊員");
    const struct buf *first = &c->texts[0].json;
    assert_non_null(memmem(first->bytes, first->size, "連絡3\"", strlen("連絡3\"")));
    notice("vitals_taken", "\"content\":{\"at\":\"2026-11-24T05:00:00.000Z\",\"pulse\":88},");
    assert_int_equal(c->texts[c->texts_count - 1].kind, MSG_VITALS);
    assert_non_null(memmem(first->bytes, first->size, "連絡3\"", strlen("連絡3\"")));
    for (int i = 0; i < CLIENT_VITALS_MAX; i++)
        notice("vitals_taken", "\"content\":{\"at\":\"2026-11-24T05:00:00.000Z\",\"pulse\":90},");
    assert_int_equal(c->texts_count, CLIENT_TEXTS_MAX); /* and no word of the talks is gone */
    notice("talked", "\"content\":[7],");               /* no such text */
    notice("talked", "\"content\":{\"other\":7},");
    assert_int_equal(c->texts[c->texts_count - 1].kind, MSG_VITALS);
}

static void a_mixup_must_be_acknowledged_where_it_was_opened(void **state)
{
    (void)state;
    char more[512];
    ckit_case(&kit, kit.wall + 60000);
    notice("mixup", "\"mixup\":\"wrong_patient\",");
    assert_int_equal(the_case()->shown.mixup, MIXUP_WRONG_PATIENT);
    assert_int_equal(the_case()->shown.must_ack, FLAG_ABSENT);
    of_grant(more, sizeof more, "");
    notice("opened", more);
    notice("mixup", "\"mixup\":\"wrong_patient\",");
    assert_int_equal(the_case()->shown.must_ack, FLAG_YES);
    assert_true(ckit_sent_times(&kit, "snapshot_ask") > 0);
    of_grant(more, sizeof more, "");
    notice("grant_issued", more); /* to a new view: the void one is told of by must_ack alone */
    assert_int_equal(the_case()->shown.mixup, 0);
    assert_int_equal(the_case()->shown.must_ack, FLAG_YES);
    notice("mixup_acked", "\"confirmed\":false,"); /* another opener has still to read it */
    assert_int_equal(the_case()->shown.must_ack, FLAG_YES);
    notice("mixup_acked", "\"confirmed\":true,");
    assert_int_equal(the_case()->shown.must_ack, FLAG_ABSENT);
}

/* The right card may be read then: what was known of the wrong one is gone. */
static void a_wrong_patient_takes_card_and_grounds_along(void **state)
{
    (void)state;
    ckit_case(&kit, kit.wall + 60000);
    struct shown_case *s = (struct shown_case *)&the_case()->shown;
    s->card_good = FLAG_YES;
    s->grounds_count = 3;
    s->grounds[0] = (struct shown_ground){.right = RIGHT_CREW_VIEW, .basis = BASIS_REFUSED};
    s->grounds[1] = (struct shown_ground){.right = RIGHT_CREW_VIEW, .basis = BASIS_PATIENT_ORAL};
    s->grounds[2] = (struct shown_ground){.right = RIGHT_DISCLOSE_TO, .basis = BASIS_REFUSED};
    notice("mixup", "\"mixup\":\"wrong_hospital\",");
    assert_int_equal(s->grounds_count, 3);
    notice("mixup", "\"mixup\":\"wrong_patient\",");
    assert_int_equal(s->grounds_count, 1); /* the refusal that nothing has overtaken */
    assert_int_equal(s->grounds[0].right, RIGHT_DISCLOSE_TO);
    assert_int_equal(s->card_good, FLAG_NO);
    notice("card_read", "");
    notice("identity_checked",
           "\"view\":\"01JDDS2R000000000000000009\",\"match\":\"not_matched\",");
    assert_int_equal(s->card_good, FLAG_NO);
}

static void the_end_of_a_case(void **state)
{
    (void)state;
    ckit_case(&kit, kit.wall + 60000);
    notice("eta_told", "\"content\":{\"eta_at\":\"2026-11-24T06:00:00.000Z\",\"place\":\"港町\"},");
    assert_int_equal(the_case()->shown.eta_at, 1795500000000);
    assert_true(slice_is(buf_slice(&the_case()->eta),
                         "{\"eta_at\":\"2026-11-24T06:00:00.000Z\",\"place\":\"港町\"}"));
    notice("arrived", "\"until\":\"2026-11-24T05:59:00.000Z\",");
    assert_int_equal(the_case()->shown.arrived_at, 1795499940000);
    notice("handed_over", "");
    notice("handover_confirmed", "");
    assert_int_equal(the_case()->shown.handed_at, kit.wall);
    assert_int_equal(the_case()->shown.confirmed_at, kit.wall);
    notice("case_ended", "\"end\":\"handed_over\",");
    assert_int_equal(the_case()->shown.end, END_HANDED_OVER);
    assert_int_equal(the_case()->asked_text[0].size, 0);
}

static void what_is_unknown_changes_nothing(void **state)
{
    (void)state;
    notice("delivered", "");
    notice("event_of_tomorrow", "");
    assert_null(the_case()); /* neither makes a case */
    ckit_say(&kit, "notice", "", "{\"at\":\"2026-11-24T05:00:00.000Z\",\"event\":\"case_ended\"}");
    ckit_case(&kit, kit.wall + 60000);
    notice("event_of_tomorrow", "\"new\":7,");
    notice("grant_revoked", ""); /* of no grant that we know */
    assert_int_equal(the_case()->shown.grants[0].revoke, 0);
    assert_int_equal(client_misread(kit.client, NULL), 0);
}

#define ONE(test) cmocka_unit_test_setup_teardown(test, set_up, tear_down)
int main(void)
{
    const struct CMUnitTest tests[] = {
        ONE(a_request_makes_a_case_and_a_decline_wipes_it),
        ONE(acceptance_and_its_ends),
        ONE(a_grant_lives_and_ends),
        ONE(break_glass_and_the_objection),
        ONE(texts_are_kept_newest_last_and_bounded),
        ONE(a_mixup_must_be_acknowledged_where_it_was_opened),
        ONE(a_wrong_patient_takes_card_and_grounds_along),
        ONE(the_end_of_a_case),
        ONE(what_is_unknown_changes_nothing),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
