/* sim_check.c — Job: what must never happen: checked on every frame, and on the whole log. */
#include "tests/lib/sim/sim.h"

#include "proto/base64.h"
#include "proto/merkle.h"

#include <stdio.h>
#include <stdlib.h>
#include <string.h>

/* ---- the log as the truth ---- */

struct log_event {
    struct event event;
    bool found;
};

static enum err read_leaf(void *self, const struct stored_event *stored)
{
    struct log_event *out = self;
    out->found = leaf_decode(stored->leaf, &out->event) == ERR_OK;
    out->event.seq = stored->seq;
    return ERR_OK;
}

static bool event_at(struct sim *sim, uint64_t seq, struct event *out)
{
    struct log_event row = {.found = false};
    (void)sim->store->event(sim->store->self, seq, &row, read_leaf);
    *out = row.event;
    return row.found;
}

/* The case folded from the log alone, up to and with LAST. */
struct fold {
    struct case_state *state;
    struct id case_id;
    uint64_t last;
};

static enum err fold_one(void *self, const struct stored_event *stored)
{
    struct fold *fold = self;
    struct event event;
    if (stored->seq > fold->last || leaf_decode(stored->leaf, &event) != ERR_OK)
        return ERR_OK;
    if (id_equal(&event.case_id, &fold->case_id))
        case_apply(fold->state, &event, NULL);
    return ERR_OK;
}

static struct case_state *fold_case(struct sim *sim, const struct id *case_id, uint64_t last)
{
    struct fold fold = {calloc(1, sizeof *fold.state), *case_id, last};
    (void)sim->store->follow(sim->store->self, 1, 1000000, &fold, fold_one);
    return fold.state;
}

/* ---- practice beside live work ---- */

void sim_check_mark(struct sim *sim, const struct id *case_id, bool marked, const char *what)
{
    for (size_t i = 0; i < sim->cases_count; i++)
        if (id_equal(&sim->cases[i].id, case_id) && sim->cases[i].practice != marked)
            sim_fail(sim, "%s of a %s case says it is %s", what, marked ? "live" : "practice",
                     marked ? "practice" : "live");
}

/* ---- frames ---- */

static void check_receipt(struct sim *sim, int device, const struct message *m)
{
    const struct body_receipt *body = m->body;
    sim->receipts++;
    if (sim->acked_count < SIM_ACKED)
        sim->acked[sim->acked_count++] =
            (struct sim_acked){sim->devices[device].id, m->re, (uint64_t)body->entry};
    struct event event;
    if (!event_at(sim, (uint64_t)body->entry, &event))
        sim_fail(sim, "acknowledged before it was durable: entry %lld", (long long)body->entry);
}

static void check_keys(struct sim *sim, int device, const struct message *m)
{
    const struct body_section_keys *body = m->body;
    const struct sim_device *d = &sim->devices[device];
    struct event event;
    sim->keys_frames++;
    if (!event_at(sim, m->seq, &event)) {
        sim_fail(sim, "keys without a log entry");
        return;
    }
    bool fits = (event.type == EVENT_OPENED || event.type == EVENT_VIEW_FETCHED) &&
                id_equal(&event.view, &body->view) && id_equal(&event.session, &m->session);
    for (size_t i = 0; i < body->keys_count; i++)
        fits = fits && (event.sections & SECTION_BIT(body->keys[i].section)) != 0;
    if (!fits)
        sim_fail(sim, "keys that entry %llu does not tell of", (unsigned long long)m->seq);
    if (event.type == EVENT_VIEW_FETCHED &&
        (body->keys_count != 1 || body->keys[0].section != SECTION_PERSON))
        sim_fail(sim, "more than the identity before the identity check");
    struct case_state *c = fold_case(sim, &m->case_id, UINT64_MAX);
    const struct case_grant *grant = case_grant_of(c, &body->grant);
    if (d->kind == DEVICE_HOSPITAL &&
        (grant == NULL || !id_equal(&grant->hospital, &d->org) || !grant_live(grant, sim->now)))
        sim_fail(sim, "keys to a hospital without a live grant");
    free(c);
}

static void check_header(struct sim *sim, int device, const struct message *m)
{
    const struct body_view_header *body = m->body;
    struct sim_device *d = &sim->devices[device];
    struct case_state *c = fold_case(sim, &m->case_id, UINT64_MAX);
    const struct case_grant *grant = case_grant_of(c, &body->grant);
    if (d->kind == DEVICE_HOSPITAL) {
        if (grant == NULL || !id_equal(&grant->hospital, &d->org) || !grant_live(grant, sim->now))
            sim_fail(sim, "a view to a hospital without a live grant");
        d->grant = body->grant;
        d->grant_view = body->view;
        d->grant_case = m->case_id;
    }
    for (size_t i = 0; i < sim->cases_count; i++)
        if (id_equal(&sim->cases[i].id, &m->case_id) && d->kind == DEVICE_AMBULANCE)
            sim->cases[i].view = body->view;
    free(c);
}

static void check_notice(struct sim *sim, int device, const struct message *m)
{
    const struct body_notice *body = m->body;
    struct sim_device *d = &sim->devices[device];
    sim->notices++;
    if (slice_is(body->event, "opened"))
        sim->opened++;
    if (slice_is(body->event, "grant_issued"))
        sim->grants++;
    if (m->n == 0)
        return; /* taken away before it is logged */
    if (m->n > d->n + 1)
        sim_fail(sim, "device %d got n %llu after %llu", device, (unsigned long long)m->n,
                 (unsigned long long)d->n);
    if (m->n > d->n)
        d->n = m->n;
    struct event event;
    if (!event_at(sim, m->seq, &event))
        sim_fail(sim, "a notice of entry %llu, which is not in the log",
                 (unsigned long long)m->seq);
}

static void check_session(struct sim *sim, int device, const struct message *m)
{
    const struct body_session *body = m->body;
    struct sim_device *d = &sim->devices[device];
    size_t size;
    d->session = body->session;
    d->session_bound = true;
    if (body->token.bytes != NULL)
        (void)!base64_decode(body->token, d->token, sizeof d->token, &size);
    (void)sim;
}

void sim_check_frame(struct sim *sim, int device, struct slice frame)
{
    struct message m;
    struct complaint why;
    enum err err = message_decode(frame, FROM_GATEWAY, &m, &why);
    if (err != ERR_OK) {
        sim_fail(sim, "a frame that does not decode: %s at %s", err_name(err), why.path);
        return;
    }
    sim_check_mark(sim, &m.case_id, m.training == FLAG_YES, m.type->name);
    switch (m.type->kind) {
    case MSG_RECEIPT:
        check_receipt(sim, device, &m);
        break;
    case MSG_REFUSAL:
        sim->refusals++;
        break;
    case MSG_SECTION_KEYS:
        check_keys(sim, device, &m);
        break;
    case MSG_VIEW_HEADER:
        check_header(sim, device, &m);
        break;
    case MSG_NOTICE:
        check_notice(sim, device, &m);
        break;
    case MSG_SNAPSHOT:
        sim->devices[device].n = (uint64_t)((const struct body_snapshot *)m.body)->n;
        break;
    case MSG_SESSION:
        check_session(sim, device, &m);
        break;
    default:
        break;
    }
    message_fini(&m);
}

/* ---- the whole log ---- */

struct whole {
    struct sim *sim;
    struct merkle_edge edge;
    uint64_t next;
    struct {
        struct id org;
        uint64_t n;
    } orgs[SIM_HOSPITALS + 2];
    size_t orgs_count;
};

/* One running number per organisation, whichever side of an event it is on. */
static void check_count(struct whole *w, const struct id *org, uint64_t n, uint64_t seq)
{
    if (id_absent(org) || n == 0)
        return;
    for (size_t i = 0; i < w->orgs_count; i++)
        if (id_equal(&w->orgs[i].org, org)) {
            if (n != ++w->orgs[i].n)
                sim_fail(w->sim, "a gap in an organisation's count at entry %llu",
                         (unsigned long long)seq);
            return;
        }
    w->orgs[w->orgs_count].org = *org;
    w->orgs[w->orgs_count++].n = 1;
    if (n != 1)
        sim_fail(w->sim, "an organisation's count does not begin with 1");
}

static enum err whole_one(void *self, const struct stored_event *stored)
{
    struct whole *w = self;
    struct event event;
    if (stored->seq != ++w->next)
        sim_fail(w->sim, "entry %llu is missing", (unsigned long long)w->next);
    if (leaf_decode(stored->leaf, &event) != ERR_OK) {
        sim_fail(w->sim, "entry %llu does not decode", (unsigned long long)stored->seq);
        return ERR_OK;
    }
    event.seq = stored->seq;
    sim_check_mark(w->sim, &event.case_id, event.training == FLAG_YES, event_name(event.type));
    check_count(w, &event.org, event.org_n, event.seq);
    if (!id_equal(&event.org, &event.hospital)) /* one number when both sides are one */
        check_count(w, &event.hospital, event.hospital_n, event.seq);
    struct hash leaf = merkle_leaf(stored->leaf);
    struct hash made[65];
    (void)merkle_append(&w->edge, &leaf, made);
    return ERR_OK;
}

static void check_tree(struct sim *sim)
{
    struct whole *w = calloc(1, sizeof *w);
    struct store_head head;
    w->sim = sim;
    (void)sim->store->follow(sim->store->self, 1, 1000000, w, whole_one);
    if (sim->store->head(sim->store->self, &head) != ERR_OK || head.size != w->next)
        sim_fail(sim, "the head says another size than the log has");
    struct hash root = merkle_root(&w->edge);
    if (!hash_equal(&root, &head.root))
        sim_fail(sim, "the tree is not the tree of the entries");
    free(w);
}

struct row_check {
    struct sim *sim;
    struct buf json;
};

static enum err compare_row(void *self, enum aggregate kind, const struct id *id, uint64_t version,
                            struct slice json)
{
    struct row_check *check = self;
    (void)version;
    if (kind != AGGREGATE_CASE)
        return ERR_OK;
    struct case_state *c = fold_case(check->sim, id, UINT64_MAX);
    buf_clear(&check->json);
    record_encode(&record_case_state, c, &check->json);
    if (!slice_equal(buf_slice(&check->json), json))
        sim_fail(check->sim, "a case's row is not the fold of its events");
    int live = 0;
    for (size_t i = 0; i < c->grants_count; i++) {
        bool counts =
            grant_live(&c->grants[i], check->sim->now) && c->grants[i].break_glass != FLAG_YES;
        live += counts;
        if (counts && !case_is_destination(c, &c->grants[i].hospital))
            sim_fail(check->sim, "a hospital that is not the destination has a live grant");
        if (counts && case_refused(c))
            sim_fail(check->sim, "a live grant after the patient refused");
    }
    if (live > 1)
        sim_fail(check->sim, "two hospitals have live grants");
    free(c);
    return ERR_OK;
}

static void check_acked(struct sim *sim)
{
    for (size_t i = 0; i < sim->acked_count; i++) {
        const struct sim_acked *acked = &sim->acked[i];
        struct hash digest;
        uint64_t seq = 0;
        int64_t at;
        enum err err =
            journal_seen(sim->journal, &acked->device, &acked->message, &digest, &seq, &at);
        struct event event;
        if (err == ERR_NOT_FOUND && event_at(sim, acked->entry, &event))
            continue; /* an answer of an errand: known by its entry */
        if (err != ERR_OK || seq != acked->entry)
            sim_fail(sim, "an acknowledged message is gone, or is there twice");
    }
}

void sim_check_log(struct sim *sim)
{
    struct row_check check = {.sim = sim};
    check_tree(sim);
    check_acked(sim);
    if (journal_load(sim->journal, &check, compare_row) != ERR_OK)
        sim_fail(sim, "the rows cannot be read");
    buf_free(&check.json);
}
