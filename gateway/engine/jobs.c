/* jobs.c — Job: put together what an errand needs, once its asking is durable. */
#include "gateway/engine/inner.h"

#include "common/secret.h"
#include "gateway/core/access.h"
#include "gateway/core/month.h"
#include "proto/base64.h"
#include "proto/view.h"

#include <assert.h>
#include <stdlib.h>

static void put_text(char *out, size_t room, struct slice text)
{
    size_t size = text.size < room - 1 ? text.size : room - 1;
    if (text.bytes != NULL)
        memcpy(out, text.bytes, size);
    out[text.bytes == NULL ? 0 : size] = '\0';
}

static void put_bytes(uint8_t *out, size_t room, size_t *size, struct slice text)
{
    *size = 0;
    if (text.bytes != NULL && base64_decode(text, out, room, size) != ERR_OK)
        *size = 0;
}

struct job *job_new(void)
{
    return secret_new(sizeof(struct job));
}

void job_free(struct job *job)
{
    if (job == NULL)
        return;
    if (job->view != NULL)
        view_free(job->view);
    free(job->found);
    free(job->months);
    free(job->devices);
    secret_free(job);
}

static void fill_factors(struct engine *engine, const struct work *work, struct job *job)
{
    const struct body_sign_in *body = work->message.body;
    put_text(job->login, sizeof job->login, body->login);
    put_text(job->password, sizeof job->password, body->password);
    put_text(job->code, sizeof job->code, body->code);
    engine->calls.random(engine->calls.self, job->token, sizeof job->token);
    job->outcome.token = sha256(job->token, sizeof job->token);
}

static void fill_new_password(const struct work *work, struct job *job)
{
    const struct body_password_change *body = work->message.body;
    put_text(job->password, sizeof job->password, body->password);
    put_text(job->new_password, sizeof job->new_password, body->new_password);
}

static void fill_person(struct engine *engine, struct job *job)
{
    struct person_state *person =
        id_absent(&job->ask.person)
            ? NULL
            : slot_person(world_find(&engine->table, AGGREGATE_PERSON, &job->ask.person));
    if (person == NULL)
        return;
    put_text(job->hash, sizeof job->hash, person->password);
    put_text(job->totp, sizeof job->totp, person->totp);
    put_text(job->login, sizeof job->login, person->login);
    put_text(job->name, sizeof job->name, person->name);
    struct org_state *org = slot_org(world_find(&engine->table, AGGREGATE_ORG, &person->org));
    if (org != NULL)
        put_text(job->org_name, sizeof job->org_name, org->name);
}

/* The certificate stands in the payload of the event that asked for its check. */
static bool fill_card(struct engine *engine, struct slot *slot, struct job *job)
{
    const struct case_state *c = &slot->state->case_;
    struct slice text = lookup_text(engine, slot, &c->card_event);
    struct json *root;
    struct body_card_read body;
    struct complaint why;
    if (text.bytes == NULL || json_parse(text, FRAME_BYTES_MAX, &root) != ERR_OK)
        return false;
    bool good = record_decode(&record_card_read, root, RECORD_LENIENT, &body, &why) == ERR_OK;
    if (good) {
        put_bytes(job->certificate, sizeof job->certificate, &job->certificate_size,
                  body.certificate);
        put_bytes(job->challenge, sizeof job->challenge, &job->challenge_size, body.challenge);
        put_bytes(job->signature, sizeof job->signature, &job->signature_size, body.signature);
        job->card_proof = body.proof;
        job->identified_by = body.identified_by;
    }
    json_free(root);
    return good;
}

/* The months of a longer look-back stand in the payload of the event that asked for the view. */
static void fill_months(struct engine *engine, struct slot *slot, const struct case_view *view,
                        struct job *job)
{
    struct slice text = lookup_text(engine, slot, &view->asked_event);
    struct json *root;
    struct body_view_ask body;
    struct complaint why;
    if (text.bytes == NULL || json_parse(text, FRAME_BYTES_MAX, &root) != ERR_OK)
        return;
    if (record_decode(&record_view_ask, root, RECORD_LENIENT, &body, &why) == ERR_OK) {
        put_text(job->from, sizeof job->from, body.from);
        put_text(job->to, sizeof job->to, body.to);
    }
    json_free(root);
}

static void fill_fetch(struct engine *engine, struct slot *slot, struct job *job)
{
    const struct case_state *c = &slot->state->case_;
    const struct case_view *view = case_view_of(c, &job->ask.view);
    const struct case_ground *ground = case_ground_for(c, RIGHT_CREW_VIEW, NULL);
    struct org_state *org = slot_org(world_find(&engine->table, AGGREGATE_ORG, &c->org));
    struct device_state *device =
        slot_device(world_find(&engine->table, AGGREGATE_DEVICE, &c->device));
    if (org != NULL)
        put_text(job->hq_code, sizeof job->hq_code, org->code);
    if (device != NULL)
        put_text(job->crew_code, sizeof job->crew_code, device->name);
    if (view != NULL) {
        job->sections = view->sections;
        job->view_kind = view->kind;
        job->person = view->person;
        fill_months(engine, slot, view, job);
    }
    if (ground != NULL)
        job->basis = ground->basis;
}

/* One row more than the page takes: so it is known whether there is more. */
static int rows_asked(int64_t limit)
{
    return (int)(limit == INT_ABSENT ? ACCESS_ROWS_MAX : limit) + 1;
}

static uint64_t place_of(int64_t seq)
{
    return seq == INT_ABSENT ? 0 : (uint64_t)seq;
}

static void fill_access(const struct body_access_query *body, struct job *job)
{
    struct store_query *query = &job->query;
    *query = (struct store_query){.person = body->person,
                                  .case_id = body->case_id,
                                  .alias = body->alias,
                                  .other = body->org,
                                  .basis = body->basis,
                                  .without_consent = body->without_consent,
                                  .training = body->training,
                                  .waiting = body->waiting,
                                  .from = body->from,
                                  .until = body->until,
                                  .before_seq = place_of(body->before),
                                  .limit = rows_asked(body->limit)};
    query->types_count = access_group_types(body->group, query->types, QUERY_TYPES_MAX);
    if (body->kind.bytes != NULL)
        query->types[query->types_count++] = event_by_name(body->kind);
}

static void fill_log(const struct body_log_query *body, struct job *job)
{
    job->proof_entry = place_of(body->entry);
    job->old_size = place_of(body->old_size);
    job->new_size = place_of(body->new_size);
}

/* The ambulances of the headquarters that asks, those that were ended too: they had cases. */
static void fill_devices(struct engine *engine, const struct id *org, struct job *job)
{
    const struct slot *slot = world_find(&engine->table, AGGREGATE_ORG, org);
    job->devices = calloc(COVERAGE_DEVICES_MAX, sizeof *job->devices);
    for (size_t i = 0; slot != NULL && job->devices != NULL && i < slot->all_devices.count; i++) {
        const struct id *id = &slot->all_devices.ids[i];
        const struct device_state *device =
            slot_device(world_find(&engine->table, AGGREGATE_DEVICE, id));
        if (device != NULL && device->kind == DEVICE_AMBULANCE &&
            job->devices_count < COVERAGE_DEVICES_MAX)
            job->devices[job->devices_count++] = *id;
    }
}

static void fill_query(const struct peer_state *peer, const struct work *work, struct job *job)
{
    const struct body_case_story *story = work->message.body;
    const struct body_coverage_query *coverage = work->message.body;
    const struct body_written_query *written = work->message.body;
    enum err months = ERR_OK;
    switch (work->message.type->kind) {
    case MSG_CASE_STORY:
        job->question = QUESTION_CASE;
        job->query = (struct store_query){.case_id = story->case_id,
                                          .after_seq = place_of(story->after),
                                          .oldest_first = true,
                                          .limit = rows_asked(story->limit)};
        break;
    case MSG_WRITTEN_QUERY:
        job->question = QUESTION_WRITTEN;
        job->proof_entry = place_of(written->entry);
        break;
    case MSG_LOG_QUERY:
        job->question = QUESTION_LOG;
        fill_log(work->message.body, job);
        break;
    case MSG_COVERAGE_QUERY:
        job->question = QUESTION_COVERAGE;
        months = month_parse(coverage->from, &job->from_month);
        if (months == ERR_OK)
            months = month_parse(coverage->to, &job->to_month);
        assert(months == ERR_OK); /* it was judged */
        break;
    default:
        job->question = QUESTION_ACCESS;
        fill_access(work->message.body, job);
        break;
    }
    job->query.org = peer->org; /* whoever asks sees what concerns the own organisation only */
    if (id_equal(&job->query.other, &peer->org))
        job->query.other = (struct id){{0}}; /* it all does */
}

struct job *jobs_make(struct engine *engine, struct work *work, const struct errand_ask *ask)
{
    struct peer_state *peer = peer_of_number(engine, work->peer);
    if (ask->kind == ERRAND_LOG && peer == NULL)
        return NULL; /* nobody waits for the page any more */
    struct job *job = job_new();
    if (job == NULL)
        return NULL; /* the janitor finds an ask without outcome and fails it */
    job->ask = *ask;
    job->ask.device = work->device;
    job->device = work->device;
    job->peer = work->peer;
    job->message = work->message.id;
    job->session = work->message.session;
    job->now = engine_now(engine);
    struct slot *slot =
        id_absent(&ask->case_id) ? NULL : world_find(&engine->table, AGGREGATE_CASE, &ask->case_id);
    if (ask->kind == ERRAND_FACTORS)
        fill_factors(engine, work, job);
    if (ask->kind == ERRAND_LOG)
        fill_query(peer, work, job);
    if (ask->kind == ERRAND_LOG && work->message.type->kind == MSG_COVERAGE_QUERY) {
        const struct body_coverage_query *body = work->message.body;
        job->after = body->after;
        if (body->devices == FLAG_YES)
            fill_devices(engine, &peer->org, job);
    }
    if (ask->kind == ERRAND_NEW_PASSWORD)
        fill_new_password(work, job);
    if (ask->kind != ERRAND_LOG)
        fill_person(engine, job);
    if (slot_case(slot) != NULL && (ask->kind == ERRAND_CARD || ask->kind == ERRAND_FETCH)) {
        job->drill = case_is_drill(slot_case(slot), &engine->policy);
        (void)fill_card(engine, slot, job);
    }
    if (slot_case(slot) != NULL && ask->kind == ERRAND_FETCH)
        fill_fetch(engine, slot, job);
    return job;
}
