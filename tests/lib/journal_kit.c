/* journal_kit.c — Job: a journal in a temporary folder, its clock and random bytes repeat. */
#include "tests/lib/journal_kit.h"

#include <assert.h>
#include <ftw.h>
#include <stdio.h>
#include <stdlib.h>
#include <unistd.h>

#include "common/keyfile.h"

enum { RECIPIENTS_MAX = 8 };
static const int64_t KIT_START = 1764000000000; /* 2025-11-24 */

static void make_path(char path[KIT_PATH], const char *dir, const char *name)
{
    int size = snprintf(path, KIT_PATH, "%s/%s", dir, name);
    assert(size > 0 && size < KIT_PATH);
}

static void must(enum err e)
{
    if (e != ERR_OK)
        fprintf(stderr, "journal kit: %s\n", err_name(e));
    assert(e == ERR_OK);
}

static enum err open_store(struct kit *kit)
{
    return kit->kind == KIT_RAM ? store_ram_open(&kit->store)
                                : store_sqlite_open(kit->db, &kit->store);
}

void kit_init(struct kit *kit, enum kit_store kind)
{
    struct keyfile *keys;
    char dir[] = "/tmp/sakiyomi-journal-XXXXXX";
    char *made = mkdtemp(dir);
    assert(made != NULL);
    *kit = (struct kit){.kind = kind, .now = KIT_START, .random = 1};
    memcpy(kit->dir, dir, sizeof dir);
    make_path(kit->keys, dir, "keys");
    make_path(kit->checkpoint, dir, "checkpoint");
    make_path(kit->db, dir, "journal.db");
    must(keyfile_open(kit->keys, &keys));
    must(keyfile_create(keys, KEYFILE_LOG));
    keyfile_close(keys);
    must(open_store(kit));
}

/* splitmix64: the same bytes in every run. */
void kit_random(void *self, void *bytes, size_t size)
{
    struct kit *kit = self;
    uint8_t *at = bytes;
    for (size_t i = 0; i < size; i++) {
        /* Also called by the journal's writer thread. */
        uint64_t z = __atomic_add_fetch(&kit->random, 0x9e3779b97f4a7c15u, __ATOMIC_RELAXED);
        z = (z ^ z >> 30) * 0xbf58476d1ce4e5b9u;
        at[i] = (uint8_t)(z ^ z >> 31);
    }
}

int64_t kit_now(void *self)
{
    return ((struct kit *)self)->now;
}

enum err kit_open(struct kit *kit)
{
    struct journal_setup setup = {.store = kit->around != NULL ? kit->around : kit->store,
                                  .keys_dir = kit->keys,
                                  .checkpoint_path = kit->checkpoint,
                                  .origin = KIT_ORIGIN,
                                  .now_ms = kit_now,
                                  .now_self = kit,
                                  .random = kit_random,
                                  .random_self = kit,
                                  .checkpoint_every_ms = kit->checkpoint_every_ms};
    return journal_open(&setup, &kit->journal);
}

void kit_close(struct kit *kit)
{
    journal_close(kit->journal);
    kit->journal = NULL;
}

enum err kit_reopen(struct kit *kit)
{
    kit_close(kit);
    if (kit->kind == KIT_RAM) {
        store_ram_crash(kit->store);
    } else {
        store_close(kit->store);
        kit->store = NULL;
        enum err e = open_store(kit);
        if (e != ERR_OK)
            return e;
    }
    return kit_open(kit);
}

static int remove_one(const char *path, const struct stat *info, int type, struct FTW *where)
{
    (void)info;
    (void)type;
    (void)where;
    return remove(path);
}

void kit_fini(struct kit *kit)
{
    kit_close(kit);
    store_close(kit->store);
    nftw(kit->dir, remove_one, 8, FTW_DEPTH | FTW_PHYS);
    *kit = (struct kit){0};
}

struct id kit_id(struct kit *kit)
{
    uint8_t random[10];
    kit_random(kit, random, sizeof random);
    return id_new(kit->now, random);
}

struct id kit_named(const char *name)
{
    struct hash hash = sha256(name, strlen(name));
    return id_new(KIT_START, hash.bytes);
}

struct entry *kit_vitals(struct kit *kit, struct batch *batch, const char *case_name,
                         const char *payload)
{
    struct entry *entry = batch_add(batch, 1, 0, 0);
    assert(entry != NULL);
    entry->events[0].event =
        (struct event){.type = EVENT_VITALS_TAKEN,
                       .id = kit_id(kit),
                       .at = kit->now,
                       .org = kit_named("org"),
                       .device = kit_named("device"),
                       .incident = kit_named("incident"),
                       .case_id = kit_named(case_name),
                       .payload = arena_copy(&batch->arena, slice_of(payload))};
    return entry;
}

void kit_message(struct entry *entry, const char *device, const char *message, const char *bytes)
{
    entry->sender = kit_named(device);
    entry->message = kit_named(message);
    entry->digest = sha256(bytes, strlen(bytes));
}

struct entry *kit_case_row(struct kit *kit, struct batch *batch, const char *case_name,
                           uint64_t version, const char *json)
{
    struct entry *entry = batch_add(batch, 1, 1, 1);
    struct id id = kit_named(case_name);
    assert(entry != NULL);
    entry->events[0].event = (struct event){.type = EVENT_RECORD_CHANGED,
                                            .id = kit_id(kit),
                                            .at = kit->now,
                                            .org = kit_named("org"),
                                            .incident = kit_named("incident"),
                                            .case_id = id,
                                            .payload = arena_copy(&batch->arena, slice_of(json))};
    entry->expected[0] = (struct expected){AGGREGATE_CASE, id, version};
    entry->rows[0] = (struct state_row){.kind = AGGREGATE_CASE,
                                        .id = id,
                                        .realm = id,
                                        .version = version + 1,
                                        .open = 1,
                                        .json = arena_copy(&batch->arena, slice_of(json))};
    return entry;
}

void kit_recipient(struct batch *batch, struct entry *entry, const char *device)
{
    struct batch_event *event = &entry->events[0];
    if (event->recipients == NULL) {
        event->recipients = arena_get(&batch->arena, RECIPIENTS_MAX * sizeof *event->recipients);
        event->n = arena_get(&batch->arena, RECIPIENTS_MAX * sizeof *event->n);
    }
    assert(event->recipients != NULL && event->n != NULL);
    assert(event->recipients_count < RECIPIENTS_MAX);
    event->recipients[event->recipients_count++] = kit_named(device);
}

struct batch *kit_append(struct kit *kit, const char *case_name, const char *payload)
{
    struct batch *batch = batch_new();
    assert(batch != NULL);
    kit_vitals(kit, batch, case_name, payload);
    journal_append_now(kit->journal, batch);
    return batch;
}
