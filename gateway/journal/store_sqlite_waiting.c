/* store_sqlite_waiting.c — Job: grounds without consent to be reviewed, by case and person. */
#include "gateway/core/under.h"
#include "gateway/journal/store_sqlite.h"

const char *const sqlite_waiting_schema =
    "CREATE TABLE waiting (org BLOB NOT NULL, case_id BLOB NOT NULL, person BLOB NOT NULL,"
    "  seq INTEGER NOT NULL, id BLOB NOT NULL, PRIMARY KEY (org, case_id, person))"
    "  STRICT, WITHOUT ROWID;"
    "CREATE INDEX waiting_order ON waiting (org, seq);";

enum err sqlite_wait_event(struct sql *sql, const struct event *event, uint64_t seq)
{
    bool waits = under_waits(event);
    const struct id *by = waits ? &event->person : &event->subject;
    if (id_absent(&event->case_id) || id_absent(by) ||
        (!waits && event->type != EVENT_ACCESS_REVIEWED))
        return ERR_OK;
    sqlite3_stmt *stmt = sql->stmts[waits ? I_PUT_WAITING : I_TAKE_WAITING];
    sql_bind_id(stmt, 1, &event->org);
    sql_bind_id(stmt, 2, &event->case_id);
    sql_bind_id(stmt, 3, by);
    if (waits) {
        sql_bind_u64(stmt, 4, seq);
        sql_bind_id(stmt, 5, &event->id);
    }
    return sql_done(sql, stmt);
}
