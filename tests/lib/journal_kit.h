/* journal_kit.h — Job: a journal in a temporary folder, its clock and random bytes repeat. */
#ifndef TESTS_LIB_JOURNAL_KIT_H
#define TESTS_LIB_JOURNAL_KIT_H

#include "gateway/journal/journal.h"

enum kit_store { KIT_RAM, KIT_SQLITE };

enum { KIT_PATH = 256 };

struct kit {
    enum kit_store kind;
    char dir[KIT_PATH], keys[KIT_PATH], checkpoint[KIT_PATH], db[KIT_PATH];
    struct store *store;
    struct store *around; /* when set, kit_open uses this one (store_fault.h) */
    struct journal *journal;
    int64_t now;
    uint64_t random;
    int checkpoint_every_ms;
};

#define KIT_ORIGIN "gw.example/audit"

/* Folder, keys and an open store; no journal yet. Aborts when the machine will not let it. */
void kit_init(struct kit *kit, enum kit_store kind);
enum err kit_open(struct kit *kit); /* journal_open on the store */
void kit_close(struct kit *kit);    /* journal_close, if open */
/* A restart: the journal is closed; a SQLite store is opened anew, a memory store forgets what was
 * not committed. */
enum err kit_reopen(struct kit *kit);
void kit_fini(struct kit *kit); /* removes the folder */

void kit_random(void *kit, void *bytes, size_t size);
int64_t kit_now(void *kit);
struct id kit_id(struct kit *kit);
/* The same id for the same NAME. */
struct id kit_named(const char *name);

/* An entry with one event of a case (vitals_taken, PAYLOAD copied), made by DEVICE of "org"; no
 * expectations, no rows. */
struct entry *kit_vitals(struct kit *kit, struct batch *batch, const char *case_name,
                         const char *payload);
/* Gives ENTRY a sender and message, for duplicates. */
void kit_message(struct entry *entry, const char *device, const char *message, const char *bytes);
/* An entry that expects VERSION of a case and leaves VERSION + 1 with JSON. */
struct entry *kit_case_row(struct kit *kit, struct batch *batch, const char *case_name,
                           uint64_t version, const char *json);
/* Adds a recipient to the entry's first event (at most 8). */
void kit_recipient(struct batch *batch, struct entry *entry, const char *device);
/* One batch with one vitals entry, run at once. The caller frees it. */
struct batch *kit_append(struct kit *kit, const char *case_name, const char *payload);
#endif
