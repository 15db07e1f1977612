/* core_bed.c — Job: judgements tried alone: a small world in plain structs. */
#include "tests/lib/core_bed.h"

#include <assert.h>
#include <stdlib.h>

static void count_up(void *self, void *bytes, size_t size)
{
    struct core_bed *bed = self;
    bed->counter++;
    memset(bytes, bed->counter, size);
}

struct id core_id(struct core_bed *bed)
{
    struct turn turn = {bed->now, count_up, bed};
    return turn_id(&turn);
}

/* ---- the world ---- */

static const struct case_state *of_case(void *self, const struct id *id)
{
    struct core_bed *bed = self;
    return bed->exists && id_equal(id, &bed->c.id) ? &bed->c : NULL;
}

static const struct person_state *of_person(void *self, const struct id *id)
{
    struct core_bed *bed = self;
    for (int i = 0; i < BED_DEVICES; i++)
        if (id_equal(id, &bed->people[i].id))
            return &bed->people[i];
    return NULL;
}

static const struct person_state *of_login(void *self, struct slice login)
{
    struct core_bed *bed = self;
    for (int i = 0; i < BED_DEVICES; i++)
        if (slice_equal(login, bed->people[i].login))
            return &bed->people[i];
    return NULL;
}

static const struct device_state *of_device(void *self, const struct id *id)
{
    struct core_bed *bed = self;
    for (int i = 0; i < BED_DEVICES; i++)
        if (id_equal(id, &bed->devices[i].id))
            return &bed->devices[i];
    return NULL;
}

static const struct org_state *of_org(void *self, const struct id *id)
{
    struct core_bed *bed = self;
    struct org_state *const orgs[] = {&bed->headquarters, &bed->hospital_a, &bed->hospital_b};
    for (size_t i = 0; i < 3; i++)
        if (id_equal(id, &orgs[i]->id))
            return orgs[i];
    return NULL;
}

static size_t devices_of(void *self, const struct id *org, const struct id **devices)
{
    (void)self;
    (void)org;
    *devices = NULL;
    return 0;
}

static const struct json *payload_of(void *self, const struct id *case_id, const struct id *event)
{
    (void)self;
    (void)case_id;
    (void)event;
    return NULL;
}

static bool alias_elsewhere(void *self, const struct id *alias, const struct id *but,
                            struct id *other)
{
    struct core_bed *bed = self;
    (void)alias;
    (void)but;
    *other = bed->other_case;
    return !id_absent(&bed->other_case);
}

static int incident_training(void *self, const struct id *org, const struct id *incident)
{
    struct core_bed *bed = self;
    (void)org;
    (void)incident;
    return bed->incident_training;
}

static int case_training(void *self, const struct id *id)
{
    const struct case_state *c = of_case(self, id);
    return c == NULL ? FLAG_ABSENT : c->training == FLAG_YES ? FLAG_YES : FLAG_NO;
}

static bool view_in_memory(void *self, const struct id *view)
{
    struct core_bed *bed = self;
    (void)view;
    return bed->view_held;
}

static bool device_online(void *self, const struct id *device)
{
    struct core_bed *bed = self;
    (void)device;
    return bed->holder_online;
}

static size_t identity_words(void *self, const struct case_state *c, struct slice *words,
                             size_t cap)
{
    struct core_bed *bed = self;
    (void)c;
    (void)cap;
    if (bed->word == NULL)
        return 0;
    words[0] = slice_of(bed->word);
    return 1;
}

static void add_person(struct core_bed *bed, enum bed_device at, const char *login, uint64_t roles)
{
    struct device_state *device = &bed->devices[at];
    struct person_state *person = &bed->people[at];
    const struct org_state *const orgs[] = {&bed->headquarters, &bed->headquarters,
                                            &bed->hospital_a, &bed->hospital_b};
    device->id = core_id(bed);
    device->org = orgs[at]->id;
    device->kind = at <= BED_OTHER_CREW ? DEVICE_AMBULANCE : DEVICE_HOSPITAL;
    person->id = core_id(bed);
    person->org = device->org;
    person->login = slice_of(login);
    person->roles = roles;
}

static bool entry_of(void *self, uint64_t seq, struct event *event)
{
    const struct core_bed *bed = self;
    *event = bed->entry;
    return bed->entry.seq == seq;
}

void core_init(struct core_bed *bed)
{
    *bed = (struct core_bed){.now = INT64_C(1795500000000), .holder_online = true};
    bed->policy = (struct policy){.profile = PROFILE_TRAINING,
                                  .grant_after_handover_ms = 3600000,
                                  .grant_after_fetch_ms = 86400000,
                                  .late_ms = 43200000,
                                  .confirm_wait_ms = 43200000,
                                  .break_glass_wait_ms = 60000,
                                  .alert_escalate_ms = 900000,
                                  .hand_up_wait_ms = 300000,
                                  .session_ms = 57600000,
                                  .failures_max = 3,
                                  .refetch_allowed = 1};
    bed->world = (struct world){bed,
                                &bed->policy,
                                of_case,
                                of_person,
                                of_login,
                                of_device,
                                of_org,
                                devices_of,
                                payload_of,
                                alias_elsewhere,
                                incident_training,
                                case_training,
                                view_in_memory,
                                device_online,
                                identity_words,
                                entry_of};
    bed->headquarters = (struct org_state){.id = core_id(bed), .kind = ORG_HEADQUARTERS};
    bed->hospital_a = (struct org_state){.id = core_id(bed), .kind = ORG_HOSPITAL};
    bed->hospital_b = (struct org_state){.id = core_id(bed), .kind = ORG_HOSPITAL};
    uint64_t crew = 1ull << ROLE_PARAMEDIC;
    uint64_t er = 1ull << ROLE_ER_BOARD | 1ull << ROLE_ER_VIEWER;
    add_person(bed, BED_CREW, "crew", crew);
    add_person(bed, BED_OTHER_CREW, "other", crew);
    add_person(bed, BED_BOX_A, "a", er);
    add_person(bed, BED_BOX_B, "b", er);
    bed->session = core_id(bed);
    bed->last = calloc(1, sizeof *bed->last);
}

void core_fini(struct core_bed *bed)
{
    arena_free(&bed->last->arena);
    free(bed->last);
}

/* ---- one turn ---- */

static void fold(struct core_bed *bed)
{
    for (size_t i = 0; i < bed->last->events_count; i++) {
        const struct event *event = &bed->last->events[i].event;
        struct id id;
        assert(event_fits(event));
        enum aggregate kind = state_of_event(event, &id);
        if (kind == AGGREGATE_CASE) {
            case_apply(&bed->c, event, NULL);
            bed->exists = true;
        } else if (kind == AGGREGATE_PERSON)
            person_apply((struct person_state *)of_person(bed, &id), event, NULL);
        if (event->type == EVENT_VIEW_ENDED)
            bed->view_held = false;
    }
}

static struct turn start(struct core_bed *bed)
{
    arena_free(&bed->last->arena);
    *bed->last = (struct judgement){.events_count = 0};
    bed->now += 1000;
    return (struct turn){bed->now, count_up, bed};
}

static enum err say(struct core_bed *bed, enum bed_device at, enum message_kind kind,
                    const void *body, bool person)
{
    struct turn turn = start(bed);
    struct actor who = {
        .kind = ACTOR_PEER, .device = &bed->devices[at], .org = of_org(bed, &bed->devices[at].org)};
    struct message msg = {.type = message_type_of(kind),
                          .id = core_id(bed),
                          .case_id = bed->c.id,
                          .sent_at = bed->now,
                          .body = (void *)(uintptr_t)body};
    if (person) {
        who.person = &bed->people[at];
        who.session = bed->session;
        msg.session = bed->session;
    }
    if (kind == MSG_CASE_OPEN)
        msg.case_id = bed->exists && !bed->another ? bed->c.id : core_id(bed);
    enum err err = judge_door(&who, &msg, &bed->world, &turn);
    if (err == ERR_OK)
        err = judge_of(kind)(&who, &msg, &bed->world, &turn, bed->last);
    assert(err != ERR_OK || !bed->last->failed);
    if (err == ERR_OK)
        fold(bed);
    return err;
}

enum err core_say(struct core_bed *bed, enum bed_device at, enum message_kind kind,
                  const void *body)
{
    return say(bed, at, kind, body, true);
}

enum err core_open_another(struct core_bed *bed, const struct body_case_open *body)
{
    bed->another = true;
    enum err err = say(bed, BED_CREW, MSG_CASE_OPEN, body, true);
    bed->another = false;
    return err;
}

enum err core_say_alone(struct core_bed *bed, enum bed_device at, enum message_kind kind,
                        const void *body)
{
    return say(bed, at, kind, body, false);
}

enum err core_outcome(struct core_bed *bed, const struct outcome *outcome)
{
    struct turn turn = start(bed);
    enum err err = judge_outcome(outcome, &bed->world, &turn, bed->last);
    if (err == ERR_OK)
        fold(bed);
    return err;
}

void core_expire(struct core_bed *bed)
{
    struct turn turn = start(bed);
    judge_expiry(&bed->c, &bed->world, &turn, bed->last);
    fold(bed);
}

const struct event *core_event(const struct core_bed *bed, enum event_type type, size_t n)
{
    for (size_t i = 0; i < bed->last->events_count; i++)
        if (bed->last->events[i].event.type == type && n-- == 0)
            return &bed->last->events[i].event;
    return NULL;
}

size_t core_count(const struct core_bed *bed, enum event_type type)
{
    size_t count = 0;
    for (size_t i = 0; i < bed->last->events_count; i++)
        count += bed->last->events[i].event.type == type;
    return count;
}
