/* forger.h — Job: rewrite a whole history as somebody could who has log.key.
 *
 * Reads every entry of a journal, lets the test change them, and writes a new database in which all
 * of it fits: numbers, counts, leaves, tree, head and a checkpoint signed with the real key. */
#ifndef TESTS_LIB_FORGER_H
#define TESTS_LIB_FORGER_H

#include "gateway/journal/audit.h"
#include "tests/lib/journal_kit.h"

enum { FORGED_MAX = 128 };

struct forged_entry {
    struct event event;
    uint8_t nonce[16];
    struct buf sealed;
    bool payload;
};

struct forger {
    struct forged_entry *entries[FORGED_MAX]; /* entry 1 first */
    size_t count;
};

/* All abort when something fails. KIT's journal is closed, its database is left as it is. */
void forger_read(struct forger *forger, const struct kit *kit);
void forger_remove(struct forger *forger, uint64_t seq);
/* EVENT without payload becomes entry SEQ. */
void forger_insert(struct forger *forger, uint64_t seq, const struct event *event);
/* Writes DB and, at DB.note, the checkpoint, with the keys and the realms' keys of KIT. */
void forger_write(struct forger *forger, const struct kit *kit, const char *db);
/* What `audit verify` finds in DB beside the checkpoint file NOTE; NULL: the forged one. */
struct audit_report forger_verify(struct kit *kit, const struct note_key *key, const char *db,
                                  const char *note);
void forger_fini(struct forger *forger);
#endif
