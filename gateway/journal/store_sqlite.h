/* store_sqlite.h — Job: the inside of the SQLite store, shared by its files only.
 *
 * One connection per thread, so SQLite's own locks are never waited for: the writer, the reader
 * (the loop, or another program), and the second pass with its two. The second pass fills a database
 * of its own (PATH-index): its many indexes cost the commit path nothing (measured: five of them on
 * the commit path make it thirteen times slower at 3.5 million rows), and it may be deleted. */
#ifndef GATEWAY_JOURNAL_STORE_SQLITE_H
#define GATEWAY_JOURNAL_STORE_SQLITE_H

#include <sqlite3.h>

#include "gateway/journal/store.h"

enum { SQL_STATEMENTS_MAX = 16 };

/* One open database with its prepared statements. */
struct sql {
    sqlite3 *db;
    sqlite3_stmt *stmts[SQL_STATEMENTS_MAX];
    int wal_pages; /* after the last commit; writer only */
};

struct sqlite {
    struct store store;
    int lock; /* file descriptor; -1: this is a reader */
    char *path, *index_path;
    struct sql writer, reader; /* of the journal */
    struct sql source;         /* of the journal: what the second pass reads */
    struct sql index_writer, index_reader;
    struct buf writer_head[2], reader_head[2]; /* edge and checkpoint of the last head read */
};

/* ---- store_sqlite_sql.c: the few things that every statement needs ---- */
enum sql_open { SQL_WRITE, SQL_READ };
/* Opens, sets the pragmas; SCHEMA (SQL_WRITE only) is run when the file is new. */
MUST_CHECK enum err sql_open(struct sql *sql, const char *path, enum sql_open how,
                             const char *schema);
/* Prepares COUNT statements for good. */
MUST_CHECK enum err sql_prepare(struct sql *sql, const char *const *texts, size_t count);
void sql_close(struct sql *sql);
/* Runs TEXT without parameters. */
MUST_CHECK enum err sql_run(struct sql *sql, const char *text);
void sql_bind_id(sqlite3_stmt *stmt, int at, const struct id *id); /* absent: NULL */
void sql_bind_u64(sqlite3_stmt *stmt, int at, uint64_t value);
void sql_bind_slice(sqlite3_stmt *stmt, int at, struct slice bytes); /* bytes NULL: NULL */
struct slice sql_slice(sqlite3_stmt *stmt, int column); /* lent until the statement moves */
uint64_t sql_u64(sqlite3_stmt *stmt, int column);
/* ERR_CORRUPT unless the column holds exactly SIZE bytes. */
MUST_CHECK enum err sql_fixed(sqlite3_stmt *stmt, int column, void *out, size_t size);
/* One step. *ROW: there is a row; without one the statement is reset. */
MUST_CHECK enum err sql_step(struct sql *sql, sqlite3_stmt *stmt, bool *row);
/* Steps a statement that gives no rows, and resets it. */
MUST_CHECK enum err sql_done(struct sql *sql, sqlite3_stmt *stmt);

/* ---- store_sqlite_reads.c, store_sqlite_index.c ---- */
MUST_CHECK enum err sqlite_reads_open(struct sqlite *s);
MUST_CHECK enum err sqlite_index_open(struct sqlite *s);
/* Reads the head with STMT into HEAD; its bytes are kept in COPIES. */
MUST_CHECK enum err sqlite_head(struct sql *sql, sqlite3_stmt *stmt, struct buf copies[2],
                                struct store_head *head);
#define SQLITE_HEAD_TEXT "SELECT size, root, edge, checkpoint FROM head WHERE one = 1"
/* An event row as seq, n, id, leaf, sealed in the first five columns. */
MUST_CHECK enum err sqlite_each_event(struct sql *sql, sqlite3_stmt *stmt, void *user,
                                      enum err (*each)(void *user,
                                                       const struct stored_event *event));
MUST_CHECK enum err sqlite_each_key(struct sql *sql, sqlite3_stmt *stmt, const struct id *realm,
                                    void *user,
                                    enum err (*each)(void *user, int month, struct slice wrapped));
MUST_CHECK enum err sqlite_seen(struct sql *sql, sqlite3_stmt *stmt, const struct id *device,
                                const struct id *message, struct hash *digest, uint64_t *seq,
                                int64_t *recorded_at);
MUST_CHECK enum err sqlite_counter(struct sql *sql, sqlite3_stmt *stmt, enum counter_kind kind,
                                   const struct id *id, uint64_t *value);
#define SQLITE_KEY_TEXT "SELECT month, wrapped FROM realm_key WHERE realm = ?1"
#endif
