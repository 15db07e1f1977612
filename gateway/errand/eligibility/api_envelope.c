/* api_envelope.c — Job: the JSON around the official parts: our proposal (README.md). */
#include "gateway/errand/eligibility/api_envelope.h"

#include "gateway/errand/eligibility/assembly.h"
#include "gateway/errand/eligibility/canon.h"
#include "gateway/errand/eligibility/wipe_alloc.h"
#include "proto/base64.h"
#include "proto/json.h"

enum { HEX_SIZE = 64, INTERFACE_CHARS = VIEW_INTERFACE_MAX - 1 };

static void hash_hex(const struct hash *hash, char hex[HEX_SIZE])
{
    static const char digits[] = "0123456789abcdef";
    for (size_t i = 0; i < sizeof hash->bytes; i++) {
        hex[2 * i] = digits[hash->bytes[i] >> 4];
        hex[2 * i + 1] = digits[hash->bytes[i] & 15];
    }
}

static bool hash_is(struct slice hex, const void *bytes, size_t size)
{
    char want[HEX_SIZE];
    struct hash hash = sha256(bytes, size);
    hash_hex(&hash, want);
    return slice_equal(hex, (struct slice){want, sizeof want});
}

static void add_id(struct buf *b, const char *key, const struct id *id)
{
    char text[ID_TEXT_SIZE];
    id_text(id, text);
    canon_text(b, key, (struct slice){text, sizeof text});
}

static void add_code(struct buf *b, const char *key, const struct codes *codes, int value)
{
    canon_text(b, key, slice_of(codes_name(codes, value)));
}

void envelope_ask(const struct fetch_ask *ask, struct slice facility_code10, struct buf *out)
{
    canon_open(out, NULL, '{');
    add_code(out, "basis", &codes_basis, ask->basis);
    buf_text(out, ",\"card_certificate\":\"");
    base64_add(out, ask->card_certificate.bytes, ask->card_certificate.size);
    buf_byte(out, '"');
    add_code(out, "card_proof", &codes_card_proof, ask->card_proof);
    add_id(out, "case", &ask->case_id);
    canon_text(out, "crew", ask->crew_code);
    canon_text(out, "facility", facility_code10);
    canon_text(out, "from", ask->from_month);
    canon_text(out, "headquarters", ask->hq_code);
    add_code(out, "identified_by", &codes_identified_by, ask->identified_by);
    add_code(out, "kind", &codes_view_kind, (int)ask->kind);
    buf_text(out, ",\"sections\":");
    view_sections_json(ask->sections, out);
    canon_text(out, "terminal", ask->terminal_id);
    canon_text(out, "to", ask->to_month);
    add_id(out, "view", &ask->view);
    canon_text(out, "viewer", ask->viewer_id);
    canon_close(out, '}');
}

void envelope_let_see(struct slice hospital_code10, int64_t until_ms, struct buf *out)
{
    canon_open(out, NULL, '{');
    canon_text(out, "hospital", hospital_code10);
    canon_count(out, "until_ms", (size_t)until_ms);
    canon_close(out, '}');
}

/* The text under KEY; bytes NULL when it is absent or no text. */
static struct slice text_of(const struct json *object, const char *key)
{
    const struct json *node = json_get(object, key);
    return node != NULL && json_kind(node) == JSON_TEXT ? json_text(node) : (struct slice){0};
}

static uint64_t sections_of(const struct json *part)
{
    uint64_t sections = 0;
    const struct json *list = json_get(part, "sections");
    if (list == NULL || json_kind(list) != JSON_LIST)
        return 0;
    for (const struct json *i = json_first(list); i != NULL; i = json_next(i)) {
        int value = json_kind(i) == JSON_TEXT ? codes_value(&codes_section, json_text(i)) : 0;
        if (value == 0)
            return 0; /* holds something that we have no name for: it cannot be in scope */
        sections |= SECTION_BIT(value);
    }
    return sections;
}

static enum err result_of(const struct json *root, enum simulator_answers simulator)
{
    static const struct {
        const char *name;
        enum err e;
    } results[] = {
        {"ok", ERR_OK},
        {"not_registered", ERR_NOT_REGISTERED},
        {"refused", ERR_REFUSED_BY_PATIENT},
        {"no_view", ERR_NO_VIEW},
        {"busy", ERR_BUSY},
    };
    if (json_kind(root) != JSON_OBJECT)
        return ERR_UPSTREAM_ANSWER;
    bool says_simulator = json_get(root, "simulator") != NULL;
    if (says_simulator ? simulator == SIMULATOR_REFUSED : simulator == SIMULATOR_ONLY)
        return ERR_NOT_ALLOWED;
    struct slice name = text_of(root, "result");
    for (size_t i = 0; i < sizeof results / sizeof results[0]; i++)
        if (slice_is(name, results[i].name))
            return results[i].e;
    return ERR_UPSTREAM_ANSWER;
}

static enum part_content content_of(const struct json *part)
{
    static const char *const names[] = {[CONTENT_ELIGIBILITY] = "eligibility",
                                        [CONTENT_MEDICATION] = "medication",
                                        [CONTENT_CHECKUP] = "checkup"};
    struct slice name = text_of(part, "content");
    for (size_t i = CONTENT_ELIGIBILITY; i < sizeof names / sizeof names[0]; i++)
        if (slice_is(name, names[i]))
            return (enum part_content)i;
    return (enum part_content)0;
}

static enum err add_bytes(struct assembly *a, const struct json *part, struct slice bytes)
{
    struct slice media = text_of(part, "media");
    enum part_content content = content_of(part);
    if (slice_is(media, "application/xml") && content != 0)
        return assembly_add_xml(a, content, bytes);
    if (slice_is(media, "application/pdf"))
        return assembly_add_pdf(a, bytes, sections_of(part));
    return ERR_OK; /* a kind of part that is newer than we are: its sections stay "failed" */
}

/* A part whose bytes are damaged is as good as missing. */
static enum err add_part(struct assembly *a, const struct json *part)
{
    struct slice text = text_of(part, "bytes");
    size_t room = text.size / 4 * 3 + 3, size;
    if (room > VIEW_PART_BYTES_MAX + 3u)
        return ERR_OK;
    char *bytes = wipe_malloc(room);
    if (bytes == NULL)
        return ERR_NO_MEMORY;
    enum err e = ERR_OK;
    if (base64_decode(text, bytes, room, &size) == ERR_OK &&
        hash_is(text_of(part, "sha256"), bytes, size))
        e = add_bytes(a, part, (struct slice){bytes, size});
    wipe_free(bytes);
    return e;
}

/* The person is needed before anything else can be judged, wherever it stands in the list. */
static enum err add_parts(struct assembly *a, const struct json *parts)
{
    if (parts == NULL || json_kind(parts) != JSON_LIST || json_count(parts) > VIEW_PARTS_MAX)
        return ERR_UPSTREAM_ANSWER;
    for (int round = 0; round < 2; round++) {
        for (const struct json *p = json_first(parts); p != NULL; p = json_next(p)) {
            if (json_kind(p) != JSON_OBJECT)
                return ERR_UPSTREAM_ANSWER;
            if ((content_of(p) == CONTENT_ELIGIBILITY) != (round == 0))
                continue;
            enum err e = add_part(a, p);
            if (e != ERR_OK)
                return e;
        }
    }
    return ERR_OK;
}

/* The answer must be about this ask and about this card. */
static enum err check_echo(const struct json *root, const struct fetch_ask *ask)
{
    char view[ID_TEXT_SIZE];
    id_text(&ask->view, view);
    if (!slice_equal(text_of(root, "view"), (struct slice){view, sizeof view}))
        return ERR_UPSTREAM_ANSWER;
    bool card =
        hash_is(text_of(root, "card"), ask->card_certificate.bytes, ask->card_certificate.size);
    return card ? ERR_OK : ERR_WRONG_PATIENT;
}

static enum err read_view(const struct json *root, const struct fetch_ask *ask,
                          int64_t fetched_at_ms, struct view **out)
{
    struct assembly a;
    char interface_id[VIEW_INTERFACE_MAX] = "";
    struct slice name = text_of(root, "interface");
    if (name.size <= INTERFACE_CHARS && name.size > 0)
        memcpy(interface_id, name.bytes, name.size);
    enum err e = assembly_init(&a, ask);
    if (e == ERR_OK)
        e = add_parts(&a, json_get(root, "parts"));
    if (e == ERR_OK)
        e = assembly_finish(&a, fetched_at_ms, interface_id, out);
    if (e == ERR_OK)
        (*out)->simulator = (*out)->simulator || json_get(root, "simulator") != NULL;
    assembly_fini(&a);
    return e;
}

enum err envelope_read(struct slice json, const struct fetch_ask *ask,
                       enum simulator_answers simulator, int64_t fetched_at_ms, struct view **out)
{
    struct json *root;
    *out = NULL;
    enum err e = json_parse(json, ENVELOPE_BYTES_MAX, &root);
    if (e != ERR_OK)
        return e == ERR_NO_MEMORY ? e : ERR_UPSTREAM_ANSWER;
    e = result_of(root, simulator);
    if (e == ERR_OK)
        e = check_echo(root, ask);
    if (e == ERR_OK)
        e = read_view(root, ask, fetched_at_ms, out);
    json_free(root);
    return e;
}

enum err envelope_read_result(struct slice json, enum simulator_answers simulator)
{
    struct json *root;
    enum err e = json_parse(json, ENVELOPE_BYTES_MAX, &root);
    if (e != ERR_OK)
        return e == ERR_NO_MEMORY ? e : ERR_UPSTREAM_ANSWER;
    e = result_of(root, simulator);
    json_free(root);
    return e;
}
