/* rebuild.c — Job: fold the whole journal again and hold every derived row against the result. */
#include "gateway/rebuild_parts.h"

#include "common/secret.h"

static const char *const texts[REBUILD_WHATS] = {
    [REBUILD_MISSING] = "missing",     [REBUILD_EXTRA] = "extra",
    [REBUILD_DIFFERENT] = "different", [REBUILD_UNREADABLE] = "unreadable",
    [REBUILD_OPEN] = "open",           [REBUILD_REALM] = "realm",
    [REBUILD_TOLD] = "told",
};

const char *rebuild_what_text(enum rebuild_what what)
{
    return texts[what];
}

void rebuild_name(struct rebuild *r, enum rebuild_what what, const char *row, const struct id *id,
                  uint64_t seq)
{
    struct rebuild_difference difference = {.what = what, .row = row, .seq = seq};
    if (id != NULL)
        difference.id = *id;
    r->report->differences++;
    r->report->found[what]++;
    if (r->setup->named != NULL)
        r->setup->named(r->setup->self, &difference);
}

static enum err each_key(void *user, int month, struct slice wrapped)
{
    (void)user;
    (void)month;
    (void)wrapped;
    return ERR_OK;
}

enum err rebuild_unseal(struct rebuild *r, const struct id *realm, const struct seal_place *place,
                        struct slice sealed, struct buf *plain)
{
    struct store *store = r->setup->store;
    struct realm_keys keys;
    enum err e = keyring_get(r->setup->ring, KEYRING_READER, KEYRING_FIND, realm, &keys);
    /* A realm without any key row is not one whose key was destroyed: somebody took the row. */
    if (e == ERR_NOT_FOUND && store->key_read(store->self, realm, NULL, each_key) == ERR_NOT_FOUND)
        e = ERR_CRYPTO;
    if (e == ERR_OK)
        e = seal_open(keys.seal, (struct slice){place->text, place->size}, sealed, plain);
    secret_wipe(&keys, sizeof keys);
    return e == ERR_TOO_LARGE || e == ERR_CORRUPT ? ERR_CRYPTO : e;
}

static enum err make_indexes(struct rebuild *r)
{
    bool good = true;
    for (int kind = AGGREGATE_CASE; kind <= AGGREGATE_ORG; kind++)
        good = (r->rows[kind] = index_new()) != NULL && good;
    for (int kind = COUNTER_ORG; kind <= COUNTER_DEVICE_N; kind++)
        good = (r->numbers[kind] = index_new()) != NULL && good;
    return good ? ERR_OK : ERR_NO_MEMORY;
}

/* Folds the events up to SEQ. */
static enum err fold_until(struct rebuild *r, uint64_t seq)
{
    enum { CHUNK = 1000 };
    struct store *store = r->setup->store;
    enum err e = ERR_OK;
    while (e == ERR_OK && r->seq < seq) {
        uint64_t before = r->seq, left = seq - before;
        e = store->follow(store->self, before + 1, left < CHUNK ? (int)left : CHUNK, r, fold_event);
        if (e == ERR_OK && r->seq == before) { /* the rest is not there */
            rebuild_name(r, REBUILD_MISSING, "entry", NULL, before + 1);
            r->seq = seq;
        }
    }
    return e;
}

enum err rebuild_compare(const struct rebuild_setup *setup, struct rebuild_report *out)
{
    struct rebuild r = {.setup = setup, .report = out};
    struct store_head head = {.size = 0};
    uint64_t settled = 0;
    *out = (struct rebuild_report){0};
    enum err e = setup->store->all_states == NULL ? ERR_NOT_PROVIDED : make_indexes(&r);
    if (e == ERR_OK)
        e = setup->store->head(setup->store->self, &head);
    if (e == ERR_OK)
        e = beside_settled(&r, &settled);
    if (e == ERR_OK && settled > head.size) {
        rebuild_name(&r, REBUILD_DIFFERENT, "settled", NULL, settled);
        settled = head.size;
    }
    if (e == ERR_OK)
        e = fold_until(&r, settled);
    if (e == ERR_OK)
        e = beside_counters(&r);
    if (e == ERR_OK)
        e = fold_until(&r, head.size);
    if (e == ERR_OK)
        e = beside_receipts(&r);
    if (e == ERR_OK)
        e = fold_compare(&r);
    fold_fini(&r);
    beside_fini(&r);
    return e;
}
