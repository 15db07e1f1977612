/* store_sqlite_coverage.c — Job: the months' counts, kept beside the query index, event by event.
 *
 * Per case one row that folds its events (core/coverage.c); when an event changes what the case
 * adds to its month, the counts move by the difference. A question then reads one month's few rows,
 * however long the log is. Like the whole index it can be deleted and is made again. */
#include "gateway/journal/store_sqlite.h"

#include "gateway/core/coverage.h"
#include "gateway/core/month.h"

#include <stdlib.h>

/* What a row of cover_count counts; DELAYS + enum coverage_time: key is a number of seconds. */
enum count_kind { COUNT_REACHED = 1, COUNT_REASON, COUNT_DELAYS = 10 };

const char *const sqlite_coverage_schema =
    "CREATE TABLE cover_case (case_id BLOB PRIMARY KEY, org BLOB NOT NULL,"
    "  device BLOB, month INTEGER NOT NULL,"
    "  reached INTEGER NOT NULL, reason INTEGER NOT NULL, left_out INTEGER NOT NULL,"
    "  read_at INTEGER NOT NULL, delivered_at INTEGER NOT NULL, opened_at INTEGER NOT NULL,"
    "  eta_at INTEGER NOT NULL, handed_at INTEGER NOT NULL) STRICT, WITHOUT ROWID;"
    "CREATE TABLE cover_count (org BLOB NOT NULL, month INTEGER NOT NULL, kind INTEGER NOT NULL,"
    "  key INTEGER NOT NULL, count INTEGER NOT NULL, PRIMARY KEY (org, month, kind, key))"
    "  STRICT, WITHOUT ROWID;"
    "CREATE TABLE cover_dispatches (org BLOB NOT NULL, month INTEGER NOT NULL,"
    "  count INTEGER NOT NULL, source INTEGER NOT NULL, person BLOB NOT NULL, at INTEGER NOT NULL,"
    "  PRIMARY KEY (org, month)) STRICT, WITHOUT ROWID;";

/* ---- filling ---- */

static enum err get_case(struct sql *sql, const struct id *case_id, struct coverage_case *c)
{
    sqlite3_stmt *stmt = sql->stmts[I_COVER_CASE];
    bool row;
    *c = (struct coverage_case){.month = 0};
    sql_bind_id(stmt, 1, case_id);
    enum err e = sql_step(sql, stmt, &row);
    if (!row)
        return e;
    e = sql_fixed(stmt, 0, c->org.bytes, sizeof c->org.bytes);
    if (e == ERR_OK && sqlite3_column_type(stmt, 10) != SQLITE_NULL)
        e = sql_fixed(stmt, 10, c->device.bytes, sizeof c->device.bytes);
    c->month = sqlite3_column_int(stmt, 1);
    c->reached = (unsigned)sqlite3_column_int(stmt, 2);
    c->reason = sqlite3_column_int(stmt, 3);
    c->left_out = sqlite3_column_int(stmt, 4);
    int64_t *const times[] = {&c->read_at, &c->delivered_at, &c->opened_at, &c->eta_at,
                              &c->handed_at};
    for (int i = 0; i < 5; i++)
        *times[i] = sqlite3_column_int64(stmt, 5 + i);
    sqlite3_reset(stmt);
    return e;
}

static enum err put_case(struct sql *sql, const struct id *case_id, const struct coverage_case *c)
{
    sqlite3_stmt *stmt = sql->stmts[I_PUT_COVER_CASE];
    const int64_t numbers[] = {c->month,        c->reached,   c->reason, c->left_out, c->read_at,
                               c->delivered_at, c->opened_at, c->eta_at, c->handed_at};
    sql_bind_id(stmt, 1, case_id);
    sql_bind_id(stmt, 2, &c->org);
    for (int i = 0; i < 9; i++)
        sqlite3_bind_int64(stmt, 3 + i, numbers[i]);
    sql_bind_id(stmt, 12, &c->device);
    return sql_done(sql, stmt);
}

/* For the headquarters, and for the ambulance that opened the case. */
static enum err add_count(struct sql *sql, const struct coverage_case *c, int kind, int key, int by)
{
    sqlite3_stmt *stmt = sql->stmts[I_ADD_COVER];
    const struct id *const whose[] = {&c->org, &c->device};
    enum err e = ERR_OK;
    for (size_t i = 0; i < 2 && e == ERR_OK; i++) {
        if (id_absent(whose[i]))
            continue;
        sql_bind_id(stmt, 1, whose[i]);
        sqlite3_bind_int(stmt, 2, c->month);
        sqlite3_bind_int(stmt, 3, kind);
        sqlite3_bind_int(stmt, 4, key);
        sqlite3_bind_int(stmt, 5, by);
        e = sql_done(sql, stmt);
    }
    return e;
}

/* Takes out what the case added before and adds what it adds now; only what differs is written. */
static enum err move_counts(struct sql *sql, const struct coverage_case *c,
                            const struct coverage_part *was, const struct coverage_part *is)
{
    enum err e = ERR_OK;
    for (int what = COVERAGE_ATTEMPTS; what < COVERAGE_WHATS && e == ERR_OK; what++) {
        int by = (int)(is->reached >> what & 1) - (int)(was->reached >> what & 1);
        if (by != 0)
            e = add_count(sql, c, COUNT_REACHED, what, by);
    }
    if (e == ERR_OK && was->reason != is->reason && was->reason >= 0)
        e = add_count(sql, c, COUNT_REASON, was->reason, -1);
    if (e == ERR_OK && was->reason != is->reason && is->reason >= 0)
        e = add_count(sql, c, COUNT_REASON, is->reason, 1);
    for (int time = TIME_GAINED; time < COVERAGE_TIMES && e == ERR_OK; time++) {
        int before = was->seconds[time], now = is->seconds[time];
        if (before != now && before >= 0)
            e = add_count(sql, c, COUNT_DELAYS + time, before, -1);
        if (before != now && now >= 0 && e == ERR_OK)
            e = add_count(sql, c, COUNT_DELAYS + time, now, 1);
    }
    return e;
}

static enum err put_dispatches(struct sql *sql, const struct event *event)
{
    sqlite3_stmt *stmt = sql->stmts[I_PUT_DISPATCHES];
    sql_bind_id(stmt, 1, &event->org);
    sqlite3_bind_int(stmt, 2, month_of(event->from));
    sqlite3_bind_int64(stmt, 3, event->count);
    sqlite3_bind_int(stmt, 4, event->code);
    sql_bind_id(stmt, 5, &event->person);
    sqlite3_bind_int64(stmt, 6, event->recorded_at);
    return sql_done(sql, stmt);
}

enum err sqlite_cover_event(struct sql *sql, const struct event *event)
{
    struct coverage_case c;
    struct coverage_part was, is;
    if (event->type == EVENT_DISPATCHES_SET)
        return put_dispatches(sql, event);
    if (!coverage_concerns(event))
        return ERR_OK;
    enum err e = get_case(sql, &event->case_id, &c);
    if (e != ERR_OK)
        return e;
    struct coverage_case before = c;
    coverage_part(&c, &was);
    coverage_apply(&c, event);
    coverage_part(&c, &is);
    if (id_absent(&c.org) || memcmp(&before, &c, sizeof c) == 0)
        return ERR_OK;
    e = put_case(sql, &event->case_id, &c);
    return e == ERR_OK ? move_counts(sql, &c, &was, &is) : e;
}

/* ---- asking ---- */

/* The months come in order, and in each the kinds and keys: one month is put together at a time. */
struct gathering {
    struct coverage_month month;
    struct coverage_seconds *seconds; /* of the delay that is coming in */
    size_t seconds_count;
    int delay; /* enum coverage_time; 0: none */
};

static void end_delay(struct gathering *g)
{
    if (g->delay != 0)
        g->month.spreads[g->delay] = coverage_spread(g->seconds, g->seconds_count);
    g->delay = 0;
    g->seconds_count = 0;
}

static void take_count(struct gathering *g, int kind, int key, int64_t count)
{
    int delay = kind - COUNT_DELAYS;
    if (delay != g->delay)
        end_delay(g);
    if (count <= 0)
        return; /* taken out again */
    if (kind == COUNT_REACHED && key > 0 && key < COVERAGE_WHATS)
        g->month.counts[key] = count;
    if (kind == COUNT_REASON && key >= 0 && key < COVERAGE_REASONS)
        g->month.reasons[key] = count;
    if (delay < TIME_GAINED || delay >= COVERAGE_TIMES || g->seconds_count > COVERAGE_SECONDS_MAX)
        return;
    g->delay = delay;
    g->seconds[g->seconds_count++] = (struct coverage_seconds){key, count};
}

static enum err read_dispatches(struct sql *sql, struct coverage_month *month)
{
    sqlite3_stmt *stmt = sql->stmts[SQLITE_QUERY_DISPATCHES];
    bool row;
    month->dispatches = INT_ABSENT;
    sql_bind_id(stmt, 1, &month->org);
    sqlite3_bind_int(stmt, 2, month->month);
    enum err e = sql_step(sql, stmt, &row);
    if (!row)
        return e;
    month->dispatches = sqlite3_column_int64(stmt, 0);
    month->dispatches_source = sqlite3_column_int(stmt, 1);
    e = sql_fixed(stmt, 2, month->dispatches_by.bytes, sizeof month->dispatches_by.bytes);
    month->dispatches_at = sqlite3_column_int64(stmt, 3);
    sqlite3_reset(stmt);
    return e;
}

static enum err read_month(struct sql *sql, struct gathering *g, bool *any)
{
    sqlite3_stmt *stmt = sql->stmts[SQLITE_QUERY_COVERAGE];
    bool row;
    sql_bind_id(stmt, 1, &g->month.org);
    sqlite3_bind_int(stmt, 2, g->month.month);
    enum err e = sql_step(sql, stmt, &row);
    *any = row;
    while (row && e == ERR_OK) {
        take_count(g, sqlite3_column_int(stmt, 0), sqlite3_column_int(stmt, 1),
                   sqlite3_column_int64(stmt, 2));
        e = sql_step(sql, stmt, &row);
    }
    end_delay(g);
    return e == ERR_OK ? read_dispatches(sql, &g->month) : e;
}

enum err sqlite_coverage(void *self, const struct id *org, int from, int to, void *user,
                         enum err (*each)(void *user, const struct coverage_month *month))
{
    struct sqlite *s = self;
    struct sql *sql = &s->index_reader;
    if (sql->db == NULL)
        return ERR_OK;
    struct gathering g = {.delay = 0};
    g.seconds = calloc(COVERAGE_SECONDS_MAX + 1, sizeof *g.seconds);
    enum err e = g.seconds == NULL ? ERR_NO_MEMORY : ERR_OK;
    for (int month = from; month <= to && e == ERR_OK; month++) {
        bool any = false;
        g.month = (struct coverage_month){.org = *org, .month = month};
        e = read_month(sql, &g, &any);
        if (e == ERR_OK && (any || g.month.dispatches != INT_ABSENT))
            e = each(user, &g.month);
    }
    free(g.seconds);
    return e;
}
