/* client_kit.c — Job: a client against a gateway that is a page of text: frames written by hand. */
#include "tests/lib/client_kit.h"

#include "proto/base64.h"
#include "proto/time_text.h"

#include <assert.h>
#include <stdarg.h>
#include <stdio.h>
#include <stdlib.h>

enum { ROUND = 8, TEXT_MAX = 60000 };

struct id ckit_id(char letter)
{
    struct id id = {{0}};
    id.bytes[0] = 1;
    id.bytes[15] = (uint8_t)letter;
    return id;
}

const char *ckit_text(char letter)
{
    static char texts[ROUND][ID_TEXT_SIZE + 1];
    static size_t next;
    struct id id = ckit_id(letter);
    char *text = texts[next++ % ROUND];
    id_text(&id, text);
    text[ID_TEXT_SIZE] = '\0';
    return text;
}

/* ---- the client's world ---- */

static enum err ckit_send(void *self, struct slice frame)
{
    struct client_kit *kit = self;
    if (!kit->line)
        return ERR_BUSY;
    assert(kit->sent_count < CKIT_SENT_MAX);
    buf_add(&kit->sent[kit->sent_count++], frame.bytes, frame.size);
    return ERR_OK;
}

static int64_t ckit_wall(void *self)
{
    return ((struct client_kit *)self)->wall;
}

static uint64_t ckit_mono(void *self)
{
    return ((struct client_kit *)self)->mono;
}

static struct id ckit_new_id(void *self)
{
    struct client_kit *kit = self;
    struct id id = {{2}};
    id.bytes[14] = (uint8_t)(++kit->ids >> 8);
    id.bytes[15] = (uint8_t)kit->ids;
    return id;
}

static void ckit_happens(void *self, const struct happened *what)
{
    struct client_kit *kit = self;
    assert(kit->happened_count < CKIT_HAPPENED_MAX);
    struct ckit_happened *row = &kit->happened[kit->happened_count++];
    *row = (struct ckit_happened){.kind = what->kind,
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

struct client_calls ckit_calls(struct client_kit *kit)
{
    return (struct client_calls){.self = kit,
                                 .send = ckit_send,
                                 .wall_ms = ckit_wall,
                                 .mono_ms = ckit_mono,
                                 .new_id = ckit_new_id,
                                 .happened = ckit_happens};
}

void ckit_init(struct client_kit *kit)
{
    uint8_t seed[NOTE_SEED_BYTES] = {7}, public[NOTE_PUBLIC_BYTES];
    *kit = (struct client_kit){.wall = 1795500000000, .mono = 5000, .line = true};
    note_secret_of_seed(seed, kit->log_secret, public);
    enum err err = note_key_init(slice_of("test.log"), NOTE_KEY_ED25519, public, &kit->log_key);
    assert(err == ERR_OK);
    sample_init(&kit->log, CKIT_LOG_SIZE);
}

void ckit_fini(struct client_kit *kit)
{
    client_free(kit->client);
    kit->client = NULL;
    for (size_t i = 0; i < CKIT_SENT_MAX; i++)
        buf_free(&kit->sent[i]);
    sample_fini(&kit->log);
}

void ckit_client(struct client_kit *kit, enum sender side)
{
    struct client_calls calls = ckit_calls(kit);
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

struct slice ckit_sent(const struct client_kit *kit, const char *type)
{
    for (size_t i = kit->sent_count; i > 0; i--)
        if (has_type(&kit->sent[i - 1], type))
            return buf_slice(&kit->sent[i - 1]);
    return (struct slice){NULL, 0};
}

size_t ckit_sent_times(const struct client_kit *kit, const char *type)
{
    size_t count = 0;
    for (size_t i = 0; i < kit->sent_count; i++)
        count += has_type(&kit->sent[i], type) ? 1 : 0;
    return count;
}

const char *ckit_member(struct slice frame, const char *path)
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

void ckit_forget(struct client_kit *kit)
{
    for (size_t i = 0; i < CKIT_SENT_MAX; i++)
        buf_free(&kit->sent[i]);
    kit->sent_count = kit->happened_count = 0;
}

size_t ckit_times(const struct client_kit *kit, enum happening kind)
{
    size_t count = 0;
    for (size_t i = 0; i < kit->happened_count; i++)
        count += kit->happened[i].kind == kind ? 1 : 0;
    return count;
}

const struct ckit_happened *ckit_last(const struct client_kit *kit, enum happening kind)
{
    for (size_t i = kit->happened_count; i > 0; i--)
        if (kit->happened[i - 1].kind == kind)
            return &kit->happened[i - 1];
    return NULL;
}

/* ---- frames ---- */

void ckit_frame(struct buf *out, const char *type, const char *envelope, const char *body)
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
    ckit_frame(out, type, envelope, text);
    free(text);
}

void ckit_format(struct buf *out, const char *type, const char *envelope, const char *format, ...)
{
    va_list args;
    va_start(args, format);
    format_frame(out, type, envelope, format, args);
    va_end(args);
}

void ckit_say(struct client_kit *kit, const char *type, const char *envelope, const char *format,
              ...)
{
    struct buf frame = {0};
    va_list args;
    va_start(args, format);
    format_frame(&frame, type, envelope, format, args);
    va_end(args);
    client_frame(kit->client, buf_slice(&frame));
    buf_free(&frame);
}

const char *ckit_at(int64_t ms)
{
    static char texts[ROUND][TIME_TEXT_SIZE];
    static size_t next;
    char *text = texts[next++ % ROUND];
    time_text(ms, text);
    return text;
}

void ckit_welcome(struct client_kit *kit, int64_t n)
{
    struct buf key = {0};
    note_key_format(&kit->log_key, &key);
    buf_byte(&key, '\0');
    ckit_say(kit, "welcome", "",
             "{\"device\":\"%s\",\"gateway\":\"gw\",\"lease_ms\":120000,\"log_key\":\"%s\","
             "\"n\":%lld,\"now\":\"%s\",\"org\":\"%s\",\"profile\":\"training\"}",
             ckit_text('D'), key.bytes, (long long)n, ckit_at(kit->wall), ckit_text('O'));
    buf_free(&key);
}

void ckit_ready(struct client_kit *kit, int64_t n)
{
    client_online(kit->client);
    ckit_welcome(kit, n);
    ckit_say(kit, "snapshot", "", "{\"count\":0,\"n\":%lld}", (long long)n);
}

void ckit_sign_in(struct client_kit *kit, char letter)
{
    char envelope[128];
    struct slice asked = ckit_sent(kit, "sign_in");
    if (asked.bytes == NULL) {
        enum err err = session_sign_in(client_session(kit->client), slice_of("er1"),
                                       slice_of("secret-word"), slice_of("123456"), NULL);
        assert(err == ERR_OK);
        asked = ckit_sent(kit, "sign_in");
    }
    snprintf(envelope, sizeof envelope, "\"re\":\"%s\",\"session\":\"%s\",",
             ckit_member(asked, "id"), ckit_text(letter));
    ckit_say(kit, "session", envelope,
             "{\"name\":\"試験 一郎\",\"person\":\"%s\",\"roles\":[\"er_board\",\"er_viewer\"],"
             "\"session\":\"%s\",\"token\":\"QUFBQUFBQUFBQUFBQUFBQUFBQUFBQUFBQUFBQUFBQUE=\","
             "\"until\":\"%s\"}",
             ckit_text('P'), ckit_text(letter), ckit_at(kit->wall + 8 * 3600 * 1000));
}

void ckit_checkpoint(struct client_kit *kit, uint64_t old_size, uint64_t size,
                     const struct hash *root, struct buf *body)
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

void ckit_case(struct client_kit *kit, int64_t until)
{
    char envelope[64];
    snprintf(envelope, sizeof envelope, "\"case\":\"%s\",", ckit_text('C'));
    ckit_say(kit, "snapshot", "", "{\"count\":1,\"n\":4}");
    ckit_say(
        kit, "snapshot_case", envelope,
        "{\"asked\":[{\"content\":{\"age\":71,\"complaint\":\"胸痛マーカー\",\"hospitals\":[\"%"
        "s\"],"
        "\"inquiry\":\"%s\",\"urgency\":\"red\"},\"hospital\":\"%s\",\"hospital_name\":"
        "\"試験病院\","
        "\"inquiry\":\"%s\",\"status\":\"accepted\"}],\"destination_here\":true,"
        "\"grants\":[{\"grant\":\"%s\",\"hospital\":\"%s\",\"issued_at\":\"%s\","
        "\"sections\":[\"person\",\"medications\"],\"until\":\"%s\",\"view\":\"%s\"}],"
        "\"opened_at\":\"%s\"}",
        ckit_text('O'), ckit_text('Q'), ckit_text('O'), ckit_text('Q'), ckit_text('G'),
        ckit_text('O'), ckit_at(kit->wall), ckit_at(until), ckit_text('V'), ckit_at(kit->wall));
}
