/* log_page.c — Job: a page of the access log leaves, to the session that asked and still may. */
#include "gateway/engine/inner.h"

#include "gateway/core/access.h"

#include <stdlib.h>

static void fill_rows(struct engine *engine, const struct access_viewer *viewer,
                      const struct job *job, size_t count, struct body_access_page *page)
{
    for (size_t i = 0; i < count; i++) {
        const struct event *event = &job->found[i];
        const struct person_state *person =
            id_absent(&event->person)
                ? NULL
                : slot_person(world_find(&engine->table, AGGREGATE_PERSON, &event->person));
        const struct org_state *org =
            id_absent(&event->org)
                ? NULL
                : slot_org(world_find(&engine->table, AGGREGATE_ORG, &event->org));
        access_show(viewer, event, person, org, &page->rows[i]);
    }
}

static bool fits_frame(const struct message *head, const struct body_access_page *page)
{
    struct buf probe;
    buf_init(&probe, FRAME_BYTES_MAX);
    enum err err = message_encode(MSG_ACCESS_PAGE, head, page, &probe);
    buf_free(&probe);
    return err == ERR_OK;
}

/* Sets how many rows the page holds and where the next one begins. */
static void cut_page(const struct job *job, size_t rows, struct body_access_page *page)
{
    page->rows_count = rows;
    page->complete = rows == job->found_count ? FLAG_YES : FLAG_NO;
    page->before = page->after = INT_ABSENT;
    if (page->complete == FLAG_YES || rows == 0)
        return;
    int64_t last = (int64_t)job->found[rows - 1].seq;
    *(job->query.oldest_first ? &page->after : &page->before) = last;
}

void access_send(struct engine *engine, const struct job *job)
{
    struct peer_state *peer = peer_of_number(engine, job->peer);
    struct bound_session *bound = peer == NULL ? NULL : peer_session(peer, &job->session);
    if (bound == NULL)
        return; /* signed out, or gone: who comes back asks again, and that is logged again */
    const struct person_state *person =
        slot_person(world_find(&engine->table, AGGREGATE_PERSON, &bound->person));
    enum err err = job->outcome.result;
    if (err == ERR_OK && (person == NULL || !access_may_ask(person->roles)))
        err = ERR_NOT_ALLOWED;
    struct body_access_page *page = err == ERR_OK ? calloc(1, sizeof *page) : NULL;
    if (page == NULL) {
        out_refusal(engine, peer, &job->message, err == ERR_OK ? ERR_NO_MEMORY : err, NULL);
        return;
    }
    struct access_viewer viewer = {peer->org, person->roles};
    struct message head = {.re = job->message, .session = job->session, .seq = job->entry};
    size_t limit = (size_t)job->query.limit - 1;
    size_t rows = job->found_count < limit ? job->found_count : limit;
    fill_rows(engine, &viewer, job, rows, page);
    page->complete_until = (int64_t)job->indexed;
    cut_page(job, rows, page);
    while (rows > 1 && !fits_frame(&head, page)) { /* long names: a shorter page */
        rows = rows / 4 * 3 + rows % 4 / 2;
        cut_page(job, rows, page);
    }
    out_send(engine, peer, MSG_ACCESS_PAGE, &head, page, LANE_CONTROL, NULL);
    free(page);
}
