/* er_text.c — Job: what the ER reads of a case: the list's lines, requests, the crew's record. */
#include "hospital_client/er_text.h"

#include "client/view_text.h"

#include <stdlib.h>

static const char *delivery_ja(const struct shown_grant *grant, const struct sealed_view *view,
                               int64_t now)
{
    if (grant->revoke != 0)
        return "閲覧終了";
    if (grant->break_glass == FLAG_YES && grant->objected == FLAG_YES)
        return "緊急閲覧に異議";
    if (grant->opens_at > now)
        return "緊急閲覧の待ち時間中";
    if (view == NULL)
        return "到着待ち";
    if (view->state != SEALED_COMPLETE)
        return "受信中";
    return grant->opened_at != 0 ? "到着（開封ずみ）" : "到着（未開封）";
}

void er_text_line(const struct known_case *c, const struct sealed_view *view, int64_t now,
                  struct buf *out)
{
    const struct shown_asked *asked = case_asked(c, NULL);
    size_t grants = c->shown.grants_count;
    buf_text(out, c->short_id);
    if (c->shown.training == FLAG_YES)
        buf_text(out, " 【訓練】");
    if (asked != NULL)
        buf_printf(out, "  要請: %s%s", codes_ja(&codes_asked_status, asked->status),
                   asked->by_phone == FLAG_YES ? "（電話で受入と救急隊が入力）" : "");
    if (asked != NULL && asked->by_phone == FLAG_YES && asked->phone_checked == FLAG_ABSENT)
        buf_text(out, " 確認してください");
    if (c->shown.destination_here == FLAG_YES)
        buf_text(out, "  搬送先: 当院");
    if (c->shown.eta_at != 0) {
        buf_text(out, "  到着予定 ");
        view_text_time(out, c->shown.eta_at);
    }
    if (grants != 0)
        buf_printf(out, "  情報: %s", delivery_ja(&c->shown.grants[grants - 1], view, now));
    if (c->shown.handed_at != 0 || c->shown.confirmed_at != 0)
        buf_printf(out, "  引継ぎ: %s%s", c->shown.handed_at != 0 ? "救急隊が入力 " : "",
                   c->shown.confirmed_at != 0 ? "病院が確認" : "病院の確認待ち");
    if (c->shown.mixup != 0)
        buf_printf(out, "  %s%s", codes_ja(&codes_mixup, c->shown.mixup),
                   c->shown.must_ack == FLAG_YES ? "（確認してください: ack-mixup）" : "");
    if (c->shown.end != 0)
        buf_printf(out, "  事案終了: %s", codes_ja(&codes_case_end, c->shown.end));
    buf_byte(out, '\n');
}

/* ---- requests ---- */

static void add_text(struct buf *out, const char *label, struct slice text)
{
    if (text.bytes == NULL || text.size == 0)
        return;
    buf_text(out, label);
    view_text_add(out, text);
    buf_byte(out, '\n');
}

static void add_number(struct buf *out, const char *label, int64_t value, const char *unit)
{
    if (value == INT_ABSENT)
        return;
    buf_text(out, label);
    buf_i64(out, value);
    buf_text(out, unit);
}

static void add_tenths(struct buf *out, const char *label, int64_t value, const char *unit)
{
    if (value == INT_ABSENT)
        return;
    buf_text(out, label);
    buf_i64(out, value / 10);
    buf_byte(out, '.');
    buf_i64(out, value % 10);
    buf_text(out, unit);
}

static void add_vitals(const struct body_vitals *v, struct buf *out)
{
    buf_text(out, "  バイタル ");
    view_text_time(out, v->at);
    add_number(out, "  JCS ", v->jcs, "");
    add_number(out, "  GCS E", v->gcs_e, "");
    add_number(out, " V", v->gcs_v, "");
    add_number(out, " M", v->gcs_m, "");
    add_number(out, "  呼吸 ", v->respiration, "/分");
    add_number(out, "  SpO2 ", v->spo2, "%");
    add_tenths(out, "  酸素 ", v->oxygen, "L/分");
    add_number(out, "  脈拍 ", v->pulse, "/分");
    add_number(out, "  血圧 ", v->systolic, "");
    add_number(out, "/", v->diastolic, "mmHg");
    add_tenths(out, "  体温 ", v->temperature, "℃");
    add_number(out, "  瞳孔 左", v->pupil_left, "mm");
    add_number(out, " 右", v->pupil_right, "mm");
    if (v->ecg.bytes != NULL) {
        buf_text(out, "  心電図 ");
        view_text_add(out, v->ecg);
    }
    buf_byte(out, '\n');
}

static void add_told(struct buf *out, const char *label, int told)
{
    if (told != 0)
        buf_printf(out, "  %s %s", label, codes_ja(&codes_told, told));
}

static void add_inquiry(const struct body_inquiry *q, struct buf *out)
{
    buf_printf(out, "  %s",
               q->urgency == 0 ? "緊急度の入力なし" : codes_ja(&codes_urgency, q->urgency));
    add_number(out, "  ", q->age, "歳");
    buf_printf(out, "  %s\n", q->sex == 0 ? "" : codes_ja(&codes_sex, q->sex));
    add_text(out, "  呼び名 ", q->spoken_name);
    add_text(out, "  主訴 ", q->complaint);
    add_text(out, "  受傷機転・経過 ", q->mechanism);
    add_text(out, "  場所 ", q->place);
    if (q->onset_at != 0) {
        buf_text(out, "  発症 ");
        view_text_time(out, q->onset_at);
    }
    if (q->eta_at != 0) {
        buf_text(out, "  到着予定 ");
        view_text_time(out, q->eta_at);
    }
    add_told(out, "透析", q->dialysis);
    add_told(out, "妊娠", q->pregnancy);
    add_told(out, "精神科", q->psychiatric);
    add_told(out, "DNAR", q->dnar);
    add_told(out, "感染症", q->infection);
    add_told(out, "抗凝固薬", q->anticoagulant);
    buf_byte(out, '\n');
    add_text(out, "  備考 ", q->note);
    if (q->vitals_present)
        add_vitals(&q->vitals, out);
}

/* Decodes one kept text as a body of its kind. NULL: damaged. The caller frees both. */
static void *decode(const struct record *record, struct slice text, struct json **root)
{
    struct complaint why;
    *root = NULL;
    if (text.size == 0 || json_parse(text, FRAME_BYTES_MAX, root) != ERR_OK)
        return NULL;
    void *body = calloc(1, record->size);
    if (body != NULL && record_decode(record, *root, RECORD_LENIENT, body, &why) != ERR_OK) {
        free(body);
        body = NULL;
    }
    return body;
}

static void release(const struct record *record, void *body, struct json *root)
{
    if (body != NULL)
        explicit_bzero(body, record->size);
    free(body);
    json_free(root);
}

void er_text_talk(const struct known_text *text, struct buf *out)
{
    struct json *root;
    struct body_talk *talk = decode(&record_talk, buf_slice(&text->json), &root);
    if (talk != NULL) {
        buf_text(out, "  連絡 ");
        view_text_time(out, text->at);
        buf_byte(out, ' ');
        view_text_add(out, slice_of(text->person_name));
        buf_text(out, "：");
        view_text_add(out, talk->text);
        buf_byte(out, '\n');
    }
    release(&record_talk, talk, root);
}

void er_text_request(const struct known_case *c, struct buf *out)
{
    struct json *root;
    for (size_t i = 0; i < c->shown.asked_count; i++) {
        struct body_inquiry *q = decode(&record_inquiry, buf_slice(&c->asked_text[i]), &root);
        if (q != NULL)
            add_inquiry(q, out);
        release(&record_inquiry, q, root);
    }
    for (size_t i = 0; i < c->texts_count; i++) {
        if (c->texts[i].kind == MSG_TALK)
            er_text_talk(&c->texts[i], out);
        if (c->texts[i].kind != MSG_VITALS)
            continue;
        struct body_vitals *v = decode(&record_vitals, buf_slice(&c->texts[i].json), &root);
        if (v != NULL)
            add_vitals(v, out);
        release(&record_vitals, v, root);
    }
}

/* ---- the crew's record ---- */

static void add_sourced(struct buf *out, const char *label, struct slice text, int source)
{
    buf_text(out, label);
    if (text.bytes == NULL)
        buf_text(out, "入力なし");
    else
        view_text_add(out, text);
    if (source != 0)
        buf_printf(out, "〔%s〕", codes_ja(&codes_field_source, source));
}

static void add_told_item(struct buf *out, const char *label, const struct told_item *item,
                          int present)
{
    buf_printf(out, "  %s ", label);
    if (!present) {
        buf_text(out, "入力なし\n");
        return;
    }
    buf_text(out, codes_ja(&codes_told, item->state));
    if (item->text.bytes != NULL) {
        buf_text(out, "：");
        view_text_add(out, item->text);
    }
    if (item->said_by != 0)
        buf_printf(out, "〔%s", codes_ja(&codes_said_by, item->said_by));
    if (item->said_by != 0 && item->at != 0) {
        buf_byte(out, ' ');
        view_text_time(out, item->at);
    }
    buf_text(out, item->said_by != 0 ? "〕\n" : "\n");
}

static void add_identity(const struct body_crew_record *r, int64_t now, struct buf *out)
{
    int age = view_text_age(r->birth_date, now);
    add_sourced(out, "氏名 ", r->name, r->name_source);
    if (r->kana.bytes != NULL)
        add_sourced(out, "  カナ ", r->kana, 0);
    buf_text(out, "\n  生年月日 ");
    if (r->birth_date.bytes == NULL)
        buf_text(out, "入力なし");
    else
        view_text_date(out, r->birth_date);
    if (r->birth_source != 0)
        buf_printf(out, "〔%s〕", codes_ja(&codes_field_source, r->birth_source));
    if (age >= 0)
        buf_printf(out, "  %d歳", age);
    else
        add_number(out, "  ", r->age, "歳（聴取・推定）");
    buf_printf(out, "  %s\n", r->sex == 0 ? "性別の入力なし" : codes_ja(&codes_sex, r->sex));
    add_sourced(out, "  住所 ", r->address, r->address_source);
    buf_byte(out, '\n');
    add_text(out, "  連絡先 ", r->phone);
}

static void add_rest(const struct body_crew_record *r, struct buf *out)
{
    add_text(out, "  主訴 ", r->complaint);
    add_text(out, "  経過 ", r->history);
    add_text(out, "  受傷機転 ", r->mechanism);
    add_text(out, "  疑い ", r->suspected);
    add_told_item(out, "アレルギー（聴取）", &r->allergies, r->allergies_present);
    add_told_item(out, "服薬（聴取）", &r->medicines, r->medicines_present);
    add_told_item(out, "既往（聴取）", &r->conditions, r->conditions_present);
    add_told_item(out, "抗凝固薬（聴取）", &r->anticoagulant, r->anticoagulant_present);
    add_told_item(out, "透析（聴取）", &r->dialysis, r->dialysis_present);
    add_told_item(out, "妊娠（聴取）", &r->pregnancy, r->pregnancy_present);
    add_told_item(out, "精神科（聴取）", &r->psychiatric, r->psychiatric_present);
    add_told_item(out, "感染症（聴取）", &r->infection, r->infection_present);
    add_told_item(out, "DNAR（聴取）", &r->dnar, r->dnar_present);
    add_text(out, "  最終食事 ", r->last_meal);
    add_text(out, "  ADL ", r->adl);
    add_text(out, "  同乗者 ", r->companion);
    for (size_t i = 0; i < r->treatments_count; i++) {
        buf_text(out, "  処置 ");
        view_text_time(out, r->treatments[i].at);
        buf_byte(out, ' ');
        view_text_add(out, r->treatments[i].act);
        buf_byte(out, '\n');
    }
    add_text(out, "  備考 ", r->notes);
}

void er_text_record(const struct json *record, int64_t now, struct buf *out)
{
    struct complaint why;
    struct body_crew_record *r = calloc(1, sizeof *r);
    bool read = r != NULL && record != NULL && json_kind(record) == JSON_OBJECT &&
                record_decode(&record_crew_record, record, RECORD_LENIENT, r, &why) == ERR_OK;
    if (read) {
        add_identity(r, now, out);
        add_rest(r, out);
    } else {
        buf_text(out, "救急隊の記録はまだありません\n");
    }
    if (r != NULL)
        explicit_bzero(r, sizeof *r);
    free(r);
}
