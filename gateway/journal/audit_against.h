/* audit_against.h — Job: hold the log entry by entry against an export that was kept elsewhere.
 *
 * Somebody who has log.key can write the whole history anew: leaves, tree, checkpoints, and the
 * checkpoint file beside them. `audit_verify` then finds nothing. An export of before still says
 * what was there. Entries are told apart by their random ids, so that one left out or put in is
 * named as that and not as a change of everything behind it. */
#ifndef GATEWAY_JOURNAL_AUDIT_AGAINST_H
#define GATEWAY_JOURNAL_AUDIT_AGAINST_H

#include "gateway/journal/store.h"
#include "proto/checkpoint.h"

enum against_finding {
    AGAINST_SAME,
    AGAINST_CHANGED,  /* the entry says something else now */
    AGAINST_MISSING,  /* exported, and not in the log */
    AGAINST_INSERTED, /* in the log, not exported, and before the end of what was exported */
    AGAINST_MOVED     /* the same entries in another order */
};

/* What is wrong with the export itself; differences may then be its own. */
enum against_export {
    EXPORT_FINE,
    EXPORT_LINE,      /* a line that is no entry of this place: damaged, or no export of ours */
    EXPORT_SIGNATURE, /* its checkpoint, or the kept one, is not signed with the log's key */
    EXPORT_ROOT,      /* its entries are not those that the checkpoint signs */
    EXPORT_CUT        /* fewer entries than its own checkpoint says */
};

struct against_setup {
    struct store *store;    /* a reader will do */
    struct note_key key;    /* the log's public key */
    const char *export_;    /* what audit_export wrote, or the events.jsonl of it alone */
    struct slice kept_note; /* a checkpoint kept elsewhere; bytes NULL: only the export's own */
};

struct against_report {
    enum against_finding finding; /* of the first difference */
    enum against_export export_;
    uint64_t seq;     /* of the first difference: its number in the export, or in the log when
                         inserted; 0: none */
    uint64_t line;    /* EXPORT_LINE: which */
    uint64_t entries; /* read from the export */
    uint64_t proved;  /* of them under a checkpoint that was verified; 0: nobody vouches for it */
    uint64_t changed, missing, inserted;
    uint64_t renumbered; /* the same but for their numbers, because of the others */
    /* The first difference as leaves; empty: there is none, or it cannot be read. */
    struct buf exported, stored;
};

/* Reads the export as a stream: a line at a time, at most LEAF_BYTES_MAX bytes each; beside it one
 * bit for each entry of the log. ERR_OK whatever is found. ERR_NOT_FOUND, ERR_NOT_ALLOWED (no
 * regular file), ERR_IO: the export cannot be read; ERR_STORE, ERR_CORRUPT, ERR_NO_MEMORY. */
MUST_CHECK enum err audit_against(const struct against_setup *setup, struct against_report *out);
void against_report_free(struct against_report *report);
const char *against_finding_text(enum against_finding finding); /* English; never NULL */
const char *against_export_text(enum against_export export_);
#endif
