/* store_sqlite_numbers.c — Job: running numbers, kept in memory and written to their rows in bulk.
 *
 * An event moves five or six of these numbers (organisations, alias, recipients), each in another
 * place of the database: written with each event they were nine tenths of what a commit wrote. But
 * each event says its own numbers, in its leaf and beside its recipients, so the rows may lag
 * behind: a table `settled` says up to which event they are true, and what came after is read from
 * the events at the next start (at most JOURNAL_SETTLE_EVENTS and one transaction).
 *
 * The outbox of a device is a chain for the same reason: each of its events names the one before,
 * and its number names the newest. */
#include "gateway/journal/store_sqlite.h"

#include <stdlib.h>

enum { SLOTS_FIRST = 4096, SETTLE_IDLE_EVENTS = 1024 };

static size_t hash_of(enum counter_kind kind, const struct id *id)
{
    uint64_t high, low;
    memcpy(&high, id->bytes, sizeof high);
    memcpy(&low, id->bytes + sizeof high, sizeof low);
    uint64_t h = (high ^ low ^ (uint64_t)kind) * 0x9e3779b97f4a7c15u;
    return (size_t)(h ^ h >> 32);
}

static struct number **slot_of(struct number **slots, size_t count, enum counter_kind kind,
                               const struct id *id)
{
    size_t at = hash_of(kind, id) & (count - 1);
    while (slots[at] != NULL && (slots[at]->kind != kind || !id_equal(&slots[at]->id, id)))
        at = (at + 1) & (count - 1);
    return &slots[at];
}

/* Under the lock. */
static enum err grow(struct numbers *numbers)
{
    if (numbers->used < numbers->slots_count / 2)
        return ERR_OK;
    size_t count = numbers->slots_count == 0 ? SLOTS_FIRST : numbers->slots_count * 2;
    struct number **slots = calloc(count, sizeof *slots);
    if (slots == NULL)
        return ERR_NO_MEMORY;
    for (size_t i = 0; i < numbers->slots_count; i++)
        if (numbers->slots[i] != NULL)
            *slot_of(slots, count, numbers->slots[i]->kind, &numbers->slots[i]->id) =
                numbers->slots[i];
    free(numbers->slots);
    numbers->slots = slots;
    numbers->slots_count = count;
    return ERR_OK;
}

/* Room for COUNT items in all, so that adding them cannot fail. */
static enum err list_reserve(struct number_list *list, size_t count)
{
    size_t room = list->room == 0 ? SLOTS_FIRST : list->room;
    if (count <= list->room)
        return ERR_OK;
    while (room < count)
        room *= 2;
    struct number **items = realloc(list->items, room * sizeof(struct number *));
    if (items == NULL)
        return ERR_NO_MEMORY;
    list->items = items;
    list->room = room;
    return ERR_OK;
}

static enum err read_row(struct sql *sql, sqlite3_stmt *stmt, enum counter_kind kind,
                         const struct id *id, uint64_t *value, uint64_t *seq)
{
    bool row;
    *value = *seq = 0;
    sqlite3_bind_int(stmt, 1, (int)kind);
    sql_bind_id(stmt, 2, id);
    enum err e = sql_step(sql, stmt, &row);
    if (row) {
        *value = sql_u64(stmt, 0);
        *seq = sql_u64(stmt, 1);
        sqlite3_reset(stmt);
    }
    return e;
}

/* ---- the writer's side ---- */

static enum err insert(struct numbers *numbers, struct number *number)
{
    pthread_mutex_lock(&numbers->lock);
    enum err e = grow(numbers);
    if (e == ERR_OK) {
        *slot_of(numbers->slots, numbers->slots_count, number->kind, &number->id) = number;
        numbers->used++;
    }
    pthread_mutex_unlock(&numbers->lock);
    return e;
}

enum err numbers_find(struct sqlite *s, enum counter_kind kind, const struct id *id,
                      struct number **out)
{
    struct numbers *numbers = &s->numbers;
    uint64_t value, seq;
    /* Only this thread changes the table, so it may look without the lock. */
    if (numbers->slots_count != 0)
        *out = *slot_of(numbers->slots, numbers->slots_count, kind, id);
    if (numbers->slots_count != 0 && *out != NULL)
        return ERR_OK;
    enum err e = read_row(&s->writer, s->writer.stmts[W_COUNTER], kind, id, &value, &seq);
    if (e != ERR_OK)
        return e;
    struct number *number = calloc(1, sizeof *number);
    if (number == NULL)
        return ERR_NO_MEMORY;
    *number = (struct number){.kind = kind, .id = *id, .value = value, .seq = seq};
    e = insert(numbers, number);
    if (e != ERR_OK) {
        free(number);
        return e;
    }
    *out = number;
    return ERR_OK;
}

enum err numbers_put(struct sqlite *s, struct number *number, uint64_t value, uint64_t seq)
{
    struct numbers *numbers = &s->numbers;
    if (!number->pending) {
        size_t count = numbers->pending.count + 1;
        if (list_reserve(&numbers->pending, count) != ERR_OK ||
            list_reserve(&numbers->dirty, numbers->dirty.count + count) != ERR_OK)
            return ERR_STORE;
        numbers->pending.items[numbers->pending.count++] = number;
    }
    number->pending = true;
    number->pending_value = value;
    number->pending_seq = seq;
    return ERR_OK;
}

void numbers_committed(struct sqlite *s)
{
    struct numbers *numbers = &s->numbers;
    pthread_mutex_lock(&numbers->lock);
    for (size_t i = 0; i < numbers->pending.count; i++) {
        struct number *number = numbers->pending.items[i];
        number->value = number->pending_value;
        number->seq = number->pending_seq;
        number->pending = false;
        if (!number->dirty)
            numbers->dirty.items[numbers->dirty.count++] = number;
        number->dirty = true;
    }
    numbers->pending.count = 0;
    numbers->size = numbers->pending_size;
    pthread_mutex_unlock(&numbers->lock);
}

void numbers_rolled_back(struct sqlite *s)
{
    struct numbers *numbers = &s->numbers;
    for (size_t i = 0; i < numbers->pending.count; i++)
        numbers->pending.items[i]->pending = false;
    numbers->pending.count = 0;
    numbers->pending_size = numbers->size;
}

/* Patients come and go: their numbers are kept no longer than until they are written. */
static void forget_aliases(struct numbers *numbers)
{
    struct number **slots = calloc(numbers->slots_count, sizeof *slots);
    if (slots == NULL)
        return; /* they stay a while longer */
    pthread_mutex_lock(&numbers->lock);
    numbers->used = 0;
    for (size_t i = 0; i < numbers->slots_count; i++) {
        struct number *number = numbers->slots[i];
        if (number == NULL)
            continue;
        if (number->kind == COUNTER_ALIAS) {
            free(number);
            continue;
        }
        *slot_of(slots, numbers->slots_count, number->kind, &number->id) = number;
        numbers->used++;
    }
    free(numbers->slots);
    numbers->slots = slots;
    pthread_mutex_unlock(&numbers->lock);
}

static enum err write_rows(struct sqlite *s)
{
    struct numbers *numbers = &s->numbers;
    sqlite3_stmt *put = s->writer.stmts[W_PUT_COUNTER], *settled = s->writer.stmts[W_PUT_SETTLED];
    enum err e = ERR_OK;
    for (size_t i = 0; i < numbers->dirty.count && e == ERR_OK; i++) {
        const struct number *number = numbers->dirty.items[i];
        sqlite3_bind_int(put, 1, (int)number->kind);
        sql_bind_id(put, 2, &number->id);
        sql_bind_u64(put, 3, number->value);
        sql_bind_u64(put, 4, number->seq);
        e = sql_done(&s->writer, put);
    }
    sql_bind_u64(settled, 1, numbers->size);
    return e == ERR_OK ? sql_done(&s->writer, settled) : e;
}

void numbers_settle(struct sqlite *s, enum settle when)
{
    static const uint64_t least[] = {[SETTLE_BUSY] = JOURNAL_SETTLE_EVENTS,
                                     [SETTLE_IDLE] = SETTLE_IDLE_EVENTS,
                                     [SETTLE_END] = 1};
    struct numbers *numbers = &s->numbers;
    if (numbers->size - numbers->settled < least[when])
        return;
    enum err e = sql_done(&s->writer, s->writer.stmts[W_BEGIN]);
    if (e != ERR_OK)
        return;
    e = write_rows(s);
    if (e == ERR_OK)
        e = sql_done(&s->writer, s->writer.stmts[W_COMMIT]);
    if (e != ERR_OK) { /* nothing is lost: the events say the numbers, and it is tried again */
        sqlite3_exec(s->writer.db, "ROLLBACK", NULL, NULL, NULL);
        return;
    }
    for (size_t i = 0; i < numbers->dirty.count; i++)
        numbers->dirty.items[i]->dirty = false;
    numbers->dirty.count = 0;
    numbers->settled = numbers->size;
    forget_aliases(numbers);
}

/* ---- the reader's side ---- */

enum err numbers_read(struct sqlite *s, struct sql *sql, sqlite3_stmt *stmt, enum counter_kind kind,
                      const struct id *id, uint64_t *value, uint64_t *seq)
{
    struct numbers *numbers = &s->numbers;
    const struct number *number = NULL;
    pthread_mutex_lock(&numbers->lock);
    if (numbers->slots_count != 0)
        number = *slot_of(numbers->slots, numbers->slots_count, kind, id);
    if (number != NULL) {
        *value = number->value;
        *seq = number->seq;
    }
    pthread_mutex_unlock(&numbers->lock);
    /* What is not in memory, or not any more, is in its row. */
    return number != NULL ? ERR_OK : read_row(sql, stmt, kind, id, value, seq);
}

/* ---- the start ---- */

struct stored_recipient recipient_get(const char *bytes)
{
    struct stored_recipient recipient = {.n = 0};
    const uint8_t *at = (const uint8_t *)bytes + sizeof recipient.device.bytes;
    memcpy(recipient.device.bytes, bytes, sizeof recipient.device.bytes);
    for (size_t i = 0; i < 8; i++) {
        recipient.n = recipient.n << 8 | at[i];
        recipient.before = recipient.before << 8 | at[8 + i];
    }
    return recipient;
}

void recipient_add(struct buf *out, const struct stored_recipient *recipient)
{
    uint8_t bytes[16];
    for (size_t i = 0; i < 8; i++) {
        bytes[i] = (uint8_t)(recipient->n >> (56 - 8 * i));
        bytes[8 + i] = (uint8_t)(recipient->before >> (56 - 8 * i));
    }
    buf_add(out, recipient->device.bytes, sizeof recipient->device.bytes);
    buf_add(out, bytes, sizeof bytes);
}

static enum err learn(struct sqlite *s, enum counter_kind kind, const struct id *id, uint64_t value,
                      uint64_t seq)
{
    struct number *number;
    if (id_absent(id))
        return ERR_OK;
    enum err e = numbers_find(s, kind, id, &number);
    return e == ERR_OK ? numbers_put(s, number, value, seq) : e;
}

/* The numbers that one event says. */
static enum err learn_event(struct sqlite *s, uint64_t seq, struct slice leaf,
                            struct slice recipients)
{
    struct event event;
    enum err e = leaf_decode(leaf, &event);
    if (e == ERR_OK)
        e = learn(s, COUNTER_ORG, &event.org, event.org_n, 0);
    if (e == ERR_OK)
        e = learn(s, COUNTER_ORG, &event.hospital, event.hospital_n, 0);
    if (e == ERR_OK)
        e = learn(s, COUNTER_ALIAS, &event.alias, event.alias_n, 0);
    if (recipients.size % RECIPIENT_BYTES != 0)
        return ERR_CORRUPT;
    for (size_t at = 0; at < recipients.size && e == ERR_OK; at += RECIPIENT_BYTES) {
        struct stored_recipient recipient = recipient_get(recipients.bytes + at);
        e = learn(s, COUNTER_DEVICE_N, &recipient.device, recipient.n, seq);
    }
    return e;
}

enum err numbers_open(struct sqlite *s)
{
    struct numbers *numbers = &s->numbers;
    sqlite3_stmt *settled = s->writer.stmts[W_SETTLED], *events = s->writer.stmts[W_UNSETTLED];
    bool row;
    enum err e = sql_step(&s->writer, settled, &row);
    if (row) {
        numbers->settled = sql_u64(settled, 0);
        sqlite3_reset(settled);
    }
    numbers->pending_size = numbers->settled;
    sql_bind_u64(events, 1, numbers->settled);
    if (e == ERR_OK)
        e = sql_step(&s->writer, events, &row);
    while (row && e == ERR_OK) {
        numbers->pending_size = sql_u64(events, 0);
        e = learn_event(s, numbers->pending_size, sql_slice(events, 1), sql_slice(events, 2));
        if (e == ERR_OK)
            e = sql_step(&s->writer, events, &row);
        else
            sqlite3_reset(events);
    }
    numbers_committed(s);
    return e;
}

void numbers_close(struct numbers *numbers)
{
    for (size_t i = 0; i < numbers->slots_count; i++)
        free(numbers->slots[i]);
    free(numbers->slots);
    free(numbers->pending.items);
    free(numbers->dirty.items);
    pthread_mutex_destroy(&numbers->lock);
}
