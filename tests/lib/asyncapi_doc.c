/* asyncapi_doc.c — Job: the AsyncAPI 3.0 document of the wire, from the tables of proto/. */
#include "tests/lib/asyncapi_doc.h"

#include <stdio.h>

#include "tests/lib/record_set.h"
#include "tests/lib/schema_doc.h"

static const struct listener {
    enum sender sender;
    const char *name, *text;
} listeners[] = {
    {FROM_AMBULANCE, "ambulance", "Tablets of ambulances."},
    {FROM_HOSPITAL, "hospital", "Boxes of hospitals."},
    {FROM_ADMIN, "admin", "Administrators' devices."},
};
enum { LISTENERS = sizeof listeners / sizeof listeners[0] };

/* {"$ref": "#/WHERE/NAME"} and, for a message of a channel, "/messages/MESSAGE" behind it. */
static void add_ref(struct json_writer *w, const char *key, const char *where, const char *name,
                    const char *message)
{
    char ref[160];
    snprintf(ref, sizeof ref, "#/%s/%s%s%s", where, name, message == NULL ? "" : "/messages/",
             message == NULL ? "" : message);
    json_open(w, key, '{');
    json_add_text(w, "$ref", ref);
    json_close(w, '}');
}

static void add_info(struct json_writer *w)
{
    json_add_text(w, "asyncapi", "3.0.0");
    json_open(w, "info", '{');
    json_add_text(w, "title", "Sakiyomi gateway");
    json_add_text(w, "version", "1.0.0");
    json_add_text(w, "description",
                  "Emergency information relay between ambulances and hospitals: the WebSocket "
                  "subprotocol sakiyomi.v1. Generated from the tables that the gateway itself "
                  "decodes with; proto/PROTOCOL.md is the contract in prose.");
    json_close(w, '}');
    json_add_text(w, "defaultContentType", "application/json");
}

static void add_servers(struct json_writer *w)
{
    json_open(w, "servers", '{');
    for (size_t i = 0; i < LISTENERS; i++) {
        json_open(w, listeners[i].name, '{');
        json_add_text(w, "host", "{host}:{port}");
        json_add_text(w, "protocol", "wss");
        json_add_text(w, "description", listeners[i].text);
        json_open(w, "variables", '{');
        json_open(w, "host", '{');
        json_add_text(w, "description", "the DNS name in the gateway's certificate");
        json_close(w, '}');
        json_open(w, "port", '{');
        json_add_text(w, "description", "one listener per kind of device");
        json_close(w, '}');
        json_close(w, '}');
        json_open(w, "security", '[');
        add_ref(w, NULL, "components/securitySchemes", "device_certificate", NULL);
        json_close(w, ']');
        json_close(w, '}');
    }
    json_close(w, '}');
}

static bool is_on(const struct message_type *type, const struct listener *listener)
{
    return (type->senders & (unsigned)listener->sender) != 0 ||
           message_is_heard(type, listener->sender);
}

static void add_channels(struct json_writer *w)
{
    json_open(w, "channels", '{');
    for (size_t i = 0; i < LISTENERS; i++) {
        json_open(w, listeners[i].name, '{');
        json_add_text(w, "address", "/");
        json_add_text(w, "description", listeners[i].text);
        json_open(w, "servers", '[');
        add_ref(w, NULL, "servers", listeners[i].name, NULL);
        json_close(w, ']');
        json_open(w, "messages", '{');
        for (int kind = 0; kind < MESSAGE_KINDS; kind++) {
            const struct message_type *type = message_type_of((enum message_kind)kind);
            if (is_on(type, &listeners[i]))
                add_ref(w, type->name, "components/messages", type->name, NULL);
        }
        json_close(w, '}');
        json_open(w, "bindings", '{');
        json_open(w, "ws", '{');
        json_add_text(w, "method", "GET");
        json_open(w, "headers", '{');
        json_add_text(w, "type", "object");
        json_open(w, "properties", '{');
        json_open(w, "Sec-WebSocket-Protocol", '{');
        json_add_text(w, "const", "sakiyomi.v1");
        json_close(w, '}');
        json_close(w, '}');
        json_close(w, '}');
        json_close(w, '}');
        json_close(w, '}');
        json_close(w, '}');
    }
    json_close(w, '}');
}

/* A journalled request is answered by a receipt or a refusal; of the others only some are. */
static void add_reply(struct json_writer *w, const struct listener *listener)
{
    json_open(w, "reply", '{');
    add_ref(w, "channel", "channels", listener->name, NULL);
    json_open(w, "messages", '[');
    add_ref(w, NULL, "channels", listener->name, "receipt");
    add_ref(w, NULL, "channels", listener->name, "refusal");
    json_close(w, ']');
    json_close(w, '}');
}

static void add_operation(struct json_writer *w, const struct message_type *type,
                          const struct listener *listener)
{
    bool request = type->senders != FROM_GATEWAY;
    char name[128];
    snprintf(name, sizeof name, "%s_%s", listener->name, type->name);
    json_open(w, name, '{');
    json_add_text(w, "action", request ? "receive" : "send");
    json_add_text(w, "summary", type->text);
    add_ref(w, "channel", "channels", listener->name, NULL);
    json_open(w, "messages", '[');
    add_ref(w, NULL, "channels", listener->name, type->name);
    json_close(w, ']');
    if (request && (type->needs & NOT_JOURNALLED) == 0)
        add_reply(w, listener);
    json_close(w, '}');
}

static void add_operations(struct json_writer *w)
{
    json_open(w, "operations", '{');
    for (size_t i = 0; i < LISTENERS; i++)
        for (int kind = 0; kind < MESSAGE_KINDS; kind++) {
            const struct message_type *type = message_type_of((enum message_kind)kind);
            if (is_on(type, &listeners[i]))
                add_operation(w, type, &listeners[i]);
        }
    json_close(w, '}');
}

static void add_messages(struct json_writer *w)
{
    json_open(w, "messages", '{');
    for (int kind = 0; kind < MESSAGE_KINDS; kind++) {
        const struct message_type *type = message_type_of((enum message_kind)kind);
        json_open(w, type->name, '{');
        json_add_text(w, "name", type->name);
        json_add_text(w, "summary", type->text);
        json_open(w, "payload", '{');
        schema_frame(w, type);
        json_close(w, '}');
        json_close(w, '}');
    }
    json_close(w, '}');
}

static void add_schemas(struct json_writer *w)
{
    struct record_set set;
    record_set_collect(&set);
    json_open(w, "schemas", '{');
    schema_basics(w);
    for (size_t i = 0; i < set.inner_count; i++) {
        json_open(w, set.inner[i]->name, '{');
        schema_record(w, set.inner[i], set.strict[i]);
        json_close(w, '}');
    }
    for (size_t i = 0; i < set.codes_count; i++)
        if (set.codes[i] != &codes_err) /* these have a class, too: schema_errors */
            schema_codes(w, set.codes[i]);
    schema_errors(w);
    json_close(w, '}');
}

void asyncapi_document(struct buf *out)
{
    struct json_writer w = {.out = out};
    json_open(&w, NULL, '{');
    add_info(&w);
    add_servers(&w);
    add_channels(&w);
    add_operations(&w);
    json_open(&w, "components", '{');
    add_messages(&w);
    add_schemas(&w);
    json_open(&w, "securitySchemes", '{');
    json_open(&w, "device_certificate", '{');
    json_add_text(&w, "type", "X509");
    json_add_text(&w, "description",
                  "Mutual TLS with the certificate of a registered device of the listener's kind.");
    json_close(&w, '}');
    json_close(&w, '}');
    json_close(&w, '}');
    json_close(&w, '}');
    buf_byte(out, '\n');
}
