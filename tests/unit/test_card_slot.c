/* test_card_slot.c — Job: what the loop is told when readers and cards come and go. */
#include "ambulance_client/card.h"

#include <setjmp.h>
#include <stdarg.h>
#include <cmocka.h>
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

static void a_card_is_read_when_it_is_put_in_and_told_when_it_leaves(void **state)
{
    (void)state;
    fake_plug(&bed.fake, 0, "Reader A");
    card_bed_open(&bed);
    assert_string_equal(card_bed_next(&bed, CARD_EVENT_READER_EMPTY)->reader, "Reader A");
    fake_insert(&bed.fake, 0, &card);
    const struct card_event *in = card_bed_next(&bed, CARD_EVENT_IN);
    assert_int_equal(in->card, CARD_JPKI);
    assert_int_equal(in->certificate_size, bench.cert.size);
    assert_memory_equal(in->certificate, bench.cert.bytes, bench.cert.size);
    assert_int_equal(in->tries, 3);
    assert_int_equal(in->apdus, card.counts.apdus);
    assert_true(in->elapsed_us > 0);
    fake_pull(&bed.fake, 0);
    assert_int_equal(card_bed_next(&bed, CARD_EVENT_OUT)->card_no, in->card_no);
    assert_true(card_bed_quiet(&bed));
}

static void a_card_that_is_in_already_is_read_at_the_start(void **state)
{
    (void)state;
    fake_plug(&bed.fake, 0, "Reader A");
    fake_insert(&bed.fake, 0, &card);
    card_bed_open(&bed);
    card_bed_next(&bed, CARD_EVENT_IN);
}

/* Between two looks: only the counter tells. */
static void a_quick_swap_is_seen_as_another_card(void **state)
{
    (void)state;
    fake_plug(&bed.fake, 0, "Reader A");
    fake_insert(&bed.fake, 0, &card);
    card_bed_open(&bed);
    uint32_t first = card_bed_next(&bed, CARD_EVENT_IN)->card_no;
    fake_swap(&bed.fake, 0, &other);
    assert_int_equal(card_bed_next(&bed, CARD_EVENT_OUT)->card_no, first);
    assert_int_not_equal(card_bed_next(&bed, CARD_EVENT_IN)->card_no, first);
}

static void readers_may_come_and_go(void **state)
{
    (void)state;
    card_bed_open(&bed);
    card_bed_next(&bed, CARD_EVENT_NO_READER);
    fake_plug(&bed.fake, 1, "Reader B");
    card_bed_next(&bed, CARD_EVENT_READER_EMPTY);
    fake_insert(&bed.fake, 1, &card);
    card_bed_next(&bed, CARD_EVENT_IN);
    fake_plug(&bed.fake, 0, "Reader A"); /* the one that is known keeps its card */
    assert_string_equal(card_bed_next(&bed, CARD_EVENT_READER_EMPTY)->reader, "Reader A");
    fake_unplug(&bed.fake, 1);
    assert_string_equal(card_bed_next(&bed, CARD_EVENT_OUT)->reader, "Reader B");
    fake_unplug(&bed.fake, 0);
    card_bed_next(&bed, CARD_EVENT_NO_READER);
    assert_true(card_bed_quiet(&bed));
}

static void plug_before_the_wait(struct card_fake *f)
{
    f->readers[0] = (struct fake_reader){.plugged = true, .name = "Reader A"};
    f->plugs++;
    f->on_wait = NULL;
}

/* PC/SC announces a change of the readers only while it is waited for. */
static void a_reader_that_comes_between_list_and_wait_is_seen(void **state)
{
    (void)state;
    fake_plug(&bed.fake, 1, "Reader B");
    fake_on_wait(&bed.fake, plug_before_the_wait);
    card_bed_open(&bed);
    assert_string_equal(card_bed_next(&bed, CARD_EVENT_READER_EMPTY)->reader, "Reader B");
    assert_string_equal(card_bed_next(&bed, CARD_EVENT_READER_EMPTY)->reader, "Reader A");
}

static void two_readers_are_two(void **state)
{
    (void)state;
    fake_plug(&bed.fake, 0, "Reader A");
    fake_plug(&bed.fake, 1, "Reader B");
    card_bed_open(&bed);
    card_bed_next(&bed, CARD_EVENT_READER_EMPTY);
    card_bed_next(&bed, CARD_EVENT_READER_EMPTY);
    fake_insert(&bed.fake, 1, &card);
    assert_string_equal(card_bed_next(&bed, CARD_EVENT_IN)->reader, "Reader B");
    fake_insert(&bed.fake, 0, &other);
    assert_string_equal(card_bed_next(&bed, CARD_EVENT_IN)->reader, "Reader A");
    fake_pull(&bed.fake, 1);
    assert_string_equal(card_bed_next(&bed, CARD_EVENT_OUT)->reader, "Reader B");
}

static void a_foreign_card_is_told_by_its_kind(void **state)
{
    (void)state;
    jpki_applet_set_kind(&card, CARD_OTHER);
    fake_plug(&bed.fake, 0, "Reader A");
    fake_insert(&bed.fake, 0, &card);
    card_bed_open(&bed);
    const struct card_event *in = card_bed_next(&bed, CARD_EVENT_IN);
    assert_int_equal(in->card, CARD_OTHER);
    assert_int_equal(in->certificate_size, 0);
}

static void a_mute_card_is_a_read_error(void **state)
{
    (void)state;
    fake_plug(&bed.fake, 0, "Reader A");
    fake_flags(&bed.fake, 0, CARD_STATE_MUTE);
    fake_insert(&bed.fake, 0, &card);
    card_bed_open(&bed);
    assert_int_equal(card_bed_next(&bed, CARD_EVENT_READ_FAILED)->err, ERR_CARD);
    assert_int_equal(fake_calls(&bed.fake, FAKE_CONNECT), 0);
    fake_pull(&bed.fake, 0);
    card_bed_next(&bed, CARD_EVENT_OUT);
}

static void a_card_held_by_another_program_is_read_when_it_is_free(void **state)
{
    (void)state;
    fake_plug(&bed.fake, 0, "Reader A");
    fake_flags(&bed.fake, 0, CARD_STATE_EXCLUSIVE);
    fake_insert(&bed.fake, 0, &card);
    card_bed_open(&bed);
    assert_int_equal(card_bed_next(&bed, CARD_EVENT_READ_FAILED)->err, ERR_BUSY);
    fake_flags(&bed.fake, 0, 0);
    card_bed_next(&bed, CARD_EVENT_IN);
    fake_pull(&bed.fake, 0);
    card_bed_next(&bed, CARD_EVENT_OUT);
    assert_true(card_bed_quiet(&bed));
}

/* The same without the flag: connecting is refused, and nothing tells when that ends. */
static void a_refused_connection_is_tried_again(void **state)
{
    (void)state;
    fake_plug(&bed.fake, 0, "Reader A");
    fake_insert(&bed.fake, 0, &card);
    fake_force(&bed.fake, FAKE_CONNECT, CARD_RC_SHARING, 2);
    card_bed_open(&bed);
    assert_int_equal(card_bed_next(&bed, CARD_EVENT_READ_FAILED)->err, ERR_BUSY);
    card_bed_next(&bed, CARD_EVENT_IN);
}

static void a_reader_in_trouble_is_told_anew_when_it_recovers(void **state)
{
    (void)state;
    fake_plug(&bed.fake, 0, "Reader A");
    fake_insert(&bed.fake, 0, &card);
    card_bed_open(&bed);
    card_bed_next(&bed, CARD_EVENT_IN);
    fake_flags(&bed.fake, 0, CARD_STATE_UNAVAILABLE);
    card_bed_next(&bed, CARD_EVENT_OUT);
    fake_flags(&bed.fake, 0, 0);
    card_bed_next(&bed, CARD_EVENT_IN);
}

static void one_pulled_in_the_middle_says_removed(void **state)
{
    (void)state;
    for (unsigned at = 1; at <= 12; at++) {
        if (at == 1) {
            fake_plug(&bed.fake, 0, "Reader A");
            card_bed_open(&bed);
            card_bed_next(&bed, CARD_EVENT_READER_EMPTY);
        }
        fake_mute_after(&bed.fake, at);
        fake_insert(&bed.fake, 0, &card);
        assert_int_equal(card_bed_next(&bed, CARD_EVENT_READ_FAILED)->err, ERR_CARD_REMOVED);
        card_bed_next(&bed, CARD_EVENT_OUT);
    }
}

static void bad_contact_is_tried_again_and_then_told(void **state)
{
    (void)state;
    fake_plug(&bed.fake, 0, "Reader A");
    fake_insert(&bed.fake, 0, &card);
    fake_force(&bed.fake, FAKE_TRANSMIT, CARD_RC_NOT_TRANSACTED, 2);
    card_bed_open(&bed);
    card_bed_next(&bed, CARD_EVENT_IN);
    fake_force(&bed.fake, FAKE_TRANSMIT, CARD_RC_NOT_TRANSACTED, 3);
    fake_swap(&bed.fake, 0, &other);
    card_bed_next(&bed, CARD_EVENT_OUT);
    const struct card_event *failed = card_bed_next(&bed, CARD_EVENT_READ_FAILED);
    assert_int_equal(failed->err, ERR_CARD);
    assert_int_equal(failed->code, CARD_RC_NOT_TRANSACTED);
}

static void a_reset_by_another_program_is_survived(void **state)
{
    (void)state;
    fake_plug(&bed.fake, 0, "Reader A");
    fake_insert(&bed.fake, 0, &card);
    fake_force(&bed.fake, FAKE_BEGIN, CARD_RC_RESET, 2);
    card_bed_open(&bed);
    card_bed_next(&bed, CARD_EVENT_IN);
}

static void codes_that_nobody_knows_are_errors(void **state)
{
    (void)state;
    static const enum fake_call calls[] = {FAKE_CONNECT, FAKE_BEGIN, FAKE_TRANSMIT};
    static const uint32_t codes[] = {1, 0x7FFFFFFF, 0x80100099, UINT32_MAX};
    fake_plug(&bed.fake, 0, "Reader A");
    card_bed_open(&bed);
    card_bed_next(&bed, CARD_EVENT_READER_EMPTY);
    for (size_t i = 0; i < sizeof calls / sizeof calls[0]; i++) {
        for (size_t k = 0; k < sizeof codes / sizeof codes[0]; k++) {
            fake_force(&bed.fake, calls[i], codes[k], 3);
            fake_insert(&bed.fake, 0, &card);
            const struct card_event *failed = card_bed_next(&bed, CARD_EVENT_READ_FAILED);
            assert_int_equal(failed->err, ERR_CARD);
            assert_int_equal(failed->code, codes[k]);
            fake_pull(&bed.fake, 0);
            card_bed_next(&bed, CARD_EVENT_OUT);
        }
    }
}

#define T(name) cmocka_unit_test_setup_teardown(name, fresh, done)

int main(void)
{
    const struct CMUnitTest tests[] = {
        T(a_card_is_read_when_it_is_put_in_and_told_when_it_leaves),
        T(a_card_that_is_in_already_is_read_at_the_start),
        T(a_quick_swap_is_seen_as_another_card),
        T(readers_may_come_and_go),
        T(a_reader_that_comes_between_list_and_wait_is_seen),
        T(two_readers_are_two),
        T(a_foreign_card_is_told_by_its_kind),
        T(a_mute_card_is_a_read_error),
        T(a_card_held_by_another_program_is_read_when_it_is_free),
        T(a_refused_connection_is_tried_again),
        T(a_reader_in_trouble_is_told_anew_when_it_recovers),
        T(one_pulled_in_the_middle_says_removed),
        T(bad_contact_is_tried_again_and_then_told),
        T(a_reset_by_another_program_is_survived),
        T(codes_that_nobody_knows_are_errors),
    };
    if (!bench_init(&bench))
        return 1;
    int failed = cmocka_run_group_tests(tests, NULL, NULL);
    bench_fini(&bench);
    return failed;
}
