/* journal_shred.c — Job: a past month's key destroyed, with the cases that were opened in it. */
#include <assert.h>

#include "gateway/journal/journal_parts.h"

struct open_cases {
    struct store *store;
    int month;
    bool found;
};

static enum err each_month(void *user, int month, struct slice wrapped)
{
    struct open_cases *look = user;
    (void)wrapped;
    look->found = look->found || month == look->month;
    return ERR_OK;
}

static enum err each_open(void *user, const struct stored_state *state)
{
    struct open_cases *look = user;
    if (state->kind != AGGREGATE_CASE)
        return ERR_OK;
    enum err e = look->store->key_read(look->store->self, &state->realm, look, each_month);
    return e == ERR_NOT_FOUND ? ERR_OK : e;
}

enum err journal_may_shred(struct journal *journal, int month, int64_t now_ms)
{
    struct open_cases look = {.store = journal->store, .month = month};
    assert(journal->writer == NULL);
    if (month >= keyfile_month(now_ms))
        return ERR_NOT_ALLOWED;
    if (!keyfile_there(journal->keys, month))
        return ERR_NOT_FOUND;
    enum err e = look.store->states(look.store->self, 1, &look, each_open);
    return e == ERR_OK && look.found ? ERR_CONFLICT : e;
}

enum err journal_shred(struct journal *journal, int month, int64_t now_ms)
{
    enum err e = journal_may_shred(journal, month, now_ms);
    if (e == ERR_OK)
        e = sequencer_rewrap(journal->sequencer);
    return e == ERR_OK ? keyfile_destroy(journal->keys, month) : e;
}
