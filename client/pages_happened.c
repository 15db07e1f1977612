/* pages_happened.c — Job: what the client tells, time and the line: what browsers hear of it. */
#include "client/pages_inner.h"

#include <stdio.h>

static void copy(char *to, size_t room, struct slice text)
{
    size_t size = text.size < room ? text.size : room - 1;
    memset(to, 0, room);
    memcpy(to, text.bytes == NULL ? "" : text.bytes, size);
}

static void on_ready(struct pages *p, const struct happened *what)
{
    const struct body_welcome *body = what->frame->body;
    copy(p->org_name, sizeof p->org_name, body->org_name);
    copy(p->gateway, sizeof p->gateway, body->gateway);
    p->up = p->shown = true;
    p->since = p->calls.wall_ms(p->calls.self);
    pages_uncovered_say(p);
    pages_say_hello(p, NULL);
    pages_say_line(p, ERR_OK);
}

void pages_offline(struct pages *p, const char *why)
{
    enum err code = err_by_name(why);
    if (p == NULL)
        return;
    if (code >= ERR_COUNT)
        code = ERR_OK;
    if (code != ERR_OK)
        pages_say_cover(p, NULL, "stopped", NULL);
    if (!p->up && code == ERR_OK)
        return; /* told already */
    if (p->up)
        p->since = p->calls.wall_ms(p->calls.self);
    p->up = false;
    pages_say_line(p, code);
}

/* ---- people ---- */

static void on_signed_in(struct pages *p, const struct happened *what)
{
    struct asked *row = id_absent(&what->frame->re) ? NULL : pages_asked(p, &what->frame->re);
    if (what->again || row == NULL || row->kind != ASKED_SIGN_IN)
        return; /* a resume, or somebody at the terminal */
    struct asked was = *row;
    struct settled how = {.err = ERR_OK};
    row->kind = ASKED_FREE;
    if (!id_absent(&was.browser->session))
        pages_displace(p, was.browser);
    was.browser->session = what->session;
    pages_pin_again(p, what->person);
    pages_say_person(p, was.browser, ERR_OK);
    pages_snapshot_browser(p, was.browser);
    pages_say_people(p, NULL);
    pages_say_result(p, was.browser, was.re, &how);
}

static void on_signed_out(struct pages *p, const struct happened *what)
{
    struct browser *browser = pages_browser_of(p, &what->session);
    bool was_pinned = pages_pin_has(p, &what->session);
    pages_pin_forget(p, &what->session);
    if (was_pinned && browser == NULL)
        pages_say_people(p, NULL);
    if (browser == NULL)
        return;
    browser->session = (struct id){{0}};
    pages_say_cover(p, browser, "signed_out", NULL);
    pages_say_person(p, browser, what->err == ERR_OK ? ERR_SESSION_ENDED : what->err);
    pages_snapshot_browser(p, browser);
    pages_say_people(p, NULL);
}

/* A message that the gateway has not answered and will not: the page hears it from us. */
static void on_settled(struct pages *p, const struct happened *what)
{
    const struct settled *how = what->settled;
    struct asked *row = pages_asked(p, &how->message);
    if (row == NULL)
        return;
    struct asked was = *row;
    switch (was.kind) {
    case ASKED_RELAYED:
        if (p->in_frame)
            return; /* its own frame follows */
        row->kind = ASKED_FREE;
        pages_say_refusal(p, was.browser, &was.message, how);
        break;
    case ASKED_SIGN_IN:
        if (how->err == ERR_OK)
            return; /* the person follows */
        row->kind = ASKED_FREE;
        pages_say_result(p, was.browser, was.re, how);
        break;
    case ASKED_PASSWORD:
        row->kind = ASKED_FREE;
        if (how->err == ERR_OK)
            pages_say_person(p, was.browser, ERR_OK);
        pages_say_result(p, was.browser, was.re, how);
        break;
    case ASKED_FREE:
        break;
    }
}

/* ---- views ---- */

/* The lease and sign-outs are told for whole browsers, see pages_tick and on_signed_out: what the
 * client covers then are its own copies. */
static void on_covered(struct pages *p, const struct happened *what)
{
    static const char *const names[] = {
        [COVER_REVOKED] = "revoked",       [COVER_LEASE] = "lease",       [COVER_UNTIL] = "until",
        [COVER_SIGNED_OUT] = "signed_out", [COVER_CLOSED] = "closed",     [COVER_MIXUP] = "mixup",
        [COVER_ENDED] = "ended",           [COVER_REPLACED] = "replaced",
    };
    pages_pdf_covered(p, &what->view_id, &what->grant_id);
    bool whole =
        what->why == COVER_LEASE || what->why == COVER_SIGNED_OUT || what->why == COVER_CLOSED;
    if (what->kind == HAPPENED_DROPPED || !whole)
        pages_say_cover(p, NULL, names[what->why], what);
}

/* What keys wait for is here, or gone. */
static void feed_all(struct pages *p)
{
    for (struct page_link *l = p->links; l != NULL; l = l->next)
        pages_feed(l);
}

void pages_happened(struct pages *p, const struct happened *what)
{
    if (p == NULL)
        return;
    switch (what->kind) {
    case HAPPENED_READY:
        on_ready(p, what);
        break;
    case HAPPENED_SIGNED_IN:
        on_signed_in(p, what);
        break;
    case HAPPENED_SIGNED_OUT:
        on_signed_out(p, what);
        break;
    case HAPPENED_SETTLED:
        on_settled(p, what);
        break;
    case HAPPENED_SNAPSHOT:
        pages_snapshot_all(p);
        break;
    case HAPPENED_OPENED:
        if (what->frame == NULL)
            pages_pdf_uncovered(p, what->view);
        break;
    case HAPPENED_VIEW_COMPLETE:
        feed_all(p);
        break;
    case HAPPENED_COVERED:
    case HAPPENED_DROPPED:
        on_covered(p, what);
        feed_all(p);
        break;
    default:
        break;
    }
}

/* ---- time ---- */

void pages_tick(struct pages *p)
{
    if (p == NULL)
        return;
    size_t waiting = pages_waiting(p);
    bool shown = lease_holds(client_lease(p->client), p->calls.mono_ms(p->calls.self), 0);
    if (p->shown && !shown)
        pages_say_cover(p, NULL, "lease", NULL);
    p->shown = shown;
    if (waiting != p->waiting_told) {
        p->waiting_told = waiting;
        pages_say_waiting(p);
    }
    if (p->door != NULL)
        pages_door_tick(p->door);
}
