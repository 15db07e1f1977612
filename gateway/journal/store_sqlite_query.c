/* store_sqlite_query.c — Job: what the console asks of the second pass's index, in bounded time. */
#include "gateway/journal/store_sqlite.h"

#include "common/clock.h"
#include "gateway/core/under.h"

static const char newest[] = "SELECT rowid FROM place WHERE place MATCH ?1 AND rowid >= ?2"
                             " AND rowid <= ?3 ORDER BY rowid DESC";
static const char oldest[] = "SELECT rowid FROM place WHERE place MATCH ?1 AND rowid >= ?2"
                             " AND rowid <= ?3 ORDER BY rowid";

enum { QUERY_MS_MAX = 2000, QUERY_CHECK_STEPS = 20000 };

struct asking {
    struct sqlite *s;
    const struct store_query *query;
    uint64_t first, last; /* places in question */
    uint64_t deadline;
    int left;  /* rows still wanted */
    bool fits; /* whether the row just looked at was one */
    void *user;
    enum err (*each)(void *user, const struct stored_event *event);
};

static int too_slow(void *deadline)
{
    return clock_mono_ms() > *(const uint64_t *)deadline;
}

/* Only parts that can hold such a time; a clock that was set back makes more of them, not less. */
static enum err bound_by_time(struct asking *asking)
{
    struct sql *sql = &asking->s->index_reader;
    const struct store_query *q = asking->query;
    sqlite3_stmt *stmt = sql->stmts[SQLITE_QUERY_MOMENT];
    bool row;
    if (q->from == 0 && q->until == 0)
        return ERR_OK;
    sqlite3_bind_int64(stmt, 1, q->from);
    sqlite3_bind_int64(stmt, 2, q->until == 0 ? INT64_MAX : q->until);
    enum err e = sql_step(sql, stmt, &row);
    if (!row)
        return e;
    uint64_t first = sql_u64(stmt, 0) * MOMENT_EVENTS;
    uint64_t last = sql_u64(stmt, 1) * MOMENT_EVENTS + MOMENT_EVENTS - 1;
    if (sqlite3_column_type(stmt, 0) == SQLITE_NULL)
        asking->last = 0; /* none */
    asking->first = first > asking->first ? first : asking->first;
    asking->last = last < asking->last ? last : asking->last;
    sqlite3_reset(stmt);
    return ERR_OK;
}

static enum err find_under(struct sql *sql, const struct event *event, int *under)
{
    struct id owner;
    *under = under_of(event);
    switch (under_from(event)) {
    case UNDER_OF_GRANT:
        return sqlite_known(sql, sql->stmts[SQLITE_QUERY_GRANT], &event->grant, NULL, under);
    case UNDER_OF_CASE:
        return sqlite_known(sql, sql->stmts[SQLITE_QUERY_CASE], &event->case_id, &owner, under);
    default:
        return ERR_OK;
    }
}

static enum err each_place(void *user, const struct stored_event *stored)
{
    struct asking *asking = user;
    const struct store_query *q = asking->query;
    struct stored_event row = *stored;
    struct event event;
    enum err e = leaf_decode(stored->leaf, &event);
    if (e != ERR_OK)
        return e;
    asking->fits = (q->from == 0 || event.recorded_at >= q->from) &&
                   (q->until == 0 || event.recorded_at <= q->until);
    if (!asking->fits)
        return ERR_OK;
    e = find_under(&asking->s->index_reader, &event, &row.under);
    return e == ERR_OK ? asking->each(asking->user, &row) : e;
}

static enum err walk(struct asking *asking, sqlite3_stmt *stmt)
{
    struct sqlite *s = asking->s;
    bool row;
    enum err e = sql_step(&s->index_reader, stmt, &row);
    while (row && e == ERR_OK) {
        e = s->store.event(s, sql_u64(stmt, 0), asking, each_place);
        asking->left -= asking->fits ? 1 : 0;
        if (asking->left <= 0)
            return e;
        if (e == ERR_OK && too_slow(&asking->deadline))
            return ERR_STORE;
        if (e == ERR_OK)
            e = sql_step(&s->index_reader, stmt, &row);
    }
    return e;
}

static enum err ask(struct asking *asking)
{
    struct sql *sql = &asking->s->index_reader;
    const char *text = asking->query->oldest_first ? oldest : newest;
    struct buf match = {0};
    sqlite3_stmt *stmt = NULL;
    terms_match(asking->query, &match);
    enum err e = buf_error(&match);
    if (e == ERR_OK && sqlite3_prepare_v2(sql->db, text, -1, &stmt, NULL) != SQLITE_OK)
        e = ERR_STORE;
    if (e == ERR_OK) {
        sqlite3_bind_text(stmt, 1, match.bytes, (int)match.size, SQLITE_STATIC);
        sql_bind_u64(stmt, 2, asking->first);
        sql_bind_u64(stmt, 3, asking->last);
        e = walk(asking, stmt);
    }
    sqlite3_finalize(stmt);
    buf_free(&match);
    return e;
}

static enum err ask_waiting(struct asking *asking)
{
    sqlite3_stmt *stmt = asking->s->index_reader.stmts[SQLITE_QUERY_WAITING];
    sql_bind_id(stmt, 1, &asking->query->org);
    sql_bind_u64(stmt, 2, asking->last);
    sqlite3_bind_int(stmt, 3, asking->left);
    enum err e = walk(asking, stmt);
    sqlite3_reset(stmt);
    return e;
}

enum err sqlite_query(void *self, const struct store_query *query, void *user,
                      enum err (*each)(void *user, const struct stored_event *event))
{
    struct sqlite *s = self;
    struct sql *sql = &s->index_reader;
    struct asking asking = {.s = s,
                            .query = query,
                            .first = query->after_seq + 1,
                            .last = query->before_seq == 0 ? INT64_MAX : query->before_seq - 1,
                            .deadline = clock_mono_ms() + QUERY_MS_MAX,
                            .left =
                                query->limit < JOURNAL_QUERY_MAX ? query->limit : JOURNAL_QUERY_MAX,
                            .user = user,
                            .each = each};
    if (sql->db == NULL || id_absent(&query->org) || asking.left <= 0)
        return ERR_OK;
    sqlite3_progress_handler(sql->db, QUERY_CHECK_STEPS, too_slow, &asking.deadline);
    enum err e = query->waiting == FLAG_YES ? ask_waiting(&asking) : bound_by_time(&asking);
    if (e == ERR_OK && query->waiting != FLAG_YES && asking.first <= asking.last)
        e = ask(&asking);
    sqlite3_progress_handler(sql->db, 0, NULL, NULL);
    return e;
}
