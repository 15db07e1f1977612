/* hospitals.c — Job: the list of hospitals that can be asked, page by page, to ambulances. */
#include "gateway/engine/inner.h"

#include <stdlib.h>

/* The boxes' own words, put together: one that is on the line is enough. */
static void fill_row(struct engine *engine, const struct slot *slot, const struct org_state *org,
                     struct hospital_row *row)
{
    *row = (struct hospital_row){.org = org->id, .name = org->name, .online = FLAG_NO};
    if (org->phone.size != 0)
        row->phone = org->phone;
    for (size_t i = 0; i < slot->devices.count; i++) {
        const struct peer_state *board = peer_of_device(engine, &slot->devices.ids[i]);
        if (board == NULL || board->board_at == 0)
            continue;
        row->online = FLAG_YES;
        row->people = board->people == FLAG_YES || row->people == FLAG_YES ? FLAG_YES : FLAG_NO;
        row->accepting = board->accepting;
        row->seen_at = board->board_at;
        row->specialties = slice_of(board->specialties);
        if (row->specialties.size == 0)
            row->specialties.bytes = NULL;
    }
}

static const struct org_state *listed(struct engine *engine, size_t index, struct slot **slot)
{
    struct world_table *table = &engine->table;
    *slot = world_find(table, AGGREGATE_ORG, &table->hospitals.ids[index]);
    const struct org_state *org = slot_org(*slot);
    return org == NULL || org->stopped == FLAG_YES ? NULL : org;
}

static size_t count_pages(struct engine *engine)
{
    size_t count = 0;
    struct slot *slot;
    for (size_t i = 0; i < engine->table.hospitals.count; i++)
        count += listed(engine, i, &slot) != NULL;
    size_t pages = (count + HOSPITALS_PER_FRAME - 1) / HOSPITALS_PER_FRAME;
    return pages == 0 ? 1 : pages < HOSPITALS_PAGES_MAX ? pages : HOSPITALS_PAGES_MAX;
}

/* Fills a page from the hospital at *NEXT on. */
static void fill_page(struct engine *engine, size_t *next, struct body_hospitals *body)
{
    body->hospitals_count = 0;
    while (*next < engine->table.hospitals.count && body->hospitals_count < HOSPITALS_PER_FRAME) {
        struct slot *slot;
        const struct org_state *org = listed(engine, *next, &slot);
        (*next)++;
        if (org != NULL)
            fill_row(engine, slot, org, &body->hospitals[body->hospitals_count++]);
    }
}

/* Who is not signed in asks nobody. */
static bool wants_list(const struct peer_state *peer)
{
    return peer->welcomed && peer->kind == DEVICE_AMBULANCE && peer->sessions_count != 0;
}

void hospitals_send(struct engine *engine, struct peer_state *only)
{
    const struct message head = {0};
    if (only != NULL && !wants_list(only))
        return;
    struct body_hospitals *body = calloc(1, sizeof *body);
    if (body == NULL)
        return;
    size_t next = 0;
    body->pages = (int64_t)count_pages(engine);
    for (body->page = 1; body->page <= body->pages; body->page++) {
        fill_page(engine, &next, body);
        if (only != NULL)
            out_send(engine, only, MSG_HOSPITALS, &head, body, LANE_CONTROL, NULL);
        for (struct peer_state *p = only == NULL ? engine->peers : NULL; p != NULL; p = p->next)
            if (wants_list(p))
                out_send(engine, p, MSG_HOSPITALS, &head, body, LANE_CONTROL, NULL);
    }
    free(body);
}
