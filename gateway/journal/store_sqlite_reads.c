/* store_sqlite_reads.c — Job: the SQLite store's reading half, on a connection of its own. */
#include "gateway/journal/store_sqlite.h"

enum {
    R_HEAD,
    R_STATES,
    R_STATES_OPEN,
    R_STATE,
    R_EVENT,
    R_EVENT_BY_ID,
    R_FOLLOW,
    R_OUTBOX,
    R_RECIPIENTS,
    R_NODE,
    R_SEEN,
    R_COUNTER,
    R_KEY,
    R_COUNT
};
_Static_assert((int)R_COUNT <= (int)SQL_STATEMENTS_MAX, "room for every statement");

#define STATE_COLUMNS "SELECT kind, id, realm, version, open, sealed FROM state "
#define EVENT_COLUMNS "SELECT seq, 0, id, leaf, sealed FROM event "

static const char *const texts[R_COUNT] = {
    [R_HEAD] = SQLITE_HEAD_TEXT,
    [R_STATES] = STATE_COLUMNS,
    [R_STATES_OPEN] = STATE_COLUMNS "WHERE open = 1",
    [R_STATE] = STATE_COLUMNS "WHERE kind = ?1 AND id = ?2",
    [R_EVENT] = EVENT_COLUMNS "WHERE seq = ?1",
    [R_EVENT_BY_ID] = EVENT_COLUMNS "WHERE id = ?1",
    [R_FOLLOW] = EVENT_COLUMNS "WHERE seq >= ?1 ORDER BY seq LIMIT ?2",
    [R_OUTBOX] = "SELECT seq, ?2, id, leaf, sealed FROM event WHERE seq = ?1",
    [R_RECIPIENTS] = "SELECT recipients FROM event WHERE seq = ?1",
    [R_NODE] = "SELECT nodes FROM event WHERE seq = ?1",
    [R_SEEN] = "SELECT digest, seq, recorded_at FROM seen WHERE message = ?1 AND device = ?2",
    [R_COUNTER] = SQLITE_COUNTER_TEXT,
    [R_KEY] = SQLITE_KEY_TEXT,
};

static enum err keep(struct buf *copy, struct slice bytes, struct slice *out)
{
    buf_clear(copy);
    buf_add(copy, bytes.bytes, bytes.size);
    *out = buf_slice(copy);
    return buf_error(copy);
}

enum err sqlite_head(struct sql *sql, sqlite3_stmt *stmt, struct buf copies[2],
                     struct store_head *head)
{
    bool row;
    *head = (struct store_head){.edge = {"", 0}, .checkpoint = {"", 0}};
    enum err e = sql_step(sql, stmt, &row);
    if (!row)
        return e; /* a new log */
    head->size = sql_u64(stmt, 0);
    e = sql_fixed(stmt, 1, head->root.bytes, sizeof head->root.bytes);
    if (e == ERR_OK)
        e = keep(&copies[0], sql_slice(stmt, 2), &head->edge);
    if (e == ERR_OK)
        e = keep(&copies[1], sql_slice(stmt, 3), &head->checkpoint);
    sqlite3_reset(stmt);
    return e;
}

enum err sqlite_seen(struct sql *sql, sqlite3_stmt *stmt, const struct id *device,
                     const struct id *message, struct hash *digest, uint64_t *seq,
                     int64_t *recorded_at)
{
    bool row;
    sql_bind_id(stmt, 1, message);
    sql_bind_id(stmt, 2, device);
    enum err e = sql_step(sql, stmt, &row);
    if (!row)
        return e == ERR_OK ? ERR_NOT_FOUND : e;
    e = sql_fixed(stmt, 0, digest->bytes, sizeof digest->bytes);
    *seq = sql_u64(stmt, 1);
    *recorded_at = sqlite3_column_int64(stmt, 2);
    sqlite3_reset(stmt);
    return e;
}

enum err sqlite_each_key(struct sql *sql, sqlite3_stmt *stmt, const struct id *realm, void *user,
                         enum err (*each)(void *user, int month, struct slice wrapped))
{
    bool row;
    sql_bind_id(stmt, 1, realm);
    enum err e = sql_step(sql, stmt, &row);
    if (!row)
        return e == ERR_OK ? ERR_NOT_FOUND : e;
    e = each(user, sqlite3_column_int(stmt, 0), sql_slice(stmt, 1));
    sqlite3_reset(stmt);
    return e;
}

enum err sqlite_each_event(struct sql *sql, sqlite3_stmt *stmt, void *user,
                           enum err (*each)(void *user, const struct stored_event *event))
{
    bool row;
    enum err e = sql_step(sql, stmt, &row);
    while (row && e == ERR_OK) {
        struct stored_event event = {.seq = sql_u64(stmt, 0),
                                     .n = sql_u64(stmt, 1),
                                     .leaf = sql_slice(stmt, 3),
                                     .sealed = sql_slice(stmt, 4)};
        e = sql_fixed(stmt, 2, event.id.bytes, sizeof event.id.bytes);
        if (e == ERR_OK)
            e = each(user, &event);
        if (e == ERR_OK)
            e = sql_step(sql, stmt, &row);
        else
            sqlite3_reset(stmt);
    }
    return e;
}

/* For a statement that finds one event or none. */
struct one {
    void *user;
    enum err (*each)(void *user, const struct stored_event *event);
    bool found;
};

static enum err each_one(void *user, const struct stored_event *event)
{
    struct one *one = user;
    one->found = true;
    return one->each(one->user, event);
}

static enum err one_event(struct sql *sql, sqlite3_stmt *stmt, void *user,
                          enum err (*each)(void *user, const struct stored_event *event))
{
    struct one one = {user, each, false};
    enum err e = sqlite_each_event(sql, stmt, &one, each_one);
    return e == ERR_OK && !one.found ? ERR_NOT_FOUND : e;
}

static enum err r_head(void *self, struct store_head *head)
{
    struct sqlite *s = self;
    return sqlite_head(&s->reader, s->reader.stmts[R_HEAD], s->reader_head, head);
}

static enum err each_state(struct sql *sql, sqlite3_stmt *stmt, void *user, bool *found,
                           enum err (*each)(void *user, const struct stored_state *state))
{
    bool row;
    enum err e = sql_step(sql, stmt, &row);
    *found = row;
    while (row && e == ERR_OK) {
        struct stored_state state = {.kind = (enum aggregate)sqlite3_column_int(stmt, 0),
                                     .version = sql_u64(stmt, 3),
                                     .open = sqlite3_column_int(stmt, 4),
                                     .sealed = sql_slice(stmt, 5)};
        e = sql_fixed(stmt, 1, state.id.bytes, sizeof state.id.bytes);
        if (e == ERR_OK)
            e = sql_fixed(stmt, 2, state.realm.bytes, sizeof state.realm.bytes);
        if (e == ERR_OK)
            e = each(user, &state);
        if (e == ERR_OK)
            e = sql_step(sql, stmt, &row);
        else
            sqlite3_reset(stmt);
    }
    return e;
}

static enum err r_states(void *self, int open_only, void *user,
                         enum err (*each)(void *user, const struct stored_state *state))
{
    struct sqlite *s = self;
    bool found;
    sqlite3_stmt *stmt = s->reader.stmts[open_only ? R_STATES_OPEN : R_STATES];
    return each_state(&s->reader, stmt, user, &found, each);
}

static enum err r_state(void *self, enum aggregate kind, const struct id *id, void *user,
                        enum err (*each)(void *user, const struct stored_state *state))
{
    struct sqlite *s = self;
    sqlite3_stmt *stmt = s->reader.stmts[R_STATE];
    bool found;
    sqlite3_bind_int(stmt, 1, (int)kind);
    sql_bind_id(stmt, 2, id);
    enum err e = each_state(&s->reader, stmt, user, &found, each);
    return e == ERR_OK && !found ? ERR_NOT_FOUND : e;
}

static enum err r_event(void *self, uint64_t seq, void *user,
                        enum err (*each)(void *user, const struct stored_event *event))
{
    struct sqlite *s = self;
    sqlite3_stmt *stmt = s->reader.stmts[R_EVENT];
    sql_bind_u64(stmt, 1, seq);
    return one_event(&s->reader, stmt, user, each);
}

static enum err r_event_by_id(void *self, const struct id *id, void *user,
                              enum err (*each)(void *user, const struct stored_event *event))
{
    struct sqlite *s = self;
    sqlite3_stmt *stmt = s->reader.stmts[R_EVENT_BY_ID];
    sql_bind_id(stmt, 1, id);
    return one_event(&s->reader, stmt, user, each);
}

static enum err r_follow(void *self, uint64_t seq, int limit, void *user,
                         enum err (*each)(void *user, const struct stored_event *event))
{
    struct sqlite *s = self;
    sqlite3_stmt *stmt = s->reader.stmts[R_FOLLOW];
    sql_bind_u64(stmt, 1, seq);
    sqlite3_bind_int(stmt, 2, limit < 0 ? 0 : limit);
    return sqlite_each_event(&s->reader, stmt, user, each);
}

/* The seq of the event of DEVICE before the one numbered N at SEQ. */
static enum err event_before(struct sqlite *s, const struct id *device, uint64_t n, uint64_t seq,
                             uint64_t *before)
{
    sqlite3_stmt *stmt = s->reader.stmts[R_RECIPIENTS];
    bool row;
    sql_bind_u64(stmt, 1, seq);
    enum err e = sql_step(&s->reader, stmt, &row);
    if (!row)
        return e == ERR_OK ? ERR_CORRUPT : e;
    struct slice all = sql_slice(stmt, 0);
    e = ERR_CORRUPT;
    for (size_t at = 0; at + RECIPIENT_BYTES <= all.size && e != ERR_OK; at += RECIPIENT_BYTES) {
        struct stored_recipient recipient = recipient_get(all.bytes + at);
        if (recipient.n != n || !id_equal(&recipient.device, device))
            continue;
        *before = recipient.before;
        e = ERR_OK;
    }
    sqlite3_reset(stmt);
    return e;
}

/* Back along the chain from the newest, then forward through what was found. */
static enum err r_outbox(void *self, const struct id *device, uint64_t after_n, int limit,
                         void *user, enum err (*each)(void *user, const struct stored_event *event))
{
    struct sqlite *s = self;
    sqlite3_stmt *stmt = s->reader.stmts[R_OUTBOX];
    uint64_t newest, seq;
    enum err e = numbers_read(s, &s->reader, s->reader.stmts[R_COUNTER], COUNTER_DEVICE_N, device,
                              &newest, &seq);
    if (e != ERR_OK || newest <= after_n)
        return e;
    if (newest - after_n > JOURNAL_BEHIND_MAX)
        return ERR_FULL;
    for (uint64_t n = newest; n > after_n && e == ERR_OK; n--) {
        s->chain[n - after_n - 1] = seq;
        if (n > after_n + 1)
            e = event_before(s, device, n, seq, &seq);
    }
    for (uint64_t n = after_n + 1; n <= newest && limit > 0 && e == ERR_OK; n++, limit--) {
        sql_bind_u64(stmt, 1, s->chain[n - after_n - 1]);
        sql_bind_u64(stmt, 2, n);
        e = one_event(&s->reader, stmt, user, each);
    }
    return e == ERR_NOT_FOUND ? ERR_CORRUPT : e;
}

static enum err r_node(void *self, unsigned level, uint64_t index, struct hash *hash)
{
    struct sqlite *s = self;
    sqlite3_stmt *stmt = s->reader.stmts[R_NODE];
    bool row;
    if (level >= MERKLE_LEVELS_MAX || index >= LOG_SIZE_MAX >> level)
        return ERR_NOT_FOUND;
    sql_bind_u64(stmt, 1, (index + 1) << level);
    enum err e = sql_step(&s->reader, stmt, &row);
    if (!row)
        return e == ERR_OK ? ERR_NOT_FOUND : e;
    struct slice nodes = sql_slice(stmt, 0);
    e = (level + 1) * sizeof hash->bytes <= nodes.size ? ERR_OK : ERR_CORRUPT;
    if (e == ERR_OK)
        memcpy(hash->bytes, nodes.bytes + level * sizeof hash->bytes, sizeof hash->bytes);
    sqlite3_reset(stmt);
    return e;
}

static enum err r_seen(void *self, const struct id *device, const struct id *message,
                       struct hash *digest, uint64_t *seq, int64_t *recorded_at)
{
    struct sqlite *s = self;
    return sqlite_seen(&s->reader, s->reader.stmts[R_SEEN], device, message, digest, seq,
                       recorded_at);
}

static enum err r_counter(void *self, enum counter_kind kind, const struct id *id, uint64_t *value)
{
    struct sqlite *s = self;
    uint64_t seq;
    return numbers_read(s, &s->reader, s->reader.stmts[R_COUNTER], kind, id, value, &seq);
}

static enum err r_key(void *self, const struct id *realm, void *user,
                      enum err (*each)(void *user, int month, struct slice wrapped))
{
    struct sqlite *s = self;
    return sqlite_each_key(&s->reader, s->reader.stmts[R_KEY], realm, user, each);
}

enum err sqlite_reads_open(struct sqlite *s)
{
    struct store *store = &s->store;
    store->head = r_head;
    store->states = r_states;
    store->state = r_state;
    store->event = r_event;
    store->event_by_id = r_event_by_id;
    store->follow = r_follow;
    store->outbox = r_outbox;
    store->node = r_node;
    store->seen_read = r_seen;
    store->counter_read = r_counter;
    store->key_read = r_key;
    sqlite_rows(store);
    enum err e = sql_open(&s->reader, s->path, SQL_READ, NULL);
    return e == ERR_OK ? sql_prepare(&s->reader, texts, R_COUNT) : e;
}
