/* client_kit.c — Job: a client against a gateway that is a page of text: frames written by hand. */
#include "tests/lib/client_kit.h"

#include "proto/base64.h"
#include "proto/time_text.h"

#include <assert.h>
#include <stdarg.h>
#include <stdio.h>
#include <stdlib.h>

enum { ROUND = 8, TEXT_MAX = 60000 };

struct id kit_id(char letter)
{
    struct id id = {{0}};
    id.bytes[0] = 1;
    id.bytes[15] = (uint8_t)letter;
    return id;
}

const char *kit_text(char letter)
{
    static char texts[ROUND][ID_TEXT_SIZE + 1];
    static size_t next;
    struct id id = kit_id(letter);
    char *text = texts[next++ % ROUND];
    id_text(&id, text);
    text[ID_TEXT_SIZE] = '\0';
    return text;
}

/* ---- the client's world ---- */

static enum err kit_send(void *self, struct slice frame)
{
    struct kit *kit = self;
    if (!kit->line)
        return ERR_BUSY;
    assert(kit->sent_count < KIT_SENT_MAX);
    buf_add(&kit->sent[kit->sent_count++], frame.bytes, frame.size);
    return ERR_OK;
}

static int64_t kit_wall(void *self)
{
    return ((struct kit *)self)->wall;
}

static uint64_t kit_mono(void *self)
{
    return ((struct kit *)self)->mono;
}

static struct id kit_new_id(void *self)
{
    struct kit *kit = self;
    struct id id = {{2}};
    id.bytes[14] = (uint8_t)(++kit->ids >> 8);
    id.bytes[15] = (uint8_t)kit->ids;
    return id;
}

static void kit_happens(void *self, const struct happened *what)
{
    struct kit *kit = self;
    assert(kit->happened_count < KIT_HAPPENED_MAX);
    struct kit_happened *row = &kit->happened[kit->happened_count++];
    *row = (struct kit_happened){.kind = what->kind,
                                 .view_id = what->view_id,
                                 .grant_id = what->grant_id,
                                 .session = what->session,
                                 .sections = what->sections,
                                 .why = what->why,
                                 .revoke = what->revoke,
                                 .verdict = what->verdict,
                                 .err = what->err,
                                 .again = what->again};
    if (what->c != NULL)
        row->case_id = what->c->id;
    if (what->settled != NULL) {
        row->message = what->settled->message;
        row->entry = what->settled->entry;
        row->settled_kind = what->settled->kind;
    }
}

struct client_calls kit_calls(struct kit *kit)
{
    return (struct client_calls){.self = kit,
                                 .send = kit_send,
                                 .wall_ms = kit_wall,
                                 .mono_ms = kit_mono,
                                 .new_id = kit_new_id,
                                 .happened = kit_happens};
}

void kit_init(struct kit *kit)
{
    uint8_t seed[NOTE_SEED_BYTES] = {7}, public[NOTE_PUBLIC_BYTES];
    *kit = (struct kit){.wall = 1795500000000, .mono = 5000, .line = true};
    note_secret_of_seed(seed, kit->log_secret, public);
    enum err err = note_key_init(slice_of("test.log"), NOTE_KEY_ED25519, public, &kit->log_key);
    assert(err == ERR_OK);
    sample_init(&kit->log, KIT_LOG_SIZE);
}

void kit_fini(struct kit *kit)
{
    client_free(kit->client);
    kit->client = NULL;
    for (size_t i = 0; i < KIT_SENT_MAX; i++)
        buf_free(&kit->sent[i]);
    sample_fini(&kit->log);
}

void kit_client(struct kit *kit, enum sender side)
{
    struct client_calls calls = kit_calls(kit);
    struct witness witness = {.unproved = 0};
    enum err err =
        client_new(&calls, side, "kit 0.1", CLIENT_VIEWS_BYTES_MAX, &witness, &kit->client);
    assert(err == ERR_OK);
}

/* ---- what was sent and told ---- */

static bool has_type(const struct buf *frame, const char *type)
{
    char word[64];
    int size = snprintf(word, sizeof word, "\"type\":\"%s\"}", type);
    return frame->size > (size_t)size &&
           memcmp(frame->bytes + frame->size - size, word, (size_t)size) == 0;
}

struct slice kit_sent(const struct kit *kit, const char *type)
{
    for (size_t i = kit->sent_count; i > 0; i--)
        if (has_type(&kit->sent[i - 1], type))
            return buf_slice(&kit->sent[i - 1]);
    return (struct slice){NULL, 0};
}

size_t kit_sent_times(const struct kit *kit, const char *type)
{
    size_t count = 0;
    for (size_t i = 0; i < kit->sent_count; i++)
        count += has_type(&kit->sent[i], type) ? 1 : 0;
    return count;
}

const char *kit_member(struct slice frame, const char *path)
{
    static char texts[ROUND][512];
    static size_t next;
    char *text = texts[next++ % ROUND], name[64];
    struct json *root = NULL;
    text[0] = '\0';
    if (frame.bytes == NULL || json_parse(frame, FRAME_BYTES_MAX, &root) != ERR_OK)
        return text;
    const struct json *node = root;
    while (node != NULL && *path != '\0') {
        size_t size = strcspn(path, ".");
        snprintf(name, sizeof name, "%.*s", (int)size, path);
        node = json_kind(node) == JSON_OBJECT ? json_get(node, name) : NULL;
        path += size + (path[size] == '.' ? 1 : 0);
    }
    if (node != NULL && json_kind(node) == JSON_TEXT)
        snprintf(text, 512, "%s", json_text(node).bytes);
    else if (node != NULL && json_kind(node) == JSON_INT)
        snprintf(text, 512, "%lld", (long long)json_int(node));
    else if (node != NULL && json_kind(node) == JSON_FLAG)
        snprintf(text, 512, "%s", json_flag(node) ? "true" : "false");
    json_free(root);
    return text;
}

void kit_forget(struct kit *kit)
{
    for (size_t i = 0; i < KIT_SENT_MAX; i++)
        buf_free(&kit->sent[i]);
    kit->sent_count = kit->happened_count = 0;
}

size_t kit_times(const struct kit *kit, enum happening kind)
{
    size_t count = 0;
    for (size_t i = 0; i < kit->happened_count; i++)
        count += kit->happened[i].kind == kind ? 1 : 0;
    return count;
}

const struct kit_happened *kit_last(const struct kit *kit, enum happening kind)
{
    for (size_t i = kit->happened_count; i > 0; i--)
        if (kit->happened[i - 1].kind == kind)
            return &kit->happened[i - 1];
    return NULL;
}

/* ---- frames ---- */

void kit_frame(struct buf *out, const char *type, const char *envelope, const char *body)
{
    buf_byte(out, '{');
    buf_text(out, envelope);
    buf_text(out, "\"body\":");
    buf_text(out, body);
    buf_text(out, ",\"type\":\"");
    buf_text(out, type);
    buf_text(out, "\"}");
}

static void format_frame(struct buf *out, const char *type, const char *envelope,
                         const char *format, va_list args)
{
    char *text = malloc(TEXT_MAX);
    assert(text != NULL);
    int size = vsnprintf(text, TEXT_MAX, format, args);
    assert(size >= 0 && size < TEXT_MAX);
    kit_frame(out, type, envelope, text);
    free(text);
}

void kit_format(struct buf *out, const char *type, const char *envelope, const char *format, ...)
{
    va_list args;
    va_start(args, format);
    format_frame(out, type, envelope, format, args);
    va_end(args);
}

void kit_say(struct kit *kit, const char *type, const char *envelope, const char *format, ...)
{
    struct buf frame = {0};
    va_list args;
    va_start(args, format);
    format_frame(&frame, type, envelope, format, args);
    va_end(args);
    client_frame(kit->client, buf_slice(&frame));
    buf_free(&frame);
}

const char *kit_at(int64_t ms)
{
    static char texts[ROUND][TIME_TEXT_SIZE];
    static size_t next;
    char *text = texts[next++ % ROUND];
    time_text(ms, text);
    return text;
}

void kit_welcome(struct kit *kit, int64_t n)
{
    struct buf key = {0};
    note_key_format(&kit->log_key, &key);
    buf_byte(&key, '\0');
    kit_say(kit, "welcome", "",
            "{\"device\":\"%s\",\"gateway\":\"gw\",\"lease_ms\":120000,\"log_key\":\"%s\","
            "\"n\":%lld,\"now\":\"%s\",\"org\":\"%s\",\"profile\":\"training\"}",
            kit_text('D'), key.bytes, (long long)n, kit_at(kit->wall), kit_text('O'));
    buf_free(&key);
}

void kit_ready(struct kit *kit, int64_t n)
{
    client_online(kit->client);
    kit_welcome(kit, n);
    kit_say(kit, "snapshot", "", "{\"count\":0,\"n\":%lld}", (long long)n);
}

void kit_sign_in(struct kit *kit, char letter)
{
    char envelope[128];
    struct slice asked = kit_sent(kit, "sign_in");
    if (asked.bytes == NULL) {
        enum err err = session_sign_in(client_session(kit->client), slice_of("er1"),
                                       slice_of("secret-word"), slice_of("123456"), NULL);
        assert(err == ERR_OK);
        asked = kit_sent(kit, "sign_in");
    }
    snprintf(envelope, sizeof envelope, "\"re\":\"%s\",\"session\":\"%s\",",
             kit_member(asked, "id"), kit_text(letter));
    kit_say(kit, "session", envelope,
            "{\"name\":\"試験 一郎\",\"person\":\"%s\",\"roles\":[\"er_board\",\"er_viewer\"],"
            "\"session\":\"%s\",\"token\":\"QUFBQUFBQUFBQUFBQUFBQUFBQUFBQUFBQUFBQUFBQUE=\","
            "\"until\":\"%s\"}",
            kit_text('P'), kit_text(letter), kit_at(kit->wall + 8 * 3600 * 1000));
}

void kit_checkpoint(struct kit *kit, uint64_t old_size, uint64_t size, const struct hash *root,
                    struct buf *body)
{
    struct merkle_nodes nodes = sample_nodes(&kit->log);
    struct checkpoint checkpoint = {.size = size};
    struct merkle_proof proof = {.count = 0};
    struct buf note = {0}, lines = {0};
    snprintf(checkpoint.origin, sizeof checkpoint.origin, "test.log");
    checkpoint.root = root != NULL ? *root : sample_root(&kit->log, size);
    enum err err = checkpoint_sign(&checkpoint, &kit->log_key, kit->log_secret, &note);
    if (err == ERR_OK && old_size <= size)
        err = merkle_prove_consistency(&nodes, old_size, size, &proof);
    assert(err == ERR_OK);
    for (size_t i = 0; i < proof.count; i++) {
        base64_add(&lines, proof.hashes[i].bytes, sizeof proof.hashes[i].bytes);
        buf_byte(&lines, '\n');
    }
    buf_text(body, "{\"note\":");
    buf_json_text(body, buf_slice(&note));
    buf_printf(body, ",\"old_size\":%llu,\"proof\":", (unsigned long long)old_size);
    buf_json_text(body, buf_slice(&lines));
    buf_byte(body, '}');
    buf_free(&note);
    buf_free(&lines);
}

void kit_case(struct kit *kit, int64_t until)
{
    char envelope[64];
    snprintf(envelope, sizeof envelope, "\"case\":\"%s\",", kit_text('C'));
    kit_say(kit, "snapshot", "", "{\"count\":1,\"n\":4}");
    kit_say(kit, "snapshot_case", envelope,
            "{\"asked\":[{\"content\":{\"age\":71,\"complaint\":\"胸痛マーカー\",\"hospitals\":[\"%"
            "s\"],"
            "\"inquiry\":\"%s\",\"urgency\":\"red\"},\"hospital\":\"%s\",\"hospital_name\":"
            "\"試験病院\","
            "\"inquiry\":\"%s\",\"status\":\"accepted\"}],\"destination_here\":true,"
            "\"grants\":[{\"grant\":\"%s\",\"hospital\":\"%s\",\"issued_at\":\"%s\","
            "\"sections\":[\"person\",\"medications\"],\"until\":\"%s\",\"view\":\"%s\"}],"
            "\"opened_at\":\"%s\"}",
            kit_text('O'), kit_text('Q'), kit_text('O'), kit_text('Q'), kit_text('G'),
            kit_text('O'), kit_at(kit->wall), kit_at(until), kit_text('V'), kit_at(kit->wall));
}
