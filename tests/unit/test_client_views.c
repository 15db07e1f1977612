/* test_client_views.c — Job: what covers, drops and opens a view: notices, time, sign-out,
 * snapshots. */
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

static const struct ckit_section sections[] = {
    {SECTION_PERSON, "{\"content\":{\"name\":\"甲\"},\"state\":\"present\"}"},
    {SECTION_MEDICATIONS, "{\"state\":\"empty\"}"},
};
enum { SECTIONS = 2, PIECE = 20 };

static struct sealed_view *the_view(void)
{
    struct id v = ckit_id('V'), g = ckit_id('G');
    return sealed_views_find(client_views(kit.client), &v, &g);
}

static void opened(void)
{
    ckit_case(&kit, kit.wall + 10 * 60000);
    ckit_sign_in(&kit, 'S');
    ckit_view(&kit, 'G', sections, SECTIONS, PIECE, kit.wall + 10 * 60000);
    ckit_keys(&kit, 'G', 'S', sections, SECTIONS, NULL);
    assert_int_equal(the_view()->opened,
                     SECTION_BIT(SECTION_PERSON) | SECTION_BIT(SECTION_MEDICATIONS));
}

static void of_grant(const char *event, const char *rest)
{
    char more[192];
    snprintf(more, sizeof more, "%s\"grant\":\"%s\",", rest, ckit_text('G'));
    notice(event, more);
}

static void a_view_is_told_complete_once_and_opens(void **state)
{
    (void)state;
    struct id c = ckit_id('C');
    opened();
    assert_int_equal(ckit_times(&kit, HAPPENED_VIEW_COMPLETE), 1);
    const struct ckit_happened *row = ckit_last(&kit, HAPPENED_OPENED);
    assert_true(id_equal(&row->case_id, &c));
    assert_int_equal(row->sections, the_view()->opened);
    ckit_pieces(&kit, 'G', sections, SECTIONS, PIECE); /* once more: nothing */
    assert_int_equal(ckit_times(&kit, HAPPENED_VIEW_COMPLETE), 1);
}

static void keys_for_nobody_here_are_not_used(void **state)
{
    (void)state;
    ckit_case(&kit, kit.wall + 60000);
    ckit_view(&kit, 'G', sections, SECTIONS, PIECE, kit.wall + 60000);
    ckit_keys(&kit, 'G', 'S', sections, SECTIONS, NULL);
    assert_int_equal(the_view()->opened, 0);
    assert_int_equal(ckit_times(&kit, HAPPENED_OPENED), 0);
}

static void a_revocation_wipes_and_is_told_before_the_notice(void **state)
{
    (void)state;
    opened();
    of_grant("grant_revoked", "\"revoke\":\"destination_changed\",");
    assert_null(the_view());
    assert_int_equal(sealed_views_bytes(client_views(kit.client)), 0);
    const struct ckit_happened *row = ckit_last(&kit, HAPPENED_COVERED);
    assert_int_equal(row->why, COVER_REVOKED);
    assert_int_equal(row->revoke, REVOKE_DESTINATION_CHANGED);
    assert_true(row < ckit_last(&kit, HAPPENED_DROPPED));
    assert_true(ckit_last(&kit, HAPPENED_DROPPED) < ckit_last(&kit, HAPPENED_NOTICE));
    /* What was on its way finds nothing any more. */
    ckit_header(&kit, 'G', sections, SECTIONS, PIECE, kit.wall + 60000);
    ckit_pieces(&kit, 'G', sections, SECTIONS, PIECE);
    ckit_keys(&kit, 'G', 'S', sections, SECTIONS, NULL);
    assert_null(the_view());
}

static void another_grants_revocation_is_none_of_ours(void **state)
{
    (void)state;
    char more[96];
    opened();
    snprintf(more, sizeof more, "\"grant\":\"%s\",\"revoke\":\"expired\",", ckit_text('H'));
    notice("grant_revoked", more);
    assert_non_null(the_view());
    assert_int_equal(ckit_times(&kit, HAPPENED_COVERED), 0);
}

static void mixups_and_ends_take_the_whole_case(void **state)
{
    (void)state;
    opened();
    notice("mixup", "\"mixup\":\"wrong_patient\",");
    assert_null(the_view());
    assert_int_equal(ckit_last(&kit, HAPPENED_COVERED)->why, COVER_MIXUP);
    ckit_forget(&kit);
    opened();
    notice("case_ended", "\"end\":\"handed_over\",");
    assert_null(the_view());
    assert_int_equal(ckit_last(&kit, HAPPENED_COVERED)->why, COVER_ENDED);
}

static void silence_covers_and_the_end_drops(void **state)
{
    (void)state;
    opened();
    kit.mono += 119999;
    client_tick(kit.client);
    assert_int_equal(ckit_times(&kit, HAPPENED_COVERED), 0);
    kit.mono += 1;
    client_tick(kit.client);
    assert_int_equal(ckit_last(&kit, HAPPENED_COVERED)->why, COVER_LEASE);
    assert_non_null(the_view()); /* the sealed bytes stay until the end of the right */
    assert_int_equal(the_view()->opened, 0);
    kit.mono += 8 * 60000;
    client_tick(kit.client);
    assert_null(the_view());
    assert_int_equal(ckit_last(&kit, HAPPENED_DROPPED)->why, COVER_UNTIL);
    assert_int_equal(ckit_times(&kit, HAPPENED_COVERED), 1);
}

static void keys_behind_the_lease_open_nothing(void **state)
{
    (void)state;
    opened();
    client_cover(kit.client, the_view(), COVER_CLOSED);
    assert_int_equal(ckit_last(&kit, HAPPENED_COVERED)->why, COVER_CLOSED);
    kit.mono += 10 * 60000; /* any frame renews the lease, but the right has ended */
    ckit_keys(&kit, 'G', 'S', sections, SECTIONS, NULL);
    assert_int_equal(the_view()->opened, 0);
}

static void the_end_of_a_grant_may_move(void **state)
{
    (void)state;
    char more[96];
    opened();
    snprintf(more, sizeof more, "\"until\":\"%s\",", ckit_at(kit.wall + 1000));
    of_grant("grant_changed", more);
    kit.mono += 1000;
    client_tick(kit.client);
    assert_null(the_view());
}

static void signing_out_covers_what_the_person_opened(void **state)
{
    (void)state;
    struct id s = ckit_id('S');
    opened();
    assert_int_equal(client_sign_out(kit.client, &s), ERR_OK);
    assert_int_equal(ckit_last(&kit, HAPPENED_COVERED)->why, COVER_SIGNED_OUT);
    assert_int_equal(the_view()->opened, 0);
}

static void a_snapshot_without_the_grant_takes_the_view(void **state)
{
    (void)state;
    opened();
    ckit_say(&kit, "snapshot", "", "{\"count\":0,\"n\":9}");
    assert_null(the_view());
    assert_int_equal(ckit_times(&kit, HAPPENED_COVERED), 1);
}

static void a_broken_view_is_asked_for_again(void **state)
{
    (void)state;
    ckit_case(&kit, kit.wall + 60000);
    ckit_forget(&kit);
    ckit_header(&kit, 'G', sections, 1, PIECE, kit.wall + 600000);
    ckit_header(&kit, 'G', sections, 1, PIECE, kit.wall + 600000);
    ckit_pieces(&kit, 'G', sections, 1, 2 * PIECE);
    assert_int_equal(ckit_last(&kit, HAPPENED_VIEW_BROKEN)->err, ERR_PROTOCOL);
    assert_int_equal(ckit_sent_times(&kit, "snapshot_ask"), 1);
    assert_int_equal(ckit_times(&kit, HAPPENED_VIEW_COMPLETE), 0);
}

static void pieces_that_stay_away_are_asked_for(void **state)
{
    (void)state;
    ckit_case(&kit, kit.wall + 600000);
    ckit_header(&kit, 'G', sections, SECTIONS, PIECE, kit.wall + 600000);
    kit.mono += CLIENT_VIEW_WAIT_MS - 1;
    client_tick(kit.client);
    assert_int_equal(ckit_sent_times(&kit, "snapshot_ask"), 0);
    kit.mono += 1;
    client_tick(kit.client);
    assert_int_equal(ckit_sent_times(&kit, "snapshot_ask"), 1);
}

static void other_content_under_the_same_id_covers(void **state)
{
    (void)state;
    opened();
    ckit_header(&kit, 'G', sections, SECTIONS, PIECE, kit.wall + 600000);
    assert_int_equal(ckit_last(&kit, HAPPENED_COVERED)->why, COVER_REPLACED);
    assert_int_equal(the_view()->opened, 0);
}

/* ---- the crew's own copy ---- */

static struct sealed_view *crews(void)
{
    struct id v = ckit_id('V'), none = {{0}};
    return sealed_views_find(client_views(kit.client), &v, &none);
}

static void the_crews_view_ends_at_hand_over(void **state)
{
    (void)state;
    ckit_fini(&kit);
    ckit_init(&kit);
    ckit_client(&kit, FROM_AMBULANCE);
    ckit_ready(&kit, 0);
    ckit_sign_in(&kit, 'S');
    ckit_header(&kit, '\0', sections, SECTIONS, PIECE, kit.wall + 600000);
    ckit_keys(&kit, '\0', 'S', sections, 1, NULL); /* the keys overtake the pieces */
    ckit_pieces(&kit, '\0', sections, SECTIONS, PIECE);
    assert_int_equal(crews()->opened, SECTION_BIT(SECTION_PERSON));
    assert_int_equal(ckit_times(&kit, HAPPENED_OPENED), 1);
    notice("handed_over", "");
    assert_null(crews());
    assert_int_equal(ckit_last(&kit, HAPPENED_COVERED)->why, COVER_ENDED);
}

static void an_old_device_loses_the_view(void **state)
{
    (void)state;
    char more[64];
    ckit_fini(&kit);
    ckit_init(&kit);
    ckit_client(&kit, FROM_AMBULANCE);
    ckit_ready(&kit, 0);
    ckit_header(&kit, '\0', sections, SECTIONS, PIECE, kit.wall + 600000);
    snprintf(more, sizeof more, "\"device\":\"%s\",", ckit_text('D'));
    notice("taken_over", more); /* by us */
    assert_non_null(crews());
    snprintf(more, sizeof more, "\"device\":\"%s\",", ckit_text('X'));
    notice("taken_over", more);
    assert_null(crews());
}

#define ONE(test) cmocka_unit_test_setup_teardown(test, set_up, tear_down)
int main(void)
{
    const struct CMUnitTest tests[] = {
        ONE(a_view_is_told_complete_once_and_opens),
        ONE(keys_for_nobody_here_are_not_used),
        ONE(a_revocation_wipes_and_is_told_before_the_notice),
        ONE(another_grants_revocation_is_none_of_ours),
        ONE(mixups_and_ends_take_the_whole_case),
        ONE(silence_covers_and_the_end_drops),
        ONE(keys_behind_the_lease_open_nothing),
        ONE(the_end_of_a_grant_may_move),
        ONE(signing_out_covers_what_the_person_opened),
        ONE(a_snapshot_without_the_grant_takes_the_view),
        ONE(a_broken_view_is_asked_for_again),
        ONE(pieces_that_stay_away_are_asked_for),
        ONE(other_content_under_the_same_id_covers),
        ONE(the_crews_view_ends_at_hand_over),
        ONE(an_old_device_loses_the_view),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
