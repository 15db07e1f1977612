/* test_card.c — Job: orders to sign, start and stop, and the service that dies and returns. */
#include "ambulance_client/card.h"

#include <setjmp.h>
#include <stdarg.h>
#include <cmocka.h>
#include "common/jpki_cert.h"
#include "tests/lib/card_bed.h"

static struct card_bench bench;
static struct jpki_applet card, other;
static struct card_bed bed;

static int fresh(void **state)
{
    (void)state;
    card_bed_init(&bed);
    return jpki_applet_init(&card, &bench.files) == ERR_OK &&
                   jpki_applet_init(&other, &bench.files) == ERR_OK
               ? 0
               : -1;
}

static int done(void **state)
{
    (void)state;
    card_bed_fini(&bed);
    jpki_applet_fini(&card);
    jpki_applet_fini(&other);
    return 0;
}

/* Opens with CARD in the one reader; the card's number. */
static uint32_t open_with_card(void)
{
    fake_plug(&bed.fake, 0, "Reader A");
    fake_insert(&bed.fake, 0, &card);
    card_bed_open(&bed);
    return card_bed_next(&bed, CARD_EVENT_IN)->card_no;
}

/* ---- Signing ---- */

static void the_card_signs_and_is_reset(void **state)
{
    (void)state;
    uint32_t card_no = open_with_card();
    assert_int_equal(bed.fake.resets, 0);
    uint32_t order_no = card_bed_sign(&bed, card_no, "1234", CARD_KEEP_LAST_TRY);
    const struct card_event *signed_event = card_bed_next(&bed, CARD_EVENT_SIGNED);
    assert_int_equal(signed_event->order_no, order_no);
    assert_int_equal(signed_event->card_no, card_no);
    struct slice signature = {(const char *)signed_event->signature, signed_event->signature_size};
    assert_int_equal(
        jpki_cert_check_signature(buf_slice(&bench.cert), slice_of("challenge"), signature),
        ERR_OK);
    assert_int_equal(bed.fake.resets, 1);
    assert_false(card.auth.verified);
}

static void a_wrong_pin_resets_too_and_keeps_the_last_try(void **state)
{
    (void)state;
    uint32_t card_no = open_with_card();
    for (int left = 2; left >= 1; left--) {
        card_bed_sign(&bed, card_no, "0000", CARD_KEEP_LAST_TRY);
        const struct card_event *failed = card_bed_next(&bed, CARD_EVENT_SIGN_FAILED);
        assert_int_equal(failed->err, ERR_CARD_PIN);
        assert_int_equal(failed->tries, left);
    }
    assert_int_equal(bed.fake.resets, 2);
    card_bed_sign(&bed, card_no, "0000", CARD_KEEP_LAST_TRY);
    assert_int_equal(card_bed_next(&bed, CARD_EVENT_SIGN_FAILED)->err, ERR_NOT_ALLOWED);
    assert_int_equal(card.auth.left, 1);
    card_bed_sign(&bed, card_no, "0000", CARD_SPEND_LAST_TRY);
    assert_int_equal(card_bed_next(&bed, CARD_EVENT_SIGN_FAILED)->err, ERR_CARD_BLOCKED);
}

static void an_order_for_a_card_that_left_is_refused(void **state)
{
    (void)state;
    uint32_t card_no = open_with_card();
    fake_pull(&bed.fake, 0);
    card_bed_next(&bed, CARD_EVENT_OUT);
    fake_insert(&bed.fake, 0, &other);
    card_bed_next(&bed, CARD_EVENT_IN);
    card_bed_sign(&bed, card_no, "1234", CARD_SPEND_LAST_TRY);
    assert_int_equal(card_bed_next(&bed, CARD_EVENT_SIGN_FAILED)->err, ERR_NO_CARD);
    assert_int_equal(other.counts.verifies, 0);
}

/* The hardest moment: the other card comes after the order was matched to the reader, and the
 * handle would talk to it. */
static void swap_in_the_transaction(struct card_fake *f)
{
    f->readers[0].card = &other;
    f->readers[0].counter = (uint16_t)(f->readers[0].counter + 2);
    f->loose_handles = true;
    f->on_begin = NULL;
}

static void a_pin_never_goes_to_another_card(void **state)
{
    (void)state;
    uint32_t card_no = open_with_card();
    fake_on_begin(&bed.fake, swap_in_the_transaction);
    card_bed_sign(&bed, card_no, "1234", CARD_SPEND_LAST_TRY);
    assert_int_equal(card_bed_next(&bed, CARD_EVENT_SIGN_FAILED)->err, ERR_CARD_REMOVED);
    card_bed_next(&bed, CARD_EVENT_OUT);
    card_bed_next(&bed, CARD_EVENT_IN);
    assert_int_equal(other.counts.verifies, 0);
    assert_int_equal(card.counts.verifies, 0);
}

static void phones_get_no_pin(void **state)
{
    (void)state;
    jpki_applet_set_kind(&card, CARD_IPHONE);
    uint32_t card_no = open_with_card();
    card_bed_sign(&bed, card_no, "1234", CARD_SPEND_LAST_TRY);
    assert_int_equal(card_bed_next(&bed, CARD_EVENT_SIGN_FAILED)->err, ERR_CARD_KIND);
    assert_int_equal(card.counts.verifies, 0);
}

static void orders_have_bounds(void **state)
{
    (void)state;
    uint32_t card_no = open_with_card();
    char pin[] = "12345678";
    uint32_t order_no;
    struct card_order order = {.card_no = card_no, .pin = pin, .pin_size = 8};
    assert_int_equal(card_sign(bed.watch, &order, &order_no), ERR_BAD_FIELD);
    assert_int_equal(pin[0] | pin[7], 0); /* wiped all the same */
    order.pin_size = CARD_PIN_DIGITS;
    unsigned taken = 0;
    enum err err = ERR_OK;
    /* Nobody fetches the answers: the worker stops at a full queue, and then orders pile up. */
    while (err == ERR_OK && taken < 1000) {
        memcpy(pin, "0000", CARD_PIN_DIGITS);
        order.card_no = card_no + 1;
        err = card_sign(bed.watch, &order, &order_no);
        taken += err == ERR_OK;
    }
    assert_int_equal(err, ERR_FULL);
    for (unsigned i = 0; i < taken; i++)
        assert_int_equal(card_bed_next(&bed, CARD_EVENT_SIGN_FAILED)->err, ERR_NO_CARD);
}

static void a_lost_cancel_only_makes_it_late(void **state)
{
    (void)state;
    uint32_t card_no = open_with_card();
    fake_lose_cancels(&bed.fake);
    card_bed_sign(&bed, card_no, "1234", CARD_KEEP_LAST_TRY);
    card_bed_next(&bed, CARD_EVENT_SIGNED);
}

static void the_card_pulled_while_signing_says_removed(void **state)
{
    (void)state;
    uint32_t card_no = open_with_card();
    fake_mute_after(&bed.fake, 6); /* the signature itself */
    card_bed_sign(&bed, card_no, "1234", CARD_KEEP_LAST_TRY);
    assert_int_equal(card_bed_next(&bed, CARD_EVENT_SIGN_FAILED)->err, ERR_CARD_REMOVED);
    card_bed_next(&bed, CARD_EVENT_OUT);
}

static void a_pin_is_not_sent_twice_when_the_contact_is_bad(void **state)
{
    (void)state;
    uint32_t card_no = open_with_card();
    fake_force(&bed.fake, FAKE_TRANSMIT, CARD_RC_NOT_TRANSACTED, 1);
    unsigned before = fake_calls(&bed.fake, FAKE_TRANSMIT);
    card_bed_sign(&bed, card_no, "1234", CARD_KEEP_LAST_TRY);
    assert_int_equal(card_bed_next(&bed, CARD_EVENT_SIGN_FAILED)->err, ERR_CARD);
    assert_int_equal(fake_calls(&bed.fake, FAKE_TRANSMIT), before + 1);
}

/* ---- The service ---- */

static void the_service_may_start_later(void **state)
{
    (void)state;
    fake_die(&bed.fake);
    fake_plug(&bed.fake, 0, "Reader A");
    card_bed_open(&bed);
    card_bed_next(&bed, CARD_EVENT_SERVICE_MISSING);
    fake_start(&bed.fake);
    card_bed_next(&bed, CARD_EVENT_READER_EMPTY);
    assert_true(card_bed_quiet(&bed));
}

static void the_service_may_die_and_come_back(void **state)
{
    (void)state;
    uint32_t first = open_with_card();
    fake_die(&bed.fake);
    assert_int_equal(card_bed_next(&bed, CARD_EVENT_OUT)->card_no, first);
    card_bed_next(&bed, CARD_EVENT_SERVICE_MISSING);
    card_bed_sign(&bed, first, "1234", CARD_SPEND_LAST_TRY);
    assert_int_equal(card_bed_next(&bed, CARD_EVENT_SIGN_FAILED)->err, ERR_NO_READER);
    fake_start(&bed.fake);
    assert_int_not_equal(card_bed_next(&bed, CARD_EVENT_IN)->card_no, first);
    assert_true(card_bed_quiet(&bed));
}

static void a_missing_service_is_told_once(void **state)
{
    (void)state;
    fake_die(&bed.fake);
    card_bed_open(&bed);
    card_bed_next(&bed, CARD_EVENT_SERVICE_MISSING);
    for (uint32_t i = 0; i < 3; i++) { /* each makes the worker look for the service again */
        card_bed_sign(&bed, i, "1234", CARD_SPEND_LAST_TRY);
        card_bed_next(&bed, CARD_EVENT_SIGN_FAILED);
    }
    assert_true(fake_calls(&bed.fake, FAKE_ESTABLISH) >= 3);
    assert_true(card_bed_quiet(&bed));
}

static void an_unknown_code_of_a_wait_gives_the_context_up(void **state)
{
    (void)state;
    uint32_t first = open_with_card();
    fake_force(&bed.fake, FAKE_WAIT, 0x8010FFFF, 1);
    card_bed_next(&bed, CARD_EVENT_OUT);
    card_bed_next(&bed, CARD_EVENT_SERVICE_MISSING);
    assert_int_not_equal(card_bed_next(&bed, CARD_EVENT_IN)->card_no, first);
}

static void a_reader_that_is_listed_and_not_known_does_not_spin(void **state)
{
    (void)state;
    open_with_card();
    unsigned before = fake_calls(&bed.fake, FAKE_LIST);
    fake_force(&bed.fake, FAKE_WAIT, CARD_RC_UNKNOWN_READER, 4);
    fake_pull(&bed.fake, 0);
    card_bed_next(&bed, CARD_EVENT_OUT);
    assert_true(fake_calls(&bed.fake, FAKE_LIST) - before <= 5);
}

/* ---- Stopping ---- */

static void closing_in_an_event_is_the_last_event(void **state)
{
    (void)state;
    fake_plug(&bed.fake, 0, "Reader A");
    fake_plug(&bed.fake, 1, "Reader B");
    bed.close_in_event = true;
    card_bed_open(&bed);
    card_bed_next(&bed, CARD_EVENT_READER_EMPTY);
    while (!bed.closed)
        uv_run(&bed.loop, UV_RUN_ONCE);
    assert_int_equal(bed.count, 1);
    bed.watch = NULL;
}

static void closing_at_once_is_fine(void **state)
{
    (void)state;
    card_bed_open(&bed);
    card_close(NULL);
}

/* More events than the queue holds, while the loop sleeps: the worker waits, nothing is lost. */
static void a_sleeping_loop_loses_no_event(void **state)
{
    (void)state;
    uint32_t card_no = open_with_card();
    for (int round = 0; round < 3 * CARD_EVENTS_MAX; round++) {
        char pin[] = "0000";
        uint32_t order_no;
        struct card_order order = {.card_no = card_no + 1, .pin = pin, .pin_size = 4};
        while (card_sign(bed.watch, &order, &order_no) == ERR_FULL)
            if (card_bed_next(&bed, CARD_EVENT_SIGN_FAILED)->err != ERR_NO_CARD)
                fail();
    }
    while (bed.taken < 1 + 3 * CARD_EVENTS_MAX) {
        const struct card_event *failed = card_bed_next(&bed, CARD_EVENT_SIGN_FAILED);
        assert_int_equal(failed->order_no, bed.taken - 1); /* the first event was IN */
    }
}

#define T(name) cmocka_unit_test_setup_teardown(name, fresh, done)

int main(void)
{
    const struct CMUnitTest tests[] = {
        T(the_card_signs_and_is_reset),
        T(a_wrong_pin_resets_too_and_keeps_the_last_try),
        T(an_order_for_a_card_that_left_is_refused),
        T(a_pin_never_goes_to_another_card),
        T(phones_get_no_pin),
        T(orders_have_bounds),
        T(a_lost_cancel_only_makes_it_late),
        T(the_card_pulled_while_signing_says_removed),
        T(a_pin_is_not_sent_twice_when_the_contact_is_bad),
        T(the_service_may_start_later),
        T(the_service_may_die_and_come_back),
        T(a_missing_service_is_told_once),
        T(an_unknown_code_of_a_wait_gives_the_context_up),
        T(a_reader_that_is_listed_and_not_known_does_not_spin),
        T(closing_in_an_event_is_the_last_event),
        T(closing_at_once_is_fine),
        T(a_sleeping_loop_loses_no_event),
    };
    if (!bench_init(&bench))
        return 1;
    int failed = cmocka_run_group_tests(tests, NULL, NULL);
    bench_fini(&bench);
    return failed;
}
