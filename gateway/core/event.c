/* event.c — Job: the event table: names, what a type may and must carry, whether it fits. */
#include "gateway/core/event.h"

#include <assert.h>

struct event_row {
    const char *name;
    unsigned may, must;
};

#define AS_EVENT(type, name, may, must) [type] = {name, may, must},
static const struct event_row rows[EVENT_TYPES] = {
    [EVENT_NONE] = {"none", 0, 0},
#include "gateway/core/event_list.h"
};
#undef AS_EVENT

/* What `code` means. A type that is not here carries none. */
static const struct codes *const code_lists[EVENT_TYPES] = {
    [EVENT_ORG_ADDED] = &codes_org_kind,
    [EVENT_DEVICE_ADDED] = &codes_device_kind,
    [EVENT_PASSWORD_SET] = &codes_password_set,
    [EVENT_REFUSED] = &codes_err,
    [EVENT_ALERT] = &codes_alert,
    [EVENT_LOG_VIEWED] = &codes_question,
    [EVENT_LOG_EXPORTED] = &codes_question,
    [EVENT_DISPATCHES_SET] = &codes_dispatch_source,
    [EVENT_ALERT_ACKED] = &codes_alert,
    [EVENT_ALERT_ESCALATED] = &codes_alert,
    [EVENT_ACCESS_REVIEWED] = &codes_review,
    [EVENT_CARD_REFUSED] = &codes_err,
    [EVENT_FETCH_ASKED] = &codes_view_kind,
    [EVENT_VIEW_FETCHED] = &codes_view_kind,
    [EVENT_FETCH_FAILED] = &codes_err,
    [EVENT_IDENTITY_CHECKED] = &codes_match,
    [EVENT_NO_VIEW] = &codes_no_view,
    [EVENT_INQUIRY_ENDED] = &codes_asked_status,
    [EVENT_ANSWERED] = &codes_answer,
    [EVENT_GRANT_REVOKED] = &codes_revoke_reason,
    [EVENT_VIEW_ENDED] = &codes_revoke_reason,
    [EVENT_TAKEN_OUT] = &codes_taken_how,
    [EVENT_MIXUP] = &codes_mixup,
    [EVENT_CASE_ENDED] = &codes_case_end,
};

/* The last millisecond that RFC 3339 can write: 9999-12-31T23:59:59.999Z. */
static const int64_t TIME_MAX = 253402300799999;
/* JSON numbers stay exact up to here in every reader. */
static const int64_t COUNT_MAX = (int64_t)1 << 53;

static const struct event_row *row_of(enum event_type type)
{
    assert(type >= EVENT_NONE && type < EVENT_TYPES);
    return &rows[type];
}

const char *event_name(enum event_type type)
{
    return row_of(type)->name;
}

enum event_type event_by_name(struct slice name)
{
    for (int i = EVENT_NONE + 1; i < EVENT_TYPES; i++)
        if (slice_is(name, rows[i].name))
            return (enum event_type)i;
    return EVENT_NONE;
}

unsigned event_may(enum event_type type)
{
    return row_of(type)->may;
}

unsigned event_must(enum event_type type)
{
    return row_of(type)->must;
}

const struct codes *event_code_list(enum event_type type)
{
    assert(type >= EVENT_NONE && type < EVENT_TYPES);
    return code_lists[type];
}

struct id event_realm(const struct event *event)
{
    if (!id_absent(&event->case_id))
        return event->case_id;
    return id_absent(&event->org) ? event->subject : event->org;
}

static bool hash_absent(const struct hash *hash)
{
    static const struct hash none;
    return hash_equal(hash, &none);
}

static unsigned when(bool there, enum event_field field)
{
    return there ? (unsigned)field : 0;
}

/* Which fields hold anything at all: these must be allowed. */
static unsigned carries(const struct event *e)
{
    return when(!id_absent(&e->incident) || !id_absent(&e->case_id), HAS_CASE) |
           when(!id_absent(&e->view), HAS_VIEW) | when(!id_absent(&e->grant), HAS_GRANT) |
           when(!id_absent(&e->hospital) || e->hospital_n != 0, HAS_HOSPITAL) |
           when(!id_absent(&e->alias) || e->alias_n != 0, HAS_ALIAS) |
           when(!id_absent(&e->person) || !id_absent(&e->session), HAS_PERSON) |
           when(!id_absent(&e->subject), HAS_SUBJECT) | when(e->sections != 0, HAS_SECTIONS) |
           when(e->from != 0 || e->until != 0, HAS_UNTIL) |
           when((e->right | e->basis | e->need | e->obstacle | e->said_by) != 0, HAS_GROUND) |
           when((e->code | e->decline) != 0, HAS_CODE) | when(e->count != 0, HAS_COUNT) |
           when(e->payload.bytes != NULL || !hash_absent(&e->commitment), HAS_PAYLOAD) |
           when((e->card_proof | e->identified_by | e->card_kind) != 0, HAS_PROOF) |
           when(!hash_absent(&e->digest), HAS_HASH);
}

/* Of a group of members, the one that says something on its own: enough for event_must. */
static unsigned fulfils(const struct event *e)
{
    unsigned has = carries(e) | HAS_COUNT;
    has &= ~(when(id_absent(&e->case_id), HAS_CASE) | when(id_absent(&e->hospital), HAS_HOSPITAL) |
             when(id_absent(&e->alias), HAS_ALIAS) | when(id_absent(&e->person), HAS_PERSON) |
             when(e->until == 0, HAS_UNTIL) | when(e->right == 0 || e->basis == 0, HAS_GROUND) |
             when(e->code == 0, HAS_CODE) | when(e->card_proof == 0, HAS_PROOF));
    return has;
}

static bool known(const struct codes *list, int value)
{
    return value == 0 || codes_name(list, value)[0] != '\0';
}

static bool codes_fit(const struct event *e)
{
    const struct codes *list = event_code_list(e->type);
    if (e->code != 0 && (list == NULL || !known(list, e->code)))
        return false;
    if (e->decline != 0 && (e->type != EVENT_ANSWERED || e->code != ANSWER_DECLINED))
        return false;
    return known(&codes_decline, e->decline) && known(&codes_ground_right, e->right) &&
           known(&codes_basis, e->basis) && known(&codes_need, e->need) &&
           known(&codes_obstacle, e->obstacle) && known(&codes_said_by, e->said_by) &&
           known(&codes_card_proof, e->card_proof) && known(&codes_card_kind, e->card_kind) &&
           known(&codes_identified_by, e->identified_by);
}

static bool sections_fit(uint64_t sections)
{
    for (size_t i = 0; i < codes_section.count; i++)
        sections &= ~SECTION_BIT(codes_section.rows[i].value);
    return sections == 0;
}

static bool numbers_fit(const struct event *e)
{
    const int64_t times[] = {e->at, e->made_at, e->from, e->until, e->recorded_at};
    const uint64_t counts[] = {e->seq, e->org_n, e->hospital_n, e->alias_n};
    for (size_t i = 0; i < sizeof times / sizeof times[0]; i++)
        if (times[i] < 0 || times[i] > TIME_MAX)
            return false;
    for (size_t i = 0; i < sizeof counts / sizeof counts[0]; i++)
        if (counts[i] > (uint64_t)COUNT_MAX)
            return false;
    return e->count >= 0 && e->count <= COUNT_MAX && e->late >= FLAG_ABSENT &&
           e->late <= FLAG_YES && e->training >= FLAG_ABSENT && e->training <= FLAG_YES;
}

bool event_fits(const struct event *event)
{
    if (event->type <= EVENT_NONE || event->type >= EVENT_TYPES || id_absent(&event->id))
        return false;
    if ((carries(event) & ~event_may(event->type)) != 0 ||
        (event_must(event->type) & ~fulfils(event)) != 0)
        return false;
    return codes_fit(event) && sections_fit(event->sections) && numbers_fit(event);
}
