/* nation.c — Job: the log of a nation's ambulances, made up, as long as one likes. */
#include "tests/bench/nation.h"

#include <stdio.h>
#include <stdlib.h>

#include "common/rng.h"
#include "proto/merkle.h"

enum { ORGS = 720, HOSPITALS = 8000, CASE_EVENTS = 30, OPEN = 4096, GROUP = 4000, KNOWN = 40 };

static const int64_t BEGIN = NATION_BEGIN;

struct live_case {
    struct id id, alias, view, grant;
    unsigned org, hospital, at;
    bool card, asleep;
};

static struct live_case cases[OPEN];

/* The same ids in each run, so that a kept store can be asked again. */
static struct id numbered(unsigned kind, unsigned number)
{
    const unsigned words[] = {kind, number};
    struct hash hash = sha256(words, sizeof words);
    struct id id;
    memcpy(id.bytes, hash.bytes, sizeof id.bytes);
    return id;
}

struct id nation_org(unsigned number)
{
    return numbered(1, number);
}

struct id nation_hospital(unsigned number)
{
    return numbered(2, number);
}

struct id nation_person(unsigned org, unsigned number)
{
    return numbered(10 + org, number);
}

void nation_must(enum err e)
{
    if (e == ERR_OK)
        return;
    fprintf(stderr, "bench: %s\n", err_name(e));
    exit(1);
}

/* What happens in a case, in this order; what is left out of 30 are vitals. */
static enum event_type step_of(const struct live_case *c, unsigned step)
{
    static const enum event_type steps[] = {
        EVENT_CASE_OPENED, EVENT_CARD_CHECK_ASKED, EVENT_CARD_READ,        EVENT_GROUND_RECORDED,
        EVENT_FETCH_ASKED, EVENT_VIEW_FETCHED,     EVENT_IDENTITY_CHECKED, EVENT_INQUIRY_ASKED,
        EVENT_ANSWERED,    EVENT_DESTINATION_SET,  EVENT_GRANT_ISSUED,     EVENT_DELIVERED,
        EVENT_ETA_TOLD,    EVENT_OPENED,           EVENT_RECORD_OPENED};
    if (step == 1 && !c->card)
        return EVENT_NO_VIEW;
    if (step == CASE_EVENTS - 1)
        return EVENT_HANDED_OVER;
    bool of_view = step < sizeof steps / sizeof steps[0] && (step == 0 || c->card);
    return of_view ? steps[step] : EVENT_VITALS_TAKEN;
}

static int code_of(enum event_type type)
{
    return type == EVENT_NO_VIEW            ? (int)(1 + rng_below(7))
           : type == EVENT_ANSWERED         ? ANSWER_ACCEPTED
           : type == EVENT_IDENTITY_CHECKED ? MATCH_MATCHED
                                            : 0;
}

static void fill_members(struct event *e, const struct live_case *c)
{
    unsigned may = event_may(e->type);
    if (may & HAS_HOSPITAL && e->type != EVENT_VITALS_TAKEN)
        e->hospital = nation_hospital(c->hospital);
    if (may & HAS_ALIAS)
        e->alias = c->alias;
    if (may & HAS_VIEW)
        e->view = c->view;
    if (may & HAS_GRANT)
        e->grant = c->grant;
    if (may & HAS_SECTIONS)
        e->sections = SECTIONS_SUMMARY;
    if (may & HAS_UNTIL)
        e->until = e->at + 900000;
    if (may & HAS_PROOF)
        e->card_proof = PROOF_CERTIFICATE_ONLY;
    if (may & HAS_GROUND) {
        e->right = RIGHT_DISCLOSE_TO;
        e->basis = c->asleep ? BASIS_LIFE_BODY_NO_CONSENT : BASIS_PATIENT_ORAL;
    }
    if (may & HAS_PAYLOAD)
        e->commitment = (struct hash){{1}};
}

static unsigned hospital_of(unsigned org)
{
    return (org * 11 + rng_below(KNOWN)) % HOSPITALS;
}

/* Its ids are made as a client makes them: they begin with the time. */
static void begin_case(struct live_case *c, uint64_t seq)
{
    struct id *const ids[] = {&c->id, &c->view, &c->grant};
    unsigned org = rng_below(8) == 0 ? 0 : rng_below(ORGS);
    *c = (struct live_case){.alias = numbered(3, rng_below(2000000)),
                            .org = org,
                            .hospital = hospital_of(org),
                            .card = rng_below(3) == 0,
                            .asleep = rng_below(20) == 0};
    for (size_t i = 0; i < sizeof ids / sizeof ids[0]; i++) {
        struct id random = rng_id();
        *ids[i] = id_new(BEGIN + (int64_t)seq * NATION_MS, random.bytes + 6);
    }
}

static struct event next_event(uint64_t seq)
{
    struct live_case *c = &cases[rng_below(OPEN)];
    if (c->at == 0 || c->at == CASE_EVENTS)
        begin_case(c, seq);
    enum event_type type = step_of(c, c->at++);
    bool there = type == EVENT_OPENED || type == EVENT_RECORD_OPENED || type == EVENT_DELIVERED;
    struct event e = {.type = type,
                      .id = rng_id(),
                      .seq = seq,
                      .at = BEGIN + (int64_t)seq * NATION_MS,
                      .recorded_at = BEGIN + (int64_t)seq * NATION_MS,
                      .org = there ? nation_hospital(c->hospital) : nation_org(c->org),
                      .device = nation_person(c->org, 99),
                      .message = rng_id(),
                      .incident = c->id,
                      .case_id = c->id,
                      .code = code_of(type)};
    e.person = there ? nation_person(ORGS + c->hospital, rng_below(20))
                     : nation_person(c->org, rng_below(50));
    e.session = e.person;
    fill_members(&e, c);
    if (seq % 1000003 == 7) /* a few alerts in a nation's year */
        e = (struct event){.type = EVENT_ALERT,
                           .id = rng_id(),
                           .seq = seq,
                           .at = e.at,
                           .recorded_at = e.at,
                           .org = nation_org(0),
                           .device = e.device,
                           .code = ALERT_CLONED_SESSION};
    return e;
}

static void put(struct store *store, const struct event *event, struct merkle_edge *edge)
{
    const uint8_t nonce[16] = {7};
    static struct buf leaf;
    struct hash nodes[MERKLE_LEVELS_MAX];
    buf_clear(&leaf);
    leaf_encode(event, nonce, &leaf);
    struct hash hash = merkle_leaf(buf_slice(&leaf));
    struct store_event row = {
        .seq = event->seq, .event = event, .leaf = buf_slice(&leaf), .nodes = nodes};
    row.nodes_count = merkle_append(edge, &hash, nodes);
    nation_must(store->put_event(store->self, &row));
}

void nation_fill(struct store *store, uint64_t events)
{
    struct merkle_edge edge = {0};
    struct store_head head;
    struct buf bytes = {0};
    for (uint64_t seq = 1; seq <= events;) {
        nation_must(store->begin(store->self, &head));
        for (int i = 0; i < GROUP && seq <= events; i++, seq++) {
            struct event event = next_event(seq);
            put(store, &event, &edge);
        }
        buf_clear(&bytes);
        merkle_edge_encode(&edge, &bytes);
        head =
            (struct store_head){edge.size, merkle_root(&edge), buf_slice(&bytes), slice_of("note")};
        nation_must(store->put_head(store->self, &head));
        nation_must(store->commit(store->self));
        store->tidy(store->self, 1);
    }
    buf_free(&bytes);
}

struct nation_case nation_case(void)
{
    struct id first = nation_org(0);
    for (size_t i = 0; i < OPEN; i++) {
        struct id org = nation_org(cases[i].org);
        if (cases[i].card && cases[i].at > CASE_EVENTS / 2 && id_equal(&org, &first))
            return (struct nation_case){cases[i].id, cases[i].alias};
    }
    return (struct nation_case){.id = {{0}}};
}
