/* rewrap.c — Job: organisations' data keys follow the months; a past month has cases only. */
#include "gateway/journal/rewrap.h"

#include "common/log.h"
#include "common/secret.h"

enum { REWRAP_STEP = 64 /* organisations per transaction: less than a millisecond */ };

struct old_key {
    struct id realm;
    int month;
    uint8_t wrapped[SEAL_WRAPPED_SIZE];
    bool whole;
};

struct step {
    struct old_key keys[REWRAP_STEP];
    size_t count;
};

/* Only read here: nothing is put while the store walks. */
static enum err each_key(void *user, const struct id *realm, int month, struct slice wrapped)
{
    struct step *step = user;
    struct old_key *key = &step->keys[step->count++];
    *key = (struct old_key){.realm = *realm, .month = month};
    key->whole = wrapped.size == sizeof key->wrapped;
    if (key->whole)
        memcpy(key->wrapped, wrapped.bytes, sizeof key->wrapped);
    return ERR_OK;
}

static enum err rewrap_one(struct store *store, struct keyfile *keys, int month,
                           const struct old_key *old)
{
    struct slice aad = {(const char *)old->realm.bytes, sizeof old->realm.bytes};
    uint8_t data[SEAL_KEY_SIZE], wrapped[SEAL_WRAPPED_SIZE];
    enum err e =
        old->whole ? keyfile_unwrap(keys, old->month, aad, old->wrapped, data) : ERR_CRYPTO;
    if (e == ERR_OK)
        e = keyfile_wrap(keys, month, aad, data, wrapped);
    secret_wipe(data, sizeof data);
    if (e != ERR_OK) { /* whoever needs the key is told the same, by its own error */
        log_warn("journal", NULL, "an organisation's key stays with its month: %s", err_name(e));
        return ERR_OK;
    }
    return store->put_key(store->self, &old->realm, month,
                          (struct slice){(const char *)wrapped, sizeof wrapped});
}

enum err rewrap_step(struct store *store, struct keyfile *keys, int64_t now_ms, struct rewrap *at)
{
    int month = keyfile_month(now_ms);
    struct step step = {.count = 0};
    if (month != at->month)
        *at = (struct rewrap){.month = month};
    if (at->done)
        return ERR_OK;
    enum err e = store->org_keys(store->self, &at->after, REWRAP_STEP, &step, each_key);
    for (size_t i = 0; i < step.count && e == ERR_OK; i++)
        if (step.keys[i].month < month)
            e = rewrap_one(store, keys, month, &step.keys[i]);
    at->done = step.count < REWRAP_STEP;
    if (step.count > 0)
        at->after = step.keys[step.count - 1].realm;
    return e;
}
