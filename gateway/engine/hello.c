/* hello.c — Job: connected devices: who is on the line, what each holds already, their sessions. */
#include "gateway/engine/inner.h"

#include "common/log.h"
#include "proto/base64.h"

#include <stdlib.h>

enum { RESEND_MAX = 256 /* further behind than this: a snapshot is shorter */ };

struct peer_state *peer_of_device(struct engine *engine, const struct id *device)
{
    struct hash key = index_key(device);
    return index_get(engine->by_device, &key);
}

struct peer_state *peer_to_tell(struct engine *engine, const struct id *device)
{
    struct peer_state *peer = peer_of_device(engine, device);
    return peer != NULL && peer->welcomed ? peer : NULL;
}

static struct hash number_key(uint64_t number)
{
    struct hash key = {{0}};
    memcpy(key.bytes + 8, &number, sizeof number);
    return key;
}

struct peer_state *peer_of_number(struct engine *engine, uint64_t number)
{
    struct hash key = number_key(number);
    return number == 0 ? NULL : index_get(engine->by_number, &key);
}

struct bound_session *peer_session(struct peer_state *peer, const struct id *session)
{
    for (size_t i = 0; i < peer->sessions_count; i++)
        if (id_equal(&peer->sessions[i].session, session))
            return &peer->sessions[i];
    return NULL;
}

void peer_bind(struct peer_state *peer, const struct id *session, const struct id *person)
{
    if (peer_session(peer, session) != NULL)
        return;
    if (peer->sessions_count == PEER_SESSIONS_MAX) /* the longest bound signs in again */
        peer_unbind(peer, &peer->sessions[0].session);
    peer->sessions[peer->sessions_count++] = (struct bound_session){*session, *person};
}

void peer_unbind(struct peer_state *peer, const struct id *session)
{
    struct bound_session *bound = peer_session(peer, session);
    if (bound == NULL)
        return;
    size_t at = (size_t)(bound - peer->sessions);
    memmove(bound, bound + 1, (peer->sessions_count - at - 1) * sizeof *bound);
    peer->sessions_count--;
}

/* ---- on and off the line ---- */

static enum err may_connect(struct engine *engine, int kind, const struct hash *fingerprint,
                            struct device_state **out)
{
    struct device_state *device = slot_device(world_by_fingerprint(&engine->table, fingerprint));
    if (device == NULL || device->kind != kind)
        return ERR_CERT;
    if (device->revoked == FLAG_YES)
        return ERR_DEVICE_REVOKED;
    struct org_state *org = slot_org(world_find(&engine->table, AGGREGATE_ORG, &device->org));
    if (org == NULL)
        return ERR_CERT;
    if (org->stopped == FLAG_YES || engine->policy.stopped == FLAG_YES)
        return ERR_STOPPED;
    *out = device;
    return ERR_OK;
}

/* An older connection of the same device gives way: after a line cut it is usually dead without
 * knowing it. If it was alive, the new one has to show a session's token, or an alert is raised. */
static void replace_older(struct engine *engine, struct peer_state *peer)
{
    enum { ALIVE_MS = 2 * PING_EVERY_MS };
    struct peer_state *older = peer_of_device(engine, &peer->device);
    if (older == NULL)
        return;
    peer->replaced_live =
        older->sessions_count != 0 && engine_now(engine) - older->heard_at < ALIVE_MS;
    engine->calls.close(engine->calls.self, older->conn, CLOSE_REPLACED, "replaced");
}

enum err engine_admit(struct engine *engine, void *conn, int kind, const struct hash *fingerprint,
                      struct peer_state **out)
{
    struct device_state *device = NULL;
    enum err err = may_connect(engine, kind, fingerprint, &device);
    if (err != ERR_OK)
        return err;
    struct peer_state *peer = calloc(1, sizeof *peer);
    if (peer == NULL)
        return ERR_NO_MEMORY;
    peer->conn = conn;
    peer->number = ++engine->peer_numbers;
    peer->kind = kind;
    peer->device = device->id;
    peer->org = device->org;
    peer->admitted_at = peer->heard_at = peer->alive_at = engine_now(engine);
    replace_older(engine, peer);
    struct hash key = index_key(&peer->device), number = number_key(peer->number);
    if (!index_put(engine->by_device, &key, peer) || !index_put(engine->by_number, &number, peer)) {
        index_remove(engine->by_device, &key);
        free(peer);
        return ERR_NO_MEMORY;
    }
    peer->next = engine->peers;
    if (engine->peers != NULL)
        engine->peers->previous = peer;
    engine->peers = peer;
    engine->peers_count++;
    *out = peer;
    return ERR_OK;
}

void engine_closed(struct engine *engine, struct peer_state *peer)
{
    struct hash key = index_key(&peer->device), number = number_key(peer->number);
    if (index_get(engine->by_device, &key) == peer)
        index_remove(engine->by_device, &key);
    index_remove(engine->by_number, &number);
    if (peer->previous != NULL)
        peer->previous->next = peer->next;
    else
        engine->peers = peer->next;
    if (peer->next != NULL)
        peer->next->previous = peer->previous;
    engine->peers_count--;
    pieces_forget(peer);
    free(peer);
}

void engine_frame(struct engine *engine, struct peer_state *peer, struct slice text)
{
    peer->heard_at = engine_now(engine);
    intake_frame(engine, peer, text);
}

/* ---- hello ---- */

static void send_welcome(struct engine *engine, struct peer_state *peer, const struct message *msg,
                         uint64_t n)
{
    struct org_state *org = slot_org(world_find(&engine->table, AGGREGATE_ORG, &peer->org));
    struct message head = {.re = msg->id};
    struct body_welcome body = {.device = peer->device,
                                .org = peer->org,
                                .gateway = slice_of(engine->name),
                                .log_key = journal_log_key(engine->journal),
                                .spool_key = engine->spool_key,
                                .profile = engine->policy.profile,
                                .lease_ms = engine->lease_ms,
                                .now = engine_now(engine),
                                .n = (int64_t)n};
    if (org != NULL)
        body.org_name = org->name;
    out_send(engine, peer, MSG_WELCOME, &head, &body, LANE_CONTROL, NULL);
}

/* Sealed views again, to whoever may hold them: after a reconnect nobody knows what arrived. */
static void send_views(struct engine *engine, struct peer_state *peer)
{
    struct slot *org = world_find(&engine->table, AGGREGATE_ORG, &peer->org);
    for (size_t i = 0; org != NULL && peer->kind != DEVICE_ADMIN && i < org->cases.count; i++) {
        struct slot *slot = world_find(&engine->table, AGGREGATE_CASE, &org->cases.ids[i]);
        const struct case_state *c = slot_case(slot);
        if (c == NULL || c->end != 0)
            continue;
        if (peer->kind == DEVICE_AMBULANCE) {
            const struct case_view *view = case_view_held(c);
            if (id_equal(&c->device, &peer->device) && view != NULL && c->handed_at == 0 &&
                vault_has(engine->vault, &view->id))
                out_view(engine, peer, slot, view, NULL);
            continue;
        }
        const struct case_grant *grant = case_grant_live(c, &peer->org, engine_now(engine));
        const struct case_view *view = grant == NULL ? NULL : case_view_of(c, &grant->view);
        if (view != NULL && view->status == VIEW_HELD && vault_has(engine->vault, &view->id))
            out_view(engine, peer, slot, view, grant);
    }
}

static void resend(struct engine *engine, struct peer_state *peer, uint64_t after)
{
    struct arena arena = {0};
    struct journal_event *rows = calloc(RESEND_MAX, sizeof *rows);
    size_t count = 0;
    enum err err = rows == NULL ? ERR_NO_MEMORY
                                : journal_outbox(engine->journal, &peer->device, after, &arena,
                                                 rows, RESEND_MAX, &count);
    for (size_t i = 0; err == ERR_OK && i < count; i++)
        out_notice(engine, peer, &rows[i].event, rows[i].n);
    if (err != ERR_OK)
        snapshot_send(engine, peer);
    free(rows);
    arena_free(&arena);
}

/* A device that keeps a checkpoint is a witness: what it says of it is worth being shown. */
static void note_word(struct engine *engine, const struct peer_state *peer)
{
    struct slot *slot = world_find(&engine->table, AGGREGATE_DEVICE, &peer->device);
    if (slot == NULL || peer->kind == DEVICE_ADMIN)
        return;
    slot->word_size = peer->checkpoint_size;
    slot->word_at = engine_now(engine);
}

static void on_hello(struct engine *engine, struct peer_state *peer, const struct message *msg)
{
    const struct body_hello *body = msg->body;
    uint64_t newest = 0;
    if (journal_newest_n(engine->journal, &peer->device, &newest) != ERR_OK) {
        out_refusal(engine, peer, &msg->id, ERR_STORE, NULL);
        return;
    }
    uint64_t has = (uint64_t)body->n;
    peer->welcomed = true;
    peer->checkpoint_size = (uint64_t)body->checkpoint_size;
    peer->acked = has;
    note_word(engine, peer);
    send_welcome(engine, peer, msg, newest);
    if (peer->checkpoint_size > engine->checkpoint_size)
        peer->checkpoint_size = 0; /* it knows a longer log than ours: let it see and alarm */
    out_checkpoint(engine, peer);
    if (has == 0 || has > newest || newest - has > RESEND_MAX)
        snapshot_send(engine, peer);
    else
        resend(engine, peer, has);
    unsaved_tell(engine, peer);
    send_views(engine, peer);
}

static void on_resume(struct engine *engine, struct peer_state *peer, const struct message *msg)
{
    const struct body_session_resume *body = msg->body;
    uint8_t token[32];
    size_t size = 0;
    struct slot *slot = world_by_session(&engine->table, &msg->session);
    struct person_state *person = slot_person(slot);
    enum err err = base64_decode(body->token, token, sizeof token, &size);
    struct hash hash = sha256(token, sizeof token);
    explicit_bzero(token, sizeof token);
    if (err == ERR_OK && size == sizeof token)
        err = ERR_NO_SESSION;
    for (size_t i = 0; person != NULL && i < person->sessions_count; i++) {
        const struct person_session *s = &person->sessions[i];
        if (!id_equal(&s->id, &msg->session) || !id_equal(&s->device, &peer->device) ||
            !hash_equal(&s->token, &hash))
            continue;
        err = s->ended_at != 0 || engine_now(engine) >= s->until || person->disabled == FLAG_YES
                  ? ERR_SESSION_ENDED
                  : ERR_OK;
        if (err != ERR_OK)
            break;
        peer_bind(peer, &s->id, &person->id);
        peer->replaced_live = false;
        struct message head = {.re = msg->id, .session = s->id};
        struct body_session out = {.session = s->id,
                                   .person = person->id,
                                   .name = person->name,
                                   .roles = person->roles,
                                   .until = s->until,
                                   .must_change_password =
                                       person->must_change == FLAG_YES ? FLAG_YES : FLAG_NO};
        out_send(engine, peer, MSG_SESSION, &head, &out, LANE_CONTROL, NULL);
        hospitals_send(engine, peer);
        return;
    }
    out_refusal(engine, peer, &msg->id, err, NULL);
}

static void on_board(struct engine *engine, struct peer_state *peer, const struct message *msg)
{
    const struct body_board *body = msg->body;
    peer->people = body->people;
    peer->accepting = body->accepting;
    peer->board_at = engine_now(engine);
    size_t size = body->specialties.size < sizeof peer->specialties - 1
                      ? body->specialties.size
                      : sizeof peer->specialties - 1;
    memcpy(peer->specialties, body->specialties.bytes == NULL ? "" : body->specialties.bytes, size);
    peer->specialties[size] = '\0';
}

void hello_message(struct engine *engine, struct peer_state *peer, const struct message *msg)
{
    switch (msg->type->kind) {
    case MSG_HELLO:
        if (peer->welcomed)
            out_refusal(engine, peer, &msg->id, ERR_PROTOCOL, NULL);
        else
            on_hello(engine, peer, msg);
        break;
    case MSG_ACK:
        peer->acked = (uint64_t)((const struct body_ack *)msg->body)->n;
        break;
    case MSG_SNAPSHOT_ASK:
        snapshot_send(engine, peer);
        unsaved_tell(engine, peer);
        send_views(engine, peer);
        break;
    case MSG_PROOF_ASK:
        proof_send(engine, peer, msg);
        break;
    case MSG_SESSION_RESUME:
        on_resume(engine, peer, msg);
        break;
    case MSG_BOARD:
        on_board(engine, peer, msg);
        break;
    case MSG_SPOOLED:
        spooled_message(engine, peer, msg);
        break;
    case MSG_VIEW_HAND_UP:
        hand_up(engine, peer, msg);
        break;
    default:
        out_refusal(engine, peer, &msg->id, ERR_UNKNOWN_TYPE, NULL);
        break;
    }
}
