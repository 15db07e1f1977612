/* test_jpki_applet.c — Job: the simulated card answers as a real one is described to. */
#include "tests/lib/jpki_applet.h"

#include <setjmp.h>
#include <stdarg.h>
#include <cmocka.h>
#include "common/jpki_cert.h"
#include "tests/lib/card_bench.h"

static struct card_bench bench;
static struct jpki_applet card;
static uint8_t out[JPKI_APPLET_RESPONSE_MAX];

static const uint8_t select_ap[] = {0x00, 0xA4, 0x04, 0x0C, 10,   0xD3, 0x92, 0xF0,
                                    0x00, 0x26, 0x01, 0x00, 0x00, 0x00, 0x01};
static const uint8_t sign_head[] = {0x80, 0x2A, 0x00, 0x80, 51,   0x30, 0x31, 0x30,
                                    0x0D, 0x06, 0x09, 0x60, 0x86, 0x48, 0x01, 0x65,
                                    0x03, 0x04, 0x02, 0x01, 0x05, 0x00, 0x04, 0x20};

static size_t last_size;

/* The status of one command; the data is in OUT, its size in LAST_SIZE. */
static unsigned send(const uint8_t *command, size_t size)
{
    last_size = jpki_applet_transmit(&card, command, size, out) - 2;
    return (unsigned)out[last_size] << 8 | out[last_size + 1];
}
#define SEND(...) send((const uint8_t[]){__VA_ARGS__}, sizeof((const uint8_t[]){__VA_ARGS__}))

static unsigned select_ef(uint8_t ef)
{
    return SEND(0x00, 0xA4, 0x02, 0x0C, 2, 0x00, ef);
}

static int fresh(void **state)
{
    (void)state;
    return jpki_applet_init(&card, &bench.files) == ERR_OK ? 0 : -1;
}

static int done(void **state)
{
    (void)state;
    jpki_applet_fini(&card);
    return 0;
}

static void nothing_works_before_the_application_is_selected(void **state)
{
    (void)state;
    assert_int_equal(select_ef(0x0A), 0x6A82);
    assert_int_equal(SEND(0x00, 0xB0, 0x00, 0x00, 0x04), 0x6986);
    assert_int_equal(SEND(0x00, 0xA4, 0x04, 0x0C, 5, 0xA0, 0, 0, 0, 1), 0x6A82);
    assert_int_equal(send(select_ap, sizeof select_ap), 0x9000);
    assert_int_equal(select_ef(0x0A), 0x9000);
}

static void the_user_certificate_is_free_and_has_padding_behind_it(void **state)
{
    (void)state;
    send(select_ap, sizeof select_ap);
    select_ef(0x0A);
    assert_int_equal(SEND(0x00, 0xB0, 0x00, 0x00, 0x00), 0x9000);
    assert_int_equal(last_size, 256);
    assert_memory_equal(out, bench.cert.bytes, 256);
    size_t end = bench.cert.size;
    assert_int_equal(SEND(0x00, 0xB0, (uint8_t)(end >> 8), (uint8_t)end, 0x10), 0x9000);
    static const uint8_t zeros[16];
    assert_memory_equal(out, zeros, sizeof zeros);
    assert_int_equal(SEND(0x00, 0xB0, 0x7F, 0xFF, 0x10), 0x6B00);
}

static void the_end_of_a_file_may_be_a_warning(void **state)
{
    (void)state;
    card.quirks.eof_warning = true;
    send(select_ap, sizeof select_ap);
    select_ef(0x08);
    assert_int_equal(SEND(0x00, 0xB0, 0x00, 0x00, 0x10), 0x6282);
    assert_int_equal(last_size, 3);
}

static void the_signature_certificate_wants_its_pin(void **state)
{
    (void)state;
    send(select_ap, sizeof select_ap);
    select_ef(0x01);
    assert_int_equal(SEND(0x00, 0xB0, 0x00, 0x00, 0x04), 0x6982);
    select_ef(0x1B);
    assert_int_equal(SEND(0x00, 0x20, 0x00, 0x80, 6, 'A', 'B', 'C', '1', '2', '3'), 0x9000);
    select_ef(0x01);
    assert_int_equal(SEND(0x00, 0xB0, 0x00, 0x00, 0x04), 0x9000);
}

static void asking_the_tries_costs_none(void **state)
{
    (void)state;
    send(select_ap, sizeof select_ap);
    select_ef(0x18);
    for (int i = 0; i < 10; i++)
        assert_int_equal(SEND(0x00, 0x20, 0x00, 0x80), 0x63C3);
    assert_int_equal(SEND(0x00, 0x20, 0x00, 0x80, 4, '1', '2', '3', '4'), 0x9000);
    assert_int_equal(SEND(0x00, 0x20, 0x00, 0x80), 0x63C3);
}

static void three_wrong_pins_block_for_good(void **state)
{
    (void)state;
    send(select_ap, sizeof select_ap);
    select_ef(0x18);
    assert_int_equal(SEND(0x00, 0x20, 0x00, 0x80, 4, '0', '0', '0', '0'), 0x63C2);
    assert_int_equal(SEND(0x00, 0x20, 0x00, 0x80, 3, '1', '2', '3'), 0x63C1);
    assert_int_equal(SEND(0x00, 0x20, 0x00, 0x80, 4, '0', '0', '0', '0'), 0x63C0);
    assert_int_equal(SEND(0x00, 0x20, 0x00, 0x80, 4, '1', '2', '3', '4'), 0x6984);
    card.quirks.sw_blocked = 0x6983;
    assert_int_equal(SEND(0x00, 0x20, 0x00, 0x80, 4, '1', '2', '3', '4'), 0x6983);
    select_ef(0x0A);
    assert_int_equal(SEND(0x00, 0xB0, 0x00, 0x00, 0x04), 0x9000);
}

static unsigned sign(const char *challenge, bool with_le)
{
    uint8_t command[sizeof sign_head + 33];
    struct hash hash = sha256(challenge, strlen(challenge));
    memcpy(command, sign_head, sizeof sign_head);
    memcpy(command + sizeof sign_head, hash.bytes, sizeof hash.bytes);
    command[sizeof command - 1] = 0x00;
    return send(command, sizeof command - (with_le ? 0 : 1));
}

static void assert_signed(const char *challenge, const uint8_t *bytes, size_t size)
{
    assert_int_equal(jpki_cert_check_signature(buf_slice(&bench.cert), slice_of(challenge),
                                               (struct slice){(const char *)bytes, size}),
                     ERR_OK);
}

static void it_signs_only_after_the_pin_and_until_the_reset(void **state)
{
    (void)state;
    send(select_ap, sizeof select_ap);
    select_ef(0x17);
    assert_int_equal(sign("one", true), 0x6982);
    select_ef(0x18);
    SEND(0x00, 0x20, 0x00, 0x80, 4, '1', '2', '3', '4');
    select_ef(0x17);
    assert_int_equal(sign("one", true), 0x9000);
    assert_int_equal(last_size, 256);
    assert_signed("one", out, last_size);
    assert_int_equal(sign("two", true), 0x9000);
    assert_int_equal(send(select_ap, sizeof select_ap), 0x9000); /* logs out */
    select_ef(0x17);
    assert_int_equal(sign("one", true), 0x6982);
    jpki_applet_reset(&card);
    assert_int_equal(select_ef(0x17), 0x6A82);
}

static void with_t0_the_signature_is_fetched(void **state)
{
    (void)state;
    uint8_t whole[256];
    send(select_ap, sizeof select_ap);
    select_ef(0x18);
    SEND(0x00, 0x20, 0x00, 0x80, 4, '1', '2', '3', '4');
    select_ef(0x17);
    assert_int_equal(sign("t0", false), 0x6700);
    card.quirks.t0 = true;
    assert_int_equal(sign("t0", true), 0x6700);
    assert_int_equal(sign("t0", false), 0x6100);
    assert_int_equal(SEND(0x00, 0xC0, 0x00, 0x00, 0x80), 0x6180);
    memcpy(whole, out, 128);
    assert_int_equal(SEND(0x00, 0xC0, 0x00, 0x00, 0x80), 0x9000);
    memcpy(whole + 128, out, 128);
    assert_signed("t0", whole, sizeof whole);
    assert_int_equal(SEND(0x00, 0xC0, 0x00, 0x00, 0x80), 0x6985);
}

static void phones_say_so_and_android_hides_the_certificate(void **state)
{
    (void)state;
    jpki_applet_set_kind(&card, CARD_ANDROID);
    send(select_ap, sizeof select_ap);
    select_ef(0x06);
    assert_int_equal(SEND(0x00, 0xB0, 0x00, 0x00, 0x20), 0x9000);
    assert_memory_equal(out, "JPKIAPGPSETOKEN                 ", 32);
    select_ef(0x0A);
    assert_int_equal(SEND(0x00, 0xB0, 0x00, 0x00, 0x04), 0x6982);
    jpki_applet_set_kind(&card, CARD_OTHER);
    assert_int_equal(send(select_ap, sizeof select_ap), 0x6A82);
}

static void malformed_commands_are_answered_and_harmless(void **state)
{
    (void)state;
    assert_int_equal(send(select_ap, 0), 0x6700);
    assert_int_equal(send(select_ap, 3), 0x6700);
    assert_int_equal(send(select_ap, sizeof select_ap - 1), 0x6700);
    assert_int_equal(SEND(0x00, 0xB0, 0x00, 0x00, 0x00, 0x01), 0x6700); /* cut extended */
    assert_int_equal(SEND(0x00, 0xB0, 0x00, 0x00, 0x00, 0x00, 0x00), 0x6700);
    assert_int_equal(SEND(0x00, 0xB2, 0x00, 0x00, 0x00), 0x6D00);
    assert_int_equal(SEND(0x90, 0xB0, 0x00, 0x00, 0x00), 0x6E00);
}

static void a_bad_key_makes_no_card(void **state)
{
    (void)state;
    struct jpki_applet none;
    struct jpki_card_files files = bench.files;
    files.sign_key = slice_of("no key");
    assert_int_equal(jpki_applet_init(&none, &files), ERR_CRYPTO);
    jpki_applet_fini(&none);
    jpki_applet_fini(NULL);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test_setup_teardown(nothing_works_before_the_application_is_selected, fresh,
                                        done),
        cmocka_unit_test_setup_teardown(the_user_certificate_is_free_and_has_padding_behind_it,
                                        fresh, done),
        cmocka_unit_test_setup_teardown(the_end_of_a_file_may_be_a_warning, fresh, done),
        cmocka_unit_test_setup_teardown(the_signature_certificate_wants_its_pin, fresh, done),
        cmocka_unit_test_setup_teardown(asking_the_tries_costs_none, fresh, done),
        cmocka_unit_test_setup_teardown(three_wrong_pins_block_for_good, fresh, done),
        cmocka_unit_test_setup_teardown(it_signs_only_after_the_pin_and_until_the_reset, fresh,
                                        done),
        cmocka_unit_test_setup_teardown(with_t0_the_signature_is_fetched, fresh, done),
        cmocka_unit_test_setup_teardown(phones_say_so_and_android_hides_the_certificate, fresh,
                                        done),
        cmocka_unit_test_setup_teardown(malformed_commands_are_answered_and_harmless, fresh, done),
        cmocka_unit_test(a_bad_key_makes_no_card),
    };
    if (!bench_init(&bench))
        return 1;
    int failed = cmocka_run_group_tests(tests, NULL, NULL);
    bench_fini(&bench);
    return failed;
}
