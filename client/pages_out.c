/* pages_out.c — Job: what the gateway says and what came of it: to the browsers that may hear it.
 *
 * A row that is not in `frame_to` below does not pass. */
#include "client/pages_inner.h"

#include "client/pages_cut.h"
#include "common/log.h"

#include <stdlib.h>

/* ---- keys and headers ---- */

static void on_keys(struct pages *p, const struct message *frame, struct slice text)
{
    const struct browser *browser = pages_browser_of(p, &frame->session);
    struct frame *keys = browser == NULL ? NULL : pages_keys(frame, text);
    for (struct page_link *l = p->links; keys != NULL && l != NULL; l = l->next)
        if (l->browser == browser)
            pages_feed_keys(l, frame->body, keys);
    frame_unref(keys);
}

void pages_header_to(struct page_link *link, const struct sealed_view *view)
{
    const struct known_case *c = cases_find(client_cases(link->pages->client), &view->case_id);
    struct message head = {.case_id = view->case_id,
                           .training = c == NULL ? FLAG_ABSENT : c->shown.training};
    struct buf text;
    struct body_view_header *body = calloc(1, sizeof *body);
    if (body == NULL)
        return;
    buf_init(&text, FRAME_BYTES_MAX);
    *body = (struct body_view_header){.view = view->view,
                                      .grant = view->grant,
                                      .source = view->source,
                                      .fetched_at = view->fetched_at,
                                      .until = view->until,
                                      .refetched = view->refetched,
                                      .simulator = view->simulator,
                                      .openable = view->openable,
                                      .hidden = view->hidden,
                                      .sections_count = view->sections_count};
    for (size_t i = 0; i < view->sections_count; i++) {
        const struct sealed_section *s = &view->sections[i];
        body->sections[i] = (struct view_section_row){s->section, s->bytes, s->pieces, s->hash};
    }
    if (message_encode(MSG_VIEW_HEADER, &head, body, &text) == ERR_OK)
        pages_send(link, buf_slice(&text));
    buf_free(&text);
    free(body);
    pages_feed_anew(link);
}

static void on_header(struct pages *p, const struct message *frame)
{
    const struct body_view_header *body = frame->body;
    const struct sealed_view *view =
        sealed_views_find(client_views(p->client), &body->view, &body->grant);
    for (struct page_link *l = p->links; view != NULL && l != NULL; l = l->next)
        if (!id_absent(&l->browser->session))
            pages_header_to(l, view);
}

/* ---- notices ---- */

/* Their content names nobody, so it may stand where nobody is signed in. */
static bool names_nobody(struct slice event)
{
    static const char *const events[] = {"inquiry_asked", "eta_told", "vitals_taken",
                                         "case_opened"};
    for (size_t i = 0; i < sizeof events / sizeof events[0]; i++)
        if (slice_is(event, events[i]))
            return true;
    return false;
}

static void on_notice(struct pages *p, const struct message *frame, struct slice text)
{
    static const char *const hidden[] = {"person_name", "content"};
    const struct body_notice *body = frame->body;
    struct buf less;
    if (frame->n != 0 && (int64_t)frame->n <= p->n_before)
        return; /* it came before */
    pages_send_to(p, TO_SIGNED_IN, text);
    buf_init(&less, FRAME_BYTES_MAX);
    if (pages_cut(text, hidden, names_nobody(body->event) ? 1 : 2, &less) == ERR_OK)
        pages_send_to(p, TO_OTHERS, buf_slice(&less));
    buf_free(&less);
}

/* ---- answers ---- */

static void on_answer(struct pages *p, const struct message *frame, struct slice text)
{
    struct asked *row = id_absent(&frame->re) ? NULL : pages_asked(p, &frame->re);
    if (row == NULL || row->kind != ASKED_RELAYED)
        return; /* of the program's own */
    if (frame->type->kind == MSG_RECEIPT)
        pages_pdf_logged(row->browser, &frame->re);
    pages_send_browser(p, row->browser, text);
    const struct body_refusal *refusal = frame->type->kind == MSG_REFUSAL ? frame->body : NULL;
    if (refusal == NULL || refusal->final == FLAG_YES)
        row->kind = ASKED_FREE; /* else the program tries again */
}

static void on_session(struct pages *p, const struct message *frame)
{
    struct asked *row = id_absent(&frame->re) ? NULL : pages_asked(p, &frame->re);
    if (row == NULL || row->kind != ASKED_SIGN_IN)
        return;
    struct asked was = *row; /* nobody took the session: too many people */
    row->kind = ASKED_FREE;
    pages_say_failure(p, was.browser, was.re, ERR_FULL);
}

/* A page that was opened later hears the list whole, too. */
static void keep_hospitals(struct pages *p, const struct body_hospitals *body, struct slice text)
{
    struct frame **place = &p->hospitals[body->page - 1];
    frame_unref(*place);
    *place = frame_of(text);
    for (int64_t i = body->pages; i < HOSPITALS_PAGES_MAX; i++) { /* the list became shorter */
        frame_unref(p->hospitals[i]);
        p->hospitals[i] = NULL;
    }
}

static void frame_to(struct pages *p, const struct message *frame, struct slice text)
{
    const struct browser *browser = NULL;
    switch (frame->type->kind) {
    case MSG_RECEIPT:
    case MSG_REFUSAL:
    case MSG_PROOF:
        on_answer(p, frame, text);
        break;
    case MSG_SESSION:
        on_session(p, frame);
        break;
    case MSG_ALIVE:
        pages_send_to(p, TO_ALL, text);
        break;
    case MSG_NOTICE:
        on_notice(p, frame, text);
        break;
    case MSG_RECORD:
    case MSG_TABLETS_PAGE:
        browser = pages_browser_of(p, &frame->session);
        if (browser != NULL)
            pages_send_browser(p, browser, text);
        break;
    case MSG_SECTION_KEYS:
        on_keys(p, frame, text);
        break;
    case MSG_VIEW_HEADER:
        on_header(p, frame);
        break;
    case MSG_HOSPITALS:
        keep_hospitals(p, frame->body, text);
        pages_send_to(p, TO_SIGNED_IN, text);
        break;
    default:
        break;
    }
}

/* ---- around one frame of the gateway ---- */

void pages_before(struct pages *p)
{
    if (p == NULL)
        return;
    p->in_frame = true;
    p->n_before = session_n(client_session(p->client));
}

/* Who was at a browser before the new person: gone once nothing of theirs is being read. */
static void sign_out_former(struct pages *p)
{
    for (size_t i = 0; i < PAGES_BROWSERS_MAX; i++) {
        struct id former = p->browsers[i].former;
        if (id_absent(&former))
            continue;
        enum err err = client_sign_out(p->client, &former);
        p->browsers[i].former = (struct id){{0}};
        if (err != ERR_OK)
            log_warn("pages", NULL, "a sign-out was not sent: %s", err_name(err));
    }
    for (size_t i = 0; i < PAGES_PEOPLE_MAX; i++) {
        struct id over = p->pinned[i].session;
        if (!p->pinned[i].over)
            continue;
        pages_pin_forget(p, &over);
        enum err err = client_sign_out(p->client, &over);
        if (err != ERR_OK)
            log_warn("pages", NULL, "a sign-out was not sent: %s", err_name(err));
    }
}

void pages_after(struct pages *p, struct slice text)
{
    struct message frame;
    struct complaint why;
    if (p == NULL)
        return;
    p->in_frame = false;
    if (message_decode(text, FROM_GATEWAY, &frame, &why) != ERR_OK)
        return;
    frame_to(p, &frame, text);
    message_fini(&frame);
    sign_out_former(p);
}
