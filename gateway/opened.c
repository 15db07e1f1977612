/* opened.c — Job: what every command needs of the data folder: lock, keys, store, journal. */
#include "gateway/opened.h"

#include "common/clock.h"
#include "common/file.h"
#include "common/log.h"
#include "common/rng.h"

static int64_t wall(void *self)
{
    (void)self;
    return clock_even_ms();
}

static void fill_random(void *self, void *bytes, size_t size)
{
    (void)self;
    rng_fill(bytes, size);
}

static enum err each_last(void *user, const struct stored_event *stored)
{
    struct event event;
    if (leaf_decode(stored->leaf, &event) == ERR_OK) /* a damaged one: `audit verify` names it */
        *(int64_t *)user = event.recorded_at;
    return ERR_OK;
}

enum err opened_last_ms(const struct opened *opened, int64_t *last_ms)
{
    struct store *store = opened->store;
    struct store_head head;
    *last_ms = 0;
    enum err err = store->head(store->self, &head);
    if (err != ERR_OK || head.size == 0)
        return err;
    return store->event(store->self, head.size, last_ms, each_last);
}

/* What the log has recorded has passed, whatever the machine's clock says after a restart: no right
 * begins to last longer than was promised. */
static enum err start_clock(const struct opened *opened)
{
    int64_t last_ms;
    enum err err = opened_last_ms(opened, &last_ms);
    if (err == ERR_OK)
        (void)clock_even_after(last_ms);
    return err;
}

static enum err open_journal(const struct settings *settings, enum opened_how how,
                             struct opened *out)
{
    char path[FILE_PATH_MAX + 32], keys[FILE_PATH_MAX + 32], checkpoint[FILE_PATH_MAX + 32];
    settings_path(settings, "journal.db", path, sizeof path);
    settings_path(settings, "keys", keys, sizeof keys);
    settings_path(settings, "checkpoint", checkpoint, sizeof checkpoint);
    enum err err = keyfile_open(keys, &out->keys);
    if (err != ERR_OK) {
        log_error("open", NULL, "the key folder cannot be used: %s", err_name(err));
        return err;
    }
    err = store_sqlite_open(path, &out->store);
    if (err != ERR_OK) {
        log_error("open", NULL, "the database cannot be opened: %s", err_name(err));
        return err;
    }
    err = how == OPENED_TO_SET_CLOCK ? ERR_OK : start_clock(out);
    if (err != ERR_OK)
        return err;
    struct journal_setup setup = {
        .store = out->store,
        .keys_dir = keys,
        .checkpoint_path = checkpoint,
        .origin = settings->name,
        .now_ms = wall,
        .random = fill_random,
        .checkpoint_every_ms = (int)settings->checkpoint_every_ms,
    };
    err = journal_open(&setup, &out->journal);
    if (err != ERR_OK)
        log_error("open", NULL, "the journal is refused: %s (database and checkpoint file)",
                  err_name(err));
    return err;
}

enum err opened_open(const struct settings *settings, enum opened_how how, struct opened *out)
{
    *out = (struct opened){.lock_fd = -1};
    char lock[FILE_PATH_MAX + 32];
    settings_path(settings, "lock", lock, sizeof lock);
    enum err err = file_lock_open(lock, &out->lock_fd);
    if (err != ERR_OK)
        return ERR_BUSY;
    err = open_journal(settings, how, out);
    if (err != ERR_OK)
        opened_close(out);
    return err;
}

void opened_close(struct opened *opened)
{
    journal_close(opened->journal);
    store_close(opened->store);
    keyfile_close(opened->keys);
    file_lock_close(opened->lock_fd);
    *opened = (struct opened){.lock_fd = -1};
}
