/* store_sqlite_waiting.c — Job: grounds without consent that nobody has reviewed yet, by case. */
#include "gateway/core/under.h"
#include "gateway/journal/store_sqlite.h"

const char *const sqlite_waiting_schema =
    "CREATE TABLE waiting (org BLOB NOT NULL, case_id BLOB NOT NULL, seq INTEGER NOT NULL,"
    "  PRIMARY KEY (org, case_id)) STRICT, WITHOUT ROWID;"
    "CREATE INDEX waiting_order ON waiting (org, seq);";

enum err sqlite_wait_event(struct sql *sql, const struct event *event, uint64_t seq)
{
    bool waits = under_waits(event);
    if (id_absent(&event->case_id) || (!waits && event->type != EVENT_ACCESS_REVIEWED))
        return ERR_OK;
    sqlite3_stmt *stmt = sql->stmts[waits ? I_PUT_WAITING : I_TAKE_WAITING];
    sql_bind_id(stmt, 1, &event->org);
    sql_bind_id(stmt, 2, &event->case_id);
    if (waits)
        sql_bind_u64(stmt, 3, seq);
    return sql_done(sql, stmt);
}
