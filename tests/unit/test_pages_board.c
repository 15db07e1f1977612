/* test_pages_board.c — Job: what several pages of one box tell the crews together. */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <cmocka.h>

#include <stdio.h>

#include "tests/lib/pages_kit.h"

static struct pages_kit kit;

static int set_up(void **state)
{
    (void)state;
    pkit_init(&kit, FROM_HOSPITAL);
    pkit_open(&kit, 0);
    pkit_open(&kit, 1);
    return 0;
}

static int tear_down(void **state)
{
    (void)state;
    pkit_fini(&kit);
    return 0;
}

static void tell(size_t index, const char *body)
{
    char text[512];
    snprintf(text, sizeof text, "{\"type\":\"local.board\",\"id\":\"b\",\"body\":%s}", body);
    pkit_text(&kit, index, text);
}

static const char *told(size_t index, const char *path)
{
    return ckit_member(pkit_got(&kit, index, "local.board"), path);
}

static void one_screen_with_somebody_is_enough(void **state)
{
    (void)state;
    tell(0, "{\"people\":true}");
    assert_int_equal(kit.board.people, FLAG_YES);
    tell(1, "{\"people\":false}"); /* the second screen does not speak for the first */
    assert_int_equal(kit.board.people, FLAG_YES);
    assert_string_equal(told(1, "body.people"), "true");
    assert_string_equal(told(1, "body.screens"), "2");
    pages_link_free(kit.links[0].link);
    assert_int_equal(kit.board.people, FLAG_NO);
    assert_string_equal(told(1, "body.people"), "false");
    assert_string_equal(told(1, "body.screens"), "1");
}

static void what_is_not_said_stays(void **state)
{
    (void)state;
    assert_string_equal(told(0, "body.accepting"), "");
    tell(0, "{\"people\":true,\"accepting\":true,\"specialties\":\"救急科\"}");
    tell(1, "{\"people\":true}");
    assert_int_equal(kit.board.accepting, FLAG_YES);
    assert_string_equal(told(0, "body.specialties"), "救急科");
    tell(1, "{\"accepting\":false}");
    assert_int_equal(kit.board.accepting, FLAG_NO);
    assert_int_equal(kit.board.people, FLAG_YES);
    assert_string_equal(told(0, "body.accepting"), "false");
}

static void what_was_typed_at_the_box_is_on_the_pages(void **state)
{
    (void)state;
    struct body_board typed = {.accepting = FLAG_YES, .specialties = slice_of("外科")};
    tell(0, "{\"people\":true,\"accepting\":false}");
    assert_int_equal(pages_board_typed(kit.pages, &typed), ERR_OK);
    assert_string_equal(told(1, "body.accepting"), "true");
    assert_string_equal(told(1, "body.specialties"), "外科");
    assert_string_equal(told(1, "body.people"), "true");
    tell(1, "{\"people\":false}"); /* what a page says next does not bring the old word back */
    assert_int_equal(kit.board.accepting, FLAG_YES);
    assert_int_equal(pages_board_typed(NULL, &typed), ERR_OK);
}

static void a_tablet_is_no_board(void **state)
{
    (void)state;
    pkit_fini(&kit);
    pkit_init(&kit, FROM_AMBULANCE);
    pkit_open(&kit, 0);
    tell(0, "{\"people\":true}");
    assert_string_equal(ckit_member(pkit_got(&kit, 0, "local.result"), "body.code"),
                        "ERR_NOT_PROVIDED");
    assert_int_equal(pkit_times(&kit, 0, "local.board"), 0);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test_setup_teardown(one_screen_with_somebody_is_enough, set_up, tear_down),
        cmocka_unit_test_setup_teardown(what_is_not_said_stays, set_up, tear_down),
        cmocka_unit_test_setup_teardown(what_was_typed_at_the_box_is_on_the_pages, set_up,
                                        tear_down),
        cmocka_unit_test_setup_teardown(a_tablet_is_no_board, set_up, tear_down),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
