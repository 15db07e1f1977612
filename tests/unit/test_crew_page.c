/* test_crew_page.c — Job: a page asks the reader: a card for it holds no script and ends none. */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <cmocka.h>

#include "tests/lib/crew_kit.h"

static struct crew_kit ck;
static struct id person, case_id;

static int set_up(void **state)
{
    (void)state;
    crew_kit_open(&ck, CREW_KIT_PIPE, CREW_SCRIPT);
    crew_kit_ready(&ck);
    crew_kit_case(&ck);
    person = ckit_id('S');
    case_id = ckit_id('C');
    return 0;
}

static int tear_down(void **state)
{
    (void)state;
    crew_kit_close(&ck);
    return 0;
}

static enum err page(enum pages_card_act act, const char *pin)
{
    return crew_page_card(ck.crew, act, &person, &case_id, slice_of(pin));
}

static void reading_waits_for_the_card(void **state)
{
    (void)state;
    assert_int_equal(page(PAGES_CARD_READ, NULL), ERR_OK);
    assert_false(crew_busy(ck.crew));
    assert_int_equal(ckit_sent_times(&ck.kit, "card_read"), 0);
    crew_kit_card_in(&ck, 1);
    assert_int_equal(ckit_sent_times(&ck.kit, "card_read"), 1);
    assert_string_equal(ckit_member(ckit_sent(&ck.kit, "card_read"), "session"), ckit_text('S'));
    crew_kit_card_in(&ck, 2); /* asked once, read once */
    assert_int_equal(ckit_sent_times(&ck.kit, "card_read"), 1);
}

static void a_wait_can_be_cancelled_and_ends_by_itself(void **state)
{
    (void)state;
    assert_int_equal(page(PAGES_CARD_READ, NULL), ERR_OK);
    assert_int_equal(page(PAGES_CARD_CANCEL, NULL), ERR_OK);
    crew_kit_card_in(&ck, 1);
    assert_int_equal(ckit_sent_times(&ck.kit, "card_read"), 0);
    crew_kit_close(&ck);
    assert_int_equal(set_up(NULL), 0);
    assert_int_equal(page(PAGES_CARD_READ, NULL), ERR_OK);
    ck.kit.mono += 10 * 60 * 1000;
    crew_tick(ck.crew);
    crew_kit_card_in(&ck, 1);
    assert_int_equal(ckit_sent_times(&ck.kit, "card_read"), 0);
    assert_int_equal(ck.quits, 0); /* a script's wait would have ended the program */
}

static void signing(void **state)
{
    (void)state;
    assert_int_equal(page(PAGES_CARD_SIGN, "1234"), ERR_NO_CARD);
    crew_kit_card_in(&ck, 1);
    assert_int_equal(page(PAGES_CARD_SIGN, NULL), ERR_MISSING_FIELD);
    assert_int_equal(page(PAGES_CARD_SIGN, "12345"), ERR_BAD_FIELD);
    assert_int_equal(page(PAGES_CARD_SIGN, "1234"), ERR_OK);
    assert_string_equal(ck.order_pin, "1234");
    assert_int_equal(ck.order_last, CARD_KEEP_LAST_TRY);
    assert_false(crew_busy(ck.crew));
    assert_int_equal(page(PAGES_CARD_SIGN, "1234"), ERR_BUSY);
    struct card_event event = {.kind = CARD_EVENT_SIGNED,
                               .card_no = 1,
                               .order_no = ck.order_no,
                               .tries = CARD_TRIES_UNKNOWN,
                               .signature_size = 256};
    crew_card(ck.crew, &event);
    assert_string_equal(ckit_member(ckit_sent(&ck.kit, "card_read"), "body.proof"),
                        "pin_signature");
    assert_int_equal(page(PAGES_CARD_SIGN_LAST, "1234"), ERR_OK);
    assert_int_equal(ck.order_last, CARD_SPEND_LAST_TRY);
}

static void who_and_for_whom(void **state)
{
    (void)state;
    case_id = (struct id){{0}};
    assert_int_equal(page(PAGES_CARD_READ, NULL), ERR_NO_SUCH_CASE);
    case_id = ckit_id('C');
    person = ckit_id('X');
    crew_kit_card_in(&ck, 1);
    assert_int_equal(page(PAGES_CARD_SIGN, "1234"), ERR_NO_SESSION);
    assert_int_equal(page(PAGES_CARD_READ, NULL), ERR_OK); /* but nothing is sent for a stranger */
    assert_int_equal(ckit_sent_times(&ck.kit, "card_read"), 0);
}

#define WITH(f) cmocka_unit_test_setup_teardown(f, set_up, tear_down)
int main(void)
{
    const struct CMUnitTest tests[] = {
        WITH(reading_waits_for_the_card),
        WITH(a_wait_can_be_cancelled_and_ends_by_itself),
        WITH(signing),
        WITH(who_and_for_whom),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
