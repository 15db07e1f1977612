/* store_sqlite_index.c — Job: the second pass: the columns that only console queries need.
 *
 * PATH-index is made from the leaves and may be deleted at any time. A mark says how far it is, and
 * names the event there: when the journal does not agree (another file, a restored one), the index
 * begins anew. Queries say newest first and never see beyond the mark. */
#include "gateway/journal/store_sqlite.h"

#include <stdio.h>
#include <stdlib.h>

#include "common/file.h"
#include "common/log.h"

static const char schema[] =
    "CREATE TABLE event_row (seq INTEGER PRIMARY KEY, type TEXT NOT NULL,"
    "  recorded_at INTEGER NOT NULL, person BLOB, case_id BLOB, alias BLOB, subject BLOB) STRICT;"
    "CREATE INDEX row_type ON event_row (type);"
    "CREATE INDEX row_time ON event_row (recorded_at);"
    "CREATE INDEX row_person ON event_row (person) WHERE person IS NOT NULL;"
    "CREATE INDEX row_case ON event_row (case_id) WHERE case_id IS NOT NULL;"
    "CREATE INDEX row_alias ON event_row (alias) WHERE alias IS NOT NULL;"
    "CREATE INDEX row_subject ON event_row (subject) WHERE subject IS NOT NULL;"
    "CREATE TABLE concerned (org BLOB NOT NULL, seq INTEGER NOT NULL, PRIMARY KEY (org, seq))"
    "  STRICT, WITHOUT ROWID;"
    "CREATE TABLE case_owner (case_id BLOB PRIMARY KEY, org BLOB NOT NULL) STRICT, WITHOUT ROWID;"
    "CREATE TABLE mark (one INTEGER PRIMARY KEY CHECK (one = 1), seq INTEGER NOT NULL,"
    "  id BLOB NOT NULL, recorded_at INTEGER NOT NULL, ordered INTEGER NOT NULL) STRICT";

enum { S_NEXT, S_SIZE, S_ID, S_COUNT };
static const char *const source_texts[S_COUNT] = {
    [S_NEXT] = "SELECT seq, 0, id, leaf, NULL FROM event WHERE seq > ?1 ORDER BY seq LIMIT ?2",
    [S_SIZE] = "SELECT size FROM head WHERE one = 1",
    [S_ID] = "SELECT id FROM event WHERE seq = ?1",
};

enum { I_MARK, I_PUT_ROW, I_PUT_ORG, I_PUT_MARK, I_OWNER, I_PUT_OWNER, I_COUNT };
#define MARK_TEXT "SELECT seq, id, recorded_at, ordered FROM mark WHERE one = 1"
static const char *const index_texts[I_COUNT] = {
    [I_MARK] = MARK_TEXT,
    [I_PUT_ROW] = "INSERT INTO event_row (seq, type, recorded_at, person, case_id, alias, subject)"
                  " VALUES (?1, ?2, ?3, ?4, ?5, ?6, ?7)",
    [I_PUT_ORG] = "INSERT OR IGNORE INTO concerned (org, seq) VALUES (?1, ?2)",
    [I_PUT_MARK] = "INSERT OR REPLACE INTO mark (one, seq, id, recorded_at, ordered)"
                   " VALUES (1, ?1, ?2, ?3, ?4)",
    [I_OWNER] = "SELECT org FROM case_owner WHERE case_id = ?1",
    [I_PUT_OWNER] = "INSERT OR REPLACE INTO case_owner (case_id, org) VALUES (?1, ?2)",
};
static const char *const query_texts[SQLITE_QUERY_COUNT] = {[SQLITE_QUERY_MARK] = MARK_TEXT};

enum err sqlite_read_mark(struct sql *sql, sqlite3_stmt *stmt, struct index_mark *mark)
{
    bool row;
    *mark = (struct index_mark){.ordered = 1};
    enum err e = sql_step(sql, stmt, &row);
    if (!row)
        return e;
    mark->seq = sql_u64(stmt, 0);
    e = sql_fixed(stmt, 1, mark->id.bytes, sizeof mark->id.bytes);
    mark->recorded_at = sqlite3_column_int64(stmt, 2);
    mark->ordered = sqlite3_column_int(stmt, 3);
    sqlite3_reset(stmt);
    return e;
}

/* ---- filling ---- */

static enum err put_org(struct sql *sql, const struct id *org, uint64_t seq)
{
    sqlite3_stmt *stmt = sql->stmts[I_PUT_ORG];
    if (id_absent(org))
        return ERR_OK;
    sql_bind_id(stmt, 1, org);
    sql_bind_u64(stmt, 2, seq);
    return sql_done(sql, stmt);
}

/* A case is its headquarters' own: of what others do in it that organisation is to know, too. Who
 * takes it over hears of it from then on, the former owner up to then. */
static enum err put_owner(struct sql *sql, const struct event *event, uint64_t seq)
{
    sqlite3_stmt *find = sql->stmts[I_OWNER], *put = sql->stmts[I_PUT_OWNER];
    struct id owner = {{0}};
    bool row;
    if (id_absent(&event->case_id))
        return ERR_OK;
    sql_bind_id(find, 1, &event->case_id);
    enum err e = sql_step(sql, find, &row);
    if (row) {
        e = sql_fixed(find, 0, owner.bytes, sizeof owner.bytes);
        sqlite3_reset(find);
    }
    if (e == ERR_OK)
        e = put_org(sql, &owner, seq);
    bool changes = event->type == EVENT_CASE_OPENED || event->type == EVENT_TAKEN_OVER;
    if (e != ERR_OK || !changes || id_absent(&event->org))
        return e;
    sql_bind_id(put, 1, &event->case_id);
    sql_bind_id(put, 2, &event->org);
    return sql_done(sql, put);
}

struct filling {
    struct sql *sql;
    struct index_mark mark;
};

static enum err each_new(void *user, const struct stored_event *stored)
{
    struct filling *filling = user;
    struct sql *sql = filling->sql;
    sqlite3_stmt *stmt = sql->stmts[I_PUT_ROW];
    struct event event;
    enum err e = leaf_decode(stored->leaf, &event);
    if (e != ERR_OK && e != ERR_CORRUPT)
        return e;
    /* A damaged leaf gets a row of type "none": it must not stop the pass, and `audit verify`
     * names it. */
    if (event.recorded_at < filling->mark.recorded_at)
        filling->mark.ordered = 0;
    filling->mark =
        (struct index_mark){stored->seq, stored->id, event.recorded_at, filling->mark.ordered};
    sql_bind_u64(stmt, 1, stored->seq);
    sqlite3_bind_text(stmt, 2, event_name(event.type), -1, SQLITE_STATIC);
    sqlite3_bind_int64(stmt, 3, event.recorded_at);
    sql_bind_id(stmt, 4, &event.person);
    sql_bind_id(stmt, 5, &event.case_id);
    sql_bind_id(stmt, 6, &event.alias);
    sql_bind_id(stmt, 7, &event.subject);
    e = sql_done(sql, stmt);
    if (e == ERR_OK)
        e = put_org(sql, &event.org, stored->seq);
    if (e == ERR_OK)
        e = put_org(sql, &event.hospital, stored->seq);
    return e == ERR_OK ? put_owner(sql, &event, stored->seq) : e;
}

static enum err fill(struct sqlite *s, struct filling *filling, int limit)
{
    sqlite3_stmt *next = s->source.stmts[S_NEXT], *put = s->index_writer.stmts[I_PUT_MARK];
    sql_bind_u64(next, 1, filling->mark.seq);
    sqlite3_bind_int(next, 2, limit);
    enum err e = sqlite_each_event(&s->source, next, filling, each_new);
    if (e != ERR_OK)
        return e;
    sql_bind_u64(put, 1, filling->mark.seq);
    sql_bind_id(put, 2, &filling->mark.id);
    sqlite3_bind_int64(put, 3, filling->mark.recorded_at);
    sqlite3_bind_int(put, 4, filling->mark.ordered);
    return sql_done(&s->index_writer, put);
}

static enum err journal_size(struct sqlite *s, uint64_t *size)
{
    sqlite3_stmt *stmt = s->source.stmts[S_SIZE];
    bool row;
    *size = 0;
    enum err e = sql_step(&s->source, stmt, &row);
    if (row) {
        *size = sql_u64(stmt, 0);
        sqlite3_reset(stmt);
    }
    return e;
}

static enum err sqlite_index(void *self, int limit, uint64_t *left)
{
    struct sqlite *s = self;
    struct sql *sql = &s->index_writer;
    struct filling filling = {.sql = sql};
    uint64_t size;
    *left = 0;
    enum err e = journal_size(s, &size);
    if (e == ERR_OK)
        e = sqlite_read_mark(sql, sql->stmts[I_MARK], &filling.mark);
    if (e != ERR_OK || size <= filling.mark.seq)
        return e;
    e = sql_run(sql, "BEGIN IMMEDIATE");
    if (e != ERR_OK)
        return e;
    e = fill(s, &filling, limit);
    if (e == ERR_OK)
        e = sql_run(sql, "COMMIT");
    if (e != ERR_OK)
        sqlite3_exec(sql->db, "ROLLBACK", NULL, NULL, NULL);
    *left = filling.mark.seq < size ? size - filling.mark.seq : 0;
    return e;
}

static enum err sqlite_indexed(void *self, uint64_t *seq)
{
    struct sqlite *s = self;
    struct index_mark mark;
    *seq = 0;
    if (s->index_reader.db == NULL)
        return ERR_OK;
    enum err e =
        sqlite_read_mark(&s->index_reader, s->index_reader.stmts[SQLITE_QUERY_MARK], &mark);
    *seq = mark.seq;
    return e;
}

/* ---- opening ---- */

static void remove_index(struct sqlite *s)
{
    static const char *const ends[] = {"", "-wal", "-shm"};
    for (size_t i = 0; i < sizeof ends / sizeof ends[0]; i++) {
        char *path;
        if (asprintf(&path, "%s%s", s->index_path, ends[i]) < 0)
            continue;
        enum err e = file_remove(path);
        (void)e; /* opening what is left decides */
        free(path);
    }
}

static enum err open_writer(struct sqlite *s)
{
    struct sql *sql = &s->index_writer;
    enum err e = sql_open(sql, s->index_path, SQL_WRITE, schema);
    if (e == ERR_OK) /* a crash may lose the last steps: they are made again */
        e = sql_run(sql, "PRAGMA synchronous = NORMAL; PRAGMA wal_autocheckpoint = 1000");
    return e == ERR_OK ? sql_prepare(sql, index_texts, I_COUNT) : e;
}

/* ERR_CORRUPT unless the event at the mark is the journal's. */
static enum err check_mark(struct sqlite *s)
{
    sqlite3_stmt *stmt = s->source.stmts[S_ID];
    struct index_mark mark;
    struct id id = {{0}};
    bool row;
    enum err e = sqlite_read_mark(&s->index_writer, s->index_writer.stmts[I_MARK], &mark);
    if (e != ERR_OK || mark.seq == 0)
        return e;
    sql_bind_u64(stmt, 1, mark.seq);
    e = sql_step(&s->source, stmt, &row);
    if (row) {
        e = sql_fixed(stmt, 0, id.bytes, sizeof id.bytes);
        sqlite3_reset(stmt);
    }
    return e == ERR_OK && !id_equal(&id, &mark.id) ? ERR_CORRUPT : e;
}

static enum err open_for_writer(struct sqlite *s)
{
    enum err e = sql_open(&s->source, s->path, SQL_READ, NULL);
    if (e == ERR_OK)
        e = sql_prepare(&s->source, source_texts, S_COUNT);
    if (e != ERR_OK)
        return e;
    e = open_writer(s);
    if (e == ERR_OK)
        e = check_mark(s);
    if (e != ERR_OK) {
        log_warn("journal", NULL, "the query index is not this journal's: made again");
        sql_close(&s->index_writer);
        remove_index(s);
        e = open_writer(s);
    }
    return e;
}

enum err sqlite_index_open(struct sqlite *s)
{
    enum err e = ERR_OK;
    s->store.query = sqlite_query;
    s->store.indexed = sqlite_indexed;
    s->store.index = sqlite_index;
    if (s->lock >= 0)
        e = open_for_writer(s);
    if (e == ERR_OK)
        e = sql_open(&s->index_reader, s->index_path, SQL_READ, NULL);
    if (e == ERR_OK)
        e = sql_prepare(&s->index_reader, query_texts, SQLITE_QUERY_COUNT);
    if (e == ERR_OK || s->lock >= 0)
        return e;
    sql_close(&s->index_reader); /* another program, and no index yet: it has come to nothing */
    return ERR_OK;
}
