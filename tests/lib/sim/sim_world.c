/* sim_world.c — Job: the world around the engine: store, clock, line, errands, crashes. */
#include "tests/lib/sim/sim.h"

#include "common/keyfile.h"
#include "gateway/control.h"
#include "proto/base64.h"
#include "tests/lib/temp_folder.h"

#include <assert.h>
#include <stdarg.h>
#include <stdio.h>
#include <stdlib.h>

void sim_fail(struct sim *sim, const char *format, ...)
{
    if (sim->failure[0] != '\0')
        return; /* the first one tells most */
    va_list args;
    va_start(args, format);
    vsnprintf(sim->failure, sizeof sim->failure, format, args);
    va_end(args);
}

/* splitmix64: small, and the same on every machine. */
static uint64_t next_random(uint64_t *state)
{
    uint64_t z = (*state += UINT64_C(0x9E3779B97F4A7C15));
    z = (z ^ (z >> 30)) * UINT64_C(0xBF58476D1CE4E5B9);
    z = (z ^ (z >> 27)) * UINT64_C(0x94D049BB133111EB);
    return z ^ (z >> 31);
}

uint64_t sim_random(struct sim *sim, uint64_t below)
{
    return next_random(&sim->random_state) % below;
}

static void fill(void *self, void *bytes, size_t size)
{
    struct sim *sim = self;
    uint8_t *out = bytes;
    for (size_t i = 0; i < size; i++)
        out[i] = (uint8_t)next_random(&sim->random_state);
}

static int64_t now(void *self)
{
    return ((struct sim *)self)->now;
}

/* ---- what the engine asks of the world ---- */

static int device_of_conn(const struct sim *sim, const void *conn)
{
    return (int)((const struct sim_device *)conn - sim->devices);
}

static enum err on_send(void *self, void *conn, enum lane lane, struct frame *frame)
{
    struct sim *sim = self;
    (void)lane;
    sim_check_frame(sim, device_of_conn(sim, conn), frame_slice(frame));
    return ERR_OK;
}

/* The line takes everything at once: what is long leaves in the turn in which it begins. */
static bool has_room(void *self, void *conn)
{
    (void)self;
    (void)conn;
    return true;
}

static void on_drop(void *self, void *conn, const struct id *tag)
{
    (void)self;
    (void)conn;
    (void)tag;
}

static void on_close(void *self, void *conn, enum close_code code, const char *why)
{
    struct sim *sim = self;
    (void)conn;
    if (code == CLOSE_INTERNAL)
        sim_fail(sim, "the engine closed a connection: %s", why);
}

static void on_commit(void *self, struct batch *batch)
{
    struct sim *sim = self;
    assert(sim->pending_count < sizeof sim->pending / sizeof sim->pending[0]);
    sim->pending[sim->pending_count++] = batch;
}

static void on_errand(void *self, struct job *job)
{
    struct sim *sim = self;
    if (sim->jobs_count == SIM_JOBS)
        job_free(job); /* lost: as if its thread had died */
    else
        sim->jobs[sim->jobs_count++] = job;
}

static struct engine_setup setup_of(struct sim *sim)
{
    return (struct engine_setup){
        .calls = {sim, on_send, has_room, on_drop, on_close, on_commit, on_errand, now, fill},
        .journal = sim->journal,
        .policy = {.profile = PROFILE_TRIAL,
                   .practice_source = FLAG_YES,
                   .grant_after_handover_ms = 3600000,
                   .grant_after_fetch_ms = 24 * 3600000,
                   .late_ms = 12 * 3600000,
                   .confirm_wait_ms = 12 * 3600000,
                   .break_glass_wait_ms = 60000,
                   .alert_escalate_ms = 900000,
                   .hand_up_wait_ms = 300000,
                   .session_ms = 16 * 3600000,
                   .failures_max = 5,
                   .refetch_allowed = 1},
        .name = "sim.example/log",
        .spool_key = slice_of("AAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAA="),
        .lease_ms = 120000,
        .simulator = true,
    };
}

static void open_process(struct sim *sim)
{
    char checkpoint[TEMP_PATH_MAX + 16];
    snprintf(checkpoint, sizeof checkpoint, "%s/checkpoint", sim->folder);
    struct journal_setup journal = {.store = sim->store,
                                    .keys_dir = sim->folder,
                                    .checkpoint_path = checkpoint,
                                    .origin = "sim.example/log",
                                    .now_ms = now,
                                    .now_self = sim,
                                    .random = fill,
                                    .random_self = sim};
    enum err err = journal_open(&journal, &sim->journal);
    struct engine_setup setup = setup_of(sim);
    if (err == ERR_OK)
        err = engine_new(&setup, &sim->engine);
    if (err == ERR_OK)
        err = engine_load(sim->engine);
    if (err != ERR_OK)
        sim_fail(sim, "the process does not start: %s", err_name(err));
    else
        engine_recover(sim->engine);
}

static void drop_process(struct sim *sim)
{
    engine_free(sim->engine);
    sim->engine = NULL;
    while (sim->pending_count != 0)
        batch_free(sim->pending[--sim->pending_count]);
    while (sim->jobs_count != 0)
        job_free(sim->jobs[--sim->jobs_count]);
    journal_close(sim->journal);
    sim->journal = NULL;
}

void sim_crash(struct sim *sim)
{
    sim->crashes++;
    for (int i = 0; i < SIM_DEVICES; i++) {
        sim->devices[i].peer = NULL;
        sim->devices[i].session_bound = false;
    }
    drop_process(sim);
    store_ram_crash(sim->store);
    open_process(sim);
}

/* ---- commit ---- */

/* The planted bug: a change reaches the state and never becomes a leaf. */
static void skip_leaf(struct sim *sim, struct batch *batch)
{
    for (struct entry *entry = batch->first; entry != NULL; entry = entry->next)
        if (entry->events_count > 1 && sim_random(sim, 8) == 0)
            entry->events_count--;
}

/* The planted bug: the engine hears "committed" and the batch never reaches the store. */
static void acknowledge_only(struct sim *sim, struct batch *batch)
{
    uint64_t seq = 100000 + sim->receipts;
    for (struct entry *entry = batch->first; entry != NULL; entry = entry->next) {
        entry->status = ENTRY_COMMITTED;
        entry->first_seq = ++seq;
        entry->first_recorded_at = sim->now;
        for (size_t i = 0; i < entry->events_count; i++)
            entry->events[i].event.seq = seq;
    }
    batch->result = ERR_OK;
    engine_committed(sim->engine, batch);
}

void sim_commit(struct sim *sim)
{
    if (sim->pending_count == 0)
        return;
    struct batch *batch = sim->pending[0];
    memmove(sim->pending, sim->pending + 1, --sim->pending_count * sizeof sim->pending[0]);
    sim->now += (int64_t)sim_random(sim, 5);
    if (sim->bug == BUG_ACK_BEFORE_COMMIT && sim->cases_count != 0 && sim_random(sim, 10) == 0) {
        acknowledge_only(sim, batch);
        return;
    }
    if (sim->bug == BUG_SKIPPED_LEAF)
        skip_leaf(sim, batch);
    journal_append_now(sim->journal, batch);
    engine_committed(sim->engine, batch);
}

void sim_settle(struct sim *sim)
{
    for (int i = 0; i < 200 && (sim->pending_count != 0 || sim->jobs_count != 0); i++) {
        engine_turn_end(sim->engine);
        sim_commit(sim);
        sim_errand(sim);
        engine_turn_end(sim->engine);
    }
    if (sim->pending_count != 0 || sim->jobs_count != 0)
        sim_fail(sim, "the engine does not come to rest");
}

/* ---- people and devices ---- */

static void on_line(void *self, struct slice line)
{
    struct sim *sim = self;
    if (line.size < 10 || memcmp(line.bytes, "{\"ok\":true", 10) != 0)
        sim_fail(sim, "setting up: %.*s", (int)line.size, line.bytes);
}

static void act(struct sim *sim, const struct buf *request)
{
    control_act(sim->engine, buf_slice(request), sim, on_line);
    sim_settle(sim);
    engine_turn_end(sim->engine);
    sim_commit(sim);
}

static void add_id(struct buf *b, const char *key, const struct id *id)
{
    char text[ID_TEXT_SIZE];
    id_text(id, text);
    buf_printf(b, ",\"%s\":\"%.*s\"", key, ID_TEXT_SIZE, text);
}

static struct id new_id(struct sim *sim)
{
    uint8_t random[10];
    fill(sim, random, sizeof random);
    return id_new(sim->now, random);
}

static void add_org(struct sim *sim, const char *kind, struct id *id)
{
    struct buf b = {0};
    *id = new_id(sim);
    buf_printf(&b, "{\"act\":\"org_add\",\"kind\":\"%s\",\"name\":\"%s\"", kind, kind);
    add_id(&b, "id", id);
    buf_byte(&b, '}');
    act(sim, &b);
    buf_free(&b);
}

static void add_device(struct sim *sim, int index)
{
    struct sim_device *d = &sim->devices[index];
    bool crew = index < SIM_CREWS;
    struct buf b = {0};
    d->id = new_id(sim);
    d->kind = crew ? DEVICE_AMBULANCE : DEVICE_HOSPITAL;
    d->org = crew ? sim->headquarters : sim->hospitals[index - SIM_CREWS];
    fill(sim, &d->fingerprint, sizeof d->fingerprint);
    buf_printf(&b,
               "{\"act\":\"device_add\",\"device_kind\":\"%s\",\"name\":\"d%d\",\"fingerprint\":\"",
               crew ? "ambulance" : "hospital", index);
    base64_add(&b, d->fingerprint.bytes, sizeof d->fingerprint.bytes);
    buf_byte(&b, '"');
    add_id(&b, "id", &d->id);
    add_id(&b, "org", &d->org);
    buf_byte(&b, '}');
    act(sim, &b);
    buf_clear(&b);
    buf_printf(&b,
               "{\"act\":\"person_add\",\"login\":\"p%d\",\"name\":\"p%d\",\"password\":\"x\","
               "\"totp\":\"AAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAA\",\"must_change\":false,\"roles\":[%s]",
               index, index, crew ? "\"paramedic\"" : "\"er_board\",\"er_viewer\"");
    add_id(&b, "org", &d->org);
    buf_byte(&b, '}');
    act(sim, &b);
    buf_free(&b);
}

void sim_connect(struct sim *sim, int device)
{
    struct sim_device *d = &sim->devices[device];
    if (d->peer != NULL)
        engine_closed(sim->engine, d->peer);
    d->peer = NULL;
    d->session_bound = false;
    if (engine_admit(sim->engine, d, d->kind, &d->fingerprint, &d->peer) != ERR_OK) {
        sim_fail(sim, "device %d is not admitted", device);
        return;
    }
    struct body_hello hello = {.client = slice_of("sim"), .n = (int64_t)d->n};
    sim_send(sim, device, MSG_HELLO, NULL, &hello);
    if (id_absent(&d->session))
        return;
    struct buf token = {0};
    base64_add(&token, d->token, sizeof d->token);
    struct body_session_resume resume = {.token = buf_slice(&token)};
    sim_send(sim, device, MSG_SESSION_RESUME, NULL, &resume);
    buf_free(&token);
}

void sim_sign_in(struct sim *sim, int device)
{
    char login[8];
    snprintf(login, sizeof login, "p%d", device);
    sim->now += 31000; /* a code works once */
    struct body_sign_in body = {
        .login = slice_of(login), .password = slice_of("right"), .code = slice_of("123456")};
    sim_send(sim, device, MSG_SIGN_IN, NULL, &body);
    sim_settle(sim);
}

void sim_start(struct sim *sim, uint64_t seed, enum sim_bug bug)
{
    *sim = (struct sim){.seed = seed, .random_state = seed * 7919 + 1, .bug = bug};
    sim->now = INT64_C(1795500000000);
    temp_folder_make(sim->folder);
    if (store_ram_open(&sim->store) != ERR_OK) {
        sim_fail(sim, "no store");
        return;
    }
    struct keyfile *keys = NULL;
    if (keyfile_open(sim->folder, &keys) != ERR_OK || keyfile_create(keys, KEYFILE_LOG) != ERR_OK)
        sim_fail(sim, "no keys in %s", sim->folder);
    keyfile_close(keys);
    open_process(sim);
    if (sim->failure[0] != '\0')
        return;
    add_org(sim, "headquarters", &sim->headquarters);
    for (int i = 0; i < SIM_HOSPITALS; i++)
        add_org(sim, "hospital", &sim->hospitals[i]);
    for (int i = 0; i < SIM_DEVICES; i++)
        add_device(sim, i);
    for (int i = 0; i < SIM_DEVICES; i++) {
        sim_connect(sim, i);
        sim_sign_in(sim, i);
    }
}

void sim_stop(struct sim *sim)
{
    drop_process(sim);
    store_close(sim->store);
    for (size_t i = 0; i < sim->sent_count; i++)
        free(sim->sent[i].text);
    temp_folder_remove(sim->folder);
}
