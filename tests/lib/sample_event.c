/* sample_event.c — Job: events of every type with any choice of fields, right or wrong. */
#include "tests/lib/sample_event.h"

static struct id id_of(uint8_t n)
{
    struct id id = {{1, 0x9a, n, n, n, n}};
    id.bytes[15] = n;
    return id;
}

static const struct id none;
static const struct hash no_hash;

static void set(struct event *e, enum event_field field, bool there)
{
    const struct codes *list = event_code_list(e->type);
    int one = there ? 1 : 0;
    switch (field) {
    case HAS_CASE:
        e->incident = there ? id_of(1) : none;
        e->case_id = there ? id_of(2) : none;
        break;
    case HAS_VIEW:
        e->view = there ? id_of(3) : none;
        break;
    case HAS_GRANT:
        e->grant = there ? id_of(4) : none;
        break;
    case HAS_HOSPITAL:
        e->hospital = there ? id_of(5) : none;
        e->hospital_n = there ? 7 : 0;
        break;
    case HAS_ALIAS:
        e->alias = there ? id_of(6) : none;
        e->alias_n = there ? 3 : 0;
        break;
    case HAS_PERSON:
        e->person = there ? id_of(7) : none;
        e->session = there ? id_of(8) : none;
        break;
    case HAS_SUBJECT:
        e->subject = there ? id_of(9) : none;
        break;
    case HAS_SECTIONS:
        e->sections = there ? SECTIONS_SUMMARY : 0;
        break;
    case HAS_UNTIL:
        e->from = there ? 1764000000123 : 0;
        e->until = there ? 1764000100000 : 0;
        break;
    case HAS_GROUND:
        e->right = e->basis = e->need = e->obstacle = e->said_by = one;
        break;
    case HAS_CODE:
        e->code = !there ? 0 : list == NULL ? 1 : list->rows[list->count - 1].value;
        e->decline = there && e->type == EVENT_ANSWERED ? DECLINE_NO_BED : 0;
        break;
    case HAS_COUNT:
        e->count = there ? 12 : 0;
        break;
    case HAS_PAYLOAD:
        e->payload = there ? slice_of("{\"word\":\"MARKER-5be1\"}") : (struct slice){0};
        e->commitment = there ? (struct hash){{0xc0, 1}} : no_hash;
        break;
    case HAS_PROOF:
        e->card_proof = e->identified_by = e->card_kind = one;
        break;
    case HAS_HASH:
        e->digest = there ? (struct hash){{0xd1, 2}} : no_hash;
        break;
    }
}

void sample_event_set(struct event *event, enum event_field field)
{
    set(event, field, true);
}

void sample_event_unset(struct event *event, enum event_field field)
{
    set(event, field, false);
}

struct event sample_event(enum event_type type, unsigned fields)
{
    struct event event = {.type = type,
                          .id = id_of(20),
                          .at = 1764000000001,
                          .made_at = 1764000000000,
                          .late = FLAG_YES,
                          .training = FLAG_NO,
                          .org = id_of(21),
                          .device = id_of(22),
                          .message = id_of(23),
                          .seq = 4711,
                          .recorded_at = 1764000000002,
                          .org_n = 99};
    for (unsigned i = 0; i < EVENT_FIELDS; i++)
        if ((fields >> i & 1) != 0)
            set(&event, (enum event_field)(1 << i), true);
    return event;
}
