/* lookup.c — Job: the world as a judgement sees it; notes every aggregate that it looked at. */
#include "gateway/engine/inner.h"

#include <stdlib.h>

void lookup_begin(struct engine *engine)
{
    engine->reads_count = 0;
    engine->reads_full = false;
    engine->blocked = NULL;
}

void lookup_end(struct engine *engine)
{
    for (size_t i = 0; i < engine->judge_json_count; i++)
        json_free(engine->judge_json[i]);
    engine->judge_json_count = 0;
    arena_free(&engine->judge_arena);
}

struct slot *lookup_slot(struct engine *engine, enum aggregate kind, const struct id *id)
{
    struct slot *slot = id_absent(id) ? NULL : world_find(&engine->table, kind, id);
    if (slot == NULL)
        return NULL;
    if (slot->in_flight)
        engine->blocked = slot;
    for (size_t i = 0; i < engine->reads_count; i++)
        if (engine->reads[i] == slot)
            return slot;
    if (engine->reads_count < READS_MAX)
        engine->reads[engine->reads_count++] = slot;
    else
        engine->reads_full = true;
    return slot;
}

static const struct case_state *look_case(void *self, const struct id *id)
{
    return slot_case(lookup_slot(self, AGGREGATE_CASE, id));
}

static const struct person_state *look_person(void *self, const struct id *id)
{
    return slot_person(lookup_slot(self, AGGREGATE_PERSON, id));
}

static const struct person_state *look_login(void *self, struct slice login)
{
    struct engine *engine = self;
    struct slot *slot = world_by_login(&engine->table, login);
    return slot == NULL ? NULL : look_person(engine, &slot->id);
}

static const struct device_state *look_device(void *self, const struct id *id)
{
    return slot_device(lookup_slot(self, AGGREGATE_DEVICE, id));
}

static const struct org_state *look_org(void *self, const struct id *id)
{
    return slot_org(lookup_slot(self, AGGREGATE_ORG, id));
}

static size_t look_devices(void *self, const struct id *org, const struct id **devices)
{
    struct engine *engine = self;
    struct slot *slot = world_find(&engine->table, AGGREGATE_ORG, org);
    *devices = slot == NULL ? NULL : slot->devices.ids;
    return slot == NULL ? 0 : slot->devices.count;
}

struct slice lookup_text(struct engine *engine, struct slot *slot, const struct id *event)
{
    if (id_absent(event))
        return (struct slice){NULL, 0};
    struct slice text = slot_text(slot, event);
    if (text.bytes != NULL)
        return text;
    struct arena arena = {0};
    if (journal_payload(engine->journal, event, &slot->id, &arena, &text) == ERR_OK &&
        text.bytes != NULL)
        slot_keep_text(slot, event, text);
    arena_free(&arena);
    return slot_text(slot, event);
}

static const struct json *look_payload(void *self, const struct id *case_id, const struct id *event)
{
    struct engine *engine = self;
    struct slot *slot = world_find(&engine->table, AGGREGATE_CASE, case_id);
    size_t room = sizeof engine->judge_json / sizeof engine->judge_json[0];
    if (slot == NULL || engine->judge_json_count == room)
        return NULL;
    struct slice text = lookup_text(engine, slot, event);
    struct json *root;
    if (text.bytes == NULL || json_parse(text, FRAME_BYTES_MAX, &root) != ERR_OK)
        return NULL;
    engine->judge_json[engine->judge_json_count++] = root;
    return root;
}

static bool look_alias(void *self, const struct id *alias, const struct id *but, struct id *other)
{
    struct engine *engine = self;
    struct slot *slot = world_by_alias(&engine->table, alias, but);
    if (slot != NULL)
        *other = slot->id;
    return slot != NULL;
}

/* The cases of one incident are all of a kind: the first that is open tells it. */
static int look_incident(void *self, const struct id *org, const struct id *incident)
{
    struct engine *engine = self;
    struct slot *owner = world_find(&engine->table, AGGREGATE_ORG, org);
    for (size_t i = 0; owner != NULL && i < owner->cases.count; i++) {
        const struct case_state *c =
            slot_case(world_find(&engine->table, AGGREGATE_CASE, &owner->cases.ids[i]));
        if (c == NULL || c->end != 0 || !id_equal(&c->incident, incident))
            continue;
        (void)lookup_slot(engine, AGGREGATE_CASE, &c->id);
        return c->training == FLAG_YES ? FLAG_YES : FLAG_NO;
    }
    return FLAG_ABSENT;
}

bool lookup_case(struct engine *engine, const struct id *id, struct case_state *out)
{
    const struct case_state *here = slot_case(world_find(&engine->table, AGGREGATE_CASE, id));
    struct arena arena = {0};
    struct slice row;
    struct json *root = NULL;
    struct complaint why;
    uint64_t version;
    if (here != NULL) {
        *out = *here;
        return true;
    }
    enum err err = journal_load_one(engine->journal, AGGREGATE_CASE, id, &arena, &version, &row);
    if (err == ERR_OK)
        err = json_parse(row, STATE_BYTES_MAX, &root);
    if (err == ERR_OK)
        err = record_decode(state_record(AGGREGATE_CASE), root, RECORD_LENIENT, out, &why);
    json_free(root);
    arena_free(&arena);
    return err == ERR_OK;
}

static int look_case_training(void *self, const struct id *id)
{
    struct engine *engine = self;
    (void)lookup_slot(engine, AGGREGATE_CASE, id);
    struct case_state *c = calloc(1, sizeof *c);
    bool known = c != NULL && lookup_case(engine, id, c);
    int training = !known ? FLAG_ABSENT : c->training == FLAG_YES ? FLAG_YES : FLAG_NO;
    free(c);
    return training;
}

static bool look_view(void *self, const struct id *view)
{
    struct engine *engine = self;
    return vault_has(engine->vault, view);
}

static bool look_online(void *self, const struct id *device)
{
    return peer_of_device(self, device) != NULL;
}

static size_t add_word(const struct json *object, const char *key, struct slice *words,
                       size_t count, size_t cap)
{
    const struct json *node = object == NULL ? NULL : json_get(object, key);
    if (node == NULL || json_kind(node) != JSON_TEXT || count == cap)
        return count;
    words[count] = json_text(node);
    return count + 1;
}

/* Names as a whole and in their parts: the family name alone names the patient, too. */
static size_t split_words(struct slice *words, size_t count, size_t cap)
{
    size_t whole = count;
    for (size_t i = 0; i < whole; i++) {
        const char *from = words[i].bytes, *end = from + words[i].size;
        for (const char *at = from; at <= end && count < cap; at++) {
            bool wide = end - at >= 3 && memcmp(at, "\xE3\x80\x80", 3) == 0; /* 全角空白 */
            if (at != end && *at != ' ' && !wide)
                continue;
            if (at > from && (size_t)(at - from) < words[i].size)
                words[count++] = (struct slice){from, (size_t)(at - from)};
            from = at + (wide ? 3 : 1);
            at += wide ? 2 : 0;
        }
    }
    return count;
}

static size_t look_words(void *self, const struct case_state *c, struct slice *words, size_t cap)
{
    struct engine *engine = self;
    static const char *const keys[] = {"name", "kana", "address", "phone", "birth_date"};
    static const char *const person_keys[] = {
        "name", "kana", "other_name", "other_kana", "birth_date", "address", "insured_number"};
    size_t count =
        add_word(look_payload(engine, &c->id, &c->open_event), "spoken_name", words, 0, cap);
    const struct json *record = look_payload(engine, &c->id, &c->record_event);
    for (size_t i = 0; i < sizeof keys / sizeof keys[0]; i++)
        count = add_word(record, keys[i], words, count, cap);
    const struct case_view *view = case_view_held(c);
    struct slice person = view == NULL
                              ? (struct slice){NULL, 0}
                              : vault_section_json(engine->vault, &view->id, SECTION_PERSON);
    struct json *root;
    size_t room = sizeof engine->judge_json / sizeof engine->judge_json[0];
    if (person.bytes != NULL && engine->judge_json_count < room &&
        json_parse(person, FRAME_BYTES_MAX, &root) == ERR_OK) {
        engine->judge_json[engine->judge_json_count++] = root;
        for (size_t i = 0; i < sizeof person_keys / sizeof person_keys[0]; i++)
            count = add_word(root, person_keys[i], words, count, cap);
    }
    return split_words(words, count, cap);
}

static bool look_entry(void *self, uint64_t seq, struct event *event)
{
    struct engine *engine = self;
    return journal_entry(engine->journal, seq, event) == ERR_OK;
}

void lookup_init(struct engine *engine)
{
    engine->world = (struct world){
        .self = engine,
        .policy = &engine->policy,
        .case_of = look_case,
        .person = look_person,
        .person_by_login = look_login,
        .device = look_device,
        .org = look_org,
        .devices_of = look_devices,
        .payload = look_payload,
        .alias_elsewhere = look_alias,
        .incident_training = look_incident,
        .case_training = look_case_training,
        .view_in_memory = look_view,
        .device_online = look_online,
        .identity_words = look_words,
        .entry = look_entry,
    };
}
