/* view_text_items.c — Job: every other section as text: person, visits, acts, check-ups,
 * documents. */
#include "client/section_json.h"
#include "client/view_text.h"

void view_text_field(const struct section_json *doc, uint32_t object, const char *key,
                     const char *label, struct buf *out)
{
    struct slice text = section_member(doc, object, key);
    if (text.bytes == NULL)
        return;
    buf_text(out, label);
    view_text_add(out, text);
}

void view_text_amount(const struct section_json *doc, uint32_t item, const char *value,
                      struct buf *out)
{
    struct slice amount = section_member(doc, item, value);
    struct slice unit = section_member(doc, item, "unit");
    if (amount.bytes == NULL)
        return;
    buf_byte(out, ' ');
    view_text_add(out, amount);
    if (unit.bytes != NULL)
        view_text_add(out, unit);
    else
        buf_text(out, "（単位の記載なし）");
}

void view_text_others(const struct section_json *doc, uint32_t object, struct buf *out)
{
    uint32_t others = section_get(doc, object, "other");
    for (uint32_t i = section_first(doc, others); i != SECTION_NONE; i = section_next(doc, i)) {
        buf_text(out, "    他の項目 ");
        view_text_add(out, section_member(doc, i, "path"));
        buf_text(out, " ＝ ");
        view_text_add(out, section_member(doc, i, "text"));
        buf_byte(out, '\n');
    }
}

bool view_text_in_document(const struct section_json *doc, uint32_t content, struct buf *out)
{
    if (section_kind(doc, section_get(doc, content, "in_document")) != NODE_LIST)
        return false;
    buf_text(out,
             "  文書（PDF）の中にあります。項目は読み取っていません（『なし』ではありません）\n");
    return true;
}

static void add_line(const struct section_json *doc, uint32_t object, const char *key,
                     const char *label, struct buf *out)
{
    if (section_member(doc, object, key).bytes == NULL)
        return;
    buf_text(out, "  ");
    view_text_field(doc, object, key, label, out);
    buf_byte(out, '\n');
}

static void add_consents(const struct section_json *doc, uint32_t content, struct buf *out)
{
    static const struct {
        const char *name, *ja;
    } kinds[] = {{"health_checkups", "健診"},
                 {"medications", "薬剤"},
                 {"treatment", "診療"},
                 {"surgery", "手術"}};
    uint32_t list = section_get(doc, content, "consents");
    for (uint32_t i = section_first(doc, list); i != SECTION_NONE; i = section_next(doc, i)) {
        struct slice kind = section_member(doc, i, "kind");
        buf_text(out, "  同意欄 ");
        for (size_t k = 0; k < sizeof kinds / sizeof kinds[0]; k++)
            if (slice_is(kind, kinds[k].name))
                kind = slice_of(kinds[k].ja);
        view_text_add(out, kind);
        view_text_field(doc, i, "flag", " 値 ", out);
        view_text_field(doc, i, "at", " 時刻 ", out);
        buf_byte(out, '\n');
    }
}

void view_text_person_rows(const struct section_json *doc, uint32_t content, struct buf *out)
{
    static const struct {
        const char *key, *label;
    } rows[] = {{"other_name", "別の氏名 "},
                {"other_kana", "別のカナ "},
                {"postcode", "郵便番号 "},
                {"address", "住所 "},
                {"insurer_name", "保険者 "},
                {"insurer_number", "保険者番号 "},
                {"symbol", "記号 "},
                {"insured_number", "番号 "},
                {"branch_number", "枝番 "},
                {"card_class", "証の区分 "},
                {"personal_family", "本人・家族 "},
                {"qualified_from", "資格取得 "},
                {"qualified_to", "資格喪失 "},
                {"validity", "資格の有効性 "},
                {"reference_number", "照会番号 "}};
    for (size_t i = 0; i < sizeof rows / sizeof rows[0]; i++)
        add_line(doc, content, rows[i].key, rows[i].label, out);
    add_consents(doc, content, out);
    view_text_others(doc, content, out);
}

/* "・DATE " of an item; the month where there is no day. */
static void add_when(const struct section_json *doc, uint32_t item, struct buf *out)
{
    struct slice date = section_member(doc, item, "date");
    if (date.bytes == NULL)
        date = section_member(doc, item, "month");
    buf_text(out, "  ・");
    view_text_add(out, date.bytes == NULL ? slice_of("日付の記載なし") : date);
    buf_byte(out, ' ');
}

static void add_where(const struct section_json *doc, uint32_t item, const char *before,
                      struct buf *out)
{
    uint32_t place = section_get(doc, item, "institution");
    struct slice name = section_member(doc, place, "name");
    if (name.bytes == NULL)
        name = section_member(doc, place, "code");
    buf_text(out, before);
    view_text_add(out, name.bytes == NULL ? slice_of("医療機関の記載なし") : name);
}

void view_text_visits(const struct section_json *doc, uint32_t content, struct buf *out)
{
    uint32_t items = section_get(doc, content, "items");
    buf_printf(out, "  %zu件\n", section_count(doc, items));
    for (uint32_t i = section_first(doc, items); i != SECTION_NONE; i = section_next(doc, i)) {
        add_when(doc, i, out);
        add_where(doc, i, "", out);
        view_text_field(doc, i, "in_out", " 入外 ", out);
        buf_byte(out, '\n');
    }
}

void view_text_acts(const struct section_json *doc, uint32_t content, struct buf *out)
{
    struct slice month = section_member(doc, content, "newest_month");
    uint32_t items = section_get(doc, content, "items");
    buf_text(out, "  最新の月 ");
    view_text_add(out, month.bytes == NULL ? slice_of("不明") : month);
    buf_printf(out, "  %zu件\n", section_count(doc, items));
    for (uint32_t i = section_first(doc, items); i != SECTION_NONE; i = section_next(doc, i)) {
        struct slice name = section_member(doc, i, "name");
        add_when(doc, i, out);
        if (name.bytes == NULL)
            name = section_member(doc, i, "code");
        view_text_add(out, name.bytes == NULL ? slice_of("名称の記載なし") : name);
        view_text_amount(doc, i, "quantity", out);
        view_text_field(doc, i, "times", " 回数 ", out);
        add_where(doc, i, " ／", out);
        buf_byte(out, '\n');
        view_text_others(doc, i, out);
    }
    view_text_others(doc, content, out);
}

static void add_result(const struct section_json *doc, uint32_t result, struct buf *out)
{
    struct slice name = section_member(doc, result, "name");
    if (name.bytes == NULL)
        name = section_member(doc, result, "code");
    buf_text(out, "    ");
    view_text_add(out, name.bytes == NULL ? slice_of("項目名の記載なし") : name);
    if (section_member(doc, result, "value_name").bytes != NULL)
        view_text_field(doc, result, "value_name", " ", out);
    else
        view_text_amount(doc, result, "value", out);
    buf_byte(out, '\n');
    view_text_others(doc, result, out);
}

void view_text_checkups(const struct section_json *doc, uint32_t content, struct buf *out)
{
    uint32_t items = section_get(doc, content, "items");
    buf_printf(out, "  %zu回\n", section_count(doc, items));
    for (uint32_t i = section_first(doc, items); i != SECTION_NONE; i = section_next(doc, i)) {
        uint32_t results = section_get(doc, i, "results");
        add_when(doc, i, out);
        buf_printf(out, "%zu項目\n", section_count(doc, results));
        for (uint32_t r = section_first(doc, results); r != SECTION_NONE; r = section_next(doc, r))
            add_result(doc, r, out);
        view_text_others(doc, i, out);
    }
    view_text_others(doc, content, out);
}

void view_text_document(const struct section_json *doc, uint32_t content, struct buf *out)
{
    uint32_t parts = section_get(doc, content, "parts");
    for (uint32_t i = section_first(doc, parts); i != SECTION_NONE; i = section_next(doc, i)) {
        struct slice bytes = section_text(doc, section_get(doc, i, "bytes"));
        buf_text(out, "  ");
        view_text_field(doc, i, "media", "", out);
        buf_byte(out, ' ');
        view_text_add(out, bytes);
        buf_text(out, "バイト（この画面では中身を表示できません）\n");
    }
    view_text_others(doc, content, out);
}
