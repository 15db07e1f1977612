/* log_page.c — Job: a page of the access log, or what was written with an entry, leaves. */
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
        access_show(viewer, event, job->found_under[i], person, org, &page->rows[i]);
    }
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
    struct asker asker;
    if (!console_asker_of(engine, job, &asker))
        return;
    struct body_access_page *page = calloc(1, sizeof *page);
    if (page == NULL) {
        out_refusal(engine, asker.peer, &job->message, ERR_NO_MEMORY, NULL);
        return;
    }
    size_t limit = (size_t)job->query.limit - 1;
    size_t rows = job->found_count < limit ? job->found_count : limit;
    fill_rows(engine, &asker.viewer, job, rows, page);
    page->complete_until = (int64_t)job->indexed;
    page->waiting = job->question == QUESTION_ACCESS ? (int64_t)job->waiting : INT_ABSENT;
    cut_page(job, rows, page);
    cut_page(job, console_fit(MSG_ACCESS_PAGE, &asker, page, &page->rows_count), page);
    out_send(engine, asker.peer, MSG_ACCESS_PAGE, &asker.head, page, LANE_CONTROL, NULL);
    free(page);
}

/* What was written is sealed and read here, on the loop, by one key: the question is on the log. */
void written_send(struct engine *engine, const struct job *job)
{
    struct asker asker;
    struct arena arena = {0};
    struct body_written written = {.entry = (int64_t)job->proof_entry};
    if (!console_asker_of(engine, job, &asker))
        return;
    const struct event *event = job->found;
    if (job->found_count != 1 || !access_may_read(&asker.viewer, event)) {
        out_refusal(engine, asker.peer, &job->message, ERR_NOT_FOUND, NULL);
        return;
    }
    struct id realm = event_realm(event);
    if (journal_payload(engine->journal, &event->id, &realm, &arena, &written.content) != ERR_OK)
        written.content = (struct slice){NULL, 0}; /* shredded: that it was said still stands */
    out_send(engine, asker.peer, MSG_WRITTEN, &asker.head, &written, LANE_CONTROL, NULL);
    arena_free(&arena);
}
