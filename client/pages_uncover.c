/* pages_uncover.c — Job: lease over, line dead: one named touch shows a view again.
 *
 * The gateway hears of it as soon as it is there (DESIGN §2, Lease). */
#include "client/pages_inner.h"

#include "common/log.h"
#include "proto/time_text.h"

enum err pages_uncover(struct page_link *link, const struct id *view_id, const struct id *grant)
{
    struct pages *p = link->pages;
    struct sealed_view *view = sealed_views_find(client_views(p->client), view_id, grant);
    struct uncovered *row = NULL;
    if (view == NULL)
        return ERR_NO_VIEW;
    for (size_t i = 0; i < PAGES_UNCOVERED_MAX && row == NULL; i++)
        if (p->uncovered[i].sections == 0)
            row = &p->uncovered[i];
    if (row == NULL)
        return ERR_FULL;
    struct uncovered now = {.case_id = view->case_id,
                            .view = view->view,
                            .grant = view->grant,
                            .session = link->browser->session,
                            .sections = view->veiled,
                            .at = p->calls.wall_ms(p->calls.self)};
    enum err err = client_uncover(p->client, view, &now.session);
    if (err == ERR_OK)
        *row = now;
    return err;
}

static void say(struct pages *p, const struct uncovered *row)
{
    char at[TIME_TEXT_SIZE];
    struct buf screen = {0};
    time_text(row->at, at);
    buf_printf(&screen, "%s（通信断中に表示 %s）", p->device_name, at);
    struct body_open body = {.view = row->view,
                             .grant = row->grant,
                             .sections = row->sections,
                             .screen = buf_slice(&screen),
                             .shown_at = row->at};
    enum err err = session_send(client_session(p->client), MSG_OPEN, &row->session, &row->case_id,
                                &body, NULL);
    if (err != ERR_OK)
        log_error("pages", NULL, "what was shown off line could not be said: %s", err_name(err));
    buf_free(&screen);
}

void pages_uncovered_say(struct pages *p)
{
    for (size_t i = 0; i < PAGES_UNCOVERED_MAX; i++) {
        if (p->uncovered[i].sections != 0)
            say(p, &p->uncovered[i]);
        p->uncovered[i] = (struct uncovered){.sections = 0};
    }
}
