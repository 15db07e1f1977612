/* client.c — Job: one frame of the gateway: to the conversation, the cases, the sealed views and
 * the witness; and what came of it to the program. */
#include "client/client_inner.h"

#include <stdlib.h>

void client_tell(struct client *c, const struct happened *what)
{
    c->calls.happened(c->calls.happened_self, what);
}

int64_t client_wall(const struct client *c)
{
    return c->calls.wall_ms(c->calls.self);
}

uint64_t client_mono(const struct client *c)
{
    return c->calls.mono_ms(c->calls.self);
}

int64_t client_now(const struct client *c)
{
    int64_t now = lease_gateway_now(&c->lease, client_mono(c));
    return now != 0 ? now : client_wall(c);
}

/* ---- what the conversation calls ---- */

static enum err call_send(void *self, struct slice frame)
{
    struct client *c = self;
    return c->calls.send(c->calls.self, frame);
}

static int64_t call_wall(void *self)
{
    return client_wall(self);
}

static uint64_t call_mono(void *self)
{
    return client_mono(self);
}

static struct id call_new_id(void *self)
{
    struct client *c = self;
    return c->calls.new_id(c->calls.self);
}

static void call_kept(void *self, const struct id *message, struct slice frame)
{
    struct client *c = self;
    if (c->calls.kept != NULL)
        c->calls.kept(c->calls.self, message, frame);
}

static void call_settled(void *self, const struct settled *how)
{
    struct client *c = self;
    struct happened what = {.kind = HAPPENED_SETTLED,
                            .settled = how,
                            .session = how->session,
                            .c = cases_find(c->cases, &how->case_id),
                            .err = how->err};
    client_tell(c, &what);
}

static void call_gone(void *self, const struct signed_in *person, enum err why)
{
    struct client *c = self;
    struct happened what = {
        .kind = HAPPENED_SIGNED_OUT, .session = person->session, .person = person, .err = why};
    views_of_session(c, &person->session);
    client_tell(c, &what);
}

/* ---- the whole ---- */

enum err client_new(const struct client_calls *calls, enum sender side, const char *name,
                    size_t views_bytes, struct witness *witness, struct client **out)
{
    struct client *c = calloc(1, sizeof *c);
    *out = NULL;
    if (c == NULL)
        return ERR_NO_MEMORY;
    struct session_calls session_calls = {.self = c,
                                          .send = call_send,
                                          .wall_ms = call_wall,
                                          .mono_ms = call_mono,
                                          .new_id = call_new_id,
                                          .kept = call_kept,
                                          .settled = call_settled,
                                          .gone = call_gone};
    c->calls = *calls;
    if (c->calls.happened_self == NULL)
        c->calls.happened_self = calls->self;
    c->side = side;
    c->cases = cases_new();
    c->views = sealed_views_new(views_bytes);
    enum err err = session_new(&session_calls, side, name, &c->session);
    if (err == ERR_OK && (c->cases == NULL || c->views == NULL))
        err = ERR_NO_MEMORY;
    if (err != ERR_OK) {
        client_free(c);
        return err;
    }
    c->witness = *witness;
    *witness = (struct witness){.unproved = 0};
    *out = c;
    return ERR_OK;
}

void client_free(struct client *c)
{
    if (c == NULL)
        return;
    session_free(c->session);
    sealed_views_free(c->views);
    cases_free(c->cases);
    witness_fini(&c->witness);
    free(c);
}

void client_online(struct client *c)
{
    session_online(c->session, witness_size(&c->witness));
}

void client_offline(struct client *c)
{
    session_offline(c->session);
}

/* ---- frames ---- */

static void relink(struct client *c, enum err why)
{
    struct happened what = {.kind = HAPPENED_RELINK, .err = why};
    client_tell(c, &what);
}

static void alarmed(struct client *c, const struct message *frame)
{
    struct happened what = {.kind = HAPPENED_CHECKPOINT, .frame = frame, .verdict = WITNESS_ALARM};
    client_tell(c, &what);
}

static void on_welcome(struct client *c, const struct message *frame, int64_t n_before)
{
    const struct body_welcome *body = frame->body;
    enum witness_alarm before = c->witness.alarm;
    struct happened what = {.kind = HAPPENED_READY, .frame = frame};
    c->org = body->org;
    c->device = body->device;
    c->profile = body->profile;
    lease_told(&c->lease, client_mono(c), body->lease_ms, body->now);
    if (n_before > body->n) {
        session_forget_n(c->session);
        what.err = ERR_CONFLICT;
    }
    if (body->log_key.bytes != NULL) {
        enum err err = witness_key(&c->witness, body->log_key, client_now(c));
        if (err == ERR_LOG_PROOF && before == ALARM_NONE)
            alarmed(c, frame);
    }
    client_tell(c, &what);
}

static void on_checkpoint(struct client *c, const struct message *frame)
{
    bool was_alarmed = c->witness.alarm != ALARM_NONE;
    struct happened what = {.kind = HAPPENED_CHECKPOINT, .frame = frame};
    enum err err = witness_checkpoint(&c->witness, frame->body, client_now(c), &what.verdict);
    if (err != ERR_OK) {
        c->misread++;
        c->misread_err = err;
        what.err = err;
        client_tell(c, &what);
        return;
    }
    if (what.verdict != WITNESS_ALARM || !was_alarmed) /* an alarm is told once */
        client_tell(c, &what);
    if (what.verdict == WITNESS_UNPROVED)
        relink(c, ERR_LOG_PROOF);
}

static void snapshot_done(struct client *c)
{
    struct happened what = {.kind = HAPPENED_SNAPSHOT};
    if (cases_incomplete(c->cases))
        return;
    views_reconcile(c);
    client_tell(c, &what);
}

static void on_notice(struct client *c, const struct message *frame)
{
    struct happened what = {.kind = HAPPENED_NOTICE, .frame = frame};
    const struct body_notice *body = frame->body;
    what.err = cases_notice(c->cases, frame, &what.c);
    views_notice(c, frame, what.c);
    if (slice_is(body->event, "mixup"))
        session_ask_snapshot(c->session); /* who has to acknowledge stands there */
    client_tell(c, &what);
}

static void on_session(struct client *c, const struct message *frame, bool was_here)
{
    const struct body_session *body = frame->body;
    struct happened what = {.kind = HAPPENED_SIGNED_IN,
                            .frame = frame,
                            .session = body->session,
                            .person = session_find(c->session, &body->session),
                            .again = was_here};
    if (what.person != NULL)
        client_tell(c, &what);
}

static void pass_on(struct client *c, const struct message *frame, enum happening kind)
{
    struct happened what = {.kind = kind,
                            .frame = frame,
                            .session = frame->session,
                            .c = cases_find(c->cases, &frame->case_id)};
    if (kind == HAPPENED_RECORD && session_find(c->session, &frame->session) == NULL)
        return; /* identity is for a person who is signed in here */
    client_tell(c, &what);
}

static void on_case(struct client *c, const struct message *frame)
{
    struct known_case *known;
    bool was_coming = cases_incomplete(c->cases);
    enum err err = cases_shown(c->cases, frame, &known);
    if (err != ERR_OK) {
        c->misread++;
        c->misread_err = err;
    }
    if (was_coming)
        snapshot_done(c);
}

static void dispatch(struct client *c, const struct message *frame, int64_t n_before, bool was_here)
{
    switch (frame->type->kind) {
    case MSG_WELCOME:
        on_welcome(c, frame, n_before);
        break;
    case MSG_ALIVE:
        lease_clock(&c->lease, client_mono(c), ((const struct body_alive *)frame->body)->now);
        break;
    case MSG_CHECKPOINT:
        on_checkpoint(c, frame);
        break;
    case MSG_SNAPSHOT:
        cases_snapshot(c->cases, ((const struct body_snapshot *)frame->body)->count);
        snapshot_done(c);
        break;
    case MSG_SNAPSHOT_CASE:
        on_case(c, frame);
        break;
    case MSG_NOTICE:
        on_notice(c, frame);
        break;
    case MSG_SESSION:
        on_session(c, frame, was_here);
        break;
    case MSG_VIEW_HEADER:
        views_header(c, frame);
        break;
    case MSG_VIEW_PIECE:
        views_piece(c, frame);
        break;
    case MSG_SECTION_KEYS:
        views_keys(c, frame);
        break;
    case MSG_RECORD:
        pass_on(c, frame, HAPPENED_RECORD);
        break;
    case MSG_PROOF:
        pass_on(c, frame, HAPPENED_PROOF);
        break;
    case MSG_HOSPITALS:
        pass_on(c, frame, HAPPENED_HOSPITALS);
        break;
    default:
        break;
    }
}

void client_frame(struct client *c, struct slice text)
{
    struct message frame;
    struct complaint why;
    bool pass = true, was_here = false;
    int64_t n_before = session_n(c->session);
    lease_heard(&c->lease, client_mono(c));
    enum err err = message_decode(text, FROM_GATEWAY, &frame, &why);
    if (err != ERR_OK) {
        c->misread++;
        c->misread_err = err;
        return;
    }
    if (frame.type->kind == MSG_SESSION) {
        const struct body_session *body = frame.body;
        was_here = session_find(c->session, &body->session) != NULL;
    }
    session_frame(c->session, &frame, &pass);
    if (pass)
        dispatch(c, &frame, n_before, was_here);
    message_fini(&frame);
}

static void end_old_sessions(struct client *c)
{
    int64_t now = lease_gateway_now(&c->lease, client_mono(c));
    for (size_t i = session_people(c->session); i > 0; i--) {
        const struct signed_in *person = session_person(c->session, i - 1);
        struct id session = person->session;
        if (person->until != 0 && now != 0 && now >= person->until)
            session_forget(c->session, &session, ERR_SESSION_ENDED);
    }
}

void client_tick(struct client *c)
{
    views_tick(c); /* first what has to be covered */
    end_old_sessions(c);
    if (!session_tick(c->session))
        relink(c, ERR_BUSY);
}

enum err client_sign_out(struct client *c, const struct id *session)
{
    const struct signed_in *person = session_find(c->session, session);
    if (person == NULL)
        return ERR_NO_SESSION;
    struct id gone = *session; /* it may be the one that is about to be forgotten */
    views_of_session(c, &gone);
    return session_sign_out(c->session, &gone);
}

/* ---- the parts ---- */

struct session *client_session(struct client *c)
{
    return c->session;
}

struct cases *client_cases(struct client *c)
{
    return c->cases;
}

struct sealed_views *client_views(struct client *c)
{
    return c->views;
}

struct witness *client_witness(struct client *c)
{
    return &c->witness;
}

const struct lease *client_lease(const struct client *c)
{
    return &c->lease;
}

struct id client_org(const struct client *c)
{
    return c->org;
}

struct id client_device(const struct client *c)
{
    return c->device;
}

int client_profile(const struct client *c)
{
    return c->profile;
}

uint64_t client_misread(const struct client *c, enum err *last)
{
    if (last != NULL)
        *last = c->misread_err;
    return c->misread;
}
