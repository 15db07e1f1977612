/* store_ram_rows.h — Job: rows of the memory store that a transaction can take back.
 *
 * Every table but the events is one kind of row: a key and a value. What a transaction writes waits
 * in `next` until it is committed or dropped. */
#ifndef GATEWAY_JOURNAL_STORE_RAM_ROWS_H
#define GATEWAY_JOURNAL_STORE_RAM_ROWS_H

#include "proto/id.h"

enum ram_table { RAM_EVENT_ID = 1, RAM_STATE, RAM_SEEN, RAM_COUNTER, RAM_KEY, RAM_OUTBOX };

struct ram_key {
    uint8_t bytes[33]; /* table, two ids or numbers */
};

struct ram_value {
    bool there;
    uint64_t number; /* version, seq or count */
    int64_t time;
    struct id realm;
    int tag; /* open, month */
    char *bytes;
    size_t size;
};

struct ram_row {
    struct ram_key key;
    struct ram_value now, next;
};

struct ram_rows {
    struct ram_row *rows;
    size_t count, room;
    size_t *slots; /* hash table of row index + 1 */
    size_t slots_count;
    size_t *touched; /* rows with a waiting value */
    size_t touched_count, touched_room;
};

/* COUNTER_KIND or AGGREGATE go into KIND, 0 otherwise; SECOND may be NULL. */
struct ram_key ram_key(enum ram_table table, int kind, const struct id *first,
                       const struct id *second);
struct id ram_number(uint64_t number); /* a number as the second part of a key */
enum ram_table ram_table_of(const struct ram_row *row);

/* What the transaction sees; NULL: nothing. Lent until the next call that writes. */
const struct ram_value *ram_get(const struct ram_rows *rows, const struct ram_key *key);
/* What is committed. */
const struct ram_value *ram_get_committed(const struct ram_rows *rows, const struct ram_key *key);
/* Copies VALUE and its bytes. ERR_NO_MEMORY. */
MUST_CHECK enum err ram_put(struct ram_rows *rows, const struct ram_key *key,
                            const struct ram_value *value);
void ram_commit(struct ram_rows *rows);
void ram_rollback(struct ram_rows *rows);
void ram_fini(struct ram_rows *rows);
/* One more item of SIZE in ITEMS; NULL without memory (ITEMS stays). */
MUST_CHECK void *ram_grow(void *items, size_t count, size_t *room, size_t size);
#endif
