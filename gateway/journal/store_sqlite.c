/* store_sqlite.c — Job: the SQLite store: opened, closed, and its writing half. */
#include "gateway/journal/store_sqlite.h"

#include <stdio.h>
#include <stdlib.h>

#include "common/file.h"

/* Nodes live in the row of the leaf that completes them, and recipients with their event; message
 * before device, because message ids begin with their time: new rows then land side by side. */
static const char schema[] =
    "CREATE TABLE event (seq INTEGER PRIMARY KEY, id BLOB NOT NULL, nodes BLOB NOT NULL,"
    "  recipients BLOB, leaf BLOB NOT NULL, sealed BLOB) STRICT;"
    "CREATE UNIQUE INDEX event_id ON event (id);"
    "CREATE TABLE state (kind INTEGER NOT NULL, id BLOB NOT NULL, realm BLOB NOT NULL,"
    "  version INTEGER NOT NULL, open INTEGER NOT NULL, sealed BLOB NOT NULL,"
    "  PRIMARY KEY (kind, id)) STRICT;"
    "CREATE INDEX state_open ON state (kind) WHERE open = 1;"
    "CREATE TABLE seen (message BLOB NOT NULL, device BLOB NOT NULL, digest BLOB NOT NULL,"
    "  seq INTEGER NOT NULL, recorded_at INTEGER NOT NULL,"
    "  PRIMARY KEY (message, device)) STRICT, WITHOUT ROWID;"
    "CREATE TABLE counter (kind INTEGER NOT NULL, id BLOB NOT NULL, value INTEGER NOT NULL,"
    "  seq INTEGER NOT NULL, PRIMARY KEY (kind, id)) STRICT, WITHOUT ROWID;"
    "CREATE TABLE settled (one INTEGER PRIMARY KEY CHECK (one = 1), size INTEGER NOT NULL) STRICT;"
    "CREATE TABLE realm_key (realm BLOB NOT NULL PRIMARY KEY, month INTEGER NOT NULL,"
    "  wrapped BLOB NOT NULL) STRICT, WITHOUT ROWID;"
    "CREATE TABLE head (one INTEGER PRIMARY KEY CHECK (one = 1), size INTEGER NOT NULL,"
    "  root BLOB NOT NULL, edge BLOB NOT NULL, checkpoint BLOB NOT NULL) STRICT;"
    "PRAGMA application_id = 0x53616b69; PRAGMA user_version = 1";

static const char *const texts[W_COUNT] = {
    [W_BEGIN] = "BEGIN IMMEDIATE",
    [W_COMMIT] = "COMMIT",
    [W_HEAD] = SQLITE_HEAD_TEXT,
    [W_VERSION] = "SELECT version FROM state WHERE kind = ?1 AND id = ?2",
    [W_SEEN] = "SELECT digest, seq, recorded_at FROM seen WHERE message = ?1 AND device = ?2",
    [W_COUNTER] = SQLITE_COUNTER_TEXT,
    [W_KEY] = SQLITE_KEY_TEXT,
    [W_ORG_KEYS] = "SELECT k.realm, k.month, k.wrapped FROM state AS s CROSS JOIN realm_key AS k"
                   " ON k.realm = s.id WHERE s.kind = ?1 AND s.id > ?2 ORDER BY s.id LIMIT ?3",
    [W_SETTLED] = "SELECT size FROM settled WHERE one = 1",
    [W_UNSETTLED] = "SELECT seq, leaf, recipients FROM event WHERE seq > ?1 ORDER BY seq",
    [W_PUT_EVENT] = "INSERT INTO event (seq, id, nodes, recipients, leaf, sealed)"
                    " VALUES (?1, ?2, ?3, ?4, ?5, ?6)",
    [W_PUT_STATE] = "INSERT INTO state (kind, id, realm, version, open, sealed)"
                    " VALUES (?1, ?2, ?3, ?4, ?5, ?6) ON CONFLICT (kind, id) DO UPDATE SET"
                    " realm = ?3, version = ?4, open = ?5, sealed = ?6",
    [W_PUT_SEEN] = "INSERT INTO seen (message, device, digest, seq, recorded_at)"
                   " VALUES (?1, ?2, ?3, ?4, ?5)",
    [W_PUT_COUNTER] = "INSERT INTO counter (kind, id, value, seq) VALUES (?1, ?2, ?3, ?4)"
                      " ON CONFLICT (kind, id) DO UPDATE SET value = ?3, seq = ?4",
    [W_PUT_SETTLED] = "INSERT OR REPLACE INTO settled (one, size) VALUES (1, ?1)",
    [W_PUT_KEY] = "INSERT OR REPLACE INTO realm_key (realm, month, wrapped) VALUES (?1, ?2, ?3)",
    [W_PUT_HEAD] = "INSERT OR REPLACE INTO head (one, size, root, edge, checkpoint)"
                   " VALUES (1, ?1, ?2, ?3, ?4)",
};

/* The WAL is moved into the database when nobody waits and it is worth the syncs that the next one
 * may have to wait for (8 MB), or when it becomes too long to recover quickly (64 MB). */
enum { TIDY_IDLE_PAGES = 1024, TIDY_BUSY_PAGES = 8192 };

static enum err w_begin(void *self, struct store_head *head)
{
    struct sqlite *s = self;
    enum err e = sql_done(&s->writer, s->writer.stmts[W_BEGIN]);
    if (e != ERR_OK)
        return e;
    e = sqlite_head(&s->writer, s->writer.stmts[W_HEAD], s->writer_head, head);
    if (e != ERR_OK)
        s->store.rollback(self);
    return e;
}

static enum err w_version(void *self, enum aggregate kind, const struct id *id, uint64_t *version)
{
    struct sqlite *s = self;
    sqlite3_stmt *stmt = s->writer.stmts[W_VERSION];
    bool row;
    *version = 0;
    sqlite3_bind_int(stmt, 1, (int)kind);
    sql_bind_id(stmt, 2, id);
    enum err e = sql_step(&s->writer, stmt, &row);
    if (row) {
        *version = sql_u64(stmt, 0);
        sqlite3_reset(stmt);
    }
    return e;
}

static enum err w_seen(void *self, const struct id *device, const struct id *message,
                       struct hash *digest, uint64_t *seq, int64_t *recorded_at)
{
    struct sqlite *s = self;
    return sqlite_seen(&s->writer, s->writer.stmts[W_SEEN], device, message, digest, seq,
                       recorded_at);
}

static enum err w_counter(void *self, enum counter_kind kind, const struct id *id, uint64_t *value)
{
    struct number *number = NULL;
    *value = 0;
    enum err e = numbers_find(self, kind, id, &number);
    if (e == ERR_OK)
        *value = number->pending ? number->pending_value : number->value;
    return e;
}

static enum err w_key(void *self, const struct id *realm, void *user,
                      enum err (*each)(void *user, int month, struct slice wrapped))
{
    struct sqlite *s = self;
    return sqlite_each_key(&s->writer, s->writer.stmts[W_KEY], realm, user, each);
}

static enum err w_org_keys(void *self, const struct id *after, int limit, void *user,
                           enum err (*each)(void *user, const struct id *realm, int month,
                                            struct slice wrapped))
{
    struct sqlite *s = self;
    sqlite3_stmt *stmt = s->writer.stmts[W_ORG_KEYS];
    struct id realm;
    bool row;
    sqlite3_bind_int(stmt, 1, AGGREGATE_ORG);
    sql_bind_slice(stmt, 2, (struct slice){(const char *)after->bytes, sizeof after->bytes});
    sqlite3_bind_int(stmt, 3, limit);
    enum err e = sql_step(&s->writer, stmt, &row);
    while (row && e == ERR_OK) {
        e = sql_fixed(stmt, 0, realm.bytes, sizeof realm.bytes);
        if (e == ERR_OK)
            e = each(user, &realm, sqlite3_column_int(stmt, 1), sql_slice(stmt, 2));
        if (e == ERR_OK)
            e = sql_step(&s->writer, stmt, &row);
        else
            sqlite3_reset(stmt);
    }
    return e;
}

/* Links the event into the chain of each of its recipients. */
static enum err link_recipients(struct sqlite *s, const struct store_event *event,
                                struct slice *out)
{
    enum err e = ERR_OK;
    buf_clear(&s->recipients);
    *out = (struct slice){0};
    for (size_t i = 0; i < event->recipients_count && e == ERR_OK; i++) {
        struct number *number;
        e = numbers_find(s, COUNTER_DEVICE_N, &event->recipients[i], &number);
        if (e != ERR_OK)
            return e;
        struct stored_recipient recipient = {event->recipients[i], event->n[i],
                                             number->pending ? number->pending_seq : number->seq};
        recipient_add(&s->recipients, &recipient);
        e = numbers_put(s, number, event->n[i], event->seq);
    }
    if (e == ERR_OK && event->recipients_count != 0)
        *out = buf_slice(&s->recipients);
    return e == ERR_OK ? buf_error(&s->recipients) : e;
}

static enum err w_put_event(void *self, const struct store_event *event)
{
    struct sqlite *s = self;
    sqlite3_stmt *stmt = s->writer.stmts[W_PUT_EVENT];
    struct slice recipients;
    enum err e = link_recipients(s, event, &recipients);
    if (e != ERR_OK)
        return e;
    sql_bind_u64(stmt, 1, event->seq);
    sql_bind_id(stmt, 2, &event->event->id);
    sql_bind_slice(
        stmt, 3,
        (struct slice){(const char *)event->nodes, event->nodes_count * sizeof *event->nodes});
    sql_bind_slice(stmt, 4, recipients);
    sql_bind_slice(stmt, 5, event->leaf);
    sql_bind_slice(stmt, 6, event->sealed);
    return sql_done(&s->writer, stmt);
}

static enum err w_put_state(void *self, const struct state_row *row, struct slice sealed)
{
    struct sqlite *s = self;
    sqlite3_stmt *stmt = s->writer.stmts[W_PUT_STATE];
    sqlite3_bind_int(stmt, 1, (int)row->kind);
    sql_bind_id(stmt, 2, &row->id);
    sql_bind_id(stmt, 3, &row->realm);
    sql_bind_u64(stmt, 4, row->version);
    sqlite3_bind_int(stmt, 5, row->open);
    sql_bind_slice(stmt, 6, sealed);
    return sql_done(&s->writer, stmt);
}

static enum err w_put_seen(void *self, const struct id *device, const struct id *message,
                           const struct hash *digest, uint64_t seq, int64_t recorded_at)
{
    struct sqlite *s = self;
    sqlite3_stmt *stmt = s->writer.stmts[W_PUT_SEEN];
    sql_bind_id(stmt, 1, message);
    sql_bind_id(stmt, 2, device);
    sql_bind_slice(stmt, 3, (struct slice){(const char *)digest->bytes, sizeof digest->bytes});
    sql_bind_u64(stmt, 4, seq);
    sqlite3_bind_int64(stmt, 5, recorded_at);
    return sql_done(&s->writer, stmt);
}

static enum err w_put_counter(void *self, enum counter_kind kind, const struct id *id,
                              uint64_t value)
{
    struct number *number;
    enum err e = numbers_find(self, kind, id, &number);
    if (e != ERR_OK)
        return e;
    return numbers_put(self, number, value, number->pending ? number->pending_seq : number->seq);
}

static enum err w_put_key(void *self, const struct id *realm, int month, struct slice wrapped)
{
    struct sqlite *s = self;
    sqlite3_stmt *stmt = s->writer.stmts[W_PUT_KEY];
    sql_bind_id(stmt, 1, realm);
    sqlite3_bind_int(stmt, 2, month);
    sql_bind_slice(stmt, 3, wrapped);
    return sql_done(&s->writer, stmt);
}

static enum err w_put_head(void *self, const struct store_head *head)
{
    struct sqlite *s = self;
    sqlite3_stmt *stmt = s->writer.stmts[W_PUT_HEAD];
    sql_bind_u64(stmt, 1, head->size);
    sql_bind_slice(stmt, 2,
                   (struct slice){(const char *)head->root.bytes, sizeof head->root.bytes});
    sql_bind_slice(stmt, 3, head->edge);
    sql_bind_slice(stmt, 4, head->checkpoint);
    s->numbers.pending_size = head->size;
    return sql_done(&s->writer, stmt);
}

static enum err w_commit(void *self)
{
    struct sqlite *s = self;
    enum err e = sql_done(&s->writer, s->writer.stmts[W_COMMIT]);
    if (e == ERR_OK)
        numbers_committed(s);
    return e;
}

/* Also after a failed COMMIT; when SQLite has rolled back on its own there is nothing to do. */
static void w_rollback(void *self)
{
    struct sqlite *s = self;
    for (size_t i = 0; i < W_COUNT; i++)
        sqlite3_reset(s->writer.stmts[i]);
    if (sqlite3_get_autocommit(s->writer.db) == 0)
        sqlite3_exec(s->writer.db, "ROLLBACK", NULL, NULL, NULL);
    numbers_rolled_back(s);
}

static void w_tidy(void *self, int idle)
{
    struct sqlite *s = self;
    numbers_settle(s, idle ? SETTLE_IDLE : SETTLE_BUSY);
    if (s->writer.wal_pages < (idle ? TIDY_IDLE_PAGES : TIDY_BUSY_PAGES))
        return;
    /* PASSIVE never waits for a reader; what it could not move it moves next time. */
    if (sqlite3_wal_checkpoint_v2(s->writer.db, NULL, SQLITE_CHECKPOINT_PASSIVE, NULL, NULL) ==
        SQLITE_OK)
        s->writer.wal_pages = 0;
}

static void sqlite_close(void *self)
{
    struct sqlite *s = self;
    if (s->ready) {
        w_rollback(s);
        numbers_settle(s, SETTLE_END);
    }
    sql_close(&s->index_reader);
    sql_close(&s->index_writer);
    sql_close(&s->source);
    sql_close(&s->reader);
    sql_close(&s->writer);
    for (size_t i = 0; i < 2; i++) {
        buf_free(&s->writer_head[i]);
        buf_free(&s->reader_head[i]);
        buf_free(&s->index_head[i]);
    }
    numbers_close(&s->numbers);
    buf_free(&s->recipients);
    file_lock_close(s->lock);
    free(s->path);
    free(s->index_path);
    free(s);
}

static enum err sqlite_new(const char *path, struct sqlite **out)
{
    struct sqlite *s = calloc(1, sizeof *s);
    if (s == NULL)
        return ERR_NO_MEMORY;
    s->lock = -1;
    pthread_mutex_init(&s->numbers.lock, NULL);
    s->store.self = s;
    s->store.name = "sqlite";
    s->store.close = sqlite_close;
    s->path = strdup(path);
    if (s->path == NULL || asprintf(&s->index_path, "%s-index", path) < 0) {
        s->index_path = NULL;
        sqlite_close(s);
        return ERR_NO_MEMORY;
    }
    *out = s;
    return ERR_OK;
}

static enum err lock(struct sqlite *s)
{
    char *path;
    if (asprintf(&path, "%s-lock", s->path) < 0)
        return ERR_NO_MEMORY;
    enum err e = file_lock_open(path, &s->lock);
    free(path);
    return e;
}

static void writing_half(struct store *store)
{
    store->begin = w_begin;
    store->version = w_version;
    store->seen = w_seen;
    store->counter = w_counter;
    store->key = w_key;
    store->org_keys = w_org_keys;
    store->put_event = w_put_event;
    store->put_state = w_put_state;
    store->put_seen = w_put_seen;
    store->put_counter = w_put_counter;
    store->put_key = w_put_key;
    store->put_head = w_put_head;
    store->commit = w_commit;
    store->rollback = w_rollback;
    store->tidy = w_tidy;
}

enum err store_sqlite_open(const char *path, struct store **out)
{
    struct sqlite *s;
    enum err e = sqlite_new(path, &s);
    if (e != ERR_OK)
        return e;
    writing_half(&s->store);
    e = lock(s);
    if (e == ERR_OK)
        e = sql_open(&s->writer, path, SQL_WRITE, schema);
    if (e == ERR_OK)
        e = sql_prepare(&s->writer, texts, W_COUNT);
    if (e == ERR_OK)
        e = numbers_open(s);
    if (e == ERR_OK)
        e = sqlite_reads_open(s);
    if (e == ERR_OK)
        e = sqlite_index_open(s);
    if (e != ERR_OK) {
        sqlite_close(s);
        return e;
    }
    s->ready = true;
    *out = &s->store;
    return ERR_OK;
}

enum err store_sqlite_open_reader(const char *path, struct store **out)
{
    struct sqlite *s;
    enum err e = sqlite_new(path, &s);
    if (e != ERR_OK)
        return e;
    e = sqlite_reads_open(s);
    if (e == ERR_OK)
        e = sqlite_index_open(s);
    if (e != ERR_OK) {
        sqlite_close(s);
        return e;
    }
    *out = &s->store;
    return ERR_OK;
}
