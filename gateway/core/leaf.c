/* leaf.c — Job: the one schema of the log's leaves: the only encoder, and the strict decoder.
 *
 * What stands in the table below is all that the log can ever say in the clear: ids, codes, times,
 * counts, sections requested or granted, and commitments (DESIGN §3). There is no member in which a
 * name or a sentence would fit: `type` and `code` are texts here only because their lists depend on
 * the type; they are always one of our own names. */
#include "gateway/core/event.h"

#include <assert.h>

#include "proto/base64.h"

enum { LEAF_VERSION = 1, NONCE_BYTES = 16, NONCE_TEXT = 24, NAME_MAX_CHARS = 40 };
static const int64_t N_MAX = (int64_t)1 << 53;

struct leaf {
    struct id alias, case_id, device, grant, hospital, id, incident, message, org, person, session,
        subject, view;
    int64_t alias_n, count, hospital_n, org_n, seq, v;
    int64_t at, from, made_at, recorded_at, until;
    int basis, card_kind, card_proof, decline, identified_by, late, need, obstacle, right, said_by,
        training;
    uint64_t sections;
    struct hash commitment, digest;
    struct slice code, nonce, type;
};

#define LEAF struct leaf
#define MAY  FIELD_OPTIONAL
#define MUST FIELD_REQUIRED
static const struct field leaf_fields[] = {
    ROW_ID(LEAF, alias, MAY),
    ROW_INT(LEAF, alias_n, MAY, 1, N_MAX),
    ROW_TIME(LEAF, at, MAY),
    ROW_CODE(LEAF, basis, MAY, &codes_basis),
    ROW_CODE(LEAF, card_kind, MAY, &codes_card_kind),
    ROW_CODE(LEAF, card_proof, MAY, &codes_card_proof),
    {"case", FIELD_ID, MAY, offsetof(LEAF, case_id), 0, 0, 0, 0, 0},
    ROW_TEXT(LEAF, code, MAY, 1, NAME_MAX_CHARS),
    ROW_HASH(LEAF, commitment, MAY),
    ROW_INT(LEAF, count, MAY, 0, N_MAX),
    ROW_CODE(LEAF, decline, MAY, &codes_decline),
    ROW_ID(LEAF, device, MAY),
    ROW_HASH(LEAF, digest, MAY),
    ROW_TIME(LEAF, from, MAY),
    ROW_ID(LEAF, grant, MAY),
    ROW_ID(LEAF, hospital, MAY),
    ROW_INT(LEAF, hospital_n, MAY, 1, N_MAX),
    ROW_ID(LEAF, id, MUST),
    ROW_CODE(LEAF, identified_by, MAY, &codes_identified_by),
    ROW_ID(LEAF, incident, MAY),
    ROW_FLAG(LEAF, late, MAY),
    ROW_TIME(LEAF, made_at, MAY),
    ROW_ID(LEAF, message, MAY),
    ROW_CODE(LEAF, need, MAY, &codes_need),
    ROW_BYTES(LEAF, nonce, MUST, NONCE_BYTES),
    ROW_CODE(LEAF, obstacle, MAY, &codes_obstacle),
    ROW_ID(LEAF, org, MAY),
    ROW_INT(LEAF, org_n, MAY, 1, N_MAX),
    ROW_ID(LEAF, person, MAY),
    ROW_TIME(LEAF, recorded_at, MAY),
    ROW_CODE(LEAF, right, MAY, &codes_ground_right),
    ROW_CODE(LEAF, said_by, MAY, &codes_said_by),
    ROW_CODES(LEAF, sections, MAY, &codes_section),
    ROW_INT(LEAF, seq, MUST, 0, N_MAX),
    ROW_ID(LEAF, session, MAY),
    ROW_ID(LEAF, subject, MAY),
    ROW_FLAG(LEAF, training, MAY),
    ROW_TEXT(LEAF, type, MUST, 1, NAME_MAX_CHARS),
    ROW_TIME(LEAF, until, MAY),
    ROW_INT(LEAF, v, MUST, LEAF_VERSION, LEAF_VERSION),
    ROW_ID(LEAF, view, MAY),
};
const struct record record_leaf = RECORD("leaf", LEAF, leaf_fields);

/* Members that are the same in both structs and mean "absent" by the same value: one list, as wide
 * as a line. */
/* clang-format off */
#define SAME_MEMBERS(X)                                                                            \
    X(alias) X(case_id) X(device) X(grant) X(hospital) X(id) X(incident) X(message) X(org)         \
    X(person) X(session) X(subject) X(view) X(at) X(from) X(made_at) X(recorded_at) X(until)       \
    X(basis) X(card_kind) X(card_proof) X(decline) X(identified_by) X(late) X(need) X(obstacle)    \
    X(right) X(said_by) X(training) X(sections) X(commitment) X(digest)
/* clang-format on */

static int64_t n_of(uint64_t count)
{
    return count == 0 ? INT_ABSENT : (int64_t)count;
}

void leaf_encode(const struct event *event, const uint8_t nonce[16], struct buf *out)
{
    struct leaf leaf = {.v = LEAF_VERSION, .seq = (int64_t)event->seq};
    struct buf text = {0};
    char nonce_text[NONCE_TEXT];
#define COPY(member) leaf.member = event->member;
    SAME_MEMBERS(COPY)
#undef COPY
    leaf.alias_n = n_of(event->alias_n);
    leaf.hospital_n = n_of(event->hospital_n);
    leaf.org_n = n_of(event->org_n);
    /* Where a count is required, none is 0; elsewhere 0 is left out. */
    bool counts = event->count != 0 || (event_must(event->type) & HAS_COUNT) != 0;
    leaf.count = counts ? event->count : INT_ABSENT;
    leaf.type = slice_of(event_name(event->type));
    if (event->code != 0)
        leaf.code = slice_of(codes_name(event_code_list(event->type), event->code));
    base64_add(&text, nonce, NONCE_BYTES);
    if (text.failed) {
        out->failed = true;
        return;
    }
    memcpy(nonce_text, text.bytes, sizeof nonce_text);
    buf_free(&text);
    leaf.nonce = (struct slice){nonce_text, sizeof nonce_text};
    record_encode(&record_leaf, &leaf, out);
}

static uint64_t count_of(int64_t n)
{
    return n == INT_ABSENT ? 0 : (uint64_t)n;
}

static enum err leaf_to_event(const struct leaf *leaf, uint8_t nonce[NONCE_BYTES],
                              struct event *out)
{
    size_t size;
    *out = (struct event){.type = event_by_name(leaf->type), .seq = (uint64_t)leaf->seq};
    if (out->type == EVENT_NONE)
        return ERR_CORRUPT;
#define COPY(member) out->member = leaf->member;
    SAME_MEMBERS(COPY)
#undef COPY
    out->alias_n = count_of(leaf->alias_n);
    out->hospital_n = count_of(leaf->hospital_n);
    out->org_n = count_of(leaf->org_n);
    out->count = leaf->count == INT_ABSENT ? 0 : leaf->count;
    const struct codes *list = event_code_list(out->type);
    if (leaf->code.bytes != NULL && list != NULL)
        out->code = codes_value(list, leaf->code);
    if (base64_decode(leaf->nonce, nonce, NONCE_BYTES, &size) != ERR_OK || size != NONCE_BYTES)
        return ERR_CORRUPT;
    return event_fits(out) ? ERR_OK : ERR_CORRUPT;
}

enum err leaf_decode(struct slice leaf, struct event *out)
{
    struct json *json = NULL;
    struct complaint why;
    struct leaf fields;
    struct buf again = {0};
    uint8_t nonce[NONCE_BYTES];
    *out = (struct event){0};
    if (json_parse(leaf, LEAF_BYTES_MAX, &json) != ERR_OK)
        return ERR_CORRUPT;
    enum err e = ERR_CORRUPT;
    if (json_kind(json) == JSON_OBJECT)
        e = record_decode(&record_leaf, json, RECORD_STRICT, &fields, &why);
    if (e == ERR_OK)
        e = leaf_to_event(&fields, nonce, out);
    /* One event has one spelling: what we would not have written is not ours. */
    if (e == ERR_OK) {
        leaf_encode(out, nonce, &again);
        e = buf_error(&again);
    }
    bool same = e == ERR_OK && slice_equal(buf_slice(&again), leaf);
    buf_free(&again);
    json_free(json);
    if (same)
        return ERR_OK;
    *out = (struct event){0};
    return e == ERR_NO_MEMORY ? e : ERR_CORRUPT;
}
