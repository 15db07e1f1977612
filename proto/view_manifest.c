/* view_manifest.c — Job: describe a view without its content, so that both ends prove sameness. */
#include "proto/view.h"

static const char *const charset_names[] = {"", "utf-8", "cp932"};

static void add_hash(struct buf *out, const struct hash *hash)
{
    static const char digits[] = "0123456789abcdef";
    for (size_t i = 0; i < sizeof hash->bytes; i++) {
        buf_byte(out, digits[hash->bytes[i] >> 4]);
        buf_byte(out, digits[hash->bytes[i] & 15]);
    }
}

void view_sections_json(uint64_t sections, struct buf *out)
{
    const char *comma = "";
    buf_byte(out, '[');
    for (int i = 1; i <= VIEW_SECTIONS; i++) {
        if ((sections & SECTION_BIT(i)) == 0)
            continue;
        buf_printf(out, "%s\"%s\"", comma, codes_name(&codes_section, i));
        comma = ",";
    }
    buf_byte(out, ']');
}

static void add_parts(const struct view *v, uint64_t scope, uint64_t hidden, struct buf *out)
{
    const char *comma = "";
    buf_text(out, "\"parts\":[");
    for (size_t i = 0; i < v->part_count; i++) {
        const struct view_part *part = &v->parts[i];
        if (!view_part_goes(v, i, scope, hidden))
            continue;
        buf_printf(out, "%s{\"bytes\":%zu,\"charset\":\"%s\",\"hash\":\"", comma, part->bytes.size,
                   charset_names[part->charset]);
        add_hash(out, &part->hash);
        buf_text(out, "\",\"media\":");
        buf_json_text(out, slice_of(part->media));
        buf_printf(out, ",\"part\":%zu,\"sections\":", i);
        view_sections_json(part->sections, out);
        buf_byte(out, '}');
        comma = ",";
    }
    buf_byte(out, ']');
}

static void add_sections(const struct view *v, uint64_t scope, uint64_t hidden, struct buf *out)
{
    buf_text(out, "\"sections\":[");
    for (int i = 1; i <= VIEW_SECTIONS; i++) {
        enum section_state state = view_state_for(v, (enum section)i, scope, hidden);
        buf_text(out, i == 1 ? "{" : ",{");
        if (state == STATE_PRESENT) {
            buf_printf(out, "\"bytes\":%zu,\"hash\":\"", v->sections[i].json.size);
            add_hash(out, &v->sections[i].hash);
            buf_text(out, "\",");
        }
        buf_printf(out, "\"section\":\"%s\",\"state\":\"%s\"}", codes_name(&codes_section, i),
                   codes_name(&codes_section_state, (int)state));
    }
    buf_byte(out, ']');
}

void view_manifest(const struct view *v, uint64_t scope, uint64_t hidden, struct buf *out)
{
    char id[ID_TEXT_SIZE];
    id_text(&v->id, id);
    buf_printf(out, "{\"fetched_at\":%lld,\"from\":", (long long)v->fetched_at_ms);
    buf_json_text(out, slice_of(v->from));
    buf_text(out, ",\"id\":");
    buf_json_text(out, (struct slice){id, sizeof id});
    buf_text(out, ",\"interface\":");
    buf_json_text(out, slice_of(v->interface_id));
    buf_printf(out, ",\"kind\":\"%s\",", codes_name(&codes_view_kind, (int)v->kind));
    add_parts(v, scope, hidden, out);
    buf_printf(out, ",\"refetched\":%s,", v->refetched ? "true" : "false");
    add_sections(v, scope, hidden, out);
    buf_printf(out, ",\"simulator\":%s,\"to\":", v->simulator ? "true" : "false");
    buf_json_text(out, slice_of(v->to));
    buf_byte(out, '}');
}

struct hash view_hash(const struct view *v)
{
    struct buf text = {0};
    struct hash hash = {{0}};
    view_manifest(v, ~0ull, 0, &text);
    if (buf_error(&text) == ERR_OK)
        hash = sha256(text.bytes, text.size);
    buf_free(&text);
    return hash;
}
