/* test_er_text.c — Job: the list names nobody; requests and records say what was told, and by
 * whom. */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <cmocka.h>

#include <string.h>

#include "client/cases_inner.h"
#include "hospital_client/er_text.h"
#include "tests/lib/client_kit.h"
#include "tests/lib/desk_kit.h"

static const char *line_of(const struct known_case *c, const struct sealed_view *view)
{
    static struct buf out;
    buf_clear(&out);
    er_text_line(c, view, 1795500000000, &out);
    buf_byte(&out, '\0');
    return out.bytes;
}

static struct known_case a_case(void)
{
    struct known_case c = {.short_id = "ABC123"};
    record_clear(&record_shown_case, &c.shown);
    return c;
}

static void the_line_says_how_far_it_is(void **state)
{
    (void)state;
    static struct known_case c;
    c = a_case();
    assert_string_equal(line_of(&c, NULL), "ABC123\n");
    c.shown.asked_count = 1;
    c.shown.asked[0] = (struct shown_asked){
        .status = ASKED_ACCEPTED, .by_phone = FLAG_YES, .phone_checked = FLAG_ABSENT};
    desk_kit_has(line_of(&c, NULL), "受入できます（電話で受入と救急隊が入力） 確認してください");
    c.shown.destination_here = c.shown.training = FLAG_YES;
    c.shown.eta_at = 1795500600000;
    desk_kit_has(line_of(&c, NULL), "【訓練】");
    desk_kit_has(line_of(&c, NULL), "搬送先: 当院  到着予定 2026年11月24日 15:10");
    c.shown.mixup = MIXUP_WRONG_PATIENT;
    c.shown.must_ack = FLAG_YES;
    desk_kit_has(line_of(&c, NULL), "患者違い（確認してください: ack-mixup）");
    c.shown.handed_at = 5;
    desk_kit_has(line_of(&c, NULL), "引継ぎ: 救急隊が入力 病院の確認待ち");
    c.shown.end = END_HANDED_OVER;
    desk_kit_has(line_of(&c, NULL), "事案終了: 引継ぎ");
}

static void delivery_has_its_words(void **state)
{
    (void)state;
    static struct known_case c;
    struct sealed_view view = {.state = SEALED_COMING};
    c = a_case();
    c.shown.grants_count = 1;
    struct shown_grant *grant = &c.shown.grants[0];
    *grant = (struct shown_grant){.until = 0};
    desk_kit_has(line_of(&c, NULL), "情報: 到着待ち");
    desk_kit_has(line_of(&c, &view), "情報: 受信中");
    view.state = SEALED_COMPLETE;
    desk_kit_has(line_of(&c, &view), "到着（未開封）");
    grant->opened_at = 5;
    desk_kit_has(line_of(&c, &view), "到着（開封ずみ）");
    grant->opens_at = 1795500000001;
    desk_kit_has(line_of(&c, &view), "緊急閲覧の待ち時間中");
    grant->break_glass = grant->objected = FLAG_YES;
    desk_kit_has(line_of(&c, &view), "緊急閲覧に異議");
    grant->revoke = REVOKE_EXPIRED;
    desk_kit_has(line_of(&c, &view), "閲覧終了");
}

static void a_request_is_shown_whole(void **state)
{
    (void)state;
    static struct known_case c;
    struct buf out = {0};
    c = a_case();
    c.shown.asked_count = 1;
    buf_text(&c.asked_text[0],
             "{\"age\":71,\"complaint\":\"胸痛\\u001b[2J\",\"dialysis\":\"present\",\"hospitals\":"
             "[\"01ARZ3NDEKTSV4RRFFQ69G5FAV\"],\"inquiry\":\"01ARZ3NDEKTSV4RRFFQ69G5FAV\","
             "\"sex\":\"male\",\"urgency\":\"red\",\"vitals\":{\"at\":\"2026-11-24T05:00:00.000Z\","
             "\"diastolic\":60,\"jcs\":0,\"oxygen\":55,\"systolic\":90,\"temperature\":365}}");
    er_text_request(&c, &out);
    buf_byte(&out, '\0');
    assert_string_equal(out.bytes, ""); /* control characters: that is no request */
    buf_clear(&out);
    buf_clear(&c.asked_text[0]);
    buf_text(&c.asked_text[0],
             "{\"age\":71,\"complaint\":\"胸痛\",\"dialysis\":\"present\",\"hospitals\":"
             "[\"01ARZ3NDEKTSV4RRFFQ69G5FAV\"],\"inquiry\":\"01ARZ3NDEKTSV4RRFFQ69G5FAV\","
             "\"sex\":\"male\",\"urgency\":\"red\",\"vitals\":{\"at\":\"2026-11-24T05:00:00.000Z\","
             "\"diastolic\":60,\"jcs\":0,\"oxygen\":55,\"systolic\":90,\"temperature\":365}}");
    er_text_request(&c, &out);
    buf_byte(&out, '\0');
    desk_kit_has(out.bytes, "  緊急  71歳  男\n  主訴 胸痛\n");
    desk_kit_has(out.bytes, "透析 あり");
    desk_kit_has(out.bytes, "JCS 0  酸素 5.5L/分  血圧 90/60mmHg  体温 36.5℃");
    buf_free(&out);
    buf_free(&c.asked_text[0]);
}

static const char *record_of(const char *text)
{
    static struct buf out;
    struct json *root = NULL;
    buf_clear(&out);
    assert_int_equal(json_parse(slice_of(text), FRAME_BYTES_MAX, &root), ERR_OK);
    er_text_record(root, 1795500000000, &out);
    buf_byte(&out, '\0');
    json_free(root);
    return out.bytes;
}

static void a_record_names_its_sources(void **state)
{
    (void)state;
    const char *text =
        record_of("{\"age\":70,\"allergies\":{\"at\":\"2026-11-24T05:00:00.000Z\",\"said_by\":"
                  "\"family\",\"state\":\"present\",\"text\":\"卵\"},\"birth_date\":\"1950-03-05\","
                  "\"birth_source\":\"view\",\"medicines\":{\"state\":\"unknown\"},\"name\":\"乙\","
                  "\"name_source\":\"told\",\"sex\":\"female\"}");
    desk_kit_has(
        text,
        "氏名 乙〔聴取〕\n  生年月日 昭和25年（1950年）3月5日〔資格確認等システム〕  76歳  女");
    desk_kit_has(text, "アレルギー（聴取） あり：卵〔家族 2026年11月24日 14:00〕");
    desk_kit_has(text, "服薬（聴取） 不明\n");
    desk_kit_has(text, "既往（聴取） 入力なし\n"); /* not "none" */
    text = record_of("{\"age\":70}");
    desk_kit_has(text, "氏名 入力なし\n  生年月日 入力なし  70歳（聴取・推定）  性別の入力なし");
    assert_string_equal(record_of("[]"), "救急隊の記録はまだありません\n");
    assert_string_equal(record_of("{\"age\":\"x\"}"), "救急隊の記録はまだありません\n");
}

static void a_talk_names_its_speaker(void **state)
{
    (void)state;
    struct known_text text = {.kind = MSG_TALK, .at = 1795500000000, .person_name = "隊員"};
    struct buf out = {0};
    buf_text(&text.json, "{\"text\":\"到着します\"}");
    er_text_talk(&text, &out);
    buf_byte(&out, '\0');
    assert_string_equal(out.bytes, "  連絡 2026年11月24日 15:00 隊員：到着します\n");
    buf_free(&text.json);
    buf_free(&out);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(the_line_says_how_far_it_is), cmocka_unit_test(delivery_has_its_words),
        cmocka_unit_test(a_request_is_shown_whole),    cmocka_unit_test(a_record_names_its_sources),
        cmocka_unit_test(a_talk_names_its_speaker),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
