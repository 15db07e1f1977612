/* protocol_doc.c — Job: the generated part of proto/PROTOCOL.md, from the tables of proto/. */
#include "tests/lib/protocol_doc.h"

#include "proto/bodies.h"
#include "tests/lib/record_set.h"

static void add_bounds(struct buf *b, const struct field *f, const char *unit)
{
    if (f->min == f->max)
        buf_printf(b, "%lld%s", (long long)f->max, unit);
    else
        buf_printf(b, "%lld…%lld%s", (long long)f->min, (long long)f->max, unit);
}

static void add_kind(struct buf *b, const struct field *f)
{
    switch (f->kind) {
    case FIELD_TEXT:
        buf_text(b, "text, ");
        add_bounds(b, f, " characters");
        break;
    case FIELD_SECRET:
        buf_text(b, "secret text, ");
        add_bounds(b, f, " characters");
        break;
    case FIELD_CODE:
        buf_printf(b, "one of `%s`", f->codes->name);
        break;
    case FIELD_CODES:
        buf_printf(b, "list of `%s`", f->codes->name);
        break;
    case FIELD_ID:
        buf_text(b, "id");
        break;
    case FIELD_IDS:
        buf_printf(b, "list of 1…%lld ids", (long long)f->max);
        break;
    case FIELD_INT:
        buf_text(b, "integer, ");
        add_bounds(b, f, "");
        break;
    case FIELD_TIME:
        buf_text(b, "time");
        break;
    case FIELD_DATE:
        buf_text(b, "date");
        break;
    case FIELD_FLAG:
        buf_text(b, "true or false");
        break;
    case FIELD_HASH:
        buf_text(b, "hash");
        break;
    case FIELD_BYTES:
        buf_printf(b, "base64 of at most %lld bytes", (long long)f->max);
        break;
    case FIELD_RAW:
        buf_text(b, "JSON object");
        break;
    case FIELD_RECORD:
        buf_printf(b, "object `%s`", f->record->name);
        break;
    case FIELD_LIST:
        buf_printf(b, "list of 1…%lld objects `%s`", (long long)f->max, f->record->name);
        break;
    }
}

static void add_record(struct buf *b, const struct record *record)
{
    if (record->fields_count == 0) {
        buf_text(b, "No fields.\n\n");
        return;
    }
    buf_text(b, "| field | needed | value |\n|---|---|---|\n");
    for (size_t i = 0; i < record->fields_count; i++) {
        const struct field *f = &record->fields[i];
        buf_printf(b, "| `%s` | %s | ", f->name, f->flags == FIELD_REQUIRED ? "yes" : "");
        add_kind(b, f);
        buf_text(b, " |\n");
    }
    buf_byte(b, '\n');
}

static void add_senders(struct buf *b, unsigned senders)
{
    static const struct {
        unsigned side;
        const char *name;
    } sides[] = {{FROM_AMBULANCE, "ambulance"},
                 {FROM_HOSPITAL, "hospital"},
                 {FROM_ADMIN, "administration"},
                 {FROM_GATEWAY, "gateway"}};
    bool any = false;
    for (size_t i = 0; i < sizeof sides / sizeof sides[0]; i++) {
        if ((senders & sides[i].side) == 0)
            continue;
        buf_printf(b, "%s%s", any ? ", " : "From: ", sides[i].name);
        any = true;
    }
    buf_text(b, ".");
}

static void add_message(struct buf *b, const struct message_type *type)
{
    unsigned needs = type->needs;
    buf_printf(b, "#### `%s`\n\n", type->name);
    buf_printf(b, "%s ", type->text);
    add_senders(b, type->senders);
    if (type->senders != FROM_GATEWAY) {
        if ((needs & NEEDS_SESSION) != 0)
            buf_text(b, " Needs a session.");
        if ((needs & NEEDS_CASE) != 0)
            buf_text(b, " Names an open case.");
        if ((needs & OPENS_CASE) != 0)
            buf_text(b, " Names a case that does not exist yet.");
        if ((needs & MAY_BE_LATE) != 0)
            buf_text(b, " May come late.");
        buf_text(b, (needs & NOT_JOURNALLED) != 0 ? " Not journalled: no receipt."
                                                  : " Journalled: `id` and `sent_at`, a receipt.");
    }
    buf_text(b, "\n\n");
    add_record(b, type->body);
}

static void add_messages(struct buf *b)
{
    for (int half = 0; half < 2; half++) {
        buf_text(b, half == 0 ? "### Messages of clients\n\n" : "### Messages of the gateway\n\n");
        for (int kind = 0; kind < MESSAGE_KINDS; kind++) {
            const struct message_type *type = message_type_of((enum message_kind)kind);
            if ((type->senders == FROM_GATEWAY) == (half == 1))
                add_message(b, type);
        }
    }
}

static void add_codes(struct buf *b, const struct codes *codes)
{
    buf_printf(b, "#### `%s`\n\n| value | 日本語 | English |\n|---|---|---|\n", codes->name);
    for (size_t i = 0; i < codes->count; i++)
        buf_printf(b, "| `%s` | %s | %s |\n", codes->rows[i].name, codes->rows[i].ja,
                   codes->rows[i].en);
    buf_byte(b, '\n');
}

static void add_errors(struct buf *b)
{
    buf_text(b, "### Error codes\n\nThe list `err`, too.\n\n"
                "| code | class | 日本語 | English |\n|---|---|---|---|\n");
    for (int i = ERR_OK + 1; i < ERR_COUNT; i++) {
        enum err code = (enum err)i;
        buf_printf(b, "| `%s` | %s | %s | %s |\n", err_name(code),
                   err_class_of(code) == ERR_FINAL ? "final" : "retryable", err_text_ja(code),
                   err_text_en(code));
    }
}

static void add_events(struct buf *b)
{
    static const char *const names[] = {
#define AS_EVENT(type, name, may, must) name,
#include "gateway/core/event_list.h"
#undef AS_EVENT
    };
    buf_text(b, "### Event names\n\nWhat `event` of a notice can be, as far as the recipient may "
                "know it:\n");
    for (size_t i = 0; i < sizeof names / sizeof names[0]; i++)
        buf_printf(b, "%s`%s`", i == 0 ? "" : i % 6 == 0 ? ",\n" : ", ", names[i]);
    buf_text(b, ".\n\n");
}

/* The lines of the comment from "Canonical JSON" to its end, without their stars. */
static void add_sections(struct buf *b, struct slice view_h)
{
    static const char first[] = " * Canonical JSON", last[] = "*/";
    const char *from = memmem(view_h.bytes, view_h.size, first, sizeof first - 1);
    const char *end = view_h.bytes + view_h.size;
    const char *to =
        from == NULL ? NULL : memmem(from, (size_t)(end - from), last, sizeof last - 1);
    if (to == NULL)
        return;
    while (to > from && to[-1] == ' ')
        to--;
    buf_text(b, "\n## 13. What a section holds\n\n```text\n");
    while (from < to) {
        const char *line = memchr(from, '\n', (size_t)(to - from));
        const char *stop = line == NULL ? to : line + 1;
        size_t skip = from + 3 <= stop && memcmp(from, " * ", 3) == 0  ? 3
                      : from + 2 <= stop && memcmp(from, " *", 2) == 0 ? 2
                                                                       : 0;
        buf_add(b, from + skip, (size_t)(stop - from) - skip);
        from = stop;
    }
    buf_text(b, "\n```\n");
}

void protocol_tables(struct slice view_h, struct buf *out)
{
    struct record_set set;
    record_set_collect(&set);
    buf_byte(out, '\n');
    add_messages(out);
    buf_text(out, "### Objects inside bodies\n\n");
    for (size_t i = 0; i < set.inner_count; i++) {
        buf_printf(out, "#### object `%s`\n\n", set.inner[i]->name);
        add_record(out, set.inner[i]);
    }
    buf_text(out, "### Code lists\n\n");
    for (size_t i = 0; i < set.codes_count; i++)
        if (set.codes[i] != &codes_err)
            add_codes(out, set.codes[i]);
    add_codes(out, &codes_section_state); /* stands inside the seal, in no table */
    add_events(out);
    add_errors(out);
    add_sections(out, view_h);
    buf_byte(out, '\n');
}

enum err protocol_doc_renew(struct slice page, struct slice view_h, struct buf *out)
{
    static const char begin[] = PROTOCOL_DOC_BEGIN, end[] = PROTOCOL_DOC_END;
    const char *first = memmem(page.bytes, page.size, begin, sizeof begin - 1);
    const char *last = memmem(page.bytes, page.size, end, sizeof end - 1);
    if (first == NULL || last == NULL || last < first)
        return ERR_NOT_FOUND;
    buf_add(out, page.bytes, (size_t)(first - page.bytes) + sizeof begin - 1);
    protocol_tables(view_h, out);
    buf_add(out, last, page.size - (size_t)(last - page.bytes));
    return buf_error(out);
}
