/* test_cases_notice_crew.c — Job: card, view and take-over as the crew's device hears of them. */
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
    ckit_client(&kit, FROM_AMBULANCE);
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

static void opened(void)
{
    notice("case_opened",
           "\"content\":{\"incident\":\"01ARZ3NDEKTSV4RRFFQ69G5FAV\",\"patient_no\":1,"
           "\"patients\":1},");
}

static const struct shown_view *the_view(void)
{
    struct id v = ckit_id('V');
    return case_view(the_case(), &v);
}

static void of_view(const char *event, const char *rest)
{
    char more[256];
    snprintf(more, sizeof more, "%s\"view\":\"%s\",", rest, ckit_text('V'));
    notice(event, more);
}

static void a_case_of_ones_own(void **state)
{
    (void)state;
    opened();
    assert_non_null(the_case());
    assert_int_equal(the_case()->shown.opened_at, kit.wall);
    assert_true(the_case()->opened.size != 0);
    notice("no_view", "\"no_view\":\"no_card\",");
    assert_int_equal(the_case()->shown.no_view, NO_VIEW_NO_CARD);
}

static void grounds_and_record_come_back(void **state)
{
    (void)state;
    char more[512];
    opened();
    notice("ground_recorded",
           "\"content\":{\"at\":\"2026-11-24T05:00:00.000Z\",\"basis\":\"patient_oral\","
           "\"right\":\"crew_view\",\"said_by\":\"patient\"},");
    snprintf(more, sizeof more,
             "\"content\":{\"at\":\"2026-11-24T05:00:00.000Z\",\"basis\":\"refused\","
             "\"hospital\":\"%s\",\"right\":\"disclose_to\",\"said_by\":\"patient\"},",
             ckit_text('O'));
    notice("ground_recorded", more);
    struct id hospital = ckit_id('O');
    const struct shown_case *s = &the_case()->shown;
    assert_int_equal(s->grounds_count, 2);
    assert_int_equal(s->grounds[0].right, RIGHT_CREW_VIEW);
    assert_int_equal(s->grounds[0].at, kit.wall);
    assert_int_equal(s->grounds[1].basis, BASIS_REFUSED);
    assert_true(id_equal(&s->grounds[1].hospital, &hospital));
    notice("consent_withdrawn", "");
    assert_int_equal(s->grounds[0].withdrawn, FLAG_YES);
    notice("record_changed", "\"content\":{\"complaint\":\"x\"},");
    assert_int_equal(the_case()->record.size, strlen("{\"complaint\":\"x\"}"));
    notice("record_changed", ""); /* without content nothing is lost */
    assert_int_not_equal(the_case()->record.size, 0);
}

static void a_card_is_checked(void **state)
{
    (void)state;
    opened();
    notice("card_check_asked", "");
    assert_int_equal(the_case()->shown.card_checking, FLAG_YES);
    notice("card_refused", "\"error\":\"ERR_CARD_REVOKED\",");
    assert_int_equal(the_case()->shown.card_error, ERR_CARD_REVOKED);
    assert_int_equal(the_case()->shown.card_good, FLAG_NO);
    notice("card_check_asked", "");
    notice("card_read", "");
    assert_int_equal(the_case()->shown.card_error, 0);
    assert_int_equal(the_case()->shown.card_good, FLAG_YES);
    assert_int_equal(the_case()->shown.card_checking, FLAG_NO);
}

static void a_view_is_fetched_matched_and_ends(void **state)
{
    (void)state;
    opened();
    of_view("fetch_asked", "\"sections\":[\"person\",\"medications\"],");
    assert_non_null(the_view());
    assert_int_equal(the_view()->asked_at, kit.wall);
    of_view("view_fetched", "\"sections\":[\"person\"],\"until\":\"2099-01-01T00:00:00.000Z\",");
    assert_int_equal(the_view()->held, FLAG_YES);
    assert_int_equal(the_view()->sections, SECTION_BIT(SECTION_PERSON));
    of_view("identity_checked", "\"match\":\"not_matched\",");
    assert_int_equal(the_view()->match, MATCH_NOT_MATCHED);
    of_view("view_ended", "\"revoke\":\"expired\",");
    assert_int_equal(the_view()->ended, FLAG_YES);
    assert_int_equal(the_view()->held, FLAG_NO);
}

static void a_fetch_may_fail(void **state)
{
    (void)state;
    opened();
    of_view("fetch_failed", "\"error\":\"ERR_UPSTREAM\",");
    assert_int_equal(the_view()->error, ERR_UPSTREAM);
    assert_int_equal(the_view()->ended, FLAG_YES);
    notice("view_fetched", ""); /* of no view */
    assert_int_equal(the_case()->shown.views_count, 1);
}

static void another_device_takes_over(void **state)
{
    (void)state;
    char more[96];
    struct id x = ckit_id('X');
    opened();
    snprintf(more, sizeof more, "\"device\":\"%s\",", ckit_text('X'));
    notice("taken_over", more);
    assert_true(id_equal(&the_case()->shown.device, &x));
}

#define ONE(test) cmocka_unit_test_setup_teardown(test, set_up, tear_down)
int main(void)
{
    const struct CMUnitTest tests[] = {
        ONE(a_case_of_ones_own), ONE(grounds_and_record_come_back),
        ONE(a_card_is_checked),  ONE(a_view_is_fetched_matched_and_ends),
        ONE(a_fetch_may_fail),   ONE(another_device_takes_over),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
