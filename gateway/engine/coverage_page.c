/* coverage_page.c — Job: months of coverage leave, small counts hidden, to who asked. */
#include "gateway/engine/inner.h"

#include <stdlib.h>

/* Who told the dispatches is of the own organisation; an auditor is told the id alone. */
static void name_teller(struct engine *engine, const struct asker *asker, struct coverage_row *row)
{
    struct id *by = &row->dispatches_by;
    const struct person_state *person =
        id_absent(by) ? NULL : slot_person(world_find(&engine->table, AGGREGATE_PERSON, by));
    if (person != NULL && access_unmasked(asker->viewer.roles) && person->name.size != 0)
        row->dispatches_by_name = person->name;
}

/* All rows are made, so that no sum gives one away; a page's worth of them leaves. */
static void devices_send(struct engine *engine, struct asker *asker, const struct job *job)
{
    struct body_coverage_page *page = calloc(1, sizeof *page);
    struct coverage_row *rows = calloc(COVERAGE_DEVICES_MAX, sizeof *rows);
    char text[MONTH_CHARS + 1];
    if (page == NULL || rows == NULL) {
        out_refusal(engine, asker->peer, &job->message, ERR_NO_MEMORY, NULL);
    } else {
        size_t from = 0;
        coverage_show_devices(job->months, job->months_count, text, rows);
        for (size_t i = 0; i < job->months_count; i++)
            from = id_equal(&rows[i].device, &job->after) ? i + 1 : from;
        page->complete_until = (int64_t)job->indexed;
        for (size_t i = from; i < job->months_count && page->rows_count < COVERAGE_MONTHS_MAX;
             i++) {
            const struct device_state *device =
                slot_device(world_find(&engine->table, AGGREGATE_DEVICE, &rows[i].device));
            rows[i].org = asker->viewer.org;
            if (device != NULL && device->name.size != 0)
                rows[i].device_name = device->name;
            page->rows[page->rows_count++] = rows[i];
        }
        if (from + page->rows_count < job->months_count)
            page->after = page->rows[page->rows_count - 1].device;
        out_send(engine, asker->peer, MSG_COVERAGE_PAGE, &asker->head, page, LANE_CONTROL, NULL);
    }
    free(rows);
    free(page);
}

void coverage_send(struct engine *engine, const struct job *job)
{
    struct asker asker;
    if (!console_asker_of(engine, job, &asker))
        return;
    if (job->devices != NULL) {
        devices_send(engine, &asker, job);
        return;
    }
    struct body_coverage_page *page = calloc(1, sizeof *page);
    char texts[COVERAGE_MONTHS_MAX][MONTH_CHARS + 1];
    if (page == NULL) {
        out_refusal(engine, asker.peer, &job->message, ERR_NO_MEMORY, NULL);
        return;
    }
    const struct org_state *org =
        slot_org(world_find(&engine->table, AGGREGATE_ORG, &asker.viewer.org));
    page->complete_until = (int64_t)job->indexed;
    for (size_t i = 0; i < job->months_count; i++) {
        coverage_show(&job->months[i], texts[i], &page->rows[i]);
        name_teller(engine, &asker, &page->rows[i]);
        if (org != NULL)
            page->rows[i].org_name = org->name;
    }
    page->rows_count = job->months_count;
    out_send(engine, asker.peer, MSG_COVERAGE_PAGE, &asker.head, page, LANE_CONTROL, NULL);
    free(page);
}
