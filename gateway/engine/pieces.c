/* pieces.c — Job: sealed pieces on their way to one device, as many as its line takes.
 *
 * A view may be much larger than a lane, so its pieces are not pushed: each device has a list of
 * what is on its way, and a piece is made when the line has room for it (engine_room). Views take
 * turns, piece by piece: the medicines of one patient do not wait behind the document of another.
 * The right is looked at again before every piece (DESIGN §2), so nothing follows a right that has
 * ended, whichever way it ended. */
#include "gateway/engine/inner.h"

#include "proto/base64.h"

#include <stdlib.h>

struct delivery {
    struct delivery *next;
    struct id case_id, view, grant; /* grant absent: the crew's own right */
    uint64_t sections;              /* what is still to go, the lowest first */
    size_t piece;                   /* of the lowest */
};

size_t pieces_of(struct slice sealed)
{
    return (sealed.size + VIEW_PIECE_BYTES_MAX - 1) / VIEW_PIECE_BYTES_MAX;
}

static const struct id *tag_of(const struct delivery *d)
{
    return id_absent(&d->grant) ? &d->view : &d->grant;
}

static void append(struct peer_state *peer, struct delivery *d)
{
    struct delivery **at = &peer->deliveries;
    while (*at != NULL)
        at = &(*at)->next;
    d->next = NULL;
    *at = d;
}

static struct delivery *take_first(struct peer_state *peer)
{
    struct delivery *d = peer->deliveries;
    peer->deliveries = d->next;
    return d;
}

static bool may_go_on(struct engine *engine, const struct peer_state *peer,
                      const struct delivery *d)
{
    struct case_state *c = slot_case(world_find(&engine->table, AGGREGATE_CASE, &d->case_id));
    const struct case_view *view = c == NULL ? NULL : case_view_of(c, &d->view);
    if (view == NULL || view->status != VIEW_HELD)
        return false;
    if (id_absent(&d->grant))
        return id_equal(&c->device, &peer->device) && c->handed_at == 0;
    const struct case_grant *grant = case_grant_of(c, &d->grant);
    return grant != NULL && id_equal(&grant->hospital, &peer->org) &&
           grant_live(grant, engine_now(engine)) && !unsaved_has(engine, &grant->id);
}

static void send_piece(struct engine *engine, struct peer_state *peer, const struct delivery *d,
                       int section, struct slice sealed)
{
    size_t from = d->piece * VIEW_PIECE_BYTES_MAX;
    size_t left = sealed.size - from;
    struct buf text = {0};
    base64_add(&text, sealed.bytes + from,
               left < VIEW_PIECE_BYTES_MAX ? left : VIEW_PIECE_BYTES_MAX);
    struct message head = {.case_id = d->case_id};
    struct body_view_piece body = {.view = d->view,
                                   .grant = d->grant,
                                   .section = section,
                                   .piece = (int64_t)d->piece,
                                   .pieces = (int64_t)pieces_of(sealed),
                                   .bytes = buf_slice(&text)};
    out_send(engine, peer, MSG_VIEW_PIECE, &head, &body, LANE_BULK, tag_of(d));
    buf_free(&text);
}

/* The next piece of D; false: there is none, or none any more. */
static bool send_next(struct engine *engine, struct peer_state *peer, struct delivery *d)
{
    struct slice sealed;
    struct hash hash;
    int section = SECTION_PERSON;
    while (section <= SECTION_DOCUMENT && !(d->sections & SECTION_BIT(section)))
        section++;
    if (section > SECTION_DOCUMENT || !may_go_on(engine, peer, d) ||
        vault_sealed(engine->vault, &d->view, section, &sealed, &hash) != ERR_OK)
        return false;
    send_piece(engine, peer, d, section, sealed);
    d->piece++;
    if (d->piece == pieces_of(sealed)) {
        d->sections &= ~SECTION_BIT(section);
        d->piece = 0;
    }
    return d->sections != 0;
}

void engine_room(struct engine *engine, struct peer_state *peer)
{
    while (peer->deliveries != NULL && engine->calls.has_room(engine->calls.self, peer->conn)) {
        struct delivery *d = take_first(peer);
        if (send_next(engine, peer, d))
            append(peer, d);
        else
            free(d);
    }
}

void pieces_begin(struct engine *engine, struct peer_state *peer, const struct id *case_id,
                  const struct body_view_header *header)
{
    struct delivery *d = calloc(1, sizeof *d);
    if (d == NULL) { /* announced, and would never come: a new line begins anew */
        engine->calls.close(engine->calls.self, peer->conn, CLOSE_INTERNAL, "no memory");
        return;
    }
    d->case_id = *case_id;
    d->view = header->view;
    d->grant = header->grant;
    for (size_t i = 0; i < header->sections_count; i++)
        d->sections |= SECTION_BIT(header->sections[i].section);
    append(peer, d);
    engine_room(engine, peer);
}

void pieces_stop(struct engine *engine, struct peer_state *peer, const struct id *tag)
{
    struct delivery **at = &peer->deliveries;
    engine->calls.drop(engine->calls.self, peer->conn, tag);
    while (*at != NULL) {
        struct delivery *d = *at;
        if (!id_equal(tag_of(d), tag)) {
            at = &d->next;
            continue;
        }
        *at = d->next;
        free(d);
    }
}

void pieces_forget(struct peer_state *peer)
{
    while (peer->deliveries != NULL)
        free(take_first(peer));
}
