/* test_cases.c — Job: cases as snapshots tell them: replaced, dropped, found by their short
 * name. */
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

static struct cases *cases(void)
{
    return client_cases(kit.client);
}

static void case_frame(char letter)
{
    char envelope[64];
    snprintf(envelope, sizeof envelope, "\"case\":\"%s\",", ckit_text(letter));
    ckit_say(&kit, "snapshot_case", envelope, "{\"opened_at\":\"%s\"}", ckit_at(kit.wall));
}

static void a_snapshot_fills_a_case(void **state)
{
    (void)state;
    struct id g = ckit_id('G'), o = ckit_id('O'), v = ckit_id('V');
    ckit_case(&kit, kit.wall + 60000);
    struct known_case *c = cases_first(cases());
    assert_non_null(c);
    assert_int_equal(cases_count(cases()), 1);
    assert_false(cases_incomplete(cases()));
    assert_int_equal(ckit_times(&kit, HAPPENED_SNAPSHOT), 2);
    const struct shown_asked *asked = case_asked(c, &o);
    assert_non_null(asked);
    assert_ptr_equal(case_asked(c, NULL), asked);
    assert_int_equal(asked->status, ASKED_ACCEPTED);
    assert_string_equal(c->asked_name[0], "試験病院");
    assert_non_null(memmem(c->asked_text[0].bytes, c->asked_text[0].size, "胸痛", strlen("胸痛")));
    assert_int_equal(c->shown.destination_here, FLAG_YES);
    const struct shown_grant *grant = case_grant(c, kit.wall);
    assert_non_null(grant);
    assert_true(id_equal(&grant->grant, &g));
    assert_ptr_equal(case_grant_by(c, &g), grant);
    assert_null(case_grant(c, kit.wall + 60000)); /* its end */
    assert_null(case_view(c, &v));                /* the crew's */
}

static void a_snapshot_brings_back_what_was_said(void **state)
{
    (void)state;
    char envelope[64];
    struct id p = ckit_id('P');
    snprintf(envelope, sizeof envelope, "\"case\":\"%s\",", ckit_text('C'));
    for (int again = 0; again < 2; again++) { /* the second one replaces, it does not add */
        ckit_say(&kit, "snapshot", "", "{\"count\":1,\"n\":4}");
        ckit_say(&kit, "snapshot_case", envelope,
                 "{\"vitals\":[{\"content\":{\"at\":\"%s\",\"pulse\":90}}],\"said\":["
                 "{\"kind\":\"talk\",\"at\":\"%s\",\"person\":\"%s\",\"person_name\":\"隊員\","
                 "\"content\":{\"text\":\"着きます\"}},"
                 "{\"kind\":\"of a newer gateway\",\"at\":\"%s\",\"content\":{\"text\":\"?\"}},"
                 "{\"kind\":\"handover\",\"at\":\"%s\",\"content\":{\"at\":\"%s\"}}]}",
                 ckit_at(kit.wall), ckit_at(kit.wall), ckit_text('P'), ckit_at(kit.wall),
                 ckit_at(kit.wall), ckit_at(kit.wall));
    }
    struct known_case *c = cases_first(cases());
    assert_non_null(c);
    assert_int_equal(c->texts_count, 3);
    const struct known_text *talk = &c->texts[1];
    assert_int_equal(talk->kind, MSG_TALK);
    assert_int_equal(talk->at, kit.wall);
    assert_string_equal(talk->person_name, "隊員");
    assert_true(id_equal(&talk->person, &p));
    assert_non_null(memmem(talk->json.bytes, talk->json.size, "着きます", strlen("着きます")));
    assert_int_equal(c->texts[2].kind, MSG_HANDOVER);
    assert_int_equal(c->shown.said_count, 0); /* nothing is lent from a frame that is gone */
}

/* What is shown of a practice case bears the mark of practice on a live gateway, too. */
static void a_practice_case_shows_itself_as_such(void **state)
{
    (void)state;
    struct known_case c = {.stale = false};
    assert_int_equal(case_profile(NULL, PROFILE_PRODUCTION), PROFILE_PRODUCTION);
    assert_int_equal(case_profile(&c, PROFILE_TRIAL), PROFILE_TRIAL);
    c.shown.training = FLAG_YES;
    assert_int_equal(case_profile(&c, PROFILE_PRODUCTION), PROFILE_TRAINING);
}

static void what_a_snapshot_does_not_name_is_dropped(void **state)
{
    (void)state;
    ckit_say(&kit, "snapshot", "", "{\"count\":2,\"n\":4}");
    case_frame('A');
    assert_true(cases_incomplete(cases()));
    case_frame('B');
    assert_int_equal(cases_count(cases()), 2);
    ckit_say(&kit, "snapshot", "", "{\"count\":1,\"n\":5}");
    assert_int_equal(cases_count(cases()), 2); /* until the new one is whole */
    case_frame('B');
    assert_int_equal(cases_count(cases()), 1);
    struct id a = ckit_id('A'), b = ckit_id('B');
    assert_null(cases_find(cases(), &a));
    assert_non_null(cases_find(cases(), &b));
    ckit_say(&kit, "snapshot", "", "{\"count\":0,\"n\":6}");
    assert_int_equal(cases_count(cases()), 0);
}

static void cases_are_named_by_their_end(void **state)
{
    (void)state;
    struct known_case *c = NULL;
    ckit_say(&kit, "snapshot", "", "{\"count\":2,\"n\":4}");
    case_frame('A');
    case_frame('a'); /* the last characters differ: 0x41, 0x61 */
    assert_int_equal(cases_named(cases(), slice_of(ckit_text('A')), &c), ERR_OK);
    struct id a = ckit_id('A');
    assert_true(id_equal(&c->id, &a));
    char low[8];
    snprintf(low, sizeof low, "%s", c->short_id);
    for (char *at = low; *at != '\0'; at++)
        *at = (char)(*at >= 'A' && *at <= 'Z' ? *at + 32 : *at);
    assert_int_equal(cases_named(cases(), slice_of(low), &c), ERR_OK);
    assert_int_equal(cases_named(cases(), slice_of(c->short_id + 4), &c), ERR_NOT_FOUND);
    assert_int_equal(cases_named(cases(), slice_of("ZZZ"), &c), ERR_NOT_FOUND);
    assert_null(c);
    assert_int_equal(cases_named(cases(), slice_of("0000000000000000000000000000"), &c),
                     ERR_NOT_FOUND);
}

static void two_of_the_same_end_are_a_conflict(void **state)
{
    (void)state;
    struct known_case *c = NULL;
    char envelope[64];
    ckit_say(&kit, "snapshot", "", "{\"count\":2,\"n\":4}");
    case_frame('A');
    snprintf(envelope, sizeof envelope, "\"case\":\"7%s\",", ckit_text('A') + 1);
    ckit_say(&kit, "snapshot_case", envelope, "{}");
    assert_int_equal(cases_named(cases(), slice_of(ckit_text('A') + 20), &c), ERR_CONFLICT);
}

static void too_many_cases_are_refused(void **state)
{
    (void)state;
    ckit_say(&kit, "snapshot", "", "{\"count\":500,\"n\":4}");
    for (int i = 0; i <= CLIENT_CASES_MAX; i++) {
        char envelope[64];
        snprintf(envelope, sizeof envelope, "\"case\":\"0100000000000000000000%04d\",", i);
        ckit_say(&kit, "snapshot_case", envelope, "{}");
    }
    assert_int_equal(cases_count(cases()), CLIENT_CASES_MAX);
    enum err err;
    assert_int_equal(client_misread(kit.client, &err), 1);
    assert_int_equal(err, ERR_FULL);
}

#define ONE(test) cmocka_unit_test_setup_teardown(test, set_up, tear_down)
int main(void)
{
    const struct CMUnitTest tests[] = {
        ONE(a_snapshot_brings_back_what_was_said),     ONE(a_snapshot_fills_a_case),
        ONE(what_a_snapshot_does_not_name_is_dropped), ONE(cases_are_named_by_their_end),
        ONE(a_practice_case_shows_itself_as_such),     ONE(cases_are_named_by_their_end),
        ONE(two_of_the_same_end_are_a_conflict),       ONE(too_many_cases_are_refused),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
