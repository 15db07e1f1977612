/* spool.c — Job: messages that have no receipt yet, kept over a restart, sealed to the gateway. */
#include "ambulance_client/spool.h"

#include "common/box.h"

#include <errno.h>
#include <fcntl.h>
#include <sqlite3.h>
#include <stdio.h>
#include <stdlib.h>
#include <sys/stat.h>
#include <unistd.h>

struct spool {
    sqlite3 *db;
    int64_t earlier; /* rows up to this number are of an earlier life */
    bool has_key;
    uint8_t key[KEY_BYTES];
};

static enum err err_of(int code)
{
    switch (code & 0xff) {
    case SQLITE_OK:
    case SQLITE_ROW:
    case SQLITE_DONE:
        return ERR_OK;
    case SQLITE_FULL:
        return ERR_FULL;
    case SQLITE_NOMEM:
        return ERR_NO_MEMORY;
    case SQLITE_CONSTRAINT:
        return ERR_CONFLICT;
    case SQLITE_CORRUPT:
    case SQLITE_NOTADB:
        return ERR_CORRUPT;
    case SQLITE_BUSY:
    case SQLITE_LOCKED:
        return ERR_BUSY;
    case SQLITE_PERM:
    case SQLITE_READONLY:
    case SQLITE_AUTH:
        return ERR_NOT_ALLOWED;
    default:
        return ERR_IO;
    }
}

/* ---- statements: one at a time, made and finished on the spot; there are few a minute ---- */

static sqlite3_stmt *prepare(struct spool *spool, const char *sql)
{
    sqlite3_stmt *statement = NULL;
    return sqlite3_prepare_v2(spool->db, sql, -1, &statement, NULL) == SQLITE_OK ? statement : NULL;
}

static void bind_id(sqlite3_stmt *statement, int at, const struct id *id)
{
    (void)sqlite3_bind_blob(statement, at, id->bytes, sizeof id->bytes, SQLITE_TRANSIENT);
}

/* Runs a statement without rows and finishes it; NULL is one that could not be made. */
static enum err run(struct spool *spool, sqlite3_stmt *statement)
{
    if (statement == NULL)
        return err_of(sqlite3_errcode(spool->db));
    int code = sqlite3_step(statement);
    (void)sqlite3_finalize(statement);
    return code == SQLITE_DONE ? ERR_OK : err_of(code);
}

static enum err number(struct spool *spool, const char *sql, int64_t *out)
{
    sqlite3_stmt *statement = prepare(spool, sql);
    *out = 0;
    if (statement == NULL)
        return err_of(sqlite3_errcode(spool->db));
    int code = sqlite3_step(statement);
    if (code == SQLITE_ROW)
        *out = sqlite3_column_int64(statement, 0);
    (void)sqlite3_finalize(statement);
    return err_of(code);
}

/* ---- open ---- */

static const char schema[] =
    "PRAGMA journal_mode = WAL;"
    "PRAGMA synchronous = FULL;" /* a row is on the disk before its message is sent */
    "PRAGMA secure_delete = ON;"
    "PRAGMA temp_store = MEMORY;"
    "PRAGMA trusted_schema = OFF;"
    "CREATE TABLE IF NOT EXISTS kept ("
    "  number INTEGER PRIMARY KEY AUTOINCREMENT,"
    "  message BLOB NOT NULL UNIQUE CHECK (length(message) = 16),"
    "  made_at INTEGER NOT NULL,"
    "  refused TEXT,"
    "  sealed BLOB NOT NULL);"
    "CREATE TABLE IF NOT EXISTS gateway ("
    "  one INTEGER PRIMARY KEY CHECK (one = 1),"
    "  spool_key BLOB NOT NULL CHECK (length(spool_key) = 32));";

static enum err load_key(struct spool *spool)
{
    sqlite3_stmt *statement = prepare(spool, "SELECT spool_key FROM gateway");
    if (statement == NULL)
        return err_of(sqlite3_errcode(spool->db));
    int code = sqlite3_step(statement);
    if (code == SQLITE_ROW && sqlite3_column_bytes(statement, 0) == KEY_BYTES) {
        memcpy(spool->key, sqlite3_column_blob(statement, 0), KEY_BYTES);
        spool->has_key = true;
    }
    (void)sqlite3_finalize(statement);
    return err_of(code);
}

/* A damaged page may hide until it is read: all of them are read now. */
static enum err check(struct spool *spool)
{
    sqlite3_stmt *statement = prepare(spool, "PRAGMA quick_check(1)");
    if (statement == NULL)
        return err_of(sqlite3_errcode(spool->db));
    int code = sqlite3_step(statement);
    enum err err = code == SQLITE_ROW ? ERR_CORRUPT : err_of(code);
    if (code == SQLITE_ROW && sqlite3_column_type(statement, 0) == SQLITE_TEXT &&
        strcmp((const char *)sqlite3_column_text(statement, 0), "ok") == 0)
        err = ERR_OK;
    (void)sqlite3_finalize(statement);
    return err;
}

/* Made here, so that it is private from the start; SQLite gives the files beside it the same mode.
 * */
static enum err make_file(const char *path)
{
    int fd = open(path, O_RDWR | O_CREAT | O_CLOEXEC | O_NOFOLLOW, 0600);
    if (fd < 0)
        return errno == EACCES || errno == ELOOP ? ERR_NOT_ALLOWED : ERR_IO;
    bool private = fchmod(fd, 0600) == 0;
    close(fd);
    return private ? ERR_OK : ERR_NOT_ALLOWED;
}

static enum err open_file(const char *path, struct spool *spool)
{
    int flags = SQLITE_OPEN_READWRITE | SQLITE_OPEN_NOFOLLOW;
    enum err err = make_file(path);
    if (err == ERR_OK)
        err = err_of(sqlite3_open_v2(path, &spool->db, flags, NULL));
    if (err == ERR_OK)
        err = err_of(sqlite3_exec(spool->db, schema, NULL, NULL, NULL));
    if (err == ERR_OK)
        err = check(spool);
    if (err == ERR_OK)
        err = load_key(spool);
    if (err == ERR_OK)
        err = number(spool, "SELECT max(number) FROM kept", &spool->earlier);
    if (err != ERR_OK) {
        (void)sqlite3_close(spool->db);
        spool->db = NULL;
    }
    return err;
}

/* With the files beside it: a WAL must not be read into the new database. */
static enum err put_aside(const char *path, int64_t wall_ms)
{
    static const char *const tails[] = {"", "-wal", "-shm"};
    char from[FILE_PATH_MAX + 8], to[FILE_PATH_MAX + 48];
    for (size_t i = 0; i < sizeof tails / sizeof tails[0]; i++) {
        snprintf(from, sizeof from, "%s%s", path, tails[i]);
        snprintf(to, sizeof to, "%s.damaged-%lld%s", path, (long long)wall_ms, tails[i]);
        if (rename(from, to) != 0 && i == 0)
            return ERR_IO;
    }
    return ERR_OK;
}

enum err spool_open(const char *path, int64_t wall_ms, struct spool **out, bool *damaged)
{
    struct spool *spool = strlen(path) < FILE_PATH_MAX ? calloc(1, sizeof *spool) : NULL;
    *out = NULL;
    *damaged = false;
    if (spool == NULL)
        return ERR_NO_MEMORY;
    enum err err = open_file(path, spool);
    if (err == ERR_CORRUPT) {
        *damaged = true;
        err = put_aside(path, wall_ms);
        if (err == ERR_OK)
            err = open_file(path, spool);
    }
    if (err != ERR_OK) {
        free(spool);
        return err;
    }
    *out = spool;
    return ERR_OK;
}

void spool_close(struct spool *spool)
{
    if (spool == NULL)
        return;
    (void)sqlite3_close(spool->db);
    free(spool);
}

/* ---- the key ---- */

bool spool_has_key(const struct spool *spool)
{
    return spool->has_key;
}

enum err spool_set_key(struct spool *spool, const uint8_t key[KEY_BYTES])
{
    if (spool->has_key && memcmp(spool->key, key, KEY_BYTES) == 0)
        return ERR_OK;
    sqlite3_stmt *statement =
        prepare(spool, "INSERT INTO gateway VALUES (1, ?) "
                       "ON CONFLICT (one) DO UPDATE SET spool_key = excluded.spool_key");
    if (statement != NULL)
        (void)sqlite3_bind_blob(statement, 1, key, KEY_BYTES, SQLITE_TRANSIENT);
    enum err err = run(spool, statement);
    if (err != ERR_OK)
        return err;
    memcpy(spool->key, key, KEY_BYTES);
    spool->has_key = true;
    return ERR_OK;
}

/* ---- rows ---- */

static enum err insert(struct spool *spool, const struct id *message, int64_t made_at,
                       struct slice sealed)
{
    sqlite3_stmt *statement =
        prepare(spool, "INSERT INTO kept (message, made_at, sealed) VALUES (?, ?, ?)");
    if (statement != NULL) {
        bind_id(statement, 1, message);
        (void)sqlite3_bind_int64(statement, 2, made_at);
        (void)sqlite3_bind_blob(statement, 3, sealed.bytes, (int)sealed.size, SQLITE_TRANSIENT);
    }
    return run(spool, statement);
}

enum err spool_add(struct spool *spool, const struct id *message, struct slice frame,
                   int64_t made_at)
{
    struct buf sealed;
    int64_t rows = 0;
    if (!spool->has_key)
        return ERR_NOT_FOUND;
    if (frame.size + BOX_OVERHEAD > SPOOLED_BYTES_MAX)
        return ERR_TOO_LARGE;
    enum err err = number(spool, "SELECT count(*) FROM kept", &rows);
    if (err == ERR_OK && rows >= SPOOL_ROWS_MAX)
        err = ERR_FULL;
    buf_init(&sealed, SPOOLED_BYTES_MAX);
    if (err == ERR_OK)
        err = box_seal(spool->key, frame, &sealed);
    if (err == ERR_OK)
        err = insert(spool, message, made_at, buf_slice(&sealed));
    buf_free(&sealed);
    return err;
}

enum err spool_remove(struct spool *spool, const struct id *message)
{
    sqlite3_stmt *statement = prepare(spool, "DELETE FROM kept WHERE message = ?");
    if (statement != NULL)
        bind_id(statement, 1, message);
    return run(spool, statement);
}

enum err spool_set_aside(struct spool *spool, const struct id *message, const char *code)
{
    sqlite3_stmt *statement = prepare(spool, "UPDATE kept SET refused = ? WHERE message = ?");
    if (statement != NULL) {
        (void)sqlite3_bind_text(statement, 1, code, -1, SQLITE_TRANSIENT);
        bind_id(statement, 2, message);
    }
    return run(spool, statement);
}

/* What stands in the file is not trusted: sizes are looked at. */
static enum err take_row(sqlite3_stmt *statement, struct spool_row *out)
{
    int message = sqlite3_column_bytes(statement, 1), sealed = sqlite3_column_bytes(statement, 3);
    if (message != (int)sizeof out->message.bytes || sealed <= 0 || sealed > SPOOLED_BYTES_MAX)
        return ERR_CORRUPT;
    out->number = sqlite3_column_int64(statement, 0);
    memcpy(out->message.bytes, sqlite3_column_blob(statement, 1), sizeof out->message.bytes);
    out->made_at = sqlite3_column_int64(statement, 2);
    buf_clear(&out->sealed);
    buf_add(&out->sealed, sqlite3_column_blob(statement, 3), (size_t)sealed);
    return buf_error(&out->sealed);
}

enum err spool_next(struct spool *spool, int64_t after, struct spool_row *out)
{
    sqlite3_stmt *statement =
        prepare(spool, "SELECT number, message, made_at, sealed FROM kept WHERE number > ? AND "
                       "number <= ? AND refused IS NULL ORDER BY number LIMIT 1");
    if (statement == NULL)
        return err_of(sqlite3_errcode(spool->db));
    (void)sqlite3_bind_int64(statement, 1, after);
    (void)sqlite3_bind_int64(statement, 2, spool->earlier);
    int code = sqlite3_step(statement);
    enum err err = code == SQLITE_ROW    ? take_row(statement, out)
                   : code == SQLITE_DONE ? ERR_NOT_FOUND
                                         : err_of(code);
    (void)sqlite3_finalize(statement);
    return err;
}

enum err spool_count(struct spool *spool, struct spool_count *out)
{
    sqlite3_stmt *statement =
        prepare(spool, "SELECT count(*) FILTER (WHERE refused IS NULL), "
                       "count(*) FILTER (WHERE refused IS NULL AND number <= ?), "
                       "min(made_at) FILTER (WHERE refused IS NULL), "
                       "count(*) FILTER (WHERE refused IS NOT NULL) FROM kept");
    *out = (struct spool_count){.kept = 0};
    if (statement == NULL)
        return err_of(sqlite3_errcode(spool->db));
    (void)sqlite3_bind_int64(statement, 1, spool->earlier);
    int code = sqlite3_step(statement);
    if (code == SQLITE_ROW)
        *out = (struct spool_count){.kept = sqlite3_column_int64(statement, 0),
                                    .earlier = sqlite3_column_int64(statement, 1),
                                    .oldest_at = sqlite3_column_int64(statement, 2),
                                    .aside = sqlite3_column_int64(statement, 3)};
    (void)sqlite3_finalize(statement);
    return err_of(code);
}
