/* test_card_jpki.c — Job: reading and signing against a simulated card, and against liars. */
#include "ambulance_client/card_jpki.h"

#include <setjmp.h>
#include <stdarg.h>
#include <cmocka.h>
#include "common/jpki_cert.h"
#include "tests/lib/card_bench.h"

enum { NEVER = -1, ROOM_MIN = 258 };

/* The line to the card, with somebody on it who can change what comes back. */
struct tamper {
    int at;               /* the APDU to change, counted from 0 */
    bool all_from;        /* and every later one */
    enum err err;         /* the line itself fails */
    const uint8_t *bytes; /* the answer instead, SIZE bytes */
    size_t size;
    size_t give_max; /* cut READ BINARY answers to so many bytes; 0: leave them */
};

static struct card_bench bench;
static struct jpki_applet card;
static struct tamper tamper;
static int apdu_count;
static int verify_count;
static struct card_reading reading;
static struct card_signature signature;

static size_t cut(uint8_t *answer, size_t size, size_t give_max)
{
    if (give_max == 0 || size - 2 <= give_max)
        return size;
    memmove(answer + give_max, answer + size - 2, 2);
    return give_max + 2;
}

static enum err transmit(void *self, struct slice command, uint8_t *out, size_t room, size_t *size)
{
    (void)self;
    uint8_t answer[JPKI_APPLET_RESPONSE_MAX];
    int number = apdu_count++;
    assert_true(room >= ROOM_MIN);
    assert_true(command.size >= 4 && command.size <= 57);
    if (command.bytes[1] == 0x20 && command.size > 4)
        verify_count++;
    *size = jpki_applet_transmit(&card, (const uint8_t *)command.bytes, command.size, answer);
    if ((uint8_t)command.bytes[1] == 0xB0)
        *size = cut(answer, *size, tamper.give_max);
    if (number == tamper.at || (tamper.all_from && tamper.at >= 0 && number > tamper.at)) {
        if (tamper.err != ERR_OK)
            return tamper.err;
        *size = tamper.size;
        memcpy(answer, tamper.bytes, tamper.size);
    }
    memcpy(out, answer, *size < room ? *size : room);
    return ERR_OK;
}

static struct card_line line;

static int fresh(void **state)
{
    (void)state;
    tamper = (struct tamper){.at = NEVER};
    line = (struct card_line){.transmit = transmit, .le_with_data = true};
    apdu_count = 0;
    verify_count = 0;
    return jpki_applet_init(&card, &bench.files) == ERR_OK ? 0 : -1;
}

static int done(void **state)
{
    (void)state;
    jpki_applet_fini(&card);
    return 0;
}

static enum err read_card(void)
{
    apdu_count = 0;
    jpki_applet_reset(&card);
    return card_jpki_read(&line, &reading);
}

static enum err sign(const char *pin, enum card_last_try last_try)
{
    struct hash hash = sha256("challenge", 9);
    apdu_count = 0;
    jpki_applet_reset(&card);
    return card_jpki_sign(&line, slice_of(pin), &hash, last_try, &signature);
}

static void the_certificate_is_byte_for_byte_the_card_s(void **state)
{
    (void)state;
    assert_int_equal(read_card(), ERR_OK);
    assert_int_equal(reading.kind, CARD_JPKI);
    assert_int_equal(reading.certificate_size, bench.cert.size);
    assert_memory_equal(reading.certificate, bench.cert.bytes, bench.cert.size);
    assert_int_equal(reading.tries, 3);
    assert_int_equal(line.apdus, apdu_count);
    assert_int_equal(card.auth.left, 3);
    assert_int_equal(verify_count, 0);
}

static void cards_that_give_little_at_a_time_are_read_too(void **state)
{
    (void)state;
    tamper.give_max = 100;
    assert_int_equal(read_card(), ERR_OK);
    assert_memory_equal(reading.certificate, bench.cert.bytes, bench.cert.size);
    tamper.give_max = 1; /* but not for ever */
    assert_int_equal(read_card(), ERR_CARD);
    assert_true(apdu_count < 2 * CARD_READS_MAX + 10);
    tamper.give_max = 0;
    card.quirks.eof_warning = true;
    assert_int_equal(read_card(), ERR_OK);
}

static void each_kind_is_told_apart(void **state)
{
    (void)state;
    static const struct {
        enum card_kind kind;
        bool certificate;
    } rows[] = {{CARD_JPKI, true},
                {CARD_JUKI_OLD, false},
                {CARD_ANDROID, false},
                {CARD_IPHONE, true},
                {CARD_OTHER, false}};
    for (size_t i = 0; i < sizeof rows / sizeof rows[0]; i++) {
        jpki_applet_set_kind(&card, rows[i].kind);
        assert_int_equal(read_card(), ERR_OK);
        assert_int_equal(reading.kind, rows[i].kind);
        assert_int_equal(reading.certificate_size > 0, rows[i].certificate);
    }
}

static void an_unknown_token_is_no_my_number_card(void **state)
{
    (void)state;
    memcpy(card.ef[0x06].bytes, "JPKIAPICCTOKEN3", 15);
    assert_int_equal(read_card(), ERR_OK);
    assert_int_equal(reading.kind, CARD_OTHER);
    assert_int_equal(reading.certificate_size, 0);
    memset(card.ef[0x06].bytes, 0xFF, 32);
    assert_int_equal(read_card(), ERR_OK);
    assert_int_equal(reading.kind, CARD_OTHER);
    card.ef[0x06].size = 10; /* a token file that is too short */
    assert_int_equal(read_card(), ERR_OK);
    assert_int_equal(reading.kind, CARD_OTHER);
}

/* The order of the commands: 0 application, 1-2 token, 3 EF 000A, 4 its head, 5.. the rest. */
enum { AT_APPLICATION, AT_TOKEN_EF, AT_TOKEN, AT_CERT_EF, AT_CERT_HEAD, AT_CERT_REST };

static void answer_at(int at, const void *bytes, size_t size)
{
    tamper.at = at;
    tamper.bytes = bytes;
    tamper.size = size;
}

static void the_first_answer_decides_whose_card_it_is(void **state)
{
    (void)state;
    static const uint8_t not_ours[][2] = {{0x6A, 0x82}, {0x6A, 0x81}, {0x6D, 0x00},
                                          {0x6E, 0x00}, {0x69, 0x99}, {0x67, 0x00}};
    static const uint8_t trouble[][2] = {{0x6F, 0x00}, {0x64, 0x00}, {0x69, 0x85}, {0x00, 0x00}};
    for (size_t i = 0; i < sizeof not_ours / 2; i++) {
        answer_at(AT_APPLICATION, not_ours[i], 2);
        assert_int_equal(read_card(), ERR_OK);
        assert_int_equal(reading.kind, CARD_OTHER);
    }
    for (size_t i = 0; i < sizeof trouble / 2; i++) {
        answer_at(AT_APPLICATION, trouble[i], 2);
        assert_int_equal(read_card(), ERR_CARD);
    }
}

static void answers_of_any_size_are_survived(void **state)
{
    (void)state;
    static uint8_t bytes[JPKI_APPLET_RESPONSE_MAX];
    static const size_t sizes[] = {0, 1, 2, 3, 5, 257, 258};
    for (size_t fill = 0; fill < 3; fill++) {
        memset(bytes, fill == 0 ? 0x00 : fill == 1 ? 0x90 : 0x61, sizeof bytes);
        for (int at = 0; at < 12; at++) {
            for (size_t i = 0; i < sizeof sizes / sizeof sizes[0]; i++) {
                answer_at(at, bytes, sizes[i]);
                tamper.all_from = fill == 2; /* 6161 for ever: the fetching must end */
                enum err err = read_card();
                assert_true(sizes[i] != 0 || err == ERR_CARD_REMOVED);
                assert_true(sizes[i] != 1 || err == ERR_CARD);
                assert_true(apdu_count < 200);
            }
        }
    }
}

static void the_length_in_the_file_is_not_believed(void **state)
{
    (void)state;
    static const uint8_t heads[][6] = {
        {0x30, 0x82, 0xFF, 0xFF, 0x90, 0x00}, /* longer than a certificate may be */
        {0x30, 0x82, 0x10, 0x01, 0x90, 0x00}, /* by one */
        {0x30, 0x81, 0x04, 0x00, 0x90, 0x00}, /* another form of length */
        {0x30, 0x84, 0x00, 0x00, 0x90, 0x00},
        {0x31, 0x82, 0x04, 0x00, 0x90, 0x00}, /* not a sequence */
        {0x00, 0x00, 0x00, 0x00, 0x90, 0x00}, /* an empty file */
        {0xFF, 0xFF, 0xFF, 0xFF, 0x90, 0x00},
    };
    for (size_t i = 0; i < sizeof heads / sizeof heads[0]; i++) {
        answer_at(AT_CERT_HEAD, heads[i], sizeof heads[i]);
        assert_int_equal(read_card(), ERR_CARD);
        assert_int_equal(reading.certificate_size, 0);
    }
}

static void too_much_and_too_little_are_errors(void **state)
{
    (void)state;
    static const uint8_t beyond[] = {0x30, 0x82, 0x0F, 0xFC, 0x90, 0x00}; /* the file is shorter */
    static const uint8_t five[] = {0x30, 0x82, 0x04, 0x00, 0x00, 0x90, 0x00}; /* four were asked */
    static const uint8_t nothing[] = {0x90, 0x00};
    answer_at(AT_CERT_HEAD, beyond, sizeof beyond);
    assert_int_equal(read_card(), ERR_CARD);
    assert_int_equal(reading.certificate_size, 0);
    answer_at(AT_CERT_HEAD, five, sizeof five);
    assert_int_equal(read_card(), ERR_CARD);
    answer_at(AT_CERT_REST, nothing, sizeof nothing);
    assert_int_equal(read_card(), ERR_CARD);
}

static void another_le_is_followed_once(void **state)
{
    (void)state;
    static const uint8_t wrong_le[] = {0x6C, 0x04};
    answer_at(AT_CERT_HEAD, wrong_le, sizeof wrong_le); /* asked again: the real head comes */
    assert_int_equal(read_card(), ERR_OK);
    assert_memory_equal(reading.certificate, bench.cert.bytes, bench.cert.size);
    tamper.all_from = true;
    assert_int_equal(read_card(), ERR_CARD);
    assert_int_equal(apdu_count, AT_CERT_HEAD + 2);
    answer_at(AT_APPLICATION, wrong_le, sizeof wrong_le); /* SELECT has no Le to change */
    tamper.all_from = false;
    assert_int_equal(read_card(), ERR_CARD);
    assert_int_equal(apdu_count, 1);
}

static void errors_of_the_line_come_back_as_they_are(void **state)
{
    (void)state;
    for (int at = 0; at < 12; at++) {
        tamper = (struct tamper){.at = at, .err = ERR_CARD_REMOVED};
        assert_int_equal(read_card(), ERR_CARD_REMOVED);
        tamper.err = ERR_NO_READER;
        assert_int_equal(read_card(), ERR_NO_READER);
    }
}

static void odd_answers_about_tries_do_not_spoil_the_reading(void **state)
{
    (void)state;
    static const uint8_t odd[] = {0x6A, 0x86};
    assert_int_equal(read_card(), ERR_OK);
    answer_at(apdu_count - 1, odd, sizeof odd);
    assert_int_equal(read_card(), ERR_OK);
    assert_int_equal(reading.certificate_size, bench.cert.size);
    assert_int_equal(reading.tries, CARD_TRIES_UNKNOWN);
}

static void the_right_pin_gives_a_signature_of_the_certificate_s_key(void **state)
{
    (void)state;
    assert_int_equal(sign("1234", CARD_KEEP_LAST_TRY), ERR_OK);
    assert_int_equal(signature.size, 256);
    struct slice bytes = {(const char *)signature.bytes, signature.size};
    assert_int_equal(
        jpki_cert_check_signature(buf_slice(&bench.cert), slice_of("challenge"), bytes), ERR_OK);
}

static void a_t0_card_signs_too(void **state)
{
    (void)state;
    card.quirks.t0 = true;
    line.le_with_data = false;
    the_right_pin_gives_a_signature_of_the_certificate_s_key(state);
}

static void a_wrong_pin_tells_the_tries_left_and_the_last_is_kept(void **state)
{
    (void)state;
    assert_int_equal(sign("0000", CARD_KEEP_LAST_TRY), ERR_CARD_PIN);
    assert_int_equal(signature.tries, 2);
    assert_int_equal(sign("0000", CARD_KEEP_LAST_TRY), ERR_CARD_PIN);
    assert_int_equal(signature.tries, 1);
    assert_int_equal(sign("1234", CARD_KEEP_LAST_TRY), ERR_NOT_ALLOWED);
    assert_int_equal(card.auth.left, 1);
    assert_int_equal(verify_count, 2);
    assert_int_equal(sign("0000", CARD_SPEND_LAST_TRY), ERR_CARD_BLOCKED);
    assert_int_equal(signature.tries, 0);
    assert_int_equal(sign("1234", CARD_SPEND_LAST_TRY), ERR_CARD_BLOCKED);
    assert_int_equal(verify_count, 3); /* a blocked card is not asked to verify */
}

static void all_three_ways_to_say_blocked_are_understood(void **state)
{
    (void)state;
    static const uint8_t ways[][2] = {{0x63, 0xC0}, {0x69, 0x83}, {0x69, 0x84}};
    enum { AT_TRIES = 2, AT_VERIFY = 3 };
    for (size_t i = 0; i < 3; i++) {
        answer_at(AT_TRIES, ways[i], 2);
        assert_int_equal(sign("1234", CARD_SPEND_LAST_TRY), ERR_CARD_BLOCKED);
        answer_at(AT_VERIFY, ways[i], 2);
        assert_int_equal(sign("1234", CARD_SPEND_LAST_TRY), ERR_CARD_BLOCKED);
    }
    assert_int_equal(verify_count, 3);
}

static void what_cannot_be_a_pin_is_never_sent(void **state)
{
    (void)state;
    static const char *const pins[] = {"", "123", "12345", "12a4", "１２", "12 4"};
    for (size_t i = 0; i < sizeof pins / sizeof pins[0]; i++) {
        assert_int_equal(sign(pins[i], CARD_SPEND_LAST_TRY), ERR_BAD_FIELD);
        assert_int_equal(apdu_count, 0);
    }
    assert_int_equal(card.auth.left, 3);
}

static void unknown_tries_send_no_pin(void **state)
{
    (void)state;
    static const uint8_t odd[][2] = {{0x90, 0x00}, {0x6A, 0x86}, {0x62, 0x00}, {0x63, 0x00}};
    for (size_t i = 0; i < 4; i++) {
        answer_at(2, odd[i], 2);
        assert_int_equal(sign("1234", CARD_SPEND_LAST_TRY), ERR_CARD);
    }
    assert_int_equal(verify_count, 0);
}

static void signatures_that_are_none_are_refused(void **state)
{
    (void)state;
    enum { AT_SIGN = 5 };
    static const uint8_t refused[] = {0x69, 0x82}, nothing[] = {0x90, 0x00};
    static uint8_t more_for_ever[258];
    answer_at(AT_SIGN, refused, 2);
    assert_int_equal(sign("1234", CARD_KEEP_LAST_TRY), ERR_CARD);
    answer_at(AT_SIGN, nothing, 2);
    assert_int_equal(sign("1234", CARD_KEEP_LAST_TRY), ERR_CARD);
    more_for_ever[256] = 0x61;
    answer_at(AT_SIGN, more_for_ever, sizeof more_for_ever);
    tamper.all_from = true;
    assert_int_equal(sign("1234", CARD_KEEP_LAST_TRY), ERR_CARD);
    assert_int_equal(signature.size, 0);
}

static void a_foreign_card_gets_no_pin(void **state)
{
    (void)state;
    jpki_applet_set_kind(&card, CARD_OTHER);
    assert_int_equal(sign("1234", CARD_SPEND_LAST_TRY), ERR_CARD_KIND);
    assert_int_equal(apdu_count, 1);
}

#define T(name) cmocka_unit_test_setup_teardown(name, fresh, done)

int main(void)
{
    const struct CMUnitTest tests[] = {
        T(the_certificate_is_byte_for_byte_the_card_s),
        T(cards_that_give_little_at_a_time_are_read_too),
        T(each_kind_is_told_apart),
        T(an_unknown_token_is_no_my_number_card),
        T(the_first_answer_decides_whose_card_it_is),
        T(answers_of_any_size_are_survived),
        T(the_length_in_the_file_is_not_believed),
        T(too_much_and_too_little_are_errors),
        T(another_le_is_followed_once),
        T(errors_of_the_line_come_back_as_they_are),
        T(odd_answers_about_tries_do_not_spoil_the_reading),
        T(the_right_pin_gives_a_signature_of_the_certificate_s_key),
        T(a_t0_card_signs_too),
        T(a_wrong_pin_tells_the_tries_left_and_the_last_is_kept),
        T(all_three_ways_to_say_blocked_are_understood),
        T(what_cannot_be_a_pin_is_never_sent),
        T(unknown_tries_send_no_pin),
        T(signatures_that_are_none_are_refused),
        T(a_foreign_card_gets_no_pin),
    };
    if (!bench_init(&bench))
        return 1;
    int failed = cmocka_run_group_tests(tests, NULL, NULL);
    bench_fini(&bench);
    return failed;
}
