/* proof.c — Job: the offline receipt of one entry, to an organisation that the entry concerns. */
#include "gateway/engine/inner.h"

#include "proto/base64.h"

#include <stdlib.h>

static struct id owner_of(struct engine *engine, const struct id *case_id)
{
    struct id owner = {{0}};
    struct case_state *c = calloc(1, sizeof *c);
    if (c != NULL && lookup_case(engine, case_id, c))
        owner = c->org;
    free(c);
    return owner;
}

/* An organisation sees the events of its own cases and of its own people (DESIGN §7), and what
 * others did towards it. */
bool console_concerns(struct engine *engine, const struct peer_state *peer,
                      const struct event *event)
{
    if (id_equal(&event->org, &peer->org) || id_equal(&event->hospital, &peer->org))
        return true;
    if (id_absent(&event->case_id))
        return false;
    struct id owner = owner_of(engine, &event->case_id);
    return id_equal(&owner, &peer->org);
}

void proof_send(struct engine *engine, struct peer_state *peer, const struct message *msg)
{
    const struct body_proof_ask *ask = msg->body;
    struct arena arena = {0};
    struct slice leaf, text;
    enum err err = journal_receipt(engine->journal, (uint64_t)ask->entry, &arena, &leaf, &text);
    struct event event;
    if (err == ERR_OK) /* only what concerns this device's organisation */
        err = leaf_decode(leaf, &event);
    if (err == ERR_OK && !console_concerns(engine, peer, &event))
        err = ERR_NOT_FOUND;
    struct buf base64 = {0};
    if (err == ERR_OK)
        base64_add(&base64, leaf.bytes, leaf.size);
    struct message head = {.re = msg->id};
    struct body_proof body = {.entry = ask->entry, .leaf = buf_slice(&base64), .text = text};
    if (err == ERR_OK)
        out_send(engine, peer, MSG_PROOF, &head, &body, LANE_CONTROL, NULL);
    else
        out_refusal(engine, peer, &msg->id, err, NULL);
    buf_free(&base64);
    arena_free(&arena);
}
