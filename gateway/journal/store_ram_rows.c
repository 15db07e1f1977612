/* store_ram_rows.c — Job: rows of the memory store that a transaction can take back. */
#include "gateway/journal/store_ram_rows.h"

#include <stdlib.h>

enum { ROWS_FIRST = 64, SLOTS_PER_ROW = 4 };

struct ram_key ram_key(enum ram_table table, int kind, const struct id *first,
                       const struct id *second)
{
    struct ram_key key = {{0}};
    key.bytes[0] = (uint8_t)((unsigned)table << 4 | (unsigned)kind);
    memcpy(key.bytes + 1, first, sizeof *first);
    if (second != NULL)
        memcpy(key.bytes + 1 + sizeof *first, second, sizeof *second);
    return key;
}

struct id ram_number(uint64_t number)
{
    struct id id = {{0}};
    memcpy(id.bytes, &number, sizeof number);
    return id;
}

enum ram_table ram_table_of(const struct ram_row *row)
{
    return (enum ram_table)(row->key.bytes[0] >> 4);
}

void *ram_grow(void *items, size_t count, size_t *room, size_t size)
{
    if (count < *room)
        return items;
    size_t bigger = *room == 0 ? ROWS_FIRST : *room * 2;
    void *grown = realloc(items, bigger * size);
    if (grown != NULL)
        *room = bigger;
    return grown;
}

/* FNV-1a; the keys come from our own tests and tools. */
static size_t hash_of(const struct ram_key *key)
{
    uint64_t h = 14695981039346656037u;
    for (size_t i = 0; i < sizeof key->bytes; i++)
        h = (h ^ key->bytes[i]) * 1099511628211u;
    return (size_t)(h ^ h >> 29);
}

/* The slot of KEY, or the free one where it would go. */
static size_t slot_of(const struct ram_rows *rows, const struct ram_key *key)
{
    size_t at = hash_of(key) & (rows->slots_count - 1);
    while (rows->slots[at] != 0 &&
           memcmp(&rows->rows[rows->slots[at] - 1].key, key, sizeof *key) != 0)
        at = (at + 1) & (rows->slots_count - 1);
    return at;
}

static enum err grow_slots(struct ram_rows *rows)
{
    size_t need = (rows->room == 0 ? ROWS_FIRST : rows->room) * SLOTS_PER_ROW;
    if (rows->slots_count >= need)
        return ERR_OK;
    size_t *slots = calloc(need, sizeof *slots);
    if (slots == NULL)
        return ERR_NO_MEMORY;
    free(rows->slots);
    rows->slots = slots;
    rows->slots_count = need;
    for (size_t i = 0; i < rows->count; i++)
        rows->slots[slot_of(rows, &rows->rows[i].key)] = i + 1;
    return ERR_OK;
}

static const struct ram_row *find(const struct ram_rows *rows, const struct ram_key *key)
{
    size_t at = rows->slots_count == 0 ? 0 : slot_of(rows, key);
    if (rows->slots_count == 0 || rows->slots[at] == 0)
        return NULL;
    return &rows->rows[rows->slots[at] - 1];
}

static enum err find_or_add(struct ram_rows *rows, const struct ram_key *key, size_t *index)
{
    const struct ram_row *row = find(rows, key);
    if (row != NULL) {
        *index = (size_t)(row - rows->rows);
        return ERR_OK;
    }
    void *grown = ram_grow(rows->rows, rows->count, &rows->room, sizeof *rows->rows);
    if (grown == NULL)
        return ERR_NO_MEMORY;
    rows->rows = grown;
    if (grow_slots(rows) != ERR_OK)
        return ERR_NO_MEMORY;
    *index = rows->count++;
    rows->rows[*index] = (struct ram_row){.key = *key};
    rows->slots[slot_of(rows, key)] = *index + 1;
    return ERR_OK;
}

const struct ram_value *ram_get(const struct ram_rows *rows, const struct ram_key *key)
{
    const struct ram_row *row = find(rows, key);
    if (row == NULL)
        return NULL;
    if (row->next.there)
        return &row->next;
    return row->now.there ? &row->now : NULL;
}

const struct ram_value *ram_get_committed(const struct ram_rows *rows, const struct ram_key *key)
{
    const struct ram_row *row = find(rows, key);
    return row == NULL || !row->now.there ? NULL : &row->now;
}

static void drop(struct ram_value *value)
{
    free(value->bytes);
    *value = (struct ram_value){0};
}

enum err ram_put(struct ram_rows *rows, const struct ram_key *key, const struct ram_value *value)
{
    struct ram_value copy = *value;
    size_t index;
    void *grown =
        ram_grow(rows->touched, rows->touched_count, &rows->touched_room, sizeof *rows->touched);
    if (grown == NULL)
        return ERR_NO_MEMORY;
    rows->touched = grown;
    if (find_or_add(rows, key, &index) != ERR_OK)
        return ERR_NO_MEMORY;
    copy.there = true;
    copy.bytes = malloc(value->size + 1);
    if (copy.bytes == NULL)
        return ERR_NO_MEMORY;
    if (value->size != 0)
        memcpy(copy.bytes, value->bytes, value->size);
    if (!rows->rows[index].next.there)
        rows->touched[rows->touched_count++] = index;
    drop(&rows->rows[index].next);
    rows->rows[index].next = copy;
    return ERR_OK;
}

void ram_commit(struct ram_rows *rows)
{
    for (size_t i = 0; i < rows->touched_count; i++) {
        struct ram_row *row = &rows->rows[rows->touched[i]];
        drop(&row->now);
        row->now = row->next;
        row->next = (struct ram_value){0};
    }
    rows->touched_count = 0;
}

void ram_rollback(struct ram_rows *rows)
{
    for (size_t i = 0; i < rows->touched_count; i++)
        drop(&rows->rows[rows->touched[i]].next);
    rows->touched_count = 0;
}

void ram_fini(struct ram_rows *rows)
{
    ram_rollback(rows);
    for (size_t i = 0; i < rows->count; i++)
        drop(&rows->rows[i].now);
    free(rows->rows);
    free(rows->slots);
    free(rows->touched);
    *rows = (struct ram_rows){0};
}
