/* store_sqlite_sql.c — Job: opening, binding, stepping: what every statement needs. */
#include "gateway/journal/store_sqlite.h"

#include "common/log.h"

/* SQLite's message names tables and system errors, never a value. */
static enum err failed(struct sql *sql, int rc)
{
    log_error("journal", NULL, "database: %s (%d)", sqlite3_errmsg(sql->db),
              sqlite3_extended_errcode(sql->db));
    return (rc & 0xff) == SQLITE_CORRUPT || (rc & 0xff) == SQLITE_NOTADB ? ERR_CORRUPT : ERR_STORE;
}

enum err sql_run(struct sql *sql, const char *text)
{
    int rc = sqlite3_exec(sql->db, text, NULL, NULL, NULL);
    return rc == SQLITE_OK ? ERR_OK : failed(sql, rc);
}

static int count_wal(void *self, sqlite3 *db, const char *name, int pages)
{
    (void)db;
    (void)name;
    ((struct sql *)self)->wal_pages = pages;
    return SQLITE_OK;
}

static enum err make_schema(struct sql *sql, const char *schema)
{
    sqlite3_stmt *stmt;
    bool there;
    int rc = sqlite3_prepare_v2(sql->db, "SELECT 1 FROM sqlite_schema LIMIT 1", -1, &stmt, NULL);
    if (rc != SQLITE_OK)
        return failed(sql, rc);
    enum err e = sql_step(sql, stmt, &there);
    sqlite3_finalize(stmt);
    if (e != ERR_OK || there)
        return e;
    e = sql_run(sql, "BEGIN IMMEDIATE");
    if (e == ERR_OK)
        e = sql_run(sql, schema);
    return e == ERR_OK ? sql_run(sql, "COMMIT") : e;
}

enum err sql_open(struct sql *sql, const char *path, enum sql_open how, const char *schema)
{
    int flags = SQLITE_OPEN_READWRITE | SQLITE_OPEN_NOMUTEX | SQLITE_OPEN_EXRESCODE;
    int rc = sqlite3_open_v2(path, &sql->db, how == SQL_WRITE ? flags | SQLITE_OPEN_CREATE : flags,
                             NULL);
    if (sql->db == NULL)
        return ERR_NO_MEMORY;
    if (rc != SQLITE_OK)
        return failed(sql, rc);
    sqlite3_busy_timeout(sql->db, 5000);
    enum err e = sql_run(sql, "PRAGMA trusted_schema = OFF; PRAGMA cell_size_check = ON;"
                              "PRAGMA temp_store = MEMORY");
    if (e == ERR_OK && how == SQL_READ)
        e = sql_run(sql, "PRAGMA query_only = ON; PRAGMA cache_size = -32768");
    if (e != ERR_OK || how == SQL_READ)
        return e;
    /* Pages of a new file: an event and a case's row are 1 to 5 KB, and two of them in 4 KB, or one
     * with an overflow page, cost more than they save. */
    e = sql_run(
        sql,
        "PRAGMA page_size = 8192; PRAGMA journal_mode = WAL;"
        "PRAGMA synchronous = FULL; PRAGMA wal_autocheckpoint = 0; PRAGMA cache_size = -131072");
    if (e == ERR_OK)
        e = make_schema(sql, schema);
    sqlite3_wal_hook(sql->db, count_wal, sql);
    return e;
}

enum err sql_prepare(struct sql *sql, const char *const *texts, size_t count)
{
    for (size_t i = 0; i < count; i++) {
        int rc = sqlite3_prepare_v3(sql->db, texts[i], -1, SQLITE_PREPARE_PERSISTENT,
                                    &sql->stmts[i], NULL);
        if (rc != SQLITE_OK)
            return failed(sql, rc);
    }
    return ERR_OK;
}

void sql_close(struct sql *sql)
{
    for (size_t i = 0; i < SQL_STATEMENTS_MAX; i++)
        sqlite3_finalize(sql->stmts[i]);
    sqlite3_close(sql->db);
    *sql = (struct sql){0};
}

/* Binding fails only without memory or with a wrong index; the step then fails as well, because a
 * required column is NULL. */
void sql_bind_slice(sqlite3_stmt *stmt, int at, struct slice bytes)
{
    if (bytes.bytes == NULL)
        sqlite3_bind_null(stmt, at);
    else
        sqlite3_bind_blob64(stmt, at, bytes.bytes, bytes.size, SQLITE_STATIC);
}

void sql_bind_id(sqlite3_stmt *stmt, int at, const struct id *id)
{
    const char *bytes = id_absent(id) ? NULL : (const char *)id->bytes;
    sql_bind_slice(stmt, at, (struct slice){bytes, sizeof id->bytes});
}

void sql_bind_u64(sqlite3_stmt *stmt, int at, uint64_t value)
{
    sqlite3_bind_int64(stmt, at, (sqlite3_int64)value);
}

struct slice sql_slice(sqlite3_stmt *stmt, int column)
{
    const char *bytes = sqlite3_column_blob(stmt, column);
    int size = sqlite3_column_bytes(stmt, column);
    if (bytes == NULL && sqlite3_column_type(stmt, column) != SQLITE_NULL)
        bytes = ""; /* a blob of no bytes */
    return (struct slice){bytes, (size_t)size};
}

uint64_t sql_u64(sqlite3_stmt *stmt, int column)
{
    sqlite3_int64 value = sqlite3_column_int64(stmt, column);
    return value < 0 ? 0 : (uint64_t)value;
}

enum err sql_fixed(sqlite3_stmt *stmt, int column, void *out, size_t size)
{
    struct slice bytes = sql_slice(stmt, column);
    if (bytes.bytes == NULL || bytes.size != size)
        return ERR_CORRUPT;
    memcpy(out, bytes.bytes, size);
    return ERR_OK;
}

enum err sql_step(struct sql *sql, sqlite3_stmt *stmt, bool *row)
{
    int rc = sqlite3_step(stmt);
    *row = rc == SQLITE_ROW;
    if (*row)
        return ERR_OK;
    enum err e = rc == SQLITE_DONE ? ERR_OK : failed(sql, rc);
    sqlite3_reset(stmt);
    return e;
}

enum err sql_done(struct sql *sql, sqlite3_stmt *stmt)
{
    bool row;
    enum err e = sql_step(sql, stmt, &row);
    if (row)
        sqlite3_reset(stmt);
    return e;
}
