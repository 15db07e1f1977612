/* test_message.c — Job: the golden frames both ways, every hostile frame refused, the envelope. */
#include "proto/message.h"

#include <setjmp.h>
#include <stdarg.h>
#include <cmocka.h>
#include <stdio.h>
#include <stdlib.h>

#include "proto/bodies.h"
#include "proto/limits.h"
#include "tests/lib/fixtures.h"

/* Secrets are never written and raw members not read: a frame with one cannot come back whole. */
static bool has_what_gets_lost(const struct record *record, const struct json *object)
{
    for (size_t i = 0; i < record->fields_count; i++) {
        const struct field *field = &record->fields[i];
        bool lost = field->kind == FIELD_SECRET || field->kind == FIELD_RAW;
        if (lost && json_get(object, field->name) != NULL)
            return true;
    }
    return false;
}

static bool comes_back_whole(const struct message *m)
{
    const struct json *body = json_get(m->json, "body");
    if (body == NULL || has_what_gets_lost(m->type->body, body))
        return false;
    for (size_t i = 0; i < m->type->body->fields_count; i++) {
        const struct field *field = &m->type->body->fields[i];
        const struct json *list = json_get(body, field->name);
        if (field->kind != FIELD_LIST || list == NULL)
            continue;
        for (const struct json *item = json_first(list); item != NULL; item = json_next(item))
            if (has_what_gets_lost(field->record, item))
                return false;
    }
    return true;
}

static void valid_frame(const char *name, struct slice frame, void *self)
{
    bool *seen = self;
    struct message m;
    struct complaint why;
    struct buf out = {0};
    enum err e = message_decode(frame, fixture_sender(frame), &m, &why);
    if (e != ERR_OK)
        fail_msg("%s: %s at %s", name, err_name(e), why.path);
    seen[m.type->kind] = true;
    assert_memory_equal(name, m.type->name, strlen(m.type->name)); /* the file is named after it */
    assert_int_equal(message_encode(m.type->kind, &m, m.body, &out), ERR_OK);
    if (comes_back_whole(&m) && !slice_equal(buf_slice(&out), frame))
        fail_msg("%s became %.*s", name, (int)out.size, out.bytes);
    buf_free(&out);
    message_fini(&m);
}

static void golden_frames_are_read_and_written_byte_by_byte(void **state)
{
    (void)state;
    bool seen[MESSAGE_KINDS] = {false};
    assert_true(fixtures_each("valid", valid_frame, seen) >= MESSAGE_KINDS);
    for (int kind = 0; kind < MESSAGE_KINDS; kind++)
        if (!seen[kind])
            fail_msg("no golden frame of %s", message_type_of((enum message_kind)kind)->name);
}

/* The name says what is expected: ERR_BAD_FIELD-ambulance-what_is_wrong. */
static void invalid_frame(const char *name, struct slice frame, void *self)
{
    static const struct {
        const char *name;
        enum sender sender;
    } sides[] = {
        {"ambulance", FROM_AMBULANCE}, {"hospital", FROM_HOSPITAL}, {"gateway", FROM_GATEWAY}};
    struct message m;
    struct complaint why;
    char code[64], side[32];
    enum sender sender = 0;
    (void)self;
    assert_int_equal(sscanf(name, "%63[A-Z0-9_]-%31[a-z]-", code, side), 2);
    for (size_t i = 0; i < sizeof sides / sizeof sides[0]; i++)
        if (strcmp(side, sides[i].name) == 0)
            sender = sides[i].sender;
    assert_int_not_equal(sender, 0);
    enum err e = message_decode(frame, sender, &m, &why);
    if (strcmp(err_name(e), code) != 0)
        fail_msg("%s: %s at %s", name, err_name(e), why.path);
    assert_null(m.body);
    assert_null(m.json);
}

static void hostile_frames_are_refused_with_their_code(void **state)
{
    (void)state;
    assert_true(fixtures_each("invalid", invalid_frame, NULL) > 90);
}

#define ID_1 "01JDD5S2R00000000000000001"
#define ID_2 "01JDD5S2R00000000000000002"
#define ID_3 "01JDD5S2R00000000000000003"
#define SENT "\"sent_at\":\"2026-11-24T05:00:00.000Z\""

static enum err decode(const char *text, enum sender sender, struct message *m,
                       struct complaint *why)
{
    return message_decode(slice_of(text), sender, m, why);
}

static void the_envelope_is_read(void **state)
{
    (void)state;
    static const char text[] =
        "{\"type\":\"eta\",\"id\":\"" ID_1 "\",\"case\":\"" ID_2 "\",\"session\":\"" ID_3 "\"," SENT
        ",\"body\":{\"eta_at\":\"2026-11-24T05:20:00.000Z\"}}";
    struct message m;
    struct complaint why;
    struct id id;
    assert_int_equal(decode(text, FROM_AMBULANCE, &m, &why), ERR_OK);
    assert_int_equal(m.type->kind, MSG_ETA);
    assert_int_equal(id_parse(slice_of(ID_1), &id), ERR_OK);
    assert_true(id_equal(&id, &m.id));
    assert_int_equal(id_parse(slice_of(ID_2), &id), ERR_OK);
    assert_true(id_equal(&id, &m.case_id));
    assert_int_equal(id_parse(slice_of(ID_3), &id), ERR_OK);
    assert_true(id_equal(&id, &m.session));
    assert_true(id_absent(&m.re));
    assert_true(m.sent_at == INT64_C(1795496400000));
    assert_true(m.seq == 0 && m.n == 0);
    struct hash digest = sha256(text, sizeof text - 1);
    assert_true(hash_equal(&digest, &m.digest));
    const struct body_eta *body = m.body;
    assert_true(body->eta_at == INT64_C(1795497600000));
    message_fini(&m);
    assert_null(m.body);
    message_fini(&m);
    message_fini(NULL);
}

static void a_refusal_can_name_id_and_type(void **state)
{
    (void)state;
    struct message m;
    struct complaint why;
    struct id id;
    assert_int_equal(id_parse(slice_of(ID_1), &id), ERR_OK);
    assert_int_equal(decode("{\"body\":{\"x\":1},\"type\":\"eta\",\"id\":\"" ID_1
                            "\",\"case\":\"" ID_2 "\"," SENT "}",
                            FROM_AMBULANCE, &m, &why),
                     ERR_UNKNOWN_FIELD);
    assert_string_equal(why.path, "body.?");
    assert_true(id_equal(&id, &m.id));
    assert_int_equal(m.type->kind, MSG_ETA);
    assert_int_equal(
        decode("{\"type\":\"nonsense\",\"id\":\"" ID_1 "\"}", FROM_AMBULANCE, &m, &why),
        ERR_UNKNOWN_TYPE);
    assert_string_equal(why.path, "type");
    assert_true(id_equal(&id, &m.id));
    assert_null(m.type);
    assert_int_equal(decode("{\"type\":\"eta\",\"id\":\"x\"}", FROM_AMBULANCE, &m, &why),
                     ERR_BAD_FIELD);
    assert_string_equal(why.path, "id");
    assert_true(id_absent(&m.id));
    assert_int_equal(m.type->kind, MSG_ETA);
    assert_int_equal(decode("{", FROM_AMBULANCE, &m, &why), ERR_JSON);
    assert_string_equal(why.path, "");
    assert_null(m.type);
}

static void the_body_may_be_missing_where_it_is_empty(void **state)
{
    (void)state;
    struct message m;
    struct complaint why;
    assert_int_equal(decode("{\"type\":\"snapshot_ask\"}", FROM_HOSPITAL, &m, &why), ERR_OK);
    assert_non_null(m.body);
    message_fini(&m);
    assert_int_equal(decode("{\"type\":\"ack\"}", FROM_HOSPITAL, &m, &why), ERR_MISSING_FIELD);
    assert_string_equal(why.path, "body");
}

static void every_side_says_only_what_is_its_own(void **state)
{
    (void)state;
    char text[256];
    struct message m;
    struct complaint why;
    for (int kind = 0; kind < MESSAGE_KINDS; kind++) {
        const struct message_type *type = message_type_of((enum message_kind)kind);
        assert_int_equal(type->kind, kind);
        snprintf(text, sizeof text, "{\"type\":\"%s\"}", type->name);
        for (unsigned side = FROM_AMBULANCE; side <= FROM_GATEWAY; side <<= 1) {
            enum err e = decode(text, (enum sender)side, &m, &why);
            if ((type->senders & side) == 0)
                assert_int_equal(e, ERR_NOT_ALLOWED);
            else
                assert_int_not_equal(e, ERR_NOT_ALLOWED);
            if (e == ERR_OK)
                message_fini(&m);
        }
        /* The gateway never speaks a client's words: one direction per type. */
        assert_true(type->senders == FROM_GATEWAY || (type->senders & FROM_GATEWAY) == 0);
    }
}

static void a_newer_gateway_is_understood(void **state)
{
    (void)state;
    struct message m;
    struct complaint why;
    assert_int_equal(
        decode("{\"type\":\"notice\",\"n\":7,\"seq\":9,\"new\":[1],\"body\":{\"event\":"
               "\"something_new\",\"at\":\"2026-11-24T05:00:00.000Z\",\"revoke\":"
               "\"new_reason\",\"mood\":\"good\"}}",
               FROM_GATEWAY, &m, &why),
        ERR_OK);
    const struct body_notice *body = m.body;
    assert_true(slice_is(body->event, "something_new"));
    assert_int_equal(body->revoke, 0);
    assert_true(m.n == 7 && m.seq == 9);
    message_fini(&m);
}

/* Practice is said in the envelope, by the gateway alone; a client cannot claim it of a case. */
static void the_gateway_says_that_a_case_is_practice(void **state)
{
    (void)state;
    struct message m, head = {.training = FLAG_YES};
    struct complaint why;
    struct body_alive body;
    struct buf out = {0};
    assert_int_equal(id_parse(slice_of(ID_2), &head.case_id), ERR_OK);
    record_clear(&record_alive, &body);
    body.now = 1;
    assert_int_equal(message_encode(MSG_ALIVE, &head, &body, &out), ERR_OK);
    assert_non_null(memmem(out.bytes, out.size, ",\"training\":true,\"type\"", 23));
    assert_int_equal(message_decode(buf_slice(&out), FROM_GATEWAY, &m, &why), ERR_OK);
    assert_int_equal(m.training, FLAG_YES);
    message_fini(&m);
    buf_free(&out);
    head.training = FLAG_NO;
    assert_int_equal(message_encode(MSG_ALIVE, &head, &body, &out), ERR_OK);
    assert_null(memmem(out.bytes, out.size, "training", 8));
    buf_free(&out);
    assert_int_equal(
        decode("{\"type\":\"alive\",\"training\":1,\"body\":{}}", FROM_GATEWAY, &m, &why),
        ERR_BAD_FIELD);
    assert_string_equal(why.path, "training");
    assert_int_equal(
        decode("{\"type\":\"snapshot_ask\",\"training\":true}", FROM_HOSPITAL, &m, &why),
        ERR_UNKNOWN_FIELD);
    assert_string_equal(why.path, "training");
}

static void frames_have_a_largest_size(void **state)
{
    (void)state;
    struct message m, head = {.type = NULL};
    struct complaint why;
    struct body_record body;
    struct buf out = {0};
    char *text = malloc(FRAME_BYTES_MAX + 1);
    memset(text, ' ', FRAME_BYTES_MAX + 1);
    memcpy(text, "{\"type\":\"snapshot_ask\"}", 23);
    assert_int_equal(
        message_decode((struct slice){text, FRAME_BYTES_MAX + 1}, FROM_AMBULANCE, &m, &why),
        ERR_TOO_LARGE);
    assert_int_equal(
        message_decode((struct slice){text, FRAME_BYTES_MAX}, FROM_AMBULANCE, &m, &why), ERR_OK);
    message_fini(&m);
    record_clear(&record_record, &body);
    body.record = (struct slice){text, FRAME_BYTES_MAX};
    assert_int_equal(message_encode(MSG_RECORD, &head, &body, &out), ERR_TOO_LARGE);
    buf_free(&out);
    free(text);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(golden_frames_are_read_and_written_byte_by_byte),
        cmocka_unit_test(hostile_frames_are_refused_with_their_code),
        cmocka_unit_test(the_envelope_is_read),
        cmocka_unit_test(a_refusal_can_name_id_and_type),
        cmocka_unit_test(the_body_may_be_missing_where_it_is_empty),
        cmocka_unit_test(every_side_says_only_what_is_its_own),
        cmocka_unit_test(a_newer_gateway_is_understood),
        cmocka_unit_test(the_gateway_says_that_a_case_is_practice),
        cmocka_unit_test(frames_have_a_largest_size),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
