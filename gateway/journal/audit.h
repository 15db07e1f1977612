/* audit.h — Job: the log proved from outside: verified entry by entry, exported, a receipt cut.
 *
 * Nothing here writes into the store; a reader beside a running gateway will do
 * (store_sqlite_open_reader). */
#ifndef GATEWAY_JOURNAL_AUDIT_H
#define GATEWAY_JOURNAL_AUDIT_H

#include "gateway/journal/keyring.h"
#include "proto/checkpoint.h"

enum audit_finding {
    AUDIT_CLEAN,
    AUDIT_HEAD,       /* size, root and edge do not fit each other */
    AUDIT_MISSING,    /* an entry is not there */
    AUDIT_LEAF,       /* the entry's bytes are not what was hashed, or no leaf of ours */
    AUDIT_PLACE,      /* a leaf of another place: its seq or id is not the row's */
    AUDIT_TREE,       /* stored tree hashes do not follow from the entries first..last */
    AUDIT_COUNT,      /* an organisation's or alias's running count has a gap or repeats */
    AUDIT_PAYLOAD,    /* a sealed payload is missing, changed, or not what was committed to */
    AUDIT_CHECKPOINT, /* a signed checkpoint does not verify, or is of another tree */
    AUDIT_BEHIND      /* the outside checkpoint is newer than the store */
};

struct audit_setup {
    struct store *store;
    struct note_key key;  /* the log's public key */
    struct slice outside; /* the outside checkpoint file; bytes NULL: not looked at */
    struct keyring *ring; /* lent; NULL: payloads are not opened */
};

struct audit_report {
    enum audit_finding finding;
    uint64_t first, last;        /* the entry, or the smallest range that is known; 0: no entry */
    uint64_t size;               /* of the log */
    uint64_t checked;            /* entries that were found good before it */
    uint64_t checkpoint_size;    /* of the newest signed checkpoint seen */
    uint64_t payloads, shredded; /* opened and compared; without a key any more */
};

/* Recomputes every leaf hash, every stored tree hash, the roots that were signed, and the running
 * counts. Stops at the first finding. ERR_OK when it could look at everything, whatever it found;
 * ERR_STORE, ERR_NO_MEMORY otherwise. */
MUST_CHECK enum err audit_verify(const struct audit_setup *setup, struct audit_report *out);
const char *audit_finding_text(enum audit_finding finding); /* one English sentence; never NULL */

/* Writes the log at the size of its newest checkpoint into DIR (made if need be): checkpoint, vkey,
 * tile/…, tile/entries/… as C2SP tlog-tiles says, and events.jsonl, one leaf a line. Sealed
 * payloads are not part. Exporting again into the same folder brings it forward. *SIZE: entries
 * written. ERR_NOT_FOUND: nothing is signed yet; ERR_CORRUPT; what common/file.h says. */
MUST_CHECK enum err audit_export(struct store *store, const struct note_key *key, const char *dir,
                                 uint64_t *size);

/* Appends the .tlog-proof of entry SEQ to PROOF, and the entry's bytes to LEAF. ERR_NOT_FOUND: no
 * such entry under the newest checkpoint. */
MUST_CHECK enum err audit_prove(struct store *store, uint64_t seq, struct buf *leaf,
                                struct buf *proof);
#endif
