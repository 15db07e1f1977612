/* tablets.c — Job: the tablets of a headquarters, to a crew of it: to hand over, to claim. */
#include "gateway/engine/inner.h"

#include "proto/tablets.h"

#include <stdlib.h>

static void fill_people(struct engine *engine, const struct peer_state *peer,
                        struct tablet_row *row)
{
    for (size_t i = 0; i < peer->sessions_count && row->people_count < TABLET_PEOPLE_MAX; i++) {
        const struct person_state *person =
            slot_person(world_find(&engine->table, AGGREGATE_PERSON, &peer->sessions[i].person));
        if (person == NULL)
            continue;
        struct tablet_person *shown = &row->people[row->people_count++];
        *shown = (struct tablet_person){.person = person->id};
        if (person->name.size != 0)
            shown->name = person->name;
    }
}

static struct slice copied(struct arena *arena, struct slice text)
{
    return text.size == 0 ? (struct slice){NULL, 0} : arena_copy(arena, text);
}

/* How it was opened, for the crew to know which it is; a text that is shredded tells nothing. */
static struct tablet_case case_row(struct engine *engine, struct slot *slot, struct arena *arena)
{
    const struct case_state *c = slot_case(slot);
    struct tablet_case row = {.case_id = c->id,
                              .opened_at = c->opened_at,
                              .patient_no = INT_ABSENT,
                              .patients = INT_ABSENT};
    struct slice text = lookup_text(engine, slot, &c->open_event);
    struct json *root;
    struct body_case_open opened;
    struct complaint why;
    if (text.bytes == NULL || json_parse(text, FRAME_BYTES_MAX, &root) != ERR_OK)
        return row;
    if (record_decode(&record_case_open, root, RECORD_LENIENT, &opened, &why) == ERR_OK) {
        row.spoken_name = copied(arena, opened.spoken_name);
        row.incident_number = copied(arena, opened.incident_number);
        row.patient_no = opened.patient_no;
        row.patients = opened.patients;
    }
    json_free(root);
    return row;
}

/* Only of a silent one: a holder that answers has to offer its case. */
static void fill_cases(struct engine *engine, const struct slot *org, struct tablet_row *row,
                       struct arena *arena)
{
    for (size_t i = 0; i < org->cases.count && row->cases_count < TABLET_CASES_MAX; i++) {
        struct slot *slot = world_find(&engine->table, AGGREGATE_CASE, &org->cases.ids[i]);
        const struct case_state *c = slot_case(slot);
        if (c == NULL || c->end != 0 || !id_equal(&c->org, &org->id) ||
            !id_equal(&c->device, &row->device))
            continue;
        row->cases[row->cases_count++] = case_row(engine, slot, arena);
    }
}

static void fill_row(struct engine *engine, const struct slot *org, const struct id *id,
                     struct tablet_row *row, struct arena *arena)
{
    const struct device_state *device =
        slot_device(world_find(&engine->table, AGGREGATE_DEVICE, id));
    const struct peer_state *peer = peer_of_device(engine, id);
    *row = (struct tablet_row){.device = *id, .online = peer == NULL ? FLAG_NO : FLAG_YES};
    if (device->name.size != 0)
        row->name = device->name;
    if (peer == NULL) {
        fill_cases(engine, org, row, arena);
        return;
    }
    row->heard_at = peer->heard_at;
    fill_people(engine, peer, row);
}

static struct next_ids next_tablets(struct engine *engine, const struct slot *org,
                                    const struct id *after)
{
    struct next_ids next = {.limit = TABLETS_PER_PAGE};
    for (size_t i = 0; i < org->all_devices.count; i++) {
        const struct id *id = &org->all_devices.ids[i];
        const struct device_state *device =
            slot_device(world_find(&engine->table, AGGREGATE_DEVICE, id));
        if (memcmp(id, after, sizeof *id) > 0 && device != NULL &&
            device->kind == DEVICE_AMBULANCE && device->revoked != FLAG_YES)
            next_ids_take(&next, id);
    }
    return next;
}

void tablets_send(struct engine *engine, const struct work *work, const struct event *event)
{
    const struct body_tablets_query *body = work->message.body;
    struct peer_state *peer = peer_of_number(engine, work->peer);
    if (peer == NULL || peer_session(peer, &work->message.session) == NULL)
        return; /* signed out, or gone */
    const struct slot *org = world_find(&engine->table, AGGREGATE_ORG, &peer->org);
    struct body_tablets_page *page = org == NULL ? NULL : calloc(1, sizeof *page);
    if (page == NULL) {
        out_refusal(engine, peer, &work->message.id, ERR_NO_MEMORY, NULL);
        return;
    }
    struct asker asker = {
        .peer = peer,
        .head = {.re = work->message.id, .session = work->message.session, .seq = event->seq}};
    struct arena arena = {0}; /* texts of the page */
    struct next_ids next = next_tablets(engine, org, &body->after);
    page->rows_count = next_ids_rows(&next);
    for (size_t i = 0; i < page->rows_count; i++)
        fill_row(engine, org, &next.ids[i], &page->rows[i], &arena);
    page->complete = FLAG_NO;
    page->after = next.ids[0]; /* as long as any: so that it fits in the end, too */
    page->complete = next_ids_cut(
        &next, console_fit(MSG_TABLETS_PAGE, &asker, page, &page->rows_count), &page->after);
    out_send(engine, peer, MSG_TABLETS_PAGE, &asker.head, page, LANE_CONTROL, NULL);
    arena_free(&arena);
    free(page);
}
