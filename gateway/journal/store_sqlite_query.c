/* store_sqlite_query.c — Job: what the console asks of the second pass's index, in bounded time. */
#include "gateway/journal/store_sqlite.h"

#include "common/clock.h"

/* Adds "AND column = ?n". Only the first condition may use its index: with several, SQLite has no
 * statistics to choose by, and a unary plus keeps it from choosing wrongly. */
static void narrow(struct buf *text, const struct id *id, const char *column, int at, bool *indexed)
{
    if (id_absent(id))
        return;
    buf_printf(text, " AND %s%s = ?%d", *indexed ? "+" : "", column, at);
    *indexed = true;
}

static void write_query(const struct store_query *q, int ordered, struct buf *text)
{
    static const char by_org[] = "SELECT o.seq FROM concerned o CROSS JOIN event_row r"
                                 " ON r.seq = o.seq WHERE o.org = ?1";
    static const char by_kind[] = "SELECT o.seq FROM concerned_kind o CROSS JOIN event_row r"
                                  " ON r.seq = o.seq WHERE o.org = ?1"
                                  " AND o.kind = (SELECT kind FROM kind_name WHERE name = ?6)";
    bool indexed = false, narrow_ids = !id_absent(&q->case_id) || !id_absent(&q->person) ||
                                       !id_absent(&q->alias) || !id_absent(&q->subject);
    bool from_org = !id_absent(&q->org) && !narrow_ids;
    buf_text(text, !from_org               ? "SELECT r.seq FROM event_row r WHERE 1"
                   : q->type == EVENT_NONE ? by_org
                                           : by_kind);
    indexed = from_org;
    narrow(text, &q->case_id, "r.case_id", 3, &indexed);
    narrow(text, &q->person, "r.person", 2, &indexed);
    narrow(text, &q->alias, "r.alias", 4, &indexed);
    narrow(text, &q->subject, "r.subject", 5, &indexed);
    if (!id_absent(&q->org) && !from_org)
        buf_text(text, " AND EXISTS (SELECT 1 FROM concerned o WHERE o.org = ?1"
                       " AND o.seq = r.seq)");
    if (q->type != EVENT_NONE && !from_org)
        buf_printf(text, " AND %sr.type = ?6", indexed ? "+" : "");
    const char *seq = from_org ? "o.seq" : "r.seq";
    if (q->before_seq != 0)
        buf_printf(text, " AND %s < ?7", seq);
    if (q->after_seq != 0)
        buf_printf(text, " AND %s > ?11", seq);
    if (q->from != 0)
        buf_text(text, " AND +r.recorded_at >= ?8");
    if (q->until != 0)
        buf_text(text, " AND +r.recorded_at <= ?9");
    /* As long as time has only gone forward, it bounds seq as well, which ends the walk early. */
    if (q->from != 0 && ordered)
        buf_printf(text,
                   " AND %s >= coalesce((SELECT seq FROM event_row WHERE recorded_at >= ?8"
                   " ORDER BY recorded_at, seq LIMIT 1), 9223372036854775807)",
                   seq);
    if (q->until != 0 && ordered)
        buf_printf(text,
                   " AND %s <= coalesce((SELECT seq FROM event_row WHERE recorded_at <= ?9"
                   " ORDER BY recorded_at DESC, seq DESC LIMIT 1), 0)",
                   seq);
    buf_printf(text, " ORDER BY %s %s LIMIT ?10", seq, q->oldest_first ? "ASC" : "DESC");
    buf_byte(text, '\0');
}

/* Binding a number that the text does not use is refused by SQLite and does no harm. */
static void bind_query(sqlite3_stmt *stmt, const struct store_query *q)
{
    int limit = q->limit < 0 ? 0 : q->limit;
    sql_bind_id(stmt, 1, &q->org);
    sql_bind_id(stmt, 2, &q->person);
    sql_bind_id(stmt, 3, &q->case_id);
    sql_bind_id(stmt, 4, &q->alias);
    sql_bind_id(stmt, 5, &q->subject);
    sqlite3_bind_text(stmt, 6, event_name(q->type), -1, SQLITE_STATIC);
    sql_bind_u64(stmt, 7, q->before_seq);
    sqlite3_bind_int64(stmt, 8, q->from);
    sqlite3_bind_int64(stmt, 9, q->until);
    sqlite3_bind_int(stmt, 10, limit < JOURNAL_QUERY_MAX ? limit : JOURNAL_QUERY_MAX);
    sql_bind_u64(stmt, 11, q->after_seq);
}

enum { QUERY_MS_MAX = 2000, QUERY_CHECK_STEPS = 20000 };

static int too_slow(void *deadline)
{
    return clock_mono_ms() > *(const uint64_t *)deadline;
}

enum err sqlite_query(void *self, const struct store_query *query, void *user,
                      enum err (*each)(void *user, const struct stored_event *event))
{
    struct sqlite *s = self;
    struct sql *sql = &s->index_reader;
    struct index_mark mark;
    struct buf text = {0};
    sqlite3_stmt *stmt = NULL;
    bool row = false;
    uint64_t deadline = clock_mono_ms() + QUERY_MS_MAX;
    if (sql->db == NULL)
        return ERR_OK;
    enum err e = sqlite_read_mark(sql, sql->stmts[SQLITE_QUERY_MARK], &mark);
    write_query(query, mark.ordered, &text);
    if (e == ERR_OK)
        e = buf_error(&text);
    if (e == ERR_OK && sqlite3_prepare_v2(sql->db, text.bytes, -1, &stmt, NULL) != SQLITE_OK)
        e = ERR_STORE;
    buf_free(&text);
    sqlite3_progress_handler(sql->db, QUERY_CHECK_STEPS, too_slow, &deadline);
    if (e == ERR_OK) {
        bind_query(stmt, query);
        e = sql_step(sql, stmt, &row);
    }
    while (row && e == ERR_OK) {
        e = s->store.event(self, sql_u64(stmt, 0), user, each);
        if (e == ERR_OK)
            e = sql_step(sql, stmt, &row);
    }
    sqlite3_progress_handler(sql->db, 0, NULL, NULL);
    sqlite3_finalize(stmt);
    return e;
}
