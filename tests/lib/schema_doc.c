/* schema_doc.c — Job: JSON Schemas of records, code lists and the envelope, from the tables. */
#include "tests/lib/schema_doc.h"

#include <assert.h>
#include <stdio.h>

#include "proto/bodies.h"

static void add_ref(struct json_writer *w, const char *name)
{
    char ref[128];
    snprintf(ref, sizeof ref, "#/components/schemas/%s", name);
    json_add_text(w, "$ref", ref);
}

static void add_code_ref(struct json_writer *w, const struct codes *codes)
{
    char name[96];
    snprintf(name, sizeof name, "code_%s", codes->name);
    add_ref(w, codes == &codes_err ? "error" : name);
}

static void add_items(struct json_writer *w, int64_t max)
{
    json_add_text(w, "type", "array");
    json_add_int(w, "minItems", 1);
    json_add_int(w, "maxItems", max);
}

static void add_base64(struct json_writer *w, int64_t bytes_max)
{
    json_add_text(w, "type", "string");
    json_add_text(w, "contentEncoding", "base64");
    json_add_text(w, "pattern", "^[A-Za-z0-9+/]+={0,2}$");
    json_add_int(w, "minLength", 4);
    json_add_int(w, "maxLength", (bytes_max + 2) / 3 * 4);
}

static void add_text(struct json_writer *w, const struct field *field)
{
    json_add_text(w, "type", "string");
    json_add_int(w, "minLength", field->min);
    json_add_int(w, "maxLength", field->max);
    if (field->kind == FIELD_SECRET)
        json_add_flag(w, "writeOnly", 1);
}

static void add_list(struct json_writer *w, const struct field *field)
{
    add_items(w, field->kind == FIELD_CODES ? (int64_t)field->codes->count : field->max);
    if (field->kind != FIELD_LIST)
        json_add_flag(w, "uniqueItems", 1);
    json_open(w, "items", '{');
    if (field->kind == FIELD_CODES)
        add_code_ref(w, field->codes);
    else
        add_ref(w, field->kind == FIELD_IDS ? "id" : field->record->name);
    json_close(w, '}');
}

static void add_field(struct json_writer *w, const struct field *field)
{
    switch (field->kind) {
    case FIELD_TEXT:
    case FIELD_SECRET:
        add_text(w, field);
        break;
    case FIELD_CODE:
        add_code_ref(w, field->codes);
        break;
    case FIELD_CODES:
    case FIELD_IDS:
    case FIELD_LIST:
        add_list(w, field);
        break;
    case FIELD_ID:
        add_ref(w, "id");
        break;
    case FIELD_INT:
        json_add_text(w, "type", "integer");
        json_add_int(w, "minimum", field->min);
        json_add_int(w, "maximum", field->max);
        break;
    case FIELD_TIME:
        add_ref(w, "time");
        break;
    case FIELD_DATE:
        add_ref(w, "date");
        break;
    case FIELD_FLAG:
        json_add_text(w, "type", "boolean");
        break;
    case FIELD_HASH:
        add_ref(w, "hash");
        break;
    case FIELD_BYTES:
        add_base64(w, field->max);
        break;
    case FIELD_RAW:
        json_add_text(w, "type", "object");
        break;
    case FIELD_RECORD:
        add_ref(w, field->record->name);
        break;
    }
}

static void add_required(struct json_writer *w, const struct record *record)
{
    bool any = false;
    for (size_t i = 0; i < record->fields_count; i++) {
        if (record->fields[i].flags != FIELD_REQUIRED)
            continue;
        if (!any)
            json_open(w, "required", '[');
        any = true;
        json_add_text(w, NULL, record->fields[i].name);
    }
    if (any)
        json_close(w, ']');
}

void schema_record(struct json_writer *w, const struct record *record, bool strict)
{
    json_add_text(w, "type", "object");
    add_required(w, record);
    json_open(w, "properties", '{');
    for (size_t i = 0; i < record->fields_count; i++) {
        json_open(w, record->fields[i].name, '{');
        add_field(w, &record->fields[i]);
        json_close(w, '}');
    }
    json_close(w, '}');
    if (strict)
        json_add_flag(w, "additionalProperties", 0);
}

void schema_codes(struct json_writer *w, const struct codes *codes)
{
    char name[96], text[256];
    snprintf(name, sizeof name, "code_%s", codes->name);
    json_open(w, name, '{');
    json_add_text(w, "type", "string");
    json_open(w, "oneOf", '[');
    for (size_t i = 0; i < codes->count; i++) {
        snprintf(text, sizeof text, "%s / %s", codes->rows[i].ja, codes->rows[i].en);
        json_open(w, NULL, '{');
        json_add_text(w, "const", codes->rows[i].name);
        json_add_text(w, "description", text);
        json_close(w, '}');
    }
    json_close(w, ']');
    json_close(w, '}');
}

void schema_errors(struct json_writer *w)
{
    char text[512];
    json_open(w, "error", '{');
    json_add_text(w, "type", "string");
    json_add_text(w, "description",
                  "Codes of refusal.code. final: the same message can never succeed. retryable: "
                  "the same bytes may succeed later. A newer gateway may know more.");
    json_open(w, "anyOf", '[');
    for (int i = ERR_OK + 1; i < ERR_COUNT; i++) {
        enum err code = (enum err)i;
        snprintf(text, sizeof text, "%s: %s / %s",
                 err_class_of(code) == ERR_FINAL ? "final" : "retryable", err_text_ja(code),
                 err_text_en(code));
        json_open(w, NULL, '{');
        json_add_text(w, "const", err_name(code));
        json_add_text(w, "description", text);
        json_close(w, '}');
    }
    json_open(w, NULL, '{');
    json_add_text(w, "pattern", "^ERR_[A-Z0-9_]+$");
    json_close(w, '}');
    json_close(w, ']');
    json_close(w, '}');
}

static void add_member(struct json_writer *w, const char *name, const char *schema)
{
    json_open(w, name, '{');
    add_ref(w, schema);
    json_close(w, '}');
}

static void add_request_members(struct json_writer *w, const struct message_type *type)
{
    add_member(w, "id", "id");
    add_member(w, "session", "id");
    add_member(w, "sent_at", "time");
    if ((type->needs & (NEEDS_CASE | OPENS_CASE)) != 0)
        add_member(w, "case", "id");
}

static void add_gateway_members(struct json_writer *w)
{
    static const char *const numbers[] = {"seq", "n"};
    add_member(w, "session", "id");
    add_member(w, "re", "id");
    add_member(w, "case", "id");
    add_member(w, "sent_at", "time");
    for (size_t i = 0; i < 2; i++) {
        json_open(w, numbers[i], '{');
        json_add_text(w, "type", "integer");
        json_add_int(w, "minimum", 1);
        json_close(w, '}');
    }
    json_open(w, "training", '{');
    json_add_text(w, "type", "boolean");
    json_add_text(w, "description", "true: the case is practice");
    json_close(w, '}');
}

static void add_frame_required(struct json_writer *w, const struct message_type *type)
{
    bool request = type->senders != FROM_GATEWAY;
    json_open(w, "required", '[');
    json_add_text(w, NULL, "type");
    if (type->body != &record_empty)
        json_add_text(w, NULL, "body");
    if (request && (type->needs & (NEEDS_CASE | OPENS_CASE)) != 0)
        json_add_text(w, NULL, "case");
    if (request && (type->needs & NOT_JOURNALLED) == 0) {
        json_add_text(w, NULL, "id");
        json_add_text(w, NULL, "sent_at");
    }
    if ((type->needs & NEEDS_SESSION) != 0)
        json_add_text(w, NULL, "session");
    json_close(w, ']');
}

void schema_frame(struct json_writer *w, const struct message_type *type)
{
    bool request = type->senders != FROM_GATEWAY;
    json_add_text(w, "type", "object");
    add_frame_required(w, type);
    json_open(w, "properties", '{');
    json_open(w, "type", '{');
    json_add_text(w, "const", type->name);
    json_close(w, '}');
    if (request)
        add_request_members(w, type);
    else
        add_gateway_members(w);
    json_open(w, "body", '{');
    schema_record(w, type->body, request);
    json_close(w, '}');
    json_close(w, '}');
    if (request)
        json_add_flag(w, "additionalProperties", 0);
}

void schema_basics(struct json_writer *w)
{
    static const struct {
        const char *name, *pattern, *text;
    } rows[] = {
        {"id", "^[0-7][0-9A-HJKMNP-TV-Z]{25}$", "ULID in upper case; all zero is not an id"},
        {"time", "^[0-9]{4}-[0-9]{2}-[0-9]{2}T[0-9]{2}:[0-9]{2}:[0-9]{2}\\.[0-9]{3}Z$",
         "RFC 3339, UTC, exactly three decimals, later than 1970-01-01T00:00:00.000Z"},
        {"date", "^[0-9]{4}-[0-9]{2}-[0-9]{2}$", "a day that exists"},
        {"hash", "^[A-Za-z0-9+/]{43}=$", "SHA-256 in base64"},
    };
    for (size_t i = 0; i < sizeof rows / sizeof rows[0]; i++) {
        json_open(w, rows[i].name, '{');
        json_add_text(w, "type", "string");
        json_add_text(w, "pattern", rows[i].pattern);
        json_add_text(w, "description", rows[i].text);
        json_close(w, '}');
    }
}
