/* client_views.c — Job: what frames and time do to the sealed views and to what is open of them. */
#include "client/client_inner.h"

/* ---- taking away ---- */

static void cover(struct client *c, struct sealed_view *view, enum cover_why why, int revoke)
{
    uint64_t sections = sealed_view_cover(c->views, view);
    struct happened what = {.kind = HAPPENED_COVERED,
                            .view = view,
                            .view_id = view->view,
                            .grant_id = view->grant,
                            .c = cases_find(c->cases, &view->case_id),
                            .sections = sections,
                            .why = why,
                            .revoke = revoke};
    if (sections != 0)
        client_tell(c, &what);
}

static void drop(struct client *c, struct sealed_view *view, enum cover_why why, int revoke)
{
    struct happened what = {.kind = HAPPENED_DROPPED,
                            .view_id = view->view,
                            .grant_id = view->grant,
                            .c = cases_find(c->cases, &view->case_id),
                            .why = why,
                            .revoke = revoke};
    cover(c, view, why, revoke);
    sealed_views_drop(c->views, view);
    client_tell(c, &what);
}

void client_cover(struct client *c, struct sealed_view *view, enum cover_why why)
{
    cover(c, view, why, 0);
}

void views_of_session(struct client *c, const struct id *session)
{
    for (struct sealed_view *v = sealed_views_first(c->views); v != NULL; v = v->next)
        if (id_equal(&v->opened_by, session))
            cover(c, v, COVER_SIGNED_OUT, 0);
}

static void drop_of(struct client *c, const struct message *frame, enum cover_why why)
{
    const struct body_notice *b = frame->body;
    bool whole_case = why == COVER_MIXUP || why == COVER_ENDED;
    struct sealed_view *next = NULL;
    for (struct sealed_view *v = sealed_views_first(c->views); v != NULL; v = next) {
        next = v->next;
        bool hit = whole_case             ? id_equal(&v->case_id, &frame->case_id)
                   : why == COVER_REVOKED ? !id_absent(&b->grant) && id_equal(&v->grant, &b->grant)
                                          : false;
        if (hit)
            drop(c, v, why, b->revoke);
    }
}

/* The view itself is over: every copy of it. */
static void drop_view(struct client *c, const struct body_notice *b)
{
    struct sealed_view *next = NULL;
    enum cover_why why = b->revoke == REVOKE_MIXUP ? COVER_MIXUP : COVER_ENDED;
    for (struct sealed_view *v = sealed_views_first(c->views); v != NULL; v = next) {
        next = v->next;
        if (!id_absent(&b->view) && id_equal(&v->view, &b->view))
            drop(c, v, why, b->revoke);
    }
}

/* The crew's own copies; a hospital's are bound to its grant. */
static void drop_crews(struct client *c, const struct id *case_id)
{
    struct sealed_view *next = NULL;
    for (struct sealed_view *v = sealed_views_first(c->views); v != NULL; v = next) {
        next = v->next;
        if (id_equal(&v->case_id, case_id) && id_absent(&v->grant))
            drop(c, v, COVER_ENDED, 0);
    }
}

static void move_end(struct client *c, const struct body_notice *b)
{
    for (struct sealed_view *v = sealed_views_first(c->views); v != NULL; v = v->next)
        if (b->until != 0 && !id_absent(&b->grant) && id_equal(&v->grant, &b->grant))
            v->until = b->until;
}

void views_notice(struct client *c, const struct message *frame, const struct known_case *about)
{
    const struct body_notice *b = frame->body;
    bool crew = c->side == FROM_AMBULANCE;
    if (slice_is(b->event, "grant_revoked"))
        drop_of(c, frame, b->revoke == REVOKE_MIXUP ? COVER_MIXUP : COVER_REVOKED);
    else if (slice_is(b->event, "mixup"))
        drop_of(c, frame, COVER_MIXUP);
    else if (slice_is(b->event, "case_ended"))
        drop_of(c, frame, COVER_ENDED);
    else if (slice_is(b->event, "view_ended"))
        drop_view(c, b);
    else if (slice_is(b->event, "grant_changed"))
        move_end(c, b);
    else if (crew && slice_is(b->event, "handed_over"))
        drop_crews(c, &frame->case_id); /* the crew's view ends at hand-over */
    else if (crew && slice_is(b->event, "taken_over") && about != NULL &&
             !id_equal(&about->shown.device, &c->device))
        drop_crews(c, &frame->case_id); /* the old device loses its view */
}

/* ---- after a snapshot ---- */

static bool still_ours(const struct client *c, const struct sealed_view *v, enum cover_why *why,
                       int *revoke)
{
    const struct known_case *known = cases_find(c->cases, &v->case_id);
    *why = COVER_ENDED;
    *revoke = 0;
    if (known == NULL)
        return false;
    if (known->shown.mixup != 0) {
        *why = COVER_MIXUP;
        return false;
    }
    if (id_absent(&v->grant)) {
        const struct shown_view *view = case_view(known, &v->view);
        return view != NULL && view->ended != FLAG_YES && known->shown.handed_at == 0;
    }
    const struct shown_grant *grant = case_grant_by(known, &v->grant);
    *why = COVER_REVOKED;
    *revoke = grant == NULL ? 0 : grant->revoke;
    return grant != NULL && grant->revoke == 0;
}

void views_reconcile(struct client *c)
{
    struct sealed_view *next = NULL;
    for (struct sealed_view *v = sealed_views_first(c->views); v != NULL; v = next) {
        enum cover_why why;
        int revoke;
        next = v->next;
        if (!still_ours(c, v, &why, &revoke))
            drop(c, v, why, revoke);
    }
}

/* ---- arriving ---- */

static void broken(struct client *c, struct sealed_view *view, enum err err)
{
    struct happened what = {.kind = HAPPENED_VIEW_BROKEN, .view = view, .err = err};
    client_tell(c, &what);
    session_ask_snapshot(c->session);
}

static void progressed(struct client *c, const struct message *frame,
                       const struct sealed_progress *progress)
{
    struct happened what = {.view = progress->view, .frame = frame};
    if (progress->view == NULL)
        return;
    what.view_id = progress->view->view;
    what.grant_id = progress->view->grant;
    what.c = cases_find(c->cases, &progress->view->case_id);
    if (progress->complete) {
        what.kind = HAPPENED_VIEW_COMPLETE;
        client_tell(c, &what);
    }
    if (progress->opened != 0) {
        what.kind = HAPPENED_OPENED;
        what.sections = progress->opened;
        what.session = progress->view->opened_by;
        client_tell(c, &what);
    }
}

static bool is_revoked(const struct client *c, const struct id *case_id, const struct id *grant)
{
    const struct known_case *known = cases_find(c->cases, case_id);
    const struct shown_grant *row = known == NULL ? NULL : case_grant_by(known, grant);
    return row != NULL && row->revoke != 0;
}

void views_header(struct client *c, const struct message *frame)
{
    const struct body_view_header *body = frame->body;
    struct sealed_progress progress;
    if (id_absent(&frame->case_id) || is_revoked(c, &frame->case_id, &body->grant))
        return; /* a header that a revocation has overtaken */
    struct sealed_view *view = sealed_views_find(c->views, &body->view, &body->grant);
    uint64_t before = view == NULL ? 0 : view->opened;
    enum err err = sealed_views_header(c->views, &frame->case_id, body, client_mono(c), &progress);
    if (err != ERR_OK) {
        struct happened what = {.kind = HAPPENED_VIEW_BROKEN, .err = err};
        client_tell(c, &what);
        return;
    }
    uint64_t lost = before & ~progress.view->opened;
    if (lost != 0) {
        struct happened what = {.kind = HAPPENED_COVERED,
                                .view = progress.view,
                                .view_id = progress.view->view,
                                .grant_id = progress.view->grant,
                                .sections = lost,
                                .why = COVER_REPLACED};
        client_tell(c, &what);
    }
    progressed(c, frame, &progress);
}

void views_piece(struct client *c, const struct message *frame)
{
    struct sealed_progress progress;
    enum err err = sealed_views_piece(c->views, frame->body, client_mono(c), &progress);
    if (err == ERR_OK)
        progressed(c, frame, &progress);
    else if (err != ERR_NOT_FOUND) /* pieces behind a revocation find no view any more */
        broken(c, progress.view, err);
}

void views_keys(struct client *c, const struct message *frame)
{
    const struct body_section_keys *body = frame->body;
    struct sealed_progress progress;
    struct sealed_view *view = sealed_views_find(c->views, &body->view, &body->grant);
    if (view == NULL || session_find(c->session, &frame->session) == NULL)
        return; /* not for anybody here */
    if (!lease_holds(&c->lease, client_mono(c), view->until))
        return;
    enum err err = sealed_views_keys(c->views, &frame->session, body, &progress);
    progressed(c, frame, &progress);
    if (err != ERR_OK)
        broken(c, progress.view, err);
}

/* ---- time ---- */

/* Unrenewed it is covered, not lost: DESIGN §2, Lease. */
static void veil(struct client *c, struct sealed_view *view)
{
    struct happened what = {.kind = HAPPENED_COVERED,
                            .view = view,
                            .view_id = view->view,
                            .grant_id = view->grant,
                            .c = cases_find(c->cases, &view->case_id),
                            .sections = sealed_view_veil(view),
                            .why = COVER_LEASE};
    client_tell(c, &what);
}

void client_veil(struct client *c, const struct id *session)
{
    for (struct sealed_view *v = sealed_views_first(c->views); v != NULL; v = v->next)
        if (v->opened != 0 && id_equal(&v->opened_by, session))
            veil(c, v);
}

enum err client_uncover(struct client *c, struct sealed_view *view, const struct id *session)
{
    int64_t now = lease_gateway_now(&c->lease, client_mono(c));
    struct happened what = {.kind = HAPPENED_OPENED,
                            .view = view,
                            .view_id = view->view,
                            .grant_id = view->grant,
                            .session = *session,
                            .c = cases_find(c->cases, &view->case_id)};
    if (session_find(c->session, session) == NULL || !id_equal(&view->opened_by, session))
        return ERR_NO_SESSION;
    bool holds = lease_holds(&c->lease, client_mono(c), view->until);
    if (!holds && view->veiled == 0 && view->opened != 0 && !view->touched)
        veil(c, view); /* the page was a moment earlier than our own look at the clock */
    if (view->veiled == 0)
        return ERR_NO_VIEW;
    if (holds)
        return ERR_PROTOCOL;
    if (view->until == 0 || now == 0 || now >= view->until)
        return ERR_GRANT_ENDED; /* its last known end */
    view->touched = true;
    what.sections = sealed_view_unveil(view);
    client_tell(c, &what);
    return ERR_OK;
}

static void look_at(struct client *c, struct sealed_view *v, uint64_t mono)
{
    int64_t now = lease_gateway_now(&c->lease, mono);
    if (v->until != 0 && now != 0 && now >= v->until) {
        drop(c, v, COVER_UNTIL, REVOKE_EXPIRED);
        return;
    }
    if (lease_holds(&c->lease, mono, v->until))
        v->touched = false; /* the gateway is there again: the usual rule */
    else if (v->opened != 0 && !v->touched)
        veil(c, v);
    if (v->state != SEALED_COMPLETE && mono - v->changed_at >= CLIENT_VIEW_WAIT_MS) {
        v->changed_at = mono;
        session_ask_snapshot(c->session); /* views come again behind a snapshot */
    }
}

void views_tick(struct client *c)
{
    struct sealed_view *next = NULL;
    uint64_t mono = client_mono(c);
    for (struct sealed_view *v = sealed_views_first(c->views); v != NULL; v = next) {
        next = v->next;
        look_at(c, v, mono);
    }
}
