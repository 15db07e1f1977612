/* test_crew_reader.c — Job: the card into a message: found, told apart, signed, never swapped. */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <cmocka.h>

#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "tests/lib/crew_kit.h"

#include "proto/base64.h"

static struct crew_kit ck;

static int set_up(void **state)
{
    (void)state;
    crew_kit_open(&ck, CREW_KIT_PIPE, CREW_SCRIPT);
    return 0;
}

static int tear_down(void **state)
{
    (void)state;
    crew_kit_close(&ck);
    return 0;
}

static struct card_event event;

static void ready(void)
{
    crew_kit_ready(&ck);
    crew_kit_case(&ck);
}

static void tell(enum card_event_kind kind, enum err err, uint32_t card_no)
{
    event = (struct card_event){
        .kind = kind, .err = err, .card_no = card_no, .tries = CARD_TRIES_UNKNOWN};
    crew_card(ck.crew, &event);
}

static void waiting_for_a_card_sends_it(void **state)
{
    (void)state;
    ready();
    crew_kit_type(&ck, "card wait");
    assert_true(crew_busy(ck.crew));
    crew_kit_has(crew_kit_screen_text(&ck), "マイナンバーカードをカードリーダーに置いてください");
    crew_kit_card_in(&ck, 1);
    assert_false(crew_busy(ck.crew));
    struct slice frame = ckit_sent(&ck.kit, "card_read");
    assert_string_equal(ckit_member(frame, "body.kind"), "jpki");
    assert_string_equal(ckit_member(frame, "body.proof"), "certificate_only");
    assert_string_equal(ckit_member(frame, "body.identified_by"), "card_visual");
    assert_non_null(memmem(frame.bytes, frame.size, "AQEBAQEBAQEB", 12)); /* the certificate */
    const char *json = crew_kit_json(&ck);
    crew_kit_has(json, "\"event\":\"card_in\",\"outcome\":\"read\",\"kind\":\"jpki\"");
    crew_kit_has(json, "\"apdus\":12,\"elapsed_us\":2500");
    crew_kit_has_not(json, "AQEBAQEB");
}

static void a_card_that_lies_there_is_taken_at_once(void **state)
{
    (void)state;
    ready();
    crew_kit_card_in(&ck, 1);
    crew_kit_type(&ck, "card wait");
    assert_false(crew_busy(ck.crew));
    assert_int_equal(ckit_sent_times(&ck.kit, "card_read"), 1);
    crew_kit_type(&ck, "card wait"); /* the same case may read it again */
    assert_int_equal(ckit_sent_times(&ck.kit, "card_read"), 2);
}

/* Two patients, one reader: the first one's card still lies there. */
static void a_card_of_another_case_is_not_taken(void **state)
{
    (void)state;
    ready();
    crew_kit_card_in(&ck, 1);
    crew_kit_type(&ck, "card wait");
    crew_kit_type(&ck, "case open 372 2 of 2");
    crew_kit_type(&ck, "card wait");
    assert_true(crew_busy(ck.crew));
    crew_kit_has(crew_kit_screen_text(&ck), "別の事案で読みました");
    tell(CARD_EVENT_OUT, ERR_OK, 1);
    assert_true(crew_busy(ck.crew));
    crew_kit_card_in(&ck, 2);
    assert_false(crew_busy(ck.crew));
    assert_int_equal(ckit_sent_times(&ck.kit, "card_read"), 2);
}

static void each_failure_has_its_own_words(void **state)
{
    static const struct {
        enum card_event_kind kind;
        enum err err;
        const char *words;
    } rows[] = {
        {CARD_EVENT_SERVICE_MISSING, ERR_OK, "カード読取サービスが動いていません"},
        {CARD_EVENT_NO_READER, ERR_OK, "カードリーダーがつながっていません"},
        {CARD_EVENT_READ_FAILED, ERR_CARD, "カードを読めません"},
        {CARD_EVENT_READ_FAILED, ERR_CARD_REMOVED, "読み取りの途中でカードが離れました"},
        {CARD_EVENT_READ_FAILED, ERR_BUSY, "ほかのアプリがカードを使っています"},
    };
    (void)state;
    ready();
    crew_kit_type(&ck, "card wait 600");
    for (size_t i = 0; i < sizeof rows / sizeof rows[0]; i++) {
        (void)crew_kit_screen_text(&ck);
        tell(rows[i].kind, rows[i].err, 1);
        crew_kit_has(crew_kit_screen_text(&ck), rows[i].words);
        assert_true(crew_busy(ck.crew));
    }
    static const struct {
        enum card_kind card;
        const char *words;
    } kinds[] = {{CARD_JUKI_OLD, "住民基本台帳カード"},
                 {CARD_ANDROID, "スマートフォン"},
                 {CARD_OTHER, "マイナンバーカードではありません"}};
    for (size_t i = 0; i < sizeof kinds / sizeof kinds[0]; i++) {
        event = (struct card_event){.kind = CARD_EVENT_IN, .card_no = 2, .card = kinds[i].card};
        crew_card(ck.crew, &event);
        crew_kit_has(crew_kit_screen_text(&ck), kinds[i].words);
        assert_true(crew_busy(ck.crew));
    }
    assert_string_equal(crew_kit_sent(&ck, "card_read", "id"), "");
}

static void another_empty_reader_takes_nothing_away(void **state)
{
    (void)state;
    ready();
    crew_kit_card_in(&ck, 1);
    tell(CARD_EVENT_READER_EMPTY, ERR_OK, 0);
    tell(CARD_EVENT_OUT, ERR_OK, 9);
    crew_kit_type(&ck, "wait card 5");
    assert_false(crew_busy(ck.crew));
    tell(CARD_EVENT_OUT, ERR_OK, 1);
    crew_kit_type(&ck, "wait card 5");
    assert_true(crew_busy(ck.crew));
}

static void the_pin_signs_what_names_this_message(void **state)
{
    char text[80];
    (void)state;
    ready();
    crew_kit_card_in(&ck, 3);
    crew_kit_type(&ck, "card pin");
    assert_int_equal(ck.echo, CREW_ECHO_OFF);
    crew_kit_type(&ck, "1234");
    assert_int_equal(ck.echo, CREW_ECHO_ON);
    assert_true(crew_busy(ck.crew));
    assert_string_equal(ck.order_pin, "1234");
    assert_int_equal(ck.order_last, CARD_KEEP_LAST_TRY);
    event = (struct card_event){
        .kind = CARD_EVENT_SIGNED, .card_no = 3, .order_no = ck.order_no, .signature_size = 256};
    memset(event.signature, 9, event.signature_size);
    crew_card(ck.crew, &event);
    assert_false(crew_busy(ck.crew));
    struct slice frame = ckit_sent(&ck.kit, "card_read");
    assert_string_equal(ckit_member(frame, "body.proof"), "pin_signature");
    assert_string_equal(ckit_member(frame, "body.identified_by"), "card_pin");
    /* By hand: SHA-256 of "sakiyomi.v1/card/<case>/<message>", and the card signs its hash. */
    int size = snprintf(text, sizeof text, "sakiyomi.v1/card/%s/%s", ckit_member(frame, "case"),
                        ckit_member(frame, "id"));
    struct hash challenge = sha256(text, (size_t)size);
    struct hash signs = sha256(challenge.bytes, sizeof challenge.bytes);
    assert_true(hash_equal(&signs, &ck.order_hash));
    struct buf base64 = {0};
    base64_add(&base64, challenge.bytes, sizeof challenge.bytes);
    assert_memory_equal(ckit_member(frame, "body.challenge"), base64.bytes, base64.size);
    buf_free(&base64);
    assert_int_equal(ckit_member(frame, "body.signature")[0], 'C');
    crew_kit_has_not(crew_kit_json(&ck), "1234");
}

static void a_wrong_pin_is_said_with_its_tries(void **state)
{
    (void)state;
    ready();
    crew_kit_card_in(&ck, 3);
    crew_kit_type(&ck, "card pin last");
    crew_kit_type(&ck, "9999");
    assert_int_equal(ck.order_last, CARD_SPEND_LAST_TRY);
    event = (struct card_event){.kind = CARD_EVENT_SIGN_FAILED,
                                .card_no = 3,
                                .order_no = ck.order_no,
                                .err = ERR_CARD_PIN,
                                .tries = 2};
    crew_card(ck.crew, &event);
    assert_false(crew_busy(ck.crew));
    crew_kit_has(crew_kit_screen_text(&ck), "暗証番号が違います。");
    const char *json = crew_kit_json(&ck);
    crew_kit_has(json, "\"outcome\":\"wrong_pin\"");
    crew_kit_has(json, "\"tries\":2");
    crew_kit_has(json, "\"command\":\"card\",\"err\":\"ERR_CARD_PIN\"");
    assert_string_equal(crew_kit_sent(&ck, "card_read", "id"), "");
    crew_card(ck.crew, &event); /* told twice: of no command any more */
}

static void a_pin_without_a_card_or_of_another_form(void **state)
{
    (void)state;
    ready();
    crew_kit_type(&ck, "card pin");
    crew_kit_type(&ck, "1234");
    crew_kit_has(crew_kit_json(&ck), "\"err\":\"ERR_NO_CARD\"");
    crew_kit_card_in(&ck, 3);
    crew_kit_type(&ck, "card pin");
    crew_kit_type(&ck, "12345");
    crew_kit_has(crew_kit_json(&ck), "\"err\":\"ERR_BAD_FIELD\"");
    ck.card_err = ERR_FULL;
    crew_kit_type(&ck, "card pin");
    crew_kit_type(&ck, "1234");
    crew_kit_has(crew_kit_json(&ck), "\"err\":\"ERR_FULL\"");
    assert_false(crew_busy(ck.crew));
    ck.card_err = ERR_OK;
    crew_kit_type(&ck, "card pin"); /* signed, but the card was changed meanwhile */
    crew_kit_type(&ck, "1234");
    crew_kit_card_in(&ck, 4);
    event = (struct card_event){
        .kind = CARD_EVENT_SIGNED, .card_no = 3, .order_no = ck.order_no, .signature_size = 256};
    crew_card(ck.crew, &event);
    crew_kit_has(crew_kit_json(&ck), "\"err\":\"ERR_CARD_REMOVED\"");
    assert_string_equal(crew_kit_sent(&ck, "card_read", "id"), "");
}

static void nobody_signed_in_reads_no_card(void **state)
{
    (void)state;
    crew_kit_welcome(&ck);
    crew_kit_type(&ck, "card wait");
    crew_kit_has(crew_kit_json(&ck), "ERR_NO_SUCH_CASE");
    crew_kit_type(&ck, "case open 1");
    crew_kit_type(&ck, "card wait");
    crew_kit_has(crew_kit_json(&ck), "ERR_NO_SESSION");
    crew_kit_type(&ck, "card");
    crew_kit_type(&ck, "card eject");
    crew_kit_has(crew_kit_json(&ck), "ERR_USAGE");
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test_setup_teardown(waiting_for_a_card_sends_it, set_up, tear_down),
        cmocka_unit_test_setup_teardown(a_card_that_lies_there_is_taken_at_once, set_up, tear_down),
        cmocka_unit_test_setup_teardown(a_card_of_another_case_is_not_taken, set_up, tear_down),
        cmocka_unit_test_setup_teardown(each_failure_has_its_own_words, set_up, tear_down),
        cmocka_unit_test_setup_teardown(another_empty_reader_takes_nothing_away, set_up, tear_down),
        cmocka_unit_test_setup_teardown(the_pin_signs_what_names_this_message, set_up, tear_down),
        cmocka_unit_test_setup_teardown(a_wrong_pin_is_said_with_its_tries, set_up, tear_down),
        cmocka_unit_test_setup_teardown(a_pin_without_a_card_or_of_another_form, set_up, tear_down),
        cmocka_unit_test_setup_teardown(nobody_signed_in_reads_no_card, set_up, tear_down),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
