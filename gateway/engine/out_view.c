/* out_view.c — Job: a view on its way: its header, and the keys of opened sections. */
#include "gateway/engine/inner.h"

#include "proto/base64.h"

/* The sections of a scope that the view really has, sealed. Their states travel inside the seal. */
static void fill_header(struct engine *engine, uint64_t scope, struct body_view_header *header)
{
    for (int section = SECTION_PERSON; section <= SECTION_DOCUMENT; section++) {
        struct slice sealed;
        struct hash hash;
        if (!(scope & SECTION_BIT(section)) ||
            vault_sealed(engine->vault, &header->view, section, &sealed, &hash) != ERR_OK)
            continue;
        header->sections[header->sections_count++] =
            (struct view_section_row){.section = section,
                                      .bytes = (int64_t)sealed.size,
                                      .pieces = (int64_t)pieces_of(sealed),
                                      .hash = hash};
        header->openable |= SECTION_BIT(section);
    }
}

/* What the patient does not want shown: to the crew, and by the grant's own ground. */
static uint64_t hidden_by(const struct case_state *c, const struct case_grant *grant)
{
    uint64_t hidden = 0;
    for (size_t i = 0; i < c->grounds_count; i++)
        if (c->grounds[i].right == RIGHT_CREW_VIEW ||
            (grant != NULL && id_equal(&c->grounds[i].id, &grant->ground)))
            hidden |= c->grounds[i].hidden;
    return hidden;
}

void out_view(struct engine *engine, struct peer_state *peer, struct slot *slot,
              const struct case_view *view, const struct case_grant *grant)
{
    if (grant != NULL && unsaved_has(engine, &grant->id))
        return;
    struct body_view_header header = {.view = view->id,
                                      .source = view->kind,
                                      .fetched_at = view->fetched_at,
                                      .until = grant == NULL ? view->until : grant->until,
                                      .refetched = view->refetched,
                                      .simulator = engine->simulator ? FLAG_YES : FLAG_NO};
    if (case_is_drill(&slot->state->case_, &engine->policy))
        header.simulator = FLAG_YES; /* the practice source is never another */
    if (grant != NULL)
        header.grant = grant->id;
    header.hidden = hidden_by(&slot->state->case_, grant);
    uint64_t scope = grant == NULL ? view->sections : grant->sections;
    fill_header(engine, vault_scope(engine->vault, &view->id, scope), &header);
    struct message head = {.case_id = slot->id};
    const struct id *tag = grant == NULL ? &view->id : &grant->id;
    pieces_stop(engine, peer, tag); /* told again: it begins anew behind this header */
    out_checkpoint(engine, peer);
    out_send(engine, peer, MSG_VIEW_HEADER, &head, &header, LANE_CONTROL, tag);
    pieces_begin(engine, peer, &slot->id, &header);
}

/* The grant is looked at once more, here: nothing leaves on a right that has ended meanwhile. */
void out_view_to_hospital(struct engine *engine, struct slot *slot, const struct id *grant_id)
{
    struct case_state *c = slot_case(slot);
    const struct case_grant *grant = c == NULL ? NULL : case_grant_of(c, grant_id);
    const struct case_view *view = grant == NULL ? NULL : case_view_of(c, &grant->view);
    if (view == NULL || view->status != VIEW_HELD || !grant_live(grant, engine_now(engine)))
        return;
    const struct id *devices;
    size_t count = engine->world.devices_of(engine, &grant->hospital, &devices);
    for (size_t i = 0; i < count; i++) {
        struct peer_state *peer = peer_to_tell(engine, &devices[i]);
        if (peer != NULL)
            out_view(engine, peer, slot, view, grant);
    }
}

static bool keys_allowed(struct engine *engine, const struct event *event)
{
    struct slot *slot = world_find(&engine->table, AGGREGATE_CASE, &event->case_id);
    struct case_state *c = slot_case(slot);
    const struct case_view *view = c == NULL ? NULL : case_view_of(c, &event->view);
    if (view == NULL || view->status != VIEW_HELD)
        return false;
    if (id_absent(&event->grant))
        return !case_refused(c) && id_equal(&c->device, &event->device);
    const struct case_grant *grant = case_grant_of(c, &event->grant);
    return grant != NULL && grant_live(grant, engine_now(engine)) &&
           !unsaved_has(engine, &grant->id);
}

void out_keys(struct engine *engine, struct peer_state *peer, const struct event *event,
              uint64_t sections)
{
    if (peer_session(peer, &event->session) == NULL || !keys_allowed(engine, event))
        return;
    struct body_section_keys body = {.view = event->view, .grant = event->grant};
    struct buf texts[VIEW_SECTIONS] = {{0}};
    uint8_t key[32];
    for (int section = SECTION_PERSON; section <= SECTION_DOCUMENT; section++) {
        if (!(sections & SECTION_BIT(section)) ||
            vault_key(engine->vault, &event->view, section, key) != ERR_OK)
            continue;
        struct buf *text = &texts[body.keys_count];
        base64_add(text, key, sizeof key);
        body.keys[body.keys_count++] =
            (struct section_key_row){.section = section, .key = buf_slice(text)};
    }
    explicit_bzero(key, sizeof key);
    if (body.keys_count == 0)
        return; /* it was on a screen without a line, and is in no memory here now */
    struct message head = {.re = event->message,
                           .session = event->session,
                           .case_id = event->case_id,
                           .seq = event->seq};
    const struct id *tag = id_absent(&event->grant) ? &event->view : &event->grant;
    out_send(engine, peer, MSG_SECTION_KEYS, &head, &body, LANE_CONTROL, tag);
    for (size_t i = 0; i < VIEW_SECTIONS; i++)
        buf_free(&texts[i]);
    if (!id_absent(&event->grant))
        out_checkpoint(engine, peer);
}

static struct vault_entry entry_of(struct engine *engine, const struct slot *slot,
                                   const struct case_view *view)
{
    bool drill = case_is_drill(&slot->state->case_, &engine->policy);
    return (struct vault_entry){view->id, slot->id, view->sections,
                                drill ? VAULT_PRACTICE : VAULT_LIVE};
}

/* After a restart the tablet that still holds the sealed view hands it up again, piece by piece. */
void hand_up(struct engine *engine, struct peer_state *peer, const struct message *msg)
{
    const struct body_view_piece *body = msg->body;
    struct slot *slot = world_find(&engine->table, AGGREGATE_CASE, &msg->case_id);
    struct case_state *c = slot_case(slot);
    const struct case_view *view = c == NULL ? NULL : case_view_of(c, &body->view);
    if (c == NULL || !id_equal(&c->device, &peer->device)) {
        out_refusal(engine, peer, &msg->id, ERR_NO_SUCH_CASE, NULL);
        return;
    }
    if (view == NULL || view->status != VIEW_HELD || vault_has(engine->vault, &body->view)) {
        out_refusal(engine, peer, &msg->id, ERR_NO_VIEW, NULL);
        return;
    }
    const struct vault_entry entry = entry_of(engine, slot, view);
    uint8_t bytes[VIEW_PIECE_BYTES_MAX];
    size_t size;
    enum err err = base64_decode(body->bytes, bytes, sizeof bytes, &size);
    if (err == ERR_OK)
        err = vault_hand_up(engine->vault, &entry, body->section, body->piece, body->pieces,
                            &view->digest, (struct slice){(char *)bytes, size});
    explicit_bzero(bytes, sizeof bytes);
    if (err != ERR_OK) {
        out_refusal(engine, peer, &msg->id, err, NULL);
        return;
    }
    if (!vault_has(engine->vault, &view->id))
        return;
    for (size_t i = 0; i < c->grants_count; i++)
        if (grant_live(&c->grants[i], engine_now(engine)))
            out_view_to_hospital(engine, slot, &c->grants[i].id);
}
