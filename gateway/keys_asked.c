/* keys_asked.c — Job: what the log says of the newest destruction of a month's key. */
#include "gateway/keys_asked.h"

#include "common/secret.h"
#include "gateway/cmd_audit.h"
#include "gateway/core/state.h"
#include "gateway/journal/keyring.h"
#include "gateway/journal/sequencer.h"

#include <stdlib.h>

struct reading {
    struct store *store;
    struct keyfile *keys;
    struct keyring *ring;
    struct buf plain;
};

static enum err unseal(struct reading *r, const struct seal_place *place, struct slice sealed)
{
    const struct id realm = org_of_all();
    struct realm_keys keys;
    buf_clear(&r->plain);
    enum err err = keyring_get(r->ring, KEYRING_READER, KEYRING_FIND, &realm, &keys);
    if (err == ERR_OK)
        err = seal_open(keys.seal, (struct slice){place->text, place->size}, sealed, &r->plain);
    secret_wipe(&keys, sizeof keys);
    return err;
}

static enum err each_state(void *user, const struct stored_state *state)
{
    struct seal_place place = seal_place_state(state->kind, &state->id, state->version);
    return unseal(user, &place, state->sealed);
}

static enum err each_payload(void *user, const struct stored_event *event)
{
    struct seal_place place = seal_place_payload(&event->id);
    return event->sealed.bytes == NULL ? ERR_NOT_FOUND : unseal(user, &place, event->sealed);
}

/* *EVENT: of the newest entry; absent: nobody has ever asked. */
static enum err read_state(struct reading *r, struct id *event, int *month)
{
    const struct id all = org_of_all();
    struct json *json = NULL;
    struct complaint why;
    enum err err = r->store->state(r->store->self, AGGREGATE_ORG, &all, r, each_state);
    if (err == ERR_NOT_FOUND)
        return ERR_OK;
    struct org_state *state = calloc(1, sizeof *state);
    if (err == ERR_OK)
        err = state == NULL ? ERR_NO_MEMORY
                            : json_parse(buf_slice(&r->plain), STATE_BYTES_MAX, &json);
    if (err == ERR_OK)
        err = record_decode(&record_org_state, json, RECORD_LENIENT, state, &why);
    if (err == ERR_OK && state->shred_from != 0) {
        *event = state->shred_event;
        *month = keyfile_month(state->shred_from);
    }
    json_free(json);
    free(state);
    return err;
}

static void read_words(struct reading *r, const struct id *event, struct keys_asked *out)
{
    struct complaint why;
    enum err err = r->store->event_by_id(r->store->self, event, r, each_payload);
    if (err == ERR_OK)
        err = json_parse(buf_slice(&r->plain), FRAME_BYTES_MAX, &out->json);
    if (err == ERR_OK)
        err = record_decode(&record_reason_payload, out->json, RECORD_LENIENT, &out->words, &why);
    if (err != ERR_OK)
        record_clear(&record_reason_payload, &out->words);
}

enum err keys_asked_read(const struct settings *settings, struct keys_asked *out)
{
    struct reading r = {.store = NULL};
    struct id event = {{0}};
    *out = (struct keys_asked){.month = 0};
    enum err err = audit_open_reader(settings, &r.store);
    if (err == ERR_OK)
        err = audit_open_keys(settings, r.store, &r.keys, &r.ring);
    if (err == ERR_OK)
        err = read_state(&r, &event, &out->month);
    if (err == ERR_OK && out->month != 0)
        read_words(&r, &event, out);
    keyring_close(r.ring);
    keyfile_close(r.keys);
    store_close(r.store);
    buf_free(&r.plain);
    return err;
}

void keys_asked_free(struct keys_asked *asked)
{
    json_free(asked->json);
}
