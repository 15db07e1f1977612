/* spooled.c — Job: a message out of the tablet's spool, opened and read like any other. */
#include "gateway/engine/inner.h"

#include "common/box.h"
#include "proto/base64.h"

#include <stdlib.h>

static enum err open_frame(const struct engine *engine, const struct body_spooled *body,
                           struct buf *frame)
{
    size_t size = 0;
    if (engine->spool_secret == NULL)
        return ERR_NOT_PROVIDED;
    char *sealed = malloc(SPOOLED_BYTES_MAX);
    if (sealed == NULL)
        return ERR_NO_MEMORY;
    enum err err = base64_decode(body->bytes, sealed, SPOOLED_BYTES_MAX, &size);
    if (err == ERR_OK)
        err = box_open(engine->spool_secret, (struct slice){sealed, size}, frame);
    free(sealed);
    return err;
}

/* Anybody can seal to the public key: a kept message proves nothing by itself. It is judged on this
 * device's certificate, and on a session that counts as unproved (find_actor). */
void spooled_message(struct engine *engine, struct peer_state *peer, const struct message *msg)
{
    struct buf frame;
    buf_init(&frame, FRAME_BYTES_MAX);
    enum err err = open_frame(engine, msg->body, &frame);
    if (err != ERR_OK) {
        out_refusal(engine, peer, &msg->id, err, NULL);
    } else {
        peer->unsealing = true;
        intake_frame(engine, peer, buf_slice(&frame));
        peer->unsealing = false;
    }
    buf_free(&frame);
}
