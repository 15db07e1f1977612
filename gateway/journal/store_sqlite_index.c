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

static const char own_schema[] =
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
    "  id BLOB NOT NULL, recorded_at INTEGER NOT NULL, ordered INTEGER NOT NULL) STRICT;"
    "CREATE TABLE verified (one INTEGER PRIMARY KEY CHECK (one = 1), edge BLOB NOT NULL,"
    "  size INTEGER NOT NULL, at INTEGER NOT NULL, broken INTEGER NOT NULL) STRICT;";

enum { S_NEXT, S_HEAD, S_ID, S_COUNT };
static const char *const source_texts[S_COUNT] = {
    [S_NEXT] = "SELECT seq, 0, id, leaf, NULL FROM event WHERE seq > ?1 ORDER BY seq LIMIT ?2",
    [S_HEAD] = SQLITE_HEAD_TEXT,
    [S_ID] = "SELECT id FROM event WHERE seq = ?1",
};

#define VERIFIED_TEXT "SELECT edge, size, at, broken FROM verified WHERE one = 1"
#define MARK_TEXT     "SELECT seq, id, recorded_at, ordered FROM mark WHERE one = 1"
static const char *const index_texts[I_COUNT] = {
    [I_MARK] = MARK_TEXT,
    [I_PUT_ROW] = "INSERT INTO event_row (seq, type, recorded_at, person, case_id, alias, subject)"
                  " VALUES (?1, ?2, ?3, ?4, ?5, ?6, ?7)",
    [I_PUT_ORG] = "INSERT OR IGNORE INTO concerned (org, seq) VALUES (?1, ?2)",
    [I_PUT_MARK] = "INSERT OR REPLACE INTO mark (one, seq, id, recorded_at, ordered)"
                   " VALUES (1, ?1, ?2, ?3, ?4)",
    [I_OWNER] = "SELECT org FROM case_owner WHERE case_id = ?1",
    [I_PUT_OWNER] = "INSERT OR REPLACE INTO case_owner (case_id, org) VALUES (?1, ?2)",
    [I_COVER_CASE] = "SELECT org, month, reached, reason, left_out, read_at, delivered_at,"
                     " opened_at, eta_at, handed_at FROM cover_case WHERE case_id = ?1",
    [I_PUT_COVER_CASE] = "INSERT OR REPLACE INTO cover_case (case_id, org, month, reached, reason,"
                         " left_out, read_at, delivered_at, opened_at, eta_at, handed_at)"
                         " VALUES (?1, ?2, ?3, ?4, ?5, ?6, ?7, ?8, ?9, ?10, ?11)",
    [I_ADD_COVER] = "INSERT INTO cover_count (org, month, kind, key, count)"
                    " VALUES (?1, ?2, ?3, ?4, ?5) ON CONFLICT DO UPDATE"
                    " SET count = count + excluded.count",
    [I_PUT_DISPATCHES] = "INSERT OR REPLACE INTO cover_dispatches"
                         " (org, month, count, source, person, at) VALUES (?1, ?2, ?3, ?4, ?5, ?6)",
    [I_VERIFIED] = VERIFIED_TEXT,
    [I_PUT_VERIFIED] = "INSERT OR REPLACE INTO verified (one, edge, size, at, broken)"
                       " VALUES (1, ?1, ?2, ?3, ?4)",
};
static const char *const query_texts[SQLITE_QUERY_COUNT] = {
    [SQLITE_QUERY_MARK] = MARK_TEXT,
    [SQLITE_QUERY_COVERAGE] = "SELECT kind, key, count FROM cover_count WHERE org = ?1"
                              " AND month = ?2 ORDER BY kind, key",
    [SQLITE_QUERY_DISPATCHES] = "SELECT count, source, person, at FROM cover_dispatches"
                                " WHERE org = ?1 AND month = ?2",
    [SQLITE_QUERY_VERIFIED] = VERIFIED_TEXT,
};

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
    struct verify_state verify;
};

static enum err each_new(void *user, const struct stored_event *stored)
{
    struct filling *filling = user;
    struct sql *sql = filling->sql;
    sqlite3_stmt *stmt = sql->stmts[I_PUT_ROW];
    struct event event;
    sqlite_verify_leaf(&filling->verify, stored->leaf);
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
    if (e == ERR_OK)
        e = put_owner(sql, &event, stored->seq);
    return e == ERR_OK ? sqlite_cover_event(sql, &event) : e;
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

static enum err index_step(struct sqlite *s, struct filling *filling, int limit,
                           const struct store_head *head)
{
    struct sql *sql = &s->index_writer;
    enum err e = sql_run(sql, "BEGIN IMMEDIATE");
    if (e != ERR_OK)
        return e;
    e = sqlite_verify_begin(sql, &filling->verify);
    if (e == ERR_OK)
        e = fill(s, filling, limit);
    if (e == ERR_OK)
        e = sqlite_verify_end(sql, &filling->verify, head);
    if (e == ERR_OK)
        e = sql_run(sql, "COMMIT");
    if (e != ERR_OK)
        sqlite3_exec(sql->db, "ROLLBACK", NULL, NULL, NULL);
    return e;
}

/* The head and the entries of a step are of one moment, so that their roots can be compared. */
static enum err sqlite_index(void *self, int limit, uint64_t *left)
{
    struct sqlite *s = self;
    struct filling filling = {.sql = &s->index_writer};
    struct store_head head;
    *left = 0;
    enum err e = sql_run(&s->source, "BEGIN");
    if (e != ERR_OK)
        return e;
    e = sqlite_head(&s->source, s->source.stmts[S_HEAD], s->index_head, &head);
    if (e == ERR_OK)
        e = sqlite_read_mark(filling.sql, filling.sql->stmts[I_MARK], &filling.mark);
    if (e == ERR_OK && head.size > filling.mark.seq)
        e = index_step(s, &filling, limit, &head);
    sqlite3_exec(s->source.db, "COMMIT", NULL, NULL, NULL); /* it only read */
    *left = filling.mark.seq < head.size ? head.size - filling.mark.seq : 0;
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
    struct buf schema = {0};
    buf_text(&schema, own_schema);
    buf_text(&schema, sqlite_coverage_schema);
    buf_byte(&schema, '\0');
    enum err e = buf_error(&schema);
    if (e == ERR_OK)
        e = sql_open(sql, s->index_path, SQL_WRITE, schema.bytes);
    buf_free(&schema);
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
    s->store.coverage = sqlite_coverage;
    s->store.verified = sqlite_verified;
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
