/* store_sqlite.h — Job: the inside of the SQLite store, shared by its files only.
 *
 * One connection per thread, so SQLite's own locks are never waited for: the writer, the reader
 * (the loop, or another program), and the second pass with its two. The second pass fills a
 * database of its own (PATH-index): its many indexes cost the commit path nothing (measured: five
 * of them on the commit path make it thirteen times slower at 3.5 million rows), and it may be
 * deleted. */
#ifndef GATEWAY_JOURNAL_STORE_SQLITE_H
#define GATEWAY_JOURNAL_STORE_SQLITE_H

#include <pthread.h>
#include <sqlite3.h>

#include "gateway/journal/store.h"
#include "proto/merkle.h"

enum { SQL_STATEMENTS_MAX = 18 };

/* The writer's statements (store_sqlite.c). */
enum writer_statement {
    W_BEGIN,
    W_COMMIT,
    W_HEAD,
    W_VERSION,
    W_SEEN,
    W_COUNTER,
    W_KEY,
    W_ORG_KEYS,
    W_SETTLED,
    W_UNSETTLED,
    W_PUT_EVENT,
    W_PUT_STATE,
    W_PUT_SEEN,
    W_PUT_COUNTER,
    W_PUT_SETTLED,
    W_PUT_KEY,
    W_PUT_HEAD,
    W_COUNT
};
_Static_assert((int)W_COUNT <= (int)SQL_STATEMENTS_MAX, "room for every statement");

/* One open database with its prepared statements. */
struct sql {
    sqlite3 *db;
    sqlite3_stmt *stmts[SQL_STATEMENTS_MAX];
    int wal_pages; /* after the last commit; writer only */
};

/* One running number (store_sqlite_numbers.c). The pending half is the transaction's. */
struct number {
    enum counter_kind kind;
    struct id id;
    uint64_t value, seq; /* committed; seq: the newest event of a device */
    uint64_t pending_value, pending_seq;
    bool pending, dirty; /* dirty: newer than its row */
};

struct number_list {
    struct number **items;
    size_t count, room;
};

struct numbers {
    pthread_mutex_t lock;  /* of the table and the committed half: the loop reads them */
    struct number **slots; /* hash table */
    size_t slots_count, used;
    struct number_list pending, dirty;
    uint64_t settled; /* events up to this one are in the rows */
    uint64_t size, pending_size;
};

struct sqlite {
    struct store store;
    int lock;   /* file descriptor; -1: this is a reader */
    bool ready; /* open for writing */
    char *path, *index_path;
    struct sql writer, reader; /* of the journal */
    struct sql source;         /* of the journal: what the second pass reads */
    struct sql index_writer, index_reader;
    struct numbers numbers;
    struct buf recipients; /* scratch */
    struct buf writer_head[2], reader_head[2],
        index_head[2];                  /* edge and checkpoint of the last head read */
    uint64_t chain[JOURNAL_BEHIND_MAX]; /* the reader's scratch */
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
void sqlite_rows(struct store *store); /* store_sqlite_rows.c: fills in the walks over all rows */
/* ---- between store_sqlite_index.c, _query.c, _coverage.c and _verify.c ---- */
enum { /* statements of index_reader */
       SQLITE_QUERY_MARK,
       SQLITE_QUERY_MOMENT,
       SQLITE_QUERY_GRANT,
       SQLITE_QUERY_CASE,
       SQLITE_QUERY_COVERAGE,
       SQLITE_QUERY_DISPATCHES,
       SQLITE_QUERY_VERIFIED,
       SQLITE_QUERY_WAITING,
       SQLITE_QUERY_COUNT
};
enum index_statement { /* of index_writer */
                       I_MARK,
                       I_PUT_TERMS,
                       I_PUT_MOMENT,
                       I_PUT_MARK,
                       I_CASE,
                       I_PUT_CASE,
                       I_GRANT,
                       I_PUT_GRANT,
                       I_COVER_CASE,
                       I_PUT_COVER_CASE,
                       I_ADD_COVER,
                       I_PUT_DISPATCHES,
                       I_VERIFIED,
                       I_PUT_VERIFIED,
                       I_PUT_WAITING,
                       I_TAKE_WAITING,
                       I_COUNT
};
_Static_assert((int)I_COUNT <= (int)SQL_STATEMENTS_MAX, "room for every statement");
extern const char *const sqlite_coverage_schema;
/* The second pass' part for EVENT: what it changes in its case's month. */
MUST_CHECK enum err sqlite_cover_event(struct sql *sql, const struct event *event);
MUST_CHECK enum err sqlite_coverage(void *self, const struct id *org, int from, int to, void *user,
                                    enum err (*each)(void *user,
                                                     const struct coverage_month *month));
/* The second pass hashes each leaf that it reads back, and compares the root whenever it has caught
 * up with what was signed. */
struct verify_state {
    struct merkle_edge edge;
    struct store_verified told;
};
MUST_CHECK enum err sqlite_verify_begin(struct sql *sql, struct verify_state *state);
void sqlite_verify_leaf(struct verify_state *state, struct slice leaf);
/* HEAD is what was committed when the step began. */
MUST_CHECK enum err sqlite_verify_end(struct sql *sql, struct verify_state *state,
                                      const struct store_head *head);
MUST_CHECK enum err sqlite_verified(void *self, struct store_verified *out);
/* ---- store_sqlite_waiting.c: grounds without consent that somebody has to look at ---- */
extern const char *const sqlite_waiting_schema;
#define SQLITE_WAITING_TEXT                                                                        \
    "SELECT seq FROM waiting WHERE org = ?1 AND seq <= ?2 ORDER BY seq DESC LIMIT ?3"
#define SQLITE_PUT_WAITING_TEXT                                                                    \
    "INSERT OR IGNORE INTO waiting (org, case_id, person, seq, id) VALUES (?1, ?2, ?3, ?4, ?5)"
#define SQLITE_TAKE_WAITING_TEXT "DELETE FROM waiting WHERE org = ?1 AND case_id = ?2 AND id = ?3"
/* The second pass' part for EVENT: it begins to wait, or somebody has reviewed it. */
MUST_CHECK enum err sqlite_wait_event(struct sql *sql, const struct event *event, uint64_t seq);
struct index_mark { /* how far the second pass is */
    uint64_t seq;
    struct id id;
};
MUST_CHECK enum err sqlite_read_mark(struct sql *sql, sqlite3_stmt *stmt, struct index_mark *mark);
/* ---- store_sqlite_terms.c: an event as words of a text index, a question in such words ---- */
struct index_facts {   /* what is known of an event besides its leaf */
    struct id orgs[3]; /* whom it concerns, each once */
    size_t orgs_count;
    int under; /* core/under.h */
};
void index_facts_concern(struct index_facts *facts, const struct id *org); /* absent: nothing */
void terms_write(const struct event *event, const struct index_facts *facts, struct buf *text);
/* Never an empty one: it begins with the organisation that asks. */
void terms_match(const struct store_query *query, struct buf *text);
enum { MOMENT_EVENTS = 512 }; /* one row of times for so many events */
#define SQLITE_CASE_TEXT  "SELECT org, under FROM case_known WHERE case_id = ?1"
#define SQLITE_GRANT_TEXT "SELECT under FROM grant_known WHERE grant_id = ?1"
/* A row of one of the two: *UNDER stays when there is none. OWNER may be NULL. */
MUST_CHECK enum err sqlite_known(struct sql *sql, sqlite3_stmt *stmt, const struct id *id,
                                 struct id *owner, int *under);
MUST_CHECK enum err sqlite_query(void *self, const struct store_query *query, void *user,
                                 enum err (*each)(void *user, const struct stored_event *event));
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
/* ---- store_sqlite_numbers.c ---- */
MUST_CHECK enum err numbers_open(struct sqlite *s); /* also reads what the rows do not have yet */
void numbers_close(struct numbers *numbers);
/* What the transaction sees; makes it known. The writer's. */
MUST_CHECK enum err numbers_find(struct sqlite *s, enum counter_kind kind, const struct id *id,
                                 struct number **out);
MUST_CHECK enum err numbers_put(struct sqlite *s, struct number *number, uint64_t value,
                                uint64_t seq);
void numbers_committed(struct sqlite *s);
void numbers_rolled_back(struct sqlite *s);
/* The reader's, with a statement of SQLITE_COUNTER_TEXT: what is committed; zeros for none. */
MUST_CHECK enum err numbers_read(struct sqlite *s, struct sql *sql, sqlite3_stmt *stmt,
                                 enum counter_kind kind, const struct id *id, uint64_t *value,
                                 uint64_t *seq);
enum settle { SETTLE_BUSY, SETTLE_IDLE, SETTLE_END };
/* Between transactions: writes the rows when enough has come together. */
void numbers_settle(struct sqlite *s, enum settle when);
#define SQLITE_COUNTER_TEXT "SELECT value, seq FROM counter WHERE kind = ?1 AND id = ?2"
/* A recipient in an event's row: device, its number n, and the seq of its event before this one. */
enum { RECIPIENT_BYTES = 32 };
struct stored_recipient recipient_get(const char *bytes);
void recipient_add(struct buf *out, const struct stored_recipient *recipient);
#define SQLITE_KEY_TEXT "SELECT month, wrapped FROM realm_key WHERE realm = ?1"
#endif
