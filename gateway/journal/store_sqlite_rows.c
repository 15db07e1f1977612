/* store_sqlite_rows.c — Job: every row of the derived tables as it lies there, damaged ones too. */
#include "gateway/journal/store_sqlite.h"

/* Rarely run, hence prepared for each walk. A statement that cannot be: another schema. */
static enum err prepare(struct sqlite *s, const char *text, sqlite3_stmt **out)
{
    return sqlite3_prepare_v2(s->reader.db, text, -1, out, NULL) == SQLITE_OK ? ERR_OK : ERR_STORE;
}

/* An id that is none stays absent. */
static struct id id_of(sqlite3_stmt *stmt, int column)
{
    struct id id = {{0}};
    if (sql_fixed(stmt, column, id.bytes, sizeof id.bytes) != ERR_OK)
        id = (struct id){{0}};
    return id;
}

static enum err all_states(void *self, void *user,
                           enum err (*each)(void *user, const struct stored_state *state))
{
    struct sqlite *s = self;
    sqlite3_stmt *stmt = NULL;
    bool row = false;
    enum err e = prepare(s, "SELECT kind, id, realm, version, open, sealed FROM state", &stmt);
    if (e == ERR_OK)
        e = sql_step(&s->reader, stmt, &row);
    while (row && e == ERR_OK) {
        struct stored_state state = {.kind = (enum aggregate)sqlite3_column_int(stmt, 0),
                                     .id = id_of(stmt, 1),
                                     .realm = id_of(stmt, 2),
                                     .version = sql_u64(stmt, 3),
                                     .open = sqlite3_column_int(stmt, 4),
                                     .sealed = sql_slice(stmt, 5)};
        e = each(user, &state);
        if (e == ERR_OK)
            e = sql_step(&s->reader, stmt, &row);
    }
    sqlite3_finalize(stmt);
    return e;
}

static enum err settled_at(struct sqlite *s, uint64_t *settled)
{
    sqlite3_stmt *stmt = NULL;
    bool row = false;
    *settled = 0;
    enum err e = prepare(s, "SELECT size FROM settled WHERE one = 1", &stmt);
    if (e == ERR_OK)
        e = sql_step(&s->reader, stmt, &row);
    if (row)
        *settled = sql_u64(stmt, 0);
    sqlite3_finalize(stmt);
    return e;
}

static enum err all_counters(void *self, uint64_t *settled, void *user,
                             enum err (*each)(void *user, const struct stored_counter *counter))
{
    struct sqlite *s = self;
    sqlite3_stmt *stmt = NULL;
    bool row = false;
    enum err e = settled_at(s, settled);
    if (e == ERR_OK)
        e = prepare(s, "SELECT kind, id, value, seq FROM counter", &stmt);
    if (e == ERR_OK)
        e = sql_step(&s->reader, stmt, &row);
    while (row && e == ERR_OK) {
        struct stored_counter counter = {.kind = (enum counter_kind)sqlite3_column_int(stmt, 0),
                                         .id = id_of(stmt, 1),
                                         .value = sql_u64(stmt, 2),
                                         .seq = sql_u64(stmt, 3)};
        e = each(user, &counter);
        if (e == ERR_OK)
            e = sql_step(&s->reader, stmt, &row);
    }
    sqlite3_finalize(stmt);
    return e;
}

static enum err all_seen(void *self, void *user,
                         enum err (*each)(void *user, const struct stored_seen *seen))
{
    struct sqlite *s = self;
    sqlite3_stmt *stmt = NULL;
    bool row = false;
    enum err e = prepare(s, "SELECT device, message, seq, recorded_at FROM seen", &stmt);
    if (e == ERR_OK)
        e = sql_step(&s->reader, stmt, &row);
    while (row && e == ERR_OK) {
        struct stored_seen seen = {.device = id_of(stmt, 0),
                                   .message = id_of(stmt, 1),
                                   .seq = sql_u64(stmt, 2),
                                   .recorded_at = sqlite3_column_int64(stmt, 3)};
        e = each(user, &seen);
        if (e == ERR_OK)
            e = sql_step(&s->reader, stmt, &row);
    }
    sqlite3_finalize(stmt);
    return e;
}

static enum err recipients(void *self, uint64_t seq, void *user,
                           enum err (*each)(void *user, const struct stored_recipient *to))
{
    struct sqlite *s = self;
    sqlite3_stmt *stmt = NULL;
    bool row = false;
    enum err e = prepare(s, "SELECT recipients FROM event WHERE seq = ?1", &stmt);
    if (e == ERR_OK) {
        sql_bind_u64(stmt, 1, seq);
        e = sql_step(&s->reader, stmt, &row);
    }
    struct slice all = row ? sql_slice(stmt, 0) : (struct slice){0};
    size_t at = 0;
    for (; at + RECIPIENT_BYTES <= all.size && e == ERR_OK; at += RECIPIENT_BYTES) {
        struct stored_recipient to = recipient_get(all.bytes + at);
        e = each(user, &to);
    }
    if (at != all.size && e == ERR_OK)
        e = each(user, &(struct stored_recipient){.n = 0});
    sqlite3_finalize(stmt);
    return e;
}

void sqlite_rows(struct store *store)
{
    store->all_states = all_states;
    store->all_counters = all_counters;
    store->all_seen = all_seen;
    store->recipients = recipients;
}
