/* view_text_drugs.c — Job: medicines as text: by source, with the newest month that is
 * contained. */
#include "client/section_json.h"
#include "client/view_text.h"

static const char *source_ja(struct slice source)
{
    if (slice_is(source, "receipt"))
        return "レセプト（請求）による";
    if (slice_is(source, "dispensed"))
        return "調剤（電子処方箋）による";
    if (slice_is(source, "prescribed"))
        return "処方（電子処方箋）による";
    return "その他の情報源による";
}

static void add_place(const struct section_json *doc, uint32_t item, const char *key,
                      const char *label, struct buf *out)
{
    uint32_t place = section_get(doc, item, key);
    struct slice name = section_member(doc, place, "name");
    if (name.bytes == NULL)
        name = section_member(doc, place, "code");
    if (name.bytes == NULL)
        return;
    buf_text(out, label);
    view_text_add(out, name);
}

static void add_drug(const struct section_json *doc, uint32_t item, struct buf *out)
{
    struct slice date = section_member(doc, item, "date");
    struct slice name = section_member(doc, item, "name");
    if (date.bytes == NULL)
        date = section_member(doc, item, "month");
    buf_text(out, "  ・");
    view_text_add(out, date.bytes == NULL ? slice_of("日付の記載なし") : date);
    buf_byte(out, ' ');
    if (name.bytes == NULL)
        name = section_member(doc, item, "code");
    view_text_add(out, name.bytes == NULL ? slice_of("薬剤名の記載なし") : name);
    view_text_field(doc, item, "ingredient", " 成分 ", out);
    view_text_amount(doc, item, "quantity", out);
    view_text_field(doc, item, "usage", " 用法 ", out);
    view_text_field(doc, item, "times", " 回数 ", out);
    view_text_field(doc, item, "special", " ", out);
    add_place(doc, item, "institution", " ／", out);
    add_place(doc, item, "prescriber", " 処方元 ", out);
    buf_byte(out, '\n');
    view_text_others(doc, item, out);
}

void view_text_drugs(const struct section_json *doc, uint32_t content, struct buf *out)
{
    uint32_t groups = section_get(doc, content, "groups");
    uint32_t group = section_first(doc, groups);
    if (group == SECTION_NONE)
        buf_text(out, "  項目がありません\n");
    for (; group != SECTION_NONE; group = section_next(doc, group)) {
        struct slice month = section_member(doc, group, "newest_month");
        uint32_t items = section_get(doc, group, "items");
        buf_text(out, "  〔");
        buf_text(out, source_ja(section_member(doc, group, "source")));
        buf_text(out, "〕 最新の月 ");
        view_text_add(out, month.bytes == NULL ? slice_of("不明") : month);
        buf_printf(out, "  %zu件  直近の処方は含まれないことがあります\n",
                   section_count(doc, items));
        for (uint32_t i = section_first(doc, items); i != SECTION_NONE; i = section_next(doc, i))
            add_drug(doc, i, out);
    }
    view_text_others(doc, content, out);
}
