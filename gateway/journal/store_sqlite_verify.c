/* store_sqlite_verify.c — Job: each entry read back is hashed again, and the roots compared.
 *
 * What the writer signed came from its memory; what the second pass reads comes from the disk. When
 * both give one root, the log that is kept is the log that was signed. This looks at each entry
 * once, soon after it was written; `audit verify` goes through all of them again. */
#include "gateway/journal/store_sqlite.h"

#include "common/clock.h"
#include "common/log.h"

enum { COLUMN_EDGE, COLUMN_SIZE, COLUMN_AT, COLUMN_BROKEN };

static void read_told(sqlite3_stmt *stmt, struct store_verified *told)
{
    told->size = sql_u64(stmt, COLUMN_SIZE);
    told->at = sqlite3_column_int64(stmt, COLUMN_AT);
    told->broken = sql_u64(stmt, COLUMN_BROKEN);
}

enum err sqlite_verify_begin(struct sql *sql, struct verify_state *state)
{
    sqlite3_stmt *stmt = sql->stmts[I_VERIFIED];
    bool row;
    *state = (struct verify_state){.edge = {.size = 0}};
    enum err e = sql_step(sql, stmt, &row);
    if (!row)
        return e;
    read_told(stmt, &state->told);
    e = merkle_edge_decode(sql_slice(stmt, COLUMN_EDGE), &state->edge);
    sqlite3_reset(stmt);
    return e;
}

void sqlite_verify_leaf(struct verify_state *state, struct slice leaf)
{
    struct hash hash = merkle_leaf(leaf);
    (void)merkle_append(&state->edge, &hash, NULL);
}

static void compare(struct verify_state *state, const struct store_head *head)
{
    struct hash root = merkle_root(&state->edge);
    if (hash_equal(&root, &head->root)) {
        if (state->told.broken == 0)
            state->told =
                (struct store_verified){.size = head->size, .at = clock_wall_ms(), .broken = 0};
        return;
    }
    if (state->told.broken == 0)
        log_error("journal", NULL,
                  "the entries on disk do not give the signed root at size %llu (good at %llu)",
                  (unsigned long long)head->size, (unsigned long long)state->told.size);
    state->told.broken = state->told.broken == 0 ? head->size : state->told.broken;
}

enum err sqlite_verify_end(struct sql *sql, struct verify_state *state,
                           const struct store_head *head)
{
    sqlite3_stmt *stmt = sql->stmts[I_PUT_VERIFIED];
    struct buf edge = {0};
    if (state->edge.size == head->size)
        compare(state, head);
    merkle_edge_encode(&state->edge, &edge);
    enum err e = buf_error(&edge);
    if (e == ERR_OK) {
        sql_bind_slice(stmt, 1, buf_slice(&edge));
        sql_bind_u64(stmt, 2, state->told.size);
        sqlite3_bind_int64(stmt, 3, state->told.at);
        sql_bind_u64(stmt, 4, state->told.broken);
        e = sql_done(sql, stmt);
    }
    buf_free(&edge);
    return e;
}

enum err sqlite_verified(void *self, struct store_verified *out)
{
    struct sqlite *s = self;
    struct sql *sql = &s->index_reader;
    sqlite3_stmt *stmt = sql->stmts[SQLITE_QUERY_VERIFIED];
    bool row;
    *out = (struct store_verified){0};
    if (sql->db == NULL)
        return ERR_OK;
    enum err e = sql_step(sql, stmt, &row);
    if (!row)
        return e;
    read_told(stmt, out);
    sqlite3_reset(stmt);
    return e;
}
