/* view_text.c — Job: opened sections as Japanese text for a terminal: banner, marks, states in
 * words.
 */
#include "client/view_text.h"

#include "client/section_json.h"
#include "proto/utf8.h"

#include <stdio.h>
#include <stdlib.h>

enum { DAY_MS = 24 * 60 * 60 * 1000, JAPAN_MS = 9 * 60 * 60 * 1000 };

void view_text_add(struct buf *out, struct slice text)
{
    while (text.size != 0) {
        struct slice rest = text;
        uint32_t c = 0;
        size_t chars = 0;
        if (!utf8_next(&rest, &c)) {
            buf_byte(out, '?');
            text.bytes++;
            text.size--;
            continue;
        }
        struct slice one = {text.bytes, text.size - rest.size};
        if (c == '\n')
            buf_byte(out, ' ');
        else if (utf8_printable(one, &chars) == ERR_OK)
            buf_add(out, one.bytes, one.size);
        else
            buf_byte(out, '?');
        text = rest;
    }
}

/* ---- times ---- */

/* Days since 1970 as year, month, day (Howard Hinnant's civil_from_days). */
static void civil(int64_t days, int *year, int *month, int *day)
{
    int64_t z = days + 719468;
    int64_t era = (z >= 0 ? z : z - 146096) / 146097;
    int64_t of_era = z - era * 146097;
    int64_t y = (of_era - of_era / 1460 + of_era / 36524 - of_era / 146096) / 365;
    int64_t of_year = of_era - (365 * y + y / 4 - y / 100);
    int64_t m = (5 * of_year + 2) / 153;
    *day = (int)(of_year - (153 * m + 2) / 5 + 1);
    *month = (int)(m < 10 ? m + 3 : m - 9);
    *year = (int)(y + era * 400 + (*month <= 2 ? 1 : 0));
}

void view_text_time(struct buf *out, int64_t ms)
{
    int year, month, day;
    if (ms <= 0) {
        buf_text(out, "不明");
        return;
    }
    int64_t local = ms + JAPAN_MS, minutes = local % DAY_MS / 60000;
    civil(local / DAY_MS, &year, &month, &day);
    buf_printf(out, "%d年%d月%d日 %02d:%02d", year, month, day, (int)(minutes / 60),
               (int)(minutes % 60));
}

static bool read_date(struct slice date, int *year, int *month, int *day)
{
    char text[16] = "";
    if (date.size != 10 || date.bytes[4] != '-' || date.bytes[7] != '-')
        return false;
    for (size_t i = 0; i < date.size; i++)
        if (i != 4 && i != 7 && (date.bytes[i] < '0' || date.bytes[i] > '9'))
            return false;
    memcpy(text, date.bytes, date.size);
    text[4] = text[7] = '\0';
    *year = (int)strtol(text, NULL, 10);
    *month = (int)strtol(text + 5, NULL, 10);
    *day = (int)strtol(text + 8, NULL, 10);
    return *month >= 1 && *month <= 12 && *day >= 1 && *day <= 31;
}

static const struct era {
    int from; /* YYYYMMDD of its first day */
    const char *name;
} eras[] = {
    {20190501, "令和"}, {19890108, "平成"}, {19261225, "昭和"},
    {19120730, "大正"}, {18680125, "明治"},
};

void view_text_date(struct buf *out, struct slice date)
{
    int year, month, day;
    if (!read_date(date, &year, &month, &day)) {
        view_text_add(out, date);
        return;
    }
    int number = year * 10000 + month * 100 + day;
    for (size_t i = 0; i < sizeof eras / sizeof eras[0]; i++) {
        if (number < eras[i].from)
            continue;
        int of_era = year - eras[i].from / 10000 + 1;
        if (of_era == 1)
            buf_printf(out, "%s元年", eras[i].name);
        else
            buf_printf(out, "%s%d年", eras[i].name, of_era);
        buf_printf(out, "（%d年）%d月%d日", year, month, day);
        return;
    }
    buf_printf(out, "%d年%d月%d日", year, month, day);
}

int view_text_age(struct slice date, int64_t now)
{
    int year, month, day, y, m, d;
    if (!read_date(date, &year, &month, &day) || now <= 0)
        return -1;
    civil((now + JAPAN_MS) / DAY_MS, &y, &m, &d);
    int age = y - year - (m < month || (m == month && d < day) ? 1 : 0);
    return age >= 0 && age <= 150 ? age : -1;
}

/* ---- banner ---- */

static void add_banner(const struct section_json *doc, uint32_t person, int64_t now,
                       struct buf *out)
{
    struct slice kana = section_member(doc, person, "kana");
    struct slice birth = section_member(doc, person, "birth_date");
    struct slice name = section_member(doc, person, "name");
    struct slice sex = section_member(doc, person, "sex");
    int age = view_text_age(birth, now);
    buf_text(out, "氏名 ");
    view_text_add(out, name.bytes == NULL ? slice_of("記載なし") : name);
    if (kana.bytes != NULL) {
        buf_text(out, "（");
        view_text_add(out, kana);
        buf_text(out, "）");
    }
    buf_text(out, "  生年月日 ");
    if (birth.bytes == NULL)
        buf_text(out, "記載なし");
    else
        view_text_date(out, birth);
    if (age >= 0)
        buf_printf(out, "  %d歳", age);
    buf_text(out, slice_is(sex, "male")     ? "  男"
                  : slice_is(sex, "female") ? "  女"
                                            : "  性別の記載なし");
    buf_byte(out, '\n');
}

void view_text_person(const struct sealed_view *view, int64_t now, struct buf *out)
{
    struct section_json *doc = NULL;
    struct slice plain = sealed_view_plain(view, SECTION_PERSON);
    if (plain.bytes == NULL || section_json_parse(plain, &doc) != ERR_OK)
        return;
    uint32_t content = section_get(doc, 0, "content");
    if (section_kind(doc, content) == NODE_OBJECT)
        add_banner(doc, content, now, out);
    section_json_free(doc);
}

/* ---- sections ---- */

typedef void section_fn(const struct section_json *doc, uint32_t content, struct buf *out);

static section_fn *writer_of(int section)
{
    switch (section) {
    case SECTION_PERSON:
        return view_text_person_rows;
    case SECTION_VISITS:
        return view_text_visits;
    case SECTION_MEDICATIONS:
        return view_text_drugs;
    case SECTION_SURGERY:
    case SECTION_TREATMENT:
    case SECTION_DIALYSIS:
        return view_text_acts;
    case SECTION_CHECKUPS:
        return view_text_checkups;
    case SECTION_DOCUMENT:
        return view_text_document;
    default:
        return NULL;
    }
}

/* The state in words; never shorter than the truth. */
static void add_state(int section, int state, struct buf *out)
{
    if (section == SECTION_ALLERGIES && state == STATE_NOT_PROVIDED) {
        buf_text(out, "  この情報源にアレルギー欄はありません（『なし』ではありません）\n");
        return;
    }
    if (state == STATE_PRESENT)
        return; /* what follows says it */
    buf_text(out, "  ");
    buf_text(out,
             state == 0 ? "状態を読み取れませんでした" : codes_ja(&codes_section_state, state));
    if (state == STATE_EMPTY)
        buf_text(out, "（照会の範囲に記録がないだけで、『ない』とは限りません）");
    buf_byte(out, '\n');
}

static void add_opened(int section, struct slice plain, struct buf *out)
{
    struct section_json *doc = NULL;
    if (section_json_parse(plain, &doc) != ERR_OK) {
        add_state(section, 0, out);
        return;
    }
    int state = codes_value(&codes_section_state, section_member(doc, 0, "state"));
    uint32_t content = section_get(doc, 0, "content");
    section_fn *write = writer_of(section);
    add_state(section, state, out);
    if (state == STATE_PRESENT && section_kind(doc, content) != NODE_OBJECT)
        buf_text(out, "  内容を読み取れませんでした\n");
    else if (state == STATE_PRESENT && !view_text_in_document(doc, content, out)) {
        if (write != NULL)
            write(doc, content, out);
        else
            buf_text(out, "  この画面では表示できない欄です\n");
    }
    section_json_free(doc);
}

/* A section that is not here at all: why, as far as the header tells. */
static int state_without(const struct sealed_view *view, int section)
{
    if (view->hidden & SECTION_BIT(section))
        return STATE_NOT_CONSENTED;
    return STATE_NOT_ASKED;
}

static void add_section(const struct sealed_view *view, int section, struct buf *out)
{
    struct slice plain = sealed_view_plain(view, section);
    buf_printf(out, "■ %s\n", codes_ja(&codes_section, section));
    if (plain.bytes != NULL)
        add_opened(section, plain, out);
    else if (view->openable & SECTION_BIT(section))
        buf_text(out, "  まだ開いていません\n");
    else
        add_state(section, state_without(view, section), out);
}

static void add_marks(const struct sealed_view *view, const struct view_text_now *now,
                      struct buf *out)
{
    if (now->profile != PROFILE_PRODUCTION)
        buf_printf(out, "【%s】", codes_ja(&codes_profile, now->profile));
    if (view->simulator == FLAG_YES)
        buf_text(out, "【シミュレーター：架空の患者】");
    buf_text(out, "【写し】");
    buf_text(out, codes_ja(&codes_view_kind, view->source));
    buf_text(out, "  取得 ");
    view_text_time(out, view->fetched_at);
    if (view->refetched == FLAG_YES)
        buf_text(out, "（再取得）");
    if (view->until != 0) {
        buf_text(out, "  閲覧期限 ");
        view_text_time(out, view->until);
    }
    buf_byte(out, '\n');
}

void view_text(const struct sealed_view *view, const struct view_text_now *now, struct buf *out)
{
    /* Allergies first, then what else decides the next minutes. */
    static const int order[VIEW_SECTIONS] = {
        SECTION_ALLERGIES, SECTION_MEDICATIONS, SECTION_CONDITIONS, SECTION_DIALYSIS,
        SECTION_SURGERY,   SECTION_TREATMENT,   SECTION_INFECTIONS, SECTION_CHECKUPS,
        SECTION_LABS,      SECTION_VISITS,      SECTION_PERSON,     SECTION_DOCUMENT};
    view_text_person(view, now->now, out);
    add_marks(view, now, out);
    for (size_t i = 0; i < VIEW_SECTIONS; i++)
        if (now->asked & SECTION_BIT(order[i]))
            add_section(view, order[i], out);
}
