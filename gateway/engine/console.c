/* console.c — Job: people, devices, connections of an organisation, to who asked and still may. */
#include "gateway/engine/inner.h"

#include "gateway/core/console.h"

#include <stdlib.h>

bool console_asker(struct engine *engine, uint64_t number, const struct message *asked,
                   uint64_t entry, struct asker *out)
{
    struct peer_state *peer = peer_of_number(engine, number);
    struct bound_session *bound = peer == NULL ? NULL : peer_session(peer, &asked->session);
    if (bound == NULL)
        return false; /* signed out, or gone */
    const struct person_state *person =
        slot_person(world_find(&engine->table, AGGREGATE_PERSON, &bound->person));
    if (person == NULL || !access_may_ask(person->roles)) {
        out_refusal(engine, peer, &asked->id, ERR_NOT_ALLOWED, NULL);
        return false;
    }
    *out = (struct asker){.peer = peer,
                          .viewer = {peer->org, person->roles},
                          .head = {.re = asked->id, .session = asked->session, .seq = entry}};
    return true;
}

bool console_asker_of(struct engine *engine, const struct job *job, struct asker *out)
{
    const struct message asked = {.id = job->message, .session = job->session};
    if (!console_asker(engine, job->peer, &asked, job->entry, out))
        return false;
    if (job->outcome.result == ERR_OK)
        return true;
    out_refusal(engine, out->peer, &job->message, job->outcome.result, NULL);
    return false;
}

static bool fits(enum message_kind kind, const struct message *head, const void *page)
{
    struct buf probe;
    buf_init(&probe, FRAME_BYTES_MAX);
    enum err err = message_encode(kind, head, page, &probe);
    buf_free(&probe);
    return err == ERR_OK;
}

size_t console_fit(enum message_kind kind, const struct asker *asker, const void *page,
                   size_t *rows_count)
{
    while (*rows_count > 1 && !fits(kind, &asker->head, page)) /* long names: a shorter page */
        *rows_count = *rows_count / 4 * 3 + *rows_count % 4 / 2;
    return *rows_count;
}

/* ---- which rows: the next ids in their order, which is the order in which they were made ---- */

void next_ids_take(struct next_ids *next, const struct id *id)
{
    size_t at = next->count;
    if (at > next->limit && memcmp(id, &next->ids[at - 1], sizeof *id) >= 0)
        return;
    while (at > 0 && memcmp(id, &next->ids[at - 1], sizeof *id) < 0)
        at--;
    size_t kept = next->count > next->limit ? next->limit : next->count;
    memmove(&next->ids[at + 1], &next->ids[at], (kept - at) * sizeof *id);
    next->ids[at] = *id;
    next->count = kept + 1;
}

static void find_next(struct engine *engine, const struct id_list *list, const struct id *after,
                      bool on_line, struct next_ids *next)
{
    for (size_t i = 0; i < list->count; i++) {
        const struct id *id = &list->ids[i];
        if (memcmp(id, after, sizeof *id) <= 0)
            continue;
        if (!on_line || peer_of_device(engine, id) != NULL)
            next_ids_take(next, id);
    }
}

static struct next_ids next_of(struct engine *engine, const struct asker *asker,
                               const struct work *work, size_t most)
{
    const struct body_list_query *body = work->message.body;
    const struct slot *org = world_find(&engine->table, AGGREGATE_ORG, &asker->viewer.org);
    enum message_kind kind = work->message.type->kind;
    struct next_ids next = {.limit = body->limit == INT_ABSENT ? most : (size_t)body->limit};
    if (next.limit > most)
        next.limit = most;
    if (org != NULL)
        find_next(engine, kind == MSG_PEOPLE_QUERY ? &org->people : &org->all_devices, &body->after,
                  kind == MSG_CONNECTIONS_QUERY, &next);
    return next;
}

size_t next_ids_rows(const struct next_ids *next)
{
    return next->count > next->limit ? next->limit : next->count;
}

int next_ids_cut(const struct next_ids *next, size_t rows, struct id *after)
{
    *after = (struct id){{0}};
    if (rows == next->count)
        return FLAG_YES;
    *after = next->ids[rows - 1];
    return FLAG_NO;
}

/* ---- the three lists ---- */

static void people_send(struct engine *engine, struct asker *asker, const struct work *work)
{
    struct next_ids next = next_of(engine, asker, work, ACCESS_ROWS_MAX);
    struct body_people_page *page = calloc(1, sizeof *page);
    if (page == NULL) {
        out_refusal(engine, asker->peer, &work->message.id, ERR_NO_MEMORY, NULL);
        return;
    }
    page->rows_count = next_ids_rows(&next);
    for (size_t i = 0; i < page->rows_count; i++) {
        const struct person_state *person =
            slot_person(world_find(&engine->table, AGGREGATE_PERSON, &next.ids[i]));
        console_person(&asker->viewer, person, engine_now(engine), &page->rows[i]);
    }
    page->complete = FLAG_NO;
    page->after = next.ids[0]; /* as long as any: so that it fits in the end, too */
    page->complete = next_ids_cut(
        &next, console_fit(MSG_PEOPLE_PAGE, asker, page, &page->rows_count), &page->after);
    out_send(engine, asker->peer, MSG_PEOPLE_PAGE, &asker->head, page, LANE_CONTROL, NULL);
    free(page);
}

static void devices_send(struct engine *engine, struct asker *asker, const struct work *work)
{
    struct next_ids next = next_of(engine, asker, work, ACCESS_ROWS_MAX);
    struct body_devices_page *page = calloc(1, sizeof *page);
    if (page == NULL) {
        out_refusal(engine, asker->peer, &work->message.id, ERR_NO_MEMORY, NULL);
        return;
    }
    page->rows_count = next_ids_rows(&next);
    for (size_t i = 0; i < page->rows_count; i++) {
        const struct peer_state *peer = peer_of_device(engine, &next.ids[i]);
        const struct device_state *device =
            slot_device(world_find(&engine->table, AGGREGATE_DEVICE, &next.ids[i]));
        console_device(device, peer == NULL ? 0 : peer->admitted_at, &page->rows[i]);
    }
    page->complete = FLAG_NO;
    page->after = next.ids[0]; /* as long as any: so that it fits in the end, too */
    page->complete = next_ids_cut(
        &next, console_fit(MSG_DEVICES_PAGE, asker, page, &page->rows_count), &page->after);
    out_send(engine, asker->peer, MSG_DEVICES_PAGE, &asker->head, page, LANE_CONTROL, NULL);
    free(page);
}

static void fill_connection(struct engine *engine, const struct asker *asker, const struct id *id,
                            struct connection_row *row)
{
    const struct peer_state *peer = peer_of_device(engine, id);
    const struct device_state *device =
        slot_device(world_find(&engine->table, AGGREGATE_DEVICE, id));
    struct device_row shown;
    size_t control_frames = 0, bulk_bytes = 0;
    console_device(device, peer->admitted_at, &shown);
    if (engine->calls.waiting != NULL)
        engine->calls.waiting(engine->calls.self, peer->conn, &control_frames, &bulk_bytes);
    *row = (struct connection_row){.device = *id,
                                   .name = shown.name,
                                   .kind = shown.kind,
                                   .since = peer->admitted_at,
                                   .heard_at = peer->heard_at,
                                   .control_frames = (int64_t)control_frames,
                                   .bulk_bytes = (int64_t)bulk_bytes};
    for (size_t i = 0; i < peer->sessions_count; i++) {
        const struct person_state *person =
            slot_person(world_find(&engine->table, AGGREGATE_PERSON, &peer->sessions[i].person));
        if (person != NULL)
            console_on_line(&asker->viewer, person, &row->people[row->people_count++]);
    }
}

static void connections_send(struct engine *engine, struct asker *asker, const struct work *work)
{
    struct next_ids next = next_of(engine, asker, work, CONNECTION_ROWS_MAX);
    struct body_connections_page *page = calloc(1, sizeof *page);
    if (page == NULL) {
        out_refusal(engine, asker->peer, &work->message.id, ERR_NO_MEMORY, NULL);
        return;
    }
    page->rows_count = next_ids_rows(&next);
    for (size_t i = 0; i < page->rows_count; i++)
        fill_connection(engine, asker, &next.ids[i], &page->rows[i]);
    page->complete = FLAG_NO;
    page->after = next.ids[0]; /* as long as any: so that it fits in the end, too */
    page->complete = next_ids_cut(
        &next, console_fit(MSG_CONNECTIONS_PAGE, asker, page, &page->rows_count), &page->after);
    out_send(engine, asker->peer, MSG_CONNECTIONS_PAGE, &asker->head, page, LANE_CONTROL, NULL);
    free(page);
}

void console_send(struct engine *engine, const struct work *work, const struct event *event)
{
    struct asker asker;
    enum message_kind kind = work->kind == WORK_MESSAGE ? work->message.type->kind : MESSAGE_KINDS;
    if (kind == MSG_TABLETS_QUERY)
        tablets_send(engine, work, event);
    if (kind != MSG_PEOPLE_QUERY && kind != MSG_DEVICES_QUERY && kind != MSG_CONNECTIONS_QUERY)
        return; /* an errand answers it */
    if (!console_asker(engine, work->peer, &work->message, event->seq, &asker))
        return;
    if (kind == MSG_PEOPLE_QUERY)
        people_send(engine, &asker, work);
    else if (kind == MSG_DEVICES_QUERY)
        devices_send(engine, &asker, work);
    else
        connections_send(engine, &asker, work);
}
