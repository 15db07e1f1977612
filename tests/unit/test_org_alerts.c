/* test_org_alerts.c — Job: alerts stay until a named person has acted, and make room in order. */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <cmocka.h>

#include "gateway/core/state.h"

static struct id id_of(int n)
{
    return (struct id){{1, (uint8_t)(n >> 8), (uint8_t)n}};
}

static void tell(struct org_state *o, enum event_type type, int n, int code)
{
    struct event e = {.type = type, .code = code, .at = 1000 + n, .person = id_of(9)};
    if (type == EVENT_ALERT)
        e.id = id_of(n);
    else
        e.subject = id_of(n);
    org_apply(o, &e, NULL);
}

static void seen_is_enough_for_most(void **state)
{
    (void)state;
    struct org_state o = {0};
    tell(&o, EVENT_ALERT, 1, ALERT_SAME_CARD_TWICE);
    tell(&o, EVENT_ALERT, 2, ALERT_MIXUP);
    assert_int_equal(o.alerts_count, 2);
    struct id first = id_of(1), second = id_of(2);
    assert_int_equal(org_alert_of(&o, &first)->at, 1001);
    tell(&o, EVENT_ALERT_ACKED, 1, ALERT_SAME_CARD_TWICE);
    assert_null(org_alert_of(&o, &first));
    assert_non_null(org_alert_of(&o, &second));
    tell(&o, EVENT_ALERT_ACKED, 1, ALERT_SAME_CARD_TWICE); /* nothing there: nothing happens */
    assert_int_equal(o.alerts_count, 1);
}

static void an_emergency_opening_stays_until_it_is_reviewed(void **state)
{
    (void)state;
    struct org_state o = {0};
    struct id one = id_of(1), who = id_of(9);
    tell(&o, EVENT_ALERT, 1, ALERT_BREAK_GLASS);
    assert_int_equal(org_alert_of(&o, &one)->acked_at, 0);
    tell(&o, EVENT_ALERT_ACKED, 1, ALERT_BREAK_GLASS);
    assert_int_equal(org_alert_of(&o, &one)->acked_at, 1001);
    assert_true(id_equal(&org_alert_of(&o, &one)->acked_by, &who));
    tell(&o, EVENT_ACCESS_REVIEWED, 1, REVIEW_JUSTIFIED);
    assert_int_equal(o.alerts_count, 0);
}

static void emergency_openings_go_last_when_there_is_no_room(void **state)
{
    (void)state;
    struct org_state o = {0};
    tell(&o, EVENT_ALERT, 0, ALERT_BREAK_GLASS);
    tell(&o, EVENT_ALERT, 1, ALERT_MIXUP);
    for (int i = 2; i < ORG_ALERTS_MAX; i++)
        tell(&o, EVENT_ALERT, i, ALERT_BREAK_GLASS);
    struct id oldest = id_of(0), mixup = id_of(1), newest = id_of(100);
    tell(&o, EVENT_ALERT, 100, ALERT_BREAK_GLASS);
    assert_null(org_alert_of(&o, &mixup));
    assert_non_null(org_alert_of(&o, &oldest));
    tell(&o, EVENT_ALERT, 101, ALERT_MIXUP);
    assert_null(org_alert_of(&o, &oldest));
    assert_non_null(org_alert_of(&o, &newest));
    assert_int_equal(o.alerts_count, ORG_ALERTS_MAX);
    assert_int_equal(o.alerts_lost, 2);
}

static void practised(struct org_state *o, int n, int code)
{
    struct event e = {
        .type = EVENT_ALERT, .code = code, .at = 1000 + n, .id = id_of(n), .training = FLAG_YES};
    org_apply(o, &e, NULL);
}

static void practice_never_takes_the_place_of_a_live_alert(void **state)
{
    (void)state;
    struct org_state o = {0};
    struct id live = id_of(0), drilled = id_of(1), newest = id_of(100), late = id_of(101);
    tell(&o, EVENT_ALERT, 0, ALERT_MIXUP);
    practised(&o, 1, ALERT_BREAK_GLASS);
    for (int i = 2; i < ORG_ALERTS_MAX; i++)
        tell(&o, EVENT_ALERT, i, ALERT_MIXUP);
    tell(&o, EVENT_ALERT, 100, ALERT_MIXUP); /* practice makes room, even one to be reviewed */
    assert_null(org_alert_of(&o, &drilled));
    assert_non_null(org_alert_of(&o, &live));
    assert_non_null(org_alert_of(&o, &newest));
    practised(&o, 101, ALERT_MIXUP);
    assert_null(org_alert_of(&o, &late));
    assert_non_null(org_alert_of(&o, &live));
    assert_int_equal(o.alerts_count, ORG_ALERTS_MAX);
    assert_int_equal(o.alerts_lost, 2);
}

static void another_organisations_act_is_seen_not_reviewed(void **state)
{
    (void)state;
    struct org_state o = {0};
    struct id one = id_of(1);
    struct event e = {.type = EVENT_ALERT,
                      .code = ALERT_BREAK_GLASS,
                      .id = one,
                      .hospital = id_of(7),
                      .at = 1000};
    org_apply(&o, &e, NULL);
    assert_false(alert_needs_review(org_alert_of(&o, &one)));
    tell(&o, EVENT_ALERT_ACKED, 1, ALERT_BREAK_GLASS);
    assert_int_equal(o.alerts_count, 0);
    tell(&o, EVENT_ALERT, 2, ALERT_REFUSAL_OVERRIDDEN);
    assert_true(alert_needs_review(&o.alerts[0]));
}

static void told_again(struct org_state *o, int n, int64_t level)
{
    struct event e = {
        .type = EVENT_ALERT_ESCALATED, .code = ALERT_MIXUP, .subject = id_of(n), .count = level};
    org_apply(o, &e, NULL);
}

static void what_nobody_has_seen_is_due_once_for_each_level(void **state)
{
    (void)state;
    struct org_state o = {0};
    struct id first = id_of(1), second = id_of(2);
    tell(&o, EVENT_ALERT, 1, ALERT_MIXUP); /* at 1001 */
    tell(&o, EVENT_ALERT, 2, ALERT_MIXUP); /* at 1002 */
    assert_null(org_alert_due(&o, 1100, 100));
    assert_ptr_equal(org_alert_due(&o, 1101, 100), org_alert_of(&o, &first));
    told_again(&o, 1, 1);
    assert_null(org_alert_due(&o, 1101, 100));
    assert_ptr_equal(org_alert_due(&o, 1102, 100), org_alert_of(&o, &second));
    assert_ptr_equal(org_alert_due(&o, 1201, 100), org_alert_of(&o, &first));
    told_again(&o, 1, ALERT_LEVELS);
    assert_ptr_equal(org_alert_due(&o, 9999, 100), org_alert_of(&o, &second));
    tell(&o, EVENT_ALERT_ACKED, 2, ALERT_MIXUP);
    assert_null(org_alert_due(&o, 9999, 100));
}

static void a_seen_emergency_opening_is_not_told_again(void **state)
{
    (void)state;
    struct org_state o = {0};
    tell(&o, EVENT_ALERT, 1, ALERT_BREAK_GLASS);
    tell(&o, EVENT_ALERT_ACKED, 1, ALERT_BREAK_GLASS);
    assert_int_equal(o.alerts_count, 1);
    assert_null(org_alert_due(&o, 9999, 100));
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(seen_is_enough_for_most),
        cmocka_unit_test(an_emergency_opening_stays_until_it_is_reviewed),
        cmocka_unit_test(emergency_openings_go_last_when_there_is_no_room),
        cmocka_unit_test(practice_never_takes_the_place_of_a_live_alert),
        cmocka_unit_test(another_organisations_act_is_seen_not_reviewed),
        cmocka_unit_test(what_nobody_has_seen_is_due_once_for_each_level),
        cmocka_unit_test(a_seen_emergency_opening_is_not_told_again),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
