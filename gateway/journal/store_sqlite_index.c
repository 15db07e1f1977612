/* store_sqlite_index.c — Job: the second pass: what console queries need, made from the leaves.
 *
 * PATH-index is made from the leaves and may be deleted at any time. A mark says how far it is, and
 * names the event there: when the journal does not agree (another file, a restored one), the index
 * begins anew. Queries say newest first and never see beyond the mark. Which event is found by what
 * stands in a full-text index (store_sqlite_terms.c): its library adds at an end and merges later,
 * where one table with an index per column would change pages all over a file of gigabytes. */
#include "gateway/journal/store_sqlite.h"

#include <stdio.h>
#include <stdlib.h>

#include "common/file.h"
#include "common/log.h"
#include "gateway/core/under.h"

/* Words and documents themselves are kept nowhere (content, columnsize), nor where in an event a
 * word stands (detail). HASHSIZE: what a step gathers before it is written as one piece. */
static const char own_schema[] =
    "CREATE VIRTUAL TABLE place USING fts5(terms, content = '', columnsize = 0, detail = none,"
    "  tokenize = \"ascii tokenchars '_'\");"
    "INSERT INTO place (place, rank) VALUES ('hashsize', 8388608);"
    "INSERT INTO place (place, rank) VALUES ('crisismerge', 8);"
    "CREATE TABLE moment (part INTEGER PRIMARY KEY, low INTEGER NOT NULL, high INTEGER NOT NULL)"
    "  STRICT;"
    "CREATE TABLE case_known (case_id BLOB PRIMARY KEY, org BLOB NOT NULL, under INTEGER NOT NULL)"
    "  STRICT, WITHOUT ROWID;"
    "CREATE TABLE grant_known (grant_id BLOB PRIMARY KEY, under INTEGER NOT NULL)"
    "  STRICT, WITHOUT ROWID;"
    "CREATE TABLE mark (one INTEGER PRIMARY KEY CHECK (one = 1), seq INTEGER NOT NULL,"
    "  id BLOB NOT NULL) STRICT;"
    "CREATE TABLE verified (one INTEGER PRIMARY KEY CHECK (one = 1), edge BLOB NOT NULL,"
    "  size INTEGER NOT NULL, at INTEGER NOT NULL, broken INTEGER NOT NULL) STRICT;";

enum { S_NEXT, S_HEAD, S_ID, S_COUNT };
static const char *const source_texts[S_COUNT] = {
    [S_NEXT] = "SELECT seq, 0, id, leaf, NULL FROM event WHERE seq > ?1 ORDER BY seq LIMIT ?2",
    [S_HEAD] = SQLITE_HEAD_TEXT,
    [S_ID] = "SELECT id FROM event WHERE seq = ?1",
};

#define VERIFIED_TEXT "SELECT edge, size, at, broken FROM verified WHERE one = 1"
#define MARK_TEXT     "SELECT seq, id FROM mark WHERE one = 1"
static const char *const index_texts[I_COUNT] = {
    [I_MARK] = MARK_TEXT,
    [I_PUT_TERMS] = "INSERT INTO place (rowid, terms) VALUES (?1, ?2)",
    [I_PUT_MOMENT] = "INSERT INTO moment (part, low, high) VALUES (?1, ?2, ?3) ON CONFLICT"
                     " DO UPDATE SET low = min(low, ?2), high = max(high, ?3)",
    [I_PUT_MARK] = "INSERT OR REPLACE INTO mark (one, seq, id) VALUES (1, ?1, ?2)",
    [I_CASE] = SQLITE_CASE_TEXT,
    [I_PUT_CASE] = "INSERT OR REPLACE INTO case_known (case_id, org, under) VALUES (?1, ?2, ?3)",
    [I_GRANT] = SQLITE_GRANT_TEXT,
    [I_PUT_GRANT] = "INSERT OR REPLACE INTO grant_known (grant_id, under) VALUES (?1, ?2)",
    [I_COVER_CASE] = "SELECT org, month, reached, reason, left_out, read_at, delivered_at,"
                     " opened_at, eta_at, handed_at, device FROM cover_case WHERE case_id = ?1",
    [I_PUT_COVER_CASE] = "INSERT OR REPLACE INTO cover_case (case_id, org, month, reached, reason,"
                         " left_out, read_at, delivered_at, opened_at, eta_at, handed_at, device)"
                         " VALUES (?1, ?2, ?3, ?4, ?5, ?6, ?7, ?8, ?9, ?10, ?11, ?12)",
    [I_ADD_COVER] = "INSERT INTO cover_count (org, month, kind, key, count)"
                    " VALUES (?1, ?2, ?3, ?4, ?5) ON CONFLICT DO UPDATE"
                    " SET count = count + excluded.count",
    [I_PUT_DISPATCHES] = "INSERT OR REPLACE INTO cover_dispatches"
                         " (org, month, count, source, person, at) VALUES (?1, ?2, ?3, ?4, ?5, ?6)",
    [I_VERIFIED] = VERIFIED_TEXT,
    [I_PUT_VERIFIED] = "INSERT OR REPLACE INTO verified (one, edge, size, at, broken)"
                       " VALUES (1, ?1, ?2, ?3, ?4)",
    [I_PUT_WAITING] = SQLITE_PUT_WAITING_TEXT,
    [I_TAKE_WAITING] = SQLITE_TAKE_WAITING_TEXT,
};
static const char *const query_texts[SQLITE_QUERY_COUNT] = {
    [SQLITE_QUERY_MARK] = MARK_TEXT,
    [SQLITE_QUERY_MOMENT] = "SELECT min(part), max(part) FROM moment WHERE high >= ?1"
                            " AND low <= ?2",
    [SQLITE_QUERY_GRANT] = SQLITE_GRANT_TEXT,
    [SQLITE_QUERY_CASE] = SQLITE_CASE_TEXT,
    [SQLITE_QUERY_COVERAGE] = "SELECT kind, key, count FROM cover_count WHERE org = ?1"
                              " AND month = ?2 ORDER BY kind, key",
    [SQLITE_QUERY_DISPATCHES] = "SELECT count, source, person, at FROM cover_dispatches"
                                " WHERE org = ?1 AND month = ?2",
    [SQLITE_QUERY_VERIFIED] = VERIFIED_TEXT,
    [SQLITE_QUERY_WAITING] = SQLITE_WAITING_TEXT,
};

enum err sqlite_read_mark(struct sql *sql, sqlite3_stmt *stmt, struct index_mark *mark)
{
    bool row;
    *mark = (struct index_mark){.seq = 0};
    enum err e = sql_step(sql, stmt, &row);
    if (!row)
        return e;
    mark->seq = sql_u64(stmt, 0);
    e = sql_fixed(stmt, 1, mark->id.bytes, sizeof mark->id.bytes);
    sqlite3_reset(stmt);
    return e;
}

enum err sqlite_known(struct sql *sql, sqlite3_stmt *stmt, const struct id *id, struct id *owner,
                      int *under)
{
    bool row;
    sql_bind_id(stmt, 1, id);
    enum err e = sql_step(sql, stmt, &row);
    if (!row)
        return e;
    if (owner != NULL)
        e = sql_fixed(stmt, 0, owner->bytes, sizeof owner->bytes);
    *under = sqlite3_column_int(stmt, sqlite3_column_count(stmt) - 1);
    sqlite3_reset(stmt);
    return e;
}

/* ---- filling ---- */

struct filling {
    struct sql *sql;
    struct index_mark mark;
    struct verify_state verify;
    struct buf terms; /* scratch */
    uint64_t part;    /* of MOMENT_EVENTS events, with the least and the greatest time in it */
    int64_t low, high;
};

static enum err put_known(struct sql *sql, sqlite3_stmt *stmt, const struct id *id,
                          const struct id *owner, int under)
{
    int at = 1;
    sql_bind_id(stmt, at++, id);
    if (owner != NULL)
        sql_bind_id(stmt, at++, owner);
    sqlite3_bind_int(stmt, at, under);
    return sql_done(sql, stmt);
}

/* A case is its headquarters' own: of what others do in it that organisation is to know, too. Who
 * takes it over hears of it from then on, the former owner up to then. */
static enum err follow_case(struct sql *sql, const struct event *event, struct index_facts *facts)
{
    struct id owner = {{0}}, next;
    int under = UNDER_NOTHING, was;
    if (id_absent(&event->case_id))
        return ERR_OK;
    enum err e = sqlite_known(sql, sql->stmts[I_CASE], &event->case_id, &owner, &under);
    was = under;
    next = owner;
    if (event->type == EVENT_CASE_OPENED || event->type == EVENT_TAKEN_OVER)
        next = event->org;
    if (under_sets_case(event))
        under = under_of(event);
    index_facts_concern(facts, &owner);
    if (under_from(event) == UNDER_OF_CASE)
        facts->under = under;
    if (e != ERR_OK || id_absent(&next) || (id_equal(&next, &owner) && under == was))
        return e;
    return put_known(sql, sql->stmts[I_PUT_CASE], &event->case_id, &next, under);
}

static enum err follow_grant(struct sql *sql, const struct event *event, struct index_facts *facts)
{
    if (under_sets_grant(event))
        return put_known(sql, sql->stmts[I_PUT_GRANT], &event->grant, NULL, facts->under);
    if (under_from(event) != UNDER_OF_GRANT)
        return ERR_OK;
    return sqlite_known(sql, sql->stmts[I_GRANT], &event->grant, NULL, &facts->under);
}

static enum err put_moment(struct filling *filling)
{
    sqlite3_stmt *stmt = filling->sql->stmts[I_PUT_MOMENT];
    if (filling->part == UINT64_MAX)
        return ERR_OK;
    sql_bind_u64(stmt, 1, filling->part);
    sqlite3_bind_int64(stmt, 2, filling->low);
    sqlite3_bind_int64(stmt, 3, filling->high);
    return sql_done(filling->sql, stmt);
}

static enum err follow_time(struct filling *filling, const struct event *event, uint64_t seq)
{
    enum err e = ERR_OK;
    if (seq / MOMENT_EVENTS != filling->part) {
        e = put_moment(filling);
        filling->part = seq / MOMENT_EVENTS;
        filling->low = filling->high = event->recorded_at;
    }
    if (event->recorded_at < filling->low)
        filling->low = event->recorded_at;
    if (event->recorded_at > filling->high)
        filling->high = event->recorded_at;
    return e;
}

static enum err put_terms(struct filling *filling, const struct event *event,
                          const struct index_facts *facts, uint64_t seq)
{
    sqlite3_stmt *stmt = filling->sql->stmts[I_PUT_TERMS];
    if (facts->orgs_count == 0)
        return ERR_OK; /* nobody may look for it */
    buf_clear(&filling->terms);
    terms_write(event, facts, &filling->terms);
    enum err e = buf_error(&filling->terms);
    if (e != ERR_OK)
        return e;
    sql_bind_u64(stmt, 1, seq);
    sqlite3_bind_text(stmt, 2, filling->terms.bytes, (int)filling->terms.size, SQLITE_STATIC);
    return sql_done(filling->sql, stmt);
}

static enum err each_new(void *user, const struct stored_event *stored)
{
    struct filling *filling = user;
    struct sql *sql = filling->sql;
    struct index_facts facts = {.orgs_count = 0};
    struct event event;
    sqlite_verify_leaf(&filling->verify, stored->leaf);
    enum err e = leaf_decode(stored->leaf, &event);
    if (e != ERR_OK && e != ERR_CORRUPT)
        return e;
    /* A damaged leaf concerns nobody: it must not stop the pass, and `audit verify` names it. */
    filling->mark = (struct index_mark){stored->seq, stored->id};
    facts.under = under_of(&event);
    index_facts_concern(&facts, &event.org);
    index_facts_concern(&facts, &event.hospital);
    e = follow_case(sql, &event, &facts);
    if (e == ERR_OK)
        e = follow_grant(sql, &event, &facts);
    if (e == ERR_OK)
        e = follow_time(filling, &event, stored->seq);
    if (e == ERR_OK)
        e = put_terms(filling, &event, &facts, stored->seq);
    if (e == ERR_OK)
        e = sqlite_wait_event(sql, &event, stored->seq);
    return e == ERR_OK ? sqlite_cover_event(sql, &event) : e;
}

static enum err fill(struct sqlite *s, struct filling *filling, int limit)
{
    sqlite3_stmt *next = s->source.stmts[S_NEXT], *put = s->index_writer.stmts[I_PUT_MARK];
    sql_bind_u64(next, 1, filling->mark.seq);
    sqlite3_bind_int(next, 2, limit);
    filling->part = UINT64_MAX;
    enum err e = sqlite_each_event(&s->source, next, filling, each_new);
    if (e == ERR_OK)
        e = put_moment(filling);
    if (e != ERR_OK)
        return e;
    sql_bind_u64(put, 1, filling->mark.seq);
    sql_bind_id(put, 2, &filling->mark.id);
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
    buf_free(&filling.terms);
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
    buf_text(&schema, sqlite_waiting_schema);
    buf_byte(&schema, '\0');
    enum err e = buf_error(&schema);
    if (e == ERR_OK)
        e = sql_open(sql, s->index_path, SQL_WRITE, schema.bytes);
    buf_free(&schema);
    if (e == ERR_OK) /* a crash may lose the last steps: they are made again */
        e = sql_run(sql, "PRAGMA synchronous = NORMAL; PRAGMA wal_autocheckpoint = 1000");
    if (e == ERR_OK)
        e = sql_prepare(sql, index_texts, I_COUNT); /* an index of another version does not fit */
    return e;
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
